//! Uzum Bank's Dynamic QR: we have Uzum make a code for each order, show it, and ask what has become of it, because Uzum does not
//! call (`reference/uzum-qr.md`). Why it is as it is: `docs/decisions/0028-uzum-qr.md`.
//!
//! A code that is shown can be paid, so it holds its order like any wallet's transaction. But nobody has begun to pay, so the
//! customer may leave or choose another wallet: then we let go at once, and have Uzum make the code void behind that.
//!
//! | transaction | Uzum says | what is recorded |
//! |---|---|---|
//! | created | SUCCESS | performed; the order is paid |
//! | created | FAILED, CANCELLED, REVERSED | cancelled; the order is free |
//! | created | CREATED, HOLD, REVERSE_PENDING | nothing: it is asked again |
//! | we let go of it | SUCCESS | performed late, or owed back with a task for it, as [`arrival`] says |
//! | we let go of it | anything else | nothing |
//! | performed, owed, refunded, given back | | nothing: it is recorded already |

pub mod api;

use crate::ledger::arrival::{self, Arrived};
use crate::ledger::details::Details;
use crate::ledger::holder::{Holder, NotPayable, not_payable};
use crate::ledger::journal::Change;
use crate::ledger::order::OrderId;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Rows, Writes};
use crate::ledger::task::{NewTask, TaskKey, TaskKind, TaskTarget};
use crate::ledger::transaction::{NewTransaction, Reason, State, Transaction};
use crate::providers::{self, Patience, WaitingSince};
use crate::time::{SpanMs, TimeMs};
use crate::uzum::details::{CardType, phone_end, word};
use serde::{Deserialize, Serialize};

/// As long as an order can be paid by default.
const HOLD: SpanMs = SpanMs::seconds(900);

/// What an owner may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// For how long a code that is shown may hold its order.
    pub hold: SpanMs,
}

impl Default for Rules {
    fn default() -> Self {
        Self { hold: HOLD }
    }
}

impl Rules {
    /// How long a code may hold its order.
    pub const fn patience(self) -> Patience {
        Patience { limit: self.hold, since: WaitingSince::CreateTime }
    }
}

/// What a transaction keeps: what the code says, and Uzum's words about the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UzumQrDetails {
    /// What the code says (`payment_link`).
    pub link: String,
    /// Uzum's number of the payment, by which its money is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<String>,
    /// The reference number of the card's processing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whose card it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardType>,
    /// The last digits of the customer's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_end: Option<String>,
}

impl UzumQrDetails {
    /// Reads them; `None` when the stored ones are not in this form.
    pub fn of(transaction: &Transaction) -> Option<Self> {
        serde_json::from_str(transaction.details.as_str()).ok()
    }

    fn of_link(link: &str) -> Self {
        Self { link: link.to_owned(), payment_id: None, reference: None, card: None, phone_end: None }
    }

    fn keep(&self) -> Details {
        // Texts always have a form in JSON.
        serde_json::to_string(self).map_or_else(|_| Details::none(), Details::new)
    }
}

/// A code that Uzum has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The number under which Uzum knows it (`order_id`): ours, and new for each code.
    pub id: ProviderId,
    /// What it says.
    pub link: String,
}

/// The number of a new code: the order's, and a few letters, because Uzum takes a number only once and an order may need a second
/// code. `None` when the letters make no number.
pub fn code_id(order_id: &OrderId, letters: &str) -> Option<ProviderId> {
    let order: String = order_id.as_str().chars().take(ORDER_CHARS_MAX).collect();
    ProviderId::parse(&format!("{order}-{letters}")).ok()
}

/// Characters of an order's number that a code's number repeats, so that people see which order it is and the rest fits.
const ORDER_CHARS_MAX: usize = 40;

/// What a holder's code says, while it may be shown.
pub fn shown(holder: Option<&Transaction>) -> Option<String> {
    let holder = holder.filter(|holder| is_shown(holder))?;
    UzumQrDetails::of(holder).map(|details| details.link)
}

/// Whether this is a code on a screen: it holds its order, and nobody has paid it yet.
pub fn is_shown(holder: &Transaction) -> bool {
    holder.provider == Provider::UzumQr && holder.state == State::Created
}

