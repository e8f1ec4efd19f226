//! One worker at a time: while it is busy, whatever comes waits together for the next, so batches are as large as they can
//! be, and the cost of a statement and of a commit is shared by many. When one is held up, the others go ahead.

use std::pin::pin;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

/// How long a worker may keep its turn: a few times what the largest batch takes. Behind it somebody waits for a lock, a
/// disk or a server, and sharing is no longer what matters.
const TURN: Duration = Duration::from_millis(20);

/// Does the work, keeping the turn while it lasts but not for longer than [`TURN`].
pub(super) async fn keeping<Q, T>(turn: OwnedMutexGuard<Q>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    match timeout(TURN, &mut work).await {
        Ok(done) => done,
        Err(_) => {
            drop(turn);
            work.await
        }
    }
}
