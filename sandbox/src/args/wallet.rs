//! Which wallet `pay` and `traffic` play, and the server as that wallet calls it.

use super::FindOwn;
use super::target::{Place, WireArgs, place, secret};
use crate::random::Random;
use crate::suite::orders::{AccountShape, Source};
use crate::suite::{Handbook, Restart, Settings};
use crate::wire::Target;
use crate::{click, payme, uzum};
use clap::{Args, ValueEnum};
use reqwest::Url;
use std::sync::Arc;
use std::time::Duration;

/// The wallets that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Wallet {
    /// Payme.
    Payme,
    /// Click; --url is one address for both calls.
    Click,
    /// Uzum Bank.
    Uzum,
}

/// The server under test, as the wallet calls it.
#[derive(Debug, Args)]
pub struct WalletArgs {
    /// The wallet that is played
    #[arg(long, value_enum, default_value_t = Wallet::Payme)]
    pub wallet: Wallet,
    /// The address that the wallet calls; without it Boothpay's own on this computer, as its settings file says
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The secret: Payme's cashbox key, Click's SECRET_KEY, Uzum's password (or set BOOTHPAY_SANDBOX_KEY)
    #[arg(long, value_name = "KEY", visible_aliases = ["secret", "password"])]
    key: Option<String>,
    /// The login that goes with it: Payme's `Paycom`, Uzum's `uzum`
    #[arg(long, value_name = "NAME")]
    login: Option<String>,
    /// The number of the service, at Click and Uzum
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    service_id: String,
    #[command(flatten)]
    pub wire: WireArgs,
}

impl Wallet {
    /// As `generate-qr` calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Payme => "payme",
            Self::Click => "click",
            Self::Uzum => "uzum",
        }
    }

    /// Whose words a report uses.
    pub fn handbook(self) -> Handbook {
        match self {
            Self::Payme => payme::handbook(),
            Self::Click => click::handbook(),
            Self::Uzum => uzum::handbook(),
        }
    }

    /// The field of the account that most merchants have.
    pub fn field(self) -> &'static str {
        match self {
            Self::Payme | Self::Click => "order_id",
            Self::Uzum => "account",
        }
    }
}

impl WalletArgs {
    /// The target that these arguments name, and where a Boothpay there makes orders.
    pub fn target(&self, find: FindOwn<'_>) -> Result<(Target, Url), String> {
        let (path, login) = match self.wallet {
            Wallet::Payme => ("/api/payme/webhook", "Paycom"),
            Wallet::Click => ("/api/click", ""),
            Wallet::Uzum => ("/api/uzum", "uzum"),
        };
        let Place { url, orders } = place(self.url.as_deref(), path, find)?;
        let login = self.login.clone().unwrap_or_else(|| login.to_owned());
        Ok((Target { url, login, key: secret(self.key.as_deref()) }, orders))
    }

    /// What every wallet but Payme is told, who has a simulator of his own.
    pub fn settings(
        &self,
        target: Target,
        source: Source,
        shape: AccountShape,
        amount: i64,
        seed: Option<u64>,
    ) -> Settings {
        Settings {
            target,
            trust: self.wire.trust(),
            source,
            shape,
            amount,
            seed: seed.unwrap_or_else(Random::any_seed),
            only: vec![],
            skip: vec![],
            restart: Restart::None,
            rounds: 1,
            look_first: true,
            pause: Duration::ZERO,
            timeout: self.wire.timeout(),
            interrupt: Arc::default(),
        }
    }

    /// Click's settings.
    pub fn click(&self, common: Settings) -> click::Settings {
        let complete = common.target.url.clone();
        click::Settings { common, service: self.service_id.clone(), complete }
    }

    /// Uzum's settings.
    pub fn uzum(&self, common: Settings) -> Result<uzum::Settings, String> {
        let service =
            self.service_id.parse().map_err(|_| format!("--service-id `{}` is not a number", self.service_id))?;
        Ok(uzum::Settings { common, service })
    }
}
