//! A bad line between one of two servers and their PostgreSQL: it is cut, refused, slow, silent, or cut in the middle of an
//! answer. Whoever asks hears of it soon, the other server goes on, and afterwards everything is held against the client's
//! own record, as in the crash harness, whose client and judge these are.
//!
//! `proxy` is the line; `lines` are the tests.

#![cfg(unix)]

mod lines;
mod proxy;

#[path = "../crash/asks.rs"]
mod asks;
#[allow(dead_code, reason = "SQLite has no line")]
#[path = "../crash/database.rs"]
mod database;
#[path = "../crash/http.rs"]
mod http;
#[allow(dead_code, reason = "there is one verdict to a test")]
#[path = "../crash/judge.rs"]
mod judge;
#[path = "../crash/load.rs"]
mod load;
#[path = "../crash/probe.rs"]
mod probe;
#[path = "../crash/record.rs"]
mod record;
#[allow(dead_code, reason = "servers are neither killed nor frozen here")]
#[path = "../crash/server.rs"]
mod server;
