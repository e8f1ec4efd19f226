//! Bodies with pictures: how many of their bytes are in memory, and whose turn it is. Room is taken as the bytes come, never for what is only
//! promised, so somebody who sends slowly holds up nobody but himself.

use crate::limits::{BOOTH_BODIES_BYTES_MAX, PAGES_BODIES_BYTES_MAX};
use boothpay_protocol::photos::SessionId;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The bodies that come and are worked on.
pub(crate) struct Bodies {
    /// Bytes that are still free for calls with the booth's proof.
    booth: Arc<Semaphore>,
    /// The same for everybody else, so that no stranger keeps a booth from taking pictures.
    pages: Arc<Semaphore>,
    /// Sessions of which a body is coming.
    coming: Mutex<HashSet<SessionId>>,
    has_come: Notify,
}

impl Bodies {
    pub(crate) fn new() -> Self {
        Self {
            booth: Arc::new(Semaphore::new(BOOTH_BODIES_BYTES_MAX)),
            pages: Arc::new(Semaphore::new(PAGES_BODIES_BYTES_MAX)),
            coming: Mutex::default(),
            has_come: Notify::new(),
        }
    }

    /// Waits until no other body of this session is coming. None when that takes too long.
    pub(crate) async fn turn(&self, id: &SessionId, patience: Duration) -> Option<Turn<'_>> {
        let free = async {
            loop {
                // Listened for before it is looked at, so that no end is missed.
                let ended = self.has_come.notified();
                if self.coming.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone()) {
                    return;
                }
                ended.await;
            }
        };
        tokio::time::timeout(patience, free).await.ok().map(|()| Turn { bodies: self, id: id.clone() })
    }

    /// Room for a body that begins to come.
    pub(crate) fn room(&self, at_booth: bool) -> Room {
        Room { of: Arc::clone(if at_booth { &self.booth } else { &self.pages }), taken: None }
    }
}

/// While this is there, no other body of its session is read.
pub(crate) struct Turn<'a> {
    bodies: &'a Bodies,
    id: SessionId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.bodies.coming.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
        self.bodies.has_come.notify_waiters();
    }
}

/// The bytes that a body takes in memory; free again as soon as this is gone.
pub(crate) struct Room {
    of: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

impl Room {
    /// Takes room for more bytes. `false` when there is none: whoever waited for it would hold what he has.
    pub(crate) fn take(&mut self, bytes: usize) -> bool {
        let more = u32::try_from(bytes).ok().and_then(|it| Arc::clone(&self.of).try_acquire_many_owned(it).ok());
        let Some(more) = more else { return false };
        if let Some(taken) = &mut self.taken {
            taken.merge(more);
        } else {
            self.taken = Some(more);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_bring_takes_no_room_from_the_booth() {
        let bodies = Bodies::new();
        let (mut page, mut other) = (bodies.room(false), bodies.room(false));
        assert!(page.take(PAGES_BODIES_BYTES_MAX - 1) && page.take(1));
        assert!(!other.take(1));
        assert!(bodies.room(true).take(BOOTH_BODIES_BYTES_MAX));
        drop(page);
        assert!(other.take(PAGES_BODIES_BYTES_MAX), "what is gone is free");
    }

    #[tokio::test(start_paused = true)]
    async fn one_body_of_a_session_comes_at_a_time_and_nobody_waits_for_ever() {
        let (bodies, patience) = (Bodies::new(), Duration::from_secs(15));
        let [id, other] = [1, 2].map(|number| SessionId::from_random([number; 16]));
        let first = bodies.turn(&id, patience).await.unwrap();
        assert!(bodies.turn(&other, patience).await.is_some(), "another session's");
        assert!(bodies.turn(&id, patience).await.is_none());
        let waiting = bodies.turn(&id, patience);
        let end = async {
            tokio::task::yield_now().await;
            drop(first);
        };
        let (second, ()) = tokio::join!(waiting, end);
        assert!(second.is_some());
        drop(second);
        assert!(bodies.turn(&id, patience).await.is_some());
    }
}
