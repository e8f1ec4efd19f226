//! Running one case: read, check the signature, load, decide, answer, write.

use crate::form::{Case, Step};
use crate::world::{START, World};
use boothpay_protocol::click::rules::Rules as ClickRules;
use boothpay_protocol::click::signature::{Unsigned, sign};
use boothpay_protocol::click::wire::{self, Envelope, Route};
use boothpay_protocol::click::{self, Action, Answer, Code, Refusal};
use boothpay_protocol::ledger::rows::Writes;
use boothpay_protocol::ledger::task::TaskKind;
use boothpay_protocol::providers::Rules;
use boothpay_protocol::secret::Secret;
use boothpay_protocol::time::TimeMs;
use serde_json::Value;

const SERVICE: &str = "155555";
const KEY: &str = "TEST_SECRET_9";
const OTHER_KEY: &str = "TEST_SECRET_OF_ANOTHER_SERVICE";
/// Fields that are numbers in the documentation.
const NUMBERS: [&str; 7] =
    ["click_trans_id", "service_id", "click_paydoc_id", "merchant_prepare_id", "amount", "action", "error"];

pub fn case(case: Case) -> Result<(), String> {
    let mut rules = ClickRules::default();
    let code = |number| Code::from_number(number).unwrap();
    rules.busy_order = case.busy_order.map_or(rules.busy_order, code);
    rules.cancel_after_payment = case.cancel_after_payment.map_or(rules.cancel_after_payment, code);
    let rules = Rules { click: rules.into(), ..Rules::default() };
    let mut world = World::with_orders(["PB-1"].into_iter().chain(case.orders.iter().map(String::as_str)));
    let mut prepared = String::from("999999999");
    for (number, step) in (1..).zip(case.step) {
        let now = TimeMs::new(START + step.second * 1000);
        if let Some(what) = &step.meanwhile {
            world.happens(what, now, &rules);
            continue;
        }
        take(&step, &mut world, &mut prepared, now, &rules).map_err(|why| format!("step {number}: {why}"))?;
    }
    Ok(())
}

fn take(step: &Step, world: &mut World, prepared: &mut String, now: TimeMs, rules: &Rules) -> Result<(), String> {
    let action = if step.call == "complete" { Action::Complete } else { Action::Prepare };
    let route = match step.at.as_deref().unwrap_or(&step.call) {
        "prepare" => Route::Of(Action::Prepare),
        "complete" => Route::Of(Action::Complete),
        "shared" => Route::Shared,
        other => return Err(format!("no address: {other}")),
    };
    let body = step.body.clone().unwrap_or_else(|| body(step, action, prepared));
    let (reply, writes) = ask(&body, route, world, now, rules)?;
    // The same rows and time give the same; nothing is remembered between calls.
    if ask(&body, route, world, now, rules)? != (reply.clone(), writes.clone()) {
        return Err("asked again it is decided otherwise".to_owned());
    }
    let answer: Value = serde_json::from_str(&reply).map_err(|error| format!("{error}: {reply}"))?;
    let written = names(&writes);
    let note = Code::from_number(step.error).map(Code::note);
    if answer["error"] != step.error || answer["error_note"].as_str() != note || written != step.changes {
        return Err(format!(
            "expected {} and {:?}, got {reply} and {written:?}\n  for {body}",
            step.error, step.changes
        ));
    }
    if step.error == 0 {
        let member = if action == Action::Prepare { "merchant_prepare_id" } else { "merchant_confirm_id" };
        let number = answer[member].as_i64().ok_or_else(|| format!("no {member} in {reply}"))?;
        if action == Action::Prepare {
            *prepared = number.to_string();
        } else if number.to_string() != *step.set.get("merchant_prepare_id").unwrap_or(prepared) {
            return Err(format!("{member} is not the number of the Prepare: {reply}"));
        }
    }
    world.write(writes)
}

