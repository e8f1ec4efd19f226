//! Places for work that takes a core: so many at a time, and none of it keeps its place for longer than it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Some places.
pub(crate) struct Places {
    free: Arc<Semaphore>,
    /// How long work may take before its place is another's.
    patience: Duration,
    /// How much of it has taken longer, and goes on.
    hanging: Arc<AtomicUsize>,
}

impl Places {
    pub(crate) fn new(count: usize, patience: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(count)), patience, hanging: Arc::default() }
    }

    /// Whether something goes on that should have ended.
    pub(crate) fn hang(&self) -> bool {
        self.hanging.load(Ordering::SeqCst) > 0
    }

    /// Works where nothing else waits for it. None when it broke off, or took longer than it may.
    pub(crate) async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = Arc::clone(&self.free).acquire_owned().await.ok()?;
        let (patience, hanging) = (self.patience, Arc::clone(&self.hanging));
        // A task of its own: whoever asked may go away, and the place is taken all the same.
        let watched = tokio::spawn(async move {
            let mut working = tokio::task::spawn_blocking(work);
            if let Ok(worked) = tokio::time::timeout(patience, &mut working).await {
                return worked.ok();
            }
            hanging.fetch_add(1, Ordering::SeqCst);
            tracing::error!(
                "work on a picture or a layout has taken longer than {} s; its disk may hang",
                patience.as_secs()
            );
            drop(place);
            tokio::spawn(async move {
                let _ = working.await;
                hanging.fetch_sub(1, Ordering::SeqCst);
            });
            None
        });
        watched.await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn what_takes_too_long_gives_its_place_to_others() {
        let mut places = Places::new(1, Duration::from_millis(50));
        let (end, ended) = mpsc::channel::<()>();
        assert_eq!(places.work(move || ended.recv().is_ok()).await, None);
        assert!(places.hang());
        places.patience = LONG;
        assert_eq!(places.work(|| 7).await, Some(7), "while the other hangs");
        drop(end);
        tokio::time::timeout(LONG, async {
            while places.hang() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("it has ended");
        assert_eq!(places.work::<u32>(|| panic!("broken")).await, None);
        assert_eq!(places.work(|| 8).await, Some(8));
    }
}
