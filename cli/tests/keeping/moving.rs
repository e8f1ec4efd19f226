//! `boothpay migrate` as an owner meets it: a booth that was served from a file goes on, to the letter, on PostgreSQL;
//! killed anywhere, the move leaves one database that a server opens, and finishes when it is asked again.

use crate::support::{Finished, Folder, MERCHANT_ID, Running};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_test_support::{Cluster, Database};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const KEY: &str = "canary-key-7f3e9d-0123456789abcdefgh";
const NEW_KEY: &str = "canary-new-key-51c2a8-0123456789abcd";

const API_TOKEN: &str = "canary-token-83d1";

const SETTINGS: [(&str, &str); 5] = [
    ("BOOTHPAY_API_TOKEN", API_TOKEN),
    ("BOOTHPAY_PAYME_KEY", KEY),
    ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
    ("BOOTHPAY_PAYME_CHANGE_PASSWORD", "true"),
    ("BOOTHPAY_BOOTH_NAME", "Чилонзор «Фото» O‘zbegim 照片 \\ \" 🎞"),
];

fn on(database: &Database) -> Vec<(&str, &str)> {
    SETTINGS.iter().copied().chain([("BOOTHPAY_DATABASE", database.url.as_str())]).collect()
}

fn basic(key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("Paycom:{key}")))
}

/// A booth at work: calls as Payme makes them, with the key in force.
struct Booth {
    server: Running,
    authorization: String,
}

impl Booth {
    async fn payme(&self, method: &str, params: Value) -> Value {
        self.server.payme(&self.authorization, method, params).await
    }

    async fn offer(&self, id: &str) {
        let body = json!({"order_id": id, "paymentType": "payme", "amount": 10000.5}).to_string();
        assert_eq!(self.server.post("/api/generate-qr", &body).await.status, 200);
    }

    async fn create(&self, order: &str, payme_id: &str) -> Value {
        let account = json!({"order_id": order, "имя": "Ўктам\n\"'\\ \u{1F39E}"});
        let params = json!({"id": payme_id, "time": 1_700_000_000_000_i64, "amount": 1_000_050, "account": account});
        self.payme("CreateTransaction", params).await
    }

    async fn check(&self, payme_id: &str) -> Value {
        self.payme("CheckTransaction", json!({"id": payme_id})).await
    }

    /// What Payme and customers hear of everything there is.
    async fn told(&self) -> BTreeMap<String, Value> {
        let mut told = BTreeMap::new();
        for id in ["waiting", "paid", "refunded", "given-up", "second", "nobody's"] {
            told.insert(format!("check {id}"), self.check(id).await);
        }
        for id in ["paid", "refunded", "given-up"] {
            told.insert(format!("perform {id}"), self.payme("PerformTransaction", json!({"id": id})).await);
        }
        for id in ["refunded", "given-up"] {
            let again = self.payme("CancelTransaction", json!({"id": id, "reason": 3})).await;
            told.insert(format!("cancel {id}"), again);
        }
        let all = json!({"from": 0, "to": 1_900_000_000_000_i64});
        told.insert("statement".to_owned(), self.payme("GetStatement", all).await);
        for order in ["waiting", "paid", "refunded", "retried", "closed", "free", "nobody's"] {
            let answer = self.server.get(&format!("/api/payment-status/{order}")).await;
            told.insert(format!("status {order}"), answer.json());
        }
        told
    }
}

