//! A disk that takes no more: calls that write get a system error, everything else goes on, and when there is room again
//! the server writes again without being started anew. Two ways to the same end: a limit of the system on the size of the
//! program's files, which works for everybody, and a small file system that is filled, which needs root.

use crate::http::Connection;
use boothpay_test_support::mortal;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How soon the server must be ready again once there is room.
const BACK_WITHIN: Duration = Duration::from_secs(5);

struct Booth {
    child: Child,
    _out: BufReader<ChildStdout>,
    address: String,
}

impl Booth {
    /// Started by a shell that ignores the signal of the limit, so that the program gets an error instead.
    fn start(folder: &Path) -> Self {
        let mut child = mortal("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_boothpay")])
            .current_dir(folder)
            .env("BOOTHPAY_LISTEN", "127.0.0.1:0")
            .env("BOOTHPAY_PAYME_KEY", boothpay_test_support::wallets::KEY)
            .env("BOOTHPAY_API_TOKEN", boothpay_test_support::wallets::API_TOKEN)
            .env("BOOTHPAY_PAYME_MERCHANT_ID", "670a6af1a048b8a82254e446")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("Booth page:").trim().trim_start_matches("http://");
        Self { child, _out: out, address: address.trim_end_matches('/').to_owned() }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        Connection::open(&self.address).unwrap().send(method, path, &body.to_string()).unwrap()
    }

    fn order(&self, id: &str) -> u16 {
        self.send("POST", "/api/generate-qr", &json!({"order_id": id, "paymentType": "payme", "amount": 10000})).0
    }

    fn payme(&self, method: &str, params: Value) -> Value {
        self.send("POST", "/api/payme/webhook", &json!({"id": 1, "method": method, "params": params})).1
    }

    fn create(&self, order: &str) -> Value {
        let account = json!({ "order_id": order });
        let params =
            json!({"id": format!("t-{order}"), "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": account});
        self.payme("CreateTransaction", params)
    }

    fn perform(&self, order: &str) -> Value {
        self.payme("PerformTransaction", json!({"id": format!("t-{order}")}))
    }

    fn ready(&self) -> u16 {
        self.send("GET", "/readyz", &Value::Null).0
    }

    /// Orders until the disk takes no more.
    fn fill_up(&self, name: &str) {
        let refused = (0..5000).map(|n| self.order(&format!("{name}-{n}"))).find(|status| *status != 200);
        assert_eq!(refused, Some(503), "the disk takes whatever comes");
    }

    /// What must hold while nothing can be written, and again when it can. `paid` is paid, `held` is an order that nobody
    /// has begun to pay.
    fn writes_fail_and_reading_goes_on(&self, paid: &str, held: &str) {
        assert_eq!(self.create(held)["error"]["code"], -32400, "a system error, never a refusal");
        assert_eq!(self.ready(), 503);
        let booth = self.send("GET", "/api/booth/ready", &Value::Null).1;
        assert_eq!(booth, json!({"ready": false, "closed": "server"}), "nobody begins what he cannot pay");
        assert_eq!(self.send("GET", "/livez", &Value::Null).0, 200);
        assert_eq!(self.payme("CheckTransaction", json!({"id": format!("t-{paid}")}))["result"]["state"], 2);
        let statement = self.payme("GetStatement", json!({"from": 0, "to": i64::MAX / 2}));
        assert!(statement["result"]["transactions"].as_array().is_some_and(|all| !all.is_empty()), "{statement}");
        let status =
            |order: &str| self.send("GET", &format!("/api/payment-status/{order}"), &Value::Null).1["status"].clone();
        assert_eq!((status(paid), status(held)), (json!("success"), json!("pending")));
    }

    fn is_ready_soon(&self) {
        let freed = Instant::now();
        while self.ready() != 200 {
            assert!(freed.elapsed() < BACK_WITHIN, "still not ready");
        }
    }

    fn comes_back(&self, held: &str) {
        self.is_ready_soon();
        assert_eq!(self.send("GET", "/api/booth/ready", &Value::Null).1["ready"], true);
        assert_eq!(self.create(held)["result"]["state"], 1, "what failed is decided anew");
        assert_eq!(self.perform(held)["result"]["state"], 2);
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pay(booth: &Booth, order: &str) {
    assert_eq!(booth.order(order), 200);
    assert_eq!(booth.create(order)["result"]["state"], 1);
    assert_eq!(booth.perform(order)["result"]["state"], 2);
}

fn verify(folder: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_boothpay")).arg("verify").current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn when_files_may_not_grow_writes_fail_reads_go_on_and_all_returns_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let booth = Booth::start(folder.path());
    let limit = |bytes: &str| {
        let pid = booth.child.id().to_string();
        Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}:")]).status()
    };
    if limit("unlimited").is_err() {
        println!("NOT TESTED here: there is no prlimit program to limit the size of files with");
        return;
    }
    pay(&booth, "paid");
    for cycle in 0..20 {
        let held = format!("held-{cycle}");
        assert_eq!(booth.order(&held), 200);
        let log = std::fs::metadata(folder.path().join("boothpay.db-wal")).unwrap().len();
        assert!(limit(&log.to_string()).unwrap().success());
        booth.fill_up(&format!("cycle-{cycle}"));
        booth.writes_fail_and_reading_goes_on("paid", &held);
        assert!(limit("unlimited").unwrap().success());
        booth.comes_back(&held);
    }
    verify(folder.path());
    drop(booth);
    verify(folder.path());
}

