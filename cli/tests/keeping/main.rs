//! Keeping what was taken: the database verified, backed up, restored, and on a disk that fails.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod backup;
mod verify;
