//! Running one case: read, load, decide, answer, write, and the same call once more.

use crate::difference;
use crate::form::Case;
use crate::json::reversed;
use crate::world::World;
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::rows::Writes;
use boothpay_protocol::providers::Rules;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum::wire::{self, Answer};
use boothpay_protocol::uzum::{self, Operation};
use serde_json::{Value, json};

type Faults = Vec<String>;

/// Runs a case; the error says line by line what differs.
pub fn case(operation: Operation, case: &Case) -> Result<(), Faults> {
    let one = |fault: String| vec![fault];
    if !case.name.contains("`reference/uzum.md §") {
        return Err(one("the name must say the rule and its place in `reference/uzum.md`".to_owned()));
    }
    let rules = case.rules.rules();
    let mut world = World::of(&case.story).map_err(one)?;
    let now = TimeMs::new(case.now);
    let ask = |world: &World, body: &str| outcome(operation, body.as_bytes(), world, now, &rules);

    let (answer, writes) = ask(&world, &case.request);
    let mut faults = compare("reply", &case.reply, &answer)?;
    let expected: Vec<Value> = case.changes.iter().map(|change| parse(change)).collect::<Result<_, _>>()?;
    faults.extend(difference::between("changes", &Value::Array(expected), &changes(&writes)));
    // A refusal may note what Uzum has said; it moves no money and frees no order.
    if !answer.is_success && !is_only_note(&writes) {
        faults.push("a refusal writes more than a note".to_owned());
    }

    // The same rows, time and body, in any order of members, give the same: nothing is remembered between calls.
    for body in [Some(case.request.clone()), reversed(&case.request)].into_iter().flatten() {
        let again = ask(&world, &body);
        // Of the params, the order of members is kept as it came.
        if again.0 != answer || (body == case.request && again.1 != writes) {
            faults.push(format!("asked again with {body}\n  it answers {:?}", again.0));
        }
    }

    // Every change is a step that the journal allows, and the same call after it gets its answer without writing.
    world.write(&writes).map_err(one)?;
    let (after, after_writes) = ask(&world, &case.request);
    faults.extend(compare("repeated reply", case.repeated.as_deref().unwrap_or(&case.reply), &after)?);
    if after_writes != Writes::Nothing {
        faults.push(format!("the repeated call writes {}", changes(&after_writes)));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The way of a body through the protocol.
pub fn outcome(operation: Operation, body: &[u8], world: &World, now: TimeMs, rules: &Rules) -> (Answer, Writes) {
    let envelope = wire::read(operation, body, &rules.uzum);
    let (reply, writes) = match &envelope.call {
        Err(refusal) => (Err(*refusal), Writes::Nothing),
        Ok(call) => {
            assert_eq!(call.operation(), operation);
            let rows = world.load(&uzum::needs(call));
            let decision = uzum::decide(call, &rows, now, rules);
            assert_eq!(decision, uzum::decide(call, &rows, now, rules), "the same rows and time give another decision");
            assert!(uzum::writes(call) || decision.writes == Writes::Nothing, "{operation:?} is answered by reading");
            (decision.reply, decision.writes)
        }
    };
    (wire::write(&envelope, &reply, now, &rules.uzum), writes)
}

fn compare(what: &str, expected: &str, answer: &Answer) -> Result<Faults, Faults> {
    let (expected, got) = (parse(expected)?, parse(&answer.body)?);
    let mut faults = difference::between(what, &expected, &got);
    if answer.is_success == got.get("errorCode").is_some() {
        faults.push(format!("{what}: the HTTP status does not fit the body"));
    }
    Ok(faults)
}

/// Changes as the journal keeps them, each with the time that it is written with.
fn changes(writes: &Writes) -> Value {
    match writes {
        Writes::Nothing | Writes::Setting { .. } => json!([]),
        Writes::Order { at, changes, .. } => changes
            .iter()
            .map(|change| {
                let mut value = serde_json::to_value(change).expect("a change is JSON");
                value["at"] = json!(at);
                value
            })
            .collect(),
    }
}

/// Whether at most a transaction's details change.
fn is_only_note(writes: &Writes) -> bool {
    match writes {
        Writes::Nothing => true,
        Writes::Order { changes, .. } => changes.iter().all(|it| matches!(it, Change::DetailsChanged { .. })),
        Writes::Setting { .. } => false,
    }
}

fn parse(text: &str) -> Result<Value, Faults> {
    serde_json::from_str(text).map_err(|error| vec![format!("no JSON: {error}: {text}")])
}
