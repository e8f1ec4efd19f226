//! A booth whose program is updated, new programs that are broken in one way each, and a systemctl that is played.

use crate::support::{Finished, Folder, Running};
use boothpay_test_support::{mortal, own_port};
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

pub const REAL: &str = env!("CARGO_BIN_EXE_boothpay");

/// A booth in a folder, with the program in it and one order that was paid.
pub struct Booth {
    pub folder: Folder,
    pub program: PathBuf,
    port: String,
}

impl Booth {
    pub async fn with_a_paid_order() -> Self {
        let folder = Folder::new();
        let program = folder.path().join("boothpay");
        // Not copied by this program itself: see the contract's tests.
        assert!(Command::new("cp").arg(REAL).arg(&program).status().unwrap().success());
        let booth = Self { folder, program, port: format!("127.0.0.1:{}", own_port()) };
        let running = booth.start();
        let order = json!({"order_id": "a", "paymentType": "payme", "amount": 10000}).to_string();
        assert_eq!(running.post("/api/generate-qr", &order).await.status, 200);
        assert_eq!(running.post("/api/test-payment/a", "").await.status, 200);
        running.kill();
        booth
    }

    pub fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let own = [("BOOTHPAY_LISTEN", self.port.as_str())];
        self.folder.command_of(&self.program, arguments, &[&own[..], environment].concat())
    }

    pub fn start(&self) -> Running {
        Running::of(self.command(&["serve"], &[]))
    }

    /// What stands under the program's name starts, and knows the payment.
    pub async fn starts(&self) {
        assert_eq!(self.start().get("/api/payment-status/a").await.json()["status"], "success");
    }

    /// A new program: these lines of a shell script, in which `real` is the real one.
    pub fn new_program(&self, lines: &str) -> String {
        let file = self.folder.path().join("downloaded");
        fs::write(&file, format!("#!/bin/sh\nreal={REAL}\n{lines}\nexec \"$real\" \"$@\"\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    pub fn update(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
        Finished::of(self.command(&[&["update"][..], arguments].concat(), environment))
    }

    pub fn names(&self, part: &str) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).filter(|name| name.contains(part)).collect()
    }

    pub fn is_a_script(&self) -> bool {
        let mut first = [0; 2];
        File::open(&self.program).unwrap().read_exact(&mut first).unwrap();
        &first == b"#!"
    }

    /// What newer programs do to a database, and how one that knows that schema goes on.
    pub fn schema(&self, version: &str) -> String {
        let database = self.folder.path().join("boothpay.db");
        format!(
            "python3 -c \"import sqlite3; c = sqlite3.connect('{}', isolation_level=None); \
             c.execute('pragma user_version = {version}')\"",
            database.display()
        )
    }
}

/// Plays systemctl: a script asks for a word through one pipe, a thread does it, and answers through another.
pub struct Manager {
    server: Arc<Mutex<Option<Child>>>,
    start: Arc<dyn Fn() -> Option<Child> + Send + Sync>,
    /// Where the script is found first.
    pub path: String,
}

impl Manager {
    pub fn new(booth: &Booth, environment: &'static [(&'static str, &'static str)]) -> Self {
        let folder = booth.folder.path().join("systemctl");
        fs::create_dir(&folder).unwrap();
        let pipe = |name: &str| {
            let pipe = folder.join(name);
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            pipe
        };
        let (asked, done) = (pipe("asked"), pipe("done"));
        let script = folder.join("systemctl");
        let lines = format!("echo \"$1 $2\" >{}\nread code <{}\nexit $code\n", asked.display(), done.display());
        fs::write(&script, format!("#!/bin/sh\n{lines}")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let start = starter(booth.program.clone(), booth.port.clone(), booth.folder.path().to_owned(), environment);
        let manager = Self { server: Arc::default(), start: Arc::new(start), path };
        let (server, start) = (Arc::clone(&manager.server), Arc::clone(&manager.start));
        // It ends with the tests, and the server with it.
        std::thread::spawn(move || {
            while let Ok(word) = fs::read_to_string(&asked) {
                let well = match word.trim() {
                    "stop booth" => {
                        end(&server);
                        true
                    }
                    "start booth" => begin(&server, &*start),
                    _ => false,
                };
                // Nobody reads it when whoever asked was killed.
                let answer = File::options().write(true).open(&done);
                let _ = answer.and_then(|mut pipe| pipe.write_all(if well { b"0\n" } else { b"1\n" }));
            }
        });
        manager
    }

    pub fn environment(&self) -> [(&str, &str); 1] {
        [("PATH", self.path.as_str())]
    }

    pub fn start(&self) {
        assert!(begin(&self.server, &*self.start));
    }

    pub fn stop(&self) {
        end(&self.server);
    }

    pub fn runs(&self) -> bool {
        self.server.lock().unwrap().as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the program as a service, and gives it back once it answers.
fn starter(
    program: PathBuf,
    port: String,
    folder: PathBuf,
    environment: &'static [(&'static str, &'static str)],
) -> impl Fn() -> Option<Child> {
    move || {
        let mut command = mortal(&program);
        command.arg("serve").current_dir(&folder).env("BOOTHPAY_LISTEN", &port).envs(environment.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let answers = lines.any(|line| line.starts_with("Booth page:"));
        std::thread::spawn(move || lines.for_each(drop));
        if answers {
            return Some(child);
        }
        child.wait().unwrap();
        None
    }
}

fn begin(server: &Mutex<Option<Child>>, start: &dyn Fn() -> Option<Child>) -> bool {
    let started = start();
    let well = started.is_some();
    *server.lock().unwrap() = started;
    well
}

fn end(server: &Mutex<Option<Child>>) {
    if let Some(mut child) = server.lock().unwrap().take() {
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
    }
}
