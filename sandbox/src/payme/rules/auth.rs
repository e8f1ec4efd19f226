//! Authorisation: only the right login and key open anything, and a refusal changes nothing.

use super::scenario::every_method;
use crate::payme::case::Case;
use crate::payme::reply::{Code, UNAUTHORISED};
use crate::random::now_ms;
use crate::suite::Stop;
use crate::wire::{Authorization, Request, Target};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "Authorisation":

    "PAYME-AUTH-01", Required, Interaction, no_header,
    "A call without an Authorization header is answered with error -32504.",
    "The check runs only when the header is there; or Apache strips it before the program sees it.";

    "PAYME-AUTH-02", Required, Errors, wrong_key,
    "Every method called with a wrong key is answered with error -32504.",
    "The check is missing in one of the handlers; do it once, before the method is looked at.";

    "PAYME-AUTH-03", Required, Errors, similar_key,
    "A key that is only similar to the right one (shorter, longer, one character different, other case) is refused.",
    "The key is compared by prefix, without regard to case, or only for as long as the shorter string is.";

    "PAYME-AUTH-04", Required, Errors, empty_key,
    "An empty key is refused.",
    "An unset key in the configuration is compared with an empty password and found equal.";

    "PAYME-AUTH-05", Required, Interaction, other_scheme,
    "The right key under another scheme than Basic is refused with error -32504.",
    "The scheme is cut off without looking at it.";

    "PAYME-AUTH-06", Required, Errors, not_base64,
    "Credentials that are not base64, or have no colon, are refused with error -32504.",
    "Decoding raises an exception, or a text without a colon is taken for the key alone.";

    "PAYME-AUTH-07", Expected, Sandbox, colon_in_key,
    "A wrong key that contains colons (the sandbox sends Paycom:Uzcard:…) is refused with error -32504.",
    "The pair is split at every colon into exactly two parts, which raises an exception.";

    "PAYME-AUTH-08", Expected, Sandbox, empty_account,
    "Wrong credentials together with an empty account are answered with -32504, not with an account error.",
    "The parameters are validated before the credentials.";

    "PAYME-AUTH-09", Advice, Errors, unknown_method,
    "Wrong credentials together with an unknown method, or with faulty parameters, are answered with -32504.",
    "The method is looked up before the credentials are checked, so strangers learn what exists.";

    "PAYME-AUTH-10", Required, Protocol, status_200,
    "A refusal for wrong credentials comes with HTTP status 200.",
    "The framework answers 401 or 403 by itself, or the refusal is an exception that nobody catches; Payme reads any status but 200 as a broken server.";

    "PAYME-AUTH-11", Required, Errors, test_header,
    "The header `Test-Operation: Paycom` does not replace the credentials.",
    "The header of the sandbox is taken for a password: anybody can mark orders as paid.";

    "PAYME-AUTH-12", Required, Errors, nothing_changes,
    "CreateTransaction with wrong credentials stores nothing and leaves the order payable.",
    "The handler runs before the check, or the check's result is not used.";

    "PAYME-AUTH-13", Required, Errors, state_stays,
    "PerformTransaction and CancelTransaction with wrong credentials leave the transaction as it was.",
    "The handler runs before the check, or the check is missing in one handler.";

    "PAYME-AUTH-14", Advice, Interaction, wrong_login,
    "The right key with another login than the cashbox's is refused with error -32504.",
    "Only the part after the colon is compared.";

    "PAYME-AUTH-15", Advice, Interaction, scheme_case,
    "The scheme is read in any case (`basic`), as HTTP says.",
    "The header is compared with the literal text `Basic `.";
}

fn other(login: &str, key: &str, shown: &str) -> Authorization {
    Authorization::Other { header: Target::basic(login, key), shown: format!("Basic <{shown}>") }
}

fn wrong() -> Authorization {
    other("Paycom", "wrong-key-wrong-key-wrong-key-wrong1", "Paycom and a wrong key")
}

/// A call that would be answered with -31003 if it were let in, so that it is harmless on any server.
async fn refused(case: &Case, authorization: Authorization, situation: &str) -> Result<(), Stop> {
    let params = json!({"id": case.id()});
    let request = Request::call(case.next_call(), "CheckTransaction", &params).with(authorization);
    case.rpc(&request).await?.refused(UNAUTHORISED, situation).map(drop)
}

fn login(case: &Case) -> &str {
    &case.bench.client.target().login
}

async fn no_header(case: &Case) -> Result<(), Stop> {
    case.key()?;
    refused(case, Authorization::Absent, "without an Authorization header").await
}

async fn wrong_key(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let (order, id) = (case.untouched().await?, case.id());
    for (method, params) in every_method(&order, &id) {
        let request = Request::call(case.next_call(), method, &params).with(wrong());
        case.rpc(&request).await?.refused(UNAUTHORISED, &format!("from {method} with a wrong key"))?;
    }
    Ok(())
}

async fn similar_key(case: &Case) -> Result<(), Stop> {
    let key = case.key()?;
    let mut shorter = key.clone();
    let last = shorter.pop().unwrap_or('a');
    let turned: String =
        key.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let similar = [
        (shorter.clone(), "the key without its last character"),
        (format!("{key}x"), "the key and one character more"),
        (format!("{shorter}{}", if last == 'x' { 'y' } else { 'x' }), "the key with another last character"),
        (format!("{key} "), "the key and a blank"),
        (format!("{key}\u{0}"), "the key and a zero byte"),
        (key.chars().take(1).collect(), "the first character of the key"),
        (turned, "the key with upper and lower case swapped"),
    ];
    for (wrong, shown) in similar.into_iter().filter(|(wrong, _)| *wrong != key) {
        refused(case, other(login(case), &wrong, shown), &format!("for {shown}")).await?;
    }
    Ok(())
}

