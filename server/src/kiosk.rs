//! The booth's page, and the API that it alone calls: here the server sets the price.

pub(crate) mod assets;
pub(crate) mod events;
pub(crate) mod idle;
pub(crate) mod number;
pub(crate) mod orders;
pub(crate) mod page;
pub(crate) mod paid_first;
pub(crate) mod pair;
pub(crate) mod pictures;
pub(crate) mod ready;
mod sale;
pub(crate) mod shots;
mod snapshot;
pub(crate) mod staff;
pub(crate) mod tether;
