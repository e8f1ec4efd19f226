//! A booth that takes Uzum by its Dynamic QR, Payme beside it, and a stand-in of Uzum's API.

use crate::support::{Answer, Finished, Folder, Running};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use boothpay_sandbox::standin::uzum_qr_api::UzumQrApi;
use boothpay_test_support::{Cluster, Database, sql_by_hand};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

pub const KEY: &str = "secret-of-uzums-till";
const SERVICE: i64 = 498_614;
const USER: &str = "till-1";
const PAYME_KEY: &str = "0123456789012345678901234567890123456";

/// How long a test waits for something to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with settings, a database, and Uzum.
pub struct Booth {
    pub folder: Folder,
    pub uzum: UzumQrApi,
    postgres: Option<Database>,
}

impl Booth {
    /// One on each kind of database.
    pub async fn on_both() -> [Self; 2] {
        [Self::on_sqlite().await, Self::new(Some(Cluster::shared().database())).await]
    }

    pub async fn on_sqlite() -> Self {
        Self::new(None).await
    }

    async fn new(postgres: Option<Database>) -> Self {
        let uzum = UzumQrApi::new(USER, SERVICE, KEY);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let routes = uzum.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = Folder::new();
        let database = postgres.as_ref().map(|it| format!("database = \"{}\"\n", it.url)).unwrap_or_default();
        folder.write(
            "boothpay.toml",
            &format!(
                "{database}[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey = '{PAYME_KEY}'\n\
                 [uzum_qr]\nservice_id = \"{SERVICE}\"\nuser_id = \"{USER}\"\nsecret_key = \"{KEY}\"\napi = \"{api}\"\n"
            ),
        );
        Self { folder, uzum, postgres }
    }

    /// Starts a server, perhaps with a named place to die at.
    pub fn serve(&self, dies_at: Option<&str>) -> Running {
        let environment: Vec<(&str, &str)> = dies_at.map(|point| ("CRASH_AT", point)).into_iter().collect();
        self.folder.serve(&environment)
    }

    /// Changes the database by hand, as time would.
    pub fn sql(&self, sql: &str) {
        sql_by_hand(self.postgres.as_ref(), &self.folder.path().join("boothpay.db"), sql);
    }

    /// As if all pauses and leases were over.
    pub fn pauses_end(&self) {
        self.sql("update tasks set due_at_ms = 0 where state = 'waiting' or state = 'leased'");
    }

    pub fn refund(&self, arguments: &[&str]) -> Finished {
        self.folder.run(&[&["order", "refund"], arguments].concat(), &[])
    }

    pub fn show(&self, order: &str) -> Value {
        self.folder.json(&["order", "show", order])
    }

    /// Waits until an order is as it should be; pauses between attempts do not count.
    pub fn until(&self, order: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let shown = self.show(order);
            if is_so(&shown) {
                return shown;
            }
            assert!(begun.elapsed() < PATIENCE, "it never came to that: {shown:#}");
            self.sql("update tasks set due_at_ms = 0 where state = 'waiting'");
        }
    }

    pub fn has_status(&self, order: &str, status: &str) -> Value {
        self.until(order, |shown| shown["status"] == status)
    }

    /// Waits until no task is open any more.
    pub fn all_is_done(&self) {
        let begun = Instant::now();
        loop {
            let listed = self.folder.run(&["tasks", "list"], &[]);
            if listed.out.contains("0 open") {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "tasks never came to an end: {}", listed.out);
            self.sql("update tasks set due_at_ms = 0 where state = 'waiting'");
        }
    }

    pub fn is_healthy(&self) {
        let verified = self.folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

/// Asks for the code of an order.
pub async fn asks(server: &Running, order: &str, wallet: &str) -> Answer {
    let body = format!(r#"{{"order_id": "{order}", "paymentType": "{wallet}", "amount": 10000}}"#);
    server.post("/api/generate-qr", &body).await
}

/// An order with one of Uzum's codes.
pub async fn coded(server: &Running, order: &str) -> Value {
    let answer = asks(server, order, "uzum").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// What a customer is told about an order.
pub async fn told(server: &Running, order: &str) -> String {
    let told = server.get(&format!("/api/payment-status/{order}")).await.json();
    told["status"].as_str().unwrap().to_owned()
}

/// The customer leaves an order at the booth's screen.
pub async fn leaves(server: &Running, order: &str) -> Answer {
    let paired = server.post("/api/booth/pair", "{}").await;
    let start = paired.headers.find("boothpay-booth-").unwrap();
    let cookie = paired.headers[start..].split(';').next().unwrap();
    let headers = [("Content-Type", "application/json"), ("Cookie", cookie)];
    server.send(Method::POST, &format!("/api/booth/orders/{order}/cancel"), &headers, "{}").await
}

/// Payme pays an order; the state after each of its two calls.
pub async fn payme_pays(server: &Running, order: &str) -> [Value; 2] {
    let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("Paycom:{PAYME_KEY}")));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let (id, time) = ("5305e3bab097f420a62ced0b", i64::try_from(now).unwrap());
    let create = json!({"id": id, "time": time, "amount": 1_000_000, "account": {"order_id": order}});
    let begun = server.payme(&authorization, "CreateTransaction", create).await;
    let performed = server.payme(&authorization, "PerformTransaction", json!({"id": id})).await;
    [begun, performed].map(|answer| answer["result"]["state"].clone())
}

/// The changes in an order's journal, each with who asked for it.
pub fn journal(shown: &Value) -> Vec<String> {
    let rows = shown["journal"].as_array().unwrap();
    rows.iter()
        .map(|row| format!("{} by {}", row["what"]["change"].as_str().unwrap(), row["by"].as_str().unwrap()))
        .collect()
}
