//! Who may get in: the owner adds people, gives them a link, takes them out.

use super::form::{OwnerForm, back};
use super::frame::{Frame, Section, Stop, When, show};
use super::link::{self, LinkError};
use super::login::confirm;
use super::say;
use super::seat::OwnerSeat;
use crate::app::App;
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::panel::{Admin, AdminName, Deed, NAME_CHARS_MAX, PASSWORD_CHARS_MAX, Role};
use std::sync::Arc;

struct Person {
    name: String,
    role: &'static str,
    since: When,
    has_password: bool,
    has_second: bool,
    /// Until when a link of his works.
    link_until: Option<When>,
    is_me: bool,
}

#[derive(Template)]
#[template(path = "panel/people.html")]
struct PeoplePage {
    f: Frame,
    people: Vec<Person>,
    name_chars: usize,
    /// What an operator may do, with the sum of one order that he may give back.
    operator_may: String,
    /// A link that was just made, to be handed on: name and path. It is shown this once.
    made: Option<(String, String)>,
    /// The most characters of a password.
    most: usize,
}

/// The list.
pub(super) async fn page(State(app): State<Arc<App>>, OwnerSeat(seat): OwnerSeat) -> Result<Response, Stop> {
    listed(&app, &seat, None).await
}

async fn listed(app: &App, seat: &super::Seat, made: Option<(String, String)>) -> Result<Response, Stop> {
    let (now, words) = (app.clock.now(), seat.words());
    let person = |admin: Admin| Person {
        is_me: admin.name == seat.admin.name,
        name: admin.name.to_string(),
        role: words.t(role_key(admin.role)),
        since: When::of(admin.created_at, app, words),
        has_password: admin.password.is_some(),
        has_second: admin.second.is_some(),
        link_until: admin.link.filter(|link| now < link.until).map(|link| When::of(link.until, app, words)),
    };
    let people = app.store.admins().await?.into_iter().map(person).collect();
    let most = say::sum(app.settings.panel.operator_refund_tiyin, words.language());
    show(&PeoplePage {
        f: seat.frame(app, Section::People),
        people,
        name_chars: NAME_CHARS_MAX,
        operator_may: words.fill("role.operator_may", &[("soum", &most)]),
        made,
        most: PASSWORD_CHARS_MAX,
    })
}

/// The key of a role's name.
pub(super) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Owner => "role.owner",
        Role::Operator => "role.operator",
    }
}

/// Adds somebody, and shows the link by which he sets his password.
pub(super) async fn add(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let name = AdminName::parse(form.get("name")).ok().filter(|name| !name.is_not_for_people());
    let name = name.ok_or_else(|| {
        form.refuse_field(&app, StatusCode::UNPROCESSABLE_ENTITY, "people.bad_name", ("people.name", "name"))
    })?;
    let role = Role::from_word(form.get("role"))
        .ok_or_else(|| form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form"))?;
    if app.store.admins().await?.iter().any(|admin| admin.name == name) {
        return Err(form.refuse_field(&app, StatusCode::CONFLICT, "people.known", ("people.name", "name")));
    }
    confirm(&app, &form).await?;
    handed_out(&app, &form, &name, role).await
}

/// Makes a new link for somebody; the one before is void.
pub(super) async fn new_link(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let admin = found(&app, name, &form).await?;
    confirm(&app, &form).await?;
    handed_out(&app, &form, &admin.name, admin.role).await
}

/// The list with a new link for somebody.
async fn handed_out(app: &App, form: &super::form::Form, name: &AdminName, role: Role) -> Result<Response, Stop> {
    let audit = form.audit(app, Deed::LinkMade);
    match link::issue(&app.store, app.clock.now(), name, role, audit).await {
        Ok(made) => listed(app, &form.seat, Some((name.to_string(), made.path))).await,
        Err(LinkError::TooMany) => Err(form.refuse(app, StatusCode::CONFLICT, "people.too_many")),
        Err(LinkError::Store(error)) => Err(error.into()),
    }
}

/// Takes somebody out. Nobody takes himself out, and the store keeps the last owner, so one stays also when two take each other out.
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let admin = found(&app, name, &form).await?;
    if admin.name == form.seat.admin.name {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "people.self"));
    }
    confirm(&app, &form).await?;
    let audit = form.audit(&app, Deed::PersonRemoved).about(admin.name.as_str()).old(admin.role.word());
    if !app.store.remove_admin(admin.name, audit).await? {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "people.stays"));
    }
    Ok(back("/admin/people", "person_removed"))
}

/// Takes somebody's second factor away: he has lost his phone and his recovery codes. His password stays as it is.
pub(super) async fn take_second(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let admin = found(&app, name, &form).await?;
    if admin.name == form.seat.admin.name {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "people.second_self"));
    }
    confirm(&app, &form).await?;
    let audit = form.audit(&app, Deed::SecondTakenAway).about(admin.name.as_str());
    if admin.second.is_none() || !app.store.save_admin(admin.with_second(None), false, audit).await? {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "me.changed"));
    }
    Ok(back("/admin/people", "second_taken"))
}

async fn found(app: &App, name: Result<Path<String>, PathRejection>, form: &super::form::Form) -> Result<Admin, Stop> {
    let name = name.ok().and_then(|Path(name)| AdminName::parse(&name).ok());
    let admins = app.store.admins().await?;
    let admin = admins.into_iter().find(|admin| name.as_ref() == Some(&admin.name));
    admin.ok_or_else(|| form.refuse(app, StatusCode::NOT_FOUND, "stop.nothing"))
}
