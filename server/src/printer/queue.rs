//! A printer that can be asked, in one of two ways: by IPP, or through the spooler of Windows. What is asked and answered is the same.

use super::CERTIFICATE;
use super::spooler::Spooler;
use super::wire::{IppPrinter, PrinterAddress};
use crate::config::PrinterPlace;
use crate::outgoing::trust::Trust;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Where jobs go.
pub(crate) enum Queue {
    /// A printer, or a queue of CUPS.
    Ipp(Box<IppPrinter>),
    /// A printer of Windows.
    Windows(Arc<Spooler>),
}

impl Queue {
    pub(super) fn new(place: &PrinterPlace) -> Self {
        match place {
            PrinterPlace::Ipp { queue, certificate, .. } => {
                let trust = Trust::Named { setting: CERTIFICATE, fingerprint: *certificate };
                Self::Ipp(Box::new(IppPrinter::new(queue.clone(), trust)))
            }
            PrinterPlace::Windows(settings) => Self::Windows(Arc::new(Spooler::new(settings.clone()))),
        }
    }

    /// How it is.
    pub(super) async fn look(&self) -> Result<Seen, Failure> {
        match self {
            Self::Ipp(printer) => printer.look().await,
            Self::Windows(spooler) => spooler.look().await,
        }
    }

    /// Sends one copy, and gets the job's number.
    pub(super) async fn print(
        &self,
        name: &str,
        jpeg: &[u8],
        wish: &SheetWish,
        patience: Duration,
    ) -> Result<i32, Failure> {
        match self {
            Self::Ipp(printer) => printer.print(name, jpeg, wish, patience).await,
            Self::Windows(spooler) => spooler.print(name, jpeg, wish, patience).await,
        }
    }

    /// Whether it would take such a job.
    pub(super) async fn would_print(&self, wish: &SheetWish) -> Result<(), Failure> {
        match self {
            Self::Ipp(printer) => printer.would_print(wish).await,
            // Each look asks whether this user may print there, and for the papers.
            Self::Windows(_) => Ok(()),
        }
    }

    /// How far a job is.
    pub(super) async fn job(&self, id: i32) -> Result<Job, Failure> {
        match self {
            Self::Ipp(printer) => printer.job(id).await,
            Self::Windows(spooler) => spooler.job(id).await,
        }
    }

    /// Its jobs: those that are not over, or those that are.
    pub(super) async fn jobs(&self, open: bool) -> Result<Vec<Job>, Failure> {
        match self {
            Self::Ipp(printer) => printer.jobs(open).await,
            Self::Windows(spooler) => spooler.jobs(open).await,
        }
    }

    /// Takes a job back. That it went, [`Self::job`] says.
    pub(super) async fn cancel(&self, id: i32) -> Result<(), Failure> {
        match self {
            Self::Ipp(printer) => printer.cancel(id).await,
            Self::Windows(spooler) => spooler.cancel(id).await,
        }
    }

    /// Whether "done" says only that the printer has all of the sheet, and only people take a job out: so it is in Windows.
    pub(super) const fn hands_over(&self) -> bool {
        match self {
            Self::Ipp(_) => false,
            Self::Windows(_) => true,
        }
    }

    /// Whether a job that it does not list was never there: the spooler of Windows forgets each one as soon as it is over, where its owner has
    /// not set it to keep them.
    pub(super) fn remembers(&self) -> bool {
        match self {
            Self::Ipp(_) => true,
            Self::Windows(spooler) => spooler.keeps(),
        }
    }
}

/// Why there is no answer that says yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It answers nothing, or half of it. What was asked may have been done.
    Silent(String),
    /// It answers that it does not do it.
    Refused(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(why) => write!(f, "the printer does not answer: {why}"),
            Self::Refused(why) => write!(f, "the printer refuses: {why}"),
        }
    }
}

/// How a printer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) reasons: Vec<String>,
    pub(crate) is_stopped: bool,
    pub(crate) takes_jobs: bool,
    pub(crate) teller: Teller,
    /// Where a queue of CUPS has its printer; none where it does not say, or not by an address that can be asked.
    pub(crate) device: Option<PrinterAddress>,
    /// Seconds since it was switched on; none where nobody knows: a queue tells the time of day instead.
    pub(crate) up_for: Option<i32>,
    /// What documents may be; empty where it does not say.
    pub(crate) formats: Vec<String>,
    /// The papers that it knows, by name; empty where it does not say.
    pub(crate) media: Vec<String>,
    /// What its driver says of paper and ribbon, in words (`marker-message` of CUPS).
    pub(crate) supplies: String,
    /// Per cent of each of them; negative where it does not know (`marker-levels`).
    pub(crate) levels: Vec<i32>,
}

/// Who says how a printer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Teller {
    /// The printer, now.
    #[default]
    Printer,
    /// A queue of CUPS that hears its printer, or knows it from the printer.
    Queue,
    /// The spooler of Windows: what the driver tells it, now.
    Windows,
    /// A queue of CUPS that prints nothing: what it tells of its printer is what it heard while it last printed.
    QueueAtRest,
}

/// How far a job is (RFC 8011, 5.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobState {
    Waiting,
    Processing,
    Canceled,
    Aborted,
    Completed,
}

/// A job as the printer tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) state: JobState,
    /// It is being printed, or is known to have been.
    pub(crate) has_begun: bool,
    /// What it says about it, in words.
    pub(crate) message: String,
    pub(crate) reasons: Vec<String>,
}

/// What a job's sheet is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SheetWish {
    /// The medium's name (PWG 5101.1), in Windows the driver's; empty: the printer's own.
    pub(crate) media: String,
}
