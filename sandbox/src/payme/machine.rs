//! What the documentation says about the transactions of one order: a small machine that judges every answer.
//!
//! It remembers what the server acknowledged, and from then on expects exactly that. The random histories of the
//! suite and the simulator's customers share it.

use crate::suite::orders::Order;
use serde_json::{Value, json};

/// A call of Payme about one order; numbers are places in [`Machine::attempts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// CheckPerformTransaction.
    CheckPerform,
    /// CreateTransaction.
    Create(usize),
    /// PerformTransaction.
    Perform(usize),
    /// CancelTransaction with this reason.
    Cancel(usize, i64),
    /// CheckTransaction.
    Check(usize),
}

/// One attempt to pay the order, and what the server acknowledged of it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Payme's id.
    pub id: String,
    /// Payme's time.
    pub time: i64,
    /// The result of CreateTransaction.
    pub created: Option<Value>,
    /// The result of PerformTransaction.
    pub performed: Option<Value>,
    /// The result of CancelTransaction and the reason that was sent first; no reason where nobody knows it.
    pub cancelled: Option<(Value, Vec<i64>)>,
    /// Some of it was not acknowledged but told later: the members that are known are all that is compared.
    pub adopted: bool,
}

impl Attempt {
    /// An attempt that has not begun.
    pub fn new(id: String, time: i64) -> Self {
        Self { id, time, created: None, performed: None, cancelled: None, adopted: false }
    }

    /// The state in Payme's numbers; 0 before CreateTransaction.
    pub fn state(&self) -> i64 {
        match (&self.created, &self.performed, &self.cancelled) {
            (None, _, _) => 0,
            (Some(_), None, None) => 1,
            (Some(_), Some(_), None) => 2,
            (Some(_), None, Some(_)) => -1,
            (Some(_), Some(_), Some(_)) => -2,
        }
    }
}

/// An answer that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What had to come.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// One order with the attempts to pay it.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What is paid.
    pub order: Order,
    /// The order is an account that can be paid any number of times.
    pub cumulative: bool,
    /// The attempts.
    pub attempts: Vec<Attempt>,
}

impl Machine {
    /// The method and the parameters of a call.
    pub fn request(&self, call: Call) -> (&'static str, Value) {
        match call {
            Call::CheckPerform => {
                ("CheckPerformTransaction", json!({"amount": self.order.amount, "account": self.order.account}))
            }
            Call::Create(which) => {
                let attempt = &self.attempts[which];
                let params = json!({"id": attempt.id, "time": attempt.time, "amount": self.order.amount,
                    "account": self.order.account});
                ("CreateTransaction", params)
            }
            Call::Perform(which) => ("PerformTransaction", json!({"id": self.attempts[which].id})),
            Call::Cancel(which, reason) => {
                ("CancelTransaction", json!({"id": self.attempts[which].id, "reason": reason}))
            }
            Call::Check(which) => ("CheckTransaction", json!({"id": self.attempts[which].id})),
        }
    }

