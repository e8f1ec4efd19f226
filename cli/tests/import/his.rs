//! His database, made in a folder, and what of it a test compares with.

use crate::support::{Finished, Folder, MERCHANT_ID, Running};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::click::signature::{Unsigned, sign};
use boothpay_protocol::secret::Secret;
use boothpay_test_support::{Cluster, Database};
use rusqlite::Connection;
use serde_json::{Value, json};

pub const KEY: &str = "canary-key-7f3e9d-0123456789abcdefgh";
const CLICK_SERVICE: &str = "155555";
const CLICK_KEY: &str = "TEST_SECRET_9";
pub const FILE: &str = "photobooth.db";

/// The table without its rules, so that a test can put anything into it.
pub const TABLE: &str =
    "create table payments (id, order_id, transaction_id, amount, payment_type, status, state, create_time,
    perform_time, cancel_time, metadata_json, created_at, updated_at)";

/// Where a booth keeps its payments.
pub enum Place {
    File,
    Server(Database),
}

impl Place {
    /// Both kinds of database.
    pub fn both() -> [Self; 2] {
        [Self::File, Self::Server(Cluster::shared().database())]
    }

    /// The settings of a booth in production.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        let mut settings = vec![
            ("BOOTHPAY_PAYME_KEY", KEY),
            ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
            ("BOOTHPAY_CLICK_SERVICE_ID", CLICK_SERVICE),
            ("BOOTHPAY_CLICK_MERCHANT_ID", "7777"),
            ("BOOTHPAY_CLICK_SECRET_KEY", CLICK_KEY),
            ("BOOTHPAY_ADMIN_TOKEN", "owner-token-0123456789"),
        ];
        if let Self::Server(database) = self {
            settings.push(("BOOTHPAY_DATABASE", database.url.as_str()));
        }
        settings
    }

    /// Runs the program to its end; whatever it says, no password is in it.
    pub fn run(&self, folder: &Folder, arguments: &[&str], more: &[(&str, &str)]) -> Finished {
        let environment: Vec<_> = self.settings().into_iter().chain(more.iter().copied()).collect();
        let finished = folder.run(arguments, &environment);
        assert!(!format!("{}{}", finished.out, finished.err).contains("cluster-secret"));
        finished
    }

    /// Takes over, and it goes well.
    pub fn import(&self, folder: &Folder, more: &[&str]) -> String {
        let arguments: Vec<&str> = ["import", FILE].into_iter().chain(more.iter().copied()).collect();
        let finished = self.run(folder, &arguments, &[]);
        assert_eq!(finished.code, Some(0), "{}{}", finished.out, finished.err);
        finished.out
    }

    pub fn verify(&self, folder: &Folder) {
        let verified = self.run(folder, &["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }

    pub fn serve(&self, folder: &Folder) -> Booth {
        Booth(folder.serve(&self.settings()))
    }

    /// Every order with its transactions and its journal, as text.
    pub fn everything(&self, folder: &Folder) -> String {
        let list = self.run(folder, &["order", "list", "--limit", "500"], &[]);
        assert_eq!(list.code, Some(0), "{}", list.err);
        list.out
    }
}

/// A served booth, with Payme's calls.
pub struct Booth(pub Running);

impl Booth {
    pub async fn payme(&self, method: &str, params: Value) -> Value {
        let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("Paycom:{KEY}")));
        self.0.payme(&authorization, method, params).await
    }

    pub async fn check(&self, id: &str) -> Value {
        self.payme("CheckTransaction", json!({ "id": id })).await["result"].clone()
    }

    /// A call of Click's, signed with the key.
    pub async fn click(&self, call: &str, attempt: &str, order: &str, amount: &str, prepared: Option<i64>) -> Value {
        let time = "2026-11-21 12:00:00";
        let prepare_id = prepared.map(|id| id.to_string()).unwrap_or_default();
        let action = if prepared.is_some() { "1" } else { "0" };
        let unsigned = Unsigned {
            click_trans_id: attempt,
            service_id: CLICK_SERVICE,
            merchant_trans_id: order,
            prepare_id: &prepare_id,
            amount,
            action,
            sign_time: time,
        };
        let signature = sign(&unsigned, &Secret::new(CLICK_KEY).unwrap());
        let id = prepared.map(|id| format!("&merchant_prepare_id={id}")).unwrap_or_default();
        let body = format!(
            "click_trans_id={attempt}&service_id={CLICK_SERVICE}&click_paydoc_id=707&merchant_trans_id={order}{id}&amount={amount}\
             &action={action}&error=0&error_note=Success&sign_time={}&sign_string={signature}",
            time.replace(' ', "+")
        );
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        self.0.send(reqwest::Method::POST, &format!("/api/click/{call}"), &form, &body).await.json()
    }

    pub async fn status(&self, order: &str) -> Value {
        self.0.get(&format!("/api/payment-status/{order}")).await.json()
    }

    /// An address that is the owner's alone.
    pub async fn owner(&self, path: &str) -> Value {
        let token = [("Authorization", "Bearer owner-token-0123456789")];
        let answer = self.0.send(reqwest::Method::GET, path, &token, "").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// An order of ten thousand soum, paid by Payme; Payme's `transaction`.
    pub async fn pay(&self, order: &str) -> i64 {
        let body = json!({ "order_id": order, "paymentType": "payme", "amount": 10000 }).to_string();
        assert_eq!(self.0.post("/api/generate-qr", &body).await.status, 200);
        let id = format!("new-{order}");
        let account = json!({ "order_id": order });
        let params = json!({ "id": id, "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": account });
        let created = self.payme("CreateTransaction", params).await;
        assert_eq!(self.payme("PerformTransaction", json!({ "id": id })).await["result"]["state"], 2, "{created}");
        created["result"]["transaction"].as_str().unwrap().parse().unwrap()
    }
}

/// His database in a folder.
pub fn database(folder: &Folder, sql: &str) -> Connection {
    let connection = Connection::open(folder.path().join(FILE)).unwrap();
    connection.execute_batch(sql).unwrap();
    connection
}

/// The dump.
pub fn dump(folder: &Folder) -> Connection {
    database(folder, include_str!("payments.sql"))
}

/// One of his rows: what Payme may ask about, with the times that it was told, by SQLite's own reckoning.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub order_id: String,
    pub transaction_id: String,
    pub amount: i64,
    pub state: i64,
    pub create_time: i64,
    pub perform_time: i64,
    pub cancel_time: i64,
}

/// Payme's rows of his that make sense, with times as a machine in that zone told them.
pub fn paymes(his: &Connection, hours_east: i64) -> Vec<Row> {
    let told = |column: &str| {
        format!(
            "coalesce(1000 * (unixepoch(substr({column}, 1, 19)) - 3600 * {hours_east}) + cast(substr({column}, 21, 3) as int), 0)"
        )
    };
    let sql = format!(
        "select id, order_id, transaction_id, amount, state, {}, {}, {} from payments
         where payment_type = 'payme' and transaction_id is not null and id <= 60",
        told("create_time"),
        told("perform_time"),
        told("cancel_time")
    );
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            id: row.get(0)?,
            order_id: row.get(1)?,
            transaction_id: row.get(2)?,
            amount: row.get(3)?,
            state: row.get(4)?,
            create_time: row.get(5)?,
            perform_time: row.get(6)?,
            cancel_time: row.get(7)?,
        })
    };
    his.prepare(&sql).unwrap().query_map([], read).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}
