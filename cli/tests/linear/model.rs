//! One order with its transactions, as a sequence of calls would find it: written from the protocol's text and the contract,
//! without the program's code.
//!
//! What the server chooses (numbers, times) is not predicted. A time is the range in which it can lie, from the call that set
//! it; the first reply that shows it narrows it to one value, and every later reply must show that.

use crate::history::{Id, Op, Reply, Request, Word};

/// Later than anything.
const NEVER: i64 = i64::MAX;
/// The reason of a transaction whose time ran out.
const TIMEOUT: i64 = 4;

/// The settings that the rules depend on, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How long a created transaction may wait.
    pub limit: i64,
    /// How long an order can be paid.
    pub life: i64,
    /// How far the server's clock may be from the history's.
    pub slack: i64,
}

/// A moment within bounds, both possible; milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct When {
    pub from: i64,
    pub to: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Pending,
    Paid,
    Cancelled,
    Refunded,
    Expired,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    pub amount: i64,
    pub status: Status,
    pub expires_at: When,
    /// As they were created.
    pub transactions: Vec<Transaction>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    pub id: Id,
    pub number: Option<i64>,
    pub state: i64,
    pub create: When,
    pub perform: Option<When>,
    pub cancel: Option<When>,
    pub reason: Option<i64>,
    /// Given up because its time was over, not because somebody cancelled it.
    pub timed_out: bool,
}

/// The order, if there is one.
pub type State = Option<Order>;

/// A reply whose values are those of a state. Transactions by their place.
enum Answer {
    Offered,
    Closed,
    Conflict,
    NotFound,
    Standing(Word),
    Shown(Word),
    Allow,
    Created(usize),
    Performed(usize),
    Cancelled(usize),
    Checked(usize),
    Fault(i64),
}

impl When {
    pub const fn exactly(at: i64) -> Self {
        Self { from: at, to: at }
    }

    fn plus(self, span: i64) -> Self {
        Self { from: self.from.saturating_add(span), to: self.to.saturating_add(span) }
    }

    /// Takes a value that was shown; false when it cannot be.
    fn learn(&mut self, shown: i64) -> bool {
        let fits = (self.from..=self.to).contains(&shown);
        *self = Self::exactly(shown);
        fits
    }
}

impl Rules {
    /// When the server may have looked at its clock for a call that took effect before `latest`, in microseconds.
    fn now(&self, op: &Op, latest: i64) -> When {
        let until = op.received.unwrap_or(NEVER).min(latest);
        let to = if until == NEVER { NEVER } else { until / 1000 + self.slack };
        When { from: op.sent / 1000 - self.slack, to }
    }
}

/// Every state in which the order can be after a call that takes effect next, and not after `latest` (microseconds); none
/// when its reply fits nowhere.
pub fn follow(rules: &Rules, state: &State, op: &Op, latest: i64) -> Vec<State> {
    let now = rules.now(op, latest);
    let mut ends: Vec<State> = Vec::new();
    for start in time_passes(rules, state, now.to) {
        for (next, answer) in act(rules, start, &op.request, now) {
            let end = match &op.reply {
                Some(reply) => answer.shown_as(next, reply),
                None => Some(next),
            };
            let end = end.and_then(|end| settled(rules, end));
            ends.extend(end.filter(|end| !ends.contains(end)));
        }
    }
    ends
}

/// What the background sweep may have made of a state by a time: nothing, or what is due.
pub fn time_passes(rules: &Rules, state: &State, until: i64) -> Vec<State> {
    let mut states = vec![state.clone()];
    let Some(order) = state else { return states };
    if let Some(holder) = order.holder()
        && order.may_be_over(rules, holder, until)
    {
        let mut order = order.clone();
        let due = order.transactions[holder].create.from.saturating_add(rules.limit + 1);
        order.end(holder, When { from: due, to: until }, TIMEOUT, true);
        states.push(Some(order));
    }
    for state in states.clone() {
        if let Some(mut order) = state
            && order.status == Status::Pending
            && order.holder().is_none()
            && until >= order.expires_at.from
        {
            order.status = Status::Expired;
            states.push(Some(order));
        }
    }
    states
}

