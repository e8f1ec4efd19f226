//! Payme's calls as a rule plays them, and the situations that most rules start from.
//!
//! Each step names the rules that test it. If one of them is broken, a rule that needs this step is blocked, not broken.

use super::case::Case;
use super::reply::{Reply, shown};
use super::transaction::Transaction;
use crate::random::now_ms;
use crate::suite::Stop;
use crate::suite::orders::Order;
use serde_json::{Value, json};

/// Rules about a new transaction on an order that waits.
const CREATES: &[&str] = &["PAYME-CREATE-01", "PAYME-CHECKPERFORM-01"];
/// Rules about a normal PerformTransaction.
const PERFORMS: &[&str] = &["PAYME-PERFORM-01"];
/// Rules about a normal CancelTransaction before the payment.
const CANCELS: &[&str] = &["PAYME-CANCEL-01"];
/// Rules about a normal refund.
const REFUNDS: &[&str] = &["PAYME-CANCEL-02"];
/// Rules about a row that CheckTransaction tells.
const CHECKS: &[&str] = &["PAYME-CHECK-01", "PAYME-CHECK-02", "PAYME-CHECK-03", "PAYME-CHECK-04"];
/// Rules about an order that waits for payment.
const ALLOWS: &[&str] = &["PAYME-CHECKPERFORM-01"];
/// Rules about finding a transaction in the statement.
const LISTS: &[&str] =
    &["PAYME-STATEMENT-01", "PAYME-STATEMENT-04", "PAYME-STATEMENT-02", "PAYME-STATEMENT-06", "PAYME-STATEMENT-13"];

impl Case {
    /// CheckPerformTransaction.
    pub async fn check_perform(&self, order: &Order) -> Result<Reply, Stop> {
        self.call("CheckPerformTransaction", &json!({"amount": order.amount, "account": order.account})).await
    }

    /// CreateTransaction.
    pub async fn create(&self, id: &str, time: i64, order: &Order) -> Result<Reply, Stop> {
        self.call("CreateTransaction", &create_params(id, time, order)).await
    }

    /// PerformTransaction.
    pub async fn perform(&self, id: &str) -> Result<Reply, Stop> {
        self.call("PerformTransaction", &json!({"id": id})).await
    }

    /// CancelTransaction.
    pub async fn cancel(&self, id: &str, reason: i64) -> Result<Reply, Stop> {
        self.call("CancelTransaction", &json!({"id": id, "reason": reason})).await
    }

    /// CheckTransaction.
    pub async fn check(&self, id: &str) -> Result<Reply, Stop> {
        self.call("CheckTransaction", &json!({"id": id})).await
    }

    /// GetStatement. Where it breaks down for every period, the first rule about it tells that.
    pub async fn statement(&self, from: i64, to: i64) -> Result<Reply, Stop> {
        let reply = self.call("GetStatement", &json!({"from": from, "to": to})).await;
        reply.map_err(|stop| stop.step(&["PAYME-STATEMENT-01"]))
    }

    /// A transaction in state 1 on a fresh order.
    pub async fn created(&self) -> Result<Transaction, Stop> {
        let order = self.order().await?;
        self.created_on(&order, now_ms()).await
    }

    /// A transaction in state 1, made late in a second: a create_time that is answered in another unit than it is
    /// stored in, or rounded once and cut once, differs then in every run.
    pub async fn created_late(&self) -> Result<Transaction, Stop> {
        self.late_in_a_second().await;
        self.created().await
    }

    /// A transaction in state 2 that was performed late in a second, with the answer: as [`Case::created_late`].
    pub async fn performed_late(&self) -> Result<(Transaction, Reply), Stop> {
        let transaction = self.created().await?;
        self.late_in_a_second().await;
        let performed = self.paid(&transaction).await?;
        Ok((transaction, performed))
    }

