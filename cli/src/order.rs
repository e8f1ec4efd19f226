//! `boothpay order`: orders from the command line, as JSON. Works beside a running server on the same database.

use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::journal::{Actor, Entry};
use boothpay_protocol::money::{Soum, Tiyin};
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::rows::Needs;
use boothpay_protocol::transaction::Transaction;
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::orders::{self, Orders};
use boothpay_store::{OrderRow, Store, archive};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum OrderCommand {
    /// Make an order and print it with its checkout link.
    Create(Create),
    /// Print an order with its transactions and its journal.
    Show {
        /// The order's id; a number made here also in groups or in small letters, as "74s8 8wn2".
        #[arg(required = true, value_name = "ID")]
        id: Vec<String>,
        /// Look in this file of an archive instead of the database.
        #[arg(long, value_name = "FILE")]
        archive: Option<PathBuf>,
    },
    /// Print orders, newest first.
    List(List),
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
    #[arg(long)]
    status: Option<Status>,
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
    if let OrderCommand::Show { id, archive: Some(file) } = &command {
        println!("{}", serde_json::to_string_pretty(&show_archived(&settings, file, id)?)?);
        return Ok(());
    }
    if !matches!(command, OrderCommand::Create(_)) {
        settings::existing(&settings.database)?;
    }
    let store = Store::open(&settings.database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(async {
        match command {
            OrderCommand::Create(create) => create_order(&settings, &store, create).await,
            OrderCommand::Show { id, archive: _ } => show(&settings, &store, &id).await,
            OrderCommand::List(list) => list_orders(&settings, &store, &list).await,
        }
    })?;
    println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(())
}

async fn create_order(settings: &Settings, store: &Store, create: Create) -> Result<Value> {
    let (copies, amount) = match &create.amount {
        Some(soum) => {
            let amount = Tiyin::from_soum_text(soum).with_context(|| format!("--amount {soum}"))?;
            (Copies::new(create.copies)?, amount)
        }
        None => settings.prices.price(create.copies)?,
    };
    let orders = Orders { store, clock: &Clock::System, settings, actor: Actor::CommandLine };
    let order = match &create.id {
        Some(id) => orders.offer(OrderId::parse(id).with_context(|| format!("--id {id}"))?, amount, copies).await??,
        None => orders.make(amount, copies).await?,
    };
    Ok(describe(settings, &order))
}

async fn show(settings: &Settings, store: &Store, written: &[String]) -> Result<Value> {
    for id in ids(written)? {
        let rows = store.rows(Needs::order(id.clone())).await?;
        let Some(order) = rows.order else { continue };
        let mut answer = describe(settings, &order);
        let transactions = store.transactions(id.clone()).await?;
        if rows.archived {
            add(&mut answer, "archived_in", store.archived_in(id).await?.into());
            add(&mut answer, "transactions", transactions.iter().map(describe_transaction).collect());
        } else {
            add_story(&mut answer, &transactions, &store.journal(id).await?);
        }
        return Ok(answer);
    }
    bail!("there is no order {}", written.join(" "))
}

/// The orders that may be meant: the id as it stands, and the number that it is when it was written for people.
fn ids(written: &[String]) -> Result<Vec<OrderId>> {
    let written = written.join(" ");
    let (as_it_stands, number) = (OrderId::parse(written.trim()), orders::number_as_written(&written));
    match (as_it_stands, number) {
        (Ok(id), Some(number)) if id != number => Ok(vec![id, number]),
        (Ok(id), _) | (Err(_), Some(id)) => Ok(vec![id]),
        (Err(error), None) => Err(error.into()),
    }
}

fn show_archived(settings: &Settings, file: &Path, written: &[String]) -> Result<Value> {
    let mut found = None;
    for id in ids(written)? {
        found = found.or(archive::look(file, &id)?);
    }
    let Some(archived) = found else { bail!("there is no order {} in {}", written.join(" "), file.display()) };
    let mut answer = describe(settings, &archived.order);
    add_story(&mut answer, &archived.transactions, &archived.journal);
    Ok(answer)
}

fn add_story(answer: &mut Value, transactions: &[Transaction], journal: &[Entry]) {
    let line = |entry: &Entry| {
        let (version, at) = (entry.version, entry.at.ms());
        json!({ "version": version, "at": at, "by": entry.actor.word(), "what": entry.change })
    };
    add(answer, "transactions", transactions.iter().map(describe_transaction).collect());
    add(answer, "journal", journal.iter().map(line).collect());
}

fn add(answer: &mut Value, name: &str, value: Value) {
    if let Some(fields) = answer.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

async fn list_orders(settings: &Settings, store: &Store, list: &List) -> Result<Value> {
    let rows = store.orders(list.status.map(OrderStatus::from), list.limit).await?;
    let one = |row: &OrderRow| {
        let mut answer = describe(settings, &row.order);
        if let Some(file) = &row.archived_in {
            add(&mut answer, "archived_in", Value::from(file.as_str()));
        }
        answer
    };
    Ok(rows.iter().map(one).collect())
}

fn describe(settings: &Settings, order: &Order) -> Value {
    json!({
        "order_id": order.id.as_str(),
        "status": order.status.word(),
        "amount_soum": order.amount.soum().to_string(),
        "amount_tiyin": order.amount.tiyin(),
        "copies": order.copies.get(),
        "booth": order.booth,
        "created_at": order.created_at.ms(),
        "expires_at": order.expires_at.ms(),
        "printed_at": order.printed_at.map(|time| time.ms()),
        "payment_url": settings.payme.checkout.link(&order.id, order.amount, None),
    })
}

fn describe_transaction(transaction: &Transaction) -> Value {
    let state = transaction.state;
    json!({
        "transaction": transaction.number.to_string(),
        "provider": transaction.provider.word(),
        "id": transaction.provider_id.as_str(),
        "state": state.code(),
        "reason": state.reason(),
        "amount_soum": Soum::from_tiyin(transaction.amount.tiyin()).to_string(),
        "provider_time": transaction.provider_time.ms(),
        "create_time": transaction.create_time.ms(),
        "perform_time": state.perform_time().map(|time| time.ms()),
        "cancel_time": state.cancel_time().map(|time| time.ms()),
    })
}
