//! Whether the database under our address still is the one that this program wrote to.
//!
//! While a server runs, somebody can drop its database and make it anew, restore an older backup over it, or let another
//! PostgreSQL answer at its address. What was acknowledged is not there then, and what would be acknowledged next would be in a
//! database that nobody takes for the right one. So when the schema was made, and where the journal's chains ended that this
//! program has seen, stand witness. Each new session is asked for all of them, and each batch for the row that was
//! acknowledged last, in the same exchange in which it loads. A chain's digest covers everything before it.

use crate::error::{OpenError, StoreError, postgres_words};
use boothpay_protocol::ledger::chain::Head;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, Statement};

/// When the schema was made, in seconds: in a copy of the database the same, in one that was made anew another.
const MADE: &str = "(select extract(epoch from applied_at)::text from boothpay_schema where version = 1)";

/// What this program knows of its database.
#[derive(Default)]
pub(super) struct Witness {
    known: Mutex<Option<Known>>,
    /// Whether another database was seen last.
    doubts: AtomicBool,
}

struct Known {
    made: String,
    heads: BTreeMap<i64, Head>,
    /// Where the last acknowledged row stands; before the first, any row that was there.
    last: Option<Head>,
}

impl Witness {
    /// Takes down what is there when the database is opened.
    pub(super) async fn learn(&self, client: &Client, heads: Vec<Head>) -> Result<(), tokio_postgres::Error> {
        let row = client.query_one(&format!("select {MADE}"), &[]).await?;
        let last = heads.last().cloned();
        let heads = heads.into_iter().map(|head| (head.writer, head)).collect();
        *self.lock() = Some(Known { made: row.try_get(0)?, heads, last });
        Ok(())
    }

    /// Takes down what is about to be acknowledged. A commit of settings or tasks alone moves no chain; where its session has written
    /// no row yet, there is none that could be asked for.
    pub(super) fn acknowledged(&self, head: &Head) {
        if head.sequence == 0 {
            return;
        }
        if let Some(known) = &mut *self.lock() {
            known.heads.insert(head.writer, head.clone());
            known.last = Some(head.clone());
        }
    }

    /// Whether another database was seen last: then no session is to be used that was made before.
    pub(super) fn doubts(&self) -> bool {
        self.doubts.load(Ordering::Relaxed)
    }

    /// Asks a new session for everything that is known. `server` is the database's name.
    pub(super) async fn ask_all(&self, client: &Client, server: &str) -> Result<(), OpenError> {
        let Some((sql, heads)) = self.lock().as_ref().map(|known| (known.question(), known.heads.len())) else {
            return Ok(());
        };
        let found = match client.simple_query(&sql).await {
            Ok(messages) => messages.into_iter().find_map(|message| {
                let SimpleQueryMessage::Row(row) = message else { return None };
                Some(row.get(0) == Some("t") && row.get(1) == Some(&heads.to_string()))
            }),
            Err(error) if is_gone(&error) => Some(false),
            Err(error) => {
                return Err(OpenError::PrepareServer { server: server.to_owned(), cause: postgres_words(&error) });
            }
        };
        self.judge(found == Some(true), server)
    }

    /// What [`Self::ask_last`] asks, for one session.
    pub(super) async fn prepare(client: &Client) -> Result<Statement, tokio_postgres::Error> {
        let sql = format!(
            "select {MADE} = $1 and ($2::bigint is null or exists (
                 select 1 from journal where writer = $2 and sequence = $3::bigint and digest = $4::bytea))"
        );
        client.prepare(&sql).await
    }

    /// Asks for the row that was acknowledged last.
    pub(super) async fn ask_last(
        &self,
        client: &Client,
        statement: &Statement,
        server: &str,
    ) -> Result<(), StoreError> {
        let Some((made, last)) = self.lock().as_ref().map(|known| (known.made.clone(), known.last.clone())) else {
            return Ok(());
        };
        let (writer, sequence) = (last.as_ref().map(|head| head.writer), last.as_ref().map(|head| head.sequence));
        let digest = last.as_ref().map(|head| head.digest.as_slice());
        let is_there = match client.query_one(statement, &[&made, &writer, &sequence, &digest]).await {
            Ok(row) => row.try_get::<_, Option<bool>>(0)?.unwrap_or(false),
            Err(error) if is_gone(&error) => false,
            Err(error) => return Err(error.into()),
        };
        self.judge(is_there, server).map_err(StoreError::from)
    }

    /// Whether a server's refusal of a session says that the database itself is gone.
    pub(super) fn misses(&self, error: &tokio_postgres::Error, server: &str) -> Result<(), OpenError> {
        let gone = error.code() == Some(&SqlState::INVALID_CATALOG_NAME) && self.lock().is_some();
        if gone { self.judge(false, server) } else { Ok(()) }
    }

    /// Tells the log when the judgement changes, and not with every call.
    fn judge(&self, is_ours: bool, server: &str) -> Result<(), OpenError> {
        let doubted = self.doubts.swap(!is_ours, Ordering::Relaxed);
        if is_ours {
            if doubted {
                tracing::warn!("the database {server} has what was acknowledged; payments are taken again");
            }
            return Ok(());
        }
        let replaced = OpenError::Replaced(server.to_owned());
        if !doubted {
            tracing::error!("ACKNOWLEDGED AND NOT THERE: {replaced}");
        }
        Err(replaced)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// One statement without parameters, so that it costs a new session one exchange: whether the schema is the same, and how
    /// many of the heads are there.
    fn question(&self) -> String {
        // It was made of the server's own number, but a text goes into a statement only when it cannot mean anything else.
        let made: String = self.made.chars().filter(|it| it.is_ascii_digit() || *it == '.').collect();
        let mut sql =
            format!("select {MADE} = '{made}', (select count(*) from (values (0::bigint, 0::bigint, ''::bytea)");
        for head in self.heads.values() {
            // Writing to a text does not fail.
            let _ = write!(sql, ", ({}, {}, '\\x", head.writer, head.sequence);
            for byte in head.digest {
                let _ = write!(sql, "{byte:02x}");
            }
            sql.push_str("')");
        }
        sql.push_str(
            ") as known (writer, sequence, digest)
             join journal j on j.writer = known.writer and j.sequence = known.sequence and j.digest = known.digest)",
        );
        sql
    }
}

/// Whether a table is missing: the database was made anew.
fn is_gone(error: &tokio_postgres::Error) -> bool {
    let gone = [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN, SqlState::INVALID_SCHEMA_NAME];
    error.code().is_some_and(|code| gone.contains(code))
}
