//! How a transaction can get older than 12 hours while the suite waits.

use super::transaction::Transaction;
use crate::suite::{Stop, shell};
use serde_json::Value;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The limit of Payme's documentation.
pub const TWELVE_HOURS_MS: i64 = 43_200_000;

/// A function that makes a transaction older; for tests that own the server's clock.
pub type AgeHook = Arc<dyn Fn(String, i64) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// How a transaction can get older than 12 hours while the suite waits.
#[derive(Clone)]
pub enum Aging {
    /// Not at all: the rules about the limit are skipped.
    None,
    /// A command that gets `PAYME_ID`, `AGE_MS` and `ACCOUNT` in its environment.
    Command(String),
    /// The server was started with this limit instead of 12 hours.
    Timeout(Duration),
    /// A function of the program that runs the suite.
    Hook(AgeHook),
}

impl Aging {
    /// Makes a transaction older by this much, or waits until the server's short limit has passed.
    ///
    /// # Errors
    /// When there is no way to do it, or the command failed.
    pub async fn age(&self, transaction: &Transaction, age_ms: i64) -> Result<(), Stop> {
        match self {
            Self::None => Err(no_aging()),
            Self::Command(command) => {
                let account = Value::Object(transaction.order.account.clone()).to_string();
                let environment =
                    [("PAYME_ID", transaction.id.clone()), ("AGE_MS", age_ms.to_string()), ("ACCOUNT", account)];
                let ran = shell::run(command, &environment).await;
                ran.map(drop).map_err(|reason| Stop::Untried(format!("--age-command: {reason}")))
            }
            Self::Timeout(limit) => {
                // The passing of this time is what is being tested.
                tokio::time::sleep(*limit + Duration::from_millis(150)).await;
                Ok(())
            }
            Self::Hook(hook) => {
                hook(transaction.id.clone(), age_ms).await;
                Ok(())
            }
        }
    }
}

/// Why the rules about the 12-hour limit are skipped.
pub fn no_aging() -> Stop {
    Stop::Skip("needs a way to make a transaction older: --age-command or --timeout-ms".to_owned())
}
