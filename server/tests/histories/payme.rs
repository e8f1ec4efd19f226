//! The model's half that Payme talks to: the table of each method, in the words of `reference/payme.md §2`.

use serde_json::{Value, json};

use crate::model::{Model, Payme, Refunds, Status};

/// An error's code and data.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault(pub i64, pub Option<Value>);

/// A prediction, and the name of the table's cell that it comes from.
pub type Said = (Result<Value, Fault>, &'static str);

fn refuse(cell: &'static str, code: i64) -> Said {
    (Err(Fault(code, None)), cell)
}

fn refuse_order(cell: &'static str, code: i64) -> Said {
    (Err(Fault(code, Some(json!("order_id")))), cell)
}

impl Model {
    /// What the webhook answers, and what it does.
    pub fn payme(&mut self, method: &str, params: &Value) -> Said {
        let id = params.get("id").and_then(Value::as_str);
        match (method, id) {
            ("CheckPerformTransaction", _) => self.check_perform(params),
            ("CreateTransaction", Some(id)) => self.create_transaction(id, params),
            ("PerformTransaction", Some(id)) => self.perform_transaction(id),
            ("CancelTransaction", Some(id)) => self.cancel_transaction(id, params),
            ("CheckTransaction", Some(id)) => self.check_transaction(id),
            ("GetStatement", _) => self.statement(params),
            ("SetFiscalData", Some(id)) => self.fiscal(id, params),
            ("CreateTransaction" | "PerformTransaction" | "CancelTransaction" | "CheckTransaction", None) => {
                refuse("any: malformed -32600", -32600)
            }
            _ => (Err(Fault(-32601, Some(json!(method)))), "any: unknown method -32601"),
        }
    }

    /// The shape of `amount` and `account`: wrong types come before wrong values.
    fn shape(params: &Value) -> bool {
        params.get("amount").is_some_and(Value::is_number) && params.get("account").is_some_and(Value::is_object)
    }

    /// The checks that CheckPerform and a new Create share; the order if it may be paid.
    fn payable(&self, params: &Value, creating: bool) -> Result<String, Said> {
        let pick = |check, create| if creating { create } else { check };
        let name = match &params["account"]["order_id"] {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
        };
        let Some(order) = self.orders.get(&name) else {
            return Err(refuse_order(pick("check-perform: no order -31050", "create: no order -31050"), -31050));
        };
        let amount = params["amount"].as_f64().unwrap_or(f64::NAN);
        if amount != order.amount as f64 {
            return Err(refuse(pick("check-perform: amount -31001", "create: amount -31001"), -31001));
        }
        // A holder that is over holds nothing any more, whether or not that has been written down.
        let holder = self.holder(&name).filter(|index| !self.is_over(*index));
        // No new payment starts after the order's time; while an old one may still finish, the order is busy.
        let late = self.now >= order.expires_at && holder.is_none();
        let closed = |cell| Err(refuse_order(cell, self.rules.closed_code));
        match order.status {
            Status::Paid => return closed(pick("check-perform: paid", "create: paid")),
            Status::Refunded => return closed(pick("check-perform: refunded", "create: refunded")),
            Status::Cancelled => return closed(pick("check-perform: cancelled", "create: cancelled")),
            Status::Expired => return closed(pick("check-perform: expired", "create: expired")),
            Status::Pending if late => {
                return closed(pick("check-perform: late, not swept", "create: late, not swept"));
            }
            Status::Pending => {}
        }
        if holder.is_some() && (creating || self.rules.check_refuses_busy) {
            return Err(refuse_order(pick("check-perform: busy", "create: busy"), self.rules.busy_code));
        }
        Ok(name)
    }

    fn check_perform(&self, params: &Value) -> Said {
        if !Self::shape(params) {
            return refuse("any: malformed -32600", -32600);
        }
        match self.payable(params, false) {
            Ok(order) if self.holder(&order).is_some() => {
                (Ok(json!({"allow": true})), "check-perform: allow though held")
            }
            Ok(_) => (Ok(json!({"allow": true})), "check-perform: allow"),
            Err(said) => said,
        }
    }

    fn create_transaction(&mut self, id: &str, params: &Value) -> Said {
        let Some(time) = params.get("time").and_then(Value::as_i64).filter(|_| Self::shape(params)) else {
            return refuse("any: malformed -32600", -32600);
        };
        let created = |model: &Self, index: usize| {
            let it = &model.transactions[index];
            json!({"create_time": it.create_time, "transaction": it.number.to_string(), "state": 1, "receivers": null})
        };
        if let Some(index) = self.of_payme(id) {
            return match self.transactions[index].state {
                1 if self.is_over(index) => {
                    self.cancel(index, 4);
                    refuse("create: repeat, over -31008", -31008)
                }
                1 => (Ok(created(self, index)), "create: repeat"),
                2 => refuse("create: repeat of performed -31008", -31008),
                -1 => refuse("create: repeat of cancelled -31008", -31008),
                _ => refuse("create: repeat of refunded -31008", -31008),
            };
        }
        let order = match self.payable(params, true) {
            Ok(order) => order,
            Err(said) => return said,
        };
        if self.rules.refuse_stale && self.now - time >= self.rules.limit {
            return refuse("create: stale -31008", -31008);
        }
        let mut cell = "create: new";
        if let Some(holder) = self.holder(&order) {
            self.cancel(holder, 4);
            cell = "create: new, holder over";
        } else if self.transactions.iter().any(|it| it.order == order) {
            cell = "create: new after a cancelled one";
        }
        let account = params["account"].clone();
        let index = self.create(&order, Some(Payme { id: id.to_owned(), time, account }));
        (Ok(created(self, index)), cell)
    }

    fn perform_transaction(&mut self, id: &str) -> Said {
        let Some(index) = self.of_payme(id) else { return refuse("perform: unknown -31003", -31003) };
        let cell = match self.transactions[index].state {
            1 if self.is_over(index) => {
                self.cancel(index, 4);
                return refuse("perform: over -31008", -31008);
            }
            1 if self.now >= self.orders[&self.transactions[index].order].expires_at => "perform: order's time over",
            1 => "perform: done",
            2 => "perform: repeat",
            -1 => return refuse("perform: cancelled -31008", -31008),
            _ => return refuse("perform: refunded -31008", -31008),
        };
        if self.transactions[index].state == 1 {
            self.perform(index);
        }
        let it = &self.transactions[index];
        (Ok(json!({"transaction": it.number.to_string(), "perform_time": it.perform_time, "state": 2})), cell)
    }

    fn cancel_transaction(&mut self, id: &str, params: &Value) -> Said {
        let Some(reason) = params.get("reason").and_then(Value::as_i64) else {
            return refuse("any: malformed -32600", -32600);
        };
        let Some(index) = self.of_payme(id) else { return refuse("cancel: unknown -31003", -31003) };
        let printed = self.orders[&self.transactions[index].order].printed;
        let cell = match (self.transactions[index].state, self.rules.refunds) {
            (1, _) => "cancel: created",
            (2, Refunds::Never) => return refuse("cancel: never -31007", -31007),
            (2, Refunds::BeforePrinting) if printed => return refuse("cancel: printed -31007", -31007),
            (2, _) => "cancel: performed",
            (-1, _) => "cancel: repeat of cancelled",
            _ => "cancel: repeat of refunded",
        };
        if self.transactions[index].state > 0 {
            self.cancel(index, reason);
        }
        let it = &self.transactions[index];
        (Ok(json!({"transaction": it.number.to_string(), "cancel_time": it.cancel_time, "state": it.state})), cell)
    }

    fn check_transaction(&self, id: &str) -> Said {
        let Some(index) = self.of_payme(id) else { return refuse("check: unknown -31003", -31003) };
        let it = &self.transactions[index];
        let cell = match it.state {
            1 => "check: 1",
            2 => "check: 2",
            -1 => "check: -1",
            _ => "check: -2",
        };
        let result = json!({
            "create_time": it.create_time, "perform_time": it.perform_time, "cancel_time": it.cancel_time,
            "transaction": it.number.to_string(), "state": it.state, "reason": it.reason,
        });
        (Ok(result), cell)
    }

    fn statement(&self, params: &Value) -> Said {
        let bound = |name| params.get(name).and_then(Value::as_i64);
        let (Some(from), Some(to)) = (bound("from"), bound("to")) else {
            return refuse("any: malformed -32600", -32600);
        };
        let mut items: Vec<(i64, i64, Value)> = Vec::new();
        for it in &self.transactions {
            let Some(payme) = &it.payme else { continue };
            if from <= payme.time && payme.time <= to {
                let item = json!({
                    "id": payme.id, "time": payme.time, "amount": it.amount, "account": payme.account,
                    "create_time": it.create_time, "perform_time": it.perform_time, "cancel_time": it.cancel_time,
                    "transaction": it.number.to_string(), "state": it.state, "reason": it.reason, "receivers": null,
                });
                items.push((payme.time, it.number, item));
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
        let Some(index) = self.of_payme(id) else { return refuse("fiscal: unknown -32001", -32001) };
        let data = &params["fiscal_data"];
        let known = self.transactions[index].fiscal.insert(kind.to_owned(), data.clone());
        let cell = match known {
            None => "fiscal: first",
            Some(known) if known == *data => return (Ok(json!({"success": true})), "fiscal: repeat"),
            Some(_) => "fiscal: other",
        };
        let order = self.transactions[index].order.clone();
        self.stamp(&order);
        (Ok(json!({"success": true})), cell)
    }
}
