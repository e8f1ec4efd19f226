//! What runs on a timer, and what starts a job again that broke off.

pub mod alerts;
pub mod backup;
pub mod camera;
pub mod certificate;
mod click_payment;
mod click_receipts;
pub mod heads;
pub mod photos;
pub mod printer;
pub mod prints;
pub mod refunds;
pub mod spooler;
pub mod strangers;
pub mod sweep;
pub mod tasks;
pub mod telegram;
mod uzum_code;
pub mod wallets;

use crate::app::App;
use crate::limits::JOB_PAUSE;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The jobs that have broken off and are not started again yet.
#[derive(Clone, Default)]
pub(crate) struct BrokenJobs(Arc<Mutex<BTreeSet<&'static str>>>);

impl BrokenJobs {
    /// One of them, for whoever asks whether all is well.
    pub(crate) fn first(&self) -> Option<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).first().copied()
    }

    fn note(&self, name: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
    }

    fn is_back(&self, name: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

/// Runs a job until it ends by itself or the program stops. One that panics is told in the log, and is noted as broken until it
/// is started again, [`JOB_PAUSE`] later.
pub(crate) fn spawn<Job>(
    broken: &BrokenJobs,
    stopping: &watch::Receiver<bool>,
    name: &'static str,
    job: impl Fn() -> Job + Send + 'static,
) -> JoinHandle<()>
where
    Job: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(supervise(broken.clone(), stopping.clone(), name, JOB_PAUSE, job))
}

async fn supervise<Job>(
    broken: BrokenJobs,
    mut stopping: watch::Receiver<bool>,
    name: &'static str,
    pause: Duration,
    job: impl Fn() -> Job,
) where
    Job: Future<Output = ()> + Send + 'static,
{
    while let Err(error) = tokio::spawn(job()).await {
        if !error.is_panic() {
            return;
        }
        broken.note(name);
        tracing::error!("the job \"{name}\" broke off (a bug); it is started again in {} s", pause.as_secs());
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        broken.is_back(name);
    }
}

/// Has a thread of its own keep something until the program is asked to stop; then it is told to `stop`, and waited for.
async fn on_a_thread(app: &App, keep: impl FnOnce() + Send + 'static, stop: impl FnOnce()) {
    let mut keeping = tokio::task::spawn_blocking(keep);
    let mut stopping = app.stopping.clone();
    let stopped = async { drop(stopping.wait_for(|stop| *stop).await) };
    let ended = tokio::select! {
        ended = &mut keeping => ended,
        () = stopped => {
            stop();
            keeping.await
        }
    };
    if let Some(panic) = ended.err().and_then(|error| error.try_into_panic().ok()) {
        // As a job's own: it is noted, and the job is started again.
        std::panic::resume_unwind(panic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Time stands still but for waits, so nothing here takes any.
    #[tokio::test(start_paused = true)]
    async fn a_job_that_breaks_off_is_noted_and_started_again() {
        let (broken, (_stop, stopping)) = (BrokenJobs::default(), watch::channel(false));
        let starts = Arc::new(AtomicUsize::new(0));
        let job = {
            let starts = Arc::clone(&starts);
            move || {
                let start = starts.fetch_add(1, Ordering::SeqCst);
                async move { assert!(start > 1, "the first two starts break off") }
            }
        };
        let running = spawn(&broken, &stopping, "sweep", job);
        tokio::time::sleep(JOB_PAUSE / 2).await;
        assert_eq!((broken.first(), starts.load(Ordering::SeqCst)), (Some("sweep"), 1));
        running.await.unwrap();
        assert_eq!((broken.first(), starts.load(Ordering::SeqCst)), (None, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_job_does_not_hold_up_the_end() {
        let (broken, (stop, stopping)) = (BrokenJobs::default(), watch::channel(false));
        let running = spawn(&broken, &stopping, "sweep", || async { panic!("at every start") });
        tokio::time::sleep(JOB_PAUSE / 2).await;
        stop.send_replace(true);
        tokio::time::timeout(JOB_PAUSE / 4, running).await.unwrap().unwrap();
    }
}
