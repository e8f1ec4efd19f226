//! Who may get in: the owner adds people, gives them a link, takes them out.

use super::form::{OwnerForm, back};
use super::frame::{Frame, Section, Stop, When, show};
use super::link;
use super::seat::OwnerSeat;
use crate::app::App;
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::panel::{Admin, AdminName, Deed, NAME_CHARS_MAX, Role};
use std::sync::Arc;

/// People who may get in: more than one owner's booths have, and each try of a link looks at all.
const PEOPLE_MAX: usize = 50;

struct Person {
    name: String,
    role: &'static str,
    since: When,
    has_password: bool,
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
    /// A link that was just made, to be handed on: name and path. It is shown this once.
    made: Option<(String, String)>,
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
        link_until: admin.link.filter(|link| now < link.until).map(|link| When::of(link.until, app, words)),
    };
    let people = app.store.admins().await?.into_iter().map(person).collect();
    show(&PeoplePage { f: seat.frame(app, Section::People), people, name_chars: NAME_CHARS_MAX, made })
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
    let name = AdminName::parse(form.get("name"))
        .map_err(|_| form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "people.bad_name"))?;
    let role = Role::from_word(form.get("role"))
        .ok_or_else(|| form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form"))?;
    let known = app.store.admins().await?;
    if known.iter().any(|admin| admin.name == name) {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "people.known"));
    }
    if known.len() >= PEOPLE_MAX {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "people.too_many"));
    }
    let audit = form.audit(&app, Deed::PersonAdded).new_value(role.word());
    let path = link::issue(&app.store, app.clock.now(), &name, role, audit).await?;
    listed(&app, &form.seat, Some((name.to_string(), path))).await
}

/// Makes a new link for somebody; the one before is void.
pub(super) async fn new_link(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let admin = found(&app, name, &form).await?;
    let audit = form.audit(&app, Deed::LinkMade);
    let path = link::issue(&app.store, app.clock.now(), &admin.name, admin.role, audit).await?;
    listed(&app, &form.seat, Some((admin.name.to_string(), path))).await
}

/// Takes somebody out. Nobody takes himself out, so an owner stays.
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let admin = found(&app, name, &form).await?;
    if admin.name == form.seat.admin.name {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "people.self"));
    }
    let audit = form.audit(&app, Deed::PersonRemoved).about(admin.name.as_str()).old(admin.role.word());
    app.store.remove_admin(admin.name, audit).await?;
    Ok(back("/admin/people", "person_removed"))
}

async fn found(app: &App, name: Result<Path<String>, PathRejection>, form: &super::form::Form) -> Result<Admin, Stop> {
    let name = name.ok().and_then(|Path(name)| AdminName::parse(&name).ok());
    let admins = app.store.admins().await?;
    let admin = admins.into_iter().find(|admin| name.as_ref() == Some(&admin.name));
    admin.ok_or_else(|| form.refuse(app, StatusCode::NOT_FOUND, "stop.nothing"))
}
