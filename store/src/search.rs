//! Looking for orders as a person does: a page of them by what they have in common, or the one that is meant. However many years of
//! orders there are, a page reads at most [`LOOKED_THROUGH_MAX`] of them, and says where to go on.

use crate::error::StoreError;
use crate::readings::PaymentRow;
use crate::sqlite;
use crate::visit::OrderStory;
use crate::{Backend, Store};
use boothpay_protocol::ledger::giving_back;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

/// Orders that one page looks through, so that a rare one among millions holds up nobody: the next page looks further.
pub const LOOKED_THROUGH_MAX: u32 = 5000;

/// What orders have in common. What is not named does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderSearch {
    /// Their status.
    pub status: Option<OrderStatus>,
    /// A provider that has a transaction of theirs.
    pub provider: Option<Provider>,
    /// Their price.
    pub amount: Option<Tiyin>,
    /// When they were made: from the first time to before the second.
    pub made: Option<(TimeMs, TimeMs)>,
    /// The number of an order: only those that were stored before it.
    pub before: Option<i64>,
}

/// A page of orders, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPage {
    /// The orders, each with the transaction that says how it was paid.
    pub rows: Vec<PaymentRow>,
    /// From where the next page goes on; none when there are no more.
    pub next: Option<i64>,
}

impl Store {
    /// A page of orders, at most `limit`.
    pub async fn find_orders(&self, search: OrderSearch, limit: u32) -> Result<OrderPage, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::search::page(connection, &search, limit)).await
            }
            Backend::Postgres(postgres) => postgres.find_orders(&search, limit).await,
        }
    }

    /// The order of a provider's transaction, by the id that the provider gave it.
    pub async fn order_of(&self, provider: Provider, id: ProviderId) -> Result<Option<OrderId>, StoreError> {
        let rows = self.rows(Needs::transaction(provider, id)).await?;
        Ok(rows.transaction.map(|transaction| transaction.order_id))
    }

    /// The order that a number means which is not the provider's id: the one that Click's customer reads in his message, else the one that we give a
    /// transaction.
    pub async fn order_of_number(&self, number: i64) -> Result<Option<OrderId>, StoreError> {
        for of in [OfNumber::Receipt, OfNumber::Ours] {
            let found = match &self.backend {
                Backend::Sqlite(sqlite) => {
                    sqlite.read(move |connection| sqlite::search::of_number(connection, of, number)).await?
                }
                Backend::Postgres(postgres) => postgres.order_of_number(of, number).await?,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Everything that is kept of the first of these orders that is there.
    pub async fn story(&self, ids: &[OrderId]) -> Result<Option<OrderStory>, StoreError> {
        for id in ids {
            let Some(order) = self.rows(Needs::order(id.clone())).await?.order else { continue };
            let transactions = self.transactions(id.clone()).await?;
            let mut refunds = Vec::new();
            for transaction in &transactions {
                let key = giving_back::key(transaction);
                refunds.extend(match &self.backend {
                    Backend::Sqlite(sqlite) => {
                        sqlite.read(move |connection| sqlite::tasks::by_key(connection, &key)).await?
                    }
                    Backend::Postgres(postgres) => postgres.task_of_key(&key).await?,
                });
            }
            let journal = self.journal(id.clone()).await?;
            return Ok(Some(OrderStory { order, transactions, journal, refunds }));
        }
        Ok(None)
    }

    /// Orders with something that is owed to the customer, newest first, at most `limit`. With `late` those of money that came and
    /// could not pay them, for which PostgreSQL reads all transactions; without it those whose money a person asked back, and
    /// those whose prints did not come out.
    pub async fn owed_orders(&self, late: bool, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        self.order_ids(if late { LATE_MONEY } else { OWED }, limit).await
    }

    /// Orders that were paid before their pictures were taken, and wait for these; the oldest first, at most `limit`.
    pub async fn orders_awaiting_shots(&self, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        self.order_ids(AWAITING_SHOTS, limit).await
    }

    async fn order_ids(&self, sql: &'static str, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::search::owed(connection, sql, limit)).await
            }
            Backend::Postgres(postgres) => postgres.owed_orders(sql, limit).await,
        }
    }
}

/// What a number is that is not the provider's id of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfNumber {
    /// Click's, in its customer's message.
    Receipt,
    /// Ours.
    Ours,
}

