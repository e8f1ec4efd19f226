//! Taking over: writing into a PostgreSQL database.

use super::{Ended, Job, Numbers, Prepared, TakeoverError, first_number};
use crate::address::PostgresAddress;
use crate::batch;
use crate::crash;
use crate::error::{StoreError, postgres_words};
use crate::postgres::apply::Applying;
use crate::postgres::blocking;
use crate::postgres::connect::{Connector, Purpose, Session};
use crate::postgres::loading::Wanted;
use crate::postgres::{migrate, queries, writer};
use crate::tables::setting::FIRST_NUMBER;
use crate::tables::{Columns, damage};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::takeover::decide::Numbered;
use tokio_postgres::Client;
use tokio_postgres::error::{DbError, Severity};

/// One moment of the database, nothing of which can change until it has ended.
const PLAN: &str = "begin isolation level repeatable read read only";

/// Others may read; whoever writes waits.
const HOLD: &str = "begin read write;
                    lock table orders, transactions, settings in share row exclusive mode";

/// The plan for a database that is there.
pub(super) fn plan<R: Send + 'static>(address: &PostgresAddress, job: &Job<'_, R>) -> Result<Vec<R>, TakeoverError> {
    blocking::block_on(address, async |connector| {
        let session = connector.session(Purpose::Whole).await?;
        let client = &session.client;
        let applying = Applying::prepare(client).await.map_err(failed)?;
        client.batch_execute(PLAN).await.map_err(failed)?;
        let mut prepared = Prepared::of(job, &numbers(client, job.highest).await?);
        let decided = decide(client, &applying, &mut prepared).await?;
        Ok(prepared.finish(decided.outcomes)?)
    })
}

/// Carries everything out in one transaction, which keeps others from writing from the first look to the commit.
pub(super) fn carry_out<R: Send + 'static>(
    address: &PostgresAddress,
    job: &Job<'_, R>,
) -> Result<Ended<R>, TakeoverError> {
    blocking::block_on(address, async |connector| {
        migrate::migrate(&connector).await?;
        let session = connector.session(Purpose::Whole).await?;
        within(&connector, &session, job).await
    })
}

async fn within<R: Send + 'static>(
    connector: &Connector,
    session: &Session,
    job: &Job<'_, R>,
) -> Result<Ended<R>, TakeoverError> {
    let client = &session.client;
    let applying = Applying::prepare(client).await.map_err(failed)?;
    let number = writer::become_writer(client).await?;
    client.batch_execute(HOLD).await.map_err(failed)?;
    let mut head = queries::head(client, number).await?;
    // Outside the transaction's fate: numbers that nobody uses do no harm.
    move_up(client, job.first_number, job.highest).await?;
    let mut calls = [first_number(job)?];
    let needs = [calls.iter().map(|call| call.needs().clone()).next().unwrap_or_default()];
    let loaded = applying.load(client, &Wanted::of(&needs)).await?;
    let decided = batch::decide(&mut calls, loaded, []);
    if !decided.writes_nothing() {
        head = applying.write(client, head, &decided, true).await.map_err(StoreError::from)?;
    }
    let mut prepared = Prepared::of(job, &numbers(client, job.highest).await?);
    let mut decided = decide(client, &applying, &mut prepared).await?;
    let unplaced = i64::try_from(decided.after.new_orders_without_place()).unwrap_or(i64::MAX);
    if unplaced > 0 {
        let (_, rows) = applying.draw(client, 0, unplaced, true).await.map_err(StoreError::from)?;
        decided.after.place_new_orders(rows);
    }
    if !decided.writes_nothing() {
        applying.write(client, head, &decided, true).await.map_err(StoreError::from)?;
    }
    let outcomes = prepared.finish(decided.outcomes)?;
    if !(job.keep)(&outcomes) {
        client.batch_execute("rollback").await.map_err(failed)?;
        return Ok(Ended::Left(outcomes));
    }
    crash::here(crash::Point::BeforeCommit);
    match client.batch_execute("commit").await {
        Ok(()) => {}
        // Refused: nothing is there. A server that ends the session says so too, and may have committed before.
        Err(error) if error.as_db_error().and_then(DbError::parsed_severity) == Some(Severity::Error) => {
            return Err(failed(error));
        }
        Err(error) => {
            return Err(TakeoverError::Unsettled(format!("{}: {}", connector.name(), postgres_words(&error))));
        }
    }
    crash::here(crash::Point::AfterCommit);
    Ok(Ended::Kept(outcomes))
}

async fn decide<R: Send + 'static>(
    client: &Client,
    applying: &Applying,
    prepared: &mut Prepared<R>,
) -> Result<batch::Decided, TakeoverError> {
    let needs: Vec<Needs> = prepared.calls.iter().map(|call| call.needs().clone()).collect();
    let mut loaded = applying.load(client, &Wanted::of(&needs)).await?;
    prepared.place(&mut loaded);
    Ok(batch::decide(&mut prepared.calls, loaded, []))
}

/// Lets the sequences begin above what is taken over, unless they do.
async fn move_up(client: &Client, first: i64, highest: i64) -> Result<(), TakeoverError> {
    let set = client.query_opt("select value from settings where name = $1", &[&FIRST_NUMBER]).await.map_err(failed)?;
    let set: Option<String> = set.map(|row| row.try_get(0)).transpose().map_err(failed)?.flatten();
    if set.and_then(|value| value.parse::<i64>().ok()).is_some_and(|set| set > highest) {
        return Ok(());
    }
    for sequence in ["transaction_numbers", "order_rows"] {
        let sql = format!(
            "select setval('{sequence}', greatest($1, last_value), is_called or last_value < $1) from {sequence}"
        );
        client.execute(&sql, &[&first.saturating_sub(1)]).await.map_err(failed)?;
    }
    Ok(())
}

async fn numbers(client: &Client, highest: i64) -> Result<Numbers, TakeoverError> {
    let mut numbers = Numbers::default();
    let sql = "select number, provider, provider_id from transactions where number between 1 and $1";
    for row in client.query(sql, &[&highest]).await.map_err(failed)? {
        let mut columns = Columns::from(&row, 0);
        let number = columns.number()?;
        let provider = columns.word(Provider::from_word, "a transaction has an unknown provider")?;
        let provider_id = ProviderId::parse(columns.text()?).map_err(damage)?;
        numbers.transactions.insert(number, Numbered { provider, provider_id });
    }
    let sql = "select order_row from orders where order_row between 1 and $1";
    for row in client.query(sql, &[&highest]).await.map_err(failed)? {
        numbers.orders.insert(Columns::from(&row, 0).number()?);
    }
    Ok(numbers)
}

fn failed(error: tokio_postgres::Error) -> TakeoverError {
    TakeoverError::Server(postgres_words(&error))
}
