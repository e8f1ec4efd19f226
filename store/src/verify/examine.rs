//! Judging one order: its row, its transactions and its journal, each of which may be missing or damaged.

use super::{Fault, Report};
use boothpay_protocol::journal::{self, Entry, Story};
use boothpay_protocol::order::{Order, OrderStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{State, Transaction};

/// Everything that carries one order's id. A row that cannot be read is the reason why.
#[derive(Debug, Default)]
pub(crate) struct OrderRows {
    pub(crate) order_id: String,
    pub(crate) order: Option<Result<Order, String>>,
    /// By version.
    pub(crate) journal: Vec<Result<Entry, String>>,
    /// By number.
    pub(crate) transactions: Vec<Result<Transaction, String>>,
}

impl OrderRows {
    /// No rows yet.
    pub(crate) fn of(order_id: String) -> Self {
        Self { order_id, ..Self::default() }
    }
}

/// Adds all that is wrong with an order to the report.
pub(super) fn order(report: &mut Report, rows: &OrderRows) {
    let id = Some(rows.order_id.as_str());
    let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    report.orders = report.orders.saturating_add(count(rows.order.iter().count()));
    report.transactions = report.transactions.saturating_add(count(rows.transactions.len()));
    report.journal_rows = report.journal_rows.saturating_add(count(rows.journal.len()));

    let mut transactions = Vec::with_capacity(rows.transactions.len());
    for row in &rows.transactions {
        match row {
            Ok(transaction) => transactions.push(transaction),
            Err(why) => report.add(id, unreadable("a transaction", why)),
        }
    }
    let folded = fold(report, rows);
    match &rows.order {
        Some(Ok(order)) => {
            invariants(report, order, &transactions);
            if let Some(Story { order: Some(journal), transactions: in_journal }) = &folded {
                compare_orders(report, order, journal);
                compare_transactions(report, &rows.order_id, &transactions, in_journal, rows.transactions.len());
            }
        }
        Some(Err(why)) => report.add(id, unreadable("the order", why)),
        None => {
            if !rows.journal.is_empty() {
                report.add(id, Fault::NoOrder("its journal is"));
            }
            if !rows.transactions.is_empty() {
                report.add(id, Fault::NoOrder("its transactions are"));
            }
        }
    }
}

fn unreadable(what: &'static str, why: &str) -> Fault {
    Fault::Unreadable { what, why: why.to_owned() }
}

/// What the journal says; nothing when it cannot be followed to its end, which is then a finding.
fn fold(report: &mut Report, rows: &OrderRows) -> Option<Story> {
    let id = Some(rows.order_id.as_str());
    if rows.journal.is_empty() {
        if rows.order.is_some() {
            report.add(id, Fault::NoJournal);
        }
        return None;
    }
    let mut story = Story::default();
    let mut expected = 1_u32;
    for row in &rows.journal {
        let entry = match row {
            Ok(entry) => entry,
            Err(why) => {
                report.add(id, unreadable("a journal row", why));
                return None;
            }
        };
        if entry.version != expected {
            report.add(id, Fault::Gap { expected, found: entry.version });
            return None;
        }
        if let Err(step) = journal::apply(&mut story, entry) {
            report.add(id, Fault::Step(step.to_string()));
            return None;
        }
        expected = expected.saturating_add(1);
        report.last_change = report.last_change.max(Some(entry.at));
    }
    Some(story)
}

/// What must be so whatever the journal says.
pub(super) fn invariants(report: &mut Report, order: &Order, transactions: &[&Transaction]) {
    let id = Some(order.id.as_str());
    let live = transactions.iter().filter(|it| it.state.is_live()).count();
    let performed = transactions.iter().filter(|it| matches!(it.state, State::Performed { .. })).count();
    let refunded = transactions.iter().filter(|it| matches!(it.state, State::Refunded { .. })).count();
    if live > 1 {
        report.add(id, Fault::ManyLive(live));
    }
    let fits = match order.status {
        OrderStatus::Pending => performed == 0 && refunded == 0,
        OrderStatus::Cancelled | OrderStatus::Expired => live == 0 && refunded == 0,
        OrderStatus::Paid => performed == 1 && refunded == 0,
        OrderStatus::Refunded => live == 0 && refunded == 1,
    };
    if !fits {
        report.add(id, Fault::Standing { status: order.status.word(), performed, refunded });
    }
    for transaction in transactions {
        let number = transaction.number.get();
        if transaction.amount != order.amount {
            let (of_transaction, of_order) = (transaction.amount.tiyin(), order.amount.tiyin());
            report.add(id, Fault::Amount { number, transaction: of_transaction, order: of_order });
        }
        let performed_at = transaction.state.perform_time();
        let reached = performed_at.unwrap_or(transaction.create_time);
        let ended = transaction.state.cancel_time().unwrap_or(reached);
        if order.created_at > transaction.create_time || transaction.create_time > reached || reached > ended {
            report.add(id, Fault::Times(number));
        }
    }
}

fn compare_orders(report: &mut Report, row: &Order, journal: &Order) {
    let printed = |order: &Order| time(order.printed_at);
    let columns = [
        ("amount", row.amount.tiyin().to_string(), journal.amount.tiyin().to_string()),
        ("number of copies", row.copies.get().to_string(), journal.copies.get().to_string()),
        ("booth", row.booth.clone(), journal.booth.clone()),
        ("status", row.status.word().to_owned(), journal.status.word().to_owned()),
        ("time of creation", row.created_at.to_string(), journal.created_at.to_string()),
        ("expiry", row.expires_at.to_string(), journal.expires_at.to_string()),
        ("time of printing", printed(row), printed(journal)),
        ("time of its last change", row.changed_at.to_string(), journal.changed_at.to_string()),
        ("version", row.version.to_string(), journal.version.to_string()),
    ];
    for (column, row_says, journal) in columns {
        if row_says != journal {
            report.add(Some(row.id.as_str()), Fault::OrderDiffers { column, row: row_says, journal });
        }
    }
}

/// `stored` counts the rows that could not be read too: those are a finding already, not missing.
fn compare_transactions(
    report: &mut Report,
    order_id: &str,
    rows: &[&Transaction],
    journal: &[Transaction],
    stored: usize,
) {
    let id = Some(order_id);
    for expected in journal {
        match rows.iter().find(|row| row.number == expected.number) {
            Some(row) => compare_transaction(report, row, expected),
            None if stored == rows.len() => report.add(id, Fault::TransactionMissing(expected.number.get())),
            None => {}
        }
    }
    for row in rows {
        if journal.iter().all(|expected| expected.number != row.number) {
            report.add(id, Fault::TransactionUnknown(row.number.get()));
        }
    }
}

fn compare_transaction(report: &mut Report, row: &Transaction, journal: &Transaction) {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "not set".to_owned());
    let reason = |state: State| state.reason().map_or_else(|| "not set".to_owned(), |reason| reason.to_string());
    let columns = [
        ("provider", row.provider.word().to_owned(), journal.provider.word().to_owned()),
        ("provider's id", row.provider_id.to_string(), journal.provider_id.to_string()),
        ("amount", row.amount.tiyin().to_string(), journal.amount.tiyin().to_string()),
        ("provider's time", row.provider_time.to_string(), journal.provider_time.to_string()),
        ("time of creation", row.create_time.to_string(), journal.create_time.to_string()),
        ("state", row.state.code().to_string(), journal.state.code().to_string()),
        ("perform time", time(row.state.perform_time()), time(journal.state.perform_time())),
        ("cancel time", time(row.state.cancel_time()), time(journal.state.cancel_time())),
        ("reason", reason(row.state), reason(journal.state)),
        ("account", row.account.clone(), journal.account.clone()),
        ("fiscal document of the payment", text(&row.fiscal_perform), text(&journal.fiscal_perform)),
        ("fiscal document of the cancellation", text(&row.fiscal_cancel), text(&journal.fiscal_cancel)),
    ];
    for (column, row_says, journal) in columns {
        if row_says != journal {
            let number = row.number.get();
            let differs = Fault::TransactionDiffers { number, column, row: row_says, journal };
            report.add(Some(row.order_id.as_str()), differs);
        }
    }
}

fn time(time: Option<TimeMs>) -> String {
    time.map_or_else(|| "not set".to_owned(), |time| time.to_string())
}
