//! Work with a whole database that a program does by itself, and waits for: verifying, moving. It has a thread and a
//! runtime of its own, so that it may be asked for anywhere, also inside another runtime.

use super::connect::Connector;
use crate::address::PostgresAddress;
use crate::error::OpenError;

/// Does the work and returns when it is done.
pub(crate) fn block_on<T, E>(
    address: &PostgresAddress,
    work: impl AsyncFnOnce(Connector) -> Result<T, E> + Send,
) -> Result<T, E>
where
    T: Send,
    E: Send + From<OpenError>,
{
    let work_here = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(OpenError::Thread)?;
        let connector = Connector::new(address, runtime.handle().clone())?;
        runtime.block_on(work(connector))
    };
    let finished = std::thread::scope(|threads| threads.spawn(work_here).join());
    finished.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
