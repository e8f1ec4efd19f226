//! Being asked to stop: Ctrl-C everywhere, and what each system's service manager sends.

/// Returns when somebody asks the program to stop.
pub(crate) async fn asked_to_stop() {
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => {
            if let Err(error) = stopped {
                tracing::warn!(%error, "Ctrl-C cannot be heard; end the program by other means");
                std::future::pending::<()>().await;
            }
        }
        () = service_stop() => {}
    }
}

#[cfg(unix)]
async fn service_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(windows)]
async fn service_stop() {
    use tokio::signal::windows::{ctrl_close, ctrl_shutdown};
    match (ctrl_close(), ctrl_shutdown()) {
        (Ok(mut close), Ok(mut shutdown)) => {
            tokio::select! {
                _ = close.recv() => {}
                _ = shutdown.recv() => {}
            }
        }
        (_, _) => std::future::pending().await,
    }
}

#[cfg(not(any(unix, windows)))]
async fn service_stop() {
    std::future::pending().await
}
