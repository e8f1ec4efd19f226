//! Photo sessions and updates on PostgreSQL. Each step is one statement, so it holds or it does not.

use super::arrays::{self, Rows};
use super::queries::collect;
use super::{Postgres, on};
use crate::error::StoreError;
use crate::photos::{Update, UpdateKey, sql};
use crate::tables::Cell;
use crate::tables::photo::{self, SESSIONS, UPDATES};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{LinkToken, Session, SessionId};
use boothpay_protocol::time::TimeMs;
use std::sync::LazyLock;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

static MAKE: LazyLock<String> = LazyLock::new(|| format!("{} on conflict do nothing", arrays::insert(&SESSIONS)));
static KEEP: LazyLock<String> = LazyLock::new(|| format!("{} on conflict do nothing", arrays::insert(&UPDATES)));
static SAVE: LazyLock<String> = LazyLock::new(|| arrays::update(&SESSIONS, "id", "version"));

/// The session's row stays locked until both are written, so of two who handle one update the second finds another version.
static SAVE_AND_HANDLE: LazyLock<String> = LazyLock::new(|| {
    let places = SESSIONS.changing().count().saturating_add(2);
    let place = |more: usize| places.saturating_add(more);
    let (bot, update, now) = (place(1), place(2), place(3));
    let waits = format!("u.bot_id = ${bot}::bigint and u.update_id = ${update}::bigint and u.handled_at_ms is null");
    format!(
        "with saved as ({save} and exists (select from telegram_updates u where {waits}) returning 1)
         update telegram_updates u set handled_at_ms = ${now}::bigint, content = null
         where {waits} and exists (select from saved)",
        save = *SAVE
    )
});

impl Postgres {
    pub(crate) async fn make_session(&self, session: &Session) -> Result<bool, StoreError> {
        let (photos, choice) = (photo::photos(session)?, photo::choice(session)?);
        let mut rows = Rows::all(&SESSIONS);
        rows.add(&photo::cells(session, &photos, choice.as_deref()), None);
        self.on_photos(async |client| Ok(client.execute(MAKE.as_str(), &rows.columns()).await? > 0)).await
    }

