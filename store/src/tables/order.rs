//! The orders' table.

use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::printing::{PrintState, Printing};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

/// How many columns there are.
pub(crate) const COLUMNS: usize = 21;

pub(crate) const TABLE: Table = Table { name: "orders", columns: &LIST, order: "order_row" };

const LIST: [Column; COLUMNS] = [
    column("order_row", Kind::Number, "row"),
    column("order_id", Kind::Text, "id"),
    column("amount_tiyin", Kind::Number, "amount"),
    column("copies", Kind::Number, "number of copies"),
    column("booth_id", Kind::Text, "booth"),
    column("booth_name", Kind::Text, "booth's name"),
    column("by_api", Kind::Number, "mark of who made it"),
    changing("chosen", Kind::Text, "chosen provider"),
    changing("language", Kind::Text, "language"),
    changing("status", Kind::Text, "status"),
    column("created_at_ms", Kind::Number, "time of creation"),
    changing("expires_at_ms", Kind::Number, "expiry"),
    changing("begun_at_ms", Kind::Number, "time when a provider first began to pay it"),
    changing("printed_at_ms", Kind::Number, "time of printing"),
    changing("print_state", Kind::Text, "state of its prints"),
    changing("print_job", Kind::Number, "print job"),
    changing("copies_printed", Kind::Number, "number of copies printed"),
    changing("print_until_ms", Kind::Number, "time of its prints' state"),
    changing("refund_asked_at_ms", Kind::Number, "time when its money was asked back"),
    changing("changed_at_ms", Kind::Number, "time of its last change"),
    changing("version", Kind::Number, "version"),
];

/// A row's number in its table, by which its transactions and its journal refer to it. It means nothing outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowNumber(pub(crate) i64);

/// As it is written.
pub(crate) fn cells(row: RowNumber, order: &Order) -> [Cell<'_>; COLUMNS] {
    [
        Cell::number(row.0),
        Cell::text(order.id.as_str()),
        Cell::number(order.amount.tiyin()),
        Cell::number(order.copies.get().into()),
        Cell::text(order.booth.id.as_str()),
        Cell::text(&order.booth.name),
        Cell::number(order.by_api.into()),
        Cell::Text(order.chosen.map(Provider::word)),
        Cell::Text(order.language.map(Language::code)),
        Cell::text(order.status.word()),
        Cell::number(order.created_at.ms()),
        Cell::number(order.expires_at.ms()),
        Cell::Number(order.begun_at.map(TimeMs::ms)),
        Cell::Number(order.printed_at.map(TimeMs::ms)),
        Cell::Text(order.printing.map(|it| it.state.word())),
        Cell::Number(order.printing.map(|it| it.job.into())),
        Cell::Number(order.printing.map(|it| it.done.into())),
        Cell::Number(order.printing.and_then(|it| it.state.until()).map(TimeMs::ms)),
        Cell::Number(order.refund_asked_at.map(TimeMs::ms)),
        Cell::number(order.changed_at.ms()),
        Cell::number(order.version.into()),
    ]
}

/// Reads a row whose columns begin at `first`.
pub(crate) fn read(row: &impl Row, first: usize) -> Result<(RowNumber, Order), StoreError> {
    let mut columns = Columns::from(row, first);
    let number = RowNumber(columns.number()?);
    let order = Order {
        id: OrderId::parse(columns.text()?).map_err(damage)?,
        amount: Tiyin::new(columns.number()?).map_err(damage)?,
        copies: Copies::new(u16::try_from(columns.number()?).map_err(damage)?).map_err(damage)?,
        booth: Booth { id: BoothId::parse(columns.text()?).map_err(damage)?, name: columns.text()?.to_owned() },
        by_api: columns.number()? == 1,
        chosen: columns.maybe_word(Provider::from_word, "an order has an unknown provider")?,
        language: columns.maybe_word(Language::from_code, "an order has an unknown language")?,
        status: columns.word(OrderStatus::from_word, "an order has an unknown status")?,
        created_at: TimeMs::new(columns.number()?),
        expires_at: TimeMs::new(columns.number()?),
        begun_at: columns.maybe_number()?.map(TimeMs::new),
        printed_at: columns.maybe_number()?.map(TimeMs::new),
        printing: read_printing(&mut columns)?,
        refund_asked_at: columns.maybe_number()?.map(TimeMs::new),
        changed_at: TimeMs::new(columns.number()?),
        version: u32::try_from(columns.number()?).map_err(damage)?,
    };
    Ok((number, order))
}

/// Reads the four columns of an order's prints.
fn read_printing(columns: &mut Columns<'_, impl Row>) -> Result<Option<Printing>, StoreError> {
    let word = columns.maybe_text()?;
    let (job, done) = (columns.maybe_number()?, columns.maybe_number()?);
    let until = columns.maybe_number()?.map(TimeMs::new);
    let (Some(word), Some(job), Some(done)) = (word, job, done) else {
        let is_empty = word.is_none() && job.is_none() && done.is_none() && until.is_none();
        return if is_empty { Ok(None) } else { Err(damage("an order's prints are half there")) };
    };
    let state = PrintState::from_parts(word, until);
    let state = state.ok_or_else(|| damage("the state and the time of an order's prints do not fit"))?;
    let (job, done) = (u32::try_from(job).map_err(damage)?, u16::try_from(done).map_err(damage)?);
    Ok(Some(Printing { job, done, state }))
}

/// Reads an id that stands alone.
pub(crate) fn read_id(row: &impl Row, index: usize) -> Result<OrderId, StoreError> {
    OrderId::parse(Columns::from(row, index).text()?).map_err(damage)
}
