//! The journal: every change of an order or its transactions, and how the rows follow from it.
//!
//! A decision is written down as changes; the store appends them and writes the rows that [`apply`] makes of them. So the
//! rows are, by construction, what the journal folds to, and [`apply`] is the second place, after the decision, where a
//! forbidden step is refused.

use crate::money::Tiyin;
use crate::order::{Copies, Order, OrderId, OrderStatus};
use crate::print::PageId;
use crate::time::TimeMs;
use crate::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};
use serde::{Deserialize, Serialize};

/// Who asked for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The booth's own page.
    Booth,
    /// A program that called the API: the owner's own page, for instance.
    Api,
    /// Payme, proven by the cashbox key.
    Payme,
    /// A call to Payme's webhook in development mode, where nobody is asked for a key.
    PaymeUnproven,
    /// The test payment.
    TestPayment,
    /// The background sweep that realises what time has ended.
    Sweep,
    /// A person at the command line.
    CommandLine,
}

impl Actor {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Booth, Self::Api, Self::Payme, Self::PaymeUnproven, Self::TestPayment, Self::Sweep, Self::CommandLine];

    /// The word in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Booth => "booth",
            Self::Api => "api",
            Self::Payme => "payme",
            Self::PaymeUnproven => "payme_unproven",
            Self::TestPayment => "test_payment",
            Self::Sweep => "sweep",
            Self::CommandLine => "command_line",
        }
    }

    /// Takes back what [`Actor::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.word() == word)
    }
}

/// Which of a transaction's two fiscal documents (`reference/payme.md §2.8`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FiscalDocument {
    /// Of the payment.
    Perform,
    /// Of its cancellation.
    Cancel,
}

/// What can happen to an order and its transactions. The journal keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The order exists; waiting for money.
    OrderCreated {
        /// What it costs, in tiyin.
        amount: Tiyin,
        /// How many prints it buys.
        copies: Copies,
        /// The booth that sells it.
        booth: String,
        /// Until when a payment may start.
        expires_at: TimeMs,
    },
    /// An unpaid order that had been closed is payable again.
    OrderReopened {
        /// Until when a payment may start.
        expires_at: TimeMs,
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
    /// A provider has begun to pay it.
    TransactionCreated {
        /// Our number.
        number: TransactionNumber,
        /// Who brings the money.
        provider: Provider,
        /// The provider's id.
        provider_id: ProviderId,
        /// The provider's time.
        provider_time: TimeMs,
        /// What is being paid, in tiyin.
        amount: Tiyin,
        /// The account as received, as JSON text.
        account: String,
    },
    /// The money is there; the order is paid.
    TransactionPerformed {
        /// Which.
        number: TransactionNumber,
    },
    /// Given up before money came; the order is free again.
    TransactionCancelled {
        /// Which.
        number: TransactionNumber,
        /// The provider's reason.
        reason: i64,
    },
    /// The money went back.
    TransactionRefunded {
        /// Which.
        number: TransactionNumber,
        /// The provider's reason.
        reason: i64,
    },
    /// The provider sent a fiscal document.
    FiscalDataSet {
        /// Which transaction.
        number: TransactionNumber,
        /// Which of its documents.
        document: FiscalDocument,
        /// As received, as JSON text.
        data: String,
    },
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

/// An order with those of its transactions that matter to whoever holds it.
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
            (Change::OrderCreated { amount, copies, booth, expires_at }, 1) => {
                story.order = Some(Order {
                    id: entry.order_id.clone(),
                    amount: *amount,
                    copies: *copies,
                    booth: booth.clone(),
                    status: OrderStatus::Pending,
                    created_at: entry.at,
                    expires_at: *expires_at,
                    printed_at: None,
                    changed_at: entry.at,
                    version: 1,
                });
                Ok(())
            }
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
    let live = transactions.iter().any(|transaction| transaction.state.is_live());
    match (&entry.change, order.status) {
        (Change::OrderCreated { .. }, _) => return Err("the order exists already"),
        (
            Change::OrderReopened { expires_at },
            OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired,
        ) => {
            order.status = OrderStatus::Pending;
            order.expires_at = *expires_at;
        }
        (Change::OrderReopened { .. }, OrderStatus::Paid | OrderStatus::Refunded) => {
            return Err("an order that was paid cannot be opened again");
        }
        (Change::OrderCancelled, OrderStatus::Pending) if !live => order.status = OrderStatus::Cancelled,
        (Change::OrderExpired, OrderStatus::Pending) if !live => order.status = OrderStatus::Expired,
        (Change::OrderCancelled | Change::OrderExpired, _) => {
            return Err("only a pending order that nobody is paying can be closed");
        }
        (Change::OrderPrinted | Change::PrintGranted { .. }, OrderStatus::Paid) if order.printed_at.is_none() => {
            order.printed_at = Some(at);
        }
        (Change::OrderPrinted | Change::PrintGranted { .. }, _) => {
            return Err("only a paid order is printed, and once");
        }
        (Change::ReprintAllowed, OrderStatus::Paid) if order.printed_at.is_some() => order.printed_at = None,
        (Change::ReprintAllowed, _) => return Err("only a paid order that was printed is printed once more"),
        (
            Change::TransactionCreated { number, provider, provider_id, provider_time, amount, account },
            OrderStatus::Pending,
        ) if !live => {
            if *amount != order.amount {
                return Err("a transaction's amount is the order's");
            }
            transactions.push(Transaction {
                number: *number,
                provider: *provider,
                provider_id: provider_id.clone(),
                order_id: order.id.clone(),
                amount: *amount,
                provider_time: *provider_time,
                create_time: at,
                state: State::Created,
                account: account.clone(),
                fiscal_perform: None,
                fiscal_cancel: None,
            });
        }
        (Change::TransactionCreated { .. }, _) => return Err("the order cannot take a transaction"),
        (Change::TransactionPerformed { number }, OrderStatus::Pending) => {
            let transaction = find(transactions, *number)?;
            let State::Created = transaction.state else { return Err("only a created transaction is performed") };
            transaction.state = State::Performed { perform_time: at };
            order.status = OrderStatus::Paid;
        }
        (Change::TransactionPerformed { .. }, _) => return Err("only a pending order is paid"),
        (Change::TransactionCancelled { number, reason }, OrderStatus::Pending) => {
            let transaction = find(transactions, *number)?;
            let State::Created = transaction.state else { return Err("only a created transaction is cancelled") };
            transaction.state = State::Cancelled { cancel_time: at, reason: *reason };
        }
        (Change::TransactionCancelled { .. }, _) => return Err("only a pending order's transaction is cancelled"),
        (Change::TransactionRefunded { number, reason }, OrderStatus::Paid) => {
            let transaction = find(transactions, *number)?;
            let State::Performed { perform_time } = transaction.state else {
                return Err("only a performed transaction is refunded");
            };
            transaction.state = State::Refunded { perform_time, cancel_time: at, reason: *reason };
            order.status = OrderStatus::Refunded;
        }
        (Change::TransactionRefunded { .. }, _) => return Err("only a paid order is refunded"),
        (Change::FiscalDataSet { number, document, data }, _) => {
            let transaction = find(transactions, *number)?;
            match document {
                FiscalDocument::Perform => transaction.fiscal_perform = Some(data.clone()),
                FiscalDocument::Cancel => transaction.fiscal_cancel = Some(data.clone()),
            }
        }
    }
    Ok(())
}

fn find(transactions: &mut [Transaction], number: TransactionNumber) -> Result<&mut Transaction, &'static str> {
    transactions.iter_mut().find(|transaction| transaction.number == number).ok_or("no such transaction of this order")
}
