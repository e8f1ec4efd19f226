//! One run, step by step. Each step is safe to die in; what the next run does about it is said where it does it.

use super::{ArchiveError, Full, Live, Registered, Totals};
use crate::backup::files;
use crate::verify;
use crate::{Address, crash, postgres, sqlite};
use boothpay_protocol::order::OrderStatus;
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many days an order must have rested: three months, in which refunds are asked for and every quarter's statements
/// are compared. A payment that is archived cannot be refunded through Payme any more.
pub const AGE_DAYS_MIN: u32 = 90;

/// Orders that leave in one commit. They keep a webhook waiting for some milliseconds.
const BATCH_ORDERS: usize = 100;

/// The pause after each such commit, in which others write.
const BETWEEN_BATCHES: Duration = Duration::from_millis(30);

/// What is to be archived.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Orders whose last change is before this.
    pub before: TimeMs,
    /// The file to make.
    pub to: PathBuf,
    /// The time now.
    pub now: TimeMs,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No order was settled before the date.
    Nothing,
    /// Orders were moved.
    Moved(Moved),
}

/// What an archive has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The file.
    pub file: PathBuf,
    /// Orders of each status that were moved, and the sum of their amounts in tiyin.
    pub orders: Vec<(OrderStatus, i64, i64)>,
    /// Orders that are in the file but stayed in the database, because they changed after they were copied.
    pub stayed: i64,
    /// Transactions in the file.
    pub transactions: i64,
    /// Journal rows in the file.
    pub journal_rows: i64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Whether this was the end of an earlier run, which goes before everything else.
    pub resumed: bool,
}

/// Moves settled orders to a file that must not be there yet, or finishes what an earlier run began. A server may go on
/// working with the database. Blocks.
pub fn run(address: &Address, wish: &Wish) -> Result<Outcome, ArchiveError> {
    if wish.before > wish.now.minus(SpanMs::seconds(AGE_DAYS_MIN.saturating_mul(24 * 60 * 60))) {
        return Err(ArchiveError::TooYoung);
    }
    let mut live: Box<dyn Live> = match address {
        Address::SqliteMemory => return Err(ArchiveError::InMemory),
        Address::SqliteFile(path) => Box::new(sqlite::ArchivingFile::open(path)?),
        Address::Postgres(server) => Box::new(postgres::ArchivingServer::open(server)?),
    };
    if let Some(archive) = live.under_way()?
        && let Some(moved) = resume(live.as_mut(), &archive, wish.now)?
    {
        return Ok(Outcome::Moved(moved));
    }
    begin(live.as_mut(), wish)
}

fn begin(live: &mut dyn Live, wish: &Wish) -> Result<Outcome, ArchiveError> {
    let to = std::path::absolute(&wish.to).map_err(files::at(&wish.to))?;
    let name = to.to_str().ok_or_else(|| crate::backup::BackupError::NoName(to.clone()))?;
    files::refuse_existing(&to)?;
    files::remove_leftovers_of(&to);
    let temporary = files::temporary(&to)?;
    let copied = copy(live, wish.before, &temporary);
    let totals = match copied {
        Ok(totals) if totals.orders > 0 => totals,
        outcome => {
            files::remove(&temporary);
            return outcome.map(|_| Outcome::Nothing);
        }
    };
    // Entered before it has its name: so a file with an archive's name is never one that nobody knows of.
    let archive = live.register(name, wish.before, wish.now, &totals).inspect_err(|_| files::remove(&temporary))?;
    crash::here(crash::Point::ArchiveRegistered);
    if let Err(error) = files::give_name(&temporary, &to) {
        live.forget(&archive)?;
        return Err(error.into());
    }
    crash::here(crash::Point::ArchiveNamed);
    finish(live, &archive, &totals, wish.now, false).map(Outcome::Moved)
}

/// Writes, syncs, reads back, compares and verifies.
fn copy(live: &mut dyn Live, before: TimeMs, temporary: &Path) -> Result<Totals, ArchiveError> {
    let mut file = sqlite::NewArchiveFile::create(temporary)?;
    let mut read = Totals::default();
    live.settled(before, &mut |page| {
        if let Some(full) = page.iter().find(|full| !full.is_settled(before)) {
            return Err(ArchiveError::BadCopy(format!("order {} is not settled", full.order.id)));
        }
        page.iter().for_each(|full| read.add(full));
        file.add(&page)
    })?;
    file.close()?;
    if read.orders == 0 {
        return Ok(read);
    }
    files::sync(temporary)?;
    crash::here(crash::Point::ArchiveCopied);
    if totals_of(temporary)?.digest() != read.digest() {
        return Err(ArchiveError::BadCopy("what was written does not read the same".to_owned()));
    }
    let report = verify::file(temporary)?.report;
    match report.findings.first() {
        None => Ok(read),
        Some(finding) => Err(ArchiveError::BadCopy(finding.to_string())),
    }
}

/// Finishes an earlier run. `None` when it had not moved anything yet: then it is as if it had never been.
fn resume(live: &mut dyn Live, archive: &Registered, now: TimeMs) -> Result<Option<Moved>, ArchiveError> {
    let moved = live.moved(archive)?;
    let there = archive.file.try_exists().map_err(files::at(&archive.file))?;
    let totals = if there { totals_of(&archive.file).ok() } else { None };
    match totals {
        Some(totals) if totals.digest() == archive.digest => {
            files::remove_leftovers_of(&archive.file);
            finish(live, archive, &totals, now, true).map(Some)
        }
        Some(_) | None if moved == 0 => {
            // It died between the entry and the name.
            files::remove_leftovers_of(&archive.file);
            live.forget(archive)?;
            Ok(None)
        }
        Some(_) => Err(ArchiveError::Changed(archive.file.clone())),
        None if there => Err(ArchiveError::Changed(archive.file.clone())),
        None => Err(ArchiveError::Missing(archive.file.clone())),
    }
}

fn finish(
    live: &mut dyn Live,
    archive: &Registered,
    totals: &Totals,
    now: TimeMs,
    resumed: bool,
) -> Result<Moved, ArchiveError> {
    let file = sqlite::ArchiveFile::open(&archive.file)?;
    let mut after = String::new();
    loop {
        let batch = file.after(&after, BATCH_ORDERS)?;
        let Some(last) = batch.last() else { break };
        after = last.order.id.to_string();
        live.move_batch(archive, &batch)?;
        crash::here(crash::Point::ArchiveBatchMoved);
        std::thread::sleep(BETWEEN_BATCHES);
    }
    crash::here(crash::Point::ArchiveMoved);
    let orders = live.finish(archive, now)?;
    let moved = orders.iter().fold(0_i64, |sum, (_, count, _)| sum.saturating_add(*count));
    Ok(Moved {
        file: archive.file.clone(),
        orders,
        stayed: totals.orders.saturating_sub(moved),
        transactions: totals.transactions,
        journal_rows: totals.journal_rows,
        bytes: files::size(&archive.file)?,
        resumed,
    })
}

/// Reads a whole file.
fn totals_of(path: &Path) -> Result<Totals, ArchiveError> {
    let file = sqlite::ArchiveFile::open(path)?;
    let mut totals = Totals::default();
    let mut after = String::new();
    loop {
        let page: Vec<Full> = file.after(&after, BATCH_ORDERS)?;
        let Some(last) = page.last() else { return Ok(totals) };
        after = last.order.id.to_string();
        page.iter().for_each(|full| totals.add(full));
    }
}
