//! Remembers the pages that are open, newest last and only so many.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::click::ClickPayment;
use super::payment::Payment;

/// How many opened pages are remembered; the oldest is forgotten first.
const REMEMBERED: usize = 512;

/// One opened page, of the wallet whose link it was.
#[derive(Clone)]
pub(super) enum Attempt {
    /// Payme's, or Uzum's.
    Called(Arc<Payment>),
    Click(Arc<ClickPayment>),
}

impl Attempt {
    /// The wallet's id of the payment.
    pub(super) fn id(&self) -> &str {
        match self {
            Attempt::Called(payment) => &payment.id,
            Attempt::Click(payment) => &payment.id,
        }
    }
}

#[derive(Default)]
pub(super) struct Attempts(Mutex<VecDeque<Attempt>>);

impl Attempts {
    pub(super) fn add(&self, attempt: Attempt) {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if attempts.len() >= REMEMBERED {
            attempts.pop_front();
        }
        attempts.push_back(attempt);
    }

    pub(super) fn find(&self, id: &str) -> Option<Attempt> {
        let attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.iter().rev().find(|attempt| attempt.id() == id).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standin::link::Link;
    use crate::standin::wallet::Bill;

    #[test]
    fn forgets_the_oldest() {
        let attempts = Attempts::default();
        let link = Link { merchant: "m".into(), account: Default::default(), amount: 1, language: None };
        let bill = Bill::Payme(link);
        let ids: Vec<String> = (0..=REMEMBERED)
            .map(|_| {
                let payment = Payment::new(bill.clone()).unwrap();
                let id = payment.id.clone();
                attempts.add(Attempt::Called(Arc::new(payment)));
                id
            })
            .collect();
        assert!(attempts.find(&ids[0]).is_none());
        assert!(attempts.find(&ids[1]).is_some());
        assert!(attempts.find(&ids[REMEMBERED]).is_some());
        assert!(ids.iter().all(|id| id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
