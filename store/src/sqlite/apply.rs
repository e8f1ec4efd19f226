//! Calls inside the transaction: load, decide, write. They are decided together, each on what those before it have left,
//! so that every row is loaded once and written once, however many calls touch it.

use super::SQLITE_WRITER;
use super::rows::{Loading, head, next_number, next_order_row};
use crate::batch::{self, Call, Decided};
use crate::error::StoreError;
use crate::tables::journal::{self, Link};
use crate::tables::{Cell, Table, order, panel, setting, sums, task, transaction};
use crate::world::World;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::rows::Needs;
use rusqlite::{CachedStatement, Connection, params_from_iter};
use std::sync::LazyLock;

/// What holds once the transaction is committed.
pub(crate) struct Applied {
    /// Each call's outcome.
    pub(crate) outcomes: Vec<Result<Vec<Entry>, StoreError>>,
    /// The rows that the calls have looked at.
    pub(crate) after: World,
}

/// Carries calls out. `known` gives what is known already of the rows that a call needs; the rest is read. An error means
/// that nothing of it may be kept: it does not say which call it was about.
pub(crate) fn apply(
    connection: &Connection,
    calls: &mut [Box<dyn Call>],
    loaded: World,
    known: impl Fn(&Needs, &mut World),
) -> Result<Applied, StoreError> {
    let mut decided = look(connection, calls, loaded, known)?;
    if !decided.writes_nothing() {
        write(connection, &mut decided)?;
    }
    Ok(Applied { outcomes: decided.outcomes, after: decided.after })
}

/// What the calls would come to; writes nothing.
pub(crate) fn look(
    connection: &Connection,
    calls: &mut [Box<dyn Call>],
    mut loaded: World,
    known: impl Fn(&Needs, &mut World),
) -> Result<Decided, StoreError> {
    let mut loading = Loading::new(connection);
    for call in &*calls {
        known(call.needs(), &mut loaded);
        loading.load(call.needs(), &mut loaded)?;
    }
    Ok(batch::decide(calls, loaded, next_number(connection)?..))
}

/// The statements, made of the tables' columns.
static INSERT_ORDER: LazyLock<String> = LazyLock::new(|| insert(&order::TABLE));
/// Applies only to the version that the decision saw.
static UPDATE_ORDER: LazyLock<String> = LazyLock::new(|| update(&order::TABLE, "order_row", "version"));
static INSERT_TRANSACTION: LazyLock<String> = LazyLock::new(|| insert(&transaction::TABLE));
/// Applies only to the state that the decision saw. What a transaction was created with never changes.
static UPDATE_TRANSACTION: LazyLock<String> = LazyLock::new(|| update(&transaction::TABLE, "number", "state"));
static APPEND: LazyLock<String> = LazyLock::new(|| insert(&journal::TABLE));
static INSERT_SETTING: LazyLock<String> = LazyLock::new(|| insert(&setting::TABLE));
static UPDATE_SETTING: LazyLock<String> = LazyLock::new(|| update(&setting::TABLE, "name", "version"));
static INSERT_SETTING_CHANGE: LazyLock<String> = LazyLock::new(|| insert(&setting::CHANGES));
static ADD_ORDERS: LazyLock<String> = LazyLock::new(|| add(&sums::ORDERS));
static ADD_TAKINGS: LazyLock<String> = LazyLock::new(|| add(&sums::TAKINGS));
static INSERT_TASK: LazyLock<String> = LazyLock::new(|| insert(&task::NEW));
pub(super) static NOTE: LazyLock<String> = LazyLock::new(|| insert(&panel::NEW_AUDIT));

/// Makes a row.
pub(super) fn insert(table: &Table) -> String {
    let places: Vec<String> = (1..=table.columns.len()).map(|place| format!("?{place}")).collect();
    format!("insert into {} ({}) values ({})", table.name, table.names(), places.join(", "))
}

/// Sets all columns that may change, of the row with that key in which `seen` is what it was, which comes last.
pub(super) fn update(table: &Table, key: &str, seen: &str) -> String {
    let place = |index: usize| index.saturating_add(1);
    let changes: Vec<String> =
        table.changing().map(|(index, column)| format!("{} = ?{}", column.name, place(index))).collect();
    let key_place = table.columns.iter().position(|column| column.name == key).map_or(0, place);
    let last = place(table.columns.len());
    format!("update {} set {} where {key} = ?{key_place} and {seen} = ?{last}", table.name, changes.join(", "))
}

