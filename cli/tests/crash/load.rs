//! The client: several connections, each with its own record and its own stories of orders, until the load is ended.

use crate::asks::{self, Attempt, ask, is_system_error};
use crate::database::Site;
use crate::http::{Connection, PATIENCE};
use crate::record::{Ask, Recorder};
use boothpay_test_support::Random;
use boothpay_test_support::model::Wallet;
use serde_json::Value;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Connections at once.
pub const WORKERS: u64 = 6;

/// Before an ask is repeated. A provider waits longer, which would only make the tests slower.
const PAUSE: Duration = Duration::from_millis(20);

/// The records of all connections and of the settling.
pub fn records(site: &Site) -> Vec<PathBuf> {
    (0..=WORKERS).map(|worker| site.folder().join(format!("record-{worker}.jsonl"))).collect()
}

/// Who asks whom.
pub struct Load<'a> {
    pub site: &'a Site,
    /// The servers; the connections begin with one after the other.
    pub addresses: &'a [String],
    /// The first part of all ids.
    pub round: &'a str,
    pub seed: u64,
    /// Connections that ask again until an ask is settled, as a provider does. The others end with their server and leave
    /// what was not answered to the judge.
    pub persistent: u64,
    /// How many of the persistent ones ask the next server then; the others stay with theirs.
    pub roaming: u64,
    /// How long an answer is waited for.
    pub patience: Duration,
}

/// What the connections met.
#[derive(Clone, Debug, Default)]
pub struct Met {
    /// The slowest answer of each server, in the order of the addresses.
    pub slowest: Vec<Duration>,
    /// Answers by which a server said that it could not do it now.
    pub system_errors: u64,
    /// When the last of them came.
    pub last_error: Option<Instant>,
    /// Connections lost, or given up for want of an answer.
    pub lost: u64,
    /// Asks that an answer to a repeat settled.
    pub repeated: u64,
    /// The longest time from such an ask to its settling, by those who ask the next server.
    pub slowest_settling: Duration,
}

/// A load under way, for whoever decides when it ends.
pub struct Going {
    stop: AtomicBool,
    settled: Vec<AtomicU64>,
}

impl Going {
    /// Asks that each server has settled so far, in the order of the addresses.
    pub fn settled(&self) -> Vec<u64> {
        self.settled.iter().map(|count| count.load(Ordering::SeqCst)).collect()
    }
}

/// Waits so long, or until something holds before that; whether it does. Where nothing is waited for, the instant is the
/// choice of the seed.
pub fn wait(how_long: Duration, mut until: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if until() {
            return true;
        }
        if started.elapsed() >= how_long {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Load<'_> {
    /// A load whose connections end with their only server.
    pub fn on<'a>(site: &'a Site, addresses: &'a [String], round: &'a str, seed: u64) -> Load<'a> {
        Load { site, addresses, round, seed, persistent: 0, roaming: 0, patience: PATIENCE }
    }

    /// Loads the servers as long as `drive` takes. What that gave, and what the connections met.
    pub fn run<T>(&self, drive: impl FnOnce(&Going) -> T) -> (T, Met) {
        let settled = self.addresses.iter().map(|_| AtomicU64::new(0)).collect();
        let going = Going { stop: AtomicBool::new(false), settled };
        std::thread::scope(|scope| {
            let shared = &going;
            let workers: Vec<_> = (0..WORKERS).map(|number| scope.spawn(move || self.worker(number, shared))).collect();
            let driven = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drive(&going)));
            going.stop.store(true, Ordering::SeqCst);
            let mut met = Met { slowest: vec![Duration::ZERO; self.addresses.len()], ..Met::default() };
            for worker in workers {
                met.add(&worker.join().unwrap());
            }
            (driven.unwrap_or_else(|panic| std::panic::resume_unwind(panic)), met)
        })
    }

    fn worker(&self, number: u64, going: &Going) -> Met {
        let mut worker = Worker {
            load: self,
            going,
            server: usize::try_from(number).unwrap() % self.addresses.len(),
            // The first ones end with their server, so that every server has connections of both kinds.
            is_persistent: number + self.persistent >= WORKERS,
            roams: number + self.roaming >= WORKERS,
            connection: None,
            record: Recorder::open(&records(self.site)[usize::try_from(number).unwrap()]),
            random: Random::new(self.seed.wrapping_mul(31).wrapping_add(number)),
            met: Met { slowest: vec![Duration::ZERO; self.addresses.len()], ..Met::default() },
        };
        let mut story = 0;
        while !going.stop.load(Ordering::SeqCst) && worker.story(&format!("{}-{number}-{story}", self.round)).is_ok() {
            story += 1;
        }
        worker.met
    }
}

