//! The journal: every change of an order or its transactions, and how the rows follow from it.
//!
//! A decision is written down as changes; the store appends them and writes the rows that [`apply`] makes of them. So the
//! rows are, by construction, what the journal folds to, and [`apply`] is the second place, after the decision, where a
//! forbidden step is refused.

use super::details::Details;
use super::language::Language;
use super::order::{NewOrder, Order, OrderId, OrderStatus};
use super::printing::{self, Step};
use super::provider::Provider;
use super::takeover::{self, TakenOrder, TakenTransaction};
use super::transaction::{NewTransaction, Reason, State, Transaction, TransactionNumber};
use crate::print::PageId;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// Who asked for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The booth's own page.
    Booth,
    /// A program that called the API: the owner's own page, for instance.
    Api,
    /// A provider, or whoever called in its place.
    Provider {
        /// Which.
        provider: Provider,
        /// Whether the call carried the provider's proof. What that means for money says [`super::authority::is_proven`].
        proven: bool,
    },
    /// A member of the booth's staff, who has typed a PIN at its screen.
    Staff,
    /// The background sweep, which ends what is too old.
    Sweep,
    /// The job that carries tasks out, about what came of one.
    Tasks,
    /// A person at the command line.
    CommandLine,
    /// A person in the owner's panel; the audit says who.
    Panel,
    /// A person who shows a wallet's statement; the row [`Change::StatementShown`] beside what it changes says who.
    Statement,
    /// A person who takes over what another back end did.
    Import,
}

impl Actor {
    /// The test payment, for which nobody proves anything.
    pub const TEST_PAYMENT: Self = Self::Provider { provider: Provider::Test, proven: false };

    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Booth,
        Self::Api,
        Self::Provider { provider: Provider::Payme, proven: true },
        Self::Provider { provider: Provider::Payme, proven: false },
        Self::Provider { provider: Provider::Click, proven: true },
        Self::Provider { provider: Provider::Click, proven: false },
        Self::Provider { provider: Provider::Uzum, proven: true },
        Self::Provider { provider: Provider::Uzum, proven: false },
        Self::Provider { provider: Provider::UzumQr, proven: true },
        Self::TEST_PAYMENT,
        Self::Staff,
        Self::Sweep,
        Self::Tasks,
        Self::CommandLine,
        Self::Panel,
        Self::Statement,
        Self::Import,
    ];

    /// The word in the journal. A test payment is never proven, so it has one word. What Uzum answers about its codes is
    /// always proven: it was Uzum that we asked. No bank calls us about UzQR: its word is in no journal, and [`Actor::from_word`]
    /// knows none.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Booth => "booth",
            Self::Api => "api",
            Self::Provider { provider: Provider::Payme, proven: true } => "payme",
            Self::Provider { provider: Provider::Payme, proven: false } => "payme_unproven",
            Self::Provider { provider: Provider::Click, proven: true } => "click",
            Self::Provider { provider: Provider::Click, proven: false } => "click_unproven",
            Self::Provider { provider: Provider::Uzum, proven: true } => "uzum",
            Self::Provider { provider: Provider::Uzum, proven: false } => "uzum_unproven",
            Self::Provider { provider: Provider::UzumQr, .. } => "uzum_qr",
            Self::Provider { provider: Provider::Uzqr, .. } => "uzqr",
            Self::Provider { provider: Provider::Test, .. } => "test",
            Self::Staff => "staff",
            Self::Sweep => "sweep",
            Self::Tasks => "tasks",
            Self::CommandLine => "command_line",
            Self::Panel => "panel",
            Self::Statement => "statement",
            Self::Import => "import",
        }
    }

    /// Takes back what [`Actor::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.word() == word)
    }
}

