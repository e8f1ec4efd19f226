//! One order: how it stands, its story, and what can be done with it.

use super::form::{Form, back};
use super::frame::{Frame, Section, Stop, When, show};
use super::orders::{is_being_paid, standing, status_key};
use super::say;
use super::seat::Seat;
use super::story::{Step, steps};
use super::today::provider_key;
use super::unanswered;
use super::why::call::{Row, of_order};
use super::words::Words;
use crate::app::App;
use crate::giving_back::{self, NotHandedBack, Owed};
use crate::orders::{Orders, Reprint};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::card;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::limits::REFUND_REASON_CHARS_MAX;
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::printing::{PrintState, Printing};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::task::TaskState;
use boothpay_protocol::ledger::transaction::{Reason, State as TransactionState};
use boothpay_protocol::panel::{AUDIT_CHARS_MAX, Audit, Deed};
use boothpay_protocol::providers::{WayBack, shown_id, way_back};
use boothpay_protocol::quota::Quota;
use boothpay_store::Store;
use boothpay_store::visit::OrderStory;
use std::sync::Arc;
use tokio::sync::MutexGuard;

/// Rows of the audit that an order's page looks at.
const AUDIT_ROWS: u32 = 200;

/// What brought money, or tried to.
struct Payment {
    wallet: &'static str,
    id: String,
    number: String,
    sum: String,
    state: &'static str,
    /// When the money came.
    paid: Option<When>,
    /// When it went back.
    back: Option<When>,
}

/// Something that is owed to the customer, and what happens next.
pub(super) struct Debt {
    pub(super) title: &'static str,
    /// How much, in words.
    pub(super) what: String,
    pub(super) next: String,
}

/// What can be done with the order as it is, by who is looking.
#[derive(Clone, Copy, Default)]
struct Can {
    cancel: bool,
    /// Its page prints it once more when the number is typed.
    reprint: bool,
    /// A print job prints it once more.
    print_again: bool,
    /// Prints are owed that the customer may have got by hand.
    hand_over: bool,
    /// Its money can go back, or what was given up can be asked again.
    refund: bool,
    hand_back: bool,
    /// It costs more than an operator may give back.
    is_owners: bool,
}

#[derive(Template)]
#[template(path = "panel/order.html")]
struct OrderPage {
    f: Frame,
    id: String,
    number: String,
    status: &'static str,
    status_name: &'static str,
    sum: String,
    copies: u16,
    booth: String,
    made: When,
    until: When,
    printed: Option<When>,
    /// How far its prints are, where a print job makes them.
    prints: Option<String>,
    payments: Vec<Payment>,
    debts: Vec<Debt>,
    can: Can,
    /// The key of what follows when its money is asked back.
    refund_sure: &'static str,
    steps: Vec<Step>,
    /// The wallets' calls about it that are still kept; nothing for an operator.
    calls: Vec<Row>,
    reason_chars: usize,
    note_chars: usize,
}

/// The page.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    seat: Seat,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Stop> {
    let story = match order_id(id) {
        Some(id) => app.store.story(&[id]).await?,
        None => None,
    };
    let Some(story) = story else {
        return Err(seat.frame(&app, Section::Orders).stop(StatusCode::NOT_FOUND, "order.none"));
    };
    let about = story.order.id.as_str().to_owned();
    let audit: Vec<Audit> =
        app.store.audit(Some(about), None, AUDIT_ROWS).await?.into_iter().map(|(_, audit)| audit).collect();
    let (order, words) = (&story.order, seat.words());
    let is_held = story.transactions.iter().any(is_being_paid);
    let status = standing(order, is_held);
    let rows = app.store.rows(Needs::order(order.id.clone())).await?;
    let by_job = app.settings.print_rules().of(&rows).are_made;
    let payments = story.transactions.iter().map(|transaction| Payment {
        wallet: words.t(provider_key(transaction.provider)),
        id: shown_id(transaction.provider, &transaction.provider_id).to_owned(),
        number: transaction.number.to_string(),
        sum: say::sum(transaction.amount.tiyin(), words.language()),
        state: words.t(state_key(transaction.state)),
        paid: transaction.state.perform_time().map(|at| When::of(at, &app, words)),
        back: transaction.state.perform_time().and(transaction.state.cancel_time()).map(|at| When::of(at, &app, words)),
    });
    let ids = story.transactions.iter().map(|transaction| transaction.provider_id.to_string()).collect();
    let calls = if seat.is_owner() { of_order(&app, order.id.as_str(), &ids, words) } else { Vec::new() };
    show(&OrderPage {
        f: seat.frame(&app, Section::Orders),
        id: order.id.to_string(),
        number: say::order(order.id.as_str()),
        status,
        status_name: words.t(status_key(status)),
        sum: say::sum(order.amount.tiyin(), words.language()),
        copies: order.copies.get(),
        booth: order.booth.name.clone(),
        made: When::of(order.created_at, &app, words),
        until: When::of(order.expires_at, &app, words),
        printed: order.printed_at.map(|at| When::of(at, &app, words)),
        prints: order.printing.map(|it| how_far(order, it, words)),
        payments: payments.collect(),
        debts: debts(&app, &story, words),
        can: can(&app, &seat, &story, is_held, by_job),
        refund_sure: refund_sure(&story),
        steps: steps(&story, &audit, &app, words),
        calls,
        reason_chars: REFUND_REASON_CHARS_MAX,
        note_chars: AUDIT_CHARS_MAX,
    })
}

