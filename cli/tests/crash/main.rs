//! The crash harness: a client that keeps its own record loads the started server with the calls of all wallets, the server or
//! its database is killed, and what the database and the server say afterwards is compared with the record.
//!
//! `record` is what the client wanted and was told, synced line by line; `load` is the client; `server` starts and kills;
//! `database` reads by plain SQL; `judge` compares, and asks over HTTP. What is killed: `sqlite` one server on a file,
//! `postgres` one or both of two servers on one database, `cluster` that database itself. `CRASH_KILLS` and `CRASH_SEED`
//! make a longer or another run, `CRASH_REPORT` names a file that gets its numbers.

#![cfg(unix)]

mod asks;
mod cluster;
mod controls;
mod database;
mod http;
mod judge;
mod load;
mod postgres;
mod probe;
mod record;
mod report;
mod server;
mod sqlite;
