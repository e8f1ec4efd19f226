//! Orders and the attempts to pay them, in words that no wallet owns.

use super::{Id, Place, Rules, Wallet, When};
use std::collections::BTreeMap;

/// What has become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It waits for money.
    Pending,
    /// One attempt has paid it.
    Paid,
    /// The booth closed it.
    Cancelled,
    /// Its money went back.
    Refunded,
    /// Its time is over.
    Expired,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// Its price in tiyin.
    pub amount: i64,
    /// What has become of it.
    pub status: Status,
    /// Until when a payment may begin.
    pub expires_at: When,
    /// Whether its prints have been started.
    pub printed: bool,
    /// Whether the customer has chosen a wallet.
    pub chosen: bool,
    /// Whether the customer has chosen Uzbek.
    pub uzbek: bool,
    /// The latest time written about it. Times of one order never run backwards, whatever the clock does.
    pub changed_at: When,
}

/// What has become of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It holds its order.
    Begun,
    /// Its money is there and pays the order.
    Paid,
    /// It ended without money.
    LetGo(End),
    /// Its money paid the order and went back.
    Refunded(End),
    /// Its money is there and cannot pay the order: it is owed back.
    Owed,
    /// It was owed and went back.
    GivenBack(End),
}

/// Who ended an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// We did: its time was over.
    OurTime,
    /// Payme did, with this reason.
    Payme(i64),
    /// Another wallet did.
    Wallet,
}

/// One wallet's attempt to pay an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// Whose it is.
    pub wallet: Wallet,
    /// The wallet's id of it.
    pub id: Id,
    /// The wallet's time of it.
    pub time: i64,
    /// Our number, if it is known.
    pub number: Option<i64>,
    /// The order.
    pub order: Place,
    /// What has become of it.
    pub state: State,
    /// When it began.
    pub begun: When,
    /// When its money came.
    pub paid: Option<When>,
    /// When it ended.
    pub ended: Option<When>,
    /// Whether the money came after we had let go.
    pub late: bool,
    /// Whether its wallet has given it up after it had confirmed it, or after our time for it was over.
    pub disowned: bool,
}

/// Why an order cannot be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    Paid,
    Cancelled,
    Refunded,
    Expired,
    /// Its time is over, and nobody has written that down.
    Late,
    Busy,
}

/// All orders and attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Book {
    /// The orders.
    pub orders: BTreeMap<Place, Order>,
    /// The attempts, as they began.
    pub attempts: Vec<Attempt>,
    /// Whether the server is known to number attempts 1, 2, 3.
    pub counts: bool,
}

impl State {
    /// In Payme's numbers.
    pub fn in_payme(self) -> i64 {
        match self {
            Self::Begun => 1,
            Self::Paid | Self::Owed => 2,
            Self::LetGo(_) => -1,
            Self::Refunded(_) | Self::GivenBack(_) => -2,
        }
    }

    /// Who ended it.
    pub fn end(self) -> Option<End> {
        match self {
            Self::LetGo(end) | Self::Refunded(end) | Self::GivenBack(end) => Some(end),
            Self::Begun | Self::Paid | Self::Owed => None,
        }
    }

    /// Payme's reason of the end of one of its own.
    pub fn paymes_reason(self) -> Option<i64> {
        self.end().map(|end| match end {
            End::OurTime => 4,
            End::Payme(reason) => reason,
            End::Wallet => panic!("another wallet ended it"),
        })
    }

    /// The word in Uzum's answers.
    pub fn in_uzum(self) -> &'static str {
        match self {
            Self::Begun => "CREATED",
            Self::Paid | Self::Owed => "CONFIRMED",
            Self::LetGo(End::OurTime) => "FAILED",
            Self::LetGo(_) | Self::Refunded(_) | Self::GivenBack(_) => "REVERSED",
        }
    }

    /// The word in the database.
    pub fn stored(self) -> &'static str {
        match self {
            Self::Begun => "created",
            Self::Paid => "performed",
            Self::LetGo(_) => "cancelled",
            Self::Refunded(_) => "refunded",
            Self::Owed => "owed",
            Self::GivenBack(_) => "given_back",
        }
    }
}

