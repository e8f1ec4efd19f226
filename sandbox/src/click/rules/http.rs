//! The transport: forms in, JSON out, always status 200.

use crate::click::call::Call;
use crate::click::case::Case;
use crate::click::reply::{CODES, Reply};
use crate::suite::answer::{bare_json, json_type, no_redirect, other_slash, shown};
use crate::suite::{Stop, rules};
use crate::wire::cut_mid_body;
use serde_json::Value;

rules! {
    click "HTTP and JSON":

    "CLICK-HTTP-01", Expected, Errors / Read, status_200,
    "Every answer has HTTP status 200, refusals too: the code is in `error`.",
    "The framework or the program answers 400, 401, 404 or 500 for a refusal.";

    "CLICK-HTTP-02", Required, Request / Official, error_is_integer,
    "`error` is an integer, not a text.",
    "The code is put into the answer as a string.";

    "CLICK-HTTP-03", Required, Request / Official, error_has_note,
    "Every answer has an `error_note`, a text.",
    "Only the code is answered.";

    "CLICK-HTTP-04", Required, Errors / Official, documented_codes,
    "Every code is one of Click's: 0 and -1 to -9.",
    "Codes of another provider, or of one's own, are answered.";

    "CLICK-HTTP-05", Advice, Errors / Read, notes,
    "The texts of error_note are Click's own words, which its staff sees.",
    "The notes are translated or made up.";

    "CLICK-HTTP-06", Expected, Request / Inferred, answer_type,
    "Answers have a JSON Content-Type.",
    "The answer is sent as text/html, the default of many frameworks.";

    "CLICK-HTTP-07", Expected, Request / Inferred, spelling,
    "A form is read in every spelling: a blank as + or %20, letters of any alphabet, a charset behind the Content-Type.",
    "The body is split by hand, or the Content-Type is compared as a whole.";

    "CLICK-HTTP-08", Advice, Request / Inferred, more_fields,
    "Fields that nobody knows are ignored.",
    "The form is validated against a closed list of fields.";

    "CLICK-HTTP-09", Expected, Request / Inferred, bare,
    "The body of an answer is the JSON alone: no byte order mark, no compression that was not asked for.",
    "A source file was saved with a byte order mark, which the language prints first; or a proxy compresses everything.";

    "CLICK-HTTP-10", Advice, Request / Inferred, slash,
    "The address with or without a slash at its end does not redirect.",
    "The framework redirects to the other spelling; if the cabinet has the wrong one, every call fails.";

    "CLICK-HTTP-11", Advice, Request / Inferred, large_body,
    "A body of 2 MB is refused, and the server goes on working.",
    "There is no limit on bodies, or exceeding it ends the process.";

    "CLICK-HTTP-12", Expected, Request / Inferred, cut_body,
    "A request whose connection breaks in the middle of the body changes nothing.",
    "The body is parsed leniently before it is complete.";
}

/// Calls of which each is refused for another reason, and one that is not refused.
async fn calls(case: &Case) -> Result<Vec<Call>, Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let prepared = case.prepared().await?;
    Ok(vec![
        case.prepare(&attempt).forged(),
        case.prepare(&case.nobodys_attempt()),
        case.prepare(&attempt).set("amount", "1.00"),
        case.prepare(&attempt).without("amount"),
        case.prepare(&attempt).set("action", "7"),
        case.complete(&prepared.attempt, "999999999"),
        case.complete(&prepared.attempt, &prepared.id),
        case.complete(&prepared.attempt, &prepared.id),
    ])
}

async fn status_200(case: &Case) -> Result<(), Stop> {
    for call in calls(case).await? {
        let (at, answer) = case.send(&case.request(&call)).await?;
        if answer.status != 200 {
            return Err(Stop::fail(at, "HTTP status 200", format!("HTTP {}", answer.status)));
        }
    }
    Ok(())
}

/// Looks at each kind of answer. A page in the place of one is the subject of other rules.
async fn each(case: &Case, look: impl Fn(&Reply) -> Result<(), Stop>) -> Result<(), Stop> {
    const PAGES: &[&str] = &["CLICK-HTTP-01", "CLICK-HTTP-06"];
    for call in calls(case).await? {
        look(&case.play(&call).await.map_err(|stop| stop.step(PAGES))?)?;
    }
    Ok(())
}

async fn error_is_integer(case: &Case) -> Result<(), Stop> {
    each(case, |reply| match reply.body.get("error") {
        Some(Value::Number(number)) if number.is_i64() => Ok(()),
        other => Err(Stop::fail(reply.at, "`error` as an integer", format!("`error` is {}", shown(other)))),
    })
    .await
}

