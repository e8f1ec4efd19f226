//! The transport: one address, POST only, always status 200, whatever the Content-Type.

use crate::payme::case::Case;
use crate::payme::reply::{Code, Reply};
use crate::payme::steps::create_params;
use crate::random::now_ms;
use crate::suite::Stop;
use crate::suite::answer::{self, json_type, no_redirect, other_slash};
use crate::wire::{Request, cut_mid_body};
use reqwest::Method;
use serde_json::json;

use crate::suite::rules;

rules! {
    payme "HTTP":

    "PAYME-HTTP-01", Required, Protocol, status_200,
    "Every answer has HTTP status 200: results, errors, unknown methods, and bodies that are not JSON.",
    "The framework answers 400, 404, 405, 415 or 500 before the handler runs; Payme reads any of them as -32400.";

    "PAYME-HTTP-02", Required, Errors, get,
    "GET is answered with error -32300.",
    "The route is registered for POST only, so the framework answers 405 or an HTML page.";

    "PAYME-HTTP-03", Required, Errors, other_verbs,
    "PUT, PATCH and DELETE are answered with error -32300.",
    "The route is registered for POST only, or accepts every verb as if it were POST.";

    "PAYME-HTTP-04", Required, RequestFormat, content_types,
    "The body is read whatever the Content-Type says: text/json (as in the documentation), application/json, or none.",
    "A framework refuses unknown types with 415, or does not parse the body.";

    "PAYME-HTTP-05", Expected, AnswerFormat, answer_type,
    "Answers have a JSON Content-Type.",
    "The answer is sent as text/html, the default of many frameworks.";

    "PAYME-HTTP-06", Advice, Protocol, trailing_slash,
    "The address with or without a slash at its end does not redirect.",
    "The framework redirects to the other spelling; if the cabinet has the wrong one, every call fails.";

    "PAYME-HTTP-07", Advice, Interaction, keep_alive,
    "The connection is kept open between calls.",
    "Keep-alive is switched off; Payme recommends 10 minutes.";

    "PAYME-HTTP-08", Advice, Protocol, large_body,
    "A body of 2 MB is refused, and the server goes on working.",
    "There is no limit on bodies, or exceeding it ends the process.";

    "PAYME-HTTP-09", Expected, Protocol, cut_body,
    "A request whose connection breaks in the middle of the body changes nothing.",
    "The body is parsed leniently before it is complete.";

    "PAYME-HTTP-10", Advice, Protocol, header_case,
    "Names of headers are read in any case (`authorization`), as HTTP says.",
    "The header is looked up by its exact letters, and its absence is refused or raises an exception. HTTP/2 writes all names in lower case.";

    "PAYME-HTTP-11", Expected, AnswerFormat, bare_json,
    "The body of an answer is the JSON alone: no byte order mark, no compression that was not asked for.",
    "A source file was saved with a byte order mark, which the language prints first; or a proxy compresses everything.";
}

async fn status_200(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let check = json!({"amount": order.amount, "account": order.account});
    let requests = [
        Request::call(case.next_call(), "CheckPerformTransaction", &check),
        Request::call(case.next_call(), "CheckPerformTransaction", &json!({"amount": 3, "account": {}})),
        Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()})),
        Request::call(case.next_call(), "NoSuchMethod", &json!({})),
        Request::json(&json!({"id": 1})),
        Request::bytes("{\"id\": 1, "),
    ];
    for request in requests {
        let (at, answer) = case.send(&request).await?;
        if answer.status != 200 {
            return Err(Stop::fail(at, "HTTP status 200", format!("HTTP {}", answer.status)));
        }
    }
    Ok(())
}

async fn refused_verb(case: &Case, verb: Method) -> Result<(), Stop> {
    let mut request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
    if verb == Method::GET {
        request.body.clear();
        request.content_type = None;
    }
    request.verb = verb.clone();
    let (at, answer) = case.send(&request).await?;
    if answer.status != 200 {
        let got = format!("HTTP {}", answer.status);
        return Err(Stop::fail(at, format!("HTTP status 200 with error -32300 for {verb}"), got));
    }
    let reply = Reply::read(at, &answer)?;
    reply.refused(&[Code::Exactly(-32300)], &format!("for {verb}")).map(drop)
}

