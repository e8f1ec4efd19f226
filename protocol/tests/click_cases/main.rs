//! Click's rules as data: every file under `tests/cases/click` is a list of cases, and every one of them runs.
//!
//! A case is a few steps, one after the other, on the same orders: calls of Click's, each with the error that it is answered
//! and the changes that are written; and things that happen meanwhile. A call has the fields that Click sends, but for those
//! that the step changes. To add a case, add a `[[case]]`.

mod form;
mod run;
mod world;

use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/click");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_case_is_answered_as_it_says() {
    let (mut cases, mut failures) = (0, Vec::new());
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if !text.lines().next().is_some_and(|line| line.contains("`reference/click.md §")) {
            failures.push(format!("{file}: the first line must name the rules' place in `reference/click.md`"));
        }
        let read: form::File = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!read.case.is_empty(), "{file} has no case");
        for case in read.case {
            cases += 1;
            let name = case.name.clone();
            failures.extend(run::case(case).err().map(|why| format!("{file}, {name}: {why}")));
        }
    }
    assert!(failures.is_empty(), "{} of {cases} cases fail:\n\n{}\n", failures.len(), failures.join("\n"));
}
