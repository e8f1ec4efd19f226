//! One payment of a wallet, shown call by call.

use super::case::{Bench, Case};
use super::orders::Order;
use super::stop::Stop;
use super::traffic::Customers;
use crate::wire::Exchange;
use std::sync::Arc;

/// How a single payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The customer pays.
    Paid,
    /// The payment is cancelled before the money came.
    Cancelled,
    /// The payment is taken back afterwards.
    Refunded,
    /// The customer goes away, and the wallet says nothing more.
    Abandoned,
}

/// A wallet whose single payments can be played.
pub trait Play: Customers {
    /// Plays one payment, each call twice if asked to.
    fn pay(
        case: &Self::Case,
        order: Order,
        ending: Ending,
        twice: bool,
    ) -> impl Future<Output = Result<(), Stop>> + Send;
}

/// What came of one payment.
pub struct Single {
    /// The calls by their names, in order.
    pub calls: Vec<(&'static str, Exchange)>,
    /// What was not right, if anything: what had to come, and what came.
    pub wrong: Option<(String, String)>,
    /// Whether it ended before its last call because somebody asked for that.
    pub interrupted: bool,
}

/// Plays one payment; the first answer that is not right ends it, and so does `stop`.
///
/// # Errors
/// A sentence when it could not be played.
pub async fn pay<P: Play>(
    provider: &P,
    bench: &Arc<Bench>,
    order: Order,
    ending: Ending,
    twice: bool,
    stop: impl Future<Output = ()>,
) -> Result<Single, String> {
    let common = Arc::new(Case::new(Arc::clone(bench)));
    let case = provider.case(Arc::clone(&common));
    let paid = tokio::select! {
        paid = P::pay(&case, order, ending, twice) => Some(paid),
        () = stop => None,
    };
    let (trail, _) = common.take();
    let calls = trail.into_iter().map(|exchange| (P::called(&exchange), exchange)).collect();
    match paid {
        Some(Ok(())) => Ok(Single { calls, wrong: None, interrupted: false }),
        Some(Err(Stop::Fail { expected, got, .. })) => {
            Ok(Single { calls, wrong: Some((expected, got)), interrupted: false })
        }
        Some(Err(Stop::Skip(reason) | Stop::Untried(reason))) => Err(reason),
        None => Ok(Single { calls, wrong: None, interrupted: true }),
    }
}
