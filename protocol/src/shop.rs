//! The booth's own decisions: making an order, closing it, letting it expire, printing it, testing it.

use crate::ledger::booth::Booth;
use crate::ledger::details::Details;
use crate::ledger::journal::Change;
use crate::ledger::language::Language;
use crate::ledger::limits::COPIES_MAX;
use crate::ledger::order::{Copies, NewOrder, Order, OrderId, OrderStatus};
use crate::ledger::printing::PrintState;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{NewTransaction, State, Transaction};
use crate::money::{AmountError, Tiyin};
use crate::providers;
use crate::time::{SpanMs, TimeMs};
use crate::uzum_qr;

/// What the booth charges. The page shows these, the server decides by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Of the first print.
    pub base: Tiyin,
    /// Of each further print; zero is possible, so it is not an amount.
    pub extra_copy_tiyin: i64,
    /// Most prints in one order.
    pub max_copies: u16,
}

/// Why there is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Fewer than one or more than the booth sells at once.
    #[error("the number of copies must be from 1 to {0}")]
    Copies(u16),
    /// The settings make a price beyond the limit.
    #[error("the price of so many copies is not possible: {0}")]
    Amount(AmountError),
}

impl From<AmountError> for PriceError {
    fn from(error: AmountError) -> Self {
        Self::Amount(error)
    }
}

impl Prices {
    /// The price of so many copies.
    pub fn price(&self, copies: u16) -> Result<(Copies, Tiyin), PriceError> {
        let most = self.max_copies.min(COPIES_MAX);
        let wanted = Copies::new(copies).ok().filter(|_| copies <= most).ok_or(PriceError::Copies(most))?;
        let extra = self.extra_copy_tiyin.saturating_mul(i64::from(copies.saturating_sub(1)));
        Ok((wanted, Tiyin::new(self.base.tiyin().saturating_add(extra))?))
    }
}

/// What is asked for when an order is to be made, or its code to be shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRequest {
    /// Its id.
    pub id: OrderId,
    /// What it costs.
    pub amount: Tiyin,
    /// How many prints it buys.
    pub copies: Copies,
    /// The booth that sells it.
    pub booth: Booth,
    /// The provider that the customer has chosen; `None` leaves an earlier choice as it is.
    pub chosen: Option<Provider>,
    /// The customer's language; `None` leaves an earlier one as it is.
    pub language: Option<Language>,
    /// How long a payment may take to start.
    pub lifetime: SpanMs,
}

impl OrderRequest {
    /// Asks for the code of an order that is there, just as it is.
    pub fn again(order: &Order, lifetime: SpanMs) -> Self {
        Self {
            id: order.id.clone(),
            amount: order.amount,
            copies: order.copies,
            booth: order.booth.clone(),
            chosen: order.chosen,
            language: order.language,
            lifetime,
        }
    }
}

/// Why an order was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderConflict {
    /// The id belongs to an order of another booth: two programs count the same way, and one payment would be for both.
    #[error(
        "an order with this id exists at another booth, {} ({}): have each booth begin its ids with letters of its own", .0.name, .0.id
    )]
    OtherBooth(Booth),
    /// The id belongs to an order with another amount.
    #[error("an order with this id exists and costs {} soum", .0.soum())]
    OtherAmount(Tiyin),
    /// The order has been paid.
    #[error("this order is already paid")]
    Paid,
    /// The order was paid and the money went back.
    #[error("this order was paid and refunded")]
    Refunded,
}

