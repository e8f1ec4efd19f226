//! Keeping what was taken: the database verified, backed up, restored, and on a disk that fails.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

#[cfg(target_os = "linux")]
#[path = "../crash/http.rs"]
mod http;

mod backup;
#[cfg(target_os = "linux")]
mod disk;
mod empty;
#[cfg(unix)]
mod gone;
#[cfg(unix)]
mod links;
mod moving;
mod named;
#[cfg(target_os = "linux")]
mod owners;
#[cfg(unix)]
mod rights;
#[cfg(target_os = "linux")]
#[cfg(unix)]
mod update;
mod verify;
