//! Arguments that the commands of the sandbox share: the server, its key, and where orders come from.

use super::FindOwn;
use crate::suite::orders::{AccountShape, Source, lines};
use crate::wire::{Target, Trust};
use clap::Args;
use reqwest::Url;
use serde_json::{Map, Value};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The environment variable that is read when no secret is given; it keeps the key out of the list of processes.
const KEY_VARIABLE: &str = "BOOTHPAY_SANDBOX_KEY";

/// The same for `--api-token`.
const API_TOKEN_VARIABLE: &str = "BOOTHPAY_SANDBOX_API_TOKEN";

/// Making one order takes longer than this only if something is broken.
const ORDER_TIMEOUT: Duration = Duration::from_secs(15);

/// The server under test, as Payme calls it.
#[derive(Debug, Args)]
pub struct TargetArgs {
    /// The address that Payme would call; without it Boothpay's own on this computer, as its settings file says
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The cashbox key (or set BOOTHPAY_SANDBOX_KEY); without one no credentials are sent
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// The login of the cashbox
    #[arg(long, value_name = "NAME", default_value = "Paycom")]
    pub login: String,
    #[command(flatten)]
    pub wire: WireArgs,
}

impl TargetArgs {
    /// The target that these arguments name, and where a Boothpay there makes orders.
    pub fn target(&self, own: FindOwn<'_>) -> Result<(Target, Url), String> {
        let Place { url, orders } = place(self.url.as_deref(), "/api/payme/webhook", own)?;
        Ok((Target { url, login: self.login.clone(), key: secret(self.key.as_deref()) }, orders))
    }
}

/// The secret of the arguments, or of the environment.
pub fn secret(given: Option<&str>) -> Option<String> {
    given.map(str::to_owned).or_else(|| std::env::var(KEY_VARIABLE).ok()).filter(|key| !key.is_empty())
}

/// How the server is reached.
#[derive(Debug, Args)]
pub struct WireArgs {
    /// A call that takes longer than this was not answered
    #[arg(long, value_name = "N", default_value_t = 15_000)]
    pub request_timeout_ms: u64,
    /// Believe any certificate, for https on your own computer
    #[arg(long)]
    pub insecure: bool,
}

impl WireArgs {
    /// Which certificates are believed.
    pub fn trust(&self) -> Trust {
        if self.insecure { Trust::Any } else { Trust::Known }
    }

    /// The longest wait for an answer.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

/// Reads an address.
pub fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is not an address: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("`{text}`: the wallets call http or https, not {other}")),
    }
}

/// An address that a wallet calls, and where a Boothpay there makes orders.
pub struct Place {
    /// The address.
    pub url: Url,
    /// Its origin, or another one.
    pub orders: Url,
}

/// The address that was given, or that of this computer's own Boothpay.
pub fn place(given: Option<&str>, path: &str, own: FindOwn<'_>) -> Result<Place, String> {
    if let Some(given) = given {
        let url = address(given)?;
        return Ok(Place { orders: url.clone(), url });
    }
    let own = own();
    let of = |listens: SocketAddr, path: &str| address(&format!("http://{}{path}", reachable(listens)));
    Ok(Place { url: of(own.wallets, path)?, orders: of(own.orders, "/")? })
}

/// How this computer itself reaches a server that may listen on all its addresses.
fn reachable(listens: SocketAddr) -> SocketAddr {
    match listens {
        SocketAddr::V4(at) if at.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, at.port()).into(),
        SocketAddr::V6(at) if at.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, at.port()).into(),
        SocketAddr::V4(_) | SocketAddr::V6(_) => listens,
    }
}

/// Where fresh orders come from.
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// One fresh order; may be repeated
    #[arg(long = "order", value_name = "ORDER:TIYIN", group = "source")]
    pub order: Vec<String>,
    /// Fresh orders, one a line: `ORDER`, `ORDER TIYIN` or `{"account":{…},"amount":TIYIN}`
    #[arg(long, value_name = "FILE", group = "source")]
    pub orders: Option<PathBuf>,
    /// A command that makes an order and prints such a line; it gets ORDER_ID and AMOUNT_TIYIN in its environment
    #[arg(long, value_name = "CMD", group = "source")]
    pub order_command: Option<String>,
    /// Make orders with Boothpay's own POST /api/generate-qr, at the address of --url or at another one
    #[arg(long, value_name = "ORIGIN", group = "source", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub boothpay: Option<String>,
    /// The api.token of that Boothpay, which asks for it in production (or set BOOTHPAY_SANDBOX_API_TOKEN)
    #[arg(long, value_name = "TOKEN", requires = "boothpay")]
    pub api_token: Option<String>,
    /// Accounts can be paid any number of times, like a phone balance
    #[arg(long)]
    pub cumulative: bool,
    /// The price of orders that come without one
    #[arg(long, value_name = "TIYIN", default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(100..))]
    pub amount: i64,
}

impl OrderArgs {
    /// The source that these arguments name; `url` is where a Boothpay would make them.
    pub fn source(&self, wallet: &'static str, url: &Url, trust: Trust) -> Result<Source, String> {
        if !self.order.is_empty() {
            let line =
                |word: &String| word.rsplit_once(':').map_or(word.clone(), |(order, price)| format!("{order} {price}"));
            return Ok(lines(&self.order.iter().map(line).collect::<Vec<_>>().join("\n")));
        }
        if let Some(path) = &self.orders {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("--orders {}: {error}", path.display()))?;
            return Ok(lines(&text));
        }
        if let Some(command) = &self.order_command {
            return Ok(Source::Command(command.clone()));
        }
        let origin = match self.boothpay.as_deref() {
            None => return Ok(Source::Nowhere),
            Some("") => url.clone(),
            Some(origin) => address(origin)?,
        };
        let token = self.api_token.clone().or_else(|| std::env::var(API_TOKEN_VARIABLE).ok());
        let source = Source::boothpay(origin, wallet, ORDER_TIMEOUT, trust).map_err(|error| error.to_string())?;
        Ok(source.with_token(token.filter(|token| !token.is_empty())))
    }
}

/// How accounts look.
#[derive(Debug, Args)]
pub struct AccountArgs {
    /// The field of the account that names the order; without it the usual one: Payme's `order_id`, Uzum's `account`
    #[arg(long, value_name = "NAME")]
    pub account_field: Option<String>,
    /// One more field that every account carries; may be repeated
    #[arg(long = "account-extra", value_name = "NAME=VALUE")]
    pub account_extra: Vec<String>,
}

impl AccountArgs {
    /// The shape that these arguments name; `usual` is the field that most merchants of the wallet have.
    pub fn shape(&self, usual: &str, cumulative: bool) -> Result<AccountShape, String> {
        let mut extra = Map::new();
        for pair in &self.account_extra {
            let (name, value) =
                pair.split_once('=').ok_or_else(|| format!("--account-extra `{pair}` is not NAME=VALUE"))?;
            extra.insert(name.to_owned(), Value::String(value.to_owned()));
        }
        let field = self.account_field.clone().unwrap_or_else(|| usual.to_owned());
        Ok(AccountShape { field, extra, cumulative })
    }
}