    /// A transaction in state -1 that was cancelled late in a second, with the answer: as [`Case::created_late`].
    pub async fn cancelled_late(&self) -> Result<(Transaction, Reply), Stop> {
        let transaction = self.created().await?;
        self.late_in_a_second().await;
        let cancelled = self.ended(&transaction).await?;
        Ok((transaction, cancelled))
    }

    /// A transaction in state 1 on this order.
    pub async fn created_on(&self, order: &Order, time: i64) -> Result<Transaction, Stop> {
        let id = self.id();
        let created = self.create(&id, time, order).await.map_err(|stop| stop.step(CREATES))?;
        created
            .accepted("for a new transaction on an order that waits for payment (this rule starts from it)")
            .map_err(|stop| stop.step(CREATES))?;
        Ok(Transaction { id, time, order: order.clone(), created })
    }

    /// A transaction in state 2 on a fresh order, with the answer to PerformTransaction.
    pub async fn performed(&self) -> Result<(Transaction, Reply), Stop> {
        let transaction = self.created().await?;
        let performed = self.paid(&transaction).await?;
        Ok((transaction, performed))
    }

    /// The answer to PerformTransaction of this transaction, which is in state 1.
    pub async fn paid(&self, transaction: &Transaction) -> Result<Reply, Stop> {
        let performed = self.perform(&transaction.id).await.map_err(|stop| stop.step(PERFORMS))?;
        performed
            .accepted("for PerformTransaction of a transaction in state 1 (this rule starts from it)")
            .map_err(|stop| stop.step(PERFORMS))?;
        Ok(performed)
    }

    /// A transaction in state -1 on a fresh order, with the answer to CancelTransaction.
    pub async fn cancelled(&self) -> Result<(Transaction, Reply), Stop> {
        let transaction = self.created().await?;
        let cancelled = self.ended(&transaction).await?;
        Ok((transaction, cancelled))
    }

    /// The answer to CancelTransaction of this transaction, which is in state 1.
    pub async fn ended(&self, transaction: &Transaction) -> Result<Reply, Stop> {
        let cancelled = self.cancel(&transaction.id, 3).await.map_err(|stop| stop.step(CANCELS))?;
        cancelled
            .accepted("for CancelTransaction of a transaction in state 1 (this rule starts from it)")
            .map_err(|stop| stop.step(CANCELS))?;
        Ok(cancelled)
    }

    /// A transaction in state -2 on a fresh order, with the answer to CancelTransaction. A shop that has delivered may
    /// refuse refunds, so then there is nothing to test.
    pub async fn refunded(&self) -> Result<(Transaction, Reply), Stop> {
        self.taken_back(self.performed().await?.0).await
    }

    /// A transaction in state -2 that was refunded late in a second, with the answer: as [`Case::created_late`].
    pub async fn refunded_late(&self) -> Result<(Transaction, Reply), Stop> {
        let (transaction, _) = self.performed().await?;
        self.late_in_a_second().await;
        self.taken_back(transaction).await
    }

    async fn taken_back(&self, transaction: Transaction) -> Result<(Transaction, Reply), Stop> {
        let refunded = self.cancel(&transaction.id, 5).await.map_err(|stop| stop.step(REFUNDS))?;
        if refunded.code() == Some(-31007) {
            return Err(Stop::Skip("the server refuses refunds (-31007), as the documentation allows".to_owned()));
        }
        refunded
            .accepted("for CancelTransaction of a transaction in state 2 (this rule starts from it)")
            .map_err(|stop| stop.step(REFUNDS))?;
        Ok((transaction, refunded))
    }

    /// The stored state of a transaction has to be this one.
    pub async fn stored(&self, id: &str, state: i64) -> Result<Reply, Stop> {
        let row = self.check(id).await.map_err(|stop| stop.step(CHECKS))?;
        row.accepted(&format!("with state {state} from CheckTransaction")).map_err(|stop| stop.step(CHECKS))?;
        // A wrong state is told by the rule about the call that made it, if that one is broken.
        let about = match state {
            1 => CREATES,
            2 => PERFORMS,
            -1 => CANCELS,
            _ => REFUNDS,
        };
        row.state(state).map_err(|stop| stop.step(about))?;
        Ok(row)
    }