/// Makes an order, or returns the one that is there (the contract's `generate-qr`, called any number of times).
///
/// An unpaid order whose time ran out, or that was closed at the booth, is opened again: somebody is asking for its code,
/// so somebody is about to pay it. A code of Uzum's that is shown for it is let go when another wallet is asked for.
pub fn offer(request: &OrderRequest, rows: &Rows, now: TimeMs) -> Decision<Result<Order, OrderConflict>> {
    let at = rows.at(now);
    let expires_at = at.plus(request.lifetime);
    let Some(order) = &rows.order else {
        let new = NewOrder {
            amount: request.amount,
            copies: request.copies,
            booth: request.booth.clone(),
            chosen: request.chosen,
            language: request.language,
            expires_at,
        };
        let order = Order::new(request.id.clone(), &new, at);
        return Decision::change(request.id.clone(), at, vec![Change::OrderCreated(new)], Ok(order));
    };
    if order.booth.id != request.booth.id {
        return Decision::answer(Err(OrderConflict::OtherBooth(order.booth.clone())));
    }
    if order.amount != request.amount {
        return Decision::answer(Err(OrderConflict::OtherAmount(order.amount)));
    }
    let (mut offered, mut changes) = (order.clone(), Vec::new());
    let let_go = rows.holder.as_ref().and_then(uzum_qr::let_go);
    let is_left = let_go.is_some() && request.chosen.is_some_and(|chosen| chosen != Provider::UzumQr);
    match order.status {
        OrderStatus::Paid => return Decision::answer(Err(OrderConflict::Paid)),
        OrderStatus::Refunded => return Decision::answer(Err(OrderConflict::Refunded)),
        OrderStatus::Pending if !order.is_past_expiry(now) && !is_left => {}
        // A code that was shown gives the order free: its customer has chosen another wallet, or its time has run out.
        OrderStatus::Pending if !order.is_past_expiry(now) => changes.extend(let_go),
        OrderStatus::Pending if let_go.is_some() => {
            changes.extend(let_go);
            changes.push(Change::OrderReopened { expires_at });
            offered.expires_at = expires_at;
        }
        OrderStatus::Pending if rows.holder.is_some() => {}
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => {
            changes.push(Change::OrderReopened { expires_at });
            (offered.status, offered.expires_at) = (OrderStatus::Pending, expires_at);
        }
    }
    let (chosen, language) = (request.chosen.or(order.chosen), request.language.or(order.language));
    if (chosen, language) != (order.chosen, order.language) {
        changes.push(Change::OrderChosen { chosen, language });
        (offered.chosen, offered.language) = (chosen, language);
    }
    if changes.is_empty() {
        Decision::answer(Ok(offered))
    } else {
        Decision::change(order.id.clone(), at, changes, Ok(offered))
    }
}

/// Why an order was not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefusal {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// A provider is in the middle of it.
    #[error("a payment of this order is in progress")]
    PaymentInProgress,
    /// It is paid.
    #[error("this order is already paid")]
    Paid,
}

/// Closes an order at the booth. Closing a closed order again is no error.
pub fn cancel(rows: &Rows, now: TimeMs) -> Decision<Result<(), CloseRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(CloseRefusal::NotFound)) };
    match (order.status, &rows.holder) {
        (OrderStatus::Paid, _) => Decision::answer(Err(CloseRefusal::Paid)),
        (OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired, _) => Decision::answer(Ok(())),
        (OrderStatus::Pending, Some(holder)) => match providers::let_go(holder) {
            Some(let_go) => {
                let changes = vec![let_go, Change::OrderCancelled];
                Decision::change(order.id.clone(), rows.at(now), changes, Ok(()))
            }
            None => Decision::answer(Err(CloseRefusal::PaymentInProgress)),
        },
        (OrderStatus::Pending, None) => {
            Decision::change(order.id.clone(), rows.at(now), vec![Change::OrderCancelled], Ok(()))
        }
    }
}

/// Closes an order whose time ran out while nobody was paying it. The reply says whether it did.
pub fn expire(rows: &Rows, now: TimeMs) -> Decision<bool> {
    match &rows.order {
        Some(order) if order.status == OrderStatus::Pending && rows.holder.is_none() && order.is_past_expiry(now) => {
            Decision::change(order.id.clone(), rows.at(now), vec![Change::OrderExpired], true)
        }
        Some(_) | None => Decision::answer(false),
    }
}

/// Why an order was not marked as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrintRefusal {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// Nobody has paid for it, or the money went back.
    #[error("this order is not paid")]
    NotPaid,
    /// A person asked that its money go back.
    #[error("the money of this order goes back to its customer, so it is not printed")]
    RefundAsked,
    /// The time of the customer's claim is over.
    #[error("the time of this claim is over; the owner can still allow it: boothpay order reprint")]
    ClaimOver,
    /// It was made through the API, and this booth's printer prints what its own page has taken.
    #[error("this order was made through the API and has no picture of this booth; whoever made it prints it")]
    NoPicture,
    /// Its pictures are not taken yet, or are gone.
    #[error(
        "there are no pictures of this order yet; they are taken at the booth's screen, when its number is typed there"
    )]
    NoShots,
    /// Its print job may still be in the printer.
    #[error(
        "its print job may still be in the printer, which does not answer: switch the printer on, and this server takes the job back; \
         after that ask again"
    )]
    Stuck,
    /// A print job belongs to it, and the settings make none any more.
    #[error("this order was printed by a print job; to make another, set [prints] by to who prints")]
    HasJob,
}

