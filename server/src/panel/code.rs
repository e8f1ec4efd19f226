//! The second step of getting in, for who has turned it on: a code of the person's phone, or one of his recovery codes. It is also asked for
//! where he proves himself once more.

use super::attempts::{Counted, Wait};
use super::form::OpenForm;
use super::frame::{Frame, Stop, show};
use super::seat::Guest;
use super::{cookies, login, looks, say, totp};
use crate::app::App;
use crate::condition::Standing;
use crate::condition::clock;
use crate::limits::WRONG_KEY_DELAY;
use crate::net::Visitor;
use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::panel::{Admin, Audit, Deed};
use boothpay_protocol::second::SecondFactor;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use std::sync::Arc;

/// Where the code is asked for.
pub(super) const ADDRESS: &str = "/admin/login/code";

/// Tries of a change that somebody else may be making too.
const TRIES_MAX: u32 = 5;

#[derive(Template)]
#[template(path = "panel/code.html")]
struct CodePage {
    f: Frame,
    name: String,
    next: String,
    wrong: Option<String>,
    /// Why no code will fit, as far as the wallets' clocks know.
    clock: Option<String>,
    /// What this computer's clock says, to compare.
    time: String,
}

/// The page that asks for a code. Who has not given his password begins there.
pub(super) async fn page(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, Stop> {
    let guest = Guest::of(&parts, &app);
    let next = login::next_of(&guest.address);
    match waiting(&app, &parts).await? {
        Some(admin) => asked(&app, &guest, &admin, next, None),
        None => Err(super::frame::to_login(&next)),
    }
}

/// Lets somebody in who has given his password, and has a code.
pub(super) async fn enter(State(app): State<Arc<App>>, form: OpenForm) -> Result<Response, Stop> {
    let OpenForm { guest, fields, parts } = form;
    let next = login::safe(fields.get("next"));
    let Some(admin) = waiting(&app, &parts).await? else { return Err(super::frame::to_login(&next)) };
    match take(&app, &parts, admin.clone(), fields.get("code")).await? {
        Taken::Right(right) => {
            // Of his password, too: nobody comes here without the right one.
            let visitor = Visitor::of(&parts.extensions, &parts.headers);
            app.panel.attempts.give_back(Counted::password(&visitor, cookies::device(&parts, &admin)));
            login::let_in(&app, &parts, &right, next).await
        }
        Taken::Wrong => {
            let page = asked(&app, &guest, &admin, next, Some(guest.words.t("code.wrong").to_owned()))?;
            Ok((StatusCode::FORBIDDEN, page).into_response())
        }
        Taken::TooOften(Wait(seconds)) => {
            let wait = seconds.to_string();
            let wrong = guest.words.fill("code.wait", &[("seconds", &wait)]);
            let page = asked(&app, &guest, &admin, next, Some(wrong))?;
            Ok((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait)], page).into_response())
        }
    }
}

fn asked(app: &App, guest: &Guest, admin: &Admin, next: String, wrong: Option<String>) -> Result<Response, Stop> {
    let ahead = clock::ahead(app);
    let clock = ahead.filter(|_| matches!(clock::standing(ahead), Standing::Look | Standing::Bad)).map(|ahead| {
        let key = if ahead.ms() > 0 { "code.clock_ahead" } else { "code.clock_behind" };
        guest.words.fill(key, &[("seconds", &say::number(ahead.ms().saturating_abs() / 1000))])
    });
    let time = say::local(app.clock.now(), app).strftime("%H:%M:%S").to_string();
    show(&CodePage { f: guest.frame(app), name: admin.name.to_string(), next, wrong, clock, time })
}

/// Who has given his password in this browser, and waits for the code.
async fn waiting(app: &App, parts: &Parts) -> Result<Option<Admin>, Stop> {
    let Some(token) = cookies::session(parts) else { return Ok(None) };
    let digest = KeyDigest::of(token.as_bytes());
    if !app.panel.found.has(&digest) {
        looks::before_look(app, &Visitor::of(&parts.extensions, &parts.headers)).await;
    }
    let found = app.store.panel_session(digest).await?;
    let waits = found.filter(|(session, _)| session.awaits_code && !session.is_over(app.clock.now()));
    Ok(waits.map(|(_, admin)| admin))
}

/// What became of a code.
pub(super) enum Taken {
    /// It fits, and is used up: the person as he is kept now.
    Right(Box<Admin>),
    Wrong,
    TooOften(Wait),
}

/// Takes a code that was typed for somebody. A code is used up in the store, at the version of the person that was seen: of two who bring
/// the same one, to two servers also, one is let in.
pub(super) async fn take(app: &App, parts: &Parts, mut admin: Admin, typed: &str) -> Result<Taken, Stop> {
    let (visitor, now) = (Visitor::of(&parts.extensions, &parts.headers), app.clock.now());
    let from = visitor.address.to_string();
    let tried = match app.panel.attempts.take_code(&visitor, cookies::device(parts, &admin), &admin.name, now) {
        Ok(tried) => tried,
        Err(wait) => {
            if app.panel.refusals.is_news("codes of the panel") {
                tracing::warn!(
                    "too many codes are tried at the owner's panel for {}, the last one from {from}",
                    admin.name
                );
            }
            return Ok(Taken::TooOften(wait));
        }
    };
    for _ in 0..TRIES_MAX {
        let Some((second, audit)) = admin.second.as_ref().and_then(|second| used(second, typed, now)) else {
            return refused(app, &admin, &visitor).await;
        };
        let next = admin.with_second(Some(second));
        let audit = Audit { who: Some(admin.name.clone()), ..audit }.from(&from);
        if app.store.save_admin(next.clone(), false, audit).await? {
            app.panel.attempts.give_back(tried);
            return Ok(Taken::Right(Box::new(next)));
        }
        // He was changed in this very moment: perhaps by this very code.
        let now_kept = app.store.admins().await?.into_iter().find(|known| known.name == admin.name);
        match now_kept.filter(|known| known.password == admin.password) {
            Some(known) => admin = known,
            None => return refused(app, &admin, &visitor).await,
        }
    }
    Err(StoreError::Overloaded.into())
}

/// The second factor after a code, and what the audit says of it; none when the code does not fit, or not any more.
fn used(second: &SecondFactor, typed: &str, now: TimeMs) -> Option<(SecondFactor, Audit)> {
    if let Some(step) = totp::step_of(&second.secret, typed, now) {
        return Some((second.after_code(step)?, Audit::of(None, Deed::CodeTaken, now)));
    }
    let next = second.after_recovery(&totp::recovery_digest(typed)?)?;
    let audit = Audit::of(None, Deed::RecoveryUsed, now)
        .old(&second.recovery.len().to_string())
        .new_value(&next.recovery.len().to_string());
    Some((next, audit))
}

/// A wrong code is answered late, and told to the log and the audit once a minute from an address: whoever gives it knows the password.
async fn refused(app: &App, admin: &Admin, visitor: &Visitor) -> Result<Taken, Stop> {
    let from = visitor.address.to_string();
    if app.panel.refusals.is_news(&format!("a code from {from}")) {
        tracing::warn!(
            "a wrong code was given at the owner's panel, after the right password of {}, from {from}",
            admin.name
        );
        let audit = Audit::of(None, Deed::CodeRefused, app.clock.now()).about(admin.name.as_str()).from(&from);
        app.store.note_audit(audit).await?;
    }
    visitor.made_to_wait();
    tokio::time::sleep(WRONG_KEY_DELAY).await;
    Ok(Taken::Wrong)
}
