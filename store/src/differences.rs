//! What differs between the wallets' statements and the ledger, and which days were compared. Beside money: no order waits for any of
//! it. Each change is written together with its row of the audit.

use crate::error::StoreError;
use crate::sqlite;
use crate::{Backend, Store};
use boothpay_protocol::difference::{ComparedDay, Difference};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::panel::Audit;
use boothpay_protocol::time::TimeMs;

/// Which differences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichDifferences {
    /// Of one wallet, paid from the first time to before the second, by time.
    Between(Provider, TimeMs, TimeMs),
    /// Those that somebody has to see to, the oldest first.
    Open,
    /// Those that another day's statement decides, the newest first.
    Waiting,
    /// The others, those that changed last first.
    Closed,
    /// This one.
    One(Provider, String),
}

impl Store {
    /// Differences, at most `limit`.
    pub async fn differences(&self, which: WhichDifferences, limit: u32) -> Result<Vec<Difference>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::differences::read(connection, &which, limit)).await
            }
            Backend::Postgres(postgres) => postgres.differences(&which, limit).await,
        }
    }

    /// Days that were compared, newest first, at most `limit`.
    pub async fn compared_days(&self, limit: u32) -> Result<Vec<ComparedDay>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::differences::days(connection, limit)).await
            }
            Backend::Postgres(postgres) => postgres.compared_days(limit).await,
        }
    }

    /// Keeps what a comparison came to: new differences (version 1) and next versions of known ones. A difference that somebody has
    /// changed meanwhile stays as he left it.
    pub async fn keep_comparison(
        &self,
        differences: Vec<Difference>,
        days: Vec<ComparedDay>,
        audit: Audit,
    ) -> Result<(), StoreError> {
        self.keep(differences, days, audit, false).await.map(drop)
    }

    /// Keeps a difference's next version. `false` when nothing was kept: somebody was faster.
    pub async fn save_difference(&self, next: Difference, audit: Audit) -> Result<bool, StoreError> {
        self.keep(vec![next], Vec::new(), audit, true).await
    }

    async fn keep(
        &self,
        differences: Vec<Difference>,
        days: Vec<ComparedDay>,
        audit: Audit,
        only_with_change: bool,
    ) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite
                    .write(move |connection| {
                        sqlite::differences::keep(connection, &differences, &days, &audit, only_with_change)
                    })
                    .await
            }
            Backend::Postgres(postgres) => {
                postgres.keep_differences(&differences, &days, &audit, only_with_change).await
            }
        }
    }
}

/// The statements, in words that both stores know.
pub(crate) mod sql {
    use super::WhichDifferences;
    use crate::tables::Table;
    use crate::tables::difference::{DAYS, TABLE};

    pub(crate) fn read(which: &WhichDifferences) -> String {
        let rest = match which {
            WhichDifferences::Between(..) => {
                "d.provider = $1 and d.at_ms >= $2 and d.at_ms < $3 order by d.at_ms, d.key limit $4"
            }
            WhichDifferences::Open => "d.state = 'open' order by d.at_ms, d.provider, d.key limit $1",
            WhichDifferences::Waiting => "d.state = 'waiting' order by d.at_ms desc, d.provider, d.key limit $1",
            WhichDifferences::Closed => {
                "d.state not in ('open', 'waiting') order by d.changed_at_ms desc, d.provider, d.key limit $1"
            }
            WhichDifferences::One(..) => "d.provider = $1 and d.key = $2 limit $3",
        };
        format!("select {} from differences d where {rest}", TABLE.read_as("d"))
    }

    pub(crate) fn days() -> String {
        format!("select {} from compared_days d order by d.day desc, d.provider limit $1", DAYS.read_as("d"))
    }

    /// What follows the values of an insert: a row that is there is changed, a difference only from the version before.
    pub(crate) fn or_change(table: &Table) -> String {
        let sets: Vec<String> =
            table.changing().map(|(_, column)| format!("{0} = excluded.{0}", column.name)).collect();
        let has_version = table.changing().any(|(_, column)| column.name == "version");
        let guard =
            if has_version { format!(" where {}.version = excluded.version - 1", table.name) } else { String::new() };
        format!("on conflict ({}) do update set {}{guard}", table.order, sets.join(", "))
    }
}
