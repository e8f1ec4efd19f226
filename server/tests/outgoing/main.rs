//! Messages to programs of the owner's, over real sockets: signed as the convention says, tried again when they are not taken,
//! never sent where they may not go, and never in the way of a payment.

#[path = "../transport/world.rs"]
#[allow(dead_code)] // Shared with the tests of the transport, which use more of it.
mod world;

mod delivery;
mod receiver;
mod refusals;
mod signature;
