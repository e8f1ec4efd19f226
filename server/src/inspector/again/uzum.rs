//! Uzum's calls, decided again.

use super::{Again, Judged, NotAgain, Refused, Rule, closed, nothing};
use crate::app::App;
use crate::inspector::call::{Kept, uzum_operation};
use crate::inspector::why::Why;
use boothpay_protocol::ledger::rows::Rows;
use boothpay_protocol::uzum::wire::{self, Envelope};
use boothpay_protocol::uzum::{self, Call, Refusal};
use boothpay_store::StoreError;

pub(super) async fn again(app: &App, call: &Kept) -> Result<Result<Again, NotAgain>, StoreError> {
    let (rules, now) = (app.settings.rules(), app.clock.now());
    let mut judged = Judged::begin(app, call);
    let unread = |judged: Judged, envelope: &Envelope, refusal: Refusal, why: Option<Why>| {
        let why = why.or_else(|| Some(Why::of_uzum(refusal, &call.request.shown, &rules.uzum)));
        Ok(Ok(judged.without_rows(why, wire::write(envelope, &Err(refusal), now, &rules.uzum).body)))
    };
    let operation = uzum_operation(&call.path);
    let envelope = match operation {
        Some(operation) => wire::read(operation, &call.request.shown, &rules.uzum),
        None => Envelope::unread(Refusal::UnknownOperation),
    };
    if judged.is_refused() {
        return unread(judged, &envelope, Refusal::NotAuthorised, call.why);
    }
    if call.http_method != "POST" {
        judged.refuses(Rule::Post);
        return unread(judged, &Envelope::unread(Refusal::NotPost), Refusal::NotPost, None);
    }
    judged.holds(Rule::Post);
    let asked = match &envelope.call {
        Ok(asked) => asked,
        Err(refusal) => {
            let stop = refused(*refusal, &nothing());
            let asked: &[Rule] = match stop {
                Refused::By(Rule::Service) => &[Rule::Method, Rule::Service],
                Refused::By(_) | Refused::Not | Refused::Fault => &[Rule::Method, Rule::Form],
            };
            judged.decided(asked, stop);
            return unread(judged, &envelope, *refusal, None);
        }
    };
    for rule in [Rule::Method, Rule::Form, Rule::Service] {
        judged.holds(rule);
    }
    let rows = app.store.rows(uzum::needs(asked)).await?;
    let decision = uzum::decide(asked, &rows, now, &rules);
    let refusal = decision.reply.as_ref().err().copied();
    judged.decided(asked_rules(asked), refusal.map_or(Refused::Not, |refusal| refused(refusal, &rows)));
    let why = refusal.map(|refusal| Why::of_uzum(refusal, &call.request.shown, &rules.uzum));
    let answer = wire::write(&envelope, &decision.reply, now, &rules.uzum).body;
    Ok(Ok(judged.with_rows(rows, why, answer, &decision.writes)))
}

/// In the order in which `uzum::decide` asks them.
fn asked_rules(call: &Call) -> &'static [Rule] {
    match call {
        Call::Check { .. } => &[Rule::Order, Rule::Open, Rule::Free, Rule::InTime],
        Call::Create { .. } => &[Rule::New, Rule::Order, Rule::Open, Rule::Free, Rule::InTime, Rule::Amount],
        Call::Confirm { .. } => &[Rule::Known, Rule::State],
        Call::Reverse { .. } => &[Rule::Known, Rule::State, Rule::Refund],
        Call::Status { .. } => &[Rule::Known],
    }
}

fn refused(refusal: Refusal, rows: &Rows) -> Refused {
    Refused::By(match refusal {
        Refusal::NotAuthorised => Rule::Key,
        Refusal::NotPost => Rule::Post,
        Refusal::UnknownOperation => Rule::Method,
        Refusal::NotJson | Refusal::BadForm(_) | Refusal::TooLong | Refusal::Missing(_) => Rule::Form,
        Refusal::OtherService => Rule::Service,
        Refusal::OrderNotFound => Rule::Order,
        Refusal::OrderBusy => Rule::Free,
        Refusal::OrderPaid | Refusal::OrderCancelled => Rule::Open,
        Refusal::OrderExpired => closed(rows),
        Refusal::AlreadyCreated => Rule::New,
        Refusal::WrongAmount | Refusal::AmountTooSmall | Refusal::AmountTooLarge => Rule::Amount,
        Refusal::TransactionNotFound => Rule::Known,
        Refusal::TransactionCancelled | Refusal::AlreadyConfirmed | Refusal::AlreadyReversed => Rule::State,
        Refusal::CannotReverse => Rule::Refund,
        Refusal::System(_) => return Refused::Fault,
    })
}
