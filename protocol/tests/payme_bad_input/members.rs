//! Every member of every method, missing, doubled, and of every wrong type (`reference/payme.md §1.6, §2.1`).

use crate::calls::{GOOD, Good, body, object, send};

/// What is done to one member of a good call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Damage {
    Absent,
    Doubled,
    DoubledInDisguise,
    Becomes(&'static str),
}

const DAMAGES: [Damage; 10] = [
    Damage::Absent,
    Damage::Doubled,
    Damage::DoubledInDisguise,
    Damage::Becomes("null"),
    Damage::Becomes("true"),
    Damage::Becomes("[]"),
    Damage::Becomes("[\"held\"]"),
    Damage::Becomes("{}"),
    Damage::Becomes("\"7\""),
    Damage::Becomes("7"),
];

impl Damage {
    /// The members with one of them damaged; `None` where the member would stay what it is.
    fn apply(self, members: &[(&str, &str)], which: &str) -> Option<String> {
        let mut damaged = Vec::new();
        for (name, value) in members {
            let member = ((*name).to_owned(), (*value).to_owned());
            if *name != which {
                damaged.push(member);
                continue;
            }
            match self {
                Self::Absent => {}
                Self::Doubled => damaged.extend([member.clone(), member]),
                Self::DoubledInDisguise => {
                    let first = u32::from(name.chars().next()?);
                    damaged.extend([member.clone(), (format!("\\u{first:04x}{}", &name[1..]), member.1)]);
                }
                Self::Becomes(other) if kind(other) == kind(value) => return None,
                Self::Becomes(other) => damaged.push((member.0, other.to_owned())),
            }
        }
        Some(object(&damaged))
    }

    fn doubles(self) -> bool {
        matches!(self, Self::Doubled | Self::DoubledInDisguise)
    }
}

/// A JSON text's first letter tells its type; digits are all one.
fn kind(text: &str) -> char {
    text.chars().next().map_or(' ', |first| if first.is_ascii_digit() { '0' } else { first })
}

/// The code for a damaged parameter; `None` where the damage is none.
fn expected(method: &str, member: &str, damage: Damage) -> Option<i64> {
    match (method, member, damage) {
        (_, _, damage) if damage.doubles() => Some(-32600),
        // An account without the field is an account error, not a malformed call (§2.2 step 2).
        (_, "account", Damage::Becomes("{}")) => Some(-31050),
        // Scalars of fiscal data may be strings or numbers (§2.8): a number is another receipt's id.
        ("SetFiscalData", "id", Damage::Becomes("7")) => Some(-32001),
        // An empty document is a document.
        ("SetFiscalData", "fiscal_data", Damage::Becomes("{}")) => None,
        ("SetFiscalData", _, _) => Some(-32602),
        _ => Some(-32600),
    }
}

fn check(what: &str, body: &str, expected: Option<i64>) {
    let outcome = send(body.as_bytes());
    assert_eq!(outcome.code(), expected, "{what}: {body}\nanswered {}", outcome.body);
    assert!(expected.is_none() || !outcome.writes, "{what} writes: {body}");
}

#[test]
fn the_good_calls_are_good() {
    for Good { method, params, writes } in &GOOD {
        let outcome = send(body(method, &object(params)).as_bytes());
        assert_eq!((outcome.code(), outcome.writes), (None, *writes), "{method}: {}", outcome.body);
    }
}

#[test]
fn every_damaged_parameter_is_refused() {
    let mut tried = 0;
    for Good { method, params, .. } in &GOOD {
        for (member, _) in *params {
            for damage in DAMAGES {
                let Some(damaged) = damage.apply(params, member) else { continue };
                check(
                    &format!("{method}, {member}, {damage:?}"),
                    &body(method, &damaged),
                    expected(method, member, damage),
                );
                tried += 1;
            }
        }
    }
    // So that a damage that never applies cannot pass unnoticed.
    assert!(tried > 130, "only {tried} calls were tried");
}

#[test]
fn every_damaged_account_field_is_an_account_error() {
    for method in ["CheckPerformTransaction", "CreateTransaction"] {
        for damage in DAMAGES {
            let account = match damage.apply(&[("order_id", "\"free\"")], "order_id") {
                Some(account) => account,
                None => continue,
            };
            let expected = if damage.doubles() { -32600 } else { -31050 };
            let members = [("id", "\"new\""), ("time", "1"), ("amount", "1000000"), ("account", account.as_str())];
            check(&format!("{method}, {damage:?}"), &body(method, &object(&members)), Some(expected));
        }
    }
}

#[test]
fn every_damaged_member_of_the_envelope_is_refused_or_ignored() {
    for Good { method, params, writes } in &GOOD {
        let (name, params) = (format!("\"{method}\""), object(params));
        let members = [("jsonrpc", "\"2.0\""), ("id", "1"), ("method", name.as_str()), ("params", params.as_str())];
        for (member, _) in members {
            for damage in DAMAGES {
                let Some(damaged) = damage.apply(&members, member) else { continue };
                let expected = match (member, damage) {
                    (_, damage) if damage.doubles() => Some(-32600),
                    // Any id is an id, and any `jsonrpc` or none is good enough (§1.1).
                    ("id" | "jsonrpc", _) => None,
                    ("method", Damage::Becomes("\"7\"")) => Some(-32601),
                    // An empty object lacks the method's own members.
                    ("params", Damage::Becomes("{}")) if *method == "SetFiscalData" => Some(-32602),
                    (_, _) => Some(-32600),
                };
                check(&format!("{method}, {member}, {damage:?}"), &damaged, expected);
                let outcome = send(damaged.as_bytes());
                assert_eq!(outcome.writes, expected.is_none() && *writes, "{method}, {member}, {damage:?}");
            }
        }
    }
}

#[test]
fn members_that_nobody_knows_are_ignored_unless_doubled() {
    for Good { method, params, writes } in &GOOD {
        let params = object(params);
        let with = |extra: &str| format!(r#"{{"id":1,"method":"{method}","params":{params},{extra}}}"#);
        let outcome = send(with(r#""extra":{"a":1,"a":2},"":null"#).as_bytes());
        assert_eq!((outcome.code(), outcome.writes), (None, *writes), "{method}");
        check(method, &with(r#""extra":1,"extra":1"#), Some(-32600));
    }
}