pub(super) const fn state_key(state: TransactionState) -> &'static str {
    match state {
        TransactionState::Created => "payment.created",
        TransactionState::Performed { .. } => "payment.performed",
        TransactionState::Cancelled { .. } => "payment.cancelled",
        TransactionState::Refunded { reason: Some(Reason::ByHand), .. }
        | TransactionState::GivenBack { reason: Some(Reason::ByHand), .. } => "payment.by_hand",
        TransactionState::Refunded { .. } => "payment.refunded",
        TransactionState::Owed { .. } => "payment.owed",
        TransactionState::GivenBack { .. } => "payment.given_back",
    }
}

/// How far prints are that a print job makes: "Being printed: 1 of 2".
fn how_far(order: &Order, printing: Printing, words: &Words) -> String {
    let state = match printing.state {
        PrintState::Shots { .. } => "print.shots",
        PrintState::Asked { .. } => "print.asked",
        PrintState::Begun { .. } => "print.printing",
        PrintState::Printed => "print.printed",
        PrintState::Failed => "print.failed",
        PrintState::Stuck { .. } => "print.stuck",
        PrintState::Unknown => "print.unknown",
        PrintState::Claim { .. } => "print.claim",
        PrintState::Stopped => "print.stopped",
    };
    let (done, all) = (printing.done.to_string(), order.copies.get().to_string());
    words.fill("print.how_far", &[("state", words.t(state)), ("done", &done), ("all", &all)])
}

/// Prints that are owed.
fn owed_prints(app: &App, order: &Order, words: &'static Words) -> Option<Debt> {
    let Printing { state, done, .. } = order.printing.filter(|it| it.state.is_owed())?;
    let next = match state {
        PrintState::Claim { until } if app.clock.now() < until => {
            words.fill("debt.claim", &[("until", &When::of(until, app, words).text)])
        }
        PrintState::Claim { .. } => words.t("debt.claim_over").to_owned(),
        PrintState::Stuck { .. } => words.t("debt.stuck").to_owned(),
        PrintState::Shots { .. }
        | PrintState::Asked { .. }
        | PrintState::Begun { .. }
        | PrintState::Printed
        | PrintState::Failed
        | PrintState::Unknown
        | PrintState::Stopped => words.t("debt.look").to_owned(),
    };
    let copies = order.copies.get().saturating_sub(done).to_string();
    let what = words.fill("debt.copies", &[("copies", &copies)]);
    Some(Debt { title: words.t("debt.prints_title"), what, next })
}

/// What is owed to the customer, each with what happens next.
pub(super) fn debts(app: &App, story: &OrderStory, words: &'static Words) -> Vec<Debt> {
    let debt = |owed: Owed<'_>| {
        let wallet = words.t(provider_key(owed.transaction.provider));
        let id = shown_id(owed.transaction.provider, &owed.transaction.provider_id);
        let failed = owed.task.and_then(|task| task.last_error.as_deref());
        let error = failed.map_or_else(|| "—".to_owned(), |failed| unanswered::in_words(failed, wallet, words));
        let next = owed.task.and_then(|task| task.state.due()).map(|at| When::of(at, app, words).text);
        let next = next.as_deref().unwrap_or("—");
        let key = match (way_back(owed.transaction.provider), owed.task.map(|task| task.state)) {
            (_, Some(TaskState::Failed { .. })) => "debt.failed",
            (_, Some(TaskState::Waiting { .. })) if failed.is_some() => "debt.tried",
            (_, Some(TaskState::Waiting { .. } | TaskState::Leased { .. } | TaskState::Done { .. })) => {
                "debt.on_its_way"
            }
            (WayBack::Task, None) => "debt.ask",
            (WayBack::ByHand, None) => "debt.by_hand",
            (WayBack::Cabinet | WayBack::NoMoney, None) => match owed.transaction.provider {
                Provider::Payme => "debt.payme",
                Provider::Uzum => "debt.uzum",
                Provider::Click | Provider::UzumQr | Provider::Uzqr | Provider::Test => "debt.cabinet",
            },
        };
        let next = words.fill(key, &[("id", id), ("error", &error), ("next", next)]);
        let what = format!(
            "{} {}, {wallet}",
            say::sum(owed.transaction.amount.tiyin(), words.language()),
            words.t("frame.soum")
        );
        Debt { title: words.t("debt.title"), what, next }
    };
    giving_back::owed(story).into_iter().map(debt).chain(owed_prints(app, &story.order, words)).collect()
}