/// The end of a code that is shown, because its customer has left or chosen another wallet; `None` of any other holder. The task
/// that watches it then has Uzum make it void.
pub fn let_go(holder: &Transaction) -> Option<Change> {
    is_shown(holder).then_some(Change::TransactionCancelled { number: holder.number, reason: None, details: None })
}

/// Why a code is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShown {
    /// No such order.
    NotFound,
    /// It cannot be paid now.
    NotPayable(NotPayable),
}

/// Shows a code: from now on it holds its order, and a task watches it. A code that is shown already stays; the new one is
/// nobody's then. The reply is what the code on the screen says.
pub fn show(code: &Code, rows: &Rows, now: TimeMs, rules: &providers::Rules) -> Decision<Result<String, NotShown>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(NotShown::NotFound)) };
    if let Some(link) = still_shown(rows, now) {
        return Decision::answer(Ok(link));
    }
    let holder = providers::holder(rows, now, rules);
    if let Some(why) = not_payable(order, &holder, now) {
        return Decision::answer(Err(NotShown::NotPayable(why)));
    }
    let at = rows.at(now);
    let created = Change::TransactionCreated(NewTransaction {
        number: rows.next_number,
        provider: Provider::UzumQr,
        provider_id: code.id.clone(),
        provider_time: at,
        amount: order.amount,
        details: UzumQrDetails::of_link(&code.link).keep(),
    });
    let changes = match holder {
        Holder::Abandoned { end } => vec![end, created],
        Holder::Nobody | Holder::Busy => vec![created],
    };
    Decision::change(order.id.clone(), at, changes, Ok(code.link.clone())).with_tasks(watching(code, &order.id, at))
}

/// What the code on an order's screen says, if there is one and the order may still be paid.
pub fn still_shown(rows: &Rows, now: TimeMs) -> Option<String> {
    let is_payable = rows.order.as_ref().is_some_and(|order| !order.is_past_expiry(now));
    shown(rows.holder.as_ref().filter(|_| is_payable))
}

/// The payload of the task that watches a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The code's number.
    pub id: ProviderId,
}

impl Watched {
    /// Reads a task's payload.
    pub fn read(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }
}

fn watching(code: &Code, order_id: &OrderId, at: TimeMs) -> Option<NewTask> {
    Some(NewTask {
        key: TaskKey::of("uzum_code", &[code.id.as_str()]),
        kind: TaskKind::UzumCode,
        target: TaskTarget::parse(Provider::UzumQr.word()).ok()?,
        order_id: Some(order_id.clone()),
        payload: serde_json::to_string(&Watched { id: code.id.clone() }).ok()?,
        created_at: at,
    })
}

/// Records that a code was paid. The reply says what became of the money; `None` when there is no such code.
pub fn paid(payment: &api::Payment, rows: &Rows, now: TimeMs, rules: &providers::Rules) -> Decision<Option<Arrived>> {
    let Some(transaction) = &rows.transaction else { return Decision::answer(None) };
    // Details that cannot be read stay as they are: the money does not depend on them.
    let details = UzumQrDetails::of(transaction).map(|details| {
        UzumQrDetails {
            payment_id: Some(payment.id.clone()),
            reference: payment.reference.as_deref().and_then(word),
            card: payment.card.and_then(CardType::from_number),
            phone_end: payment.phone.as_deref().and_then(phone_end),
            ..details
        }
        .keep()
    });
    match arrival::record(rows, providers::holder(rows, now, rules), details, now) {
        Some(decision) => {
            let is_new = decision.writes != Writes::Nothing;
            let task = providers::follows(decision.reply, transaction, rows.at(now), rules).filter(|_| is_new);
            decision.map(Some).with_tasks(task)
        }
        None => Decision::answer(None),
    }
}

/// Records that a code will not be paid any more. The reply says whether it was shown until now.
pub fn ended(rows: &Rows, now: TimeMs) -> Decision<bool> {
    match rows.transaction.as_ref().filter(|transaction| transaction.state == State::Created) {
        Some(transaction) => {
            let (number, reason) = (transaction.number, Some(Reason::Failed));
            let changes = vec![Change::TransactionCancelled { number, reason, details: None }];
            Decision::change(transaction.order_id.clone(), rows.at(now), changes, true)
        }
        None => Decision::answer(false),
    }
}
