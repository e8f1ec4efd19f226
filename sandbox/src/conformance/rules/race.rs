//! Calls at the same instant: whatever the order in which they arrive, one consistent story comes out.

use crate::conformance::case::{Case, Stop};
use crate::conformance::reply::{Code, NOT_PAYABLE, Reply, WRONG_STATE};
use crate::conformance::rule::rules;
use crate::random::now_ms;
use futures_util::future::{join, join_all};
use serde_json::Value;

rules! {
    "PAYME-RACE-01", Expected, Create, same_create,
    "Eight identical CreateTransaction calls at the same instant all get the same answer.",
    "The row is looked up and then inserted without a unique key: a duplicate-key fault, or two rows.";

    "PAYME-RACE-02", Required, Create, one_winner,
    "Of fifty transactions that reach for one order at the same instant exactly one is accepted.",
    "The check for a live transaction and the insert are two steps: two customers hold the same order.";

    "PAYME-RACE-03", Required, Perform, same_perform,
    "Twenty PerformTransaction calls at the same instant all get the same answer.",
    "The state is read and then written: the payment is counted twice, with different times.";

    "PAYME-RACE-04", Required, Cancel, perform_or_cancel,
    "Of PerformTransaction and CancelTransaction at the same instant one comes first, and both answers fit.",
    "The state is read and then written: the customer has paid for an order that was released.";

    "PAYME-RACE-05", Required, Cancel, same_cancel,
    "Twenty CancelTransaction calls with different reasons at the same instant all get the same answer.",
    "The later calls overwrite reason and cancel_time of the first.";

    "PAYME-RACE-06", Required, Create, side_by_side,
    "Payments of different orders at the same instant do not mix.",
    "The current order is kept in a field that all requests share.";

    "PAYME-RACE-07", Required, Create, release_and_take,
    "A cancellation and a new transaction on the same order at the same instant leave one live transaction at most.",
    "The order is released and taken in separate steps.";
}

const ROUNDS: usize = 5;

fn all_same(replies: &[Reply]) -> Result<(), Stop> {
    let Some((first, rest)) = replies.split_first() else { return Ok(()) };
    first.accepted("from each of the calls")?;
    rest.iter().try_for_each(|reply| reply.same_as(first))
}

async fn together<F>(calls: impl IntoIterator<Item = F>) -> Result<Vec<Reply>, Stop>
where
    F: Future<Output = Result<Reply, Stop>>,
{
    join_all(calls).await.into_iter().collect()
}

async fn same_create(case: &Case) -> Result<(), Stop> {
    for _ in 0..ROUNDS {
        let (order, id, time) = (case.order().await?, case.id(), now_ms());
        let replies = together((0..8).map(|_| case.create(&id, time, &order))).await?;
        all_same(&replies)?;
        case.stored(&id, 1).await?;
    }
    Ok(())
}

async fn one_winner(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    for _ in 0..2 {
        let (order, time) = (case.order().await?, now_ms());
        let ids: Vec<String> = (0..50).map(|_| case.id()).collect();
        let replies = together(ids.iter().map(|id| case.create(id, time, &order))).await?;
        let accepted = replies.iter().filter(|reply| reply.result().is_some()).count();
        if accepted != 1 {
            let expected = "one of fifty transactions to be accepted";
            return Err(Stop::fail(case.last(), expected, format!("{accepted} were accepted")));
        }
        for (id, reply) in ids.iter().zip(&replies) {
            if reply.result().is_some() {
                case.stored(id, 1).await?;
                case.perform(id).await?.state(2)?;
            } else {
                reply.refused(NOT_PAYABLE, "for a transaction that came too late")?;
                case.unknown(id).await?;
            }
        }
    }
    Ok(())
}

async fn same_perform(case: &Case) -> Result<(), Stop> {
    for _ in 0..ROUNDS {
        let transaction = case.created().await?;
        let replies = together((0..20).map(|_| case.perform(&transaction.id))).await?;
        all_same(&replies)?;
        case.stored(&transaction.id, 2).await?.same_member(&replies[0], "perform_time")?;
    }
    Ok(())
}

