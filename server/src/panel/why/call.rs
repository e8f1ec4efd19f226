//! A kept call for people: a row of a list, what is wrong with it and the cure, and the page that shows it whole.

use super::Link;
use crate::app::App;
use crate::condition::reach::{endpoint, public_address};
use crate::inspector::call::{Kept, Text};
use crate::net::Address;
use crate::panel::frame::{Frame, Section, Stop, When, show};
use crate::panel::say;
use crate::panel::seat::OwnerSeat;
use crate::panel::today::provider_key;
use crate::panel::words::Words;
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::uzum::Operation;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A row of a list.
pub(in crate::panel) struct Row {
    pub(in crate::panel) number: u64,
    pub(in crate::panel) when: When,
    pub(in crate::panel) wallet: String,
    pub(in crate::panel) method: String,
    pub(in crate::panel) order: Option<String>,
    pub(in crate::panel) standing: &'static str,
    pub(in crate::panel) result: String,
    pub(in crate::panel) took: String,
}

impl Row {
    pub(in crate::panel) fn of(call: &Kept, app: &App, words: &Words) -> Self {
        Self {
            number: call.number,
            when: When::of(call.at, app, words),
            wallet: wallet(call.wallet, words),
            method: method(call, app),
            order: call.said(&app.settings.rules()).order.map(|order| say::order(order.as_str())),
            standing: call.standing().word(),
            result: reason(call, app, words).unwrap_or_else(|| words.t("call.well").to_owned()),
            took: took(call, words),
        }
    }
}

/// The calls that are about an order: that name it, or a payment of it.
pub(in crate::panel) fn of_order(app: &App, order: &str, payments: &BTreeSet<String>, words: &Words) -> Vec<Row> {
    let rules = app.settings.rules();
    let is_about = |call: &Kept| {
        let said = call.said(&rules);
        said.order.is_some_and(|named| named.as_str() == order) || said.payment.is_some_and(|id| payments.contains(&id))
    };
    let calls = app.inspector.all_calls();
    calls.iter().rev().filter(|call| is_about(call)).map(|call| Row::of(call, app, words)).collect()
}

fn wallet(wallet: Option<Provider>, words: &Words) -> String {
    words.t(wallet.map_or("call.strange", provider_key)).to_owned()
}

/// Where somebody calls from.
pub(in crate::panel) fn from(address: Address, words: &Words) -> String {
    if address.is_here() { words.t("why.here").to_owned() } else { address.to_string() }
}

/// What the wallet calls it; of what is no call, how the address was asked.
pub(in crate::panel) fn method(call: &Kept, app: &App) -> String {
    let method = call.said(&app.settings.rules()).method;
    method.map_or_else(|| format!("{} {}", call.http_method, call.path), str::to_owned)
}

fn took(call: &Kept, words: &Words) -> String {
    let ms = match call.took.as_millis() {
        0 => "<1".to_owned(),
        ms => ms.to_string(),
    };
    words.fill("call.ms", &[("ms", &ms)])
}

