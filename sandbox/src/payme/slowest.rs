//! How long the methods took to answer in this run.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Counts the calls of each method that were sent one at a time.
#[derive(Debug, Default)]
pub struct Slowest(Mutex<BTreeMap<String, Vec<Duration>>>);

/// How long one method took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Took {
    /// The method.
    pub method: String,
    /// How many calls.
    pub calls: usize,
    /// Half of them took at most this long.
    pub median: Duration,
    /// All of them took at most this long.
    pub longest: Duration,
}

impl Slowest {
    /// Notes a call of one of Payme's methods.
    pub fn note(&self, method: &str, took: Duration) {
        const METHODS: [&str; 7] = [
            "CheckPerformTransaction",
            "CreateTransaction",
            "PerformTransaction",
            "CancelTransaction",
            "CheckTransaction",
            "GetStatement",
            "SetFiscalData",
        ];
        if !METHODS.contains(&method) {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(method.to_owned()).or_default().push(took);
    }

    /// What was noted, by method.
    pub fn all(&self) -> Vec<Took> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let took = |(method, times): (&String, &Vec<Duration>)| {
            let mut times = times.clone();
            times.sort_unstable();
            let (median, longest) = (*times.get(times.len() / 2)?, *times.last()?);
            Some(Took { method: method.clone(), calls: times.len(), median, longest })
        };
        all.iter().filter_map(took).collect()
    }
}
