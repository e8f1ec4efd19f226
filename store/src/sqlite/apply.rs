//! Calls inside the transaction: load, decide, write. They are decided together, each on what those before it have left,
//! so that every row is loaded once and written once, however many calls touch it.

use super::rows::{Loading, next_number, order_columns, tx_columns};
use crate::batch::{self, Call, Decided, NewSetting};
use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::transaction::{Reason, Transaction};
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, params};

/// What holds once the transaction is committed.
pub(super) struct Applied {
    /// Each call's outcome.
    pub(super) outcomes: Vec<Result<Vec<Entry>, StoreError>>,
    /// The rows that the calls have looked at.
    pub(super) after: World,
}

/// Carries calls out. `known` gives what is known already of the rows that a call needs; the rest is read. An error means
/// that nothing of it may be kept: it does not say which call it was about.
pub(super) fn apply(
    connection: &Connection,
    calls: &mut [Box<dyn Call>],
    known: impl Fn(&Needs, &mut World),
) -> Result<Applied, StoreError> {
    let mut loaded = World::default();
    let mut loading = Loading::new(connection);
    for call in &*calls {
        known(call.needs(), &mut loaded);
        loading.load(call.needs(), &mut loaded)?;
    }
    let decided = batch::decide(calls, loaded, next_number(connection)?..);
    if !decided.writes_nothing() {
        write(connection, &decided)?;
    }
    Ok(Applied { outcomes: decided.outcomes, after: decided.after })
}

/// Writes what was decided. The order of the statements matters: a holder has to let go of an order before the next one
/// can take it.
fn write(connection: &Connection, decided: &Decided) -> Result<(), StoreError> {
    let Decided { after, settings, .. } = decided;
    insert_orders(connection, &after.new_orders())?;
    update_orders(connection, &after.changed_orders())?;
    update_transactions(connection, &after.changed_transactions())?;
    insert_transactions(connection, &after.new_transactions())?;
    append(connection, decided.entries())?;
    for new in settings {
        put_setting(connection, new)?;
    }
    Ok(())
}

/// Applies only to the version that the decision saw. Every change leaves a row of its own.
fn put_setting(connection: &Connection, new: &NewSetting) -> Result<(), StoreError> {
    let setting = &new.setting;
    let put = "insert into settings (name, value, version, changed_at_ms) values (?1, ?2, ?3, ?4)
               on conflict (name) do update set value = ?2, version = ?3, changed_at_ms = ?4 where version = ?3 - 1";
    let row = params![setting.name.as_str(), setting.value, setting.version, setting.changed_at.ms()];
    exactly_one(connection.prepare_cached(put)?.execute(row)?)?;
    let note = "insert into setting_changes (name, version, at_ms, actor, value) values (?1, ?2, ?3, ?4, ?5)";
    let (name, at) = (setting.name.as_str(), setting.changed_at.ms());
    connection.prepare_cached(note)?.execute(params![name, setting.version, at, new.actor.word(), setting.value])?;
    Ok(())
}

pub(super) fn insert_orders(connection: &Connection, orders: &[&Order]) -> Result<(), StoreError> {
    let sql = concat!(
        "insert into orders (",
        order_columns!(),
        ") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    let mut statement = connection.prepare_cached(sql)?;
    for order in orders {
        // In the order of `order_columns!`.
        statement.execute(params![
            order.id.as_str(),
            order.amount.tiyin(),
            order.copies.get(),
            order.booth.id.as_str(),
            order.booth.name,
            order.chosen.map(Provider::word),
            order.language.map(Language::code),
            order.status.word(),
            order.created_at.ms(),
            order.expires_at.ms(),
            order.printed_at.map(TimeMs::ms),
            order.changed_at.ms(),
            order.version,
        ])?;
    }
    Ok(())
}

/// Applies only to the version that the decision saw.
fn update_orders(connection: &Connection, orders: &[(&Order, &Order)]) -> Result<(), StoreError> {
    let sql = "update orders set status = ?1, expires_at_ms = ?2, printed_at_ms = ?3, changed_at_ms = ?4, version = ?5,
                      chosen = ?6, language = ?7
               where order_id = ?8 and version = ?9";
    let mut statement = connection.prepare_cached(sql)?;
    for (old, new) in orders {
        exactly_one(statement.execute(params![
            new.status.word(),
            new.expires_at.ms(),
            new.printed_at.map(TimeMs::ms),
            new.changed_at.ms(),
            new.version,
            new.chosen.map(Provider::word),
            new.language.map(Language::code),
            new.id.as_str(),
            old.version,
        ])?)?;
    }
    Ok(())
}

/// Applies only to the state that the decision saw. What a transaction was created with never changes.
fn update_transactions(
    connection: &Connection,
    transactions: &[(&Transaction, &Transaction)],
) -> Result<(), StoreError> {
    let sql = "update transactions set state = ?1, perform_time_ms = ?2, cancel_time_ms = ?3, reason = ?4, details = ?5
               where number = ?6 and state = ?7";
    let mut statement = connection.prepare_cached(sql)?;
    for (old, new) in transactions {
        exactly_one(statement.execute(params![
            new.state.word(),
            new.state.perform_time().map(TimeMs::ms),
            new.state.cancel_time().map(TimeMs::ms),
            new.state.reason().map(Reason::word),
            new.details.as_str(),
            new.number.get(),
            old.state.word(),
        ])?)?;
    }
    Ok(())
}

pub(super) fn insert_transactions(connection: &Connection, transactions: &[&Transaction]) -> Result<(), StoreError> {
    let sql = concat!(
        "insert into transactions (",
        tx_columns!(),
        ") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    );
    let mut statement = connection.prepare_cached(sql)?;
    for transaction in transactions {
        // In the order of `tx_columns!`.
        statement.execute(params![
            transaction.number.get(),
            transaction.provider.word(),
            transaction.provider_id.as_str(),
            transaction.order_id.as_str(),
            transaction.amount.tiyin(),
            transaction.provider_time.ms(),
            transaction.create_time.ms(),
            transaction.state.perform_time().map(TimeMs::ms),
            transaction.state.cancel_time().map(TimeMs::ms),
            transaction.state.word(),
            transaction.state.reason().map(Reason::word),
            transaction.details.as_str(),
        ])?;
    }
    Ok(())
}

fn append<'a>(connection: &Connection, entries: impl Iterator<Item = &'a Entry>) -> Result<(), StoreError> {
    let sql = "insert into journal (order_id, version, at_ms, actor, change) values (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(sql)?;
    for entry in entries {
        let change = serde_json::to_string(&entry.change).map_err(|_| StoreError::Bug)?;
        statement.execute(params![
            entry.order_id.as_str(),
            entry.version,
            entry.at.ms(),
            entry.actor.word(),
            change
        ])?;
    }
    Ok(())
}

/// The second look at what a decision was made on.
fn exactly_one(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Bug) }
}