    /// The rules of the catalogue that are about this call in the present state, the nearest first.
    pub fn rules(&self, call: Call) -> &'static [&'static str] {
        let state = |which: usize| self.attempts[which].state();
        let any = |wanted: i64| !self.cumulative && self.attempts.iter().any(|attempt| attempt.state() == wanted);
        match call {
            Call::CheckPerform if any(2) => &["PAYME-CHECKPERFORM-12"],
            Call::CheckPerform if any(1) => &["PAYME-CHECKPERFORM-13"],
            Call::CheckPerform if self.ended() => &["PAYME-CREATE-13", "PAYME-CREATE-14"],
            Call::CheckPerform => &["PAYME-CHECKPERFORM-01"],
            Call::Create(which) => match state(which) {
                0 if any(2) => &["PAYME-CREATE-09"],
                0 if any(1) => &["PAYME-CREATE-07"],
                0 if self.ended() => &["PAYME-CREATE-13", "PAYME-CREATE-14"],
                0 => &["PAYME-CREATE-01"],
                1 => &["PAYME-CREATE-04", "PAYME-CREATE-05"],
                2 => &["PAYME-CREATE-11"],
                -1 => &["PAYME-CREATE-10"],
                _ => &["PAYME-CREATE-12"],
            },
            Call::Perform(which) => match state(which) {
                0 => &["PAYME-PERFORM-05"],
                1 => &["PAYME-PERFORM-01"],
                2 => &["PAYME-PERFORM-03", "PAYME-PERFORM-04"],
                -1 => &["PAYME-PERFORM-06"],
                _ => &["PAYME-PERFORM-07"],
            },
            Call::Cancel(which, _) => match state(which) {
                0 => &["PAYME-CANCEL-06"],
                1 => &["PAYME-CANCEL-01"],
                2 => &["PAYME-CANCEL-02"],
                -1 => &["PAYME-CANCEL-03", "PAYME-CANCEL-04", "PAYME-CANCEL-15"],
                _ => &["PAYME-CANCEL-05", "PAYME-CANCEL-03", "PAYME-CANCEL-15"],
            },
            Call::Check(which) => match state(which) {
                0 => &["PAYME-CHECK-05"],
                1 => &["PAYME-CHECK-01", "PAYME-CHECK-10"],
                2 => &["PAYME-CHECK-02", "PAYME-PERFORM-10", "PAYME-PERFORM-04", "PAYME-CHECK-10"],
                -1 => &["PAYME-CHECK-03", "PAYME-CANCEL-07", "PAYME-CANCEL-03", "PAYME-CANCEL-15", "PAYME-CHECK-10"],
                _ => &[
                    "PAYME-CHECK-04",
                    "PAYME-CANCEL-08",
                    "PAYME-CANCEL-07",
                    "PAYME-CANCEL-05",
                    "PAYME-CANCEL-15",
                    "PAYME-PERFORM-10",
                    "PAYME-PERFORM-04",
                    "PAYME-CHECK-10",
                ],
            },
        }
    }

    /// Judges an answer, and remembers what it acknowledges.
    ///
    /// # Errors
    /// When the answer is not one that the documentation allows after everything that was acknowledged before.
    pub fn judge(&mut self, call: Call, answer: &Value) -> Result<(), Wrong> {
        let answer = Read::new(answer);
        match call {
            Call::CheckPerform => self.check_perform(&answer),
            Call::Create(which) => self.create(which, &answer),
            Call::Perform(which) => perform(&mut self.attempts[which], &answer),
            Call::Cancel(which, reason) => cancel(&mut self.attempts[which], reason, &answer),
            Call::Check(which) => check(&self.attempts[which], &answer),
        }
    }

    /// Believes what CheckTransaction tells of an attempt, after an answer that a known fault explains: nobody knows
    /// what such a call has changed. False where the answer tells nothing that could be believed.
    pub fn adopt(&mut self, which: usize, answer: &Value) -> bool {
        let (answer, attempt) = (Read::new(answer), &mut self.attempts[which]);
        let Some(row) = answer.result else {
            // Unknown, with whatever code: right for an attempt that was never created, and lost or refused otherwise.
            let unknown = attempt.state() == 0 || answer.code == Some(-31003);
            if unknown {
                *attempt = Attempt::new(attempt.id.clone(), attempt.time);
            }
            return unknown;
        };
        let state = row.get("state").and_then(Value::as_i64).unwrap_or_default();
        let part = |state: i64, time: &str| {
            let told = [time, "transaction"].into_iter().filter_map(|name| {
                let value = row.get(name).filter(|value| !value.is_null() && value.as_i64() != Some(0))?;
                Some((name.to_owned(), value.clone()))
            });
            Value::Object(told.chain([("state".to_owned(), json!(state))]).collect())
        };
        let reason = || -> Vec<i64> { row.get("reason").and_then(Value::as_i64).into_iter().collect() };
        let (performed, cancelled) = match state {
            1 => (None, None),
            2 => (Some(part(2, "perform_time")), None),
            -1 => (None, Some((part(-1, "cancel_time"), reason()))),
            -2 => (Some(part(2, "perform_time")), Some((part(-2, "cancel_time"), reason()))),
            _ => return false,
        };
        (attempt.created, attempt.performed, attempt.cancelled) = (Some(part(1, "create_time")), performed, cancelled);
        attempt.adopted = true;
        true
    }

    /// Another attempt holds the order or has paid it.
    fn held(&self) -> bool {
        !self.cumulative && self.attempts.iter().any(|attempt| attempt.state() > 0)
    }

    /// The shop may have closed the order after a cancellation; rules of their own look at that.
    fn ended(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.state() < 0)
    }

    fn check_perform(&self, answer: &Read<'_>) -> Result<(), Wrong> {
        let paid = !self.cumulative && self.attempts.iter().any(|attempt| attempt.state() == 2);
        match (answer.result, paid) {
            (Some(_), true) => Err(answer.wrong("a refusal, because the order was paid")),
            (Some(result), false) if result.get("allow") == Some(&Value::Bool(true)) => Ok(()),
            (Some(_), false) => Err(answer.wrong("allow true")),
            // An order that is being paid may be allowed or refused: official plugins differ.
            (None, _) if self.held() || self.ended() => answer.refused_as_not_payable(),
            (None, _) => Err(answer.wrong("allow true for an order that waits for payment")),
        }
    }

    fn create(&mut self, which: usize, answer: &Read<'_>) -> Result<(), Wrong> {
        let (held, ended) = (self.held(), self.ended());
        let attempt = &mut self.attempts[which];
        match attempt.state() {
            0 if held => answer.refused_as_not_payable(),
            0 if ended && answer.result.is_none() => answer.refused_as_not_payable(),
            0 => {
                attempt.created = Some(answer.accepted(1)?);
                Ok(())
            }
            1 => answer.same(attempt, attempt.created.as_ref()),
            _ => answer.refused(-31008, "for a transaction that is no longer in state 1"),
        }
    }
}