/// What can happen to an order and its transactions. The journal keeps it as JSON.
///
/// Where `details` are given, they are those that the transaction has from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The order exists; waiting for money.
    OrderCreated(NewOrder),
    /// An unpaid order that had been closed is payable again.
    OrderReopened {
        /// Until when a payment may start.
        expires_at: TimeMs,
    },
    /// The customer has chosen another provider or language.
    OrderChosen {
        /// The provider, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<Provider>,
        /// The language, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
    },
    /// Closed at the booth.
    OrderCancelled,
    /// Closed because its time ran out.
    OrderExpired,
    /// Its prints were started.
    OrderPrinted,
    /// Its prints were granted to a page, which starts them; nobody else may.
    PrintGranted {
        /// Which page.
        page: PageId,
    },
    /// It may be printed once more: nothing good came out of the printer.
    ReprintAllowed,
    /// It was paid before its pictures were taken. They are taken now.
    PrintAwaitsShots {
        /// If they are not taken by then, it becomes a claim.
        until: TimeMs,
    },
    /// A print job was made for the copies that are not out. Its number is this row's version.
    PrintAsked {
        /// If nobody has taken it by then, it becomes a claim.
        until: TimeMs,
        /// 1, or 2 for the one repetition that follows a failure by itself.
        round: u8,
    },
    /// Somebody has taken the print job.
    PrintBegun {
        /// Who, by the name that he gave.
        by: String,
        /// By then he says what came of it.
        until: TimeMs,
    },
    /// So many copies have come out.
    PrintProgress {
        /// Of all that were bought.
        done: u16,
        /// By then more is said.
        until: TimeMs,
    },
    /// All copies have come out.
    PrintDone,
    /// Not all copies came out.
    PrintFailed {
        /// So many did, of all that were bought.
        done: u16,
        /// Why, for people.
        why: String,
    },
    /// Nobody knows how many copies came out.
    PrintUnknown {
        /// So many did for certain.
        done: u16,
        /// Why, for people.
        why: String,
        /// The printer is silent, and the job may be in it: it is waited for, at most so long, until it was seen that it is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stuck_until: Option<TimeMs>,
    },
    /// The customer has a claim to the copies that are not out.
    PrintClaimOpened {
        /// As long as the booth's screen honours it.
        until: TimeMs,
        /// Why, for people.
        why: String,
    },
    /// A provider has begun to pay it.
    TransactionCreated(NewTransaction),
    /// The money is there; the order is paid.
    TransactionPerformed {
        /// Which.
        number: TransactionNumber,
        /// Its new details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Details>,
    },
    /// The money of a cancelled transaction came after all, and the order could still be paid by it.
    TransactionPerformedLate {
        /// Which.
        number: TransactionNumber,
        /// Its new details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Details>,
    },
    /// Given up before money came; the order is free again.
    TransactionCancelled {
        /// Which.
        number: TransactionNumber,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// Its new details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Details>,
    },
    /// The money went back; the order is refunded.
    TransactionRefunded {
        /// Which.
        number: TransactionNumber,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// Its new details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Details>,
    },
    /// A person asked that the money of a paid order go back. From then on it is owed to the customer, and nothing is printed.
    RefundAsked {
        /// Which transaction's.
        number: TransactionNumber,
        /// Why, in that person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Money that is to go back was not given back by the task for it, which was given up: a person has to see to it.
    RefundFailed {
        /// Which transaction's.
        number: TransactionNumber,
        /// Why, for people.
        why: String,
    },
    /// The money of a cancelled transaction came after all, and the order cannot be paid by it: it is owed back.
    MoneyOwed {
        /// Which transaction.
        number: TransactionNumber,
        /// Its new details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Details>,
    },
    /// Money that was owed has gone back. The order stays as it is.
    MoneyGivenBack {
        /// Which transaction.
        number: TransactionNumber,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// Its new details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Details>,
    },
    /// The provider sent something to keep that changes nothing else: a fiscal document, for instance.
    DetailsChanged {
        /// Which transaction.
        number: TransactionNumber,
        /// Its new details.
        details: Details,
    },
    /// A person has shown the wallet's statement, which has this payment. What follows from it stands in the rows beside this one.
    StatementShown {
        /// Which transaction.
        number: TransactionNumber,
        /// Who showed it.
        by: String,
        /// Which file and row.
        evidence: String,
    },
    /// The order was made by another back end, and is taken over from it.
    OrderTakenOver(TakenOrder),
    /// Another back end did this with a transaction; of one that was taken over before, how it went on there. The row's time
    /// is that of the taking over, its own times are those of there.
    TransactionTakenOver(TakenTransaction),
}

