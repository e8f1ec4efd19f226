//! Wallets: which are connected and by whom, and a page for each on which the owner connects it by pasting. What he sets is in force at
//! once ([`crate::connecting`]); a wallet of the settings file is shown and not touched, because that file wins.

mod form;
mod page;
mod steps;
pub(super) mod test_order;

use super::form::{Form, OwnerForm, back};
use super::frame::{self, Frame, Section, Stop, When, show};
use super::login::{confirm, proven};
use super::seat::{OwnerSeat, Seat};
use super::today::provider_key;
use super::words::Words;
use crate::app::App;
use crate::condition::wallets::Known;
use crate::config::Mode;
use crate::config::connected::{Connection, Connects, WALLETS};
use crate::connecting::{self, Refusal};
use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::panel::Deed;
use boothpay_protocol::providers;
use boothpay_store::{OrderSearch, StoreError};
use page::{Live, WalletPage};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use test_order::TestOrder;

/// Open payments that are counted: more than one, and it is no matter how many.
const OPEN_COUNTED: u32 = 100;

/// How a wallet is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nobody connected it.
    Not,
    /// By the panel, to be tried.
    Trying,
    /// By the panel, for customers.
    Real,
    /// By the panel, and the screen does not offer it any more.
    Ended,
    /// In the settings file or the environment.
    Settings,
    /// It is played.
    Demo,
}

impl Standing {
    fn of(app: &App, wallet: Provider) -> Self {
        match (app.settings.mode, app.settings.connections.of(wallet)) {
            (Mode::Demo, _) => Self::Demo,
            (_, Connects::Nobody) => Self::Not,
            (_, Connects::Settings(_)) => Self::Settings,
            (_, Connects::Panel(connection)) if !connection.offered => Self::Ended,
            (_, Connects::Panel(connection)) if connection.real => Self::Real,
            (_, Connects::Panel(_)) => Self::Trying,
        }
    }

    /// The key of its words.
    const fn key(self) -> &'static str {
        match self {
            Self::Not => "wallets.not",
            Self::Trying => "wallets.trying",
            Self::Real => "wallets.real",
            Self::Ended => "wallets.ended",
            Self::Settings => "wallets.settings",
            Self::Demo => "wallets.demo",
        }
    }

    /// The colour of its word.
    const fn tone(self) -> &'static str {
        match self {
            Self::Not | Self::Demo => "unknown",
            Self::Trying | Self::Ended => "look",
            Self::Real | Self::Settings => "good",
        }
    }
}

/// A row of the list.
struct Row {
    word: &'static str,
    name: &'static str,
    state: &'static str,
    tone: &'static str,
    /// When it last called and was answered as it wanted.
    last: Option<When>,
    /// When a payment of its was begun last, where no call is remembered.
    last_order: Option<When>,
    /// The reason, where its calls are refused.
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "panel/wallets.html")]
struct ListPage {
    f: Frame,
    rows: Vec<Row>,
    lost: bool,
}

/// The list.
pub(super) async fn page(State(app): State<Arc<App>>, OwnerSeat(seat): OwnerSeat) -> Result<Response, Stop> {
    let words = seat.words();
    let mut rows = Vec::new();
    for wallet in WALLETS {
        let (standing, known) = (Standing::of(&app, wallet), Known::of(&app, wallet));
        let last = known.well.as_ref().map(|call| When::of(call.at, &app, words));
        let last_order = if last.is_none() { last_order(&app, wallet, words).await? } else { None };
        rows.push(Row {
            word: wallet.word(),
            name: words.t(provider_key(wallet)),
            state: words.t(standing.key()),
            tone: standing.tone(),
            last,
            last_order,
            refused: known.refused.and_then(|(call, _)| super::why::call::reason(&call, &app, words)),
        });
    }
    show(&ListPage { f: seat.frame(&app, Section::Wallets), rows, lost: app.connecting.is_lost() })
}

async fn last_order(app: &App, wallet: Provider, words: &Words) -> Result<Option<When>, StoreError> {
    let search = OrderSearch { provider: Some(wallet), ..OrderSearch::default() };
    let page = app.store.find_orders(search, 1).await?;
    Ok(page.rows.first().map(|row| When::of(row.order.created_at, app, words)))
}

/// The page of a wallet.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    wallet: Result<Path<String>, PathRejection>,
    OwnerSeat(seat): OwnerSeat,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Stop> {
    let wallet = named(&app, &seat, wallet)?;
    let order = asked.ok().and_then(|Query(asked)| asked.order);
    let mut page = WalletPage::of(&app, &seat, wallet, Typed::default()).await?;
    page.test_order = TestOrder::named(&app, order.as_deref(), seat.words()).await?;
    show(&page)
}