impl Order {
    pub fn find(&self, id: Id) -> Option<usize> {
        self.transactions.iter().position(|it| it.id == id)
    }

    /// The created transaction that holds the order.
    fn holder(&self) -> Option<usize> {
        self.transactions.iter().position(|it| it.state == 1)
    }

    /// Whether a transaction's time can be over at the end of a range.
    fn may_be_over(&self, rules: &Rules, index: usize, until: i64) -> bool {
        until > self.transactions[index].create.from.saturating_add(rules.limit)
    }

    fn may_be_in_time(&self, rules: &Rules, index: usize, from: i64) -> bool {
        from <= self.transactions[index].create.to.saturating_add(rules.limit)
    }

    /// From 1 to -1, from 2 to -2.
    fn end(&mut self, index: usize, at: When, reason: i64, timed_out: bool) {
        let transaction = &mut self.transactions[index];
        if transaction.state == 2 {
            self.status = Status::Refunded;
        }
        transaction.state = -transaction.state;
        transaction.cancel = Some(at);
        transaction.reason = Some(reason);
        transaction.timed_out = timed_out;
    }

    fn words(&self, now: When) -> Vec<Word> {
        match self.status {
            Status::Paid => vec![Word::Paid],
            Status::Cancelled => vec![Word::Cancelled],
            Status::Refunded => vec![Word::Refunded],
            Status::Expired => vec![Word::Expired],
            Status::Pending if self.holder().is_some() => vec![Word::Processing],
            Status::Pending => {
                let early = (now.from < self.expires_at.to).then_some(Word::Waiting);
                early.into_iter().chain((now.to >= self.expires_at.from).then_some(Word::Expired)).collect()
            }
        }
    }
}

const NO_ORDER: i64 = -31050;
const AMOUNT: i64 = -31001;
const BUSY: i64 = -31099;
const CLOSED: i64 = -31052;
const UNKNOWN: i64 = -31003;
const STATE: i64 = -31008;

/// What a call does and answers. Several ways where it depends on the server's clock.
fn act(rules: &Rules, state: State, request: &Request, now: When) -> Vec<(State, Answer)> {
    let same = |answer| vec![(state.clone(), answer)];
    match request {
        Request::Offer { amount } => offer(rules, &state, *amount, now),
        Request::Status => match &state {
            None => same(Answer::NotFound),
            Some(order) => order.words(now).into_iter().map(|it| (state.clone(), Answer::Standing(it))).collect(),
        },
        Request::Look => match &state {
            None => same(Answer::NotFound),
            Some(order) => order.words(now).into_iter().map(|it| (state.clone(), Answer::Shown(it))).collect(),
        },
        Request::Close => match &state {
            None => same(Answer::NotFound),
            Some(order) => match (order.status, order.holder()) {
                (Status::Paid, _) | (Status::Pending, Some(_)) => same(Answer::Conflict),
                (Status::Pending, None) => {
                    vec![(Some(Order { status: Status::Cancelled, ..order.clone() }), Answer::Closed)]
                }
                (Status::Cancelled | Status::Refunded | Status::Expired, _) => same(Answer::Closed),
            },
        },
        Request::CheckPerform { amount } => {
            let judged = payable(rules, &state, *amount, now);
            judged.into_iter().map(|it| (state.clone(), it.map_or_else(Answer::Fault, |()| Answer::Allow))).collect()
        }
        Request::Create { id, amount } => create(rules, &state, *id, *amount, now),
        Request::Perform { id } => perform(rules, &state, *id, now),
        Request::Cancel { id, reason } => cancel(&state, *id, *reason, now),
        Request::Check { id } => match found(&state, *id) {
            None => same(Answer::Fault(UNKNOWN)),
            Some((_, index)) => same(Answer::Checked(index)),
        },
    }
}

fn found(state: &State, id: Id) -> Option<(&Order, usize)> {
    let order = state.as_ref()?;
    Some((order, order.find(id)?))
}

