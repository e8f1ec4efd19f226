//! The line between Payme and the server: retries like Payme, and breaks when told to.

use crate::suite::Tally;
use crate::wire::{Authorization, Client, Request, Target, cut_mid_body, hang_up};
use futures_util::future::join_all;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

/// One connection's way to the server.
pub struct Line {
    /// The client, shared by all connections.
    pub client: Client,
    /// The numbers of calls, shared as well.
    pub numbers: Arc<AtomicI64>,
    /// Answers without an id, shared as well.
    pub nameless: Arc<AtomicU64>,
    /// What this connection counted.
    pub tally: Tally,
}

impl Line {
    /// Calls, and repeats the call while the server is silent or blames itself, as Payme does.
    ///
    /// # Errors
    /// A sentence when there was still no answer.
    pub async fn call(&mut self, method: &'static str, params: &Value) -> Result<Value, String> {
        const TRIES: usize = 4;
        let mut reason = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.tally.retries += 1;
            }
            let started = Instant::now();
            match self.once(method, params, Authorization::Right).await {
                Ok(answer) => {
                    self.tally.answered(method, started.elapsed());
                    return Ok(answer);
                }
                Err(why) => reason = why,
            }
        }
        Err(format!("no usable answer to {method} in {TRIES} tries: {reason}"))
    }

    /// Several calls at once.
    ///
    /// # Errors
    /// A sentence when one of them was not answered, also when it was repeated alone.
    pub async fn together(&mut self, calls: &[(&'static str, Value)]) -> Result<Vec<Value>, String> {
        let sent = calls.iter().map(|(method, params)| self.once(method, params, Authorization::Right));
        let answers = join_all(sent).await;
        let mut all = Vec::with_capacity(calls.len());
        for (answer, (method, params)) in answers.into_iter().zip(calls) {
            match answer {
                Ok(answer) => all.push(answer),
                // Whatever became of the lost call, the answer to its repeat has to fit.
                Err(_) => {
                    self.tally.retries += 1;
                    all.push(self.call(method, params).await?);
                }
            }
        }
        Ok(all)
    }

    /// The call of a stranger.
    ///
    /// # Errors
    /// A sentence when there was no answer.
    pub async fn stranger(&mut self, method: &'static str, params: &Value) -> Result<Value, String> {
        let header = Target::basic(&self.client.target().login, "a-strangers-key-a-strangers-key-1234");
        self.once(method, params, Authorization::Other { header, shown: String::new() }).await
    }

    /// The call with half of its body. Where bytes cannot be cut (https), nothing is sent.
    pub async fn cut(&mut self, method: &'static str, params: &Value) {
        let request = Request::call(self.number(), method, params);
        drop(cut_mid_body(self.client.target(), &request).await);
    }

    /// The call with nobody there to hear the answer.
    pub async fn unheard(&mut self, method: &'static str, params: &Value) {
        let request = Request::call(self.number(), method, params);
        drop(hang_up(self.client.target(), &request).await);
    }

    fn number(&self) -> i64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    async fn once(&self, method: &str, params: &Value, authorization: Authorization) -> Result<Value, String> {
        let number = self.number();
        let answer = self.client.answer(&Request::call(number, method, params).with(authorization)).await?;
        if answer.status != 200 {
            return Err(format!("HTTP status {}", answer.status));
        }
        let body = answer.json().ok_or("the answer is not JSON")?;
        // Payme needs the id; without it the answer can still be judged, because each connection has one call at a time.
        let nameless = body.get("id").is_none();
        if nameless {
            self.nameless.fetch_add(1, Ordering::Relaxed);
        }
        if !nameless && body.get("id").and_then(Value::as_i64) != Some(number) {
            return Err(format!("the answer has not the id {number} of the call: {body}"));
        }
        match body.pointer("/error/code").and_then(Value::as_i64) {
            Some(-32400) => Err("the server reports a fault of its own (-32400)".to_owned()),
            Some(_) | None => Ok(body),
        }
    }
}
