//! The JSON-RPC envelope: general errors, the echoed id, one of result and error.

use super::check_perform::localised;
use crate::payme::case::Case;
use crate::payme::reply::{BAD_REQUEST, Code, Reply, shown};
use crate::suite::Stop;
use crate::wire::Request;
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "JSON-RPC":

    "PAYME-RPC-01", Required, Errors, not_json,
    "A body that is not JSON is answered with error -32700.",
    "The parser's exception is not caught, or any fault of the body is answered with -32600.";

    "PAYME-RPC-02", Required, Errors, not_an_object,
    "A body that is JSON but not an object (array, text, number, null) is answered with error -32600.",
    "The members are read without looking at the type, which raises an exception.";

    "PAYME-RPC-03", Required, Errors, no_method,
    "A request whose `method` is missing or not a string is answered with error -32600.",
    "A missing method is taken for an unknown one, or raises an exception.";

    "PAYME-RPC-04", Required, Errors, no_params,
    "A request whose `params` are missing or not an object is answered with error -32600.",
    "The handler reads members of something that is not there: an exception, or an unknown transaction.";

    "PAYME-RPC-05", Required, Errors, unknown_method,
    "An unknown method is answered with error -32601.",
    "The framework answers 404 or 405, or the last branch of the dispatch is missing.";

    "PAYME-RPC-06", Required, Errors, method_in_data,
    "The error for an unknown method carries the method's name in `data`.",
    "`data` is left out, or says something else than the name.";

    "PAYME-RPC-07", Required, AnswerFormat, integer_id,
    "The answer carries the request's `id`, also an integer of sixteen digits and also in errors.",
    "The id is read into a type of 32 bits or a floating point number, or left out of errors.";

    "PAYME-RPC-08", Advice, AnswerFormat, other_id,
    "An `id` that is a string, null or beyond 2^53 is echoed as it is; a request without one is answered with id null.",
    "The id is converted to a number, which loses digits or raises an exception; or a missing one is replaced by a default.";

    "PAYME-RPC-09", Required, AnswerFormat, one_of_two,
    "An answer has either a result or an error, not both.",
    "A default result stays in the answer of a failed call.";

    "PAYME-RPC-10", Required, RequestFormat, with_and_without_version,
    "Requests are answered with and without the member `jsonrpc`.",
    "A JSON-RPC library insists on the member that the documentation's own sample does not have.";

    "PAYME-RPC-11", Expected, RequestFormat, more_members,
    "Unknown members of the request and unknown params are ignored.",
    "The schema forbids additional properties.";

    "PAYME-RPC-12", Required, AnswerFormat, error_shape,
    "An error is an object with an integer code and a message.",
    "The code is sent as a string, or the message is missing.";

    "PAYME-RPC-13", Advice, AnswerFormat, every_message_localised,
    "Messages of all errors are objects with ru, uz and en.",
    "The message is a plain string. Outside of account errors, which the payer reads, Payme tolerates that.";

    "PAYME-RPC-14", Advice, Protocol, deep_nesting,
    "A deeply nested body is refused, and the server goes on working.",
    "The parser recurses without a limit and overflows its stack.";

    "PAYME-RPC-15", Required, AnswerFormat, has_id,
    "Every answer has the member `id`.",
    "The answer is built from result or error alone; Payme matches answers to requests by their id.";
}

async fn refused(case: &Case, request: Request, codes: &[Code], situation: &str) -> Result<Reply, Stop> {
    let reply = case.rpc(&request).await?;
    reply.refused(codes, situation)?;
    Ok(reply)
}

async fn not_json(case: &Case) -> Result<(), Stop> {
    let bodies: [(&[u8], &str); 4] = [
        (b"{\"id\": 1, \"method\": \"CheckTransaction\", \"params\": {\"id\":", "for JSON that ends too early"),
        (b"this is not JSON", "for text"),
        (b"{\"id\": 1, \"method\": \"CheckTransaction\", \"params\": {}} {", "for JSON with something after it"),
        (b"{\"id\": 1, \"method\": \"\xff\xfe\", \"params\": {}}", "for bytes that are not UTF-8"),
    ];
    for (body, situation) in bodies {
        refused(case, Request::bytes(body), &[Code::Exactly(-32700)], situation).await?;
    }
    let codes = &[Code::Exactly(-32700), Code::Exactly(-32600)];
    let reply = refused(case, Request::bytes(""), codes, "for an empty body").await?;
    case.note(format!("an empty body was answered with {}", reply.code().unwrap_or_default()));
    Ok(())
}

async fn not_an_object(case: &Case) -> Result<(), Stop> {
    for body in [json!([]), json!([{"id": 1}]), json!("text"), json!(5), json!(null), json!(true)] {
        refused(case, Request::json(&body), BAD_REQUEST, &format!("for the body {body}")).await?;
    }
    Ok(())
}

async fn no_method(case: &Case) -> Result<(), Stop> {
    for method in [None, Some(json!(5)), Some(json!(null)), Some(json!({}))] {
        let mut body = json!({"id": 1, "params": {"id": case.id()}});
        let situation = format!("when the method is {}", shown(method.as_ref()));
        if let Some(method) = method {
            body["method"] = method;
        }
        refused(case, Request::json(&body), BAD_REQUEST, &situation).await?;
    }
    Ok(())
}

async fn no_params(case: &Case) -> Result<(), Stop> {
    for params in [None, Some(json!([])), Some(json!("text")), Some(json!(7))] {
        let mut body = json!({"id": 1, "method": "CheckTransaction"});
        let situation = format!("when the params are {}", shown(params.as_ref()));
        if let Some(params) = params {
            body["params"] = params;
        }
        refused(case, Request::json(&body), BAD_REQUEST, &situation).await?;
    }
    Ok(())
}

