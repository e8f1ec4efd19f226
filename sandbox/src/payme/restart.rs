//! How the server is restarted, and what was acknowledged before.

use super::reply::Reply;
use super::transaction::Transaction;
use crate::suite::{Stop, shell};
use std::sync::Arc;

/// How the server can be restarted while the suite runs.
#[derive(Clone)]
pub enum Restart {
    /// Not at all: the rules about a restart are skipped.
    None,
    /// A command that returns when the server has been stopped and started.
    Command(String),
    /// A function of the program that runs the suite.
    Hook(Arc<dyn Fn() + Send + Sync>),
}

impl Restart {
    /// Restarts the server.
    ///
    /// # Errors
    /// When there is no way to do it, or the command failed.
    pub async fn restart(&self) -> Result<(), Stop> {
        match self {
            Self::None => Err(Stop::Skip("needs --restart-command, a command that restarts the server".to_owned())),
            Self::Command(command) => {
                let ran = shell::run(command, &[]).await;
                ran.map(drop).map_err(|reason| Stop::Untried(format!("--restart-command: {reason}")))
            }
            Self::Hook(hook) => {
                hook();
                Ok(())
            }
        }
    }
}

/// One transaction in each state that a restart must not change.
#[derive(Debug, Clone)]
pub struct Before {
    /// In state 1.
    pub waiting: Transaction,
    /// In state 2, with the answer to PerformTransaction.
    pub paid: (Transaction, Reply),
    /// In state -1, with the answer to CancelTransaction.
    pub cancelled: (Transaction, Reply),
}
