//! Tasks on SQLite. Whoever takes tasks has the file's write lock, so no two take the same.

use super::apply::update;
use super::panel;
use super::queries::collect;
use crate::error::StoreError;
use crate::tables::task::{Claim, Lane, Remove};
use crate::tables::{Cell, task};
use boothpay_protocol::ledger::task::{Task, TaskKey, TaskKind, TaskNumber};
use boothpay_protocol::panel::Audit;
use boothpay_protocol::time::{SpanMs, TimeMs};
use rusqlite::{Connection, params, params_from_iter};
use std::sync::LazyLock;

static SETTLE: LazyLock<String> =
    LazyLock::new(|| format!("{} and state = 'leased'", update(&task::TABLE, "number", "attempts")));

static CLAIM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "update tasks set state = 'leased', due_at_ms = ?1, attempts = attempts + 1
         where number in (select number from tasks where kind = ?2 and target = ?3 and due_at_ms <= ?4
                          order by due_at_ms, number limit ?5)
         returning {}",
        task::TABLE.names()
    )
});

/// Targets with tasks that are due.
pub(crate) fn due(connection: &Connection, now: TimeMs) -> Result<Vec<Lane>, StoreError> {
    let sql = "select distinct kind, target from tasks where due_at_ms <= ?1";
    collect(connection, sql, params![now.ms()], |row| task::read_lane(row).map(Lane::of))
}

/// Records what came of tasks, as far as they are still ours.
pub(crate) fn settle(connection: &Connection, settled: &[Task]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(&SETTLE)?;
    for task in settled {
        let seen = Cell::number(task.attempts.into());
        statement.execute(params_from_iter(task::cells(task).into_iter().chain([seen])))?;
    }
    Ok(())
}

/// Takes tasks that are due.
pub(crate) fn claim(
    connection: &Connection,
    claims: &[Claim],
    now: TimeMs,
    lease: SpanMs,
) -> Result<Vec<Task>, StoreError> {
    let mut claimed = Vec::new();
    for Claim { lane, most } in claims {
        let (kind, target) = (lane.kind.word(), lane.target.as_str());
        let parameters = params![now.plus(lease).ms(), kind, target, now.ms(), most];
        claimed.extend(collect(connection, &CLAIM, parameters, |row| task::read(row))?);
    }
    Ok(claimed)
}

/// Those of a kind that are not finished, the oldest first.
pub(crate) fn open(connection: &Connection, kind: TaskKind, limit: u32) -> Result<Vec<Task>, StoreError> {
    let sql = format!(
        "select {} from tasks where kind = ?1 and due_at_ms is not null order by number limit ?2",
        task::TABLE.names()
    );
    collect(connection, &sql, params![kind.word(), limit], |row| task::read(row))
}

pub(crate) fn one(connection: &Connection, number: TaskNumber) -> Result<Option<Task>, StoreError> {
    let sql = format!("select {} from tasks where number = ?1", task::TABLE.names());
    Ok(collect(connection, &sql, params![number.get()], |row| task::read(row))?.pop())
}

pub(crate) fn by_key(connection: &Connection, key: &TaskKey) -> Result<Option<Task>, StoreError> {
    let sql = format!("select {} from tasks where key = ?1", task::TABLE.names());
    Ok(collect(connection, &sql, params![key.as_str()], |row| task::read(row))?.pop())
}

/// The newest first.
pub(crate) fn list(connection: &Connection, states: &[&str], limit: u32) -> Result<Vec<Task>, StoreError> {
    let wanted = states.join(" ");
    let sql = format!(
        "select {} from tasks where instr(' ' || ?1 || ' ', ' ' || state || ' ') > 0 order by number desc limit ?2",
        task::TABLE.names()
    );
    collect(connection, &sql, params![wanted, limit], |row| task::read(row))
}

/// How many there are in each state.
pub(crate) fn counts(connection: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    collect(connection, "select state, count(*) from tasks group by state", params![], |row| task::read_count(row))
}

/// Makes one wait again that nobody is at; whether it did.
pub(crate) fn retry(
    connection: &Connection,
    number: TaskNumber,
    now: TimeMs,
    audit: Option<&Audit>,
) -> Result<bool, StoreError> {
    let sql = "update tasks set state = 'waiting', attempts = 0, due_at_ms = ?2, finished_at_ms = null
               where number = ?1 and state in ('waiting', 'failed')";
    let is_retried = connection.prepare_cached(sql)?.execute(params![number.get(), now.ms()])? > 0;
    if let Some(audit) = audit.filter(|_| is_retried) {
        panel::note(connection, audit)?;
    }
    Ok(is_retried)
}

/// Ends one that nobody needs to carry out any more; whether it did.
pub(crate) fn finish(connection: &Connection, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
    let sql = "update tasks set state = 'done', due_at_ms = null, finished_at_ms = ?2
               where number = ?1 and state in ('waiting', 'leased')";
    Ok(connection.prepare_cached(sql)?.execute(params![number.get(), now.ms()])? > 0)
}

/// Ends one that was given up; whether it still was.
pub(crate) fn close_failed(connection: &Connection, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
    let sql = "update tasks set state = 'done', finished_at_ms = ?2 where number = ?1 and state = 'failed'";
    Ok(connection.prepare_cached(sql)?.execute(params![number.get(), now.ms()])? > 0)
}

/// Removes finished ones; how many.
pub(crate) fn remove(connection: &Connection, remove: Remove) -> Result<u64, StoreError> {
    let sql = "delete from tasks where number in (
                   select number from tasks where state = 'done' and finished_at_ms < ?1
                   union all
                   select number from tasks where state = 'failed' and finished_at_ms < ?2
                   limit ?3)";
    let Remove { done_before, failed_before, most } = remove;
    let removed = connection.prepare_cached(sql)?.execute(params![done_before.ms(), failed_before.ms(), most])?;
    Ok(u64::try_from(removed).unwrap_or(u64::MAX))
}