impl Change {
    /// The transaction that it is about; `None` of a change of the order alone.
    pub const fn transaction(&self) -> Option<TransactionNumber> {
        match self {
            Self::TransactionCreated(NewTransaction { number, .. })
            | Self::TransactionTakenOver(TakenTransaction { transaction: NewTransaction { number, .. }, .. })
            | Self::TransactionPerformed { number, .. }
            | Self::TransactionPerformedLate { number, .. }
            | Self::TransactionCancelled { number, .. }
            | Self::TransactionRefunded { number, .. }
            | Self::RefundAsked { number, .. }
            | Self::RefundFailed { number, .. }
            | Self::MoneyOwed { number, .. }
            | Self::MoneyGivenBack { number, .. }
            | Self::StatementShown { number, .. }
            | Self::DetailsChanged { number, .. } => Some(*number),
            Self::OrderCreated(_)
            | Self::OrderReopened { .. }
            | Self::OrderChosen { .. }
            | Self::OrderCancelled
            | Self::OrderExpired
            | Self::OrderPrinted
            | Self::PrintGranted { .. }
            | Self::ReprintAllowed
            | Self::PrintAwaitsShots { .. }
            | Self::PrintAsked { .. }
            | Self::PrintBegun { .. }
            | Self::PrintProgress { .. }
            | Self::PrintDone
            | Self::PrintFailed { .. }
            | Self::PrintUnknown { .. }
            | Self::PrintClaimOpened { .. }
            | Self::OrderTakenOver(_) => None,
        }
    }
}

/// One journal row. The key is the order's id and the version; versions count from 1 without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which order.
    pub order_id: OrderId,
    /// The order's version once this row is applied.
    pub version: u32,
    /// When; also the create, perform or cancel time that the change sets.
    pub at: TimeMs,
    /// Who asked.
    pub actor: Actor,
    /// What happened.
    pub change: Change,
}

/// An order with those of its transactions that matter to whoever looks at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// The order, once it exists.
    pub order: Option<Order>,
    /// Its transactions, in the order in which they were created.
    pub transactions: Vec<Transaction>,
}

/// A step that must never be taken. Seeing one means a bug or a damaged journal; nothing is written then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("order {order_id}, version {version}: {why}")]
pub struct ForbiddenStep {
    order_id: OrderId,
    version: u32,
    why: &'static str,
}

/// Folds a whole journal of one order.
pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Story, ForbiddenStep> {
    let mut story = Story::default();
    for entry in entries {
        apply(&mut story, entry)?;
    }
    Ok(story)
}

/// Takes one step, or refuses it and leaves `story` as it was.
pub fn apply(story: &mut Story, entry: &Entry) -> Result<(), ForbiddenStep> {
    let refuse = |why| Err(ForbiddenStep { order_id: entry.order_id.clone(), version: entry.version, why });
    let Some(order) = &story.order else {
        return match (&entry.change, entry.version) {
            (Change::OrderCreated(new), 1) => {
                let by_api = matches!(entry.actor, Actor::Api);
                story.order = Some(Order { by_api, ..Order::new(entry.order_id.clone(), new, entry.at) });
                Ok(())
            }
            (Change::OrderTakenOver(taken), 1) => match taken.begin(entry.order_id.clone(), entry.at) {
                Some(order) => {
                    story.order = Some(Order { by_api: true, ..order });
                    Ok(())
                }
                None => refuse("an order is taken over after it was made"),
            },
            (_, _) => refuse("the first change of an order must create it"),
        };
    };
    if order.id != entry.order_id {
        return refuse("the change is about another order");
    }
    if order.version.checked_add(1) != Some(entry.version) {
        return refuse("the versions have a gap");
    }
    if entry.at < order.changed_at {
        return refuse("the time runs backwards");
    }
    let mut next = order.clone();
    next.version = entry.version;
    next.changed_at = entry.at;
    if let Err(why) = step(&mut next, &mut story.transactions, entry) {
        return refuse(why);
    }
    story.order = Some(next);
    Ok(())
}

