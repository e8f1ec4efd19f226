//! Taking over: writing into a SQLite file.

use super::{Ended, Job, Numbers, Prepared, TakeoverError, first_number};
use crate::address::Address;
use crate::crash;
use crate::error::StoreError;
use crate::sqlite::apply;
use crate::sqlite::connect;
use crate::sqlite::visit;
use crate::tables::damage;
use crate::world::World;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::takeover::decide::Numbered;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// The plan for a file that is there: one moment of it, on a connection that cannot write.
pub(super) fn plan<R: Send + 'static>(path: &Path, job: &Job<'_, R>) -> Result<Vec<R>, TakeoverError> {
    visit::visit(path, |connection| {
        visit::refuse_moved(connection, path)?;
        let snapshot = connection.unchecked_transaction()?;
        look(&snapshot, job)
    })
}

/// The plan where there is no database yet.
pub(super) fn plan_for_nothing<R: Send + 'static>(job: &Job<'_, R>) -> Result<Vec<R>, TakeoverError> {
    look(&connect::writing(&Address::SqliteMemory)?, job)
}

fn look<R: Send + 'static>(connection: &Connection, job: &Job<'_, R>) -> Result<Vec<R>, TakeoverError> {
    let mut prepared = Prepared::of(job, &numbers(connection, job.highest)?);
    let decided = apply::look(connection, &mut prepared.calls, World::default(), |_, _| {})?;
    Ok(prepared.finish(decided.outcomes)?)
}

/// Carries everything out in one transaction, which holds the file from the first look to the commit.
pub(super) fn carry_out<R: Send + 'static>(address: &Address, job: &Job<'_, R>) -> Result<Ended<R>, TakeoverError> {
    let mut connection = connect::writing(address)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let nothing_known = |_: &Needs, _: &mut World| {};
    // Before the others: what they cannot place is placed above.
    let moved_up = apply::apply(&transaction, &mut [first_number(job)?], World::default(), nothing_known)?;
    moved_up.outcomes.into_iter().collect::<Result<Vec<_>, StoreError>>()?;
    let mut prepared = Prepared::of(job, &numbers(&transaction, job.highest)?);
    let mut world = World::default();
    prepared.place(&mut world);
    let applied = apply::apply(&transaction, &mut prepared.calls, world, nothing_known)?;
    let outcomes = prepared.finish(applied.outcomes)?;
    if !(job.keep)(&outcomes) {
        transaction.rollback()?;
        return Ok(Ended::Left(outcomes));
    }
    crash::here(crash::Point::BeforeCommit);
    transaction.commit()?;
    crash::here(crash::Point::AfterCommit);
    Ok(Ended::Kept(outcomes))
}

fn numbers(connection: &Connection, highest: i64) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers::default();
    let sql = "select number, provider, provider_id from transactions where number between 1 and ?1";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([highest])?;
    while let Some(row) = rows.next()? {
        let (number, provider, id): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let provider = Provider::from_word(&provider).ok_or_else(|| damage("a transaction has an unknown provider"))?;
        let provider_id = ProviderId::parse(&id).map_err(damage)?;
        numbers.transactions.insert(number, Numbered { provider, provider_id });
    }
    let mut statement = connection.prepare("select order_row from orders where order_row between 1 and ?1")?;
    let mut rows = statement.query([highest])?;
    while let Some(row) = rows.next()? {
        numbers.orders.insert(row.get(0)?);
    }
    Ok(numbers)
}
