//! Payme's calls as a rule plays them, and the situations that most rules start from.

use super::case::{Aging, Case, Stop};
use super::reply::{Reply, shown};
use crate::orders::Order;
use crate::random::now_ms;
use crate::shell;
use serde_json::{Value, json};

/// The limit of Payme's documentation.
pub const TWELVE_HOURS_MS: i64 = 43_200_000;

/// A transaction that the server has accepted.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// Payme's id.
    pub id: String,
    /// Payme's time.
    pub time: i64,
    /// What it pays.
    pub order: Order,
    /// The answer to CreateTransaction.
    pub created: Reply,
}

impl Transaction {
    /// A member of the answer to CreateTransaction.
    pub fn answered(&self, name: &str) -> Option<&Value> {
        self.created.result()?.get(name)
    }
}

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

    /// GetStatement.
    pub async fn statement(&self, from: i64, to: i64) -> Result<Reply, Stop> {
        self.call("GetStatement", &json!({"from": from, "to": to})).await
    }

    /// A transaction in state 1 on a fresh order.
    pub async fn created(&self) -> Result<Transaction, Stop> {
        let order = self.order().await?;
        self.created_on(&order, now_ms()).await
    }

    /// A transaction in state 1 on this order.
    pub async fn created_on(&self, order: &Order, time: i64) -> Result<Transaction, Stop> {
        let id = self.id();
        let created = self.create(&id, time, order).await?;
        created.accepted("for a new transaction on an order that waits for payment (this rule starts from it)")?;
        Ok(Transaction { id, time, order: order.clone(), created })
    }

    /// A transaction in state 2 on a fresh order, with the answer to PerformTransaction.
    pub async fn performed(&self) -> Result<(Transaction, Reply), Stop> {
        let transaction = self.created().await?;
        let performed = self.perform(&transaction.id).await?;
        performed.accepted("for PerformTransaction of a transaction in state 1 (this rule starts from it)")?;
        Ok((transaction, performed))
    }

    /// A transaction in state -1 on a fresh order, with the answer to CancelTransaction.
    pub async fn cancelled(&self) -> Result<(Transaction, Reply), Stop> {
        let transaction = self.created().await?;
        let cancelled = self.cancel(&transaction.id, 3).await?;
        cancelled.accepted("for CancelTransaction of a transaction in state 1 (this rule starts from it)")?;
        Ok((transaction, cancelled))
    }

    /// A transaction in state -2 on a fresh order, with the answer to CancelTransaction. A shop that has delivered may
    /// refuse refunds, so then there is nothing to test.
    pub async fn refunded(&self) -> Result<(Transaction, Reply), Stop> {
        let (transaction, _) = self.performed().await?;
        let refunded = self.cancel(&transaction.id, 5).await?;
        if refunded.code() == Some(-31007) {
            return Err(Stop::Skip("the server refuses refunds (-31007), as the documentation allows".to_owned()));
        }
        refunded.accepted("for CancelTransaction of a transaction in state 2 (this rule starts from it)")?;
        Ok((transaction, refunded))
    }

    /// The stored state of a transaction has to be this one.
    pub async fn stored(&self, id: &str, state: i64) -> Result<Reply, Stop> {
        let row = self.check(id).await?;
        row.accepted(&format!("with state {state} from CheckTransaction"))?;
        row.state(state)?;
        Ok(row)
    }

    /// The server must not know this transaction.
    pub async fn unknown(&self, id: &str) -> Result<(), Stop> {
        let reply = self.check(id).await?;
        match reply.error() {
            Some(_) => Ok(()),
            None => Err(reply.broken("error -31003 from CheckTransaction, because nothing may have been stored")),
        }
    }

    /// The order must still wait for payment.
    pub async fn payable(&self, order: &Order) -> Result<(), Stop> {
        let reply = self.check_perform(order).await?;
        let allow = reply.accepted("from CheckPerformTransaction, because the order can be paid")?.get("allow");
        match allow == Some(&Value::Bool(true)) {
            true => Ok(()),
            false => Err(Stop::fail(reply.at, "allow true", format!("allow is {}", shown(allow)))),
        }
    }

    /// This transaction's item in GetStatement, asked for by its exact time.
    pub async fn item(&self, transaction: &Transaction) -> Result<(usize, Value), Stop> {
        let reply = self.statement(transaction.time - 1000, transaction.time + 1000).await?;
        match find(&reply, &transaction.id)? {
            Some(item) => Ok((reply.at, item)),
            None => Err(Stop::fail(reply.at, format!("the statement to list {}", transaction.id), "it is not there")),
        }
    }

    /// Makes a transaction older by this much, or waits until the server's short limit has passed.
    pub async fn age(&self, transaction: &Transaction, age_ms: i64) -> Result<(), Stop> {
        match &self.bench.aging {
            Aging::None => Err(no_aging()),
            Aging::Command(command) => {
                let account = Value::Object(transaction.order.account.clone()).to_string();
                let environment =
                    [("PAYME_ID", transaction.id.clone()), ("AGE_MS", age_ms.to_string()), ("ACCOUNT", account)];
                shell::run(command, &environment).await.map(drop).map_err(Stop::Skip)
            }
            Aging::Timeout(limit) => {
                // The passing of this time is what is being tested.
                tokio::time::sleep(*limit + std::time::Duration::from_millis(150)).await;
                Ok(())
            }
            Aging::Hook(hook) => {
                hook(transaction.id.clone(), age_ms).await;
                Ok(())
            }
        }
    }
}

/// Why the rules about the 12-hour limit are skipped.
pub fn no_aging() -> Stop {
    Stop::Skip("needs a way to make a transaction older: --age-command or --timeout-ms".to_owned())
}

/// The parameters of CreateTransaction.
pub fn create_params(id: &str, time: i64, order: &Order) -> Value {
    json!({"id": id, "time": time, "amount": order.amount, "account": order.account})
}

/// The list in an answer to GetStatement.
pub fn items(reply: &Reply) -> Result<&Vec<Value>, Stop> {
    let list = reply.accepted("with a list `transactions`")?.get("transactions");
    list.and_then(Value::as_array)
        .ok_or_else(|| Stop::fail(reply.at, "`transactions` as a list", format!("it is {}", shown(list))))
}

/// One transaction in an answer to GetStatement.
pub fn find(reply: &Reply, id: &str) -> Result<Option<Value>, Stop> {
    Ok(items(reply)?.iter().find(|item| item.get("id").and_then(Value::as_str) == Some(id)).cloned())
}
