//! What is counted as it happens. On the way of a payment this is a look-up by three words and an addition; nothing waits.

use crate::inspector::why::Why;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_store::StoreError;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Names and values of a series' labels. All are words of this program.
pub(super) type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Upper bounds of the buckets of times, in seconds: from what a commit takes on a good disk to when wallets give up.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 10.0];

/// The counters.
#[derive(Clone)]
pub(crate) struct Counts {
    calls: Family<Labels<3>, Counter>,
    call_seconds: Family<Labels<2>, Histogram>,
    change_seconds: Histogram,
    change_failures: Family<Labels<1>, Counter>,
}

impl Counts {
    /// Nothing yet. What may never come has its zeros, so that the first one is seen as one more.
    pub(crate) fn new() -> Self {
        let change_failures = Family::<Labels<1>, Counter>::default();
        for kind in ["overloaded", "failed", "not_trusted", "damaged", "bug", "closed"] {
            change_failures.get_or_create(&[("kind", kind)]).inc_by(0);
        }
        Self {
            calls: Family::default(),
            call_seconds: Family::new_with_constructor(seconds),
            change_seconds: seconds(),
            change_failures,
        }
    }

    /// A call to a wallet's address was answered, or broke off: `method` where it was known, and why it was refused.
    pub(crate) fn call(&self, wallet: Provider, method: Option<&'static str>, why: Option<Why>, took: Duration) {
        let (provider, method) = (("provider", wallet.word()), ("method", method.unwrap_or("unknown")));
        self.calls.get_or_create(&[provider, method, ("answer", why.map_or("ok", Why::word))]).inc();
        // Strangers are made to wait on purpose.
        if !why.is_some_and(Why::is_of_a_stranger) {
            self.call_seconds.get_or_create(&[provider, method]).observe(took.as_secs_f64());
        }
    }

    /// A change was asked of the database, and committed or not.
    pub(crate) fn change(&self, took: Duration, error: Option<&StoreError>) {
        self.change_seconds.observe(took.as_secs_f64());
        if let Some(error) = error {
            let kind = match error {
                StoreError::Overloaded => "overloaded",
                StoreError::Failed(_) => "failed",
                StoreError::Suspect(_) => "not_trusted",
                StoreError::Damaged(_) => "damaged",
                StoreError::Forbidden(_) | StoreError::Bug => "bug",
                StoreError::Closed => "closed",
            };
            self.change_failures.get_or_create(&[("kind", kind)]).inc();
        }
    }

    /// Puts them into a registry.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "webhook_calls",
            "Calls to the wallets' addresses, by wallet, method and answer (ok, or why it was refused)",
            self.calls.clone(),
        );
        registry.register_with_unit(
            "webhook_call",
            "How long the wallets' calls took from their head to the answer; those of strangers are not in it",
            Unit::Seconds,
            self.call_seconds.clone(),
        );
        registry.register_with_unit(
            "database_change",
            "How long changes took from their asking to their commit",
            Unit::Seconds,
            self.change_seconds.clone(),
        );
        registry.register(
            "database_change_failures",
            "Changes that could not be committed, by kind",
            self.change_failures.clone(),
        );
    }
}

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}
