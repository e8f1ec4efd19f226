//! What a call costs before and after the database: `cargo bench --bench decision`.
//!
//! For each method, in nanoseconds a call: reading the body, deciding on it, writing the reply. Next to it, in the same run
//! and in turns, the same body read by `serde_json` into a `Value`, and the same reply written from one. The rows are in
//! memory, as a store has them at the moment of the decision; ids, accounts and answers are of the usual length.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::journal::{self, Actor, Entry, Story};
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Rows, Writes};
use boothpay_protocol::ledger::transaction::TransactionNumber;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::auth::{Credentials, Keys};
use boothpay_protocol::payme::rules::Rules as PaymeRules;
use boothpay_protocol::payme::{self, Method, wire};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use serde_json::Value;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Turns of which the fastest counts: whatever else the machine does only ever makes one slower.
const TURNS: usize = 15;
/// How long a turn of one thing lasts, about.
const TURN: Duration = Duration::from_millis(10);
/// Calls between two looks at the clock, so that the clock is not what is measured.
const CALLS: u32 = 200;
const NOW: TimeMs = TimeMs::new(1_795_285_991_058);
const KEY: &[u8] = b"benchmark-key-of-36-characters-00000";
/// `Paycom` and the key.
const HEADER: &[u8] = b"Basic UGF5Y29tOmJlbmNobWFyay1rZXktb2YtMzYtY2hhcmFjdGVycy0wMDAwMA==";

fn main() {
    println!("nanoseconds a call            read  decide   write     sum     Value read  Value write");
    for method in Method::ALL {
        measure(method);
    }
    authorisation();
}

fn with_passwords() -> Rules {
    Rules { payme: PaymeRules { change_password: true, ..PaymeRules::default() }.into(), ..Rules::default() }
}

fn measure(method: Method) {
    let (rules, digest) = (with_passwords(), KeyDigest::of(KEY));
    let keys = Keys { configured: digest, proven: digest };
    let body = body(method);
    let envelope = wire::read(body.as_bytes(), &rules.payme);
    let call = envelope.call.clone().expect("a call");
    let rows = rows(method, &rules);
    let read = || drop(black_box(wire::read(black_box(body.as_bytes()), &rules.payme)));
    let value_read = || drop(black_box(serde_json::from_str::<Value>(black_box(&body))));
    if method == Method::GetStatement {
        // Not a decision but a reading: what counts is one transaction of many.
        let transaction = rows.transaction.as_ref().expect("a transaction");
        let value: Value = serde_json::from_str(&wire::statement_item(transaction).expect("an item")).expect("JSON");
        let write = || drop(black_box(wire::statement_item(black_box(transaction))));
        let value_write = || drop(black_box(serde_json::to_string(black_box(&value))));
        let [read, write, value_read, value_write] = fastest([&read, &write, &value_read, &value_write]);
        return line("GetStatement, one item", [Some(read), None, Some(write)], [value_read, value_write]);
    }
    let reply = payme::decide(&call, &rows, NOW, &rules, Some(&keys)).reply;
    assert!(reply.is_ok(), "{} is refused: {reply:?}", method.name());
    let value: Value = serde_json::from_str(&wire::write(&envelope, &reply, &rules.payme)).expect("JSON");
    let decide = || drop(black_box(payme::decide(black_box(&call), black_box(&rows), NOW, &rules, Some(&keys))));
    let write = || drop(black_box(wire::write(&envelope, black_box(&reply), &rules.payme)));
    let value_write = || drop(black_box(serde_json::to_string(black_box(&value))));
    let [read, decide, write, value_read, value_write] = fastest([&read, &decide, &write, &value_read, &value_write]);
    line(method.name(), [Some(read), Some(decide), Some(write)], [value_read, value_write]);
}

/// The proof that a call brings along, next to the digest alone that it is compared by.
fn authorisation() {
    let credentials = Credentials { key: KeyDigest::of(KEY), merchant_login: None };
    assert!(credentials.accept(HEADER), "the header is refused");
    let accept = || assert!(black_box(&credentials).accept(black_box(HEADER)));
    let digest = || {
        black_box(KeyDigest::of(black_box(KEY)));
    };
    let [accept, digest] = fastest([&accept, &digest]);
    println!("authorisation {accept:>44.0}     SHA-256 alone {digest:.0}");
}

