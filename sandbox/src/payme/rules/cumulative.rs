//! Cumulative accounts, like a phone balance: any number of payments, also side by side.

use super::scenario::allows;
use crate::payme::case::Case;
use crate::random::now_ms;
use crate::suite::Stop;

use crate::suite::rules;

rules! {
    payme "Cumulative accounts":

    "PAYME-CUMULATIVE-01", Expected, Sandbox, second_transaction,
    "While one transaction is in state 1 a second one on the same account is accepted.",
    "The rule of one-time orders is applied to accounts.";

    "PAYME-CUMULATIVE-02", Expected, Sandbox, payable_after_payment,
    "An account that was paid can be paid again.",
    "The account is marked as paid.";

    "PAYME-CUMULATIVE-03", Expected, Sandbox, separate_fates,
    "Cancelling one transaction of an account leaves the others as they are.",
    "Transactions are found by account instead of Payme's id.";
}

async fn second_transaction(case: &Case) -> Result<(), Stop> {
    case.cumulative()?;
    let first = case.created().await?;
    let second = case.created_on(&first.order, now_ms()).await?;
    case.stored(&first.id, 1).await?;
    case.stored(&second.id, 1).await.map(drop)
}

async fn payable_after_payment(case: &Case) -> Result<(), Stop> {
    case.cumulative()?;
    let (paid, _) = case.performed().await?;
    allows(case, &paid.order).await?;
    case.created_on(&paid.order, now_ms()).await.map(drop)
}

async fn separate_fates(case: &Case) -> Result<(), Stop> {
    case.cumulative()?;
    let first = case.created().await?;
    let second = case.created_on(&first.order, now_ms()).await?;
    case.perform(&second.id).await?.state(2)?;
    case.cancel(&first.id, 3).await?.state(-1)?;
    case.stored(&second.id, 2).await.map(drop)
}
