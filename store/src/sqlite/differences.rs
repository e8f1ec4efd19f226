//! Differences between the wallets' statements and the ledger, on SQLite. What writes here is inside a transaction.

use super::apply::insert;
use super::panel::note;
use super::queries::collect;
use crate::differences::{WhichDifferences, sql};
use crate::error::StoreError;
use crate::tables::difference::{self, DAYS, TABLE};
use boothpay_protocol::difference::{ComparedDay, Difference};
use boothpay_protocol::panel::Audit;
use rusqlite::{Connection, params, params_from_iter};
use std::sync::LazyLock;

static KEEP: LazyLock<String> = LazyLock::new(|| format!("{} {}", insert(&TABLE), sql::or_change(&TABLE)));
static KEEP_DAY: LazyLock<String> = LazyLock::new(|| format!("{} {}", insert(&DAYS), sql::or_change(&DAYS)));

pub(crate) fn read(
    connection: &Connection,
    which: &WhichDifferences,
    limit: u32,
) -> Result<Vec<Difference>, StoreError> {
    let sql = sql::read(which);
    match which {
        WhichDifferences::Between(provider, from, to) => {
            let values = params![provider.word(), from.ms(), to.ms(), limit];
            collect(connection, &sql, values, |row| difference::read(row))
        }
        WhichDifferences::Open | WhichDifferences::Waiting | WhichDifferences::Closed => {
            collect(connection, &sql, params![limit], |row| difference::read(row))
        }
        WhichDifferences::One(provider, key) => {
            collect(connection, &sql, params![provider.word(), key, limit], |row| difference::read(row))
        }
    }
}

pub(crate) fn days(connection: &Connection, limit: u32) -> Result<Vec<ComparedDay>, StoreError> {
    collect(connection, &sql::days(), params![limit], |row| difference::read_day(row))
}

pub(crate) fn keep(
    connection: &Connection,
    differences: &[Difference],
    days: &[ComparedDay],
    audit: &Audit,
    only_with_change: bool,
) -> Result<bool, StoreError> {
    let mut changed = 0_usize;
    for difference in differences {
        let cells = difference::cells(difference);
        changed = changed.saturating_add(connection.prepare_cached(&KEEP)?.execute(params_from_iter(cells))?);
    }
    for day in days {
        connection.prepare_cached(&KEEP_DAY)?.execute(params_from_iter(difference::day_cells(day)))?;
    }
    if changed == 0 && only_with_change {
        return Ok(false);
    }
    note(connection, audit)?;
    Ok(changed > 0)
}