/// Notes that an order's prints were started. Saying so again is no error.
pub fn printed(rows: &Rows, now: TimeMs) -> Decision<Result<(), PrintRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(PrintRefusal::NotFound)) };
    match (order.status, order.printed_at) {
        (OrderStatus::Paid, _) if order.refund_asked_at.is_some() => Decision::answer(Err(PrintRefusal::RefundAsked)),
        (OrderStatus::Paid, _) if order.printing.is_some_and(|it| it.state != PrintState::Printed) => {
            Decision::change(order.id.clone(), rows.at(now), vec![Change::PrintDone], Ok(()))
        }
        (OrderStatus::Paid, None) => {
            Decision::change(order.id.clone(), rows.at(now), vec![Change::OrderPrinted], Ok(()))
        }
        (OrderStatus::Paid, Some(_)) => Decision::answer(Ok(())),
        (OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired, _) => {
            Decision::answer(Err(PrintRefusal::NotPaid))
        }
    }
}

/// Why a test payment was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TestPaymentRefusal {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// A provider is in the middle of it.
    #[error("a real payment of this order is in progress")]
    PaymentInProgress,
    /// Its life is over.
    #[error("this order is {}", .0.word())]
    Closed(OrderStatus),
}

/// Pays an order without money: a transaction of its own provider, so that it never appears in Payme's statement and the
/// rule "a paid order has one performed transaction" holds for it too. Paying a paid order again is no error.
pub fn test_payment(rows: &Rows, now: TimeMs) -> Decision<Result<(), TestPaymentRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(TestPaymentRefusal::NotFound)) };
    match (order.status, &rows.holder) {
        (OrderStatus::Paid, _) => Decision::answer(Ok(())),
        (OrderStatus::Pending, Some(_)) => Decision::answer(Err(TestPaymentRefusal::PaymentInProgress)),
        (OrderStatus::Pending, None) if !order.is_past_expiry(now) => {
            let at = rows.at(now);
            let number = rows.next_number;
            let Ok(provider_id) = ProviderId::parse(&format!("test-{number}")) else {
                return Decision::answer(Err(TestPaymentRefusal::Closed(order.status)));
            };
            let created = Change::TransactionCreated(NewTransaction {
                number,
                provider: Provider::Test,
                provider_id,
                provider_time: at,
                amount: order.amount,
                details: Details::none(),
            });
            let changes = vec![created, Change::TransactionPerformed { number, details: None }];
            Decision::change(order.id.clone(), at, changes, Ok(()))
        }
        (OrderStatus::Pending, None) => Decision::answer(Err(TestPaymentRefusal::Closed(OrderStatus::Expired))),
        (OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired, _) => {
            Decision::answer(Err(TestPaymentRefusal::Closed(order.status)))
        }
    }
}

/// What a customer is told about an order. Follows from the rows and the time alone, so it is right even before the
/// sweep has recorded what the time has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Payable; nobody has started.
    Waiting,
    /// A provider is in the middle of it.
    Processing,
    /// Paid.
    Paid,
    /// Closed at the booth.
    Cancelled,
    /// Paid, and the money went back.
    Refunded,
    /// Its time ran out.
    Expired,
}

/// How far an order is, for its customer.
pub fn progress(order: &Order, holder: Option<&Transaction>, now: TimeMs) -> Progress {
    // A code on the screen holds the order, and nobody has begun to pay it.
    let is_begun = holder.is_some_and(|holder| holder.state == State::Created && !uzum_qr::is_shown(holder));
    match order.status {
        OrderStatus::Pending if is_begun => Progress::Processing,
        OrderStatus::Pending if order.is_past_expiry(now) => Progress::Expired,
        OrderStatus::Pending => Progress::Waiting,
        // Nothing is printed for it any more, also while the wallet is still at it.
        OrderStatus::Paid if order.refund_asked_at.is_some() => Progress::Refunded,
        OrderStatus::Paid => Progress::Paid,
        OrderStatus::Cancelled => Progress::Cancelled,
        OrderStatus::Refunded => Progress::Refunded,
        OrderStatus::Expired => Progress::Expired,
    }
}
