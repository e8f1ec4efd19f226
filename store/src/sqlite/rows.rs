//! Loading what calls need, and from rows to types. A row that does not fit its type is damage, never a default.

use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::setting::{Setting, SettingName};
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

macro_rules! order_columns {
    () => {
        "order_id, amount_tiyin, copies, booth_id, booth, chosen, language, status, created_at_ms, expires_at_ms, printed_at_ms, changed_at_ms, version"
    };
}
pub(crate) use order_columns;

/// How many they are: behind them begin a transaction's where both are read.
const ORDER_COLUMNS: usize = 13;

macro_rules! tx_columns {
    () => {
        "number, provider, provider_id, order_id, amount_tiyin, provider_time_ms, create_time_ms, perform_time_ms, \
         cancel_time_ms, state, reason, details"
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
    " from transactions where order_id = ?1 and state in ('created', 'performed'))"
);

/// The transaction that holds an order.
const LIVE: &str =
    concat!("select ", tx_columns!(), " from transactions where order_id = ?1 and state in ('created', 'performed')");

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
        let holds = found.is_some_and(|transaction| transaction.state.holds());
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
        if let Some(name) = &needs.setting
            && let Some(setting) = setting(connection, name)?
        {
            world.load_setting(setting);
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

fn setting(connection: &Connection, name: &SettingName) -> Result<Option<Setting>, StoreError> {
    let sql = "select value, version, changed_at_ms from settings where name = ?1";
    let setting = connection.prepare_cached(sql)?.query_row([name.as_str()], |row| {
        Ok(Setting {
            name: name.clone(),
            value: row.get(0)?,
            version: row.get(1)?,
            changed_at: TimeMs::new(row.get(2)?),
        })
    });
    Ok(setting.optional()?)
}

/// Reads the columns of `order_columns!`.
pub(crate) fn read_order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: OrderId::parse(row.get_ref(0)?.as_str()?).map_err(|error| damage(0, Type::Text, error))?,
        amount: Tiyin::new(row.get(1)?).map_err(|error| damage(1, Type::Integer, error))?,
        copies: Copies::new(row.get(2)?).map_err(|error| damage(2, Type::Integer, error))?,
        booth: Booth {
            id: BoothId::parse(row.get_ref(3)?.as_str()?).map_err(|error| damage(3, Type::Text, error))?,
            name: row.get(4)?,
        },
        chosen: word(row, 5, Provider::from_word, "an order has an unknown provider")?,
        language: word(row, 6, Language::from_code, "an order has an unknown language")?,
        status: read_status(row, 7)?,
        created_at: TimeMs::new(row.get(8)?),
        expires_at: TimeMs::new(row.get(9)?),
        printed_at: row.get::<_, Option<i64>>(10)?.map(TimeMs::new),
        changed_at: TimeMs::new(row.get(11)?),
        version: row.get(12)?,
    })
}

/// A column that may be empty, or holds one of a few words.
fn word<T>(
    row: &Row<'_>,
    index: usize,
    read: impl Fn(&str) -> Option<T>,
    why: &'static str,
) -> rusqlite::Result<Option<T>> {
    let word = row.get_ref(index)?.as_str_or_null()?;
    word.map(|word| read(word).ok_or_else(|| damage(index, Type::Text, why))).transpose()
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
    let reason = word(row, at(10), Reason::from_word, "a transaction has an unknown reason")?;
    let state = State::from_parts(row.get_ref(at(9))?.as_str()?, time(at(7))?, time(at(8))?, reason);
    Ok(Transaction {
        number: TransactionNumber::new(row.get(at(0))?),
        provider: read_provider(row, at(1))?,
        provider_id: ProviderId::parse(row.get_ref(at(2))?.as_str()?)
            .map_err(|error| damage(at(2), Type::Text, error))?,
        order_id: OrderId::parse(row.get_ref(at(3))?.as_str()?).map_err(|error| damage(at(3), Type::Text, error))?,
        amount: Tiyin::new(row.get(at(4))?).map_err(|error| damage(at(4), Type::Integer, error))?,
        provider_time: TimeMs::new(row.get(at(5))?),
        create_time: TimeMs::new(row.get(at(6))?),
        state: state.ok_or_else(|| damage(at(9), Type::Text, "a transaction's state and times do not fit"))?,
        details: Details::new(row.get(at(11))?),
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
