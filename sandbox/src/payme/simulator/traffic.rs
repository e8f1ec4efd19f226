//! Many customers at once: connections that each play one customer after the other, and the audit of all of them.

use super::audit::{self, Audit};
use super::customer::{Finding, play};
use super::line::Line;
use super::plan::Plan;
use crate::payme::machine::{Attempt, Machine};
use crate::random::{Names, Random, now_ms};
use crate::suite::orders::{AccountShape, Order, Orders, Source};
use crate::suite::{Interrupt, Limit, Tally};
use crate::wire::{Client, SetupError, Target, Trust};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Everything that a session can be told.
pub struct Settings {
    /// The server.
    pub target: Target,
    /// Fresh orders.
    pub source: Source,
    /// The account objects.
    pub shape: AccountShape,
    /// The price in tiyin of orders that come without one.
    pub amount: i64,
    /// Repeats the plans.
    pub seed: u64,
    /// How many customers pay at once.
    pub connections: usize,
    /// How many of a hundred calls have a fault; 0 is the plain load.
    pub faults_percent: u64,
    /// A call that takes longer was not answered.
    pub timeout: Duration,
    /// Which certificates are believed.
    pub trust: Trust,
    /// Somebody may ask for the end.
    pub interrupt: Interrupt,
}

/// Traffic against one server: one or more rounds of load, then one audit.
pub struct Session {
    shared: Arc<Shared>,
    connections: usize,
    took: Duration,
    home: Home,
}

/// What came of a session.
pub struct Outcome {
    /// The address of the server.
    pub url: String,
    /// The seed that repeats its plans.
    pub seed: u64,
    /// How many customers paid at once.
    pub connections: usize,
    /// Counts and times.
    pub tally: Tally,
    /// The time of the load, without preparation and audit.
    pub took: Duration,
    /// What was read back.
    pub audit: Audit,
    /// Everything that was wrong.
    pub findings: Vec<Finding>,
    /// Answers that had no id.
    pub without_id: u64,
    /// Why the load ended early, if it did.
    pub trouble: Option<String>,
}

struct Shared {
    client: Client,
    orders: Orders,
    names: Names,
    seed: u64,
    faults_percent: u64,
    numbers: Arc<AtomicI64>,
    nameless: Arc<AtomicU64>,
    started: AtomicU64,
    ready: Mutex<VecDeque<Order>>,
    enough: AtomicBool,
    interrupt: Interrupt,
    customers: AtomicU64,
    wrong: AtomicU64,
}

/// What one connection, or all of them, bring home.
#[derive(Default)]
struct Home {
    tally: Tally,
    machines: Vec<Machine>,
    spoiled: Vec<Machine>,
    findings: Vec<Finding>,
    trouble: Option<String>,
}

/// After this many findings the load has shown enough.
const ENOUGH_FINDINGS: u64 = 100;

impl Session {
    /// A session with nothing sent yet.
    ///
    /// # Errors
    /// When the client could not be made.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let shared = Shared {
            client: Client::new(settings.target, settings.timeout, settings.trust)?,
            orders: Orders::new(settings.source, settings.shape, settings.amount),
            names: Names::fresh(),
            seed: settings.seed,
            faults_percent: settings.faults_percent,
            numbers: Arc::new(AtomicI64::new(100_000)),
            nameless: Arc::default(),
            started: AtomicU64::new(0),
            ready: Mutex::default(),
            enough: AtomicBool::new(false),
            interrupt: settings.interrupt,
            customers: AtomicU64::new(0),
            wrong: AtomicU64::new(0),
        };
        let connections = settings.connections.max(1);
        Ok(Self { shared: Arc::new(shared), connections, took: Duration::ZERO, home: Home::default() })
    }

    /// Tells, while the load runs, how many customers came to their end and for how many something was wrong.
    pub fn watch(&self) -> impl Fn() -> (u64, u64) + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move || (shared.customers.load(Ordering::Relaxed), shared.wrong.load(Ordering::Relaxed))
    }

    /// One round of load.
    pub async fn load(&mut self, limit: Limit) {
        let (last, duration) = match limit {
            Limit::Duration(duration) => (None, Some(duration)),
            Limit::Customers(count) => {
                self.prepare(count).await;
                (Some(self.shared.started.load(Ordering::Relaxed) + count), None)
            }
        };
        let begun = Instant::now();
        let deadline = duration.map(|duration| begun + duration);
        let mut connections = JoinSet::new();
        for _ in 0..self.connections {
            connections.spawn(connection(Arc::clone(&self.shared), last, deadline));
        }
        let homes = connections.join_all().await;
        self.took += begun.elapsed();
        // Connections that found the round full have counted one customer too many each.
        if let Some(last) = last {
            self.shared.started.store(last, Ordering::Relaxed);
        }
        for home in homes {
            self.home.tally.add(home.tally);
            self.home.machines.extend(home.machines);
            self.home.spoiled.extend(home.spoiled);
            self.home.findings.extend(home.findings);
            self.home.trouble = self.home.trouble.take().or(home.trouble);
        }
    }

    /// Makes the orders of a round before its clock starts.
    async fn prepare(&self, count: u64) {
        let left = Arc::new(AtomicI64::new(i64::try_from(count).unwrap_or(i64::MAX)));
        let mut makers = JoinSet::new();
        for _ in 0..self.connections {
            let (shared, left) = (Arc::clone(&self.shared), Arc::clone(&left));
            makers.spawn(async move {
                while !shared.interrupt.is_asked() && left.fetch_sub(1, Ordering::Relaxed) > 0 {
                    // Why there is none is told by the customer who goes without.
                    let Ok(order) = shared.orders.next(&shared.names).await else { return };
                    shared.ready.lock().unwrap_or_else(PoisonError::into_inner).push_back(order);
                }
            });
        }
        makers.join_all().await;
    }

    /// Reads everything back and ends the session.
    pub async fn audit(self) -> Outcome {
        let Self { shared, connections, took, mut home } = self;
        let share = home.machines.len().div_ceil(connections).max(1);
        let mut readers = JoinSet::new();
        let mut rest = std::mem::take(&mut home.machines);
        while !rest.is_empty() {
            let mut part = rest.split_off(rest.len().saturating_sub(share));
            let mut line = shared.line();
            readers.spawn(async move {
                let mut findings = Vec::new();
                let checked = audit::check(&mut line, &mut part, &mut findings).await;
                (part, findings, checked)
            });
        }
        let mut checked = 0;
        for (part, findings, count) in readers.join_all().await {
            home.machines.extend(part);
            home.findings.extend(findings);
            checked += count;
        }
        let (mut line, ours) = (shared.line(), shared.names.transaction_prefix());
        let mut audit = audit::statement(&mut line, &home.machines, &home.spoiled, &ours, &mut home.findings).await;
        audit.checked = checked;
        Outcome {
            url: shared.client.target().url.to_string(),
            seed: shared.seed,
            connections,
            tally: home.tally,
            took,
            audit,
            findings: home.findings,
            without_id: shared.nameless.load(Ordering::Relaxed),
            trouble: home.trouble.or_else(|| shared.interrupt.trouble()),
        }
    }
}

