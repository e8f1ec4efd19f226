//! A restart of the server: nothing that was acknowledged is forgotten.

use crate::payme::before::Before;
use crate::payme::case::Case;
use crate::payme::steps::find;
use crate::suite::Stop;
use crate::wire::Request;
use serde_json::json;

use crate::suite::rules;

rules! {
    payme "A restart":

    "PAYME-RESTART-01", Required, Check, remembered,
    "After a restart CheckTransaction tells the transactions of before as they were.",
    "Transactions are kept in the memory of the process, or in a file that is lost with its container.";

    "PAYME-RESTART-02", Required, Perform, same_answers,
    "After a restart the repeated calls of before get the same answers.",
    "Answers are remembered in memory, and made anew from other values after a restart.";

    "PAYME-RESTART-03", Required, Statement, listed,
    "After a restart the statement lists the transactions of before.",
    "The statement is made from memory.";
}

/// What was there before the restart; the first rule that asks restarts the server.
async fn before(case: &Case) -> Result<&Before, Stop> {
    case.bench.restart.possible()?;
    let restart = async || {
        let before = Before {
            waiting: case.created_late().await?,
            paid: case.performed_late().await?,
            cancelled: case.cancelled_late().await?,
        };
        let request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
        case.bench.restart.restart(case, &request).await?;
        Ok(before)
    };
    case.payme.restarted.get_or_try_init(restart).await
}

async fn remembered(case: &Case) -> Result<(), Stop> {
    let before = before(case).await?;
    let waiting = case.check(&before.waiting.id).await?;
    waiting.accepted("with state 1 from CheckTransaction after the restart")?;
    waiting.state(1)?;
    waiting.same_member(&before.waiting.created, "create_time")?;
    let (transaction, performed) = &before.paid;
    let paid = case.check(&transaction.id).await?;
    paid.accepted("with state 2 from CheckTransaction after the restart")?;
    paid.state(2)?;
    paid.same_member(performed, "perform_time")?;
    let (transaction, cancelled) = &before.cancelled;
    let ended = case.check(&transaction.id).await?;
    ended.accepted("with state -1 from CheckTransaction after the restart")?;
    ended.state(-1)?;
    ended.same_member(cancelled, "cancel_time")
}

async fn same_answers(case: &Case) -> Result<(), Stop> {
    let before = before(case).await?;
    let waiting = &before.waiting;
    case.create(&waiting.id, waiting.time, &waiting.order).await?.same_as(&waiting.created)?;
    let (transaction, performed) = &before.paid;
    case.perform(&transaction.id).await?.same_as(performed)?;
    let (transaction, cancelled) = &before.cancelled;
    case.cancel(&transaction.id, 3).await?.same_as(cancelled)
}

async fn listed(case: &Case) -> Result<(), Stop> {
    let before = before(case).await?;
    let all = [&before.waiting, &before.paid.0, &before.cancelled.0];
    let (first, last) = (before.waiting.time, before.cancelled.0.time);
    let reply = case.statement(first, last).await?;
    for transaction in all {
        if find(&reply, transaction)?.is_none() {
            let expected = format!("{} in the statement after the restart", transaction.id);
            return Err(
                Stop::fail(reply.at, expected, "it is not there").step(&["PAYME-STATEMENT-01", "PAYME-STATEMENT-04"])
            );
        }
    }
    Ok(())
}
