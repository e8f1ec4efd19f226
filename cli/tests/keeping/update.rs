//! `boothpay update`: a good program takes the old one's place, a broken one changes nothing, and a kill at any step leaves a booth
//! that starts. New programs are scripts around the real one, so that they can be broken in one way each.

use crate::support::{Finished, Folder, Running};
use boothpay_test_support::mortal;
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

const REAL: &str = env!("CARGO_BIN_EXE_boothpay");

/// Steps of an update that is taken back after the new program has changed the schema.
const STEPS: u32 = 8;

/// A booth in a folder, with the program in it and one order that was paid.
struct Booth {
    folder: Folder,
    program: PathBuf,
    port: String,
}

impl Booth {
    async fn with_a_paid_order() -> Self {
        let folder = Folder::new();
        let program = folder.path().join("boothpay");
        // Not copied by this program itself: see the contract's tests.
        assert!(Command::new("cp").arg(REAL).arg(&program).status().unwrap().success());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let booth = Self { folder, program, port: format!("127.0.0.1:{port}") };
        let running = booth.start();
        let order = json!({"order_id": "a", "paymentType": "payme", "amount": 10000}).to_string();
        assert_eq!(running.post("/api/generate-qr", &order).await.status, 200);
        assert_eq!(running.post("/api/test-payment/a", "").await.status, 200);
        running.kill();
        booth
    }

    fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let own = [("BOOTHPAY_LISTEN", self.port.as_str())];
        self.folder.command_of(&self.program, arguments, &[&own[..], environment].concat())
    }

    fn start(&self) -> Running {
        Running::of(self.command(&["serve"], &[]))
    }

    /// What stands under the program's name starts, and knows the payment.
    async fn starts(&self) {
        assert_eq!(self.start().get("/api/payment-status/a").await.json()["status"], "success");
    }

    /// A new program: these lines of a shell script, in which `real` is the real one.
    fn new_program(&self, lines: &str) -> String {
        let file = self.folder.path().join("downloaded");
        fs::write(&file, format!("#!/bin/sh\nreal={REAL}\n{lines}\nexec \"$real\" \"$@\"\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    fn update(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
        Finished::of(self.command(&[&["update"][..], arguments].concat(), environment))
    }

    fn names(&self, part: &str) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).filter(|name| name.contains(part)).collect()
    }

    fn is_a_script(&self) -> bool {
        let mut first = [0; 2];
        File::open(&self.program).unwrap().read_exact(&mut first).unwrap();
        &first == b"#!"
    }

    /// What newer programs do to a database, and how one that knows that schema goes on.
    fn schema(&self, version: &str) -> String {
        let database = self.folder.path().join("boothpay.db");
        format!(
            "python3 -c \"import sqlite3; c = sqlite3.connect('{}', isolation_level=None); \
             c.execute('pragma user_version = {version}')\"",
            database.display()
        )
    }
}

#[tokio::test]
async fn a_good_program_takes_the_old_ones_place_after_a_verified_backup() {
    let booth = Booth::with_a_paid_order().await;
    let new = booth.new_program("");
    let running = booth.start();
    let refused = booth.update(&[&new], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("the server runs. Stop it first"), "{}", refused.err);
    running.kill();
    assert!(!booth.is_a_script());

    let updated = booth.update(&[&new], &[]);
    assert_eq!(updated.code, Some(0), "{}{}", updated.out, updated.err);
    assert!(updated.out.contains("Start the server as always"), "{}", updated.out);
    assert!(booth.is_a_script());
    assert_eq!(booth.names("boothpay-").len(), 1, "the old program alone is kept: {:?}", booth.names("boothpay-"));
    let backups = booth.names("before-upgrade-");
    let kept = booth.folder.run(&["verify", "--database", &backups[0]], &[]);
    assert!(kept.out.contains("as it should be: 1 orders"), "{}", kept.err);
    booth.starts().await;
}

