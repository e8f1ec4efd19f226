//! Changes of orders as listeners of this process hear of them, whichever process made them.

use boothpay_protocol::ledger::order::OrderId;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Passes changes on. Clones share their listeners.
#[derive(Clone)]
pub(crate) struct Changes {
    kept: usize,
    sender: Arc<Mutex<broadcast::Sender<OrderId>>>,
}

impl Changes {
    /// `kept` changes may wait for a slow listener.
    pub(crate) fn new(kept: usize) -> Self {
        Self { kept, sender: Arc::new(Mutex::new(broadcast::channel(kept).0)) }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<OrderId> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner).subscribe()
    }

    pub(crate) fn announce(&self, order: OrderId) {
        // Nobody listening is not an error.
        let _ = self.sender.lock().unwrap_or_else(PoisonError::into_inner).send(order);
    }

    /// Ends every listener's channel: something may have been missed, so they have to look again.
    pub(crate) fn cut(&self) {
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = broadcast::channel(self.kept).0;
    }
}
