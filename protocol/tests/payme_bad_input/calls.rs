//! One good call of every method, and rows on which each of them does what it is for.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::order::{Copies, NewOrder, Order, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows, Writes};
use boothpay_protocol::ledger::transaction::{NewTransaction, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::auth::Keys;
use boothpay_protocol::payme::rules::Rules as PaymeRules;
use boothpay_protocol::payme::wire::{self, Envelope};
use boothpay_protocol::payme::{self, Call};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use serde_json::Value;

const NOW: TimeMs = TimeMs::new(1_700_000_060_000);

/// A method with the JSON texts of its parameters.
pub struct Good {
    pub method: &'static str,
    pub params: &'static [(&'static str, &'static str)],
    /// Whether the call, as it is, writes.
    pub writes: bool,
}

/// A good call of each of the eight methods.
pub const GOOD: [Good; 8] = [
    Good {
        method: "CheckPerformTransaction",
        params: &[("amount", "1000000"), ("account", r#"{"order_id":"free"}"#)],
        writes: false,
    },
    Good {
        method: "CreateTransaction",
        params: &[
            ("id", "\"new\""),
            ("time", "1700000059750"),
            ("amount", "1000000"),
            ("account", r#"{"order_id":"free"}"#),
        ],
        writes: true,
    },
    Good { method: "PerformTransaction", params: &[("id", "\"held\"")], writes: true },
    Good { method: "CancelTransaction", params: &[("id", "\"held\""), ("reason", "3")], writes: true },
    Good { method: "CheckTransaction", params: &[("id", "\"held\"")], writes: false },
    Good { method: "GetStatement", params: &[("from", "1"), ("to", "2")], writes: false },
    Good {
        method: "SetFiscalData",
        params: &[("id", "\"held\""), ("type", "\"PERFORM\""), ("fiscal_data", r#"{"receipt_id":121}"#)],
        writes: true,
    },
    Good { method: "ChangePassword", params: &[("password", "\"another-key\"")], writes: true },
];

/// `{"a":1,"b":2}` of names and JSON texts.
pub fn object<N: AsRef<str>, V: AsRef<str>>(members: &[(N, V)]) -> String {
    let written = members.iter().map(|(name, value)| format!("\"{}\":{}", name.as_ref(), value.as_ref()));
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

/// A body around parameters.
pub fn body(method: &str, params: &str) -> String {
    object(&[("id", "1"), ("method", &format!("\"{method}\"")), ("params", params)])
}

/// What a body comes to.
pub struct Outcome {
    pub envelope: Envelope,
    pub body: String,
    pub writes: bool,
}

impl Outcome {
    /// The code of the error; `None` for a result.
    ///
    /// The id is compared as text and left out of the JSON that is read: it may be a number that no reader here can hold.
    pub fn code(&self) -> Option<i64> {
        let rest =
            self.body.strip_suffix(&format!(",\"id\":{}}}", self.envelope.id)).expect("the answer ends with the id");
        let answer: Value = serde_json::from_str(&format!("{rest}}}")).expect("the answer is JSON");
        let members = answer.as_object().expect("the answer is an object");
        assert_eq!(members.len(), if self.envelope.jsonrpc { 2 } else { 1 }, "{}", self.body);
        assert!(members.contains_key("error") != members.contains_key("result"), "{}", self.body);
        let error = members.get("error")?;
        for language in ["ru", "uz", "en"] {
            assert!(error["message"][language].as_str().is_some_and(|words| !words.is_empty()), "{}", self.body);
        }
        Some(error["code"].as_i64().expect("a code is an integer"))
    }
}

/// Sends a body, as bytes.
pub fn send(body: &[u8]) -> Outcome {
    let rules =
        Rules { payme: PaymeRules { change_password: true, ..PaymeRules::default() }.into(), ..Rules::default() };
    let envelope = wire::read(body, &rules.payme);
    let (reply, writes) = match &envelope.call {
        Err(refusal) => (Err(refusal.clone()), false),
        Ok(Call::Statement(_)) => {
            let body = format!("{}{}", wire::statement_start(&envelope), wire::statement_end(&envelope));
            return Outcome { envelope, body, writes: false };
        }
        Ok(call) => {
            let key = KeyDigest::of(b"key");
            let keys = Keys { configured: key, proven: key };
            let decision = payme::decide(call, &rows(&payme::needs(call)), NOW, &rules, Some(&keys));
            (decision.reply, decision.writes != Writes::Nothing)
        }
    };
    Outcome { body: wire::write(&envelope, &reply, &rules.payme), envelope, writes }
}

/// Two orders: `free`, which nobody pays, and `busy`, which the transaction `held` holds.
fn rows(needs: &Needs) -> Rows {
    let new = NewTransaction {
        number: TransactionNumber::new(1),
        provider: Provider::Payme,
        provider_id: ProviderId::parse("held").unwrap(),
        provider_time: TimeMs::new(1_700_000_009_750),
        amount: Tiyin::new(1_000_000).unwrap(),
        details: Details::new(r#"{"account":{"order_id":"busy"}}"#.to_owned()),
    };
    let held = Transaction::new(OrderId::parse("busy").unwrap(), &new, TimeMs::new(1_700_000_010_000));
    let asked = needs.transaction.as_ref().map(|(_, id)| id.as_str());
    let transaction = (asked == Some("held")).then_some(held);
    let name = transaction.as_ref().map(|it| it.order_id.as_str()).or(needs.order.as_ref().map(OrderId::as_str));
    let order = name.filter(|name| ["free", "busy"].contains(name)).map(order);
    Rows { holder: transaction.clone(), transaction, order, ..Rows::none(TransactionNumber::new(2)) }
}

fn order(name: &str) -> Order {
    let new = NewOrder {
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Photobooth".to_owned() },
        chosen: None,
        language: None,
        expires_at: TimeMs::new(1_700_000_900_000),
    };
    let order = Order::new(OrderId::parse(name).unwrap(), &new, TimeMs::new(1_700_000_000_000));
    Order { changed_at: TimeMs::new(1_700_000_010_000), version: 2, ..order }
}
