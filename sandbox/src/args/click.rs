//! `boothpay sandbox click`: Click's suite.

use super::suite::{Subject, Suite, SuiteArgs, conduct};
use super::target::{OrderArgs, Place, WireArgs, place, secret};
use super::{Exit, FindOwn};
use crate::click::{self, OFFICIAL, handbook};
use crate::suite::orders::AccountShape;
use crate::suite::report::Language;
use crate::suite::{Report, Rule, RunError, Settings};
use crate::wire::Target;
use clap::Args;
use reqwest::Url;
use serde_json::Map;

/// Arguments of Click's suite.
#[derive(Debug, Args)]
pub struct ClickArgs {
    #[command(flatten)]
    target: ClickTarget,
    #[command(flatten)]
    wire: WireArgs,
    #[command(flatten)]
    orders: OrderArgs,
    #[command(flatten)]
    suite: SuiteArgs,
}

/// The server under test, as Click calls it.
#[derive(Debug, Args)]
struct ClickTarget {
    /// One address for both calls; the server goes by `action`. Without it Boothpay's own two on this computer, as its settings file
    /// says
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The address of Prepare, where it has one of its own
    #[arg(long, value_name = "URL")]
    prepare_url: Option<String>,
    /// The address of Complete, where it has one of its own
    #[arg(long, value_name = "URL")]
    complete_url: Option<String>,
    /// The number of the service
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    service_id: String,
    /// The service's SECRET_KEY (or set BOOTHPAY_SANDBOX_KEY)
    #[arg(long, value_name = "SECRET", visible_alias = "key")]
    secret: Option<String>,
}

impl ClickTarget {
    /// Prepare's address with where a Boothpay there makes orders, and Complete's address.
    fn addresses(&self, find: FindOwn<'_>) -> Result<(Place, Url), String> {
        let one = |given: &Option<String>, path| place(given.as_deref().or(self.url.as_deref()), path, find);
        Ok((one(&self.prepare_url, "/api/click/prepare")?, one(&self.complete_url, "/api/click/complete")?.url))
    }
}

impl ClickArgs {
    /// The language that was chosen.
    pub fn language(&self) -> Language {
        self.suite.tongue.language()
    }
}

/// Runs the suite, or tells about its rules.
pub async fn run(args: ClickArgs, find: FindOwn<'_>) -> Result<Exit, String> {
    let ClickArgs { target, wire, orders, suite } = args;
    let (prepare, complete) = target.addresses(find)?;
    let subject = || {
        Ok(Subject {
            source: orders.source("click", &prepare.orders, wire.trust())?,
            shape: AccountShape { field: "order_id".to_owned(), extra: Map::new(), cumulative: orders.cumulative },
            amount: orders.amount,
            target: Target { url: prepare.url.clone(), login: String::new(), key: secret(target.secret.as_deref()) },
        })
    };
    let own = Own { service: target.service_id.clone(), complete };
    conduct(suite, &handbook(), Some(&OFFICIAL), &wire, subject, own).await
}

struct Own {
    service: String,
    complete: Url,
}

impl Suite for Own {
    async fn run(
        self,
        common: Settings,
        progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
    ) -> Result<Report, RunError> {
        click::run(click::Settings { common, service: self.service, complete: self.complete }, progress).await
    }
}
