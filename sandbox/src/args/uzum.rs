//! `boothpay sandbox uzum`: Uzum Bank's suite.

use super::suite::{Subject, Suite, SuiteArgs, conduct};
use super::target::{AccountArgs, OrderArgs, Place, WireArgs, place, secret};
use super::{Exit, FindOwn};
use crate::suite::report::Language;
use crate::suite::{Report, Rule, RunError, Settings};
use crate::uzum::{self, handbook};
use crate::wire::Target;
use clap::Args;

/// Arguments of Uzum's suite.
#[derive(Debug, Args)]
pub struct UzumArgs {
    #[command(flatten)]
    target: UzumTarget,
    #[command(flatten)]
    wire: WireArgs,
    #[command(flatten)]
    orders: OrderArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    suite: SuiteArgs,
}

/// The server under test, as Uzum calls it.
#[derive(Debug, Args)]
struct UzumTarget {
    /// The address under which check, create, confirm, reverse and status lie; without it Boothpay's own on this computer, as its
    /// settings file says
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The login that Uzum uses
    #[arg(long, value_name = "NAME", default_value = "uzum")]
    login: String,
    /// Its password (or set BOOTHPAY_SANDBOX_KEY); without one no credentials are sent
    #[arg(long, value_name = "PASSWORD", visible_alias = "key")]
    password: Option<String>,
    /// The number of the service
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    service_id: i64,
}

/// The name under which Uzum sends the order's number in most merchants' `params`.
const ACCOUNT_FIELD: &str = "account";

impl UzumArgs {
    /// The language that was chosen.
    pub fn language(&self) -> Language {
        self.suite.tongue.language()
    }
}

/// Runs the suite, or tells about its rules.
pub async fn run(args: UzumArgs, find: FindOwn<'_>) -> Result<Exit, String> {
    let UzumArgs { target, wire, orders, account, suite } = args;
    let subject = || {
        let Place { url, orders: maker } = place(target.url.as_deref(), "/api/uzum", find)?;
        Ok(Subject {
            source: orders.source("uzum", &maker, wire.trust())?,
            shape: account.shape(ACCOUNT_FIELD, orders.cumulative)?,
            amount: orders.amount,
            target: Target { url, login: target.login.clone(), key: secret(target.password.as_deref()) },
        })
    };
    conduct(suite, &handbook(), None, &wire, subject, Own { service: target.service_id }).await
}

struct Own {
    service: i64,
}

impl Suite for Own {
    async fn run(
        self,
        common: Settings,
        progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
    ) -> Result<Report, RunError> {
        uzum::run(uzum::Settings { common, service: self.service }, progress).await
    }
}
