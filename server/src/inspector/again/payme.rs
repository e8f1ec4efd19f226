//! Payme's calls, decided again.

use super::{Again, Judged, NotAgain, Refused, Rule, closed, nothing};
use crate::app::App;
use crate::inspector::call::Kept;
use crate::inspector::why::Why;
use boothpay_protocol::ledger::rows::Rows;
use boothpay_protocol::payme::rules::Rules;
use boothpay_protocol::payme::wire::{self, Envelope};
use boothpay_protocol::payme::{self, Call, Refusal};
use boothpay_store::StoreError;

pub(super) async fn again(app: &App, call: &Kept) -> Result<Result<Again, NotAgain>, StoreError> {
    let rules = app.settings.rules();
    let mut judged = Judged::begin(app, call);
    let unread = |judged: Judged, envelope: &Envelope, refusal: Refusal, why: Option<Why>| {
        let why = why.or_else(|| Some(Why::of_payme(&refusal, None, &rules.payme)));
        Ok(Ok(judged.without_rows(why, wire::write(envelope, &Err(refusal), &rules.payme))))
    };
    let envelope = wire::read(&call.request.shown, &rules.payme);
    if judged.is_refused() {
        return unread(judged, &envelope, Refusal::NotAuthorised, call.why);
    }
    if call.http_method != "POST" {
        judged.refuses(Rule::Post);
        return unread(judged, &Envelope::unread(Refusal::NotPost), Refusal::NotPost, None);
    }
    judged.holds(Rule::Post);
    let asked = match &envelope.call {
        Ok(Call::Statement(_)) => return Ok(Err(NotAgain::Statement)),
        Ok(Call::ChangePassword { .. }) => return Ok(Err(NotAgain::Secret)),
        Ok(asked) => asked,
        Err(refusal) => {
            // A body that is none names no method.
            if let Refused::By(rule) = refused(refusal, &nothing()) {
                judged.refuses(rule);
            }
            return unread(judged, &envelope, refusal.clone(), None);
        }
    };
    let rows = app.store.rows(payme::needs(asked)).await?;
    let decision = payme::decide(asked, &rows, app.clock.now(), &rules, None);
    judged.holds(Rule::Method);
    judged.holds(Rule::Form);
    let refusal = decision.reply.as_ref().err();
    let refused = refusal.map_or(Refused::Not, |refusal| refused(refusal, &rows));
    judged.decided(&asked_rules(asked, &rows, &rules.payme), refused);
    let why = refusal.map(|refusal| Why::of_payme(refusal, Some(asked), &rules.payme));
    let answer = wire::write(&envelope, &decision.reply, &rules.payme);
    Ok(Ok(judged.with_rows(rows, why, answer, &decision.writes)))
}

/// In the order in which `payme::decide` asks them.
fn asked_rules(call: &Call, rows: &Rows, rules: &Rules) -> Vec<Rule> {
    let payable = [Rule::Order, Rule::Amount, Rule::Open, Rule::Free, Rule::InTime];
    match call {
        Call::CheckPerform { .. } => {
            payable.into_iter().filter(|rule| rules.check_refuses_busy || *rule != Rule::Free).collect()
        }
        Call::Create { .. } if rows.transaction.is_some() => vec![Rule::State],
        Call::Create { .. } if rules.refuse_stale_create => payable.into_iter().chain([Rule::Fresh]).collect(),
        Call::Create { .. } => payable.to_vec(),
        Call::Perform { .. } => vec![Rule::Known, Rule::State],
        Call::Cancel { .. } => vec![Rule::Known, Rule::Refund],
        Call::Check { .. } | Call::SetFiscalData { .. } => vec![Rule::Known],
        Call::Statement(_) | Call::ChangePassword { .. } => Vec::new(),
    }
}

fn refused(refusal: &Refusal, rows: &Rows) -> Refused {
    Refused::By(match refusal {
        Refusal::NotAuthorised => Rule::Key,
        Refusal::NotPost => Rule::Post,
        Refusal::UnknownMethod(_) => Rule::Method,
        Refusal::NotJson | Refusal::BadForm(_) | Refusal::TooLong | Refusal::BadFiscalData(_) => Rule::Form,
        Refusal::System(_) => return Refused::Fault,
        Refusal::OrderNotFound => Rule::Order,
        Refusal::WrongAmount => Rule::Amount,
        Refusal::OrderPaid | Refusal::OrderCancelled => Rule::Open,
        Refusal::OrderExpired => closed(rows),
        Refusal::OrderBusy => Rule::Free,
        Refusal::TransactionNotFound | Refusal::ReceiptNotFound => Rule::Known,
        Refusal::WrongState if rows.transaction.is_none() => Rule::Fresh,
        Refusal::WrongState => Rule::State,
        Refusal::CannotCancel => Rule::Refund,
    })
}
