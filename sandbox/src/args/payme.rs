//! `boothpay sandbox payme`: Payme's suite.

use super::suite::{Subject, Suite, SuiteArgs, conduct};
use super::target::{AccountArgs, OrderArgs, TargetArgs};
use super::{Exit, FindOwn};
use crate::payme::{self, Aging, OFFICIAL, handbook};
use crate::suite::report::Language;
use crate::suite::{Report, Rule, RunError, Settings};
use clap::Args;
use std::time::Duration;

/// Arguments of Payme's suite.
#[derive(Debug, Args)]
pub struct PaymeArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    orders: OrderArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    own: OwnArgs,
}

/// What Payme's suite is told besides.
#[derive(Debug, Args)]
struct OwnArgs {
    /// A command that makes a transaction older; it gets PAYME_ID, AGE_MS and ACCOUNT in its environment
    #[arg(long, value_name = "CMD")]
    age_command: Option<String>,
    /// The server was started with this limit in milliseconds instead of 12 hours
    #[arg(long, value_name = "N", conflicts_with = "age_command")]
    timeout_ms: Option<u64>,
    /// Also change the server's key with ChangePassword, and change it back
    #[arg(long)]
    change_password: bool,
}

impl PaymeArgs {
    /// The language that was chosen.
    pub fn language(&self) -> Language {
        self.suite.tongue.language()
    }
}

/// Runs the suite, or tells about its rules.
pub async fn run(args: PaymeArgs, find: FindOwn<'_>) -> Result<Exit, String> {
    let PaymeArgs { target, orders, account, suite, own } = args;
    let subject = || {
        let (at, maker) = target.target(find)?;
        Ok(Subject {
            source: orders.source("payme", &maker, target.wire.trust())?,
            shape: account.shape("order_id", orders.cumulative)?,
            amount: orders.amount,
            target: at,
        })
    };
    conduct(suite, &handbook(), Some(&OFFICIAL), &target.wire, subject, own).await
}

impl Suite for OwnArgs {
    async fn run(
        self,
        common: Settings,
        progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
    ) -> Result<Report, RunError> {
        let aging = match (self.age_command, self.timeout_ms) {
            (Some(command), _) => Aging::Command(command),
            (None, Some(limit)) => Aging::Timeout(Duration::from_millis(limit)),
            (None, None) => Aging::None,
        };
        payme::run(payme::Settings { common, aging, may_change_password: self.change_password }, progress).await
    }
}
