//! Compares the schema with the one that this program would make: a dropped trigger, an index that is not valid, or a
//! constraint that was never checked is a promise gone.
//!
//! What should be there is asked of the same server: the migrations are carried out in a schema of their own, inside a
//! transaction that is rolled back. So both descriptions are the server's own words, whatever its version.

use crate::postgres::connect::{Connector, Purpose};
use crate::postgres::migrate;
use crate::verify::fault::Fault;
use crate::verify::judge::Judge;
use std::collections::BTreeMap;
use tokio_postgres::Client;

/// What the tables of a schema consist of: what it is called, what it is. Tables of extensions are somebody else's; other
/// tables in our database would be read by nobody who verifies it.
const DESCRIBE: &str = "
with tables as (
    select c.oid, c.relname, c.relpersistence, c.relrowsecurity from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind in ('r', 'p')
      and not exists (select from pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
select 'table ' || relname as name, concat_ws(' ', relpersistence, relrowsecurity) as definition from tables
union all
select 'column ' || t.relname || '.' || a.attname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, o.collname, pg_get_expr(d.adbin, d.adrelid),
                 a.attidentity, a.attgenerated)
from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_collation o on o.oid = a.attcollation
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
union all
select 'index ' || i.relname,
       replace(pg_get_indexdef(i.oid), quote_ident(current_schema()) || '.', '')
           || case when x.indisvalid and x.indisready and x.indislive then '' else ' (not valid)' end
from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
union all
select 'constraint ' || c.conname || ' of ' || t.relname,
       replace(pg_get_constraintdef(c.oid), quote_ident(current_schema()) || '.', '')
           || case when c.convalidated then '' else ' (not validated)' end
from tables t join pg_constraint c on c.conrelid = t.oid where c.contype <> 'n'
union all
select 'trigger ' || g.tgname,
       concat_ws(' ', replace(pg_get_triggerdef(g.oid), quote_ident(current_schema()) || '.', ''), g.tgenabled)
from tables t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
union all
select 'checking of references of ' || t.relname, string_agg(g.tgenabled::text, '' order by g.tgenabled)
from tables t join pg_trigger g on g.tgrelid = t.oid where g.tgisinternal group by t.relname
union all
select distinct 'function ' || p.proname, p.prosrc
from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal join pg_proc p on p.oid = g.tgfoid
union all
select 'rule ' || r.rulename || ' of ' || t.relname, pg_get_ruledef(r.oid)
from tables t join pg_rewrite r on r.ev_class = t.oid
union all
select 'sequence ' || c.relname, concat_ws(' ', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, c.relpersistence)
from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = current_schema()
  and not exists (select from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')";

/// Where the schema is made that should be there. Nobody but its transaction ever sees it.
const MAKE_PLACE: &str = "create schema boothpay_as_it_should_be; set local search_path to boothpay_as_it_should_be";

/// Describes everything in the schema in which our tables are, wherever the session would make new ones.
const GO_TO_TABLES: &str = "
select set_config('search_path', quote_ident(n.nspname), true)
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass('boothpay_schema')";

/// Adds all that differs to the report. `client` is inside a transaction; unqualified names stay those of our tables.
pub(super) async fn compare(
    connector: &Connector,
    client: &Client,
    judge: &mut Judge,
) -> Result<(), tokio_postgres::Error> {
    let expected = match as_made(connector).await {
        Ok(expected) => expected,
        Err(Trial::Server(error)) => return Err(error),
        Err(Trial::Session(why)) => {
            judge.add(None, Fault::Rule(format!("they cannot be compared: {why}")));
            return Ok(());
        }
    };
    client.batch_execute(GO_TO_TABLES).await?;
    let mut found = describe(client).await?;
    for (name, definition) in expected {
        match found.remove(&name) {
            Some(other) if other == definition => {}
            Some(_) => judge.add(None, Fault::Rule(format!("{name} is not as it was made"))),
            None => judge.add(None, Fault::Rule(format!("{name} is missing"))),
        }
    }
    for name in found.into_keys() {
        judge.add(None, Fault::Rule(format!("{name} is none of ours")));
    }
    Ok(())
}

/// Why there is nothing to compare with.
enum Trial {
    Session(String),
    Server(tokio_postgres::Error),
}

async fn as_made(connector: &Connector) -> Result<BTreeMap<String, String>, Trial> {
    let session = connector.session(Purpose::Preparing).await.map_err(|error| Trial::Session(error.to_string()))?;
    let client = &session.client;
    let made = async {
        client.batch_execute("begin").await?;
        client.batch_execute(MAKE_PLACE).await?;
        client.batch_execute(&migrate::whole_schema()).await?;
        let expected = describe(client).await?;
        client.batch_execute("rollback").await?;
        Ok(expected)
    };
    made.await.map_err(Trial::Server)
}

async fn describe(client: &Client) -> Result<BTreeMap<String, String>, tokio_postgres::Error> {
    let rows = client.query(DESCRIBE, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
