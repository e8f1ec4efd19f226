//! One batch: load, decide, and in a transaction write and commit. Everything of a kind is one statement, and statements
//! that do not wait for each other's results are sent together.

use super::arrays::{self, Rows};
use super::connect::Connector;
use super::loading::{Loading, Wanted};
use super::locks;
use super::notices;
use super::trouble::Trouble;
use super::witness::Witness;
use crate::batch::{self, Call, Decided};
use crate::crash;
use crate::error::StoreError;
use crate::tables::journal::{self, Link};
use crate::tables::{Cell, order, panel, setting, sums, task, transaction};
use crate::world::World;
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::rows::Needs;
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
pub(crate) struct Applying {
    loading: Loading,
    numbers: Statement,
    order_rows: Statement,
    lock_settings: Statement,
    insert_orders: Statement,
    update_orders: Statement,
    update_transactions: Statement,
    insert_transactions: Statement,
    append: Statement,
    add_orders: Statement,
    add_takings: Statement,
    insert_settings: Statement,
    update_settings: Statement,
    append_setting_changes: Statement,
    insert_tasks: Statement,
    note: Statement,
    announce: Statement,
    last: Statement,
}

impl Applying {
    pub(crate) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let numbers = "select nextval('transaction_numbers') from generate_series(1, $1::bigint)";
        let order_rows = "select nextval('order_rows') from generate_series(1, $1::bigint)";
        let lock_settings = "select pg_advisory_xact_lock($1::bigint)";
        let insert_orders = arrays::insert(&order::TABLE);
        // Applies only to the version that the decision saw.
        let update_orders = arrays::update(&order::TABLE, "order_row", "version");
        // Applies only to the state that the decision saw. What a transaction was created with never changes.
        let update_transactions = arrays::update(&transaction::TABLE, "number", "state");
        let insert_transactions = arrays::insert(&transaction::TABLE);
        let append = arrays::insert(&journal::TABLE);
        let add_orders = arrays::add(&sums::ORDERS);
        let add_takings = arrays::add(&sums::TAKINGS);
        let insert_settings = arrays::insert(&setting::TABLE);
        let update_settings = arrays::update(&setting::TABLE, "name", "version");
        let append_setting_changes = arrays::insert(&setting::CHANGES);
        let insert_tasks = arrays::insert(&task::NEW);
        let note = arrays::insert(&panel::NEW_AUDIT);
        let announce = "select pg_notify($1, notice) from unnest($2::text[]) as notices (notice)";
        // Together: one after the other they would take many round trips, more than a slow network allows a new session.
        let (loading, numbers, order_rows, lock_settings, insert_orders, update_orders, update_transactions) = tokio::try_join!(
            Loading::prepare(client),
            client.prepare(numbers),
            client.prepare(order_rows),
            client.prepare(lock_settings),
            client.prepare(&insert_orders),
            client.prepare(&update_orders),
            client.prepare(&update_transactions),
        )?;
        let (insert_transactions, append, add_orders, add_takings) = tokio::try_join!(
            client.prepare(&insert_transactions),
            client.prepare(&append),
            client.prepare(&add_orders),
            client.prepare(&add_takings),
        )?;
        let (insert_settings, update_settings, append_setting_changes, insert_tasks, note, announce, last) = tokio::try_join!(
            client.prepare(&insert_settings),
            client.prepare(&update_settings),
            client.prepare(&append_setting_changes),
            client.prepare(&insert_tasks),
            client.prepare(&note),
            client.prepare(announce),
            Witness::prepare(client),
        )?;
        Ok(Self {
            loading,
            numbers,
            order_rows,
            lock_settings,
            insert_orders,
            update_orders,
            update_transactions,
            insert_transactions,
            append,
            add_orders,
            add_takings,
            insert_settings,
            update_settings,
            append_setting_changes,
            insert_tasks,
            note,
            announce,
            last,
        })
    }

    /// Carries the calls out, all in one commit, and returns each one's outcome. `chain` is the end of this session's part of
    /// the journal, which moves on with the commit. After trouble nothing of the calls is there, unless the session broke
    /// during the commit: then nobody knows.
    pub(super) async fn attempt(
        &self,
        connector: &Connector,
        client: &Client,
        chain: &mut Head,
        calls: &mut [Box<dyn Call>],
        locking: Locking,
    ) -> Result<Vec<Result<Vec<Entry>, StoreError>>, Trouble> {
        let needs: Vec<Needs> = calls.iter().map(|call| call.needs().clone()).collect();
        let wanted = Wanted::of(&needs);
        // There may be no row yet of a setting, so nothing would tell that it has changed. And who asks for nothing asks
        // whether the server is there.
        let mut begun = locking == Locking::Orders || wanted.has_settings() || wanted.is_empty();
        let witness = connector.witness();
        let load = async {
            match begun {
                true => self.begin(client, &wanted).await,
                false => self.loading.load(client, &wanted).await.map_err(Trouble::from),
            }
        };
        // Sent first: in a database that was made anew there is nothing to load, and nothing to load from.
        let (is_ours, loaded) = tokio::join!(biased; witness.ask_last(client, &self.last, connector.name()), load);
        is_ours?;
        let loaded = loaded?;
        crash::here(crash::Point::BatchLoaded);
        let mut decided = batch::decide(calls, loaded, []);
        let new_orders = i64::try_from(decided.after.new_orders().len()).unwrap_or(i64::MAX);
        if decided.numbers_missing > 0 || new_orders > 0 {
            // Drawn after the look: above the numbers of all transactions of these orders, as long as their versions stay.
            let (numbers, order_rows) = self.draw(client, decided.numbers_missing, new_orders, begun).await?;
            begun = true;
            if decided.numbers_missing > 0 {
                decided = batch::decide(calls, decided.after.into_loaded(), numbers);
            }
            decided.after.place_new_orders(order_rows);
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
            let head = self.write(client, chain.clone(), &decided, begun).await?;
            crash::here(crash::Point::BeforeCommit);
            client.batch_execute("commit").await.map_err(|error| Trouble::Broken(error.into()))?;
            witness.acknowledged(&head);
            *chain = head;
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

    /// Loads the rows as they are now, without locking anything.
    pub(crate) async fn load(&self, client: &Client, wanted: &Wanted<'_>) -> Result<World, StoreError> {
        self.loading.load(client, wanted).await
    }

    /// Draws numbers for transactions and rows for orders, in a transaction that is begun here if it is not yet.
    pub(crate) async fn draw(
        &self,
        client: &Client,
        transactions: i64,
        orders: i64,
        begun: bool,
    ) -> Result<(Vec<i64>, Vec<i64>), Trouble> {
        let begin = async {
            match begun {
                true => Ok(()),
                false => client.batch_execute(BEGIN).await,
            }
        };
        let some = async |sequence: &Statement, count: i64| match count {
            0 => Ok(Vec::new()),
            count => client.query(sequence, &[&count]).await,
        };
        let (begin, numbers, rows) =
            tokio::join!(biased; begin, some(&self.numbers, transactions), some(&self.order_rows, orders));
        begin?;
        let read = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>();
        Ok((read(numbers?)?, read(rows?)?))
    }

    /// Writes what was decided, in a transaction that is begun here if it is not yet; returns where the chain ends then. The
    /// order of the statements matters: a holder has to let go of an order before the next one can take it, and every batch
    /// meets rows and indexes in the same order, so that two never wait for each other in a circle.
    pub(crate) async fn write(
        &self,
        client: &Client,
        mut head: Head,
        decided: &Decided,
        begun: bool,
    ) -> Result<Head, Trouble> {
        let after = &decided.after;
        let (new_orders, changed_orders) = (after.new_orders(), after.changed_orders());
        let notices = notices::write(new_orders.iter().copied().chain(changed_orders.iter().map(|(_, new)| *new)));
        let mut orders = Rows::all(&order::TABLE);
        for order in &new_orders {
            orders.add(&order::cells(after.row_of(&order.id)?, order), None);
        }
        let mut changes_of_orders = Rows::changes(&order::TABLE, "order_row");
        for (old, new) in &changed_orders {
            changes_of_orders.add(&order::cells(after.row_of(&new.id)?, new), Some(Cell::number(old.version.into())));
        }
        let mut changes = Rows::changes(&transaction::TABLE, "number");
        // Transactions that take an order which another has to let go of before: one statement changes its rows in any order.
        let mut takers = Rows::changes(&transaction::TABLE, "number");
        for (old, new) in after.changed_transactions() {
            let row = after.row_of(&new.order_id)?;
            let rows = if new.state.holds() && !old.state.holds() { &mut takers } else { &mut changes };
            rows.add(&transaction::cells(row, new), Some(Cell::text(old.state.word())));
        }
        let mut transactions = Rows::all(&transaction::TABLE);
        for new in after.new_transactions() {
            transactions.add(&transaction::cells(after.row_of(&new.order_id)?, new), None);
        }
        let mut links = Vec::new();
        for entry in decided.entries() {
            links.push((after.row_of(&entry.order_id)?, Link::add(&mut head, entry)?));
        }
        let mut entries = Rows::all(&journal::TABLE);
        for (row, link) in &links {
            entries.add(&journal::cells(*row, link), None);
        }
        let sums = after.sums();
        let mut order_sums = Rows::all(&sums::ORDERS);
        for (of, counts) in &sums.orders {
            order_sums.add(&sums::order_cells(head.writer, of, counts), None);
        }
        let mut takings = Rows::all(&sums::TAKINGS);
        for (of, amounts) in &sums.takings {
            takings.add(&sums::takings_cells(head.writer, of, amounts), None);
        }
        let mut settings = Rows::all(&setting::TABLE);
        for new in after.new_settings() {
            settings.add(&setting::cells(new), None);
        }
        let mut changes_of_settings = Rows::changes(&setting::TABLE, "name");
        for (old, new) in after.changed_settings() {
            changes_of_settings.add(&setting::cells(new), Some(Cell::number(old.version.into())));
        }
        let mut setting_changes = Rows::all(&setting::CHANGES);
        for change in &decided.settings {
            setting_changes.add(&setting::change_cells(&change.setting, change.actor.word()), None);
        }
        let mut tasks = Rows::all(&task::NEW);
        for task in &decided.tasks {
            tasks.add(&task::new_cells(task), None);
        }
        let mut audit = Rows::all(&panel::NEW_AUDIT);
        for row in &decided.audit {
            audit.add(&panel::audit_cells(row), None);
        }
        let begin = async {
            match begun {
                true => Ok(()),
                false => client.batch_execute(BEGIN).await.map_err(Trouble::from),
            }
        };
        let written = tokio::join!(
            biased;
            begin,
            orders.send(client, &self.insert_orders),
            changes_of_orders.send(client, &self.update_orders),
            changes.send(client, &self.update_transactions),
            takers.send(client, &self.update_transactions),
            transactions.send(client, &self.insert_transactions),
            entries.send(client, &self.append),
            order_sums.send(client, &self.add_orders),
            takings.send(client, &self.add_takings),
            settings.send(client, &self.insert_settings),
            changes_of_settings.send(client, &self.update_settings),
            setting_changes.send(client, &self.append_setting_changes),
            tasks.send(client, &self.insert_tasks),
            audit.send(client, &self.note),
            self.announce(client, &notices)
        );
        // The first that failed says why; those after it only say that the transaction is over.
        let (
            begin,
            orders,
            changed,
            changes,
            takers,
            transactions,
            entries,
            counts,
            takings,
            settings,
            reset,
            history,
            due,
            noted,
            told,
        ) = written;
        let first_half = [begin, orders, changed, changes, takers, transactions, entries, counts];
        for outcome in first_half.into_iter().chain([takings, settings, reset, history, due, noted, told]) {
            outcome?;
        }
        Ok(head)
    }

    /// Delivered to every process by the commit.
    async fn announce(&self, client: &Client, notices: &[String]) -> Result<(), Trouble> {
        if !notices.is_empty() {
            client.execute(&self.announce, &[&notices::CHANNEL, &notices]).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::postgres::connect::Purpose;
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
        let setting = "insert into settings values ('payme.key', null, 1, 1)";
        let refused = client.batch_execute(setting).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "25006", "{refused}");
        client.batch_execute(&format!("{BEGIN}; {setting}; commit")).await.unwrap();
        assert_eq!(database.sql("select count(*) from settings").unwrap(), "1");
    }
}
