//! Authorisation: HTTP Basic, and nothing for anybody else.

use crate::suite::orders::Order;
use crate::suite::{Stop, rules};
use crate::uzum::case::{Call, Case};
use crate::uzum::reply::DENIED;
use crate::wire::{Authorization, Target};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

rules! {
    uzum "Authorisation":

    "UZUM-AUTH-01", Required, Merchant / Read, no_header,
    "A call without an Authorization header is refused with 10001.",
    "The check is switched off, or a missing header counts as a test.";

    "UZUM-AUTH-02", Required, Merchant / Read, wrong_password,
    "Each of the five operations with a wrong password is refused with 10001.",
    "One of the routes stands outside of the check.";

    "UZUM-AUTH-03", Required, Merchant / Read, similar_password,
    "A password that is nearly right is refused with 10001.",
    "Only the beginning is compared, or the case of letters is ignored.";

    "UZUM-AUTH-04", Required, Merchant / Read, empty,
    "Empty credentials are refused with 10001.",
    "A setting that is empty is compared with an empty header.";

    "UZUM-AUTH-05", Required, Merchant / Read, other_scheme,
    "Another scheme than Basic is refused with 10001.",
    "Only the part after the blank is looked at.";

    "UZUM-AUTH-06", Required, Merchant / Read, not_base64,
    "Credentials that cannot be read are refused with 10001.",
    "The decoder raises an exception that nobody catches.";

    "UZUM-AUTH-07", Expected, Merchant / Read, status_400,
    "The refusal has HTTP status 400, like every other.",
    "The framework's authentication answers 401.";

    "UZUM-AUTH-08", Required, Merchant / Inferred, creates_nothing,
    "A create with a wrong password stores nothing.",
    "The row is written before the credentials are checked.";

    "UZUM-AUTH-09", Required, Merchant / Inferred, changes_nothing,
    "A confirm and a reverse with a wrong password change nothing.",
    "The row is changed before the credentials are checked.";

    "UZUM-AUTH-10", Expected, Merchant / Inferred, wrong_login,
    "Another login with the right password is refused with 10001.",
    "Only the part after the colon is compared.";

    "UZUM-AUTH-11", Advice, Merchant / Inferred, scheme_case,
    "The scheme is read in any case (`basic`), as HTTP says.",
    "The header is compared with the literal text `Basic `.";
}

fn other(login: &str, key: &str, shown: &str) -> Authorization {
    Authorization::Other { header: Target::basic(login, key), shown: format!("Basic <{shown}>") }
}

fn wrong(case: &Case) -> Authorization {
    other(login(case), "a-strangers-password", "the login and a wrong password")
}

fn login(case: &Case) -> &str {
    &case.bench.client.target().login
}

fn key(case: &Case) -> Result<String, Stop> {
    case.key().map_err(|_| Stop::Skip("no --password was given: the server runs in its development mode".to_owned()))
}

fn every(case: &Case, id: &str, order: &Order) -> [Call; 5] {
    [case.check(order), case.create(id, order), case.confirm(id), case.reverse(id), case.status(id)]
}

/// A call that would be answered with 10014 if it were let in, so that it is harmless on any server.
async fn refused(case: &Case, authorization: Authorization, situation: &str) -> Result<(), Stop> {
    let request = case.request(&case.status(&case.id())).with(authorization);
    case.ask(&request).await?.refused(&[DENIED], situation).map(drop)
}

async fn no_header(case: &Case) -> Result<(), Stop> {
    key(case)?;
    refused(case, Authorization::Absent, "without an Authorization header").await
}

async fn wrong_password(case: &Case) -> Result<(), Stop> {
    key(case)?;
    let (id, order) = (case.id(), case.untouched().await?);
    for call in every(case, &id, &order) {
        let request = case.request(&call).with(wrong(case));
        case.ask(&request).await?.refused(&[DENIED], &format!("from {} with a wrong password", call.operation))?;
    }
    Ok(())
}