impl Met {
    /// Adds what others met.
    pub fn add(&mut self, other: &Self) {
        self.slowest.resize(self.slowest.len().max(other.slowest.len()), Duration::ZERO);
        for (slowest, other) in self.slowest.iter_mut().zip(&other.slowest) {
            *slowest = (*slowest).max(*other);
        }
        self.system_errors += other.system_errors;
        self.last_error = self.last_error.max(other.last_error);
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.slowest_settling = self.slowest_settling.max(other.slowest_settling);
    }
}

struct Worker<'a> {
    load: &'a Load<'a>,
    going: &'a Going,
    server: usize,
    is_persistent: bool,
    roams: bool,
    connection: Option<Connection>,
    record: Recorder,
    random: Random,
    met: Met,
}

impl Worker<'_> {
    /// One order's story; ends early when the load does.
    fn story(&mut self, order: &str) -> io::Result<()> {
        self.ask(&asks::order(order))?;
        let wallets = [Wallet::Payme, Wallet::Click, Wallet::Uzum];
        // Payme's customers are half of them; the other's wallet is mostly another one.
        let wallet = self.random.weighted(&[(2, Wallet::Payme), (1, Wallet::Click), (1, Wallet::Uzum)]);
        let mut first = Attempt::of(order, wallet, 0);
        let mut second = Attempt::of(order, self.random.one_of(&wallets), 1);
        match self.random.below(7) {
            0 => {
                self.begin(&mut first)?;
                self.ask(&first.pay())?;
            }
            1 => {
                self.begin(&mut first)?;
                self.ask(&first.end())?;
                self.begin(&mut second)?;
                self.ask(&second.pay())?;
            }
            2 if first.can_refund() => {
                self.begin(&mut first)?;
                self.ask(&first.pay())?;
                self.ask(&first.end())?;
                self.ask(&first.end())?;
            }
            // Begun and given up: the sweep's, where the wallet's time is over so soon.
            2 | 3 => self.begin(&mut first)?,
            // Never paid: it expires.
            4 => {}
            // Two customers at one order: the second is refused before any money moves.
            5 => {
                self.begin(&mut first)?;
                self.begin(&mut second)?;
                self.ask(&first.pay())?;
            }
            _ => {
                self.begin(&mut first)?;
                self.begin(&mut first)?;
                let pay = first.pay();
                self.ask(&pay)?;
                self.ask(&pay)?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, attempt: &mut Attempt) -> io::Result<()> {
        let answer = self.ask(&attempt.begin())?;
        attempt.hear(&answer);
        Ok(())
    }

    /// Asks until there is an answer that settles it; the error is that there will be none.
    fn ask(&mut self, what: &Ask) -> io::Result<Value> {
        let begun = Instant::now();
        let mut is_repeat = false;
        loop {
            match self.once(what) {
                Ok(answer) if !is_system_error(&answer) => {
                    self.going.settled[self.server].fetch_add(1, Ordering::SeqCst);
                    if is_repeat {
                        self.met.repeated += 1;
                        if self.roams {
                            self.met.slowest_settling = self.met.slowest_settling.max(begun.elapsed());
                        }
                    }
                    return Ok(answer);
                }
                Ok(_) => {
                    self.met.system_errors += 1;
                    self.met.last_error = Some(Instant::now());
                }
                Err(error) => {
                    self.connection = None;
                    self.met.lost += 1;
                    if !self.is_persistent {
                        return Err(error);
                    }
                }
            }
            if self.going.stop.load(Ordering::SeqCst) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if self.roams {
                self.server = (self.server + 1) % self.load.addresses.len();
                self.connection = None;
            }
            is_repeat = true;
            std::thread::sleep(PAUSE);
        }
    }

    fn once(&mut self, what: &Ask) -> io::Result<Value> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::patient(&self.load.addresses[self.server], self.load.patience)?,
        };
        let begun = Instant::now();
        let answer = ask(&mut connection, &mut self.record, what)?;
        let slowest = &mut self.met.slowest[self.server];
        *slowest = (*slowest).max(begun.elapsed());
        self.connection = Some(connection);
        Ok(answer)
    }
}
