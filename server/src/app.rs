//! What every handler shares.

use crate::access::pairing::ThisComputer;
use crate::access::refusals::Refusals;
use crate::clock::Clock;
use crate::config::Settings;
use crate::jobs::BrokenJobs;
use crate::net::Net;
use crate::photos::Photos;
use boothpay_store::Store;
use std::sync::Arc;
use tokio::sync::watch;

/// The running server's parts.
pub struct App {
    /// The settings.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Turns true when the program is asked to stop; streams end then.
    pub stopping: watch::Receiver<bool>,
    /// What is known of those who ask.
    pub net: Net,
    /// What was refused lately.
    pub(crate) refusals: Refusals,
    /// The token of browsers on this computer.
    pub(crate) this_computer: ThisComputer,
    /// Photos that customers bring and pictures that they take home.
    pub(crate) photos: Photos,
    /// The jobs that have broken off.
    pub(crate) broken_jobs: BrokenJobs,
}

impl App {
    /// Puts the parts together.
    pub fn new(settings: Settings, store: Store, clock: Clock, stopping: watch::Receiver<bool>) -> Arc<Self> {
        let (refusals, this_computer) = (Refusals::default(), ThisComputer::new());
        let (net, broken_jobs) = (Net::new(&settings.limits), BrokenJobs::default());
        let store = store.telling(settings.subscriptions()).printing(settings.prints.jobs());
        let photos = Photos::new(&settings.photos);
        Arc::new(Self { photos, settings, store, clock, stopping, net, refusals, this_computer, broken_jobs })
    }
}