/// What Click is told, and what is written.
fn ask(body: &str, route: Route, world: &World, now: TimeMs, rules: &Rules) -> Result<(String, Writes), String> {
    let envelope = wire::read(body.as_bytes(), route);
    let told = |envelope: &Envelope, action, answer: &Answer| wire::write(envelope, action, answer, &rules.click);
    let refused = |refusal| Ok((told(&envelope, Action::Prepare, &Answer::refused(refusal)), Writes::Nothing));
    let request = match envelope.request.clone() {
        Ok(request) => request,
        Err(refusal) => return refused(refusal),
    };
    let key = Secret::new(KEY).unwrap();
    if request.service_id.to_string() != SERVICE || !request.signed.is_by(&key) {
        return refused(Refusal::NotSigned);
    }
    let call = match request.call(route) {
        Ok(call) => call,
        Err(refusal) => return refused(refusal),
    };
    let rows = world.load(&click::needs(&call));
    let decision = click::decide(&call, &rows, now, rules);
    let owed = names(&decision.writes).iter().filter(|name| *name == "money_owed").count();
    let refunds = decision.tasks.iter().filter(|task| task.kind == TaskKind::Refund).count();
    if (owed, owed) != (refunds, decision.tasks.len()) {
        return Err(format!("{owed} owed, and {refunds} tasks that give it back"));
    }
    Ok((told(&envelope, call.action(), &decision.reply), decision.writes))
}

fn names(writes: &Writes) -> Vec<String> {
    let Writes::Order { changes, .. } = writes else { return Vec::new() };
    let name = |change| serde_json::to_value(change).unwrap()["change"].as_str().unwrap().to_owned();
    changes.iter().map(name).collect()
}

/// The body that Click would send, with what the step changes.
fn body(step: &Step, action: Action, prepared: &str) -> String {
    let attempt = step.attempt.unwrap_or(1).to_string();
    let mut fields = vec![
        ("click_trans_id", attempt.as_str()),
        ("service_id", SERVICE),
        ("click_paydoc_id", "707070"),
        ("merchant_trans_id", "PB-1"),
        ("amount", "25000.00"),
        ("action", action.number()),
        ("error", "0"),
        ("error_note", "Success"),
        ("sign_time", "2026-11-21 12:00:00"),
    ];
    if action == Action::Complete {
        fields.push(("merchant_prepare_id", prepared));
    }
    let mut fields: Vec<(String, String)> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, value) in step.set.iter().filter(|(name, _)| *name != "sign_string") {
        match fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, usual)) => usual.clone_from(value),
            None => fields.push((name.clone(), value.clone())),
        }
    }
    let signature = step.set.get("sign_string").cloned().unwrap_or_else(|| signature(step, &fields));
    fields.push(("sign_string".to_owned(), signature));
    fields.retain(|(name, _)| !step.without.contains(name));
    let twice: Vec<_> = fields.iter().filter(|(name, _)| step.twice.contains(name)).cloned().collect();
    fields.extend(twice);
    match step.form.as_deref() {
        None | Some("form") => form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish(),
        Some(form) => {
            let member = |(name, value): &(String, String)| {
                let value = match step.json.get(name) {
                    Some(raw) => raw.clone(),
                    None if form == "numbers" && NUMBERS.contains(&name.as_str()) => value.clone(),
                    None => Value::from(value.as_str()).to_string(),
                };
                format!("\"{name}\":{value}")
            };
            format!("{{{}}}", fields.iter().map(member).collect::<Vec<_>>().join(","))
        }
    }
}

fn signature(step: &Step, fields: &[(String, String)]) -> String {
    let of = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str());
    let how = step.sign.as_deref().unwrap_or("right");
    let action = of("action");
    let prepare_id =
        if action == "1" && how != "without-prepare-id" || how == "older" { of("merchant_prepare_id") } else { "" };
    let unsigned = Unsigned {
        click_trans_id: of("click_trans_id"),
        service_id: of("service_id"),
        merchant_trans_id: of("merchant_trans_id"),
        prepare_id,
        amount: of("amount"),
        action,
        sign_time: of("sign_time"),
    };
    let key = if how == "other-service" { OTHER_KEY } else { KEY };
    let signature = sign(&unsigned, &Secret::new(key).unwrap());
    match how {
        "wrong" => signature.chars().rev().collect(),
        "capitals" => signature.to_uppercase(),
        // That of a text which was sent with another sum.
        "older" => sign(&Unsigned { amount: "25000", ..unsigned }, &Secret::new(key).unwrap()),
        _ => signature,
    }
}
