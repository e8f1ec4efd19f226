//! `boothpay import` as its owner meets it: the started program, on both stores, and Payme's calls about what was taken over.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod dump;
mod files;
mod going_on;
mod his;
mod rows;
