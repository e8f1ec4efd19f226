//! Random histories against a small reference machine: what no single rule thought of.
//!
//! A fault that a rule has named before is not told again: nobody knows what such a call has changed, so the server is
//! asked, and the history goes on from its own story. The histories are the same in every run unless --seed says
//! otherwise, so that the same server gets the same verdict.

use super::handbook;
use crate::payme::case::Case;
use crate::payme::machine::{Attempt, Call, Machine};
use crate::random::{Random, now_ms};
use crate::suite::Stop;
use std::collections::BTreeSet;

use crate::suite::rules;

rules! {
    payme "Random histories":

    "PAYME-MODEL-01", Required, Interaction, histories,
    "Random sequences of calls on one order with three transactions are answered as the documented states demand.",
    "A combination of states that was not thought of; the history is in the evidence, and --seed repeats it.";
}

/// How many histories are played, each on an order of its own.
const HISTORIES: u64 = 12;
const STEPS: u64 = 18;

/// A broken rule that explains a wrong answer: a list of one, as [`Stop::step`] takes it.
type Known = &'static [&'static str];

/// What became of a history.
enum Ended {
    /// All steps were played; these rules explain the wrong answers on the way.
    Whole(BTreeSet<Known>),
    /// A known fault after which nothing can be judged: the server tells nothing, or two transactions hold the order.
    GivenUp(Known),
}

async fn histories(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (mut whole, mut known, mut in_the_way) = (0, BTreeSet::new(), None);
    // What is only advice blocks nothing.
    let book = handbook();
    let decides = |known: Known| known.iter().any(|id| book.find(id).is_some_and(|rule| rule.grade.decides()));
    for history in 0..HISTORIES {
        match play(case, history).await? {
            Ended::Whole(rules) => {
                whole += 1;
                known.extend(rules);
            }
            Ended::GivenUp(rule) => {
                if in_the_way.is_none() && decides(rule) {
                    in_the_way = Some(rule);
                }
                known.insert(rule);
            }
        }
    }
    if known.is_empty() {
        return Ok(());
    }
    let rules: Vec<&str> = known.iter().copied().flatten().copied().collect();
    case.note(format!(
        "{whole} histories came to their end; wrong answers on the way are those of {}",
        rules.join(", ")
    ));
    match in_the_way {
        Some(rule) => {
            let expected = format!("{HISTORIES} histories that come to their end");
            Err(Stop::fail(case.last(), expected, format!("{whole} of {HISTORIES} did")).step(rule))
        }
        None => Ok(()),
    }
}

async fn play(case: &Case, history: u64) -> Result<Ended, Stop> {
    let mut random = Random::new(case.bench.seed.wrapping_add(history));
    let attempts = (0..3).map(|_| Attempt::new(case.id(), now_ms())).collect();
    let mut machine = Machine { order: case.order().await?, cumulative: false, attempts };
    let mut explained = BTreeSet::new();
    for _ in 0..STEPS {
        let which = usize::try_from(random.below(3)).unwrap_or(0);
        let call = match random.below(10) {
            0..=3 => Call::Create(which),
            4..=5 => Call::Perform(which),
            6..=7 => Call::Cancel(which, *random.pick(&[1, 2, 3, 4, 5, 10])),
            8 => Call::CheckPerform,
            _ => Call::Check(which),
        };
        let Some(rule) = step(case, &mut machine, call).await? else { continue };
        explained.insert(rule);
        for which in 0..machine.attempts.len() {
            if !adopted(case, &mut machine, which).await {
                return Ok(Ended::GivenUp(rule));
            }
        }
        // No document says how an order goes on that two transactions hold.
        if machine.attempts.iter().filter(|attempt| attempt.state() > 0).count() > 1 {
            return Ok(Ended::GivenUp(rule));
        }
    }
    for which in 0..machine.attempts.len() {
        explained.extend(step(case, &mut machine, Call::Check(which)).await?);
    }
    Ok(Ended::Whole(explained))
}

/// One call. A wrong answer that a broken rule explains gives that rule, also one that breaks down; another one is a
/// failure.
async fn step(case: &Case, machine: &mut Machine, call: Call) -> Result<Option<Known>, Stop> {
    let (method, params) = machine.request(call);
    let about = machine.rules(call);
    let wrong = match case.call(method, &params).await {
        Ok(reply) => match machine.judge(call, &reply.body) {
            Ok(()) => return Ok(None),
            Err(wrong) => Stop::fail(reply.at, wrong.expected, wrong.got),
        },
        Err(stop) => stop,
    };
    match about.iter().find(|rule| case.bench.is_broken(rule)) {
        Some(rule) => Ok(Some(std::slice::from_ref(rule))),
        None => Err(wrong),
    }
}

/// Believes what the server tells of an attempt now; false where it tells nothing.
async fn adopted(case: &Case, machine: &mut Machine, which: usize) -> bool {
    let (method, params) = machine.request(Call::Check(which));
    match case.call(method, &params).await {
        // As it was believed before: then everything that was acknowledged is still asked for.
        Ok(reply) => machine.judge(Call::Check(which), &reply.body).is_ok() || machine.adopt(which, &reply.body),
        Err(_) => false,
    }
}
