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

use super::Outcome;
use crate::app::App;
use crate::jobs::click_payment;
use crate::outgoing::click::Unanswered;
use crate::outgoing::line::Caller;
use boothpay_protocol::click::api::{NoAnswer, PaymentStatus};
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_store::StoreError;

/// Asks Click to give a payment's money back.
pub(super) async fn give_back(app: &App, caller: &Caller, transaction: &Transaction) -> Result<Outcome, StoreError> {
    let (click, api) = match click_payment::line(app, caller, transaction) {
        Ok(line) => line,
        Err(why) => return Ok(Outcome::Cannot(format!("{why}, so Click cannot be asked to give it back"))),
    };
    let (payment_id, before) = match click_payment::find(app, &click, transaction).await? {
        Ok(found) => found,
        Err(why) => return Ok(Outcome::Cannot(why)),
    };
    Ok(match before {
        Ok(PaymentStatus::Ended(_)) => Outcome::WentBack,
        Ok(PaymentStatus::Created | PaymentStatus::Processing) => {
            Outcome::NotYet(format!("Click has not finished its payment {payment_id} yet"))
        }
        Ok(PaymentStatus::Paid) => {
            let said = click.reverse(payment_id).await;
            let after = match (&said, api.refund_needs_status) {
                (Ok(()), false) => None,
                (Ok(()), true) | (Err(_), _) => Some(click.status(payment_id).await),
            };
            judge(said, after)
        }
        Err(Unanswered::Said(NoAnswer::Refused(why))) => {
            Outcome::Cannot(format!("Click does not know payment {payment_id}: {why}"))
        }
        Err(why) => Outcome::NotYet(why.to_string()),
    })
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
