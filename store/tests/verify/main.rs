//! `verify` finds every kind of damage by name, each planted by plain SQL behind the program's back, and a healthy database
//! passes, also beside the programs that write it: the same on SQLite and on PostgreSQL.

mod damage;
mod postgres;
mod sqlite;
mod stories;
