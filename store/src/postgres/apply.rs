//! One batch: load, decide, and in a transaction write and commit. Everything of a kind is one statement, and statements
//! that do not wait for each other's results are sent together.

use super::loading::{Loading, Wanted};
use super::locks;
use super::notices;
use super::trouble::Trouble;
use crate::batch::{self, Call, Decided};
use crate::crash;
use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::journal::Entry;
use boothpay_protocol::order::Order;
use boothpay_protocol::rows::Needs;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::Transaction;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

/// Outside a transaction that begins like this, a writing session cannot write (see its settings): what is sent behind a
/// failing `begin` is refused.
const BEGIN: &str = "begin read write";

/// Whether the orders of a batch are locked before they are looked at. What is locked cannot change between the look and the
/// commit; what is not is written only at the version that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locking {
    Nothing,
    Orders,
}

impl Locking {
    /// After so many lost races.
    pub(super) const fn after(lost: u32) -> Self {
        if lost == 0 { Self::Nothing } else { Self::Orders }
    }
}

/// The statements of a writing session.
pub(super) struct Applying {
    loading: Loading,
    numbers: Statement,
    lock_keys: Statement,
    insert_orders: Statement,
    update_orders: Statement,
    update_transactions: Statement,
    insert_transactions: Statement,
    append: Statement,
    put_key: Statement,
    announce: Statement,
}

