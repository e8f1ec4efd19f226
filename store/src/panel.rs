//! Who may use the owner's panel, who is in, and what was done there. Beside money: no order waits for any of it. Each change is
//! written together with its row of the audit, or not at all.

use crate::error::StoreError;
use crate::sqlite;
use crate::{Backend, Store};
use boothpay_protocol::panel::{Admin, AdminName, Audit, PanelSession};
use boothpay_protocol::quota::Quota;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;

impl Store {
    /// Who may use the panel, by name.
    pub async fn admins(&self) -> Result<Vec<Admin>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(sqlite::panel::admins).await,
            Backend::Postgres(postgres) => postgres.admins().await,
        }
    }

    /// Keeps somebody's next version, or somebody new (version 1). With `ends_sessions` he is out everywhere. `false` when nothing
    /// was kept: somebody was faster, or the name is taken.
    pub async fn save_admin(&self, next: Admin, ends_sessions: bool, audit: Audit) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::panel::save(connection, &next, ends_sessions, &[audit])).await
            }
            Backend::Postgres(postgres) => postgres.save_admin(&next, ends_sessions, &audit, None).await,
        }
    }

    /// Keeps somebody's next version, of whom two things are noted at once; he is out everywhere.
    pub async fn renew_admin(&self, next: Admin, first: Audit, then: Audit) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::panel::save(connection, &next, true, &[first, then])).await
            }
            Backend::Postgres(postgres) => postgres.save_admin(&next, true, &then, Some(&first)).await,
        }
    }

    /// Takes somebody out, his sessions with him. `false` when he is not there, or no other owner is.
    pub async fn remove_admin(&self, name: AdminName, audit: Audit) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::panel::remove(connection, &name, &audit)).await
            }
            Backend::Postgres(postgres) => postgres.remove_admin(&name, &audit).await,
        }
    }

    /// Begins a session, if `admin` still is who he was when his password, or his code, was judged; the one that waited for the code,
    /// `after`, ends with it. `false` when he is not.
    pub async fn start_panel_session(
        &self,
        session: PanelSession,
        admin_version: u32,
        after: Option<KeyDigest>,
        audit: Audit,
    ) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite
                    .write(move |connection| {
                        sqlite::panel::start(connection, &session, admin_version, after.as_ref(), &audit)
                    })
                    .await
            }
            Backend::Postgres(postgres) => {
                postgres.start_panel_session(&session, admin_version, after.as_ref(), &audit).await
            }
        }
    }

    /// A session, ended or not, and who it is.
    pub async fn panel_session(&self, digest: KeyDigest) -> Result<Option<(PanelSession, Admin)>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::panel::session(connection, &digest)).await,
            Backend::Postgres(postgres) => postgres.panel_session(&digest).await,
        }
    }

    /// Notes that a session is used now.
    pub async fn see_panel_session(&self, digest: KeyDigest, now: TimeMs) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::panel::see(connection, &digest, now)).await
            }
            Backend::Postgres(postgres) => postgres.see_panel_session(&digest, now).await,
        }
    }

    /// Ends a session. `false` when there is none.
    pub async fn end_panel_session(&self, digest: KeyDigest, audit: Audit) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::panel::end(connection, &digest, &audit)).await
            }
            Backend::Postgres(postgres) => postgres.end_panel_session(&digest, &audit).await,
        }
    }

    /// Forgets sessions that were used last before `seen_before` or began before `begun_before`; how many.
    pub async fn forget_panel_sessions(&self, seen_before: TimeMs, begun_before: TimeMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::panel::forget(connection, seen_before, begun_before)).await
            }
            Backend::Postgres(postgres) => postgres.forget_panel_sessions(seen_before, begun_before).await,
        }
    }

    /// Adds a row to the audit that belongs to no change of these tables.
    pub async fn note_audit(&self, audit: Audit) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(move |connection| sqlite::panel::note(connection, &audit)).await,
            Backend::Postgres(postgres) => postgres.note_audit(&audit).await,
        }
    }

    /// Whether somebody has something left of a quota for the deed of a row that is not written yet. Between servers on one database each may let one
    /// through that the other has not seen yet.
    pub async fn is_within(&self, audit: &Audit, quota: Quota) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                let audit = audit.clone();
                sqlite.read(move |connection| sqlite::panel::is_within(connection, &audit, quota)).await
            }
            Backend::Postgres(postgres) => postgres.is_within(audit, quota).await,
        }
    }

    /// The audit, newest first, each row with its number: at most `limit`, of those before `before`, and about one thing if that is
    /// named.
    pub async fn audit(
        &self,
        about: Option<String>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, Audit)>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::panel::audit(connection, about.as_deref(), before, limit)).await
            }
            Backend::Postgres(postgres) => postgres.audit(about.as_deref(), before, limit).await,
        }
    }

    /// The same without what programs did with tokens, of which there may be many for each deed of a person.
    pub async fn audit_of_people(&self, before: Option<i64>, limit: u32) -> Result<Vec<(i64, Audit)>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::panel::audit_of_people(connection, before, limit)).await
            }
            Backend::Postgres(postgres) => postgres.audit_of_people(before, limit).await,
        }
    }
}

/// The statements, in words that both stores know. To SQLite `$1` is a place with a name; places are counted as they are first
/// mentioned, so here always from 1 up.
pub(crate) mod sql {
    use crate::tables::panel::{ADMINS, AUDIT, SESSIONS};
    use boothpay_protocol::quota::Quota;

    pub(crate) fn admins() -> String {
        format!("select {} from admins a order by a.name", ADMINS.read_as("a"))
    }

    pub(crate) fn session() -> String {
        format!(
            "select {}, {} from admin_sessions s join admins a on a.name = s.admin where s.digest = $1",
            SESSIONS.read_as("s"),
            ADMINS.read_as("a")
        )
    }

    pub(crate) fn audit(about: bool) -> String {
        let rest =
            if about { "and u.about = $2 order by u.number desc limit $3" } else { "order by u.number desc limit $2" };
        format!("select {} from audit u where u.number < $1 {rest}", AUDIT.read_as("u"))
    }

    /// As the index of it says it.
    pub(crate) fn audit_of_people() -> String {
        format!(
            "select {} from audit u where u.number < $1 and u.deed <> 'order_changed_by_token' order by u.number desc limit $2",
            AUDIT.read_as("u")
        )
    }

    /// A row if `$1` has something left of the quota since `$2`, for a deed about `$3`.
    pub(crate) fn is_within(quota: Quota) -> String {
        let deeds: Vec<String> = quota.deeds.iter().map(|deed| format!("'{}'", deed.word())).collect();
        let his = format!("from audit u where u.who = $1 and u.at_ms > $2 and u.deed in ({})", deeds.join(", "));
        let (counted, by_order) = if quota.by_order { ("distinct u.about", "true") } else { ("*", "false") };
        format!(
            "select 1 where (select count({counted}) {his}) < {}
             or {by_order} and exists (select 1 {his} and u.about = $3)",
            quota.most
        )
    }

    pub(crate) const SEE: &str = "update admin_sessions set seen_at_ms = $1 where digest = $2 and seen_at_ms < $1";
    pub(crate) const FORGET: &str = "delete from admin_sessions where seen_at_ms < $1 or created_at_ms < $2";
}
