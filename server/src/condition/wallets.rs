//! How it stands with each wallet's calls.

use super::Standing;
use super::reach::connected;
use crate::app::App;
use crate::inspector::call::Kept;
use crate::inspector::why::Why;
use crate::inspector::{WALLETS, is_of_payme};
use boothpay_protocol::ledger::provider::Provider;
use std::cmp::Reverse;
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
    /// The last after that which was refused and was the wallet's, as far as anybody can tell ([`Claim`]), and how many of them there were.
    pub(crate) refused: Option<(Arc<Kept>, u64)>,
    /// Of each other reason for which calls were refused since then, the last one, and how many.
    pub(crate) others: Vec<(Arc<Kept>, u64)>,
}

/// How sure it is that a refused call is the wallet's. What is as sure counts by its time.
///
/// Two things must not happen: that a key which became wrong stays hidden behind an older refusal of the wallet's, and that a stranger hides
/// what the wallet is refused, or paints the page red. So a call with a wrong key counts as the wallet's own where nobody can tell it from one: it has
/// the wallet's form, and comes from where the wallet has proven itself. Behind a tunnel that names no address a stranger could make such a call, too; what
/// the wallet was refused is told beside it then. A call without a key never goes before one of the wallet's, unless it
/// comes from Payme's own network: something on the way has lost the key then.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    /// It may be anybody's.
    Anybodys,
    /// It brings a key, and the wallet has not proven yet from where it calls.
    Likely,
    /// It is the wallet's, or cannot be told from that.
    Wallets,
}

/// A reason for which calls were refused.
struct Refused {
    claim: Claim,
    last: Arc<Kept>,
    times: u64,
}

impl Known {
    pub(crate) fn of(app: &App, wallet: Provider) -> Self {
        // Whoever was let in: with the right key, or where nobody needs one.
        let calls = app.inspector.of(wallet);
        let well = calls.iter().find(|call| call.is_well()).cloned();
        let since = well.as_ref().map_or(0, |call| call.number);
        let is_at_home = |call: &Kept| calls.iter().any(|known| known.from == call.from);
        let mut refused: Vec<Refused> = Vec::new();
        for call in calls.iter().filter(|call| !call.is_well() && call.number > since) {
            add(&mut refused, Claim::Wallets, call, 1);
        }
        for stranger in app.inspector.strangers() {
            let call = &stranger.last;
            // Once the wallet has proven itself, a stranger from elsewhere is a stranger.
            let is_elsewhere = well.is_some() && !is_of_payme(call.from) && !is_at_home(call);
            if call.wallet != Some(wallet) || call.number <= since || call.why == Some(Why::NotPost) || is_elsewhere {
                continue;
            }
            let brings_key = call.standing() == Standing::Bad;
            let claim = if is_of_payme(call.from) || (brings_key && is_at_home(call) && call.form() == Some(wallet)) {
                Claim::Wallets
            } else if brings_key && calls.is_empty() {
                Claim::Likely
            } else {
                Claim::Anybodys
            };
            add(&mut refused, claim, call, stranger.times);
        }
        refused.sort_by_key(|it| Reverse((it.claim, it.last.number)));
        // Of those who prove nothing one is enough: the most likely.
        let mut is_first = true;
        refused.retain(|it| it.claim == Claim::Wallets || std::mem::take(&mut is_first));
        let mut refused = refused.into_iter().map(|it| (it.last, it.times));
        Self { well, refused: refused.next(), others: refused.collect() }
    }

    /// All that was refused, as it is told.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &(Arc<Kept>, u64)> {
        self.refused.iter().chain(&self.others)
    }
}

fn add(refused: &mut Vec<Refused>, claim: Claim, call: &Arc<Kept>, times: u64) {
    match refused.iter_mut().find(|known| known.claim == claim && known.last.why == call.why) {
        Some(known) => {
            known.times = known.times.saturating_add(times);
            if call.number > known.last.number {
                known.last = Arc::clone(call);
            }
        }
        None => refused.push(Refused { claim, last: Arc::clone(call), times }),
    }
}
