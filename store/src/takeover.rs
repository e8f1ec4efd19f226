//! Taking over what another back end did: many changes in one transaction, all of them or none.
//!
//! It works like a batch of calls (`batch.rs`), but before the commit a function checks the result of all rows. A plan is the same
//! without writing. Servers may run beside it: on SQLite they wait for it as for any other program that writes, on
//! PostgreSQL their calls are blocked, and asked again, until it is done.

mod error;
mod postgres;
pub mod source;
mod sqlite;

pub use error::TakeoverError;

use crate::address::Address;
use crate::batch::{Asked, Call, Committed};
use crate::error::StoreError;
use crate::look::look;
use crate::tables::order::RowNumber;
use crate::tables::setting::FIRST_NUMBER;
use crate::world::World;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::setting::SettingName;
use boothpay_protocol::takeover::decide::Numbered;
use boothpay_protocol::time::TimeMs;
use std::collections::{HashMap, HashSet};
use tokio::sync::oneshot;

/// Decides on one order, as often as it is asked.
pub type Decide<R> = Box<dyn FnMut(&Rows) -> Decision<R> + Send>;

/// What a job is about to ask.
pub struct Ask<R> {
    /// The number that its order gets, if that is free.
    pub number: i64,
    /// What it looks at; the order among it.
    pub needs: Needs,
    /// What comes of it.
    pub decide: Decide<R>,
}

/// Which transaction has each number, up to the highest that is taken over.
#[derive(Debug, Default)]
pub struct Numbers {
    transactions: HashMap<i64, Numbered>,
    orders: HashSet<i64>,
}

impl Numbers {
    /// The transaction with a number.
    pub fn get(&self, number: i64) -> Option<&Numbered> {
        self.transactions.get(&number)
    }
}

/// Everything that is taken over together.
pub struct Job<'a, R> {
    /// The highest number among it.
    pub highest: i64,
    /// From here on, our own numbers are counted; not below one that was set before.
    pub first_number: i64,
    /// Now.
    pub at: TimeMs,
    /// What is asked; may be asked for more than once.
    pub asks: &'a (dyn Fn(&Numbers) -> Vec<Ask<R>> + Sync),
    /// Whether all that came of it is kept.
    pub keep: &'a (dyn Fn(&[R]) -> bool + Sync),
}

/// How a job ended, with what came of each question.
#[derive(Debug)]
pub enum Ended<R> {
    /// Everything is there.
    Kept(Vec<R>),
    /// Nothing was changed.
    Left(Vec<R>),
}

/// What would come of it now. Changes nothing, and makes no database. Blocks.
pub fn plan<R: Send + 'static>(address: &Address, job: &Job<'_, R>) -> Result<Vec<R>, TakeoverError> {
    match (look(address)?, address) {
        (Some(_), Address::SqliteFile(path)) => sqlite::plan(path, job),
        (Some(_), Address::Postgres(server)) => postgres::plan(server, job),
        (_, Address::SqliteMemory) | (None, _) => sqlite::plan_for_nothing(job),
    }
}

/// Does it. Blocks.
pub fn carry_out<R: Send + 'static>(address: &Address, job: &Job<'_, R>) -> Result<Ended<R>, TakeoverError> {
    match address {
        Address::SqliteFile(_) | Address::SqliteMemory => sqlite::carry_out(address, job),
        Address::Postgres(server) => postgres::carry_out(server, job),
    }
}

/// The questions as calls, with where their answers arrive.
struct Prepared<R> {
    calls: Vec<Box<dyn Call>>,
    answers: Vec<oneshot::Receiver<Result<Committed<R>, StoreError>>>,
    places: Vec<(Needs, RowNumber)>,
}

impl<R: Send + 'static> Prepared<R> {
    fn of(job: &Job<'_, R>, numbers: &Numbers) -> Self {
        let mut prepared = Self { calls: Vec::new(), answers: Vec::new(), places: Vec::new() };
        for Ask { number, needs, decide } in (job.asks)(numbers) {
            let (answer, answered) = oneshot::channel();
            if !numbers.orders.contains(&number) {
                prepared.places.push((needs.clone(), RowNumber(number)));
            }
            prepared.calls.push(Box::new(Asked { needs, actor: Actor::Import, decide, reply: None, answer }));
            prepared.answers.push(answered);
        }
        prepared
    }

    /// Where new orders are to stand.
    fn place(&self, world: &mut World) {
        for (needs, row) in &self.places {
            if let Some(order) = &needs.order {
                world.wish_place(order, *row);
            }
        }
    }

    /// What came of each question; a question that failed fails all.
    fn finish(self, outcomes: Vec<Result<Vec<Entry>, StoreError>>) -> Result<Vec<R>, StoreError> {
        for (call, outcome) in self.calls.into_iter().zip(outcomes) {
            call.finish(outcome);
        }
        let reply = |mut answered: oneshot::Receiver<Result<Committed<R>, StoreError>>| {
            answered.try_recv().map_err(|_| StoreError::Bug)?.map(|committed| committed.reply)
        };
        self.answers.into_iter().map(reply).collect()
    }
}

/// The call that moves our own numbers up.
fn first_number<R>(job: &Job<'_, R>) -> Result<Box<dyn Call>, StoreError> {
    let name = SettingName::parse(FIRST_NUMBER).map_err(|_| StoreError::Bug)?;
    let (highest, first, at) = (job.highest, job.first_number, job.at);
    let needs = Needs::setting(name.clone());
    let decide = move |rows: &Rows| {
        let set = rows.setting.as_ref().and_then(|setting| setting.value.as_deref()?.parse::<i64>().ok());
        match set {
            Some(set) if set > highest => Decision::answer(()),
            Some(_) | None => Decision::set(name.clone(), Some(first.to_string()), at, ()),
        }
    };
    // Nobody waits for this one's answer.
    let (answer, _) = oneshot::channel();
    Ok(Box::new(Asked { needs, actor: Actor::Import, decide, reply: None, answer }))
}
