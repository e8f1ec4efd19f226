//! Getting in by a password, getting out, and choosing a language. What is asked for after the password is in [`super::code`].

use super::attempts::{Counted, Wait};
use super::code::Taken;
use super::form::{Form, OpenForm, back};
use super::frame::{Frame, Stop, show};
use super::password::NotJudged;
use super::seat::{Guest, Seat};
use super::{at_booth, code, cookies, looks};
use crate::access::{ends, pairing};
use crate::app::App;
use crate::limits::WRONG_KEY_DELAY;
use crate::net::Visitor;
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::panel::{
    Admin, AdminName, Audit, Deed, PASSWORD_CHARS_MAX, PanelSession, SESSION_IDLE, SESSION_LIFETIME,
};
use boothpay_protocol::secret::{KeyDigest, Secret};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "panel/login.html")]
struct LoginPage {
    f: Frame,
    name: String,
    next: String,
    most: usize,
    wrong: Option<String>,
}

/// The page where one gets in. Who is in already goes on.
pub(super) async fn page(State(app): State<Arc<App>>, mut parts: Parts) -> Result<Response, Stop> {
    let guest = Guest::of(&parts, &app);
    let next = next_of(&guest.address);
    if Seat::from_request_parts(&mut parts, &app).await.is_ok() {
        return Ok(Redirect::to(&next).into_response());
    }
    show(&LoginPage {
        f: guest.frame(&app),
        name: AdminName::owner().to_string(),
        next,
        most: PASSWORD_CHARS_MAX,
        wrong: None,
    })
}

/// Lets somebody in who has the password.
pub(super) async fn enter(State(app): State<Arc<App>>, form: OpenForm) -> Result<Response, Stop> {
    let OpenForm { guest, fields, parts } = form;
    looks::before_look(&app, &Visitor::of(&parts.extensions, &parts.headers)).await;
    let admin = match AdminName::parse(fields.get("name")) {
        Ok(name) => app.store.admins().await?.into_iter().find(|admin| admin.name == name),
        Err(_) => None,
    };
    let again = |status: StatusCode, wrong: String| {
        let (name, next) = (fields.get("name").to_owned(), safe(fields.get("next")));
        let page = show(&LoginPage { f: guest.frame(&app), name, next, most: PASSWORD_CHARS_MAX, wrong: Some(wrong) })?;
        Ok::<_, Stop>((status, page).into_response())
    };
    match judge(&app, &parts, None, admin, fields.get("password")).await? {
        // Counted until his code is there: who knows a password goes on asking for codes, and each is a row.
        Judged::Right(admin, _) if admin.second.is_some() => {
            let next: String = form_urlencoded::byte_serialize(safe(fields.get("next")).as_bytes()).collect();
            begin(&app, &parts, &admin, true, format!("{}?next={next}", code::ADDRESS)).await
        }
        Judged::Right(admin, tried) => {
            app.panel.attempts.give_back(tried);
            let_in(&app, &parts, &admin, safe(fields.get("next"))).await
        }
        Judged::Wrong => again(StatusCode::FORBIDDEN, guest.words.t("login.wrong").to_owned()),
        Judged::TooOften(Wait(seconds)) => {
            let wait = seconds.to_string();
            let page = again(StatusCode::TOO_MANY_REQUESTS, guest.words.fill("login.wait", &[("seconds", &wait)]))?;
            Ok(([(header::RETRY_AFTER, wait)], page).into_response())
        }
        Judged::Not(why) => again(StatusCode::SERVICE_UNAVAILABLE, guest.words.t(not_judged(why)).to_owned()),
    }
}

/// Whoever changes who may get in proves himself once more: of a session that somebody else got hold of comes no way in that outlasts it.
/// Who he is after that, as the code that he gave is taken.
pub(super) async fn confirm(app: &App, form: &Form) -> Result<Admin, Stop> {
    proven(app, form).await?.map_err(|(status, why)| form.refuse_proof(app, status, why))
}

