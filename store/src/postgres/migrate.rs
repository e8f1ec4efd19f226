//! The schema: made or brought to this program's version when the database is opened.

use super::connect::{Connector, Purpose};
use super::locks;
use crate::error::postgres_words;
use crate::{OpenError, crash};
use tokio_postgres::Client;

/// Append-only: a migration that has been released is never edited. Its place in the list is its version.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../migrations/postgres/0001_orders_transactions_journal.sql"),
    include_str!("../../migrations/postgres/0002_cheaper_writes.sql"),
    include_str!("../../migrations/postgres/0003_archive.sql"),
    include_str!("../../migrations/postgres/0004_updates_in_place.sql"),
];

/// Where the versions are kept that have been applied.
const VERSIONS: &str =
    "create table boothpay_schema (version bigint primary key, applied_at timestamptz not null default now())";

/// Brings the schema to this program's version, all of it or nothing.
pub(super) async fn migrate(connector: &Connector) -> Result<(), OpenError> {
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
pub(super) async fn found(client: &Client, connector: &Connector) -> Result<Option<i64>, OpenError> {
    let known = schema_version();
    match schema(client).await.map_err(failed_at(connector))? {
        Schema::Version(found) if found > known => Err(OpenError::Newer { found, known }),
        Schema::Version(found) => Ok(Some(found)),
        Schema::None => Ok(None),
        Schema::Foreign => Err(OpenError::Occupied(connector.name().to_owned())),
    }
}

/// This program's version of the schema.
pub(super) fn schema_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// What makes this program's schema in an empty place.
pub(super) fn whole_schema() -> String {
    format!("{VERSIONS};{}", MIGRATIONS.concat())
}

/// An error of the server as the owner hears of it.
pub(super) fn failed_at(connector: &Connector) -> impl Fn(tokio_postgres::Error) -> OpenError {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Store, WaitingSince, verify};
    use boothpay_protocol::time::TimeMs;
    use boothpay_protocol::transaction::Provider;
    use boothpay_test_support::{Cluster, Database};

    /// The tables of the first four versions, row by row.
    const DUMP: &str = "select string_agg(row::text, '|' order by row::text) from (
        select row (order_id, amount_tiyin, status, version) as row from orders
        union all select row (number, provider_id, order_id, state, perform_time_ms, cancel_time_ms) from transactions
        union all select row (order_id, version, change::text) from journal) as rows";

    /// A database that a program with so many migrations has made.
    fn of_version(version: usize) -> Database {
        let database = Cluster::shared().database();
        let mut sql = format!("{VERSIONS};");
        for (number, migration) in (1..=version).zip(MIGRATIONS) {
            sql.push_str(migration);
            sql.push_str(&format!("insert into boothpay_schema (version) values ({number});"));
        }
        database.sql(&sql).unwrap();
        database
    }

    #[tokio::test]
    async fn a_database_of_every_earlier_version_keeps_its_rows_and_its_rules() {
        for version in 1..MIGRATIONS.len() {
            let database = of_version(version);
            database
                .sql(
                    r#"insert into orders values ('free', 5, 1, '', 'pending', 1, 9, null, 1, 1),
                           ('held', 5, 1, '', 'pending', 1, 9, null, 2, 2), ('paid', 5, 1, '', 'paid', 1, 9, null, 3, 3),
                           ('again', 5, 1, '', 'pending', 1, 9, null, 3, 3);
                       insert into transactions values
                           (1, 'payme', 'p1', 'held', 5, 2, 2, null, null, 1, null, '{}', null, null),
                           (2, 'payme', 'p2', 'paid', 5, 2, 2, 3, null, 2, null, '{}', null, null),
                           (3, 'payme', 'p3', 'again', 5, 2, 2, null, 3, -1, 3, '{}', null, null);
                       insert into journal values ('held', 1, 1, 'api', '{"change":"order_printed"}');"#,
                )
                .unwrap();
            let before = database.sql(DUMP).unwrap();
            let address = Address::parse(&database.url).unwrap();
            let store = Store::open(&address).unwrap();
            assert_eq!(database.sql(DUMP).unwrap(), before, "from version {version}");
            let waiting =
                |provider| store.waiting_transactions(provider, WaitingSince::CreateTime, TimeMs::new(100), 10);
            let held: Vec<String> = waiting(Provider::Payme).await.unwrap().iter().map(ToString::to_string).collect();
            assert_eq!(held, ["held"], "from version {version}");
            assert_eq!(waiting(Provider::Test).await.unwrap(), []);
            // Whoever holds an order holds it alone, also when an earlier version of the program writes.
            for order in ["held", "paid"] {
                let second = format!(
                    "insert into transactions (number, provider, provider_id, order_id, amount_tiyin, provider_time_ms,
                         create_time_ms, state, account)
                     values (9, 'payme', 'p9', '{order}', 5, 2, 2, 1, '{{}}')"
                );
                let refused = database.sql(&second).unwrap_err();
                assert!(refused.contains("one_live_transaction_per_order"), "from version {version}: {refused}");
            }
            let judged = verify::database(&address).unwrap();
            let unruly = judged.findings.iter().find(|finding| matches!(finding.fault, verify::Fault::Rule(_)));
            assert!(unruly.is_none(), "from version {version}: {unruly:?}");
        }
    }
}
