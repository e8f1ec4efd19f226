//! The tables of the sums that are kept of all orders. Each writer has rows of its own, so that no two wait for each other.

use super::{Cell, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use crate::sums::{Amounts, Hour, OrdersOf, TakingsOf};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;

/// How many orders have each status.
pub(crate) const ORDERS: Table = Table {
    name: "order_sums",
    columns: &[
        column("writer", Kind::Number, "writer"),
        column("booth_id", Kind::Text, "booth"),
        column("status", Kind::Text, "status"),
        changing("orders", Kind::Number, "orders"),
    ],
    order: "writer, booth_id, status",
};

/// What was performed in each hour.
pub(crate) const TAKINGS: Table = Table {
    name: "takings",
    columns: &[
        column("writer", Kind::Number, "writer"),
        column("hour", Kind::Number, "hour"),
        column("provider", Kind::Text, "provider"),
        column("booth_id", Kind::Text, "booth"),
        changing("paid", Kind::Number, "paid"),
        changing("paid_tiyin", Kind::Number, "paid sum"),
        changing("refunded", Kind::Number, "refunded"),
        changing("refunded_tiyin", Kind::Number, "refunded sum"),
        changing("owed", Kind::Number, "owed"),
        changing("owed_tiyin", Kind::Number, "owed sum"),
        changing("given_back", Kind::Number, "given back"),
        changing("given_back_tiyin", Kind::Number, "sum given back"),
    ],
    order: "writer, hour, provider, booth_id",
};

/// As a change of the sums is added.
pub(crate) fn order_cells(writer: i64, of: &OrdersOf, orders: i64) -> [Cell<'_>; 4] {
    [Cell::number(writer), Cell::text(of.booth.as_str()), Cell::text(of.status), Cell::number(orders)]
}

/// As a change of the sums is added.
pub(crate) fn takings_cells<'a>(writer: i64, of: &'a TakingsOf, amounts: &Amounts) -> [Cell<'a>; 12] {
    [
        Cell::number(writer),
        Cell::number(of.hour.stored()),
        Cell::text(of.provider.word()),
        Cell::text(of.booth.as_str()),
        Cell::number(amounts.paid),
        Cell::number(amounts.paid_tiyin),
        Cell::number(amounts.refunded),
        Cell::number(amounts.refunded_tiyin),
        Cell::number(amounts.owed),
        Cell::number(amounts.owed_tiyin),
        Cell::number(amounts.given_back),
        Cell::number(amounts.given_back_tiyin),
    ]
}

/// Reads `booth_id, status, sum(orders)`.
pub(crate) fn read_orders(row: &impl Row) -> Result<(OrdersOf, i64), StoreError> {
    let mut columns = Columns::from(row, 0);
    let booth = BoothId::parse(columns.text()?).map_err(damage)?;
    let status = columns.word(OrderStatus::from_word, "a sum is of an unknown status")?;
    Ok((OrdersOf { booth, status: status.word() }, columns.number()?))
}

/// Reads `hour, provider, booth_id` and the sums.
pub(crate) fn read_takings(row: &impl Row) -> Result<(TakingsOf, Amounts), StoreError> {
    let mut columns = Columns::from(row, 0);
    let hour = Hour::of_stored(columns.number()?);
    let provider = columns.word(Provider::from_word, "a sum is of an unknown provider")?;
    let booth = BoothId::parse(columns.text()?).map_err(damage)?;
    let amounts = Amounts {
        paid: columns.number()?,
        paid_tiyin: columns.number()?,
        refunded: columns.number()?,
        refunded_tiyin: columns.number()?,
        owed: columns.number()?,
        owed_tiyin: columns.number()?,
        given_back: columns.number()?,
        given_back_tiyin: columns.number()?,
    };
    Ok((TakingsOf { hour, provider, booth }, amounts))
}
