//! The inspector: the last calls of the wallets with what was answered, so that the owner's panel can say why something does not work.
//!
//! It is apart from the ledger: it lives in memory, it is lost with the program, and nothing that a payment needs asks it. What a
//! call costs here is a copy of its text and a lock held for a push ([`note`]). What is secret is taken out before it is kept
//! ([`secrets`]). What a call means is read again from what is kept, when somebody looks ([`call`]).
//!
//! It is bounded in number and bytes. Calls that were refused have a place of their own, so that a busy day does not push them out;
//! and strangers are kept by address, so that whoever guesses keys does not push out the wallets. At addresses with nothing they are kept by path,
//! too, a few of each caller: what looks like a wallet's call ([`Likeness`]) stays longest.

pub(crate) mod again;
pub(crate) mod call;
pub(crate) mod note;
pub(crate) mod secrets;
pub(crate) mod trial;
pub(crate) mod why;

use crate::limits::{CALLS_BYTES_MAX, CALLS_KEPT, STRANGER_PATHS_KEPT, STRANGERS_KEPT};
use crate::net::Address;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::TimeMs;
use call::{Kept, Likeness};
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trial::Trials;
use why::Why;

/// The wallets that call this server.
pub(crate) const WALLETS: [Provider; 3] = [Provider::Payme, Provider::Click, Provider::Uzum];

/// The last calls.
pub(crate) struct Inspector {
    /// Since when calls are kept: when the program started.
    pub(crate) since: TimeMs,
    all: Mutex<All>,
    /// Of wallets that are tried out.
    pub(crate) trials: Trials,
}

#[derive(Default)]
struct All {
    next: u64,
    /// Of each wallet: what was answered, and what was refused.
    wallets: [[Ring; 2]; 3],
    strangers: VecDeque<Stranger>,
}

/// Somebody who came without proof, or to an address with nothing, how often, and the last of his calls.
#[derive(Clone)]
pub(crate) struct Stranger {
    pub(crate) times: u64,
    pub(crate) first: TimeMs,
    pub(crate) last: Arc<Kept>,
    /// How much that looks like a wallet's.
    pub(crate) likeness: Likeness,
}

/// The last of its kind, the newest at the end.
#[derive(Default)]
struct Ring {
    calls: VecDeque<Arc<Kept>>,
    bytes: usize,
}

impl Ring {
    fn push(&mut self, call: Arc<Kept>) {
        self.bytes = self.bytes.saturating_add(call.bytes());
        self.calls.push_back(call);
        while self.calls.len() > CALLS_KEPT || (self.bytes > CALLS_BYTES_MAX && self.calls.len() > 1) {
            let Some(old) = self.calls.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(old.bytes());
        }
    }
}

impl Inspector {
    pub(crate) fn new(since: TimeMs) -> Self {
        Self { since, all: Mutex::default(), trials: Trials::default() }
    }

    /// Keeps a call; its number is given here.
    pub(crate) fn keep(&self, mut call: Kept) {
        let mut all = self.all();
        all.next = all.next.saturating_add(1);
        call.number = all.next;
        let is_strange = !call.is_proven && call.why.is_some_and(Why::is_of_a_stranger);
        match place(call.wallet).filter(|_| !is_strange) {
            Some(wallet) => {
                let is_refused = usize::from(call.why.is_some_and(Why::is_news));
                if let Some(ring) = all.wallets.get_mut(wallet).and_then(|rings| rings.get_mut(is_refused)) {
                    ring.push(Arc::new(call));
                }
            }
            None => all.keep_stranger(call),
        }
    }

    /// All that is kept of a wallet that has proven itself, or that nobody had to prove, newest first.
    pub(crate) fn of(&self, wallet: Provider) -> Vec<Arc<Kept>> {
        let all = self.all();
        let rings = place(wallet.into()).and_then(|place| all.wallets.get(place));
        newest_first(rings.into_iter().flatten().flat_map(|ring| ring.calls.iter().cloned()).collect())
    }

