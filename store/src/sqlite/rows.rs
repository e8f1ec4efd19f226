//! Loading what calls need, and from rows to types. A row that does not fit its type is damage, never a default.

use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::journal::{Actor, Entry};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::rows::{Needs, StoredKey};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

macro_rules! order_columns {
    () => {
        "order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms, printed_at_ms, changed_at_ms, version"
    };
}
pub(crate) use order_columns;

/// How many they are: behind them begin a transaction's where both are read.
const ORDER_COLUMNS: usize = 10;

macro_rules! tx_columns {
    () => {
        "number, provider, provider_id, order_id, amount_tiyin, provider_time_ms, create_time_ms, perform_time_ms, \
         cancel_time_ms, state, reason, account, fiscal_perform, fiscal_cancel"
    };
}
pub(crate) use tx_columns;

const BY_PROVIDER_ID: &str =
    concat!("select ", tx_columns!(), " from transactions where provider = ?1 and provider_id = ?2");

const ORDER: &str = concat!("select ", order_columns!(), " from orders where order_id = ?1");

/// An order and, behind its columns, the transaction that holds it.
const ORDER_AND_LIVE: &str = concat!(
    "select * from (select ",
    order_columns!(),
    " from orders where order_id = ?1) left join (select ",
    tx_columns!(),
    " from transactions where order_id = ?1 and state in (1, 2))"
);

/// The transaction that holds an order.
const LIVE: &str = concat!("select ", tx_columns!(), " from transactions where order_id = ?1 and state in (1, 2)");

/// The statements that load what calls need, each prepared for a batch when it is first needed.
pub(crate) struct Loading<'c> {
    connection: &'c Connection,
    by_provider_id: Option<CachedStatement<'c>>,
    order: Option<CachedStatement<'c>>,
    order_and_live: Option<CachedStatement<'c>>,
}

impl<'c> Loading<'c> {
    pub(crate) const fn new(connection: &'c Connection) -> Self {
        Self { connection, by_provider_id: None, order: None, order_and_live: None }
    }

    /// The rows that a call needs, as they are now, added to those of other calls.
    pub(crate) fn load(&mut self, needs: &Needs, world: &mut World) -> Result<(), StoreError> {
        let connection = self.connection;
        if let Some(asked) = &needs.transaction
            && world.transaction(asked).is_none()
        {
            let (provider, id) = asked;
            let statement = prepared(&mut self.by_provider_id, connection, BY_PROVIDER_ID)?;
            if let Some(found) = statement.query_row([provider.word(), id.as_str()], read_transaction).optional()? {
                world.load_transaction(found);
            }
        }
        let found = needs.transaction.as_ref().and_then(|asked| world.transaction(asked));
        let holds = found.is_some_and(|transaction| transaction.state.is_live());
        if let Some(id) = found.map(|transaction| &transaction.order_id).or(needs.order.as_ref())
            && !world.has_order(id)
        {
            // A live transaction that was asked for is the one that holds its order: there is no other.
            let loaded = if holds {
                let statement = prepared(&mut self.order, connection, ORDER)?;
                statement.query_row([id.as_str()], |row| Ok((read_order(row)?, None))).optional()?
            } else {
                let statement = prepared(&mut self.order_and_live, connection, ORDER_AND_LIVE)?;
                statement.query_row([id.as_str()], read_order_and_live).optional()?
            };
            if let Some((order, live)) = loaded {
                world.load_order(order);
                if let Some(live) = live {
                    world.load_transaction(live);
                }
            }
        }
        if let Some(provider) = needs.key
            && let Some(key) = stored_key(connection, provider)?
        {
            world.load_key(provider, key);
        }
        Ok(())
    }
}

fn prepared<'a, 'c>(
    place: &'a mut Option<CachedStatement<'c>>,
    connection: &'c Connection,
    sql: &str,
) -> Result<&'a mut CachedStatement<'c>, StoreError> {
    match place {
        Some(statement) => Ok(statement),
        None => Ok(place.insert(connection.prepare_cached(sql)?)),
    }
}

