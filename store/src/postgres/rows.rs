//! Loading what calls need, and from rows to types. A row that does not fit its type is damage, never a default.

use super::archived::Archived;
use crate::StoreError;
use crate::world::World;
use boothpay_protocol::journal::{Actor, Entry};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId, OrderStatus};
use boothpay_protocol::rows::{Needs, StoredKey};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, State, Transaction, TransactionNumber};
use tokio_postgres::types::FromSql;
use tokio_postgres::{Client, Row, Statement};

/// The columns that [`read_order`] reads, of the table `o`.
macro_rules! order_columns {
    () => {
        "o.order_id, o.amount_tiyin, o.copies, o.booth, o.status, o.created_at_ms, o.expires_at_ms, o.printed_at_ms, \
         o.changed_at_ms, o.version"
    };
}
pub(super) use order_columns;

/// How many columns an order has: behind them begin a transaction's where both are read.
pub(super) const ORDER_COLUMNS: usize = 10;

/// The columns that [`read_transaction`] reads, of the table `t`.
macro_rules! tx_columns {
    () => {
        "t.number, t.provider, t.provider_id, t.order_id, t.amount_tiyin, t.provider_time_ms, t.create_time_ms, \
         t.perform_time_ms, t.cancel_time_ms, t.state, t.reason, t.account, t.fiscal_perform, t.fiscal_cancel"
    };
}
pub(super) use tx_columns;

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

    /// What of this was not found.
    fn missing_in(&self, world: &World) -> Self {
        let is_here = |provider: &str, id: &str| {
            let asked = Provider::from_word(provider).zip(ProviderId::parse(id).ok());
            asked.is_some_and(|asked| world.transaction(&asked).is_some())
        };
        let order_is_here = |id: &str| OrderId::parse(id).is_ok_and(|id| world.has_order(&id));
        let pairs = self.providers.iter().zip(&self.provider_ids);
        let (providers, provider_ids) = pairs.filter(|(provider, id)| !is_here(provider, id)).unzip();
        let orders = self.orders.iter().filter(|id| !order_is_here(id)).copied().collect();
        Self { providers, provider_ids, orders, keys: Vec::new() }
    }

    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }
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
        // One statement, so that all its rows are of one moment.
        let load = concat!(
            "with asked as (select * from unnest($1::text[], $2::text[]) as asked (provider, provider_id)),
                  wanted as (
                      select t.order_id from asked
                      join transactions t on t.provider = asked.provider and t.provider_id = asked.provider_id
                      union select unnest($3::text[]))
             select ",
            order_columns!(),
            ", ",
            tx_columns!(),
            " from wanted join orders o on o.order_id = wanted.order_id
              left join transactions t on t.order_id = o.order_id
                  and (t.state in (1, 2) or (t.provider, t.provider_id) in (select provider, provider_id from asked))"
        );
        let keys = "select provider, digest, replaces from provider_keys where provider = any ($1::text[])";
        let (lock, load, keys) = tokio::try_join!(client.prepare(lock), client.prepare(load), client.prepare(keys))?;
        let archived = Archived::prepare(client).await?;
        Ok(Self { lock, load, keys, archived })
    }

    /// Locks the orders that are there, until the end of the transaction.
    pub(super) async fn lock(&self, client: &Client, wanted: &Wanted<'_>) -> Result<(), tokio_postgres::Error> {
        let Wanted { providers, provider_ids, orders, .. } = wanted;
        client.execute(&self.lock, &[providers, provider_ids, orders]).await.map(drop)
    }

    /// Loads the rows as they are now.
    pub(super) async fn load(&self, client: &Client, wanted: &Wanted<'_>) -> Result<World, StoreError> {
        let Wanted { providers, provider_ids, orders, keys: key_providers } = wanted;
        let rows = async {
            if providers.is_empty() && orders.is_empty() {
                return Ok(Vec::new());
            }
            client.query(&self.load, &[providers, provider_ids, orders]).await
        };
        let keys = async {
            if key_providers.is_empty() {
                return Ok(Vec::new());
            }
            client.query(&self.keys, &[key_providers]).await
        };
        let (rows, keys) = tokio::try_join!(rows, keys)?;
        let mut world = World::default();
        for row in rows {
            if get::<Option<i64>>(&row, ORDER_COLUMNS)?.is_some() {
                world.load_transaction(read_transaction(&row, ORDER_COLUMNS)?);
            }
            world.load_order(read_order(&row)?);
        }
        for row in keys {
            world.load_key(read_provider(&row, 0)?, read_key(&row)?);
        }
        let missing = wanted.missing_in(&world);
        if !missing.orders.is_empty() || !missing.providers.is_empty() {
            let Wanted { providers, provider_ids, orders, .. } = &missing;
            self.archived.load(client, providers, provider_ids, orders, &mut world).await?;
        }
        Ok(world)
    }
}

