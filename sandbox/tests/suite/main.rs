//! The sandbox is itself tested: against a small merchant server that is right, or wrong in exactly one way.

mod arguments;
mod conformance;
mod documents;
mod simulator;
mod support;
