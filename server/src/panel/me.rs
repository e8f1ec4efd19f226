//! A person's own page: his second factor, turned on and off.

use super::form::{Form, back};
use super::frame::{Frame, Section, Stop, show};
use super::people::role_key;
use super::seat::Seat;
use super::{login, totp};
use crate::app::App;
use crate::qr;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::panel::{Deed, PASSWORD_CHARS_MAX};
use boothpay_protocol::second::SecondFactor;
use boothpay_protocol::secret::Secret;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "panel/me.html")]
struct MePage {
    f: Frame,
    name: String,
    role: &'static str,
    second: Second,
    most: usize,
    /// The key of the words that say why it was not turned on.
    wrong: Option<String>,
}

/// How it stands with the second factor.
enum Second {
    /// It is off, and can be turned on with this.
    Off(Offer),
    /// It is on, with so many recovery codes left.
    On(String),
    /// It was turned on in this moment: the recovery codes, which are shown this once.
    New(Vec<String>),
}

/// A secret that nobody has yet.
struct Offer {
    secret: String,
    /// The same, in groups.
    shown: String,
    /// The QR code's path, and the side of its picture.
    path: String,
    side: usize,
}

impl Offer {
    fn of(secret: &Secret, app: &App, seat: &Seat) -> Option<Self> {
        let address = totp::address(secret, &app.settings.booth.name, seat.admin.name.as_str());
        let (side, path) = qr::path(&address)?;
        Some(Self { secret: secret.reveal().to_owned(), shown: totp::grouped(secret.reveal(), " "), path, side })
    }
}

fn shown(app: &App, seat: &Seat, second: Second, wrong: Option<String>) -> Result<Response, Stop> {
    show(&MePage {
        f: seat.frame(app, Section::None),
        name: seat.admin.name.to_string(),
        role: seat.words().t(role_key(seat.admin.role)),
        second,
        most: PASSWORD_CHARS_MAX,
        wrong,
    })
}

/// The page. With each look it offers a new secret; none is kept until its first code has come.
pub(super) async fn page(State(app): State<Arc<App>>, seat: Seat) -> Result<Response, Stop> {
    let second = match &seat.admin.second {
        Some(second) => Second::On(second.recovery.len().to_string()),
        None => {
            let offer = totp::new_secret().and_then(|secret| Offer::of(&secret, &app, &seat));
            Second::Off(offer.ok_or_else(|| Stop::status(StatusCode::SERVICE_UNAVAILABLE))?)
        }
    };
    shown(&app, &seat, second, None)
}

/// Turns it on, with the secret that the page offered: by a code, which shows that the phone has it, and the own password.
pub(super) async fn turn_on(State(app): State<Arc<App>>, form: Form) -> Result<Response, Stop> {
    if form.seat.admin.second.is_some() {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "me.changed"));
    }
    let secret = totp::secret_as_sent(form.get("secret"));
    let offered = secret.and_then(|secret| Some((Offer::of(&secret, &app, &form.seat)?, secret)));
    let Some((offer, secret)) = offered else {
        return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form"));
    };
    let again = |status: StatusCode, why| {
        let page = shown(&app, &form.seat, Second::Off(offer), Some(why))?;
        Ok((status, page).into_response())
    };
    // The code proves nothing but that the phone has the secret: whoever sends it has the secret too. So it is not counted.
    let Some(step) = totp::step_of(&secret, form.get("code"), app.clock.now()) else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, form.seat.words().t("me.wrong_code").to_owned());
    };
    let admin = match login::proven(&app, &form).await? {
        Ok(admin) => admin,
        Err((status, why)) => return again(status, why),
    };
    let codes = totp::new_recovery()?;
    let recovery = codes.iter().filter_map(|code| totp::recovery_digest(code)).collect();
    let next = admin.with_second(Some(SecondFactor { secret, step, recovery }));
    if !app.store.save_admin(next, false, form.audit(&app, Deed::SecondTurnedOn)).await? {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "me.changed"));
    }
    shown(&app, &form.seat, Second::New(codes), None)
}

/// Turns it off: by the own password and a code, of the phone or a recovery code.
pub(super) async fn turn_off(State(app): State<Arc<App>>, form: Form) -> Result<Response, Stop> {
    if form.seat.admin.second.is_none() {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "me.changed"));
    }
    let admin = login::confirm(&app, &form).await?;
    if !app.store.save_admin(admin.with_second(None), false, form.audit(&app, Deed::SecondTurnedOff)).await? {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "me.changed"));
    }
    Ok(back("/admin/me", "second_off"))
}
