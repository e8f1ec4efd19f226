//! What is cited exists: documents, their sections, decisions, and the targets of links between documents.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All texts of the project below a folder, with their contents.
fn texts(folder: &Path, endings: &[&str], found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", ".git"].contains(&name.as_str()) {
                texts(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// The first characters of a text, as long as they are of a kind.
fn leading(text: &str, is_kind: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|sign| !is_kind(sign)).unwrap_or(text.len())]
}

/// A document that is cited by its place below `docs`, and a section of it, if one is named.
type Citation = (String, Option<String>);

/// `reference/NAME.md`, `reference/NAME.md §1.2` and `reference/NAME.md §1.2, §3`.
fn citations(text: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("reference/") {
        let after = &text[at + mark.len()..];
        let name = leading(after, |sign| sign.is_ascii_lowercase() || sign == '-');
        let Some(mut rest) = after[name.len()..].strip_prefix(".md") else { continue };
        if name.is_empty() {
            continue;
        }
        let document = format!("reference/{name}.md");
        let mut sections = 0;
        // A citation may be broken over two lines of a comment.
        loop {
            let next = rest.trim_start_matches([' ', ',', '`', '\n', '/', '!', '*']);
            let next = next.strip_prefix("and ").unwrap_or(next);
            let Some(number) = next.strip_prefix('§') else { break };
            let section = leading(number, |sign| sign.is_ascii_alphanumeric() || sign == '.').trim_end_matches('.');
            // A text that other texts are made from or compared with: the number comes later.
            if section.is_empty() {
                break;
            }
            found.push((document.clone(), Some(section.to_owned())));
            rest = &number[section.len()..];
            sections += 1;
        }
        if sections == 0 {
            found.push((document, None));
        }
    }
    found
}

/// The sections of a document, by its anchors: `<a id="s2-3-1"></a>` is §2.3.1.
fn sections(document: &str) -> BTreeSet<String> {
    let anchors = document.split("<a id=\"s").skip(1);
    anchors.filter_map(|rest| Some(rest.split_once('"')?.0.replace('-', "."))).collect()
}

#[test]
fn every_cited_document_and_section_exists() {
    let mut all = Vec::new();
    texts(&root(), &[".rs", ".md", ".js", ".mjs", ".sql", ".toml", ".html", ".json"], &mut all);
    let mut missing = BTreeSet::new();
    let mut looked_at = 0;
    for (path, text) in &all {
        for (document, section) in citations(text) {
            looked_at += 1;
            let cited = std::fs::read_to_string(root().join("docs").join(&document));
            let known = match (&cited, &section) {
                (Err(_), _) => false,
                (Ok(_), None) => true,
                (Ok(cited), Some(section)) => sections(cited).contains(section),
            };
            if !known {
                missing.insert(format!("{}: {document} {section:?}", path.display()));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
    assert!(looked_at > 100, "the search found only {looked_at} citations");
}

#[test]
fn every_decision_that_is_named_exists_and_is_listed() {
    let mut all = Vec::new();
    texts(&root(), &[".rs", ".md", ".sql", ".toml"], &mut all);
    let folder = root().join("docs/decisions");
    let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let decisions: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    let list = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let unlisted: Vec<&String> = decisions.iter().filter(|name| !list.contains(&format!("]({name})"))).collect();
    assert_eq!(unlisted, Vec::<&String>::new());
    for (path, text) in &all {
        for (at, mark) in text.match_indices("decisions/") {
            let number = leading(&text[at + mark.len()..], |sign| sign.is_ascii_digit());
            if number.len() == 4 {
                let exists = decisions.iter().any(|name| name.starts_with(number));
                assert!(exists, "{} names decision {number}", path.display());
            }
        }
    }
    let numbers: BTreeSet<&str> = decisions.iter().map(|name| &name[..4]).collect();
    assert_eq!(numbers.len(), decisions.len(), "two decisions have one number");
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut all = Vec::new();
    texts(&root(), &[".md"], &mut all);
    let mut broken = BTreeSet::new();
    for (path, text) in &all {
        for link in text.split("](").skip(1) {
            let target = leading(link, |sign| !matches!(sign, ')' | ' ' | '\n'));
            if target.contains("://") || target.starts_with('#') || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = path.parent().unwrap().join(file);
            let is_there = file.exists()
                && (anchor.is_empty() || std::fs::read_to_string(&file).is_ok_and(|text| has_anchor(&text, anchor)));
            if !is_there {
                broken.insert(format!("{}: {target}", path.display()));
            }
        }
    }
    assert_eq!(broken, BTreeSet::new());
}

/// Documents name source files by the end of their path: `sqlite/writer.rs`.
#[test]
fn every_source_file_that_a_document_names_exists() {
    let mut sources = Vec::new();
    texts(&root(), &[".rs", ".sql", ".js"], &mut sources);
    let sources: Vec<String> =
        sources.iter().map(|(path, _)| format!("/{}", path.strip_prefix(root()).unwrap().display())).collect();
    let mut documents = Vec::new();
    texts(&root(), &[".md"], &mut documents);
    let mut missing = BTreeSet::new();
    for (path, text) in &documents {
        // What changed is told with the names of then; what other people's programs are made of is theirs.
        if ["CHANGELOG.md", "payme.md", "click-uzum.md"].iter().any(|name| path.ends_with(name)) {
            continue;
        }
        for word in text.split('`').skip(1).step_by(2) {
            let is_path = word.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-./".contains(sign));
            let is_source = [".rs", ".sql", ".js"].iter().any(|ending| word.ends_with(ending));
            if is_path && is_source && !sources.iter().any(|source| source.ends_with(&format!("/{word}"))) {
                missing.insert(format!("{}: {word}", path.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

/// An anchor of ours, or the one that a heading gets from its words.
fn has_anchor(text: &str, anchor: &str) -> bool {
    let of_heading = |line: &str| -> String {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'));
        kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect()
    };
    text.contains(&format!("<a id=\"{anchor}\"></a>"))
        || text.lines().filter(|line| line.starts_with('#')).any(|line| of_heading(line) == anchor)
}

#[test]
fn the_search_finds_citations_and_tells_good_from_bad() {
    let cited =
        citations("as `reference/payme.md §2.2` and\n/// `reference/payme.md`, see reference/payme.md §1.6, §3 there");
    let expected = [
        ("reference/payme.md", Some("2.2")),
        ("reference/payme.md", None),
        ("reference/payme.md", Some("1.6")),
        ("reference/payme.md", Some("3")),
    ];
    let expected: Vec<Citation> =
        expected.into_iter().map(|(document, section)| (document.to_owned(), section.map(str::to_owned))).collect();
    assert_eq!(cited, expected);
    assert_eq!(sections("<a id=\"s2-3-1\"></a>"), BTreeSet::from(["2.3.1".to_owned()]));
    assert!(has_anchor("## Old orders, new", "old-orders-new"));
    assert!(!has_anchor("## Old orders", "new-orders"));
}