pub(crate) fn live(connection: &Connection, id: &OrderId) -> Result<Option<Transaction>, StoreError> {
    Ok(connection.prepare_cached(LIVE)?.query_row([id.as_str()], read_transaction).optional()?)
}

/// The number of the next new transaction. Numbers are never reused: transactions are never deleted.
pub(crate) fn next_number(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "select coalesce(max(number), 0) from transactions";
    let last: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(last.saturating_add(1))
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
pub(crate) fn read_order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: OrderId::parse(row.get_ref(0)?.as_str()?).map_err(|error| damage(0, Type::Text, error))?,
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

pub(crate) fn read_status(row: &Row<'_>, index: usize) -> rusqlite::Result<OrderStatus> {
    OrderStatus::from_word(row.get_ref(index)?.as_str()?)
        .ok_or_else(|| damage(index, Type::Text, "an order has an unknown status"))
}

pub(crate) fn read_provider(row: &Row<'_>, index: usize) -> rusqlite::Result<Provider> {
    Provider::from_word(row.get_ref(index)?.as_str()?)
        .ok_or_else(|| damage(index, Type::Text, "a transaction has an unknown provider"))
}

/// Reads the columns of `tx_columns!`.
pub(crate) fn read_transaction(row: &Row<'_>) -> rusqlite::Result<Transaction> {
    read_transaction_behind(row, 0)
}

/// Reads the columns of `order_columns!`, then those of `tx_columns!` if there is such a row.
fn read_order_and_live(row: &Row<'_>) -> rusqlite::Result<(Order, Option<Transaction>)> {
    let number: Option<i64> = row.get(ORDER_COLUMNS)?;
    let live = number.map(|_| read_transaction_behind(row, ORDER_COLUMNS));
    Ok((read_order(row)?, live.transpose()?))
}

fn read_transaction_behind(row: &Row<'_>, columns: usize) -> rusqlite::Result<Transaction> {
    let at = |index: usize| columns.saturating_add(index);
    let time = |index| -> rusqlite::Result<Option<TimeMs>> { Ok(row.get::<_, Option<i64>>(index)?.map(TimeMs::new)) };
    let state = State::from_parts(row.get(at(9))?, time(at(7))?, time(at(8))?, row.get(at(10))?);
    Ok(Transaction {
        number: TransactionNumber::new(row.get(at(0))?),
        provider: read_provider(row, at(1))?,
        provider_id: ProviderId::parse(row.get_ref(at(2))?.as_str()?)
            .map_err(|error| damage(at(2), Type::Text, error))?,
        order_id: OrderId::parse(row.get_ref(at(3))?.as_str()?).map_err(|error| damage(at(3), Type::Text, error))?,
        amount: Tiyin::new(row.get(at(4))?).map_err(|error| damage(at(4), Type::Integer, error))?,
        provider_time: TimeMs::new(row.get(at(5))?),
        create_time: TimeMs::new(row.get(at(6))?),
        state: state.ok_or_else(|| damage(at(9), Type::Integer, "a transaction's state and times do not fit"))?,
        account: row.get(at(11))?,
        fiscal_perform: row.get(at(12))?,
        fiscal_cancel: row.get(at(13))?,
    })
}

/// Reads `order_id, version, at_ms, actor, change`.
pub(crate) fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        order_id: OrderId::parse(row.get_ref(0)?.as_str()?).map_err(|error| damage(0, Type::Text, error))?,
        version: row.get(1)?,
        at: TimeMs::new(row.get(2)?),
        actor: Actor::from_word(row.get_ref(3)?.as_str()?)
            .ok_or_else(|| damage(3, Type::Text, "a journal row has an unknown actor"))?,
        change: serde_json::from_str(row.get_ref(4)?.as_str()?).map_err(|error| damage(4, Type::Text, error))?,
    })
}

fn damage(index: usize, kind: Type, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, kind, cause.into())
}
