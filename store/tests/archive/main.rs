//! Archiving, on a SQLite file and on PostgreSQL: what is moved and what stays, that nobody can tell afterwards, what the
//! database refuses, and what a check finds.

#[path = "../support/mod.rs"]
mod support;

mod booth;
mod finding;
mod moving;
mod refusing;
mod same_answers;
