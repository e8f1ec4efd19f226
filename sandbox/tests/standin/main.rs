//! The stand-in over real HTTP, against a merchant that does as it is told.

mod fake;
mod pages;
mod payments;
mod troubles;
mod uzum;
