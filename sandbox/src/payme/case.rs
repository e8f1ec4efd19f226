//! What a check of Payme's rules works with: the common case, and what Payme's rules share besides.

use super::aging::Aging;
use super::before::Before;
use super::key::Keys;
use super::reply::Reply;
use super::slowest::Slowest;
use super::walk::Walk;
use crate::suite::{self, Stop};
use crate::wire::{Answer, Request};
use serde_json::Value;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Mutex, OnceCell};

/// What all cases of a run share, because they are Payme's.
pub struct Shared {
    /// How a transaction can be made older than 12 hours.
    pub aging: Aging,
    /// The key may be changed (and is changed back).
    pub may_change_password: bool,
    /// The two official scenarios, each a walk over one order.
    pub walks: [Mutex<Walk>; 2],
    /// Keys that the server may have by now.
    pub keys: Keys,
    /// What was acknowledged before the server was restarted.
    pub restarted: OnceCell<Before>,
    /// The slowest answers so far.
    pub slowest: Slowest,
}

/// One rule of Payme being tried.
pub struct Case {
    common: Arc<suite::Case>,
    /// What Payme's rules share.
    pub payme: Arc<Shared>,
}

impl Deref for Case {
    type Target = suite::Case;

    fn deref(&self) -> &suite::Case {
        &self.common
    }
}

impl Case {
    /// A case around the common one.
    pub fn new(common: Arc<suite::Case>, payme: Arc<Shared>) -> Self {
        Self { common, payme }
    }

    /// A new transaction id.
    pub fn id(&self) -> String {
        self.bench.names.transaction_id()
    }

    /// Sends any request; the answer has to be JSON-RPC. The HTTP status is the business of a rule of its own.
    pub async fn rpc(&self, request: &Request) -> Result<Reply, Stop> {
        let (at, answer) = self.send(request).await?;
        Reply::read(at, &answer)
    }

    /// Calls a method with the right credentials.
    pub async fn call(&self, method: &str, params: &Value) -> Result<Reply, Stop> {
        let request = Request::call(self.next_call(), method, params);
        let begun = Instant::now();
        let (at, answer) = self.send(&request).await?;
        self.payme.slowest.note(method, begun.elapsed());
        Reply::read(at, &answer)
    }

    /// Makes these calls at one instant.
    pub async fn calls_at_once(&self, calls: &[(&str, Value)]) -> Result<Vec<Reply>, Stop> {
        self.calls_at_part_of_second(calls, None).await.map(|(_, replies)| replies)
    }

    /// The same at this part of a second, if one is given, with the time at which they were let go.
    pub async fn calls_at_part_of_second(
        &self,
        calls: &[(&str, Value)],
        part_ms: Option<i64>,
    ) -> Result<(i64, Vec<Reply>), Stop> {
        let request = |(method, params): &(&str, Value)| Request::call(self.next_call(), method, params);
        let requests: Vec<Request> = calls.iter().map(request).collect();
        let (let_go_ms, answers) = self.at_part_of_second(&requests, part_ms).await;
        let read = |answer: Result<(usize, Answer), Stop>| answer.and_then(|(at, answer)| Reply::read(at, &answer));
        Ok((let_go_ms, answers.into_iter().map(read).collect::<Result<_, Stop>>()?))
    }
}
