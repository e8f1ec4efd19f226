//! The reversal of a payment by one of Uzum's codes (`reference/uzum-qr.md §3`). As with Click, the answer is not believed alone: what
//! has become of the payment is asked before and after.
//!
//! | status before | reversal | status after | outcome |
//! |---|---|---|---|
//! | REVERSED | not asked | | went back: an earlier attempt did it, or Uzum itself |
//! | REVERSE_PENDING, HOLD | not asked | | not yet |
//! | SUCCESS | any | REVERSED | went back |
//! | SUCCESS | any | REVERSE_PENDING | not yet: it is on its way |
//! | SUCCESS | refused | anything else, or not known | cannot |
//! | SUCCESS | done, lost, no sense | anything else, or not known | not yet |
//! | any other | not asked | | cannot: a person has to look |

use super::Outcome;
use crate::app::App;
use crate::outgoing::line::Caller;
use crate::outgoing::uzum_qr::{Unanswered, UzumQr};
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::uzum_qr::api::{NoAnswer, Payment, PaymentStatus};

/// Asks Uzum to give a payment's money back.
pub(super) async fn give_back(app: &App, caller: &Caller, transaction: &Transaction) -> Outcome {
    let Some(settings) = &app.settings.uzum_qr else {
        return Outcome::Cannot("the settings have no [uzum_qr], so Uzum cannot be asked to give it back".to_owned());
    };
    let uzum = UzumQr { caller, settings, clock: &app.clock };
    let before = match uzum.status(&transaction.provider_id).await {
        Ok(payment) => payment,
        Err(Unanswered::Said(NoAnswer::Refused(why))) => {
            return Outcome::Cannot(format!("Uzum does not know the payment {}: {why}", transaction.provider_id));
        }
        Err(why) => return Outcome::NotYet(why.to_string()),
    };
    match before.status {
        PaymentStatus::Reversed => Outcome::WentBack,
        PaymentStatus::ReversePending => Outcome::NotYet(ON_ITS_WAY.to_owned()),
        PaymentStatus::Hold => Outcome::NotYet("Uzum has not finished its payment yet".to_owned()),
        PaymentStatus::Success => {
            let said = uzum.reverse(&before.id).await;
            judge(said, uzum.status(&transaction.provider_id).await)
        }
        PaymentStatus::Created | PaymentStatus::Failed | PaymentStatus::PartialCancelled | PaymentStatus::Cancelled => {
            Outcome::Cannot(
                "Uzum says of this payment something else than that it was paid; look into its cabinet".to_owned(),
            )
        }
    }
}

const ON_ITS_WAY: &str = "Uzum says that the money is on its way back";

/// What a reversal came to: by what Uzum said of it, and by the payment's status afterwards.
fn judge(said: Result<PaymentStatus, Unanswered>, after: Result<Payment, Unanswered>) -> Outcome {
    match (said, after.map(|payment| payment.status)) {
        (_, Ok(PaymentStatus::Reversed)) => Outcome::WentBack,
        (_, Ok(PaymentStatus::ReversePending)) => Outcome::NotYet(ON_ITS_WAY.to_owned()),
        (Err(why @ Unanswered::Said(NoAnswer::Refused(_))), _) => Outcome::Cannot(why.to_string()),
        (Err(why), _) => Outcome::NotYet(why.to_string()),
        (Ok(_), Ok(_)) => Outcome::NotYet(
            "Uzum says that the money goes back, and that the payment is as before; it counts when both say so"
                .to_owned(),
        ),
        (Ok(_), Err(why)) => {
            Outcome::NotYet(format!("Uzum says that the money goes back, and not whether it did: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_counts_and_a_refusal_ends_only_what_is_still_paid() {
        use PaymentStatus::{Created, ReversePending, Reversed, Success};
        let lost = || Unanswered::Lost("it broke off".to_owned());
        let refused = || Unanswered::Said(NoAnswer::Refused("apelsin.pay.reverse.not.allowed".to_owned()));
        let after = |status| Ok(Payment { id: "p".to_owned(), status, phone: None, reference: None, card: None });
        for said in [Ok(Reversed), Ok(ReversePending), Err(lost()), Err(refused())] {
            assert_eq!(judge(said.clone(), after(Reversed)), Outcome::WentBack);
            assert_eq!(judge(said, after(ReversePending)), Outcome::NotYet(ON_ITS_WAY.to_owned()));
        }
        for after in [after(Success), after(Created), Err(lost()), Err(refused())] {
            assert!(matches!(judge(Ok(Reversed), after.clone()), Outcome::NotYet(_)), "{after:?}");
            assert!(matches!(judge(Err(lost()), after.clone()), Outcome::NotYet(_)), "{after:?}");
            assert!(matches!(judge(Err(refused()), after), Outcome::Cannot(_)));
        }
    }
}
