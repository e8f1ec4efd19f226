//! Whether the writing connection is believed.
//!
//! After a failed commit nobody knows what is on the disk: after a failed sync the system may have dropped pages that a read
//! still returns, and a second sync would succeed without having written them. So the connection is given up, never used to try
//! again; a new one reads the last rows that were acknowledged, and only when they are there, unchanged, does writing go
//! on. Until then every call gets a system error.

use super::connect;
use super::place::Place;
use super::rows::first;
use crate::address::Address;
use crate::error::StoreError;
use crate::tables::journal;
use boothpay_protocol::ledger::journal::Entry;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Acknowledged journal rows remembered for the comparison. They were written last, so they are what a disk would lose.
const WITNESSES: usize = 64;

/// How long to leave a database alone that could not be opened again: each try may have to wait for the disk.
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// The writing connection and what it has acknowledged.
pub(super) struct Database {
    address: Address,
    /// `None` for a database in memory.
    place: Option<Place>,
    trust: Trust,
    acknowledged: VecDeque<Entry>,
}

enum Trust {
    Trusted(Connection),
    /// A commit failed; not looked at since, or looked at in vain.
    Suspect {
        why: StoreError,
        tried: Option<Instant>,
    },
    /// What was acknowledged is not there. Only a person can decide what to do now.
    Lost(StoreError),
}

impl Database {
    pub(super) fn new(connection: Connection, address: Address) -> Self {
        let place = address.file().map(Place::of);
        Self { address, place, trust: Trust::Trusted(connection), acknowledged: VecDeque::with_capacity(WITNESSES) }
    }

    /// An error when the file under the database's name is not the one that is open.
    pub(super) fn is_in_place(&self) -> Result<(), StoreError> {
        self.place.as_ref().map_or(Ok(()), Place::check)
    }

    /// The connection, if it is trusted or can be again.
    pub(super) fn trusted(&mut self) -> Result<&Connection, StoreError> {
        self.is_in_place()?;
        if let Trust::Suspect { tried, .. } = &self.trust
            && tried.is_none_or(|tried| tried.elapsed() >= BETWEEN_TRIES)
        {
            self.trust = self.open_again();
        }
        match &self.trust {
            Trust::Trusted(connection) => Ok(connection),
            Trust::Suspect { why, .. } | Trust::Lost(why) => Err(why.clone()),
        }
    }

    /// Remembers the last of what callers are about to be told.
    pub(super) fn acknowledged<'a>(&mut self, entries: impl DoubleEndedIterator<Item = &'a Entry>) {
        let mut newest: Vec<&Entry> = entries.rev().take(WITNESSES).collect();
        newest.reverse();
        for entry in newest {
            if self.acknowledged.len() == WITNESSES {
                self.acknowledged.pop_front();
            }
            self.acknowledged.push_back(entry.clone());
        }
    }

    /// Gives the connection up after a failed commit. What was not committed is rolled back by its end.
    pub(super) fn suspect(&mut self) {
        if let (Address::SqliteMemory, Trust::Trusted(connection)) = (&self.address, &self.trust) {
            // There is no disk to disagree with, and a new connection would be a new database.
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("rollback");
            }
            return;
        }
        self.keep_the_log();
        if let Some(place) = &self.place
            // What is gone stays missed: this program's other connections have it open still.
            && place.check().is_ok()
        {
            place.forget_companions();
        }
        let why = StoreError::Suspect("it is opened again and compared with what was acknowledged".into());
        self.trust = Trust::Suspect { why, tried: None };
    }

    /// Before a connection ends: whoever is the last to close a file takes the log into it by the log's index, and the log away. By an
    /// index that others do not have, what they have committed would go with it. So the log stays, and the next start reads it.
    fn keep_the_log(&self) {
        if let (Trust::Trusted(connection), Some(place)) = (&self.trust, &self.place)
            && place.may_others_write()
            && let Err(error) = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        {
            tracing::error!(%error, "the database's log cannot be kept apart");
        }
    }

    fn open_again(&self) -> Trust {
        let connection = match connect::writing_again(&self.address) {
            Ok(connection) => connection,
            Err(error) => {
                tracing::error!(%error, "the database cannot be opened again yet");
                return self.still_suspect(&error.to_string());
            }
        };
        match missing(&connection, &self.acknowledged) {
            Ok(None) => {
                tracing::warn!(
                    compared = self.acknowledged.len(),
                    "the database was opened again; what was acknowledged last is there"
                );
                Trust::Trusted(connection)
            }
            Ok(Some(entry)) => {
                let (order, version) = (&entry.order_id, entry.version);
                tracing::error!(
                    "ACKNOWLEDGED AND NOT THERE: journal row {version} of order {order}. Nothing is written any more. \
                     Stop the server, keep a copy of the database, run `boothpay verify`"
                );
                Trust::Lost(StoreError::Suspect("what was acknowledged is not there".into()))
            }
            Err(error) => {
                tracing::error!(%error, "the database cannot be read again yet");
                self.still_suspect(&error.to_string())
            }
        }
    }

    fn still_suspect(&self, why: &str) -> Trust {
        Trust::Suspect { why: StoreError::Suspect(why.into()), tried: Some(Instant::now()) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.keep_the_log();
    }
}

