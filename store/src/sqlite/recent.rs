//! The rows of the orders that were written last, kept in memory: a payment is some calls within a minute, and each but
//! the first finds what the one before it has left.
//!
//! They are believed only while nobody else has committed: other programs (the command line) may write
//! to the same file. `pragma data_version` tells each connection whether others have. The writer asks on its own, inside
//! its transaction, where nobody can come in between. Lookups ask on a connection that only watches: the writer's own
//! commits change its number too, so after each of them the number is taken down anew.

use super::connect;
use crate::error::StoreError;
use crate::tables::order::RowNumber;
use crate::world::World;
use boothpay_protocol::ledger::journal::Story;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::transaction::{Transaction, TransactionNumber};
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// How much a generation of rows may hold before it becomes the old one and the old one goes: some thousand orders. A
/// payment takes a minute, a booth makes some orders in that time.
const GENERATION_BYTES_MAX: usize = 1024 * 1024;

/// What an order, and what a transaction takes besides its long texts, about.
const ORDER_BYTES: usize = 400;
const TRANSACTION_BYTES: usize = 500;

/// The rows, for the writer and for lookups.
pub(super) struct Recent {
    known: Mutex<Known>,
}

struct Known {
    watching: Connection,
    /// What `watching` said when the rows below were those of the database; `None` when that is not known.
    as_of: Option<i64>,
    young: Generation,
    old: Generation,
}

/// An order's rows, and where the order stands in its table.
struct Remembered {
    row: RowNumber,
    story: Story,
}

#[derive(Default)]
struct Generation {
    stories: HashMap<OrderId, Arc<Remembered>>,
    orders: HashMap<(Provider, ProviderId), OrderId>,
    bytes: usize,
}

/// The writing thread's side of it. A database in memory has none: nobody else reads it, and its pages are there anyway.
pub(super) struct Memory {
    recent: Option<Arc<Recent>>,
    /// What the writing connection said of others' commits when the rows were last those of the database.
    as_of: Option<i64>,
}

impl Recent {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let watching = connect::reading(path)?;
        // Whoever asks here must not wait.
        watching.busy_timeout(Duration::ZERO)?;
        let known = Known { watching, as_of: None, young: Generation::default(), old: Generation::default() };
        Ok(Self { known: Mutex::new(known) })
    }

    /// All that a call needs, if it is known and nobody has committed anything since.
    pub(super) fn rows(&self, needs: &Needs) -> Option<Rows> {
        if needs.setting.is_some() {
            return None;
        }
        let remembered = self.remembered(needs)?;
        let story = &remembered.story;
        let transaction = match &needs.transaction {
            // An order is remembered with the transaction that holds it and with those that were asked for last, not with all.
            Some((provider, id)) => {
                let is_asked = |it: &&Transaction| it.provider == *provider && it.provider_id == *id;
                Some(story.transactions.iter().find(is_asked)?.clone())
            }
            None => None,
        };
        Some(Rows {
            transaction,
            order: story.order.clone(),
            order_number: Some(remembered.row.0),
            holder: story.transactions.iter().find(|transaction| transaction.state.holds()).cloned(),
            // Who only looks makes no transaction and needs no number.
            ..Rows::none(TransactionNumber::new(0))
        })
    }

    /// Looked up only; the copies are made without the lock.
    fn remembered(&self, needs: &Needs) -> Option<Arc<Remembered>> {
        let known = self.known();
        if data_version(&known.watching).ok()? != known.as_of? {
            return None;
        }
        match &needs.transaction {
            Some(asked) => known.of_transaction(asked),
            None => known.of_order(needs.order.as_ref()?),
        }
    }

    fn forget(&self) {
        self.known().forget();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(|poisoned| {
            // Whoever panicked may have left half of something.
            self.known.clear_poison();
            let mut known = poisoned.into_inner();
            known.forget();
            known
        })
    }
}

impl Memory {
    pub(super) const fn new(recent: Option<Arc<Recent>>) -> Self {
        Self { recent, as_of: None }
    }

    /// At the beginning of a transaction: whether the rows still are those of the database. If they are not, they are
    /// forgotten.
    pub(super) fn check(&mut self, writing: &Connection) -> Result<(), StoreError> {
        if let Some(recent) = &self.recent {
            let now = Some(data_version(writing)?);
            if self.as_of != now {
                recent.forget();
                self.as_of = now;
            }
        }
        Ok(())
    }

    /// After [`Memory::check`], in the same transaction: what is known of the rows that a call needs.
    pub(super) fn give(&self, needs: &Needs, world: &mut World) {
        let Some(recent) = &self.recent else { return };
        let remembered = {
            let known = recent.known();
            let of_transaction = needs.transaction.as_ref().and_then(|asked| known.of_transaction(asked));
            of_transaction.or_else(|| known.of_order(needs.order.as_ref()?))
        };
        if let Some(remembered) = remembered {
            world.load_story(remembered.row, &remembered.story);
        }
    }

