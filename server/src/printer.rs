//! The booth's printer: a printer in the network or a queue of CUPS on this computer, asked by IPP, or a printer of Windows.
//!
//! | file | subject |
//! |---|---|
//! | `queue.rs` | what is asked of a printer, in whichever way |
//! | `wire.rs` | one call of the printer each, by RFC 8011 |
//! | `spooler.rs` | the spooler of Windows, by a helper process |
//! | `trouble.rs` | what a printer says of itself, judged |
//! | `media.rs` | how much paper and ribbon it says is left |
//! | `papers.rs` | which paper a layout is printed on |
//! | `copies.rs` | a print job: one copy after the other, and what came of each |
//!
//! A printer that takes a job has printed nothing yet, and a queue that says "idle" may stand before a printer that is switched off. So
//! the printer is looked at all the time, and no money is asked while it cannot print.

pub(crate) mod copies;
pub(crate) mod media;
mod papers;
mod queue;
mod spooler;
pub(crate) mod trouble;
pub(crate) mod wire;

use crate::config::{LayoutSettings, PrinterPlace, PrinterSettings};
use crate::limits::PRINTER_LOOK_IS_OLD;
use crate::outgoing::trust::Trust;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::Store;
use media::Left;
use queue::{Failure, Queue, Seen, SheetWish, Teller};
pub(crate) use spooler::Spooler;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};
use trouble::Hindrance;
use wire::{IppPrinter, PrinterAddress};

/// The setting that names a printer's certificate.
pub(crate) const CERTIFICATE: &str = "prints.certificate";

/// What keeps the printer of these settings from printing now, for who sets it up; none where nothing does.
pub async fn trouble_now(settings: &PrinterSettings, layouts: &LayoutSettings) -> Option<String> {
    let (printer, now) = (BoothPrinter::new(settings, settings.papers(layouts)), TimeMs::new(0));
    let spooler = printer.spooler();
    let kept = spooler.clone().map(|spooler| std::thread::spawn(move || spooler.keep()));
    printer.look(now).await;
    if let (Some(spooler), Some(kept)) = (spooler, kept) {
        spooler.stop();
        // It ends within the helper's patience, and has nothing to say.
        let _ = tokio::task::spawn_blocking(move || kept.join()).await;
    }
    printer.hindrance(now).map(|hindrance| hindrance.why)
}

/// The printer behind a queue. No picture goes there: it is only asked how it is, so its certificate need prove nothing.
fn device(address: PrinterAddress) -> IppPrinter {
    IppPrinter::new(address, Trust::Any)
}

/// The printer of this booth, and what was seen of it last.
pub(crate) struct BoothPrinter {
    /// Where jobs go.
    pub(crate) queue: Queue,
    /// The printer behind the queue, where the owner has named it. A queue on this computer names its own.
    device: Option<IppPrinter>,
    /// The papers that it has to know.
    papers: BTreeSet<String>,
    /// How many sheets a new roll has; 0 where the owner has not said it.
    roll_sheets: u32,
    seen: Mutex<Option<Look>>,
    /// A job may be left in it that is not wanted any more.
    left_behind: AtomicBool,
    /// The job that was left in it of which the log was told last: it may stay for hours, and is looked for every second.
    told_of: AtomicI32,
    /// Somebody has said that what the queue remembers is over.
    is_mended: AtomicBool,
    /// Whether it would take a print is to be asked: nobody has, or something was wrong since.
    is_to_be_tried: AtomicBool,
}

struct Look {
    at: TimeMs,
    hindrance: Option<Hindrance>,
    left: Option<Left>,
    /// Since when every look has found something that keeps it from printing.
    hindered_since: Option<TimeMs>,
}

impl Look {
    fn new(at: TimeMs, hindrance: Option<Hindrance>, left: Option<Left>, before: Option<&Self>) -> Self {
        let hindered_since = hindrance.as_ref().map(|_| before.and_then(|look| look.hindered_since).unwrap_or(at));
        Self { at, hindrance, left, hindered_since }
    }
}

