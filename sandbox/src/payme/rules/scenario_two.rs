//! The second official scenario: create a transaction, confirm it, and cancel the confirmed one.

use super::scenario::{self, REASONS, allows, answered, second_transaction, told};
use crate::payme::case::Case;
use crate::suite::Stop;

use crate::suite::rules;

rules! {
    payme "Second official scenario: create, confirm, cancel confirmed":

    "PAYME-S2-01", Expected, Sandbox, check_perform,
    "Step 2.1: CheckPerformTransaction answers allow true for an order that waits for payment.",
    "The account field has another name in the code than in the cabinet, or the amount is in soum.";

    "PAYME-S2-02", Expected, Sandbox, create,
    "Step 2.2: the five calls around CreateTransaction go as in the first scenario.",
    "See the steps 1.5a to 1.5e.";

    "PAYME-S2-03", Expected, Sandbox, perform,
    "Step 2.3a: PerformTransaction of a transaction in state 1 answers state 2.",
    "The transaction is looked up by another column than Payme's id.";

    "PAYME-S2-04", Expected, Sandbox, perform_again,
    "Step 2.3b: the same PerformTransaction again gives the same answer.",
    "perform_time is taken from the clock on every call: the most frequent mistake of all.";

    "PAYME-S2-05", Expected, Sandbox, check_performed,
    "Step 2.3c: CheckTransaction answers state 2 with the same perform_time.",
    "perform_time is stored with another resolution (seconds) than it is answered with.";

    "PAYME-S2-06", Expected, Sandbox, cancel,
    "Step 2.4a: CancelTransaction of the confirmed transaction answers state -2, twice the same.",
    "Refunds are refused (an untouched PHP template answers -31007), or the repeat is treated as a new cancellation.";

    "PAYME-S2-07", Expected, Sandbox, check_refunded,
    "Step 2.4b: CheckTransaction answers state -2, the reason that was sent, and the perform_time of the payment.",
    "perform_time is overwritten when a payment is cancelled.";
}

const WALK: usize = 1;

async fn check_perform(case: &Case) -> Result<(), Stop> {
    allows(case, &scenario::order(case, WALK).await?).await
}

async fn create(case: &Case) -> Result<(), Stop> {
    let first = scenario::created(case, WALK).await?;
    first.created.state(1)?;
    case.moment().await;
    case.create(&first.id, first.time, &first.order).await?.same_as(&first.created)?;
    told(case, &first.id, 1).await?.same_member(&first.created, "create_time")?;
    second_transaction(case, &first).await
}

async fn perform(case: &Case) -> Result<(), Stop> {
    scenario::performed(case, WALK).await?.state(2)
}

async fn perform_again(case: &Case) -> Result<(), Stop> {
    let first = scenario::performed(case, WALK).await?;
    let id = scenario::created(case, WALK).await?.id;
    answered(case, WALK, "PerformTransaction").await?;
    case.moment().await;
    case.perform(&id).await?.same_as(&first)
}

async fn check_performed(case: &Case) -> Result<(), Stop> {
    let first = scenario::performed(case, WALK).await?;
    let row = told(case, &scenario::created(case, WALK).await?.id, 2).await?;
    row.same_member(&first, "perform_time")
}

async fn cancel(case: &Case) -> Result<(), Stop> {
    scenario::performed(case, WALK).await?;
    let first = scenario::cancelled(case, WALK).await?;
    first.state(-2)?;
    let id = scenario::created(case, WALK).await?.id;
    case.cancel(&id, REASONS[1]).await?.same_as(&first)
}

async fn check_refunded(case: &Case) -> Result<(), Stop> {
    let performed = scenario::performed(case, WALK).await?;
    scenario::cancelled(case, WALK).await?;
    let row = told(case, &scenario::created(case, WALK).await?.id, -2).await?;
    row.same_member(&performed, "perform_time")?;
    match row.integer("reason")? {
        reason if reason == REASONS[1] => Ok(()),
        reason => Err(Stop::fail(row.at, format!("reason {}", REASONS[1]), format!("reason {reason}"))),
    }
}
