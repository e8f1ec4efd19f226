//! Being asked to stop: Ctrl-C everywhere, and what each system's service manager sends or says.

use tokio::sync::Notify;

/// Set by whoever stops the program from inside it: Windows tells a service so, and sends no signal.
static STOP: Notify = Notify::const_new();

/// Asks the program to stop, as Ctrl-C does.
#[cfg(windows)]
pub(crate) fn stop() {
    STOP.notify_one();
}

/// Returns when somebody asks the program to stop.
pub(crate) async fn asked_to_stop() {
    tokio::select! {
        () = STOP.notified() => {}
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
    use tokio::signal::unix::SignalKind;
    tokio::select! {
        () = sent(SignalKind::terminate()) => {}
        () = terminal_closed() => {}
    }
}

#[cfg(unix)]
async fn sent(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

/// The terminal that the program was started in is closed (SIGHUP). Under `nohup` that is to be ignored, and it is only
/// Linux that tells a program so; elsewhere the signal keeps what it does by itself, which is to end the program.
#[cfg(unix)]
async fn terminal_closed() {
    use tokio::signal::unix::SignalKind;
    let hangup = SignalKind::hangup();
    let status = std::fs::read_to_string("/proc/self/status").ok();
    match status.and_then(|status| is_ignored(&status, hangup.as_raw_value())) {
        Some(false) => sent(hangup).await,
        Some(true) | None => std::future::pending().await,
    }
}

/// Whether a signal was ignored when the program was started (proc_pid_status(5): `SigIgn` is a mask, bit 0 is signal 1).
#[cfg(unix)]
fn is_ignored(status: &str, signal: i32) -> Option<bool> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    let bit = u32::try_from(signal).ok()?.checked_sub(1)?;
    Some(mask.checked_shr(bit)? & 1 == 1)
}

#[cfg(windows)]
async fn service_stop() {
    use tokio::signal::windows::{ctrl_break, ctrl_close, ctrl_shutdown};
    match (ctrl_break(), ctrl_close(), ctrl_shutdown()) {
        (Ok(mut pressed), Ok(mut close), Ok(mut shutdown)) => {
            tokio::select! {
                _ = pressed.recv() => {}
                _ = close.recv() => {}
                _ = shutdown.recv() => {}
            }
        }
        (_, _, _) => std::future::pending().await,
    }
}

#[cfg(not(any(unix, windows)))]
async fn service_stop() {
    std::future::pending().await
}

#[cfg(all(test, unix))]
mod tests {
    #[test]
    fn a_mask_of_ignored_signals_is_read() {
        let ignored = |mask: &str, signal| super::is_ignored(&format!("Name:\tx\nSigIgn:\t{mask}\n"), signal);
        assert_eq!(ignored("0000000000000001", 1), Some(true));
        assert_eq!(ignored("0000000000001002", 1), Some(false));
        assert_eq!(ignored("0000000000001002", 2), Some(true));
        assert_eq!(ignored("rubbish", 1), None);
    }
}
