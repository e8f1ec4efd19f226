//! Ctrl-C, heard from the moment somebody decides to listen.
//!
//! `tokio::signal::ctrl_c()` tells the system so only when it is first waited for. By then a call may be under way, and until then
//! Ctrl-C ends the program as if nobody listened: without a report, and with a changed password left as it is.

#[cfg(unix)]
use tokio::signal::unix::Signal as Presses;
#[cfg(windows)]
use tokio::signal::windows::CtrlC as Presses;

/// Presses of Ctrl-C from now on.
pub(super) struct CtrlC(Option<Presses>);

impl CtrlC {
    /// Begins to listen. Where the system does not allow it, nothing is ever heard, and the program goes on to its end.
    pub(super) fn listen() -> Self {
        #[cfg(unix)]
        let presses = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
        #[cfg(windows)]
        let presses = tokio::signal::windows::ctrl_c();
        Self(presses.ok())
    }

    /// Returns at the next press.
    pub(super) async fn pressed(&mut self) {
        let heard = match &mut self.0 {
            Some(presses) => presses.recv().await,
            None => None,
        };
        if heard.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
