//! Random histories against a small reference machine: what no single rule thought of.

use crate::conformance::case::{Case, Stop};
use crate::conformance::rule::rules;
use crate::machine::{Attempt, Call, Machine};
use crate::random::{Random, now_ms};

rules! {
    "PAYME-MODEL-01", Required, Interaction, histories,
    "Random sequences of calls on one order with three transactions are answered as the documented states demand.",
    "A combination of states that was not thought of; the history is in the evidence, and --seed repeats it.";
}

const HISTORIES: u64 = 8;
const STEPS: u64 = 18;

async fn histories(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    for history in 0..HISTORIES {
        let mut random = Random::new(case.bench.seed.wrapping_add(history));
        let attempts = (0..3).map(|_| Attempt::new(case.id(), now_ms())).collect();
        let mut machine = Machine { order: case.order().await?, cumulative: false, attempts };
        for _ in 0..STEPS {
            let which = usize::try_from(random.below(3)).unwrap_or(0);
            let call = match random.below(10) {
                0..=3 => Call::Create(which),
                4..=5 => Call::Perform(which),
                6..=7 => Call::Cancel(which, *random.pick(&[1, 2, 3, 4, 5, 10])),
                8 => Call::CheckPerform,
                _ => Call::Check(which),
            };
            play(case, &mut machine, call).await?;
        }
        for which in 0..machine.attempts.len() {
            play(case, &mut machine, Call::Check(which)).await?;
        }
    }
    Ok(())
}

async fn play(case: &Case, machine: &mut Machine, call: Call) -> Result<(), Stop> {
    let (method, params) = machine.request(call);
    let reply = case.call(method, &params).await?;
    machine.judge(call, &reply.body).map_err(|wrong| Stop::fail(reply.at, wrong.expected, wrong.got))
}
