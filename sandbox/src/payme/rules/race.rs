//! Calls at the same instant: whatever the order in which they arrive, one consistent story comes out.
//!
//! A race shows itself by chance. So each is run in several bursts, every burst is let go at one instant
//! ([`suite::Case::at_once`](crate::suite::Case::at_once)), and the report says how sure the verdict is.

use crate::payme::case::Case;
use crate::payme::reply::{Code, NOT_PAYABLE, Reply, WRONG_STATE};
use crate::payme::steps::create_params;
use crate::payme::transaction::Transaction;
use crate::random::now_ms;
use crate::suite::{Aim, Stop, bursts};
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "Calls at the same instant":

    "PAYME-RACE-01", Expected, Create, same_create,
    "Eight identical CreateTransaction calls at the same instant all get the same answer.",
    "The row is looked up and then inserted without a unique key, or is made in two steps and read half made in between.";

    "PAYME-RACE-02", Required, Create, one_winner,
    "Of twenty transactions that reach for one order at the same instant exactly one is accepted.",
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

/// What an error shows that the same calls do not get one after the other.
const IN_EACH_OTHERS_WAY: &str = "Calls at the same instant end in an error that they do not get one after the other: the \
                                  database was locked or found a duplicate key, and the exception is answered. Try the \
                                  transaction again, or read the row that the other call wrote.";

/// Says why a call failed that is right when it comes alone. An account error, or a transaction that is not known, says
/// more than that the calls were in each other's way.
fn hindered(reply: &Reply, stop: Stop) -> Stop {
    match reply.code() {
        None | Some(-31099..=-31050 | -31003) => stop,
        Some(_) => stop.because(IN_EACH_OTHERS_WAY),
    }
}

/// Requires a result of a call that gets one when it comes alone.
fn as_alone(reply: &Reply, situation: &str) -> Result<(), Stop> {
    reply.accepted(situation).map(drop).map_err(|stop| hindered(reply, stop))
}

/// Requires the same answer to all calls. Where the same calls one after the other get the same answer (that is what the
/// rules `alone` ask), an error or a difference is no habit of the server but this race.
fn all_same(case: &Case, replies: &[Reply], alone: &[&str]) -> Result<(), Stop> {
    let Some((first, rest)) = replies.split_first() else { return Ok(()) };
    if alone.iter().any(|rule| case.bench.is_broken(rule)) {
        first.accepted("from each of the calls")?;
        return rest.iter().try_for_each(|reply| reply.same_as(first));
    }
    replies.iter().try_for_each(|reply| as_alone(reply, "from each of the calls"))?;
    rest.iter().try_for_each(|reply| reply.same_as(first)).map_err(Stop::without_because)
}

/// Races that some servers show in one burst of five only get so many times the bursts: ten missed them in every third run.
const SELDOM: usize = 3;

fn perform(id: &str) -> (&'static str, Value) {
    ("PerformTransaction", json!({"id": id}))
}

fn cancel(id: &str, reason: i64) -> (&'static str, Value) {
    ("CancelTransaction", json!({"id": id, "reason": reason}))
}

async fn same_create(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds, |case, round| Box::pin(same_create_burst(case, round))).await
}

async fn same_create_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    let (order, id) = (case.order().await?, case.id());
    let calls = vec![("CreateTransaction", create_params(&id, now_ms(), &order)); 8];
    all_same(case, &case.calls_at_once(&calls).await?, &["PAYME-CREATE-04", "PAYME-CREATE-05"])?;
    case.stored(&id, 1).await.map(drop)
}

async fn one_winner(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    bursts(case, case.bench.rounds * SELDOM, |case, round| Box::pin(one_winner_burst(case, round))).await
}

async fn one_winner_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const RIVALS: usize = 20;
    let (order, time) = (case.order().await?, now_ms());
    let ids: Vec<String> = (0..RIVALS).map(|_| case.id()).collect();
    let calls: Vec<_> = ids.iter().map(|id| ("CreateTransaction", create_params(id, time, &order))).collect();
    let replies = case.calls_at_once(&calls).await?;
    let accepted = replies.iter().filter(|reply| reply.result().is_some()).count();
    if accepted != 1 {
        let expected = format!("one of {RIVALS} transactions to be accepted");
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
    Ok(())
}

async fn same_perform(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds * SELDOM, |case, _| {
        Box::pin(async move { performed_at_once(case, None).await.map(drop) })
    })
    .await?;
    where_seconds_turn(case).await
}

