//! Click's reversal (`reference/click.md §2.10`). Its answer is not believed alone: what has become of the payment is asked before
//! and after.
//!
//! | status before | reversal | status after | outcome |
//! |---|---|---|---|
//! | below 0 | not asked | | went back: an earlier attempt did it, or Click itself |
//! | 0, 1 | not asked | | not yet: Click has not finished the payment |
//! | 2 | any | below 0 | went back, also when Click refused, or nothing was heard |
//! | 2 | done | not below 0, or not known | not yet; went back, if the owner takes Click's answer for enough |
//! | 2 | refused | not below 0, or not known | cannot |
//! | 2 | lost, no signature, no sense | not below 0, or not known | not yet |
//!
//! Click's number of the payment is the one that the customer sees (`click_paydoc_id`). Where Click does not know it, the payment is
//! looked for by its order, but only when the order has no other payment of Click's that could be meant.

use super::Outcome;
use crate::app::App;
use crate::outgoing::click::{Click, Unanswered};
use crate::outgoing::line::Caller;
use boothpay_protocol::click::api::{self, NoAnswer, PaymentStatus};
use boothpay_protocol::click::details::ClickDetails;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_store::StoreError;

/// Asks Click to give a payment's money back.
pub(super) async fn give_back(app: &App, caller: &Caller, transaction: &Transaction) -> Result<Outcome, StoreError> {
    let cannot = |why: String| Ok(Outcome::Cannot(why));
    let Ok(details) = ClickDetails::of(transaction) else {
        return cannot("Click's numbers of the payment cannot be read".to_owned());
    };
    let settings = &app.settings.click;
    let Some(api) = &settings.api else {
        return cannot("click.merchant_user_id is not set, so Click cannot be asked to give it back".to_owned());
    };
    let Some(service) = settings.services.iter().find(|service| service.id == details.service_id) else {
        return cannot(format!("the settings have no secret key of Click's service {}", details.service_id));
    };
    let click = Click { caller, api, service, clock: &app.clock };
    let (payment_id, before) = match click.status(details.click_paydoc_id).await {
        Err(Unanswered::Said(NoAnswer::Refused(_))) => {
            let payments = app.store.transactions(transaction.order_id.clone()).await?;
            let clicks =
                payments.iter().filter(|it| it.provider == Provider::Click && it.state.perform_time().is_some());
            if clicks.count() > 1 {
                return cannot(format!(
                    "Click does not know payment {}, and the order has several payments",
                    details.click_paydoc_id
                ));
            }
            match by_order(&click, transaction).await {
                Ok(id) => (id, click.status(id).await),
                Err(why) => (details.click_paydoc_id, Err(why)),
            }
        }
        status => (details.click_paydoc_id, status),
    };
    match before {
        Ok(PaymentStatus::Ended(_)) => Ok(Outcome::WentBack),
        Ok(PaymentStatus::Created | PaymentStatus::Processing) => {
            Ok(Outcome::NotYet(format!("Click has not finished its payment {payment_id} yet")))
        }
        Ok(PaymentStatus::Paid) => {
            let said = click.reverse(payment_id).await;
            let after = match (&said, api.refund_needs_status) {
                (Ok(()), false) => None,
                (Ok(()), true) | (Err(_), _) => Some(click.status(payment_id).await),
            };
            Ok(judge(said, after))
        }
        Err(Unanswered::Said(NoAnswer::Refused(why))) => {
            cannot(format!("Click does not know payment {payment_id}: {why}"))
        }
        Err(why) => Ok(Outcome::NotYet(why.to_string())),
    }
}

/// The payment by its order: of the day on which it began, or on which it was completed, because Click does not say which.
async fn by_order(click: &Click<'_>, transaction: &Transaction) -> Result<i64, Unanswered> {
    let began = api::day(transaction.provider_time);
    let ended = transaction.state.perform_time().map(api::day).filter(|day| *day != began);
    match (click.by_order(&transaction.order_id, began).await, ended) {
        (Err(Unanswered::Said(NoAnswer::Refused(_))), Some(day)) => click.by_order(&transaction.order_id, day).await,
        (found, _) => found,
    }
}

/// What a reversal came to: by what Click said of it, and by the payment's status afterwards, where that counts.
fn judge(said: Result<(), Unanswered>, after: Option<Result<PaymentStatus, Unanswered>>) -> Outcome {
    match (said, after) {
        (_, Some(Ok(PaymentStatus::Ended(_)))) | (Ok(()), None) => Outcome::WentBack,
        (Ok(()), Some(Ok(PaymentStatus::Created | PaymentStatus::Processing | PaymentStatus::Paid))) => {
            Outcome::NotYet(
                "Click says that the money goes back, and that the payment is as before; it counts when both say so"
                    .to_owned(),
            )
        }
        (Ok(()), Some(Err(why))) => {
            Outcome::NotYet(format!("Click says that the money goes back, and not whether it did: {why}"))
        }
        (Err(why @ Unanswered::Said(NoAnswer::Refused(_))), _) => Outcome::Cannot(why.to_string()),
        (Err(why), _) => Outcome::NotYet(why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_counts_and_a_refusal_ends_only_what_is_still_paid() {
        let lost = || Unanswered::Lost("it broke off".to_owned());
        let refused = || Unanswered::Said(NoAnswer::Refused("error -1".to_owned()));
        let stranger = || Unanswered::Said(NoAnswer::NotAccepted(401));
        let ended = || Some(Ok(PaymentStatus::Ended(-1)));
        for said in [Ok(()), Err(lost()), Err(refused()), Err(stranger())] {
            assert_eq!(judge(said, ended()), Outcome::WentBack);
        }
        for after in [Ok(PaymentStatus::Paid), Ok(PaymentStatus::Processing), Err(lost()), Err(refused())] {
            assert!(matches!(judge(Ok(()), Some(after.clone())), Outcome::NotYet(_)), "{after:?}");
            assert!(matches!(judge(Err(lost()), Some(after.clone())), Outcome::NotYet(_)), "{after:?}");
            assert!(matches!(judge(Err(stranger()), Some(after.clone())), Outcome::NotYet(_)), "{after:?}");
            assert!(matches!(judge(Err(refused()), Some(after)), Outcome::Cannot(_)));
        }
        assert_eq!(judge(Ok(()), None), Outcome::WentBack, "the owner takes the answer for enough");
    }
}