impl Shared {
    fn line(&self) -> Line {
        Line {
            client: self.client.clone(),
            numbers: Arc::clone(&self.numbers),
            nameless: Arc::clone(&self.nameless),
            tally: Tally::default(),
        }
    }

    /// Whether nobody new comes any more.
    fn has_ended(&self) -> bool {
        self.enough.load(Ordering::Relaxed) || self.interrupt.is_asked()
    }

    async fn order(&self) -> Result<Order, String> {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match ready {
            Some(order) => Ok(order),
            None => self.orders.next(&self.names).await,
        }
    }

    /// The customer with this number: his order and what he does. He has a sequence of random numbers of his own, so
    /// that the number of connections does not change the plans.
    fn customer(&self, number: u64, order: Order) -> (Machine, Plan) {
        let mut random = Random::new(self.seed.wrapping_add(number.wrapping_mul(0x9e37_79b9)));
        let plan = Plan::new(&mut random, self.faults_percent);
        let now = now_ms();
        let attempt = |age: &i64| Attempt::new(self.names.transaction_id(), now - age);
        let attempts = plan.ages_ms.iter().map(attempt).collect();
        (Machine { order, cumulative: self.orders.shape().cumulative, attempts }, plan)
    }
}

/// Plays one customer after the other until the round ends.
async fn connection(shared: Arc<Shared>, last: Option<u64>, deadline: Option<Instant>) -> Home {
    let mut home = Home::default();
    let mut line = shared.line();
    while deadline.is_none_or(|deadline| Instant::now() < deadline) && !shared.has_ended() {
        let number = shared.started.fetch_add(1, Ordering::Relaxed);
        if last.is_some_and(|last| number >= last) {
            break;
        }
        let order = match shared.order().await {
            Ok(order) => order,
            Err(reason) => {
                home.trouble = Some(reason);
                break;
            }
        };
        let (mut machine, plan) = shared.customer(number, order);
        let outcome = play(&mut line, &mut machine, &plan).await;
        shared.customers.fetch_add(1, Ordering::Relaxed);
        line.tally.customers += 1;
        match outcome {
            Ok(()) => {
                *ending(&mut line.tally, &machine) += 1;
                home.machines.push(machine);
            }
            Err(finding) => {
                home.findings.push(finding);
                home.spoiled.push(machine);
                if shared.wrong.fetch_add(1, Ordering::Relaxed) + 1 >= ENOUGH_FINDINGS {
                    shared.enough.store(true, Ordering::Relaxed);
                    let why = format!("{ENOUGH_FINDINGS} customers met something wrong, which shows enough");
                    home.trouble.get_or_insert(why);
                }
            }
        }
    }
    home.tally = line.tally;
    home
}

/// The count that an order belongs to.
fn ending<'t>(tally: &'t mut Tally, machine: &Machine) -> &'t mut u64 {
    let ended = |state| machine.attempts.iter().any(|attempt| attempt.state() == state);
    match (ended(2), ended(-2)) {
        (true, _) => &mut tally.paid,
        (false, true) => &mut tally.refunded,
        (false, false) => &mut tally.unpaid,
    }
}
