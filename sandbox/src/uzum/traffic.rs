//! Customers of Uzum on a bad line, and one payment shown call by call.

use super::case::{Call, Case};
use super::reply::{ACCOUNT, CANCELLED, CONFIRMED, DENIED, ENDED, EXISTS, FINAL, INTERNAL, PAID, REVERSED, Reply};
use super::run::Uzum;
use crate::random::Random;
use crate::suite::orders::Order;
use crate::suite::{Customers, End, Ending, Fault, Play, Stop};
use crate::wire::{Authorization, Exchange, Target, cut_mid_body, hang_up};
use serde_json::Value;

/// What a customer did, and what was acknowledged.
pub struct Story {
    id: String,
    status: &'static str,
    /// The times that the answers told, by their names.
    times: Vec<(&'static str, Value)>,
}

/// Plays a call through the bad line: it has to be answered with this status, or with this code where it came before.
async fn call(
    case: &Case,
    random: &mut Random,
    faults: u64,
    call: &Call,
    word: &'static str,
    again: i64,
) -> Result<Reply, Stop> {
    let fault = Fault::perhaps(case, random, faults);
    let target = case.bench.client.target();
    // Where bytes cannot be cut (https), nothing is sent.
    match fault {
        Some(Fault::Cut) => drop(cut_mid_body(target, &case.request(call)).await),
        Some(Fault::Unheard) => drop(hang_up(target, &case.request(call)).await),
        Some(Fault::Stranger) if target.key.is_some() => {
            let header = Target::basic(&target.login, "a-strangers-password");
            let authorization = Authorization::Other { header, shown: "Basic <a stranger's password>".to_owned() };
            let request = case.request(call).with(authorization);
            case.ask(&request).await?.refused(&[DENIED], "for the call of a stranger")?;
        }
        Some(Fault::Stranger | Fault::Twice | Fault::Rival) | None => {}
    }
    let reply = case.play(call).await?;
    if fault != Some(Fault::Unheard) || reply.code() != Some(again) {
        reply.accepted(word, &format!("for {} of a payment on its way", call.operation))?;
    }
    if fault == Some(Fault::Twice) {
        let repeat = case.play(call).await?;
        repeat.repeats(again, &reply, &format!("for {} once more", call.operation))?;
    }
    Ok(reply)
}

impl Customers for Uzum {
    type Story = Story;

    async fn play(case: &Case, random: &mut Random, faults: u64) -> Result<Story, Stop> {
        let (order, id) = (case.order().await?, case.id());
        case.play(&case.check(&order)).await?.accepted("OK", "for an order that waits for payment")?;
        let created = call(case, random, faults, &case.create(&id, &order), "CREATED", EXISTS).await?;
        let rival = random.chance(faults);
        let rival = if rival { rival_of(case, &order).await? } else { None };
        let mut times = vec![("transTime", created.body.get("transTime").cloned().unwrap_or_default())];
        let (confirm, reverse) = (case.confirm(&id), case.reverse(&id));
        let status = match random.below(10) {
            0 => "CREATED",
            1 | 2 => {
                let reply = call(case, random, faults, &reverse, "REVERSED", ENDED).await?;
                times.push(("reverseTime", reply.body.get("reverseTime").cloned().unwrap_or_default()));
                "REVERSED"
            }
            3 => {
                call(case, random, faults, &confirm, "CONFIRMED", CONFIRMED).await?;
                let reply = case.play(&reverse).await?;
                match reply.code() {
                    Some(_) => reply.refused(&[FINAL], "or status REVERSED after the payment").map(|_| "CONFIRMED")?,
                    None => reply.accepted("REVERSED", "after the payment").map(|()| "REVERSED")?,
                }
            }
            4 => at_once(case, confirm, reverse).await?,
            _ => {
                let reply = call(case, random, faults, &confirm, "CONFIRMED", CONFIRMED).await?;
                times.push(("confirmTime", reply.body.get("confirmTime").cloned().unwrap_or_default()));
                "CONFIRMED"
            }
        };
        if let (Some(rival), "CONFIRMED") = (rival, status) {
            let late = case.play(&case.confirm(&rival)).await?;
            if late.status() == Some("CONFIRMED") {
                return Err(late.broken("a refusal for the confirm of a rival, after the order was paid"));
            }
        }
        // What a lost answer said is not known: status tells it then.
        times.retain(|(_, time)| !time.is_null());
        Ok(Story { id, status, times })
    }

