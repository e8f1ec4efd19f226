//! A kept call decided again: each rule with what it decided by, and the answer then beside the answer now.

use super::call::{self, Row};
use crate::app::App;
use crate::inspector::again::{self, Again, Rule, Verdict};
use crate::inspector::call::Kept;
use crate::panel::frame::{Frame, Section, Stop, When, show};
use crate::panel::order::state_key;
use crate::panel::orders::status_key;
use crate::panel::say;
use crate::panel::seat::OwnerSeat;
use crate::panel::words::Words;
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::money::Tiyin;
use std::sync::Arc;

/// A rule as it is shown.
struct Line {
    id: &'static str,
    standing: &'static str,
    verdict: &'static str,
    title: String,
    said: Option<String>,
}

/// What came of it, as it is shown.
struct Now {
    lines: Vec<Line>,
    result: String,
    code: Option<String>,
    answer: String,
    would_change: bool,
    /// Whether the wallet would hear another code than then.
    is_other: bool,
}

#[derive(Template)]
#[template(path = "panel/again.html")]
struct AgainPage {
    f: Frame,
    row: Row,
    at: When,
    code_then: Option<String>,
    answer_then: String,
    /// None where it cannot be decided again; then why.
    now: Option<Now>,
    not_again: Option<String>,
}

/// The page. Looking at it changes nothing.
pub(in crate::panel) async fn page(
    State(app): State<Arc<App>>,
    OwnerSeat(seat): OwnerSeat,
    number: Result<Path<u64>, PathRejection>,
) -> Result<Response, Stop> {
    let call = number.ok().and_then(|Path(number)| app.inspector.one(number));
    let Some(call) = call else {
        return Err(seat.frame(&app, Section::Why).stop(StatusCode::NOT_FOUND, "call.gone"));
    };
    let words = seat.words();
    let (now, not_again) = match again::again(&app, &call).await? {
        Ok(again) => (Some(now(&again, &call, &app, words)), None),
        Err(why) => (None, Some(words.t(&format!("not_again.{}", why.word())).to_owned())),
    };
    show(&AgainPage {
        f: seat.frame(&app, Section::Why),
        row: Row::of(&call, &app, words),
        at: When::of(app.clock.now(), &app, words),
        code_then: call.code(),
        answer_then: call.answer.to_show(),
        now,
        not_again,
    })
}

fn now(again: &Again, call: &Kept, app: &App, words: &'static Words) -> Now {
    let code = call.code_of(again.answer.as_bytes());
    let line = |(rule, verdict): &(Rule, Verdict)| {
        let (standing, verdict_key, said) = match verdict {
            Verdict::Holds => ("good", "again.holds", Some("yes")),
            Verdict::Waived => ("unknown", "again.waived", None),
            Verdict::Refuses => ("bad", "again.refuses", Some("no")),
            Verdict::NotAsked => ("unknown", "again.not_asked", None),
        };
        let key = |end: &str| format!("rule.{}.{end}", rule.word());
        Line {
            id: rule.word(),
            standing,
            verdict: words.t(verdict_key),
            title: words.t(&format!("rule.{}", rule.word())).to_owned(),
            said: said
                .map(key)
                .filter(|key| words.known(key).is_some())
                .map(|key| filled(&key, again, call, app, words)),
        }
    };
    Now {
        lines: again.rules.iter().map(line).collect(),
        result: again.why.map_or_else(
            || words.t("call.well").to_owned(),
            |why| call::filled(&format!("call.{}", why.word()), call, again.due, app, words),
        ),
        is_other: code != call.code(),
        code,
        answer: again.answer.clone(),
        would_change: again.would_change,
    }
}

/// The places of a rule's sentences.
fn filled(key: &str, again: &Again, call: &Kept, app: &App, words: &Words) -> String {
    let (said, unknown) = (call.said(&app.settings.rules()), || "—".to_owned());
    let sum = |sum: Option<Tiyin>| sum.map_or_else(unknown, |sum| say::sum(sum.tiyin(), words.language()));
    let values = [
        ("order", said.order.map_or_else(unknown, |order| say::order(order.as_str()))),
        ("payment", said.payment.unwrap_or_else(unknown)),
        ("asked", sum(said.asked)),
        ("due", sum(again.due)),
        (
            "status",
            again.order.as_ref().map_or_else(unknown, |order| words.t(status_key(order.status.word())).to_owned()),
        ),
        ("state", again.payment.as_ref().map_or_else(unknown, |payment| words.t(state_key(payment.state)).to_owned())),
        (
            "until",
            again.order.as_ref().map_or_else(unknown, |order| say::time(order.expires_at, app, words.language())),
        ),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.fill(key, &values)
}
