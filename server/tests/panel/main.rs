//! The owner's panel through the real router, on both stores: getting in, staying in, being kept out.

mod again;
mod alerts;
mod at_booth;
mod blame;
mod books;
mod browser;
mod closing;
mod deeds;
mod entering;
mod figures;
mod orders;
mod refused;
mod second;
mod settings;
mod statements;
mod strangers;
mod today;
mod trying;
mod wallets;
mod why;
#[allow(dead_code)]
#[path = "../transport/world.rs"]
mod world;
