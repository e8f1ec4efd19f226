//! Tasks of the started program: killed at every named place of one, two servers on one list of them, and what an owner sees.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

#[path = "../../../server/tests/outgoing/receiver.rs"]
#[allow(dead_code)] // Shared with the server's tests.
mod receiver;

mod booth;
mod commands;
mod example;
mod https;
mod kills;
mod two_servers;
