//! `boothpay order`: orders from the command line, as JSON. Works beside a running server on the same database.

mod export;
mod prints;
mod refund;

use crate::out;
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::transaction::{Reason, Transaction};
use boothpay_protocol::money::{Soum, Tiyin};
use boothpay_protocol::uzqr::{How, UzqrDetails};
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::orders::{self, Orders, Reprint};
use boothpay_store::visit::{self, OrderStory};
use boothpay_store::{Address, Store};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(crate) enum OrderCommand {
    /// Make an order and print it with its checkout link.
    Create(Create),
    /// Print an order with its transactions and its journal.
    Show {
        /// The order's id; a number made here also in groups or in small letters, as "74s8 8wn2".
        #[arg(required = true, value_name = "ID")]
        id: Vec<String>,
    },
    /// Print orders, newest first.
    List(List),
    /// Write payments to a file for an accountant: a row for each payment, as CSV or XLSX.
    Export(export::Export),
    /// Confirm that an order's money came by UzQR: the order is paid, unverified.
    ///
    /// Look at your bank first: nobody else says that the money is there. An order that has run out of time, or was closed, is
    /// paid too.
    Confirm {
        /// The order's id, as for show.
        #[arg(required = true, value_name = "ID")]
        id: Vec<String>,
        /// Who says so, for the journal. Without this, the user of this computer.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Give a paid order's money back to its customer.
    ///
    /// Click is asked by the running server (`boothpay tasks list` shows how far it is). Payme and Uzum give money back only from
    /// their own cabinets: this notes that you ask for it and says what to do there.
    Refund(refund::Refund),
    /// Let a paid order be printed once more, because nothing good came out of the printer.
    ///
    /// Where the booth's page prints, the customer types the order's number at the screen and gets the prints. Where your own program
    /// prints, it gets the job at once.
    Reprint {
        /// The order's id, as for show.
        #[arg(required = true, value_name = "ID")]
        id: Vec<String>,
    },
}

#[derive(Args)]
pub(crate) struct Create {
    /// The number of prints; the price follows from the settings unless --amount is given.
    #[arg(long, default_value_t = 1)]
    copies: u16,
    /// The price in soum instead of the settings' price.
    #[arg(long, value_name = "SOUM", allow_hyphen_values = true)]
    amount: Option<String>,
    /// The order's id instead of a new number.
    #[arg(long)]
    id: Option<String>,
}

#[derive(Args)]
pub(crate) struct List {
    /// Only orders of this status.
    #[arg(long, conflicts_with = "owed")]
    status: Option<Status>,
    /// Only orders with money or prints that are owed to the customer, and where that stands.
    #[arg(long)]
    owed: bool,
    /// At most so many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Status {
    Pending,
    Paid,
    Cancelled,
    Refunded,
    Expired,
}

impl From<Status> for OrderStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Paid => Self::Paid,
            Status::Cancelled => Self::Cancelled,
            Status::Refunded => Self::Refunded,
            Status::Expired => Self::Expired,
        }
    }
}

/// Opens the database of the settings and does what is asked.
pub(crate) fn run(choice: &Choice, command: OrderCommand) -> Result<()> {
    let settings = settings::checked(choice)?;
    if !matches!(command, OrderCommand::Create(_)) {
        settings::existing(&settings.database)?;
    }
    let answer = match command {
        OrderCommand::Export(export) => return export::run(&settings, &export),
        OrderCommand::Create(create) => change(&settings, async |store| create_order(&settings, store, create).await)?,
        OrderCommand::Confirm { id, by } => change(&settings, async |store| confirm(&settings, store, &id, by).await)?,
        OrderCommand::Reprint { id } => change(&settings, async |store| reprint(&settings, store, &id).await)?,
        OrderCommand::Refund(refund) => refund::run(&settings, &refund)?,
        OrderCommand::Show { id } => show(&settings, &id)?,
        OrderCommand::List(list) => list_orders(&settings, &list)?,
    };
    out::print_json(&answer);
    Ok(())
}

/// Opens the database to change something.
fn change(settings: &Settings, work: impl AsyncFnOnce(&Store) -> Result<Value>) -> Result<Value> {
    let store = Store::open(&settings.database)?.telling(settings.subscriptions()).printing(settings.print_rules());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&store))
}

async fn create_order(settings: &Settings, store: &Store, create: Create) -> Result<Value> {
    let (copies, amount) = match &create.amount {
        Some(soum) => {
            let amount = Tiyin::from_written_soum(soum).with_context(|| format!("--amount {soum}"))?;
            (Copies::new(create.copies)?, amount)
        }
        None => settings.prices.price(create.copies)?,
    };
    let orders = Orders { store, clock: &Clock::System, settings, actor: Actor::CommandLine };
    let order = match &create.id {
        Some(id) => {
            orders.offer(OrderId::parse(id).with_context(|| format!("--id {id}"))?, amount, copies, None).await??
        }
        None => orders.make(amount, copies, None, None).await?,
    };
    Ok(describe(settings, &order))
}