/// What the address of a wallet's page says.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    /// An order that was just made for its tests.
    order: Option<String>,
}

/// The part of it that comes by itself.
pub(super) async fn live(
    State(app): State<Arc<App>>,
    wallet: Result<Path<String>, PathRejection>,
    OwnerSeat(seat): OwnerSeat,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let wallet = named(&app, &seat, wallet)?;
    frame::live(&Live::of(&app, seat.words(), wallet).await?, &headers)
}

fn named(app: &App, seat: &Seat, wallet: Result<Path<String>, PathRejection>) -> Result<Provider, Stop> {
    let wallet = wallet.ok().and_then(|Path(word)| WALLETS.into_iter().find(|wallet| wallet.word() == word));
    wallet.ok_or_else(|| seat.frame(app, Section::Wallets).stop(StatusCode::NOT_FOUND, "stop.nothing"))
}

/// What somebody typed who has to look at it again. Secrets are not given back.
#[derive(Default)]
struct Typed {
    values: BTreeMap<&'static str, String>,
    is_real: Option<bool>,
    wrong: BTreeMap<&'static str, String>,
    /// What is wrong with all of it, as the settings say it, in English.
    findings: Vec<String>,
    /// Why nothing was changed.
    stop: Option<String>,
}

/// Connects a wallet, or changes how it is connected.
pub(super) async fn connect(
    State(app): State<Arc<App>>,
    wallet: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let wallet = named(&app, &form.seat, wallet)?;
    let before = of_panel(&app, wallet, &form)?;
    let is_real = match form.get("use") {
        "real" => true,
        "try" => false,
        _ => return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form")),
    };
    let judged = form::judge(wallet, |name| form.get(name), is_real, before.as_ref(), form.seat.words());
    let values = match judged {
        Ok(values) => values,
        Err(wrong) => {
            let typed = Typed { is_real: Some(is_real), wrong, ..Typed::default() };
            return again(&app, &form, wallet, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
        }
    };
    if let Err((status, why)) = proven(&app, &form).await? {
        let typed = Typed { is_real: Some(is_real), stop: Some(why), ..Typed::default() };
        return again(&app, &form, wallet, status, typed).await;
    }
    let now = app.clock.now();
    let by = form.seat.admin.name.to_string();
    let connection = Connection { real: is_real, offered: true, by, at_ms: now.ms(), values };
    let begins = !is_real && before.as_ref().is_none_or(|before| before.real);
    let audit = audited(&app, &form, wallet, before.as_ref(), Some(&connection));
    match connecting::change(&app, wallet, Some(connection), begins, audit).await {
        Ok(()) => Ok(back(&address_of(wallet), "wallet_connected")),
        Err(Refusal::Findings(findings)) => {
            let findings = findings.iter().map(ToString::to_string).collect();
            let typed = Typed { is_real: Some(is_real), findings, ..Typed::default() };
            again(&app, &form, wallet, StatusCode::UNPROCESSABLE_ENTITY, typed).await
        }
        Err(refusal) => Err(refused(&app, &form, refusal)),
    }
}

/// The page with what was typed, and what is wrong with it.
async fn again(
    app: &Arc<App>,
    form: &Form,
    wallet: Provider,
    status: StatusCode,
    mut typed: Typed,
) -> Result<Response, Stop> {
    for field in form::fields(wallet) {
        let value = form.get(field.name);
        if !field.is_secret() {
            typed.values.insert(field.name, value.chars().take(form::FIELD_CHARS_MAX).collect());
        } else if !value.is_empty() {
            let paste = form.seat.words().t("wallets.paste_again");
            typed.wrong.entry(field.name).or_insert_with(|| paste.to_owned());
        }
    }
    let page = show(&WalletPage::of(app, &form.seat, wallet, typed).await?)?;
    Ok((status, page).into_response())
}

/// Takes a wallet from the screen, or offers it again. Its key stays, so everything that has begun is answered.
pub(super) async fn offer(
    State(app): State<Arc<App>>,
    wallet: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let wallet = named(&app, &form.seat, wallet)?;
    let Some(before) = of_panel(&app, wallet, &form)? else {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "wallets.is_not"));
    };
    let offered = match form.get("offered") {
        "yes" => true,
        "no" => false,
        _ => return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form")),
    };
    confirm(&app, &form).await?;
    let connection = Connection { offered, ..before.clone() };
    let audit = audited(&app, &form, wallet, Some(&before), Some(&connection));
    connecting::change(&app, wallet, Some(connection), false, audit).await.map_err(|it| refused(&app, &form, it))?;
    Ok(back(&address_of(wallet), if offered { "wallet_offered" } else { "wallet_ended" }))
}

