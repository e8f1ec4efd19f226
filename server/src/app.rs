//! What every handler shares.

use crate::access::pairing::ThisComputer;
use crate::access::refusals::Refusals;
use crate::clock::Clock;
use crate::closing::Closing;
use crate::condition::Condition;
use crate::config::{PrintBy, Settings};
use crate::connecting::Connecting;
use crate::current::Current;
use crate::inspector::Inspector;
use crate::jobs::BrokenJobs;
use crate::metrics::counts::Counts;
use crate::net::Net;
use crate::outgoing::bank_code::{BankCode, StaticCode};
use crate::outgoing::line::Caller;
use crate::panel::Panel;
use crate::photos::Photos;
use crate::printer::BoothPrinter;
use crate::public::Public;
use crate::tether::Tether;
use boothpay_store::{Store, StoreError};
use std::sync::Arc;
use tokio::sync::watch;

/// The running server's parts.
pub struct App {
    /// The settings in force.
    pub settings: Current,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Turns true when the program is asked to stop; streams end then.
    pub stopping: watch::Receiver<bool>,
    /// What is known of those who ask.
    pub net: Net,
    /// Who calls other servers.
    pub(crate) caller: Caller,
    /// Who makes codes of UzQR; none where it is not set up.
    pub(crate) bank: Option<Arc<dyn BankCode>>,
    /// What was refused lately.
    pub(crate) refusals: Refusals,
    /// The token of browsers on this computer.
    pub(crate) this_computer: ThisComputer,
    /// Photos that customers bring and pictures that they take home.
    pub(crate) photos: Photos,
    /// The camera that does not hang on the browser; none where there is no such.
    pub(crate) tether: Option<Tether>,
    /// The printer; none where this server itself prints nothing.
    pub(crate) printer: Option<BoothPrinter>,
    /// What the owner's panel keeps in memory.
    pub(crate) panel: Panel,
    /// Its own name in the internet; none where a tunnel or a proxy has that.
    pub(crate) public: Option<Public>,
    /// The last calls of the wallets.
    pub(crate) inspector: Inspector,
    /// Whether all is well around the payments.
    pub(crate) condition: Condition,
    /// What was counted.
    pub(crate) counts: Counts,
    /// Wallets that are connected while the program runs.
    pub(crate) connecting: Connecting,
    /// Whether the booth is closed by hand.
    pub(crate) closing: Closing,
    /// The jobs that have broken off.
    pub(crate) broken_jobs: BrokenJobs,
}

impl App {
    /// Puts the parts together.
    pub fn new(settings: Settings, store: Store, clock: Clock, stopping: watch::Receiver<bool>) -> Arc<Self> {
        let (refusals, this_computer) = (Refusals::default(), ThisComputer::new());
        let (net, broken_jobs) = (Net::new(&settings.limits), BrokenJobs::default());
        let counts = Counts::new();
        let counted = counts.clone();
        let timing = move |took, error: Option<&StoreError>| counted.change(took, error);
        let store = store.telling(settings.subscriptions()).printing(settings.print_rules()).timed(Arc::new(timing));
        let bank = settings.uzqr.code.clone().map(|code| Arc::new(StaticCode(code)) as Arc<dyn BankCode>);
        let photos = Photos::new(&settings.photos);
        let tether = Tether::new(settings.camera.as_ref());
        let (caller, panel) = (Caller::default(), Panel::default());
        let public = settings.public.clone().map(|public| Public::new(public, caller.clone()));
        let printer = match &settings.prints.by {
            PrintBy::Printer(printer) => Some(BoothPrinter::new(printer, printer.papers(&settings.layouts))),
            PrintBy::Receipt | PrintBy::Caller | PrintBy::Folder(_) | PrintBy::Command(..) => None,
        };
        let (inspector, closing) = (Inspector::new(clock.now()), Closing::new(&settings));
        Arc::new(Self {
            public,
            caller,
            photos,
            tether,
            settings: Current::new(settings),
            store,
            clock,
            stopping,
            net,
            bank,
            refusals,
            this_computer,
            printer,
            panel,
            inspector,
            condition: Condition::default(),
            counts,
            connecting: Connecting::default(),
            closing,
            broken_jobs,
        })
    }
}
