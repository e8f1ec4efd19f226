//! One attempt to pay, from the opened page to its end: which calls follow each other, and what the payer sees.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tokio::sync::Mutex;

use super::merchant::{Call, Done};
use super::problem::Problem;
use super::wallet::{Bill, Merchants, Undo};

/// What the page shows after an action.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "screen", rename_all = "lowercase")]
pub(super) enum Screen {
    /// The merchant takes this payment: the sum and the buttons.
    Ready { attempt: String },
    /// Paid; `time` is the merchant's `perform_time` in milliseconds, `refund` why a refund did not work.
    Paid { transaction: String, payment: String, time: u64, refund: Option<Problem> },
    /// The card was declined and the merchant knows.
    Declined,
    /// Money back after a success; `time` is the merchant's `cancel_time` in milliseconds.
    Refunded { transaction: String, payment: String, time: u64 },
    /// The payment ended without success; `money_back` if the card had been debited.
    Refused { problem: Problem, money_back: bool },
    /// No answer that can be used; the same action may be tried again.
    Trouble { problem: Problem, stage: Stage },
    /// The stand-in does not know this page's attempt any more.
    Stale,
}

/// At which point the answer stayed away: what the payer has to know differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stage {
    /// Nothing has happened yet.
    Check,
    /// The card was not debited.
    Create,
    /// The card was debited, and the merchant has not confirmed: Payme parks such a payment (reference/payme.md §1.5).
    Perform,
    /// The card was declined, and the merchant has not confirmed the cancellation.
    Cancel,
}

/// One opened page; its id is the one that the wallet gives the transaction.
pub(super) struct Payment {
    /// As its wallet makes them: 24 hex digits, or a UUID.
    pub(super) id: String,
    bill: Bill,
    progress: Mutex<Progress>,
}

enum Progress {
    /// The merchant has no answered CreateTransaction; `time` is set by the first call and kept for its repeats.
    Open { time: Option<u64> },
    /// Created and the card debited; PerformTransaction is owed.
    Debited,
    /// Created and the card declined; CancelTransaction is owed.
    CardDeclined,
    /// At its end.
    Settled(Screen),
}

impl Payment {
    pub(super) fn new(bill: Bill) -> Result<Payment, getrandom::Error> {
        Ok(Payment { id: bill.new_id(now_ms())?, bill, progress: Mutex::new(Progress::Open { time: None }) })
    }

    /// Create, debit the card, Perform. A second press waits for the first and gets its screen.
    pub(super) async fn pay(&self, merchant: &Merchants, calls: &mut Vec<Call>) -> Screen {
        let mut progress = self.progress.lock().await;
        if let Progress::Open { .. } = *progress {
            if let Err(screen) = self.create(&mut progress, merchant, calls).await {
                return screen;
            }
            *progress = Progress::Debited;
        }
        self.finish(&mut progress, merchant, calls).await
    }

    /// Create, then the card is declined: Cancel with reason 2.
    pub(super) async fn decline(&self, merchant: &Merchants, calls: &mut Vec<Call>) -> Screen {
        let mut progress = self.progress.lock().await;
        if let Progress::Open { .. } = *progress {
            if let Err(screen) = self.create(&mut progress, merchant, calls).await {
                return screen;
            }
            *progress = Progress::CardDeclined;
        }
        self.finish(&mut progress, merchant, calls).await
    }

    /// The merchant gives the money back after a success: Cancel with reason 5.
    pub(super) async fn refund(&self, merchant: &Merchants, calls: &mut Vec<Call>) -> Screen {
        let mut progress = self.progress.lock().await;
        if let Progress::Settled(Screen::Paid { refund, .. }) = &mut *progress {
            match merchant.cancel(&self.bill, &self.id, Undo::Refund, calls).await {
                Err(problem) => *refund = Some(problem),
                Ok(Done { transaction, time }) => {
                    *progress = Progress::Settled(Screen::Refunded { transaction, payment: self.id.clone(), time });
                }
            }
        }
        self.finish(&mut progress, merchant, calls).await
    }

    /// CreateTransaction and the time debiting takes; the screen to show if there is no transaction.
    async fn create(&self, progress: &mut Progress, merchant: &Merchants, calls: &mut Vec<Call>) -> Result<(), Screen> {
        let Progress::Open { time } = progress else { return Ok(()) };
        let time = *time.get_or_insert_with(now_ms);
        match merchant.create(&self.bill, &self.id, time, calls).await {
            Ok(()) => {
                tokio::time::sleep(merchant.debit_time()).await;
                Ok(())
            }
            Err(problem) if problem.worth_repeating() => Err(Screen::Trouble { problem, stage: Stage::Create }),
            Err(problem) => Err(progress.settle(Screen::Refused { problem, money_back: false })),
        }
    }

    /// Makes the call that is still owed, if any.
    async fn finish(&self, progress: &mut Progress, merchant: &Merchants, calls: &mut Vec<Call>) -> Screen {
        let screen = match progress {
            Progress::Settled(screen) => return screen.clone(),
            Progress::Open { .. } => return Screen::Ready { attempt: self.id.clone() },
            Progress::Debited => match merchant.perform(&self.bill, &self.id, calls).await {
                Ok(Done { transaction, time }) => {
                    Screen::Paid { transaction, payment: self.id.clone(), time, refund: None }
                }
                Err(problem) if problem.worth_repeating() => {
                    return Screen::Trouble { problem, stage: Stage::Perform };
                }
                Err(problem) => {
                    // The money goes back to the card, so the transaction must not stay alive at the merchant. Whatever
                    // is answered now, the payer's screen stays the same.
                    let _ = merchant.cancel(&self.bill, &self.id, Undo::ExecutionError, calls).await;
                    Screen::Refused { problem, money_back: true }
                }
            },
            Progress::CardDeclined => match merchant.cancel(&self.bill, &self.id, Undo::DebitFailed, calls).await {
                Ok(_) => Screen::Declined,
                Err(problem) if problem.worth_repeating() => return Screen::Trouble { problem, stage: Stage::Cancel },
                Err(problem) => Screen::Refused { problem, money_back: false },
            },
        };
        progress.settle(screen)
    }
}

impl Progress {
    fn settle(&mut self, screen: Screen) -> Screen {
        *self = Progress::Settled(screen.clone());
        screen
    }
}

/// Unix time in milliseconds.
pub(super) fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}