    pub(crate) async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let id = id.as_str();
        Ok(self.sessions_where(sql::ONE, &[&id]).await?.pop())
    }

    pub(crate) async fn session_of_order(&self, order: &OrderId) -> Result<Option<Session>, StoreError> {
        let order = order.as_str();
        Ok(self.sessions_where(sql::OF_ORDER, &[&order]).await?.pop())
    }

    pub(crate) async fn session_behind(&self, link: &LinkToken) -> Result<Option<Session>, StoreError> {
        let link = link.as_str();
        Ok(self.sessions_where(sql::BEHIND, &[&link]).await?.pop())
    }

    pub(crate) async fn session_of(&self, customer_id: i64, now: TimeMs) -> Result<Option<Session>, StoreError> {
        Ok(self.sessions_where(sql::OF_CUSTOMER, &[&customer_id, &now.ms()]).await?.pop())
    }

    pub(crate) async fn save_session(
        &self,
        next: &Session,
        handles: Option<UpdateKey>,
        now: TimeMs,
    ) -> Result<bool, StoreError> {
        let (photos, choice) = (photo::photos(next)?, photo::choice(next)?);
        let mut rows = Rows::changes(&SESSIONS, "id");
        let seen = Cell::number(next.version.saturating_sub(1).into());
        rows.add(&photo::cells(next, &photos, choice.as_deref()), Some(seen));
        let mut parameters = rows.columns();
        let now = now.ms();
        let Some(key) = &handles else {
            return self.on_photos(async |client| Ok(client.execute(SAVE.as_str(), &parameters).await? > 0)).await;
        };
        let more: [&(dyn ToSql + Sync); 3] = [&key.bot_id, &key.update_id, &now];
        parameters.extend(more);
        self.on_photos(async |client| Ok(client.execute(SAVE_AND_HANDLE.as_str(), &parameters).await? > 0)).await
    }

    pub(crate) async fn sessions(&self, limit: u32) -> Result<Vec<Session>, StoreError> {
        self.sessions_where(sql::LIST, &[&i64::from(limit)]).await
    }

    pub(crate) async fn living_sessions(&self, now: TimeMs) -> Result<i64, StoreError> {
        let parameters: [&(dyn ToSql + Sync); 1] = [&now.ms()];
        let read = async |client: &Client| collect(client, sql::LIVING, &parameters, photo::read_number).await;
        Ok(self.on_photos(read).await?.pop().unwrap_or(0))
    }

    pub(crate) async fn unsold_sessions(&self, now: TimeMs) -> Result<i64, StoreError> {
        let parameters: [&(dyn ToSql + Sync); 1] = [&now.ms()];
        let read = async |client: &Client| collect(client, sql::UNSOLD, &parameters, photo::read_number).await;
        Ok(self.on_photos(read).await?.pop().unwrap_or(0))
    }

    pub(crate) async fn sessions_after(
        &self,
        after: Option<&SessionId>,
        limit: u32,
    ) -> Result<Vec<Session>, StoreError> {
        self.sessions_where(sql::AFTER, &[&after.map_or("", SessionId::as_str), &i64::from(limit)]).await
    }

    pub(crate) async fn expired_sessions(&self, now: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
        self.sessions_where(sql::EXPIRED, &[&now.ms(), &i64::from(limit)]).await
    }

    pub(crate) async fn unpaid_sessions(&self, until: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
        self.sessions_where(sql::UNPAID, &[&until.ms(), &i64::from(limit)]).await
    }

    pub(crate) async fn sessions_to_send(&self, now: TimeMs, limit: u32) -> Result<Vec<Session>, StoreError> {
        self.sessions_where(sql::TO_SEND, &[&now.ms(), &i64::from(limit)]).await
    }

    pub(crate) async fn forget_photos(&self, before: TimeMs, most: u32) -> Result<u64, StoreError> {
        let most = i64::from(most);
        let parameters: [&(dyn ToSql + Sync); 2] = [&before.ms(), &most];
        self.on_photos(async |client| {
            let sessions = client.execute(sql::FORGET_SESSIONS, &parameters).await?;
            Ok(sessions.saturating_add(client.execute(sql::FORGET_UPDATES, &parameters).await?))
        })
        .await
    }

    pub(crate) async fn keep_updates(&self, updates: &[Update]) -> Result<u64, StoreError> {
        if updates.is_empty() {
            return Ok(0);
        }
        let mut rows = Rows::all(&UPDATES);
        for update in updates {
            rows.add(&photo::update_cells(update), None);
        }
        self.on_photos(async |client| Ok(client.execute(KEEP.as_str(), &rows.columns()).await?)).await
    }

    pub(crate) async fn waiting_updates(&self, bot_id: i64, limit: u32) -> Result<Vec<Update>, StoreError> {
        let (sql, limit) = (sql::updates(sql::WAITING), i64::from(limit));
        let parameters: [&(dyn ToSql + Sync); 2] = [&bot_id, &limit];
        self.on_photos(async |client| collect(client, &sql, &parameters, photo::read_update).await).await
    }

    pub(crate) async fn handled(&self, key: UpdateKey, now: TimeMs) -> Result<bool, StoreError> {
        let parameters: [&(dyn ToSql + Sync); 3] = [&now.ms(), &key.bot_id, &key.update_id];
        self.on_photos(async |client| Ok(client.execute(sql::HANDLED, &parameters).await? > 0)).await
    }

    async fn sessions_where(&self, rest: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Session>, StoreError> {
        let sql = sql::sessions(rest);
        self.on_photos(async |client| collect(client, &sql, parameters, photo::read).await).await
    }

    /// Together with the tasks: both wait for the world, and no payment waits for either.
    async fn on_photos<T>(&self, work: impl AsyncFnOnce(&Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
        on(self.open.readers.tasks(), work).await
    }
}
