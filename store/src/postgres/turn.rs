//! One worker at a time: while it is busy, whatever comes waits together for the next, so batches are as large as they can
//! be, and the cost of a statement and of a commit is shared by many. When one is held up, the next goes ahead. The one that
//! was busy last goes first: its session has at hand what the work needs.

use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How long a worker may keep its turn: a few times what the largest batch takes. Behind it somebody waits for a lock, a
/// disk or a server, and sharing is no longer what matters.
const TURN: Duration = Duration::from_millis(20);

/// What a worker does.
pub(super) trait Work<T>: Send + 'static {
    fn carry_out(&mut self, batch: Vec<T>) -> impl Future<Output = ()> + Send;
}

/// Gives whatever waits in the queue, at most so much at once, to the workers in their turns, until the queue is closed.
pub(super) async fn take<T: Send + 'static>(
    mut queue: mpsc::Receiver<T>,
    workers: Vec<impl Work<T>>,
    batch_max: usize,
) {
    let mut idle = workers;
    let (finished, mut back) = mpsc::unbounded_channel();
    loop {
        while let Ok(worker) = back.try_recv() {
            idle.push(worker);
        }
        let next = match idle.pop() {
            Some(worker) => Some(worker),
            None => back.recv().await,
        };
        let Some(mut worker) = next else { return };
        let mut batch = Vec::new();
        if queue.recv_many(&mut batch, batch_max).await == 0 {
            return;
        }
        let (turn, ended) = oneshot::channel::<Infallible>();
        let finished = finished.clone();
        tokio::spawn(async move {
            worker.carry_out(batch).await;
            // Nobody takes it back when the queue is closed.
            let _ = finished.send(worker);
            drop(turn);
        });
        let _ = timeout(TURN, ended).await;
    }
}