impl BoothPrinter {
    pub(crate) fn new(settings: &PrinterSettings, papers: BTreeSet<String>) -> Self {
        Self {
            queue: Queue::new(&settings.at),
            device: match &settings.at {
                PrinterPlace::Ipp { device: behind, .. } => behind.clone().map(device),
                PrinterPlace::Windows(_) => None,
            },
            papers,
            roll_sheets: settings.roll_sheets,
            seen: Mutex::new(None),
            // Nobody knows what was left by a program that was stopped.
            left_behind: AtomicBool::new(true),
            told_of: AtomicI32::new(0),
            is_mended: AtomicBool::new(false),
            is_to_be_tried: AtomicBool::new(true),
        }
    }

    /// The spooler of Windows, which has to be kept running; none where the printer is asked by IPP.
    pub(crate) fn spooler(&self) -> Option<Arc<Spooler>> {
        match &self.queue {
            Queue::Ipp(_) => None,
            Queue::Windows(spooler) => Some(Arc::clone(spooler)),
        }
    }

    /// Asks the queue, and the printer behind it, how they are. Reasons of both are in it, but for what the queue only remembers.
    pub(crate) async fn ask(&self) -> Result<Seen, Failure> {
        let mut seen = self.queue.look().await?;
        let found = seen.device.take().map(device);
        if let Some(device) = self.device.as_ref().or(found.as_ref()) {
            let behind = device.look().await?;
            seen.up_for = behind.up_for;
            seen.forget_old();
            if seen.teller == Teller::QueueAtRest {
                seen.teller = Teller::Queue;
            }
            seen.reasons.extend(behind.reasons);
            seen.is_stopped |= behind.is_stopped;
            seen.takes_jobs &= behind.takes_jobs;
            // The queue's driver knows more of it, where there is one that says anything.
            if seen.supplies.is_empty() && seen.levels.is_empty() {
                (seen.supplies, seen.levels) = (behind.supplies, behind.levels);
            }
        }
        Ok(seen)
    }

    /// Asks, and remembers what keeps it from printing; the log hears of a change.
    pub(crate) async fn look(&self, now: TimeMs) {
        let (hindrance, left) = match self.ask().await {
            Ok(seen) => {
                if seen.teller != Teller::QueueAtRest {
                    // What it says is of now again.
                    self.is_mended.store(false, Ordering::Release);
                }
                let left = media::left(&seen.supplies, &seen.levels, self.roll_sheets);
                let hindrance = seen.hindrance().filter(|it| !(it.is_old && self.is_mended.load(Ordering::Acquire)));
                (hindrance.or_else(|| self.unknown_paper(&seen)), left)
            }
            Err(failure) => (Some(Hindrance::no_answer(&failure)), None),
        };
        let hindrance = match hindrance {
            Some(hindrance) => {
                self.note_refused();
                Some(hindrance)
            }
            None => self.refusing().await,
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.as_ref().map(|look| look.hindrance.as_ref().map(|it| it.why.as_str()));
        let said = hindrance.as_ref().map(|it| it.why.as_str());
        if before != Some(said) {
            match said {
                Some(why) => tracing::warn!("the printer cannot print now, so the booth sells nothing: {why}"),
                None => tracing::info!("the printer is ready"),
            }
        }
        *seen = Some(Look::new(now, hindrance, left, seen.as_ref()));
    }

    /// Whether it would refuse every print, for instance because it wants a password. It is asked once, and again when something was wrong.
    async fn refusing(&self) -> Option<Hindrance> {
        if !self.is_to_be_tried.load(Ordering::Acquire) {
            return None;
        }
        let wish = SheetWish { media: self.papers.first().cloned().unwrap_or_default() };
        let hindrance = self.queue.would_print(&wish).await.err().and_then(|failure| Hindrance::refusing(&failure));
        self.is_to_be_tried.store(hindrance.is_some(), Ordering::Release);
        hindrance
    }

    /// It refused a print, or could not print: before the next is sold it is asked whether it would take one.
    pub(crate) fn note_refused(&self) {
        self.is_to_be_tried.store(true, Ordering::Release);
    }

    /// Somebody has looked at the printer, and says that what its queue remembers is over.
    pub(crate) async fn is_mended(&self, now: TimeMs) {
        self.is_mended.store(true, Ordering::Release);
        self.look(now).await;
    }

    /// Whether it has not been able to print for so long.
    pub(crate) fn is_hindered_for(&self, span: SpanMs, now: TimeMs) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().and_then(|look| look.hindered_since).is_some_and(|since| now.since(since) >= span)
    }

