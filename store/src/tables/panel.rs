//! The tables of the owner's panel: who may use it, who is in, and what was done there.

use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use boothpay_protocol::panel::{Admin, AdminName, Audit, Deed, Link, PanelSession, Role};
use boothpay_protocol::second::SecondFactor;
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_protocol::time::TimeMs;

const ADMIN_COLUMNS: usize = 10;

pub(crate) const ADMINS: Table = Table { name: "admins", columns: &ADMIN_LIST, order: "name" };

const ADMIN_LIST: [Column; ADMIN_COLUMNS] = [
    column("name", Kind::Text, "name"),
    column("role", Kind::Text, "role"),
    changing("password", Kind::Text, "password"),
    changing("link_digest", Kind::Text, "link"),
    changing("link_until_ms", Kind::Number, "time of the link"),
    changing("second_secret", Kind::Text, "second factor"),
    changing("second_step", Kind::Number, "step of the second factor"),
    changing("recovery", Kind::Text, "recovery codes"),
    column("created_at_ms", Kind::Number, "time of creation"),
    changing("version", Kind::Number, "version"),
];

pub(crate) const SESSIONS: Table = Table {
    name: "admin_sessions",
    columns: &[
        column("digest", Kind::Text, "digest"),
        column("admin", Kind::Text, "admin"),
        column("created_at_ms", Kind::Number, "time of creation"),
        changing("seen_at_ms", Kind::Number, "time of the last use"),
        column("awaits_code", Kind::Number, "waits for a code"),
    ],
    order: "digest",
};

const AUDIT_COLUMNS: usize = 8;

pub(crate) const AUDIT: Table = Table { name: "audit", columns: &AUDIT_LIST, order: "number" };

/// The table as a new row is written: the database gives it its number.
pub(crate) const NEW_AUDIT: Table = Table { name: "audit", columns: AUDIT_LIST.split_at(1).1, order: "number" };

const AUDIT_LIST: [Column; AUDIT_COLUMNS] = [
    column("number", Kind::Number, "number"),
    column("at_ms", Kind::Number, "time"),
    column("who", Kind::Text, "who"),
    column("deed", Kind::Text, "deed"),
    column("about", Kind::Text, "about"),
    column("old", Kind::Text, "old value"),
    column("new", Kind::Text, "new value"),
    column("address", Kind::Text, "address"),
];

/// A new row of the audit, as it is written.
pub(crate) fn audit_cells(audit: &Audit) -> [Cell<'_>; AUDIT_COLUMNS - 1] {
    [
        Cell::number(audit.at.ms()),
        Cell::Text(audit.who.as_ref().map(AdminName::as_str)),
        Cell::text(audit.deed.word()),
        Cell::Text(audit.about.as_deref()),
        Cell::Text(audit.old.as_deref()),
        Cell::Text(audit.new.as_deref()),
        Cell::Text(audit.address.as_deref()),
    ]
}

/// As it is written, with the digests as [`link_digest`] and [`recovery`] give them.
pub(crate) fn cells<'a>(
    admin: &'a Admin,
    link: Option<&'a str>,
    recovery: Option<&'a str>,
) -> [Cell<'a>; ADMIN_COLUMNS] {
    [
        Cell::text(admin.name.as_str()),
        Cell::text(admin.role.word()),
        Cell::Text(admin.password.as_deref()),
        Cell::Text(link),
        Cell::Number(admin.link.map(|link| link.until.ms())),
        Cell::Text(second_secret(admin)),
        Cell::Number(second_step(admin)),
        Cell::Text(recovery),
        Cell::number(admin.created_at.ms()),
        Cell::number(admin.version.into()),
    ]
}

/// The digest of somebody's link as it is kept.
pub(crate) fn link_digest(admin: &Admin) -> Option<String> {
    admin.link.map(|link| link.digest.hex())
}

/// The secret of somebody's second factor.
pub(crate) fn second_secret(admin: &Admin) -> Option<&str> {
    admin.second.as_ref().map(|second| second.secret.reveal())
}

/// The last step of somebody's second factor.
pub(crate) fn second_step(admin: &Admin) -> Option<i64> {
    admin.second.as_ref().map(|second| second.step)
}

/// The digests of somebody's recovery codes as they are kept: with a blank between them.
pub(crate) fn recovery(admin: &Admin) -> Option<String> {
    let digests = |second: &SecondFactor| second.recovery.iter().map(KeyDigest::hex).collect::<Vec<_>>().join(" ");
    admin.second.as_ref().map(digests)
}

fn digests(text: &str) -> Option<Vec<KeyDigest>> {
    text.split(' ').filter(|digest| !digest.is_empty()).map(KeyDigest::from_hex).collect()
}

/// Reads who may use the panel.
pub(crate) fn read(row: &impl Row) -> Result<Admin, StoreError> {
    read_admin(&mut Columns::from(row, 0))
}

fn read_admin<R: Row>(columns: &mut Columns<'_, R>) -> Result<Admin, StoreError> {
    let name = AdminName::parse(columns.text()?).map_err(damage)?;
    let role = columns.word(Role::from_word, "somebody has an unknown role")?;
    let password = columns.maybe_text()?.map(str::to_owned);
    let digest = columns.maybe_word(KeyDigest::from_hex, "a link's digest is none")?;
    let until = columns.maybe_number()?.map(TimeMs::new);
    let link = digest.zip(until).map(|(digest, until)| Link { digest, until });
    let secret = columns.maybe_word(|text| Secret::new(text), "the secret of a second factor is empty")?;
    let step = columns.maybe_number()?;
    let recovery = columns.maybe_word(digests, "a recovery code's digest is none")?;
    let second = match (secret, step, recovery) {
        (Some(secret), Some(step), Some(recovery)) => Some(SecondFactor { secret, step, recovery }),
        (None, None, None) => None,
        // Half of it must not let him in by the password alone.
        (_, _, _) => return Err(damage("a part of a second factor is missing")),
    };
    let created_at = TimeMs::new(columns.number()?);
    let version = u32::try_from(columns.number()?).map_err(damage)?;
    Ok(Admin { name, role, password, link, second, created_at, version })
}

/// Reads a session, and after it who it is.
pub(crate) fn read_session(row: &impl Row) -> Result<(PanelSession, Admin), StoreError> {
    let mut columns = Columns::from(row, 0);
    let digest = columns.word(KeyDigest::from_hex, "a session's digest is none")?;
    let admin = AdminName::parse(columns.text()?).map_err(damage)?;
    let (created_at, seen_at) = (TimeMs::new(columns.number()?), TimeMs::new(columns.number()?));
    let awaits_code = columns.number()? != 0;
    Ok((PanelSession { digest, admin, created_at, seen_at, awaits_code }, read_admin(&mut columns)?))
}

/// Reads a row of the audit with its number.
pub(crate) fn read_audit(row: &impl Row) -> Result<(i64, Audit), StoreError> {
    let mut columns = Columns::from(row, 0);
    let number = columns.number()?;
    let at = TimeMs::new(columns.number()?);
    let who = columns.maybe_text()?.map(AdminName::parse).transpose().map_err(damage)?;
    let deed = columns.word(Deed::from_word, "the audit has an unknown deed")?;
    let mut text = || columns.maybe_text().map(|text| text.map(str::to_owned));
    Ok((number, Audit { at, who, deed, about: text()?, old: text()?, new: text()?, address: text()? }))
}
