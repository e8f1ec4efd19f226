//! Money, orders, transactions, and what each payment provider's call does to them.
//!
//! Everything here is pure: rows and the time come in as arguments, changes and a reply go out. There is no clock, no
//! I/O, no SQL and no HTTP in this crate, so every rule can be read, and tested, on its own.
//!
//! Reading order: [`money`], [`ledger`] (orders, transactions, the journal, what a decision sees and returns), [`shop`] (the
//! booth's own decisions), [`payme`] (Payme's), [`click`] (Click's), [`uzum`] (Uzum's), [`uzqr`] (the national code, with
//! [`staff`]), [`providers`] (what is asked of every provider). Beside money: [`photos`].
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions
    )
)]

pub mod alerts;
pub mod basic;
pub mod card;
pub mod click;
pub mod connecting;
pub mod difference;
pub mod fault;
pub mod fiscal;
pub mod ledger;
mod members;
pub mod money;
pub mod number;
pub mod pairing;
pub mod panel;
pub mod payme;
pub mod photos;
pub mod print;
pub mod providers;
pub mod quota;
pub mod second;
pub mod secret;
pub mod shop;
pub mod staff;
pub mod statement;
pub mod takeover;
pub mod time;
pub mod traces;
pub mod uzqr;
pub mod uzum;
pub mod uzum_qr;
