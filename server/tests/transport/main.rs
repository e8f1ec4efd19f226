//! The server over HTTP, in process: what Payme, a booth's page and strangers send, and what they are answered.
//!
//! Time is an argument and no socket is opened. Whatever is refused must have written nothing: the tests compare all
//! orders, transactions and journals before and after.

mod access;
mod api;
mod bodies;
mod booth;
mod browser;
mod cases;
mod click;
mod events;
mod faults;
mod first_page;
mod generate_qr;
mod limits;
mod lost_pictures;
mod methods;
mod paid_first;
mod password;
mod races;
mod slow_pictures;
mod statement;
mod stats;
mod uzqr;
mod uzum;
mod world;
