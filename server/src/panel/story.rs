//! An order's story in plain words: its journal as a list of what happened, with who asked, and the notes of people between.

use super::books;
use super::frame::When;
use super::say;
use super::today::provider_key;
use super::words::Words;
use crate::app::App;
use crate::story::{self, Remark};
use boothpay_protocol::ledger::journal::{Actor, Change, Entry};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::{Reason, Transaction, TransactionNumber};
use boothpay_protocol::panel::{AdminName, Audit, Deed};
use boothpay_protocol::providers::shown_id;
use boothpay_protocol::time::TimeMs;
use boothpay_store::visit::OrderStory;

/// How it looks: a step like others, money that came, money that went, trouble, a person's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Back,
    Bad,
    Note,
}

impl Tone {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Back => "back",
            Self::Bad => "bad",
            Self::Note => "note",
        }
    }
}

/// A line of the story.
pub(super) struct Step {
    at: TimeMs,
    pub(super) when: When,
    pub(super) what: String,
    /// More about it, in somebody's own words.
    pub(super) more: Option<String>,
    pub(super) who: String,
    pub(super) tone: Tone,
}

/// What happened, from the first to the last.
pub(super) fn steps(story: &OrderStory, audit: &[Audit], app: &App, words: &Words) -> Vec<Step> {
    let of_journal = story.journal.iter().map(|entry| {
        let (what, more, tone) = told(entry, &story.transactions, words);
        Step { at: entry.at, when: When::of(entry.at, app, words), what, more, who: who(entry, audit, words), tone }
    });
    let notes = audit.iter().filter(|row| row.deed == Deed::NoteWritten).map(|row| Step {
        at: row.at,
        when: When::of(row.at, app, words),
        what: words.t("story.note").to_owned(),
        more: row.new.clone(),
        who: person(row.who.as_ref(), words),
        tone: Tone::Note,
    });
    let mut steps: Vec<Step> = of_journal.chain(notes).collect();
    // The journal's own order stays where times are equal.
    steps.sort_by_key(|step| step.at);
    steps
}

fn person(name: Option<&AdminName>, words: &Words) -> String {
    name.map_or_else(|| words.t("audit.program").to_owned(), AdminName::to_string)
}

/// Who asked. Of what was done in the panel, the audit says which person it was; of what programs did, with which token.
fn who(entry: &Entry, audit: &[Audit], words: &Words) -> String {
    let without_token = |key| program(entry, audit).map_or_else(|| words.t(key).to_owned(), AdminName::to_string);
    let key = match entry.actor {
        Actor::Booth => return without_token("actor.booth"),
        Actor::Api => return without_token("actor.api"),
        Actor::Provider { provider, proven: true } => return words.t(provider_key(provider)).to_owned(),
        Actor::Provider { provider: Provider::Test, proven: false } => "actor.test",
        Actor::Provider { provider, proven: false } => {
            let name = words.t(provider_key(provider));
            return words.fill("actor.unproven", &[("name", name)]);
        }
        Actor::Staff => "actor.staff",
        Actor::Sweep | Actor::Tasks => "actor.program",
        Actor::CommandLine => "actor.command_line",
        Actor::Statement => "actor.statement",
        Actor::Import => "actor.import",
        Actor::Panel => {
            // It is written in the commit of the change, with its time.
            let mut rows = audit.iter().filter(|row| row.at == entry.at && row.deed.changes_order());
            let deed = deed_of(&entry.change);
            let row = rows.clone().find(|row| Some(row.deed) == deed).or_else(|| rows.next());
            return row.map_or_else(|| words.t("actor.panel").to_owned(), |row| person(row.who.as_ref(), words));
        }
    };
    words.t(key).to_owned()
}

/// The token with which a program made a change: its row in the audit has the same time.
fn program<'a>(entry: &Entry, audit: &'a [Audit]) -> Option<&'a AdminName> {
    let row = audit.iter().find(|row| row.deed == Deed::OrderChangedByToken && row.at == entry.at)?;
    row.who.as_ref()
}

/// What in the audit stands for a change that the panel asked for.
const fn deed_of(change: &Change) -> Option<Deed> {
    match change {
        Change::OrderCancelled => Some(Deed::OrderCancelled),
        Change::ReprintAllowed | Change::PrintAsked { .. } => Some(Deed::ReprintAllowed),
        Change::PrintDone => Some(Deed::PrintsHandedOver),
        Change::RefundAsked { .. } => Some(Deed::RefundAsked),
        Change::TransactionRefunded { .. } | Change::MoneyGivenBack { .. } => Some(Deed::HandedBack),
        Change::OrderCreated(_) => Some(Deed::TestOrderMade),
        Change::OrderReopened { .. }
        | Change::OrderChosen { .. }
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::PrintGranted { .. }
        | Change::PrintAwaitsShots { .. }
        | Change::PrintBegun { .. }
        | Change::PrintProgress { .. }
        | Change::PrintFailed { .. }
        | Change::PrintUnknown { .. }
        | Change::PrintClaimOpened { .. }
        | Change::TransactionCreated(_)
        | Change::TransactionPerformed { .. }
        | Change::TransactionPerformedLate { .. }
        | Change::TransactionCancelled { .. }
        | Change::RefundFailed { .. }
        | Change::MoneyOwed { .. }
        | Change::DetailsChanged { .. }
        | Change::StatementShown { .. }
        | Change::OrderTakenOver(_)
        | Change::TransactionTakenOver(_) => None,
    }
}

