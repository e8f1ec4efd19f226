//! Reconciliation: a wallet's statement is uploaded and compared, each difference has a state, somebody who sees to it and a note, and a
//! payment that the wallet has and we have not is put right.

mod days;

use super::form::{Form, OwnerForm, back};
use super::frame::{Frame, Section, Stop, When, show};
use super::say;
use super::seat::Seat;
use super::today::provider_key;
use super::upload::{Upload, Uploaded};
use super::words::Words;
use crate::app::App;
use crate::limits::DIFFERENCES_SHOWN_MAX;
use crate::reconciling::{self, CompareError, GivenBack, WALLETS};
use crate::statement::compare::EDGE;
use crate::statement::told::Told;
use crate::statement::{self, Columns, Field, Meaning, StatementError, Trouble};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::card;
use boothpay_protocol::difference::{Difference, DifferenceKind, DifferenceState, NOTE_CHARS_MAX};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::panel::{AdminName, Deed};
use boothpay_protocol::statement::{NotRighted, Righted};
use boothpay_protocol::time::TimeMs;
use boothpay_store::{StoreError, WhichDifferences};
use days::DayRow;
use std::sync::Arc;

/// Differences that were seen to, below the open ones.
const CLOSED_SHOWN_MAX: u32 = 30;

/// Days that were compared: two months of three wallets.
const DAYS_SHOWN_MAX: u32 = 186;

/// How the fields begin by which columns and words are mapped.
const COLUMN: &str = "column:";
const WORD: &str = "word:";

/// What a form says of the columns when they are to be mapped by hand.
const ASK: &str = "ask";

struct Choice {
    word: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// A difference on the page.
struct Row {
    provider: &'static str,
    wallet: &'static str,
    key: String,
    version: u32,
    kind: &'static str,
    when: When,
    order: String,
    /// The order as an address looks for it.
    order_query: String,
    payment: String,
    there: String,
    here: String,
    evidence: String,
    state: &'static str,
    states: Vec<Choice>,
    people: Vec<Person>,
    owner: String,
    note: String,
    can_be_put_right: bool,
    /// Why a payment that is missing here cannot be recorded.
    why_not: Option<&'static str>,
    /// When its money was given back that the statement has still, and past the wallet by whom.
    by_hand: Option<String>,
}

struct Person {
    name: String,
    is_chosen: bool,
}

/// What a person has to say before a file can be read.
#[derive(Default)]
struct Asked {
    /// Fields to be mapped: name of the form's field, what it is, and whether it has to be.
    fields: Vec<(String, &'static str, bool)>,
    /// The headings of the file.
    headings: Vec<String>,
    /// A word whose meaning is not known.
    word: Option<String>,
    /// What was mapped before, to be sent again.
    given: Vec<(String, String)>,
    /// The days, to be sent again.
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "panel/books.html")]
struct BooksPage {
    f: Frame,
    is_owner: bool,
    wallets: Vec<Choice>,
    trouble: Option<String>,
    asked: Asked,
    open: Vec<Row>,
    is_more: bool,
    waiting: Vec<Row>,
    closed: Vec<Row>,
    days: Vec<DayRow>,
    note_chars: usize,
}

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>, seat: Seat) -> Result<Response, Stop> {
    shown(&app, &seat, None, None, Asked::default()).await
}

async fn shown(
    app: &App,
    seat: &Seat,
    wallet: Option<Provider>,
    trouble: Option<String>,
    asked: Asked,
) -> Result<Response, Stop> {
    let words = seat.words();
    let names: Vec<AdminName> = app.store.admins().await?.into_iter().map(|admin| admin.name).collect();
    let open = app.store.differences(WhichDifferences::Open, DIFFERENCES_SHOWN_MAX.saturating_add(1)).await?;
    let closed = app.store.differences(WhichDifferences::Closed, CLOSED_SHOWN_MAX).await?;
    let days = app.store.compared_days(DAYS_SHOWN_MAX).await?;
    let most = usize::try_from(DIFFERENCES_SHOWN_MAX).unwrap_or(usize::MAX);
    let row = |difference: &Difference| Row::of(difference, &names, app, words);
    let is_more = open.len() > most;
    let mut shown_open = Vec::new();
    for difference in open.iter().take(most) {
        let why_not = if reconciling::can_be_put_right(difference) {
            reconciling::why_not(&app.store, &app.settings, difference, app.clock.now()).await?
        } else {
            None
        };
        shown_open.push(row(difference).unless(why_not, words));
    }
    let waiting = app.store.differences(WhichDifferences::Waiting, DIFFERENCES_SHOWN_MAX).await?;
    let mut shown_closed = Vec::new();
    for difference in &closed {
        shown_closed.push(Row { by_hand: by_hand(difference, app, words).await?, ..row(difference) });
    }
    let days = days.iter().map(|day| DayRow::of(day, &open, is_more, &waiting, app, words)).collect();
    show(&BooksPage {
        f: seat.frame(app, Section::Books),
        is_owner: seat.is_owner(),
        wallets: WALLETS
            .map(|it| Choice { word: it.word(), name: words.t(provider_key(it)), is_chosen: wallet == Some(it) })
            .into(),
        trouble,
        asked,
        is_more,
        open: shown_open,
        waiting: waiting.iter().map(row).collect(),
        closed: shown_closed,
        days,
        note_chars: NOTE_CHARS_MAX,
    })
}

