//! House rules that a compiler does not check: every source file says what it is about, stays readable in length, and leaves
//! nothing behind.

use std::path::{Path, PathBuf};

/// Lines of a file, at most. Longer ones have two subjects.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All files below a folder that end in one of `endings`.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

fn offenders(files: &[PathBuf], is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let wrong = |path: &&PathBuf| is_wrong(&std::fs::read_to_string(path).unwrap());
    files.iter().filter(wrong).map(|path| path.strip_prefix(root()).unwrap().display().to_string()).collect()
}

#[test]
fn every_source_file_begins_by_saying_what_it_is_about() {
    assert_eq!(offenders(&files(&root(), &[".rs"]), |text| !text.starts_with("//! ")), [""; 0]);
}

#[test]
fn no_source_file_is_too_long() {
    let sources = files(&root(), &[".rs", ".js", ".mjs", ".css"]);
    assert!(sources.len() > 50, "the search found only {} files", sources.len());
    assert_eq!(offenders(&sources, |text| text.lines().count() > LINES_MAX), [""; 0]);
}

#[test]
fn nothing_is_left_for_later() {
    let marks =
        [["to", "do!("].concat(), ["unimpl", "emented!("].concat(), ["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    let sources = files(&root(), &[".rs", ".js", ".mjs", ".css", ".html", ".toml", ".md"]);
    assert_eq!(offenders(&sources, |text| marks.iter().any(|mark| text.contains(mark.as_str()))), [""; 0]);
}

#[test]
fn the_rules_know_no_clock_and_no_input_or_output() {
    let banned = ["std::time", "std::fs", "std::net", "std::env", "println!", "async fn", "std::thread"];
    let sources = files(&root().join("protocol/src"), &[".rs"]);
    assert_eq!(offenders(&sources, |text| banned.iter().any(|word| text.contains(word))), [""; 0]);
}

#[test]
fn only_the_store_speaks_sql() {
    let words = ["select ", "insert into", "update orders", "delete from"];
    for folder in ["protocol/src", "server/src", "sandbox/src", "cli/src"] {
        let sources = files(&root().join(folder), &[".rs"]);
        let sql = |text: &str| {
            let mut strings = text.split('"').skip(1).step_by(2);
            strings.any(|string| words.iter().any(|word| string.trim_start().starts_with(word)))
        };
        assert_eq!(offenders(&sources, sql), [""; 0], "{folder}");
    }
}

/// Unsafe code is forbidden but for one crate, which no release has.
#[test]
fn unsafe_code_is_in_one_crate_that_only_tests_use() {
    let manifests: Vec<PathBuf> = files(&root(), &["Cargo.toml"]);
    let lenient = |text: &str| text.contains("[package]") && !text.contains("[lints]\nworkspace = true");
    assert_eq!(offenders(&manifests, lenient), ["store/iofault/Cargo.toml"]);
    let releases_have_it = |text: &str| {
        let dependencies = text.split("\n[").find(|section| section.starts_with("dependencies]"));
        dependencies.is_some_and(|section| section.contains("iofault"))
    };
    assert_eq!(offenders(&manifests, releases_have_it), [""; 0]);
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}

#[test]
fn both_readmes_have_the_same_sections_and_commands() {
    let outline = |name: &str| {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let headings: Vec<usize> =
            text.lines().filter(|line| line.starts_with('#')).map(|line| line.matches('#').count()).collect();
        let blocks = text.lines().filter(|line| line.starts_with("    ") && line.is_ascii());
        (headings, blocks.map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(outline("README.md"), outline("README.ru.md"));
}
