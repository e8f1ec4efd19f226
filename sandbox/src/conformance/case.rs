//! What a rule's check works with: the server, fresh orders, new names, and the evidence it leaves behind.

use super::reply::Reply;
use crate::orders::{Order, Orders};
use crate::random::Names;
use crate::wire::{Answer, Client, Exchange, Request};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;

/// What all rules of a run share.
pub struct Bench {
    /// The server under test.
    pub client: Client,
    /// Fresh orders.
    pub orders: Orders,
    /// New names.
    pub names: Names,
    /// Repeats a run.
    pub seed: u64,
    /// How a transaction can be made older than 12 hours.
    pub aging: Aging,
    /// The suite may change the key (and changes it back).
    pub may_change_password: bool,
    /// How long to wait before a repeat that must not depend on the clock's second.
    pub pause: Duration,
    /// The order that no call may ever touch, shared by all rules that only expect refusals.
    pub untouched: AsyncMutex<Option<Order>>,
    /// The two official scenarios, each a walk over one order.
    pub walks: [super::rules::Walk; 2],
    /// Numbers of the calls.
    pub calls: AtomicI64,
}

/// A function that makes a transaction older; for tests that own the server's clock.
pub type AgeHook = Arc<dyn Fn(String, i64) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// How a transaction can get older than 12 hours while the suite waits.
#[derive(Clone)]
pub enum Aging {
    /// Not at all: the rules about the limit are skipped.
    None,
    /// A command that gets `PAYME_ID`, `AGE_MS` and `ACCOUNT` in its environment.
    Command(String),
    /// The server was started with this limit instead of 12 hours.
    Timeout(Duration),
    /// A function of the program that runs the suite.
    Hook(AgeHook),
}

/// Why a check ended early.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The rule does not apply here, or cannot be tried.
    Skip(String),
    /// The server broke the rule.
    Fail {
        /// The exchange that shows it.
        at: usize,
        /// What had to come.
        expected: String,
        /// What came.
        got: String,
    },
}

impl Stop {
    /// The rule is broken, as the exchange with this number shows.
    pub fn fail(at: usize, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self::Fail { at, expected: expected.into(), got: got.into() }
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

    /// The exchanges and the notes of the case.
    pub fn finish(self) -> (Vec<Exchange>, Vec<String>) {
        let trail = self.trail.into_inner().unwrap_or_else(PoisonError::into_inner);
        (trail, self.notes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says in the report which of several good answers was given.
    pub fn note(&self, text: impl Into<String>) {
        let (mut notes, text) = (lock(&self.notes), text.into());
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// A fresh order that waits for payment.
    pub async fn order(&self) -> Result<Order, Stop> {
        self.bench.orders.next(&self.bench.names).await.map_err(Stop::Skip)
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

    /// A new transaction id.
    pub fn id(&self) -> String {
        self.bench.names.transaction_id()
    }

    /// Sends any request; anything that comes back over HTTP is an answer.
    pub async fn send(&self, request: &Request) -> Result<(usize, Answer), Stop> {
        let exchange = self.bench.client.send(request).await;
        let answer = exchange.answer.clone();
        let at = self.record(exchange);
        match answer {
            Ok(answer) => Ok((at, answer)),
            Err(reason) => Err(Stop::fail(at, "an answer over HTTP", format!("none: {reason}"))),
        }
    }

    /// Sends a request that may end its connection, on one that no later call uses. Whatever comes is evidence.
    pub async fn send_apart(&self, request: &Request) -> Result<Exchange, Stop> {
        let client = self.bench.client.apart().map_err(|error| Stop::Skip(error.to_string()))?;
        let exchange = client.send(request).await;
        self.record(exchange.clone());
        Ok(exchange)
    }

    /// Sends any request; the answer has to be JSON-RPC. The HTTP status is the business of a rule of its own.
    pub async fn rpc(&self, request: &Request) -> Result<Reply, Stop> {
        let (at, answer) = self.send(request).await?;
        Reply::read(at, &answer)
    }

    /// Calls a method with the right credentials.
    pub async fn call(&self, method: &str, params: &Value) -> Result<Reply, Stop> {
        self.rpc(&Request::call(self.next_call(), method, params)).await
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

    /// Lets the clock move on, so that an answer made from the clock differs from a stored one.
    pub async fn pause(&self) {
        tokio::time::sleep(self.bench.pause).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
