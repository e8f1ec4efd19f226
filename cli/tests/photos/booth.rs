//! A booth with photos, on SQLite or on PostgreSQL, and what its page does.

use crate::support::{Answer, Folder, Running};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_test_support::{Cluster, Database, sql_by_hand};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// A phone's picture: stored lying, shown upright (64 by 96), with the place where it was taken.
pub const PHONE: &[u8] = include_bytes!("../../../server/src/photos/samples/phone.jpg");
/// The same in the form of an iPhone.
pub const HEIC: &[u8] = include_bytes!("../../../server/src/photos/samples/phone.heic");

/// How long a test waits for something to happen.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with settings, and a database.
pub struct Booth {
    pub folder: Folder,
    postgres: Option<Database>,
}

impl Booth {
    /// One on each kind of database.
    pub fn on_both(settings: &str) -> [Self; 2] {
        [Self::on(settings, None), Self::on(settings, Some(Cluster::shared().database()))]
    }

    /// On a file.
    pub fn on_sqlite(settings: &str) -> Self {
        Self::on(settings, None)
    }

    fn on(settings: &str, postgres: Option<Database>) -> Self {
        let folder = Folder::new();
        let database = postgres.as_ref().map(|it| format!("database = \"{}\"\n", it.url)).unwrap_or_default();
        folder.write("boothpay.toml", &format!("{database}{settings}"));
        Self { folder, postgres }
    }

    pub fn serve(&self) -> Running {
        self.folder.serve(&[])
    }

    /// Changes the database by hand, for what would take too long.
    pub fn sql(&self, sql: &str) {
        sql_by_hand(self.postgres.as_ref(), &self.folder.path().join("boothpay.db"), sql);
    }

    /// Makes all files of photos older than pictures are kept without a claim.
    pub fn age_files(&self) {
        for entry in std::fs::read_dir(self.folder.path().join("photos")).unwrap() {
            age(&entry.unwrap().path());
        }
    }

    /// An old file of photos that no session knows, as a killed program leaves it.
    pub fn leave_an_old_file(&self) {
        let file = self.folder.path().join("photos").join(format!("{}.jpg", "0".repeat(32)));
        std::fs::write(&file, "x").unwrap();
        age(&file);
    }

    /// How many files of photos there are.
    pub fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("photos")).map_or(0, Iterator::count)
    }
}

fn age(file: &Path) {
    let long_ago = SystemTime::now() - Duration::from_secs(26 * 60 * 60);
    std::fs::File::options().write(true).open(file).unwrap().set_modified(long_ago).unwrap();
}

pub fn data_url(bytes: &[u8]) -> String {
    format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(bytes))
}

pub fn bytes_of(photo: &Value) -> Vec<u8> {
    let text = photo["photo_data"].as_str().unwrap();
    let (head, rest) = text.split_once(',').unwrap();
    assert_eq!(head, "data:image/jpeg;base64");
    BASE64_STANDARD.decode(rest).unwrap()
}

/// Makes a session, as the page does.
pub async fn session(server: &Running, kind: &str) -> Value {
    let body = json!({"type": kind, "kiosk_id": 1, "data": {"template": "Лента"}}).to_string();
    let answer = server.post("/api/session/create", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["session"].clone()
}

pub fn id(session: &Value) -> &str {
    session["id"].as_str().unwrap()
}

pub async fn call(server: &Running, method: Method, path: &str, body: &Value) -> Answer {
    server.send(method, path, &[("Content-Type", "application/json")], &body.to_string()).await
}

/// The photos of a session, without their bytes.
pub async fn photos(server: &Running, id: &str) -> Vec<Value> {
    let answer = server.get(&format!("/api/session/{id}/photos?type=uploaded&data=none")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["photos"].as_array().unwrap().clone()
}

/// Waits until something is so.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "it never came to be: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