/// The table of steps. Changes `transactions` only when it succeeds.
fn step(order: &mut Order, transactions: &mut Vec<Transaction>, entry: &Entry) -> Result<(), &'static str> {
    let at = entry.at;
    let is_held = transactions.iter().any(|transaction| transaction.state.holds());
    match (&entry.change, order.status) {
        (Change::OrderCreated(_) | Change::OrderTakenOver(_), _) => return Err("the order exists already"),
        (
            Change::OrderReopened { expires_at },
            OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired,
        ) if !is_held => {
            order.status = OrderStatus::Pending;
            order.expires_at = *expires_at;
        }
        (Change::OrderReopened { .. }, _) => return Err("only an unpaid order that nobody is paying is opened again"),
        (Change::OrderChosen { chosen, language }, _) => {
            order.chosen = *chosen;
            order.language = *language;
        }
        (Change::OrderCancelled, OrderStatus::Pending) if !is_held => order.status = OrderStatus::Cancelled,
        (Change::OrderExpired, OrderStatus::Pending) if !is_held => order.status = OrderStatus::Expired,
        (Change::OrderCancelled | Change::OrderExpired, _) => {
            return Err("only a pending order that nobody is paying can be closed");
        }
        (Change::OrderPrinted | Change::PrintGranted { .. }, OrderStatus::Paid)
            if order.printed_at.is_none() && order.printing.is_none() && order.refund_asked_at.is_none() =>
        {
            order.printed_at = Some(at);
        }
        // The page itself honours a claim, or prints what was taken after the payment: there are no print jobs.
        (Change::PrintGranted { .. }, OrderStatus::Paid)
            if order.printing.is_some_and(|it| {
                matches!(it.state, printing::PrintState::Claim { .. } | printing::PrintState::Shots { .. })
            }) && order.refund_asked_at.is_none() =>
        {
            (order.printed_at, order.printing) = (Some(at), None);
        }
        (Change::OrderPrinted | Change::PrintGranted { .. }, _) => {
            return Err("only a paid order whose money stays is printed, and once");
        }
        (Change::ReprintAllowed, OrderStatus::Paid) if order.printed_at.is_some() && order.printing.is_none() => {
            order.printed_at = None;
        }
        (Change::ReprintAllowed, _) => return Err("only a paid order that was printed is printed once more"),
        (Change::PrintAwaitsShots { until }, _) => printing::step(order, Step::AwaitsShots(*until), at)?,
        (Change::PrintAsked { until, .. }, _) => printing::step(order, Step::Asked(*until), at)?,
        (Change::PrintBegun { until, .. }, _) => printing::step(order, Step::Begun(*until), at)?,
        (Change::PrintProgress { done, until }, _) => printing::step(order, Step::Progress(*done, *until), at)?,
        (Change::PrintDone, _) => printing::step(order, Step::Done, at)?,
        (Change::PrintFailed { done, .. }, _) => printing::step(order, Step::Failed(*done), at)?,
        (Change::PrintUnknown { done, stuck_until, .. }, _) => {
            let step = stuck_until.map_or(Step::Unknown(*done), |until| Step::Stuck(*done, until));
            printing::step(order, step, at)?;
        }
        (Change::PrintClaimOpened { until, .. }, _) => printing::step(order, Step::ClaimOpened(*until), at)?,
        (Change::TransactionCreated(new), OrderStatus::Pending) if !is_held => {
            if new.amount != order.amount {
                return Err("a transaction's amount is the order's");
            }
            transactions.push(Transaction::new(order.id.clone(), new, at));
            order.begun_at = order.begun_at.or(Some(at));
        }
        (Change::TransactionCreated(_), _) => return Err("the order cannot take a transaction"),
        (Change::TransactionPerformed { number, details }, OrderStatus::Pending) => {
            let transaction = find(transactions, *number)?;
            let State::Created = transaction.state else { return Err("only a created transaction is performed") };
            transaction.enter(State::Performed { perform_time: at }, details);
            order.status = OrderStatus::Paid;
        }
        (Change::TransactionPerformed { .. }, _) => return Err("only a pending order is paid"),
        (
            Change::TransactionPerformedLate { number, details },
            OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired,
        ) if !is_held => {
            let transaction = find(transactions, *number)?;
            let State::Cancelled { .. } = transaction.state else { return Err("only a cancelled transaction is late") };
            transaction.enter(State::Performed { perform_time: at }, details);
            order.status = OrderStatus::Paid;
        }
        (Change::TransactionPerformedLate { .. }, _) => {
            return Err("late money pays only an unpaid order that nobody is paying");
        }
        (Change::TransactionCancelled { number, reason, details }, OrderStatus::Pending) => {
            let transaction = find(transactions, *number)?;
            let State::Created = transaction.state else { return Err("only a created transaction is cancelled") };
            transaction.enter(State::Cancelled { cancel_time: at, reason: *reason }, details);
        }
        (Change::TransactionCancelled { .. }, _) => return Err("only a pending order's transaction is cancelled"),
        (Change::TransactionRefunded { number, reason, details }, OrderStatus::Paid) => {
            let transaction = find(transactions, *number)?;
            let State::Performed { perform_time } = transaction.state else {
                return Err("only a performed transaction is refunded");
            };
            transaction.enter(State::Refunded { perform_time, cancel_time: at, reason: *reason }, details);
            order.status = OrderStatus::Refunded;
            printing::stop_if_money_goes_back(order);
        }
        (Change::TransactionRefunded { .. }, _) => return Err("only a paid order is refunded"),
        (Change::RefundAsked { number, .. }, OrderStatus::Paid) if order.refund_asked_at.is_none() => {
            let State::Performed { .. } = find(transactions, *number)?.state else {
                return Err("only the money that paid the order is asked back");
            };
            order.refund_asked_at = Some(at);
            printing::stop_if_money_goes_back(order);
        }
        (Change::RefundAsked { .. }, _) => return Err("only a paid order's money is asked back, and once"),
        (Change::RefundFailed { number, .. }, _) => match find(transactions, *number)?.state {
            State::Performed { .. } if order.refund_asked_at.is_some() => {}
            State::Owed { .. } => {}
            State::Created
            | State::Performed { .. }
            | State::Cancelled { .. }
            | State::Refunded { .. }
            | State::GivenBack { .. } => return Err("only money that is owed can fail to go back"),
        },
        // Whatever the order is: money that is there is never refused.
        (Change::MoneyOwed { number, details }, _) => {
            let transaction = find(transactions, *number)?;
            let State::Cancelled { .. } = transaction.state else { return Err("only a cancelled transaction is late") };
            transaction.enter(State::Owed { perform_time: at }, details);
        }
        (Change::MoneyGivenBack { number, reason, details }, _) => {
            let transaction = find(transactions, *number)?;
            let State::Owed { perform_time } = transaction.state else { return Err("only owed money is given back") };
            transaction.enter(State::GivenBack { perform_time, cancel_time: at, reason: *reason }, details);
        }
        (Change::StatementShown { number, .. }, _) => {
            find(transactions, *number)?;
        }
        (Change::TransactionTakenOver(taken), _) => takeover::step(order, transactions, taken, at)?,
        (Change::DetailsChanged { number, details }, _) => {
            find(transactions, *number)?.details = details.clone();
        }
    }
    Ok(())
}

fn find(transactions: &mut [Transaction], number: TransactionNumber) -> Result<&mut Transaction, &'static str> {
    transactions.iter_mut().find(|transaction| transaction.number == number).ok_or("no such transaction of this order")
}
