//! The owner's panel through the real router, on both stores: getting in, staying in, being kept out.

mod alerts;
mod books;
mod browser;
mod entering;
mod orders;
mod strangers;
mod today;
mod why;
#[allow(dead_code)]
#[path = "../transport/world.rs"]
mod world;
