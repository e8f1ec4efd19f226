//! From rows to types. A row that does not fit its type is damage, never a default.

use crate::error::StoreError;
use boothpay_protocol::journal::{Actor, Entry};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::rows::StoredKey;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

/// The columns that [`read_order`] reads, of the table `o`.
macro_rules! order_columns {
    () => {
        "o.order_id, o.amount_tiyin, o.copies, o.booth, o.status, o.created_at_ms, o.expires_at_ms, o.printed_at_ms, \
         o.changed_at_ms, o.version"
    };
}
pub(crate) use order_columns;

/// How many columns an order has: behind them begin a transaction's where both are read.
pub(crate) const ORDER_COLUMNS: usize = 10;

/// The columns that [`read_transaction`] reads, of the table `t`.
macro_rules! tx_columns {
    () => {
        "t.number, t.provider, t.provider_id, t.order_id, t.amount_tiyin, t.provider_time_ms, t.create_time_ms, \
         t.perform_time_ms, t.cancel_time_ms, t.state, t.reason, t.account, t.fiscal_perform, t.fiscal_cancel"
    };
}
pub(crate) use tx_columns;

/// Reads `provider, digest, replaces`.
pub(crate) fn read_key(row: &Row) -> Result<StoredKey, StoreError> {
    let digest = |index| {
        let bytes: &[u8] = get(row, index)?;
        KeyDigest::from_bytes(bytes).ok_or_else(|| damage("a key digest has a wrong size"))
    };
    Ok(StoredKey { digest: digest(1)?, replaces: digest(2)? })
}

/// Reads the columns of `order_columns!`, which come first.
pub(crate) fn read_order(row: &Row) -> Result<Order, StoreError> {
    let copies = u16::try_from(get::<i64>(row, 2)?).map_err(damage)?;
    Ok(Order {
        id: read_order_id(row, 0)?,
        amount: Tiyin::new(get(row, 1)?).map_err(damage)?,
        copies: Copies::new(copies).map_err(damage)?,
        booth: get(row, 3)?,
        status: read_status(row, 4)?,
        created_at: TimeMs::new(get(row, 5)?),
        expires_at: TimeMs::new(get(row, 6)?),
        printed_at: get::<Option<i64>>(row, 7)?.map(TimeMs::new),
        changed_at: TimeMs::new(get(row, 8)?),
        version: u32::try_from(get::<i64>(row, 9)?).map_err(damage)?,
    })
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
    let state = State::from_parts(get(row, column(9))?, time(7)?, time(8)?, get(row, column(10))?);
    Ok(Transaction {
        number: TransactionNumber::new(get(row, column(0))?),
        provider: read_provider(row, column(1))?,
        provider_id: ProviderId::parse(get(row, column(2))?).map_err(damage)?,
        order_id: read_order_id(row, column(3))?,
        amount: Tiyin::new(get(row, column(4))?).map_err(damage)?,
        provider_time: TimeMs::new(get(row, column(5))?),
        create_time: TimeMs::new(get(row, column(6))?),
        state: state.ok_or_else(|| damage("a transaction's state and times do not fit"))?,
        account: get(row, column(11))?,
        fiscal_perform: get(row, column(12))?,
        fiscal_cancel: get(row, column(13))?,
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