/// A file with orders and transactions in every state, made by calls to a server that is then stopped.
async fn served(folder: &Folder) -> BTreeMap<String, Value> {
    let mut booth = Booth { server: folder.serve(&SETTINGS), authorization: basic(KEY) };
    for order in ["free", "waiting", "paid", "refunded", "retried", "closed"] {
        booth.offer(order).await;
    }
    for (order, id) in [("waiting", "waiting"), ("paid", "paid"), ("refunded", "refunded"), ("retried", "given-up")] {
        assert_eq!(booth.create(order, id).await["result"]["state"], 1);
    }
    for id in ["paid", "refunded"] {
        assert_eq!(booth.payme("PerformTransaction", json!({"id": id})).await["result"]["state"], 2);
    }
    for (id, state) in [("refunded", -2), ("given-up", -1)] {
        let cancelled = booth.payme("CancelTransaction", json!({"id": id, "reason": 5})).await;
        assert_eq!(cancelled["result"]["state"], state);
    }
    assert_eq!(booth.create("retried", "second").await["result"]["state"], 1);
    for (id, kind) in [("paid", "PERFORM"), ("refunded", "PERFORM"), ("refunded", "CANCEL")] {
        let data = json!({"receipt_id": 7, "status_code": 0, "message": "принят — ✓", "terminal_id": "EP000000000025",
            "fiscal_sign": "800031554082", "qr_code_url": "https://ofd.soliq.uz/check?t=EP", "date": "20220706221021"});
        let set = booth.payme("SetFiscalData", json!({"id": id, "type": kind, "fiscal_data": data})).await;
        assert_eq!(set["result"]["success"], true, "{set}");
    }
    let token = format!("Bearer {API_TOKEN}");
    for path in ["/api/booth/orders/paid/printed", "/api/booth/orders/closed/cancel"] {
        let headers = [("Content-Type", "application/json"), ("Authorization", token.as_str())];
        assert_eq!(booth.server.send(Method::POST, path, &headers, "").await.status, 200);
    }
    let changed = booth.payme("ChangePassword", json!({"password": NEW_KEY})).await;
    assert_eq!(changed["result"]["success"], true);
    booth.authorization = basic(NEW_KEY);
    let told = booth.told().await;
    // Killed, so that the newest payments are in the log beside the file.
    booth.server.kill();
    told
}

fn migrate(folder: &Folder, database: &Database, more: &[(&str, &str)]) -> Finished {
    let environment: Vec<_> = on(database).into_iter().chain(more.iter().copied()).collect();
    let finished = folder.run(&["migrate", "--from", "sqlite:boothpay.db"], &environment);
    assert!(!format!("{}{}", finished.out, finished.err).contains("cluster-secret"), "the password is not printed");
    finished
}

