//! An order as the booth's page sees it: everything that its screens need, in one object.

use super::orders::at_booth;
use super::pictures;
use crate::api::payment_status;
use crate::app::App;
use crate::config::UzqrCode;
use crate::qr;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::printing::{PrintState, Printing};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::shop::{self, Progress};
use boothpay_protocol::uzum_qr;
use serde::Serialize;

/// What the page is told. Times are milliseconds on this server's clock; `now` lets the page set its own by it.
#[derive(Serialize)]
pub(crate) struct Snapshot {
    order_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    copies: u16,
    amount_soum: String,
    expires_at: i64,
    now: i64,
    printed: bool,
    /// The name of its booth, where that is another one that shares the database: only looked at here.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<String>,
    /// How far its prints are, where print jobs make them.
    #[serde(skip_serializing_if = "Option::is_none")]
    print: Option<Prints>,
    /// Its pictures are still to be taken, and it is paid.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shots_due: bool,
    provider: Option<&'static str>,
    /// By what it is being paid, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    held_by: Option<&'static str>,
    #[serde(rename = "qrCode", skip_serializing_if = "Option::is_none")]
    qr_code: Option<String>,
    #[serde(rename = "paymentUrl", skip_serializing_if = "Option::is_none")]
    payment_url: Option<String>,
}

/// How far an order's prints are.
#[derive(Serialize)]
struct Prints {
    state: &'static str,
    copies_printed: u16,
    /// Until when a claim is honoured.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_until: Option<i64>,
}

impl Prints {
    fn of(printing: Printing) -> Self {
        let claim_until = match printing.state {
            PrintState::Claim { until } => Some(until.ms()),
            PrintState::Shots { .. }
            | PrintState::Asked { .. }
            | PrintState::Begun { .. }
            | PrintState::Printed
            | PrintState::Failed
            | PrintState::Stuck { .. }
            | PrintState::Unknown
            | PrintState::Stopped => None,
        };
        Self { state: printing.state.word(), copies_printed: printing.done, claim_until }
    }
}

/// An order now, in a language or in the one that it was made in. Only while it can be paid does it have a code: a code that nobody may pay is never handed out.
pub(super) async fn of(app: &App, order: &Order, holder: Option<&Transaction>, language: Option<Language>) -> Snapshot {
    let now = app.clock.now();
    let language = language.or(order.language);
    let progress = shop::progress(order, holder, now);
    if progress == Progress::Paid {
        app.condition.screens.told_paid(&order.id);
    }
    let stage = match progress {
        Progress::Waiting => Some("waiting"),
        Progress::Processing => Some("processing"),
        Progress::Paid | Progress::Cancelled | Progress::Refunded | Progress::Expired => None,
    };
    let code = match stage {
        Some(_) => code(app, order, holder, language).await,
        None => Code::default(),
    };
    // Of what cannot be asked now the page asks when it begins.
    let shots_due = progress == Progress::Paid && at_booth(app).awaits_shots(Some(order)).await.unwrap_or_default();
    let held_by = holder.filter(|_| progress == Progress::Processing).map(|holder| holder.provider.word());
    Snapshot {
        order_id: order.id.to_string(),
        status: payment_status::word(progress),
        stage,
        copies: order.copies.get(),
        amount_soum: order.amount.soum().to_string(),
        expires_at: order.expires_at.ms(),
        now: now.ms(),
        printed: order.may_have_prints(),
        elsewhere: (order.booth.id != app.settings.booth.id).then(|| order.booth.name.clone()),
        print: order.printing.map(Prints::of),
        shots_due,
        provider: (progress == Progress::Paid).then(|| holder.map(|holder| holder.provider.word())).flatten(),
        held_by,
        qr_code: code.picture,
        payment_url: code.link,
    }
}

/// A code, and where it leads if that can be said.
#[derive(Default)]
struct Code {
    picture: Option<String>,
    link: Option<String>,
}

async fn code(app: &App, order: &Order, holder: Option<&Transaction>, language: Option<Language>) -> Code {
    let Some(way) = app.settings.way_of(order) else { return Code::default() };
    let link = match (way, &app.bank) {
        (Provider::Uzqr, Some(bank)) => match bank.make(order).await {
            Ok(UzqrCode::Picture(picture)) => {
                return Code { picture: Some(pictures::code_address(&picture)), link: None };
            }
            Ok(UzqrCode::Text(text)) => Some(text),
            Err(error) => {
                tracing::warn!(%error, order = %order.id, "order {}: the bank makes no code for it: {error}", order.id);
                None
            }
        },
        (Provider::UzumQr, _) => uzum_qr::shown(holder),
        (_, _) => app.settings.pay_link(way, order, language),
    };
    Code { picture: link.as_deref().and_then(qr::data_uri), link }
}