/// What follows when the order's money is asked back: not every wallet can be asked.
fn refund_sure(story: &OrderStory) -> &'static str {
    match giving_back::to_give_back(story).first().map(|transaction| way_back(transaction.provider)) {
        Some(WayBack::Cabinet) => "order.refund_sure_cabinet",
        Some(WayBack::ByHand) => "order.refund_sure_by_hand",
        Some(WayBack::Task | WayBack::NoMoney) | None => "order.refund_sure",
    }
}

fn can(app: &App, seat: &Seat, story: &OrderStory, is_held: bool, by_job: bool) -> Can {
    let order = &story.order;
    let money = giving_back::to_give_back(story);
    let is_real = money.iter().any(|transaction| way_back(transaction.provider) != WayBack::NoMoney);
    let is_owners = is_real && !may_give_back(app, seat, order);
    let owed = giving_back::owed(story);
    let is_on_its_way = owed.iter().any(|owed| owed.task.is_some_and(|task| task.state.due().is_some()));
    let waits_for_cabinet = |owed: &Owed<'_>| {
        owed.task.is_none() && matches!(way_back(owed.transaction.provider), WayBack::Cabinet | WayBack::ByHand)
    };
    let by_hand = |transaction: &&boothpay_protocol::ledger::transaction::Transaction| {
        matches!(transaction.state, TransactionState::Owed { .. })
            || matches!(way_back(transaction.provider), WayBack::Task | WayBack::ByHand)
    };
    let may_print = order.status == OrderStatus::Paid && order.refund_asked_at.is_none();
    Can {
        cancel: order.status == OrderStatus::Pending && !is_held,
        reprint: may_print
            && !by_job
            && match order.printing {
                Some(printing) => matches!(printing.state, PrintState::Claim { .. }),
                None => order.printed_at.is_some(),
            },
        print_again: may_print
            && by_job
            && !order
                .printing
                .is_some_and(|it| it.state.is_under_way() || matches!(it.state, PrintState::Shots { .. })),
        hand_over: order.printing.is_some_and(|it| it.state.is_owed()),
        refund: is_real && !is_owners && !is_on_its_way && !owed.iter().any(waits_for_cabinet),
        hand_back: is_real && !is_owners && !is_on_its_way && money.iter().any(by_hand),
        is_owners,
    }
}

/// Whether somebody may give this order's money back.
fn may_give_back(app: &App, seat: &Seat, order: &Order) -> bool {
    seat.is_owner() || order.amount.tiyin() <= app.settings.panel.operator_refund_tiyin
}

fn order_id(id: Result<Path<String>, PathRejection>) -> Option<OrderId> {
    OrderId::parse(&id.ok()?.0).ok()
}

/// The order that a form is about, with what is kept of it.
async fn found(app: &App, form: &Form, id: Result<Path<String>, PathRejection>) -> Result<OrderStory, Stop> {
    let story = match order_id(id) {
        Some(id) => app.store.story(&[id]).await?,
        None => None,
    };
    story.ok_or_else(|| form.refuse(app, StatusCode::NOT_FOUND, "order.none"))
}

/// The same, for whoever may give its money back.
async fn found_to_give_back(
    app: &App,
    form: &Form,
    id: Result<Path<String>, PathRejection>,
) -> Result<OrderStory, Stop> {
    let story = found(app, form, id).await?;
    if !may_give_back(app, &form.seat, &story.order) {
        return Err(form.refuse(app, StatusCode::FORBIDDEN, "order.owners"));
    }
    Ok(story)
}

/// The store for a deed, and the turn in which it is done.
struct Noting<'a> {
    store: Store,
    _turn: Option<MutexGuard<'a, ()>>,
}

/// The store for a deed: its row of the audit is written in the commit of what it changes, so what was refused is not said to be done. Of what
/// a PIN may do so often in a day, the same rows are counted; one such deed waits for the end of another, so that none is missed.
async fn noting<'a>(
    app: &'a App,
    form: &Form,
    deed: Deed,
    story: &OrderStory,
    new: Option<&str>,
) -> Result<Noting<'a>, Stop> {
    let audit = form.audit(app, deed).about(story.order.id.as_str()).old(story.order.status.word());
    let audit = match new {
        Some(new) => audit.new_value(new),
        None => audit,
    };
    let mut turn = None;
    if let Some(quota) = form.seat.at_booth.as_ref().and_then(|_| Quota::of_pin(deed)) {
        turn = Some(app.panel.counted_deeds.lock().await);
        if !app.store.is_within(&audit, quota).await? {
            let key = if quota.by_order { "order.pin_refunds" } else { "order.pin_reprints" };
            return Err(form.refuse(app, StatusCode::TOO_MANY_REQUESTS, key));
        }
    }
    Ok(Noting { store: app.store.noting(audit), _turn: turn })
}

