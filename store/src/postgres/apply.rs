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
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::transaction::{Reason, Transaction};
use boothpay_protocol::time::TimeMs;
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
    lock_settings: Statement,
    insert_orders: Statement,
    update_orders: Statement,
    update_transactions: Statement,
    insert_transactions: Statement,
    append: Statement,
    put_setting: Statement,
    note_setting: Statement,
    announce: Statement,
}

impl Applying {
    pub(super) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let numbers = "select nextval('transaction_numbers') from generate_series(1, $1::bigint)";
        let lock_settings = "select pg_advisory_xact_lock($1::bigint)";
        let insert_orders = "insert into orders (order_id, amount_tiyin, copies, booth_id, booth, chosen, language,
                status, created_at_ms, expires_at_ms, printed_at_ms, changed_at_ms, version)
            select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[])";
        // Applies only to the version that the decision saw.
        let update_orders = "update orders set status = new.status, expires_at_ms = new.expires_at_ms,
                printed_at_ms = new.printed_at_ms, changed_at_ms = new.changed_at_ms, version = new.version,
                chosen = new.chosen, language = new.language
            from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                    $8::text[], $9::text[])
                as new (order_id, seen, status, expires_at_ms, printed_at_ms, changed_at_ms, version, chosen, language)
            where orders.order_id = new.order_id and orders.version = new.seen";
        // Applies only to the state that the decision saw. What a transaction was created with never changes.
        let update_transactions = "update transactions set state = new.state, perform_time_ms = new.perform_time_ms,
                cancel_time_ms = new.cancel_time_ms, reason = new.reason, details = new.details
            from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
                as new (number, seen, state, perform_time_ms, cancel_time_ms, reason, details)
            where transactions.number = new.number and transactions.state = new.seen";
        let insert_transactions = "insert into transactions (number, provider, provider_id, order_id, amount_tiyin,
                provider_time_ms, create_time_ms, perform_time_ms, cancel_time_ms, state, reason, details)
            select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[])";
        let append = "insert into journal (order_id, version, at_ms, actor, change)
            select order_id, version, at_ms, actor, change::json
            from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
                as entry (order_id, version, at_ms, actor, change)";
        // Applies only to the version that the decision saw.
        let put_setting = "insert into settings (name, value, version, changed_at_ms) values ($1, $2, $3, $4)
            on conflict (name) do update set value = $2, version = $3, changed_at_ms = $4
            where settings.version = $3 - 1";
        let note_setting = "insert into setting_changes (name, version, at_ms, actor, value)
            values ($1, $2, $3, $4, $5)";
        let announce = "select pg_notify($1, notice) from unnest($2::text[]) as notices (notice)";
        // Together: one after the other they would take ten round trips, more than a slow line allows a new session.
        let (loading, numbers, lock_settings, insert_orders, update_orders, update_transactions) = tokio::try_join!(
            Loading::prepare(client),
            client.prepare(numbers),
            client.prepare(lock_settings),
            client.prepare(insert_orders),
            client.prepare(update_orders),
            client.prepare(update_transactions),
        )?;
        let (insert_transactions, append, put_setting, note_setting, announce) = tokio::try_join!(
            client.prepare(insert_transactions),
            client.prepare(append),
            client.prepare(put_setting),
            client.prepare(note_setting),
            client.prepare(announce),
        )?;
        Ok(Self {
            loading,
            numbers,
            lock_settings,
            insert_orders,
            update_orders,
            update_transactions,
            insert_transactions,
            append,
            put_setting,
            note_setting,
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
        // There may be no row yet of a setting, so nothing would tell that it has changed. And who asks for nothing asks whether
        // the server is there.
        let mut begun = locking == Locking::Orders || wanted.has_settings() || wanted.is_empty();
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
        let lock_settings = async {
            match wanted.has_settings() {
                true => client
                    .execute(&self.lock_settings, &[&locks::CHANGING_SETTINGS])
                    .await
                    .map(drop)
                    .map_err(Trouble::from),
                false => Ok(()),
            }
        };
        let lock = async { self.loading.lock(client, wanted).await.map_err(Trouble::from) };
        let load = async { self.loading.load(client, wanted).await.map_err(Trouble::from) };
        let (begun, settings_locked, locked, loaded) = tokio::join!(biased; begin, lock_settings, lock, load);
        begun?;
        settings_locked?;
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
        let settings = self.put_settings(client, decided);
        let announced = self.announce(client, &notices);
        let (begin, orders, changes_of_orders, changes, transactions, journal, settings, announced) = tokio::join!(
            biased;
            begin, orders, changes_of_orders, changes, transactions, journal, settings, announced
        );
        // The first that failed says why; those behind it only say that the transaction is over.
        begin?;
        orders?;
        changes_of_orders?;
        changes?;
        transactions?;
        journal?;
        settings?;
        announced
    }

    /// One after the other: a batch may change a setting more than once.
    async fn put_settings(&self, client: &Client, decided: &Decided) -> Result<(), Trouble> {
        for new in &decided.settings {
            let (name, value, version) =
                (new.setting.name.as_str(), &new.setting.value, i64::from(new.setting.version));
            let at = new.setting.changed_at.ms();
            let row: [&(dyn ToSql + Sync); 4] = [&name, value, &version, &at];
            each_once(client, &self.put_setting, &row, 1).await?;
            let row: [&(dyn ToSql + Sync); 5] = [&name, &version, &at, &new.actor.word(), value];
            each_once(client, &self.note_setting, &row, 1).await?;
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
    let row: [&(dyn ToSql + Sync); 13] = [
        &each().map(|order| order.id.as_str()).collect::<Vec<_>>(),
        &each().map(|order| order.amount.tiyin()).collect::<Vec<_>>(),
        &each().map(|order| i64::from(order.copies.get())).collect::<Vec<_>>(),
        &each().map(|order| order.booth.id.as_str()).collect::<Vec<_>>(),
        &each().map(|order| order.booth.name.as_str()).collect::<Vec<_>>(),
        &each().map(|order| order.chosen.map(Provider::word)).collect::<Vec<_>>(),
        &each().map(|order| order.language.map(Language::code)).collect::<Vec<_>>(),
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
    let row: [&(dyn ToSql + Sync); 9] = [
        &new().map(|order| order.id.as_str()).collect::<Vec<_>>(),
        &orders.iter().map(|(old, _)| i64::from(old.version)).collect::<Vec<_>>(),
        &new().map(|order| order.status.word()).collect::<Vec<_>>(),
        &new().map(|order| order.expires_at.ms()).collect::<Vec<_>>(),
        &new().map(|order| order.printed_at.map(TimeMs::ms)).collect::<Vec<_>>(),
        &new().map(|order| order.changed_at.ms()).collect::<Vec<_>>(),
        &new().map(|order| i64::from(order.version)).collect::<Vec<_>>(),
        &new().map(|order| order.chosen.map(Provider::word)).collect::<Vec<_>>(),
        &new().map(|order| order.language.map(Language::code)).collect::<Vec<_>>(),
    ];
    each_once(client, sql, &row, orders.len()).await
}

async fn update_transactions(
    client: &Client,
    sql: &Statement,
    transactions: &[(&Transaction, &Transaction)],
) -> Result<(), Trouble> {
    let new = || transactions.iter().map(|(_, new)| new);
    let row: [&(dyn ToSql + Sync); 7] = [
        &new().map(|transaction| transaction.number.get()).collect::<Vec<_>>(),
        &transactions.iter().map(|(old, _)| old.state.word()).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.word()).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.perform_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.cancel_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.state.reason().map(Reason::word)).collect::<Vec<_>>(),
        &new().map(|transaction| transaction.details.as_str()).collect::<Vec<_>>(),
    ];
    each_once(client, sql, &row, transactions.len()).await
}

async fn insert_transactions(client: &Client, sql: &Statement, transactions: &[&Transaction]) -> Result<(), Trouble> {
    let each = || transactions.iter();
    let row: [&(dyn ToSql + Sync); 12] = [
        &each().map(|transaction| transaction.number.get()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.provider.word()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.provider_id.as_str()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.order_id.as_str()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.amount.tiyin()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.provider_time.ms()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.create_time.ms()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.perform_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.cancel_time().map(TimeMs::ms)).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.word()).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.state.reason().map(Reason::word)).collect::<Vec<_>>(),
        &each().map(|transaction| transaction.details.as_str()).collect::<Vec<_>>(),
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
        let key = "insert into settings values ('payme.key', '{}', 1, 1)";
        let refused = client.batch_execute(key).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "25006", "{refused}");
        client.batch_execute(&format!("{BEGIN}; {key}; commit")).await.unwrap();
        assert_eq!(database.sql("select count(*) from settings").unwrap(), "1");
    }
}
