//! Every member of every call, missing, doubled, empty, and of every wrong kind: the documented code, and nothing written.

use crate::form::RulesForm;
use crate::run::outcome;
use crate::world::World;
use boothpay_protocol::ledger::rows::Writes;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum::Operation;
use serde_json::Value;

const ID: (&str, &str) = ("transId", r#""3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b""#);
const SERVICE: (&str, &str) = ("serviceId", "498614");
const TIME: (&str, &str) = ("timestamp", "1700000059750");
const PARAMS: (&str, &str) = ("params", r#"{"account":"booth-1"}"#);

/// A good call of each operation, with the story that it is good in.
fn good(operation: Operation) -> (&'static [&'static str], Vec<(&'static str, &'static str)>) {
    match operation {
        Operation::Check => (&["made"], vec![SERVICE, TIME, PARAMS]),
        Operation::Create => (&["made"], vec![SERVICE, TIME, ID, PARAMS, ("amount", "1000000")]),
        Operation::Confirm => (
            &["made", "uzum begins"],
            vec![
                SERVICE,
                TIME,
                ID,
                ("paymentSource", "\"UZCARD\""),
                ("phone", "\"998901234567\""),
                ("tariff", "\"3\""),
                ("processingReferenceNumber", "\"012345678901\""),
                ("cardType", "2"),
            ],
        ),
        Operation::Reverse | Operation::Status => (&["made", "uzum begins"], vec![SERVICE, TIME, ID]),
    }
}

const ABSENT: &str = "";
const DAMAGES: [&str; 12] =
    [ABSENT, "null", "true", "[]", "{}", "\"\"", "\" \"", "\"7\"", "7", "-7", "0.5", "99999999999999999999"];

fn object(members: &[(&str, &str)]) -> String {
    let written = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

/// The code of the answer to a body, none for a success; and whether anything is written.
fn send(operation: Operation, body: &str) -> (Option<String>, bool) {
    let story: Vec<String> = good(operation).0.iter().map(|step| (*step).to_owned()).collect();
    let (world, rules) = (World::of(&story).unwrap(), RulesForm::default().rules());
    let (answer, writes) = outcome(operation, body.as_bytes(), &world, TimeMs::new(1_700_000_060_000), &rules);
    let read: Value = serde_json::from_str(&answer.body).unwrap();
    let code = read["errorCode"].as_str().map(str::to_owned);
    assert_eq!(answer.is_success, code.is_none(), "{}", answer.body);
    assert!(answer.is_success || read["status"] == "FAILED", "{}", answer.body);
    (code, writes != Writes::Nothing)
}

/// What a damaged member gets; `None` where it does no harm.
fn expected(operation: Operation, member: &str, damage: &str) -> Option<&'static str> {
    let is_whole = matches!(damage, "7" | "-7");
    match member {
        "serviceId" if is_whole => Some("10006"),
        "timestamp" if damage == "7" => None,
        "amount" => match damage {
            "7" | "0.5" => Some("10011"),
            "-7" => Some("10012"),
            "99999999999999999999" => Some("10013"),
            _ => Some("10005"),
        },
        "serviceId" | "timestamp" | "transId" | "params" => Some("10005"),
        // The customer was debited: nothing that a confirm says beside its ids can refuse it.
        _ if operation == Operation::Confirm => None,
        _ => panic!("no expectation for {member}"),
    }
}

#[test]
fn every_damaged_member_has_its_code_and_writes_nothing() {
    let mut tried = 0;
    for operation in Operation::ALL {
        let (_, members) = good(operation);
        let writes = !matches!(operation, Operation::Check | Operation::Status);
        assert_eq!(send(operation, &object(&members)), (None, writes), "{operation:?}");
        for (place, (member, value)) in members.iter().enumerate() {
            for damage in DAMAGES {
                let mut damaged = members.clone();
                if damage == ABSENT {
                    damaged.remove(place);
                } else {
                    damaged[place].1 = damage;
                }
                let expected = expected(operation, member, damage).map(str::to_owned);
                let writes = writes && expected.is_none();
                assert_eq!(send(operation, &object(&damaged)), (expected, writes), "{operation:?} {member} {damage}");
                tried += 1;
            }
            // Twice, with the same value and, written otherwise, with another: two readers could see two payments.
            let disguised = format!("\\u{:04x}{}", u32::from(member.chars().next().unwrap()), &member[1..]);
            for (twin, value) in [(*member, *value), (disguised.as_str(), "0")] {
                let mut doubled = members.clone();
                doubled.push((twin, value));
                assert_eq!(
                    send(operation, &object(&doubled)),
                    (Some("10002".to_owned()), false),
                    "{operation:?} {twin}"
                );
            }
        }
    }
    assert!(tried > 200, "only {tried} calls were tried");
}

#[test]
fn every_damaged_account_has_its_code() {
    for operation in [Operation::Check, Operation::Create] {
        let with = |params: &str| {
            let mut members = good(operation).1;
            let place = members.iter().position(|(name, _)| *name == "params").unwrap();
            members[place].1 = params;
            send(operation, &object(&members))
        };
        let long = format!(r#"{{"account":"{}"}}"#, "x".repeat(65));
        let huge = format!(r#"{{"account":"booth-1","note":"{}"}}"#, "x".repeat(5000));
        let cases = [
            ("{}", "10005"),
            (r#"{"order_id":"booth-1"}"#, "10005"),
            (r#"{"Account":"booth-1"}"#, "10005"),
            (r#"{"account":null}"#, "10005"),
            (r#"{"account":""}"#, "10005"),
            (r#"{"account":"  "}"#, "10005"),
            (r#"{"account":true}"#, "10005"),
            (r#"{"account":{}}"#, "10005"),
            (r#"{"account":["booth-1"]}"#, "10005"),
            (r#"{"account":{"value":"booth-1"}}"#, "10005"),
            (r#"{"account":"\ud800"}"#, "10005"),
            (r#"{"account":"booth-1","account":"booth-1"}"#, "10002"),
            (huge.as_str(), "10002"),
            (r#"{"account":"booth-2"}"#, "10007"),
            (r#"{"account":7}"#, "10007"),
            (r#"{"account":"booth 1"}"#, "10007"),
            (r#"{"account":"BOOTH-1"}"#, "10007"),
            (r#"{"account":"booth-1\u0000"}"#, "10007"),
            (r#"{"account":"' or 1=1 --"}"#, "10007"),
            (r#"{"account":"بوث"}"#, "10007"),
            (long.as_str(), "10007"),
        ];
        for (params, code) in cases {
            assert_eq!(with(params), (Some(code.to_owned()), false), "{operation:?} {params}");
        }
        // People type blanks; services have more members than one.
        for good in [r#"{"account":" booth-1 "}"#, r#"{"userId":7,"account":"booth-1","x":{"a":1,"a":2}}"#] {
            assert_eq!(with(good).0, None, "{good}");
        }
    }
}

#[test]
fn every_form_of_an_amount_is_read_exactly() {
    let cases = [
        ("1000000", None),
        ("1000000.0", None),
        ("1e6", None),
        ("10000", Some("10011")),
        ("1000001", Some("10011")),
        ("999999.99", Some("10011")),
        ("1000000.000000000000000000001", Some("10011")),
        ("0", Some("10012")),
        ("-0", Some("10012")),
        ("-1000000", Some("10012")),
        ("100000000000", Some("10011")),
        ("100000000001", Some("10013")),
        ("9223372036854775808", Some("10013")),
        ("1e400", Some("10013")),
        ("\"1000000\"", Some("10005")),
        ("[1000000]", Some("10005")),
        ("1_000_000", Some("10002")),
        ("01000000", Some("10002")),
        ("+1000000", Some("10002")),
        ("NaN", Some("10002")),
        ("١٠٠٠٠٠٠", Some("10002")),
    ];
    for (amount, code) in cases {
        let mut members = good(Operation::Create).1;
        members.last_mut().unwrap().1 = amount;
        let got = send(Operation::Create, &object(&members));
        assert_eq!(got, (code.map(str::to_owned), code.is_none()), "{amount}");
    }
}

#[test]
fn a_confirm_keeps_only_what_has_its_form() {
    let (_, members) = good(Operation::Confirm);
    let world = World::of(&["made".to_owned(), "uzum begins".to_owned()]).unwrap();
    let rules = RulesForm::default().rules();
    let kept = |members: &[(&str, &str)]| {
        let now = TimeMs::new(1_700_000_060_000);
        let (answer, writes) = outcome(Operation::Confirm, object(members).as_bytes(), &world, now, &rules);
        assert!(answer.is_success, "{}", answer.body);
        format!("{writes:?}")
    };
    let whole = kept(&members);
    for part in ["UZCARD", "012345678901", "private", "4567"] {
        assert!(whole.contains(part), "{whole}");
    }
    assert!(!whole.contains("998901"), "{whole}");
    let odd = [
        ("paymentSource", r#""line\nbreak""#),
        ("phone", "4567"),
        ("tariff", "{}"),
        ("processingReferenceNumber", "4111111111111111"),
        ("cardType", "3"),
    ];
    let odd = kept(&[&members[..3], &odd].concat());
    assert_eq!(odd, kept(&members[..3]));
}