fn orders<'a>(app: &'a App, store: &'a Store) -> Orders<'a> {
    Orders { store, clock: &app.clock, settings: &app.settings, actor: Actor::Panel }
}

fn done(story: &OrderStory, word: &str) -> Response {
    back(&format!("/admin/orders/{}", story.order.id), word)
}

/// Closes an order that nobody is paying.
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    form: Form,
) -> Result<Response, Stop> {
    let story = found(&app, &form, id).await?;
    let noting = noting(&app, &form, Deed::OrderCancelled, &story, Some(OrderStatus::Cancelled.word())).await?;
    match orders(&app, &noting.store).cancel(story.order.id.clone()).await? {
        Ok(()) => Ok(done(&story, "order_cancelled")),
        Err(_) => Err(form.refuse(&app, StatusCode::CONFLICT, "order.changed")),
    }
}

/// Lets a paid order be printed once more.
pub(super) async fn reprint(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    form: Form,
) -> Result<Response, Stop> {
    let story = found(&app, &form, id).await?;
    let noting = noting(&app, &form, Deed::ReprintAllowed, &story, None).await?;
    match orders(&app, &noting.store).reprint(story.order.id.clone()).await? {
        Ok(Reprint::AtOnce | Reprint::UnderWay) => Ok(done(&story, "reprint_asked")),
        Ok(Reprint::AtTheScreen | Reprint::NotYetPrinted) => Ok(done(&story, "reprint_allowed")),
        Err(_) => Err(form.refuse(&app, StatusCode::CONFLICT, "order.changed")),
    }
}

/// Notes that the customer has the prints that were owed.
pub(super) async fn hand_over(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    form: Form,
) -> Result<Response, Stop> {
    let story = found(&app, &form, id).await?;
    let noting = noting(&app, &form, Deed::PrintsHandedOver, &story, None).await?;
    match orders(&app, &noting.store).hand_over(story.order.id.clone()).await? {
        Ok(()) => Ok(done(&story, "prints_handed_over")),
        Err(_) => Err(form.refuse(&app, StatusCode::CONFLICT, "order.changed")),
    }
}

/// Asks that the order's money go back.
pub(super) async fn refund(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    form: Form,
) -> Result<Response, Stop> {
    let reason = match form.get("reason") {
        "" => None,
        text => match giving_back::reason(text) {
            Ok(reason) => Some(reason),
            Err(_) => {
                let field = ("order.reason", "reason");
                return Err(form.refuse_field(&app, StatusCode::UNPROCESSABLE_ENTITY, "order.bad_reason", field));
            }
        },
    };
    let story = found_to_give_back(&app, &form, id).await?;
    let noting = noting(&app, &form, Deed::RefundAsked, &story, reason.as_deref()).await?;
    match giving_back::ask(&noting.store, Actor::Panel, &story, reason, app.clock.now()).await? {
        Ok(_) => Ok(done(&story, "refund_asked")),
        Err(_) => Err(form.refuse(&app, StatusCode::CONFLICT, "order.changed")),
    }
}

/// Notes that the money was given back past the wallet.
pub(super) async fn handed_back(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    form: Form,
) -> Result<Response, Stop> {
    let story = found_to_give_back(&app, &form, id).await?;
    let noting = noting(&app, &form, Deed::HandedBack, &story, None).await?;
    match giving_back::handed_back(&noting.store, Actor::Panel, &story, app.clock.now()).await? {
        Ok(()) => Ok(done(&story, "handed_back")),
        Err(NotHandedBack::UnderWay(_)) => Err(form.refuse(&app, StatusCode::CONFLICT, "order.under_way")),
        Err(NotHandedBack::Refused(_)) => Err(form.refuse(&app, StatusCode::CONFLICT, "order.changed")),
    }
}

/// Keeps a person's words about the order.
pub(super) async fn write_note(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    form: Form,
) -> Result<Response, Stop> {
    let story = found(&app, &form, id).await?;
    let text = form.get("note");
    let is_fit = (1..=AUDIT_CHARS_MAX).contains(&text.chars().count()) && card::masked(text) == text;
    if !is_fit {
        let field = ("order.note", "note");
        return Err(form.refuse_field(&app, StatusCode::UNPROCESSABLE_ENTITY, "order.bad_note", field));
    }
    let audit = form.audit(&app, Deed::NoteWritten).about(story.order.id.as_str()).new_value(text);
    app.store.note_audit(audit).await?;
    Ok(done(&story, "note_written"))
}
