//! Where fresh orders come from: a file, a command, or Boothpay's own API.
//!
//! Payme's sandbox asks a person to type the number of an order that waits for payment. A suite needs many of them,
//! one for nearly every rule, because an order that was paid or is being paid is of no use to the next rule.

use super::case::lock;
use super::shell;
use crate::random::Names;
use crate::wire::{HeaderNames, Http, SetupError, Trust};
use axum::http::Method;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::Url;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::Mutex;

/// An order (or a cumulative account) that waits for payment.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The whole `account` object.
    pub account: Map<String, Value>,
    /// The price in tiyin.
    pub amount: i64,
}

impl Order {
    /// The value of this field of the account as text: the order's number where a provider has one field only.
    pub fn number(&self, field: &str) -> String {
        match self.account.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }
}

/// An account value that nobody has. It looks like a value that there is: a number where that is one, because a server
/// with integer keys may rightly say something else about text. `count` differs from call to call; `odd` is the text
/// for servers whose values are text.
pub fn nobody_like(known: Option<&Value>, count: i64, odd: String) -> Value {
    // Below 2^31, because the key of many a table is that long.
    let number = 2_146_000_000 + count % 1_000_000;
    match known {
        Some(Value::Number(_)) => json!(number),
        Some(Value::String(text)) if text.parse::<i32>().is_ok() => json!(number.to_string()),
        _ => json!(odd),
    }
}

/// A sum of tiyin in soum, with two decimals.
pub fn soum(tiyin: i64) -> String {
    format!("{}.{:02}", tiyin / 100, tiyin % 100)
}

/// How account objects look on this server.
#[derive(Debug, Clone)]
pub struct AccountShape {
    /// The field that names the order, `order_id` for example.
    pub field: String,
    /// Fields that every account carries as well.
    pub extra: Map<String, Value>,
    /// The account can be paid any number of times, like a phone balance.
    pub cumulative: bool,
}

impl AccountShape {
    /// The account object for this order number.
    pub fn account(&self, value: impl Into<Value>) -> Map<String, Value> {
        let mut account = self.extra.clone();
        account.insert(self.field.clone(), value.into());
        account
    }
}

/// The place that orders come from.
#[derive(Debug)]
pub enum Source {
    /// Lines of a file, used up one by one; a cumulative account goes back to the end.
    Lines(VecDeque<String>),
    /// A command that makes an order and prints one line.
    Command(String),
    /// `POST /api/generate-qr` of Boothpay.
    Boothpay(Box<Boothpay>),
    /// Nothing was given.
    Nowhere,
}

/// A server of Boothpay that makes orders.
#[derive(Debug, Clone)]
pub struct Boothpay {
    /// Where it is.
    pub origin: Url,
    /// The wallet that the order is to be paid with, as `generate-qr` calls it.
    pub wallet: &'static str,
    /// Its `api.token`, where it asks for one.
    token: Option<String>,
    http: Http,
}

/// Hands out orders, each once.
#[derive(Debug)]
pub struct Orders {
    source: Mutex<Source>,
    shape: AccountShape,
    amount: i64,
    /// The account value of the order that was handed out last.
    last: std::sync::Mutex<Option<Value>>,
}

impl Orders {
    /// Orders of this shape; `amount` in tiyin is used where a line names none.
    pub fn new(source: Source, shape: AccountShape, amount: i64) -> Self {
        Self { source: Mutex::new(source), shape, amount, last: std::sync::Mutex::default() }
    }

    /// The shape of the account objects.
    pub fn shape(&self) -> &AccountShape {
        &self.shape
    }

    /// Whether no source was given.
    pub async fn is_nowhere(&self) -> bool {
        matches!(*self.source.lock().await, Source::Nowhere)
    }

    /// An account value that nobody has, of the kind of those that were handed out; see [`nobody_like`].
    pub fn nobody(&self, count: i64, odd: String) -> Value {
        nobody_like(lock(&self.last).as_ref(), count, odd)
    }

    /// The next fresh order.
    ///
    /// # Errors
    /// A sentence that says why there is none.
    pub async fn next(&self, names: &Names) -> Result<Order, String> {
        let order = self.made(names).await?;
        *lock(&self.last) = order.account.get(&self.shape.field).cloned();
        Ok(order)
    }

    async fn made(&self, names: &Names) -> Result<Order, String> {
        let mut source = self.source.lock().await;
        match &mut *source {
            Source::Nowhere => Err("give --orders, --order-command or --boothpay".to_owned()),
            Source::Lines(lines) => {
                let line = lines.pop_front().ok_or("no fresh order is left in the file of --orders")?;
                let order = self.parse(&line);
                if self.shape.cumulative {
                    lines.push_back(line);
                }
                order
            }
            Source::Command(command) => {
                let command = command.clone();
                // The command may take a while; callers that race for orders run theirs side by side.
                drop(source);
                let wanted = names.order_id();
                let environment = [("ORDER_ID", wanted), ("AMOUNT_TIYIN", self.amount.to_string())];
                let made =
                    shell::run(&command, &environment).await.map_err(|reason| format!("--order-command: {reason}"))?;
                self.parse(&made)
            }
            Source::Boothpay(boothpay) => {
                let boothpay = boothpay.clone();
                drop(source);
                self.generate_qr(&boothpay, names.order_id()).await
            }
        }
    }

