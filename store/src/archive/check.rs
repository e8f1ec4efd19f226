//! Is what a database keeps of archived orders right in itself, and does an archive's file agree with it?

use super::{ArchiveError, Archives, Full, Kept, Sums};
use crate::verify::{self, Fault, Judge, Report};
use crate::{Address, OpenError, PostgresAddress, postgres, sqlite};
use std::collections::BTreeMap;
use std::path::Path;

/// Orders of a file that are read at once.
const PAGE_ORDERS: usize = 500;

/// What a comparison of an archive's file with its database has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// What was read in the file, and everything that is wrong with it or does not agree.
    pub report: Report,
    /// Orders of the file that were archived in it.
    pub archived: u64,
    /// Orders of the file that stayed in the database, because they changed after they were copied.
    pub stayed: u64,
}

/// Verifies an archive's file and holds it against the database that it was made from: every order in it must be what the
/// database kept of it, and every order that the database archived in it must be there. Changes nothing. Blocks.
pub fn compare(address: &Address, file: &Path) -> Result<Agreement, ArchiveError> {
    let mut found = Found { judge: verify::file(file)?, archived: 0, stayed: 0 };
    if found.judge.report.is_healthy() {
        let mut archives = open(address)?;
        let mut file = sqlite::ArchiveFile::open(file)?;
        match identify(archives.as_mut(), &file)? {
            Some(archive) => match_up(&mut found, archives.as_mut(), &mut file, archive)?,
            None => found.judge.add(None, Fault::ArchiveUnknown),
        }
    }
    Ok(Agreement { report: found.judge.report, archived: found.archived, stayed: found.stayed })
}

/// What a comparison has found so far.
struct Found {
    judge: Judge,
    archived: u64,
    stayed: u64,
}

fn open(address: &Address) -> Result<Box<dyn Archives>, ArchiveError> {
    Ok(match address {
        Address::SqliteMemory => return Err(ArchiveError::InMemory),
        Address::SqliteFile(path) => Box::new(sqlite::ArchivedInFile::open(path)?),
        Address::Postgres(server) => Box::new(postgres::ArchivedOnServer::open(server)?),
    })
}

/// The archive that a file is: its orders say it, so the file may have been moved and renamed.
fn identify(archives: &mut dyn Archives, file: &sqlite::ArchiveFile) -> Result<Option<i64>, ArchiveError> {
    let mut after = String::new();
    loop {
        let page = file.after(&after, PAGE_ORDERS)?;
        let Some(last) = page.last() else { return Ok(None) };
        after = last.order.id.to_string();
        for full in &page {
            if let Some(archive) = archives.archive_of(&full.order.id)? {
                return Ok(Some(archive));
            }
        }
    }
}

/// Goes through both in the order of their ids, side by side.
fn match_up(
    found: &mut Found,
    archives: &mut dyn Archives,
    file: &mut sqlite::ArchiveFile,
    archive: i64,
) -> Result<(), ArchiveError> {
    let mut kept = Pages::of(|after: &str| archives_page(archives, archive, after));
    let mut strangers = Vec::new();
    let mut copies = Pages::of(|after: &str| Ok(file.after(after, PAGE_ORDERS)?.into_iter().map(of_file).collect()));
    loop {
        match (kept.peek()?, copies.peek()?) {
            (None, None) => break,
            (Some(id), other) if other.as_ref().is_none_or(|other| id < *other) => {
                found.judge.add(Some(&id), Fault::ArchiveLacks);
                kept.take();
            }
            (Some(id), Some(other)) if id == other => {
                if let (Some(kept), Some(full)) = (kept.take(), copies.take()) {
                    found.archived = found.archived.saturating_add(1);
                    if !agree(&kept, &full) {
                        found.judge.add(Some(&id), Fault::ArchiveDiffers);
                    }
                }
            }
            (_, _) => strangers.extend(copies.take()),
        }
    }
    for full in strangers {
        let lives_on = archives.version(&full.order.id)?.is_some_and(|version| version > full.order.version);
        let elsewhere = archives.archive_of(&full.order.id)?.is_some_and(|other| other > archive);
        if lives_on || elsewhere {
            found.stayed = found.stayed.saturating_add(1);
        } else {
            found.judge.add(Some(full.order.id.as_str()), Fault::ArchiveStranger);
        }
    }
    Ok(())
}

