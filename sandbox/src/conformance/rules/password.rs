//! ChangePassword: no longer documented, but in Payme's templates; a server may leave it out.

use crate::conformance::case::{Case, Stop};
use crate::conformance::reply::{Code, Reply, UNAUTHORISED};
use crate::conformance::rule::rules;
use crate::wire::{Authorization, Request, Target};
use serde_json::{Value, json};

rules! {
    "PAYME-PASSWORD-01", Required, Errors, stranger,
    "ChangePassword with wrong credentials is answered with -32504.",
    "The method is handled before the credentials are checked: anybody can take over the cashbox.";

    "PAYME-PASSWORD-02", Expected, Templates, missing,
    "ChangePassword without a password is refused (-32600, -31050…-31099 or -32400), or the method does not exist.",
    "An empty key is stored.";

    "PAYME-PASSWORD-03", Advice, Templates, same,
    "Changing to the current key is refused with -32504, as Payme's template does; the report says what came.",
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

async fn stranger(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let wrong = Target::basic("Paycom", "a-wrong-key-a-wrong-key-a-wrong-key1");
    for authorization in [
        Authorization::Absent,
        Authorization::Other { header: wrong, shown: "Basic <Paycom and a wrong key>".to_owned() },
    ] {
        let params = json!({"password": TAKEN_OVER});
        let request = Request::call(case.next_call(), "ChangePassword", &params).with(authorization);
        let refused = case.rpc(&request).await?.refused(UNAUTHORISED, "from ChangePassword with wrong credentials");
        if refused.is_err() {
            restore(case, &[TAKEN_OVER.to_owned()]).await;
        }
        refused?;
    }
    case.check(&case.id()).await?.let_in("with the key, which has not changed")
}

const TAKEN_OVER: &str = "taken-over-taken-over-taken-over-123";

/// Gives the server its own key back after a failure, whichever of these keys it has by now.
async fn restore(case: &Case, keys: &[String]) {
    let Ok(own) = case.key() else { return };
    for key in keys {
        // The failure itself is what the report shows; that this fails too for most keys is expected.
        drop(with_key(case, key, "ChangePassword", &json!({"password": own})).await);
    }
}

async fn missing(case: &Case) -> Result<(), Stop> {
    case.key()?;
    let codes = &[Code::Exactly(-32600), Code::Account, Code::Exactly(-32400), Code::Exactly(-32601)];
    for params in [json!({}), json!({"password": null}), json!({"password": 5})] {
        let reply = case.call("ChangePassword", &params).await?;
        let code = reply.refused(codes, &format!("for the params {params}"))?;
        case.note(format!("ChangePassword without a password was refused with {code}"));
    }
    Ok(())
}

async fn same(case: &Case) -> Result<(), Stop> {
    let key = case.key()?;
    let reply = case.call("ChangePassword", &json!({"password": key})).await?;
    if reply.code() == Some(-32601) {
        return Err(absent());
    }
    reply.refused(UNAUTHORISED, "for the key that is already in use").map(drop)
}

/// Calls with this key, whatever the target's key is.
async fn with_key(case: &Case, key: &str, method: &str, params: &Value) -> Result<Reply, Stop> {
    let header = Target::basic(&case.bench.client.target().login, key);
    let authorization = Authorization::Other { header, shown: "Basic <Paycom and a changed key>".to_owned() };
    case.rpc(&Request::call(case.next_call(), method, params).with(authorization)).await
}

/// Goes through these keys and back to the one of the target.
async fn through(case: &Case, keys: &[String]) -> Result<(), Stop> {
    let own = case.key()?;
    if !case.bench.may_change_password {
        return Err(Stop::Skip("changes the key of the server: give --change-password to allow it".to_owned()));
    }
    let mut current = &own;
    for next in keys.iter().chain([&own]) {
        let outcome = one_change(case, current, next).await;
        if matches!(outcome, Err(Stop::Fail { .. })) {
            restore(case, keys).await;
        }
        outcome?;
        current = next;
    }
    Ok(())
}

async fn one_change(case: &Case, current: &str, next: &str) -> Result<(), Stop> {
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