#[tokio::test]
async fn a_program_that_does_not_work_here_changes_nothing() {
    let booth = Booth::with_a_paid_order().await;
    let no_program = booth.folder.path().join("letter.txt");
    fs::write(&no_program, "Dear owner").unwrap();
    let broken = [
        ("exit 1", "it ended with exit status: 1"),
        ("echo 'gimp 3.0'; exit 0", "it does not say that it is a Boothpay, but: gimp 3.0"),
        ("case $* in *rehearse*) exec sleep 1000;; esac", "it did not end within 1 s"),
        ("case $* in *rehearse*) \"$real\" \"$@\"; exit 3;; esac", "it ended with exit status: 3"),
        ("case $* in *rehearse*) exit 0;; esac", "it does not say that its rehearsal went well"),
    ];
    // They share one name: each is written when its turn comes.
    let scripts = broken.iter().map(|(lines, words)| (booth.new_program(lines), *words, Some(*lines)));
    let none = (no_program.to_str().unwrap().to_owned(), "it cannot be run on this computer", None);
    for (file, words, lines) in scripts.chain([none]) {
        let before = fs::read(&booth.program).unwrap();
        let patience = if words.contains("1 s") { "1" } else { "60" };
        let refused = booth.update(&[&file, "--patience", patience], &[]);
        assert_eq!(refused.code, Some(1), "{lines:?}");
        let said = refused.err;
        assert!(said.contains("the new program does not work here, so nothing was changed"), "{lines:?}: {said}");
        assert!(said.contains(words), "{lines:?}: {said}");
        assert!(fs::read(&booth.program).unwrap() == before, "{lines:?}");
        assert!(booth.names("boothpay-").is_empty() && booth.names("rehearsal").is_empty(), "{:?}", booth.names(""));
    }
    booth.starts().await;
}

#[tokio::test]
async fn a_service_is_stopped_and_started_around_it() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[]);
    manager.start();
    let updated = booth.update(&[&booth.new_program(""), "--service", "booth"], &manager.environment());
    assert_eq!(updated.code, Some(0), "{}{}", updated.out, updated.err);
    assert!(updated.out.contains("The server is ready"), "{}", updated.out);
    assert!(booth.is_a_script() && manager.runs());
}

#[tokio::test]
async fn the_old_program_and_its_database_come_back_when_the_new_one_does_not_start() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    for (changes, taken_back) in [("true".to_owned(), 0), (booth.schema("99"), 1)] {
        let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {changes}; exit 1;; esac"));
        let failed = booth.update(&[&new, "--service", "booth"], &manager.environment());
        assert_eq!(failed.code, Some(1));
        assert!(failed.err.contains("the old program and its database are back, and ready"), "{}", failed.err);
        assert!(!booth.is_a_script() && manager.runs());
        assert_eq!(booth.names("before-restore").len(), taken_back, "{:?}", booth.names(""));
        manager.stop();
        booth.starts().await;
    }
}

#[tokio::test]
async fn killed_at_any_step_it_leaves_a_booth_that_starts() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    let (changes, knows) = (booth.schema("99"), booth.schema("1"));
    // It fails as a service, for a reason of the service, and knows the schema that it makes.
    let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {changes}; exit 1;; *serve) {knows};; esac"));
    for step in 1..=STEPS {
        assert!(
            Command::new("cp").args(["--remove-destination", REAL]).arg(&booth.program).status().unwrap().success()
        );
        let point = format!("in_update:{step}");
        let environment = [&manager.environment()[..], &[("CRASH_AT", point.as_str())]].concat();
        let killed = booth.update(&[&new, "--service", "booth"], &environment);
        assert_eq!(killed.code, None, "step {step} was not reached: {}{}", killed.out, killed.err);
        manager.stop();
        booth.starts().await;
    }
    let whole =
        booth.update(&[&new, "--service", "booth"], &[("CRASH_AT", "in_update:9"), ("PATH", manager.path.as_str())]);
    assert_eq!(whole.code, Some(1), "there are more steps than {STEPS}");
}

/// Plays systemctl: a script asks for a word through one pipe, a thread does it, and answers through another.
struct Manager {
    server: Arc<Mutex<Option<Child>>>,
    start: Arc<dyn Fn() -> Option<Child> + Send + Sync>,
    /// Where the script is found first.
    path: String,
}

impl Manager {
    fn new(booth: &Booth, environment: &'static [(&'static str, &'static str)]) -> Self {
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

    fn environment(&self) -> [(&str, &str); 1] {
        [("PATH", self.path.as_str())]
    }

    fn start(&self) {
        assert!(begin(&self.server, &*self.start));
    }

    fn stop(&self) {
        end(&self.server);
    }

    fn runs(&self) -> bool {
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
