//! The transport: JSON both ways, HTTP 200 for success and 400 for every refusal.

use crate::suite::answer::{bare_json, json_type, no_redirect, other_slash, shown};
use crate::suite::{Stop, rules};
use crate::uzum::case::{Call, Case, address};
use crate::uzum::reply::{MISSING, OPERATION, PARSE, Reply};
use crate::wire::cut_mid_body;
use reqwest::Method;
use serde_json::{Value, json};

rules! {
    uzum "HTTP and JSON":

    "UZUM-HTTP-01", Required, Merchant / Official, success_200,
    "Success has HTTP status 200.",
    "The framework answers 201 where something was created.";

    "UZUM-HTTP-02", Required, Merchant / Read, refusal_400,
    "Every refusal has HTTP status 400.",
    "Refusals are answered with 200, 404 or 422.";

    "UZUM-HTTP-03", Required, Merchant / Read, failed_word,
    "A refusal has status FAILED and an errorCode, a text or a number.",
    "Refusals have a form of their own, with `error` or `message`.";

    "UZUM-HTTP-04", Expected, Merchant / Read, failed_members,
    "A refusal has the serviceId of the request and a timestamp in milliseconds.",
    "Only the code is answered.";

    "UZUM-HTTP-05", Required, Merchant / Read, documented_codes,
    "Every errorCode is one of Uzum's: 10001 to 10018 or 99999.",
    "Codes of another provider, or of one's own, are answered.";

    "UZUM-HTTP-06", Expected, Merchant / Read, get,
    "Another verb than POST is refused with 10003.",
    "The framework answers 405 or 404 before the program runs.";

    "UZUM-HTTP-07", Required, Merchant / Read, broken_json,
    "A body that is no JSON is refused with 10002.",
    "The framework answers with a page of its own, or the exception becomes 99999.";

    "UZUM-HTTP-08", Expected, Merchant / Inferred, no_object,
    "JSON that is no object is refused with 10002 or 10005.",
    "A member of something that is no object is asked for, and an exception ends the call.";

    "UZUM-HTTP-09", Expected, Merchant / Official, answer_type,
    "Answers have a JSON Content-Type.",
    "The answer is sent as text/html, the default of many frameworks.";

    "UZUM-HTTP-10", Expected, Merchant / Inferred, bare,
    "The body of an answer is the JSON alone: no byte order mark, no compression that was not asked for.",
    "A source file was saved with a byte order mark, which the language prints first; or a proxy compresses everything.";

    "UZUM-HTTP-11", Expected, Merchant / Inferred, more_members,
    "Members that nobody knows are ignored, in the body and in params.",
    "The body is validated against a closed list of members.";

    "UZUM-HTTP-12", Advice, Merchant / Inferred, slash,
    "The address with a slash at its end does not redirect.",
    "The framework redirects to the other spelling; if Uzum has the wrong one, every call fails.";

    "UZUM-HTTP-13", Advice, Merchant / Inferred, large_body,
    "A body of 2 MB is refused, and the server goes on working.",
    "There is no limit on bodies, or exceeding it ends the process.";

    "UZUM-HTTP-14", Expected, Merchant / Inferred, cut_body,
    "A request whose connection breaks in the middle of the body changes nothing.",
    "The body is parsed leniently before it is complete.";
}

/// Calls of which each is refused for another reason, with the rule about that.
async fn refusals(case: &Case) -> Result<Vec<(Call, &'static [&'static str])>, Stop> {
    let order = case.untouched().await?;
    let less = crate::suite::orders::Order { amount: order.amount - 100, ..order.clone() };
    Ok(vec![
        (case.check(&case.nobodys_order()), &["UZUM-CHECK-03"]),
        (case.check(&order).set("serviceId", json!(case.uzum.service + 1)), &["UZUM-FIELD-02"]),
        (case.create(&case.id(), &less), &["UZUM-CREATE-08"]),
        (case.create(&case.id(), &order).without("params"), &["UZUM-FIELD-01"]),
        (case.confirm(&case.id()), &["UZUM-CONFIRM-05"]),
        (case.reverse(&case.id()), &["UZUM-REVERSE-04"]),
        (case.status(&case.id()), &["UZUM-STATUS-04"]),
    ])
}

async fn each_refusal(case: &Case, look: impl Fn(&Reply) -> Result<(), Stop>) -> Result<(), Stop> {
    for (call, rule) in refusals(case).await? {
        let reply = case.play(&call).await?;
        // What was not refused at all tells nothing about how refusals look.
        if matches!(reply.status(), Some("OK" | "CREATED" | "CONFIRMED" | "REVERSED")) && reply.code().is_none() {
            return Err(reply.broken("a refusal").step(rule));
        }
        look(&reply)?;
    }
    Ok(())
}