async fn reprint(settings: &Settings, store: &Store, written: &[String]) -> Result<Value> {
    let orders = Orders { store, clock: &Clock::System, settings, actor: Actor::CommandLine };
    let id = found(&settings.database, written)?.order.id;
    match orders.reprint(id.clone()).await?? {
        Reprint::AtOnce | Reprint::AtTheScreen => {}
        Reprint::UnderWay => out::complain(format_args!("order {id} is being printed already")),
        Reprint::NotYetPrinted => {
            out::complain(format_args!("order {id} has not been printed yet; type its number at the booth's screen"));
        }
    }
    show(settings, &[id.as_str().to_owned()])
}

async fn confirm(settings: &Settings, store: &Store, written: &[String], by: Option<String>) -> Result<Value> {
    if settings.uzqr.code.is_none() {
        bail!("UzQR is not set up here, and only its payments are confirmed by people: see [uzqr] in boothpay.toml");
    }
    let orders = Orders { store, clock: &Clock::System, settings, actor: Actor::CommandLine };
    let id = found(&settings.database, written)?.order.id;
    let said = UzqrDetails::said(by.or_else(user), How::CommandLine);
    orders.confirm(id.clone(), said).await??;
    show(settings, &[id.as_str().to_owned()])
}

/// Who uses this computer, as the system says. Whoever is somebody else for a moment (sudo) is still himself.
fn user() -> Option<String> {
    let said = |name| std::env::var(name).ok().filter(|user| !user.is_empty());
    ["SUDO_USER", "USER", "USERNAME"].into_iter().find_map(said)
}

/// The order that is meant.
fn found(database: &Address, written: &[String]) -> Result<OrderStory> {
    let (id, number) = orders::meant_by(&written.join(" "))?;
    let ids: Vec<OrderId> = [id].into_iter().chain(number).collect();
    match visit::story(database, &ids)? {
        Some(story) => Ok(story),
        None => bail!("there is no order {}", written.join(" ")),
    }
}

fn show(settings: &Settings, written: &[String]) -> Result<Value> {
    let story = found(&settings.database, written)?;
    let mut answer = describe(settings, &story.order);
    let line = |entry: &Entry| {
        let (version, at) = (entry.version, entry.at.ms());
        json!({ "version": version, "at": at, "by": entry.actor.word(), "what": entry.change })
    };
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("owed_back".to_owned(), refund::owed(&story).into());
        fields.insert("owed_prints".to_owned(), prints::owed(&story.order, Clock::System.now()));
        fields.insert("transactions".to_owned(), story.transactions.iter().map(describe_transaction).collect());
        fields.insert("journal".to_owned(), story.journal.iter().map(line).collect());
    }
    Ok(answer)
}

fn list_orders(settings: &Settings, list: &List) -> Result<Value> {
    if list.owed {
        let stories = visit::owed(&settings.database, list.limit)?;
        let describe = |story: &OrderStory| {
            let mut row = describe(settings, &story.order);
            if let Some(fields) = row.as_object_mut() {
                fields.insert("owed_back".to_owned(), refund::owed(story).into());
                fields.insert("owed_prints".to_owned(), prints::owed(&story.order, Clock::System.now()));
            }
            row
        };
        return Ok(stories.iter().map(describe).collect());
    }
    let rows = visit::orders(&settings.database, list.status.map(OrderStatus::from), list.limit)?;
    Ok(rows.iter().map(|row| describe(settings, &row.order)).collect())
}

fn describe(settings: &Settings, order: &Order) -> Value {
    json!({
        "order_id": order.id.as_str(),
        "status": order.status.word(),
        "amount_soum": order.amount.soum().to_string(),
        "amount_tiyin": order.amount.tiyin(),
        "copies": order.copies.get(),
        "booth": order.booth.name,
        "created_at": order.created_at.ms(),
        "expires_at": order.expires_at.ms(),
        "printed_at": order.printed_at.map(|time| time.ms()),
        "print": order.printing.map(|it| it.state.word()),
        "copies_printed": order.printing.map(|it| it.done),
        "refund_asked_at": order.refund_asked_at.map(|time| time.ms()),
        "payment_url": settings.link_of(order, None),
    })
}

fn describe_transaction(transaction: &Transaction) -> Value {
    let state = transaction.state;
    json!({
        "transaction": transaction.number.to_string(),
        "provider": transaction.provider.word(),
        "verified": transaction.provider.is_verified(),
        "id": transaction.provider_id.as_str(),
        "state": state.word(),
        "reason": state.reason().map(Reason::word),
        "amount_soum": Soum::from_tiyin(transaction.amount.tiyin()).to_string(),
        "provider_time": transaction.provider_time.ms(),
        "create_time": transaction.create_time.ms(),
        "perform_time": state.perform_time().map(|time| time.ms()),
        "cancel_time": state.cancel_time().map(|time| time.ms()),
        // What its wallet said, by which a customer's payment is known again: of Uzum's the end of his phone.
        "details": serde_json::from_str::<Value>(transaction.details.as_str()).unwrap_or_default(),
    })
}