impl Wallet {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Payme => "payme",
            Self::Click => "click",
            Self::Uzum => "uzum",
            Self::Test => "test",
        }
    }
}

impl Attempt {
    /// The ledger's reason in the database. Payme's own says more and is looked at instead.
    pub fn stored_reason(&self) -> Option<&'static str> {
        match (self.state.end()?, self.wallet) {
            (End::OurTime, _) => Some("timed_out"),
            (End::Payme(_), _) => None,
            (End::Wallet, Wallet::Click) => Some("failed"),
            // Uzum gives no reason for what it takes back before it has paid.
            (End::Wallet, _) => self.paid.map(|_| "refund"),
        }
    }

    /// From when its time counts.
    fn waits_since(&self, rules: &Rules) -> When {
        match self.wallet {
            Wallet::Payme if rules.limit_from_payme => When::exactly(self.time),
            Wallet::Payme | Wallet::Click | Wallet::Uzum | Wallet::Test => self.begun,
        }
    }

    /// The last millisecond of its time.
    pub fn limit(&self, rules: &Rules) -> When {
        self.waits_since(rules).plus(rules.patience(self.wallet))
    }

    /// Whether it has begun and its time can be over at the end of a range: strictly after the limit.
    pub fn may_be_over(&self, rules: &Rules, until: i64) -> bool {
        self.state == State::Begun && until > self.limit(rules).from
    }

    /// Whether its time may still be running at the beginning of a range.
    pub fn may_be_in_time(&self, rules: &Rules, from: i64) -> bool {
        from <= self.limit(rules).to
    }
}

impl Book {
    /// An attempt by its wallet's id.
    pub fn find(&self, wallet: Wallet, id: Id) -> Option<usize> {
        self.attempts.iter().position(|it| it.wallet == wallet && it.id == id)
    }

    /// The attempt that holds an order while it waits for money.
    pub fn holder(&self, order: Place) -> Option<usize> {
        self.attempts.iter().position(|it| it.order == order && it.state == State::Begun)
    }

    /// The order of an attempt.
    pub fn order_of(&self, index: usize) -> &Order {
        &self.orders[&self.attempts[index].order]
    }

    /// The order that a change is about.
    pub fn order_mut(&mut self, order: Place) -> &mut Order {
        self.orders.get_mut(&order).expect("only orders that exist change")
    }

    /// The time that a change of an order carries; also noted as its latest.
    pub fn stamp(&mut self, order: Place, now: When) -> When {
        let order = self.order_mut(order);
        let before = order.changed_at;
        order.changed_at = When { from: before.from.max(now.from), to: before.to.max(now.to) };
        order.changed_at
    }

    /// Its wallet gives an attempt up that is over here; noted once.
    pub(super) fn disown(&mut self, index: usize, now: When) {
        if !self.attempts[index].disowned {
            let order = self.attempts[index].order;
            self.stamp(order, now);
            self.attempts[index].disowned = true;
        }
    }

    /// An attempt begins and holds the order; its place.
    pub fn begin(&mut self, order: Place, wallet: Wallet, id: Id, time: i64, now: When) -> usize {
        let begun = self.stamp(order, now);
        self.attempts.push(Attempt {
            wallet,
            id,
            time,
            number: self.counts.then_some(self.attempts.len() as i64 + 1),
            order,
            state: State::Begun,
            begun,
            paid: None,
            ended: None,
            late: false,
            disowned: false,
        });
        self.attempts.len() - 1
    }

    /// Its money is there: it pays the order.
    pub fn pay(&mut self, index: usize, now: When) {
        let at = self.money(index, State::Paid, now);
        self.order_mut(at).status = Status::Paid;
    }

    /// Its money is there, and the order is another's, or was paid.
    pub fn owe(&mut self, index: usize, now: When) {
        self.money(index, State::Owed, now);
    }

