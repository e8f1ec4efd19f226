//! What owners ask most often, each answered by what was seen since the start.

use super::Link;
use super::call::{address, cure, page_of_cure, reason};
use crate::app::App;
use crate::condition::Standing;
use crate::condition::reach::Reached;
use crate::condition::wallets::{Known, wallets};
use crate::inspector::call::Kept;
use crate::inspector::why::Why;
use crate::inspector::{WALLETS, is_of_payme};
use crate::panel::say;
use crate::panel::today::provider_key;
use crate::panel::words::Words;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::SpanMs;
use std::sync::Arc;

/// How long a page may need to learn of a payment: one that asks, asks every three seconds.
const PAGE_PATIENCE: SpanMs = SpanMs::seconds(15);

/// What wallets call the last step of a payment.
const LAST_STEPS: [&str; 3] = ["PerformTransaction", "Complete", "confirm"];

/// What they call the step at which it begins.
const FIRST_STEPS: [&str; 3] = ["CreateTransaction", "Prepare", "create"];

/// Of these, those that are more than a look at the order: a payment is there after them. Click's Prepare is a look.
const BEGINNINGS: [&str; 2] = ["CreateTransaction", "create"];

/// A question with its answers, each with how that stands.
pub(super) struct Question {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) answers: Vec<Answer>,
}

pub(super) struct Answer {
    pub(super) standing: Standing,
    pub(super) said: String,
    pub(super) cure: Option<String>,
    /// Where the owner carries out the cure.
    pub(super) link: Option<Link>,
}

impl Answer {
    const fn of(standing: Standing, said: String) -> Self {
        Self { standing, said, cure: None, link: None }
    }

    /// That a call was refused, with what to do about it.
    fn refused(call: &Kept, said: String, app: &App, words: &Words) -> Self {
        let link = page_of_cure(call, app, words);
        Self { cure: cure(call, app, words), link, ..Self::of(call.standing(), said) }
    }
}

/// All of them.
pub(super) async fn questions(app: &App, words: &'static Words) -> Vec<Question> {
    let question = |id, key: &'static str, answers| Question { id, title: words.t(key), answers };
    let mut arrives: Vec<Answer> = wallets(app).into_iter().map(|wallet| does_it_arrive(app, wallet, words)).collect();
    if arrives.is_empty() {
        let said = words.t("why.a_no_wallet").to_owned();
        arrives.push(Answer::of(Standing::Unknown, said));
    }
    vec![
        question("webhook", "why.q_webhook", arrives),
        question("order", "why.q_order", vec![is_the_order_known(app, words)]),
        question("page", "why.q_page", vec![does_the_page_know(app, words).await]),
    ]
}

fn does_it_arrive(app: &App, wallet: Provider, words: &Words) -> Answer {
    let (name, known) = (words.t(provider_key(wallet)), Known::of(app, wallet));
    let expected = address(app, wallet, words);
    let misdirected = app.inspector.misdirected();
    let strayed = misdirected.iter().map(|stranger| &*stranger.last).find(|call| match &known.well {
        None => call.may_be_of(wallet),
        // It is known from where the wallet calls: one of its addresses may be wrong in the cabinet.
        Some(well) => {
            let is_its = call.from == well.from || is_of_payme(call.from);
            call.number > well.number && is_its && call.may_be_of(wallet) && call.form() == Some(wallet)
        }
    });
    let at_wrong_address = |standing, key: &str, call: &Kept| {
        let values = [("wallet", name), ("path", call.path.as_str()), ("address", expected.as_str())];
        Answer::of(standing, words.fill(key, &values))
    };
    // Whoever brings no key may be anybody, and does not hide what looks like the wallet itself.
    let refused =
        known.refused.filter(|(call, _)| strayed.is_none() || call.is_proven || call.standing() == Standing::Bad);
    if let Some((call, _)) = refused {
        let reason = reason(&call, app, words).unwrap_or_default();
        return Answer::refused(
            &call,
            words.fill("why.a_refused", &[("wallet", name), ("reason", &reason)]),
            app,
            words,
        );
    }
    if let Some(call) = strayed {
        let key = if known.well.is_some() { "why.a_partly_wrong_address" } else { "why.a_wrong_address" };
        return at_wrong_address(Standing::Bad, key, call);
    }
    if let Some(call) = known.well {
        let age = say::age(call.at, app.clock.now(), words);
        return Answer::of(Standing::Good, words.fill("why.a_arrives", &[("wallet", name), ("age", &age)]));
    }
    let (standing, key) = match app.condition.reach.last(wallet) {
        Some(Reached::Here) => (Standing::Look, "why.a_nobody_open"),
        Some(Reached::Redirected(_) | Reached::AnotherBoothpay | Reached::SomethingElse(_) | Reached::Nothing(_)) => {
            (Standing::Bad, "why.a_nobody_closed")
        }
        None => (Standing::Unknown, "why.a_nobody"),
    };
    // A stranger may write a wallet's name into a path.
    let named = misdirected.iter().find(|stranger| stranger.last.names(wallet));
    if let Some(stranger) = named.filter(|_| standing != Standing::Bad) {
        return at_wrong_address(Standing::Look, "why.a_wrong_address", &stranger.last);
    }
    Answer::of(standing, words.fill(key, &[("wallet", name), ("address", &expected)]))
}

