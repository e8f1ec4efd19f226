//! What a check of Uzum's rules works with: the common case, and what Uzum's rules share besides.

use super::reply::Reply;
use crate::random::now_ms;
use crate::suite::orders::Order;
use crate::suite::{self, Stop};
use crate::wire::{Request, Target};
use reqwest::Url;
use serde_json::{Map, Value, json};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What all cases of a run share, because they are Uzum's.
pub struct Shared {
    /// Our service at Uzum.
    pub service: i64,
    /// What was acknowledged before the server was restarted.
    pub restarted: OnceCell<[Created; 3]>,
}

/// One rule of Uzum being tried.
pub struct Case {
    common: Arc<suite::Case>,
    /// What Uzum's rules share.
    pub uzum: Arc<Shared>,
}

impl Deref for Case {
    type Target = suite::Case;

    fn deref(&self) -> &suite::Case {
        &self.common
    }
}

/// A transaction that the merchant has accepted.
#[derive(Debug, Clone)]
pub struct Created {
    /// Uzum's id.
    pub id: String,
    /// What it pays.
    pub order: Order,
    /// The answer to create.
    pub created: Reply,
    /// The answer to the call that ended it, if one did.
    pub ended: Option<Reply>,
}

/// One of the five operations with its body.
#[derive(Debug, Clone)]
pub struct Call {
    /// The last part of the address.
    pub operation: &'static str,
    /// The body.
    pub body: Map<String, Value>,
}

impl Call {
    /// With another value.
    #[must_use]
    pub fn set(mut self, name: &str, value: Value) -> Self {
        self.body.insert(name.to_owned(), value);
        self
    }

    /// Without this member.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.body.remove(name);
        self
    }
}

/// The address of an operation under the merchant's own one.
pub fn address(target: &Target, operation: &str) -> Url {
    let mut url = target.url.clone();
    let path = format!("{}/{operation}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

impl Case {
    /// A case around the common one.
    pub fn new(common: Arc<suite::Case>, uzum: Arc<Shared>) -> Self {
        Self { common, uzum }
    }

    /// A new id of a transaction.
    pub fn id(&self) -> String {
        self.bench.names.uuid()
    }

    /// An order that does not exist.
    pub fn nobodys_order(&self) -> Order {
        let odd = format!("no-such-{}", self.bench.names.number());
        let number = self.bench.orders.nobody(self.next_call(), odd);
        Order { account: self.bench.orders.shape().account(number), amount: 1_000_000 }
    }

    fn call(&self, operation: &'static str, more: Value) -> Call {
        let mut body = Map::new();
        body.insert("serviceId".to_owned(), json!(self.uzum.service));
        body.insert("timestamp".to_owned(), json!(now_ms()));
        if let Value::Object(more) = more {
            body.extend(more);
        }
        Call { operation, body }
    }

    /// check.
    pub fn check(&self, order: &Order) -> Call {
        self.call("check", json!({"params": order.account}))
    }

    /// create.
    pub fn create(&self, id: &str, order: &Order) -> Call {
        self.call("create", json!({"transId": id, "params": order.account, "amount": order.amount}))
    }

    /// confirm.
    pub fn confirm(&self, id: &str) -> Call {
        let payment = json!({"transId": id, "paymentSource": "UZCARD", "tariff": null,
            "processingReferenceNumber": "123456789012", "phone": "998901234567", "cardType": 2});
        self.call("confirm", payment)
    }

    /// reverse.
    pub fn reverse(&self, id: &str) -> Call {
        self.call("reverse", json!({"transId": id}))
    }

    /// status.
    pub fn status(&self, id: &str) -> Call {
        self.call("status", json!({"transId": id}))
    }

    /// The request of a call, with the right credentials.
    pub fn request(&self, call: &Call) -> Request {
        let url = address(self.bench.client.target(), call.operation);
        Request::json(&Value::Object(call.body.clone())).to(&url)
    }

    /// Sends any request; the answer has to be in Uzum's form.
    pub async fn ask(&self, request: &Request) -> Result<Reply, Stop> {
        let (at, answer) = self.send(request).await?;
        Reply::read(at, &answer)
    }

    /// Sends a call with the right credentials.
    pub async fn play(&self, call: &Call) -> Result<Reply, Stop> {
        self.ask(&self.request(call)).await
    }

    /// Makes these calls at one instant.
    pub async fn play_at_once(&self, calls: &[Call]) -> Result<Vec<Reply>, Stop> {
        let requests: Vec<Request> = calls.iter().map(|call| self.request(call)).collect();
        let answers = self.at_once(&requests).await;
        answers.into_iter().map(|answer| answer.and_then(|(at, answer)| Reply::read(at, &answer))).collect()
    }
}
