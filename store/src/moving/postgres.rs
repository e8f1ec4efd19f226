//! Taking in what a file held: locked, copied, compared and verified in one transaction.

use super::error::MoveError;
use super::outcome::{Counts, Outcome, Step};
use super::sqlite::{LockedFile, next_row};
use super::tables::{self, COUNTS, Row, Value, beginning};
use crate::address::PostgresAddress;
use crate::crash;
use crate::error::OpenError;
use crate::error::postgres_words;
use crate::postgres::blocking;
use crate::postgres::connect::{Connector, Purpose, Session};
use crate::postgres::locks;
use crate::postgres::migrate;
use crate::tables::{Column, Kind, TABLES, Table};
use crate::verify::{self, Judge};
use boothpay_protocol::print::rules;
use boothpay_protocol::time::TimeMs;
use futures_util::TryStreamExt;
use std::pin::pin;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::types::ToSql;

/// Rows in one COPY: the server remembers each of them until its end, to check the references.
const COPY_ROWS: u32 = 50_000;

/// Whether there is anything of ours in our tables. What each server says of itself at its start is nothing: it says it again.
fn any_rows() -> String {
    let any = TABLES.map(|table| {
        let what =
            if SAID_AT_A_START.contains(&table.name) { format!(" where not {}", is_rules()) } else { String::new() };
        format!("exists (select from {}{what})", table.name)
    });
    format!("select {}", any.join(" or "))
}

/// The tables in which a server says at its start how its booth prints.
const SAID_AT_A_START: [&str; 2] = ["settings", "setting_changes"];

/// Whether a row of theirs is that.
fn is_rules() -> String {
    format!("starts_with(name, '{}.')", rules::SETTING)
}

/// Takes away what servers that were started too early have said, so that there is what the file has and nothing else.
fn forget_rules() -> String {
    let is_rules = is_rules();
    format!(
        "alter table setting_changes disable trigger setting_changes_are_not_shortened;
         delete from setting_changes where {is_rules};
         alter table setting_changes enable trigger setting_changes_are_not_shortened;
         delete from settings where {is_rules}"
    )
}

/// Our tables, for a list.
fn all_tables() -> String {
    TABLES.map(|table| table.name).join(", ")
}

/// Tables where new ones would be made, but those of extensions.
const ANY_TABLES: &str = "
    select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                   where n.nspname = current_schema() and c.relkind in ('r', 'p')
                     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                                                               and d.objid = c.oid and d.deptype = 'e'))";

/// Takes everything in, or, when a move from this file had got here before, compares everything.
pub(super) fn move_in(
    address: &PostgresAddress,
    source: LockedFile,
    at: TimeMs,
    said: &mut (dyn FnMut(Step) + Send),
) -> Result<Outcome, MoveError> {
    blocking::block_on(address, async move |connector| Target::open(connector).await?.move_in(&source, at, said).await)
}

/// Whether somebody may write to a database: a server, or a command. Each holds the lock of its writer's number, of which the server
/// shows both halves.
pub(super) fn is_served(address: &PostgresAddress) -> Result<bool, MoveError> {
    blocking::block_on(address, async move |connector| {
        let session = connector.session(Purpose::Reading).await?;
        let sql = "select exists (select from pg_locks where locktype = 'advisory' and objsubid = 1
                                  and database = (select oid from pg_database where datname = current_database())
                                  and (classid::bigint << 32) + objid::bigint between $1::bigint + 1 and $1::bigint + $2::bigint)";
        let given: [&(dyn ToSql + Sync); 2] = [&locks::WRITERS, &locks::WRITERS_MAX];
        let row = session.client.query_one(sql, &given).await.map_err(failed(&connector))?;
        row.try_get(0).map_err(failed(&connector))
    })
}

struct Target {
    connector: Connector,
    session: Session,
    is_empty: bool,
}

impl Target {
    /// Makes the schema if the database is empty. A database with anything of anybody's in it is left as it is.
    async fn open(connector: Connector) -> Result<Self, MoveError> {
        let session = connector.session(Purpose::Whole).await?;
        let client = &session.client;
        let there = migrate::found(client, &connector).await?.is_some();
        let sql = if there { any_rows() } else { ANY_TABLES.to_owned() };
        let any = ask(client, &sql).await.map_err(failed(&connector))?;
        if any && !there {
            return Err(OpenError::Occupied(connector.name().to_owned()).into());
        }
        if !any {
            migrate::migrate(&connector).await?;
        }
        Ok(Self { connector, session, is_empty: !any })
    }

