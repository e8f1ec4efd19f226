//! A booth that takes Click, and a stand-in of Click's own API that it asks for refunds.

use crate::support::{Finished, Folder, Running};
use boothpay_protocol::click::signature::{Unsigned, sign};
use boothpay_protocol::secret::Secret;
use boothpay_sandbox::standin::click_api::{CLICK_API_PATH, ClickApi};
use boothpay_test_support::{Cluster, Database, sql_by_hand};
use reqwest::Method;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

pub const KEY: &str = "secret-of-click";
pub const SERVICE: i64 = 155_555;
pub const USER: i64 = 42;

/// How long a test waits for a refund.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with settings, a database, and Click.
pub struct Booth {
    pub folder: Folder,
    pub click: ClickApi,
    postgres: Option<Database>,
}

impl Booth {
    /// One on each kind of database.
    pub async fn on_both() -> [Self; 2] {
        Self::on_both_with("").await
    }

    /// The same with further sections of settings.
    pub async fn on_both_with(more: &str) -> [Self; 2] {
        [Self::new(None, "", more).await, Self::new(Some(Cluster::shared().database()), "", more).await]
    }

    /// On a file, with what tax receipts say.
    pub async fn with_fiscal(fiscal: &str) -> Self {
        Self::new(None, "", fiscal).await
    }

    pub async fn on_sqlite() -> Self {
        Self::new(None, "", "").await
    }

    /// On a file, with further lines of settings.
    pub async fn with(settings: &str) -> Self {
        Self::new(None, settings, "").await
    }

    async fn new(postgres: Option<Database>, settings: &str, more: &str) -> Self {
        let click = ClickApi::new(USER, [(SERVICE, KEY.to_owned())]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}{CLICK_API_PATH}", listener.local_addr().unwrap());
        let routes = click.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = Folder::new();
        let database = postgres.as_ref().map(|it| format!("database = \"{}\"\n", it.url)).unwrap_or_default();
        folder.write(
            "boothpay.toml",
            &format!(
                "{database}{settings}\n[click]\nservice_id = \"{SERVICE}\"\nmerchant_id = \"7777\"\nmerchant_user_id = \"{USER}\"\n\
                 secret_key = \"{KEY}\"\napi = \"{api}\"\n{more}"
            ),
        );
        Self { folder, click, postgres }
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

    pub fn is_refunded(&self, order: &str) -> Value {
        self.until(order, |shown| shown["status"] == "refunded")
    }

    pub fn is_healthy(&self) {
        let verified = self.folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

/// The changes in an order's journal, each with who asked for it.
pub fn journal(shown: &Value) -> Vec<String> {
    let rows = shown["journal"].as_array().unwrap();
    rows.iter()
        .map(|row| format!("{} by {}", row["what"]["change"].as_str().unwrap(), row["by"].as_str().unwrap()))
        .collect()
}

/// One of Click's two calls, signed; its answer.
pub async fn click_calls(server: &Running, order: &str, payment: i64, prepare_id: Option<i64>) -> Value {
    let (attempt, service, time) = ((payment * 10).to_string(), SERVICE.to_string(), "2026-11-21 12:00:00");
    let prepared = prepare_id.map(|id| id.to_string()).unwrap_or_default();
    let (action, path) = if prepare_id.is_none() { ("0", "prepare") } else { ("1", "complete") };
    let unsigned = Unsigned {
        click_trans_id: &attempt,
        service_id: &service,
        merchant_trans_id: order,
        prepare_id: &prepared,
        amount: "10000.00",
        action,
        sign_time: time,
    };
    let signature = sign(&unsigned, &Secret::new(KEY).unwrap());
    let mut body = format!(
        "click_trans_id={attempt}&service_id={service}&click_paydoc_id={payment}&merchant_trans_id={order}&amount=10000.00\
         &action={action}&error=0&error_note=Success&sign_time={}&sign_string={signature}",
        time.replace(' ', "+")
    );
    if prepare_id.is_some() {
        body += &format!("&merchant_prepare_id={prepared}");
    }
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    server.send(Method::POST, &format!("/api/click/{path}"), &headers, &body).await.json()
}

pub async fn order(server: &Running, id: &str) {
    let body = format!(r#"{{"order_id": "{id}", "paymentType": "click", "amount": 10000}}"#);
    assert_eq!(server.post("/api/generate-qr", &body).await.status, 200);
}

impl Booth {
    /// Makes an order and pays it by a payment of this number.
    pub async fn paid(&self, server: &Running, id: &str, payment: i64) {
        order(server, id).await;
        let prepared = click_calls(server, id, payment, None).await;
        assert_eq!(prepared["error"], 0, "{prepared}");
        let completed = click_calls(server, id, payment, prepared["merchant_prepare_id"].as_i64()).await;
        assert_eq!(completed["error"], 0, "{completed}");
        self.click.has(payment, SERVICE, id, 2);
    }
}
