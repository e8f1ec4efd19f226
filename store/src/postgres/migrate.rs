//! The schema: made or brought to this program's version when the database is opened.

use super::connect::{Connector, Purpose};
use super::locks;
use crate::OpenError;
use crate::error::postgres_words;
use tokio_postgres::Client;

/// Append-only: a migration that has been released is never edited. Its place in the list is its version.
const MIGRATIONS: [&str; 3] = [
    include_str!("../../migrations/postgres/0001_orders_transactions_journal.sql"),
    include_str!("../../migrations/postgres/0002_indexes.sql"),
    include_str!("../../migrations/postgres/0003_archive.sql"),
];

/// Brings the schema to this program's version, all of it or nothing.
pub(super) async fn migrate(connector: &Connector) -> Result<(), OpenError> {
    let session = connector.session(Purpose::Preparing).await?;
    let client = &session.client;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let failed = |error: tokio_postgres::Error| OpenError::PrepareServer {
        server: connector.name().to_owned(),
        cause: postgres_words(&error),
    };
    client.batch_execute("begin").await.map_err(failed)?;
    // Several programs may start on a new database at once: the others wait here, then find the work done.
    client.execute("select pg_advisory_xact_lock($1)", &[&locks::MIGRATING]).await.map_err(failed)?;
    let found = match schema(client).await.map_err(failed)? {
        Schema::Version(found) if found > known => return Err(OpenError::Newer { found, known }),
        Schema::Version(found) => found,
        Schema::None => 0,
        Schema::Foreign => return Err(OpenError::Occupied(connector.name().to_owned())),
    };
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        client.batch_execute(migration).await.map_err(failed)?;
        client.execute("insert into boothpay_schema (version) values ($1)", &[&version]).await.map_err(failed)?;
        tracing::debug!(schema = version, "database migrated");
    }
    client.batch_execute("commit").await.map_err(failed)
}

enum Schema {
    None,
    Foreign,
    Version(i64),
}

/// What is there; makes the table of versions in an empty database.
async fn schema(client: &Client) -> Result<Schema, tokio_postgres::Error> {
    let sql = "select to_regclass('boothpay_schema') is not null,
                      to_regclass('orders') is not null or to_regclass('transactions') is not null
                      or to_regclass('journal') is not null";
    let row = client.query_one(sql, &[]).await?;
    let (ours, theirs): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
    if ours {
        let row = client.query_one("select coalesce(max(version), 0) from boothpay_schema", &[]).await?;
        return Ok(Schema::Version(row.try_get(0)?));
    }
    if theirs {
        return Ok(Schema::Foreign);
    }
    let table =
        "create table boothpay_schema (version bigint primary key, applied_at timestamptz not null default now())";
    client.batch_execute(table).await?;
    Ok(Schema::None)
}