fn offer(rules: &Rules, state: &State, amount: i64, now: When) -> Vec<(State, Answer)> {
    let expires_at = now.plus(rules.life);
    let Some(order) = state else {
        let order = Order { amount, status: Status::Pending, expires_at, transactions: Vec::new() };
        return vec![(Some(order), Answer::Offered)];
    };
    let again = (Some(Order { status: Status::Pending, expires_at, ..order.clone() }), Answer::Offered);
    let same = |answer| (state.clone(), answer);
    match order.status {
        _ if order.amount != amount => vec![same(Answer::Conflict)],
        Status::Paid | Status::Refunded => vec![same(Answer::Conflict)],
        Status::Cancelled | Status::Expired => vec![again],
        Status::Pending if order.holder().is_some() => vec![same(Answer::Offered)],
        Status::Pending => {
            let early = (now.from < order.expires_at.to).then(|| same(Answer::Offered));
            early.into_iter().chain((now.to >= order.expires_at.from).then_some(again)).collect()
        }
    }
}

/// Whether a new payment may begin, or the error; both where the clock decides.
fn payable(rules: &Rules, state: &State, amount: i64, now: When) -> Vec<Result<(), i64>> {
    let Some(order) = state else { return vec![Err(NO_ORDER)] };
    match order.status {
        _ if order.amount != amount => vec![Err(AMOUNT)],
        Status::Paid | Status::Cancelled | Status::Refunded | Status::Expired => vec![Err(CLOSED)],
        Status::Pending => {
            let mut ways = Vec::new();
            let holder = order.holder();
            if holder.is_some_and(|holder| order.may_be_in_time(rules, holder, now.from)) {
                ways.push(Err(BUSY));
            }
            if holder.is_none_or(|holder| order.may_be_over(rules, holder, now.to)) {
                ways.extend((now.from < order.expires_at.to).then_some(Ok(())));
                ways.extend((now.to >= order.expires_at.from).then_some(Err(CLOSED)));
            }
            ways
        }
    }
}

fn create(rules: &Rules, state: &State, id: Id, amount: i64, now: When) -> Vec<(State, Answer)> {
    if let Some((order, index)) = found(state, id) {
        if order.transactions[index].state != 1 {
            return vec![(state.clone(), Answer::Fault(STATE))];
        }
        let known = (state.clone(), Answer::Created(index));
        return by_the_clock(rules, order, index, now, known);
    }
    let way = |judged| {
        let Some(mut order) = state.clone() else { return (None, Answer::Fault(NO_ORDER)) };
        if let Err(code) = judged {
            return (Some(order), Answer::Fault(code));
        }
        if let Some(holder) = order.holder() {
            order.end(holder, now, TIMEOUT, true);
        }
        let (perform, cancel, reason) = (None, None, None);
        order.transactions.push(Transaction {
            id,
            number: None,
            state: 1,
            create: now,
            perform,
            cancel,
            reason,
            timed_out: false,
        });
        let last = order.transactions.len() - 1;
        (Some(order), Answer::Created(last))
    };
    payable(rules, state, amount, now).into_iter().map(way).collect()
}

fn perform(rules: &Rules, state: &State, id: Id, now: When) -> Vec<(State, Answer)> {
    let Some((order, index)) = found(state, id) else { return vec![(state.clone(), Answer::Fault(UNKNOWN))] };
    match order.transactions[index].state {
        1 => {
            let mut paid = order.clone();
            paid.status = Status::Paid;
            paid.transactions[index].state = 2;
            paid.transactions[index].perform = Some(now);
            by_the_clock(rules, order, index, now, (Some(paid), Answer::Performed(index)))
        }
        2 => vec![(state.clone(), Answer::Performed(index))],
        _ => vec![(state.clone(), Answer::Fault(STATE))],
    }
}

/// What happens to a created transaction in its time, and that it is given up afterwards.
fn by_the_clock(
    rules: &Rules,
    order: &Order,
    index: usize,
    now: When,
    in_time: (State, Answer),
) -> Vec<(State, Answer)> {
    let mut ways: Vec<_> = order.may_be_in_time(rules, index, now.from).then_some(in_time).into_iter().collect();
    if order.may_be_over(rules, index, now.to) {
        let mut order = order.clone();
        order.end(index, now, TIMEOUT, true);
        ways.push((Some(order), Answer::Fault(STATE)));
    }
    ways
}

