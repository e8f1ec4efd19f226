//! Running: take connections, sweep, and stop in order when asked to.

use crate::app::App;
use crate::jobs::{backup, heads, sweep};
use crate::limits::SHUTDOWN_PATIENCE;
use crate::routes::{router, webhook_router};
use crate::webhook;
use axum::Router;
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

/// Serves everything and sweeps until the program is asked to stop.
pub async fn run(app: Arc<App>, listener: TcpListener) -> io::Result<()> {
    webhook::payme::settle_key(&app).await.map_err(io::Error::other)?;
    let sweeping = tokio::spawn(sweep::run(Arc::clone(&app)));
    let backing_up = tokio::spawn(backup::run(Arc::clone(&app)));
    let naming_heads = tokio::spawn(heads::run(Arc::clone(&app)));
    let served = serve(&app, listener, router(Arc::clone(&app))).await;
    // The sweep ends by the same switch; a call of its that is under way is committed or not at all.
    let _ = sweeping.await;
    // A backup under way is given up: its unfinished copy has no backup's name, and the next one removes it.
    let _ = backing_up.await;
    let _ = naming_heads.await;
    served
}

/// Serves the webhooks alone until the program is asked to stop: beside [`run`], on an address that the world may reach.
pub async fn run_webhooks(app: Arc<App>, listener: TcpListener) -> io::Result<()> {
    serve(&app, listener, webhook_router(Arc::clone(&app))).await
}

/// Takes connections until asked to stop, then lets running calls finish, but no longer than [`SHUTDOWN_PATIENCE`].
async fn serve(app: &App, listener: TcpListener, routes: Router) -> io::Result<()> {
    let stop = || {
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
    let serving = axum::serve(listener, routes).with_graceful_shutdown(stop());
    let patience = async {
        stop().await;
        tokio::time::sleep(SHUTDOWN_PATIENCE).await;
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = patience => {
            tracing::warn!("some connections did not end in time and are cut");
            Ok(())
        }
    }
}
