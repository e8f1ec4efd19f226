//! What leaves for somebody else's server: messages to programs of the owner's, by the Standard Webhooks convention ([`post`]),
//! and calls of Click's and Uzum's own APIs ([`click`], [`uzum_qr`]), all over the same kind of line ([`mod@line`]).
//! What a message says follows from the ledger ([`boothpay_protocol::ledger::event`]); here is how it gets there.
//! And what a bank is asked about UzQR ([`bank_code`]).

pub(crate) mod address;
pub mod bank_code;
pub(crate) mod click;
pub(crate) mod line;
pub(crate) mod message;
pub(crate) mod post;
pub(crate) mod reach;
pub(crate) mod signature;
pub(crate) mod trust;
pub(crate) mod uzum_qr;
