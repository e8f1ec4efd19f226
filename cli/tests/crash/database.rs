//! A database under test with the records of what was asked of its servers: what is in it, read by plain SQL that both
//! databases understand, never by the program.

use boothpay_test_support::{Cluster, Database as OnServer};
use rusqlite::types::Value as Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// A transaction's row, and what CheckTransaction says of it: the same members.
pub type Row = BTreeMap<String, i64>;

/// Everything of one moment.
pub struct Rows {
    /// Status and amount.
    pub orders: BTreeMap<String, (String, i64)>,
    pub transactions: BTreeMap<String, Row>,
    /// Whose order each pays.
    pub orders_of: BTreeMap<String, String>,
}

/// A folder with the records, and the database.
pub struct Site {
    folder: TempDir,
    pub database: Database,
}

pub enum Database {
    File(PathBuf),
    Server(OnServer),
}

/// The names of the numbers in a transaction's row, as Payme calls them.
const MEMBERS: [&str; 7] = ["transaction", "create_time", "perform_time", "cancel_time", "state", "reason", "amount"];

/// One statement, so that all of it is of one moment. States and reasons as Payme numbers them; money that would be owed back
/// has none, and nothing here comes so late.
const ROWS: &str = "select 'order', order_id, status, amount_tiyin, 0, 0, 0, 0, 0, 0 from orders
     union all
     select 'transaction', provider_id, (select order_id from orders o where o.order_row = transactions.order_row), number, create_time_ms, coalesce(perform_time_ms, 0),
            coalesce(cancel_time_ms, 0),
            case state when 'created' then 1 when 'performed' then 2 when 'cancelled' then -1 when 'refunded' then -2 else 0 end,
            case reason when 'failed' then 3 when 'timed_out' then 4 when 'refund' then 5 else 0 end, amount_tiyin
     from transactions";

/// What is true of every sound database, as statements that find the orders of which it is not.
const RULES: [(&str, &str); 6] = [
    (
        "its journal has a gap",
        "select cast(order_row as text) from journal group by order_row
         having min(version) <> 1 or max(version) <> count(*)",
    ),
    (
        "its version is not that of its last journal row",
        "select o.order_id from orders o
         where o.version <> (select count(*) from journal j where j.order_row = o.order_row)",
    ),
    (
        "two transactions hold it",
        "select cast(order_row as text) from transactions where state in ('created', 'performed')
         group by order_row having count(*) > 1",
    ),
    (
        "its status does not fit its transactions",
        "select o.order_id from orders o left join transactions t on t.order_row = o.order_row
         group by o.order_id, o.status
         having (o.status = 'paid') <> (count(*) filter (where t.state = 'performed') = 1)
             or (o.status = 'refunded') <> (count(*) filter (where t.state = 'refunded') = 1
                                            and count(*) filter (where t.state = 'performed') = 0)",
    ),
    (
        "a transaction has another amount",
        "select o.order_id from orders o join transactions t on t.order_row = o.order_row
         where t.amount_tiyin <> o.amount_tiyin",
    ),
    (
        "something was done twice, or its journal row is missing",
        "select cast(counted.order_row as text) from (
             select j.order_row,
                 count(*) filter (where cast(j.change as text) like '%\"change\":\"order_created\"%') as made,
                 count(*) filter (where cast(j.change as text) like '%\"change\":\"transaction_created\"%') as created,
                 count(*) filter (where cast(j.change as text) like '%\"change\":\"transaction_performed\"%') as performed,
                 count(*) filter (where cast(j.change as text) like '%\"change\":\"transaction_cancelled\"%'
                                     or cast(j.change as text) like '%\"change\":\"transaction_refunded\"%') as cancelled
             from journal j group by j.order_row) counted
         where counted.made <> 1
             or counted.created <> (select count(*) from transactions t where t.order_row = counted.order_row)
             or counted.performed <> (select count(t.perform_time_ms) from transactions t
                                      where t.order_row = counted.order_row)
             or counted.cancelled <> (select count(t.cancel_time_ms) from transactions t
                                      where t.order_row = counted.order_row)",
    ),
];

impl Site {
    /// A SQLite file, made by the first server that opens it.
    pub fn on_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::File(folder.path().join("boothpay.db"));
        Self { folder, database }
    }

    /// A new, empty database on a PostgreSQL server.
    pub fn on_server(cluster: &Cluster) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: Database::Server(cluster.database()) }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Database {
    /// The `database` setting of its servers.
    pub fn setting(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(server) => server.url.clone(),
        }
    }

    pub fn rows(&self) -> Rows {
        let mut rows = Rows { orders: BTreeMap::new(), transactions: BTreeMap::new(), orders_of: BTreeMap::new() };
        for line in self.query(ROWS).unwrap() {
            let number = |column: usize| line[column].parse::<i64>().unwrap();
            if line[0] == "order" {
                rows.orders.insert(line[1].clone(), (line[2].clone(), number(3)));
            } else {
                let members = MEMBERS.iter().enumerate().map(|(n, name)| ((*name).to_owned(), number(n + 3)));
                rows.orders_of.insert(line[1].clone(), line[2].clone());
                rows.transactions.insert(line[1].clone(), members.collect());
            }
        }
        rows
    }

    /// What is wrong with it, in words, whatever the records say.
    pub fn broken_rules(&self) -> Vec<String> {
        let broken = |(words, sql): &(&str, &str)| {
            let found = self.query(sql).unwrap().into_iter();
            found.map(|line| format!("order {}: {words}", line[0])).collect::<Vec<_>>()
        };
        RULES.iter().flat_map(broken).collect()
    }

    /// The rows that a statement gives, each column as text. The error is what the database said.
    pub fn query(&self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        match self {
            Self::File(path) => in_file(path, sql).map_err(|error| error.to_string()),
            Self::Server(server) => {
                let text = server.sql(sql)?;
                Ok(text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect())
            }
        }
    }
}

fn in_file(path: &Path, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let database = rusqlite::Connection::open(path)?;
    database.busy_timeout(Duration::from_secs(5))?;
    let mut statement = database.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let text = |column| {
            Ok(match row.get(column)? {
                Cell::Integer(number) => number.to_string(),
                Cell::Text(text) => text,
                other @ (Cell::Null | Cell::Real(_) | Cell::Blob(_)) => format!("{other:?}"),
            })
        };
        (0..columns).map(text).collect()
    })?;
    rows.collect()
}
