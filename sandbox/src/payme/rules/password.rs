//! ChangePassword: no longer documented, but in Payme's templates; a server may leave it out.

use crate::payme::case::Case;
use crate::payme::key::with;
use crate::payme::reply::{Code, Reply, UNAUTHORISED};
use crate::suite::Stop;
use crate::wire::{Authorization, Request, Target};
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "ChangePassword":

    "PAYME-PASSWORD-01", Required, Errors, stranger,
    "ChangePassword with wrong credentials is answered with -32504.",
    "The method is handled before the credentials are checked: anybody can take over the cashbox.";

    "PAYME-PASSWORD-02", Expected, Templates, missing,
    "ChangePassword without a password is refused (-32600, -31050…-31099 or -32400), or the method does not exist.",
    "An empty key, or one that is no text, is stored.";

    "PAYME-PASSWORD-03", Advice, Templates, same,
    "Changing to the current key is refused with -32504, as Payme's template does.",
    "The current key is not compared with the new one.";

    "PAYME-PASSWORD-04", Expected, Templates, change,
    "After a change the new key works at once and the old one is refused with -32504.",
    "The key is read once at start, or the old one stays valid.";

    "PAYME-PASSWORD-05", Expected, Templates, odd_keys,
    "Several keys in a row work, also with the characters : & @ ? # % ^ = $ ! in them.",
    "The pair is split at every colon, or the key is stored escaped for HTML.";
}

fn absent() -> Stop {
    Stop::Skip("the server does not have ChangePassword (optional, -32601)".to_owned())
}

/// Every call of ChangePassword may change a key, also one that a right server refuses. So none is sent without leave.
fn allowed(case: &Case) -> Result<String, Stop> {
    let key = case.key()?;
    match case.payme.may_change_password {
        true => Ok(key),
        false => Err(Stop::Skip("may change the key of the server: give --change-password to allow it".to_owned())),
    }
}

/// Gives the server its own key back after a failure, so that the next rule finds it as it was.
async fn restored(case: &Case, outcome: Result<(), Stop>) -> Result<(), Stop> {
    if matches!(outcome, Err(Stop::Fail { .. })) {
        let remark = case.payme.keys.put_back(&case.bench.client, &case.bench.names).await;
        remark.into_iter().for_each(|remark| case.note(remark));
    }
    outcome
}

const TAKEN_OVER: &str = "taken-over-taken-over-taken-over-123";

async fn stranger(case: &Case) -> Result<(), Stop> {
    allowed(case)?;
    let wrong = Target::basic("Paycom", "a-wrong-key-a-wrong-key-a-wrong-key1");
    for authorization in [
        Authorization::Absent,
        Authorization::Other { header: wrong, shown: "Basic <Paycom and a wrong key>".to_owned() },
    ] {
        case.payme.keys.offered(TAKEN_OVER);
        let params = json!({"password": TAKEN_OVER});
        let request = Request::call(case.next_call(), "ChangePassword", &params).with(authorization);
        let refused = case
            .rpc(&request)
            .await
            .and_then(|reply| reply.refused(UNAUTHORISED, "from ChangePassword with wrong credentials").map(drop));
        restored(case, refused).await?;
    }
    case.check(&case.id()).await?.let_in("with the key, which has not changed")
}

async fn missing(case: &Case) -> Result<(), Stop> {
    allowed(case)?;
    let codes = &[Code::Exactly(-32600), Code::Account, Code::Exactly(-32400), Code::Exactly(-32601)];
    for (params, stored) in [
        (json!({}), &["", "null", "None", "undefined"][..]),
        (json!({"password": null}), &["", "null", "None"]),
        (json!({"password": 5}), &["5", "5.0"]),
    ] {
        stored.iter().for_each(|key| case.payme.keys.offered(*key));
        let refused = case
            .call("ChangePassword", &params)
            .await
            .and_then(|reply| reply.refused(codes, &format!("for the params {params}")));
        if let Ok(code) = refused {
            case.note(format!("ChangePassword without a password was refused with {code}"));
        }
        restored(case, refused.map(drop)).await?;
    }
    Ok(())
}

async fn same(case: &Case) -> Result<(), Stop> {
    let key = allowed(case)?;
    case.payme.keys.offered(key.clone());
    let reply = case.call("ChangePassword", &json!({"password": key})).await?;
    if reply.code() == Some(-32601) {
        return Err(absent());
    }
    let refused = reply.refused(UNAUTHORISED, "for the key that is already in use").map(drop);
    restored(case, refused).await
}

/// Calls with this key, whatever the target's key is.
async fn with_key(case: &Case, key: &str, method: &str, params: &Value) -> Result<Reply, Stop> {
    let authorization = with(&case.bench.client, key);
    case.rpc(&Request::call(case.next_call(), method, params).with(authorization)).await
}

/// Goes through these keys and back to the one of the target.
async fn through(case: &Case, keys: &[String]) -> Result<(), Stop> {
    let own = allowed(case)?;
    let mut current = &own;
    for next in keys.iter().chain([&own]) {
        let outcome = one_change(case, current, next).await;
        restored(case, outcome).await?;
        current = next;
    }
    Ok(())
}

async fn one_change(case: &Case, current: &str, next: &str) -> Result<(), Stop> {
    case.payme.keys.offered(next);
    let reply = with_key(case, current, "ChangePassword", &json!({"password": next})).await?;
    if reply.code() == Some(-32601) {
        return Err(absent());
    }
    reply.accepted("for a change of the key with the current key")?;
    let old = with_key(case, current, "CheckTransaction", &json!({"id": case.id()})).await?;
    let new = with_key(case, next, "CheckTransaction", &json!({"id": case.id()})).await?;
    new.let_in("with the new key, which has to work at once")?;
    old.refused(UNAUTHORISED, "with the old key after the change").map(drop)
}

async fn change(case: &Case) -> Result<(), Stop> {
    through(case, &[format!("new-key-{}", case.id())]).await
}

async fn odd_keys(case: &Case) -> Result<(), Stop> {
    let keys = ["with:colon:and-more", "amp&at@question?hash#", "percent%caret^equals=dollar$mark!"];
    through(case, &keys.map(|key| format!("{key}{}", case.id()))).await
}
