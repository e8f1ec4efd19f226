//! A booth with a long past: its database, its orders in every standing, and Payme's questions about them as bytes.

use crate::support::{at, id, postgres};
use boothpay_protocol::journal::Actor;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::Copies;
use boothpay_protocol::payme::rules::Rules;
use boothpay_protocol::payme::{self, wire};
use boothpay_protocol::rows::{Decision, Needs, Rows};
use boothpay_protocol::shop::{self, NewOrder, OrderConflict};
use boothpay_protocol::time::SpanMs;
use boothpay_store::archive::{self, ArchiveError, Moved, Outcome, Wish};
use boothpay_store::{Address, Store};
use boothpay_test_support::Database;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// When the past was: June 2020.
pub const PAST: i64 = 1_591_000_000_000;

/// When it is now: a year later.
pub const NOW: i64 = PAST + 365 * DAY;

/// Milliseconds.
pub const DAY: i64 = 86_400_000;

pub struct Booth {
    pub folder: TempDir,
    pub address: Address,
    /// By hand, on PostgreSQL.
    pub database: Option<Database>,
    pub store: Store,
}

/// Runs a story on both stores that can be archived.
pub async fn on_both<F: Future<Output = ()>>(story: impl Fn(Booth) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::SqliteFile(folder.path().join("boothpay.db"));
    let store = Store::open(&address).unwrap();
    story(Booth { folder, address, database: None, store }).await;
    let (database, address) = postgres();
    let store = Store::open(&address).unwrap();
    story(Booth { folder: tempfile::tempdir().unwrap(), address, database: Some(database), store }).await;
}

impl Booth {
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Archives what was settled before a time.
    pub async fn archive_before(&self, before: i64, to: &str) -> Result<Outcome, ArchiveError> {
        let (address, wish) = (self.address.clone(), Wish { before: at(before), to: self.file(to), now: at(NOW) });
        tokio::task::spawn_blocking(move || archive::run(&address, &wish)).await.unwrap()
    }

    /// Archives everything that may be.
    pub async fn archive(&self, to: &str) -> Moved {
        match self.archive_before(NOW - 90 * DAY, to).await.unwrap() {
            Outcome::Moved(moved) => moved,
            Outcome::Nothing => panic!("nothing was archived"),
        }
    }

    pub async fn compare(&self, file: &Path) -> archive::Agreement {
        let (address, file) = (self.address.clone(), file.to_owned());
        tokio::task::spawn_blocking(move || archive::compare(&address, &file)).await.unwrap().unwrap()
    }

    pub async fn offer(&self, order: &str, now: i64) -> Result<(), OrderConflict> {
        let wish = NewOrder {
            id: id(order),
            amount: Tiyin::new(1_000_000).unwrap(),
            copies: Copies::ONE,
            booth: "Test".to_owned(),
            lifetime: SpanMs::seconds(900),
        };
        let decide = move |rows: &Rows| shop::offer(&wish, rows, at(now));
        self.store.transact(Needs::order(id(order)), Actor::Api, decide).await.unwrap().reply.map(drop)
    }