fn read_key(row: &Row) -> Result<StoredKey, StoreError> {
    let digest = |index| {
        let bytes: &[u8] = get(row, index)?;
        KeyDigest::from_bytes(bytes).ok_or_else(|| damage("a key digest has a wrong size"))
    };
    Ok(StoredKey { digest: digest(1)?, replaces: digest(2)? })
}

/// Reads the columns of `order_columns!`, which come first.
pub(super) fn read_order(row: &Row) -> Result<Order, StoreError> {
    let copies = u16::try_from(get::<i64>(row, 2)?).map_err(damage)?;
    Ok(Order {
        id: read_order_id(row, 0)?,
        amount: Tiyin::new(get(row, 1)?).map_err(damage)?,
        copies: Copies::new(copies).map_err(damage)?,
        booth: get(row, 3)?,
        status: read_status(row, 4)?,
        created_at: TimeMs::new(get(row, 5)?),
        expires_at: TimeMs::new(get(row, 6)?),
        printed_at: get::<Option<i64>>(row, 7)?.map(TimeMs::new),
        changed_at: TimeMs::new(get(row, 8)?),
        version: u32::try_from(get::<i64>(row, 9)?).map_err(damage)?,
    })
}

pub(super) fn read_order_id(row: &Row, index: usize) -> Result<OrderId, StoreError> {
    OrderId::parse(get(row, index)?).map_err(damage)
}

pub(super) fn read_status(row: &Row, index: usize) -> Result<OrderStatus, StoreError> {
    OrderStatus::from_word(get(row, index)?).ok_or_else(|| damage("an order has an unknown status"))
}

pub(super) fn read_provider(row: &Row, index: usize) -> Result<Provider, StoreError> {
    Provider::from_word(get(row, index)?).ok_or_else(|| damage("a transaction has an unknown provider"))
}

/// Reads the columns of `tx_columns!`, which begin at `first`.
pub(super) fn read_transaction(row: &Row, first: usize) -> Result<Transaction, StoreError> {
    let column = |offset: usize| first.saturating_add(offset);
    let time = |offset| -> Result<Option<TimeMs>, StoreError> {
        Ok(get::<Option<i64>>(row, column(offset))?.map(TimeMs::new))
    };
    let state = State::from_parts(get(row, column(9))?, time(7)?, time(8)?, get(row, column(10))?);
    Ok(Transaction {
        number: TransactionNumber::new(get(row, column(0))?),
        provider: read_provider(row, column(1))?,
        provider_id: ProviderId::parse(get(row, column(2))?).map_err(damage)?,
        order_id: read_order_id(row, column(3))?,
        amount: Tiyin::new(get(row, column(4))?).map_err(damage)?,
        provider_time: TimeMs::new(get(row, column(5))?),
        create_time: TimeMs::new(get(row, column(6))?),
        state: state.ok_or_else(|| damage("a transaction's state and times do not fit"))?,
        account: get(row, column(11))?,
        fiscal_perform: get(row, column(12))?,
        fiscal_cancel: get(row, column(13))?,
    })
}

/// Reads `order_id, version, at_ms, actor, change::text`.
pub(super) fn read_entry(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        order_id: read_order_id(row, 0)?,
        version: u32::try_from(get::<i64>(row, 1)?).map_err(damage)?,
        at: TimeMs::new(get(row, 2)?),
        actor: Actor::from_word(get(row, 3)?).ok_or_else(|| damage("a journal row has an unknown actor"))?,
        change: serde_json::from_str(get(row, 4)?).map_err(damage)?,
    })
}

/// One column; of another type than expected, it is damage.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, StoreError> {
    row.try_get(index).map_err(damage)
}

fn damage(cause: impl ToString) -> StoreError {
    StoreError::Damaged(cause.to_string().into())
}
