//! Whether a screen is there, when somebody last used one, and whether a page learnt that an order is paid.

use crate::limits::{SCREEN_PATIENCE, TOLD_KEPT};
use crate::net::Address;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::time::TimeMs;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was seen of screens.
#[derive(Default)]
pub(crate) struct Screens(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    last: Option<(TimeMs, Address)>,
    used: Option<TimeMs>,
    told: VecDeque<OrderId>,
}

impl Screens {
    /// A booth's page has asked for something.
    pub(crate) fn see(&self, at: TimeMs, from: Address) {
        self.seen().last = Some((at, from));
    }

    /// When one asked last, and from where.
    pub(crate) fn last(&self) -> Option<(TimeMs, Address)> {
        self.seen().last
    }

    /// Whether one is there now.
    pub(crate) fn is_there(&self, now: TimeMs) -> bool {
        self.last().is_some_and(|(at, _)| now.since(at).ms() <= SCREEN_PATIENCE.ms())
    }

    /// A page has asked for what it asks only for the person in front of it.
    pub(crate) fn use_one(&self, at: TimeMs) {
        self.seen().used = Some(at);
    }

    /// When one was used last.
    pub(crate) fn used(&self) -> Option<TimeMs> {
        self.seen().used
    }

    /// Somebody who asked for an order was told that it is paid.
    pub(crate) fn told_paid(&self, order: &OrderId) {
        let mut seen = self.seen();
        if seen.told.contains(order) {
            return;
        }
        seen.told.push_back(order.clone());
        if seen.told.len() > TOLD_KEPT {
            seen.told.pop_front();
        }
    }

    /// Whether anybody was.
    pub(crate) fn knows_of_payment(&self, order: &OrderId) -> bool {
        self.seen().told.contains(order)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
