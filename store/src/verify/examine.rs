//! Judging one order: its row, its transactions and its journal, each of which may be missing or damaged.

use super::fault::Fault;
use super::judge::Judge;
use crate::error::StoreError;
use crate::tables::order::{self, RowNumber};
use crate::tables::{self, journal as entry, transaction};
use boothpay_protocol::ledger::authority;
use boothpay_protocol::ledger::journal::{self, Change, Entry, Story};
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::replay::Differs;
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_protocol::payme;
use boothpay_protocol::{click, uzum};

/// Everything that refers to one order's row. A row that cannot be read is the reason why.
#[derive(Debug, Default)]
pub(crate) struct OrderRows {
    /// The order's id; where no order is there that has one, a name for its row.
    pub(crate) order_id: String,
    /// One, unless something is wrong.
    pub(crate) orders: Vec<Result<Order, String>>,
    /// By version.
    pub(crate) journal: Vec<Result<Entry, String>>,
    /// The journal's changes as they stand there.
    pub(crate) changes: Vec<String>,
    /// By number.
    pub(crate) transactions: Vec<Result<Transaction, String>>,
}

impl OrderRows {
    /// No rows yet.
    pub(crate) fn of(row: RowNumber) -> Self {
        Self { order_id: format!("row-{}", row.0), ..Self::default() }
    }

    /// Adds an order's row; before the others, which carry its id.
    pub(crate) fn add_order(&mut self, row: &impl tables::Row) {
        if let Ok(id) = order::read_id(row, 1) {
            self.order_id = id.to_string();
        }
        self.orders.push(order::read(row, 0).map(|(_, order)| order).map_err(why));
    }

    /// Adds a transaction's row.
    pub(crate) fn add_transaction(&mut self, row: &impl tables::Row) {
        let read = self.id().and_then(|id| transaction::read(row, 0, id));
        self.transactions.push(read.map(|(_, transaction)| transaction).map_err(why));
    }

    /// Adds a journal row, and its text when texts are searched.
    pub(crate) fn add_entry(&mut self, row: &impl tables::Row, with_text: bool) {
        self.journal.push(self.id().and_then(|id| entry::read(row, 0, id)).map_err(why));
        if with_text && let Ok(Some(text)) = row.text(entry::CHANGE) {
            self.changes.push(text.to_owned());
        }
    }

    fn id(&self) -> Result<OrderId, StoreError> {
        OrderId::parse(&self.order_id).map_err(tables::damage)
    }
}

/// The cause alone.
pub(super) fn why(error: StoreError) -> String {
    match error {
        StoreError::Damaged(cause) => cause.to_string(),
        StoreError::Overloaded
        | StoreError::Failed(_)
        | StoreError::Suspect(_)
        | StoreError::Forbidden(_)
        | StoreError::Bug
        | StoreError::Closed => error.to_string(),
    }
}

/// Adds all that is wrong with an order to the report.
pub(super) fn order(judge: &mut Judge, rows: &OrderRows) {
    let id = Some(rows.order_id.as_str());
    let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    let report = &mut judge.report;
    report.orders = report.orders.saturating_add(count(rows.orders.len()));
    report.transactions = report.transactions.saturating_add(count(rows.transactions.len()));
    report.journal_rows = report.journal_rows.saturating_add(count(rows.journal.len()));

    let mut transactions = Vec::with_capacity(rows.transactions.len());
    for row in &rows.transactions {
        match row {
            Ok(transaction) => transactions.push(transaction),
            Err(why) => judge.add(id, unreadable("a transaction", why)),
        }
    }
    if rows.orders.len() > 1 {
        judge.add(id, Fault::Repeated { what: "the order".to_owned(), times: count(rows.orders.len()) });
    }
    search(judge, rows, &transactions);
    let folded = fold(judge, rows);
    match rows.orders.first() {
        Some(Ok(order)) => {
            judge.sums.order(order, 1);
            for transaction in &transactions {
                judge.sums.transaction(&order.booth.id, transaction, 1);
            }
            invariants(judge, order, &transactions);
            if let Some(Story { order: Some(journal), transactions: in_journal }) = &folded {
                compare_orders(judge, order, journal);
                compare_transactions(judge, &rows.order_id, &transactions, in_journal, rows.transactions.len());
                let entries: Vec<&Entry> = rows.journal.iter().flatten().collect();
                repeated_calls(judge, order, &transactions, &entries);
            }
        }
        Some(Err(why)) => judge.add(id, unreadable("the order", why)),
        None => {
            if !rows.journal.is_empty() {
                judge.add(id, Fault::NoOrder("its journal is"));
            }
            if !rows.transactions.is_empty() {
                judge.add(id, Fault::NoOrder("its transactions are"));
            }
        }
    }
}

