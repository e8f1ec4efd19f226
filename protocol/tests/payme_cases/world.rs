//! The rows of a case, loaded and written as a store would.

use crate::form::{KeyForm, OrderForm, RowsForm, TransactionForm};
use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Entry, apply};
use boothpay_protocol::ledger::order::{Copies, NewOrder, Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows, Writes};
use boothpay_protocol::ledger::setting::Setting;
use boothpay_protocol::ledger::transaction::{NewTransaction, State, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::details::reason_of;
use boothpay_protocol::payme::key::{ChangedKey, setting_name};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;

#[derive(Clone, Debug, PartialEq)]
pub struct World {
    orders: Vec<Order>,
    pub transactions: Vec<Transaction>,
    key: Option<Setting>,
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
        let key = form.key.map(|form| setting(1, Some(stored_key(&form).value().unwrap())));
        Ok(Self { orders, transactions, key })
    }

    /// The rows that a call needs, as a store loads them.
    pub fn load(&self, needs: &Needs) -> Rows {
        let transaction = needs.transaction.as_ref().and_then(|(provider, id)| {
            self.transactions.iter().find(|it| it.provider == *provider && it.provider_id == *id).cloned()
        });
        let order_id = transaction.as_ref().map(|it| &it.order_id).or(needs.order.as_ref());
        let order = order_id.and_then(|id| self.orders.iter().find(|order| order.id == *id)).cloned();
        let holder = order.as_ref().and_then(|order| self.holder(&order.id)).cloned();
        let last = self.transactions.iter().map(|it| it.number.get()).max().unwrap_or(0);
        let setting = needs.setting.as_ref().filter(|name| **name == setting_name()).and(self.key.clone());
        Rows { transaction, order, holder, setting, ..Rows::none(TransactionNumber::new(last + 1)) }
    }

    /// Takes the changes one by one through the journal, which refuses what must never be.
    pub fn write(&mut self, rows: &Rows, writes: &Writes) -> Result<(), String> {
        match writes {
            Writes::Nothing => {}
            Writes::Setting { name, value, .. } => {
                if *name != setting_name() {
                    return Err(format!("no setting of Payme's: {name}"));
                }
                let version = self.key.as_ref().map_or(0, |setting| setting.version) + 1;
                self.key = Some(setting(version, value.clone()));
            }
            Writes::Order { order_id, at, changes } => {
                let mut story = rows.story();
                let version = story.order.as_ref().map_or(0, |order| order.version);
                for (version, change) in (version + 1..).zip(changes.clone()) {
                    let entry = Entry { order_id: order_id.clone(), version, at: *at, actor: PAYME, change };
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

    fn holder(&self, order: &OrderId) -> Option<&Transaction> {
        self.transactions.iter().find(|it| it.order_id == *order && it.state.holds())
    }
}

/// Who writes: nothing of the cases hangs on it.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// The digests that a form's texts have.
pub fn stored_key(form: &KeyForm) -> ChangedKey {
    ChangedKey { digest: KeyDigest::of(form.key.as_bytes()), replaces: KeyDigest::of(form.replaces.as_bytes()) }
}

fn setting(version: u32, value: Option<String>) -> Setting {
    Setting { name: setting_name(), value, version, changed_at: TimeMs::new(0) }
}

fn transaction(row: TransactionForm, number: i64, order: &OrderForm) -> Result<Transaction, String> {
    let provider = Provider::from_word(&row.provider).ok_or("no such provider")?;
    let account = row.account.unwrap_or_else(|| format!("{{\"order_id\":\"{}\"}}", order.id));
    let mut members = vec![format!("\"account\":{account}")];
    members.extend(row.reason.map(|reason| format!("\"reason\":{reason}")));
    members.extend(row.fiscal_perform.map(|document| format!("\"fiscal_perform\":{document}")));
    members.extend(row.fiscal_cancel.map(|document| format!("\"fiscal_cancel\":{document}")));
    let details = match provider {
        Provider::Payme => Details::new(format!("{{{}}}", members.join(","))),
        Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => Details::none(),
    };
    let new = NewTransaction {
        number: TransactionNumber::new(row.number.unwrap_or(number)),
        provider,
        provider_id: ProviderId::parse(&row.id).map_err(|error| error.to_string())?,
        provider_time: TimeMs::new(row.time.unwrap_or(row.create_time - 250)),
        amount: Tiyin::new(order.amount).map_err(|error| error.to_string())?,
        details,
    };
    let time = |ms: Option<i64>| ms.map(TimeMs::new);
    let word = match row.state {
        1 => "created",
        2 => "performed",
        -1 => "cancelled",
        -2 => "refunded",
        other => return Err(format!("no state of Payme's: {other}")),
    };
    if row.reason.is_some() != (row.state < 0) {
        return Err("a transaction has a reason when it is cancelled, and only then".to_owned());
    }
    let state = State::from_parts(word, time(row.perform_time), time(row.cancel_time), row.reason.and_then(reason_of));
    let id = OrderId::parse(&order.id).map_err(|error| error.to_string())?;
    let created = Transaction::new(id, &new, TimeMs::new(row.create_time));
    Ok(Transaction { state: state.ok_or("a transaction's state does not fit its times")?, ..created })
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
    let new = NewOrder {
        amount: Tiyin::new(row.amount).map_err(|error| error.to_string())?,
        copies: Copies::new(row.copies).map_err(|error| error.to_string())?,
        booth: Booth { id: BoothId::main(), name: "Photobooth".to_owned() },
        chosen: None,
        language: None,
        expires_at: TimeMs::new(row.expires_at),
    };
    let order = Order {
        status: OrderStatus::from_word(&row.status).ok_or("no such status")?,
        begun_at: transactions.iter().filter(|it| it.order_id == id).map(|it| it.create_time).min(),
        printed_at: row.printed_at.map(TimeMs::new),
        printing: None,
        refund_asked_at: None,
        changed_at: TimeMs::new(row.changed_at.or_else(|| times.iter().copied().max()).unwrap_or(row.created_at)),
        version: u32::try_from(times.len()).map_err(|error| error.to_string())?,
        ..Order::new(id, &new, TimeMs::new(row.created_at))
    };
    sane(&order, transactions)?;
    Ok(order)
}

/// The invariants that can be seen in the rows of one order.
fn sane(order: &Order, transactions: &[Transaction]) -> Result<(), String> {
    let of_this = || transactions.iter().filter(|it| it.order_id == order.id);
    let holders: Vec<_> = of_this().filter(|it| it.state.holds()).collect();
    let performed = holders.iter().any(|it| matches!(it.state, State::Performed { .. }));
    let refunded = of_this().any(|it| matches!(it.state, State::Refunded { .. }));
    let fits = match order.status {
        OrderStatus::Pending => !performed && !refunded,
        OrderStatus::Paid => performed,
        OrderStatus::Refunded => holders.is_empty() && refunded,
        OrderStatus::Cancelled | OrderStatus::Expired => holders.is_empty() && !refunded,
    };
    if holders.len() > 1 {
        return Err(format!("order {} is held by {} transactions", order.id, holders.len()));
    }
    if fits { Ok(()) } else { Err(format!("order {} is {} with other transactions", order.id, order.status.word())) }
}
