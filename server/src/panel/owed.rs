//! What is owed to customers, money and prints: a list with the age of each, the first thing on the first page.

use super::frame::{Frame, Section, Stop, When, show};
use super::order::{Debt, debts};
use super::say;
use super::seat::Seat;
use super::words::Words;
use crate::app::App;
use crate::giving_back;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use boothpay_protocol::ledger::journal::{Change, Entry};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::transaction::State as TransactionState;
use boothpay_protocol::time::TimeMs;
use boothpay_store::Takings;
use boothpay_store::visit::OrderStory;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Orders of the list. More at once are no list for a person.
const OWED_MAX: u32 = 100;

/// An order of which something is owed.
pub(super) struct OwedOrder {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) since: When,
    pub(super) age: String,
    pub(super) debts: Vec<Debt>,
}

/// What the sums say of late money; when they say the same, it is the same.
type Sums = [i64; 4];

/// Orders of money that came and could not pay them. On PostgreSQL they are looked for through all transactions, so they are remembered
/// until the sums change.
#[derive(Default)]
pub(super) struct LateMoney(Mutex<Option<(Sums, Vec<OrderId>)>>);

impl LateMoney {
    fn known(&self, sums: Sums) -> Option<Vec<OrderId>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(of, _)| *of == sums).map(|(_, ids)| ids.clone())
    }

    fn keep(&self, sums: Sums, ids: &[OrderId]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((sums, ids.to_vec()));
    }
}

/// What is owed now, the oldest first, at most about `most` of it, and how many orders there are. `takings` are those of all hours
/// together, among others.
pub(super) async fn orders(
    app: &App,
    takings: &[Takings],
    words: &'static Words,
    most: usize,
) -> Result<(Vec<OwedOrder>, usize), Stop> {
    let mut sums: Sums = [0; 4];
    for all in takings.iter().filter(|takings| takings.hour.is_none()) {
        let of = [all.owed_count, all.owed_tiyin, all.given_back_count, all.given_back_tiyin];
        for (sum, one) in sums.iter_mut().zip(of) {
            *sum = sum.saturating_add(one);
        }
    }
    let in_orders = app.store.owed_orders(false, OWED_MAX).await?;
    // Both lists have the newest first: the oldest of all are at their ends.
    let oldest = |ids: &[OrderId]| ids.iter().rev().take(most).cloned().collect::<Vec<_>>();
    let mut all: BTreeSet<OrderId> = in_orders.iter().cloned().collect();
    let mut ids: BTreeSet<OrderId> = oldest(&in_orders).into_iter().collect();
    let [owed_count, ..] = sums;
    if owed_count > 0 {
        let late = match app.panel.late_money.known(sums) {
            Some(late) => late,
            None => {
                let late = app.store.owed_orders(true, OWED_MAX).await?;
                app.panel.late_money.keep(sums, &late);
                late
            }
        };
        ids.extend(oldest(&late));
        all.extend(late);
    }
    let mut found = Vec::new();
    for id in ids {
        if let Some(story) = app.store.story(&[id]).await?
            && let Some(since) = since(&story)
        {
            found.push((since, story));
        }
    }
    found.sort_by_key(|(since, _)| *since);
    let now = app.clock.now();
    let order = |(since, story): (TimeMs, OrderStory)| OwedOrder {
        id: story.order.id.to_string(),
        number: say::order(story.order.id.as_str()),
        since: When::of(since, app, words),
        age: say::age(since, now, words),
        debts: debts(app, &story, words),
    };
    Ok((found.into_iter().take(most).map(order).collect(), all.len()))
}

/// Since when something of an order is owed; none when nothing is.
fn since(story: &OrderStory) -> Option<TimeMs> {
    let prints = story.order.printing.filter(|it| it.state.is_owed()).and_then(|_| prints_since(&story.journal));
    let of = |owed: giving_back::Owed<'_>| match owed.transaction.state {
        TransactionState::Owed { .. } => owed.transaction.state.perform_time(),
        TransactionState::Created
        | TransactionState::Performed { .. }
        | TransactionState::Cancelled { .. }
        | TransactionState::Refunded { .. }
        | TransactionState::GivenBack { .. } => story.order.refund_asked_at,
    };
    giving_back::owed(story).into_iter().filter_map(of).chain(prints).min()
}

/// When it was last seen that prints did not come out, or that nobody knows it.
fn prints_since(journal: &[Entry]) -> Option<TimeMs> {
    let is_trouble = |entry: &&Entry| {
        matches!(
            entry.change,
            Change::PrintFailed { .. } | Change::PrintUnknown { .. } | Change::PrintClaimOpened { .. }
        )
    };
    journal.iter().rev().find(is_trouble).map(|entry| entry.at)
}

#[derive(Template)]
#[template(path = "panel/owed.html")]
struct OwedPage {
    f: Frame,
    owed: Vec<OwedOrder>,
}

/// The whole list.
pub(super) async fn page(State(app): State<Arc<App>>, seat: Seat) -> Result<Response, Stop> {
    let takings = app.store.kept_sums(Vec::new()).await?.takings;
    let (owed, _) = orders(&app, &takings, seat.words(), usize::MAX).await?;
    show(&OwedPage { f: seat.frame(&app, Section::None), owed })
}
