//! What a check of Click's rules works with: the common case, and what Click's rules share besides.

use super::call::{Call, sign_time};
use super::reply::Reply;
use super::steps::Walk;
use crate::suite::orders::{Order, soum};
use crate::suite::{self, Stop};
use crate::wire::Request;
use reqwest::Url;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

/// What all cases of a run share, because they are Click's.
pub struct Shared {
    /// Our service at Click.
    pub service: String,
    /// The secret that signs.
    pub secret: String,
    /// Where Prepare goes.
    pub prepare: Url,
    /// Where Complete goes; the same address for both is allowed.
    pub complete: Url,
    /// The three payments of the 15 cases.
    pub walks: [Mutex<Walk>; 3],
    /// What was acknowledged before the server was restarted.
    pub restarted: OnceCell<[Prepared; 3]>,
}

/// One rule of Click being tried.
pub struct Case {
    common: Arc<suite::Case>,
    /// What Click's rules share.
    pub click: Arc<Shared>,
}

impl Deref for Case {
    type Target = suite::Case;

    fn deref(&self) -> &suite::Case {
        &self.common
    }
}

/// One attempt of a customer to pay an order.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Click's number of it.
    pub trans: i64,
    /// The number of the payment that the customer sees.
    pub paydoc: i64,
    /// The order's number.
    pub order: String,
    /// The price in tiyin.
    pub amount: i64,
}

/// An attempt that Prepare has accepted.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The attempt.
    pub attempt: Attempt,
    /// The number that the shop gave it.
    pub id: String,
    /// The answer to Prepare.
    pub reply: Reply,
}

impl Case {
    /// A case around the common one.
    pub fn new(common: Arc<suite::Case>, click: Arc<Shared>) -> Self {
        Self { common, click }
    }

    /// A new attempt to pay this order.
    pub fn attempt(&self, order: &Order) -> Attempt {
        let number = order.number(&self.bench.orders.shape().field);
        Attempt {
            trans: self.bench.names.number(),
            paydoc: self.bench.names.number(),
            order: number,
            amount: order.amount,
        }
    }

    /// A new attempt to pay an order that does not exist.
    pub fn nobodys_attempt(&self) -> Attempt {
        let odd = format!("no-such-{}", self.bench.names.number());
        let value = self.bench.orders.nobody(self.next_call(), odd);
        self.attempt(&Order { account: self.bench.orders.shape().account(value), amount: 1_000_000 })
    }

    /// Prepare of this attempt.
    pub fn prepare(&self, attempt: &Attempt) -> Call {
        self.call(&self.click.prepare, attempt, "0", None)
    }

    /// Complete of this attempt, after the money came.
    pub fn complete(&self, attempt: &Attempt, id: &str) -> Call {
        self.call(&self.click.complete, attempt, "1", Some(id))
    }

    /// Complete of this attempt, after no money came.
    pub fn cancel(&self, attempt: &Attempt, id: &str) -> Call {
        self.complete(attempt, id).set("error", "-5017").set("error_note", "Payment cancelled")
    }

    fn call(&self, url: &Url, attempt: &Attempt, action: &str, id: Option<&str>) -> Call {
        let mut fields = vec![
            ("click_trans_id", attempt.trans.to_string()),
            ("service_id", self.click.service.clone()),
            ("click_paydoc_id", attempt.paydoc.to_string()),
            ("merchant_trans_id", attempt.order.clone()),
        ];
        fields.extend(id.map(|id| ("merchant_prepare_id", id.to_owned())));
        fields.extend([
            ("amount", soum(attempt.amount)),
            ("action", action.to_owned()),
            ("error", "0".to_owned()),
            ("error_note", "Success".to_owned()),
            ("sign_time", sign_time()),
        ]);
        Call::new(url, fields)
    }

    /// The request of a call.
    pub fn request(&self, call: &Call) -> Request {
        call.request(&self.click.secret)
    }

    /// Sends a call; the answer has to be in Click's form.
    pub async fn play(&self, call: &Call) -> Result<Reply, Stop> {
        let (at, answer) = self.send(&self.request(call)).await?;
        Reply::read(at, &answer)
    }

    /// Makes these calls at one instant.
    pub async fn play_at_once(&self, calls: &[Call]) -> Result<Vec<Reply>, Stop> {
        let requests: Vec<Request> = calls.iter().map(|call| self.request(call)).collect();
        let answers = self.at_once(&requests).await;
        answers.into_iter().map(|answer| answer.and_then(|(at, answer)| Reply::read(at, &answer))).collect()
    }
}
