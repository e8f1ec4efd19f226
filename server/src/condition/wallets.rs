//! How it stands with each wallet's calls.

use super::Standing;
use super::reach::connected;
use crate::app::App;
use crate::inspector::call::Kept;
use crate::inspector::why::Why;
use crate::inspector::{WALLETS, is_of_payme};
use boothpay_protocol::ledger::provider::Provider;
use std::sync::Arc;

/// The wallets that are connected, and those that call all the same.
pub(crate) fn wallets(app: &App) -> Vec<Provider> {
    let connected = connected(&app.settings);
    WALLETS.into_iter().filter(|wallet| connected.contains(wallet) || !app.inspector.of(*wallet).is_empty()).collect()
}

/// What is known of a wallet's calls.
pub(crate) struct Known {
    /// The last that was answered as the wallet wanted, or as happens every day.
    pub(crate) well: Option<Arc<Kept>>,
    /// The last after that which was refused, by whomever it was made, and how many of them there were.
    pub(crate) refused: Option<(Arc<Kept>, u64)>,
    /// Of each other reason for which calls were refused since then, the last one, and how many.
    pub(crate) others: Vec<(Arc<Kept>, u64)>,
}

impl Known {
    pub(crate) fn of(app: &App, wallet: Provider) -> Self {
        let calls = app.inspector.of(wallet);
        let well = calls.iter().find(|call| call.is_well()).cloned();
        let since = well.as_ref().map_or(0, |call| call.number);
        let mut by_reason: Vec<(Arc<Kept>, u64)> = Vec::new();
        for call in calls.iter().filter(|call| !call.is_well() && call.number > since) {
            match by_reason.iter_mut().find(|(last, _)| last.why == call.why) {
                Some((_, times)) => *times = times.saturating_add(1),
                None => by_reason.push((Arc::clone(call), 1)),
            }
        }
        let strangers = app.inspector.strangers();
        // Once the wallet has proven itself, a stranger from elsewhere is a stranger.
        let may_be_the_wallet = |call: &Kept| match &well {
            Some(well) => is_of_payme(call.from) || call.from == well.from,
            None => true,
        };
        let theirs = strangers.iter().filter(|it| {
            let call = &it.last;
            call.wallet == Some(wallet)
                && call.number > since
                && call.why != Some(Why::NotPost)
                && may_be_the_wallet(call)
        });
        // Of those who prove nothing, whoever calls from Payme's own network, then whoever brings a key, is most likely the wallet.
        let likely =
            theirs.max_by_key(|it| (is_of_payme(it.last.from), it.last.standing() == Standing::Bad, it.last.number));
        let stranger = likely.map(|it| (Arc::clone(&it.last), it.times));
        by_reason.extend(stranger);
        let mut by_reason = by_reason.into_iter();
        Self { well, refused: by_reason.next(), others: by_reason.collect() }
    }
}