/// All calls of wallets, newest first.
fn of_wallets(app: &App) -> Vec<Arc<Kept>> {
    let mut calls: Vec<Arc<Kept>> = WALLETS.into_iter().flat_map(|wallet| app.inspector.of(wallet)).collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.number));
    calls
}

fn is_the_order_known(app: &App, words: &Words) -> Answer {
    let calls = of_wallets(app);
    let unknown = calls.iter().find(|call| matches!(call.why, Some(Why::OrderNotFound | Why::OtherField)));
    match unknown {
        Some(call) => Answer::refused(call, reason(call, app, words).unwrap_or_default(), app, words),
        None => Answer::of(Standing::Good, words.t("why.a_no_order_refused").to_owned()),
    }
}

async fn does_the_page_know(app: &App, words: &Words) -> Answer {
    let (calls, rules, now) = (of_wallets(app), app.settings.rules(), app.clock.now());
    let is_step = |call: &Kept, steps: &[&str]| call.said(&rules).method.is_some_and(|method| steps.contains(&method));
    let paid = calls.iter().find(|call| call.why.is_none() && is_step(call, &LAST_STEPS));
    // Whoever only looks whether an order can be paid has paid nothing.
    let is_of_payment = |call: &Kept| is_step(call, &BEGINNINGS) || is_step(call, &LAST_STEPS);
    let elsewhere = calls
        .iter()
        .find(|call| call.why == Some(Why::OrderNotFound) && is_of_payment(call) && call.said(&rules).order.is_some());
    let number = |call: Option<&Arc<Kept>>| call.map_or(0, |call| call.number);
    let name = |call: &Kept| words.t(call.wallet.map_or("call.strange", provider_key));
    if let Some(call) = elsewhere.filter(|call| call.number > number(paid)) {
        // A payment that could not begin has taken nobody's money.
        let (standing, key) = match is_step(call, &LAST_STEPS) {
            true => (Standing::Bad, "why.a_page_elsewhere"),
            false => (Standing::Look, "why.a_page_elsewhere_begun"),
        };
        return Answer::of(standing, words.fill(key, &[("wallet", name(call))]));
    }
    let Some(paid) = paid else {
        let begun = calls.iter().find(|call| call.why.is_none() && is_step(call, &FIRST_STEPS));
        let said = match begun {
            Some(call) => {
                let age = say::age(call.at, now, words);
                words.fill("why.a_page_begun", &[("wallet", name(call)), ("age", &age)])
            }
            None => words.t("why.a_page_none").to_owned(),
        };
        return Answer::of(Standing::Unknown, said);
    };
    let said = paid.said(&rules);
    // A last step that names only the payment: what began it names the order.
    let order = said.order.or_else(|| {
        calls
            .iter()
            .map(|call| call.said(&rules))
            .find(|other| other.payment == said.payment && other.order.is_some())?
            .order
    });
    let Some(order) = order else {
        return Answer::of(Standing::Unknown, words.t("why.a_page_none").to_owned());
    };
    let knows = knows_of_payment(app, &order).await;
    let values = [("order", say::order(order.as_str())), ("age", say::age(paid.at, now, words))];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if knows || now.since(paid.at).ms() < PAGE_PATIENCE.ms() {
        let said =
            if knows { words.fill("why.a_page_knows", &values) } else { words.fill("why.a_page_waits", &values) };
        let standing = if knows { Standing::Good } else { Standing::Unknown };
        return Answer::of(standing, said);
    }
    Answer::of(Standing::Bad, words.fill("why.a_page_silent", &values))
}

/// Whether a page was told, or the prints have begun, which a page asked for.
async fn knows_of_payment(app: &App, order: &OrderId) -> bool {
    if app.condition.screens.knows_of_payment(order) {
        return true;
    }
    match app.store.story(std::slice::from_ref(order)).await {
        Ok(Some(story)) => story.order.printed_at.is_some(),
        Ok(None) | Err(_) => false,
    }
}
