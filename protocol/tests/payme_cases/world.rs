//! The rows of a case, loaded and written as a store would.

use crate::form::{KeyForm, OrderForm, RowsForm, TransactionForm};
use boothpay_protocol::journal::{Actor, Entry, apply};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::rows::{Needs, Rows, StoredKey, Writes};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};

#[derive(Clone, Debug, PartialEq)]
pub struct World {
    orders: Vec<Order>,
    pub transactions: Vec<Transaction>,
    key: Option<StoredKey>,
}

impl World {
    /// Builds the rows, and refuses rows that no store could hold: a case about those would show nothing.
    pub fn of(form: RowsForm) -> Result<Self, String> {
        let first = form.order.first().map(|order| (order.id.clone(), order.amount));
        let mut transactions = Vec::new();
        for (number, row) in (1..).zip(form.transaction) {
            let default = first.as_ref().map(|(id, _)| id.clone());
            let order_id = row.order.clone().or(default).ok_or("a transaction needs an order")?;
            let order =
                form.order.iter().find(|order| order.id == order_id).ok_or("a transaction's order is missing")?;
            transactions.push(transaction(row, number, order)?);
        }
        let orders = form.order.into_iter().map(|row| order(row, &transactions)).collect::<Result<_, _>>()?;
        Ok(Self { orders, transactions, key: form.key.map(|form| stored_key(&form)) })
    }

    /// The rows that a call needs, as a store loads them.
    pub fn load(&self, needs: &Needs) -> Rows {
        let transaction = needs.transaction.as_ref().and_then(|(provider, id)| {
            self.transactions.iter().find(|it| it.provider == *provider && it.provider_id == *id).cloned()
        });
        let order_id = transaction.as_ref().map(|it| &it.order_id).or(needs.order.as_ref());
        let order = order_id.and_then(|id| self.orders.iter().find(|order| order.id == *id)).cloned();
        let live = order.as_ref().and_then(|order| self.live(&order.id)).cloned();
        let last = self.transactions.iter().map(|it| it.number.get()).max().unwrap_or(0);
        let key = needs.key.and(self.key.clone());
        Rows { transaction, order, live, next_number: TransactionNumber::new(last + 1), key }
    }

    /// Takes the changes one by one through the journal, which refuses what must never be.
    pub fn write(&mut self, rows: &Rows, writes: &Writes) -> Result<(), String> {
        match writes {
            Writes::Nothing => {}
            Writes::Key { key, .. } => self.key = Some(key.clone()),
            Writes::Order { order_id, at, changes } => {
                let mut story = rows.story();
                let version = story.order.as_ref().map_or(0, |order| order.version);
                for (version, change) in (version + 1..).zip(changes.clone()) {
                    let entry = Entry { order_id: order_id.clone(), version, at: *at, actor: Actor::Payme, change };
                    apply(&mut story, &entry).map_err(|error| error.to_string())?;
                }
                self.orders.retain(|order| order.id != *order_id);
                self.orders.extend(story.order);
                self.transactions.retain(|it| story.transactions.iter().all(|new| new.number != it.number));
                self.transactions.extend(story.transactions);
                self.transactions.sort_by_key(|it| it.number);
            }
        }
        self.orders.iter().try_for_each(|order| sane(order, &self.transactions))
    }

    fn live(&self, order: &OrderId) -> Option<&Transaction> {
        self.transactions.iter().find(|it| it.order_id == *order && it.state.is_live())
    }
}

/// The digests that a form's texts have.
pub fn stored_key(form: &KeyForm) -> StoredKey {
    StoredKey { digest: KeyDigest::of(form.key.as_bytes()), replaces: KeyDigest::of(form.replaces.as_bytes()) }
}

fn transaction(row: TransactionForm, number: i64, order: &OrderForm) -> Result<Transaction, String> {
    let time = |ms: Option<i64>| ms.map(TimeMs::new);
    let state = State::from_parts(row.state, time(row.perform_time), time(row.cancel_time), row.reason);
    Ok(Transaction {
        number: TransactionNumber::new(row.number.unwrap_or(number)),
        provider: Provider::from_word(&row.provider).ok_or("no such provider")?,
        provider_id: ProviderId::parse(&row.id).map_err(|error| error.to_string())?,
        order_id: OrderId::parse(&order.id).map_err(|error| error.to_string())?,
        amount: Tiyin::new(order.amount).map_err(|error| error.to_string())?,
        provider_time: TimeMs::new(row.time.unwrap_or(row.create_time - 250)),
        create_time: TimeMs::new(row.create_time),
        state: state.ok_or("a transaction's state does not fit its times")?,
        account: row.account.unwrap_or_else(|| format!("{{\"order_id\":\"{}\"}}", order.id)),
        fiscal_perform: row.fiscal_perform,
        fiscal_cancel: row.fiscal_cancel,
    })
}

fn order(row: OrderForm, transactions: &[Transaction]) -> Result<Order, String> {
    let id = OrderId::parse(&row.id).map_err(|error| error.to_string())?;
    let mut times = vec![row.created_at];
    times.extend(row.printed_at);
    for it in transactions.iter().filter(|it| it.order_id == id) {
        times.extend(
            [Some(it.create_time), it.state.perform_time(), it.state.cancel_time()].iter().flatten().map(|t| t.ms()),
        );
    }
    let order = Order {
        id,
        amount: Tiyin::new(row.amount).map_err(|error| error.to_string())?,
        copies: Copies::new(row.copies).map_err(|error| error.to_string())?,
        booth: "Photobooth".to_owned(),
        status: OrderStatus::from_word(&row.status).ok_or("no such status")?,
        created_at: TimeMs::new(row.created_at),
        expires_at: TimeMs::new(row.expires_at),
        printed_at: row.printed_at.map(TimeMs::new),
        changed_at: TimeMs::new(row.changed_at.or_else(|| times.iter().copied().max()).unwrap_or(row.created_at)),
        version: u32::try_from(times.len()).map_err(|error| error.to_string())?,
    };
    sane(&order, transactions)?;
    Ok(order)
}

/// The invariants of `design.md` that can be seen in the rows of one order.
fn sane(order: &Order, transactions: &[Transaction]) -> Result<(), String> {
    let of_this = || transactions.iter().filter(|it| it.order_id == order.id);
    let live: Vec<_> = of_this().filter(|it| it.state.is_live()).collect();
    let performed = live.iter().any(|it| it.state.code() == 2);
    let refunded = of_this().any(|it| it.state.code() == -2);
    let fits = match order.status {
        OrderStatus::Pending => !performed && !refunded,
        OrderStatus::Paid => performed,
        OrderStatus::Refunded => live.is_empty() && refunded,
        OrderStatus::Cancelled | OrderStatus::Expired => live.is_empty() && !refunded,
    };
    if live.len() > 1 {
        return Err(format!("order {} has {} live transactions", order.id, live.len()));
    }
    if fits { Ok(()) } else { Err(format!("order {} is {} with other transactions", order.id, order.status.word())) }
}