fn perform(attempt: &mut Attempt, answer: &Read<'_>) -> Result<(), Wrong> {
    match attempt.state() {
        0 => answer.refused(-31003, "for a transaction that was never created"),
        1 => {
            attempt.performed = Some(answer.accepted(2)?);
            Ok(())
        }
        2 => answer.same(attempt, attempt.performed.as_ref()),
        _ => answer.refused(-31008, "for a transaction that was cancelled"),
    }
}

fn cancel(attempt: &mut Attempt, reason: i64, answer: &Read<'_>) -> Result<(), Wrong> {
    match attempt.state() {
        0 => answer.refused(-31003, "for a transaction that was never created"),
        // Goods that were delivered need not be taken back.
        2 if answer.code == Some(-31007) => Ok(()),
        state @ (1 | 2) => {
            attempt.cancelled = Some((answer.accepted(-state)?, vec![reason]));
            Ok(())
        }
        _ => answer.same(attempt, attempt.cancelled.as_ref().map(|(result, _)| result)),
    }
}

/// CheckTransaction has to tell exactly what was acknowledged.
fn check(attempt: &Attempt, answer: &Read<'_>) -> Result<(), Wrong> {
    if attempt.state() == 0 {
        return answer.refused(-31003, "for a transaction that was never created");
    }
    let told = answer.accepted(attempt.state())?;
    agrees(attempt, &told).map_err(|expected| answer.wrong(&expected))
}

/// Whether a row of CheckTransaction or GetStatement tells what was acknowledged; otherwise what it should have told.
///
/// # Errors
/// A sentence that says what the row should have told.
pub fn agrees(attempt: &Attempt, row: &Value) -> Result<(), String> {
    let state = attempt.state();
    if row.get("state").and_then(Value::as_i64) != Some(state) {
        return Err(format!("state {state}"));
    }
    let acknowledged = [
        (attempt.created.as_ref(), "create_time"),
        (attempt.performed.as_ref(), "perform_time"),
        (attempt.cancelled.as_ref().map(|(result, _)| result), "cancel_time"),
    ];
    for (result, name) in acknowledged {
        let wanted = result.and_then(|result| result.get(name));
        let told = row.get(name);
        let empty = told.is_none_or(|told| told.is_null() || told.as_i64() == Some(0));
        match wanted {
            Some(wanted) if told != Some(wanted) => return Err(format!("`{name}` {wanted} as acknowledged")),
            None if !empty && !attempt.adopted => return Err(format!("`{name}` empty")),
            Some(_) | None => {}
        }
    }
    let reason = row.get("reason").and_then(Value::as_i64);
    match &attempt.cancelled {
        Some((_, reasons)) if !reasons.is_empty() && !reason.is_some_and(|reason| reasons.contains(&reason)) => {
            Err(format!("the reason that was sent first (one of {reasons:?})"))
        }
        Some(_) | None => Ok(()),
    }
}

/// An answer taken apart.
struct Read<'a> {
    body: &'a Value,
    result: Option<&'a Value>,
    code: Option<i64>,
}

impl<'a> Read<'a> {
    fn new(body: &'a Value) -> Self {
        let result = body.get("result").filter(|result| !result.is_null());
        let code = body.get("error").and_then(|error| error.get("code")).and_then(Value::as_i64);
        Self { body, result, code }
    }

    fn wrong(&self, expected: &str) -> Wrong {
        let got = match (self.code, self.result) {
            (Some(code), _) => format!("error {code}"),
            (None, Some(result)) => format!("result {result}"),
            (None, None) => self.body.to_string(),
        };
        Wrong { expected: expected.to_owned(), got }
    }

    fn accepted(&self, state: i64) -> Result<Value, Wrong> {
        let told = self.result.and_then(|result| result.get("state")).and_then(Value::as_i64);
        match (self.result, told == Some(state)) {
            (Some(result), true) => Ok(result.clone()),
            _ => Err(self.wrong(&format!("a result with state {state}"))),
        }
    }

