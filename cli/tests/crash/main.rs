//! The crash harness: a client that keeps its own record loads the started server, the server is killed, and what the
//! database and the server say afterwards is held against the record.
//!
//! `record` is what the client wanted and was told, synced line by line; `load` is the client; `server` starts and kills;
//! `judge` reads the database by plain SQL and asks over HTTP. `CRASH_KILLS` and `CRASH_SEED` make a longer or another run.

#![cfg(unix)]

mod controls;
mod http;
mod judge;
mod load;
mod random;
mod record;
mod run;
mod server;
