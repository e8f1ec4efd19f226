//! Photos at the started program, on both kinds of database: the calls of the first user's page, and the bot against a stand-in of
//! Telegram's Bot API.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod booth;
mod bot;
mod camera;
#[cfg(target_os = "linux")]
mod gphoto2;
mod printer;
mod sessions;
mod shots;
mod spooler;
