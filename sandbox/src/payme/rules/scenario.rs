//! What the two official scenarios have in common: one order is walked through all steps ([`Walk`](crate::payme::walk::Walk)).
//!
//! Each step makes sure of the steps before it, so that a single one can be run with `--only` too.

use crate::payme::case::Case;
use crate::payme::reply::{ACCOUNT, NOT_PAYABLE, Reply, WRONG_AMOUNT};
use crate::payme::steps::create_params;
use crate::payme::transaction::Transaction;
use crate::random::now_ms;
use crate::suite::Stop;
use crate::suite::answer::shown;
use crate::suite::orders::{Order, nobody_like};
use serde_json::{Value, json};

/// The reason that the walks cancel with before and after the payment.
pub const REASONS: [i64; 2] = [3, 5];

/// The order of this walk.
pub async fn order(case: &Case, which: usize) -> Result<Order, Stop> {
    let mut walk = case.payme.walks[which].lock().await;
    let order = match walk.order.take() {
        Some(order) => order,
        None => case.order().await?,
    };
    Ok(walk.order.insert(order).clone())
}

/// The transaction of this walk, created if it is not yet.
pub async fn created(case: &Case, which: usize) -> Result<Transaction, Stop> {
    let order = order(case, which).await?;
    let mut walk = case.payme.walks[which].lock().await;
    let transaction = match walk.created.take() {
        Some(transaction) => transaction,
        None => {
            case.late_in_a_second().await;
            let (id, time) = (case.id(), now_ms());
            let created = case.create(&id, time, &order).await;
            let created = created.map_err(|stop| walk.stopped("CreateTransaction", stop.step(CREATED[which])))?;
            created
                .accepted("for a new transaction on an order that waits for payment (this rule starts from it)")
                .map_err(|stop| stop.step(CREATED[which]))?;
            Transaction { id, time, order, created }
        }
    };
    Ok(walk.created.insert(transaction).clone())
}

/// The answer to PerformTransaction on this walk.
pub async fn performed(case: &Case, which: usize) -> Result<Reply, Stop> {
    let id = created(case, which).await?.id;
    let mut walk = case.payme.walks[which].lock().await;
    let reply = match walk.performed.take() {
        Some(reply) => reply,
        None => {
            case.late_in_a_second().await;
            let reply = case.perform(&id).await;
            let reply = reply.map_err(|stop| walk.stopped("PerformTransaction", stop.step(PERFORMED)))?;
            let accepted = reply.accepted("for PerformTransaction of a transaction in state 1").map(drop);
            accepted.map_err(|stop| stop.step(PERFORMED))?;
            reply
        }
    };
    Ok(walk.performed.insert(reply).clone())
}

/// The answer to CancelTransaction on this walk.
pub async fn cancelled(case: &Case, which: usize) -> Result<Reply, Stop> {
    let id = created(case, which).await?.id;
    let mut walk = case.payme.walks[which].lock().await;
    let reply = match walk.cancelled.take() {
        Some(reply) => reply,
        None => {
            case.late_in_a_second().await;
            let reply = case.cancel(&id, REASONS[which]).await;
            let reply = reply.map_err(|stop| walk.stopped("CancelTransaction", stop.step(CANCELLED[which])))?;
            let accepted = reply.accepted("for CancelTransaction").map(drop);
            accepted.map_err(|stop| stop.step(CANCELLED[which]))?;
            reply
        }
    };
    Ok(walk.cancelled.insert(reply).clone())
}

/// Requires that the first call of this method was answered, before a repeat is compared with it.
pub async fn answered(case: &Case, which: usize, method: &'static str) -> Result<(), Stop> {
    let about = match method {
        "CreateTransaction" => CREATED[which],
        "PerformTransaction" => PERFORMED,
        _ => CANCELLED[which],
    };
    match case.payme.walks[which].lock().await.broke.contains(&method) {
        true => Err(Stop::fail(case.last(), "an answer to the first call", "it broke down").step(about)),
        false => Ok(()),
    }
}

/// The rules about the steps that begin and end each walk.
const CREATED: [&[&str]; 2] = [&["PAYME-S1-06", "PAYME-CREATE-01"], &["PAYME-S2-02", "PAYME-CREATE-01"]];
const PERFORMED: &[&str] = &["PAYME-S2-03", "PAYME-PERFORM-01"];
const CANCELLED: [&[&str]; 2] = [&["PAYME-S1-10", "PAYME-CANCEL-01"], &["PAYME-S2-06", "PAYME-CANCEL-02"]];

/// CheckPerformTransaction allows the payment.
pub async fn allows(case: &Case, order: &Order) -> Result<(), Stop> {
    let reply = case.check_perform(order).await?;
    match reply.accepted("for an order that waits for payment")?.get("allow") {
        Some(Value::Bool(true)) => Ok(()),
        other => Err(reply.broken(format!("allow true instead of {}", shown(other)))),
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
    let shape = case.bench.orders.shape();
    let odd = format!("nobody-{}", case.id());
    let unknown = nobody_like(known.account.get(&shape.field), case.next_call(), odd);
    Order { account: shape.account(unknown), amount: known.amount }
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
