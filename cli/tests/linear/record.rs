//! Plays a plan against the servers and writes down what every client saw.

use crate::history::{Op, Reply};
use crate::http::Connection;
use crate::model::ORDER;
use crate::plan::{self, CALLS, CLIENTS, IDS, NUMBER_TOLD, ORDERS, Planned};
use crate::search::OPERATIONS_MAX;
use crate::server::{Fleet, RULES};
use crate::wire;
use boothpay_test_support::Random;
use boothpay_test_support::model::Request;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a server may be unreachable before that is a finding.
const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that never goes back and agrees with the machine's at the history's start.
#[derive(Clone, Copy)]
struct Clock {
    started: Instant,
    at: i64,
}

impl Clock {
    fn start() -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self { started: Instant::now(), at: i64::try_from(at.as_micros()).unwrap() }
    }

    /// Microseconds since 1970.
    fn now(self) -> i64 {
        self.at + i64::try_from(self.started.elapsed().as_micros()).unwrap()
    }
}

/// What is done to a history.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// A server is killed in the middle of it, and started again.
    pub kill: bool,
    /// Everybody is silent until the payments that have begun are over.
    pub pause: bool,
}

/// What all clients of a history share.
struct Stage<'a> {
    fleet: &'a Fleet,
    clock: Clock,
    /// What the ids of the history's orders begin with.
    prefix: &'a str,
    /// Operations on each order, made or still planned.
    counts: Vec<AtomicUsize>,
    /// Our numbers of Click's attempts, as far as any client was told.
    numbers: Mutex<BTreeMap<(usize, u8), i64>>,
    /// Calls made so far.
    made: AtomicUsize,
    /// At which of them the server is killed.
    fatal: usize,
}

