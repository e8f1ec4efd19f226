//! Uzum's rules as data: every case of every file under `tests/cases/uzum` runs.
//!
//! A case says what has happened to an order, what Uzum sends at which time, what it is told, and what is written. Its name is
//! the rule in one sentence, with its place in `reference/uzum.md`. To add a case, add it to the file of its operation.

#[path = "../payme_cases/difference.rs"]
mod difference;
mod form;
mod hostile;
#[path = "../payme_cases/json.rs"]
mod json;
mod members;
mod run;
mod world;

use crate::form::{Case, Cases};
use boothpay_protocol::fault::SystemFault;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum::rules::{ErrorCodeForm, Rules};
use boothpay_protocol::uzum::wire::{self, Envelope};
use boothpay_protocol::uzum::{Code, Operation, Refusal};
use std::collections::BTreeSet;
use std::path::Path;

fn cases(operation: Operation) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/uzum");
    let path = folder.join(format!("{}.toml", operation.name()));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!read.case.is_empty(), "there are no cases in {}", path.display());
    read.case
}

/// Runs a file whole, so that one run tells of everything that is wrong in it.
fn run_all(operation: Operation) {
    let cases = cases(operation);
    let failed =
        |case: &Case| run::case(operation, case).err().map(|why| format!("{}\n  {}", case.name, why.join("\n  ")));
    let failures: Vec<String> = cases.iter().filter_map(failed).collect();
    assert!(failures.is_empty(), "{} of {} cases fail:\n\n{}\n", failures.len(), cases.len(), failures.join("\n\n"));
}

#[test]
fn check() {
    run_all(Operation::Check);
}

#[test]
fn create() {
    run_all(Operation::Create);
}

#[test]
fn confirm() {
    run_all(Operation::Confirm);
}

#[test]
fn reverse() {
    run_all(Operation::Reverse);
}

#[test]
fn status() {
    run_all(Operation::Status);
}

/// Codes that a call of the right form never gets: who calls, and how, is judged before it is read.
const BEFORE_READING: [(Refusal, Code); 5] = [
    (Refusal::NotAuthorised, Code::AccessDenied),
    (Refusal::NotPost, Code::InvalidOperation),
    (Refusal::UnknownOperation, Code::InvalidOperation),
    (Refusal::TooLong, Code::BadJson),
    (Refusal::System(SystemFault::Store), Code::Internal),
];

#[test]
fn every_code_has_a_case() {
    let told = Operation::ALL.into_iter().flat_map(cases).filter_map(|case| case.code());
    let told: BTreeSet<String> = told.chain(BEFORE_READING.map(|(_, code)| code.number().to_string())).collect();
    let all: BTreeSet<String> = Code::ALL.into_iter().map(|code| code.number().to_string()).collect();
    assert_eq!(told, all);
}

#[test]
fn what_is_refused_before_it_is_read_has_the_form_of_a_failure() {
    let (now, text) = (TimeMs::new(1_700_000_060_000), Rules::default());
    let number = Rules { error_code_form: ErrorCodeForm::Number, ..Rules::default() };
    for (refusal, code) in BEFORE_READING {
        let body = |rules| wire::write(&Envelope::unread(refusal), &Err(refusal), now, rules);
        let failure =
            |code| format!(r#"{{"serviceId":null,"timestamp":1700000060000,"status":"FAILED","errorCode":{code}}}"#);
        assert!(!body(&text).is_success);
        assert_eq!(body(&text).body, failure(format!("\"{}\"", code.number())));
        assert_eq!(body(&number).body, failure(code.number().to_string()));
    }
}
