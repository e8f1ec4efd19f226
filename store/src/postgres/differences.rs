//! Differences between the wallets' statements and the ledger, on PostgreSQL. What is kept is one statement together with its row of
//! the audit, so it holds or it does not.

use super::Postgres;
use super::panel::Value;
use super::queries::collect;
use crate::differences::{WhichDifferences, sql};
use crate::error::StoreError;
use crate::tables::difference::{self, DAYS, TABLE};
use crate::tables::{Cell, Table};
use boothpay_protocol::difference::{ComparedDay, Difference};
use boothpay_protocol::panel::{AdminName, Audit};
use serde_json::{Map, Value as Json};

impl Postgres {
    pub(crate) async fn differences(
        &self,
        which: &WhichDifferences,
        limit: u32,
    ) -> Result<Vec<Difference>, StoreError> {
        let (sql, limit) = (sql::read(which), i64::from(limit));
        match which {
            WhichDifferences::Between(provider, from, to) => {
                let (word, from, to) = (provider.word(), from.ms(), to.ms());
                let values: [Value<'_>; 4] = [&word, &from, &to, &limit];
                self.on_panel(async |client| collect(client, &sql, &values, difference::read).await).await
            }
            WhichDifferences::Open | WhichDifferences::Waiting | WhichDifferences::Closed => {
                let values: [Value<'_>; 1] = [&limit];
                self.on_panel(async |client| collect(client, &sql, &values, difference::read).await).await
            }
            WhichDifferences::One(provider, key) => {
                let word = provider.word();
                let values: [Value<'_>; 3] = [&word, key, &limit];
                self.on_panel(async |client| collect(client, &sql, &values, difference::read).await).await
            }
        }
    }

    pub(crate) async fn compared_days(&self, limit: u32) -> Result<Vec<ComparedDay>, StoreError> {
        let (sql, limit) = (sql::days(), i64::from(limit));
        let values: [Value<'_>; 1] = [&limit];
        self.on_panel(async |client| collect(client, &sql, &values, difference::read_day).await).await
    }

    pub(crate) async fn keep_differences(
        &self,
        differences: &[Difference],
        days: &[ComparedDay],
        audit: &Audit,
        only_with_change: bool,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "with kept as ({} returning 1), compared as ({})
             insert into audit (at_ms, who, deed, about, old, new, address)
             select $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text
             where exists (select from kept) or not $8::boolean
             returning (select count(*) from kept)",
            all_of(&TABLE, 9),
            all_of(&DAYS, 10)
        );
        let rows = list(&TABLE, differences.iter().map(difference::cells));
        let day_rows = list(&DAYS, days.iter().map(difference::day_cells));
        let (at, who, deed) = (audit.at.ms(), audit.who.as_ref().map(AdminName::as_str), audit.deed.word());
        let values: [Value<'_>; 10] = [
            &at,
            &who,
            &deed,
            &audit.about,
            &audit.old,
            &audit.new,
            &audit.address,
            &only_with_change,
            &rows,
            &day_rows,
        ];
        let written = self.on_panel(async |client| Ok(client.query(&sql, &values).await?)).await?;
        Ok(written.first().is_some_and(|row| row.try_get::<_, i64>(0).is_ok_and(|kept| kept > 0)))
    }
}

/// Writes all rows of a list in JSON that has the place `place`.
fn all_of(table: &Table, place: usize) -> String {
    let (name, names) = (table.name, table.names());
    let insert = format!(
        "insert into {name} ({names}) select {names} from json_populate_recordset(null::{name}, ${place}::text::json)"
    );
    format!("{insert} {}", sql::or_change(table))
}

fn list<'a, const N: usize>(table: &Table, rows: impl Iterator<Item = [Cell<'a>; N]>) -> String {
    let json = |cell: Cell<'_>| match cell {
        Cell::Number(number) => number.map_or(Json::Null, Json::from),
        Cell::Text(text) => text.map_or(Json::Null, Json::from),
        Cell::Bytes(_) => Json::Null,
    };
    let row = |cells: [Cell<'a>; N]| {
        let named = table.columns.iter().zip(cells).map(|(column, cell)| (column.name.to_owned(), json(cell)));
        Json::Object(named.collect::<Map<String, Json>>())
    };
    Json::Array(rows.map(row).collect()).to_string()
}