impl OfNumber {
    /// The newest order of it. `receipt` is how the database looks into details, as its index says it.
    pub(crate) fn sql(self, receipt: &str) -> String {
        let is_it = match self {
            Self::Receipt => receipt,
            Self::Ours => "t.number = $1",
        };
        format!(
            "select o.order_id from transactions t join orders o on o.order_row = t.order_row
             where {is_it} order by t.number desc limit 1"
        )
    }
}

/// Orders that were paid before their pictures were taken, and wait for these.
const AWAITING_SHOTS: &str = "select order_id from orders where print_state = 'shots' order by order_row limit $1";

/// Orders whose money a person asked back, or whose prints did not come out. Two indexes of few orders have them.
const OWED: &str = "select order_id from orders where order_row in (
        select order_row from orders where status = 'paid' and refund_asked_at_ms is not null
        union select order_row from orders where print_state = 'failed' or print_state = 'stuck' or print_state = 'unknown' or print_state = 'claim'
        order by order_row desc limit $1)
    order by order_row desc";

/// Orders with money that came and could not pay them.
const LATE_MONEY: &str = "select order_id from orders where order_row in (
        select order_row from transactions where state = 'owed' order by order_row desc limit $1)
    order by order_row desc";

/// The orders that a page looks through, and the numbers of the statement, each at its place.
pub(crate) struct Window {
    pub(crate) sql: String,
    pub(crate) numbers: Vec<i64>,
}

impl Window {
    /// Orders of a day are found by their time; of the others the newest are taken.
    /// `hint` names the index of a status, where the database has to be told.
    pub(crate) fn of(search: &OrderSearch, hint: impl Fn(OrderStatus) -> &'static str) -> Self {
        let mut numbers = Vec::new();
        let mut conditions = Vec::new();
        let source = match search.made {
            Some((from, to)) => {
                numbers.extend([from.ms(), to.ms()]);
                "(select * from day) d".to_owned()
            }
            None => format!("orders {}", search.status.map_or("", hint)),
        };
        if let Some(status) = search.status {
            conditions.push(format!("status = '{}'", status.word()));
        }
        numbers.push(search.before.unwrap_or(i64::MAX));
        conditions.push(format!("order_row < ${}", numbers.len()));
        let newest = format!(
            "select * from {source} where {} order by order_row desc limit {LOOKED_THROUGH_MAX}",
            conditions.join(" and ")
        );
        let sql = match search.made {
            Some(_) => format!(
                "with day as materialized (select * from orders where created_at_ms >= $1 and created_at_ms < $2) {newest}"
            ),
            None => newest,
        };
        Self { sql, numbers }
    }

    /// Which of them are shown, by what follows `from (…) o left join transactions t …`.
    pub(crate) fn shown(&mut self, search: &OrderSearch, limit: u32) -> String {
        let mut conditions = vec!["1 = 1".to_owned()];
        if let Some(amount) = search.amount {
            self.numbers.push(amount.tiyin());
            conditions.push(format!("o.amount_tiyin = ${}", self.numbers.len()));
        }
        if let Some(provider) = search.provider {
            conditions.push(format!(
                "exists (select 1 from transactions p where p.order_row = o.order_row and p.provider = '{}')",
                provider.word()
            ));
        }
        format!("where {} order by o.order_row desc limit {limit}", conditions.join(" and "))
    }

    /// How many there are to look through, and the number of the last.
    pub(crate) fn end(&self) -> String {
        format!("select count(*), coalesce(min(order_row), 0) from ({}) seen", self.sql)
    }
}

impl OrderPage {
    /// With what [`Window::end`] gave, when the page is not full.
    pub(crate) fn of(rows: Vec<PaymentRow>, limit: u32, end: Option<(i64, i64)>) -> Self {
        let next = if Self::is_full(&rows, limit) {
            rows.last().map(|row| row.number)
        } else {
            end.filter(|(seen, _)| *seen >= i64::from(LOOKED_THROUGH_MAX)).map(|(_, last)| last)
        };
        Self { rows, next }
    }

    pub(crate) fn is_full(rows: &[PaymentRow], limit: u32) -> bool {
        u32::try_from(rows.len()).is_ok_and(|count| count >= limit)
    }
}
