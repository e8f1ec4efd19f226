//! The page's own endpoints: `POST /app/check`, `/app/pay`, `/app/decline`, `/app/refund`.
//!
//! They take JSON only, which another site's page cannot send without a permission that is never given.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

use super::Standin;
use super::attempts::Attempt;
use super::click::{ClickLink, ClickPayment};
use super::merchant::Call;
use super::pages::CLICK_PATH;
use super::payment::{Payment, Screen, Stage};
use super::wallet::Bill;

/// What is done with an opened payment.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Pay,
    Decline,
    Refund,
}

#[derive(Deserialize)]
pub(super) struct Opened {
    /// The link without its host.
    link: String,
}

#[derive(Deserialize)]
pub(super) struct Pressed {
    /// What `/app/check` gave the page.
    attempt: String,
}

/// What the page shows next, and which webhook calls led there.
#[derive(Serialize)]
pub(super) struct Answer {
    #[serde(flatten)]
    screen: Screen,
    calls: Vec<Call>,
}

type Reply = Result<Json<Answer>, StatusCode>;

/// A page was opened: asks the merchant and, if it agrees, begins an attempt.
pub(super) async fn check(
    State(standin): State<Arc<Standin>>,
    headers: HeaderMap,
    Json(opened): Json<Opened>,
) -> Reply {
    same_site(&headers)?;
    if let (Some(query), Some(click)) = (opened.link.strip_prefix(CLICK_PATH), &standin.click) {
        // Click asks nothing before the payer presses.
        let link = ClickLink::parse(query).map_err(|_| StatusCode::BAD_REQUEST)?;
        if link.service_id != click.config.service_id {
            return Err(StatusCode::BAD_REQUEST);
        }
        let payment = ClickPayment::new(link).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let screen = Screen::Ready { attempt: payment.id.clone() };
        standin.attempts.add(Attempt::Click(Arc::new(payment)));
        return Ok(Json(Answer { screen, calls: Vec::new() }));
    }
    let bill = Bill::parse(&opened.link, &standin.config).map_err(|_| StatusCode::BAD_REQUEST)?;
    if bill.stranger(&standin.config).is_some() {
        return Err(StatusCode::BAD_REQUEST);
    }
    let mut calls = Vec::new();
    let screen = match standin.merchants.check(&bill, &mut calls).await {
        Ok(()) => {
            let payment = Payment::new(bill).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
            let attempt = payment.id.clone();
            standin.attempts.add(Attempt::Called(Arc::new(payment)));
            Screen::Ready { attempt }
        }
        Err(problem) if problem.worth_repeating() => Screen::Trouble { problem, stage: Stage::Check },
        Err(problem) => Screen::Refused { problem, money_back: false },
    };
    Ok(Json(Answer { screen, calls }))
}

/// A button was pressed. The payment goes on to its end even if the phone goes away meanwhile, as at Payme.
pub(super) async fn press(
    State(standin): State<Arc<Standin>>,
    headers: HeaderMap,
    Json(pressed): Json<Pressed>,
    action: Action,
) -> Reply {
    same_site(&headers)?;
    let Some(attempt) = standin.attempts.find(&pressed.attempt) else {
        return Ok(Json(Answer { screen: Screen::Stale, calls: Vec::new() }));
    };
    let play = tokio::spawn(async move {
        let mut calls = Vec::new();
        let screen = match (attempt, action, &standin.click) {
            (Attempt::Called(payment), Action::Pay, _) => payment.pay(&standin.merchants, &mut calls).await,
            (Attempt::Called(payment), Action::Decline, _) => payment.decline(&standin.merchants, &mut calls).await,
            (Attempt::Called(payment), Action::Refund, _) => payment.refund(&standin.merchants, &mut calls).await,
            // Click has no call for a refund: it is the merchant who asks. Its page has no such button.
            (Attempt::Click(payment), Action::Pay | Action::Refund, Some(click)) => {
                payment.play(click, false, &mut calls).await
            }
            (Attempt::Click(payment), Action::Decline, Some(click)) => payment.play(click, true, &mut calls).await,
            (Attempt::Click(_), _, None) => Screen::Stale,
        };
        Answer { screen, calls }
    });
    play.await.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// Browsers say where a request comes from; other programs say nothing and are let through.
fn same_site(headers: &HeaderMap) -> Result<(), StatusCode> {
    match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        None | Some(b"same-origin") => Ok(()),
        Some(_) => Err(StatusCode::FORBIDDEN),
    }
}
