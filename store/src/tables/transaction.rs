//! The transactions' table.

use super::order::RowNumber;
use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

/// How many columns there are.
pub(crate) const COLUMNS: usize = 12;

pub(crate) const TABLE: Table = Table { name: "transactions", columns: &LIST, order: "number" };

const LIST: [Column; COLUMNS] = [
    column("number", Kind::Number, "number"),
    column("order_row", Kind::Number, "order"),
    column("provider", Kind::Text, "provider"),
    column("provider_id", Kind::Text, "provider's id"),
    column("amount_tiyin", Kind::Number, "amount"),
    column("provider_time_ms", Kind::Number, "provider's time"),
    column("create_time_ms", Kind::Number, "time of creation"),
    changing("perform_time_ms", Kind::Number, "perform time"),
    changing("cancel_time_ms", Kind::Number, "cancel time"),
    changing("state", Kind::Text, "state"),
    changing("reason", Kind::Text, "reason"),
    changing("details", Kind::Text, "provider's details"),
];

/// As it is written.
pub(crate) fn cells(order: RowNumber, transaction: &Transaction) -> [Cell<'_>; COLUMNS] {
    let state = transaction.state;
    [
        Cell::number(transaction.number.get()),
        Cell::number(order.0),
        Cell::text(transaction.provider.word()),
        Cell::text(transaction.provider_id.as_str()),
        Cell::number(transaction.amount.tiyin()),
        Cell::number(transaction.provider_time.ms()),
        Cell::number(transaction.create_time.ms()),
        Cell::Number(state.perform_time().map(TimeMs::ms)),
        Cell::Number(state.cancel_time().map(TimeMs::ms)),
        Cell::text(state.word()),
        Cell::Text(state.reason().map(Reason::word)),
        Cell::text(transaction.details.as_str()),
    ]
}

/// Reads a row whose columns begin at `first`. The order's id stands in the order's own row.
pub(crate) fn read(row: &impl Row, first: usize, order_id: OrderId) -> Result<(RowNumber, Transaction), StoreError> {
    let mut columns = Columns::from(row, first);
    let number = TransactionNumber::new(columns.number()?);
    let order = RowNumber(columns.number()?);
    let provider = columns.word(Provider::from_word, "a transaction has an unknown provider")?;
    let provider_id = ProviderId::parse(columns.text()?).map_err(damage)?;
    let amount = Tiyin::new(columns.number()?).map_err(damage)?;
    let (provider_time, create_time) = (TimeMs::new(columns.number()?), TimeMs::new(columns.number()?));
    let (performed, cancelled) = (columns.maybe_number()?.map(TimeMs::new), columns.maybe_number()?.map(TimeMs::new));
    let word = columns.text()?;
    let reason = columns.maybe_word(Reason::from_word, "a transaction has an unknown reason")?;
    let state = State::from_parts(word, performed, cancelled, reason);
    let state = state.ok_or_else(|| damage("a transaction's state and times do not fit"))?;
    let details = Details::new(columns.text()?.to_owned());
    let transaction =
        Transaction { number, provider, provider_id, order_id, amount, provider_time, create_time, state, details };
    Ok((order, transaction))
}
