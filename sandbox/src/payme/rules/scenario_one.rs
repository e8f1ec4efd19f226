//! The first official scenario: create a transaction and cancel it unconfirmed. It holds the security tests, so it is
//! the first thing that Payme's sandbox runs.

use super::scenario::{
    self, REASONS, allows, answered, every_method, refuses_account, refuses_amount, second_transaction, told,
};
use crate::payme::case::Case;
use crate::payme::reply::{Reply, UNAUTHORISED};
use crate::suite::Stop;
use crate::wire::{Authorization, Request, Target};

use crate::suite::rules;

rules! {
    payme "First official scenario: create and cancel unconfirmed":

    "PAYME-S1-01", Expected, Sandbox, wrong_authorisation,
    "Step 1.1: every method called with wrong credentials answers error -32504, with HTTP status 200.",
    "The key is not checked, or only for some methods; or the framework answers 401 before the handler runs.";

    "PAYME-S1-02", Expected, Sandbox, wrong_amount,
    "Step 1.2: CheckPerformTransaction and CreateTransaction answer -31001 when the amount is not the order's.",
    "Soum and tiyin are mixed up, or the amount is not compared with the order's price.";

    "PAYME-S1-03", Expected, Sandbox, wrong_account,
    "Step 1.3: CheckPerformTransaction and CreateTransaction answer -31050…-31099 for an account that does not exist.",
    "Another code for an unknown order, or the account is not looked up before the amount is compared.";

    "PAYME-S1-04", Expected, Sandbox, check_perform,
    "Step 1.4: CheckPerformTransaction answers allow true for an order that waits for payment.",
    "The account field has another name in the code than in the cabinet, or the amount is in soum.";

    "PAYME-S1-05", Expected, Sandbox, check_perform,
    "Step 1.5a: CheckPerformTransaction, called again before CreateTransaction, still answers allow true.",
    "CheckPerformTransaction reserves the order; it has to be a dry run.";

    "PAYME-S1-06", Expected, Sandbox, create,
    "Step 1.5b: CreateTransaction answers without an error and with state 1.",
    "A leftover transaction of an earlier run holds the order, or the insert fails.";

    "PAYME-S1-07", Expected, Sandbox, create_again,
    "Step 1.5c: the same CreateTransaction again gives the same answer.",
    "create_time is taken from the clock instead of the stored row, or the repeat is refused as a duplicate.";

    "PAYME-S1-08", Expected, Sandbox, check_created,
    "Step 1.5d: CheckTransaction answers state 1 with the same create_time.",
    "create_time is stored with another resolution (seconds) than it is answered with.";

    "PAYME-S1-09", Expected, Sandbox, second,
    "Step 1.5e: CreateTransaction with a new id on the same order is refused (-31008 or -31050…-31099).",
    "The order's transaction is overwritten by the newcomer: the running payment is lost.";

    "PAYME-S1-10", Expected, Sandbox, cancel,
    "Step 1.6a: CancelTransaction of a transaction in state 1 answers state -1.",
    "-2 is answered whatever the state was.";

    "PAYME-S1-11", Expected, Sandbox, cancel_again,
    "Step 1.6b: the same CancelTransaction again gives the same answer.",
    "cancel_time is taken from the clock on every call, or the repeat is answered with an error.";

    "PAYME-S1-12", Expected, Sandbox, check_cancelled,
    "Step 1.6c: CheckTransaction answers state -1 with the reason that was sent.",
    "The reason is not stored.";
}

const WALK: usize = 0;

async fn wrong_authorisation(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let (order, id) = (case.untouched().await?, case.id());
    let authorization = Authorization::Other {
        header: Target::basic("Paycom", "Uzcard:somerandomstring1234567890"),
        shown: "Basic <Paycom and a wrong key>".to_owned(),
    };
    for (method, params) in every_method(&order, &id) {
        let request = Request::call(case.next_call(), method, &params).with(authorization.clone());
        let (at, answer) = case.send(&request).await?;
        if answer.status != 200 {
            let expected = format!("error -32504 with HTTP status 200 from {method}");
            return Err(Stop::fail(at, expected, format!("HTTP {}", answer.status)));
        }
        let reply = Reply::read(at, &answer)?;
        reply.refused(UNAUTHORISED, &format!("from {method} with wrong credentials"))?;
    }
    Ok(())
}

async fn wrong_amount(case: &Case) -> Result<(), Stop> {
    refuses_amount(case).await
}

async fn wrong_account(case: &Case) -> Result<(), Stop> {
    refuses_account(case).await
}

async fn check_perform(case: &Case) -> Result<(), Stop> {
    allows(case, &scenario::order(case, WALK).await?).await
}

async fn create(case: &Case) -> Result<(), Stop> {
    scenario::created(case, WALK).await?.created.state(1)
}

async fn create_again(case: &Case) -> Result<(), Stop> {
    let first = scenario::created(case, WALK).await?;
    answered(case, WALK, "CreateTransaction").await?;
    case.moment().await;
    case.create(&first.id, first.time, &first.order).await?.same_as(&first.created)
}

async fn check_created(case: &Case) -> Result<(), Stop> {
    let first = scenario::created(case, WALK).await?;
    let row = told(case, &first.id, 1).await?;
    row.same_member(&first.created, "create_time")
}

async fn second(case: &Case) -> Result<(), Stop> {
    second_transaction(case, &scenario::created(case, WALK).await?).await
}

async fn cancel(case: &Case) -> Result<(), Stop> {
    scenario::cancelled(case, WALK).await?.state(-1)
}

async fn cancel_again(case: &Case) -> Result<(), Stop> {
    let first = scenario::cancelled(case, WALK).await?;
    let id = scenario::created(case, WALK).await?.id;
    answered(case, WALK, "CancelTransaction").await?;
    case.moment().await;
    case.cancel(&id, REASONS[0]).await?.same_as(&first)
}

async fn check_cancelled(case: &Case) -> Result<(), Stop> {
    scenario::cancelled(case, WALK).await?;
    let row = told(case, &scenario::created(case, WALK).await?.id, -1).await?;
    match row.integer("reason")? {
        reason if reason == REASONS[0] => Ok(()),
        reason => Err(Stop::fail(row.at, format!("reason {}", REASONS[0]), format!("reason {reason}"))),
    }
}