impl Applying {
    pub(super) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let numbers = "select nextval('transaction_numbers') from generate_series(1, $1::bigint)";
        let lock_keys = "select pg_advisory_xact_lock($1::bigint)";
        let insert_orders = "insert into orders (order_id, amount_tiyin, copies, booth, status, created_at_ms,
                expires_at_ms, printed_at_ms, changed_at_ms, version)
            select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],
                $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])";
        // Applies only to the version that the decision saw.
        let update_orders = "update orders set status = new.status, expires_at_ms = new.expires_at_ms,
                printed_at_ms = new.printed_at_ms, changed_at_ms = new.changed_at_ms, version = new.version
            from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
                as new (order_id, seen, status, expires_at_ms, printed_at_ms, changed_at_ms, version)
            where orders.order_id = new.order_id and orders.version = new.seen";
        // Applies only to the state that the decision saw. What a transaction was created with never changes.
        let update_transactions = "update transactions set state = new.state, perform_time_ms = new.perform_time_ms,
                cancel_time_ms = new.cancel_time_ms, reason = new.reason, fiscal_perform = new.fiscal_perform,
                fiscal_cancel = new.fiscal_cancel
            from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                    $7::text[], $8::text[])
                as new (number, seen, state, perform_time_ms, cancel_time_ms, reason, fiscal_perform, fiscal_cancel)
            where transactions.number = new.number and transactions.state = new.seen";
        let insert_transactions = "insert into transactions (number, provider, provider_id, order_id, amount_tiyin,
                provider_time_ms, create_time_ms, perform_time_ms, cancel_time_ms, state, reason, account,
                fiscal_perform, fiscal_cancel)
            select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[],
                $14::text[])";
        let append = "insert into journal (order_id, version, at_ms, actor, change)
            select order_id, version, at_ms, actor, change::json
            from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
                as entry (order_id, version, at_ms, actor, change)";
        let put_key = "insert into provider_keys (provider, digest, replaces, changed_at_ms) values ($1, $2, $3, $4)
            on conflict (provider) do update set digest = $2, replaces = $3, changed_at_ms = $4";
        let announce = "select pg_notify($1, notice) from unnest($2::text[]) as notices (notice)";
        // Together: one after the other they would take ten round trips, more than a slow line allows a new session.
        let (loading, numbers, lock_keys, insert_orders, update_orders, update_transactions) = tokio::try_join!(
            Loading::prepare(client),
            client.prepare(numbers),
            client.prepare(lock_keys),
            client.prepare(insert_orders),
            client.prepare(update_orders),
            client.prepare(update_transactions),
        )?;
        let (insert_transactions, append, put_key, announce) = tokio::try_join!(
            client.prepare(insert_transactions),
            client.prepare(append),
            client.prepare(put_key),
            client.prepare(announce),
        )?;
        Ok(Self {
            loading,
            numbers,
            lock_keys,
            insert_orders,
            update_orders,
            update_transactions,
            insert_transactions,
            append,
            put_key,
            announce,
        })
    }

    /// Carries the calls out, all in one commit, and returns each one's outcome. After trouble nothing of them is there,
    /// unless the session broke during the commit: then nobody knows.
    pub(super) async fn attempt(
        &self,
        client: &Client,
        calls: &mut [Box<dyn Call>],
        locking: Locking,
    ) -> Result<Vec<Result<Vec<Entry>, StoreError>>, Trouble> {
        let needs: Vec<Needs> = calls.iter().map(|call| call.needs().clone()).collect();
        let wanted = Wanted::of(&needs);
        // There may be no row yet of a key, so nothing would tell that it has changed. And who asks for nothing asks whether
        // the server is there.
        let mut begun = locking == Locking::Orders || wanted.has_keys() || wanted.is_empty();
        let loaded = match begun {
            true => self.begin(client, &wanted).await?,
            false => self.loading.load(client, &wanted).await?,
        };
        crash::here(crash::Point::BatchLoaded);
        let mut decided = batch::decide(calls, loaded, []);
        if decided.numbers_missing > 0 {
            // Drawn after the look: above the numbers of all transactions of these orders, as long as their versions stay.
            let numbers = self.draw(client, decided.numbers_missing, begun).await?;
            begun = true;
            decided = batch::decide(calls, decided.after.into_loaded(), numbers);
        }
        if decided.numbers_missing > 0 {
            return Err(Trouble::LostRace(StoreError::Bug));
        }
        if decided.writes_nothing() {
            // What the decisions saw was committed by others; there is nothing to wait for.
            if begun {
                client.batch_execute("rollback").await?;
            }
        } else {
            self.write(client, &decided, begun).await?;
            crash::here(crash::Point::BeforeCommit);
            client.batch_execute("commit").await.map_err(|error| Trouble::Broken(error.into()))?;
            crash::here(crash::Point::AfterCommit);
        }
        Ok(decided.outcomes)
    }

    /// Locks first, then looks: what is locked cannot change between the look and the commit. What was not there to be
    /// locked is guarded by the unique indexes.
    async fn begin(&self, client: &Client, wanted: &Wanted<'_>) -> Result<World, Trouble> {
        let begin = async { client.batch_execute(BEGIN).await.map_err(Trouble::from) };
        let lock_keys = async {
            match wanted.has_keys() {
                true => {
                    client.execute(&self.lock_keys, &[&locks::CHANGING_KEYS]).await.map(drop).map_err(Trouble::from)
                }
                false => Ok(()),
            }
        };
        let lock = async { self.loading.lock(client, wanted).await.map_err(Trouble::from) };
        let load = async { self.loading.load(client, wanted).await.map_err(Trouble::from) };
        let (begun, keys_locked, locked, loaded) = tokio::join!(biased; begin, lock_keys, lock, load);
        begun?;
        keys_locked?;
        locked?;
        loaded
    }

    /// Draws numbers, in a transaction that is begun here if it is not yet.
    async fn draw(&self, client: &Client, count: i64, begun: bool) -> Result<Vec<i64>, Trouble> {
        let begin = async {
            match begun {
                true => Ok(()),
                false => client.batch_execute(BEGIN).await,
            }
        };
        let rows = async { client.query(&self.numbers, &[&count]).await };
        let (begin, rows) = tokio::join!(biased; begin, rows);
        begin?;
        Ok(rows?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    /// Writes what was decided, in a transaction that is begun here if it is not yet. The order of the statements matters: a
    /// holder has to let go of an order before the next one can take it, and every batch meets rows and indexes in the
    /// same order, so that two never wait for each other in a circle.
    async fn write(&self, client: &Client, decided: &Decided, begun: bool) -> Result<(), Trouble> {
        let after = &decided.after;
        let (new_orders, changed_orders) = (after.new_orders(), after.changed_orders());
        let (new_transactions, changed_transactions) = (after.new_transactions(), after.changed_transactions());
        let entries: Vec<&Entry> = decided.entries().collect();
        let notices = notices::write(new_orders.iter().copied().chain(changed_orders.iter().map(|(_, new)| *new)));
        let begin = async {
            match begun {
                true => Ok(()),
                false => client.batch_execute(BEGIN).await.map_err(Trouble::from),
            }
        };
        let orders = insert_orders(client, &self.insert_orders, &new_orders);
        let changes_of_orders = update_orders(client, &self.update_orders, &changed_orders);
        let changes = update_transactions(client, &self.update_transactions, &changed_transactions);
        let transactions = insert_transactions(client, &self.insert_transactions, &new_transactions);
        let journal = append(client, &self.append, &entries);
        let keys = self.put_keys(client, decided);
        let announced = self.announce(client, &notices);
        let (begin, orders, changes_of_orders, changes, transactions, journal, keys, announced) = tokio::join!(
            biased;
            begin, orders, changes_of_orders, changes, transactions, journal, keys, announced
        );
        // The first that failed says why; those behind it only say that the transaction is over.
        begin?;
        orders?;
        changes_of_orders?;
        changes?;
        transactions?;
        journal?;
        keys?;
        announced
    }

    async fn put_keys(&self, client: &Client, decided: &Decided) -> Result<(), Trouble> {
        for new in &decided.keys {
            let (digest, replaces) = (new.key.digest.bytes(), new.key.replaces.bytes());
            client.execute(&self.put_key, &[&new.provider.word(), &digest, &replaces, &new.at.ms()]).await?;
        }
        Ok(())
    }

    /// Delivered to every process by the commit.
    async fn announce(&self, client: &Client, notices: &[String]) -> Result<(), Trouble> {
        if !notices.is_empty() {
            client.execute(&self.announce, &[&notices::CHANNEL, &notices]).await?;
        }
        Ok(())
    }
}

async fn insert_orders(client: &Client, sql: &Statement, orders: &[&Order]) -> Result<(), Trouble> {
    let each = || orders.iter();
    let row: [&(dyn ToSql + Sync); 10] = [
        &each().map(|order| order.id.as_str()).collect::<Vec<_>>(),
        &each().map(|order| order.amount.tiyin()).collect::<Vec<_>>(),
        &each().map(|order| i64::from(order.copies.get())).collect::<Vec<_>>(),
        &each().map(|order| order.booth.as_str()).collect::<Vec<_>>(),
        &each().map(|order| order.status.word()).collect::<Vec<_>>(),
        &each().map(|order| order.created_at.ms()).collect::<Vec<_>>(),
        &each().map(|order| order.expires_at.ms()).collect::<Vec<_>>(),
        &each().map(|order| order.printed_at.map(TimeMs::ms)).collect::<Vec<_>>(),
        &each().map(|order| order.changed_at.ms()).collect::<Vec<_>>(),
        &each().map(|order| i64::from(order.version)).collect::<Vec<_>>(),
    ];
    each_once(client, sql, &row, orders.len()).await
}

async fn update_orders(client: &Client, sql: &Statement, orders: &[(&Order, &Order)]) -> Result<(), Trouble> {
    let new = || orders.iter().map(|(_, new)| new);
    let row: [&(dyn ToSql + Sync); 7] = [
        &new().map(|order| order.id.as_str()).collect::<Vec<_>>(),
        &orders.iter().map(|(old, _)| i64::from(old.version)).collect::<Vec<_>>(),
        &new().map(|order| order.status.word()).collect::<Vec<_>>(),
        &new().map(|order| order.expires_at.ms()).collect::<Vec<_>>(),
        &new().map(|order| order.printed_at.map(TimeMs::ms)).collect::<Vec<_>>(),
        &new().map(|order| order.changed_at.ms()).collect::<Vec<_>>(),
        &new().map(|order| i64::from(order.version)).collect::<Vec<_>>(),
    ];
    each_once(client, sql, &row, orders.len()).await
}

async fn update_transactions(
    client: &Client,
    sql: &Statement,
    transactions: &[(&Transaction, &Transaction)],
) -> Result<(), Trouble> {
    let new = || transactions.iter().map(|(_, new)| new);
    let row: [&(dyn ToSql + Sync); 8] = [
        &new().map(|transaction| transaction.number.get()).collect::<Vec<_>>(),
        &transactions.iter().map(|(old, _)| old.state.code()).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.code()).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.perform_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.cancel_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.reason()).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.fiscal_perform.as_deref()).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.fiscal_cancel.as_deref()).collect::<Vec<_>>(),
    ];
    each_once(client, sql, &row, transactions.len()).await
}

