//! One-time links: how a person sets his password. A link is drawn from 256 random bits, works once and for a day, and only its digest
//! is kept.

use super::form::OpenForm;
use super::frame::{Frame, Stop, show};
use super::seat::Guest;
use super::{login, looks, password};
use crate::access::pairing;
use crate::app::App;
use crate::clock::Clock;
use crate::net::Visitor;
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::panel::{
    Admin, AdminName, Audit, Deed, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PEOPLE_MAX, Role,
};
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_protocol::time::TimeMs;
use boothpay_store::{Store, StoreError};
use std::sync::Arc;

/// Tries of a change that somebody else may be making too.
const TRIES_MAX: u32 = 5;

/// What the start of a server has to say about the panel.
pub enum FirstLink {
    /// Nobody has set a password yet: the path of a link by which the owner does.
    New(String),
    /// Somebody has.
    Settled,
}

/// At the start: as long as nobody has a password, each start makes a new link, and the one before is void.
pub async fn first_link(store: &Store, clock: &Clock) -> Result<FirstLink, StoreError> {
    if store.admins().await?.iter().any(|admin| admin.password.is_some()) {
        return Ok(FirstLink::Settled);
    }
    let audit = Audit::of(None, Deed::LinkMade, clock.now());
    match issue(store, clock.now(), &AdminName::owner(), Role::Owner, audit).await {
        Ok(made) => Ok(FirstLink::New(made.path)),
        Err(LinkError::Store(error)) => Err(error),
        // Nobody is let in by chance: whoever has so many people without a password asks for a link by name.
        Err(LinkError::TooMany) => Ok(FirstLink::Settled),
    }
}

/// A one-time link that was made.
pub struct NewLink {
    /// Its path.
    pub path: String,
    /// Whether the person was not there before.
    pub is_new_person: bool,
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody of that name is there, and there is no room.
    #[error("{PEOPLE_MAX} people may use the panel already; remove somebody on its page \"People\"")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A link for whoever has lost the way in. A person who is not there yet comes with it, as an owner. His password holds until the
/// link is used.
pub async fn new_link(store: &Store, clock: &Clock, name: &AdminName) -> Result<NewLink, LinkError> {
    issue(store, clock.now(), name, Role::Owner, Audit::of(None, Deed::LinkMade, clock.now())).await
}

/// Makes a link for somebody, and him, if he is not there; the audit says which.
pub(super) async fn issue(
    store: &Store,
    now: TimeMs,
    name: &AdminName,
    role: Role,
    audit: Audit,
) -> Result<NewLink, LinkError> {
    let token: Secret = pairing::new_token().ok_or(StoreError::Bug)?;
    for _ in 0..TRIES_MAX {
        let all = store.admins().await?;
        let known = all.iter().find(|admin| admin.name == *name);
        let audit = audit.clone().about(name.as_str());
        let (next, audit) = match known {
            Some(admin) => (admin.with_link(token.digest(), now), Audit { deed: Deed::LinkMade, ..audit }),
            None if all.len() >= PEOPLE_MAX => return Err(LinkError::TooMany),
            None => {
                let new = Admin { version: 1, ..Admin::new(name.clone(), role, now).with_link(token.digest(), now) };
                (new, Audit { deed: Deed::PersonAdded, ..audit.new_value(role.word()) })
            }
        };
        if store.save_admin(next, false, audit).await? {
            return Ok(NewLink { path: format!("/admin/link/{}", token.reveal()), is_new_person: known.is_none() });
        }
    }
    Err(StoreError::Overloaded.into())
}

#[derive(Template)]
#[template(path = "panel/link.html")]
struct LinkPage {
    f: Frame,
    name: String,
    /// Whether his second factor goes with the old password.
    has_second: bool,
    path: String,
    least: String,
    most: usize,
    wrong: Option<&'static str>,
}

/// The page at which a password is set. Looking at it uses nothing up.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    guest: Guest,
    visitor: Visitor,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, Stop> {
    let admin = found(&app, &guest, &visitor, token).await?;
    let (name, path) = (admin.name.to_string(), guest.address.clone());
    show(&LinkPage {
        f: guest.frame(&app),
        name,
        has_second: admin.second.is_some(),
        path,
        least: PASSWORD_CHARS_MIN.to_string(),
        most: PASSWORD_CHARS_MAX,
        wrong: None,
    })
}

/// Sets the password, ends all sessions of the person and lets him in.
pub(super) async fn redeem(
    State(app): State<Arc<App>>,
    token: Result<Path<String>, PathRejection>,
    form: OpenForm,
) -> Result<Response, Stop> {
    let OpenForm { guest, fields, parts } = form;
    let visitor = Visitor::of(&parts.extensions, &parts.headers);
    let admin = found(&app, &guest, &visitor, token).await?;
    let (password, repeated) = (fields.get("password"), fields.get("again"));
    let again = |status: StatusCode, wrong: &'static str| {
        let (name, path) = (admin.name.to_string(), guest.address.clone());
        let page = show(&LinkPage {
            f: guest.frame(&app),
            name,
            has_second: admin.second.is_some(),
            path,
            least: PASSWORD_CHARS_MIN.to_string(),
            most: PASSWORD_CHARS_MAX,
            wrong: Some(wrong),
        })?;
        Ok::<_, Stop>((status, page).into_response())
    };
    if let Some(fault) = password::fault(password, repeated, &admin.name) {
        return again(StatusCode::UNPROCESSABLE_ENTITY, fault);
    }
    let kept = match app.panel.passwords.keep(password.to_owned()).await {
        Ok(kept) => kept,
        Err(why) => return again(StatusCode::SERVICE_UNAVAILABLE, login::not_judged(why)),
    };
    let audit = |deed| {
        let audit = Audit::of(Some(admin.name.clone()), deed, app.clock.now());
        audit.about(admin.name.as_str()).from(&visitor.address.to_string())
    };
    // Somebody else has used the link, or made a new one, in this very moment.
    let void = || guest.frame(&app).stop(StatusCode::GONE, "link.void");
    // A link is the way in of who has lost the others: the phone, too. Both go in one commit: the old password never opens alone what it
    // opened with the phone.
    let next = Admin { second: None, ..admin.with_password(kept) };
    let set = audit(Deed::PasswordSet);
    let is_kept = match admin.second {
        Some(_) => app.store.renew_admin(next.clone(), audit(Deed::SecondTakenAway), set).await?,
        None => app.store.save_admin(next.clone(), true, set).await?,
    };
    if !is_kept {
        return Err(void());
    }
    tracing::info!("a password of the owner's panel was set for {}, from {}", admin.name, visitor.address);
    login::let_in(&app, &parts, &next, "/admin".to_owned()).await
}

/// Whose link it is. A right one is never refused, whatever was tried from its address before.
async fn found(
    app: &Arc<App>,
    guest: &Guest,
    visitor: &Visitor,
    token: Result<Path<String>, PathRejection>,
) -> Result<Admin, Stop> {
    let digest = token.map(|Path(token)| KeyDigest::of(token.as_bytes())).ok();
    let now = app.clock.now();
    let opens = |admin: &Admin| digest.is_some_and(|digest| admin.opens(&digest, now));
    looks::before_look(app, visitor).await;
    let found = app.store.admins().await?.into_iter().find(opens);
    found.ok_or_else(|| guest.frame(app).stop(StatusCode::GONE, "link.void"))
}
