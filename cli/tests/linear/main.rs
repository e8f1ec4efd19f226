//! Concurrent histories: sixteen clients on a few orders, and two judges of what they were told.
//!
//! `record` plays a `plan` against started servers and keeps every call with the instants of its sending and its answer. One
//! judge (`search`, with the rules of `model`) asks whether the calls can have happened one after the other, without a look at
//! the database; the other (`journal`) whether they happened as the journal says. `good` and `bad` judge the judges.
//!
//! `LINEAR_HISTORIES` and `LINEAR_SEED` choose how many and which.

#![cfg(unix)]

mod bad;
mod good;
mod hand;
mod history;
#[path = "../crash/http.rs"]
mod http;
mod journal;
mod journal_cases;
mod model;
mod plan;
#[path = "../crash/random.rs"]
mod random;
mod record;
mod run;
mod search;
mod server;
mod shrink;
mod wire;
