//! The tasks' table: what has to happen outside the database, and what has become of it.

use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::task::{NewTask, Task, TaskKey, TaskKind, TaskNumber, TaskState, TaskTarget};
use boothpay_protocol::time::TimeMs;

/// Tasks that wait for each other: those of one kind and one target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane {
    /// What has to be done.
    pub kind: TaskKind,
    /// For whom, or by whom.
    pub target: TaskTarget,
}

impl Lane {
    pub(crate) fn of((kind, target): (TaskKind, TaskTarget)) -> Self {
        Self { kind, target }
    }
}

/// Tasks that somebody would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Of which lane.
    pub lane: Lane,
    /// So many at most.
    pub most: u32,
}

/// Which finished tasks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remove {
    /// Those that were done before this time.
    pub done_before: TimeMs,
    /// Those that were given up before this time.
    pub failed_before: TimeMs,
    /// So many at most.
    pub most: u32,
}

/// How many tasks there are, by what has become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// Waiting, or being carried out.
    pub open: i64,
    /// Done lately.
    pub done: i64,
    /// Given up: somebody has to look.
    pub failed: i64,
}

impl TaskCounts {
    /// Of how many there are in each state.
    pub(crate) fn of(counts: &[(String, i64)]) -> Self {
        let of = |words: &[&str]| -> i64 {
            let counted = counts.iter().filter(|(word, _)| words.contains(&word.as_str()));
            counted.fold(0, |sum, (_, count)| sum.saturating_add(*count))
        };
        Self { open: of(&["waiting", "leased"]), done: of(&["done"]), failed: of(&["failed"]) }
    }
}

/// How many columns there are.
const COLUMNS: usize = 12;

pub(crate) const TABLE: Table = Table { name: "tasks", columns: &LIST, order: "number" };

/// The table as a new task is written: the database gives it its number.
pub(crate) const NEW: Table = Table { name: "tasks", columns: LIST.split_at(1).1, order: "number" };

const LIST: [Column; COLUMNS] = [
    column("number", Kind::Number, "number"),
    column("key", Kind::Text, "key"),
    column("kind", Kind::Text, "kind"),
    column("target", Kind::Text, "target"),
    column("order_id", Kind::Text, "order"),
    column("payload", Kind::Text, "payload"),
    column("created_at_ms", Kind::Number, "time of creation"),
    changing("state", Kind::Text, "state"),
    changing("attempts", Kind::Number, "attempts"),
    changing("due_at_ms", Kind::Number, "time when it is due"),
    changing("finished_at_ms", Kind::Number, "time when it was finished"),
    changing("last_error", Kind::Text, "last error"),
];

/// As a new one is written.
pub(crate) fn new_cells(task: &NewTask) -> [Cell<'_>; COLUMNS - 1] {
    [
        Cell::text(task.key.as_str()),
        Cell::text(task.kind.word()),
        Cell::text(task.target.as_str()),
        Cell::Text(task.order_id.as_ref().map(OrderId::as_str)),
        Cell::text(&task.payload),
        Cell::number(task.created_at.ms()),
        Cell::text(TaskState::NEW.word()),
        Cell::number(0),
        Cell::Number(TaskState::NEW.due().map(TimeMs::ms)),
        Cell::Number(None),
        Cell::Text(None),
    ]
}

/// As it is written.
pub(crate) fn cells(task: &Task) -> [Cell<'_>; COLUMNS] {
    [
        Cell::number(task.number.get()),
        Cell::text(task.key.as_str()),
        Cell::text(task.kind.word()),
        Cell::text(task.target.as_str()),
        Cell::Text(task.order_id.as_ref().map(OrderId::as_str)),
        Cell::text(&task.payload),
        Cell::number(task.created_at.ms()),
        Cell::text(task.state.word()),
        Cell::number(task.attempts.into()),
        Cell::Number(task.state.due().map(TimeMs::ms)),
        Cell::Number(task.state.finished().map(TimeMs::ms)),
        Cell::Text(task.last_error.as_deref()),
    ]
}

/// Reads a row.
pub(crate) fn read(row: &impl Row) -> Result<Task, StoreError> {
    let mut columns = Columns::from(row, 0);
    let number = TaskNumber::new(columns.number()?);
    let key = columns.word(TaskKey::parse, "a task has a key that none can have")?;
    let kind = columns.word(TaskKind::from_word, "a task is of an unknown kind")?;
    let target = TaskTarget::parse(columns.text()?).map_err(damage)?;
    let order_id = columns.maybe_text()?.map(OrderId::parse).transpose().map_err(damage)?;
    let payload = columns.text()?.to_owned();
    let created_at = TimeMs::new(columns.number()?);
    let word = columns.text()?;
    let attempts = u32::try_from(columns.number()?).map_err(damage)?;
    let (due, finished) = (columns.maybe_number()?.map(TimeMs::new), columns.maybe_number()?.map(TimeMs::new));
    let state = TaskState::from_parts(word, due, finished);
    let state = state.ok_or_else(|| damage("a task's state and times do not fit"))?;
    let last_error = columns.maybe_text()?.map(str::to_owned);
    Ok(Task { number, key, kind, target, order_id, payload, created_at, state, attempts, last_error })
}

/// Reads `kind, target`.
pub(crate) fn read_lane(row: &impl Row) -> Result<(TaskKind, TaskTarget), StoreError> {
    let mut columns = Columns::from(row, 0);
    let kind = columns.word(TaskKind::from_word, "a task is of an unknown kind")?;
    Ok((kind, TaskTarget::parse(columns.text()?).map_err(damage)?))
}

/// Reads `state, count(*)`.
pub(crate) fn read_count(row: &impl Row) -> Result<(String, i64), StoreError> {
    let mut columns = Columns::from(row, 0);
    Ok((columns.text()?.to_owned(), columns.number()?))
}
