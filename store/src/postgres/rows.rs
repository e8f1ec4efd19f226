//! From rows to types. A row that does not fit its type is damage, never a default.

use crate::error::StoreError;
use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::setting::{Setting, SettingName};
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

/// The columns that [`read_order`] reads, of the table `o`.
macro_rules! order_columns {
    () => {
        "o.order_id, o.amount_tiyin, o.copies, o.booth_id, o.booth, o.chosen, o.language, o.status, o.created_at_ms, \
         o.expires_at_ms, o.printed_at_ms, o.changed_at_ms, o.version"
    };
}
pub(crate) use order_columns;

/// How many columns an order has: behind them begin a transaction's where both are read.
pub(crate) const ORDER_COLUMNS: usize = 13;

/// The columns that [`read_transaction`] reads, of the table `t`.
macro_rules! tx_columns {
    () => {
        "t.number, t.provider, t.provider_id, t.order_id, t.amount_tiyin, t.provider_time_ms, t.create_time_ms, \
         t.perform_time_ms, t.cancel_time_ms, t.state, t.reason, t.details"
    };
}
pub(crate) use tx_columns;

/// Reads `name, value, version, changed_at_ms`.
pub(crate) fn read_setting(row: &Row) -> Result<Setting, StoreError> {
    Ok(Setting {
        name: SettingName::parse(get(row, 0)?).map_err(damage)?,
        value: get(row, 1)?,
        version: u32::try_from(get::<i64>(row, 2)?).map_err(damage)?,
        changed_at: TimeMs::new(get(row, 3)?),
    })
}

/// Reads the columns of `order_columns!`, which come first.
pub(crate) fn read_order(row: &Row) -> Result<Order, StoreError> {
    let copies = u16::try_from(get::<i64>(row, 2)?).map_err(damage)?;
    Ok(Order {
        id: read_order_id(row, 0)?,
        amount: Tiyin::new(get(row, 1)?).map_err(damage)?,
        copies: Copies::new(copies).map_err(damage)?,
        booth: Booth { id: BoothId::parse(get(row, 3)?).map_err(damage)?, name: get(row, 4)? },
        chosen: word(row, 5, Provider::from_word, "an order has an unknown provider")?,
        language: word(row, 6, Language::from_code, "an order has an unknown language")?,
        status: read_status(row, 7)?,
        created_at: TimeMs::new(get(row, 8)?),
        expires_at: TimeMs::new(get(row, 9)?),
        printed_at: get::<Option<i64>>(row, 10)?.map(TimeMs::new),
        changed_at: TimeMs::new(get(row, 11)?),
        version: u32::try_from(get::<i64>(row, 12)?).map_err(damage)?,
    })
}

/// A column that may be empty, or holds one of a few words.
fn word<T>(
    row: &Row,
    index: usize,
    read: impl Fn(&str) -> Option<T>,
    why: &'static str,
) -> Result<Option<T>, StoreError> {
    get::<Option<&str>>(row, index)?.map(|word| read(word).ok_or_else(|| damage(why))).transpose()
}

pub(crate) fn read_order_id(row: &Row, index: usize) -> Result<OrderId, StoreError> {
    OrderId::parse(get(row, index)?).map_err(damage)
}

pub(crate) fn read_status(row: &Row, index: usize) -> Result<OrderStatus, StoreError> {
    OrderStatus::from_word(get(row, index)?).ok_or_else(|| damage("an order has an unknown status"))
}

pub(crate) fn read_provider(row: &Row, index: usize) -> Result<Provider, StoreError> {
    Provider::from_word(get(row, index)?).ok_or_else(|| damage("a transaction has an unknown provider"))
}

/// Reads the columns of `tx_columns!`, which begin at `first`.
pub(crate) fn read_transaction(row: &Row, first: usize) -> Result<Transaction, StoreError> {
    let column = |offset: usize| first.saturating_add(offset);
    let time = |offset| -> Result<Option<TimeMs>, StoreError> {
        Ok(get::<Option<i64>>(row, column(offset))?.map(TimeMs::new))
    };
    let reason = word(row, column(10), Reason::from_word, "a transaction has an unknown reason")?;
    let state = State::from_parts(get(row, column(9))?, time(7)?, time(8)?, reason);
    Ok(Transaction {
        number: TransactionNumber::new(get(row, column(0))?),
        provider: read_provider(row, column(1))?,
        provider_id: ProviderId::parse(get(row, column(2))?).map_err(damage)?,
        order_id: read_order_id(row, column(3))?,
        amount: Tiyin::new(get(row, column(4))?).map_err(damage)?,
        provider_time: TimeMs::new(get(row, column(5))?),
        create_time: TimeMs::new(get(row, column(6))?),
        state: state.ok_or_else(|| damage("a transaction's state and times do not fit"))?,
        details: Details::new(get(row, column(11))?),
    })
}

/// Reads `order_id, version, at_ms, actor, change::text`.
pub(crate) fn read_entry(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        order_id: read_order_id(row, 0)?,
        version: u32::try_from(get::<i64>(row, 1)?).map_err(damage)?,
        at: TimeMs::new(get(row, 2)?),
        actor: Actor::from_word(get(row, 3)?).ok_or_else(|| damage("a journal row has an unknown actor"))?,
        change: serde_json::from_str(get(row, 4)?).map_err(damage)?,
    })
}

/// One column; of another type than expected, it is damage.
pub(crate) fn get<'a, T: FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, StoreError> {
    row.try_get(index).map_err(damage)
}

fn damage(cause: impl ToString) -> StoreError {
    StoreError::Damaged(cause.to_string().into())
}
