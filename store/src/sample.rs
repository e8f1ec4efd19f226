//! Rows for the tests inside this crate, where what they hold does not matter.

use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::time::TimeMs;

/// A pending order.
pub(crate) fn order(id: &str) -> Order {
    Order {
        id: OrderId::parse(id).unwrap(),
        amount: Tiyin::new(1).unwrap(),
        copies: Copies::ONE,
        booth: String::new(),
        status: OrderStatus::Pending,
        created_at: TimeMs::new(1),
        expires_at: TimeMs::new(2),
        printed_at: None,
        changed_at: TimeMs::new(1),
        version: 1,
    }
}
