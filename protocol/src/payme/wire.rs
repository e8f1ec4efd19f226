//! Payme's JSON: bodies into calls, replies into bodies (`reference/payme.md §1.1`, pages format-zaprosa, format-otveta).

mod reply;
mod request;

pub use reply::{outcome, statement_end, statement_item, statement_start, write};
pub use request::{Envelope, read};