fn told(entry: &Entry, transactions: &[Transaction], words: &Words) -> (String, Option<String>, Tone) {
    let plain = |key: &'static str, tone| (words.t(key).to_owned(), None, tone);
    let by = |number: TransactionNumber| {
        let provider = transactions.iter().find(|it| it.number == number).map(|it| it.provider);
        provider.map_or("?", |provider| words.t(provider_key(provider)))
    };
    let with_copies = |key: &'static str, done: u16| words.fill(key, &[("copies", &done.to_string())]);
    let with_wallet = |key: &'static str, number, tone| (words.fill(key, &[("wallet", by(number))]), None, tone);
    match &entry.change {
        Change::OrderCreated(new) => {
            let (sum, copies) = (say::sum(new.amount.tiyin(), words.language()), new.copies.get().to_string());
            (words.fill("story.created", &[("sum", &sum), ("copies", &copies)]), None, Tone::Plain)
        }
        Change::OrderReopened { .. } => plain("story.reopened", Tone::Plain),
        Change::OrderChosen { chosen: Some(provider), .. } => {
            (words.fill("story.chosen", &[("wallet", words.t(provider_key(*provider)))]), None, Tone::Plain)
        }
        Change::OrderChosen { chosen: None, .. } => plain("story.language", Tone::Plain),
        Change::OrderCancelled => plain("story.cancelled", Tone::Plain),
        Change::OrderExpired => plain("story.expired", Tone::Plain),
        Change::OrderPrinted | Change::PrintGranted { .. } => plain("story.printed", Tone::Good),
        Change::ReprintAllowed => plain("story.reprint", Tone::Plain),
        Change::PrintAwaitsShots { .. } => plain("story.print_shots", Tone::Plain),
        Change::PrintAsked { round: 1, .. } => plain("story.print_asked", Tone::Plain),
        Change::PrintAsked { .. } => plain("story.print_asked_again", Tone::Plain),
        Change::PrintBegun { by, .. } => (words.fill("story.print_begun", &[("by", by)]), None, Tone::Plain),
        Change::PrintProgress { done, .. } => (with_copies("story.print_progress", *done), None, Tone::Plain),
        Change::PrintDone => plain("story.print_done", Tone::Good),
        Change::PrintFailed { done, why } => (with_copies("story.print_failed", *done), Some(why.clone()), Tone::Bad),
        Change::PrintUnknown { done, why, stuck_until: Some(_) } => {
            (with_copies("story.print_stuck", *done), Some(why.clone()), Tone::Bad)
        }
        Change::PrintUnknown { done, why, stuck_until: None } => {
            (with_copies("story.print_unknown", *done), Some(why.clone()), Tone::Bad)
        }
        Change::PrintClaimOpened { why, .. } => (words.t("story.print_claim").to_owned(), Some(why.clone()), Tone::Bad),
        Change::TransactionCreated(new) => {
            let wallet = words.t(provider_key(new.provider));
            let (id, number) = (shown_id(new.provider, &new.provider_id), new.number.to_string());
            let values = [("wallet", wallet), ("id", id), ("number", number.as_str())];
            let key = if new.provider == Provider::UzumQr { "story.code" } else { "story.begun" };
            (words.fill(key, &values), None, Tone::Plain)
        }
        Change::TransactionPerformed { number, .. } => with_wallet("story.paid", *number, Tone::Good),
        Change::TransactionPerformedLate { number, .. } => with_wallet("story.paid_late", *number, Tone::Good),
        Change::TransactionCancelled { number, reason, .. } => {
            let is_code = transactions.iter().any(|it| it.number == *number && it.provider == Provider::UzumQr);
            let key = match reason {
                Some(Reason::Refund | Reason::ByHand) | None if is_code => "story.code_gone",
                Some(Reason::TimedOut) => "story.gave_up_time",
                Some(Reason::Failed) => "story.gave_up_failed",
                Some(Reason::Refund | Reason::ByHand) | None => "story.gave_up",
            };
            plain(key, Tone::Plain)
        }
        Change::TransactionRefunded { number, reason: Some(Reason::ByHand), .. } => {
            with_wallet("story.refunded_by_hand", *number, Tone::Back)
        }
        Change::TransactionRefunded { number, .. } => with_wallet("story.refunded", *number, Tone::Back),
        Change::RefundAsked { reason, .. } => (words.t("story.refund_asked").to_owned(), reason.clone(), Tone::Back),
        Change::RefundFailed { why, .. } => (words.t("story.refund_failed").to_owned(), Some(why.clone()), Tone::Bad),
        Change::MoneyOwed { number, .. } => with_wallet("story.owed", *number, Tone::Bad),
        Change::MoneyGivenBack { number, reason: Some(Reason::ByHand), .. } => {
            with_wallet("story.given_back_by_hand", *number, Tone::Back)
        }
        Change::MoneyGivenBack { number, .. } => with_wallet("story.given_back", *number, Tone::Back),
        Change::DetailsChanged { number, details } => match story::remark(entry.actor, details.as_str()) {
            Remark::GivenUp => with_wallet("story.given_up", *number, Tone::Plain),
            Remark::CancelledAfterPayment => with_wallet("story.click_cancelled", *number, Tone::Bad),
            Remark::Receipt => with_wallet("story.receipt", *number, Tone::Plain),
            Remark::ItemsTold => {
                let what = words.fill("story.items_told", &[("wallet", by(*number))]);
                (what, story::receipt_address(details.as_str()), Tone::Plain)
            }
        },
        Change::StatementShown { number, by: who, evidence } => {
            let what = words.fill("story.statement", &[("wallet", by(*number)), ("by", who)]);
            (what, Some(books::evidence(evidence, words)), Tone::Note)
        }
        Change::OrderTakenOver(_) => plain("story.taken_over", Tone::Plain),
        Change::TransactionTakenOver(taken) => {
            let wallet = words.t(provider_key(taken.transaction.provider));
            (words.fill("story.payment_taken_over", &[("wallet", wallet)]), None, Tone::Plain)
        }
    }
}
