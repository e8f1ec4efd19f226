//! Click's calls, decided again. Click proves itself by a signature over what is said, so the form is judged before the caller.

use super::{Again, Judged, NotAgain, Refused, Rule, closed};
use crate::app::App;
use crate::config::Mode;
use crate::inspector::call::{Kept, click_route};
use crate::inspector::why::Why;
use boothpay_protocol::click::wire::{self, Envelope};
use boothpay_protocol::click::{self, Action, Answer, Call, Refusal};
use boothpay_protocol::ledger::rows::Rows;
use boothpay_store::StoreError;

pub(super) async fn again(app: &App, call: &Kept) -> Result<Result<Again, NotAgain>, StoreError> {
    let rules = app.settings.rules();
    let mut judged = Judged { rules: Vec::new() };
    let unread = |judged: Judged, envelope: &Envelope, refusal: Refusal, why: Why| {
        let answer = wire::write(envelope, Action::Prepare, &Answer::refused(refusal), &rules.click);
        Ok(Ok(judged.without_rows(Some(why), answer)))
    };
    if call.http_method != "POST" {
        judged.refuses(Rule::Post);
        return unread(judged, &Envelope::unread(Refusal::NotPost), Refusal::NotPost, Why::NotPost);
    }
    judged.holds(Rule::Post);
    let route = click_route(&call.path);
    let envelope = wire::read(&call.request.shown, route);
    let request = match &envelope.request {
        Ok(request) => request.clone(),
        Err(refusal) => {
            judged.refuses(Rule::Form);
            return unread(judged, &envelope, refusal.clone(), Why::of_click(refusal));
        }
    };
    judged.holds(Rule::Form);
    let services = &app.settings.click.services;
    let takes_any = services.is_empty() && app.settings.mode == Mode::Development;
    if !takes_any && services.iter().all(|service| service.id != request.service_id) {
        judged.refuses(Rule::Service);
        return unread(judged, &envelope, Refusal::NotSigned, Why::OtherService);
    }
    judged.holds(Rule::Service);
    judged.rules.extend(Judged::begin(app, call).rules);
    if judged.is_refused() {
        return unread(judged, &envelope, Refusal::NotSigned, Why::WrongKey);
    }
    let asked = match request.call(route) {
        Ok(asked) => asked,
        Err(refusal) => {
            judged.refuses(Rule::Method);
            return unread(judged, &envelope, refusal.clone(), Why::of_click(&refusal));
        }
    };
    judged.holds(Rule::Method);
    let rows = app.store.rows(click::needs(&asked)).await?;
    let decision = click::decide(&asked, &rows, app.clock.now(), &rules);
    let refusal = decision.reply.verdict.as_ref().err();
    judged.decided(asked_rules(&asked, &rows), refusal.map_or(Refused::Not, |refusal| refused(refusal, &asked, &rows)));
    let why = refusal.map(Why::of_click);
    let answer = wire::write(&envelope, asked.action(), &decision.reply, &rules.click);
    // A payment that has begun has its own sum.
    let due = rows.transaction.as_ref().map(|payment| payment.amount);
    let again = judged.with_rows(rows, why, answer, &decision.writes);
    Ok(Ok(Again { due: due.or(again.due), ..again }))
}

/// In the order in which `click::decide` asks them.
fn asked_rules(call: &Call, rows: &Rows) -> &'static [Rule] {
    match call {
        Call::Prepare(_) if rows.transaction.is_some() => &[Rule::SameOrder, Rule::GoesOn, Rule::State, Rule::Amount],
        Call::Prepare(_) => &[Rule::GoesOn, Rule::Order, Rule::Open, Rule::Amount, Rule::Free, Rule::InTime],
        Call::Complete { .. } => &[Rule::Known, Rule::GoesOn, Rule::State, Rule::Amount],
    }
}

fn refused(refusal: &Refusal, call: &Call, rows: &Rows) -> Refused {
    Refused::By(match refusal {
        Refusal::NotPost => Rule::Post,
        Refusal::BadForm(_) | Refusal::TooLong => Rule::Form,
        Refusal::NotSigned => Rule::Key,
        Refusal::WrongAction => Rule::Method,
        Refusal::System(_) => return Refused::Fault,
        Refusal::WrongAmount => Rule::Amount,
        Refusal::OrderNotFound => Rule::Order,
        Refusal::AnotherOrder => Rule::SameOrder,
        Refusal::OrderBusy => Rule::Free,
        Refusal::OrderPaid => Rule::Open,
        Refusal::OrderClosed => closed(rows),
        Refusal::TransactionNotFound => Rule::Known,
        Refusal::Confirmed => Rule::State,
        Refusal::Cancelled if call.payment().error < 0 => Rule::GoesOn,
        Refusal::Cancelled => Rule::State,
        Refusal::CancelledAfterPayment => Rule::GoesOn,
    })
}
