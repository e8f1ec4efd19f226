//! What Payme was told, as the journal has it, held against what the stored rows would make us tell it now; and whether an
//! order that nobody has paid could still be paid. For whoever looks at a database that is at rest.
//!
//! The told side is read off the journal here, not through [`journal::apply`]; the other side is the decision itself.

use super::rules::Rules;
use super::{Account, AskedAmount, Call, Method, Refusal, Reply, decide, wire};
use crate::journal::{self, Actor, Change, Entry, FiscalDocument, Story};
use crate::order::{Order, OrderStatus};
use crate::rows::{Decision, Rows, Writes};
use crate::shop::{self, NewOrder};
use crate::time::{SpanMs, TimeMs};
use crate::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};

/// What came of asking again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// How many calls were asked again.
    pub asked: u64,
    /// Those that would get another answer.
    pub differing: Vec<Differs>,
}

/// A call that would not get the answer that it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// Which call.
    pub method: Method,
    /// What Payme was told, as JSON.
    pub told: String,
    /// What it would be told now.
    pub now: String,
}

/// Asks again every call whose answer the journal settles, of one of Payme's transactions. `order`, `transaction` and
/// `live` are the rows as stored; the journal is the order's, from its first row.
pub fn answers(order: &Order, transaction: &Transaction, live: Option<&Transaction>, journal: &[&Entry]) -> Replayed {
    let mut replayed = Replayed::default();
    let Some(told) = told(transaction, journal) else { return replayed };
    let rules = Rules::default();
    let rows = Rows {
        transaction: Some(transaction.clone()),
        order: Some(order.clone()),
        live: live.cloned(),
        next_number: told.number,
        key: None,
    };
    let Replayed { asked, differing } = &mut replayed;
    for (call, expected) in settled(&told) {
        *asked = asked.saturating_add(1);
        // At the time of its creation no transaction has timed out.
        let decided = decide(&call, &rows, told.create_time, &rules, None);
        let now = match decided.writes {
            Writes::Nothing => wire::outcome(&decided.reply, &rules),
            Writes::Order { .. } | Writes::Key { .. } => "another change".to_owned(),
        };
        let told = wire::outcome(&expected, &rules);
        if now != told {
            differing.push(Differs { method: call.method(), told, now });
        }
    }
    // A statement's line, which a statement of any period that has it shows.
    *asked = asked.saturating_add(1);
    let (told, now) = (wire::statement_item(&told), wire::statement_item(transaction));
    if now != told {
        differing.push(Differs { method: Method::GetStatement, told, now });
    }
    replayed
}

/// The transaction as the journal's rows about it say; `None` when none does.
fn told(transaction: &Transaction, journal: &[&Entry]) -> Option<Transaction> {
    let mut told: Option<Transaction> = None;
    for entry in journal {
        let at = entry.at;
        let known = told.as_mut().filter(|told| is_about(&entry.change, told.number));
        match (&entry.change, known) {
            (Change::TransactionCreated { number, provider, provider_id, provider_time, amount, account }, _)
                if *number == transaction.number =>
            {
                told = Some(Transaction {
                    number: *number,
                    provider: *provider,
                    provider_id: provider_id.clone(),
                    order_id: entry.order_id.clone(),
                    amount: *amount,
                    provider_time: *provider_time,
                    create_time: at,
                    state: State::Created,
                    account: account.clone(),
                    fiscal_perform: None,
                    fiscal_cancel: None,
                });
            }
            (Change::TransactionPerformed { .. }, Some(told)) => told.state = State::Performed { perform_time: at },
            (Change::TransactionCancelled { reason, .. }, Some(told)) => {
                told.state = State::Cancelled { cancel_time: at, reason: *reason };
            }
            (Change::TransactionRefunded { reason, .. }, Some(told)) => {
                let perform_time = told.state.perform_time()?;
                told.state = State::Refunded { perform_time, cancel_time: at, reason: *reason };
            }
            (Change::FiscalDataSet { document, data, .. }, Some(told)) => match document {
                FiscalDocument::Perform => told.fiscal_perform = Some(data.clone()),
                FiscalDocument::Cancel => told.fiscal_cancel = Some(data.clone()),
            },
            (
                Change::OrderCreated { .. }
                | Change::OrderReopened { .. }
                | Change::OrderCancelled
                | Change::OrderExpired
                | Change::OrderPrinted
                | Change::PrintGranted { .. }
                | Change::ReprintAllowed
                | Change::TransactionCreated { .. }
                | Change::TransactionPerformed { .. }
                | Change::TransactionCancelled { .. }
                | Change::TransactionRefunded { .. }
                | Change::FiscalDataSet { .. },
                _,
            ) => {}
        }
    }
    told
}

