//! The owner's panel on PostgreSQL. Each change is one statement together with its row of the audit, so it holds or it does not.

use super::queries::collect;
use super::{Postgres, on};
use crate::error::StoreError;
use crate::panel::sql;
use crate::tables::panel;
use boothpay_protocol::panel::{Admin, AdminName, Audit, PanelSession, Role};
use boothpay_protocol::quota::{DAY, Quota};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

/// A value of a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// A change (which returns a row) and, only when it changes something, its row of the audit, whose values come first: `$1` to `$7`. `more` is carried out
/// with the change.
pub(super) fn noted(change: &str, more: &str) -> String {
    format!(
        "with changed as ({change}){more}
         insert into audit (at_ms, who, deed, about, old, new, address)
         select $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text where exists (select from changed)"
    )
}

const END_SESSIONS: &str = ", ended as (delete from admin_sessions where admin = $8 and exists (select from changed))";

fn heads(audit: &Audit) -> (i64, Option<&str>, &'static str) {
    (audit.at.ms(), audit.who.as_ref().map(AdminName::as_str), audit.deed.word())
}

/// One more row of the audit, for a change of somebody: its values come last.
const NOTED_FIRST: &str = ", first as (insert into audit (at_ms, who, deed, about, old, new, address)
    select $18::bigint, $19::text, $20::text, $21::text, $22::text, $23::text, $24::text where exists (select from changed))";

impl Postgres {
    pub(crate) async fn admins(&self) -> Result<Vec<Admin>, StoreError> {
        let sql = sql::admins();
        self.on_panel(async |client| collect(client, &sql, &[], panel::read).await).await
    }

