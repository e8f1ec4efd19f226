//! The schema: made or brought to this program's version when the database is opened.

use super::connect::{Connector, Purpose};
use super::locks;
use crate::crash;
use crate::error::OpenError;
use crate::error::postgres_words;
use tokio_postgres::Client;

/// Append-only: a migration that has been released is never edited. Its place in the list is its version.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/postgres/0001_schema.sql")];

/// Where the versions are kept that have been applied.
const VERSIONS: &str =
    "create table boothpay_schema (version bigint primary key, applied_at timestamptz not null default now())";

/// Brings the schema to this program's version, all of it or nothing.
pub(crate) async fn migrate(connector: &Connector) -> Result<(), OpenError> {
    let session = connector.session(Purpose::Preparing).await?;
    let client = &session.client;
    let failed = failed_at(connector);
    client.batch_execute("begin").await.map_err(&failed)?;
    // Several programs may start on a new database at once: the others wait here, then find the work done.
    client.execute("select pg_advisory_xact_lock($1)", &[&locks::MIGRATING]).await.map_err(&failed)?;
    let found = match found(client, connector).await? {
        Some(found) => found,
        None => {
            client.batch_execute(VERSIONS).await.map_err(&failed)?;
            0
        }
    };
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        client.batch_execute(migration).await.map_err(&failed)?;
        client.execute("insert into boothpay_schema (version) values ($1)", &[&version]).await.map_err(&failed)?;
        crash::here(crash::Point::InMigration);
        tracing::debug!(schema = version, "database migrated");
    }
    client.batch_execute("commit").await.map_err(&failed)
}

/// The version of the schema that is there, if there is one that this program knows; `None` in an empty database. Whatever
/// else is there is refused, and nothing is changed.
pub(crate) async fn found(client: &Client, connector: &Connector) -> Result<Option<i64>, OpenError> {
    let known = schema_version();
    match schema(client).await.map_err(failed_at(connector))? {
        Schema::Version(found) if found > known => Err(OpenError::Newer { found, known }),
        Schema::Version(found) => Ok(Some(found)),
        Schema::None => Ok(None),
        Schema::Foreign => Err(OpenError::Occupied(connector.name().to_owned())),
    }
}

/// Refuses a database without this program's schema, for who only looks.
pub(crate) async fn ready(client: &Client, connector: &Connector) -> Result<(), OpenError> {
    let known = schema_version();
    match found(client, connector).await? {
        Some(found) if found == known => Ok(()),
        Some(found) => Err(OpenError::Older { found, known }),
        None => Err(OpenError::EmptyServer(connector.name().to_owned())),
    }
}

/// This program's version of the schema.
pub(crate) fn schema_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// What makes this program's schema in an empty place.
pub(crate) fn whole_schema() -> String {
    format!("{VERSIONS};{}", MIGRATIONS.concat())
}

/// An error of the server as the owner hears of it.
pub(crate) fn failed_at(connector: &Connector) -> impl Fn(tokio_postgres::Error) -> OpenError {
    |error| OpenError::PrepareServer { server: connector.name().to_owned(), cause: postgres_words(&error) }
}

enum Schema {
    None,
    Foreign,
    Version(i64),
}

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
    Ok(if theirs { Schema::Foreign } else { Schema::None })
}
