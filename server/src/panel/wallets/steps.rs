//! The steps of a wallet's own tests, and which of them were seen: judged by what the inspector keeps of a wallet that is tried out, and
//! remembered, because that is gone when the program ends.

use crate::app::App;
use crate::inspector::trial::{Brief, Trial};
use crate::inspector::why::Why;
use boothpay_protocol::connecting::{self, Steps, steps_setting_name};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use std::collections::BTreeSet;

/// Groups of steps, in the order in which the wallet goes through them: the word of the group, and the words of its steps.
type Groups = &'static [(&'static str, &'static [&'static str])];

/// Payme's two scenarios (`reference/payme.md §5.2`).
const PAYME: Groups = &[
    (
        "payme.first",
        &[
            "payme.auth",
            "payme.amount",
            "payme.account",
            "payme.check",
            "payme.create",
            "payme.create_again",
            "payme.busy",
            "payme.look",
            "payme.cancel",
        ],
    ),
    ("payme.second", &["payme.perform", "payme.perform_again", "payme.refund"]),
    ("payme.more", &["payme.statement"]),
];

/// Click's fifteen cases (`reference/click.md §2.7`), those together that differ in nothing that is seen here.
const CLICK: Groups = &[(
    "click.cases",
    &[
        "click.sign",
        "click.order",
        "click.prepare",
        "click.amount",
        "click.complete",
        "click.again",
        "click.unknown",
        "click.cancelled",
    ],
)];

/// Uzum's five webhooks (`reference/uzum.md §1`).
const UZUM: Groups = &[("uzum.calls", &["uzum.check", "uzum.create", "uzum.confirm", "uzum.reverse", "uzum.status"])];

/// The steps of a wallet.
pub(super) const fn groups(wallet: Provider) -> Groups {
    match wallet {
        Provider::Payme => PAYME,
        Provider::Click => CLICK,
        Provider::Uzum => UZUM,
        Provider::UzumQr | Provider::Uzqr | Provider::Test => &[],
    }
}

/// Which were seen since a time, and before, as far as that is remembered. What is new is remembered.
pub(super) async fn seen(app: &App, wallet: Provider, since: TimeMs) -> Result<BTreeSet<String>, StoreError> {
    let rows = app.store.rows(Needs::setting(steps_setting_name())).await?;
    let mut known = Steps::of(rows.setting.as_ref()).unwrap_or_default().seen(wallet);
    let now = in_calls(app, wallet, since);
    if now.is_subset(&known) {
        return Ok(known);
    }
    known.extend(now.iter().cloned());
    let at = app.clock.now();
    let decide = move |rows: &Rows| connecting::see(wallet, &now, rows, at);
    app.store.transact(Needs::setting(steps_setting_name()), Actor::Panel, decide).await?;
    Ok(known)
}

fn in_calls(app: &App, wallet: Provider, since: TimeMs) -> BTreeSet<String> {
    let Trial { refused, calls } = app.inspector.trials.since(wallet, since);
    let calls = Vec::from(calls);
    let steps = match wallet {
        Provider::Payme => of_payme(&calls, refused.is_some()),
        Provider::Click => of_click(&calls, refused.is_some()),
        Provider::Uzum => of_uzum(&calls),
        Provider::UzumQr | Provider::Uzqr | Provider::Test => Vec::new(),
    };
    steps.into_iter().filter(|(_, is_seen)| *is_seen).map(|(word, _)| word.to_owned()).collect()
}

fn of_payme(calls: &[Brief], was_refused: bool) -> Vec<(&'static str, bool)> {
    let any = |method: &str, why: Option<Why>| calls.iter().any(|call| call.method == method && call.why == why);
    let ended_in = |method: &str, state: i64| {
        calls.iter().filter(|call| call.method == method && call.why.is_none() && call.state == Some(state)).count()
    };
    let twice = |method: &str| {
        let mut payments = BTreeSet::new();
        let mut well = calls.iter().filter(|call| call.method == method && call.why.is_none());
        well.any(|call| !payments.insert(&call.payment))
    };
    let both = |why: Why| any("CheckPerformTransaction", Some(why)) && any("CreateTransaction", Some(why));
    vec![
        ("payme.auth", was_refused),
        ("payme.amount", both(Why::WrongAmount)),
        ("payme.account", both(Why::OrderNotFound)),
        ("payme.check", any("CheckPerformTransaction", None)),
        ("payme.create", ended_in("CreateTransaction", 1) > 0),
        ("payme.create_again", twice("CreateTransaction")),
        ("payme.busy", any("CreateTransaction", Some(Why::OrderBusy))),
        ("payme.look", ended_in("CheckTransaction", 1) > 0),
        ("payme.cancel", ended_in("CancelTransaction", -1) > 0),
        ("payme.perform", ended_in("PerformTransaction", 2) > 0),
        ("payme.perform_again", twice("PerformTransaction")),
        ("payme.refund", ended_in("CancelTransaction", -2) > 0),
        ("payme.statement", any("GetStatement", None)),
    ]
}

fn of_click(calls: &[Brief], was_refused: bool) -> Vec<(&'static str, bool)> {
    let any = |method: &str, why: Option<Why>| calls.iter().any(|call| call.method == method && call.why == why);
    vec![
        ("click.sign", was_refused),
        ("click.order", any("Prepare", Some(Why::OrderNotFound))),
        ("click.prepare", any("Prepare", None)),
        ("click.amount", any("Complete", Some(Why::WrongAmount))),
        ("click.complete", any("Complete", None)),
        ("click.again", any("Complete", Some(Why::OrderPaid))),
        ("click.unknown", any("Complete", Some(Why::PaymentNotFound))),
        ("click.cancelled", any("Complete", Some(Why::GivenUp))),
    ]
}

fn of_uzum(calls: &[Brief]) -> Vec<(&'static str, bool)> {
    let well = |method: &str| calls.iter().any(|call| call.method == method && call.why.is_none());
    vec![
        ("uzum.check", well("check")),
        ("uzum.create", well("create")),
        ("uzum.confirm", well("confirm")),
        ("uzum.reverse", well("reverse")),
        ("uzum.status", well("status")),
    ]
}
