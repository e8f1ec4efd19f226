//! What every handler shares.

use crate::access::pairing::ThisComputer;
use crate::access::refusals::Refusals;
use crate::clock::Clock;
use crate::config::Settings;
use crate::limits::STREAMS_MAX;
use boothpay_store::Store;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

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
    /// Places for streams.
    pub(crate) streams: Arc<Semaphore>,
    /// What was refused lately.
    pub(crate) refusals: Refusals,
    /// The token of browsers on this computer.
    pub(crate) this_computer: ThisComputer,
}

impl App {
    /// Puts the parts together.
    pub fn new(settings: Settings, store: Store, clock: Clock, stopping: watch::Receiver<bool>) -> Arc<Self> {
        Arc::new(Self {
            settings,
            store,
            clock,
            stopping,
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            refusals: Refusals::default(),
            this_computer: ThisComputer::new(),
        })
    }
}
