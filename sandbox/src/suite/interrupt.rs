//! That whoever started the load wants it to end: nobody new comes, and what is known by then is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared between who asks for the end and all who have to hear of it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks for the end.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Why the load ended early, if this is why.
    pub fn trouble(&self) -> Option<String> {
        self.is_asked().then(|| "the run was interrupted".to_owned())
    }
}