impl Row {
    fn of(difference: &Difference, people: &[AdminName], app: &App, words: &'static Words) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
        let sum = |tiyin: Option<i64>| tiyin.map_or_else(|| "—".to_owned(), |tiyin| say::sum(tiyin, words.language()));
        let looked_for = difference.order.as_deref().or(difference.payment.as_deref()).unwrap_or_default();
        let choice = |state: DifferenceState| Choice {
            word: state.word(),
            name: words.t(state_key(state)),
            is_chosen: state == difference.state,
        };
        let person =
            |name: &AdminName| Person { name: name.to_string(), is_chosen: difference.owner.as_ref() == Some(name) };
        Self {
            provider: difference.provider.word(),
            wallet: words.t(provider_key(difference.provider)),
            key: difference.key.clone(),
            version: difference.version,
            kind: words.t(kind_key(difference.kind)),
            when: When::of(difference.at, app, words),
            order: difference.order.as_deref().map_or_else(|| "—".to_owned(), say::order),
            order_query: form_urlencoded::byte_serialize(looked_for.as_bytes()).collect(),
            payment: text(&difference.payment),
            there: sum(difference.there),
            here: sum(difference.here),
            evidence: evidence(&difference.evidence, words),
            state: match difference.state {
                DifferenceState::Waiting if !is_near_midnight(difference, app) => words.t("difference.waiting_later"),
                state @ (DifferenceState::Open
                | DifferenceState::Waiting
                | DifferenceState::Explained
                | DifferenceState::Settled) => words.t(state_key(state)),
            },
            states: DifferenceState::SAID.map(choice).into(),
            people: people.iter().map(person).collect(),
            owner: difference.owner.as_ref().map_or_else(|| "—".to_owned(), AdminName::to_string),
            note: difference.note.clone().unwrap_or_default(),
            can_be_put_right: reconciling::can_be_put_right(difference),
            why_not: None,
            by_hand: None,
        }
    }

    /// The same without the button, where there is a reason for which it would do nothing.
    fn unless(self, why_not: Option<NotRighted>, words: &'static Words) -> Self {
        Self {
            can_be_put_right: self.can_be_put_right && why_not.is_none(),
            why_not: why_not.map(|why| words.t(refusal_key(why))),
            ..self
        }
    }
}

/// Where a difference was seen, or what the journal and the audit keep of that: the file, its digest and its row.
pub(super) fn evidence(text: &str, words: &Words) -> String {
    match reconciling::with_row(text) {
        (file, Some(row)) => words.fill("books.in_row", &[("file", file), ("row", row)]),
        (file, None) => file.to_owned(),
    }
}

/// What the audit has of a comparison.
pub(super) fn comparison(text: &str, words: &Words) -> String {
    match reconciling::with_counts(text) {
        Some((file, days, differences)) => {
            words.fill("books.compared", &[("file", file), ("days", days), ("differences", differences)])
        }
        None => text.to_owned(),
    }
}

/// How money went back that the statement has not, as the journal has it.
async fn by_hand(difference: &Difference, app: &App, words: &Words) -> Result<Option<String>, StoreError> {
    let (DifferenceKind::RefundedHere, Some(order)) = (difference.kind, &difference.order) else { return Ok(None) };
    let back = reconciling::given_back(&app.store, order).await?;
    Ok(back.map(|GivenBack { is_by_hand, at, by, who }| {
        let when = say::time(at, app, words.language());
        if !is_by_hand {
            return words.fill("books.later_back", &[("when", &when)]);
        }
        let key = if by == Actor::CommandLine { "actor.command_line" } else { "actor.panel" };
        let who = who.map_or_else(|| words.t(key).to_owned(), |name| name.to_string());
        words.fill("books.by_hand", &[("who", &who), ("when", &when)])
    }))
}

