//! Whether the database can be written to, looked at once a second at most, however many ask: a look is a synced commit.

use crate::error::Problem;
use crate::limits::{ANSWER_PATIENCE, READY_PERIOD};
use axum::http::StatusCode;
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

type Seen = Result<(), Problem>;

/// The last look, shared by all who ask.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<Look>>);

struct Look {
    begun: TimeMs,
    seen: watch::Receiver<Option<Seen>>,
}

impl Look {
    fn serves(&self, now: TimeMs, good_for: u32) -> bool {
        // A look whose task was lost will never say anything.
        let (under_way, lost) = (self.seen.borrow().is_none(), self.seen.has_changed().is_err());
        // Where the clock was set back, the look is old.
        let period = if matches!(*self.seen.borrow(), Some(Ok(()))) { good_for } else { READY_PERIOD };
        let recent = now >= self.begun && now.since(self.begun) < SpanMs::seconds(period);
        if under_way { !lost } else { recent }
    }

    fn is_finished(&self) -> bool {
        self.seen.borrow().is_some()
    }
}

impl Readiness {
    /// What the last look saw, or a new one when that is too old. A look once begun is finished, also when nobody waits
    /// for it any more. One that found all well serves for so many seconds.
    pub(crate) async fn ask<F>(&self, now: TimeMs, good_for: u32, look: impl FnOnce() -> F) -> Seen
    where
        F: Future<Output = Seen> + Send + 'static,
    {
        let mut seen = self.current(now, good_for, look);
        match seen.wait_for(Option::is_some).await.map(|seen| seen.clone()) {
            Ok(Some(seen)) => seen,
            Ok(None) | Err(_) => Err(unknown()),
        }
    }

    /// Something failed that a look would show: the next one who asks has a new look, not one that may be a second old.
    pub(crate) fn forget(&self) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(Look::is_finished) {
            *current = None;
        }
    }

    fn current<F>(&self, now: TimeMs, good_for: u32, look: impl FnOnce() -> F) -> watch::Receiver<Option<Seen>>
    where
        F: Future<Output = Seen> + Send + 'static,
    {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = current.as_ref().filter(|last| last.serves(now, good_for)) {
            return last.seen.clone();
        }
        let (tell, seen) = watch::channel(None);
        let looking = look();
        tokio::spawn(async move {
            let result = tokio::time::timeout(ANSWER_PATIENCE, looking).await;
            tell.send_replace(Some(result.unwrap_or_else(|_| Err(unknown()))));
        });
        *current = Some(Look { begun: now, seen: seen.clone() });
        seen
    }
}

fn unknown() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_thousand_asks_make_one_look_a_second() {
        let (readiness, looks) = (Arc::new(Readiness::default()), Arc::new(AtomicUsize::new(0)));
        for second in 0..3 {
            let mut asks = Vec::new();
            for ask in 0..1000 {
                let (readiness, looks) = (Arc::clone(&readiness), Arc::clone(&looks));
                asks.push(tokio::spawn(async move {
                    let look = || async move {
                        looks.fetch_add(1, Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        Ok(())
                    };
                    readiness.ask(TimeMs::new(second * 1000 + ask % 1000), READY_PERIOD, look).await
                }));
            }
            for ask in asks {
                assert!(ask.await.unwrap().is_ok());
            }
            assert_eq!(looks.load(Ordering::SeqCst), usize::try_from(second).unwrap() + 1);
        }
    }

    #[tokio::test]
    async fn what_is_seen_is_told_and_a_change_is_seen_a_second_later() {
        let readiness = Readiness::default();
        let red = || async { Err(unknown()) };
        let green = || async { Ok(()) };
        assert!(readiness.ask(TimeMs::new(5000), READY_PERIOD, red).await.is_err());
        assert!(readiness.ask(TimeMs::new(5999), READY_PERIOD, green).await.is_err());
        assert!(readiness.ask(TimeMs::new(6000), READY_PERIOD, green).await.is_ok());
        readiness.forget();
        assert!(readiness.ask(TimeMs::new(6001), READY_PERIOD, red).await.is_err(), "a payment has failed meanwhile");
        assert!(readiness.ask(TimeMs::new(100), READY_PERIOD, green).await.is_ok(), "the clock was set back");
    }

    #[tokio::test]
    async fn whoever_asks_day_and_night_is_served_longer_by_a_good_look_and_not_by_a_bad_one() {
        let readiness = Readiness::default();
        let red = || async { Err(unknown()) };
        let green = || async { Ok(()) };
        let at = |second: i64| TimeMs::new(second * 1000);
        assert!(readiness.ask(at(0), 60, green).await.is_ok());
        assert!(readiness.ask(at(59), 60, red).await.is_ok(), "no new look");
        assert!(readiness.ask(at(59), READY_PERIOD, red).await.is_err(), "others have one, which serves all");
        assert!(readiness.ask(at(60), 60, green).await.is_ok(), "and a bad one a second only");
    }

    #[tokio::test]
    async fn those_who_leave_at_once_make_no_more_looks() {
        let (readiness, looks) = (Readiness::default(), Arc::new(AtomicUsize::new(0)));
        for _ in 0..100 {
            let looks = Arc::clone(&looks);
            let look = || async move {
                looks.fetch_add(1, Ordering::SeqCst);
                std::future::pending().await
            };
            let asked =
                tokio::time::timeout(std::time::Duration::ZERO, readiness.ask(TimeMs::new(0), READY_PERIOD, look))
                    .await;
            assert!(asked.is_err(), "nobody stayed");
        }
        tokio::task::yield_now().await;
        assert_eq!(looks.load(Ordering::SeqCst), 1);
    }
}