    fn money(&mut self, index: usize, state: State, now: When) -> Place {
        let order = self.attempts[index].order;
        let at = self.stamp(order, now);
        let it = &mut self.attempts[index];
        it.late = it.state != State::Begun;
        (it.state, it.paid, it.ended) = (state, Some(at), None);
        order
    }

    /// It ends; money that came goes back.
    pub fn end(&mut self, index: usize, end: End, now: When) {
        let order = self.attempts[index].order;
        let at = self.stamp(order, now);
        let it = &mut self.attempts[index];
        it.ended = Some(at);
        it.state = match it.state {
            State::Begun => State::LetGo(end),
            State::Paid => State::Refunded(end),
            State::Owed => State::GivenBack(end),
            State::LetGo(_) | State::Refunded(_) | State::GivenBack(_) => panic!("it has ended: {it:?}"),
        };
        if matches!(it.state, State::Refunded(_)) {
            self.order_mut(order).status = Status::Refunded;
        }
    }

    /// Money of an attempt that we had let go has come: what that can lead to. It pays what is not paid, unless another is
    /// paying it; whoever has waited too long lets go first.
    pub(super) fn arrive(&self, rules: &Rules, index: usize, now: When) -> Vec<(Self, State)> {
        let order = self.attempts[index].order;
        let holder = self.holder(order);
        let is_paid = matches!(self.orders[&order].status, Status::Paid | Status::Refunded);
        let mut ways = Vec::new();
        if is_paid || holder.is_some_and(|it| self.attempts[it].may_be_in_time(rules, now.from)) {
            let mut book = self.clone();
            book.owe(index, now);
            ways.push((book, State::Owed));
        }
        if !is_paid && holder.is_none_or(|it| self.attempts[it].may_be_over(rules, now.to)) {
            let mut book = self.clone();
            if let Some(holder) = holder {
                book.end(holder, End::OurTime, now);
            }
            book.pay(index, now);
            ways.push((book, State::Paid));
        }
        ways
    }

    /// Whether an order can be paid, with who has to let go before; each answer that the clock can give.
    pub(super) fn payable(&self, rules: &Rules, order: Place, now: When) -> Vec<Result<Option<usize>, Obstacle>> {
        let it = &self.orders[&order];
        match it.status {
            Status::Paid => return vec![Err(Obstacle::Paid)],
            Status::Cancelled => return vec![Err(Obstacle::Cancelled)],
            Status::Refunded => return vec![Err(Obstacle::Refunded)],
            Status::Expired => return vec![Err(Obstacle::Expired)],
            Status::Pending => {}
        }
        let mut ways = Vec::new();
        let holder = self.holder(order);
        if holder.is_some_and(|holder| self.attempts[holder].may_be_in_time(rules, now.from)) {
            ways.push(Err(Obstacle::Busy));
        }
        if holder.is_none_or(|holder| self.attempts[holder].may_be_over(rules, now.to)) {
            ways.extend(it.may_be_early(now).then_some(Ok(holder)));
            ways.extend(it.may_be_late(now).then_some(Err(Obstacle::Late)));
        }
        ways
    }

    /// A new attempt, after whoever waited too long has let go.
    pub(super) fn begun(
        &self,
        released: Option<usize>,
        order: Place,
        wallet: Wallet,
        (id, time): (Id, i64),
        now: When,
    ) -> (Self, usize) {
        let mut book = self.clone();
        if let Some(holder) = released {
            book.end(holder, End::OurTime, now);
        }
        let index = book.begin(order, wallet, id, time, now);
        (book, index)
    }
}

impl Order {
    /// Whether the order's time may not be over yet.
    pub fn may_be_early(&self, now: When) -> bool {
        now.from < self.expires_at.to
    }

    /// Whether the order's time may be over: the last instant is too late.
    pub fn may_be_late(&self, now: When) -> bool {
        now.to >= self.expires_at.from
    }
}