/// Whether a payment is so near midnight that the statement of the day beside it may have it; any other that waits came after the last
/// row of a day that was not over.
fn is_near_midnight(difference: &Difference, app: &App) -> bool {
    let day = |time: TimeMs| say::local(time, app).date();
    day(difference.at.minus(EDGE)) != day(difference.at.plus(EDGE))
}

const fn kind_key(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::MissingHere => "kind.missing_here",
        DifferenceKind::MissingThere => "kind.missing_there",
        DifferenceKind::OtherSum => "kind.other_sum",
        DifferenceKind::OtherOrder => "kind.other_order",
        DifferenceKind::RefundedThere => "kind.refunded_there",
        DifferenceKind::PartBack => "kind.part_back",
        DifferenceKind::RefundedHere => "kind.refunded_here",
        DifferenceKind::Twice => "kind.twice",
    }
}

const fn state_key(state: DifferenceState) -> &'static str {
    match state {
        DifferenceState::Open => "difference.open",
        DifferenceState::Waiting => "difference.waiting",
        DifferenceState::Explained => "difference.explained",
        DifferenceState::Settled => "difference.settled",
    }
}

const fn field_key(field: Field) -> &'static str {
    match field {
        Field::Id => "column.id",
        Field::Sum => "column.sum",
        Field::Time => "column.time",
        Field::Clock => "column.clock",
        Field::Order => "column.order",
        Field::Status => "column.status",
    }
}

const fn trouble_key(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::TooLarge => "trouble.too_large",
        Trouble::TooLong => "trouble.too_long",
        Trouble::TooWide => "trouble.too_wide",
        Trouble::OldExcel => "trouble.old_excel",
        Trouble::WebPage => "trouble.web_page",
        Trouble::NotText => "trouble.not_text",
        Trouble::Quotes => "trouble.quotes",
        Trouble::Broken(_) => "trouble.broken",
        Trouble::CellError(_) => "trouble.cell_error",
        Trouble::Empty => "trouble.empty",
        Trouble::NoPayment => "trouble.no_payment",
        Trouble::Pages(_) => "trouble.pages",
        Trouble::SameColumn { .. } => "trouble.same_column",
        Trouble::Headings { .. } => "trouble.headings",
        Trouble::Word(_) => "trouble.word",
        Trouble::LostDigits(_) => "trouble.lost_digits",
        Trouble::Dates1904 => "trouble.dates_1904",
        Trouble::NoSum => "trouble.no_sum",
        Trouble::NoTime(_) => "trouble.no_time",
        Trouble::NoName(_) => "trouble.no_name",
        Trouble::BadSum(_) => "trouble.bad_sum",
        Trouble::UnclearSum(_) => "trouble.unclear_sum",
        Trouble::ImpossibleSum(_) => "trouble.impossible_sum",
        Trouble::BadTime(_) => "trouble.bad_time",
    }
}

const fn refusal_key(why: NotRighted) -> &'static str {
    match why {
        NotRighted::NoOrder => "right.no_order",
        NotRighted::OtherOrder => "right.other_order",
        NotRighted::OtherSum => "right.other_sum",
        NotRighted::Busy => "right.busy",
        NotRighted::PaidByOther => "right.paid_by_other",
        NotRighted::Refunded => "right.refunded",
        NotRighted::WentBack => "right.went_back",
        NotRighted::StrangeId => "right.strange_id",
    }
}

fn in_words(error: &StatementError, words: &Words) -> String {
    let why = words.fill(trouble_key(&error.trouble), &[("about", &error.trouble.about())]);
    let why = match error.row {
        Some(row) => words.fill("trouble.in_row", &[("row", &row.to_string()), ("why", &why)]),
        None => why,
    };
    match &error.page {
        Some(page) => words.fill("trouble.in_page", &[("page", page), ("why", &why)]),
        None => why,
    }
}