/// Adds to the row with the same fixed columns, or makes it.
fn add(table: &Table) -> String {
    let fixed: Vec<&str> = table.columns.iter().filter(|column| !column.changes).map(|column| column.name).collect();
    let sums: Vec<String> = table
        .changing()
        .map(|(index, column)| format!("{} = {} + ?{}", column.name, column.name, index.saturating_add(1)))
        .collect();
    format!("{} on conflict ({}) do update set {}", insert(table), fixed.join(", "), sums.join(", "))
}

/// Writes what was decided. The order of the statements matters: a holder has to let go of an order before the next one
/// can take it.
fn write(connection: &Connection, decided: &mut Decided) -> Result<(), StoreError> {
    if decided.after.new_orders_without_place() > 0 {
        decided.after.place_new_orders(next_order_row(connection)?..);
    }
    let after = &decided.after;
    let mut statement = Executed::new(connection, &INSERT_ORDER);
    for new in after.new_orders() {
        statement.run(order::cells(after.row_of(&new.id)?, new), None)?;
    }
    let mut statement = Executed::new(connection, &UPDATE_ORDER);
    for (old, new) in after.changed_orders() {
        statement.run(order::cells(after.row_of(&new.id)?, new), Some(Cell::number(old.version.into())))?;
    }
    let mut statement = Executed::new(connection, &UPDATE_TRANSACTION);
    for (old, new) in after.changed_transactions() {
        statement.run(transaction::cells(after.row_of(&new.order_id)?, new), Some(Cell::text(old.state.word())))?;
    }
    let mut statement = Executed::new(connection, &INSERT_TRANSACTION);
    for new in after.new_transactions() {
        statement.run(transaction::cells(after.row_of(&new.order_id)?, new), None)?;
    }
    append(connection, decided)?;
    let sums = after.sums();
    let mut statement = Executed::new(connection, &ADD_ORDERS);
    for (of, counts) in &sums.orders {
        statement.run(sums::order_cells(SQLITE_WRITER, of, counts), None)?;
    }
    let mut statement = Executed::new(connection, &ADD_TAKINGS);
    for (of, amounts) in &sums.takings {
        statement.run(sums::takings_cells(SQLITE_WRITER, of, amounts), None)?;
    }
    let mut statement = Executed::new(connection, &INSERT_TASK);
    for task in &decided.tasks {
        statement.run(task::new_cells(task), None)?;
    }
    let mut statement = Executed::new(connection, &NOTE);
    for row in &decided.audit {
        statement.run(panel::audit_cells(row), None)?;
    }
    settings(connection, decided)
}

fn append(connection: &Connection, decided: &Decided) -> Result<(), StoreError> {
    let mut entries = decided.entries().peekable();
    if entries.peek().is_none() {
        return Ok(());
    }
    let mut head = head(connection)?;
    let mut statement = Executed::new(connection, &APPEND);
    for entry in entries {
        let link = Link::add(&mut head, entry)?;
        statement.run(journal::cells(decided.after.row_of(&entry.order_id)?, &link), None)?;
    }
    Ok(())
}

fn settings(connection: &Connection, decided: &Decided) -> Result<(), StoreError> {
    let mut statement = Executed::new(connection, &INSERT_SETTING);
    for new in decided.after.new_settings() {
        statement.run(setting::cells(new), None)?;
    }
    let mut statement = Executed::new(connection, &UPDATE_SETTING);
    for (old, new) in decided.after.changed_settings() {
        statement.run(setting::cells(new), Some(Cell::number(old.version.into())))?;
    }
    let mut statement = Executed::new(connection, &INSERT_SETTING_CHANGE);
    for change in &decided.settings {
        statement.run(setting::change_cells(&change.setting, change.actor.word()), None)?;
    }
    Ok(())
}

/// A statement that is prepared when it is first carried out. Each time it has to change exactly one row: the second look at
/// what a decision was made on.
struct Executed<'c> {
    connection: &'c Connection,
    sql: &'static str,
    statement: Option<CachedStatement<'c>>,
}

impl<'c> Executed<'c> {
    fn new(connection: &'c Connection, sql: &'static str) -> Self {
        Self { connection, sql, statement: None }
    }

    fn run<const N: usize>(&mut self, cells: [Cell<'_>; N], seen: Option<Cell<'_>>) -> Result<(), StoreError> {
        let statement = match &mut self.statement {
            Some(statement) => statement,
            None => self.statement.insert(self.connection.prepare_cached(self.sql)?),
        };
        // Columns that never change are bound and not used: SQLite wants every parameter up to the last.
        match statement.execute(params_from_iter(cells.into_iter().chain(seen)))? {
            1 => Ok(()),
            _ => Err(StoreError::Bug),
        }
    }
}