async fn similar_password(case: &Case) -> Result<(), Stop> {
    let key = key(case)?;
    let turned: String =
        key.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let similar = [
        (key.chars().take(key.chars().count().saturating_sub(1)).collect(), "without its last character"),
        (format!("{key}x"), "with one character more"),
        (format!("{key} "), "with a blank"),
        (key.chars().take(1).collect(), "with its first character alone"),
        (turned, "with upper and lower case swapped"),
    ];
    for (wrong, what) in similar.into_iter().filter(|(wrong, _)| *wrong != key) {
        let shown = format!("the password {what}");
        refused(case, other(login(case), &wrong, &shown), &format!("for the password {what}")).await?;
    }
    Ok(())
}

async fn empty(case: &Case) -> Result<(), Stop> {
    key(case)?;
    refused(case, other(login(case), "", "the login and an empty password"), "for an empty password").await?;
    refused(case, other("", "", "an empty login and an empty password"), "for an empty login and password").await
}

async fn other_scheme(case: &Case) -> Result<(), Stop> {
    let key = key(case)?;
    let pair = STANDARD.encode(format!("{}:{key}", login(case)));
    for (header, shown) in [
        (format!("Bearer {pair}"), "Bearer <the pair>"),
        (pair, "<the pair without a scheme>"),
        (key, "<the bare password>"),
    ] {
        let authorization = Authorization::Other { header, shown: shown.to_owned() };
        refused(case, authorization, "for another scheme than Basic").await?;
    }
    Ok(())
}

async fn not_base64(case: &Case) -> Result<(), Stop> {
    let key = key(case)?;
    for (header, shown) in [
        ("Basic %%%not-base64%%%".to_owned(), "Basic %%%not-base64%%%"),
        ("Basic".to_owned(), "Basic"),
        (format!("Basic {}", STANDARD.encode(&key)), "Basic <the password without a login>"),
        (format!("Basic {}", STANDARD.encode([0xff, 0xfe, b':', 0xff])), "Basic <bytes that are not text>"),
    ] {
        let authorization = Authorization::Other { header, shown: shown.to_owned() };
        refused(case, authorization, "for credentials that cannot be read").await?;
    }
    Ok(())
}

async fn status_400(case: &Case) -> Result<(), Stop> {
    key(case)?;
    for authorization in [wrong(case), Authorization::Absent] {
        let (at, answer) = case.send(&case.request(&case.status(&case.id())).with(authorization)).await?;
        if answer.status != 400 {
            return Err(Stop::fail(at, "HTTP status 400", format!("HTTP {}", answer.status)));
        }
    }
    Ok(())
}

async fn creates_nothing(case: &Case) -> Result<(), Stop> {
    key(case)?;
    let (id, order) = (case.id(), case.untouched().await?);
    case.send(&case.request(&case.create(&id, &order)).with(wrong(case))).await?;
    case.unknown(&id, "a create with a wrong password").await
}

async fn changes_nothing(case: &Case) -> Result<(), Stop> {
    key(case)?;
    let transaction = case.created().await?;
    for call in [case.confirm(&transaction.id), case.reverse(&transaction.id)] {
        case.send(&case.request(&call).with(wrong(case))).await?;
        case.stands(&transaction.id, "CREATED").await?;
    }
    Ok(())
}

async fn wrong_login(case: &Case) -> Result<(), Stop> {
    let key = key(case)?;
    refused(case, other("intruder", &key, "another login and the right password"), "for another login").await?;
    refused(case, other("", &key, "an empty login and the right password"), "for an empty login").await
}

async fn scheme_case(case: &Case) -> Result<(), Stop> {
    let key = key(case)?;
    let header = format!("basic {}", STANDARD.encode(format!("{}:{key}", login(case))));
    let authorization = Authorization::Other { header, shown: "basic <the right pair>".to_owned() };
    let reply = case.ask(&case.request(&case.status(&case.id())).with(authorization)).await?;
    match reply.code() {
        Some(DENIED) => Err(reply.broken("any answer but 10001, because the credentials are right")),
        Some(_) | None => Ok(()),
    }
}
