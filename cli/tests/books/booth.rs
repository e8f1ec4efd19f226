//! A booth in production mode with orders in every state, on SQLite or on PostgreSQL.

use crate::support::{Folder, MERCHANT_ID, Running};
use boothpay_test_support::{Cluster, Database, sql_by_hand};
use reqwest::Method;
use serde_json::{Value, json};

/// The cashbox's key, and what a call proves it with: `Paycom:KEY` in base64.
const KEY: &str = "statement-key-of-thirty-six-letters-";
const PAYME: &str = "Basic UGF5Y29tOnN0YXRlbWVudC1rZXktb2YtdGhpcnR5LXNpeC1sZXR0ZXJzLQ==";
pub const TOKEN: &str = "a-token-of-16-or-more";

/// A folder with settings, and a database.
pub struct Booth {
    pub folder: Folder,
    pub postgres: Option<Database>,
}

impl Booth {
    /// One on each kind of database.
    pub fn on_both() -> [Self; 2] {
        [Self::new(None), Self::new(Some(Cluster::shared().database()))]
    }

    fn new(postgres: Option<Database>) -> Self {
        let folder = Folder::new();
        let database = postgres.as_ref().map(|it| format!("database = \"{}\"\n", it.url)).unwrap_or_default();
        let settings = format!(
            "{database}[payme]\nmerchant_id = \"{MERCHANT_ID}\"\nkey = \"{KEY}\"\n[admin]\ntoken = \"{TOKEN}\"\n"
        );
        folder.write("boothpay.toml", &settings);
        Self { folder, postgres }
    }

    /// What a command prints, which has to work.
    pub fn run(&self, arguments: &[&str]) -> String {
        let finished = self.folder.run(arguments, &[]);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {}{}", finished.out, finished.err);
        finished.out
    }

    /// What a command complains of, which must not work.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let finished = self.folder.run(arguments, &[]);
        assert_eq!(finished.code, Some(1), "{arguments:?}: {}{}", finished.out, finished.err);
        finished.err
    }

    /// Changes the database past the program.
    #[allow(dead_code)]
    pub fn sql(&self, sql: &str) {
        sql_by_hand(self.postgres.as_ref(), &self.folder.path().join("boothpay.db"), sql);
    }
}

/// Makes an order of 10000 soum.
pub async fn order(server: &Running, id: &str) {
    let body = json!({"order_id": id, "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(server.post("/api/generate-qr", &body).await.status, 200, "{id}");
}

/// A call of Payme's about an order that is paid by the transaction with this id.
pub async fn payme(server: &Running, method: &str, params: Value) {
    let answer = server.payme(PAYME, method, params).await;
    assert!(answer.get("error").is_none_or(Value::is_null), "{method}: {answer}");
}

/// Begins to pay an order.
pub async fn begin(server: &Running, order: &str, id: &str) {
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    let params = json!({"id": id, "time": time, "amount": 1_000_000, "account": {"order_id": order}});
    payme(server, "CreateTransaction", params).await;
}

/// Pays an order.
pub async fn pay(server: &Running, order: &str, id: &str) {
    begin(server, order, id).await;
    payme(server, "PerformTransaction", json!({"id": id})).await;
}

/// Gives a payment up, or back.
pub async fn cancel(server: &Running, id: &str, reason: u8) {
    payme(server, "CancelTransaction", json!({"id": id, "reason": reason})).await;
}

/// `GET /api/stats` as the owner.
pub async fn stats(server: &Running) -> Value {
    let authorization = format!("Bearer {TOKEN}");
    server.send(Method::GET, "/api/stats", &[("Authorization", &authorization)], "").await.json()
}