/// Compares a statement.
pub(super) async fn compare(State(app): State<Arc<App>>, upload: Upload) -> Result<Response, Stop> {
    let Upload { form, files, place } = upload;
    let Uploaded { name: file_name, bytes: file } = files.into_iter().next().unwrap_or_default();
    let wallet = WALLETS.into_iter().find(|it| it.word() == form.get("wallet"));
    let Some(provider) = wallet else { return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form")) };
    if file.is_empty() {
        return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "books.no_file"));
    }
    let Ok(told_days) = Told::of(form.get("from"), form.get("to")) else {
        return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "books.bad_days"));
    };
    let (from, to) = (form.get("from").to_owned(), form.get("to").to_owned());
    let and_days = |asked: Asked| Asked { from, to, ..asked };
    let now = app.clock.now();
    let mut known = reconciling::columns(&app.store, provider).await?;
    let given = told(&form, &mut known);
    if form.get("columns") == ASK && given.is_empty() {
        // The place goes with the work, which goes on when the browser has hung up.
        let work = move || {
            let _place = place;
            statement::headings(&file, &known)
        };
        let headings = tokio::task::spawn_blocking(work).await;
        let words = form.seat.words();
        return match headings {
            Ok(Ok(headings)) => {
                let trouble = Trouble::Headings { missing: vec![Field::Sum, Field::Time], headings };
                shown(&app, &form.seat, wallet, None, and_days(asked(&trouble, given, words))).await
            }
            Ok(Err(error)) => {
                let asked = and_days(Asked::default());
                let page = shown(&app, &form.seat, wallet, Some(in_words(&error, words)), asked).await?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Err(error) => {
                tracing::error!(%error, "a statement could not be read");
                Err(form.refuse(&app, StatusCode::INTERNAL_SERVER_ERROR, "books.failed"))
            }
        };
    }
    let work = {
        let (app, known) = (Arc::clone(&app), known.clone());
        move || {
            let _place = place;
            reconciling::compare(&app.settings, provider, &file_name, &file, &known, told_days, now)
        }
    };
    let compared = tokio::task::spawn_blocking(work).await;
    let mut comparison = match compared {
        Ok(Ok(comparison)) => comparison,
        Ok(Err(CompareError::File(error))) => {
            let words = form.seat.words();
            let asked = and_days(asked(&error.trouble, given, words));
            let page = shown(&app, &form.seat, wallet, Some(in_words(&error, words)), asked).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Ok(Err(CompareError::OtherWallet { wallet, found, all })) => {
            let words = form.seat.words();
            let (found, all) = (found.to_string(), all.to_string());
            let values = [("wallet", words.t(provider_key(wallet))), ("found", &found), ("all", &all)];
            let said = words.fill("books.other_wallet", &values);
            let page = shown(&app, &form.seat, Some(wallet), Some(said), and_days(Asked::default())).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Ok(Err(CompareError::TooMany)) => {
            return Err(form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "books.too_many"));
        }
        Ok(Err(error @ (CompareError::Visit(_) | CompareError::Store(_)))) => {
            tracing::error!(%error, "a statement could not be compared");
            return Err(form.refuse(&app, StatusCode::SERVICE_UNAVAILABLE, "books.failed"));
        }
        Err(error) => {
            tracing::error!(%error, "a statement could not be compared");
            return Err(form.refuse(&app, StatusCode::INTERNAL_SERVER_ERROR, "books.failed"));
        }
    };
    if !given.is_empty() {
        reconciling::remember(&app.store, provider, &known, Actor::Panel, now).await?;
    }
    let audit = form.audit(&app, Deed::StatementCompared).about(provider.word());
    reconciling::keep(&app.store, &mut comparison, audit, now).await?;
    // What waits for the statement of another day was not judged.
    let all_agrees = comparison.compared.differences.is_empty() && comparison.compared.at_the_ends.is_empty();
    Ok(back("/admin/books", if all_agrees { "statement_agrees" } else { "statement_compared" }))
}

/// Adds what a form says of columns and words; what it says.
fn told(form: &Form, known: &mut Columns) -> Vec<(String, String)> {
    let mut given = Vec::new();
    if form.fields.all().any(|(name, value)| name.starts_with(COLUMN) && !value.is_empty()) {
        // Who maps columns maps all of them.
        known.headings.clear();
    }
    for (name, value) in form.fields.all() {
        if value.is_empty() {
            continue;
        }
        let field = name.strip_prefix(COLUMN).and_then(|name| Field::ALL.into_iter().find(|it| it.name() == name));
        let word = name.strip_prefix(WORD).zip(Meaning::from_name(value));
        if let Some(field) = field {
            known.headings.insert(field, value.to_owned());
        } else if let Some((word, meaning)) = word {
            known.words.insert(word.to_lowercase(), meaning);
        } else {
            continue;
        }
        given.push((name.to_owned(), value.to_owned()));
    }
    given
}

/// What has to be said of a file that could not be read.
fn asked(trouble: &Trouble, given: Vec<(String, String)>, words: &'static Words) -> Asked {
    let fields = |missing: &[Field], headings: &[String]| {
        let field =
            |field: Field| (format!("{COLUMN}{}", field.name()), words.t(field_key(field)), missing.contains(&field));
        Asked { fields: Field::ALL.map(field).into(), headings: headings.to_vec(), ..Asked::default() }
    };
    match trouble {
        Trouble::Headings { missing, headings } => fields(missing, headings),
        Trouble::SameColumn { headings, .. } => fields(&[Field::Sum, Field::Time], headings),
        Trouble::Word(word) => Asked { word: Some(word.clone()), given, ..Asked::default() },
        Trouble::TooLarge
        | Trouble::TooLong
        | Trouble::TooWide
        | Trouble::OldExcel
        | Trouble::WebPage
        | Trouble::NotText
        | Trouble::Quotes
        | Trouble::Broken(_)
        | Trouble::CellError(_)
        | Trouble::Empty
        | Trouble::NoPayment
        | Trouble::Pages(_)
        | Trouble::LostDigits(_)
        | Trouble::Dates1904
        | Trouble::NoSum
        | Trouble::NoTime(_)
        | Trouble::NoName(_)
        | Trouble::BadSum(_)
        | Trouble::UnclearSum(_)
        | Trouble::ImpossibleSum(_)
        | Trouble::BadTime(_) => Asked::default(),
    }
}

/// The difference that a form is about.
async fn found(app: &App, form: &Form) -> Result<Difference, Stop> {
    let provider = Provider::from_word(form.get("provider"));
    let which = provider.map(|provider| WhichDifferences::One(provider, form.get("key").to_owned()));
    let found = match which {
        Some(which) => app.store.differences(which, 1).await?.pop(),
        None => None,
    };
    found.ok_or_else(|| form.refuse(app, StatusCode::NOT_FOUND, "stop.nothing"))
}

/// Keeps what somebody says of a difference.
pub(super) async fn change(State(app): State<Arc<App>>, form: Form) -> Result<Response, Stop> {
    let before = found(&app, &form).await?;
    if form.get("version") != before.version.to_string() {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "books.changed"));
    }
    let state = DifferenceState::from_word(form.get("state")).filter(|state| DifferenceState::SAID.contains(state));
    let state = state.ok_or_else(|| form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form"))?;
    let owner = match form.get("owner") {
        "" => None,
        name => {
            let known = app.store.admins().await?.into_iter().find(|admin| admin.name.as_str() == name);
            let known = known.ok_or_else(|| form.refuse(&app, StatusCode::UNPROCESSABLE_ENTITY, "stop.form"))?;
            Some(known.name)
        }
    };
    let note = form.get("note");
    if note.chars().count() > NOTE_CHARS_MAX || note.contains('\0') || card::masked(note) != note {
        let field = ("order.note", "note");
        return Err(form.refuse_field(&app, StatusCode::UNPROCESSABLE_ENTITY, "order.bad_note", field));
    }
    let note = (!note.is_empty()).then(|| note.to_owned());
    let next = Difference { state, owner, note, ..before.next(app.clock.now()) };
    let audit = form.audit(&app, Deed::DifferenceChanged).about(about(&next));
    let audit = audit.old(&in_short(&before)).new_value(&in_short(&next));
    if !app.store.save_difference(next, audit).await? {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "books.changed"));
    }
    Ok(back("/admin/books", "difference_kept"))
}