    /// All that is kept, of strangers the last of each, newest first.
    pub(crate) fn all_calls(&self) -> Vec<Arc<Kept>> {
        let all = self.all();
        let of_wallets = all.wallets.iter().flatten().flat_map(|ring| ring.calls.iter().cloned());
        newest_first(of_wallets.chain(all.strangers.iter().map(|stranger| Arc::clone(&stranger.last))).collect())
    }

    /// Who came without proof, or to an address with nothing; the last to come first.
    pub(crate) fn strangers(&self) -> Vec<Stranger> {
        self.all().strangers.iter().rev().cloned().collect()
    }

    /// What came to addresses with nothing: what looks most like a wallet's call first, of such that are alike the last to come.
    pub(crate) fn misdirected(&self) -> Vec<Stranger> {
        let mut found: Vec<Stranger> =
            self.all().strangers.iter().filter(|stranger| stranger.last.wallet.is_none()).cloned().collect();
        found.sort_by_key(|stranger| Reverse((stranger.likeness, stranger.last.number)));
        found
    }

    /// One call, if it is still kept.
    pub(crate) fn one(&self, number: u64) -> Option<Arc<Kept>> {
        self.all_calls().into_iter().find(|call| call.number == number)
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    fn keep_stranger(&mut self, call: Kept) {
        // A wallet's own addresses are few, and how often it was refused counts there.
        fn path(call: &Kept) -> Option<&str> {
            call.wallet.is_none().then_some(call.path.as_str())
        }
        let same = |known: &Stranger| {
            (known.last.wallet, known.last.from, known.last.why) == (call.wallet, call.from, call.why)
                && path(&known.last) == path(&call)
        };
        let known = self.strangers.iter().position(same).and_then(|place| self.strangers.remove(place));
        let (times, first) = known.map_or((0, call.at), |known| (known.times, known.first));
        let (likeness, from) = (call.likeness(), call.from);
        self.strangers.push_back(Stranger { times: times.saturating_add(1), first, last: Arc::new(call), likeness });
        let is_path_of_his = |stranger: &Stranger| stranger.last.wallet.is_none() && stranger.last.from == from;
        if self.strangers.iter().filter(|stranger| is_path_of_his(stranger)).count() > STRANGER_PATHS_KEPT {
            self.forget_one(is_path_of_his);
        }
        while self.strangers.len() > STRANGERS_KEPT {
            self.forget_one(|_| true);
        }
    }

    /// Forgets what looks least like a wallet's, and of that what came longest ago.
    fn forget_one(&mut self, may_go: impl Fn(&Stranger) -> bool) {
        let some = self.strangers.iter().enumerate().filter(|(_, stranger)| may_go(stranger));
        // Of equals that is the first, and the newest are at the end.
        let least = some.min_by_key(|(_, stranger)| stranger.likeness).map(|(place, _)| place);
        if let Some(place) = least {
            self.strangers.remove(place);
        }
    }
}

/// Payme calls from 185.234.113.1 to .15 (`reference/payme.md §1.3`).
pub(crate) fn is_of_payme(from: Address) -> bool {
    from.octets().is_some_and(|[a, b, c, d]| [a, b, c] == [185, 234, 113] && d < 16)
}

fn place(wallet: Option<Provider>) -> Option<usize> {
    WALLETS.iter().position(|known| Some(*known) == wallet)
}

fn newest_first(mut calls: Vec<Arc<Kept>>) -> Vec<Arc<Kept>> {
    calls.sort_by_key(|call| Reverse(call.number));
    calls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspector::call::Text;
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    fn call(wallet: Option<Provider>, from: [u8; 4], why: Option<Why>, bytes: usize) -> Kept {
        Kept {
            number: 0,
            at: TimeMs::new(0),
            took: Duration::ZERO,
            wallet,
            http_method: "POST".to_owned(),
            path: "/".to_owned(),
            from: Address::of(IpAddr::V4(Ipv4Addr::from(from))),
            is_proven: false,
            brings_key: false,
            headers: Vec::new(),
            why,
            price: None,
            status: Some(200),
            request: Text::of(&vec![b'x'; bytes], usize::MAX),
            answer: Text::default(),
        }
    }

    const CLICK: [u8; 4] = [217, 29, 119, 130];

    #[test]
    fn a_busy_day_pushes_out_neither_refusals_nor_another_wallet_and_has_an_end() {
        let inspector = Inspector::new(TimeMs::new(0));
        inspector.keep(call(Some(Provider::Payme), CLICK, Some(Why::WrongAmount), 10));
        inspector.keep(call(Some(Provider::Uzum), CLICK, None, 10));
        for _ in 0..10 * CALLS_KEPT {
            inspector.keep(call(Some(Provider::Payme), CLICK, None, 10));
        }
        assert_eq!(inspector.of(Provider::Payme).len(), CALLS_KEPT + 1);
        assert_eq!(inspector.of(Provider::Payme).last().unwrap().why, Some(Why::WrongAmount));
        assert_eq!(inspector.of(Provider::Uzum).len(), 1);
        for _ in 0..100 {
            inspector.keep(call(Some(Provider::Click), CLICK, None, CALLS_BYTES_MAX / 10));
        }
        let bytes: usize = inspector.of(Provider::Click).iter().map(|call| call.bytes()).sum();
        assert!(bytes <= CALLS_BYTES_MAX, "{bytes}");
        let newest = inspector.all_calls();
        assert!(newest.is_sorted_by(|a, b| a.number > b.number));
        assert_eq!(inspector.one(newest[0].number).unwrap().number, newest[0].number);
    }

    #[test]
    fn strangers_are_counted_by_address_and_never_push_out_payme() {
        let inspector = Inspector::new(TimeMs::new(0));
        inspector.keep(call(Some(Provider::Payme), [185, 234, 113, 1], Some(Why::WrongKey), 10));
        for _ in 0..1000 {
            inspector.keep(call(Some(Provider::Payme), [203, 0, 113, 7], Some(Why::WrongKey), 10));
        }
        assert_eq!(inspector.strangers().len(), 2);
        assert_eq!(inspector.strangers()[0].times, 1000);
        for last in 0..=255 {
            inspector.keep(call(None, [198, 51, 100, last], Some(Why::NothingThere), 10));
        }
        let strangers = inspector.strangers();
        assert_eq!(strangers.len(), STRANGERS_KEPT);
        assert!(strangers.iter().any(|stranger| is_of_payme(stranger.last.from)));
        assert!(inspector.of(Provider::Payme).is_empty());
    }

    #[test]
    fn paths_of_one_caller_are_told_apart_have_an_end_and_never_push_out_what_looks_like_a_wallet() {
        let inspector = Inspector::new(TimeMs::new(0));
        let at = |path: &str, brings_key| Kept {
            path: path.to_owned(),
            brings_key,
            ..call(None, [203, 0, 113, 7], Some(Why::NothingThere), 10)
        };
        inspector.keep(at("/uzum/check", true));
        inspector.keep(at("/wp-login.php", false));
        inspector.keep(at("/uzum/check", true));
        let found: Vec<(String, u64)> =
            inspector.misdirected().iter().map(|it| (it.last.path.clone(), it.times)).collect();
        assert_eq!(found, [("/uzum/check".to_owned(), 2), ("/wp-login.php".to_owned(), 1)]);
        for number in 0..1000 {
            inspector.keep(at(&format!("/{number}"), false));
        }
        let found = inspector.misdirected();
        assert_eq!(found.len(), STRANGER_PATHS_KEPT);
        assert_eq!((found[0].last.path.as_str(), found[1].last.path.as_str()), ("/uzum/check", "/999"));
    }
}