async fn empty_key(case: &Case) -> Result<(), Stop> {
    case.key()?;
    refused(case, other(login(case), "", "Paycom and an empty key"), "for an empty key").await?;
    refused(case, other("", "", "an empty login and an empty key"), "for an empty login and key").await
}

async fn other_scheme(case: &Case) -> Result<(), Stop> {
    let key = case.key()?;
    let pair = STANDARD.encode(format!("{}:{key}", login(case)));
    let headers = [
        (format!("Bearer {key}"), "Bearer <the key>"),
        (format!("Digest {pair}"), "Digest <the pair>"),
        (pair.clone(), "<the pair without a scheme>"),
        (key, "<the bare key>"),
    ];
    for (header, shown) in headers {
        let authorization = Authorization::Other { header, shown: shown.to_owned() };
        refused(case, authorization, "for another scheme than Basic").await?;
    }
    Ok(())
}

async fn not_base64(case: &Case) -> Result<(), Stop> {
    let key = case.key()?;
    let headers = [
        ("Basic %%%not-base64%%%".to_owned(), "Basic %%%not-base64%%%"),
        ("Basic ".to_owned(), "Basic (nothing)"),
        ("Basic".to_owned(), "Basic"),
        (format!("Basic {}", STANDARD.encode(&key)), "Basic <the key without a login>"),
        (format!("Basic {}", STANDARD.encode([0xff, 0xfe, b':', 0xff])), "Basic <bytes that are not text>"),
    ];
    for (header, shown) in headers {
        let authorization = Authorization::Other { header, shown: shown.to_owned() };
        refused(case, authorization, "for credentials that cannot be read").await?;
    }
    Ok(())
}

async fn colon_in_key(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let captured = other("Paycom", "Uzcard:somerandomstring1234567890", "Paycom:Uzcard:somerandomstring…");
    refused(case, captured, "for a key with a colon").await?;
    refused(case, other("Paycom", ":::", "Paycom::::"), "for a key of colons").await
}

async fn empty_account(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let params = [
        ("CheckPerformTransaction", json!({"amount": 50000, "account": {}})),
        ("CreateTransaction", json!({"id": case.id(), "time": now_ms(), "amount": 50000, "account": {}})),
    ];
    for (method, params) in params {
        let request = Request::call(case.next_call(), method, &params).with(wrong());
        case.rpc(&request).await?.refused(UNAUTHORISED, &format!("from {method} with a wrong key"))?;
    }
    Ok(())
}

async fn unknown_method(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let request = Request::call(case.next_call(), "NoSuchMethod", &json!({})).with(wrong());
    case.rpc(&request).await?.refused(UNAUTHORISED, "for an unknown method with a wrong key")?;
    let request = Request::call(case.next_call(), "PerformTransaction", &json!({"id": 5})).with(wrong());
    case.rpc(&request).await?.refused(UNAUTHORISED, "for faulty parameters with a wrong key")?;
    let broken = Request::bytes("{\"method\":").with(wrong());
    let codes = &[Code::Exactly(-32504), Code::Exactly(-32700)];
    let code = case.rpc(&broken).await?.refused(codes, "for a broken body with a wrong key")?;
    case.note(format!("a broken body with a wrong key was answered with {code}"));
    Ok(())
}

async fn status_200(case: &Case) -> Result<(), Stop> {
    case.key()?;
    for authorization in [wrong(), Authorization::Absent] {
        let request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
        let (at, answer) = case.send(&request.with(authorization)).await?;
        if answer.status != 200 {
            return Err(Stop::fail(at, "HTTP status 200", format!("HTTP {}", answer.status)));
        }
    }
    Ok(())
}

async fn test_header(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let mut request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
    request.headers = vec![("Test-Operation", "Paycom"), ("Referer", "http://test.paycom.uz")];
    let reply = case.rpc(&request.with(Authorization::Absent)).await?;
    reply.refused(UNAUTHORISED, "although Test-Operation was sent").map(drop)
}

async fn nothing_changes(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let (order, id) = (case.untouched().await?, case.id());
    let params = crate::payme::steps::create_params(&id, now_ms(), &order);
    let request = Request::call(case.next_call(), "CreateTransaction", &params).with(wrong());
    case.send(&request).await?;
    case.unknown(&id).await?;
    case.payable(&order).await
}

async fn state_stays(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let transaction = case.created().await?;
    for (method, reason) in [("PerformTransaction", Value::Null), ("CancelTransaction", json!(1))] {
        let params = json!({"id": transaction.id, "reason": reason});
        let request = Request::call(case.next_call(), method, &params).with(wrong());
        case.send(&request).await?;
        case.stored(&transaction.id, 1).await?;
    }
    Ok(())
}

async fn wrong_login(case: &Case) -> Result<(), Stop> {
    let key = case.key()?;
    refused(case, other("Intruder", &key, "another login and the right key"), "for another login").await?;
    refused(case, other("", &key, "an empty login and the right key"), "for an empty login").await
}

async fn scheme_case(case: &Case) -> Result<(), Stop> {
    let key = case.key()?;
    let pair = STANDARD.encode(format!("{}:{key}", login(case)));
    let authorization =
        Authorization::Other { header: format!("basic {pair}"), shown: "basic <the right pair>".to_owned() };
    let request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()})).with(authorization);
    case.rpc(&request).await?.let_in("because the credentials are right")
}
