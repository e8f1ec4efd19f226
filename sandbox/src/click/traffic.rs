//! Customers of Click on a bad line, and one payment shown call by call.

use super::call::{Call, Signature};
use super::case::{Attempt, Case, Prepared};
use super::reply::{CANCELLED, PAID, Reply, SIGN};
use super::run::Click;
use crate::random::Random;
use crate::suite::orders::Order;
use crate::suite::{Customers, End, Ending, Fault, Play, Stop};
use crate::wire::{Exchange, cut_mid_body, hang_up};

/// What a customer did.
pub struct Story {
    order: Order,
    prepared: Prepared,
    end: Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Prepared, and never heard of again.
    Open,
    Paid,
    Cancelled,
    /// Paid and cancelled, in whatever order: both answers fitted, and what is left is one of the two.
    Either,
}

/// Plays a call through the bad line: `first` may be answered when it is new, `again` when it came before.
async fn call(
    case: &Case,
    random: &mut Random,
    faults: u64,
    call: &Call,
    first: &[i64],
    again: &[i64],
) -> Result<Reply, Stop> {
    let fault = Fault::perhaps(case, random, faults);
    let target = case.bench.client.target();
    // Where bytes cannot be cut (https), nothing is sent.
    match fault {
        Some(Fault::Cut) => drop(cut_mid_body(target, &case.request(call)).await),
        Some(Fault::Unheard) => drop(hang_up(target, &case.request(call)).await),
        Some(Fault::Stranger) => {
            let forged = call.clone().signed(Signature::Secret("a-strangers-secret".to_owned()));
            case.play(&forged).await?.refused(&[SIGN], "for the call of a stranger")?;
        }
        Some(Fault::Twice | Fault::Rival) | None => {}
    }
    let allowed = if fault == Some(Fault::Unheard) { [first, again].concat() } else { first.to_vec() };
    let reply = case.play(call).await?;
    reply.refused(&allowed, &format!("for action {} of a payment on its way", call.sent("action")))?;
    if fault == Some(Fault::Twice) {
        case.play(call).await?.refused(again, &format!("for action {} once more", call.sent("action")))?;
    }
    Ok(reply)
}

impl Customers for Click {
    type Story = Story;

    async fn play(case: &Case, random: &mut Random, faults: u64) -> Result<Story, Stop> {
        let order = case.order().await?;
        let attempt = case.attempt(&order);
        let reply = call(case, random, faults, &case.prepare(&attempt), &[0], &[0]).await?;
        let prepared = case.taken(attempt, reply)?;
        let rival = match random.chance(faults) {
            true => rival(case, &order).await?,
            false => None,
        };
        let complete = case.complete(&prepared.attempt, &prepared.id);
        let cancel = case.cancel(&prepared.attempt, &prepared.id);
        let end = match random.below(10) {
            0 => Ended::Open,
            1 | 2 => {
                call(case, random, faults, &cancel, &[CANCELLED], &[CANCELLED]).await?;
                Ended::Cancelled
            }
            3 => {
                call(case, random, faults, &complete, &[0], &[PAID]).await?;
                call(case, random, faults, &cancel, &[CANCELLED, PAID], &[CANCELLED, PAID]).await?;
                Ended::Either
            }
            4 => {
                let replies = case.play_at_once(&[complete, cancel]).await?;
                replies[0].refused(&[0, CANCELLED], "for the Complete beside a cancellation")?;
                replies[1].refused(&[CANCELLED, PAID], "for the cancellation beside a Complete")?;
                Ended::Either
            }
            _ => {
                call(case, random, faults, &complete, &[0], &[PAID]).await?;
                Ended::Paid
            }
        };
        if let (Some(rival), Ended::Paid) = (rival, end) {
            let late = case.complete(&rival.attempt, &rival.id);
            case.play(&late)
                .await?
                .refused(&[PAID, CANCELLED], "for the Complete of a rival, after the order was paid")?;
        }
        Ok(Story { order, prepared, end })
    }

    fn end(story: &Story) -> End {
        match story.end {
            Ended::Open | Ended::Cancelled => End::Unpaid,
            Ended::Paid => End::Paid,
            Ended::Either => End::Refunded,
        }
    }

    async fn audit(case: &Case, story: &Story) -> Result<(), Stop> {
        let Story { order, prepared, end } = story;
        let again = case.complete(&prepared.attempt, &prepared.id);
        let allowed: &[i64] = match end {
            // Money that comes late may still pay the order.
            Ended::Open => return Ok(()),
            Ended::Paid => &[PAID],
            Ended::Cancelled => &[CANCELLED],
            Ended::Either => &[PAID, CANCELLED],
        };
        case.play(&again).await?.refused(allowed, "for a payment that ended long ago")?;
        if *end == Ended::Paid {
            let another = case.prepare(&case.attempt(order));
            case.play(&another).await?.refused(&[PAID], "for another attempt to pay an order that was paid")?;
        }
        Ok(())
    }

    fn called(exchange: &Exchange) -> &'static str {
        if exchange.request.contains("action=0&") { "Prepare" } else { "Complete" }
    }
}

/// Another customer's attempt to pay the same order.
async fn rival(case: &Case, order: &Order) -> Result<Option<Prepared>, Stop> {
    Fault::Rival.note(case);
    let attempt: Attempt = case.attempt(order);
    let reply = case.play(&case.prepare(&attempt)).await?;
    match reply.refused(&[0, PAID, CANCELLED], "for a rival")? {
        0 => case.taken(attempt, reply).map(Some),
        _ => Ok(None),
    }
}

impl Play for Click {
    async fn pay(case: &Case, order: Order, ending: Ending, twice: bool) -> Result<(), Stop> {
        let attempt = case.attempt(&order);
        let prepare = case.prepare(&attempt);
        let reply = case.play(&prepare).await?;
        let prepared = case.taken(attempt, reply)?;
        if twice {
            case.play(&prepare).await?.accepted("for the same Prepare again")?;
        }
        let complete = case.complete(&prepared.attempt, &prepared.id);
        let cancel = case.cancel(&prepared.attempt, &prepared.id);
        let steps: Vec<(Call, &[i64], &[i64])> = match ending {
            Ending::Abandoned => vec![],
            Ending::Paid => vec![(complete, &[0], &[PAID])],
            Ending::Cancelled => vec![(cancel, &[CANCELLED], &[CANCELLED])],
            Ending::Refunded => vec![(complete, &[0], &[PAID]), (cancel, &[CANCELLED, PAID], &[CANCELLED, PAID])],
        };
        for (call, first, again) in steps {
            case.play(&call).await?.refused(first, "here")?;
            if twice {
                case.play(&call).await?.refused(again, "for the same call again")?;
            }
        }
        Ok(())
    }
}
