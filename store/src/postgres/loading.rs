//! Loading what calls need: all rows with one statement, so that they are of one moment.

use super::rows::{order_and_transaction, read_order_and_transaction};
use crate::error::StoreError;
use crate::tables::{self, order, setting, transaction};
use crate::world::World;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::setting::SettingName;
use boothpay_protocol::print::rules;
use tokio_postgres::{Client, Row, Statement};

/// Where a loaded row has how its order's booth prints.
const PRINTS: usize = order::COLUMNS + transaction::COLUMNS;

/// What several calls need, in the arrays that the statements take.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    providers: Vec<&'a str>,
    provider_ids: Vec<&'a str>,
    orders: Vec<&'a str>,
    settings: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn of(needs: impl IntoIterator<Item = &'a Needs>) -> Self {
        let mut wanted = Self::default();
        for need in needs {
            if let Some((provider, id)) = &need.transaction {
                wanted.providers.push(provider.word());
                wanted.provider_ids.push(id.as_str());
            }
            wanted.orders.extend(need.order.as_ref().map(OrderId::as_str));
            wanted.settings.extend(need.setting.as_ref().map(SettingName::as_str));
        }
        wanted
    }

    pub(super) fn is_empty(&self) -> bool {
        self.has_no_rows() && self.settings.is_empty()
    }

    pub(super) fn has_settings(&self) -> bool {
        !self.settings.is_empty()
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
    settings: Statement,
}

impl Loading {
    pub(super) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        // Locked in the order of their rows, so that two batches never wait for each other in a circle. A transaction
        // never moves to another order, so looking its order up before the lock is safe.
        let lock = "select order_row from orders
                    where order_row = any (array(
                        select t.order_row from unnest($1::text[], $2::text[]) as asked (provider, provider_id)
                        join transactions t on t.provider = asked.provider and t.provider_id = asked.provider_id
                        union all
                        select o.order_row from unnest($3::text[]) as asked (order_id)
                        join orders o on o.order_id = asked.order_id))
                    order by order_row for no key update";
        // Each transaction with its order, and with the one that holds the order when it does not do so itself; each order
        // with the transaction that holds it. Behind them, how the order's booth prints: of the same moment, whatever its server says
        // meanwhile.
        let prints = rules::SETTING;
        let both = format!(
            "{}, (select s.value from settings s where s.name = '{prints}.' || o.booth_id)",
            order_and_transaction()
        );
        let load = format!(
            "select {both}
             from unnest($1::text[], $2::text[]) as asked (provider, provider_id)
             join transactions f on f.provider = asked.provider and f.provider_id = asked.provider_id
             join orders o on o.order_row = f.order_row
             join lateral (
                 select f.* union all
                 select h.* from transactions h where h.held_order_row = f.order_row and f.held_order_row is null) t on true
             union all
             select {both}
             from unnest($3::text[]) as asked (order_id) join orders o on o.order_id = asked.order_id
             left join transactions t on t.held_order_row = o.order_row"
        );
        let settings =
            format!("select {} from settings t where t.name = any ($1::text[])", setting::TABLE.read_as("t"));
        let (lock, load, settings) =
            tokio::try_join!(client.prepare(lock), client.prepare(&load), client.prepare(&settings))?;
        Ok(Self { lock, load, settings })
    }

    /// Locks the orders that are there, until the end of the transaction.
    pub(super) async fn lock(&self, client: &Client, wanted: &Wanted<'_>) -> Result<(), tokio_postgres::Error> {
        wanted.query(client, &self.lock).await.map(drop)
    }

    /// Loads the rows as they are now.
    pub(super) async fn load(&self, client: &Client, wanted: &Wanted<'_>) -> Result<World, StoreError> {
        let settings = async {
            if wanted.settings.is_empty() {
                return Ok(Vec::new());
            }
            client.query(&self.settings, &[&wanted.settings]).await
        };
        let (rows, settings) = tokio::join!(wanted.query(client, &self.load), settings);
        let mut world = World::default();
        for row in rows? {
            let (number, order, transaction) = read_order_and_transaction(&row)?;
            if let Some(kept) = tables::Row::text(&row, PRINTS)? {
                world.load_prints(&order.booth.id, kept);
            }
            if let Some(transaction) = transaction {
                world.load_transaction(transaction);
            }
            world.load_order(number, order);
        }
        for row in settings? {
            world.load_setting(setting::read(&row)?);
        }
        Ok(world)
    }
}
