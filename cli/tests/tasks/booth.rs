//! A booth with a webhook, on SQLite or on PostgreSQL.

use crate::support::{Folder, Running};
use boothpay_test_support::{Cluster, Database, sql_by_hand};
use serde_json::json;
use std::time::{Duration, Instant};

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How long a test waits for a task.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder with settings, and a database.
pub struct Booth {
    pub folder: Folder,
    postgres: Option<Database>,
}

impl Booth {
    /// On a file.
    pub fn on_sqlite(url: &str) -> Self {
        Self::new(url, None)
    }

    /// One on each kind of database.
    pub fn on_both(url: &str) -> [Self; 2] {
        [Self::new(url, None), Self::new(url, Some(Cluster::shared().database()))]
    }

    fn new(url: &str, postgres: Option<Database>) -> Self {
        let folder = Folder::new();
        let section =
            format!("[[webhooks]]\nname = \"books\"\nurl = \"{url}\"\nsecret = \"{SECRET}\"\nallow_private = true\n");
        let database = postgres.as_ref().map(|it| format!("database = \"{}\"\n", it.url)).unwrap_or_default();
        folder.write("boothpay.toml", &format!("{database}{section}"));
        Self { folder, postgres }
    }

    /// Starts a server, perhaps with a named place to die at.
    pub fn serve(&self, dies_at: Option<&str>) -> Running {
        let environment: Vec<(&str, &str)> = dies_at.map(|point| ("CRASH_AT", point)).into_iter().collect();
        self.folder.serve(&environment)
    }

    /// As if the time had passed for which dead processes have their tasks.
    pub fn end_leases(&self) {
        let sql = "update tasks set due_at_ms = 0 where state = 'leased'";
        sql_by_hand(self.postgres.as_ref(), &self.folder.path().join("boothpay.db"), sql);
    }

    /// What `boothpay tasks` says, which has to work.
    pub fn tasks(&self, arguments: &[&str]) -> String {
        let all: Vec<&str> = ["tasks"].iter().chain(arguments).copied().collect();
        let finished = self.folder.run(&all, &[]);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {}{}", finished.out, finished.err);
        finished.out
    }

    /// Waits until `boothpay tasks list --all` says something.
    pub fn until(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let said = self.tasks(&["list", "--all"]);
            if said.contains(words) {
                return said;
            }
            assert!(begun.elapsed() < PATIENCE, "never said: {words}\n{said}");
        }
    }

    pub fn is_healthy(&self) {
        let verified = self.folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

/// Makes an order.
pub async fn order(server: &Running, id: &str) {
    let body = json!({"order_id": id, "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(server.post("/api/generate-qr", &body).await.status, 200);
}

/// Makes an order and pays it with play money.
pub async fn paid(server: &Running, id: &str) {
    order(server, id).await;
    assert_eq!(server.post(&format!("/api/test-payment/{id}"), "").await.status, 200);
}

/// Whether the order is there and paid.
pub async fn is_paid(server: &Running, id: &str) -> bool {
    server.get(&format!("/api/payment-status/{id}")).await.json()["status"] == "success"
}

/// The same as `paid`, at a server that may die of it, before or after it has answered.
pub async fn paid_or_dead(server: &Running, id: &str) {
    order(server, id).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // The payment is committed: what is told of it follows from that.
    let _ = http.post(format!("{}/api/test-payment/{id}", server.page)).send().await;
}
