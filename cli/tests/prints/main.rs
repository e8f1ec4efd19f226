//! Prints of the started program, on both databases: handed over to the owner's own photo program by calls, by a folder and by a
//! command; killed at every named place; and what becomes of a print that does not come out.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod access;
mod booth;
mod booths;
mod calls;
mod competitors;
mod kills;
mod owed;
mod ways;