async fn insert_transactions(client: &Client, sql: &Statement, transactions: &[&Transaction]) -> Result<(), Trouble> {
    let each = || transactions.iter();
    let row: [&(dyn ToSql + Sync); 14] = [
        &each().map(|transaction| transaction.number.get()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.provider.word()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.provider_id.as_str()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.order_id.as_str()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.amount.tiyin()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.provider_time.ms()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.create_time.ms()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.perform_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.cancel_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.code()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.reason()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.account.as_str()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.fiscal_perform.as_deref()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.fiscal_cancel.as_deref()).collect::<Vec<_>>(),
    ];
    each_once(client, sql, &row, transactions.len()).await
}

async fn append(client: &Client, sql: &Statement, entries: &[&Entry]) -> Result<(), Trouble> {
    let changes: Result<Vec<String>, _> = entries.iter().map(|entry| serde_json::to_string(&entry.change)).collect();
    let changes = changes.map_err(|_| Trouble::Refused(StoreError::Bug))?;
    let row: [&(dyn ToSql + Sync); 5] = [
        &entries.iter().map(|entry| entry.order_id.as_str()).collect::<Vec<_>>(),
        &entries.iter().map(|entry| i64::from(entry.version)).collect::<Vec<_>>(),
        &entries.iter().map(|entry| entry.at.ms()).collect::<Vec<_>>(),
        &entries.iter().map(|entry| entry.actor.word()).collect::<Vec<_>>(),
        &changes,
    ];
    each_once(client, sql, &row, entries.len()).await
}