/// Performs at one instant, or at this part of a second: when that was, and the perform_time of the answers.
async fn performed_at_once(case: &Case, part_ms: Option<i64>) -> Result<(i64, i64), Stop> {
    let transaction = case.created().await?;
    let calls = vec![perform(&transaction.id); 20];
    let (let_go_ms, replies) = case.calls_at_part_of_second(&calls, part_ms).await?;
    all_same(case, &replies, &["PAYME-PERFORM-03", "PAYME-PERFORM-04"])?;
    let row = case.stored(&transaction.id, 2).await?;
    row.same_member(&replies[0], "perform_time").map_err(Stop::without_because)?;
    Ok((let_go_ms, replies[0].integer("perform_time")?))
}

/// Where times are whole seconds, two payments within one look like one: more bursts, where the second turns.
async fn where_seconds_turn(case: &Case) -> Result<(), Stop> {
    /// So many bursts find the turn; as many as each race has are then let go there.
    const SEARCH: usize = 10;
    let (mut aim, count) = (Aim::default(), case.bench.rounds + SEARCH);
    for burst in 0..count {
        let outcome = performed_at_once(case, Some(aim.part_ms())).await;
        if matches!(outcome, Err(Stop::Fail { .. })) {
            case.note(format!("burst {} of {count} shows it, where the second turns", burst + 1));
        }
        let (let_go_ms, told) = outcome?;
        if told % 1000 != 0 {
            return Ok(());
        }
        aim.learn(let_go_ms, told);
    }
    case.note(format!("perform_time is in whole seconds, so {count} more bursts were let go where the second turns"));
    Ok(())
}

async fn perform_or_cancel(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds * 2, |case, round| Box::pin(perform_or_cancel_burst(case, round))).await
}

async fn perform_or_cancel_burst(case: &Case, round: usize) -> Result<(), Stop> {
    /// Of each call so many leave together: one pair alone seldom meets in the middle.
    const EACH: usize = 3;
    let transaction = case.created().await?;
    // Taking turns in who is sent first gives both a chance to win.
    let turn = |index: usize| (index + round).is_multiple_of(2);
    let call = |index| if turn(index) { perform(&transaction.id) } else { cancel(&transaction.id, 5) };
    let calls: Vec<_> = (0..2 * EACH).map(call).collect();
    let replies = case.calls_at_once(&calls).await?;
    let (performed, cancelled): (Vec<_>, Vec<_>) = replies.iter().enumerate().partition(|(index, _)| turn(*index));
    let all = |side: Vec<(usize, &'_ Reply)>| side.into_iter().map(|(_, reply)| reply.clone()).collect::<Vec<_>>();
    let (performed, cancelled) = (all(performed), all(cancelled));
    let row = case.check(&transaction.id).await?;
    let paid_first = performed.iter().any(|reply| reply.result().is_some());
    case.note(format!("the {} came first in some bursts", if paid_first { "payment" } else { "cancellation" }));
    if !paid_first {
        for reply in &performed {
            let refused = reply.refused(WRONG_STATE, "because the cancellation came first");
            refused.map_err(|stop| hindered(reply, stop))?;
        }
        cancelled.iter().try_for_each(|reply| as_alone(reply, "from each of the calls"))?;
        cancelled.iter().try_for_each(|reply| reply.state(-1))?;
        row.state(-1)?;
        return as_one_answered(&row, &cancelled, "cancel_time");
    }
    as_one_answered(&row, &performed, "perform_time")?;
    // A cancellation may be refused for good once the order is paid; those that were accepted have taken the payment back.
    for reply in &cancelled {
        match reply.code() {
            Some(_) => {
                let refused = reply.refused(&[Code::Exactly(-31007)], "or state -2 after the payment");
                refused.map(drop).map_err(|stop| hindered(reply, stop))?;
            }
            None => reply.state(-2)?,
        }
    }
    let taken_back = cancelled.iter().any(|reply| reply.result().is_some());
    for reply in performed.iter().filter(|reply| reply.result().is_none()) {
        match taken_back {
            true => {
                let refused = reply.refused(WRONG_STATE, "after the payment was taken back");
                refused.map(drop).map_err(|stop| hindered(reply, stop))?;
            }
            false => as_alone(reply, "for PerformTransaction beside a refused cancellation")?,
        }
    }
    match taken_back {
        true => row.state(-2).and_then(|()| as_one_answered(&row, &cancelled, "cancel_time")),
        false => row.state(2),
    }
}

/// Requires the stored time to be one that was answered. Whether all were answered the same is asked by other rules.
fn as_one_answered(row: &Reply, replies: &[Reply], name: &str) -> Result<(), Stop> {
    let answered: Vec<&Reply> = replies.iter().filter(|reply| reply.result().is_some()).collect();
    let stored = |reply: &&&Reply| row.same_member(reply, name).is_ok();
    match (answered.iter().find(stored), answered.first()) {
        (Some(_), _) | (None, None) => Ok(()),
        (None, Some(first)) => row.same_member(first, name).map_err(Stop::without_because),
    }
}

async fn same_cancel(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds * SELDOM, |case, round| Box::pin(same_cancel_burst(case, round))).await
}

