//! Concurrent histories: sixteen clients play Payme, Click, Uzum and the booth on a few orders; two judges of what they were
//! told.
//!
//! `record` plays a `plan` against started servers and keeps every call with the instants of its sending and its answer. One
//! judge (`search`, with the rules of `model`) asks whether the calls can have happened one after the other, without a look at
//! the database; the other (`journal`) whether they happened as the journal says. `good` and `bad` judge the judges.
//! `duels` are a race of its own: three wallets at one order at the same instant.
//!
//! `LINEAR_HISTORIES` and `LINEAR_SEED` choose how many and which.

#![cfg(unix)]

mod bad;
mod duels;
mod good;
mod hand;
mod history;
#[path = "../crash/http.rs"]
mod http;
mod journal;
mod journal_cases;
mod model;
mod plan;
mod record;
mod run;
mod search;
mod server;
mod shrink;
mod wire;
