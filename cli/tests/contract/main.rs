//! The contract, held against the started program: what the owner's notes, Payme and a person at a keyboard meet.

mod access;
mod demonstration;
mod description;
mod hints;
mod keyboard;
mod machines;
mod metrics;
mod owners_lines;
mod production;
mod screens;
mod secrets;
mod settings;
mod support;
mod survival;
mod tokens;
mod uzqr;
mod uzum;
