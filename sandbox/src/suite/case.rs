//! What a rule's check works with: the server, fresh orders, new names, and the evidence it leaves behind.

use super::orders::{Order, Orders};
use super::restart::Restart;
use super::stop::Stop;
use crate::random::{Names, now_ms};
use crate::wire::{Answer, Client, Exchange, Request};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What all cases of a run share, whatever the provider.
pub struct Bench {
    /// The server under test.
    pub client: Client,
    /// Fresh orders.
    pub orders: Orders,
    /// New names.
    pub names: Names,
    /// Repeats a run.
    pub seed: u64,
    /// How long to wait before a repeat that must not depend on the clock's second.
    pub pause: Duration,
    /// Numbers of the calls.
    pub calls: AtomicI64,
    /// In how many bursts each race is run.
    pub rounds: usize,
    /// How the server can be restarted.
    pub restart: Restart,
    /// The order that no call may ever touch, shared by all rules that only expect refusals.
    pub untouched: tokio::sync::Mutex<Option<Order>>,
    /// Ids of the rules that were found broken so far.
    pub broken: Mutex<BTreeSet<&'static str>>,
}

impl Bench {
    /// Whether this rule was found broken before.
    pub fn is_broken(&self, id: &str) -> bool {
        lock(&self.broken).contains(id)
    }
}

/// One rule being tried.
pub struct Case {
    /// What it shares with the others.
    pub bench: Arc<Bench>,
    trail: Mutex<Vec<Exchange>>,
    notes: Mutex<Vec<String>>,
}

impl Case {
    /// A case with nothing in it yet.
    pub fn new(bench: Arc<Bench>) -> Self {
        Self { bench, trail: Mutex::default(), notes: Mutex::default() }
    }

    /// Takes the exchanges and the notes out of the case.
    pub fn take(&self) -> (Vec<Exchange>, Vec<String>) {
        (std::mem::take(&mut *lock(&self.trail)), std::mem::take(&mut *lock(&self.notes)))
    }

    /// Says in the report which of several good answers was given.
    pub fn note(&self, text: impl Into<String>) {
        let (mut notes, text) = (lock(&self.notes), text.into());
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// Notes something each time that it happens.
    pub fn tell(&self, word: &str) {
        lock(&self.notes).push(word.to_owned());
    }

    /// A fresh order that waits for payment.
    pub async fn order(&self) -> Result<Order, Stop> {
        self.bench.orders.next(&self.bench.names).await.map_err(Stop::Untried)
    }

    /// An order for calls that are to be refused. It is never paid, so one is enough for all rules, until one of them
    /// fails: then nobody knows what became of it, and the next rule gets another.
    pub async fn untouched(&self) -> Result<Order, Stop> {
        let mut untouched = self.bench.untouched.lock().await;
        let order = match untouched.take() {
            Some(order) => order,
            None => self.order().await?,
        };
        Ok(untouched.insert(order).clone())
    }

    /// Sends any request; anything that comes back over HTTP is an answer.
    pub async fn send(&self, request: &Request) -> Result<(usize, Answer), Stop> {
        let exchange = self.bench.client.send(request).await;
        self.answered(exchange)
    }

    /// Sends a request that may end its connection, on one that no later call uses. Whatever comes is evidence.
    pub async fn send_apart(&self, request: &Request) -> Result<Exchange, Stop> {
        let client = self.bench.client.apart().map_err(|error| Stop::Untried(error.to_string()))?;
        let exchange = client.send(request).await;
        self.record(exchange.clone());
        Ok(exchange)
    }

    /// Sends all these requests at one instant, each over a connection of its own: everything but the last byte goes
    /// ahead, the last bytes together.
    pub async fn at_once(&self, requests: &[Request]) -> Vec<Result<(usize, Answer), Stop>> {
        self.at_part_of_second(requests, None).await.1
    }

    /// The same at this part of a second, if one is given; the first number says when the last bytes were let go.
    pub async fn at_part_of_second(
        &self,
        requests: &[Request],
        part_ms: Option<i64>,
    ) -> (i64, Vec<Result<(usize, Answer), Stop>>) {
        let sent = self.bench.client.at_once(requests, part_ms).await;
        (sent.let_go_ms, sent.exchanges.into_iter().map(|exchange| self.answered(exchange)).collect())
    }

    fn answered(&self, exchange: Exchange) -> Result<(usize, Answer), Stop> {
        let answer = exchange.answer.clone();
        let at = self.record(exchange);
        answer
            .map(|answer| (at, answer))
            .map_err(|reason| Stop::fail(at, "an answer over HTTP", format!("none: {reason}")))
    }

    /// The number of the next call.
    pub fn next_call(&self) -> i64 {
        self.bench.calls.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds an exchange to the evidence.
    pub fn record(&self, exchange: Exchange) -> usize {
        let mut trail = lock(&self.trail);
        trail.push(exchange);
        trail.len() - 1
    }

    /// The last exchange, for a failure that no single answer shows.
    pub fn last(&self) -> usize {
        lock(&self.trail).len().saturating_sub(1)
    }

    /// The key, for rules about authorisation.
    pub fn key(&self) -> Result<String, Stop> {
        let key = self.bench.client.target().key.clone();
        key.ok_or_else(|| Stop::Skip("no --key was given: the server runs in its development mode".to_owned()))
    }

    /// Ends rules that make sense only for orders that are paid once.
    pub fn one_time(&self) -> Result<(), Stop> {
        match self.bench.orders.shape().cumulative {
            true => Err(Stop::Skip("the account is cumulative: it can be paid any number of times".to_owned())),
            false => Ok(()),
        }
    }

    /// Ends rules that make sense only for accounts that are paid again and again.
    pub fn cumulative(&self) -> Result<(), Stop> {
        match self.bench.orders.shape().cumulative {
            true => Ok(()),
            false => Err(Stop::Skip("the orders are one-time; cumulative accounts need --cumulative".to_owned())),
        }
    }

    /// Lets a clock of milliseconds move on.
    pub async fn moment(&self) {
        tokio::time::sleep(Duration::from_millis(3)).await;
    }

    /// Waits for the last part of a second. A time that is cut or rounded to seconds in one place and not in another
    /// differs there; earlier in the second rounding and cutting give the same.
    pub async fn late_in_a_second(&self) {
        tokio::time::sleep(Duration::from_millis(until_late(now_ms()))).await;
    }

    /// Lets the clock move on, so that an answer made from the clock differs from a stored one.
    pub async fn pause(&self) {
        tokio::time::sleep(self.bench.pause).await;
    }
}

/// The milliseconds from this time until late in a second, with enough of the second left for a call.
fn until_late(now_ms: i64) -> u64 {
    let into = now_ms.rem_euclid(1000);
    let wait = match into {
        ..600 => 600 - into,
        600..=800 => 0,
        _ => 1600 - into,
    };
    wait.unsigned_abs()
}

/// A value behind a lock that no panic can poison for us: what a case holds is evidence, whole or not.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_in_a_second_rounding_and_cutting_differ() {
        for now in 1_795_974_296_000..1_795_974_297_000_i64 {
            let then = now + i64::try_from(until_late(now)).unwrap();
            assert_ne!((then + 500) / 1000, then / 1000, "{now}");
            assert!(then - now < 1000 && then % 1000 <= 800, "{now}");
        }
    }
}
