//! Loading what calls need: all rows with one statement, so that they are of one moment; what has moved to an archive behind
//! it.

use super::archived::Archived;
use super::rows::{
    ORDER_COLUMNS, get, order_columns, read_key, read_order, read_provider, read_transaction, tx_columns,
};
use crate::StoreError;
use crate::world::World;
use boothpay_protocol::order::OrderId;
use boothpay_protocol::rows::Needs;
use boothpay_protocol::transaction::{Provider, ProviderId};
use tokio_postgres::{Client, Row, Statement};

/// Transactions and orders by their ids, in the arrays that the statements take.
#[derive(Default)]
pub(super) struct Ids<'a> {
    providers: Vec<&'a str>,
    provider_ids: Vec<&'a str>,
    orders: Vec<&'a str>,
}

impl<'a> Ids<'a> {
    fn add_transaction(&mut self, (provider, id): &'a (Provider, ProviderId)) {
        self.providers.push(provider.word());
        self.provider_ids.push(id.as_str());
    }

    fn add_order(&mut self, id: &'a OrderId) {
        self.orders.push(id.as_str());
    }

    fn is_empty(&self) -> bool {
        self.providers.is_empty() && self.orders.is_empty()
    }

    /// The rows of a statement that takes these three arrays; nothing is asked for nothing.
    pub(super) async fn query(&self, client: &Client, sql: &Statement) -> Result<Vec<Row>, tokio_postgres::Error> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        client.query(sql, &[&self.providers, &self.provider_ids, &self.orders]).await
    }
}

/// What several calls need.
pub(super) struct Wanted<'a> {
    needs: Vec<&'a Needs>,
    live: Ids<'a>,
    /// Transactions that are new to us, as a rule: they are looked for among the archived ones at once, not after a miss.
    expected_new: Ids<'a>,
    keys: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(needs: impl IntoIterator<Item = &'a Needs>) -> Self {
        let needs: Vec<&Needs> = needs.into_iter().collect();
        let (mut live, mut expected_new, mut keys) = (Ids::default(), Ids::default(), Vec::new());
        for need in &needs {
            if let Some(asked) = &need.transaction {
                live.add_transaction(asked);
            }
            if let Some(id) = &need.order {
                live.add_order(id);
            }
            if let Some(asked) = need.transaction.as_ref().filter(|_| is_expected_new(need)) {
                expected_new.add_transaction(asked);
            }
            keys.extend(need.key.map(Provider::word));
        }
        Self { needs, live, expected_new, keys }
    }

    /// What of this was not found and not looked for among the archived rows.
    fn missing_in(&self, world: &World) -> Ids<'a> {
        let mut missing = Ids::default();
        for need in &self.needs {
            if let Some(asked) = need.transaction.as_ref().filter(|_| !is_expected_new(need))
                && world.transaction(asked).is_none()
            {
                missing.add_transaction(asked);
            }
            if let Some(id) = need.order.as_ref().filter(|id| !world.has_order(id)) {
                missing.add_order(id);
            }
        }
        missing
    }

    pub(super) fn is_empty(&self) -> bool {
        self.live.is_empty() && self.keys.is_empty()
    }

    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }
}

/// A call that names a transaction and the order which it would pay.
fn is_expected_new(need: &Needs) -> bool {
    need.transaction.is_some() && need.order.is_some()
}

/// The statements that load, prepared for one session.
pub(super) struct Loading {
    lock: Statement,
    load: Statement,
    keys: Statement,
    archived: Archived,
}

impl Loading {
    pub(super) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        // Locked in the order of their ids, so that two batches never wait for each other in a circle. A transaction
        // never moves to another order, so looking its order up before the lock is safe.
        let lock = "select order_id from orders
                    where order_id = any ($3::text[] || array(
                        select t.order_id from unnest($1::text[], $2::text[]) as asked (provider, provider_id)
                        join transactions t on t.provider = asked.provider and t.provider_id = asked.provider_id))
                    order by order_id for no key update";
        // Each transaction with its order, and with the one that holds the order when it does not do so itself; each order
        // with the transaction that holds it.
        let load = concat!(
            "select ",
            order_columns!(),
            ", ",
            tx_columns!(),
            " from unnest($1::text[], $2::text[]) as asked (provider, provider_id)
              join transactions f on f.provider = asked.provider and f.provider_id = asked.provider_id
              join orders o on o.order_id = f.order_id
              join lateral (
                  select f.* union all
                  select l.* from transactions l where l.live_order_id = f.order_id and f.live_order_id is null) t on true
              union all select ",
            order_columns!(),
            ", ",
            tx_columns!(),
            " from unnest($3::text[]) as asked (order_id) join orders o on o.order_id = asked.order_id
              left join transactions t on t.live_order_id = o.order_id"
        );
        let keys = "select provider, digest, replaces from provider_keys where provider = any ($1::text[])";
        let (lock, load, keys, archived) = tokio::try_join!(
            client.prepare(lock),
            client.prepare(load),
            client.prepare(keys),
            Archived::prepare(client)
        )?;
        Ok(Self { lock, load, keys, archived })
    }

    /// Locks the orders that are there, until the end of the transaction.
    pub(super) async fn lock(&self, client: &Client, wanted: &Wanted<'_>) -> Result<(), tokio_postgres::Error> {
        wanted.live.query(client, &self.lock).await.map(drop)
    }

    /// Loads the rows as they are now.
    pub(super) async fn load(&self, client: &Client, wanted: &Wanted<'_>) -> Result<World, StoreError> {
        let keys = async {
            if wanted.keys.is_empty() {
                return Ok(Vec::new());
            }
            client.query(&self.keys, &[&wanted.keys]).await
        };
        // In this order: rows only ever move from the live ones to the archived ones, so nothing is missed between the two.
        let (live, archived, keys) = tokio::join!(
            biased;
            wanted.live.query(client, &self.load),
            self.archived.query(client, &wanted.expected_new),
            keys
        );
        let mut world = World::default();
        for row in live? {
            if get::<Option<i64>>(&row, ORDER_COLUMNS)?.is_some() {
                world.load_transaction(read_transaction(&row, ORDER_COLUMNS)?);
            }
            world.load_order(read_order(&row)?);
        }
        for row in keys? {
            world.load_key(read_provider(&row, 0)?, read_key(&row)?);
        }
        Archived::read(&archived?, &mut world)?;
        let missing = wanted.missing_in(&world);
        Archived::read(&self.archived.query(client, &missing).await?, &mut world)?;
        Ok(world)
    }
}
