//! Who asks what, from a seed. What is asked is fixed beforehand; when it meets what others ask is not.

use crate::model::ORDER;
use boothpay_test_support::Random;
use boothpay_test_support::model::{Click, Id, Request};

/// Clients at once.
pub const CLIENTS: usize = 16;

/// Calls of each, before the last looks.
pub const CALLS: usize = 25;

/// What every order costs, in tiyin.
pub const PRICE: i64 = 1_000_000;

/// Payme's time of every transaction: nothing depends on it.
pub const PAYME_TIME: i64 = 1_790_000_000_000;

/// Attempts of each wallet to pay an order.
pub const IDS: u8 = 2;

/// In the place of the number of ours that a Complete carries: the one that a Prepare was told, if any was by then.
pub const NUMBER_TOLD: i64 = -1;

/// Orders of a history. At any time the clients are on three of them: the crowd moves on before one has too many calls.
pub const ORDERS: usize = 10;
const HOT: usize = 3;

/// Calls on one order, of those planned: the two parts of an answer, repeats of lost calls and the last looks come on top, and
/// all of it has to stay below the search's bound.
const PLANNED_MAX: usize = 46;

/// A call to make.
#[derive(Clone, Debug)]
pub struct Planned {
    pub order: usize,
    pub request: Request,
    /// To which of the processes.
    pub process: usize,
}

/// The calls of every client. After a pause, which comes at the middle, some ask for all payments that were under way.
pub fn calls(random: &mut Random, processes: u64, pause: bool) -> Vec<Vec<Planned>> {
    let mut counts = [0; ORDERS];
    let mut clients: Vec<Vec<Planned>> = vec![Vec::new(); CLIENTS];
    for turn in 0..CALLS {
        let newest = HOT - 1 + turn * (ORDERS - HOT + 1) / CALLS;
        for client in 0..CLIENTS {
            let mut order = newest - index(random, HOT);
            while counts[order] >= PLANNED_MAX {
                order = (order + 1) % ORDERS;
            }
            let repeated = (random.below(100) < 10).then(|| earlier(random, &clients, turn)).flatten();
            let (order, request) = match repeated.filter(|(order, _)| counts[*order] < PLANNED_MAX) {
                _ if pause && turn == CALLS / 2 && client < HOT * usize::from(IDS) => {
                    (newest - client % HOT, Request::Perform { id: (client / HOT) as Id })
                }
                Some(again) => again,
                None => (order, request(random, order == newest)),
            };
            counts[order] += parts(&request);
            let process = index(random, usize::try_from(processes).unwrap());
            clients[client].push(Planned { order, request, process });
        }
    }
    clients
}

/// A call that somebody has been told to make not long ago.
fn earlier(random: &mut Random, clients: &[Vec<Planned>], turn: usize) -> Option<(usize, Request)> {
    let turn = turn.checked_sub(1 + index(random, 2))?;
    let planned = clients[index(random, CLIENTS)].get(turn)?;
    Some((planned.order, planned.request.clone()))
}

/// How many operations a call's answer can be.
pub fn parts(request: &Request) -> usize {
    if matches!(request, Request::Close(_)) { 2 } else { 1 }
}

/// Half of the calls are of Payme and the booth; Click and Uzum share the rest.
fn request(random: &mut Random, new: bool) -> Request {
    let id: Id = random.one_of(&[0, 0, 1]);
    let amount = if random.percent(6) { PRICE + 100 } else { PRICE };
    let (order, paid) = (Some(ORDER), Some(amount));
    let error = if random.percent(15) { -5017 } else { 0 };
    let click = Click { id, order: ORDER, amount, error };
    match random.below(if new { 130 } else { 100 }) {
        0..13 => Request::Create { id, time: PAYME_TIME, order, amount: paid },
        13..23 => Request::Perform { id },
        23..31 => Request::Cancel { id, reason: random.one_of(&[1, 2, 3, 5, 10]) },
        31..37 => Request::Check { id },
        37..42 => Request::CheckPerform { order, amount: paid },
        42..53 => Request::Prepare(click),
        53..64 => Request::Complete(click, NUMBER_TOLD),
        64..66 => Request::UzumCheck { order },
        66..74 => Request::UzumCreate { id, order, amount },
        74..80 => Request::Confirm { id },
        80..83 => Request::Reverse { id },
        83..86 => Request::UzumStatus { id },
        86..91 => Request::Status(ORDER),
        91..93 => Request::Look(ORDER),
        93..95 => Request::Close(ORDER),
        // Rarely at another price: the first offer sets it, and who knows another cannot pay.
        _ => {
            let amount = if random.below(40) == 0 { PRICE + 100 } else { PRICE };
            Request::Offer { order: ORDER, amount, chosen: true }
        }
    }
}

fn index(random: &mut Random, count: usize) -> usize {
    usize::try_from(random.below(count as u64)).unwrap()
}