fn line(name: &str, ours: [Option<f64>; 3], [value_read, value_write]: [f64; 2]) {
    let [read, decide, write] = ours.map(|ns| ns.map_or_else(String::new, |ns| format!("{ns:.0}")));
    let sum: f64 = ours.iter().flatten().sum();
    println!("{name:<26} {read:>7} {decide:>7} {write:>7} {sum:>7.0}     {value_read:>10.0}  {value_write:>11.0}");
}

/// Nanoseconds a call of each, all taking turns.
fn fastest<const N: usize>(works: [&dyn Fn(); N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    for _ in 0..TURNS {
        for (work, best) in works.iter().zip(&mut best) {
            let (started, mut calls) = (Instant::now(), 0_u32);
            while started.elapsed() < TURN {
                for _ in 0..CALLS {
                    work();
                }
                calls += CALLS;
            }
            *best = best.min(started.elapsed().as_secs_f64() * 1e9 / f64::from(calls));
        }
    }
    best
}

fn body(method: Method) -> String {
    let id = r#""id":"67a1f3c2e4b0a1b2c3d4e5f6""#;
    let account = r#""amount":2500000,"account":{"order_id":"K7M2XQ9B"}"#;
    let params = match method {
        Method::CheckPerformTransaction => account.to_owned(),
        Method::CreateTransaction => format!(r#"{id},"time":1795285990000,{account}"#),
        Method::PerformTransaction | Method::CheckTransaction => id.to_owned(),
        Method::CancelTransaction => format!(r#"{id},"reason":5"#),
        Method::GetStatement => r#""from":1795200000000,"to":1795285990000"#.to_owned(),
        Method::SetFiscalData => format!(
            r#"{id},"type":"PERFORM","fiscal_data":{{"receipt_id":1,"status_code":0,"message":"accepted",
            "terminal_id":"EP000000000025","fiscal_sign":"800031554082","qr_code_url":"https://ofd.soliq.uz/epi?t=EP",
            "date":"20261120123000"}}"#
        ),
        Method::ChangePassword => r#""password":"another-key-of-36-characters-0000000""#.to_owned(),
    };
    format!(r#"{{"jsonrpc":"2.0","id":123456,"method":"{}","params":{{{params}}}}}"#, method.name())
}

/// The rows that a call finds when all goes well.
fn rows(method: Method, rules: &Rules) -> Rows {
    let request = OrderRequest {
        id: OrderId::parse("K7M2XQ9B").expect("an id"),
        amount: Tiyin::new(2_500_000).expect("an amount"),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Fotobox Chilonzor".to_owned() },
        chosen: None,
        language: None,
        lifetime: SpanMs::new(900_000),
    };
    let mut story = Story::default();
    write(&mut story, shop::offer(&request, &Rows::none(TransactionNumber::new(1)), NOW));
    let before: &[Method] = match method {
        Method::CheckPerformTransaction | Method::CreateTransaction | Method::ChangePassword => &[],
        Method::PerformTransaction => &[Method::CreateTransaction],
        Method::CancelTransaction | Method::CheckTransaction | Method::GetStatement | Method::SetFiscalData => {
            &[Method::CreateTransaction, Method::PerformTransaction]
        }
    };
    for method in before {
        let call = wire::read(body(*method).as_bytes(), &rules.payme).call.expect("a call");
        let decision = payme::decide(&call, &of(&story), NOW, rules, None);
        write(&mut story, decision);
    }
    of(&story)
}

fn of(story: &Story) -> Rows {
    let transaction = story.transactions.first().cloned();
    let holder = transaction.clone().filter(|it| it.state.holds());
    Rows { transaction, holder, order: story.order.clone(), ..Rows::none(TransactionNumber::new(1)) }
}

/// Does what the store does with a decision.
fn write<R>(story: &mut Story, decision: Decision<R>) {
    let Writes::Order { order_id, at, changes } = decision.writes else { panic!("nothing to write") };
    let actor = Actor::Provider { provider: Provider::Payme, proven: true };
    for change in changes {
        let version = story.order.as_ref().map_or(1, |order| order.version + 1);
        let entry = Entry { order_id: order_id.clone(), version, at, actor, change };
        journal::apply(story, &entry).expect("an allowed step");
    }
}