    pub(crate) async fn save_admin(
        &self,
        next: &Admin,
        ends_sessions: bool,
        audit: &Audit,
        first: Option<&Audit>,
    ) -> Result<bool, StoreError> {
        let (name, role, link) = (next.name.as_str(), next.role.word(), panel::link_digest(next));
        let (until, created, version) = (next.link.map(|link| link.until.ms()), next.created_at.ms(), next.version);
        let version = i64::from(version);
        let (secret, step, recovery) = (panel::second_secret(next), panel::second_step(next), panel::recovery(next));
        let change = if version == 1 {
            "insert into admins (name, role, password, link_digest, link_until_ms, created_at_ms, version, second_secret, second_step, recovery)
             values ($8::text, $9::text, $10::text, $11::text, $12::bigint, $13::bigint, $14::bigint, $15::text, $16::bigint, $17::text)
             on conflict do nothing returning 1"
        } else {
            "update admins set role = $9::text, password = $10::text, link_digest = $11::text, link_until_ms = $12::bigint,
                    created_at_ms = $13::bigint, version = $14::bigint, second_secret = $15::text, second_step = $16::bigint,
                    recovery = $17::text
             where name = $8::text and version = $14::bigint - 1 returning 1"
        };
        let more = [if ends_sessions { END_SESSIONS } else { "" }, first.map_or("", |_| NOTED_FIRST)];
        let sql = noted(change, &more.concat());
        let values: [Value<'_>; 10] =
            [&name, &role, &next.password, &link, &until, &created, &version, &secret, &step, &recovery];
        let Some(first) = first else { return self.change(&sql, audit, &values).await };
        let (at, who, deed) = heads(first);
        let firsts: [Value<'_>; 7] = [&at, &who, &deed, &first.about, &first.old, &first.new, &first.address];
        self.change(&sql, audit, &[values.as_slice(), firsts.as_slice()].concat()).await
    }

    pub(crate) async fn remove_admin(&self, name: &AdminName, audit: &Audit) -> Result<bool, StoreError> {
        // Of two owners who take each other out, the second waits for the lock, and then finds himself alone.
        let sql = noted(
            "with owners as (select name from admins where role = $9::text order by name for update)
             delete from admins where name = $8::text and exists (select from owners where name <> $8::text) returning 1",
            END_SESSIONS,
        );
        self.change(&sql, audit, &[&name.as_str(), &Role::Owner.word()]).await
    }

    pub(crate) async fn start_panel_session(
        &self,
        session: &PanelSession,
        admin_version: u32,
        after: Option<&KeyDigest>,
        audit: &Audit,
    ) -> Result<bool, StoreError> {
        let sql = noted(
            "insert into admin_sessions (digest, admin, created_at_ms, seen_at_ms, awaits_code)
             select $8::text, name, $10::bigint, $11::bigint, $13::bigint from admins where name = $9::text and version = $12::bigint
             returning 1",
            ", ended as (delete from admin_sessions where digest = $14::text and exists (select from changed))",
        );
        let (digest, admin, version) = (session.digest.hex(), session.admin.as_str(), i64::from(admin_version));
        let (created, seen) = (session.created_at.ms(), session.seen_at.ms());
        let (awaits, after) = (i64::from(session.awaits_code), after.map(KeyDigest::hex));
        self.change(&sql, audit, &[&digest, &admin, &created, &seen, &version, &awaits, &after]).await
    }

    pub(crate) async fn panel_session(&self, digest: &KeyDigest) -> Result<Option<(PanelSession, Admin)>, StoreError> {
        let (sql, digest) = (sql::session(), digest.hex());
        let read = async |client: &Client| collect(client, &sql, &[&digest], panel::read_session).await;
        Ok(self.on_panel(read).await?.pop())
    }

    pub(crate) async fn see_panel_session(&self, digest: &KeyDigest, now: TimeMs) -> Result<(), StoreError> {
        let (now, digest) = (now.ms(), digest.hex());
        let values: [Value<'_>; 2] = [&now, &digest];
        self.on_panel(async |client| Ok(client.execute(sql::SEE, &values).await.map(drop)?)).await
    }

    pub(crate) async fn end_panel_session(&self, digest: &KeyDigest, audit: &Audit) -> Result<bool, StoreError> {
        let sql = noted("delete from admin_sessions where digest = $8::text returning 1", "");
        self.change(&sql, audit, &[&digest.hex()]).await
    }

    pub(crate) async fn forget_panel_sessions(&self, seen: TimeMs, begun: TimeMs) -> Result<u64, StoreError> {
        let (seen, begun) = (seen.ms(), begun.ms());
        let values: [Value<'_>; 2] = [&seen, &begun];
        self.on_panel(async |client| Ok(client.execute(sql::FORGET, &values).await?)).await
    }

    pub(crate) async fn note_audit(&self, audit: &Audit) -> Result<(), StoreError> {
        self.change(&noted("select 1", ""), audit, &[]).await.map(drop)
    }

    pub(crate) async fn is_within(&self, audit: &Audit, quota: Quota) -> Result<bool, StoreError> {
        let (sql, since) = (sql::is_within(quota), audit.at.minus(DAY).ms());
        let who = audit.who.as_ref().map(AdminName::as_str);
        let values: [Value<'_>; 3] = [&who, &since, &audit.about];
        self.on_panel(async |client| Ok(client.query_opt(&sql, &values).await?.is_some())).await
    }

    pub(crate) async fn audit(
        &self,
        about: Option<&str>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<(i64, Audit)>, StoreError> {
        let (sql, limit) = (sql::audit(about.is_some()), i64::from(limit));
        let mut values: Vec<Value<'_>> = vec![&before];
        if let Some(about) = &about {
            values.push(about);
        }
        values.push(&limit);
        self.on_panel(async |client| collect(client, &sql, &values, panel::read_audit).await).await
    }

    pub(crate) async fn audit_of_people(&self, before: i64, limit: u32) -> Result<Vec<(i64, Audit)>, StoreError> {
        let (sql, limit) = (sql::audit_of_people(), i64::from(limit));
        self.on_panel(async |client| collect(client, &sql, &[&before, &limit], panel::read_audit).await).await
    }

    /// Carries out what [`noted`] made; whether it changed something.
    pub(super) async fn change(&self, sql: &str, audit: &Audit, more: &[Value<'_>]) -> Result<bool, StoreError> {
        let (at, who, deed) = heads(audit);
        let noted: [Value<'_>; 7] = [&at, &who, &deed, &audit.about, &audit.old, &audit.new, &audit.address];
        let values: Vec<Value<'_>> = noted.into_iter().chain(more.iter().copied()).collect();
        self.on_panel(async |client| Ok(client.execute(sql, &values).await? > 0)).await
    }

    /// Together with the tasks, so that no payment waits for it.
    pub(super) async fn on_panel<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        on(self.open.readers.tasks(), work).await
    }
}
