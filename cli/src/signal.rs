//! Being asked to stop: Ctrl-C everywhere, and what each system's service manager sends or says.

use tokio::sync::Notify;

/// Set by whoever stops the program from inside it: Windows tells a service so, and sends no signal.
static STOP: Notify = Notify::const_new();

/// Asks the program to stop, as Ctrl-C does.
#[cfg(windows)]
pub(crate) fn stop() {
    STOP.notify_one();
}

/// Listens from now on, and returns when somebody asks the program to stop.
///
/// What came before this call ended the program at once, as the system does by itself; so it is made before the program says that it
/// is ready, and not when the returned future is first waited for.
pub(crate) fn listen() -> impl Future<Output = ()> + Send {
    let by_system = by_system();
    async {
        tokio::select! {
            () = STOP.notified() => {}
            () = by_system => {}
        }
    }
}

#[cfg(unix)]
fn by_system() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::SignalKind;
    let mut interrupt = sent(SignalKind::interrupt());
    let mut terminate = sent(SignalKind::terminate());
    let mut hangup = if hangup_is_ours() { sent(SignalKind::hangup()) } else { None };
    async move {
        tokio::select! {
            Some(()) = next(&mut interrupt) => {}
            Some(()) = next(&mut terminate) => {}
            Some(()) = next(&mut hangup) => {}
            else => std::future::pending().await,
        }
    }
}

/// Signals of this kind from now on; none where the system does not let them be heard.
#[cfg(unix)]
fn sent(kind: tokio::signal::unix::SignalKind) -> Option<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(kind)
        .inspect_err(
            |error| tracing::warn!(%error, "one way to stop the program cannot be heard; end it by other means"),
        )
        .ok()
}

#[cfg(unix)]
async fn next(signals: &mut Option<tokio::signal::unix::Signal>) -> Option<()> {
    signals.as_mut()?.recv().await
}

/// Whether the closing of the terminal that the program was started in (SIGHUP) stops it. Under `nohup` that is to be ignored, and it is
/// only Linux that tells a program so; elsewhere the signal keeps what it does by itself, which is to end the program.
#[cfg(unix)]
fn hangup_is_ours() -> bool {
    let hangup = tokio::signal::unix::SignalKind::hangup();
    let status = std::fs::read_to_string("/proc/self/status").ok();
    status.and_then(|status| is_ignored(&status, hangup.as_raw_value())) == Some(false)
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
fn by_system() -> impl Future<Output = ()> + Send {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let heard = (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_shutdown());
    async {
        match heard {
            (Ok(mut interrupt), Ok(mut pressed), Ok(mut close), Ok(mut shutdown)) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = pressed.recv() => {}
                    _ = close.recv() => {}
                    _ = shutdown.recv() => {}
                }
            }
            (_, _, _, _) => std::future::pending().await,
        }
    }
}

#[cfg(not(any(unix, windows)))]
fn by_system() -> impl Future<Output = ()> + Send {
    std::future::pending()
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
