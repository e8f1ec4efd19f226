//! From rows to types. A row that does not fit its type is damage, never a default.

use super::archive;
use crate::StoreError;
use boothpay_protocol::journal::{Actor, Entry};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::rows::{Needs, Rows, StoredKey};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

macro_rules! order_columns {
    () => {
        "order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms, printed_at_ms, changed_at_ms, version"
    };
}
pub(super) use order_columns;

macro_rules! tx_columns {
    () => {
        "number, provider, provider_id, order_id, amount_tiyin, provider_time_ms, create_time_ms, perform_time_ms, \
         cancel_time_ms, state, reason, account, fiscal_perform, fiscal_cancel"
    };
}
pub(super) use tx_columns;

/// The rows that a call needs, as they are now.
pub(crate) fn load(connection: &Connection, needs: &Needs) -> Result<Rows, StoreError> {
    let transaction = match &needs.transaction {
        Some((provider, id)) => by_provider_id(connection, *provider, id)?,
        None => None,
    };
    let order_id = transaction.as_ref().map(|transaction| &transaction.order_id).or(needs.order.as_ref());
    let order = match order_id {
        Some(id) => order(connection, id)?,
        None => None,
    };
    // A live transaction that was asked for is the one that holds its order: there is no other.
    let live = match (&transaction, order_id) {
        (Some(transaction), _) if transaction.state.is_live() => Some(transaction.clone()),
        (_, Some(id)) => live(connection, id)?,
        (_, None) => None,
    };
    let key = match needs.key {
        Some(provider) => stored_key(connection, provider)?,
        None => None,
    };
    let missed = needs.transaction.is_some() && transaction.is_none() || needs.order.is_some() && order.is_none();
    let rows = Rows { transaction, order, live, next_number: next_number(connection)?, key, archived: false };
    if missed { archive::fill(connection, needs, rows) } else { Ok(rows) }
}

pub(super) fn order(connection: &Connection, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let sql = concat!("select ", order_columns!(), " from orders where order_id = ?1");
    Ok(connection.prepare_cached(sql)?.query_row([id.as_str()], read_order).optional()?)
}

pub(super) fn live(connection: &Connection, id: &OrderId) -> Result<Option<Transaction>, StoreError> {
    let sql = concat!("select ", tx_columns!(), " from transactions where order_id = ?1 and state in (1, 2)");
    Ok(connection.prepare_cached(sql)?.query_row([id.as_str()], read_transaction).optional()?)
}

fn by_provider_id(
    connection: &Connection,
    provider: Provider,
    id: &ProviderId,
) -> Result<Option<Transaction>, StoreError> {
    let sql = concat!("select ", tx_columns!(), " from transactions where provider = ?1 and provider_id = ?2");
    Ok(connection.prepare_cached(sql)?.query_row([provider.word(), id.as_str()], read_transaction).optional()?)
}

/// Numbers are never reused: transactions are never deleted, only archived.
fn next_number(connection: &Connection) -> Result<TransactionNumber, StoreError> {
    let sql = "select max(coalesce((select max(number) from transactions), 0),
                          coalesce((select max(number) from archived_transactions), 0))";
    let last: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(TransactionNumber::new(last.saturating_add(1)))
}

fn stored_key(connection: &Connection, provider: Provider) -> Result<Option<StoredKey>, StoreError> {
    let sql = "select digest, replaces from provider_keys where provider = ?1";
    let key = connection.prepare_cached(sql)?.query_row(params![provider.word()], |row| {
        let digest = |index| -> rusqlite::Result<KeyDigest> {
            let bytes: Vec<u8> = row.get(index)?;
            KeyDigest::from_bytes(&bytes).ok_or_else(|| damage(index, Type::Blob, "a key digest has a wrong size"))
        };
        Ok(StoredKey { digest: digest(0)?, replaces: digest(1)? })
    });
    Ok(key.optional()?)
}

/// Reads the columns of `order_columns!`.
pub(super) fn read_order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: OrderId::parse(&row.get::<_, String>(0)?).map_err(|error| damage(0, Type::Text, error))?,
        amount: Tiyin::new(row.get(1)?).map_err(|error| damage(1, Type::Integer, error))?,
        copies: Copies::new(row.get(2)?).map_err(|error| damage(2, Type::Integer, error))?,
        booth: row.get(3)?,
        status: read_status(row, 4)?,
        created_at: TimeMs::new(row.get(5)?),
        expires_at: TimeMs::new(row.get(6)?),
        printed_at: row.get::<_, Option<i64>>(7)?.map(TimeMs::new),
        changed_at: TimeMs::new(row.get(8)?),
        version: row.get(9)?,
    })
}

pub(super) fn read_status(row: &Row<'_>, index: usize) -> rusqlite::Result<OrderStatus> {
    let word: String = row.get(index)?;
    OrderStatus::from_word(&word).ok_or_else(|| damage(index, Type::Text, "an order has an unknown status"))
}

pub(super) fn read_provider(row: &Row<'_>, index: usize) -> rusqlite::Result<Provider> {
    let word: String = row.get(index)?;
    Provider::from_word(&word).ok_or_else(|| damage(index, Type::Text, "a transaction has an unknown provider"))
}

/// Reads the columns of `tx_columns!`.
pub(super) fn read_transaction(row: &Row<'_>) -> rusqlite::Result<Transaction> {
    let time = |index| -> rusqlite::Result<Option<TimeMs>> { Ok(row.get::<_, Option<i64>>(index)?.map(TimeMs::new)) };
    let state = State::from_parts(row.get(9)?, time(7)?, time(8)?, row.get(10)?);
    Ok(Transaction {
        number: TransactionNumber::new(row.get(0)?),
        provider: read_provider(row, 1)?,
        provider_id: ProviderId::parse(&row.get::<_, String>(2)?).map_err(|error| damage(2, Type::Text, error))?,
        order_id: OrderId::parse(&row.get::<_, String>(3)?).map_err(|error| damage(3, Type::Text, error))?,
        amount: Tiyin::new(row.get(4)?).map_err(|error| damage(4, Type::Integer, error))?,
        provider_time: TimeMs::new(row.get(5)?),
        create_time: TimeMs::new(row.get(6)?),
        state: state.ok_or_else(|| damage(9, Type::Integer, "a transaction's state and times do not fit"))?,
        account: row.get(11)?,
        fiscal_perform: row.get(12)?,
        fiscal_cancel: row.get(13)?,
    })
}

/// Reads `order_id, version, at_ms, actor, change`.
pub(super) fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let actor: String = row.get(3)?;
    let change: String = row.get(4)?;
    Ok(Entry {
        order_id: OrderId::parse(&row.get::<_, String>(0)?).map_err(|error| damage(0, Type::Text, error))?,
        version: row.get(1)?,
        at: TimeMs::new(row.get(2)?),
        actor: Actor::from_word(&actor).ok_or_else(|| damage(3, Type::Text, "a journal row has an unknown actor"))?,
        change: serde_json::from_str(&change).map_err(|error| damage(4, Type::Text, error))?,
    })
}

fn damage(index: usize, kind: Type, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, kind, cause.into())
}
