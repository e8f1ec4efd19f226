//! The sandbox is itself tested: against small merchant servers that are right, or wrong in exactly one way.

mod arguments;
mod click;
mod conformance;
mod documents;
mod simulator;
mod support;
mod uzum;