fn unreadable(what: &'static str, why: &str) -> Fault {
    Fault::Unreadable { what, why: why.to_owned() }
}

/// Looks for keys in everything that came from outside.
fn search(judge: &mut Judge, rows: &OrderRows, transactions: &[&Transaction]) {
    let order_id = rows.order_id.as_str();
    for order in rows.orders.iter().flatten() {
        judge.search(order_id, "its booth's name", &order.booth.name);
    }
    for change in &rows.changes {
        judge.search(order_id, "a journal row", change);
    }
    for transaction in transactions {
        judge.search(order_id, "a provider's id", transaction.provider_id.as_str());
        judge.search(order_id, "a transaction's details", transaction.details.as_str());
    }
}

/// What the journal says; nothing when it cannot be followed to its end, which is then a finding.
fn fold(judge: &mut Judge, rows: &OrderRows) -> Option<Story> {
    let id = Some(rows.order_id.as_str());
    if rows.journal.is_empty() {
        if !rows.orders.is_empty() {
            judge.add(id, Fault::NoJournal);
        }
        return None;
    }
    let mut story = Story::default();
    let mut expected = 1_u32;
    for row in &rows.journal {
        let entry = match row {
            Ok(entry) => entry,
            Err(why) => {
                judge.add(id, unreadable("a journal row", why));
                return None;
            }
        };
        if entry.version != expected {
            judge.add(id, Fault::Gap { expected, found: entry.version });
            return None;
        }
        if let Err(step) = journal::apply(&mut story, entry) {
            judge.add(id, Fault::Step(step.to_string()));
            return None;
        }
        authority(judge, &story, entry);
        expected = expected.saturating_add(1);
        judge.report.last_change = judge.report.last_change.max(Some(entry.at));
    }
    Some(story)
}

/// Whether a change of a transaction was asked for by somebody who may. `story` is what it led to.
fn authority(judge: &mut Judge, story: &Story, entry: &Entry) {
    let Some(number) = entry.change.transaction() else { return };
    let Some(transaction) = story.transactions.iter().find(|it| it.number == number) else { return };
    let (version, actor, provider) = (entry.version, entry.actor.word(), transaction.provider.word());
    if !authority::may_ask(entry.actor, &entry.change, transaction.provider) {
        judge.add(Some(entry.order_id.as_str()), Fault::Authority { version, provider, actor });
    }
    if matches!(entry.change, Change::TransactionPerformed { .. } | Change::TransactionPerformedLate { .. }) {
        let unproven = u64::from(!authority::is_proven(entry.actor));
        judge.report.unproven_payments = judge.report.unproven_payments.saturating_add(unproven);
        let unverified = u64::from(!transaction.provider.is_verified());
        judge.report.unverified_payments = judge.report.unverified_payments.saturating_add(unverified);
    }
}

/// What must be so whatever the journal says.
fn invariants(judge: &mut Judge, order: &Order, transactions: &[&Transaction]) {
    let id = Some(order.id.as_str());
    let holders: Vec<&Transaction> = transactions.iter().copied().filter(|it| it.state.holds()).collect();
    let performed = transactions.iter().filter(|it| matches!(it.state, State::Performed { .. })).count();
    let refunded = transactions.iter().filter(|it| matches!(it.state, State::Refunded { .. })).count();
    if holders.len() > 1 {
        judge.add(id, Fault::ManyHolders(holders.len()));
    }
    let fits = match order.status {
        OrderStatus::Pending => performed == 0 && refunded == 0,
        OrderStatus::Cancelled | OrderStatus::Expired => holders.is_empty() && refunded == 0,
        OrderStatus::Paid => performed == 1 && refunded == 0,
        OrderStatus::Refunded => holders.is_empty() && refunded == 1,
    };
    if !fits {
        judge.add(id, Fault::Unfit { status: order.status.word(), performed, refunded });
    }
    if let Some(printing) = order.printing.filter(|it| it.state.is_under_way()) {
        judge.expect_job(&order.id, printing.job);
    }
    let unpaid = match order.status {
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => performed == 0 && refunded == 0,
        OrderStatus::Paid | OrderStatus::Refunded => false,
    };
    if unpaid && holders.len() <= 1 {
        judge.report.orders_tried = judge.report.orders_tried.saturating_add(1);
        if let Some(why) = payme::replay::why_unpayable(order, holders.first().copied()) {
            judge.add(id, Fault::Unpayable(why));
        }
    }
    for transaction in transactions {
        let number = transaction.number.get();
        if transaction.amount != order.amount {
            let (of_transaction, of_order) = (transaction.amount.tiyin(), order.amount.tiyin());
            judge.add(id, Fault::Amount { number, transaction: of_transaction, order: of_order });
        }
        let performed_at = transaction.state.perform_time();
        let reached = performed_at.unwrap_or(transaction.create_time);
        let ended = transaction.state.cancel_time().unwrap_or(reached);
        if order.created_at > transaction.create_time || transaction.create_time > reached || reached > ended {
            judge.add(id, Fault::Times(number));
        }
    }
}

