//! Payme's rules as data: every file under `tests/cases/payme` is one case, and every one of them runs.
//!
//! A case says which rows there are, what Payme sends at which time, what it is told, and what is written. Its first line
//! is the rule in one sentence, with its place in `reference/payme.md`. To add a case, add a file.

mod catalogue;
mod difference;
mod form;
mod json;
mod run;
mod world;

use std::path::{Path, PathBuf};

/// The folders of cases: one per method, one for the password, one for what comes before any method.
const FOLDERS: [&str; 9] =
    ["check_perform", "create", "perform", "cancel", "check", "statement", "fiscal", "password", "envelope"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/payme")
}

/// The cases of a folder, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Runs a folder whole, so that one run tells of everything that is wrong in it.
fn run_folder(folder: &str) {
    let files = files(folder);
    assert!(!files.is_empty(), "there are no cases in {folder}");
    let failures: Vec<String> = files
        .iter()
        .filter_map(|path| run::file(path).err().map(|why| format!("{}\n  {}", path.display(), why.join("\n  "))))
        .collect();
    assert!(failures.is_empty(), "{} of {} cases fail:\n\n{}\n", failures.len(), files.len(), failures.join("\n\n"));
}

macro_rules! folders {
    ($($folder:ident),*) => { $(
        #[test]
        fn $folder() {
            run_folder(stringify!($folder));
        }
    )* };
}

folders!(check_perform, create, perform, cancel, check, statement, fiscal, password, envelope);

#[test]
fn no_file_lies_where_nobody_runs_it() {
    for entry in std::fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(FOLDERS.contains(&name) || name == "messages.toml", "nobody runs {}", path.display());
    }
    for path in FOLDERS.into_iter().flat_map(files) {
        assert!(path.is_file() && path.extension().is_some_and(|end| end == "toml"), "no case: {}", path.display());
    }
}

#[test]
fn every_rule_of_the_catalogue_has_a_case() {
    let names: Vec<String> = FOLDERS
        .into_iter()
        .flat_map(files)
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    catalogue::check(&names);
}