    async fn shop<R: Send + 'static>(&self, order: &str, decide: impl Fn(&Rows) -> Decision<R> + Send + 'static) -> R {
        self.store.transact(Needs::order(id(order)), Actor::Booth, decide).await.unwrap().reply
    }

    pub async fn print(&self, order: &str, now: i64) {
        self.shop(order, move |rows| shop::printed(rows, at(now))).await.unwrap();
    }

    /// A call of Payme's, and the bytes of its answer.
    pub async fn payme(&self, method: &str, params: &str, now: i64) -> String {
        let body = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{params}}}"#);
        let rules = Rules::default();
        let envelope = wire::read(body.as_bytes(), &rules);
        let call = envelope.call.clone().unwrap();
        let reply = if payme::writes(&call) {
            let (asked, with) = (call.clone(), rules.clone());
            let decide = move |rows: &Rows| payme::decide(&asked, rows, at(now), &with, None);
            self.store.transact(payme::needs(&call), Actor::PaymeUnproven, decide).await.unwrap().reply
        } else {
            let rows = self.store.rows(payme::needs(&call)).await.unwrap();
            payme::decide(&call, &rows, at(now), &rules, None).reply
        };
        wire::write(&envelope, &reply, &rules)
    }

    pub async fn create(&self, order: &str, transaction: &str, now: i64) -> String {
        let params = format!(
            r#"{{"id":"{transaction}","time":{},"amount":1000000,"account":{{"order_id":"{order}"}}}}"#,
            now - 100
        );
        self.payme("CreateTransaction", &params, now).await
    }

    pub async fn perform(&self, transaction: &str, now: i64) -> String {
        self.payme("PerformTransaction", &format!(r#"{{"id":"{transaction}"}}"#), now).await
    }

    pub async fn cancel(&self, transaction: &str, reason: i64, now: i64) -> String {
        self.payme("CancelTransaction", &format!(r#"{{"id":"{transaction}","reason":{reason}}}"#), now).await
    }

    /// An order that was paid, with the time of each step an hour after the one before.
    pub async fn sell(&self, order: &str, transaction: &str, now: i64) {
        const HOUR: i64 = 3_600_000;
        self.offer(order, now).await.unwrap();
        assert!(self.create(order, transaction, now + 1).await.contains(r#""state":1"#));
        assert!(self.perform(transaction, now + HOUR).await.contains(r#""state":2"#));
    }

    /// Every standing that there is. Those in the second half may not be archived.
    pub async fn past(&self) {
        for (order, transaction) in [("printed", "t1"), ("refunded", "t2"), ("print-refunded", "t3"), ("fiscal", "t4")]
        {
            self.sell(order, transaction, PAST).await;
        }
        self.print("printed", PAST + DAY).await;
        self.cancel("t2", 5, PAST + DAY).await;
        self.print("print-refunded", PAST + DAY).await;
        self.cancel("t3", 5, PAST + 2 * DAY).await;
        self.payme("SetFiscalData", FISCAL, PAST + DAY).await;
        self.print("fiscal", PAST + DAY).await;
        self.offer("cancelled", PAST).await.unwrap();
        self.shop("cancelled", |rows| shop::cancel(rows, at(PAST + 1))).await.unwrap();
        self.offer("expired", PAST).await.unwrap();
        self.shop("expired", |rows| shop::expire(rows, at(PAST + DAY))).await;
        self.offer("tried", PAST).await.unwrap();
        self.create("tried", "t5", PAST + 1).await;
        self.cancel("t5", 3, PAST + 2).await;
        self.sell("tried", "t6", PAST + 3).await;
        self.print("tried", PAST + DAY).await;
        self.offer("tested", PAST).await.unwrap();
        self.store
            .transact(Needs::order(id("tested")), Actor::TestPayment, |rows| shop::test_payment(rows, at(PAST + 1)))
            .await
            .unwrap()
            .reply
            .unwrap();
        self.print("tested", PAST + 2).await;

        self.offer("pending", PAST).await.unwrap();
        self.offer("held", PAST).await.unwrap();
        self.create("held", "h1", PAST + 1).await;
        self.sell("claimed", "h2", PAST).await;
        self.sell("late", "h3", NOW - 89 * DAY).await;
        self.print("late", NOW - 89 * DAY + 5_000_000).await;
    }
}

/// The orders of [`Booth::past`] that may be archived, and those that may not.
pub const SETTLED: [&str; 8] =
    ["cancelled", "expired", "fiscal", "print-refunded", "printed", "refunded", "tested", "tried"];
pub const STAYING: [&str; 4] = ["claimed", "held", "late", "pending"];

/// A tax receipt's document.
pub const FISCAL: &str = r#"{"id":"t4","type":"PERFORM","fiscal_data":{"receipt_id":121,"status_code":0}}"#;
