//! The audit: who did what, newest first, a page at a time.

use super::books;
use super::frame::{Frame, Section, Stop, When, show};
use super::say;
use super::seat::OwnerSeat;
use super::words::Words;
use crate::app::App;
use crate::net::Address;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use boothpay_protocol::panel::{AdminName, Audit, Deed};
use serde::Deserialize;
use std::sync::Arc;

/// Rows of a page.
const ROWS: usize = 100;

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    before: Option<i64>,
    /// Whether what programs did with tokens is asked for, too.
    #[serde(default)]
    programs: bool,
}

/// A row as it is shown.
pub(super) struct Row {
    when: When,
    who: String,
    what: String,
    about: Option<String>,
    old: Option<String>,
    new: Option<String>,
    address: Option<String>,
}

impl Row {
    pub(super) fn of(audit: Audit, app: &App, words: &Words) -> Self {
        let Audit { at, who, deed, about, old, new, address } = audit;
        let new = new.map(|new| {
            if deed == Deed::StatementCompared {
                books::comparison(&new, words)
            } else if deed == Deed::PaymentPutRight {
                books::evidence(&new, words)
            } else {
                new
            }
        });
        // Who tries a wrong password is nobody who is known, whatever name he gave.
        let (nobody, no_name) = match deed {
            Deed::LoginRefused | Deed::CodeRefused => (words.t("audit.stranger"), Some(words.t("audit.no_name"))),
            Deed::PinRefused => (words.t("audit.stranger"), None),
            Deed::LinkMade
            | Deed::PasswordSet
            | Deed::LoggedIn
            | Deed::CodeAsked
            | Deed::CodeTaken
            | Deed::RecoveryUsed
            | Deed::SecondTurnedOn
            | Deed::SecondTurnedOff
            | Deed::SecondTakenAway
            | Deed::OpenedAtBooth
            | Deed::LoggedOut
            | Deed::PersonAdded
            | Deed::PersonRemoved
            | Deed::OrderCancelled
            | Deed::ReprintAllowed
            | Deed::PrintsHandedOver
            | Deed::RefundAsked
            | Deed::HandedBack
            | Deed::AlertsChanged
            | Deed::NoteWritten
            | Deed::StatementCompared
            | Deed::DifferenceChanged
            | Deed::WalletChanged
            | Deed::SettingsChanged
            | Deed::PaymentPutRight
            | Deed::BoothClosed
            | Deed::BoothOpened
            | Deed::OrderChangedByToken
            | Deed::LayoutsChanged
            | Deed::TestOrderMade => (words.t("audit.program"), None),
        };
        Self {
            when: When::of(at, app, words),
            who: who.as_ref().map_or_else(|| nobody.to_owned(), AdminName::to_string),
            what: words.t(&format!("deed.{}", deed.word())).to_owned(),
            about: about.map(|about| say::order(&about)).or(no_name.map(str::to_owned)),
            old: old.map(|old| value(deed, &old, words)),
            new: new.map(|new| if is_written(deed) { new } else { value(deed, &new, words) }),
            address: address
                .map(|it| if it == Address::HERE.to_string() { words.t("why.here").to_owned() } else { it }),
        }
    }
}

/// Whether the new value is what a person wrote.
const fn is_written(deed: Deed) -> bool {
    matches!(deed, Deed::RefundAsked | Deed::NoteWritten)
}

/// Words that this program wrote into a row, with their keys. Rows are kept in one language, and read in three.
const KEPT: [(&str, &str); 13] = [
    ("pending", "status.pending"),
    ("paid", "status.paid"),
    ("cancelled", "status.cancelled"),
    ("refunded", "status.refunded"),
    ("expired", "status.expired"),
    ("owner", "role.owner"),
    ("operator", "role.operator"),
    ("not connected", "wallets.not"),
    ("for customers", "wallets.for_customers"),
    ("to be tried", "wallets.to_be_tried"),
    ("not offered", "wallets.not_offered"),
    ("with a new key", "wallets.new_key"),
    ("the file of the wallets was found", "wallets.file_found"),
];

/// A value of a row in words.
fn value(deed: Deed, kept: &str, words: &Words) -> String {
    let known = |part: &str| {
        let key = KEPT.iter().find(|(word, _)| *word == part).map(|(_, key)| *key);
        key.map_or_else(|| part.to_owned(), |key| words.t(key).to_owned())
    };
    if deed == Deed::WalletChanged {
        return kept.split(", ").map(known).collect::<Vec<_>>().join(", ");
    }
    if deed != Deed::DifferenceChanged {
        return known(kept);
    }
    // Its state, then who sees to it and what he wrote.
    let (state, rest) = kept.split_once(", ").map_or((kept, None), |(state, rest)| (state, Some(rest)));
    let state = words.known(&format!("difference.{state}")).unwrap_or(state);
    rest.map_or_else(|| state.to_owned(), |rest| format!("{state}, {rest}"))
}

#[derive(Template)]
#[template(path = "panel/audit.html")]
struct AuditPage {
    f: Frame,
    rows: Vec<Row>,
    /// The number from which the next page goes on.
    older: Option<i64>,
    programs: bool,
    /// Whether there are programs with tokens.
    has_programs: bool,
}

/// A page of it.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    OwnerSeat(seat): OwnerSeat,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Stop> {
    let Asked { before, programs } = asked.map(|Query(asked)| asked).unwrap_or_default();
    let limit = u32::try_from(ROWS.saturating_add(1)).unwrap_or(u32::MAX);
    let mut found = if programs {
        app.store.audit(None, before, limit).await?
    } else {
        app.store.audit_of_people(before, limit).await?
    };
    let has_more = found.len() > ROWS;
    found.truncate(ROWS);
    let older = found.last().map(|(number, _)| *number).filter(|_| has_more);
    let rows = found.into_iter().map(|(_, audit)| Row::of(audit, &app, seat.words())).collect();
    show(&AuditPage {
        f: seat.frame(&app, Section::Audit),
        rows,
        older,
        programs,
        has_programs: !app.settings.api_tokens.is_empty(),
    })
}
