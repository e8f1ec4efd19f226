//! One customer: plays a plan and judges every answer.

use super::line::Line;
use super::plan::{Fault, Plan, Step};
use crate::payme::machine::{Call, Machine, Wrong};
use serde_json::Value;

/// Something that the server did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing it is.
    pub what: String,
    /// The account of the order.
    pub account: String,
    /// Payme's id, where one transaction is meant.
    pub id: String,
    /// What had to come.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl Finding {
    /// A finding about an order.
    pub fn new(machine: &Machine, what: impl Into<String>, wrong: Wrong) -> Self {
        let account = Value::Object(machine.order.account.clone()).to_string();
        Self { what: what.into(), account, id: String::new(), expected: wrong.expected, got: wrong.got }
    }
}

/// Plays a plan to its end.
///
/// After the first answer that does not fit there is nothing left to judge by, but Payme would go on, and so does the
/// customer: what the mistake leads to is found when everything is read back.
///
/// # Errors
/// The first answer that does not fit, or that did not come.
pub async fn play(line: &mut Line, machine: &mut Machine, plan: &Plan) -> Result<(), Finding> {
    let mut outcome = Ok(());
    for step in &plan.steps {
        if outcome.is_ok() {
            outcome = judged_step(line, machine, *step).await;
        } else if let Step::One(call, _) = *step {
            let (method, params) = machine.request(call);
            drop(line.call(method, &params).await);
        }
    }
    outcome
}

async fn judged_step(line: &mut Line, machine: &mut Machine, step: Step) -> Result<(), Finding> {
    match step {
        Step::One(call, fault) => one(line, machine, call, fault).await,
        Step::Rivals(first, second) => both(line, machine, [Call::Create(first), Call::Create(second)]).await,
        Step::PerformOrCancel(which) => both(line, machine, [Call::Perform(which), Call::Cancel(which, 5)]).await,
    }
}

async fn one(line: &mut Line, machine: &mut Machine, call: Call, fault: Fault) -> Result<(), Finding> {
    let (method, params) = machine.request(call);
    if fault != Fault::None {
        *line.tally.faults.entry(fault.words()).or_default() += 1;
    }
    let mut times = 1;
    match fault {
        Fault::None => {}
        Fault::Repeated => times = 2,
        Fault::Tripled => {
            let calls = vec![(method, params); 3];
            let answers = line.together(&calls).await.map_err(|reason| silent(machine, call, reason))?;
            return answers.iter().try_for_each(|answer| judged(machine, call, answer));
        }
        Fault::AnswerLost => line.unheard(method, &params).await,
        Fault::CutMidBody => line.cut(method, &params).await,
        // A server without a key has no strangers.
        Fault::WrongKey if line.client.target().key.is_none() => {}
        Fault::WrongKey => {
            let (method, params) = machine.request(strangers(machine, call));
            let answer = line.stranger(method, &params).await.map_err(|reason| silent(machine, call, reason))?;
            if answer.pointer("/error/code").and_then(Value::as_i64) != Some(-32504) {
                let wrong = Wrong { expected: "error -32504 for a wrong key".to_owned(), got: answer.to_string() };
                return Err(Finding::new(machine, "a stranger was let in", wrong));
            }
        }
    }
    for _ in 0..times {
        let answer = line.call(method, &params).await.map_err(|reason| silent(machine, call, reason))?;
        judged(machine, call, &answer)?;
    }
    Ok(())
}

/// What a stranger sends before a call: something else, because the same call with the right key would hide its effect.
fn strangers(machine: &Machine, call: Call) -> Call {
    match call {
        Call::CheckPerform | Call::Create(_) | Call::Check(_) => Call::Create(machine.attempts.len() - 1),
        Call::Perform(which) => Call::Cancel(which, 3),
        Call::Cancel(which, _) => Call::Perform(which),
    }
}

/// Two calls at once. Which came first is the server's choice: the one that was accepted is judged first.
async fn both(line: &mut Line, machine: &mut Machine, calls: [Call; 2]) -> Result<(), Finding> {
    let sent = calls.map(|call| machine.request(call));
    let answers = line.together(&sent).await.map_err(|reason| silent(machine, calls[0], reason))?;
    let mut order = [0, 1];
    if answers[0].get("result").is_none_or(Value::is_null) {
        order.reverse();
    }
    order.into_iter().try_for_each(|place| judged(machine, calls[place], &answers[place]))
}

fn judged(machine: &mut Machine, call: Call, answer: &Value) -> Result<(), Finding> {
    let outcome = machine.judge(call, answer);
    outcome.map_err(|wrong| {
        let (method, params) = machine.request(call);
        let mut finding = Finding::new(machine, format!("wrong answer to {method}"), wrong);
        params.get("id").and_then(Value::as_str).unwrap_or_default().clone_into(&mut finding.id);
        finding
    })
}

fn silent(machine: &Machine, call: Call, reason: String) -> Finding {
    let (method, _) = machine.request(call);
    let wrong = Wrong { expected: "an answer".to_owned(), got: reason };
    Finding::new(machine, format!("no answer to {method}"), wrong)
}
