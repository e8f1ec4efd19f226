//! Photo sessions, and what came for them from Telegram, as the server asks for them. Beside money: nothing here touches an order,
//! and nothing that an order needs waits for it.

use crate::error::StoreError;
use crate::sqlite;
use crate::{Backend, Store};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{LinkToken, Session, SessionId};
use boothpay_protocol::time::TimeMs;

/// Which update of which bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpdateKey {
    /// Telegram's number of the bot: another bot counts from elsewhere.
    pub bot_id: i64,
    /// Telegram's number of the update.
    pub update_id: i64,
}

/// What a customer did, kept until it is handled, so that Telegram need not keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Which it is.
    pub key: UpdateKey,
    /// Telegram's number of the customer.
    pub customer_id: i64,
    /// When it came.
    pub received_at: TimeMs,
    /// What it says: JSON, for who handles it.
    pub content: String,
}

impl Store {
    /// Keeps a new session. `false` when there is one of that id.
    pub async fn make_session(&self, session: Session) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(move |connection| sqlite::photos::make(connection, &session)).await,
            Backend::Postgres(postgres) => postgres.make_session(&session).await,
        }
    }

    /// A session by its id.
    pub async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::photos::one(connection, &id)).await,
            Backend::Postgres(postgres) => postgres.session(&id).await,
        }
    }

    /// The session that an order pays for.
    pub async fn session_of_order(&self, order: OrderId) -> Result<Option<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::of_order(connection, &order)).await
            }
            Backend::Postgres(postgres) => postgres.session_of_order(&order).await,
        }
    }

    /// The session whose picture is behind a link.
    pub async fn session_behind(&self, link: LinkToken) -> Result<Option<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::photos::behind(connection, &link)).await,
            Backend::Postgres(postgres) => postgres.session_behind(&link).await,
        }
    }

    /// The session that a customer opened last, of those that live.
    pub async fn session_of(&self, customer_id: i64, now: TimeMs) -> Result<Option<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::of_customer(connection, customer_id, now)).await
            }
            Backend::Postgres(postgres) => postgres.session_of(customer_id, now).await,
        }
    }

    /// Keeps a session's next step, if nobody has kept another one meanwhile; with it, that an update is handled. `false` when
    /// nothing was kept: somebody was faster, or the update has been handled already.
    pub async fn save_session(
        &self,
        next: Session,
        handles: Option<UpdateKey>,
        now: TimeMs,
    ) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::photos::save(connection, &next, handles, now)).await
            }
            Backend::Postgres(postgres) => postgres.save_session(&next, handles, now).await,
        }
    }

    /// Sessions, the newest first.
    pub async fn sessions(&self, limit: u32) -> Result<Vec<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::photos::list(connection, limit)).await,
            Backend::Postgres(postgres) => postgres.sessions(limit).await,
        }
    }

    /// How many sessions live.
    pub async fn living_sessions(&self, now: TimeMs) -> Result<i64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::photos::living(connection, now)).await,
            Backend::Postgres(postgres) => postgres.living_sessions(now).await,
        }
    }

    /// How many sessions live that no order pays for.
    pub async fn unsold_sessions(&self, now: TimeMs) -> Result<i64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::photos::unsold(connection, now)).await,
            Backend::Postgres(postgres) => postgres.unsold_sessions(now).await,
        }
    }

    /// Sessions of which nobody has written that they are over, in the order of their ids, from after one on.
    pub async fn sessions_after(&self, after: Option<SessionId>, limit: u32) -> Result<Vec<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::after(connection, after.as_ref(), limit)).await
            }
            Backend::Postgres(postgres) => postgres.sessions_after(after.as_ref(), limit).await,
        }
    }

    /// Sessions whose time is over while nobody has written so, except those that an order may still pay for.
    pub async fn expired_sessions(&self, now: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::expired(connection, now, limit)).await
            }
            Backend::Postgres(postgres) => postgres.expired_sessions(now, limit).await,
        }
    }

    /// Sessions that an order may still pay for and whose time is over by `until`.
    pub async fn unpaid_sessions(&self, until: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::unpaid(connection, until, limit)).await
            }
            Backend::Postgres(postgres) => postgres.unpaid_sessions(until, limit).await,
        }
    }

    /// Sessions with a picture that has to go to its customer.
    pub async fn sessions_to_send(&self, now: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::to_send(connection, now, limit)).await
            }
            Backend::Postgres(postgres) => postgres.sessions_to_send(now, limit).await,
        }
    }

    /// Forgets sessions whose time was over before `before`, and updates that were handled before it, or came before it and were never
    /// handled: their bot is another's now, or gone. How many.
    pub async fn forget_photos(&self, before: TimeMs, most: u32) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::photos::forget(connection, before, most)).await
            }
            Backend::Postgres(postgres) => postgres.forget_photos(before, most).await,
        }
    }

    /// Keeps updates until they are handled. One that was kept before stays as it is, handled or not; how many are new.
    pub async fn keep_updates(&self, updates: Vec<Update>) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::photos::keep_updates(connection, &updates)).await
            }
            Backend::Postgres(postgres) => postgres.keep_updates(&updates).await,
        }
    }

    /// Updates of a bot that are not handled yet, in their order.
    pub async fn waiting_updates(&self, bot_id: i64, limit: u32) -> Result<Vec<Update>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::photos::waiting_updates(connection, bot_id, limit)).await
            }
            Backend::Postgres(postgres) => postgres.waiting_updates(bot_id, limit).await,
        }
    }

    /// Notes that an update is handled and forgets what it said. `false` when it was handled before.
    pub async fn handled(&self, key: UpdateKey, now: TimeMs) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::photos::handled(connection, key, now)).await
            }
            Backend::Postgres(postgres) => postgres.handled(key, now).await,
        }
    }
}

