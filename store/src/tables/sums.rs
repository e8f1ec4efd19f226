//! The tables of the sums that are kept of all orders. Each writer has rows of its own, so that no two wait for each other.

use super::{Cell, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use crate::sums::{Amounts, Counts, DAY, Hours, OrdersOf, TakingsOf};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use std::ops::Range;

/// How many orders of each hour, each day and all time have each status. `hours` is how many hours a row is about and `hour` the
/// first of them, as [`Hours::stored`] has them.
pub(crate) const ORDERS: Table = Table {
    name: "order_sums",
    columns: &[
        column("writer", Kind::Number, "writer"),
        column("hours", Kind::Number, "how many hours"),
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
    order: "writer, hours, hour, booth_id, status, begun",
};

/// What was performed in each hour, each day and all time, and what went back in it.
pub(crate) const TAKINGS: Table = Table {
    name: "takings",
    columns: &[
        column("writer", Kind::Number, "writer"),
        column("hours", Kind::Number, "how many hours"),
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
    order: "writer, hours, hour, provider, booth_id",
};

/// As a change of the sums is added.
pub(crate) fn order_cells<'a>(writer: i64, of: &'a OrdersOf, counts: &Counts) -> [Cell<'a>; 11] {
    let (hours, hour) = of.hours.stored();
    [
        Cell::number(writer),
        Cell::number(hours),
        Cell::number(hour),
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
pub(crate) fn takings_cells<'a>(writer: i64, of: &'a TakingsOf, amounts: &Amounts) -> [Cell<'a>; 15] {
    let (hours, hour) = of.hours.stored();
    [
        Cell::number(writer),
        Cell::number(hours),
        Cell::number(hour),
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

/// A part of a span: rows about so many hours each, from the first hour up to the end. What they sum up to is told under `of`, the
/// span's first hour, or [`ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) of: i64,
    pub(crate) hours: i64,
    pub(crate) begins: i64,
    pub(crate) ends: i64,
}

/// Stands for all time where others have their first hour.
const ALL: i64 = -1;

/// The parts of spans of hours, as a statement takes them: all time first, and then of each span that is asked for the whole days,
/// and the hours before and after them.
pub(crate) fn parts(asked: &[Range<i64>]) -> Vec<Part> {
    let all = Part { of: ALL, hours: 0, begins: 0, ends: 1 };
    let of_span = |span: &Range<i64>| {
        let (of, end) = (span.start.max(0), span.end);
        let day_before = |hour: i64| hour.saturating_sub(hour.rem_euclid(DAY));
        let first_day = day_before(of.saturating_add(DAY.saturating_sub(1))).min(end);
        let last_day = day_before(end).max(first_day);
        let part = |hours, begins, ends| Part { of, hours, begins, ends };
        [part(1, of, first_day), part(DAY, first_day, last_day), part(1, last_day, end)]
    };
    let parts = std::iter::once(all).chain(asked.iter().flat_map(of_span));
    parts.filter(|part| part.begins < part.ends).collect()
}

/// Selects what [`read_orders`] reads, over all writers: what each row is about, or, with the name of a table of [`Part`]s, spans
/// as if each were its first hour. Sums of `bigint` are `numeric` on PostgreSQL, which is cast back; SQLite knows the name of the
/// type as well.
pub(crate) fn select_orders(parts: Option<&str>) -> String {
    let (about, rows) = of_parts(&ORDERS, parts);
    format!(
        "select {about}, booth_id, status, begun, cast(sum(orders) as bigint), cast(sum(copies) as bigint),
                cast(sum(amount_tiyin) as bigint), cast(sum(asked_back) as bigint), cast(sum(asked_back_tiyin) as bigint)
         from {rows} group by 1, 2, booth_id, status, begun order by 1, 2, booth_id, status, begun"
    )
}

/// Selects what [`read_takings`] reads, over all writers, as [`select_orders`] does.
pub(crate) fn select_takings(parts: Option<&str>) -> String {
    let (about, rows) = of_parts(&TAKINGS, parts);
    format!(
        "select {about}, provider, booth_id, cast(sum(paid) as bigint), cast(sum(paid_tiyin) as bigint),
                cast(sum(refunded) as bigint), cast(sum(refunded_tiyin) as bigint), cast(sum(owed) as bigint),
                cast(sum(owed_tiyin) as bigint), cast(sum(given_back) as bigint), cast(sum(given_back_tiyin) as bigint),
                cast(sum(went_back) as bigint), cast(sum(went_back_tiyin) as bigint)
         from {rows} group by 1, 2, provider, booth_id order by 1, 2, provider, booth_id"
    )
}

/// What the sums of a table's rows are about, as [`Hours::stored`] has it, and which rows. SQLite reads the left side of a `cross
/// join` first, so each part is found by the key, however many years there are.
fn of_parts(table: &Table, parts: Option<&str>) -> (String, String) {
    let name = table.name;
    match parts {
        None => ("hours, hour".to_owned(), name.to_owned()),
        Some(parts) => (
            format!("cast(case of_span when {ALL} then 0 else 1 end as bigint), of_span"),
            format!("{parts} cross join {name} where hours = part_hours and hour >= begins and hour < ends"),
        ),
    }
}

/// What a row of sums is about.
fn read_hours(columns: &mut Columns<'_, impl Row>) -> Result<Hours, StoreError> {
    let (hours, hour) = (columns.number()?, columns.number()?);
    Hours::of_stored(hours, hour).ok_or_else(|| damage("a sum is about neither an hour nor a day"))
}

/// Reads a row of [`select_orders`].
pub(crate) fn read_orders(row: &impl Row) -> Result<(OrdersOf, Counts), StoreError> {
    let mut columns = Columns::from(row, 0);
    let hours = read_hours(&mut columns)?;
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
    Ok((OrdersOf { hours, booth, status: status.word(), begun }, counts))
}

/// Reads a row of [`select_takings`].
pub(crate) fn read_takings(row: &impl Row) -> Result<(TakingsOf, Amounts), StoreError> {
    let mut columns = Columns::from(row, 0);
    let hours = read_hours(&mut columns)?;
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
    Ok((TakingsOf { hours, provider, booth }, amounts))
}
