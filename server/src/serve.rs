//! Running: take connections, sweep, and stop in order when asked to.

use crate::app::App;
use crate::jobs::sweep;
use crate::limits::SHUTDOWN_PATIENCE;
use crate::routes::router;
use axum::serve::ListenerExt;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The means to stop a server.
pub struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    /// A switch and what it switches: the latter goes into [`App`].
    pub fn new() -> (Self, watch::Receiver<bool>) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), receiver)
    }

    /// Asks the server to stop. Asking again is no error.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Serves until the program is asked to stop, then lets running calls finish, but no longer than ten seconds.
pub async fn run(app: Arc<App>, listener: TcpListener) -> io::Result<()> {
    let sweeping = tokio::spawn(sweep::run(Arc::clone(&app)));
    let stop = |app: &App| {
        let mut stopping = app.stopping.clone();
        async move {
            // A switch that is gone stops the server as well.
            let _ = stopping.wait_for(|stop| *stop).await;
        }
    };
    // Answers are small; waiting for more to send would only delay them.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps waiting for more to send");
        }
    });
    let serving = axum::serve(listener, router(Arc::clone(&app))).with_graceful_shutdown(stop(&app));
    let patience = async {
        stop(&app).await;
        tokio::time::sleep(SHUTDOWN_PATIENCE).await;
    };
    let served = tokio::select! {
        served = serving.into_future() => served,
        () = patience => {
            tracing::warn!("some connections did not end in time and are cut");
            Ok(())
        }
    };
    // The sweep ends by the same switch; a call of its that is under way is committed or not at all.
    let _ = sweeping.await;
    served
}