async fn error_has_note(case: &Case) -> Result<(), Stop> {
    each(case, |reply| match reply.body.get("error_note") {
        Some(Value::String(_)) => Ok(()),
        other => Err(Stop::fail(reply.at, "`error_note` as a text", format!("`error_note` is {}", shown(other)))),
    })
    .await
}

async fn documented_codes(case: &Case) -> Result<(), Stop> {
    each(case, |reply| match reply.error() {
        Some(code) if CODES.contains(&code) => Ok(()),
        Some(_) | None => Err(reply.broken("a code from 0 to -9")),
    })
    .await
}

async fn notes(case: &Case) -> Result<(), Stop> {
    const NOTES: [&str; 10] = [
        "success",
        "sign check failed",
        "incorrect parameter amount",
        "action not found",
        "already paid",
        "user does not exist",
        "transaction does not exist",
        "failed to update user",
        "error in request from click",
        "transaction cancelled",
    ];
    each(case, |reply| {
        let note = reply.body.get("error_note").and_then(Value::as_str).unwrap_or_default();
        let code = reply.error().unwrap_or_default();
        let own = usize::try_from(-code).ok().and_then(|index| NOTES.get(index));
        match own {
            Some(own) if note.trim_end_matches(['!', '.']).eq_ignore_ascii_case(own) => Ok(()),
            Some(own) => Err(Stop::fail(reply.at, format!("the note `{own}` with error {code}"), format!("`{note}`"))),
            None => Ok(()),
        }
    })
    .await
}

async fn answer_type(case: &Case) -> Result<(), Stop> {
    for call in calls(case).await? {
        let (at, answer) = case.send(&case.request(&call)).await?;
        // An error page has the type of a page: that it is one, the rule about the status says.
        let right = json_type(at, &answer);
        right.map_err(|stop| if answer.status == 200 { stop } else { stop.step(&["CLICK-HTTP-01"]) })?;
    }
    Ok(())
}

async fn spelling(case: &Case) -> Result<(), Stop> {
    let call = case.prepare(&case.attempt(&case.order().await?)).blank("%20");
    case.play(&call).await?.accepted("for a form with %20 for a blank")?;
    let call = case.prepare(&case.attempt(&case.order().await?)).set("error_note", "Успешно + O‘tdi & 100 %");
    case.play(&call).await?.accepted("for a form with letters of other alphabets")?;
    let mut request = case.request(&case.prepare(&case.attempt(&case.order().await?)));
    request.content_type = Some("application/x-www-form-urlencoded; charset=UTF-8");
    let (at, answer) = case.send(&request).await?;
    Reply::read(at, &answer)?.accepted("for a form with a charset behind its Content-Type")
}

async fn more_fields(case: &Case) -> Result<(), Stop> {
    let call =
        case.prepare(&case.attempt(&case.order().await?)).also("merchant_confirm_id", "0").also("something", "new");
    case.play(&call).await?.accepted("for a form with two fields more")
}

async fn bare(case: &Case) -> Result<(), Stop> {
    for call in calls(case).await? {
        let (at, answer) = case.send(&case.request(&call)).await?;
        bare_json(at, &answer)?;
    }
    Ok(())
}

async fn slash(case: &Case) -> Result<(), Stop> {
    let url = &case.click.prepare;
    for url in [url.clone(), other_slash(url)?] {
        let call = case.prepare(&case.nobodys_attempt()).to(&url);
        let (at, answer) = case.send(&case.request(&call)).await?;
        no_redirect(at, &answer)?;
    }
    Ok(())
}

async fn large_body(case: &Case) -> Result<(), Stop> {
    let call = case.prepare(&case.nobodys_attempt()).also("padding", "x".repeat(2_000_000));
    let exchange = case.send_apart(&case.request(&call)).await?;
    match &exchange.answer {
        Ok(answer) => case.note(format!("2 MB were answered with HTTP {}", answer.status)),
        Err(_) => case.note("the connection was closed on a body of 2 MB"),
    }
    let order = case.order().await?;
    case.still_waits(&order, "a body of 2 MB").await
}

async fn cut_body(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let request = case.request(&case.complete(&prepared.attempt, &prepared.id));
    cut_mid_body(case.bench.client.target(), &request).await.map_err(Stop::Untried)?;
    case.still_open(&prepared, "half of a Complete").await
}