    async fn move_in(
        &self,
        source: &LockedFile,
        at: TimeMs,
        said: &mut (dyn FnMut(Step) + Send),
    ) -> Result<Outcome, MoveError> {
        let client = &self.session.client;
        let name = self.connector.name();
        if !self.is_empty {
            return match source.moved_to()? {
                Some(_) => {
                    said(Step::Comparing);
                    client
                        .batch_execute("begin isolation level repeatable read read only")
                        .await
                        .map_err(failed(&self.connector))?;
                    self.compare(source).await?;
                    Ok(Outcome::WasThere(self.counts().await?))
                }
                None => Err(MoveError::NotEmpty(name.to_owned())),
            };
        }
        client
            .batch_execute(&format!("begin; lock table {} in exclusive mode", all_tables()))
            .await
            .map_err(failed(&self.connector))?;
        if ask(client, &any_rows()).await.map_err(failed(&self.connector))? {
            return Err(MoveError::NotEmpty(name.to_owned()));
        }
        client.batch_execute(&forget_rules()).await.map_err(failed(&self.connector))?;
        self.verify().await?;
        said(Step::Copying);
        self.copy(source).await?;
        said(Step::Comparing);
        self.compare(source).await?;
        said(Step::VerifyingTarget);
        self.verify().await?;
        let there = self.counts().await?;
        if there != source.counts()? {
            return Err(MoveError::Differs { server: name.to_owned(), table: "transactions", row: String::new() });
        }
        self.commit(source, at).await?;
        self.has_all(&there).await?;
        Ok(Outcome::Moved(there))
    }

    /// Looks at what the commit has left, where servers may be working already.
    async fn has_all(&self, moved: &Counts) -> Result<(), MoveError> {
        let server = self.connector.name().to_owned();
        match self.counts().await {
            Ok(now) if now.orders >= moved.orders => Ok(()),
            Ok(_) => Err(MoveError::Unsettled { server, cause: "the rows are not there".to_owned() }),
            Err(error) => Err(MoveError::Unsettled { server, cause: error.to_string() }),
        }
    }

    /// Whatever happens here, at most one of the two sides is a database that a server opens.
    async fn commit(&self, source: &LockedFile, at: TimeMs) -> Result<(), MoveError> {
        let server = self.connector.name().to_owned();
        let moved_before = source.moved_to()?.is_some();
        source.mark(&server, at)?;
        crash::here(crash::Point::BeforeMoveCommit);
        match self.session.client.batch_execute("commit").await {
            Ok(()) => {
                crash::here(crash::Point::AfterMoveCommit);
                Ok(())
            }
            // Refused: nothing is there. A server that ends the session says so too, and may have committed before.
            Err(error) if error.as_db_error().and_then(DbError::parsed_severity) == Some(Severity::Error) => {
                if !moved_before {
                    source.unmark()?;
                }
                Err(failed(&self.connector)(error))
            }
            Err(error) => Err(MoveError::Unsettled { server, cause: postgres_words(&error) }),
        }
    }

    async fn copy(&self, source: &LockedFile) -> Result<(), MoveError> {
        let client = &self.session.client;
        for table in TABLES {
            copy_table(&self.connector, client, source, table).await?;
            crash::here(crash::Point::InMove);
        }
        // Part of the transaction, unlike a value set by setval.
        let (number, row) = (source.last_number()?.saturating_add(1), source.last_row()?.saturating_add(1));
        let (task, audit) = (source.last_task()?.saturating_add(1), source.last_audit()?.saturating_add(1));
        let after = format!(
            "alter sequence transaction_numbers restart with {number}; alter sequence order_rows restart with {row};
             alter sequence task_numbers restart with {task}; alter sequence audit_numbers restart with {audit}; analyze {}",
            all_tables()
        );
        client.batch_execute(&after).await.map_err(failed(&self.connector))
    }

