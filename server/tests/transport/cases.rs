//! Who may call Payme's webhook and how, as data: every file under `cases` is one request and its answer.
//!
//! The database has two orders of 10000 soum: `booth-1`, which nobody pays, and `booth-2`, held by the transaction `p-1`.

use crate::world::{START, World, basic, words};
use axum::body::Body;
use axum::http::{HeaderValue, Request};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The catalogue's rules of `reference/payme.md §5.5` that have a file here; the others have a test beside it.
const RULES: [&str; 16] =
    ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a18"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default = "post")]
    method: String,
    #[serde(default = "webhook")]
    path: String,
    /// Login and key, to be encoded.
    basic: Option<String>,
    /// Further headers, as they are.
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    /// The answer's body; an error's `message` is a name in the protocol's `messages.toml`. None for HEAD.
    reply: Option<String>,
    /// Whether the database changes.
    #[serde(default)]
    writes: bool,
    /// As in `boothpay.toml`; none is development mode.
    #[serde(default)]
    settings: toml::Table,
}

fn post() -> String {
    "POST".to_owned()
}

fn webhook() -> String {
    "/api/payme/webhook".to_owned()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transport/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

async fn run(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).unwrap();
    if !(text.starts_with("# ") && text.lines().next().unwrap_or_default().contains("`reference/payme.md §")) {
        return Err("the first line must say the rule and its place in `reference/payme.md`".to_owned());
    }
    let case: Case = toml::from_str(&text).map_err(|error| error.to_string())?;
    let world = World::new(&case.settings.to_string());
    world.order("booth-1").await;
    world.order("booth-2").await;
    world.hold("booth-2", "p-1").await;
    world.set_time(START + 60_000);
    let before = world.everything().await;

    let mut request = Request::builder().method(case.method.as_str()).uri(&case.path);
    if let Some(pair) = &case.basic {
        request = request.header("authorization", basic(pair));
    }
    for (name, value) in &case.headers {
        request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let answer = world.send(request.body(Body::from(case.body)).unwrap()).await;

    let mut faults = Vec::new();
    if answer.status != 200 {
        faults.push(format!("status: expected 200, got {}", answer.status));
    }
    for (name, expected) in
        [("content-type", "application/json; charset=UTF-8"), ("cache-control", "no-store"), ("location", "")]
    {
        if answer.header(name) != expected {
            faults.push(format!("{name}: expected {expected:?}, got {:?}", answer.header(name)));
        }
    }
    match case.reply {
        None if answer.body.is_empty() => {}
        None => faults.push(format!("body: expected none, got {}", answer.text())),
        Some(expected) => {
            let mut expected: Value = serde_json::from_str(&expected).map_err(|error| error.to_string())?;
            if let Some(message) = expected.pointer_mut("/error/message") {
                *message = words(message.as_str().unwrap_or_default());
            }
            if answer.json() != expected {
                faults.push(format!("body: expected {expected}\n             got {}", answer.text()));
            }
        }
    }
    if (world.everything().await != before) != case.writes {
        faults.push(if case.writes { "nothing was written" } else { "something was written" }.to_owned());
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n  ")) }
}

#[tokio::test]
async fn every_request_gets_its_answer() {
    let mut failures = Vec::new();
    for path in files() {
        if let Err(why) = run(&path).await {
            failures.push(format!("{}\n  {why}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{} cases fail:\n\n{}\n", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_rule_has_a_case_and_every_case_a_rule() {
    let of = |path: &PathBuf| {
        assert!(path.extension().is_some_and(|end| end == "toml"), "no case: {}", path.display());
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let word = name.split('-').next().unwrap().to_owned();
        word.trim_end_matches(|end: char| end.is_ascii_lowercase()).to_owned()
    };
    let ids: Vec<String> = files().iter().map(of).collect();
    for rule in RULES {
        assert!(ids.iter().any(|id| id == rule), "no case for {rule}");
    }
    for id in ids {
        assert!(RULES.contains(&id.as_str()), "{id} is no rule");
    }
}