async fn perform_or_cancel(case: &Case) -> Result<(), Stop> {
    let (mut paid_first, mut cancelled_first) = (0, 0);
    for round in 0..ROUNDS * 2 {
        let transaction = case.created().await?;
        // Taking turns in who is sent first gives both a chance to win.
        let (performed, cancelled) = if round % 2 == 0 {
            join(case.perform(&transaction.id), case.cancel(&transaction.id, 5)).await
        } else {
            let (cancelled, performed) = join(case.cancel(&transaction.id, 5), case.perform(&transaction.id)).await;
            (performed, cancelled)
        };
        let (performed, cancelled) = (performed?, cancelled?);
        let row = case.check(&transaction.id).await?;
        if performed.result().is_some() {
            paid_first += 1;
            row.same_member(&performed, "perform_time")?;
            match cancelled.code() {
                Some(_) => {
                    cancelled.refused(&[Code::Exactly(-31007)], "or state -2 after the payment")?;
                    row.state(2)?;
                }
                None => {
                    cancelled.state(-2)?;
                    row.state(-2)?;
                    row.same_member(&cancelled, "cancel_time")?;
                }
            }
        } else {
            cancelled_first += 1;
            performed.refused(WRONG_STATE, "because the cancellation came first")?;
            cancelled.state(-1)?;
            row.state(-1)?;
            row.same_member(&cancelled, "cancel_time")?;
        }
    }
    case.note(format!("the payment came first {paid_first} times, the cancellation {cancelled_first} times"));
    Ok(())
}

async fn same_cancel(case: &Case) -> Result<(), Stop> {
    for _ in 0..ROUNDS {
        let transaction = case.created().await?;
        let reasons = [1, 2, 3, 4, 5].into_iter().cycle().take(20);
        let replies = together(reasons.map(|reason| case.cancel(&transaction.id, reason))).await?;
        all_same(&replies)?;
        let row = case.stored(&transaction.id, -1).await?;
        row.same_member(&replies[0], "cancel_time")?;
        // Whatever reason came first, no later call may change it.
        case.cancel(&transaction.id, 10).await?.same_as(&replies[0])?;
        case.check(&transaction.id).await?.same_as(&row)?;
    }
    Ok(())
}

async fn side_by_side(case: &Case) -> Result<(), Stop> {
    let mut orders = Vec::new();
    for _ in 0..6 {
        orders.push(case.order().await?);
    }
    let time = now_ms();
    let transactions = join_all(orders.iter().map(|order| case.created_on(order, time))).await;
    let transactions: Vec<_> = transactions.into_iter().collect::<Result<_, _>>()?;
    let performed = together(transactions.iter().map(|transaction| case.perform(&transaction.id))).await?;
    for (transaction, performed) in transactions.iter().zip(&performed) {
        performed.state(2)?;
        performed.same_member(&transaction.created, "transaction")?;
        let (at, item) = case.item(transaction).await?;
        let sent = Value::Object(transaction.order.account.clone());
        let same = item.get("account") == Some(&sent)
            && item.get("amount").and_then(Value::as_i64) == Some(transaction.order.amount);
        if !same {
            let expected = format!("account {sent} and amount {}", transaction.order.amount);
            return Err(Stop::fail(at, expected, item.to_string()));
        }
    }
    Ok(())
}

async fn release_and_take(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    for _ in 0..ROUNDS {
        let first = case.created().await?;
        let second = case.id();
        let (cancelled, created) = join(case.cancel(&first.id, 3), case.create(&second, now_ms(), &first.order)).await;
        cancelled?.state(-1)?;
        case.stored(&first.id, -1).await?;
        let created = created?;
        if created.result().is_some() {
            case.stored(&second, 1).await?;
        } else {
            created.refused(NOT_PAYABLE, "or state 1 for the newcomer")?;
            case.unknown(&second).await?;
        }
    }
    Ok(())
}
