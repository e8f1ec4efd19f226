//! Random histories against a small reference machine: what no single rule thought of.
//!
//! A fault that a rule has named before is not told again: the history goes on past it while the server's story still
//! agrees, and is given up where it no longer does.

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

/// So many histories have to come to their end.
const HISTORIES: u64 = 8;
/// So many are begun at most, where known faults end some of them early.
const BEGUN: u64 = 16;
const STEPS: u64 = 18;

/// What became of a history.
enum Ended {
    /// All steps were played; these rules explain the wrong answers on the way.
    Whole(BTreeSet<&'static str>),
    /// A known fault left the server in a state that nothing can be judged by.
    GivenUp(&'static str),
}

async fn histories(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (mut whole, mut known) = (0, BTreeSet::new());
    for history in 0..BEGUN {
        if whole == HISTORIES {
            break;
        }
        match play(case, history).await? {
            Ended::Whole(rules) => {
                whole += 1;
                known.extend(rules);
            }
            Ended::GivenUp(rule) => {
                known.insert(rule);
            }
        }
    }
    if !known.is_empty() {
        let rules: Vec<&str> = known.into_iter().collect();
        case.note(format!(
            "{whole} histories came to their end; wrong answers on the way are those of {}",
            rules.join(", ")
        ));
    }
    Ok(())
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
            if !agrees(case, &mut machine, which).await? {
                return Ok(Ended::GivenUp(rule));
            }
        }
    }
    for which in 0..machine.attempts.len() {
        explained.extend(step(case, &mut machine, Call::Check(which)).await?);
    }
    Ok(Ended::Whole(explained))
}

/// One call. A wrong answer that a broken rule explains gives that rule; another one is a failure.
async fn step(case: &Case, machine: &mut Machine, call: Call) -> Result<Option<&'static str>, Stop> {
    let (method, params) = machine.request(call);
    let about = machine.rules(call);
    let reply = case.call(method, &params).await?;
    let Err(wrong) = machine.judge(call, &reply.body) else { return Ok(None) };
    match about.iter().find(|rule| case.bench.is_broken(rule)) {
        Some(rule) => Ok(Some(rule)),
        None => Err(Stop::fail(reply.at, wrong.expected, wrong.got)),
    }
}

/// Whether the server still tells what the machine believes.
async fn agrees(case: &Case, machine: &mut Machine, which: usize) -> Result<bool, Stop> {
    let (method, params) = machine.request(Call::Check(which));
    let reply = case.call(method, &params).await?;
    Ok(machine.judge(Call::Check(which), &reply.body).is_ok())
}