fn archives_page(archives: &mut dyn Archives, archive: i64, after: &str) -> Result<Vec<(String, Kept)>, ArchiveError> {
    let kept = archives.kept_after(Some(archive), after)?;
    Ok(kept.into_iter().map(|kept| (kept.order.id.to_string(), kept)).collect())
}

fn of_file(full: Full) -> (String, Full) {
    (full.order.id.to_string(), full)
}

fn agree(kept: &Kept, full: &Full) -> bool {
    kept.order == full.order
        && kept.transactions == full.transactions
        && kept.unproven == full.is_unproven()
        && kept.digest == full.digest()
}

/// Sorted rows with their ids, a page in memory at a time.
struct Pages<T, F> {
    read: F,
    page: std::collections::VecDeque<(String, T)>,
    after: String,
    ended: bool,
}

impl<T, F: FnMut(&str) -> Result<Vec<(String, T)>, ArchiveError>> Pages<T, F> {
    fn of(read: F) -> Self {
        Self { read, page: std::collections::VecDeque::new(), after: String::new(), ended: false }
    }

    fn peek(&mut self) -> Result<Option<String>, ArchiveError> {
        if self.page.is_empty() && !self.ended {
            self.page = (self.read)(&self.after)?.into();
            match self.page.back() {
                Some((id, _)) => self.after.clone_from(id),
                None => self.ended = true,
            }
        }
        Ok(self.page.front().map(|(id, _)| id.clone()))
    }

    fn take(&mut self) -> Option<T> {
        self.page.pop_front().map(|(_, row)| row)
    }
}

/// Judges what a database keeps of archived orders: each is settled and keeps the invariants, none is among the orders as
/// well, and the sums are theirs. What goes wrong with the database itself comes back, but not when it is known already
/// that the database is damaged.
pub(crate) fn examine(archives: &mut dyn Archives, judge: &mut Judge) -> Result<(), ArchiveError> {
    let was_healthy = judge.report.is_healthy();
    match examine_all(archives, judge) {
        Err(ArchiveError::Unreadable(why)) if was_healthy => {
            judge.add(None, Fault::Unreadable { what: "what is archived", why });
        }
        Err(error) if was_healthy => return Err(error),
        Ok(()) | Err(_) => {}
    }
    Ok(())
}

/// The same on a server, as of a moment of its own. On a thread of its own, so that it may be asked for anywhere.
pub(crate) fn examine_on_server(address: &PostgresAddress, judge: &mut Judge) -> Result<(), OpenError> {
    let was_healthy = judge.report.is_healthy();
    let alone = || -> Result<(), ArchiveError> { examine(&mut postgres::ArchivedOnServer::open(address)?, judge) };
    let examined = std::thread::scope(|threads| threads.spawn(alone).join());
    match examined.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
        Ok(()) => Ok(()),
        // A database that cannot be read has been found out already.
        Err(_) if !was_healthy => Ok(()),
        Err(ArchiveError::Open(error)) => Err(error),
        Err(error) => Err(OpenError::PrepareServer { server: address.to_string(), cause: error.to_string() }),
    }
}

fn examine_all(archives: &mut dyn Archives, judge: &mut Judge) -> Result<(), ArchiveError> {
    for id in archives.doubled()? {
        judge.add(Some(&id), Fault::Doubled);
    }
    let mut sums = Sums::default();
    let mut moved: BTreeMap<i64, i64> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = archives.kept_after(None, &after)?;
        let Some(last) = page.last() else { break };
        after = last.order.id.to_string();
        for kept in &page {
            judge.last_rows(&kept.order, &kept.transactions);
            sums.add(&kept.order, &kept.transactions);
            let moved = moved.entry(kept.archive).or_default();
            *moved = moved.saturating_add(1);
        }
    }
    if archives.sums()? != sums {
        judge.add(None, Fault::ArchivedSums);
    }
    for archive in archives.archives()? {
        let found = moved.get(&archive.archive).copied().unwrap_or(0);
        if let Some(noted) = archive.moved
            && noted != found
        {
            judge.add(None, Fault::ArchiveCount { file: archive.file.display().to_string(), noted, found });
        }
    }
    Ok(())
}
