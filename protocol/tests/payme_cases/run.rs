//! Running one case: read, load, decide, answer, write, and the same call once more.

use crate::difference;
use crate::form::Case;
use crate::json::reversed;
use crate::world::{World, stored_key};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Writes;
use boothpay_protocol::ledger::transaction::TransactionNumber;
use boothpay_protocol::payme::auth::Keys;
use boothpay_protocol::payme::details::{FiscalDocument, PaymeDetails, reason_of};
use boothpay_protocol::payme::key::ChangedKey;
use boothpay_protocol::payme::wire::{self, Envelope};
use boothpay_protocol::payme::{self, Call};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use serde_json::{Value, json};
use std::path::Path;

type Faults = Vec<String>;

/// What a call gives: the body of its answer and what is written.
struct Outcome {
    body: String,
    writes: Writes,
}

/// Runs a file; the error says line by line what differs.
pub fn file(path: &Path) -> Result<(), Faults> {
    let text = std::fs::read_to_string(path).map_err(|error| vec![error.to_string()])?;
    let first = text.lines().next().unwrap_or_default();
    if !(first.starts_with("# ") && first.contains("`reference/payme.md §")) {
        return Err(vec!["the first line must say the rule and its place in `reference/payme.md`".to_owned()]);
    }
    let case: Case = toml::from_str(&text).map_err(|error| vec![error.to_string()])?;
    run(case)
}