    /// A paper that the printer does not know, where it says which it knows.
    fn unknown_paper(&self, seen: &Seen) -> Option<Hindrance> {
        let unknown = self.papers.iter().find(|paper| !seen.media.is_empty() && !seen.media.contains(paper))?;
        Some(Hindrance::unknown_paper(unknown, &seen.media))
    }

    /// What keeps it from printing, as far as is known. A look that is old says nothing.
    pub(crate) fn hindrance(&self, now: TimeMs) -> Option<Hindrance> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match &*seen {
            Some(look) if now >= look.at && now < look.at.plus(PRINTER_LOOK_IS_OLD) => look.hindrance.clone(),
            Some(_) | None => Some(Hindrance::unknown()),
        }
    }

    /// What it said last of paper and ribbon. A look that is old says nothing.
    pub(crate) fn left(&self, now: TimeMs) -> Option<Left> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let look = seen.as_ref().filter(|look| now >= look.at && now < look.at.plus(PRINTER_LOOK_IS_OLD))?;
        look.left
    }

    /// A job that is not wanted any more may still be in it.
    pub(crate) fn note_left_behind(&self) {
        self.left_behind.store(true, Ordering::Release);
    }

    /// Takes back jobs of this booth that are still in the printer, while nothing is being printed: whoever has his money back, or was
    /// served by another job, must not be printed for any more. Whether none is left.
    pub(crate) async fn tidy(&self, store: &Store) -> bool {
        if !self.left_behind.load(Ordering::Acquire) {
            return true;
        }
        let Ok(open) = self.queue.jobs(true).await else { return false };
        let mut is_tidy = true;
        for job in open {
            let Some(order) = copies::order_of(&job.name) else { continue };
            // Another booth may print on the same queue: its orders are in its own database.
            match store.rows(Needs::order(order)).await {
                Ok(rows) if rows.order.is_none() => continue,
                Ok(_) => {}
                Err(_) => return false,
            }
            is_tidy = false;
            if self.told_of.swap(job.id, Ordering::AcqRel) != job.id {
                tracing::warn!("the print job {:?} was left in the printer and is taken back", job.name);
            }
            // Whether it went, the next look says.
            let _ = self.queue.cancel(job.id).await;
        }
        if is_tidy {
            self.left_behind.store(false, Ordering::Release);
        }
        is_tidy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trouble_without_a_break_lasts() {
        let settings = PrinterSettings {
            at: PrinterPlace::Ipp {
                queue: PrinterAddress::parse("ipp://127.0.0.1:9/ipp/print").unwrap(),
                device: None,
                certificate: None,
            },
            media_4x6: String::new(),
            media_6x8: String::new(),
            media_strips: String::new(),
            roll_sheets: 0,
            low_at: 20,
            sheet: SpanMs::seconds(3),
        };
        let printer = BoothPrinter::new(&settings, BTreeSet::new());
        let (at, three) = (TimeMs::new, SpanMs::new(3));
        let look = |ms, well: bool| {
            let mut seen = printer.seen.lock().unwrap();
            let next = Look::new(at(ms), (!well).then(Hindrance::unknown), None, seen.as_ref());
            *seen = Some(next);
        };
        assert!(!printer.is_hindered_for(three, at(100)), "nobody has looked");
        look(1, false);
        look(3, false);
        assert!(!printer.is_hindered_for(three, at(3)) && printer.is_hindered_for(three, at(4)));
        look(4, true);
        assert!(!printer.is_hindered_for(three, at(100)));
        look(5, false);
        assert!(!printer.is_hindered_for(three, at(7)) && printer.is_hindered_for(three, at(8)));
    }
}
