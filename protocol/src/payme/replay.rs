//! Compares the answers that Payme got, as the journal has them, with the answers that the stored rows would give now; and asks
//! whether an order that nobody has paid could still be paid. For a database that is at rest.
//!
//! The told side is read off the journal by [`replay::told`], not through [`journal::apply`]; the other side is the decision itself.

use super::details::{self, PaymeDetails};
use super::{Account, AskedAmount, Call, Method, Refusal, Reply, decide, state, wire};
use crate::ledger::journal::{self, Actor, Entry, Story};
use crate::ledger::order::{Order, OrderStatus};
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::replay::{self, Replayed, Settled, Stored};
use crate::ledger::rows::{Decision, Rows, Writes};
use crate::ledger::transaction::{State, Transaction, TransactionNumber};
use crate::providers::{self, Rules};
use crate::shop::{self, OrderRequest};
use crate::time::{SpanMs, TimeMs};

/// Asks again every call whose answer the journal settles, of one of Payme's transactions. `order`, `transaction` and
/// `holder` are the rows as stored; the journal is the order's, from its first row.
pub fn answers(order: &Order, transaction: &Transaction, holder: Option<&Transaction>, journal: &[&Entry]) -> Replayed {
    let Some(told) = replay::told(transaction, journal) else { return Replayed::default() };
    let rules = Rules::default();
    let stored = Stored { order, transaction, holder };
    let calls = settled(&told).into_iter().map(|(call, told)| Settled { method: call.method().name(), call, told });
    let ask = |call: &Call, rows: &Rows, at| decide(call, rows, at, &rules, None);
    let mut replayed = replay::ask(&stored, &told, calls.collect(), ask, |answer| wire::outcome(answer, &rules.payme));
    // A statement's item, which a statement of any period that has it shows.
    replayed.compare(Method::GetStatement.name(), item(&told), item(transaction));
    replayed
}

fn item(transaction: &Transaction) -> String {
    wire::statement_item(transaction).unwrap_or_else(|error| error.to_string())
}

/// The calls whose answer no later time and no setting changes, with that answer. None when the journal's own details are
/// not Payme's: then the statement's item differs.
fn settled(told: &Transaction) -> Vec<(Call, Result<Reply, Refusal>)> {
    let Ok(details) = PaymeDetails::of(told) else { return Vec::new() };
    let (id, transaction, reason) = (told.provider_id.clone(), told.number, details.reason);
    let (perform, times) = (Call::Perform { id: id.clone() }, details::times(told));
    let create = Call::Create {
        id: id.clone(),
        time: told.provider_time,
        amount: AskedAmount(Some(told.amount)),
        account: Account { json: details.account.get().to_owned(), order_id: Some(told.order_id.clone()) },
    };
    let checked = Ok(Reply::Checked { transaction: told.clone(), reason });
    let mut settled = vec![(Call::Check { id: id.clone() }, checked)];
    match told.state {
        State::Created => settled.push((create, Ok(Reply::Created(told.clone())))),
        State::Performed { .. } | State::Owed { .. } => {
            settled.push((perform, Ok(Reply::Performed { transaction, perform_time: times.perform })));
            settled.push((create, Err(Refusal::WrongState)));
        }
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            // Any reason gets the same answer.
            let cancel = Call::Cancel { id, reason: reason.unwrap_or(0) };
            let (cancel_time, state) = (times.cancel, state::code(told.state));
            settled.push((cancel, Ok(Reply::Cancelled { transaction, cancel_time, state })));
            settled.push((perform, Err(Refusal::WrongState)));
            settled.push((create, Err(Refusal::WrongState)));
        }
    }
    settled
}

/// Why an order that has not been paid could not be paid any more, if so: a waiting transaction is cancelled, the order
/// offered again and a new payment begun, all in memory.
pub fn why_unpayable(order: &Order, holder: Option<&Transaction>) -> Option<String> {
    match order.status {
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => {}
        OrderStatus::Paid | OrderStatus::Refunded => return None,
    }
    let mut trial = Trial {
        story: Story { order: Some(order.clone()), transactions: holder.cloned().into_iter().collect() },
        now: order.changed_at,
    };
    trial.pay().err()
}

/// A number, and an id, that no transaction has.
const TRIAL_NUMBER: TransactionNumber = TransactionNumber::new(i64::MAX);
const TRIAL_ID: &str = "a trial that is never stored";

/// The trial's own calls are never stored, so nothing hangs on who makes them.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// How long the order that is offered again would live; any time will do.
const TRIAL_LIFETIME: SpanMs = SpanMs::seconds(900);

struct Trial {
    story: Story,
    now: TimeMs,
}