fn run(case: Case) -> Result<(), Faults> {
    let one = |fault: String| vec![fault];
    let rules = case.rules.rules();
    let mut world = World::of(case.rows).map_err(one)?;
    let keys = case.keys.map(|keys| Keys {
        configured: KeyDigest::of(keys.configured.as_bytes()),
        proven: KeyDigest::of(keys.proven.as_bytes()),
    });
    let now = TimeMs::new(case.now);
    let ask = |world: &World, body: &str| outcome(body, world, now, &rules, keys.as_ref());

    let envelope = wire::read(case.request.as_bytes(), &rules.payme);
    let got = ask(&world, &case.request)?;
    let expected_reply = with_words(&case.reply).map_err(one)?;
    let mut faults = difference::between("reply", &expected_reply, &parse(&got.body)?);

    let expected_changes: Value =
        serde_json::from_str(&case.changes).map_err(|error| one(format!("changes: {error}")))?;
    faults.extend(difference::between("changes", &expected_changes, &changes(&world, &got.writes)));
    let expected_key = case.new_key.as_ref().map(|form| (stored_key(form), form.at.map(TimeMs::new)));
    if key(&got.writes) != expected_key {
        faults.push("new_key: another key than expected is written, or none".to_owned());
    }
    if let (Ok(Call::Statement(period)), Some(expected)) = (&envelope.call, case.period)
        && [period.from.ms(), period.to.ms()] != expected
    {
        faults.push(format!("period: expected {expected:?}, got {period:?}"));
    }
    if got.writes != Writes::Nothing && !envelope.call.as_ref().is_ok_and(payme::writes) {
        faults.push("a call that is answered from a reading connection writes".to_owned());
    }

    // The same rows, time and body, in any order of members, give the same: nothing is remembered between calls.
    for body in [Some(case.request.clone()), reversed(&case.request)].into_iter().flatten() {
        let again = ask(&world, &body)?;
        if (&again.body, &again.writes) != (&got.body, &got.writes) {
            faults.push(format!("asked again with {body}\n  it answers {}", again.body));
        }
    }

    // Every change is a step that the journal allows, and the same call after it gets its answer without writing.
    let needs = envelope.call.as_ref().map(payme::needs).unwrap_or_default();
    let rows = world.load(&needs);
    world.write(&rows, &got.writes).map_err(one)?;
    let after = ask(&world, &case.request)?;
    let expected_after = case.repeated.as_deref().map_or(Ok(expected_reply), with_words).map_err(one)?;
    faults.extend(difference::between("repeated reply", &expected_after, &parse(&after.body)?));
    if case.repeated.is_none() && after.writes != Writes::Nothing {
        faults.push(format!("the repeated call writes {}", changes(&world, &after.writes)));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The way of a body through the protocol. A statement's rows are those of the case, in their order: choosing and sorting
/// them is the store's work.
fn outcome(body: &str, world: &World, now: TimeMs, rules: &Rules, keys: Option<&Keys>) -> Result<Outcome, Faults> {
    let envelope: Envelope = wire::read(body.as_bytes(), &rules.payme);
    let nothing = |body| Ok(Outcome { body, writes: Writes::Nothing });
    match &envelope.call {
        Err(refusal) => nothing(wire::write(&envelope, &Err(refusal.clone()), &rules.payme)),
        Ok(Call::Statement(_)) => {
            let theirs = world.transactions.iter().filter(|it| it.provider == Provider::Payme);
            let items: Vec<String> = theirs.map(|it| wire::statement_item(it).expect("Payme's details")).collect();
            nothing(format!(
                "{}{}{}",
                wire::statement_start(&envelope),
                items.join(","),
                wire::statement_end(&envelope)
            ))
        }
        Ok(call) => {
            let rows = world.load(&payme::needs(call));
            let decision = payme::decide(call, &rows, now, rules, keys);
            if decision != payme::decide(call, &rows, now, rules, keys) {
                return Err(vec!["the same rows and time give another decision".to_owned()]);
            }
            Ok(Outcome { body: wire::write(&envelope, &decision.reply, &rules.payme), writes: decision.writes })
        }
    }
}

/// Changes as the journal keeps them, each with the time that it is written with; and what they change in a transaction's
/// details in Payme's words: the account, the reason code, a fiscal document.
fn changes(world: &World, writes: &Writes) -> Value {
    match writes {
        Writes::Nothing | Writes::Setting { .. } => json!([]),
        Writes::Order { at, changes, .. } => changes
            .iter()
            .map(|change| {
                let mut value = serde_json::to_value(change).expect("a change is JSON");
                value["at"] = json!(at);
                in_paymes_words(world, change, &mut value);
                value
            })
            .collect(),
    }
}

fn in_paymes_words(world: &World, change: &Change, value: &mut Value) {
    let object = value.as_object_mut().expect("a change is an object");
    let Some(details) = object.remove("details") else { return };
    let text = details.as_str().expect("details are text");
    // An abandoned transaction may be another provider's.
    let Ok(details) = serde_json::from_str::<PaymeDetails<'_>>(text) else { return };
    match change {
        Change::TransactionCreated(_) => {
            object.insert("account".to_owned(), json!(details.account.get()));
        }
        Change::TransactionCancelled { reason, .. } | Change::TransactionRefunded { reason, .. } => {
            assert_eq!(*reason, details.reason.and_then(reason_of), "the ledger has another reason than Payme");
            object.insert("reason".to_owned(), json!(details.reason));
        }
        Change::DetailsChanged { number, .. } => {
            let before = before(world, *number);
            let before: PaymeDetails<'_> = serde_json::from_str(before.as_str()).expect("Payme's details");
            let documents = [("perform", FiscalDocument::Perform), ("cancel", FiscalDocument::Cancel)];
            for (word, document) in documents {
                let [was, is] = [before, details].map(|it| it.document(document).map(|data| data.get().to_owned()));
                if was != is {
                    object.insert("change".to_owned(), json!("fiscal_data_set"));
                    object.insert("document".to_owned(), json!(word));
                    object.insert("data".to_owned(), json!(is));
                }
            }
        }
        Change::OrderCreated(_)
        | Change::StatementShown { .. }
        | Change::OrderTakenOver(_)
        | Change::TransactionTakenOver(_)
        | Change::OrderReopened { .. }
        | Change::OrderChosen { .. }
        | Change::OrderCancelled
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::PrintGranted { .. }
        | Change::PrintAwaitsShots { .. }
        | Change::PrintAsked { .. }
        | Change::PrintBegun { .. }
        | Change::PrintProgress { .. }
        | Change::PrintDone
        | Change::PrintFailed { .. }
        | Change::PrintUnknown { .. }
        | Change::PrintClaimOpened { .. }
        | Change::ReprintAllowed
        | Change::TransactionPerformed { .. }
        | Change::TransactionPerformedLate { .. }
        | Change::RefundAsked { .. }
        | Change::RefundFailed { .. }
        | Change::MoneyOwed { .. }
        | Change::MoneyGivenBack { .. } => panic!("no call of Payme's changes details so: {change:?}"),
    }
}

fn before(world: &World, number: TransactionNumber) -> Details {
    let known = world.transactions.iter().find(|it| it.number == number);
    known.expect("details of a transaction that is there").details.clone()
}

fn key(writes: &Writes) -> Option<(ChangedKey, Option<TimeMs>)> {
    match writes {
        Writes::Nothing | Writes::Order { .. } => None,
        Writes::Setting { value, at, .. } => {
            let key = value.as_deref().map(|json| serde_json::from_str(json).expect("a changed key"));
            key.map(|key| (key, Some(*at)))
        }
    }
}

fn parse(body: &str) -> Result<Value, Faults> {
    serde_json::from_str(body).map_err(|error| vec![format!("the answer is no JSON: {error}: {body}")])
}

/// The expected answer, with the words that its error's message names.
fn with_words(text: &str) -> Result<Value, String> {
    let mut reply: Value = serde_json::from_str(text).map_err(|error| format!("reply: {error}"))?;
    if let Some(message) = reply.pointer_mut("/error/message") {
        let words = std::fs::read_to_string(crate::root().join("messages.toml")).map_err(|error| error.to_string())?;
        let words: Value = toml::from_str(&words).map_err(|error| error.to_string())?;
        let name = message.as_str().ok_or("an error's message must be a name in messages.toml")?;
        *message = words.get(name).ok_or_else(|| format!("messages.toml has no {name}"))?.clone();
    }
    Ok(reply)
}