/// What the audit has a difference under: its order, so that it stands with what else was done to that.
fn about(difference: &Difference) -> &str {
    difference.order.as_deref().or(difference.payment.as_deref()).unwrap_or(&difference.key)
}

fn in_short(difference: &Difference) -> String {
    let owner = difference.owner.as_ref().map_or("—", AdminName::as_str);
    format!("{}, {owner}, {}", difference.state.word(), difference.note.as_deref().unwrap_or("—"))
}

/// Records a payment that the statement has and we have not.
pub(super) async fn put_right(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let difference = found(&app, &form).await?;
    if !reconciling::can_be_put_right(&difference) {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "books.changed"));
    }
    let audit = form.audit(&app, Deed::PaymentPutRight).about(about(&difference)).new_value(&difference.evidence);
    let by = form.seat.admin.name.as_str();
    let righted = reconciling::put_right(&app.store.noting(audit), &app.settings, &app.clock, &difference, by).await?;
    let done = match righted {
        Ok(Righted::Paid) => "put_right",
        Ok(Righted::Owed) => "put_right_owed",
        Ok(Righted::Before) => "put_right_before",
        Err(why) => return Err(form.refuse(&app, StatusCode::CONFLICT, refusal_key(why))),
    };
    let settled = Difference { state: DifferenceState::Settled, ..difference.next(app.clock.now()) };
    let audit = form.audit(&app, Deed::DifferenceChanged).about(about(&settled));
    let audit = audit.old(&in_short(&difference)).new_value(&in_short(&settled));
    // Whoever was faster has said something about it; the next statement will find that it agrees.
    app.store.save_difference(settled, audit).await?;
    Ok(back("/admin/books", done))
}