/// Everything that Payme was told it is told again, and payments go on where they were.
async fn goes_on(folder: &Folder, database: &Database, told: &BTreeMap<String, Value>) {
    let booth = Booth { server: folder.serve(&on(database)), authorization: basic(NEW_KEY) };
    let now = booth.told().await;
    for (question, answer) in told {
        assert_eq!(&now[question], answer, "{question}");
    }
    let refused = booth.server.payme(&basic(KEY), "CheckTransaction", json!({"id": "paid"})).await;
    assert_eq!(refused["error"]["code"], -32504, "the key that Payme changed stays changed");
    assert_eq!(booth.payme("PerformTransaction", json!({"id": "waiting"})).await["result"]["state"], 2);
    assert_eq!(booth.create("free", "new").await["result"]["transaction"], "6", "above the five that there were");
    assert_eq!(booth.payme("PerformTransaction", json!({"id": "new"})).await["result"]["state"], 2);
    drop(booth);
    let verified = folder.run(&["verify"], &on(database));
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

/// The file says where it went, and nobody serves it.
fn is_retired(folder: &Folder) {
    for arguments in [&["serve"][..], &["order", "list"]] {
        let refused = folder.run(arguments, &SETTINGS);
        assert_eq!(refused.code, Some(1), "{}", refused.out);
        for words in ["was moved to postgres://127.0.0.1:", "boothpay migrate --undo --from ", "/boothpay.db"] {
            assert!(refused.err.contains(words), "{}", refused.err);
        }
    }
}

fn rows(database: &Database) -> String {
    database.sql("select count(*) from orders").unwrap()
}

#[tokio::test]
async fn a_booth_goes_on_where_it_was() {
    let (folder, database) = (Folder::new(), Cluster::shared().database());
    let told = served(&folder).await;
    // Who has started a server there first has done no harm.
    Folder::new().serve(&on(&database)).kill();
    let moved = migrate(&folder, &database, &[]);
    assert_eq!(moved.code, Some(0), "{}{}", moved.out, moved.err);
    let lines = ["orders        6", "transactions  5", "settings      1", "paid          1, 10000.50 soum"];
    for line in lines {
        assert!(moved.out.contains(line), "{line}\n{}", moved.out);
    }
    is_retired(&folder);
    goes_on(&folder, &database, &told).await;
    let moved_to = folder.serve(&on(&database));
    let undone = folder.run(&["migrate", "--undo", "--from", "boothpay.db"], &on(&database));
    assert!(undone.code == Some(1) && undone.err.contains("a server works on"), "{}{}", undone.out, undone.err);
    moved_to.kill();
    is_retired(&folder);

    let again = migrate(&folder, &database, &[]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("does not hold what the file holds"), "{}", again.err);

    let kept = folder.run(&["verify", "--database", "boothpay.db"], &[]);
    assert_eq!(kept.code, Some(0), "what is kept is whole: {}", kept.out);
    let undone = folder.run(&["migrate", "--undo", "--from", "boothpay.db"], &[]);
    assert_eq!(undone.code, Some(0), "{}", undone.err);
    let booth = Booth { server: folder.serve(&SETTINGS), authorization: basic(NEW_KEY) };
    assert_eq!(booth.check("waiting").await["result"]["state"], 1);
    drop(booth);
    assert!(folder.run(&["verify"], &SETTINGS).out.contains("as it should be"));
    let nothing = folder.run(&["migrate", "--undo", "--from", "boothpay.db"], &[]);
    assert!(nothing.err.contains("was not moved"), "{}", nothing.err);
}

/// The files are named after the database, so with another one they do not count any more.
#[tokio::test]
async fn what_the_panel_keeps_in_files_is_missed_under_another_name() {
    let (folder, database) = (Folder::new(), Cluster::shared().database());
    let mut settings = SETTINGS.to_vec();
    settings.push(("BOOTHPAY_LISTEN", "127.0.0.1:0"));
    drop(served(&folder).await);
    let edited = "[settings.'booth.base_price']\nvalue = 32000\nby = 'owner'\nat_ms = 1\n";
    std::fs::write(folder.path().join("boothpay.panel.toml"), edited).unwrap();
    let check = |more: &[(&str, &str)]| folder.run(&["check"], &[&settings[..], more].concat()).out;
    assert!(check(&[]).contains("32000"), "{}", check(&[]));
    for name in ["boothpay.db", "boothpay.db-wal", "boothpay.db-shm"] {
        let _ = std::fs::copy(folder.path().join(name), folder.path().join(name.replace("boothpay", "other")));
    }
    let renamed = check(&[("BOOTHPAY_DATABASE", "other.db")]);
    assert!(renamed.contains("there is no other.panel.toml") || renamed.contains("/other.panel.toml"), "{renamed}");
    assert!(renamed.contains("boothpay.panel.toml: what the panel keeps"), "{renamed}");
    let booth = folder.serve(&[&SETTINGS[..], &[("BOOTHPAY_DATABASE", "other.db")]].concat());
    booth.err.wait_for("boothpay.panel.toml: what the panel keeps");
    booth.kill();
    std::fs::rename(folder.path().join("boothpay.panel.toml"), folder.path().join("other.panel.toml")).unwrap();
    let moved = folder.run(
        &["migrate", "--from", "other.db"],
        &[&settings[..], &[("BOOTHPAY_DATABASE", database.url.as_str())]].concat(),
    );
    assert!(moved.out.contains("other.panel.toml: what the panel keeps"), "{}{}", moved.out, moved.err);
}

#[tokio::test]
async fn a_move_that_is_killed_leaves_one_database_and_ends_when_asked_again() {
    for (place, serves, there) in [
        ("in_move:1", true, "0"),
        ("in_move:5", true, "0"),
        ("before_move_commit:1", false, "0"),
        ("after_move_commit:1", false, "6"),
    ] {
        let (folder, database) = (Folder::new(), Cluster::shared().database());
        let told = served(&folder).await;
        let killed = migrate(&folder, &database, &[("CRASH_AT", place)]);
        assert!(killed.code.is_none(), "{place}: {}{}", killed.out, killed.err);
        assert_eq!(rows(&database), there, "{place}");
        if serves {
            let booth = Booth { server: folder.serve(&SETTINGS), authorization: basic(NEW_KEY) };
            assert_eq!(booth.told().await, told, "{place}");
        } else {
            is_retired(&folder);
        }
        let finished = migrate(&folder, &database, &[]);
        assert_eq!(finished.code, Some(0), "{place}: {}{}", finished.out, finished.err);
        assert_eq!(finished.out.contains("An earlier move had got to its end"), there == "6", "{}", finished.out);
        is_retired(&folder);
        goes_on(&folder, &database, &told).await;
    }
}

#[tokio::test]
async fn what_cannot_be_moved_is_refused_and_serves_on() {
    let folder = Folder::new();
    let told = served(&folder).await;
    let refused = |database: &Database, words: &str| {
        let refused = migrate(&folder, database, &[]);
        assert_eq!(refused.code, Some(1), "{}", refused.out);
        assert!(refused.err.contains(words), "{words}\n{}", refused.err);
    };
    let database = Cluster::shared().database();
    let booth = folder.serve(&SETTINGS);
    refused(&database, "boothpay.db is in use: stop the server");
    booth.kill();
    assert_eq!(database.sql("select count(*) from pg_tables where schemaname = 'public'").as_deref(), Ok("0"));

    let occupied = Cluster::shared().database();
    let other = folder.serve(&on(&occupied));
    let body = json!({"order_id": "theirs", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(other.post("/api/generate-qr", &body).await.status, 200);
    other.kill();
    refused(&occupied, "is not empty");
    assert_eq!(rows(&occupied), "1");

    let foreign = Cluster::shared().database();
    foreign.sql("create table theirs (x integer)").unwrap();
    refused(&foreign, "has tables of another program");
    assert_eq!(foreign.sql("select count(*) from pg_tables where schemaname = 'public'").as_deref(), Ok("1"));

    let unfit = Cluster::shared().database();
    folder.serve(&on(&unfit)).kill();
    unfit.sql("drop index one_holder_per_order").unwrap();
    refused(&unfit, "index one_holder_per_order is missing");
    assert_eq!(rows(&unfit), "0");

    let mut nowhere = database.clone();
    nowhere.url = "postgres://booth:cluster-secret@127.0.0.1:1/booth".to_owned();
    refused(&nowhere, "cannot be reached");
    for (arguments, words) in [
        (&["migrate", "--from", "boothpay.db"][..], "name the PostgreSQL database to move to"),
        (&["migrate", "--from", "boothpay.db", "--to", "other.db"], "can only be moved to PostgreSQL"),
        (&["migrate", "--from", "nowhere.db", "--to", &database.url], "nowhere.db; look at its name"),
        (&["migrate", "--from", &database.url, "--to", &database.url], "only a SQLite file can be moved"),
    ] {
        let finished = folder.run(arguments, &SETTINGS);
        assert_eq!(finished.code, Some(1), "{arguments:?}");
        assert!(finished.err.contains(words), "{words}\n{}", finished.err);
    }
    assert!(!folder.path().join("nowhere.db").exists() && !folder.path().join("other.db").exists());

    let booth = Booth { server: folder.serve(&SETTINGS), authorization: basic(NEW_KEY) };
    assert_eq!(booth.told().await, told, "after all of that the file is what it was");
    drop(booth);

    let by_hand = rusqlite::Connection::open(folder.path().join("boothpay.db")).unwrap();
    by_hand.execute("update orders set amount_tiyin = 1 where order_id = 'free'", []).unwrap();
    drop(by_hand);
    refused(&database, "is damaged and is not moved: order free: its amount is 1");
    assert_eq!(database.sql("select count(*) from pg_tables where schemaname = 'public'").as_deref(), Ok("0"));
}