async fn success_200(case: &Case) -> Result<(), Stop> {
    let (order, id) = (case.order().await?, case.id());
    let calls = [case.check(&order), case.create(&id, &order), case.status(&id), case.confirm(&id), case.status(&id)];
    for call in calls {
        let reply = case.play(&call).await?;
        // Whether it is a success at all is asked by the rules about the operation.
        if reply.code().is_none() && reply.http != 200 {
            return Err(Stop::fail(reply.at, "HTTP status 200", format!("HTTP {}", reply.http)));
        }
    }
    Ok(())
}

async fn refusal_400(case: &Case) -> Result<(), Stop> {
    each_refusal(case, |reply| match reply.http {
        400 => Ok(()),
        status => Err(Stop::fail(reply.at, "HTTP status 400", format!("HTTP {status}"))),
    })
    .await
}

async fn failed_word(case: &Case) -> Result<(), Stop> {
    each_refusal(case, |reply| {
        if reply.code().is_none() {
            return Err(reply.broken("an `errorCode`"));
        }
        reply.member("status", &json!("FAILED"))
    })
    .await?;
    let reply = case.play(&case.status(&case.id())).await?;
    case.note(format!("errorCode is {}", shown(reply.body.get("errorCode"))));
    Ok(())
}

async fn failed_members(case: &Case) -> Result<(), Stop> {
    let reply = case.play(&case.status(&case.id())).await?;
    reply.member("serviceId", &json!(case.uzum.service))?;
    reply.recent("timestamp").map(drop)
}

async fn documented_codes(case: &Case) -> Result<(), Stop> {
    each_refusal(case, |reply| match reply.code() {
        Some(10001..=10003 | 10005..=10018 | 99999) => Ok(()),
        Some(_) | None => Err(reply.broken("one of Uzum's codes")),
    })
    .await
}

async fn get(case: &Case) -> Result<(), Stop> {
    for verb in [Method::GET, Method::PUT] {
        let mut request = case.request(&case.status(&case.id()));
        if verb == Method::GET {
            request.body.clear();
            request.content_type = None;
        }
        request.verb = verb.clone();
        case.ask(&request).await?.refused(&[OPERATION], &format!("for {verb}"))?;
    }
    Ok(())
}

async fn broken_json(case: &Case) -> Result<(), Stop> {
    for body in ["{\"serviceId\":", "serviceId=1", ""] {
        let mut request = case.request(&case.status(&case.id()));
        request.body = body.as_bytes().to_vec();
        case.ask(&request).await?.refused(&[PARSE], &format!("for the body `{body}`"))?;
    }
    Ok(())
}

async fn no_object(case: &Case) -> Result<(), Stop> {
    for body in [json!([]), json!("check"), json!(5), Value::Null] {
        let mut request = case.request(&case.status(&case.id()));
        request.body = body.to_string().into_bytes();
        case.ask(&request).await?.refused(&[PARSE, MISSING], &format!("for the body {body}"))?;
    }
    Ok(())
}

async fn answer_type(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    for call in [case.check(&order), case.status(&case.id())] {
        let (at, answer) = case.send(&case.request(&call)).await?;
        json_type(at, &answer)?;
    }
    Ok(())
}

async fn bare(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    for call in [case.check(&order), case.status(&case.id())] {
        let (at, answer) = case.send(&case.request(&call)).await?;
        bare_json(at, &answer)?;
    }
    Ok(())
}

async fn more_members(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let mut params = order.account.clone();
    params.insert("something".to_owned(), json!("new"));
    let call = case.check(&order).set("something", json!({"new": [1, 2]})).set("params", Value::Object(params));
    case.play(&call).await?.accepted("OK", "for a check with two members more")
}

async fn slash(case: &Case) -> Result<(), Stop> {
    let url = address(case.bench.client.target(), "status");
    for url in [url.clone(), other_slash(&url)?] {
        let (at, answer) = case.send(&case.request(&case.status(&case.id())).to(&url)).await?;
        no_redirect(at, &answer)?;
    }
    Ok(())
}

async fn large_body(case: &Case) -> Result<(), Stop> {
    let call = case.status(&case.id()).set("padding", json!("x".repeat(2_000_000)));
    let exchange = case.send_apart(&case.request(&call)).await?;
    match &exchange.answer {
        Ok(answer) => case.note(format!("2 MB were answered with HTTP {}", answer.status)),
        Err(_) => case.note("the connection was closed on a body of 2 MB"),
    }
    case.unknown(&case.id(), "a body of 2 MB").await
}

async fn cut_body(case: &Case) -> Result<(), Stop> {
    let (id, order) = (case.id(), case.untouched().await?);
    let request = case.request(&case.create(&id, &order));
    cut_mid_body(case.bench.client.target(), &request).await.map_err(Stop::Untried)?;
    case.unknown(&id, "half of a create").await
}