/// Forgets a wallet's key, once nothing is under way by it.
pub(super) async fn forget(
    State(app): State<Arc<App>>,
    wallet: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let wallet = named(&app, &form.seat, wallet)?;
    let Some(before) = of_panel(&app, wallet, &form)?.filter(|before| !before.offered) else {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "wallets.still_offered"));
    };
    if open_payments(&app, wallet).await? > 0 {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "wallets.still_open"));
    }
    confirm(&app, &form).await?;
    let audit = audited(&app, &form, wallet, Some(&before), None);
    connecting::change(&app, wallet, None, false, audit).await.map_err(|it| refused(&app, &form, it))?;
    Ok(back(&address_of(wallet), "wallet_forgotten"))
}

/// How the panel has connected a wallet, if it may do so at all: the settings file wins.
fn of_panel(app: &App, wallet: Provider, form: &Form) -> Result<Option<Connection>, Stop> {
    match app.settings.connections.of(wallet) {
        Connects::Nobody => Ok(None),
        Connects::Panel(connection) => Ok(Some(connection.clone())),
        Connects::Settings(_) => Err(form.refuse(app, StatusCode::CONFLICT, "wallets.settings_win")),
    }
}

/// Payments by a wallet that were begun and are neither paid nor ended, up to [`OPEN_COUNTED`].
async fn open_payments(app: &App, wallet: Provider) -> Result<usize, StoreError> {
    let since = providers::patience(wallet, &app.settings.rules()).since;
    // Nothing was begun later than now; a wallet's own clock may be ahead.
    let far = app.clock.now().plus(boothpay_protocol::time::SpanMs::seconds(86_400));
    Ok(app.store.waiting_transactions(wallet, since, far, OPEN_COUNTED).await?.len())
}

fn address_of(wallet: Provider) -> String {
    format!("/admin/wallets/{}", wallet.word())
}

/// What the audit says: everything but the keys.
fn audited(
    app: &App,
    form: &Form,
    wallet: Provider,
    old: Option<&Connection>,
    new: Option<&Connection>,
) -> boothpay_protocol::panel::Audit {
    let said = |connection: Option<&Connection>, words: &str| {
        let Some(Connection { real, offered, values, .. }) = connection else { return words.to_owned() };
        let shown = form::fields(wallet).into_iter().filter(|field| !field.is_secret());
        let mut parts: Vec<String> =
            shown.filter_map(|field| values.get(field.name).map(|value| format!("{}={value}", field.name))).collect();
        parts.push(if *real { "for customers" } else { "to be tried" }.to_owned());
        parts.extend((!offered).then(|| "not offered".to_owned()));
        parts.join(", ")
    };
    let changed_key = form::fields(wallet).into_iter().any(|field| {
        let value = |connection: Option<&Connection>| connection.map_or("", |it| it.value(field.name)).to_owned();
        field.is_secret() && value(old) != value(new)
    });
    let mut now = said(new, "not connected");
    if changed_key && new.is_some() {
        now.push_str(", with a new key");
    }
    form.audit(app, Deed::WalletChanged).about(wallet.word()).old(&said(old, "not connected")).new_value(&now)
}

/// Why nothing was changed, as a page.
fn refused(app: &App, form: &Form, refusal: Refusal) -> Stop {
    let (status, why) = match refusal {
        Refusal::Demo => (StatusCode::CONFLICT, "wallets.demo_wins"),
        Refusal::NoPlace => (StatusCode::CONFLICT, "wallets.no_place"),
        Refusal::Elsewhere => (StatusCode::CONFLICT, "wallets.elsewhere"),
        Refusal::TooMany => (StatusCode::CONFLICT, "wallets.too_many"),
        Refusal::Findings(findings) => {
            let words: Vec<String> = findings.iter().map(ToString::to_string).collect();
            tracing::warn!("a wallet was not changed in the panel: {}", words.join("; "));
            (StatusCode::CONFLICT, "wallets.would_not_start")
        }
        Refusal::Unwritten(file, error) => {
            tracing::error!(
                %error,
                "the file {} of the panel's wallets cannot be written. Let the user who runs the server write there, or name another place \
                 in admin.wallets_file",
                file.display()
            );
            (StatusCode::INTERNAL_SERVER_ERROR, "wallets.unwritten")
        }
        Refusal::Store(error) => return error.into(),
    };
    form.refuse(app, status, why)
}
