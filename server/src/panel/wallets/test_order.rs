//! An order for a wallet's own tests, made by a button of the wallet's page: who connects a wallet by clicking has no terminal.

use super::{address_of, named};
use crate::app::App;
use crate::config::Mode;
use crate::config::connected::{Connection, Connects};
use crate::orders::{Orders, new_number};
use crate::panel::form::{Form, OwnerForm};
use crate::panel::frame::Stop;
use crate::panel::say;
use crate::panel::words::Words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::panel::Deed;
use boothpay_store::StoreError;
use std::sync::Arc;

/// An order as its maker gives it to the wallet's tests.
pub(super) struct TestOrder {
    /// As the wallet sends it.
    pub(super) id: String,
    /// In both units: Payme and Uzum ask in tiyin, Click in soum.
    pub(super) sum: String,
}

impl TestOrder {
    /// The one that was just made, if the page's address names one that is there.
    pub(super) async fn named(app: &App, id: Option<&str>, words: &Words) -> Result<Option<Self>, StoreError> {
        let Some(id) = id.and_then(|id| OrderId::parse(id).ok()) else { return Ok(None) };
        let Some(order) = app.store.rows(Needs::order(id)).await?.order else { return Ok(None) };
        let (tiyin, soum) = (order.amount.tiyin(), say::sum(order.amount.tiyin(), words.language()));
        let sum = words.fill("wallets.test_order_sum", &[("tiyin", &tiyin.to_string()), ("soum", &soum)]);
        Ok(Some(Self { id: order.id.to_string(), sum }))
    }
}

/// Whether the panel makes orders for a wallet's tests: while it is tried, or as long as nobody has called by it.
pub(super) fn may_be_made(app: &App, wallet: Provider) -> bool {
    if app.settings.mode != Mode::Production {
        return false;
    }
    match app.settings.connections.of(wallet) {
        Connects::Nobody => false,
        Connects::Panel(connection) if Connection::is_tried(connection) => true,
        Connects::Panel(connection) => connection.offered && app.inspector.of(wallet).is_empty(),
        Connects::Settings(_) => app.inspector.of(wallet).is_empty(),
    }
}

/// Makes one, and shows its number and its sum on the wallet's page.
pub(in crate::panel) async fn make(
    State(app): State<Arc<App>>,
    wallet: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let wallet = named(&app, &form.seat, wallet)?;
    let refused = |form: &Form| form.refuse(&app, StatusCode::CONFLICT, "wallets.no_test_order");
    if !may_be_made(&app, wallet) {
        return Err(refused(&form));
    }
    let Ok((copies, amount)) = app.settings.prices.price(1) else { return Err(refused(&form)) };
    let id = new_number(app.clock.now())?;
    let audit = form.audit(&app, Deed::TestOrderMade).about(id.as_str()).new_value(wallet.word());
    let store = app.store.noting(audit);
    let orders = Orders { store: &store, clock: &app.clock, settings: &app.settings, actor: Actor::Panel };
    // A number that is taken already is one in hundreds of millions; the next press brings another.
    let Ok(order) = orders.offer(id, amount, copies, Some(wallet)).await? else { return Err(refused(&form)) };
    Ok(Redirect::to(&format!("{}?done=test_order&order={}", address_of(wallet), order.id)).into_response())
}
