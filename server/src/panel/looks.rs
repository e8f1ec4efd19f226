//! Looks into the database for a cookie or a one-time link that may be made up. They cost a stranger nothing, so an address that asks
//! for many is made to wait before each: it looks as often in a second as it has connections. What is right comes late then, but is
//! never refused; a session that was found before does not wait at all.

use crate::app::App;
use crate::limits::WRONG_KEY_DELAY;
use crate::net::Visitor;
use boothpay_protocol::secret::KeyDigest;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Sessions that are remembered: more than the people of a panel have browsers. Beyond them they are found anew.
const FOUND_MAX: usize = 512;

/// Sessions that were found since the start. They may have ended since; a look says so.
#[derive(Default)]
pub(super) struct Found(Mutex<HashSet<Vec<u8>>>);

impl Found {
    pub(super) fn has(&self, digest: &KeyDigest) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(digest.bytes())
    }

    pub(super) fn add(&self, digest: &KeyDigest) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= FOUND_MAX {
            found.clear();
        }
        found.insert(digest.bytes().to_vec());
    }

    pub(super) fn remove(&self, digest: &KeyDigest) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(digest.bytes());
    }
}

/// Waits before a look, where the visitor's address asked for many lately.
pub(super) async fn before_look(app: &App, visitor: &Visitor) {
    if !app.panel.attempts.take_look(visitor, app.clock.now()) {
        visitor.made_to_wait();
        tokio::time::sleep(WRONG_KEY_DELAY).await;
    }
}
