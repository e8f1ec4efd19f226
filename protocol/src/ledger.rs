//! The ledger: orders, the transactions that pay them, and the journal of everything that happens to both.
//!
//! All of it is in words that no provider owns. What one provider alone needs to keep is text in a transaction's
//! [`details`], which only that provider's module reads.
//!
//! Reading order: [`order`], [`provider`], [`transaction`], [`journal`] (what may change, and who asks), [`authority`]
//! (who may ask for what), [`chain`] (how the journal's rows hang together), [`arrival`] (money that comes after we had let go),
//! [`giving_back`] (money that goes back), [`takeover`] (what another back end had done), [`rows`] (what a decision sees and
//! returns), [`task`] (what has to happen after a commit), [`event`] (what the owner's programs are told of).

pub mod arrival;
pub mod authority;
pub mod booth;
pub mod chain;
pub mod details;
pub mod event;
pub mod giving_back;
pub mod holder;
pub mod journal;
pub mod language;
pub mod limits;
pub mod order;
pub mod period;
pub mod printing;
pub mod provider;
pub mod refunds;
pub mod replay;
pub mod rows;
pub mod setting;
pub mod takeover;
pub mod task;
pub mod transaction;
