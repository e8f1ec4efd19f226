//! Databases with old orders, on both stores.

use crate::support::{Finished, Folder};
use boothpay_protocol::journal::Actor;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, OrderId};
use boothpay_protocol::payme::rules::Rules;
use boothpay_protocol::payme::{self, wire};
use boothpay_protocol::rows::{Needs, Rows};
use boothpay_protocol::shop::{self, NewOrder};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;

/// 2020-06-01.
const PAST: i64 = 1_591_000_000_000;

/// The day before which everything of the past lies.
pub const BEFORE: &str = "2020-12-31";

/// A folder and the database of its settings.
pub struct Booth {
    pub folder: Folder,
    pub url: String,
}

/// One booth on each store.
pub fn both() -> [Booth; 2] {
    [sqlite(), Booth { folder: Folder::new(), url: Cluster::shared().database().url }]
}

pub fn sqlite() -> Booth {
    Booth { folder: Folder::new(), url: "boothpay.db".to_owned() }
}

impl Booth {
    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str], more: &[(&str, &str)]) -> Finished {
        let mut environment = vec![("BOOTHPAY_DATABASE", self.url.as_str())];
        environment.extend(more);
        self.folder.run(arguments, &environment)
    }

    /// The same, which has to go well; what it printed.
    pub fn says(&self, arguments: &[&str]) -> String {
        let finished = self.run(arguments, &[]);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {}{}", finished.out, finished.err);
        finished.out
    }

    pub fn archive(&self, more: &[(&str, &str)]) -> Finished {
        self.run(&["archive", "--before", BEFORE, "--to", "old.db"], more)
    }

    pub fn is_sqlite(&self) -> bool {
        self.url == "boothpay.db"
    }

    pub fn store(&self) -> Store {
        let address = match self.is_sqlite() {
            true => Address::SqliteFile(self.folder.path().join("boothpay.db")),
            false => Address::parse(&self.url).unwrap(),
        };
        Store::open(&address).unwrap()
    }

    /// Orders `old-0`, `old-1`, ... that were paid by transactions of the same names, and printed.
    pub async fn sold(&self, orders: usize) {
        let store = self.store();
        let mut selling = tokio::task::JoinSet::new();
        for number in 0..orders {
            let store = store.clone();
            selling.spawn(async move { sell(&store, &format!("old-{number}"), PAST).await });
        }
        while let Some(sold) = selling.join_next().await {
            sold.unwrap();
        }
    }

    /// Orders by status, and what was taken: what no archiving may change.
    pub async fn totals(&self) -> String {
        let store = self.store();
        let mut counts: Vec<String> =
            store.order_counts().await.unwrap().iter().map(|it| format!("{} {}", it.0.word(), it.1)).collect();
        counts.sort();
        format!("{counts:?} {:?}", store.takings().await.unwrap())
    }
}

async fn sell(store: &Store, name: &str, now: i64) {
    let id = OrderId::parse(name).unwrap();
    let wish = NewOrder {
        id: id.clone(),
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: "Test".to_owned(),
        lifetime: SpanMs::seconds(900),
    };
    let offer = move |rows: &Rows| shop::offer(&wish, rows, TimeMs::new(now));
    store.transact(Needs::order(id.clone()), Actor::Booth, offer).await.unwrap().reply.unwrap();
    for call in [
        format!(
            r#"{{"id":1,"method":"CreateTransaction","params":{{"id":"{name}","time":{now},"amount":1000000,"account":{{"order_id":"{name}"}}}}}}"#
        ),
        format!(r#"{{"id":1,"method":"PerformTransaction","params":{{"id":"{name}"}}}}"#),
    ] {
        let rules = Rules::default();
        let call = wire::read(call.as_bytes(), &rules).call.unwrap();
        let needs = payme::needs(&call);
        let decide = move |rows: &Rows| payme::decide(&call, rows, TimeMs::new(now + 1), &rules, None);
        store.transact(needs, Actor::Payme, decide).await.unwrap().reply.unwrap();
    }
    let printed = move |rows: &Rows| shop::printed(rows, TimeMs::new(now + 2));
    store.transact(Needs::order(id), Actor::Booth, printed).await.unwrap().reply.unwrap();
}
