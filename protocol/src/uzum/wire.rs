//! Between Uzum's JSON and the call and reply that the decision knows (`reference/uzum.md §1, §2`).

mod reply;
mod request;

pub use reply::{Answer, write};
pub use request::{Envelope, read};
