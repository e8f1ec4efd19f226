//! The `boothpay` program.

fn main() {}