    /// The server must not know this transaction.
    pub async fn unknown(&self, id: &str) -> Result<(), Stop> {
        let reply = self.check(id).await?;
        match reply.error() {
            Some(_) => Ok(()),
            None => Err(reply
                .broken("error -31003 from CheckTransaction, because nothing may have been stored")
                .step(&["PAYME-CHECK-05"])),
        }
    }

    /// The order must still wait for payment.
    pub async fn payable(&self, order: &Order) -> Result<(), Stop> {
        let reply = self.check_perform(order).await.map_err(|stop| stop.step(ALLOWS))?;
        let allowed = reply.accepted("from CheckPerformTransaction, because the order can be paid");
        let allow = allowed.map_err(|stop| stop.step(ALLOWS))?.get("allow");
        match allow == Some(&Value::Bool(true)) {
            true => Ok(()),
            false => Err(Stop::fail(reply.at, "allow true", format!("allow is {}", shown(allow)))),
        }
    }

    /// This transaction's item in GetStatement, asked for by its exact time.
    pub async fn item(&self, transaction: &Transaction) -> Result<(usize, Value), Stop> {
        self.item_at(transaction, transaction.time).await.map_err(|stop| stop.step(LISTS))
    }

    /// This transaction's item in GetStatement, if its time is this one by now.
    pub async fn item_at(&self, transaction: &Transaction, time: i64) -> Result<(usize, Value), Stop> {
        let reply = self.statement(time - 1000, time + 1000).await?;
        match find(&reply, transaction)? {
            Some(item) => Ok((reply.at, item)),
            None => {
                let got = if nameless(&reply)? { NAMELESS } else { "it is not there" };
                Err(Stop::fail(reply.at, format!("the statement to list {}", transaction.id), got))
            }
        }
    }
}

/// The parameters of CreateTransaction.
pub fn create_params(id: &str, time: i64, order: &Order) -> Value {
    json!({"id": id, "time": time, "amount": order.amount, "account": order.account})
}

/// The list in an answer to GetStatement.
pub fn items(reply: &Reply) -> Result<&Vec<Value>, Stop> {
    const ABOUT: &[&str] = &["PAYME-STATEMENT-01"];
    let result = reply.accepted("with a list `transactions`").map_err(|stop| stop.step(ABOUT))?;
    let list = result.get("transactions");
    list.and_then(Value::as_array)
        .ok_or_else(|| Stop::fail(reply.at, "`transactions` as a list", format!("it is {}", shown(list))).step(ABOUT))
}

/// What is wrong with a list that does not say which transactions it has.
pub const NAMELESS: &str = "items without Payme's `id`";

/// Whether none of the items has Payme's id: a rule of its own asks that.
pub fn nameless(reply: &Reply) -> Result<bool, Stop> {
    let items = items(reply)?;
    Ok(!items.is_empty() && !items.iter().any(|item| item.get("id").is_some_and(Value::is_string)))
}

/// One transaction in an answer to GetStatement. Where no item has Payme's id, the merchant's own number tells which it
/// is, so that all other questions about it can be asked.
pub fn find(reply: &Reply, transaction: &Transaction) -> Result<Option<Value>, Stop> {
    let number = transaction.answered("transaction").filter(|number| !number.is_null());
    let by_number = nameless(reply)? && number.is_some();
    let is = |item: &&Value| match by_number {
        true => item.get("transaction").map(plain) == number.map(plain),
        false => item.get("id").and_then(Value::as_str) == Some(&transaction.id),
    };
    Ok(items(reply)?.iter().find(is).cloned())
}

/// A number as text, whether it was sent as a text or as a number: a rule of its own asks that.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