fn is_about(change: &Change, wanted: TransactionNumber) -> bool {
    match change {
        Change::TransactionPerformed { number }
        | Change::TransactionCancelled { number, .. }
        | Change::TransactionRefunded { number, .. }
        | Change::FiscalDataSet { number, .. } => *number == wanted,
        Change::OrderCreated { .. }
        | Change::OrderReopened { .. }
        | Change::OrderCancelled
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::PrintGranted { .. }
        | Change::ReprintAllowed
        | Change::TransactionCreated { .. } => false,
    }
}

/// The calls whose answer no later time and no setting changes, with that answer.
fn settled(told: &Transaction) -> Vec<(Call, Result<Reply, Refusal>)> {
    let (id, transaction) = (told.provider_id.clone(), told.number);
    let perform = Call::Perform { id: id.clone() };
    let cancel = |reason| Call::Cancel { id: id.clone(), reason };
    let create = Call::Create {
        id: id.clone(),
        time: told.provider_time,
        amount: AskedAmount(Some(told.amount)),
        account: Account { json: told.account.clone(), order_id: Some(told.order_id.clone()) },
    };
    let mut settled = vec![(Call::Check { id: id.clone() }, Ok(Reply::Checked(told.clone())))];
    match told.state {
        State::Created => settled.push((create, Ok(Reply::Created(told.clone())))),
        State::Performed { perform_time } => {
            settled.push((perform, Ok(Reply::Performed { transaction, perform_time })));
            settled.push((create, Err(Refusal::WrongState)));
        }
        State::Cancelled { cancel_time, reason } | State::Refunded { cancel_time, reason, .. } => {
            let state = told.state.code();
            settled.push((cancel(reason), Ok(Reply::Cancelled { transaction, cancel_time, state })));
            settled.push((perform, Err(Refusal::WrongState)));
            settled.push((create, Err(Refusal::WrongState)));
        }
    }
    settled
}

/// Why an order that has not been paid could not be paid any more, if so: a waiting transaction is cancelled, the order
/// offered again and a new payment begun, all in memory.
pub fn barred(order: &Order, live: Option<&Transaction>) -> Option<String> {
    match order.status {
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => {}
        OrderStatus::Paid | OrderStatus::Refunded => return None,
    }
    let mut trial = Trial {
        story: Story { order: Some(order.clone()), transactions: live.cloned().into_iter().collect() },
        now: order.changed_at,
    };
    trial.pay().err()
}

/// A number, and an id, that no transaction has.
const TRIAL_NUMBER: TransactionNumber = TransactionNumber::new(i64::MAX);
const TRIAL_ID: &str = "a trial that is never stored";

/// How long the order that is offered again would live; any time will do.
const TRIAL_LIFETIME: SpanMs = SpanMs::seconds(900);

struct Trial {
    story: Story,
    now: TimeMs,
}

impl Trial {
    fn pay(&mut self) -> Result<(), String> {
        let waiting =
            self.story.transactions.iter().find(|it| it.state == State::Created && it.provider == Provider::Payme);
        if let Some(waiting) = waiting.cloned() {
            let call = Call::Cancel { id: waiting.provider_id.clone(), reason: 3 };
            self.call(&call, Some(waiting))?;
        }
        let order = self.story.order.clone().ok_or("the order is not there")?;
        let wish = NewOrder {
            id: order.id.clone(),
            amount: order.amount,
            copies: order.copies,
            booth: order.booth.clone(),
            lifetime: TRIAL_LIFETIME,
        };
        let offered = shop::offer(&wish, &self.rows(None), self.now);
        self.apply(offered)?.map_err(|conflict| conflict.to_string())?;
        let id = ProviderId::parse(TRIAL_ID).map_err(|error| error.to_string())?;
        let account = Account { json: "{}".to_owned(), order_id: Some(order.id.clone()) };
        let create = Call::Create { id, time: self.now, amount: AskedAmount(Some(order.amount)), account };
        self.call(&create, None)
    }

    fn call(&mut self, call: &Call, transaction: Option<Transaction>) -> Result<(), String> {
        let rules = Rules::default();
        let decided = decide(call, &self.rows(transaction), self.now, &rules, None);
        let reply = self.apply(decided)?;
        match &reply {
            Ok(_) => Ok(()),
            Err(refusal) => Err(format!("{} is refused ({})", call.method().name(), refusal.code(&rules))),
        }
    }

    fn rows(&self, transaction: Option<Transaction>) -> Rows {
        let live = self.story.transactions.iter().find(|it| it.state.is_live()).cloned();
        Rows { transaction, order: self.story.order.clone(), live, next_number: TRIAL_NUMBER, key: None }
    }