async fn same_cancel_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let reasons = [1, 2, 3, 4, 5].into_iter().cycle().take(20);
    let calls: Vec<_> = reasons.map(|reason| cancel(&transaction.id, reason)).collect();
    let replies = case.calls_at_once(&calls).await?;
    all_same(case, &replies, &["PAYME-CANCEL-03", "PAYME-CANCEL-15"])?;
    let row = case.stored(&transaction.id, -1).await?;
    row.same_member(&replies[0], "cancel_time").map_err(Stop::without_because)?;
    // Whatever reason came first, no later call may change it.
    case.cancel(&transaction.id, 10).await?.same_as(&replies[0]).map_err(Stop::without_because)?;
    case.check(&transaction.id).await?.same_as(&row)
}

async fn side_by_side(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds.div_ceil(3), |case, round| Box::pin(side_by_side_burst(case, round))).await
}

async fn side_by_side_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const ORDERS: usize = 4;
    /// The rules about what is compared here, asked of one payment alone.
    const ALONE: &[&str] = &[
        "PAYME-STATEMENT-11",
        "PAYME-STATEMENT-12",
        "PAYME-STATEMENT-01",
        "PAYME-STATEMENT-04",
        "PAYME-STATEMENT-02",
        "PAYME-STATEMENT-06",
    ];
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        orders.push(case.order().await?);
    }
    let (time, ids): (i64, Vec<String>) = (now_ms(), orders.iter().map(|_| case.id()).collect());
    let creates: Vec<_> =
        ids.iter().zip(&orders).map(|(id, order)| ("CreateTransaction", create_params(id, time, order))).collect();
    let created = case.calls_at_once(&creates).await?;
    created.iter().try_for_each(|reply| as_alone(reply, "for a new transaction"))?;
    let performs: Vec<_> = ids.iter().map(|id| perform(id)).collect();
    let performed = case.calls_at_once(&performs).await?;
    // Some servers refuse a period of one millisecond; a rule of its own asks that.
    let statement = case.statement(time - 1000, time + 1000).await?;
    for (((id, order), created), performed) in ids.into_iter().zip(&orders).zip(created).zip(&performed) {
        as_alone(performed, "from each of the calls")?;
        performed.state(2)?;
        performed.same_member(&created, "transaction")?;
        let transaction = Transaction { id, time, order: order.clone(), created };
        let Some(item) = crate::payme::steps::find(&statement, &transaction)? else {
            let expected = format!("{} in the statement", transaction.id);
            return Err(Stop::fail(statement.at, expected, "it is not there").step(ALONE));
        };
        let sent = Value::Object(order.account.clone());
        let same =
            item.get("account") == Some(&sent) && item.get("amount").and_then(Value::as_i64) == Some(order.amount);
        if !same {
            let expected = format!("account {sent} and amount {}", order.amount);
            return Err(Stop::fail(statement.at, expected, item.to_string()).step(ALONE));
        }
    }
    Ok(())
}

async fn release_and_take(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    bursts(case, case.bench.rounds, |case, round| Box::pin(release_and_take_burst(case, round))).await
}

async fn release_and_take_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    /// Of each call so many leave together: one pair alone seldom meets in the middle.
    const EACH: usize = 3;
    let first = case.created().await?;
    let second = case.id();
    let take = ("CreateTransaction", create_params(&second, now_ms(), &first.order));
    let calls: Vec<_> = (0..EACH).flat_map(|_| [cancel(&first.id, 3), take.clone()]).collect();
    let replies = case.calls_at_once(&calls).await?;
    for cancelled in replies.iter().step_by(2) {
        as_alone(cancelled, "from each of the calls")?;
        cancelled.state(-1)?;
    }
    case.stored(&first.id, -1).await?;
    let created: Vec<&Reply> = replies.iter().skip(1).step_by(2).collect();
    for reply in created.iter().filter(|reply| reply.result().is_none()) {
        // It came before the order was released.
        reply.refused(NOT_PAYABLE, "or state 1 for the newcomer")?;
    }
    match created.iter().any(|reply| reply.result().is_some()) {
        true => case.stored(&second, 1).await.map(drop),
        false => case.unknown(&second).await,
    }
}
