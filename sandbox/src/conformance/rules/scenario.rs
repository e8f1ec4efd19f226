//! What the two official scenarios have in common: one order is walked through all steps.
//!
//! Each step makes sure of the steps before it, so that a single one can be run with `--only` too.

use crate::conformance::case::{Case, Stop};
use crate::conformance::reply::{ACCOUNT, NOT_PAYABLE, Reply, WRONG_AMOUNT};
use crate::conformance::steps::{Transaction, create_params};
use crate::orders::Order;
use crate::random::now_ms;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// One order on its way through a scenario.
#[derive(Debug, Default)]
pub struct Walk {
    order: OnceCell<Order>,
    created: OnceCell<Transaction>,
    performed: OnceCell<Reply>,
    cancelled: OnceCell<Reply>,
}

/// The reason that the walks cancel with before and after the payment.
pub const REASONS: [i64; 2] = [3, 5];

impl Walk {
    /// The order of this walk.
    pub async fn order(&self, case: &Case) -> Result<Order, Stop> {
        self.order.get_or_try_init(|| case.order()).await.cloned()
    }

    /// CreateTransaction has been answered.
    pub async fn created(&self, case: &Case) -> Result<Transaction, Stop> {
        let create = async || case.created_on(&self.order(case).await?, now_ms()).await;
        self.created.get_or_try_init(create).await.cloned()
    }

    /// PerformTransaction has been answered.
    pub async fn performed(&self, case: &Case) -> Result<Reply, Stop> {
        let perform = async || {
            let reply = case.perform(&self.created(case).await?.id).await?;
            reply.accepted("for PerformTransaction of a transaction in state 1")?;
            Ok(reply)
        };
        self.performed.get_or_try_init(perform).await.cloned()
    }

    /// CancelTransaction has been answered, with this reason.
    pub async fn cancelled(&self, case: &Case, reason: i64) -> Result<Reply, Stop> {
        let cancel = async || {
            let reply = case.cancel(&self.created(case).await?.id, reason).await?;
            reply.accepted("for CancelTransaction")?;
            Ok(reply)
        };
        self.cancelled.get_or_try_init(cancel).await.cloned()
    }
}

/// CheckPerformTransaction allows the payment.
pub async fn allows(case: &Case, order: &Order) -> Result<(), Stop> {
    let reply = case.check_perform(order).await?;
    match reply.accepted("for an order that waits for payment")?.get("allow") {
        Some(Value::Bool(true)) => Ok(()),
        other => Err(reply.broken(format!("allow true instead of {other:?}"))),
    }
}

/// CheckPerform and Create refuse an amount of 3 tiyin.
pub async fn refuses_amount(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let order = Order { amount: 3, ..case.untouched().await? };
    case.check_perform(&order).await?.refused(WRONG_AMOUNT, "from CheckPerformTransaction with amount 3")?;
    let create = case.create(&case.id(), now_ms(), &order).await?;
    create.refused(WRONG_AMOUNT, "from CreateTransaction with amount 3").map(drop)
}

/// CheckPerform and Create refuse an account that does not exist.
pub async fn refuses_account(case: &Case) -> Result<(), Stop> {
    let known = case.untouched().await?;
    let order = unknown_order(case, &known);
    case.check_perform(&order).await?.refused(ACCOUNT, "from CheckPerformTransaction for an unknown account")?;
    let create = case.create(&case.id(), now_ms(), &order).await?;
    create.refused(ACCOUNT, "from CreateTransaction for an unknown account").map(drop)
}

/// An account that nobody has, with a price that exists.
pub fn unknown_order(case: &Case, known: &Order) -> Order {
    let nobody = format!("nobody-{}", case.id());
    Order { account: case.bench.orders.shape().account(nobody), amount: known.amount }
}

/// A second transaction on the order: refused on a one-time order, accepted on a cumulative account.
pub async fn second_transaction(case: &Case, first: &Transaction) -> Result<(), Stop> {
    let id = case.id();
    let reply = case.call("CreateTransaction", &create_params(&id, now_ms(), &first.order)).await?;
    if case.bench.orders.shape().cumulative {
        reply.accepted("for a second transaction on a cumulative account")?;
        reply.state(1)?;
        return case.cancel(&id, REASONS[0]).await?.accepted("for its cancellation").map(drop);
    }
    let code = reply.refused(NOT_PAYABLE, "for a second transaction on an order that is being paid")?;
    case.note(format!("a second transaction was refused with {code}"));
    Ok(())
}

/// CheckTransaction tells this state.
pub async fn told(case: &Case, id: &str, state: i64) -> Result<Reply, Stop> {
    case.stored(id, state).await
}

/// All methods with parameters that would be right, for the step with wrong credentials.
pub fn every_method(order: &Order, id: &str) -> Vec<(&'static str, Value)> {
    let now = now_ms();
    vec![
        ("CheckPerformTransaction", json!({"amount": order.amount, "account": order.account})),
        ("CreateTransaction", create_params(id, now, order)),
        ("PerformTransaction", json!({"id": id})),
        ("CancelTransaction", json!({"id": id, "reason": 1})),
        ("CheckTransaction", json!({"id": id})),
        ("GetStatement", json!({"from": now - 1000, "to": now})),
    ]
}
