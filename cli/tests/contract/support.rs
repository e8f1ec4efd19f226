//! Starts the real program in an empty folder, as a person does, and talks to it over HTTP.

use boothpay_server::openapi;
use boothpay_test_support::{Answered, Description, mortal, tested};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const MERCHANT_ID: &str = "670a6af1a048b8a82254e446";

/// How long the program may take to say something, before a test gives up instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// An empty folder in which the program is started.
pub struct Folder(TempDir);

/// How a run of the program ended.
pub struct Finished {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A running program; killed when dropped.
pub struct Running {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    pub out: Heard,
    pub err: Heard,
    pub page: String,
    http: reqwest::Client,
}

/// What the program has printed so far.
#[derive(Clone, Default)]
pub struct Heard(Arc<(Mutex<(String, bool)>, Condvar)>);

/// An answer over HTTP, with everything that was in it.
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        self.command_of(Path::new(&tested(env!("CARGO_BIN_EXE_boothpay"))), arguments, environment)
    }

    /// A run of the program that stands in another place.
    pub fn command_of(&self, program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = mortal(program);
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BOOTHPAY_") {
                command.env_remove(name);
            }
        }
        command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
        Finished::of(self.command(arguments, environment))
    }

    /// Runs the program to its end and reads what it printed as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let finished = self.run(arguments, &[]);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {}", finished.err);
        serde_json::from_str(&finished.out).unwrap()
    }

    /// Starts `boothpay serve` on a free port.
    pub fn serve(&self, environment: &[(&str, &str)]) -> Running {
        let all: Vec<_> = [("BOOTHPAY_LISTEN", "127.0.0.1:0")].into_iter().chain(environment.iter().copied()).collect();
        self.start(&["serve"], &all)
    }

    /// Starts the program; returns once it has said where its page is.
    pub fn start(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Running {
        Running::of(self.command(arguments, environment))
    }
}

impl Finished {
    /// Runs a command to its end.
    pub fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Running {
    /// Starts a server; returns once it has said where its page is.
    pub fn of(mut command: Command) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        // From here on nothing may fail before the child is in the hands that end it.
        let mut child = command.spawn().unwrap();
        let (out, err) = (Heard::default(), Heard::default());
        let readers = vec![out.listen(child.stdout.take().unwrap()), err.listen(child.stderr.take().unwrap())];
        let mut running = Self { child, readers, out, err, page: String::new(), http };
        running.page = running.out.line("Booth page:", &running.err).trim_end_matches('/').to_owned();
        running
    }
}

impl Heard {
    fn listen(&self, pipe: impl Read + Send + 'static) -> JoinHandle<()> {
        let heard = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines() {
                let mut state = heard.0.0.lock().unwrap();
                state.0 += &line.unwrap();
                state.0.push('\n');
                heard.0.1.notify_all();
            }
            heard.0.0.lock().unwrap().1 = true;
            heard.0.1.notify_all();
        })
    }

    pub fn so_far(&self) -> String {
        self.0.0.lock().unwrap().0.clone()
    }

    /// Waits until a text is printed.
    pub fn wait_for(&self, text: &str) {
        let heard = self.0.0.lock().unwrap();
        let missing = |state: &mut (String, bool)| !state.0.contains(text) && !state.1;
        let (heard, _) = self.0.1.wait_timeout_while(heard, PATIENCE, missing).unwrap();
        assert!(heard.0.contains(text), "never said: {text}\n{}", heard.0);
    }

    /// Waits for a line that starts with a label, and returns what follows it.
    fn line(&self, label: &str, err: &Self) -> String {
        let heard = self.0.0.lock().unwrap();
        let find = |text: &str| text.lines().find_map(|line| line.strip_prefix(label)).map(|it| it.trim().to_owned());
        let missing = |state: &mut (String, bool)| find(&state.0).is_none() && !state.1;
        let (heard, _) = self.0.1.wait_timeout_while(heard, PATIENCE, missing).unwrap();
        find(&heard.0).unwrap_or_else(|| panic!("never said: {label}\n{}\n{}", heard.0, err.so_far()))
    }
}

impl Running {
    /// What a line of the greeting says after its label.
    pub fn greeting(&self, label: &str) -> String {
        self.out.line(label, &self.err)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub async fn send(&self, method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let url = if url.starts_with('/') { format!("{}{url}", self.page) } else { url.to_owned() };
        let path = url.strip_prefix(&self.page).unwrap_or_default().to_owned();
        let mut request = self.http.request(method.clone(), url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), format!("{:?}", response.headers()));
        let form = response.headers().get("content-type").map_or("", |it| it.to_str().unwrap()).to_owned();
        let body = response.text().await.unwrap();
        let answered = Answered { method: method.as_str(), path: &path, status, form: &form, body: body.as_bytes() };
        Description::new(openapi::document()).check(&answered);
        Answer { status, headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Method::POST, path, &[("Content-Type", "application/json")], body).await
    }

    /// A webhook call with an `Authorization` header; every answer is HTTP 200.
    pub async fn payme(&self, authorization: &str, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string();
        let headers = [("Content-Type", "application/json"), ("Authorization", authorization)];
        let answer = self.send(Method::POST, "/api/payme/webhook", &headers, &body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        answer.json()
    }

    /// Ends the program without a chance to tidy up.
    pub fn kill(mut self) -> Finished {
        self.child.kill().unwrap();
        self.finish()
    }

    /// Waits for the end of the program; its exit code, and everything it printed.
    pub fn finish(mut self) -> Finished {
        let begun = Instant::now();
        let code = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status.code(),
                None => assert!(begun.elapsed() < PATIENCE, "it does not end: {}", self.err.so_far()),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        Finished { code, out: self.out.so_far(), err: self.err.so_far() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}
