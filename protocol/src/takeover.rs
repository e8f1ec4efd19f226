//! Taking over the payments of the first user's back end (`docs/decisions/0017-import.md`): its table `payments`, row by row.
//!
//! The way of a row: [`row`] is what stands there, [`judge`] makes a payment of it or says in its owner's words how it
//! contradicts itself, [`decide`] looks at what is here already and says what is new about it.

pub mod decide;
pub mod judge;
pub mod problem;
pub mod row;

use crate::ledger::order::OrderId;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::transaction::State;
use crate::money::Tiyin;
use crate::payme::details::ToldTimes;
use crate::time::TimeMs;

/// The highest `id` of his that is taken over: numbers of ours follow it, and all have to be exact in a JavaScript number.
pub const ID_MAX: i64 = 1_000_000_000_000;

/// How far above his highest `id` numbers of ours begin. His server may go on for a while beside this one, and what it makes
/// then is taken over later, under its own numbers.
pub const NUMBERS_BETWEEN: i64 = 1_000_000;

/// A payment of his that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The row's `id`: what Payme was told as `transaction`, and Click as `merchant_prepare_id`.
    pub id: i64,
    /// Its order.
    pub order_id: OrderId,
    /// What it costs.
    pub amount: Tiyin,
    /// Who pays it.
    pub provider: Provider,
    /// When it was made.
    pub created_at: TimeMs,
    /// What had happened to it.
    pub past: Past,
}

/// What had happened to a payment of his.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past {
    /// Nobody has begun to pay it.
    Open,
    /// Given up before anybody began to pay it.
    Closed,
    /// A provider has begun, or done, something with it.
    Transaction(HisTransaction),
}

/// What a provider did with a payment of his. Times are UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HisTransaction {
    /// The provider's id.
    pub id: ProviderId,
    /// When it began.
    pub create_time: TimeMs,
    /// What has become of it.
    pub state: State,
    /// What Payme was told instead of these times.
    pub told: ToldTimes,
}

/// A time of his: as it is, and as his server told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HisTime {
    /// The column, which is UTC.
    pub utc: TimeMs,
    /// The column read as if it were the time of his machine's zone.
    pub told: TimeMs,
}
