//! Loading what calls need from a SQLite file, and reading its rows.

use crate::error::StoreError;
use crate::tables::order::RowNumber;
use crate::tables::setting::FIRST_NUMBER;
use crate::tables::{self, Cell, damage, journal, order, transaction};
use crate::world::World;
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::setting::{Setting, SettingName};
use boothpay_protocol::ledger::transaction::Transaction;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, Row, Statement, ToSql};
use std::sync::LazyLock;

/// An order's and a transaction's columns, of `o` and `t`.
pub(crate) fn order_and_transaction() -> String {
    format!("{}, {}", order::TABLE.read_as("o"), transaction::TABLE.read_as("t"))
}

static BY_PROVIDER_ID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from transactions t join orders o on o.order_row = t.order_row where t.provider = ?1 and t.provider_id = ?2",
        order_and_transaction()
    )
});

/// An order and, behind its columns, the transaction that holds it.
static ORDER_AND_HOLDER: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from orders o left join transactions t on t.order_row = o.order_row and t.state in ('created', 'performed')
         where o.order_id = ?1",
        order_and_transaction()
    )
});

/// The transaction that holds an order.
static HOLDER: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from transactions t where t.order_row = ?1 and t.state in ('created', 'performed')",
        transaction::TABLE.read_as("t")
    )
});

static SETTING: LazyLock<String> =
    LazyLock::new(|| format!("select {} from settings t where t.name = ?1", tables::setting::TABLE.read_as("t")));

impl tables::Row for Row<'_> {
    fn number(&self, index: usize) -> Result<Option<i64>, StoreError> {
        self.get_ref(index)?.as_i64_or_null().map_err(damage)
    }

    fn text(&self, index: usize) -> Result<Option<&str>, StoreError> {
        self.get_ref(index)?.as_str_or_null().map_err(damage)
    }

    fn bytes(&self, index: usize) -> Result<Option<&[u8]>, StoreError> {
        self.get_ref(index)?.as_blob_or_null().map_err(damage)
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Number(Some(number)) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(Some(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(Some(bytes)) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Number(None) | Self::Text(None) | Self::Bytes(None) => ToSqlOutput::Owned(Value::Null),
        })
    }
}

/// The first row that a statement gives, read.
pub(crate) fn first<T>(
    statement: &mut Statement<'_>,
    parameters: impl rusqlite::Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match statement.query(parameters)?.next()? {
        Some(row) => read(row).map(Some),
        None => Ok(None),
    }
}

/// The statements that load what calls need, each prepared for a batch when it is first needed.
pub(crate) struct Loading<'c> {
    connection: &'c Connection,
    by_provider_id: Option<CachedStatement<'c>>,
    order_and_holder: Option<CachedStatement<'c>>,
    holder: Option<CachedStatement<'c>>,
}

impl<'c> Loading<'c> {
    pub(crate) const fn new(connection: &'c Connection) -> Self {
        Self { connection, by_provider_id: None, order_and_holder: None, holder: None }
    }

    /// The rows that a call needs, as they are now, added to those of other calls.
    pub(crate) fn load(&mut self, needs: &Needs, world: &mut World) -> Result<(), StoreError> {
        let connection = self.connection;
        if let Some(asked) = &needs.transaction
            && world.transaction(asked).is_none()
        {
            let (provider, id) = asked;
            let statement = prepared(&mut self.by_provider_id, connection, &BY_PROVIDER_ID)?;
            if let Some((row, order, found)) = first(statement, [provider.word(), id.as_str()], read_both)? {
                // A transaction that holds its order is the only one that does.
                if !found.state.holds() && !world.has_order(&order.id) {
                    let statement = prepared(&mut self.holder, connection, &HOLDER)?;
                    let read = |row: &Row<'_>| Ok(transaction::read(row, 0, order.id.clone())?.1);
                    if let Some(holder) = first(statement, [row.0], read)? {
                        world.load_transaction(holder);
                    }
                }
                world.load_transaction(found);
                world.load_order(row, order);
            }
        }
        let found = needs.transaction.as_ref().and_then(|asked| world.transaction(asked));
        if let Some(id) = found.map(|transaction| &transaction.order_id).or(needs.order.as_ref())
            && !world.has_order(id)
        {
            let statement = prepared(&mut self.order_and_holder, connection, &ORDER_AND_HOLDER)?;
            if let Some((row, order, holder)) = first(statement, [id.as_str()], read_order_and_holder)? {
                world.load_order(row, order);
                if let Some(holder) = holder {
                    world.load_transaction(holder);
                }
            }
        }
        if let Some(name) = &needs.setting
            && !world.has_setting(name)
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

fn setting(connection: &Connection, name: &SettingName) -> Result<Option<Setting>, StoreError> {
    let mut statement = connection.prepare_cached(&SETTING)?;
    first(&mut statement, [name.as_str()], |row| tables::setting::read(row))
}

/// The highest number of a transaction, and the highest row of an order; or what was set aside for numbers that another back end
/// has given, if that is higher. 0 when there is nothing.
pub(crate) static LAST_NUMBER: LazyLock<String> = LazyLock::new(|| last("select max(number) from transactions"));
pub(crate) static LAST_ROW: LazyLock<String> = LazyLock::new(|| last("select max(order_row) from orders"));

fn last(highest: &str) -> String {
    format!(
        "select max(coalesce(({highest}), 0),
                    coalesce((select cast(value as integer) - 1 from settings where name = '{FIRST_NUMBER}'), 0))"
    )
}

/// The number of the next new transaction. Numbers are never reused: transactions are never deleted.
pub(crate) fn next_number(connection: &Connection) -> Result<i64, StoreError> {
    one_behind(connection, &LAST_NUMBER)
}

/// The row number of the next new order.
pub(crate) fn next_order_row(connection: &Connection) -> Result<i64, StoreError> {
    one_behind(connection, &LAST_ROW)
}

fn one_behind(connection: &Connection, sql: &str) -> Result<i64, StoreError> {
    let last: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(last.saturating_add(1))
}

/// Where the chain ends; at its start when there is no row.
pub(crate) fn head(connection: &Connection) -> Result<Head, StoreError> {
    let sql = "select writer, sequence, digest from journal order by sequence desc limit 1";
    let mut statement = connection.prepare_cached(sql)?;
    let last = first(&mut statement, [], |row| journal::read_head(row))?;
    Ok(last.unwrap_or(Head::start(super::SQLITE_WRITER)))
}

/// Reads an order's columns and a transaction's.
pub(crate) fn read_both(row: &Row<'_>) -> Result<(RowNumber, Order, Transaction), StoreError> {
    let (number, order) = order::read(row, 0)?;
    let (_, transaction) = transaction::read(row, order::COLUMNS, order.id.clone())?;
    Ok((number, order, transaction))
}

/// Reads an order's columns, then a transaction's if there is one.
pub(crate) fn read_order_and_holder(row: &Row<'_>) -> Result<(RowNumber, Order, Option<Transaction>), StoreError> {
    match tables::Row::number(row, order::COLUMNS)? {
        Some(_) => read_both(row).map(|(number, order, holder)| (number, order, Some(holder))),
        None => order::read(row, 0).map(|(number, order)| (number, order, None)),
    }
}
