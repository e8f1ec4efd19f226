//! The owner's panel on SQLite. Everything here that writes is inside a transaction.

use super::apply::{NOTE, insert, update};
use super::queries::collect;
use crate::error::StoreError;
use crate::panel::sql;
use crate::tables::Cell;
use crate::tables::panel::{self, ADMINS};
use boothpay_protocol::panel::{Admin, AdminName, Audit, PanelSession, Role};
use boothpay_protocol::quota::{DAY, Quota};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, params, params_from_iter};
use std::sync::LazyLock;

static MAKE: LazyLock<String> = LazyLock::new(|| format!("{} on conflict do nothing", insert(&ADMINS)));
static SAVE: LazyLock<String> = LazyLock::new(|| update(&ADMINS, "name", "version"));

pub(crate) fn admins(connection: &Connection) -> Result<Vec<Admin>, StoreError> {
    collect(connection, &sql::admins(), params![], |row| panel::read(row))
}

pub(crate) fn save(
    connection: &Connection,
    next: &Admin,
    ends_sessions: bool,
    audit: &[Audit],
) -> Result<bool, StoreError> {
    let (link, recovery) = (panel::link_digest(next), panel::recovery(next));
    let cells = panel::cells(next, link.as_deref(), recovery.as_deref());
    let saved = if next.version == 1 {
        connection.prepare_cached(&MAKE)?.execute(params_from_iter(cells))?
    } else {
        let seen = Cell::number(next.version.saturating_sub(1).into());
        connection.prepare_cached(&SAVE)?.execute(params_from_iter(cells.into_iter().chain([seen])))?
    };
    if saved == 0 {
        return Ok(false);
    }
    if ends_sessions {
        end_all(connection, &next.name)?;
    }
    for audit in audit {
        note(connection, audit)?;
    }
    Ok(true)
}

pub(crate) fn remove(connection: &Connection, name: &AdminName, audit: &Audit) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from admins where name = ?1)
               and exists (select 1 from admins where name <> ?1 and role = ?2)";
    let one_stays: bool =
        connection.prepare_cached(sql)?.query_row([name.as_str(), Role::Owner.word()], |row| row.get(0))?;
    if !one_stays {
        return Ok(false);
    }
    end_all(connection, name)?;
    connection.prepare_cached("delete from admins where name = ?1")?.execute([name.as_str()])?;
    note(connection, audit)?;
    Ok(true)
}

pub(crate) fn start(
    connection: &Connection,
    session: &PanelSession,
    admin_version: u32,
    after: Option<&KeyDigest>,
    audit: &Audit,
) -> Result<bool, StoreError> {
    let sql = "insert into admin_sessions (digest, admin, created_at_ms, seen_at_ms, awaits_code)
               select ?1, name, ?3, ?4, ?6 from admins where name = ?2 and version = ?5";
    let (digest, admin, awaits) = (session.digest.hex(), session.admin.as_str(), session.awaits_code);
    let parameters = params![digest, admin, session.created_at.ms(), session.seen_at.ms(), admin_version, awaits];
    if connection.prepare_cached(sql)?.execute(parameters)? == 0 {
        return Ok(false);
    }
    if let Some(after) = after {
        connection.prepare_cached("delete from admin_sessions where digest = ?1")?.execute([after.hex()])?;
    }
    note(connection, audit)?;
    Ok(true)
}

pub(crate) fn session(
    connection: &Connection,
    digest: &KeyDigest,
) -> Result<Option<(PanelSession, Admin)>, StoreError> {
    Ok(collect(connection, &sql::session(), params![digest.hex()], |row| panel::read_session(row))?.pop())
}

pub(crate) fn see(connection: &Connection, digest: &KeyDigest, now: TimeMs) -> Result<(), StoreError> {
    connection.prepare_cached(sql::SEE)?.execute(params![now.ms(), digest.hex()])?;
    Ok(())
}

pub(crate) fn end(connection: &Connection, digest: &KeyDigest, audit: &Audit) -> Result<bool, StoreError> {
    if connection.prepare_cached("delete from admin_sessions where digest = ?1")?.execute([digest.hex()])? == 0 {
        return Ok(false);
    }
    note(connection, audit)?;
    Ok(true)
}

pub(crate) fn forget(connection: &Connection, seen: TimeMs, begun: TimeMs) -> Result<u64, StoreError> {
    let gone = connection.prepare_cached(sql::FORGET)?.execute(params![seen.ms(), begun.ms()])?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

pub(crate) fn note(connection: &Connection, audit: &Audit) -> Result<(), StoreError> {
    connection.prepare_cached(&NOTE)?.execute(params_from_iter(panel::audit_cells(audit)))?;
    Ok(())
}

pub(crate) fn is_within(connection: &Connection, audit: &Audit, quota: Quota) -> Result<bool, StoreError> {
    let who = audit.who.as_ref().map(AdminName::as_str);
    let values = params![who, audit.at.minus(DAY).ms(), audit.about];
    Ok(connection.prepare_cached(&sql::is_within(quota))?.exists(values)?)
}

pub(crate) fn audit(
    connection: &Connection,
    about: Option<&str>,
    before: i64,
    limit: u32,
) -> Result<Vec<(i64, Audit)>, StoreError> {
    let sql = sql::audit(about.is_some());
    match about {
        Some(about) => collect(connection, &sql, params![before, about, limit], |row| panel::read_audit(row)),
        None => collect(connection, &sql, params![before, limit], |row| panel::read_audit(row)),
    }
}

pub(crate) fn audit_of_people(
    connection: &Connection,
    before: i64,
    limit: u32,
) -> Result<Vec<(i64, Audit)>, StoreError> {
    collect(connection, &sql::audit_of_people(), params![before, limit], |row| panel::read_audit(row))
}

fn end_all(connection: &Connection, name: &AdminName) -> Result<(), StoreError> {
    connection.prepare_cached("delete from admin_sessions where admin = ?1")?.execute([name.as_str()])?;
    Ok(())
}
