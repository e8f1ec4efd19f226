//! The reports of longer runs: what was tested, and the file to which each run adds a part of its own.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Adds a part to the file that an environment variable names, from the root of the repository, so that a run can be made in pieces; nothing
/// without the variable. A new file begins with `head`.
pub fn keep(variable: &str, head: &str, part: &str) {
    let Some(path) = std::env::var_os(variable) else { return };
    // Cargo runs tests in the folder of their package.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let head = if path.exists() { "" } else { head };
    let mut file = OpenOptions::new().create(true).append(true).open(&path).expect("a report that can be written");
    file.write_all(format!("{head}{part}").as_bytes()).expect("a report that can be written");
}

/// When it is and what is tested, for the first line of a part: the version, and the commit if this is a clone.
pub fn tested() -> String {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    let commit = commit().map(|commit| format!(", commit {commit}")).unwrap_or_default();
    format!("{now}, Boothpay {}{commit}", env!("CARGO_PKG_VERSION"))
}

fn commit() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let hash = git(&["rev-parse", "--short", "HEAD"])?;
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(if is_changed { format!("{hash} and changes") } else { hash })
}
