//! Photo sessions and updates on SQLite.

use super::apply::{insert, update};
use super::queries::collect;
use crate::error::StoreError;
use crate::photos::{Update, UpdateKey, sql};
use crate::tables::Cell;
use crate::tables::photo::{self, SESSIONS, UPDATES};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{LinkToken, Session, SessionId};
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, Params, params, params_from_iter};
use std::sync::LazyLock;

static MAKE: LazyLock<String> = LazyLock::new(|| format!("{} on conflict do nothing", insert(&SESSIONS)));
static SAVE: LazyLock<String> = LazyLock::new(|| update(&SESSIONS, "id", "version"));
static KEEP: LazyLock<String> = LazyLock::new(|| format!("{} on conflict do nothing", insert(&UPDATES)));

pub(crate) fn make(connection: &Connection, session: &Session) -> Result<bool, StoreError> {
    let (photos, choice) = (photo::photos(session)?, photo::choice(session)?);
    let cells = photo::cells(session, &photos, choice.as_deref());
    let made = connection.prepare_cached(&MAKE)?.execute(params_from_iter(cells))?;
    Ok(made > 0)
}

pub(crate) fn one(connection: &Connection, id: &SessionId) -> Result<Option<Session>, StoreError> {
    Ok(sessions(connection, sql::ONE, params![id.as_str()])?.pop())
}

pub(crate) fn of_order(connection: &Connection, order: &OrderId) -> Result<Option<Session>, StoreError> {
    Ok(sessions(connection, sql::OF_ORDER, params![order.as_str()])?.pop())
}

pub(crate) fn behind(connection: &Connection, link: &LinkToken) -> Result<Option<Session>, StoreError> {
    Ok(sessions(connection, sql::BEHIND, params![link.as_str()])?.pop())
}

pub(crate) fn of_customer(
    connection: &Connection,
    customer_id: i64,
    now: TimeMs,
) -> Result<Option<Session>, StoreError> {
    Ok(sessions(connection, sql::OF_CUSTOMER, params![customer_id, now.ms()])?.pop())
}

/// Inside a transaction: the update and the session are written together or not at all.
pub(crate) fn save(
    connection: &Connection,
    next: &Session,
    handles: Option<UpdateKey>,
    now: TimeMs,
) -> Result<bool, StoreError> {
    let (photos, choice) = (photo::photos(next)?, photo::choice(next)?);
    let seen = Cell::number(next.version.saturating_sub(1).into());
    let cells = photo::cells(next, &photos, choice.as_deref()).into_iter().chain([seen]);
    if let Some(key) = handles {
        let sql = "select 1 from telegram_updates where bot_id = ?1 and update_id = ?2 and handled_at_ms is null";
        if !connection.prepare_cached(sql)?.exists(params![key.bot_id, key.update_id])? {
            return Ok(false);
        }
    }
    if connection.prepare_cached(&SAVE)?.execute(params_from_iter(cells))? == 0 {
        return Ok(false);
    }
    if let Some(key) = handles {
        handled(connection, key, now)?;
    }
    Ok(true)
}

pub(crate) fn list(connection: &Connection, limit: u32) -> Result<Vec<Session>, StoreError> {
    sessions(connection, sql::LIST, params![limit])
}

pub(crate) fn living(connection: &Connection, now: TimeMs) -> Result<i64, StoreError> {
    Ok(collect(connection, sql::LIVING, params![now.ms()], |row| photo::read_number(row))?.pop().unwrap_or(0))
}

pub(crate) fn unsold(connection: &Connection, now: TimeMs) -> Result<i64, StoreError> {
    Ok(collect(connection, sql::UNSOLD, params![now.ms()], |row| photo::read_number(row))?.pop().unwrap_or(0))
}

pub(crate) fn after(
    connection: &Connection,
    after: Option<&SessionId>,
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    sessions(connection, sql::AFTER, params![after.map_or("", SessionId::as_str), limit])
}

pub(crate) fn expired(connection: &Connection, now: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
    sessions(connection, sql::EXPIRED, params![now.ms(), limit])
}

pub(crate) fn unpaid(connection: &Connection, until: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
    sessions(connection, sql::UNPAID, params![until.ms(), limit])
}

pub(crate) fn to_send(connection: &Connection, now: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
    sessions(connection, sql::TO_SEND, params![now.ms(), limit])
}

pub(crate) fn forget(connection: &Connection, before: TimeMs, most: u32) -> Result<u64, StoreError> {
    let mut forgotten: u64 = 0;
    for sql in [sql::FORGET_SESSIONS, sql::FORGET_UPDATES] {
        let gone = connection.prepare_cached(sql)?.execute(params![before.ms(), most])?;
        forgotten = forgotten.saturating_add(u64::try_from(gone).unwrap_or(u64::MAX));
    }
    Ok(forgotten)
}

pub(crate) fn keep_updates(connection: &Connection, updates: &[Update]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(&KEEP)?;
    let mut kept: u64 = 0;
    for update in updates {
        let new = statement.execute(params_from_iter(photo::update_cells(update)))?;
        kept = kept.saturating_add(u64::try_from(new).unwrap_or(u64::MAX));
    }
    Ok(kept)
}

pub(crate) fn waiting_updates(connection: &Connection, bot_id: i64, limit: u32) -> Result<Vec<Update>, StoreError> {
    collect(connection, &sql::updates(sql::WAITING), params![bot_id, limit], |row| photo::read_update(row))
}

pub(crate) fn handled(connection: &Connection, key: UpdateKey, now: TimeMs) -> Result<bool, StoreError> {
    let parameters = params![now.ms(), key.bot_id, key.update_id];
    Ok(connection.prepare_cached(sql::HANDLED)?.execute(parameters)? > 0)
}

fn sessions(connection: &Connection, rest: &str, parameters: impl Params) -> Result<Vec<Session>, StoreError> {
    collect(connection, &sql::sessions(rest), parameters, |row| photo::read(row))
}