/// The places of its sentences, with what the order costs.
pub(super) fn filled(key: &str, call: &Kept, price: Option<Tiyin>, app: &App, words: &Words) -> String {
    let (said, unknown) = (call.said(&app.settings.rules()), "—");
    let sum =
        |sum: Option<Tiyin>| sum.map_or_else(|| unknown.to_owned(), |sum| say::sum(sum.tiyin(), words.language()));
    let field = match call.wallet {
        Some(Provider::Uzum) => app.settings.uzum.rules.account_key.as_str(),
        Some(Provider::Payme | Provider::Click | Provider::UzumQr | Provider::Uzqr | Provider::Test) | None => {
            app.settings.payme.rules.account_field.as_str()
        }
    };
    let came = call.fields().join(", ");
    let values = [
        ("order", said.order.map_or_else(|| unknown.to_owned(), |order| say::order(order.as_str()))),
        ("came", if came.is_empty() { unknown.to_owned() } else { came }),
        ("field", field.to_owned()),
        ("asked", sum(said.asked)),
        ("price", sum(price)),
        ("path", call.path.clone()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.fill(key, &values)
}

/// Why it was refused, in a sentence.
pub(crate) fn reason(call: &Kept, app: &App, words: &Words) -> Option<String> {
    Some(filled(&format!("call.{}", call.why?.word()), call, call.price, app, words))
}

/// What to do about it.
pub(crate) fn cure(call: &Kept, app: &App, words: &Words) -> Option<String> {
    let why = call.why?;
    if let Some(other) = call.belongs_to().filter(|_| why.is_news()) {
        let name = words.t(provider_key(other));
        return Some(words.fill("cure.belongs", &[("wallet", name), ("address", &address(app, other, words))]));
    }
    let word = call.wallet.map_or("", Provider::word);
    let keys = [format!("cure.{}.{word}", why.word()), format!("cure.{}", why.word())];
    let of_panel = key_of_panel(call, app, words);
    let key = of_panel.as_ref().or_else(|| keys.iter().find(|key| words.known(key).is_some()))?;
    Some(filled(key, call, call.price, app, words))
}

/// The key of the cure where the wallet was connected in the panel: nothing of it stands in the settings file, and the file would win over the panel
/// as soon as something did.
fn key_of_panel(call: &Kept, app: &App, words: &Words) -> Option<String> {
    let wallet = call.wallet.filter(|wallet| app.settings.connections.by_panel(*wallet).is_some())?;
    Some(format!("cure.{}.{}.panel", call.why?.word(), wallet.word())).filter(|key| words.known(key).is_some())
}

/// The page of the panel on which the owner carries out the cure, if there is one.
pub(crate) fn page_of_cure(call: &Kept, app: &App, words: &Words) -> Option<Link> {
    if call.belongs_to().is_some() {
        return None;
    }
    key_of_panel(call, app, words)?;
    let wallet = call.wallet?;
    let name = format!("{} → {}", words.t("wallets.title"), words.t(provider_key(wallet)));
    Some(Link { address: format!("/admin/wallets/{}", wallet.word()), name })
}

/// Where a wallet has to call, as it is written into its cabinet.
pub(super) fn address(app: &App, wallet: Provider, words: &Words) -> String {
    let public = public_address(&app.settings).unwrap_or_else(|| words.t("why.your_address").to_owned());
    match wallet {
        Provider::Click => format!("{public}/api/click/prepare, {public}/api/click/complete"),
        Provider::Uzum => {
            let operations = Operation::ALL.map(Operation::name).join(", ");
            format!("{public}/api/uzum/ + {operations}")
        }
        Provider::Payme | Provider::UzumQr | Provider::Uzqr | Provider::Test => {
            format!("{public}/{}", endpoint(wallet))
        }
    }
}

#[derive(Template)]
#[template(path = "panel/call.html")]
struct CallPage {
    f: Frame,
    row: Row,
    cure: Option<String>,
    link: Option<Link>,
    from: String,
    asked: String,
    is_proven: bool,
    status: Option<u16>,
    code: Option<String>,
    order: Option<String>,
    headers: Vec<(&'static str, String)>,
    request: Body,
    answer: Body,
}

/// A body as it is shown.
struct Body {
    text: String,
    /// How long it was, if less is shown.
    cut: Option<String>,
}

impl Body {
    fn of(text: &Text) -> Self {
        Self { text: text.to_show(), cut: text.is_cut().then(|| text.whole.to_string()) }
    }
}

/// One call, whole.
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
    show(&CallPage {
        f: seat.frame(&app, Section::Why),
        row: Row::of(&call, &app, words),
        cure: cure(&call, &app, words),
        link: page_of_cure(&call, &app, words),
        from: from(call.from, words),
        asked: format!("{} {}", call.http_method, call.path),
        is_proven: call.is_proven,
        status: call.status,
        code: call.code(),
        order: call.said(&app.settings.rules()).order.map(|order| order.to_string()),
        headers: call.headers.clone(),
        request: Body::of(&call.request),
        answer: Body::of(&call.answer),
    })
}