    fn same(&self, attempt: &Attempt, first: Option<&Value>) -> Result<(), Wrong> {
        let part = |first: &Value, again: &Value| {
            first.as_object().into_iter().flatten().all(|(name, value)| again.get(name) == Some(value))
        };
        let same = match (first, self.result) {
            (Some(first), Some(again)) => first == again || (attempt.adopted && part(first, again)),
            _ => false,
        };
        if same {
            return Ok(());
        }
        Err(self.wrong(&format!("the same answer as before: {}", first.unwrap_or(&Value::Null))))
    }

    fn refused(&self, code: i64, situation: &str) -> Result<(), Wrong> {
        match self.code == Some(code) {
            true => Ok(()),
            false => Err(self.wrong(&format!("error {code} {situation}"))),
        }
    }

    fn refused_as_not_payable(&self) -> Result<(), Wrong> {
        match self.code {
            Some(-31008 | -31099..=-31050) => Ok(()),
            Some(_) | None => Err(self.wrong("error -31008 or -31050…-31099, because the order cannot be paid now")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        let order = Order { account: serde_json::Map::new(), amount: 500 };
        let attempts = ["a", "b"].map(|id| Attempt::new(id.to_owned(), 1)).to_vec();
        Machine { order, cumulative: false, attempts }
    }

    fn created() -> Value {
        json!({"result": {"state": 1, "create_time": 10, "transaction": "1"}})
    }

    fn refused(code: i64) -> Value {
        json!({"error": {"code": code}})
    }

    #[test]
    fn an_order_is_held_by_one_transaction() {
        let mut machine = machine();
        assert_eq!(machine.judge(Call::Create(0), &created()), Ok(()));
        assert_eq!(machine.judge(Call::Create(0), &created()), Ok(()));
        assert!(machine.judge(Call::Create(1), &created()).is_err());
        assert_eq!(machine.judge(Call::Create(1), &refused(-31099)), Ok(()));
        assert!(machine.judge(Call::Perform(1), &refused(-31008)).is_err());
        assert_eq!(machine.judge(Call::Perform(1), &refused(-31003)), Ok(()));
    }

    #[test]
    fn what_is_told_after_a_known_fault_is_believed_and_then_asked_for() {
        let mut machine = machine();
        assert_eq!(machine.judge(Call::Create(0), &created()), Ok(()));
        assert!(machine.judge(Call::Cancel(0, 3), &refused(-32400)).is_err());
        let row = json!({"state": -1, "create_time": 10, "perform_time": 0, "cancel_time": 12, "transaction": "1",
            "reason": 3});
        assert!(machine.adopt(0, &json!({"result": row})) && machine.attempts[0].state() == -1);
        let again = json!({"result": {"state": -1, "cancel_time": 12, "transaction": "1", "receivers": null}});
        assert_eq!(machine.judge(Call::Cancel(0, 5), &again), Ok(()));
        let later = json!({"result": {"state": -1, "cancel_time": 13, "transaction": "1"}});
        assert!(machine.judge(Call::Cancel(0, 5), &later).is_err());
        // What is not there is believed where it may be so.
        assert!(machine.adopt(1, &refused(-32504)) && !machine.adopt(0, &refused(-32504)));
        assert!(machine.adopt(0, &refused(-31003)) && machine.attempts[0].state() == 0);
        assert!(!machine.adopt(0, &json!({"result": {"state": 7}})));
    }

    #[test]
    fn a_changed_answer_is_noticed() {
        let mut machine = machine();
        assert_eq!(machine.judge(Call::Create(0), &created()), Ok(()));
        let later = json!({"result": {"state": 1, "create_time": 11, "transaction": "1"}});
        assert!(machine.judge(Call::Create(0), &later).is_err_and(|wrong| wrong.expected.contains("same answer")));
    }

    #[test]
    fn what_was_acknowledged_has_to_be_told() {
        let mut machine = machine();
        assert_eq!(machine.judge(Call::Create(0), &created()), Ok(()));
        let row = json!({"state": 1, "create_time": 10, "perform_time": 0, "cancel_time": 0, "reason": null});
        assert_eq!(machine.judge(Call::Check(0), &json!({"result": row})), Ok(()));
        assert!(machine.judge(Call::Check(0), &refused(-31003)).is_err());
        let cancelled = json!({"result": {"state": -1, "cancel_time": 12, "transaction": "1"}});
        assert_eq!(machine.judge(Call::Cancel(0, 3), &cancelled), Ok(()));
        let row = json!({"state": -1, "create_time": 10, "perform_time": 0, "cancel_time": 12, "reason": 4});
        assert!(machine.judge(Call::Check(0), &json!({"result": row})).is_err());
    }
}
