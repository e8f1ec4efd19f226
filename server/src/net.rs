//! What listens: who may be connected, for how long, how often somebody may ask, and what the log says of strangers.
//!
//! Nobody is locked out. Where there is no room, the server closes the connections that have waited longest without a whole
//! request, beginning with the address that has most of them; so a newcomer who has something to say is heard. It closes those of the
//! provider and of the booth last. A right key is never refused because of what strangers did from the same address: behind a tunnel or a
//! proxy on this computer all have the same one.

mod address;
mod door;
mod guard;
mod head;
mod line;
mod listen;
mod peer;
mod proxies;
mod rate;
mod ready;
mod strangers;
mod streams;

pub use address::Address;
pub(crate) use door::Door;
pub use door::connections;
pub(crate) use guard::{allow, may};
pub(crate) use listen::{Entrance, serve};
pub(crate) use peer::is_passed_on;
pub use peer::{Peer, Visitor};
pub use proxies::Proxies;
pub(crate) use rate::Kind;
pub use rate::Rate;
pub(crate) use strangers::{Strangers, Trouble};
pub(crate) use streams::{StreamPlace, Streams};

use crate::config::{Limits, Mode};
use boothpay_protocol::time::TimeMs;
use rate::{Limiter, Wait};
use ready::Readiness;
use std::sync::{Arc, Mutex, PoisonError};

/// What the handlers share of all this.
pub struct Net {
    /// What strangers do, for the log.
    pub(crate) strangers: Strangers,
    /// The last look at whether the database can be written to.
    pub(crate) readiness: Readiness,
    /// Places for watching orders.
    pub(crate) streams: Streams,
    limiter: Limiter,
    /// The doors that were opened, by what comes in at them.
    doors: Mutex<Vec<(&'static str, Arc<Door>)>>,
}

impl Net {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            strangers: Strangers::default(),
            readiness: Readiness::default(),
            streams: Streams::new(limits.watchers, limits.watchers_by_address),
            limiter: Limiter::new(limits.rates),
            doors: Mutex::default(),
        }
    }

    /// Remembers a door, for metrics; `listener` says in a word what comes in at it.
    pub(crate) fn open(&self, listener: &'static str, door: &Arc<Door>) {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner).push((listener, Arc::clone(door)));
    }

    /// The doors that were opened.
    pub(crate) fn doors(&self) -> Vec<(&'static str, Arc<Door>)> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a call against its visitor's limit. Whoever has proved himself is not asked here at all.
    pub(crate) fn allow(&self, kind: Kind, visitor: &Visitor, mode: Mode, now: TimeMs) -> Result<(), Wait> {
        if is_limited(visitor, mode) { self.limiter.take(kind, visitor, now) } else { Ok(()) }
    }

    /// Whether [`Net::allow`] would allow one more.
    pub(crate) fn may(&self, kind: Kind, visitor: &Visitor, mode: Mode, now: TimeMs) -> Result<(), Wait> {
        if is_limited(visitor, mode) { self.limiter.look(kind, visitor, now) } else { Ok(()) }
    }
}

fn is_limited(visitor: &Visitor, mode: Mode) -> bool {
    match mode {
        // Play money, and an owner's own machine: load tests belong here.
        Mode::Development | Mode::Demo => !visitor.is_this_computer(),
        Mode::Production => true,
    }
}