/// The operations on each order of a history, as they were sent.
pub fn record(fleet: &Fleet, prefix: &str, seed: u64, shape: Shape) -> Vec<Vec<Op>> {
    let random = &mut Random::new(seed);
    let plan = plan::calls(random, fleet.count() as u64, shape.pause);
    let victim = usize::try_from(random.below(fleet.count() as u64)).unwrap();
    let in_the_middle = CLIENTS * CALLS / 5 + usize::try_from(random.below((CLIENTS * CALLS / 2) as u64)).unwrap();
    let fatal = if shape.kill { in_the_middle } else { usize::MAX };
    let planned = |order| plan.iter().flatten().filter(|it| it.order == order).map(|it| plan::parts(&it.request)).sum();
    let counts = (0..ORDERS).map(|order| AtomicUsize::new(planned(order))).collect();
    let (clock, numbers, made) = (Clock::start(), Mutex::default(), AtomicUsize::new(0));
    let stage = Stage { fleet, clock, prefix, counts, numbers, made, fatal };

    let (now, when) = channel();
    let mut all: Vec<(usize, Op)> = std::thread::scope(|scope| {
        let clients: Vec<_> = plan
            .iter()
            .enumerate()
            .map(|(number, calls)| {
                let client = Client::new(&stage, number);
                let now = now.clone();
                scope.spawn(move || client.play(calls, shape.pause, &now))
            })
            .collect();
        if shape.kill {
            when.recv_timeout(PATIENCE).expect("the history gets to its middle");
            fleet.kill(victim);
            fleet.restart(victim);
        }
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    all.extend(Client::new(&stage, CLIENTS).last_looks());
    let mut orders = vec![Vec::new(); ORDERS];
    for (order, op) in all {
        orders[order].push(op);
    }
    for ops in &mut orders {
        ops.sort_by_key(|op| (op.sent, op.client, op.second_part));
    }
    orders
}

struct Client<'a> {
    stage: &'a Stage<'a>,
    number: usize,
    /// To each process, with its address.
    connections: Vec<Option<(String, Connection)>>,
    seen: Vec<(usize, Op)>,
}

impl<'a> Client<'a> {
    fn new(stage: &'a Stage<'a>, number: usize) -> Self {
        let connections = (0..stage.fleet.count()).map(|_| None).collect();
        Self { stage, number, connections, seen: Vec::new() }
    }

    fn play(mut self, calls: &[Planned], pause: bool, now: &Sender<()>) -> Vec<(usize, Op)> {
        for (turn, Planned { order, request, process }) in calls.iter().enumerate() {
            if pause && turn == CALLS / 2 {
                std::thread::sleep(Duration::from_millis(u64::try_from(RULES.wallets.limit + RULES.slack).unwrap()));
            }
            if self.stage.made.fetch_add(1, Ordering::SeqCst) == self.stage.fatal {
                now.send(()).unwrap();
            }
            let mut settled = self.call(*order, request, *process);
            // As a provider does: what was not answered is asked again, as long as the judge can take it.
            while !settled && self.there_is_room(*order) {
                settled = self.call(*order, request, *process);
            }
        }
        self.seen
    }

    /// Takes room for one more call on an order.
    fn there_is_room(&self, order: usize) -> bool {
        // A call may have two parts; the last looks have to fit as well.
        let most = OPERATIONS_MAX - 2 - last_looks().len();
        let count = &self.stage.counts[order];
        count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| (count <= most - 2).then_some(count + 2)).is_ok()
    }

    /// How everything stands in the end; asked until there is an answer.
    fn last_looks(mut self) -> Vec<(usize, Op)> {
        for order in 0..ORDERS {
            for request in last_looks() {
                let from = Instant::now();
                while !self.call(order, &request, 0) {
                    // Nothing is known of it, and it was only a question.
                    self.seen.pop();
                    assert!(from.elapsed() < PATIENCE, "{request:?} has no answer");
                }
            }
        }
        self.seen
    }

    /// One call; whether its outcome is known.
    fn call(&mut self, order: usize, request: &Request, process: usize) -> bool {
        let name = format!("{}{order}", self.stage.prefix);
        let request = &self.with_number(order, request);
        let (method, path, body) = wire::spoken(&name, request);
        let process = self.connect(process);
        let (_, connection) = self.connections[process].as_mut().unwrap();
        let sent = self.stage.clock.now();
        let outcome = connection.send(method, &path, &body);
        let received = self.stage.clock.now();
        if outcome.is_err() {
            self.connections[process] = None;
        }
        let replies = match outcome {
            Ok((status, body)) => wire::understood(&name, request, status, &body),
            Err(error) if error.kind() == ErrorKind::Other => Some((wire::not_json(&error), None)),
            Err(_) => None,
        };
        let client = self.number;
        let op = Op { client, sent, received: None, request: request.clone(), reply: None, second_part: false };
        let Some((first, second)) = replies else {
            self.seen.push((order, op));
            return false;
        };
        let known = Op { received: Some(received), ..op };
        if let Some(second) = second {
            let look = Op { request: Request::Look(ORDER), reply: Some(second), second_part: true, ..known.clone() };
            self.seen.push((order, look));
        }
        if let (Request::Prepare(call), Reply::Click { number: Some(number), .. }) = (request, &first) {
            self.stage.numbers.lock().unwrap().insert((order, call.id), *number);
        }
        self.seen.push((order, Op { reply: Some(first), ..known }));
        true
    }

    /// A Complete carries the number that a Prepare was told; before that, one that nobody has.
    fn with_number(&self, order: usize, request: &Request) -> Request {
        let Request::Complete(call, NUMBER_TOLD) = request else { return request.clone() };
        let known = self.stage.numbers.lock().unwrap().get(&(order, call.id)).copied();
        Request::Complete(*call, known.unwrap_or(999_999_999))
    }

    /// Makes sure of a connection to a process, or to another while that one is down; nothing has been sent before.
    fn connect(&mut self, wanted: usize) -> usize {
        let from = Instant::now();
        loop {
            for step in 0..self.connections.len() {
                let process = (wanted + step) % self.connections.len();
                let Some(address) = self.stage.fleet.address(process) else { continue };
                if self.connections[process].as_ref().is_some_and(|(known, _)| *known == address) {
                    return process;
                }
                if let Ok(connection) = Connection::open(&address) {
                    self.connections[process] = Some((address, connection));
                    return process;
                }
            }
            assert!(from.elapsed() < PATIENCE, "no server can be reached");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn last_looks() -> Vec<Request> {
    let each = (0..IDS).flat_map(|id| [Request::Check { id }, Request::UzumStatus { id }]);
    each.chain([Request::Status(ORDER)]).collect()
}
