//! The owner's books from the started program, on both databases: reports, exports.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod booth;
mod export;
mod reconcile;
mod report;
