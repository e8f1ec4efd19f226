//! Which transactions a statement has, and in which order, as data: every file under `tests/cases/statement` is one case.
//!
//! A case lists transactions in the order in which they arrive, a period, and the ids that its statement has. How an item
//! is written is the protocol's matter, and stands in its own cases.

use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::NewTransaction;
use boothpay_protocol::ledger::transaction::Reason;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::state;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// When everything is stored: long after any of the providers' times.
const NOW: TimeMs = TimeMs::new(1_800_000_000_000);

/// The rules of `reference/payme.md §5.5` that are about the rows of a statement.
const RULES: [&str; 6] = ["s1", "s2", "s3", "s4", "s5", "s6"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    from: i64,
    to: i64,
    expected: Vec<String>,
    #[serde(default)]
    transaction: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    time: i64,
    state: i64,
    /// Whose; otherwise an order of its own.
    order: Option<String>,
    #[serde(default = "payme")]
    provider: String,
}

fn payme() -> String {
    Provider::Payme.word().to_owned()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/statement");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

async fn insert(store: &Store, row: Row) {
    let order_id = OrderId::parse(&row.order.unwrap_or_else(|| format!("order-{}", row.id))).unwrap();
    let request = OrderRequest {
        id: order_id.clone(),
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Photobooth".to_owned() },
        chosen: None,
        language: None,
        lifetime: SpanMs::seconds(900),
    };
    let offer = move |rows: &Rows| shop::offer(&request, rows, NOW);
    store.transact(Needs::order(order_id.clone()), Actor::Booth, offer).await.unwrap().reply.unwrap();
    let pay = move |rows: &Rows| {
        let order = rows.order.clone().unwrap();
        let number = rows.next_number;
        let created = Change::TransactionCreated(NewTransaction {
            number,
            provider: Provider::from_word(&row.provider).unwrap(),
            provider_id: ProviderId::parse(&row.id).unwrap(),
            provider_time: TimeMs::new(row.time),
            amount: order.amount,
            details: Details::new(r#"{"account":{}}"#.to_owned()),
        });
        let performed = Change::TransactionPerformed { number, details: None };
        let changes = match row.state {
            1 => vec![created],
            2 => vec![created, performed],
            -1 => vec![created, Change::TransactionCancelled { number, reason: Some(Reason::Failed), details: None }],
            -2 => vec![
                created,
                performed,
                Change::TransactionRefunded { number, reason: Some(Reason::Refund), details: None },
            ],
            other => panic!("there is no state {other}"),
        };
        Decision::change(order.id, NOW, changes, ())
    };
    store.transact(Needs::order(order_id), PAYME, pay).await.unwrap();
}

/// Runs a case on one store; the error says what the statement had instead.
async fn run(case: Case, store: &Store) -> Result<(), String> {
    let states: Vec<(String, i64)> = case.transaction.iter().map(|row| (row.id.clone(), row.state)).collect();
    for row in case.transaction {
        insert(store, row).await;
    }
    let period = Period { from: TimeMs::new(case.from), to: TimeMs::new(case.to) };
    let mut pages = store.statement(Provider::Payme, period).await.map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    while let Some(page) = pages.recv().await {
        found.extend(page.map_err(|error| error.to_string())?);
    }
    let ids: Vec<String> = found.iter().map(|transaction| transaction.provider_id.to_string()).collect();
    if ids != case.expected {
        return Err(format!("expected {:?}, got {ids:?}", case.expected));
    }
    for transaction in found {
        let expected = states.iter().find(|(id, _)| id == transaction.provider_id.as_str()).map(|(_, state)| *state);
        if expected != Some(state::code(transaction.state)) {
            return Err(format!("{} is {}", transaction.provider_id, transaction.state.word()));
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_case_holds_on_every_store() {
    let mut failures = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# ") && text.contains("`reference/payme.md §2.7`"), "{}", path.display());
        let folder = tempfile::tempdir().unwrap();
        let postgres = Address::parse(&Cluster::shared().database().url).unwrap();
        for address in [Address::SqliteMemory, Address::SqliteFile(folder.path().join("statement.db")), postgres] {
            let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            if let Err(why) = run(case, &Store::open(&address).unwrap()).await {
                failures.push(format!("{} on {address}: {why}", path.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_case_and_every_case_a_rule() {
    let names: Vec<String> =
        files().iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    let has = |name: &str, rule: &str| name.starts_with(rule) && name.ends_with(".toml");
    for rule in RULES {
        assert!(names.iter().any(|name| has(name, rule)), "no case for {rule}");
    }
    for name in names {
        assert!(RULES.iter().any(|rule| has(&name, rule)), "{name} has no rule");
    }
}
