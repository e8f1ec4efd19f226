//! Refunds of the started program, on both databases: through Click's reversal, at a stand-in of Click's own API that is slow, wrong
//! and lies; killed at every named place; and what an owner sees of it.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod booth;
mod kills;
mod lies;
mod owners;
mod receipts;
