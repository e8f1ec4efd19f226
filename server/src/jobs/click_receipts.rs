//! Tells Click what was sold, for the tax receipt: the tasks of the kind "receipt" (`reference/click.md §2.10`).
//!
//! Click does not say whether items that come twice make two receipts. So it is asked for the receipt first, and told only where there
//! is none: an answer that was lost is found there at the next attempt.
//!
//! | transaction | payment at Click | receipt | items | outcome |
//! |---|---|---|---|---|
//! | not performed | not asked | | | done: nothing is sold any more |
//! | performed | below 0 | not asked | | done: its money has gone back |
//! | performed | 0, 1 | not asked | | not yet |
//! | performed | 2 | has an address | not told | recorded, done |
//! | performed | 2 | none | taken | recorded, done; with the receipt's address, if it has one by then |
//! | performed | 2 | none | refused | never: a person has to look |
//! | performed | 2 | none, or not known | lost, no sense | not yet |

use super::click_payment;
use crate::app::App;
use crate::outgoing::click::Unanswered;
use crate::outgoing::line::Caller;
use crate::story;
use boothpay_protocol::click::api::{NoAnswer, PaymentStatus};
use boothpay_protocol::click::receipt::{self, ReceiptOf};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::task::{Attempt, Task};
use boothpay_protocol::ledger::transaction::State;
use boothpay_store::{StoreError, crash};

/// What Click says about a receipt comes from whom we asked.
const CLICK: Actor = Actor::Provider { provider: Provider::Click, proven: true };

/// One attempt.
pub(super) async fn carry_out(app: &App, caller: &Caller, task: &Task) -> Attempt {
    let Some(about) = ReceiptOf::read(&task.payload) else {
        return Attempt::Hopeless { why: "whose receipt it is cannot be read in it".to_owned() };
    };
    match attempt(app, caller, &about).await {
        Ok(attempt) => attempt,
        Err(error) => failed(format!("the database does not work now: {error}")),
    }
}

async fn attempt(app: &App, caller: &Caller, about: &ReceiptOf) -> Result<Attempt, StoreError> {
    let needs = || Needs::transaction(Provider::Click, about.id.clone());
    let rows = app.store.rows(needs()).await?;
    let sold = rows.transaction.filter(|transaction| matches!(transaction.state, State::Performed { .. }));
    let Some(transaction) = sold else { return Ok(Attempt::Done) };
    let Some(fiscal) = &app.settings.click.rules.fiscal else {
        return Ok(failed("the settings have no [click.fiscal], so what was sold is not known".to_owned()));
    };
    let (click, _) = match click_payment::line(app, caller, &transaction) {
        Ok(line) => line,
        Err(why) => return Ok(failed(why)),
    };
    let (payment_id, status) = match click_payment::find(app, &click, &transaction).await? {
        Ok(found) => found,
        Err(why) => return Ok(Attempt::Hopeless { why }),
    };
    match status {
        Ok(PaymentStatus::Paid) => {}
        Ok(PaymentStatus::Ended(_)) => return Ok(Attempt::Done),
        Ok(PaymentStatus::Created | PaymentStatus::Processing) => {
            return Ok(failed(format!("Click has not finished its payment {payment_id} yet")));
        }
        Err(why) => return Ok(failed(why.to_string())),
    }
    let known = match click.receipt(payment_id).await {
        Ok(url) => url,
        // So it has none.
        Err(Unanswered::Said(NoAnswer::Refused(_))) => None,
        Err(why) => return Ok(failed(why.to_string())),
    };
    let url = if known.is_some() {
        known
    } else {
        match click.submit(payment_id, transaction.amount, fiscal).await {
            Ok(()) => {}
            Err(why @ Unanswered::Said(NoAnswer::Refused(_))) => return Ok(Attempt::Hopeless { why: why.to_string() }),
            Err(why) => return Ok(failed(why.to_string())),
        }
        crash::here(crash::Point::ItemsTold);
        // Click may make the receipt later; that it has the items is what counts.
        click.receipt(payment_id).await.ok().flatten()
    };
    let now = app.clock.now();
    let made = move |rows: &Rows| receipt::made(url.clone(), rows, now);
    story::tell(&app.store.transact(needs(), CLICK, made).await?.entries);
    Ok(Attempt::Done)
}

fn failed(why: String) -> Attempt {
    Attempt::Failed { why, wait: None }
}

/// What a task is about, for people; `None` when it cannot be read.
pub(super) fn said(payload: &str) -> Option<String> {
    let ReceiptOf { id } = ReceiptOf::read(payload)?;
    Some(format!("tell Click what was sold by its payment {id}, for the tax receipt"))
}