    /// After the commit and before its answers: what was loaded and written.
    pub(super) fn learn(&mut self, writing: &Connection, world: World) {
        let Some(recent) = &self.recent else { return };
        let stories = world.into_stories().filter_map(NewStory::of).collect();
        let watched = {
            let mut known = recent.known();
            // Until the end of this, lookups read the database.
            known.as_of = None;
            let gone = known.put(stories);
            let watched = data_version(&known.watching);
            drop(known);
            drop(gone);
            watched
        };
        // Only now, after the watching connection: when nobody has committed until here, then nobody had whom the watching
        // one could have taken for us.
        match (watched, data_version(writing)) {
            (Ok(watched), Ok(now)) if self.as_of == Some(now) => recent.known().as_of = Some(watched),
            (_, _) => self.forget(),
        }
    }

    /// When anything was not as it should be.
    pub(super) fn forget(&mut self) {
        self.as_of = None;
        if let Some(recent) = &self.recent {
            recent.forget();
        }
    }
}

/// An order's rows with what they are found by.
struct NewStory {
    id: OrderId,
    transactions: Vec<(Provider, ProviderId)>,
    remembered: Arc<Remembered>,
    bytes: usize,
}

impl NewStory {
    fn of((row, story): (RowNumber, Story)) -> Option<Self> {
        let id = story.order.as_ref()?.id.clone();
        let transactions = story.transactions.iter().map(|it| (it.provider, it.provider_id.clone())).collect();
        let bytes = bytes_of(&story);
        Some(Self { id, transactions, bytes, remembered: Arc::new(Remembered { row, story }) })
    }
}

impl Known {
    fn of_order(&self, id: &OrderId) -> Option<Arc<Remembered>> {
        self.young.stories.get(id).or_else(|| self.old.stories.get(id)).cloned()
    }

    fn of_transaction(&self, asked: &(Provider, ProviderId)) -> Option<Arc<Remembered>> {
        let order = self.young.orders.get(asked).or_else(|| self.old.orders.get(asked))?;
        self.of_order(order)
    }

    /// Returns what had to go to make room.
    #[must_use = "it is large and wants to be dropped without the lock"]
    fn put(&mut self, stories: Vec<NewStory>) -> Option<Generation> {
        let bytes = stories.iter().fold(0_usize, |sum, new| sum.saturating_add(new.bytes));
        let is_full = self.young.bytes.saturating_add(bytes) > GENERATION_BYTES_MAX;
        let gone = is_full.then(|| std::mem::replace(&mut self.old, std::mem::take(&mut self.young)));
        self.young.bytes = self.young.bytes.saturating_add(bytes);
        for NewStory { id, transactions, remembered, .. } in stories {
            self.young.orders.extend(transactions.into_iter().map(|transaction| (transaction, id.clone())));
            self.young.stories.insert(id, remembered);
        }
        gone
    }

    fn forget(&mut self) {
        self.as_of = None;
        self.young = Generation::default();
        self.old = Generation::default();
    }
}

fn bytes_of(story: &Story) -> usize {
    let transactions = story.transactions.iter().map(|it| TRANSACTION_BYTES.saturating_add(it.details.as_str().len()));
    let order = ORDER_BYTES.saturating_add(story.order.as_ref().map_or(0, |order| order.booth.name.len()));
    transactions.fold(order, usize::saturating_add)
}

