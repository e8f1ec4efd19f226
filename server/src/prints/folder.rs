//! A print job for a folder that the owner's program watches: a file appears, and is renamed when it was printed.
//!
//! | in the folder | means |
//! |---|---|
//! | `JOB.json` | to be printed |
//! | `JOB.done` | all copies came out |
//! | `JOB.failed` | they did not; its first line says why, if it is not the job itself |
//! | both of these | nobody knows, so somebody has to look |
//!
//! The file is never there by half: it is written under another name, and renamed. After a restart it is still there.

use super::Handed;
use crate::statement;
use boothpay_protocol::ledger::task::TaskKey;
use boothpay_protocol::print::jobs::Report;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Editors of Windows write it before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// How often the folder is looked at.
const LOOK_PERIOD: Duration = Duration::from_millis(500);

/// Lays a job into the folder and waits for its answer, at most for `patience`. Blocks.
pub(crate) fn run(folder: &Path, handed: &Handed, job: &Value, patience: Duration) -> Report {
    let named = |ending: &str| named(folder, &handed.key, ending);
    let (waiting, done, failed) = (named("json"), named("done"), named("failed"));
    let answer = || match (done.is_file(), failed.is_file()) {
        (true, false) => Some(Report::Printed { done: None }),
        (false, true) => Some(Report::Failed { done: None, why: why(&failed) }),
        (true, true) => {
            let why = "the folder says both that it was printed and that it failed".to_owned();
            Some(Report::Unknown { done: None, why })
        }
        (false, false) => None,
    };
    // A job that was begun before may have been answered while this server was away.
    if !handed.begun_before
        && answer().is_none()
        && let Err(error) = lay(folder, &named("part"), &waiting, job)
    {
        let why = format!("no file can be written in {}: {error}", folder.display());
        return Report::Failed { done: None, why };
    }
    let begun = Instant::now();
    loop {
        if let Some(report) = answer() {
            break report;
        }
        if begun.elapsed() >= patience {
            // From here on nobody finds it any more; who was just answering is still heard.
            remove(&waiting);
            let why = format!("its file in the folder was not answered in {} s", patience.as_secs());
            break answer().unwrap_or(Report::Unknown { done: None, why });
        }
        std::thread::sleep(LOOK_PERIOD);
    }
}

/// Takes a job's files away, once the ledger has its answer. A kill before that leaves files that mean nothing any more.
pub(crate) fn clear(folder: &Path, key: &TaskKey) {
    for ending in ["json", "done", "failed"] {
        remove(&named(folder, key, ending));
    }
}

fn named(folder: &Path, key: &TaskKey, ending: &str) -> PathBuf {
    folder.join(format!("{key}.{ending}"))
}

fn lay(folder: &Path, part: &PathBuf, waiting: &PathBuf, job: &Value) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = File::create(part)?;
    file.write_all(format!("{job:#}\n").as_bytes())?;
    file.sync_all()?;
    fs::rename(part, waiting)
}

/// What the program wrote into the file, when it is not the job as it was. Programs of Windows write in its own letters.
fn why(failed: &Path) -> String {
    let text = fs::read(failed).ok().and_then(|bytes| statement::decode(&bytes).ok()).unwrap_or_default();
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let said = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(fields)) => fields.get("why").and_then(Value::as_str).unwrap_or_default().to_owned(),
        Ok(_) | Err(_) => text.lines().next().unwrap_or_default().trim().to_owned(),
    };
    if said.is_empty() { "the program says no more".to_owned() } else { said }
}

fn remove(file: &Path) {
    match fs::remove_file(file) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!("{} cannot be removed: {error}", file.display()),
    }
}