/// The statements, in words that both stores know.
pub(crate) mod sql {
    use crate::tables::photo::{SESSIONS, UPDATES};

    /// A selection of sessions, by what follows `from photo_sessions s`.
    pub(crate) fn sessions(rest: &str) -> String {
        format!("select {} from photo_sessions s {rest}", SESSIONS.read_as("s"))
    }

    /// A selection of updates, by what follows `from telegram_updates u`.
    pub(crate) fn updates(rest: &str) -> String {
        format!("select {} from telegram_updates u {rest}", UPDATES.read_as("u"))
    }

    // To SQLite `$1` is a place with a name; places are counted as they are first mentioned, so here always from 1 up.
    pub(crate) const ONE: &str = "where s.id = $1";
    pub(crate) const OF_ORDER: &str = "where s.order_id = $1";
    pub(crate) const BEHIND: &str = "where s.link = $1";
    pub(crate) const OF_CUSTOMER: &str = "where s.customer_id = $1 and s.expires_at_ms > $2
        and s.status in ('pending', 'active', 'completed') order by s.opened_at_ms desc, s.id limit 1";
    pub(crate) const LIST: &str = "order by s.created_at_ms desc, s.id limit $1";
    pub(crate) const EXPIRED: &str = "where s.status in ('pending', 'active', 'completed') and s.expires_at_ms <= $1
        and (s.order_id is null or s.link is not null) order by s.expires_at_ms limit $2";
    pub(crate) const UNPAID: &str = "where s.status in ('pending', 'active', 'completed') and s.expires_at_ms <= $1
        and s.order_id is not null and s.link is null order by s.expires_at_ms limit $2";
    pub(crate) const TO_SEND: &str =
        "where s.to_send is not null and s.customer_id is not null and s.expires_at_ms > $1
        order by s.expires_at_ms limit $2";
    pub(crate) const LIVING: &str = "select count(*) from photo_sessions s
        where s.status in ('pending', 'active', 'completed') and s.expires_at_ms > $1";
    pub(crate) const UNSOLD: &str = "select count(*) from photo_sessions s
        where s.status in ('pending', 'active', 'completed') and s.expires_at_ms > $1
        and s.order_id is null and s.link is null";
    pub(crate) const AFTER: &str =
        "where s.status in ('pending', 'active', 'completed') and s.id > $1 order by s.id limit $2";
    pub(crate) const WAITING: &str = "where u.handled_at_ms is null and u.bot_id = $1 order by u.update_id limit $2";
    pub(crate) const HANDLED: &str = "update telegram_updates set handled_at_ms = $1, content = null
        where bot_id = $2 and update_id = $3 and handled_at_ms is null";
    pub(crate) const FORGET_SESSIONS: &str = "delete from photo_sessions where id in
        (select id from photo_sessions where status in ('cancelled', 'expired') and expires_at_ms < $1 limit $2)";
    pub(crate) const FORGET_UPDATES: &str = "delete from telegram_updates where (bot_id, update_id) in
        (select bot_id, update_id from telegram_updates where coalesce(handled_at_ms, received_at_ms) < $1 limit $2)";
}