/// Changes whenever another connection has committed since this one last looked.
fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("pragma data_version")?.query_row([], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::sample::order;
    use boothpay_protocol::ledger::details::Details;
    use boothpay_protocol::ledger::transaction::{Reason, State};
    use boothpay_protocol::money::Tiyin;
    use boothpay_protocol::time::TimeMs;

    struct Booth {
        folder: tempfile::TempDir,
        writing: Connection,
        recent: Arc<Recent>,
        memory: Memory,
    }

    impl Booth {
        fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("recent.db");
            let writing = connect::writing(&Address::SqliteFile(path.clone())).unwrap();
            let recent = Arc::new(Recent::open(&path).unwrap());
            Self { folder, writing, memory: Memory::new(Some(Arc::clone(&recent))), recent }
        }

        /// Somebody else at work on the same file.
        fn stranger(&self) -> Connection {
            Connection::open(self.folder.path().join("recent.db")).unwrap()
        }

        /// A commit of our own, as the writer makes it, but for what is to be learned of it.
        fn commit(&mut self, orders: &[&str]) -> World {
            self.writing.execute_batch("begin immediate").unwrap();
            self.memory.check(&self.writing).unwrap();
            let mut world = World::default();
            for id in orders {
                let sql = "insert or ignore into orders (order_id, amount_tiyin, copies, booth_id, booth_name, status, created_at_ms, \
                           expires_at_ms, changed_at_ms, version) values (?1, 1, 1, 'main', '', 'pending', 1, 2, 1, 1)";
                self.writing.execute(sql, [id]).unwrap();
                world.load_order(RowNumber(1), order(id));
            }
            self.writing.execute_batch("commit").unwrap();
            world
        }

        fn write(&mut self, orders: &[&str]) {
            let world = self.commit(orders);
            self.memory.learn(&self.writing, world);
        }

        fn lookups_know(&self, id: &str) -> bool {
            self.recent.rows(&Needs::order(OrderId::parse(id).unwrap())).is_some()
        }

        fn writer_knows(&mut self, id: &str) -> bool {
            let id = OrderId::parse(id).unwrap();
            self.writing.execute_batch("begin immediate").unwrap();
            self.memory.check(&self.writing).unwrap();
            let mut world = World::default();
            self.memory.give(&Needs::order(id.clone()), &mut world);
            self.writing.execute_batch("rollback").unwrap();
            world.has_order(&id)
        }
    }

    #[test]
    fn what_was_written_is_known_until_somebody_else_commits() {
        let mut booth = Booth::open();
        assert!(!booth.lookups_know("a"));
        booth.write(&["a"]);
        booth.write(&["b"]);
        for id in ["a", "b"] {
            assert!(booth.lookups_know(id) && booth.writer_knows(id), "{id}");
        }
        assert!(!booth.lookups_know("c") && !booth.writer_knows("c"));
        booth
            .stranger()
            .execute_batch("update orders set status = 'expired', version = 2 where order_id = 'a'")
            .unwrap();
        assert!(!booth.lookups_know("a") && !booth.lookups_know("b"));
        assert!(!booth.writer_knows("a") && !booth.writer_knows("b"));
        booth.write(&["b"]);
        assert!(booth.lookups_know("b") && booth.writer_knows("b"));
        assert!(!booth.lookups_know("a") && !booth.writer_knows("a"));
    }

    #[test]
    fn somebody_elses_commit_right_behind_ours_is_not_taken_for_ours() {
        let mut booth = Booth::open();
        booth.write(&["a"]);
        let world = booth.commit(&["b"]);
        booth
            .stranger()
            .execute_batch("update orders set status = 'expired', version = 2 where order_id = 'b'")
            .unwrap();
        booth.memory.learn(&booth.writing, world);
        for id in ["a", "b"] {
            assert!(!booth.lookups_know(id) && !booth.writer_knows(id), "{id}");
        }
    }

    #[test]
    fn our_own_commit_that_is_not_learned_yet_is_not_hidden() {
        let mut booth = Booth::open();
        booth.write(&["a"]);
        let world = booth.commit(&["b"]);
        assert!(!booth.lookups_know("a"), "it may have changed");
        booth.memory.learn(&booth.writing, world);
        assert!(booth.lookups_know("a") && booth.lookups_know("b"));
        booth.memory.forget();
        assert!(!booth.lookups_know("a") && !booth.writer_knows("b"));
    }

    fn dead(order: &str, number: i64) -> Transaction {
        Transaction {
            number: TransactionNumber::new(number),
            provider: Provider::Payme,
            provider_id: ProviderId::parse(&format!("p{number}")).unwrap(),
            order_id: OrderId::parse(order).unwrap(),
            amount: Tiyin::new(1).unwrap(),
            provider_time: TimeMs::new(1),
            create_time: TimeMs::new(1),
            state: State::Cancelled { cancel_time: TimeMs::new(2), reason: Some(Reason::TimedOut) },
            details: Details::none(),
        }
    }

    /// Two attempts that have failed, each asked about again after the memory was lost.
    #[test]
    fn a_transaction_that_is_not_remembered_with_its_order_is_looked_up() {
        let mut booth = Booth::open();
        let asked = |number: i64| {
            let id = ProviderId::parse(&format!("p{number}")).unwrap();
            Needs { transaction: Some((Provider::Payme, id)), ..Needs::default() }
        };
        for number in [2, 1] {
            let mut world = booth.commit(&["a"]);
            world.load_transaction(dead("a", number));
            booth.memory.learn(&booth.writing, world);
            assert_eq!(booth.recent.rows(&asked(number)).unwrap().transaction, Some(dead("a", number)));
        }
        assert_eq!(booth.recent.rows(&asked(2)), None, "nobody has said that it is not there");
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let mut booth = Booth::open();
        let most = GENERATION_BYTES_MAX / ORDER_BYTES;
        for n in 0..3 * most / 500 {
            let ids: Vec<String> = (0..500).map(|k| format!("n{}", n * 500 + k)).collect();
            booth.write(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let kept = {
            let known = booth.recent.known();
            known.young.stories.len() + known.old.stories.len()
        };
        assert!((most..=2 * most).contains(&kept), "{kept} of {most}");
        assert!(booth.lookups_know(&format!("n{}", 3 * most / 500 * 500 - 1)));
        assert!(!booth.lookups_know("n0"));
    }
}
