//! Tells the program which commit it is built from: in the environment (`BOOTHPAY_COMMIT`, for a build without the repository),
//! else as git says. Without either, the version stands alone.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=BOOTHPAY_COMMIT");
    // The log of the head gets a line with every commit, whichever branch it is on.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).exists()) {
        println!("cargo::rerun-if-changed={log}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    let version = env!("CARGO_PKG_VERSION");
    let commit = std::env::var("BOOTHPAY_COMMIT").ok().filter(|commit| !commit.is_empty());
    let version = match commit.or_else(|| git(&["rev-parse", "--short=12", "HEAD"])) {
        Some(commit) => format!("{version} ({commit})"),
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=BOOTHPAY_VERSION={version}");
}

fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok().filter(|said| said.status.success())?;
    let said = String::from_utf8(said.stdout).ok()?.trim().to_owned();
    (!said.is_empty()).then_some(said)
}
