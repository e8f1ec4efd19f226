//! Power cuts: the database lies on a disk whose cache can be made to die, in the same instant as the server, and what is
//! there when the power is back is held against a client's record that lies elsewhere. The client plays all wallets.
//!
//! `device` is the disk; `stand` is a server with its database on it; `load` is the client; `judge` holds database, server and
//! record against each other; `run` makes the cuts, and the controls, which have to lose; `report` keeps the figures of longer
//! runs. `POWER_CUTS` is the number of cuts on SQLite (half as many on PostgreSQL; 0 makes none), `POWER_SEED` makes another
//! run, `POWER_REPORT` names a file that the figures are added to.

#![cfg(target_os = "linux")]

#[path = "../crash/asks.rs"]
mod asks;
#[path = "../crash/http.rs"]
mod http;
#[path = "../crash/record.rs"]
mod record;

mod device;
mod judge;
mod load;
mod report;
mod run;
mod stand;
