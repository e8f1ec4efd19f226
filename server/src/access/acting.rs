//! Which program acts: a call with a token of `[api.tokens.NAME]` that changes orders leaves a row in the audit for each, with the token's
//! name, as a person in the panel does. An order's page reads it there.
//!
//! The name travels with the call itself ([`CALL`]): whoever judges the token says it ([`by_token`]), and whoever tells the log of a commit says
//! what was changed ([`note`]). So no handler on the way has to know of it, and none can forget it. The rows are written after the commit
//! and before the answer, also where the program has hung up meanwhile; a call that changes nothing leaves none.

use crate::app::App;
use crate::net::Visitor;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::panel::{AdminName, Audit, Deed};
use boothpay_protocol::time::TimeMs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

tokio::task_local! {
    /// The call that is being answered.
    static CALL: Call;
}

struct Call {
    app: Arc<App>,
    /// Its method and route: what the audit says was done.
    what: String,
    from: String,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    token: Option<String>,
    /// The orders that were changed, each with the time of it.
    changes: Vec<(OrderId, TimeMs)>,
}

/// Answers a call; what it has changed with a named token goes to the audit.
pub(crate) async fn noted(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if app.settings.api_tokens.is_empty() {
        return next.run(request).await;
    }
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let what = format!("{} {route}", request.method());
    let from = Visitor::of(request.extensions(), request.headers()).address.to_string();
    let call = Call { app: Arc::clone(&app), what, from, made: Mutex::default() };
    CALL.scope(call, async {
        let answer = next.run(request).await;
        write(app, CALL.with(Call::take)).await;
        answer
    })
    .await
}

/// Says whose call this is.
pub(super) fn by_token(name: &str) {
    // Outside of a call there is nothing to say it to.
    let _ = CALL.try_with(|call| call.made().token = Some(name.to_owned()));
}

/// Says what a commit has changed.
pub(crate) fn note(entries: &[Entry]) {
    let _ = CALL.try_with(|call| {
        let mut made = call.made();
        if made.token.is_none() {
            return;
        }
        for entry in entries {
            let change = (entry.order_id.clone(), entry.at);
            if !made.changes.contains(&change) {
                made.changes.push(change);
            }
        }
    });
}

impl Call {
    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows that are not written yet.
    fn take(&self) -> Vec<Audit> {
        let mut made = self.made();
        let Some(who) = made.token.as_deref().map(AdminName::of_token) else { return Vec::new() };
        let row = |(order, at): (OrderId, TimeMs)| {
            let row = Audit::of(Some(who.clone()), Deed::OrderChangedByToken, at).about(order.as_str());
            row.new_value(&self.what).from(&self.from)
        };
        made.changes.drain(..).map(row).collect()
    }
}

impl Drop for Call {
    /// Whoever hangs up ends the call, and not what it has done.
    fn drop(&mut self) {
        let rows = self.take();
        if let (false, Ok(runtime)) = (rows.is_empty(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(write(Arc::clone(&self.app), rows));
        }
    }
}

/// The change itself is stored, so the program hears of it also where this fails.
async fn write(app: Arc<App>, rows: Vec<Audit>) {
    for row in rows {
        let (who, order) = (row.who.clone(), row.about.clone().unwrap_or_default());
        if let Err(error) = app.store.note_audit(row).await {
            let who = who.map(|who| who.to_string()).unwrap_or_default();
            tracing::warn!(%error, "order {order} was changed by {who}; the audit could not be told");
        }
    }
}