    /// `VALUE`, `VALUE TIYIN` or `{"account": {…}, "amount": tiyin}`.
    fn parse(&self, line: &str) -> Result<Order, String> {
        let line = line.trim();
        if line.starts_with('{') {
            let value: Value = serde_json::from_str(line).map_err(|error| format!("order line `{line}`: {error}"))?;
            let account = match value.get("account").and_then(Value::as_object) {
                Some(given) => self.shape.extra.clone().into_iter().chain(given.clone()).collect(),
                None => return Err(format!("order line `{line}` has no account object")),
            };
            let amount = value.get("amount").and_then(Value::as_i64).unwrap_or(self.amount);
            return Ok(Order { account, amount });
        }
        let mut words = line.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty());
        let value = words.next().ok_or("the order line is empty")?;
        let amount = match words.next() {
            None => self.amount,
            Some(word) => {
                word.parse().map_err(|_| format!("order line `{line}`: `{word}` is not a number of tiyin"))?
            }
        };
        Ok(Order { account: self.shape.account(value), amount })
    }

    async fn generate_qr(&self, boothpay: &Boothpay, order_id: String) -> Result<Order, String> {
        let url = boothpay.origin.join("/api/generate-qr").map_err(|error| error.to_string())?;
        // Prices differ, so that a server which mixes two orders up is noticed.
        let step = order_id.bytes().fold(0_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 97);
        let amount = self.amount + step * 10_000;
        let body = json!({"order_id": order_id, "paymentType": boothpay.wallet, "amount": amount / 100});
        let mut headers = vec![(CONTENT_TYPE, "application/json".to_owned())];
        headers.extend(boothpay.token.iter().map(|token| (AUTHORIZATION, format!("Bearer {token}"))));
        let sent = boothpay.http.send(Method::POST, &url, &headers, body.to_string().into_bytes()).await;
        let answer = sent.map_err(|error| format!("{url}: {error}"))?;
        if answer.status == 200 {
            return Ok(Order { account: self.shape.account(order_id), amount });
        }
        let said = String::from_utf8_lossy(&answer.body);
        Err(format!("{url} answered {} to a new order: {said}", answer.status))
    }
}

impl Source {
    /// Boothpay's own API at this origin, with orders for this wallet.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn boothpay(origin: Url, wallet: &'static str, timeout: Duration, trust: Trust) -> Result<Self, SetupError> {
        let http = Http::new(&origin, timeout, trust, HeaderNames::Capital)?;
        Ok(Self::Boothpay(Box::new(Boothpay { origin, wallet, token: None, http })))
    }

    /// The same with the `api.token` of that Boothpay.
    #[must_use]
    pub fn with_token(mut self, token: Option<String>) -> Self {
        if let Self::Boothpay(boothpay) = &mut self {
            boothpay.token = token;
        }
        self
    }
}

/// The lines of an order file; empty lines and lines that start with `#` are left out.
pub fn lines(text: &str) -> Source {
    let kept = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Source::Lines(kept.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(source: Source, cumulative: bool) -> Orders {
        let extra = json!({"booth": "7"}).as_object().cloned().unwrap_or_default();
        Orders::new(source, AccountShape { field: "order_id".to_owned(), extra, cumulative }, 500_000)
    }

    #[tokio::test]
    async fn a_file_gives_each_line_once() {
        let text = "# made by hand\nA1\nB2 100\n\n{\"account\":{\"order_id\":3},\"amount\":700}\nC3 much";
        let (orders, names) = (orders(lines(text), false), Names::fresh());
        let first = orders.next(&names).await.unwrap();
        assert_eq!((first.amount, first.account["order_id"].clone()), (500_000, json!("A1")));
        assert_eq!(first.account["booth"], json!("7"));
        assert_eq!(orders.next(&names).await.unwrap().amount, 100);
        assert_eq!(orders.next(&names).await.unwrap().account["order_id"], json!(3));
        assert!(orders.next(&names).await.unwrap_err().contains("much"));
        assert!(orders.next(&names).await.unwrap_err().contains("no fresh order"));
    }

    #[tokio::test]
    async fn nobody_looks_like_those_who_exist() {
        let text = "A1\n17\n{\"account\":{\"order_id\":3},\"amount\":700}";
        let (orders, names) = (orders(lines(text), false), Names::fresh());
        let nobody = || orders.nobody(1_000_005, "no-such-order".to_owned());
        assert_eq!(nobody(), json!("no-such-order"));
        for wanted in [json!("no-such-order"), json!("2146000005"), json!(2_146_000_005)] {
            orders.next(&names).await.unwrap();
            assert_eq!(nobody(), wanted);
        }
    }

    #[tokio::test]
    async fn a_cumulative_account_is_used_again() {
        let (orders, names) = (orders(lines("998901234567"), true), Names::fresh());
        assert_eq!(orders.next(&names).await, orders.next(&names).await);
    }

    #[tokio::test]
    async fn a_command_makes_orders() {
        let orders = orders(Source::Command("echo made-$AMOUNT_TIYIN 900".to_owned()), false);
        let order = orders.next(&Names::fresh()).await.unwrap();
        assert_eq!((order.account["order_id"].clone(), order.amount), (json!("made-500000"), 900));
    }
}
