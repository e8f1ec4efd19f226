//! The situations that most rules start from.
//!
//! Each step names the rules that test it. If one of them is broken, a rule that needs this step is blocked, not broken.

use super::case::{Attempt, Case, Prepared};
use super::reply::{CANCELLED, PAID, Reply};
use crate::suite::Stop;
use crate::suite::orders::Order;

/// Rules about a normal Prepare.
pub const PREPARES: &[&str] = &["CLICK-PREPARE-01", "CLICK-PREPARE-02"];
/// Rules about a normal Complete.
pub const COMPLETES: &[&str] = &["CLICK-COMPLETE-01"];
/// Rules about a cancelling Complete.
pub const CANCELS: &[&str] = &["CLICK-COMPLETE-09"];

/// How far one payment of the 15 cases has come.
#[derive(Debug, Default)]
pub struct Walk {
    /// Prepare was accepted.
    pub prepared: Option<Prepared>,
    /// Complete has confirmed or cancelled it.
    pub ended: bool,
}

impl Case {
    /// An attempt that Prepare has accepted, on a fresh order.
    pub async fn prepared(&self) -> Result<Prepared, Stop> {
        let order = self.order().await?;
        self.prepared_on(&order).await
    }

    /// An attempt that Prepare has accepted, on this order.
    pub async fn prepared_on(&self, order: &Order) -> Result<Prepared, Stop> {
        let attempt = self.attempt(order);
        let reply = self.play(&self.prepare(&attempt)).await;
        reply.and_then(|reply| self.taken(attempt, reply)).map_err(|stop| stop.step(PREPARES))
    }

    /// What a Prepare has brought.
    pub fn taken(&self, attempt: Attempt, reply: Reply) -> Result<Prepared, Stop> {
        reply.accepted("for Prepare of an order that waits for payment")?;
        Ok(Prepared { id: reply.prepare_id()?, attempt, reply })
    }

    /// A payment that Complete has confirmed, on a fresh order, with the answer.
    pub async fn confirmed(&self) -> Result<(Prepared, Reply), Stop> {
        let prepared = self.prepared().await?;
        let reply = self.confirm(&prepared).await?;
        Ok((prepared, reply))
    }

    /// Confirms a payment.
    pub async fn confirm(&self, prepared: &Prepared) -> Result<Reply, Stop> {
        let reply = self.play(&self.complete(&prepared.attempt, &prepared.id)).await;
        let reply = reply.map_err(|stop| stop.step(COMPLETES))?;
        reply.accepted("for Complete of a payment that Prepare accepted").map_err(|stop| stop.step(COMPLETES))?;
        Ok(reply)
    }

    /// A payment that Complete has cancelled, on a fresh order.
    pub async fn cancelled(&self) -> Result<Prepared, Stop> {
        let prepared = self.prepared().await?;
        let reply = self.play(&self.cancel(&prepared.attempt, &prepared.id)).await;
        let refused = reply.and_then(|reply| reply.refused(&[CANCELLED], "for a Complete that cancels"));
        refused.map_err(|stop| stop.step(CANCELS))?;
        Ok(prepared)
    }

    /// The payment must still be open: a right Complete confirms it now.
    pub async fn still_open(&self, prepared: &Prepared, after: &str) -> Result<(), Stop> {
        let reply = self.play(&self.complete(&prepared.attempt, &prepared.id)).await?;
        match reply.error() {
            Some(PAID | CANCELLED) => {
                Err(reply.broken(format!("error 0, because {after} may not have changed anything")))
            }
            Some(_) | None => {
                reply.accepted(&format!("for the right Complete after {after}")).map_err(|stop| stop.step(COMPLETES))
            }
        }
    }

    /// The order must not be prepared: a right Prepare is accepted now, and its Complete too.
    pub async fn still_waits(&self, order: &Order, after: &str) -> Result<(), Stop> {
        let attempt = self.attempt(order);
        let reply = self.play(&self.prepare(&attempt)).await?;
        if matches!(reply.error(), Some(PAID | CANCELLED)) {
            return Err(reply.broken(format!("error 0, because {after} may not have changed anything")));
        }
        let prepared = self.taken(attempt, reply).map_err(|stop| stop.step(PREPARES))?;
        self.confirm(&prepared).await.map(drop)
    }
}