/// The same for a page that says itself why not, in words.
pub(super) async fn proven(app: &App, form: &Form) -> Result<Result<Admin, (StatusCode, String)>, Stop> {
    let words = form.seat.words();
    let said = |status, key| Ok(Err((status, words.t(key).to_owned())));
    let too_often = |Wait(seconds)| {
        let why = words.fill("confirm.wait", &[("seconds", &seconds.to_string())]);
        Ok(Err((StatusCode::TOO_MANY_REQUESTS, why)))
    };
    let (admin, password) = match judge(
        app,
        &form.parts,
        Some(&form.seat.admin.name),
        Some(form.seat.admin.clone()),
        form.fields.get("own_password"),
    )
    .await?
    {
        Judged::Right(admin, tried) => (admin, tried),
        Judged::Wrong => return said(StatusCode::FORBIDDEN, "confirm.wrong"),
        Judged::TooOften(wait) => return too_often(wait),
        Judged::Not(why) => return said(StatusCode::SERVICE_UNAVAILABLE, not_judged(why)),
    };
    let admin = if admin.second.is_none() {
        admin
    } else {
        match code::take(app, &form.parts, *admin, form.get("code")).await? {
            Taken::Right(admin) => admin,
            Taken::Wrong => return said(StatusCode::FORBIDDEN, "confirm.wrong_code"),
            Taken::TooOften(wait) => return too_often(wait),
        }
    };
    app.panel.attempts.give_back(password);
    Ok(Ok(*admin))
}

/// What a typed password is.
enum Judged {
    /// It is his; and the try that it was, for who gives it back.
    Right(Box<Admin>, Counted),
    Wrong,
    TooOften(Wait),
    Not(NotJudged),
}

/// Judges a password that was typed for somebody, or for a name that nobody has; by `who`, where it is somebody who is in. A wrong one is noted, and
/// answered late.
async fn judge(
    app: &App,
    parts: &Parts,
    who: Option<&AdminName>,
    admin: Option<Admin>,
    password: &str,
) -> Result<Judged, Stop> {
    let visitor = Visitor::of(&parts.extensions, &parts.headers);
    let device = admin.as_ref().and_then(|admin| cookies::device(parts, admin));
    let tried = match app.panel.attempts.take(&visitor, device, app.clock.now()) {
        Ok(tried) => tried,
        Err(wait) => {
            if app.panel.refusals.is_news("passwords of the panel") {
                tracing::warn!(
                    "too many passwords are tried at the owner's panel, the last one from {}",
                    visitor.address
                );
            }
            return Ok(Judged::TooOften(wait));
        }
    };
    let kept = admin.as_ref().and_then(|admin| admin.password.clone());
    match (app.panel.passwords.is_right(password.to_owned(), kept).await, admin) {
        (Ok(true), Some(admin)) => Ok(Judged::Right(Box::new(admin), tried)),
        (Ok(_), admin) => {
            note_refusal(app, who, admin.as_ref().map(|admin| &admin.name), &visitor).await?;
            visitor.made_to_wait();
            tokio::time::sleep(WRONG_KEY_DELAY).await;
            Ok(Judged::Wrong)
        }
        (Err(why), _) => {
            app.panel.attempts.give_back(tried);
            Ok(Judged::Not(why))
        }
    }
}

/// Why a password was not judged, in words.
pub(super) const fn not_judged(why: NotJudged) -> &'static str {
    match why {
        NotJudged::Busy => "login.busy",
        NotJudged::Failed => "login.failed",
    }
}

/// The log and the audit hear of a wrong password, once a minute from an address: whoever goes on guessing fills no disk. A name that
/// nobody has is told to neither: some people type their password there.
async fn note_refusal(
    app: &App,
    who: Option<&AdminName>,
    known: Option<&AdminName>,
    visitor: &Visitor,
) -> Result<(), Stop> {
    let from = visitor.address.to_string();
    if !app.panel.refusals.is_news(&format!("a password from {from}")) {
        return Ok(());
    }
    let name = known.map_or("a name that nobody has", AdminName::as_str);
    let mistyped = if who.is_some() { ", who is in and was asked for it again" } else { "" };
    tracing::warn!("a wrong password was tried at the owner's panel, for {name}{mistyped}, from {from}");
    let audit = Audit::of(who.cloned(), Deed::LoginRefused, app.clock.now()).from(&from);
    let audit = match known {
        Some(name) => audit.about(name.as_str()),
        None => audit,
    };
    Ok(app.store.note_audit(audit).await?)
}

/// Lets somebody in who has proven himself.
pub(super) async fn let_in(app: &App, parts: &Parts, admin: &Admin, next: String) -> Result<Response, Stop> {
    begin(app, parts, admin, false, next).await
}

