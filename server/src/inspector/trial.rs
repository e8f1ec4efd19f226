//! What a wallet that is tried out has called, in brief: its own tests make more calls in a second than are kept whole, and each of them is a
//! step that the owner waits for. Kept only while a wallet is tried, bounded in number; of those who prove nothing only that they were
//! refused, so that nobody pushes the wallet's calls out.

use super::call::Kept;
use super::why::Why;
use crate::limits::TRIAL_CALLS_KEPT;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::providers::Rules;
use boothpay_protocol::time::TimeMs;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A call, as far as steps are about it.
#[derive(Clone, Debug)]
pub(crate) struct Brief {
    pub(crate) at: TimeMs,
    /// The wallet's name of what it wants; empty where it is no call.
    pub(crate) method: &'static str,
    pub(crate) payment: Option<String>,
    pub(crate) why: Option<Why>,
    /// The state in Payme's answer.
    pub(crate) state: Option<i64>,
}

/// What was seen of a wallet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trial {
    /// When a caller without the right key was refused last.
    pub(crate) refused: Option<TimeMs>,
    /// Calls with the right key, the newest at the end.
    pub(crate) calls: VecDeque<Brief>,
}

/// All wallets'.
#[derive(Default)]
pub(crate) struct Trials(Mutex<BTreeMap<Provider, Trial>>);

impl Trials {
    /// Notes a call of a wallet that is tried out.
    pub(crate) fn note(&self, wallet: Provider, call: &Kept, rules: &Rules) {
        if !call.is_proven {
            if matches!(call.why, Some(Why::WrongKey | Why::WrongLogin | Why::NoKey | Why::OtherService)) {
                self.all().entry(wallet).or_default().refused = Some(call.at);
            }
            return;
        }
        let said = call.said(rules);
        let (method, payment) = (said.method.unwrap_or_default(), said.payment);
        let brief = Brief { at: call.at, method, payment, why: call.why, state: state(call) };
        let mut all = self.all();
        let calls = &mut all.entry(wallet).or_default().calls;
        calls.push_back(brief);
        while calls.len() > TRIAL_CALLS_KEPT {
            calls.pop_front();
        }
    }

    /// What was seen of a wallet since a time.
    pub(crate) fn since(&self, wallet: Provider, since: TimeMs) -> Trial {
        let mut trial = self.all().get(&wallet).cloned().unwrap_or_default();
        trial.refused = trial.refused.filter(|at| *at >= since);
        trial.calls.retain(|call| call.at >= since);
        trial
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Provider, Trial>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state(call: &Kept) -> Option<i64> {
    let answer: Value = serde_json::from_slice(&call.answer.shown).ok()?;
    answer.get("result")?.get("state")?.as_i64()
}