async fn get(case: &Case) -> Result<(), Stop> {
    refused_verb(case, Method::GET).await
}

async fn other_verbs(case: &Case) -> Result<(), Stop> {
    for verb in [Method::PUT, Method::PATCH, Method::DELETE] {
        refused_verb(case, verb).await?;
    }
    Ok(())
}

async fn content_types(case: &Case) -> Result<(), Stop> {
    let kinds = [
        Some("text/json; charset=UTF-8"),
        Some("application/json; charset=UTF-8"),
        Some("application/json"),
        Some("text/plain"),
        None,
    ];
    for kind in kinds {
        let mut request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
        request.content_type = kind;
        let situation = format!("with the Content-Type {}", kind.unwrap_or("absent"));
        case.rpc(&request).await?.let_in(&situation)?;
    }
    Ok(())
}

async fn answer_type(case: &Case) -> Result<(), Stop> {
    let request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
    let (at, answer) = case.send(&request).await?;
    json_type(at, &answer)
}

async fn trailing_slash(case: &Case) -> Result<(), Stop> {
    let url = other_slash(&case.bench.client.target().url)?;
    for url in [None, Some(url)] {
        let mut request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
        request.url = url;
        let (at, answer) = case.send(&request).await?;
        no_redirect(at, &answer)?;
    }
    Ok(())
}

async fn header_case(case: &Case) -> Result<(), Stop> {
    let client = case.bench.client.in_lower_case().map_err(|error| Stop::Untried(error.to_string()))?;
    let request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
    let exchange = client.send(&request).await;
    let answer = exchange.answer.clone();
    let at = case.record(exchange);
    let answer = answer.map_err(|reason| Stop::fail(at, "an answer over HTTP", format!("none: {reason}")))?;
    Reply::read(at, &answer)?.let_in("with the names of headers in lower case")
}

async fn bare_json(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let check = json!({"amount": order.amount, "account": order.account});
    let requests = [
        Request::call(case.next_call(), "CheckPerformTransaction", &check),
        Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()})),
    ];
    for request in requests {
        let (at, answer) = case.send(&request).await?;
        answer::bare_json(at, &answer)?;
    }
    Ok(())
}

async fn keep_alive(case: &Case) -> Result<(), Stop> {
    let request = Request::call(case.next_call(), "CheckTransaction", &json!({"id": case.id()}));
    let (at, answer) = case.send(&request).await?;
    match answer.closes {
        true => Err(Stop::fail(at, "a connection that stays open", "Connection: close")),
        false => Ok(()),
    }
}

async fn large_body(case: &Case) -> Result<(), Stop> {
    let padding = "x".repeat(2_000_000);
    let params = json!({"id": case.id(), "padding": padding});
    let exchange = case.send_apart(&Request::call(case.next_call(), "CheckTransaction", &params)).await?;
    match &exchange.answer {
        Ok(answer) => {
            let code = answer.json().and_then(|body| body.get("error")?.get("code")?.as_i64());
            let code = code.map_or_else(String::new, |code| format!(" and error {code}"));
            case.note(format!("2 MB were answered with HTTP {}{code}", answer.status));
        }
        Err(_) => case.note("the connection was closed on a body of 2 MB"),
    }
    case.unknown(&case.id()).await
}

async fn cut_body(case: &Case) -> Result<(), Stop> {
    let (order, id) = (case.untouched().await?, case.id());
    let request = Request::call(case.next_call(), "CreateTransaction", &create_params(&id, now_ms(), &order));
    cut_mid_body(case.bench.client.target(), &request).await.map_err(Stop::Untried)?;
    case.unknown(&id).await?;
    case.payable(&order).await
}
