//! Uzum's Dynamic QR of the started program, on both databases, at a stand-in of Uzum's own API that is slow, silent, lies and
//! repeats: from the code on the screen to the money, and back.

#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;

mod booth;
mod leaving;
mod paying;
