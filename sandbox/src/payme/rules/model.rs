//! Random histories against a small reference machine: what no single rule thought of.
//!
//! A fault that a rule has named before is not told again: the history goes on past it while the server's story still
//! agrees, and is given up where it no longer does.

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

/// So many histories have to come to their end.
const HISTORIES: u64 = 8;
/// So many are begun at most, where known faults end some of them early.
const BEGUN: u64 = 16;
const STEPS: u64 = 18;

/// A broken rule that explains a wrong answer: a list of one, as [`Stop::step`] takes it.
type Known = &'static [&'static str];

/// What became of a history.
enum Ended {
    /// All steps were played; these rules explain the wrong answers on the way.
    Whole(BTreeSet<Known>),
    /// A known fault left the server in a state that nothing can be judged by.
    GivenUp(Known),
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
    if known.is_empty() {
        return Ok(());
    }
    let rules: Vec<&str> = known.iter().copied().flatten().copied().collect();
    case.note(format!(
        "{whole} histories came to their end; wrong answers on the way are those of {}",
        rules.join(", ")
    ));
    // Too little was shown then, neither good nor bad. What is only advice blocks nothing.
    let book = handbook();
    let decides = |known: &Known| known.iter().any(|id| book.find(id).is_some_and(|rule| rule.grade.decides()));
    match known.iter().copied().find(decides) {
        Some(rule) if whole < HISTORIES => {
            let expected = format!("{HISTORIES} histories that come to their end");
            Err(Stop::fail(case.last(), expected, format!("{whole} of {BEGUN} did")).step(rule))
        }
        Some(_) | None => Ok(()),
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
            if !agrees(case, &mut machine, which).await {
                return Ok(Ended::GivenUp(rule));
            }
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

/// Whether the server still tells what the machine believes; a server that tells nothing does not.
async fn agrees(case: &Case, machine: &mut Machine, which: usize) -> bool {
    let (method, params) = machine.request(Call::Check(which));
    match case.call(method, &params).await {
        Ok(reply) => machine.judge(Call::Check(which), &reply.body).is_ok(),
        Err(_) => false,
    }
}