/// A file system in memory; gone with the value.
pub struct SmallDisk(pub tempfile::TempDir);

impl SmallDisk {
    pub fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "boothpay-test"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }

    /// Takes all the room there is.
    fn fill(&self) {
        let mut file = File::create(self.0.path().join("filler")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn free(&self) {
        std::fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn when_the_disk_is_full_writes_fail_reads_go_on_and_all_returns_without_a_restart() {
    let Some(disk) = SmallDisk::mount("16m") else {
        println!("NOT TESTED here: only root may mount the small file system that this test fills");
        return;
    };
    let folder = disk.0.path().to_owned();
    let booth = Booth::start(&folder);
    pay(&booth, "paid");
    for cycle in 0..20 {
        let held = format!("held-{cycle}");
        assert_eq!(booth.order(&held), 200);
        disk.fill();
        booth.fill_up(&format!("cycle-{cycle}"));
        booth.writes_fail_and_reading_goes_on("paid", &held);
        disk.free();
        booth.comes_back(&held);
    }
    verify(&folder);
}

/// A command's exit code, and all that it said.
fn told(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boothpay"));
    command.args(arguments).current_dir(folder).env("BOOTHPAY_LISTEN", "127.0.0.1:0");
    command.env("BOOTHPAY_PAYME_KEY", boothpay_test_support::wallets::KEY);
    let output = command.env("BOOTHPAY_PAYME_MERCHANT_ID", "670a6af1a048b8a82254e446").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

#[test]
fn on_a_full_disk_whoever_starts_something_is_told_to_make_room() {
    let Some(disk) = SmallDisk::mount("16m") else {
        println!("NOT TESTED here: only root may mount the small file system that this test fills");
        return;
    };
    let folder = disk.0.path();
    let refused = |arguments: &[&str], words: &str| {
        let (code, said) = told(folder, arguments);
        assert!(code == Some(1) && said.contains(words), "{arguments:?}: {said}");
        assert!(!said.contains("or disk is full") && !said.contains("I/O error"), "{arguments:?}: {said}");
    };
    let booth = Booth::start(folder);
    pay(&booth, "paid");
    assert_eq!(told(folder, &["backup", "safe.db"]).0, Some(0));
    drop(booth);
    disk.fill();
    // It was killed, so what it has beside the database is there; and nobody has a password for the panel yet.
    let mut booth = Booth::start(folder);
    assert_eq!(booth.ready(), 503);
    assert_eq!(booth.payme("CheckTransaction", json!({"id": "t-paid"}))["result"]["state"], 2);
    for (arguments, words) in [
        (&["check"][..], "there is no room in the folder"),
        (&["backup", "more.db"], "there is no room for more.db; make some on its disk"),
        (&["backup", "--before-upgrade"], "make some on its disk"),
        (&["order", "create", "--copies", "1"], "there is no room on the database's disk: make some"),
        (&["admin", "reset"], "there is no room on the database's disk: make some"),
        (&["booth", "pin", "Anna"], "there is no room on the database's disk: make some"),
        (&["doctor"], "make some on its disk"),
    ] {
        refused(arguments, words);
    }
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> =
        names.filter(|name| name.contains("doctor") || name.contains("part") || name.contains("more")).collect();
    assert_eq!(left, [""; 0]);
    disk.free();
    booth.is_ready_soon();
    pay(&booth, "later");
    assert!(Command::new("kill").args(["-TERM", &booth.child.id().to_string()]).status().unwrap().success());
    assert!(booth.child.wait().unwrap().success());

    // Nothing is beside the database any more, and there is no room for it.
    disk.fill();
    let no_room = format!("there is no room on the disk of {}", folder.display());
    refused(&["serve"], &no_room);
    refused(&["order", "create", "--copies", "1"], &no_room);
    refused(&["restore", "safe.db", "--force"], "there is no room for ");
    refused(&["check"], "there is no room in the folder");
    disk.free();
    verify(folder);
}

#[test]
fn no_pictures_are_sold_while_the_disk_has_no_room_for_them() {
    let Some(disk) = SmallDisk::mount("16m") else {
        println!("NOT TESTED here: only root may mount the small file system that is too small for pictures");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let settings = |photos: &Path| {
        let settings = format!("[photos]\nsource = \"boothpay\"\nfolder = '{}'\n", photos.display());
        std::fs::write(folder.path().join("boothpay.toml"), settings).unwrap();
    };
    let stands = || Booth::start(folder.path()).send("GET", "/api/booth/ready", &Value::Null).1;
    settings(disk.0.path());
    assert_eq!(stands(), json!({"ready": false, "closed": "room"}));
    settings(&folder.path().join("photos"));
    assert_eq!(stands()["ready"], true);
}
