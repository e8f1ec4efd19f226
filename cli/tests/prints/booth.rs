//! A booth whose prints the owner's own program makes, and that program.

use crate::support::{Answer, Finished, Folder, Running};
use boothpay_test_support::{Cluster, Database, sql_by_hand};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long a test waits for something that happens by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// In `[prints]`.
pub const OWN_PROGRAM: &str = "by = \"own program\"\n";

/// A folder with settings and a database.
pub struct Booth {
    pub folder: Folder,
    postgres: Option<Database>,
}

impl Booth {
    /// One on each kind of database, with further lines in `[prints]`.
    pub fn on_both(lines: &str) -> [Self; 2] {
        [Self::new(None, "", lines), Self::new(Some(Cluster::shared().database()), "", lines)]
    }

    /// On a file.
    pub fn with(lines: &str) -> Self {
        Self::new(None, "", lines)
    }

    /// Two that share a database.
    pub fn two(ids: [&str; 2]) -> [Self; 2] {
        Self::sharing(ids.map(|id| (id, "", OWN_PROGRAM)))
    }

    /// Booths that share a database, each with its id, further settings, and the lines of `[prints]`.
    pub fn sharing<const N: usize>(booths: [(&str, &str, &str); N]) -> [Self; N] {
        let database = Cluster::shared().database();
        booths.map(|(id, settings, prints)| {
            let settings = format!("[booth]\nid = \"{id}\"\nname = \"Booth {id}\"\n{settings}");
            Self::printing(Some(database.clone()), &settings, prints)
        })
    }

    /// On a file, with other settings before `[prints]`.
    pub fn set(settings: &str, lines: &str) -> Self {
        Self::new(None, settings, lines)
    }

    fn new(postgres: Option<Database>, settings: &str, lines: &str) -> Self {
        Self::printing(postgres, settings, &format!("{OWN_PROGRAM}{lines}\n"))
    }

    fn printing(postgres: Option<Database>, settings: &str, prints: &str) -> Self {
        let folder = Folder::new();
        let database = postgres.as_ref().map(|it| format!("database = \"{}\"\n", it.url)).unwrap_or_default();
        folder.write("boothpay.toml", &format!("{database}{settings}\n[prints]\n{prints}"));
        Self { folder, postgres }
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

    /// As if who has a job had kept it for as long as one may.
    pub fn leases_end(&self) {
        self.sql("update tasks set due_at_ms = 0 where state = 'leased'");
    }

    /// As if every job that is asked for or begun had been so for long.
    pub fn waiting_ends(&self) {
        self.sql("update orders set print_until_ms = 1 where print_state in ('asked', 'printing')");
    }

    pub fn show(&self, order: &str) -> Value {
        self.folder.json(&["order", "show", "--", order])
    }

    pub fn owed(&self) -> Vec<Value> {
        self.folder.json(&["order", "list", "--owed"]).as_array().unwrap().clone()
    }

    pub fn reprint(&self, order: &str) -> Finished {
        self.folder.run(&["order", "reprint", order], &[])
    }

    /// Waits until an order's prints are in a state.
    pub fn until(&self, order: &str, state: &str) -> Value {
        let begun = Instant::now();
        loop {
            let shown = self.show(order);
            if shown["print"] == state {
                return shown;
            }
            assert!(begun.elapsed() < PATIENCE, "it never came to {state}: {shown:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn is_healthy(&self) {
        let verified = self.folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

/// The changes of an order's prints, as its journal has them.
pub fn prints(shown: &Value) -> Vec<String> {
    let rows = shown["journal"].as_array().unwrap();
    let changes = rows.iter().map(|row| row["what"]["change"].as_str().unwrap());
    changes.filter(|change| change.starts_with("print")).map(str::to_owned).collect()
}

/// Makes an order through the API.
pub async fn order(server: &Running, id: &str, copies: u16) {
    let body = json!({ "order_id": id, "paymentType": "payme", "amount": 20000, "copies": copies });
    let made = server.post("/api/generate-qr", &body.to_string()).await;
    assert_eq!(made.status, 200, "{}", made.body);
}

/// Makes an order and pays it.
pub async fn paid(server: &Running, id: &str, copies: u16) {
    order(server, id, copies).await;
    let paid = server.post(&format!("/api/test-payment/{id}"), "{}").await;
    assert_eq!(paid.status, 200, "{}", paid.body);
}

/// What the owner's program is given; `None` when there is nothing to print.
pub async fn next(server: &Running, query: &str) -> Option<Value> {
    let answer = server.get(&format!("/api/prints/next{query}")).await;
    match answer.status {
        200 => Some(answer.json()),
        204 => None,
        other => panic!("{other}: {}", answer.body),
    }
}

/// What it says of a job.
pub async fn says(server: &Running, job: &Value, result: Value) -> Answer {
    server.post(&format!("/api/prints/{}", job["job"].as_str().unwrap()), &result.to_string()).await
}

pub async fn printed(server: &Running, job: &Value) {
    let answer = says(server, job, json!({ "result": "printed" })).await;
    assert_eq!((answer.status, answer.json()["print"].as_str()), (200, Some("printed")), "{}", answer.body);
}
