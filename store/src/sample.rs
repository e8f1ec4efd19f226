//! Rows for the tests inside this crate, where what they hold does not matter.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::order::{Copies, NewOrder, Order, OrderId};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

/// A pending order.
pub(crate) fn order(id: &str) -> Order {
    let new = NewOrder {
        amount: Tiyin::new(1).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: String::new() },
        chosen: None,
        language: None,
        expires_at: TimeMs::new(2),
    };
    Order::new(OrderId::parse(id).unwrap(), &new, TimeMs::new(1))
}