const UNKNOWN_METHOD: &[Code] = &[Code::Exactly(-32601)];

async fn unknown_method(case: &Case) -> Result<(), Stop> {
    for method in ["NoSuchMethod", "checkTransaction", ""] {
        let situation = format!("for the method `{method}`");
        let codes = if method.is_empty() { &[UNKNOWN_METHOD[0], BAD_REQUEST[0]] } else { UNKNOWN_METHOD };
        refused(case, Request::call(case.next_call(), method, &json!({})), codes, &situation).await?;
    }
    Ok(())
}

async fn method_in_data(case: &Case) -> Result<(), Stop> {
    let request = Request::call(case.next_call(), "NoSuchMethod", &json!({}));
    let reply = refused(case, request, UNKNOWN_METHOD, "for an unknown method").await?;
    match reply.error().and_then(|error| error.get("data")) {
        Some(Value::String(data)) if data == "NoSuchMethod" => Ok(()),
        other => Err(Stop::fail(reply.at, "data \"NoSuchMethod\"", format!("data is {}", shown(other)))),
    }
}

async fn echoes(case: &Case, id: Option<Value>) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let calls = [
        ("CheckPerformTransaction", json!({"amount": order.amount, "account": order.account})),
        ("CheckTransaction", json!({"id": case.id()})),
        ("NoSuchMethod", json!({})),
    ];
    for (method, params) in calls {
        let mut body = json!({"method": method, "params": params});
        if let Some(id) = &id {
            body["id"] = id.clone();
        }
        let reply = case.rpc(&Request::json(&body)).await?;
        let wanted = id.clone().unwrap_or(Value::Null);
        // An answer to a request without an id may leave the member out as well.
        let echoed = reply.body.get("id").cloned().or(if id.is_none() { Some(Value::Null) } else { None });
        if echoed != Some(wanted.clone()) {
            let got = format!("id {}", shown(echoed.as_ref()));
            return Err(Stop::fail(reply.at, format!("id {wanted} in the answer"), got));
        }
    }
    Ok(())
}

async fn integer_id(case: &Case) -> Result<(), Stop> {
    for id in [json!(205_775), json!(0), json!(9_007_199_254_740_991_i64)] {
        echoes(case, Some(id)).await?;
    }
    Ok(())
}

async fn has_id(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    for reply in [case.check_perform(&order).await?, case.check(&case.id()).await?] {
        if reply.body.get("id").is_none() {
            let got = format!("an answer without it: {}", shown(Some(&reply.body)));
            return Err(Stop::fail(reply.at, "`id` in the answer", got));
        }
    }
    Ok(())
}

async fn other_id(case: &Case) -> Result<(), Stop> {
    for id in [Some(json!("a-string")), Some(json!(9_007_199_254_740_993_i64)), Some(Value::Null), None] {
        echoes(case, id).await?;
    }
    Ok(())
}

async fn one_of_two(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let replies = [
        case.check_perform(&order).await?,
        case.check(&case.id()).await?,
        case.call("NoSuchMethod", &json!({})).await?,
    ];
    match replies.iter().find(|reply| reply.result().is_some() && reply.error().is_some()) {
        Some(reply) => Err(Stop::fail(reply.at, "either a result or an error", "both")),
        None => Ok(()),
    }
}

async fn with_and_without_version(case: &Case) -> Result<(), Stop> {
    for version in [None, Some("2.0")] {
        let mut body = json!({"id": case.next_call(), "method": "CheckTransaction", "params": {"id": case.id()}});
        if let Some(version) = version {
            body["jsonrpc"] = json!(version);
        }
        let situation = format!("with jsonrpc {}", version.unwrap_or("absent"));
        case.rpc(&Request::json(&body)).await?.let_in(&situation)?;
    }
    Ok(())
}

async fn more_members(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let params = json!({"amount": order.amount, "account": order.account, "something": {"new": [1, 2]}});
    let body = json!({"id": 1, "method": "CheckPerformTransaction", "params": params, "extension": true});
    let reply = case.rpc(&Request::json(&body)).await?;
    reply.accepted("although the request has members that are new").map(drop)
}

/// One error of each family, in a form that every server gives.
async fn errors(case: &Case) -> Result<Vec<Reply>, Stop> {
    Ok(vec![
        case.check(&case.id()).await?,
        case.call("NoSuchMethod", &json!({})).await?,
        case.rpc(&Request::json(&json!({"id": 1}))).await?,
        case.perform(&case.id()).await?,
    ])
}

async fn error_shape(case: &Case) -> Result<(), Stop> {
    for reply in errors(case).await? {
        if reply.code().is_none() {
            return Err(reply.broken("an error with an integer code"));
        }
        match reply.error().and_then(|error| error.get("message")) {
            Some(Value::String(_) | Value::Object(_)) => {}
            other => {
                return Err(Stop::fail(reply.at, "a message", format!("message is {}", shown(other))));
            }
        }
    }
    Ok(())
}

async fn every_message_localised(case: &Case) -> Result<(), Stop> {
    for reply in errors(case).await? {
        localised(&reply)?;
    }
    Ok(())
}

async fn deep_nesting(case: &Case) -> Result<(), Stop> {
    const LEVELS: usize = 10_000;
    let nested = format!("{}{}", "[".repeat(LEVELS), "]".repeat(LEVELS));
    let body = format!("{{\"id\":1,\"method\":\"CheckTransaction\",\"params\":{{\"id\":{nested}}}}}");
    case.send_apart(&Request::bytes(body)).await?;
    case.unknown(&case.id()).await
}