fn cancel(state: &State, id: Id, reason: i64, now: When) -> Vec<(State, Answer)> {
    let Some((order, index)) = found(state, id) else { return vec![(state.clone(), Answer::Fault(UNKNOWN))] };
    let mut order = order.clone();
    if order.transactions[index].state > 0 {
        order.end(index, now, reason, false);
    }
    vec![(Some(order), Answer::Cancelled(index))]
}

impl Answer {
    /// The state, with what the reply shows of it; none when it is another reply.
    fn shown_as(&self, mut state: State, reply: &Reply) -> Option<State> {
        let order = state.as_mut();
        let fits = match (self, reply) {
            (Self::Closed, Reply::Closed)
            | (Self::Conflict, Reply::Conflict)
            | (Self::NotFound, Reply::NotFound)
            | (Self::Allow, Reply::Allow) => true,
            (Self::Offered, Reply::Offered { expires_at }) => order?.expires_at.learn(*expires_at),
            (Self::Standing(word), Reply::Standing(shown)) => word == shown,
            (Self::Shown(word), Reply::Shown { word: shown, amount, expires_at }) => {
                let order = order?;
                word == shown && order.amount == *amount && order.expires_at.learn(*expires_at)
            }
            (Self::Created(index), Reply::Created { number, at }) => {
                let it = &mut order?.transactions[*index];
                *it.number.get_or_insert(*number) == *number && it.create.learn(*at)
            }
            (Self::Performed(index), Reply::Performed { number, at }) => {
                let it = &mut order?.transactions[*index];
                *it.number.get_or_insert(*number) == *number && shown(&mut it.perform, *at)
            }
            (Self::Cancelled(index), Reply::Cancelled { number, at, state }) => {
                let it = &mut order?.transactions[*index];
                *it.number.get_or_insert(*number) == *number && it.state == *state && shown(&mut it.cancel, *at)
            }
            (Self::Checked(index), Reply::Checked { number, create, perform, cancel, state, reason }) => {
                let it = &mut order?.transactions[*index];
                *it.number.get_or_insert(*number) == *number
                    && it.state == *state
                    && it.reason == *reason
                    && it.create.learn(*create)
                    && shown(&mut it.perform, *perform)
                    && shown(&mut it.cancel, *cancel)
            }
            (Self::Fault(code), Reply::Fault(shown)) => code == shown,
            (_, _) => false,
        };
        if fits { Some(state) } else { None }
    }
}

/// A time that may not have happened, which is shown as 0.
fn shown(time: &mut Option<When>, value: i64) -> bool {
    match time {
        Some(time) => time.learn(value),
        None => value == 0,
    }
}

/// Draws what follows for the ranges: times of one order never run backwards, a transaction is performed within its time
/// and given up only after it, numbers rise. None when that cannot be.
fn settled(rules: &Rules, state: State) -> Option<State> {
    let Some(mut order) = state else { return Some(None) };
    let mut times: Vec<&mut When> = Vec::new();
    for it in &mut order.transactions {
        times.push(&mut it.create);
        times.extend(it.perform.as_mut());
        times.extend(it.cancel.as_mut());
    }
    let mut from = i64::MIN;
    for time in &mut times {
        time.from = time.from.max(from);
        from = time.from;
    }
    let mut to = NEVER;
    for time in times.iter_mut().rev() {
        time.to = time.to.min(to);
        to = time.to;
    }
    let possible = times.iter().all(|time| time.from <= time.to);
    let within = order.transactions.iter().all(|it| {
        let performed = it.perform.is_none_or(|at| at.from <= it.create.to.saturating_add(rules.limit));
        let given_up =
            it.cancel.filter(|_| it.timed_out).is_none_or(|at| at.to > it.create.from.saturating_add(rules.limit));
        performed && given_up
    });
    let numbers = order.transactions.iter().filter_map(|it| it.number);
    let rising = numbers.is_sorted_by(|earlier, later| earlier < later);
    (possible && within && rising).then_some(Some(order))
}