/// Asks the wallets' calls again and compares with what the journal says they were told.
fn repeated_calls(judge: &mut Judge, order: &Order, transactions: &[&Transaction], journal: &[&Entry]) {
    let holder = transactions.iter().copied().find(|it| it.state.holds());
    for transaction in transactions {
        let replayed = match transaction.provider {
            Provider::Payme => payme::replay::answers(order, transaction, holder, journal),
            Provider::Click => click::replay::answers(order, transaction, holder, journal),
            Provider::Uzum => uzum::replay::answers(order, transaction, holder, journal),
            // Nobody calls us about these.
            Provider::UzumQr | Provider::Uzqr | Provider::Test => continue,
        };
        judge.report.calls_repeated = judge.report.calls_repeated.saturating_add(replayed.asked);
        for Differs { method, told, now } in replayed.differing {
            let (told, now) = (judge.shown(told), judge.shown(now));
            let (number, provider) = (transaction.number.get(), transaction.provider.word());
            judge.add(Some(order.id.as_str()), Fault::Answer { number, provider, method, told, now });
        }
    }
}

fn compare_orders(judge: &mut Judge, row: &Order, journal: &Order) {
    let (row_says, journal) = (order::cells(RowNumber(0), row), order::cells(RowNumber(0), journal));
    for ((column, row_says), journal) in order::TABLE.columns.iter().zip(row_says).zip(journal) {
        if row_says != journal {
            let (row_says, journal) = (judge.shown(row_says.words()), judge.shown(journal.words()));
            let differs = Fault::OrderDiffers { column: column.label, row: row_says, journal };
            judge.add(Some(row.id.as_str()), differs);
        }
    }
}

/// `stored` counts the rows that could not be read too: those are a finding already, not missing.
fn compare_transactions(
    judge: &mut Judge,
    order_id: &str,
    rows: &[&Transaction],
    journal: &[Transaction],
    stored: usize,
) {
    let id = Some(order_id);
    for expected in journal {
        match rows.iter().find(|row| row.number == expected.number) {
            Some(row) => compare_transaction(judge, row, expected),
            None if stored == rows.len() => judge.add(id, Fault::TransactionMissing(expected.number.get())),
            None => {}
        }
    }
    for (position, row) in rows.iter().enumerate() {
        if rows.iter().take(position).any(|earlier| earlier.number == row.number) {
            judge.add(id, Fault::Repeated { what: format!("transaction {}", row.number), times: 2 });
        }
        if journal.iter().all(|expected| expected.number != row.number) {
            judge.add(id, Fault::TransactionUnknown(row.number.get()));
        }
    }
}

fn compare_transaction(judge: &mut Judge, row: &Transaction, journal: &Transaction) {
    let (row_says, journal) = (transaction::cells(RowNumber(0), row), transaction::cells(RowNumber(0), journal));
    for ((column, row_says), journal) in transaction::TABLE.columns.iter().zip(row_says).zip(journal) {
        if row_says != journal {
            let (row_says, journal) = (judge.shown(row_says.words()), judge.shown(journal.words()));
            let differs =
                Fault::TransactionDiffers { number: row.number.get(), column: column.label, row: row_says, journal };
            judge.add(Some(row.order_id.as_str()), differs);
        }
    }
}
