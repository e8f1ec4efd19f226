//! Loading what calls need: all rows with one statement, so that they are of one moment.

use super::rows::{
    ORDER_COLUMNS, get, order_columns, read_key, read_order, read_provider, read_transaction, tx_columns,
};
use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::order::OrderId;
use boothpay_protocol::rows::Needs;
use boothpay_protocol::transaction::Provider;
use tokio_postgres::{Client, Row, Statement};

/// What several calls need, in the arrays that the statements take.
#[derive(Default)]
pub(super) struct Wanted<'a> {
    providers: Vec<&'a str>,
    provider_ids: Vec<&'a str>,
    orders: Vec<&'a str>,
    keys: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(needs: impl IntoIterator<Item = &'a Needs>) -> Self {
        let mut wanted = Self::default();
        for need in needs {
            if let Some((provider, id)) = &need.transaction {
                wanted.providers.push(provider.word());
                wanted.provider_ids.push(id.as_str());
            }
            wanted.orders.extend(need.order.as_ref().map(OrderId::as_str));
            wanted.keys.extend(need.key.map(Provider::word));
        }
        wanted
    }

    pub(super) fn is_empty(&self) -> bool {
        self.has_no_rows() && self.keys.is_empty()
    }

    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    fn has_no_rows(&self) -> bool {
        self.providers.is_empty() && self.orders.is_empty()
    }

    /// The rows of a statement that takes the first three arrays; nothing is asked for nothing.
    async fn query(&self, client: &Client, sql: &Statement) -> Result<Vec<Row>, tokio_postgres::Error> {
        if self.has_no_rows() {
            return Ok(Vec::new());
        }
        client.query(sql, &[&self.providers, &self.provider_ids, &self.orders]).await
    }
}

/// The statements that load, prepared for one session.
pub(super) struct Loading {
    lock: Statement,
    load: Statement,
    keys: Statement,
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
        let (lock, load, keys) = tokio::try_join!(client.prepare(lock), client.prepare(load), client.prepare(keys))?;
        Ok(Self { lock, load, keys })
    }

    /// Locks the orders that are there, until the end of the transaction.
    pub(super) async fn lock(&self, client: &Client, wanted: &Wanted<'_>) -> Result<(), tokio_postgres::Error> {
        wanted.query(client, &self.lock).await.map(drop)
    }

    /// Loads the rows as they are now.
    pub(super) async fn load(&self, client: &Client, wanted: &Wanted<'_>) -> Result<World, StoreError> {
        let keys = async {
            if wanted.keys.is_empty() {
                return Ok(Vec::new());
            }
            client.query(&self.keys, &[&wanted.keys]).await
        };
        let (rows, keys) = tokio::join!(wanted.query(client, &self.load), keys);
        let mut world = World::default();
        for row in rows? {
            if get::<Option<i64>>(&row, ORDER_COLUMNS)?.is_some() {
                world.load_transaction(read_transaction(&row, ORDER_COLUMNS)?);
            }
            world.load_order(read_order(&row)?);
        }
        for row in keys? {
            world.load_key(read_provider(&row, 0)?, read_key(&row)?);
        }
        Ok(world)
    }
}
