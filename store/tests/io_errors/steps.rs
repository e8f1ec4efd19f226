//! What is asked of the store: the calls of a payment, the sweep, and the readings, each at a fixed time, so that a flow that
//! was disturbed and settled leaves exactly what an undisturbed one leaves.

use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::{self, Account, AskedAmount, Call};
use boothpay_protocol::providers::{self, Rules, WaitingSince};
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Committed, Store, StoreError};

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// 10,000 soum.
const AMOUNT: i64 = 1_000_000;

/// When the sweep comes: more than twelve hours after everything else.
const LATER: i64 = 100_000_000;

/// One thing asked of the store, about an order by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Offer(&'static str),
    Create(&'static str),
    Perform(&'static str),
    Cancel(&'static str),
    /// Ends payments and orders whose time is over.
    Sweep,
    /// CheckTransaction, on a connection that reads.
    Check(&'static str),
    /// GetStatement, on a connection of its own.
    Statement,
    /// What `/readyz` asks.
    Probe,
}

/// Why a step was not done.
#[derive(Debug)]
#[allow(dead_code)] // The reason is for whoever reads a complaint.
pub enum Undone {
    /// The provider would be told a reason of its own making.
    Refused(String),
    /// The provider would be told the system error.
    Failed(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Asks. The journal rows that were acknowledged are added to `acknowledged`, also when the step failed later on.
pub async fn ask(store: &Store, step: Step, acknowledged: &mut Vec<Entry>) -> Result<(), Undone> {
    match step {
        Step::Offer(order) => {
            let request = OrderRequest {
                id: id(order),
                amount: Tiyin::new(AMOUNT).unwrap(),
                copies: Copies::ONE,
                booth: Booth { id: BoothId::main(), name: "Test".to_owned() },
                chosen: None,
                language: None,
                lifetime: SpanMs::seconds(900),
            };
            let decide = move |rows: &Rows| shop::offer(&request, rows, TimeMs::new(1000));
            let offered = transact(store, Needs::order(id(order)), Actor::Booth, decide, acknowledged).await?;
            offered.map(drop).map_err(refused)
        }
        Step::Create(order) => {
            let account = Account { json: "{}".to_owned(), order_id: Some(id(order)) };
            let amount = AskedAmount(Some(Tiyin::new(AMOUNT).unwrap()));
            let call = Call::Create { id: payment(order), time: TimeMs::new(77), amount, account };
            payme(store, call, 2000, acknowledged).await
        }
        Step::Perform(order) => payme(store, Call::Perform { id: payment(order) }, 3000, acknowledged).await,
        Step::Cancel(order) => payme(store, Call::Cancel { id: payment(order), reason: 5 }, 4000, acknowledged).await,
        Step::Sweep => {
            let now = TimeMs::new(LATER);
            let before = TimeMs::new(LATER / 2);
            for order in store.waiting_transactions(Provider::Payme, WaitingSince::CreateTime, before, 100).await? {
                let decide = move |rows: &Rows| providers::time_out(rows, now, &Rules::default());
                transact(store, Needs::order(order), Actor::Sweep, decide, acknowledged).await?;
            }
            for order in store.expired_orders(now, 100).await? {
                let decide = move |rows: &Rows| shop::expire(rows, now);
                transact(store, Needs::order(order), Actor::Sweep, decide, acknowledged).await?;
            }
            Ok(())
        }
        Step::Check(order) => {
            let call = Call::Check { id: payment(order) };
            let rows = store.rows(payme::needs(&call)).await?;
            let decision = payme::decide(&call, &rows, TimeMs::new(5000), &Rules::default(), None);
            decision.reply.map(drop).map_err(refused)
        }
        Step::Statement => {
            let period = Period { from: TimeMs::new(0), to: TimeMs::new(LATER) };
            let mut pages = store.statement(Provider::Payme, period).await?;
            let mut listed = 0;
            while let Some(page) = pages.recv().await {
                listed += page?.len();
            }
            if listed == 0 { Err(Undone::Refused("an empty statement".to_owned())) } else { Ok(()) }
        }
        Step::Probe => Ok(store.probe().await?),
    }
}

async fn payme(store: &Store, call: Call, now: i64, acknowledged: &mut Vec<Entry>) -> Result<(), Undone> {
    let needs = payme::needs(&call);
    let decide = move |rows: &Rows| payme::decide(&call, rows, TimeMs::new(now), &Rules::default(), None);
    transact(store, needs, PAYME, decide, acknowledged).await?.map(drop).map_err(refused)
}

async fn transact<R: Send + 'static>(
    store: &Store,
    needs: Needs,
    actor: Actor,
    decide: impl FnMut(&Rows) -> Decision<R> + Send + 'static,
    acknowledged: &mut Vec<Entry>,
) -> Result<R, StoreError> {
    let Committed { reply, entries } = store.transact(needs, actor, decide).await?;
    acknowledged.extend(entries);
    Ok(reply)
}

fn refused(reason: impl std::fmt::Debug) -> Undone {
    Undone::Refused(format!("{reason:?}"))
}

fn id(order: &str) -> OrderId {
    OrderId::parse(order).unwrap()
}

fn payment(order: &str) -> ProviderId {
    ProviderId::parse(&format!("payment-of-{order}")).unwrap()
}
