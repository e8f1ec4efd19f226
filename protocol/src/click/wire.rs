//! Click's form: bodies into calls, answers into JSON (`reference/click.md §2.1`).

mod answer;
mod fields;
mod request;

pub use answer::write;
pub use request::{Envelope, Request, Route, read};
