//! The tables of the sums that are kept of all orders. Each writer has rows of its own, so that no two wait for each other.

use super::{Cell, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use crate::sums::{Amounts, Counts, Hour, OrdersOf, TakingsOf};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use std::ops::Range;

/// How many orders of each hour have each status.
pub(crate) const ORDERS: Table = Table {
    name: "order_sums",
    columns: &[
        column("writer", Kind::Number, "writer"),
        column("hour", Kind::Number, "hour"),
        column("booth_id", Kind::Text, "booth"),
        column("status", Kind::Text, "status"),
        column("begun", Kind::Number, "whether begun"),
        changing("orders", Kind::Number, "orders"),
        changing("copies", Kind::Number, "copies"),
        changing("amount_tiyin", Kind::Number, "sum"),
        changing("asked_back", Kind::Number, "asked back"),
        changing("asked_back_tiyin", Kind::Number, "sum asked back"),
    ],
    order: "writer, hour, booth_id, status, begun",
};

/// What was performed in each hour, and what went back in it.
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
        changing("went_back", Kind::Number, "went back"),
        changing("went_back_tiyin", Kind::Number, "sum that went back"),
    ],
    order: "writer, hour, provider, booth_id",
};

/// As a change of the sums is added.
pub(crate) fn order_cells<'a>(writer: i64, of: &'a OrdersOf, counts: &Counts) -> [Cell<'a>; 10] {
    [
        Cell::number(writer),
        Cell::number(of.hour.stored()),
        Cell::text(of.booth.as_str()),
        Cell::text(of.status),
        Cell::number(of.begun.into()),
        Cell::number(counts.orders),
        Cell::number(counts.copies),
        Cell::number(counts.amount_tiyin),
        Cell::number(counts.asked_back),
        Cell::number(counts.asked_back_tiyin),
    ]
}

/// As a change of the sums is added.
pub(crate) fn takings_cells<'a>(writer: i64, of: &'a TakingsOf, amounts: &Amounts) -> [Cell<'a>; 14] {
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
        Cell::number(amounts.went_back),
        Cell::number(amounts.went_back_tiyin),
    ]
}

/// Spans of hours, as a statement takes them: all hours together first, which stand under -1, and then those that are asked for.
/// None of those reaches over the -1.
pub(crate) fn spans(asked: &[Range<i64>]) -> Vec<[i64; 2]> {
    let all = [-1, 0];
    std::iter::once(all).chain(asked.iter().map(|span| [span.start.max(0), span.end])).collect()
}

/// Selects what [`read_orders`] reads, over all writers: each hour's, or those of spans together, under the hour with which each
/// begins. `spans` is a table with the columns `begins` and `ends`. Sums of `bigint` are `numeric` on PostgreSQL, which is cast
/// back; SQLite knows the name of the type as well.
pub(crate) fn select_orders(spans: Option<&str>) -> String {
    let (hour, rows) = of_spans(&ORDERS, spans);
    format!(
        "select {hour}, booth_id, status, begun, cast(sum(orders) as bigint), cast(sum(copies) as bigint),
                cast(sum(amount_tiyin) as bigint), cast(sum(asked_back) as bigint), cast(sum(asked_back_tiyin) as bigint)
         from {rows} group by {hour}, booth_id, status, begun order by {hour}, booth_id, status, begun"
    )
}

/// Selects what [`read_takings`] reads, over all writers, as [`select_orders`] does.
pub(crate) fn select_takings(spans: Option<&str>) -> String {
    let (hour, rows) = of_spans(&TAKINGS, spans);
    format!(
        "select {hour}, provider, booth_id, cast(sum(paid) as bigint), cast(sum(paid_tiyin) as bigint),
                cast(sum(refunded) as bigint), cast(sum(refunded_tiyin) as bigint), cast(sum(owed) as bigint),
                cast(sum(owed_tiyin) as bigint), cast(sum(given_back) as bigint), cast(sum(given_back_tiyin) as bigint),
                cast(sum(went_back) as bigint), cast(sum(went_back_tiyin) as bigint)
         from {rows} group by {hour}, provider, booth_id order by {hour}, provider, booth_id"
    )
}

/// By what the rows of a table are summed, and which rows. SQLite reads the left side of a `cross join` first, so each span is found
/// by the key, however many years of hours there are.
fn of_spans(table: &Table, spans: Option<&str>) -> (&'static str, String) {
    let name = table.name;
    match spans {
        None => ("hour", name.to_owned()),
        Some(spans) => ("begins", format!("{spans} cross join {name} where hour >= begins and hour < ends")),
    }
}

/// Reads a row of [`select_orders`].
pub(crate) fn read_orders(row: &impl Row) -> Result<(OrdersOf, Counts), StoreError> {
    let mut columns = Columns::from(row, 0);
    let hour = Hour::of_stored(columns.number()?);
    let booth = BoothId::parse(columns.text()?).map_err(damage)?;
    let status = columns.word(OrderStatus::from_word, "a sum is of an unknown status")?;
    let begun = columns.number()? != 0;
    let counts = Counts {
        orders: columns.number()?,
        copies: columns.number()?,
        amount_tiyin: columns.number()?,
        asked_back: columns.number()?,
        asked_back_tiyin: columns.number()?,
    };
    Ok((OrdersOf { hour, booth, status: status.word(), begun }, counts))
}

/// Reads a row of [`select_takings`].
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
        went_back: columns.number()?,
        went_back_tiyin: columns.number()?,
    };
    Ok((TakingsOf { hour, provider, booth }, amounts))
}