    /// Reads both sides in the same order and compares value by value.
    async fn compare(&self, source: &LockedFile) -> Result<(), MoveError> {
        for table in TABLES {
            let sql = format!("select {} from {} t order by {}", table.read_as("t"), table.name, table.order);
            let nothing: [&(dyn ToSql + Sync); 0] = [];
            let there = self.session.client.query_raw(&sql, nothing).await.map_err(failed(&self.connector))?;
            let mut there = pin!(there);
            let mut statement = source.read(table)?;
            let mut here = statement.query([])?;
            loop {
                let read = there.try_next().await.and_then(|row| row.map(|row| values(&row, table)).transpose());
                let there = read.map_err(failed(&self.connector))?;
                let here = next_row(&mut here, table)?;
                if here == there {
                    if here.is_none() {
                        break;
                    }
                    continue;
                }
                let row = beginning(here.as_ref().or(there.as_ref()).map_or(&[], Vec::as_slice));
                return Err(MoveError::Differs { server: self.connector.name().to_owned(), table: table.name, row });
            }
        }
        Ok(())
    }

    async fn verify(&self) -> Result<(), MoveError> {
        let mut judge = Judge::new();
        verify::postgres_session(&self.connector, &self.session.client, &mut judge).await?;
        let restore = "set local enable_seqscan = off; set local enable_indexscan = on;
                       set local enable_indexonlyscan = on; set local enable_sort = off; set local enable_hashagg = off";
        match judge.report.findings.first() {
            Some(first) => Err(MoveError::Unfit { server: self.connector.name().to_owned(), first: first.to_string() }),
            None => self.session.client.batch_execute(restore).await.map_err(failed(&self.connector)),
        }
    }

    async fn counts(&self) -> Result<Counts, MoveError> {
        let row = self.session.client.query_one(COUNTS, &[]).await.map_err(failed(&self.connector))?;
        let read = || -> Result<Counts, tokio_postgres::Error> {
            Ok(Counts {
                orders: row.try_get(0)?,
                transactions: row.try_get(1)?,
                journal_rows: row.try_get(2)?,
                settings: row.try_get(3)?,
                performed: row.try_get(4)?,
                performed_tiyin: row.try_get(5)?,
                refunded: row.try_get(6)?,
                refunded_tiyin: row.try_get(7)?,
            })
        };
        read().map_err(failed(&self.connector))
    }
}

/// A question that is answered by yes or no.
async fn ask(client: &Client, sql: &str) -> Result<bool, tokio_postgres::Error> {
    client.query_one(sql, &[]).await?.try_get(0)
}

/// Sends a table's rows as they are read, so a long table takes no memory.
async fn copy_table(
    connector: &Connector,
    client: &Client,
    source: &LockedFile,
    table: &Table,
) -> Result<(), MoveError> {
    let sql = format!("copy {} ({}) from stdin (format binary)", table.name, table.names());
    let types = tables::types(table);
    let mut statement = source.read(table)?;
    let mut rows = statement.query([])?;
    let mut next = next_row(&mut rows, table)?;
    while next.is_some() {
        let sink = client.copy_in(&sql).await.map_err(failed(connector))?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        let mut left = COPY_ROWS;
        while left > 0
            && let Some(row) = next
        {
            if !row.iter().all(Value::can_be_kept) {
                return Err(MoveError::Text { table: table.name, row: beginning(&row).replace('\0', "?") });
            }
            writer.as_mut().write_raw(row.iter().map(Value::sql)).await.map_err(failed(connector))?;
            next = next_row(&mut rows, table)?;
            left = left.saturating_sub(1);
        }
        writer.finish().await.map_err(failed(connector))?;
    }
    Ok(())
}

fn values(row: &tokio_postgres::Row, table: &Table) -> Result<Row, tokio_postgres::Error> {
    let value = |(index, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Number => Value::Number(row.try_get(index)?),
            Kind::Text | Kind::Json => Value::Text(row.try_get(index)?),
            Kind::Bytes => Value::Bytes(row.try_get(index)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}

fn failed(connector: &Connector) -> impl Fn(tokio_postgres::Error) -> MoveError {
    |error| MoveError::Server { server: connector.name().to_owned(), cause: postgres_words(&error) }
}
