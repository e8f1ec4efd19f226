//! One worker works at a time. Calls that arrive meanwhile wait, and are the next batch; so batches are as large as they can be, and
//! many calls share the cost of a statement and of a commit. When a worker is blocked, another one starts. The worker that worked last
//! is the first to get work again: its session has at hand what the work needs.

use futures_util::FutureExt;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How long a worker may keep its turn: a few times what the largest batch takes. After that the worker waits for a lock, a
/// disk or a server, and sharing is no longer what matters.
const TURN: Duration = Duration::from_millis(20);

/// What a worker does.
pub(super) trait Work<T>: Send + 'static {
    fn carry_out(&mut self, batch: Vec<T>) -> impl Future<Output = ()> + Send;
}

/// What waits to be done.
pub(super) trait Queue<T>: Send + 'static {
    /// Waits for something, and takes it and what waits behind it, at most so much. Nothing when the queue is closed.
    fn take(&mut self, most: usize) -> impl Future<Output = Vec<T>> + Send;
}

impl<T: Send + 'static> Queue<T> for mpsc::Receiver<T> {
    async fn take(&mut self, most: usize) -> Vec<T> {
        let mut taken = Vec::new();
        self.recv_many(&mut taken, most).await;
        taken
    }
}

/// Gives whatever waits in the queue, at most so much at once, to the workers in their turns, until the queue is closed.
///
/// A panic ends nothing here: the worker begins anew with the next batch, and so does the giving out.
pub(super) async fn run<T: Send + 'static>(mut queue: impl Queue<T>, workers: Vec<impl Work<T>>, batch_max: usize) {
    let mut idle = workers;
    let (finished, mut back) = mpsc::unbounded_channel();
    loop {
        let giving = give_out(&mut queue, &mut idle, &finished, &mut back, batch_max);
        match AssertUnwindSafe(giving).catch_unwind().await {
            Ok(()) => return,
            Err(_) => {
                tracing::error!("giving work to the database's sessions has failed and begins anew; this is a bug");
            }
        }
    }
}

async fn give_out<T: Send + 'static, W: Work<T>>(
    queue: &mut impl Queue<T>,
    idle: &mut Vec<W>,
    finished: &mpsc::UnboundedSender<W>,
    back: &mut mpsc::UnboundedReceiver<W>,
    batch_max: usize,
) {
    loop {
        while let Ok(worker) = back.try_recv() {
            idle.push(worker);
        }
        let next = match idle.pop() {
            Some(worker) => Some(worker),
            None => back.recv().await,
        };
        // They all come back; `finished` is kept here.
        let Some(mut worker) = next else { return };
        let batch = queue.take(batch_max).await;
        if batch.is_empty() {
            return;
        }
        let (turn, ended) = oneshot::channel::<Infallible>();
        let finished = finished.clone();
        tokio::spawn(async move {
            // A panic is the batch's, whose callers hear that nobody answers; the worker begins anew with the next.
            let work = AssertUnwindSafe(async { worker.carry_out(batch).await });
            if work.catch_unwind().await.is_err() {
                tracing::error!("a session with the database has failed and begins anew; this is a bug");
            }
            // Nobody takes it back when the queue is closed.
            let _ = finished.send(worker);
            drop(turn);
        });
        let _ = timeout(TURN, ended).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives what it got on, and panics at 13.
    struct Fragile(mpsc::UnboundedSender<u32>);

    impl Work<u32> for Fragile {
        async fn carry_out(&mut self, batch: Vec<u32>) {
            for number in batch {
                assert_ne!(number, 13);
                self.0.send(number).unwrap();
            }
        }
    }

    /// Panics before it gives out the second and the third batch.
    struct FragileQueue {
        calls: mpsc::Receiver<u32>,
        asked: u32,
    }

    impl Queue<u32> for FragileQueue {
        async fn take(&mut self, most: usize) -> Vec<u32> {
            self.asked += 1;
            assert!(!matches!(self.asked, 2 | 3), "as asked");
            self.calls.take(most).await
        }
    }

    #[tokio::test]
    async fn a_panic_where_work_is_given_out_loses_nothing_that_waits() {
        let (queue, calls) = mpsc::channel(10);
        let (done, mut seen) = mpsc::unbounded_channel();
        let workers = vec![Fragile(done.clone()), Fragile(done.clone()), Fragile(done)];
        let running = tokio::spawn(run(FragileQueue { calls, asked: 0 }, workers, 1));
        for number in 1..=5 {
            queue.send(number).await.unwrap();
        }
        for number in 1..=5 {
            assert_eq!(seen.recv().await, Some(number));
        }
        drop(queue);
        running.await.unwrap();
    }

    #[tokio::test]
    async fn a_worker_that_panics_takes_the_next_batch() {
        let (queue, waiting) = mpsc::channel(10);
        let (done, mut seen) = mpsc::unbounded_channel();
        let running = tokio::spawn(run(waiting, vec![Fragile(done)], 1));
        for number in [1, 13, 2, 13, 3] {
            queue.send(number).await.unwrap();
        }
        for number in [1, 2, 3] {
            assert_eq!(seen.recv().await, Some(number));
        }
        drop(queue);
        running.await.unwrap();
        assert_eq!(seen.recv().await, None);
    }
}