/// Runs a statement over several rows. When it did not apply to every one of them, somebody else was faster.
async fn each_once(
    client: &Client,
    sql: &Statement,
    columns: &[&(dyn ToSql + Sync)],
    rows: usize,
) -> Result<(), Trouble> {
    if rows == 0 {
        return Ok(());
    }
    let applied = client.execute(sql, columns).await?;
    if u64::try_from(rows) == Ok(applied) {
        return Ok(());
    }
    Err(Trouble::LostRace(StoreError::Failed("a row has changed since it was looked at".into())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::postgres::connect::{Connector, Purpose};
    use boothpay_test_support::Cluster;

    /// As when a `begin` fails to which the statements behind it have been sent already.
    #[tokio::test]
    async fn a_write_outside_its_transaction_is_refused() {
        let database = Cluster::shared().database();
        let Address::Postgres(address) = Address::parse(&database.url).unwrap() else {
            panic!("an address of a server")
        };
        let connector = Connector::new(&address, tokio::runtime::Handle::current()).unwrap();
        crate::postgres::migrate::migrate(&connector).await.unwrap();
        let session = connector.session(Purpose::Writing).await.unwrap();
        let client = &session.client;
        let key = "insert into provider_keys values ('payme', sha256('a'), sha256('b'), 1)";
        let refused = client.batch_execute(key).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "25006", "{refused}");
        client.batch_execute(&format!("{BEGIN}; {key}; commit")).await.unwrap();
        assert_eq!(database.sql("select count(*) from provider_keys").unwrap(), "1");
    }
}
