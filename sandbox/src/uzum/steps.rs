//! The situations that most rules start from.
//!
//! Each step names the rules that test it. If one of them is broken, a rule that needs this step is blocked, not broken.

use super::case::{Case, Created};
use super::reply::{FINAL, Reply, UNKNOWN};
use crate::suite::Stop;
use crate::suite::orders::Order;

const CREATES: &[&str] = &["UZUM-CREATE-01"];
const CONFIRMS: &[&str] = &["UZUM-CONFIRM-01"];
const REVERSES: &[&str] = &["UZUM-REVERSE-01"];
const STATUSES: &[&str] = &["UZUM-STATUS-01", "UZUM-STATUS-02", "UZUM-STATUS-03"];

impl Case {
    /// A transaction that was created, on a fresh order.
    pub async fn created(&self) -> Result<Created, Stop> {
        let order = self.order().await?;
        self.created_on(&order).await
    }

    /// A transaction that was created, on this order.
    pub async fn created_on(&self, order: &Order) -> Result<Created, Stop> {
        let id = self.id();
        let created = self.play(&self.create(&id, order)).await.map_err(|stop| stop.step(CREATES))?;
        let accepted = created.accepted("CREATED", "for a new transaction of an order that waits for payment");
        accepted.map_err(|stop| stop.step(CREATES))?;
        Ok(Created { id, order: order.clone(), created, ended: None })
    }

    /// A transaction that was confirmed, on a fresh order.
    pub async fn confirmed(&self) -> Result<(Created, Reply), Stop> {
        let mut transaction = self.created().await?;
        let reply = self.play(&self.confirm(&transaction.id)).await.map_err(|stop| stop.step(CONFIRMS))?;
        reply
            .accepted("CONFIRMED", "for confirm of a transaction that was created")
            .map_err(|stop| stop.step(CONFIRMS))?;
        transaction.ended = Some(reply.clone());
        Ok((transaction, reply))
    }

    /// A transaction that was reversed before it was confirmed, on a fresh order.
    pub async fn reversed(&self) -> Result<(Created, Reply), Stop> {
        let mut transaction = self.created().await?;
        let reply = self.play(&self.reverse(&transaction.id)).await.map_err(|stop| stop.step(REVERSES))?;
        reply
            .accepted("REVERSED", "for reverse of a transaction that was created")
            .map_err(|stop| stop.step(REVERSES))?;
        transaction.ended = Some(reply.clone());
        Ok((transaction, reply))
    }

    /// A confirmed transaction that was taken back, if the merchant allows that.
    pub async fn refunded(&self) -> Result<Option<(Created, Reply)>, Stop> {
        let (transaction, _) = self.confirmed().await?;
        let reply = self.play(&self.reverse(&transaction.id)).await?;
        if reply.code() == Some(FINAL) {
            return Ok(None);
        }
        reply.accepted("REVERSED", "or errorCode 10017 for reverse of a confirmed transaction")?;
        Ok(Some((transaction, reply)))
    }

    /// What status tells of this transaction has to be this.
    pub async fn stands(&self, id: &str, word: &str) -> Result<Reply, Stop> {
        let reply = self.play(&self.status(id)).await.map_err(|stop| stop.step(STATUSES))?;
        reply.accepted(word, "from status").map_err(|stop| stop.step(STATUSES))?;
        Ok(reply)
    }

    /// The merchant must not know this transaction.
    pub async fn unknown(&self, id: &str, after: &str) -> Result<(), Stop> {
        let reply = self.play(&self.status(id)).await?;
        let refused = reply.refused(&[UNKNOWN], &format!("from status, because {after} may not have stored anything"));
        refused.map(drop).map_err(|stop| match reply.code() {
            Some(_) => stop.step(&["UZUM-STATUS-04"]),
            None => stop,
        })
    }

    /// The order must still wait: a transaction is created and confirmed now.
    pub async fn still_waits(&self, order: &Order) -> Result<(), Stop> {
        let transaction = self.created_on(order).await?;
        let reply = self.play(&self.confirm(&transaction.id)).await?;
        reply.accepted("CONFIRMED", "for confirm of a transaction that was created").map_err(|stop| stop.step(CONFIRMS))
    }
}
