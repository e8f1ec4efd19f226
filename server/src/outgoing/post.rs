//! One message to a webhook on its way: sign it, post it, and read how it was taken. Only the status of the answer counts; its body
//! is not read.

use super::line::{Caller, Destination, Trouble};
use crate::config::Webhook;
use crate::limits::WEBHOOK_PATIENCE;
use axum::http::{HeaderMap, Request, StatusCode};
use boothpay_protocol::ledger::task::Attempt;
use boothpay_protocol::time::{SpanMs, TimeMs};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER};

/// What is sent.
pub(crate) struct Letter {
    /// The task's key: the same at each attempt.
    pub(crate) id: String,
    /// What it says.
    pub(crate) body: String,
}

/// Sends a message and says how it was taken.
pub(crate) async fn post(caller: &Caller, webhook: &Webhook, letter: Letter, now: TimeMs) -> Attempt {
    let to = Destination {
        address: &webhook.address,
        allow_private: webhook.allow_private,
        patience: WEBHOOK_PATIENCE,
        body_bytes_max: 0,
    };
    let answered = match request(webhook, letter, now) {
        Ok(request) => caller.call(&to, request).await,
        Err(trouble) => Err(trouble),
    };
    match answered {
        Ok(answer) => judge(answer.status, &answer.headers),
        Err(Trouble(why)) => Attempt::Failed { why, wait: None },
    }
}

fn request(webhook: &Webhook, letter: Letter, now: TimeMs) -> Result<Request<Full<Bytes>>, Trouble> {
    let timestamp = now.ms().div_euclid(1000);
    let signature = super::signature::sign(&webhook.secrets, &letter.id, timestamp, &letter.body);
    Request::post(&webhook.address.path)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", letter.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(Full::from(letter.body))
        .map_err(|error| Trouble(format!("no request can be made of its address: {error}")))
}

/// How a message was taken.
fn judge(status: StatusCode, headers: &HeaderMap) -> Attempt {
    let failed = |why: String| Attempt::Failed { why, wait: asked_to_wait(headers) };
    match status {
        StatusCode::GONE => Attempt::Hopeless { why: "it answered 410: it wants no more messages".to_owned() },
        status if status.is_success() => Attempt::Done,
        status if status.is_redirection() => failed(format!(
            "it answered {}, a redirection, which is not followed; write the last address into url",
            status.as_u16()
        )),
        status => failed(format!("it answered {}", status.as_u16())),
    }
}

/// For how long the other end asks to be left alone; in a day it is asked again whatever it said.
fn asked_to_wait(headers: &HeaderMap) -> Option<SpanMs> {
    const DAY_SECONDS: u32 = 86_400;
    let seconds: u32 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(SpanMs::seconds(seconds.min(DAY_SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, retry_after: Option<&str>) -> Attempt {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, seconds.parse().unwrap());
        }
        judge(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn only_a_status_of_success_is_success() {
        for status in [200, 202, 204] {
            assert_eq!(judged(status, None), Attempt::Done);
        }
        for status in [301, 302, 307, 400, 401, 404, 429, 500, 503] {
            assert!(matches!(judged(status, None), Attempt::Failed { wait: None, .. }), "{status}");
        }
        assert!(matches!(judged(410, None), Attempt::Hopeless { .. }));
    }

    #[test]
    fn a_receiver_may_ask_for_time_but_not_for_ever() {
        let wait = |seconds| match judged(503, Some(seconds)) {
            Attempt::Failed { wait, .. } => wait,
            Attempt::Done | Attempt::NotYet | Attempt::Hopeless { .. } => None,
        };
        assert_eq!(wait("120"), Some(SpanMs::seconds(120)));
        assert_eq!(wait("4000000000"), Some(SpanMs::seconds(86_400)));
        assert_eq!(wait("Fri, 31 Dec 2027 23:59:59 GMT"), None);
    }
}
