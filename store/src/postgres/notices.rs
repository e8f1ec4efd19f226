//! What the commits tell every process: the orders that have changed, as many in one notice as it may hold, because the
//! server's work is for each notice and not for each order.

use boothpay_protocol::ledger::order::{Order, OrderId};

/// The channel.
pub(super) const CHANNEL: &str = "boothpay_changes";

/// Between two ids; no id has it.
const SEPARATOR: char = ',';

/// PostgreSQL takes less than 8000 bytes.
const NOTICE_BYTES_MAX: usize = 7999;

/// Notices of changed orders.
pub(super) fn write<'a>(orders: impl IntoIterator<Item = &'a Order>) -> Vec<String> {
    let mut notices: Vec<String> = Vec::new();
    for id in orders.into_iter().map(|order| order.id.as_str()) {
        match notices.last_mut() {
            Some(notice) if notice.len().saturating_add(id.len()) < NOTICE_BYTES_MAX => {
                notice.push(SEPARATOR);
                notice.push_str(id);
            }
            Some(_) | None => notices.push(id.to_owned()),
        }
    }
    notices
}

/// The orders that a notice names. What is no id is passed over: anybody who may use the database can send a notice.
pub(super) fn read(notice: &str) -> impl Iterator<Item = OrderId> {
    notice.split(SEPARATOR).filter_map(|id| OrderId::parse(id).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::order;

    #[test]
    fn every_order_is_told_once_in_notices_that_the_server_takes() {
        assert_eq!(write([]), Vec::<String>::new());
        for length in [1, 7, 64] {
            let count = if length == 1 { 10 } else { 5000 };
            let orders: Vec<Order> = (0..count).map(|n| order(&format!("{n:0>length$}"))).collect();
            let notices = write(&orders);
            assert!(notices.iter().all(|notice| notice.len() < 8000));
            let told: Vec<OrderId> = notices.iter().flat_map(|notice| read(notice)).collect();
            assert_eq!(told, orders.into_iter().map(|order| order.id).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_strangers_notice_is_passed_over() {
        assert_eq!(read("").count(), 0);
        assert_eq!(read("a, b,,c").map(String::from).collect::<Vec<_>>(), ["a", "c"]);
    }
}
