//! Whether this computer's clock is right, by the clocks of the wallets: their calls say when they were made.

use super::Standing;
use crate::app::App;
use crate::inspector::WALLETS;
use crate::limits::{CLOCK_BAD, CLOCK_LOOK};
use boothpay_protocol::time::SpanMs;

/// Calls of each wallet that are asked.
const CALLS: usize = 20;

/// How far this clock is ahead of the wallets' (negative: behind); none when no wallet has said what its time is. A call can come
/// late, so the one that comes nearest counts.
pub(crate) fn ahead(app: &App) -> Option<SpanMs> {
    let rules = app.settings.rules();
    let calls = WALLETS.into_iter().flat_map(|wallet| app.inspector.of(wallet).into_iter().take(CALLS));
    let proven = calls.filter(|call| call.is_proven);
    let ahead = proven.filter_map(|call| call.said(&rules).time.map(|time| call.at.since(time)));
    ahead.min_by_key(|ahead| ahead.ms().saturating_abs())
}

/// Whether the system says that it keeps the clock by the network's.
pub(crate) fn is_kept_by_system() -> bool {
    cfg!(target_os = "linux") && std::path::Path::new("/run/systemd/timesync/synchronized").exists()
}

/// How a distance stands.
pub(crate) fn standing(ahead: Option<SpanMs>) -> Standing {
    match ahead.map(|ahead| ahead.ms().saturating_abs()) {
        None if is_kept_by_system() => Standing::Good,
        None => Standing::Unknown,
        Some(apart) if apart > CLOCK_BAD.ms() => Standing::Bad,
        Some(apart) if apart > CLOCK_LOOK.ms() => Standing::Look,
        Some(_) => Standing::Good,
    }
}