impl Trial {
    fn pay(&mut self) -> Result<(), String> {
        let waiting = self.story.transactions.iter().find(|it| it.state == State::Created).cloned();
        match waiting {
            Some(waiting) if waiting.provider == Provider::Payme => {
                let call = Call::Cancel { id: waiting.provider_id.clone(), reason: 3 };
                self.call(&call, Some(waiting))?;
            }
            // Another wallet's ends as it would when its time runs out.
            Some(waiting) => {
                let changes = vec![providers::end(&waiting)];
                self.apply(Decision::change(waiting.order_id, self.now, changes, ()))?;
            }
            None => {}
        }
        let order = self.story.order.clone().ok_or("the order is not there")?;
        let request = OrderRequest::again(&order, TRIAL_LIFETIME);
        let offered = shop::offer(&request, &self.rows(None), self.now);
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
            Err(refusal) => Err(format!("{} is refused ({})", call.method().name(), refusal.code(&rules.payme))),
        }
    }

    fn rows(&self, transaction: Option<Transaction>) -> Rows {
        let holder = self.story.transactions.iter().find(|it| it.state.holds()).cloned();
        Rows { transaction, order: self.story.order.clone(), holder, ..Rows::none(TRIAL_NUMBER) }
    }

    /// Takes the steps that a decision asks for.
    fn apply<R>(&mut self, decided: Decision<R>) -> Result<R, String> {
        if let Writes::Order { order_id, at, changes } = decided.writes {
            for change in changes {
                let version = self.story.order.as_ref().map_or(0, |order| order.version).saturating_add(1);
                let entry = Entry { order_id: order_id.clone(), version, at, actor: PAYME, change };
                journal::apply(&mut self.story, &entry).map_err(|step| step.to_string())?;
            }
        }
        Ok(decided.reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::details::Details;
    use crate::ledger::replay::examples;

    fn story(rows: usize) -> (Order, Transaction, Vec<Entry>) {
        let details = r#"{"account":{"order_id":"a"}}"#;
        examples::stories(Provider::Payme, "p", details).into_iter().nth(rows - 2).unwrap()
    }

    fn methods(order: &Order, transaction: &Transaction, journal: &[Entry]) -> Vec<&'static str> {
        let holder = Some(transaction).filter(|it| it.state.holds());
        let journal: Vec<&Entry> = journal.iter().collect();
        answers(order, transaction, holder, &journal).differing.into_iter().map(|differs| differs.method).collect()
    }

    #[test]
    fn rows_that_are_what_the_journal_says_answer_as_told() {
        for rows in 2..=4 {
            let (order, transaction, journal) = story(rows);
            assert_eq!(methods(&order, &transaction, &journal), [""; 0]);
        }
    }

    #[test]
    fn each_changed_member_of_an_answer_is_noticed() {
        let names = |methods: &[Method]| methods.iter().map(|method| method.name()).collect::<Vec<_>>();
        use Method::{CancelTransaction, CheckTransaction, CreateTransaction, GetStatement, PerformTransaction};
        let (order, mut performed, journal) = story(3);
        performed.state = State::Performed { perform_time: TimeMs::new(301) };
        assert_eq!(methods(&order, &performed, &journal), names(&[CheckTransaction, PerformTransaction, GetStatement]));
        let (order, mut refunded, journal) = story(4);
        refunded.state = State::Performed { perform_time: TimeMs::new(300) };
        let expected = names(&[CheckTransaction, CancelTransaction, PerformTransaction, GetStatement]);
        assert_eq!(methods(&order, &refunded, &journal), expected);
        let (order, mut created, journal) = story(2);
        created.create_time = TimeMs::new(199);
        assert_eq!(methods(&order, &created, &journal), names(&[CheckTransaction, CreateTransaction, GetStatement]));
        created.create_time = TimeMs::new(200);
        created.details = Details::new(r#"{"account":{}}"#.to_owned());
        assert_eq!(methods(&order, &created, &journal), names(&[GetStatement]));
    }

    #[test]
    fn an_unpaid_order_can_be_paid_and_what_bars_it_is_named() {
        let (order, waiting, _) = story(2);
        for provider in Provider::ALL {
            let waiting = Transaction { provider, ..waiting.clone() };
            assert_eq!(why_unpayable(&order, Some(&waiting)), None, "{provider:?}");
        }
        for status in [OrderStatus::Pending, OrderStatus::Cancelled, OrderStatus::Expired] {
            assert_eq!(why_unpayable(&Order { status, ..order.clone() }, None), None);
        }
        let closed = Order { status: OrderStatus::Cancelled, ..order.clone() };
        assert!(
            why_unpayable(&closed, Some(&waiting)).unwrap().contains("only a pending order's transaction is cancelled")
        );
        let used_up = Order { version: u32::MAX, status: OrderStatus::Expired, ..order.clone() };
        assert!(why_unpayable(&used_up, None).unwrap().contains("the versions have a gap"));
        let of_the_end_of_time = Order { changed_at: TimeMs::new(i64::MAX), ..order };
        assert!(why_unpayable(&of_the_end_of_time, None).unwrap().contains("CreateTransaction is refused (-31052)"));
    }
}
