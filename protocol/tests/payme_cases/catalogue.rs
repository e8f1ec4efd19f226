//! The catalogue of `reference/payme.md §5.5`, and where each of its rules is shown to hold.

use std::path::Path;

/// Rules with at least one file here; its name begins with the id, and a letter when there are several.
const HERE: [&str; 47] = [
    "a10", "a11", "a12", "a13", "a14", // the envelope
    "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", // CheckPerformTransaction
    "c1", "c2", "c4", "c6", "c7", "c8", "c9", "c10", // CreateTransaction
    "f1", "f2", "f3", "f4", "f5", // PerformTransaction
    "x1", "x2", "x3", "x4", "x5", "x6", // CancelTransaction
    "k1", "k2", // CheckTransaction
    "s7", "s8", "s9", // GetStatement
    "l1", "l2", "l3", "l4", "l5", "l6", // SetFiscalData
    "w1", "w2", "w3", "w4", // ChangePassword
];

/// Rules that need more than rows and a time, and the file or folder of the test that has them.
const ELSEWHERE: [(&str, &[&str]); 3] = [
    // HTTP and the Authorization header.
    ("server/tests/transport", &["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a15", "a16", "a17", "a18"]),
    // Which rows a statement has, in which order.
    ("store/tests/statement_cases.rs", &["s1", "s2", "s3", "s4", "s5", "s6"]),
    // Calls at the same moment, and after a restart.
    ("server/tests/transport/races.rs", &["c3", "c5", "f6", "f7", "x7"]),
];

/// How many rules each letter of the catalogue has: A1 to A18, and so on.
const SIZES: [(char, usize); 9] =
    [('a', 18), ('p', 8), ('c', 10), ('f', 7), ('x', 7), ('k', 2), ('s', 9), ('l', 6), ('w', 4)];

/// Fails unless every rule is either here, with a file, or named with its place elsewhere, and every file has a rule.
pub fn check(names: &[String]) {
    let of = |name: &str| -> String {
        let word = name.split('-').next().unwrap_or_default();
        word.trim_end_matches(|end: char| end.is_ascii_lowercase()).to_owned()
    };
    for id in HERE {
        assert!(names.iter().any(|name| of(name) == id), "no case for {id}");
    }
    for name in names {
        // A rule of a table of §2 that the catalogue does not name: `t` and the digits of its section.
        let id = of(name);
        let of_a_table = id.strip_prefix('t').is_some_and(|digits| digits.parse::<u32>().is_ok());
        assert!(HERE.contains(&id.as_str()) || of_a_table, "{name} has no id of the catalogue");
    }
    for (place, _) in ELSEWHERE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(place);
        assert!(path.exists(), "{place} is gone, and the rules that it had");
    }
    for (letter, size) in SIZES {
        for number in 1..=size {
            let id = format!("{letter}{number}");
            let elsewhere = ELSEWHERE.iter().filter(|(_, ids)| ids.contains(&id.as_str())).count();
            let places = elsewhere + HERE.iter().filter(|it| **it == id).count();
            assert_eq!(places, 1, "{id} must be in exactly one place");
        }
    }
}
