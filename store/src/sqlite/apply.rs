//! One call inside the transaction: load, decide, fold, write.

use super::rows::{load, tx_columns};
use crate::{Committed, StoreError};
use boothpay_protocol::journal::{self, Actor, Change, Entry};
use boothpay_protocol::order::{Order, OrderId};
use boothpay_protocol::rows::{Decision, Needs, Rows, StoredKey, Writes};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, Transaction};
use rusqlite::{Connection, named_params, params};

/// The work of one call.
pub(super) fn call<R, F>(
    needs: Needs,
    actor: Actor,
    mut decide: F,
) -> impl FnMut(&Connection) -> Result<Committed<R>, StoreError> + Send + 'static
where
    R: Send + 'static,
    F: FnMut(&Rows) -> Decision<R> + Send + 'static,
{
    move |connection| {
        let rows = load(connection, &needs)?;
        let Decision { writes, reply } = decide(&rows);
        let entries = match writes {
            Writes::Nothing => Vec::new(),
            Writes::Order { order_id, at, changes } => write_order(connection, &rows, &order_id, at, actor, changes)?,
            Writes::Key { provider, key, at } => {
                write_key(connection, provider, &key, at)?;
                Vec::new()
            }
        };
        Ok(Committed { reply, entries })
    }
}

/// Appends the changes to the journal and brings the rows to what they fold to.
fn write_order(
    connection: &Connection,
    rows: &Rows,
    order_id: &OrderId,
    at: TimeMs,
    actor: Actor,
    changes: Vec<Change>,
) -> Result<Vec<Entry>, StoreError> {
    if rows.archived {
        return Err(StoreError::Bug);
    }
    let before = rows.story();
    let mut after = before.clone();
    let mut version = before.order.as_ref().map_or(0, |order| order.version);
    let mut entries = Vec::with_capacity(changes.len());
    for change in changes {
        version = version.saturating_add(1);
        let entry = Entry { order_id: order_id.clone(), version, at, actor, change };
        journal::apply(&mut after, &entry)?;
        entries.push(entry);
    }
    match (&before.order, &after.order) {
        (None, Some(order)) => insert_order(connection, order)?,
        (Some(old), Some(order)) => update_order(connection, old, order)?,
        (_, None) => return Err(StoreError::Bug),
    }
    // Changed ones first: a holder has to let go of the order before the next one can take it.
    for transaction in &after.transactions {
        match before.transactions.iter().find(|old| old.number == transaction.number) {
            Some(old) if old == transaction => {}
            Some(old) => update_transaction(connection, old, transaction)?,
            None => insert_transaction(connection, transaction)?,
        }
    }
    for entry in &entries {
        append(connection, entry)?;
    }
    Ok(entries)
}

pub(super) fn insert_order(connection: &Connection, order: &Order) -> Result<(), StoreError> {
    let sql = "insert into orders (order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms,
                                   printed_at_ms, changed_at_ms, version)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(sql)?.execute(params![
        order.id.as_str(),
        order.amount.tiyin(),
        order.copies.get(),
        order.booth,
        order.status.word(),
        order.created_at.ms(),
        order.expires_at.ms(),
        order.printed_at.map(TimeMs::ms),
        order.changed_at.ms(),
        order.version,
    ])?;
    Ok(())
}

/// Applies only to the version that the decision saw.
fn update_order(connection: &Connection, old: &Order, order: &Order) -> Result<(), StoreError> {
    let sql = "update orders set status = ?1, expires_at_ms = ?2, printed_at_ms = ?3, changed_at_ms = ?4, version = ?5
               where order_id = ?6 and version = ?7";
    let changed = connection.prepare_cached(sql)?.execute(params![
        order.status.word(),
        order.expires_at.ms(),
        order.printed_at.map(TimeMs::ms),
        order.changed_at.ms(),
        order.version,
        order.id.as_str(),
        old.version,
    ])?;
    exactly_one(changed)
}

pub(super) fn insert_transaction(connection: &Connection, transaction: &Transaction) -> Result<(), StoreError> {
    let sql = concat!(
        "insert into transactions (",
        tx_columns!(),
        ") values (:number, :provider, :provider_id, :order_id, :amount_tiyin, :provider_time_ms, :create_time_ms,
           :perform_time_ms, :cancel_time_ms, :state, :reason, :account, :fiscal_perform, :fiscal_cancel)"
    );
    connection.prepare_cached(sql)?.execute(named_params! {
        ":number": transaction.number.get(),
        ":provider": transaction.provider.word(),
        ":provider_id": transaction.provider_id.as_str(),
        ":order_id": transaction.order_id.as_str(),
        ":amount_tiyin": transaction.amount.tiyin(),
        ":provider_time_ms": transaction.provider_time.ms(),
        ":create_time_ms": transaction.create_time.ms(),
        ":perform_time_ms": transaction.state.perform_time().map(TimeMs::ms),
        ":cancel_time_ms": transaction.state.cancel_time().map(TimeMs::ms),
        ":state": transaction.state.code(),
        ":reason": transaction.state.reason(),
        ":account": transaction.account,
        ":fiscal_perform": transaction.fiscal_perform,
        ":fiscal_cancel": transaction.fiscal_cancel,
    })?;
    Ok(())
}

/// Applies only to the state that the decision saw. What a transaction was created with never changes.
fn update_transaction(connection: &Connection, old: &Transaction, new: &Transaction) -> Result<(), StoreError> {
    let sql = "update transactions set state = ?1, perform_time_ms = ?2, cancel_time_ms = ?3, reason = ?4,
                      fiscal_perform = ?5, fiscal_cancel = ?6
               where number = ?7 and state = ?8";
    let changed = connection.prepare_cached(sql)?.execute(params![
        new.state.code(),
        new.state.perform_time().map(TimeMs::ms),
        new.state.cancel_time().map(TimeMs::ms),
        new.state.reason(),
        new.fiscal_perform,
        new.fiscal_cancel,
        new.number.get(),
        old.state.code(),
    ])?;
    exactly_one(changed)
}

fn append(connection: &Connection, entry: &Entry) -> Result<(), StoreError> {
    let change = serde_json::to_string(&entry.change).map_err(|_| StoreError::Bug)?;
    append_as_written(connection, entry, &change)
}

pub(super) fn append_as_written(connection: &Connection, entry: &Entry, change: &str) -> Result<(), StoreError> {
    let sql = "insert into journal (order_id, version, at_ms, actor, change) values (?1, ?2, ?3, ?4, ?5)";
    let row = params![entry.order_id.as_str(), entry.version, entry.at.ms(), entry.actor.word(), change];
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn write_key(connection: &Connection, provider: Provider, key: &StoredKey, at: TimeMs) -> Result<(), StoreError> {
    let sql = "insert into provider_keys (provider, digest, replaces, changed_at_ms) values (?1, ?2, ?3, ?4)
               on conflict (provider) do update set digest = ?2, replaces = ?3, changed_at_ms = ?4";
    let row = params![provider.word(), key.digest.bytes(), key.replaces.bytes(), at.ms()];
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// The second look at what a decision was made on.
fn exactly_one(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Bug) }
}
