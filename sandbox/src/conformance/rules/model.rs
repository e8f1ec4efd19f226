//! Random histories against a small reference machine: what no single rule thought of.

use crate::conformance::case::{Case, Stop};
use crate::conformance::reply::{Code, NO_TRANSACTION, NOT_PAYABLE, Reply, WRONG_STATE};
use crate::conformance::rule::rules;
use crate::orders::Order;
use crate::random::{Random, now_ms};

rules! {
    "PAYME-MODEL-01", Required, Interaction, histories,
    "Random sequences of calls on one order with three transactions are answered as the documented states demand.",
    "A combination of states that was not thought of; the history is in the evidence, and --seed repeats it.";
}

const HISTORIES: u64 = 8;
const STEPS: u64 = 18;

/// What the documentation says about one transaction.
#[derive(Default)]
struct Expected {
    id: String,
    created: Option<Reply>,
    performed: Option<Reply>,
    cancelled: Option<Reply>,
}

impl Expected {
    fn state(&self) -> i64 {
        match (&self.created, &self.performed, &self.cancelled) {
            (None, _, _) => 0,
            (Some(_), None, None) => 1,
            (Some(_), Some(_), None) => 2,
            (Some(_), None, Some(_)) => -1,
            (Some(_), Some(_), Some(_)) => -2,
        }
    }
}

async fn histories(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    for history in 0..HISTORIES {
        let mut random = Random::new(case.bench.seed.wrapping_add(history));
        let order = case.order().await?;
        let mut all: Vec<Expected> = (0..3).map(|_| Expected { id: case.id(), ..Expected::default() }).collect();
        for _ in 0..STEPS {
            step(case, &order, &mut all, &mut random).await?;
        }
        for one in &all {
            check(case, one).await?;
        }
    }
    Ok(())
}

async fn step(case: &Case, order: &Order, all: &mut [Expected], random: &mut Random) -> Result<(), Stop> {
    let which = usize::try_from(random.below(all.len() as u64)).unwrap_or(0);
    match random.below(10) {
        0..=3 => {
            let others: Vec<i64> = all.iter().map(Expected::state).collect();
            create(case, order, &mut all[which], &others).await
        }
        4..=5 => perform(case, &mut all[which]).await,
        6..=7 => cancel(case, &mut all[which], i64::try_from(random.below(5)).unwrap_or(0) + 1).await,
        _ => check(case, &all[which]).await,
    }
}

async fn create(case: &Case, order: &Order, one: &mut Expected, states: &[i64]) -> Result<(), Stop> {
    let reply = case.create(&one.id, now_ms(), order).await?;
    match one.state() {
        0 if states.iter().any(|state| *state > 0) => {
            reply.refused(NOT_PAYABLE, "for a new transaction on an order that is being paid or was paid").map(drop)
        }
        // After a cancellation or a refund the shop may close the order; rules of their own look at that.
        0 if reply.error().is_some() && states.iter().any(|state| *state < 0) => {
            reply.refused(NOT_PAYABLE, "or state 1 for a new transaction").map(drop)
        }
        0 => {
            reply.accepted("for a new transaction on an order that waits for payment")?;
            reply.state(1)?;
            one.created = Some(reply);
            Ok(())
        }
        1 => one.created.iter().try_for_each(|first| reply.same_as(first)),
        _ => reply.refused(WRONG_STATE, "for a transaction that is no longer in state 1").map(drop),
    }
}

async fn perform(case: &Case, one: &mut Expected) -> Result<(), Stop> {
    let reply = case.perform(&one.id).await?;
    match one.state() {
        0 => reply.refused(NO_TRANSACTION, "for a transaction that was never created").map(drop),
        1 => {
            reply.accepted("for a transaction in state 1")?;
            reply.state(2)?;
            one.performed = Some(reply);
            Ok(())
        }
        2 => one.performed.iter().try_for_each(|first| reply.same_as(first)),
        _ => reply.refused(WRONG_STATE, "for a transaction that was cancelled").map(drop),
    }
}

async fn cancel(case: &Case, one: &mut Expected, reason: i64) -> Result<(), Stop> {
    let reply = case.cancel(&one.id, reason).await?;
    match one.state() {
        0 => reply.refused(NO_TRANSACTION, "for a transaction that was never created").map(drop),
        2 if reply.error().is_some() => reply.refused(&[Code::Exactly(-31007)], "or state -2").map(drop),
        state @ (1 | 2) => {
            reply.accepted("for a transaction that is not cancelled yet")?;
            reply.state(-state)?;
            one.cancelled = Some(reply);
            Ok(())
        }
        _ => one.cancelled.iter().try_for_each(|first| reply.same_as(first)),
    }
}

async fn check(case: &Case, one: &Expected) -> Result<(), Stop> {
    let reply = case.check(&one.id).await?;
    if one.state() == 0 {
        return reply.refused(NO_TRANSACTION, "for a transaction that was never created").map(drop);
    }
    reply.accepted("for a transaction that was created")?;
    reply.state(one.state())?;
    let answered = [(&one.created, "create_time"), (&one.performed, "perform_time"), (&one.cancelled, "cancel_time")];
    answered
        .into_iter()
        .filter_map(|(first, name)| Some((first.as_ref()?, name)))
        .try_for_each(|(first, name)| reply.same_member(first, name))
}
