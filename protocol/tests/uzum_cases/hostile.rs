//! Bodies that nobody sends in good faith, or that were cut: 10002, nothing read out of them, nothing written.

use crate::form::RulesForm;
use crate::run::outcome;
use crate::world::World;
use boothpay_protocol::ledger::rows::Writes;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum::Operation;
use proptest::prelude::*;

const GOOD: &str = r#"{"serviceId":498614,"timestamp":1700000059750,"transId":"3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b","params":{"account":"booth-1"},"amount":1000000}"#;

fn send(operation: Operation, body: &[u8]) -> (String, bool) {
    let world = World::of(&["made".to_owned(), "uzum begins".to_owned()]).unwrap();
    let (answer, writes) =
        outcome(operation, body, &world, TimeMs::new(1_700_000_060_000), &RulesForm::default().rules());
    (answer.body, writes != Writes::Nothing)
}

#[test]
fn what_is_no_json_object_is_refused_as_such() {
    let cases: [&[u8]; 18] = [
        b"",
        b" ",
        b"{",
        &GOOD.as_bytes()[..GOOD.len() - 1],
        b"{\"serviceId\":498614,}",
        b"{'serviceId':498614}",
        b"{serviceId:498614}",
        b"serviceId=498614&timestamp=1",
        b"null",
        b"true",
        b"7",
        b"\"text\"",
        b"[]",
        b"[{\"serviceId\":498614}]",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b"{\"serviceId\":498614,\"x\":\"\xff\"}",
        b"<?xml version=\"1.0\"?>",
    ];
    for operation in Operation::ALL {
        for body in cases {
            let (answer, writes) = send(operation, body);
            assert!(answer.contains(r#""errorCode":"10002""#) && !writes, "{body:?}: {answer}");
        }
    }
}

#[test]
fn a_deeply_nested_member_that_nobody_knows_costs_nothing() {
    let deep = format!("{},\"x\":{}1{}}}", &GOOD[..GOOD.len() - 1], "[".repeat(20_000), "]".repeat(20_000));
    assert!(send(Operation::Status, deep.as_bytes()).0.contains(r#""status":"CREATED""#));
}

#[test]
fn an_answer_repeats_the_ids_as_they_were_sent() {
    let upper = GOOD.replace("3f1a2b4c", "3F1A2B4C");
    let (answer, _) = send(Operation::Status, upper.as_bytes());
    assert!(answer.starts_with(r#"{"serviceId":498614,"transId":"3F1A2B4C-0d5e"#), "{answer}");
    // Also where the call is refused, as far as they are ids.
    let (answer, _) = send(Operation::Status, upper.replace("498614", "7").as_bytes());
    assert!(answer.starts_with(r#"{"serviceId":7,"transId":"3F1A2B4C-0d5e"#), "{answer}");
    let (answer, _) = send(Operation::Status, upper.replace("3F1A2B4C", "\\\"<b>\\\"").as_bytes());
    assert!(answer.starts_with(r#"{"serviceId":498614,"timestamp"#), "{answer}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_body_with_one_byte_changed_never_panics_and_a_refusal_writes_nothing(at in 0..GOOD.len(), byte in any::<u8>()) {
        let mut body = GOOD.as_bytes().to_vec();
        body[at] = byte;
        for operation in Operation::ALL {
            let (answer, writes) = send(operation, &body);
            prop_assert!(!writes || !answer.contains("FAILED"), "{}", answer);
        }
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for operation in Operation::ALL {
            prop_assert!(!send(operation, &body).1);
        }
    }
}
