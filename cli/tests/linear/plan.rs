//! Who asks what, from a seed. What is asked is fixed beforehand; when it meets what others ask is not.

use crate::history::{Id, Request};
use crate::random::Random;

/// Clients at once.
pub const CLIENTS: usize = 16;

/// Calls of each, before the last looks.
pub const CALLS: usize = 25;

/// What every order costs, in tiyin.
pub const PRICE: i64 = 1_000_000;

/// Transactions that try to pay an order.
pub const IDS: u8 = 3;

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
            counts[order] += if request == Request::Close { 2 } else { 1 };
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

fn request(random: &mut Random, new: bool) -> Request {
    let id: Id = [0, 0, 0, 1, 1, 2][index(random, 6)];
    let amount = if random.below(100) < 6 { PRICE + 100 } else { PRICE };
    match random.below(if new { 130 } else { 100 }) {
        0..24 => Request::Create { id, amount },
        24..42 => Request::Perform { id },
        42..54 => Request::Cancel { id, reason: [1, 2, 3, 5, 10][index(random, 5)] },
        54..66 => Request::Check { id },
        66..74 => Request::CheckPerform { amount },
        74..84 => Request::Status,
        84..88 => Request::Look,
        88..92 => Request::Close,
        // Rarely at another price: the first offer sets it, and who knows another cannot pay.
        _ => Request::Offer { amount: if random.below(40) == 0 { PRICE + 100 } else { PRICE } },
    }
}

fn index(random: &mut Random, count: usize) -> usize {
    usize::try_from(random.below(count as u64)).unwrap()
}
