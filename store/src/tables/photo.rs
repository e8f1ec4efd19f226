//! The tables of photo sessions and of what came for them from Telegram.

use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use crate::photos::{Update, UpdateKey};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{Customer, LinkToken, Session, SessionId, SessionKind, SessionStatus};
use boothpay_protocol::time::TimeMs;

/// How many columns a session has.
const COLUMNS: usize = 20;

pub(crate) const SESSIONS: Table = Table { name: "photo_sessions", columns: &LIST, order: "id" };

const LIST: [Column; COLUMNS] = [
    column("id", Kind::Text, "id"),
    column("kind", Kind::Text, "kind"),
    column("kiosk_id", Kind::Number, "kiosk"),
    changing("status", Kind::Text, "status"),
    column("created_at_ms", Kind::Number, "time of creation"),
    changing("expires_at_ms", Kind::Number, "time when it expires"),
    changing("completed_at_ms", Kind::Number, "time when it was completed"),
    changing("customer_id", Kind::Number, "customer"),
    changing("customer_name", Kind::Text, "customer's name"),
    changing("language", Kind::Text, "language"),
    changing("opened_at_ms", Kind::Number, "time when it was opened"),
    changing("data", Kind::Text, "data"),
    changing("photos", Kind::Text, "photos"),
    changing("numbered", Kind::Number, "count of photos"),
    changing("replacing", Kind::Number, "photo that is changed"),
    changing("to_send", Kind::Number, "photo to send"),
    changing("choice", Kind::Text, "layout and look"),
    changing("order_id", Kind::Text, "order"),
    changing("link", Kind::Text, "link"),
    changing("version", Kind::Number, "version"),
];

pub(crate) const UPDATES: Table = Table {
    name: "telegram_updates",
    columns: &[
        column("bot_id", Kind::Number, "bot"),
        column("update_id", Kind::Number, "update"),
        column("customer_id", Kind::Number, "customer"),
        column("received_at_ms", Kind::Number, "time"),
        changing("content", Kind::Text, "content"),
        changing("handled_at_ms", Kind::Number, "time when it was handled"),
    ],
    order: "bot_id, update_id",
};

/// The photos of a session as they are kept.
pub(crate) fn photos(session: &Session) -> Result<String, StoreError> {
    serde_json::to_string(&session.photos).map_err(damage)
}

/// What is to be made of them, as it is kept.
pub(crate) fn choice(session: &Session) -> Result<Option<String>, StoreError> {
    session.choice.as_ref().map(serde_json::to_string).transpose().map_err(damage)
}

/// As it is written, with its photos as [`photos`] gives them and the choice as [`choice`] does.
pub(crate) fn cells<'a>(session: &'a Session, photos: &'a str, choice: Option<&'a str>) -> [Cell<'a>; COLUMNS] {
    let customer = session.customer.as_ref();
    let number = |number: Option<u32>| Cell::Number(number.map(i64::from));
    let time = |time: Option<TimeMs>| Cell::Number(time.map(TimeMs::ms));
    [
        Cell::text(session.id.as_str()),
        Cell::text(session.kind.word()),
        Cell::number(session.kiosk_id),
        Cell::text(session.status.word()),
        Cell::number(session.created_at.ms()),
        Cell::number(session.expires_at.ms()),
        time(session.completed_at),
        Cell::Number(customer.map(|customer| customer.id)),
        Cell::Text(customer.and_then(|customer| customer.name.as_deref())),
        Cell::Text(customer.map(|customer| customer.language.code())),
        time(session.opened_at),
        Cell::text(&session.data),
        Cell::text(photos),
        Cell::number(session.numbered.into()),
        number(session.replacing),
        number(session.to_send),
        Cell::Text(choice),
        Cell::Text(session.order.as_ref().map(OrderId::as_str)),
        Cell::Text(session.link.as_ref().map(LinkToken::as_str)),
        Cell::number(session.version.into()),
    ]
}

/// Reads a session.
pub(crate) fn read(row: &impl Row) -> Result<Session, StoreError> {
    let mut columns = Columns::from(row, 0);
    let id = columns.word(SessionId::parse, "a photo session has an id that none can have")?;
    let kind = columns.word(SessionKind::from_word, "a photo session is of an unknown kind")?;
    let kiosk_id = columns.number()?;
    let status = columns.word(SessionStatus::from_word, "a photo session has an unknown status")?;
    let (created_at, expires_at) = (TimeMs::new(columns.number()?), TimeMs::new(columns.number()?));
    let completed_at = columns.maybe_number()?.map(TimeMs::new);
    let (customer_id, name) = (columns.maybe_number()?, columns.maybe_text()?.map(str::to_owned));
    let language = columns.maybe_word(Language::from_code, "a photo session has an unknown language")?;
    let customer = match (customer_id, language) {
        (Some(id), Some(language)) => Some(Customer { id, name, language }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(damage("a photo session's customer and language do not fit")),
    };
    let opened_at = columns.maybe_number()?.map(TimeMs::new);
    let data = columns.text()?.to_owned();
    let photos = serde_json::from_str(columns.text()?).map_err(damage)?;
    let numbered = small(columns.number()?)?;
    let replacing = columns.maybe_number()?.map(small).transpose()?;
    let to_send = columns.maybe_number()?.map(small).transpose()?;
    let choice = columns.maybe_text()?.map(serde_json::from_str).transpose().map_err(damage)?;
    let order = columns.maybe_text()?.map(OrderId::parse).transpose().map_err(damage)?;
    let link = columns.maybe_word(LinkToken::parse, "a photo session has a link that none can have")?;
    let version = small(columns.number()?)?;
    Ok(Session {
        id,
        kind,
        kiosk_id,
        status,
        created_at,
        expires_at,
        completed_at,
        customer,
        opened_at,
        data,
        photos,
        numbered,
        replacing,
        to_send,
        choice,
        order,
        link,
        version,
    })
}

fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(damage)
}

/// As an update is written when it comes.
pub(crate) fn update_cells(update: &Update) -> [Cell<'_>; 6] {
    [
        Cell::number(update.key.bot_id),
        Cell::number(update.key.update_id),
        Cell::number(update.customer_id),
        Cell::number(update.received_at.ms()),
        Cell::text(&update.content),
        Cell::Number(None),
    ]
}

/// Reads an update that waits.
pub(crate) fn read_update(row: &impl Row) -> Result<Update, StoreError> {
    let mut columns = Columns::from(row, 0);
    let key = UpdateKey { bot_id: columns.number()?, update_id: columns.number()? };
    let customer_id = columns.number()?;
    let received_at = TimeMs::new(columns.number()?);
    Ok(Update { key, customer_id, received_at, content: columns.text()?.to_owned() })
}

/// Reads a number alone.
pub(crate) fn read_number(row: &impl Row) -> Result<i64, StoreError> {
    Columns::from(row, 0).number()
}
