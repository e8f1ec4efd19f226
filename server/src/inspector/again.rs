//! A kept call, decided again on what is stored now, to say which rules were asked and how each decided. The wallet's own decision is
//! made with the rows as they are; what it would write is dropped, so nothing changes.
//!
//! Each wallet's file names the rules of a call in the order in which its decision asks them, and for each refusal the rule that makes it
//! (`protocol/src/{payme,click,uzum}/decide` have the tables). Whether a rule holds follows from the decision alone: those before
//! the one that refuses held, those after it were not asked.

mod click;
mod payme;
mod uzum;

use super::call::Kept;
use super::why::Why;
use crate::app::App;
use crate::config::Mode;
use boothpay_protocol::ledger::order::{Order, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Rows, Writes};
use boothpay_protocol::ledger::transaction::{Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_store::StoreError;

/// A rule, as an owner is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The caller proves that he is the wallet.
    Key,
    /// It is a POST.
    Post,
    /// The wallet wants something that this server does.
    Method,
    /// The body has the form of a call.
    Form,
    /// It is for our service.
    Service,
    /// The payment was begun here.
    Known,
    /// The payment is a new one.
    New,
    /// The payment is of the order that is named.
    SameOrder,
    /// The wallet has not given the payment up.
    GoesOn,
    /// The order was made here.
    Order,
    /// The order is neither paid nor closed.
    Open,
    /// No other payment of the order is under way.
    Free,
    /// The order's time is not over.
    InTime,
    /// The sum is the order's.
    Amount,
    /// The payment was not begun too long ago.
    Fresh,
    /// The payment's state allows it.
    State,
    /// The money may go back: nothing was handed over for it.
    Refund,
}

impl Rule {
    /// The word, for pages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Post => "post",
            Self::Method => "method",
            Self::Form => "form",
            Self::Service => "service",
            Self::Known => "known",
            Self::New => "new",
            Self::SameOrder => "same_order",
            Self::GoesOn => "goes_on",
            Self::Order => "order",
            Self::Open => "open",
            Self::Free => "free",
            Self::InTime => "in_time",
            Self::Amount => "amount",
            Self::Fresh => "fresh",
            Self::State => "state",
            Self::Refund => "refund",
        }
    }
}

/// How a rule decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It holds.
    Holds,
    /// Nobody had to hold it: development mode asks for no proof.
    Waived,
    /// It refuses the call.
    Refuses,
    /// The call was refused before it.
    NotAsked,
}

/// A call that was decided again.
pub(crate) struct Again {
    /// Each rule in its order.
    pub(crate) rules: Vec<(Rule, Verdict)>,
    /// The order that it is about, as it is now.
    pub(crate) order: Option<Order>,
    /// The payment that it is about, as it is now.
    pub(crate) payment: Option<Transaction>,
    /// What the sum had to be.
    pub(crate) due: Option<Tiyin>,
    /// Why it would be refused now.
    pub(crate) why: Option<Why>,
    /// What would be answered now.
    pub(crate) answer: String,
    /// Whether something would be written by such a call.
    pub(crate) would_change: bool,
}

/// Why a call cannot be decided again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAgain {
    /// It came to no wallet's address.
    NoCall,
    /// Its caller hung up, so nothing, or not all, of it is there.
    NotWhole,
    /// More came than is kept.
    Cut,
    /// A statement is read, and no rule decides it.
    Statement,
    /// The secret in it, by which it is decided, is not kept.
    Secret,
}

impl NotAgain {
    /// The word, for pages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NoCall => "no_call",
            Self::NotWhole => "not_whole",
            Self::Cut => "cut",
            Self::Statement => "statement",
            Self::Secret => "secret",
        }
    }
}

/// Decides a kept call again. Reads what it needs, and writes nothing.
pub(crate) async fn again(app: &App, call: &Kept) -> Result<Result<Again, NotAgain>, StoreError> {
    if call.request.is_cut() {
        return Ok(Err(NotAgain::Cut));
    }
    if call.why == Some(Why::HungUp) {
        return Ok(Err(NotAgain::NotWhole));
    }
    match call.wallet {
        Some(Provider::Payme) => payme::again(app, call).await,
        Some(Provider::Click) => click::again(app, call).await,
        Some(Provider::Uzum) => uzum::again(app, call).await,
        Some(Provider::UzumQr | Provider::Uzqr | Provider::Test) | None => Ok(Err(NotAgain::NoCall)),
    }
}

/// How a call is judged that is refused before anything of the database is asked.
struct Judged {
    rules: Vec<(Rule, Verdict)>,
}

impl Judged {
    /// Who called, as it was decided then: the key itself is not kept.
    fn begin(app: &App, call: &Kept) -> Self {
        let verdict = match (call.is_proven, app.settings.mode) {
            (true, _) => Verdict::Holds,
            (false, Mode::Development) => Verdict::Waived,
            (false, Mode::Production | Mode::Demo) => Verdict::Refuses,
        };
        Self { rules: vec![(Rule::Key, verdict)] }
    }

    fn is_refused(&self) -> bool {
        self.rules.iter().any(|(_, verdict)| *verdict == Verdict::Refuses)
    }

    fn holds(&mut self, rule: Rule) {
        self.rules.push((rule, Verdict::Holds));
    }

    fn refuses(&mut self, rule: Rule) {
        self.rules.push((rule, Verdict::Refuses));
    }

    /// The rules of a decision, of which one refuses, or none; with a fault of our own no rule is at fault, and none is known to hold.
    fn decided(&mut self, rules: &[Rule], refused: Refused) {
        let stop = match refused {
            Refused::By(rule) => rules.iter().position(|asked| *asked == rule),
            Refused::Not => Some(rules.len()),
            Refused::Fault => None,
        };
        self.rules.extend(rules.iter().enumerate().map(|(place, rule)| {
            let verdict = match stop.map(|stop| place.cmp(&stop)) {
                Some(std::cmp::Ordering::Less) => Verdict::Holds,
                Some(std::cmp::Ordering::Equal) => Verdict::Refuses,
                Some(std::cmp::Ordering::Greater) | None => Verdict::NotAsked,
            };
            (*rule, verdict)
        }));
    }

    /// What is known when no row was asked for.
    fn without_rows(self, why: Option<Why>, answer: String) -> Again {
        Again { rules: self.rules, order: None, payment: None, due: None, why, answer, would_change: false }
    }

    /// What is known after a decision.
    fn with_rows(self, rows: Rows, why: Option<Why>, answer: String, writes: &Writes) -> Again {
        let would_change = match writes {
            Writes::Nothing => false,
            Writes::Order { .. } | Writes::Setting { .. } => true,
        };
        let due = rows.order.as_ref().map(|order| order.amount);
        Again { rules: self.rules, order: rows.order, payment: rows.transaction, due, why, answer, would_change }
    }
}

/// Which rule refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Not,
    By(Rule),
    /// None: the fault is this server's.
    Fault,
}

/// No rows: what is refused by its form needs none.
const fn nothing() -> Rows {
    Rows::none(TransactionNumber::new(1))
}

/// Of an order that is paid or closed, or whose time is over without its status saying so yet.
fn closed(rows: &Rows) -> Rule {
    match rows.order.as_ref().map(|order| order.status) {
        Some(OrderStatus::Pending) | None => Rule::InTime,
        Some(OrderStatus::Paid | OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired) => Rule::Open,
    }
}
