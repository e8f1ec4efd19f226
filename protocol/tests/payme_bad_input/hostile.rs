//! Bodies made to break a reader: deep, broken, huge. The answer repeats the id as it was sent, or null.

use crate::calls::{GOOD, body, object, send};
use std::iter;

/// Deeper than any reader that calls itself can go.
const DEPTH: usize = 100_000;

fn deep_array() -> String {
    format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH))
}

fn deep_object() -> String {
    format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH))
}

/// A body that is refused with a code and an id, and writes nothing.
fn refused(bytes: &[u8], code: i64, id: &str) {
    let outcome = send(bytes);
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    assert!(!outcome.writes, "{shown}");
    assert_eq!(outcome.envelope.id, id, "{shown}");
    assert!(outcome.body.starts_with(&format!("{{\"error\":{{\"code\":{code},")), "{shown}: {}", outcome.body);
    assert!(outcome.body.ends_with(&format!(",\"id\":{id}}}")), "{shown}");
}

#[test]
fn ids_of_any_kind_and_size_come_back_letter_by_letter() {
    let ids = [
        deep_array(),
        deep_object(),
        format!("\"{}\"", "x".repeat(60_000)),
        "9".repeat(400),
        "1e400".to_owned(),
        "-0".to_owned(),
        "1.50".to_owned(),
        "12345678901234567890.0000000000000000000001E-7".to_owned(),
        r#""\ud800""#.to_owned(),
        r#""\u0041\/""#.to_owned(),
        r#"{ "b" : [ 1 ,  2 ], "a" : {} }"#.to_owned(),
    ];
    for id in ids {
        let outcome = send(format!(r#"{{"id":{id},"method":"CheckTransaction","params":{{"id":"held"}}}}"#).as_bytes());
        assert_eq!(outcome.envelope.id, id);
        assert!(outcome.body.starts_with("{\"result\":{\"create_time\":1700000010000,"));
        assert!(outcome.body.ends_with(&format!("}},\"id\":{id}}}")));
    }
}

#[test]
fn depth_is_refused_where_it_matters_and_ignored_where_it_does_not() {
    for deep in [deep_array(), deep_object()] {
        refused(format!(r#"{{"id":1,"method":{deep},"params":{{}}}}"#).as_bytes(), -32600, "1");
        for good in GOOD {
            for (which, _) in good.params {
                let members: Vec<(&str, &str)> = good
                    .params
                    .iter()
                    .map(|(name, value)| (*name, if name == which { deep.as_str() } else { value }))
                    .collect();
                let code = match (good.method, *which) {
                    ("SetFiscalData", _) => -32602,
                    (_, _) => -32600,
                };
                refused(body(good.method, &object(&members)).as_bytes(), code, "1");
            }
            let params = object(good.params);
            let extra = format!(r#"{{"id":1,"extra":{deep},"method":"{}","params":{params}}}"#, good.method);
            let outcome = send(extra.as_bytes());
            assert_eq!((outcome.code(), outcome.writes), (None, good.writes), "{}", good.method);
        }
        let account = format!(r#"{{"order_id":{deep}}}"#);
        refused(
            body("CheckPerformTransaction", &object(&[("amount", "1"), ("account", &account)])).as_bytes(),
            -32600,
            "1",
        );
    }
    refused(deep_array().as_bytes(), -32600, "null");
    refused("[".repeat(DEPTH).as_bytes(), -32700, "null");
    refused("{\"a\":".repeat(DEPTH).as_bytes(), -32700, "null");
}

#[test]
fn bytes_that_are_no_text_are_no_json() {
    let good = body("PerformTransaction", r#"{"id":"held"}"#);
    let broken: [&[u8]; 7] =
        [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x00", b"\xef\xbb\xbf"];
    for bytes in broken {
        refused(&[bytes, good.as_bytes()].concat(), -32700, "null");
        refused(&[good.as_bytes(), bytes].concat(), -32700, "null");
        refused(
            &[b"{\"id\":\"", bytes, b"\"}"].concat(),
            if bytes == b"\xef\xbb\xbf" { -32600 } else { -32700 },
            match bytes {
                b"\xef\xbb\xbf" => "\"\u{feff}\"",
                _ => "null",
            },
        );
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&utf16, -32700, "null");
}

#[test]
fn every_body_that_stops_early_is_no_json() {
    for good in GOOD {
        let whole = body(good.method, &object(good.params));
        for end in 0..whole.len() {
            refused(&whole.as_bytes()[..end], -32700, "null");
        }
    }
}

#[test]
fn half_surrogates_are_no_text() {
    for half in [r"\ud800", r"\udfff", r"\ud800\u0041", r"\udc00\ud800", r"x\uD83D"] {
        refused(body("PerformTransaction", &format!(r#"{{"id":"{half}"}}"#)).as_bytes(), -32600, "1");
        refused(body(half, "{}").as_bytes(), -32600, "1");
        refused(body("ChangePassword", &format!(r#"{{"password":"{half}"}}"#)).as_bytes(), -32600, "1");
        let account = format!(r#"{{"amount":1000000,"account":{{"order_id":"free{half}"}}}}"#);
        refused(body("CheckPerformTransaction", &account).as_bytes(), -31050, "1");
    }
    let pair = send(body("PerformTransaction", r#"{"id":"\ud83d\udcb8"}"#).as_bytes());
    assert_eq!(pair.code(), Some(-31003), "a whole pair is text");
}

#[test]
fn names_with_half_surrogates_make_no_object() {
    refused(br#"{"\ud800":1,"id":1,"method":"CheckTransaction","params":{"id":"held"}}"#, -32600, "null");
    refused(br#"{"id":1,"method":"PerformTransaction","params":{"id":"held","\ud800":1}}"#, -32600, "1");
}

#[test]
fn nul_ends_nothing() {
    for (member, code) in [("id", -32600), ("order", -31050)] {
        let params = match member {
            "id" => r#"{"id":"held\u0000","reason":3}"#,
            _ => r#"{"amount":1000000,"account":{"order_id":"free\u0000"}}"#,
        };
        let method = if member == "id" { "CancelTransaction" } else { "CheckPerformTransaction" };
        refused(body(method, params).as_bytes(), code, "1");
    }
    let raw = body("PerformTransaction", "{\"id\":\"held\0\"}");
    refused(raw.as_bytes(), -32700, "null");
    let outcome = send(body(r"PerformTransaction\u0000", r#"{"id":"held"}"#).as_bytes());
    assert_eq!((outcome.code(), outcome.writes), (Some(-32601), false));
}

#[test]
fn huge_numbers_are_numbers() {
    let huge = ["1e400", "-1e400", "1e-400", "1E+99999999999999999999", "-0", "0.1e1"];
    let digits = ["9".repeat(400), format!("-{}", "9".repeat(400)), format!("0.{}1", "0".repeat(400))];
    for number in huge.into_iter().chain(digits.iter().map(String::as_str)) {
        let params = format!(r#"{{"id":"new","time":1,"amount":{number},"account":{{"order_id":"free"}}}}"#);
        refused(body("CreateTransaction", &params).as_bytes(), -31001, "1");
        let whole = number == "-0" || number == "0.1e1";
        if !whole {
            let params = format!(r#"{{"id":"held","reason":{number}}}"#);
            refused(body("CancelTransaction", &params).as_bytes(), -32600, "1");
            let params = format!(r#"{{"id":"new","time":{number},"amount":1000000,"account":{{"order_id":"free"}}}}"#);
            refused(body("CreateTransaction", &params).as_bytes(), -32600, "1");
        }
        let account = format!(r#"{{"amount":1000000,"account":{{"order_id":{number}}}}}"#);
        refused(body("CheckPerformTransaction", &account).as_bytes(), -31050, "1");
    }
}

#[test]
fn many_members_are_only_many() {
    let many: Vec<String> = (0..5_000).map(|number| format!("\"m{number}\":{number}")).collect();
    let call = |extra: &str| format!(r#"{{"id":1,"method":"CheckTransaction","params":{{"id":"held"}},{extra}}}"#);
    assert_eq!(send(call(&many.join(",")).as_bytes()).code(), None);
    let doubled: Vec<String> = many.iter().chain(iter::once(&many[0])).cloned().collect();
    refused(call(&doubled.join(",")).as_bytes(), -32600, "1");
}

#[test]
fn the_account_is_kept_up_to_its_limit() {
    let account = |length: usize| {
        let frame = r#"{"order_id":"free","x":""}"#.len();
        let padding = "x".repeat(length - frame);
        format!(r#"{{"amount":1000000,"account":{{"order_id":"free","x":"{padding}"}}}}"#)
    };
    assert_eq!(send(body("CheckPerformTransaction", &account(4096)).as_bytes()).code(), None);
    refused(body("CheckPerformTransaction", &account(4097)).as_bytes(), -32600, "1");
}