/// Gives a browser a session, always a new one: whatever it carried before is nobody's any more. With `awaits_code` nobody is in by it yet.
async fn begin(app: &App, parts: &Parts, admin: &Admin, awaits_code: bool, next: String) -> Result<Response, Stop> {
    let now = app.clock.now();
    let from = Visitor::of(&parts.extensions, &parts.headers).address.to_string();
    let audit = |who: &Admin, deed| Audit::of(Some(who.name.clone()), deed, now).from(&from);
    app.store.forget_panel_sessions(now.minus(SESSION_IDLE), now.minus(SESSION_LIFETIME)).await?;
    let mut after = None;
    if let Some(before) = cookies::session(parts) {
        let before = KeyDigest::of(before.as_bytes());
        app.panel.stays.end(&before);
        // It may have been another person's.
        match app.store.panel_session(before).await? {
            Some((session, _)) if session.awaits_code => after = Some(before),
            Some((_, who)) => {
                app.store.end_panel_session(before, audit(&who, Deed::LoggedOut)).await?;
            }
            None => {}
        }
    }
    let token: Secret = pairing::new_token().ok_or_else(|| Stop::status(StatusCode::SERVICE_UNAVAILABLE))?;
    let session =
        PanelSession { digest: token.digest(), admin: admin.name.clone(), created_at: now, seen_at: now, awaits_code };
    let deed = if awaits_code { Deed::CodeAsked } else { Deed::LoggedIn };
    if !app.store.start_panel_session(session, admin.version, after, audit(admin, deed)).await? {
        // He was changed in this very moment.
        return Err(super::frame::to_login("/admin"));
    }
    app.panel.found.add(&token.digest());
    let is_known = awaits_code || cookies::device(parts, admin).is_some();
    if !awaits_code {
        ends::prove(parts);
    }
    let device = if is_known { None } else { cookies::set_device(parts, admin) };
    let set = cookies::set_session(parts, token.reveal()).into_iter().chain(device).map(|cookie| (SET_COOKIE, cookie));
    Ok((AppendHeaders(set), Redirect::to(&next)).into_response())
}

/// Ends the session.
pub(super) async fn leave(State(app): State<Arc<App>>, parts: Parts, form: Form) -> Result<Response, Stop> {
    let audit = form.audit(&app, Deed::LoggedOut);
    if form.seat.at_booth.is_some() {
        let cookie = at_booth::end(&app, &parts, &form.seat.session.digest).map(|cookie| [(SET_COOKIE, cookie)]);
        app.store.note_audit(audit).await?;
        return Ok((cookie, Redirect::to("/")).into_response());
    }
    let cookie = cookies::drop_session(&parts).map(|cookie| [(SET_COOKIE, cookie)]);
    app.store.end_panel_session(form.seat.session.digest, audit).await?;
    Ok((cookie, back("/admin/login", "logged_out")).into_response())
}

/// Keeps the language that was chosen, and goes back to the page where it was.
pub(super) async fn language(form: OpenForm) -> Response {
    let chosen = Language::from_code(form.fields.get("language"));
    let cookie = chosen.and_then(|language| cookies::set_language(&form.parts, language));
    (cookie.map(|cookie| [(SET_COOKIE, cookie)]), Redirect::to(&safe(form.fields.get("back")))).into_response()
}

/// The address in `?next=`.
pub(super) fn next_of(address: &str) -> String {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let next = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next");
    safe(next.as_ref().map_or("", |(_, next)| next))
}

/// An address of the panel; its first page instead of any other.
pub(super) fn safe(address: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    let path = address.split(['?', '#']).next().unwrap_or("");
    let ours = path == "/admin" || path.starts_with("/admin/");
    if ours && !path.contains("//") && address.bytes().all(plain) { address.to_owned() } else { "/admin".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_into_the_panel_and_nowhere_else() {
        for ours in ["/admin", "/admin/orders/74S88WN2", "/admin/orders?q=1%20000&status=paid"] {
            assert_eq!(safe(ours), ours);
            let sent: String = form_urlencoded::byte_serialize(ours.as_bytes()).collect();
            assert_eq!(next_of(&format!("/admin/login?next={sent}")), ours);
        }
        for other in [
            "",
            "https://evil.example/admin",
            "//evil.example",
            "/admin//evil",
            "/administrator",
            "/",
            "/admin\\evil",
            "/admin\r\nX: y",
        ] {
            assert_eq!(safe(other), "/admin", "{other}");
        }
    }
}