/// The first acknowledged row that is not there as it was written.
fn missing<'a>(
    connection: &Connection,
    acknowledged: impl IntoIterator<Item = &'a Entry>,
) -> Result<Option<&'a Entry>, StoreError> {
    let sql = format!(
        "select {} from journal j join orders o on o.order_row = j.order_row where o.order_id = ?1 and j.version = ?2",
        journal::TABLE.read_as("j")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for entry in acknowledged {
        let read = |row: &rusqlite::Row<'_>| journal::read(row, 0, entry.order_id.clone());
        let found = first(&mut statement, params![entry.order_id.as_str(), entry.version], read)?;
        if found.as_ref() != Some(entry) {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use boothpay_protocol::ledger::journal::{Actor, Change};
    use boothpay_protocol::ledger::order::OrderId;
    use boothpay_protocol::time::TimeMs;

    fn entry(version: u32) -> Entry {
        Entry {
            order_id: OrderId::parse("a").unwrap(),
            version,
            at: TimeMs::new(5),
            actor: Actor::Booth,
            change: Change::OrderPrinted,
        }
    }

    /// A database in which the journal has the rows 1 to 100, all acknowledged.
    fn written(folder: &std::path::Path) -> Database {
        let address = Address::SqliteFile(folder.join("trust.db"));
        let connection = connect::writing(&address).unwrap();
        connection
            .execute_batch(
                "insert into orders (order_row, order_id, amount_tiyin, copies, booth_id, booth_name, status, created_at_ms,
                                     expires_at_ms, changed_at_ms, version)
                 values (1, 'a', 1, 1, 'main', '', 'pending', 1, 2, 1, 1)",
            )
            .unwrap();
        let entries: Vec<Entry> = (1..=100).map(entry).collect();
        let mut head = boothpay_protocol::ledger::chain::Head::start(1);
        for entry in &entries {
            let link = journal::Link::add(&mut head, entry).unwrap();
            let cells = journal::cells(crate::tables::order::RowNumber(1), &link);
            let sql = "insert into journal values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            connection.execute(sql, rusqlite::params_from_iter(cells)).unwrap();
        }
        let mut database = Database::new(connection, address);
        database.acknowledged(entries.iter());
        assert_eq!(database.acknowledged.len(), WITNESSES);
        assert_eq!(database.acknowledged.back(), entries.last());
        database
    }

    #[test]
    fn what_is_there_is_trusted_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut database = written(folder.path());
        database.suspect();
        assert!(database.trusted().is_ok());
    }

    #[test]
    fn a_row_that_was_acknowledged_and_is_not_there_ends_all_writing() {
        for damage in ["delete from journal where version = 100", "update journal set at_ms = 6 where version = 99"] {
            let folder = tempfile::tempdir().unwrap();
            let mut database = written(folder.path());
            let by_hand = Connection::open(folder.path().join("trust.db")).unwrap();
            by_hand
                .execute_batch("drop trigger journal_is_not_shortened; drop trigger journal_is_not_rewritten")
                .unwrap();
            by_hand.execute(damage, []).unwrap();
            database.suspect();
            for _ in 0..3 {
                assert!(matches!(database.trusted(), Err(StoreError::Suspect(_))), "{damage}");
                assert!(matches!(database.trust, Trust::Lost(_)));
            }
        }
    }

    #[test]
    fn a_database_that_cannot_be_opened_is_asked_again_later_but_not_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut database = written(folder.path());
        database.suspect();
        // As if a newer program had been at it.
        let by_hand = Connection::open(folder.path().join("trust.db")).unwrap();
        by_hand.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(database.trusted(), Err(StoreError::Suspect(_))));
        by_hand.pragma_update(None, "user_version", 1).unwrap();
        assert!(database.trusted().is_err(), "too soon");
        let long_ago = Instant::now().checked_sub(BETWEEN_TRIES).unwrap();
        database.trust = Trust::Suspect { why: StoreError::Closed, tried: Some(long_ago) };
        assert!(database.trusted().is_ok());
    }
}
