//! What Payme is answered, to the letter, and its two calls that move no money: the statement and the receipts.

// The model has the calls and answers of all wallets in one enum; here is one wallet.
#![expect(clippy::wildcard_enum_match_arm)]

use boothpay_test_support::model::{Answer, Attempt, Request, Wallet, When};
use serde_json::{Value, json};

use crate::model::{Kept, Model};
use crate::step::{IDS, ORDERS};

/// An error's code and data.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault(pub i64, pub Option<Value>);

/// A prediction, and the name of the table's cell that it comes from.
pub type Said = (Result<Value, Fault>, &'static str);

fn refuse(cell: &'static str, code: i64) -> Said {
    (Err(Fault(code, None)), cell)
}

/// What a call says; none when it is malformed. Wrong types come before wrong values.
fn read(method: &str, params: &Value) -> Option<Request> {
    let number = |name: &str| params.get(name).and_then(Value::as_i64);
    let id =
        || params.get("id").and_then(Value::as_str).and_then(|id| Some(IDS.iter().position(|it| *it == id)? as u8));
    let what = || {
        let shaped =
            params.get("amount").is_some_and(Value::is_number) && params.get("account").is_some_and(Value::is_object);
        // A whole number of tiyin may be written with a fraction of zero.
        let amount = params["amount"].as_f64().filter(|amount| amount.fract() == 0.0).map(|amount| amount as i64);
        shaped.then(|| (order(&params["account"]), amount))
    };
    Some(match method {
        "CheckPerformTransaction" => {
            let (order, amount) = what()?;
            Request::CheckPerform { order, amount }
        }
        "CreateTransaction" => {
            let (id, time, (order, amount)) = (id()?, number("time")?, what()?);
            Request::Create { id, time, order, amount }
        }
        "PerformTransaction" => Request::Perform { id: id()? },
        "CancelTransaction" => Request::Cancel { id: id()?, reason: number("reason")? },
        _ => Request::Check { id: id()? },
    })
}

fn order(account: &Value) -> Option<usize> {
    let name = match &account["order_id"] {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    ORDERS.iter().position(|it| *it == name)
}

impl Model {
    /// What the webhook answers, and what it does.
    pub fn payme(&mut self, method: &str, params: &Value) -> Said {
        match (method, params.get("id").and_then(Value::as_str)) {
            ("GetStatement", _) => return self.statement(params),
            ("SetFiscalData", Some(id)) => return self.fiscal(id, params),
            ("CheckPerformTransaction" | "CreateTransaction" | "PerformTransaction", _) => {}
            ("CancelTransaction" | "CheckTransaction", _) => {}
            _ => return (Err(Fault(-32601, Some(json!(method)))), "any: unknown method -32601"),
        }
        let Some(request) = read(method, params) else { return refuse("any: malformed -32600", -32600) };
        let (answer, cell) = self.ask(&request);
        let result = match answer {
            Answer::Allow(_) => json!({"allow": true}),
            Answer::Told(index) => self.payme_told(&request, index, params),
            Answer::Refused(code) => return refuse(cell, code),
            Answer::RefusedOrder(code) => return (Err(Fault(code, Some(json!("order_id")))), cell),
            answer => panic!("{answer:?} is no answer to Payme"),
        };
        (Ok(result), cell)
    }

    fn payme_told(&mut self, request: &Request, index: usize, params: &Value) -> Value {
        let it = &self.book.attempts[index];
        let (transaction, state) = (it.number.unwrap().to_string(), it.state.in_payme());
        let [create_time, perform_time, cancel_time] = times(it);
        match request {
            Request::Create { .. } => {
                // A repeat may name another account; the first one is kept.
                self.kept
                    .entry(index)
                    .or_insert_with(|| Kept { account: params["account"].clone(), ..Kept::default() });
                json!({"create_time": create_time, "transaction": transaction, "state": state, "receivers": null})
            }
            Request::Perform { .. } => {
                json!({"transaction": transaction, "perform_time": perform_time, "state": state})
            }
            Request::Cancel { .. } => json!({"transaction": transaction, "cancel_time": cancel_time, "state": state}),
            _ => json!({
                "create_time": create_time, "perform_time": perform_time, "cancel_time": cancel_time,
                "transaction": transaction, "state": state, "reason": it.state.paymes_reason(),
            }),
        }
    }

    fn statement(&self, params: &Value) -> Said {
        let bound = |name| params.get(name).and_then(Value::as_i64);
        let (Some(from), Some(to)) = (bound("from"), bound("to")) else {
            return refuse("any: malformed -32600", -32600);
        };
        let mut items: Vec<(i64, i64, Value)> = Vec::new();
        for (index, it) in self.book.attempts.iter().enumerate() {
            if it.wallet == Wallet::Payme && from <= it.time && it.time <= to {
                let (number, [create_time, perform_time, cancel_time]) = (it.number.unwrap(), times(it));
                let item = json!({
                    "id": IDS[usize::from(it.id)], "time": it.time, "amount": self.book.order_of(index).amount,
                    "account": self.kept[&index].account, "create_time": create_time, "perform_time": perform_time,
                    "cancel_time": cancel_time, "transaction": number.to_string(), "state": it.state.in_payme(),
                    "reason": it.state.paymes_reason(), "receivers": null,
                });
                items.push((it.time, number, item));
            }
        }
        items.sort_by_key(|(time, number, _)| (*time, *number));
        let cell = match items.len() {
            0 if from > to => "statement: inverted",
            0 => "statement: empty",
            1 => "statement: one",
            _ if items.is_sorted_by_key(|(_, number, _)| *number) => "statement: several",
            _ => "statement: several, not in the order of creation",
        };
        (Ok(json!({"transactions": items.into_iter().map(|(_, _, item)| item).collect::<Vec<_>>()})), cell)
    }

    fn fiscal(&mut self, id: &str, params: &Value) -> Said {
        let kind = params["type"].as_str().unwrap_or("");
        if !matches!(kind, "PERFORM" | "CANCEL") {
            return refuse("fiscal: type -32602", -32602);
        }
        let known = IDS.iter().position(|it| *it == id).and_then(|id| self.book.find(Wallet::Payme, id as u8));
        let Some(index) = known else { return refuse("fiscal: unknown -32001", -32001) };
        let data = &params["fiscal_data"];
        let known = self.kept.entry(index).or_default().fiscal.insert(kind.to_owned(), data.clone());
        let cell = match known {
            None => "fiscal: first",
            Some(known) if known == *data => return (Ok(json!({"success": true})), "fiscal: repeat"),
            Some(_) => "fiscal: other",
        };
        let (order, now) = (self.book.attempts[index].order, self.instant());
        self.book.stamp(order, now);
        (Ok(json!({"success": true})), cell)
    }
}

/// When it began, was paid and ended; 0 for what has not happened.
pub fn times(it: &Attempt) -> [i64; 3] {
    let or_zero = |at: Option<When>| at.map_or(0, |at| at.from);
    [it.begun.from, or_zero(it.paid), or_zero(it.ended)]
}
