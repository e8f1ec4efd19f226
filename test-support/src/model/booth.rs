//! What the booth and the owner's page ask: the contract's endpoints.

use super::{Answer, Book, Order, Place, Rules, Status, Wallet, Way, When, Word, same};

/// How an order can stand for its customer, by the clock.
fn words(book: &Book, order: Place, now: When) -> Vec<Word> {
    let it = &book.orders[&order];
    match it.status {
        Status::Paid => vec![Word::Paid],
        Status::Cancelled => vec![Word::Cancelled],
        Status::Refunded => vec![Word::Refunded],
        Status::Expired => vec![Word::Expired],
        Status::Pending if book.holder(order).is_some() => vec![Word::Processing],
        Status::Pending => {
            let early = it.may_be_early(now).then_some(Word::Waiting);
            early.into_iter().chain(it.may_be_late(now).then_some(Word::Expired)).collect()
        }
    }
}

/// An answer that shows how the order stands then.
fn showing(book: Book, order: Place, now: When, answer: fn(Word) -> Answer, cell: &'static str) -> Vec<Way> {
    let words = words(&book, order, now);
    words.into_iter().map(|word| Way { book: book.clone(), answer: answer(word), cell }).collect()
}

pub(super) fn status(book: &Book, order: Place, now: When) -> Vec<Way> {
    if !book.orders.contains_key(&order) {
        return same(book, Answer::NotFound, "status: unknown");
    }
    let way = |word| {
        let cell = match word {
            Word::Waiting => "status: pending",
            Word::Processing => "status: processing",
            Word::Paid => "status: success",
            Word::Cancelled => "status: cancelled",
            Word::Refunded => "status: refunded",
            Word::Expired => "status: expired",
        };
        Way { book: book.clone(), answer: Answer::Shown(word), cell }
    };
    words(book, order, now).into_iter().map(way).collect()
}

pub(super) fn look(book: &Book, order: Place, now: When) -> Vec<Way> {
    match book.orders.contains_key(&order) {
        true => showing(book.clone(), order, now, Answer::Shown, "look: known"),
        false => same(book, Answer::NotFound, "look: unknown"),
    }
}

/// Opens an unpaid order again if its time is over or it was closed; whether that was needed, none when it was paid.
fn open_again(rules: &Rules, book: &Book, order: Place, now: When) -> Vec<(Book, Option<bool>)> {
    let again = || {
        let mut book = book.clone();
        let expires_at = book.stamp(order, now).plus(rules.order_life);
        let it = book.order_mut(order);
        (it.status, it.expires_at) = (Status::Pending, expires_at);
        (book, Some(true))
    };
    let it = &book.orders[&order];
    match it.status {
        Status::Paid | Status::Refunded => vec![(book.clone(), None)],
        Status::Pending if book.holder(order).is_some() => vec![(book.clone(), Some(false))],
        Status::Pending => {
            let early = it.may_be_early(now).then(|| (book.clone(), Some(false)));
            early.into_iter().chain(it.may_be_late(now).then(again)).collect()
        }
        Status::Cancelled | Status::Expired => vec![again()],
    }
}

pub(super) fn offer(rules: &Rules, book: &Book, order: Place, amount: i64, chosen: bool, now: When) -> Vec<Way> {
    let Some(known) = book.orders.get(&order) else {
        let mut book = book.clone();
        let expires_at = now.plus(rules.order_life);
        let status = Status::Pending;
        let new = Order { amount, status, expires_at, printed: false, chosen, uzbek: false, changed_at: now };
        book.orders.insert(order, new);
        return vec![Way { book, answer: Answer::Offered, cell: "offer: new" }];
    };
    if known.amount != amount {
        return showing(book.clone(), order, now, Answer::Conflict, "offer: other amount");
    }
    let way = |(mut book, opened): (Book, Option<bool>)| {
        let cell = match opened {
            None => return showing(book, order, now, Answer::Conflict, "offer: paid or refunded"),
            Some(true) => "offer: opened again",
            Some(false) if book.holder(order).is_some() => "offer: repeat while held",
            Some(false) => "offer: repeat",
        };
        if chosen && !book.orders[&order].chosen {
            book.stamp(order, now);
            book.order_mut(order).chosen = true;
        }
        vec![Way { book, answer: Answer::Offered, cell }]
    };
    open_again(rules, book, order, now).into_iter().flat_map(way).collect()
}

pub(super) fn new_code(rules: &Rules, book: &Book, order: Place, now: When) -> Vec<Way> {
    if !book.orders.contains_key(&order) {
        return same(book, Answer::NotFound, "new-code: unknown");
    }
    let way = |(mut book, opened): (Book, Option<bool>)| {
        let cell = match opened {
            None => return showing(book, order, now, Answer::Conflict, "new-code: paid or refunded"),
            Some(true) => "new-code: opened again",
            Some(false) => "new-code: still open",
        };
        if !book.orders[&order].uzbek {
            book.stamp(order, now);
            book.order_mut(order).uzbek = true;
        }
        showing(book, order, now, Answer::Shown, cell)
    };
    open_again(rules, book, order, now).into_iter().flat_map(way).collect()
}

pub(super) fn close(book: &Book, order: Place, now: When) -> Vec<Way> {
    let Some(it) = book.orders.get(&order) else { return same(book, Answer::NotFound, "close: unknown") };
    let mut book = book.clone();
    let cell = match it.status {
        Status::Paid => return showing(book, order, now, Answer::Conflict, "close: paid"),
        Status::Pending if book.holder(order).is_some() => {
            return showing(book, order, now, Answer::Conflict, "close: held");
        }
        Status::Pending => {
            book.stamp(order, now);
            book.order_mut(order).status = Status::Cancelled;
            "close: closed"
        }
        Status::Cancelled | Status::Refunded | Status::Expired => "close: closed before",
    };
    showing(book, order, now, Answer::Shown, cell)
}

pub(super) fn print(book: &Book, order: Place, now: When) -> Vec<Way> {
    let Some(it) = book.orders.get(&order) else { return same(book, Answer::NotFound, "print: unknown") };
    let mut book = book.clone();
    let cell = match (it.status, it.printed) {
        (Status::Paid, false) => {
            book.stamp(order, now);
            book.order_mut(order).printed = true;
            "print: noted"
        }
        (Status::Paid, true) => "print: repeat",
        (_, _) => return showing(book, order, now, Answer::Conflict, "print: not paid"),
    };
    showing(book, order, now, Answer::Shown, cell)
}

pub(super) fn test_pay(rules: &Rules, book: &Book, order: Place, now: When) -> Vec<Way> {
    let Some(it) = book.orders.get(&order) else { return same(book, Answer::NotFound, "test-pay: unknown") };
    let refused = |cell| showing(book.clone(), order, now, Answer::Conflict, cell);
    match it.status {
        Status::Paid => return same(book, Answer::Shown(Word::Paid), "test-pay: paid before"),
        Status::Pending if book.holder(order).is_some() => return refused("test-pay: held"),
        Status::Pending => {}
        Status::Cancelled | Status::Refunded | Status::Expired => return refused("test-pay: closed"),
    }
    let way = |payable: Result<Option<usize>, _>| match payable {
        Ok(_) => {
            let (mut book, index) = book.begun(None, order, Wallet::Test, (0, 0), now);
            book.pay(index, now);
            vec![Way { book, answer: Answer::Shown(Word::Paid), cell: "test-pay: paid" }]
        }
        Err(_) => refused("test-pay: closed"),
    };
    book.payable(rules, order, now).into_iter().flat_map(way).collect()
}
