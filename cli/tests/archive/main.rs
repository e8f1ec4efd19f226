//! `boothpay archive` as a person meets it: its words, killed at every named point, and beside a server that is taking money.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod interrupted;
mod past;
mod traffic;
mod words;
