//! Reading an owner's folder without waiting for ever: a network drive that is gone lets nobody go who asks it. Whoever asks is told in time;
//! the thread that hangs ends when the drive comes back.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// How long a folder may take: on the slowest computer, forty templates with large pictures.
const PATIENCE: Duration = Duration::from_secs(20);

/// Threads that may hang at once; then nobody asks any more until one has come back.
const HANGING_MAX: usize = 3;

/// Threads of this program that read for longer than they may.
static HANGING: AtomicUsize = AtomicUsize::new(0);

/// Whether an owner's folder was asked that has not answered in time, and still does not.
pub fn hangs() -> bool {
    HANGING.load(Ordering::SeqCst) > 0
}

/// What reading gives; none where it takes too long, or broke off.
pub(crate) fn in_time<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    within(PATIENCE, &HANGING, read)
}

fn within<T: Send + 'static>(
    patience: Duration,
    hanging: &'static AtomicUsize,
    read: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    if hanging.load(Ordering::SeqCst) >= HANGING_MAX {
        return None;
    }
    let (tell, told) = mpsc::channel();
    let first_gone = Arc::new(AtomicBool::new(false));
    let thread = Reading { first_gone: Arc::clone(&first_gone), hanging };
    let reading = move || {
        let _ = tell.send(read());
        drop(thread);
    };
    thread::Builder::new().name("layouts".to_owned()).spawn(reading).ok()?;
    match told.recv_timeout(patience) {
        Ok(read) => Some(read),
        Err(mpsc::RecvTimeoutError::Disconnected) => None,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            // Counted first, so that whoever goes second always has one to take away.
            hanging.fetch_add(1, Ordering::SeqCst);
            if first_gone.swap(true, Ordering::SeqCst) {
                hanging.fetch_sub(1, Ordering::SeqCst);
            }
            told.try_recv().ok()
        }
    }
}

/// Held by a thread that reads, whatever its end.
struct Reading {
    /// Whether the thread, or whoever waited for it, has gone.
    first_gone: Arc<AtomicBool>,
    hanging: &'static AtomicUsize,
}

impl Drop for Reading {
    fn drop(&mut self) {
        if self.first_gone.swap(true, Ordering::SeqCst) {
            self.hanging.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_given_up_in_time_and_counted_until_it_comes_back() {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let long = Duration::from_secs(60);
        assert_eq!(within(long, &COUNT, || 7), Some(7));
        let mut drives = Vec::new();
        for hanging in 1..=HANGING_MAX {
            let (back, drive) = mpsc::channel::<()>();
            let (gone, is_gone) = mpsc::channel::<()>();
            drives.push((back, is_gone));
            assert_eq!(within(Duration::ZERO, &COUNT, move || drop((drive.recv(), gone))), None);
            assert_eq!(COUNT.load(Ordering::SeqCst), hanging);
        }
        assert_eq!(within(long, &COUNT, || 7), None, "nobody asks any more");
        for (back, is_gone) in drives {
            drop(back);
            assert!(is_gone.recv_timeout(long).is_err());
        }
        // The last thing that a thread does comes after what was heard of it.
        let begun = std::time::Instant::now();
        while COUNT.load(Ordering::SeqCst) > 0 {
            assert!(begun.elapsed() < long, "the drive is back");
            thread::yield_now();
        }
        assert_eq!(within(long, &COUNT, || 7), Some(7));
    }
}
