//! The wallets that the stand-in plays, behind one face: a link is read, a merchant is asked, a payment is begun, finished or
//! taken back. What each of them sends is in `merchant.rs` (Payme), `click.rs` and `uzum.rs`.

use std::io;
use std::time::Duration;

use super::link::{Link, LinkFault};
use super::merchant::{Call, Done, Merchant};
use super::problem::Problem;
use super::uzum::{self, UzumLink, UzumMerchant};
use super::{Pace, StandinConfig};

/// What an opened link asks to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bill {
    Payme(Link),
    Uzum(UzumLink),
}

/// Why a payment is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// The bank refused the card.
    DebitFailed,
    /// The card was debited, and the merchant did not take it.
    ExecutionError,
    /// The merchant gives the money back.
    Refund,
}

impl Bill {
    /// Reads the address of a link, without its host: `open-service?…` is Uzum's, everything else Payme's.
    pub(super) fn parse(address: &str, config: &StandinConfig) -> Result<Bill, LinkFault> {
        match (address.strip_prefix(uzum::PATH).and_then(|rest| rest.strip_prefix('?')), &config.uzum) {
            (Some(query), Some(uzum)) => UzumLink::parse(query, &uzum.account_key).map(Bill::Uzum),
            (Some(_), None) | (None, _) => Link::parse(address, &config.account_field).map(Bill::Payme),
        }
    }

    /// The merchant that the link names, and the one that the stand-in was started for, where they differ.
    pub(super) fn stranger(&self, config: &StandinConfig) -> Option<(String, String)> {
        let (named, expected) = match (self, &config.uzum) {
            (Bill::Payme(link), _) => (link.merchant.clone(), config.merchant_id.clone()),
            (Bill::Uzum(link), Some(uzum)) => (link.service_id.to_string(), uzum.service_id.to_string()),
            (Bill::Uzum(link), None) => (link.service_id.to_string(), String::new()),
        };
        (named != expected).then_some((named, expected))
    }

    /// In tiyin.
    pub(super) fn amount(&self) -> u64 {
        match self {
            Bill::Payme(link) => link.amount,
            Bill::Uzum(link) => link.amount,
        }
    }

    /// The order's number.
    pub(super) fn order<'a>(&'a self, config: &StandinConfig) -> &'a str {
        match self {
            Bill::Payme(link) => link.order(&config.account_field),
            Bill::Uzum(link) => &link.order,
        }
    }

    /// An id for the payment, as its wallet makes them; `now_ms` is Unix time in milliseconds.
    pub(super) fn new_id(&self, now_ms: u64) -> Result<String, getrandom::Error> {
        match self {
            Bill::Payme(_) => {
                let mut random = [0; 8];
                getrandom::fill(&mut random)?;
                Ok(format!("{:08x}{:016x}", (now_ms / 1000) & 0xffff_ffff, u64::from_be_bytes(random)))
            }
            Bill::Uzum(_) => uzum::new_id(),
        }
    }
}

/// The merchant, as each wallet calls it.
pub(super) struct Merchants {
    payme: Merchant,
    uzum: Option<UzumMerchant>,
    pace: Pace,
}

impl Merchants {
    pub(super) fn new(config: &StandinConfig) -> io::Result<Merchants> {
        let uzum = config.uzum.as_ref().map(|uzum| UzumMerchant::new(uzum, &config.pace)).transpose()?;
        Ok(Merchants { payme: Merchant::new(config)?, uzum, pace: config.pace.clone() })
    }

    /// How long debiting the card takes.
    pub(super) fn debit_time(&self) -> Duration {
        self.pace.debit
    }

    /// Asked once: the payer can press "try again".
    pub(super) async fn check(&self, bill: &Bill, calls: &mut Vec<Call>) -> Result<(), Problem> {
        match bill {
            Bill::Payme(link) => self.payme.check(link, calls).await,
            Bill::Uzum(link) => self.uzum()?.check(link, calls).await,
        }
    }

    /// Repeated with the same `id` and `time` until it is answered.
    pub(super) async fn create(&self, bill: &Bill, id: &str, time: u64, calls: &mut Vec<Call>) -> Result<(), Problem> {
        match bill {
            Bill::Payme(link) => self.payme.create(id, time, link, calls).await,
            Bill::Uzum(link) => self.uzum()?.create(id, time, link, calls).await,
        }
    }

    /// Repeated until it is answered.
    pub(super) async fn perform(&self, bill: &Bill, id: &str, calls: &mut Vec<Call>) -> Result<Done, Problem> {
        match bill {
            Bill::Payme(_) => self.payme.perform(id, calls).await,
            Bill::Uzum(_) => self.uzum()?.confirm(id, calls).await,
        }
    }

    /// Repeated until it is answered.
    pub(super) async fn cancel(
        &self,
        bill: &Bill,
        id: &str,
        undo: Undo,
        calls: &mut Vec<Call>,
    ) -> Result<Done, Problem> {
        match bill {
            Bill::Payme(_) => self.payme.cancel(id, undo, calls).await,
            Bill::Uzum(_) => self.uzum()?.reverse(id, calls).await,
        }
    }

    fn uzum(&self) -> Result<&UzumMerchant, Problem> {
        self.uzum.as_ref().ok_or_else(|| Problem::unavailable("the stand-in was started without Uzum"))
    }
}
