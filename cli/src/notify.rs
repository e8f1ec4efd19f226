//! What the system's service manager hears: that the server answers, and, where it asked for that, that it still runs.
//!
//! Windows hears the first, systemd both. A server whose threads are stuck says nothing any more, and systemd starts it anew.

/// Says that the server answers, and from then on that it runs, at a third of the time after which systemd would act.
#[cfg(target_os = "linux")]
pub(crate) fn ready() {
    use sd_notify::NotifyState;
    // Started by anybody else, there is nobody to tell, and that is no fault.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    if let Some(patience) = sd_notify::watchdog_enabled() {
        tokio::spawn(async move {
            loop {
                let _ = sd_notify::notify(&[NotifyState::Watchdog]);
                tokio::time::sleep(patience / 3).await;
            }
        });
    }
}

#[cfg(windows)]
pub(crate) use crate::service::ready;

#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn ready() {}