    fn end(story: &Story) -> End {
        match story.status {
            "CONFIRMED" => End::Paid,
            "REVERSED" => End::Refunded,
            _ => End::Unpaid,
        }
    }

    async fn audit(case: &Case, story: &Story) -> Result<(), Stop> {
        let row = case.play(&case.status(&story.id)).await?;
        row.accepted(story.status, "from status, as the calls were answered")?;
        story.times.iter().try_for_each(|(name, time)| row.member(name, time))
    }

    fn called(exchange: &Exchange) -> &'static str {
        const OPERATIONS: [&str; 5] = ["check", "create", "confirm", "reverse", "status"];
        let line = exchange.request.lines().next().unwrap_or_default();
        OPERATIONS.into_iter().find(|operation| line.ends_with(operation)).unwrap_or("others")
    }
}

/// confirm and reverse at the same instant: what status has to say afterwards.
async fn at_once(case: &Case, confirm: Call, reverse: Call) -> Result<&'static str, Stop> {
    let replies = case.play_at_once(&[confirm, reverse]).await?;
    let (confirmed, reversed) = (&replies[0], &replies[1]);
    match (confirmed.code(), reversed.code()) {
        (None, None) => {
            confirmed.accepted("CONFIRMED", "beside a reverse")?;
            reversed.accepted("REVERSED", "beside a confirm").map(|()| "REVERSED")
        }
        (None, Some(_)) => {
            confirmed.accepted("CONFIRMED", "beside a reverse")?;
            reversed.refused(&[FINAL], "or status REVERSED beside a confirm").map(|_| "CONFIRMED")
        }
        (Some(_), _) => {
            confirmed.refused(&[REVERSED], "or status CONFIRMED beside a reverse")?;
            reversed.accepted("REVERSED", "beside a confirm that came too late").map(|()| "REVERSED")
        }
    }
}

/// Another customer's transaction for the same order, if the merchant takes it.
async fn rival_of(case: &Case, order: &Order) -> Result<Option<String>, Stop> {
    Fault::Rival.note(case);
    let id = case.id();
    let reply = case.play(&case.create(&id, order)).await?;
    match reply.code() {
        None => reply.accepted("CREATED", "or a refusal for a rival").map(|()| Some(id)),
        Some(_) => reply.refused(&[ACCOUNT, PAID, CANCELLED, INTERNAL], "for a rival").map(|_| None),
    }
}

impl Play for Uzum {
    async fn pay(case: &Case, order: Order, ending: Ending, twice: bool) -> Result<(), Stop> {
        let id = case.id();
        case.play(&case.check(&order)).await?.accepted("OK", "for an order that waits for payment")?;
        let create = (case.create(&id, &order), "CREATED", EXISTS);
        let confirm = (case.confirm(&id), "CONFIRMED", CONFIRMED);
        let reverse = (case.reverse(&id), "REVERSED", ENDED);
        let steps = match ending {
            Ending::Abandoned => vec![create],
            Ending::Paid => vec![create, confirm],
            Ending::Cancelled => vec![create, reverse],
            Ending::Refunded => vec![create, confirm, reverse],
        };
        let mut word = "OK";
        for (call, wanted, again) in steps {
            let reply = case.play(&call).await?;
            if word == "CONFIRMED" && reply.code() == Some(FINAL) {
                // A merchant that has delivered may refuse to give the money back.
                break;
            }
            reply.accepted(wanted, &format!("for {}", call.operation))?;
            word = wanted;
            if twice {
                case.play(&call).await?.repeats(again, &reply, &format!("for {} again", call.operation))?;
            }
        }
        case.play(&case.status(&id)).await?.accepted(word, "from status")
    }
}