    /// Takes the steps that a decision asks for.
    fn apply<R>(&mut self, decided: Decision<R>) -> Result<R, String> {
        if let Writes::Order { order_id, at, changes } = decided.writes {
            for change in changes {
                let version = self.story.order.as_ref().map_or(0, |order| order.version).saturating_add(1);
                let entry = Entry { order_id: order_id.clone(), version, at, actor: Actor::Payme, change };
                journal::apply(&mut self.story, &entry).map_err(|step| step.to_string())?;
            }
        }
        Ok(decided.reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Tiyin;
    use crate::order::{Copies, OrderId};

    fn entries() -> Vec<Entry> {
        let number = TransactionNumber::new(4);
        let changes = [
            Change::OrderCreated {
                amount: Tiyin::new(500).unwrap(),
                copies: Copies::ONE,
                booth: "Test".to_owned(),
                expires_at: TimeMs::new(900),
            },
            Change::TransactionCreated {
                number,
                provider: Provider::Payme,
                provider_id: ProviderId::parse("p").unwrap(),
                provider_time: TimeMs::new(7),
                amount: Tiyin::new(500).unwrap(),
                account: r#"{"order_id":"a"}"#.to_owned(),
            },
            Change::TransactionPerformed { number },
            Change::TransactionRefunded { number, reason: 5 },
        ];
        let entry = |(version, change): (u32, Change)| Entry {
            order_id: OrderId::parse("a").unwrap(),
            version,
            at: TimeMs::new(i64::from(version) * 100),
            actor: Actor::Payme,
            change,
        };
        (1..).zip(changes).map(entry).collect()
    }

    fn story(rows: usize) -> (Order, Transaction, Vec<Entry>) {
        let journal: Vec<Entry> = entries().into_iter().take(rows).collect();
        let story = journal::fold(&journal).unwrap();
        (story.order.unwrap(), story.transactions[0].clone(), journal)
    }

    fn methods(order: &Order, transaction: &Transaction, journal: &[Entry]) -> Vec<Method> {
        let live = Some(transaction).filter(|it| it.state.is_live());
        let journal: Vec<&Entry> = journal.iter().collect();
        answers(order, transaction, live, &journal).differing.into_iter().map(|differs| differs.method).collect()
    }

    #[test]
    fn rows_that_are_what_the_journal_says_answer_as_told() {
        for rows in 2..=4 {
            let (order, transaction, journal) = story(rows);
            assert_eq!(methods(&order, &transaction, &journal), []);
        }
    }

    #[test]
    fn each_changed_member_of_an_answer_is_noticed() {
        use Method::{CancelTransaction, CheckTransaction, CreateTransaction, GetStatement, PerformTransaction};
        let (order, mut performed, journal) = story(3);
        performed.state = State::Performed { perform_time: TimeMs::new(301) };
        assert_eq!(methods(&order, &performed, &journal), [CheckTransaction, PerformTransaction, GetStatement]);
        let (order, mut refunded, journal) = story(4);
        refunded.state = State::Performed { perform_time: TimeMs::new(300) };
        let expected = [CheckTransaction, CancelTransaction, PerformTransaction, GetStatement];
        assert_eq!(methods(&order, &refunded, &journal), expected);
        let (order, mut created, journal) = story(2);
        created.create_time = TimeMs::new(199);
        assert_eq!(methods(&order, &created, &journal), [CheckTransaction, CreateTransaction, GetStatement]);
        created.create_time = TimeMs::new(200);
        created.account = "{}".to_owned();
        assert_eq!(methods(&order, &created, &journal), [GetStatement]);
    }

    #[test]
    fn an_unpaid_order_can_be_paid_and_what_bars_it_is_named() {
        let (order, waiting, _) = story(2);
        assert_eq!(barred(&order, Some(&waiting)), None);
        for status in [OrderStatus::Pending, OrderStatus::Cancelled, OrderStatus::Expired] {
            assert_eq!(barred(&Order { status, ..order.clone() }, None), None);
        }
        let closed = Order { status: OrderStatus::Cancelled, ..order.clone() };
        assert!(barred(&closed, Some(&waiting)).unwrap().contains("only a pending order's transaction is cancelled"));
        let used_up = Order { version: u32::MAX, status: OrderStatus::Expired, ..order.clone() };
        assert!(barred(&used_up, None).unwrap().contains("the versions have a gap"));
        let of_the_end_of_time = Order { changed_at: TimeMs::new(i64::MAX), ..order };
        assert!(barred(&of_the_end_of_time, None).unwrap().contains("CreateTransaction is refused (-31052)"));
    }
}
