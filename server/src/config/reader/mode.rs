//! Development mode starts only if the owner asks for it: a key that got lost must not open a booth that takes money.

use super::{Kept, Reader};
use crate::config::finding::{Place, Weight};
use crate::config::{Config, Mode};

/// The settings of a wallet that decide the mode.
pub(super) struct Wallet<'a> {
    /// Its key as found.
    key: &'a Kept,
    /// The settings in which the key is written.
    key_settings: [&'static str; 2],
    /// Its name, and how the names of its settings begin in the environment.
    name: &'static str,
    variables: &'static str,
    /// Settings of its own that somebody who connects it writes, with their values.
    connecting: Vec<(&'static str, &'a str)>,
    /// What to do about a key that is not there.
    no_key: &'static str,
    /// What to do about a key that is there, when development mode was asked for.
    not_in_development: &'static str,
}

/// Of every wallet that proves itself by a key.
const KEY_IN_DEVELOPMENT: &str = "a key is set, and --development was asked for: development mode takes no key. Start without \
                                  --development, or with other settings (--config)";

/// Payme.
pub(super) fn payme<'a>(config: &'a Config, key: &'a Kept) -> Wallet<'a> {
    Wallet {
        key,
        key_settings: ["payme.key", "payme.key_file"],
        name: "Payme",
        variables: "BOOTHPAY_PAYME_",
        connecting: vec![("payme.merchant_id", &config.payme.merchant_id)],
        no_key: "but there is no Payme key, and without one anybody could mark orders as paid, so the server does not \
                 start. Put the cashbox's key into a file and name it in payme.key_file (or set BOOTHPAY_PAYME_KEY). \
                 To try things out with play money, start with --development",
        not_in_development: KEY_IN_DEVELOPMENT,
    }
}

/// Click.
pub(super) fn click<'a>(config: &'a Config, key: &'a Kept) -> Wallet<'a> {
    let click = &config.click;
    Wallet {
        key,
        key_settings: ["click.secret_key", "click.secret_key_file"],
        name: "Click",
        variables: "BOOTHPAY_CLICK_",
        connecting: vec![
            ("click.service_id", &click.service_id),
            ("click.merchant_id", &click.merchant_id),
            ("click.merchant_user_id", &click.merchant_user_id),
        ],
        no_key: "but there is no secret key of Click's, and without one anybody could mark orders as paid, so the server \
                 does not start. Put the service's secret key into a file and name it in click.secret_key_file (or set \
                 BOOTHPAY_CLICK_SECRET_KEY). To try things out with play money, start with --development",
        not_in_development: KEY_IN_DEVELOPMENT,
    }
}

/// Uzum, whose key is a password that belongs to a login.
pub(super) fn uzum<'a>(config: &'a Config, key: &'a Kept) -> Wallet<'a> {
    let uzum = &config.uzum;
    Wallet {
        key,
        key_settings: ["uzum.password", "uzum.password_file"],
        name: "Uzum",
        variables: "BOOTHPAY_UZUM_",
        connecting: vec![
            ("uzum.service_id", &uzum.service_id),
            ("uzum.login", &uzum.login),
            ("uzum.test_login", &uzum.test_login),
        ],
        no_key: "but there is no password of Uzum's, and without one anybody could mark orders as paid, so the server does \
                 not start. Put the password that Uzum gave you, or agreed with you, into a file and name it in \
                 uzum.password_file (or set BOOTHPAY_UZUM_PASSWORD). To try things out with play money, start with \
                 --development",
        not_in_development: KEY_IN_DEVELOPMENT,
    }
}

/// Uzum's Dynamic QR.
pub(super) fn uzum_qr<'a>(config: &'a Config, key: &'a Kept) -> Wallet<'a> {
    let uzum_qr = &config.uzum_qr;
    Wallet {
        key,
        key_settings: ["uzum_qr.secret_key", "uzum_qr.secret_key_file"],
        name: "Uzum's Dynamic QR",
        variables: "BOOTHPAY_UZUM_QR_",
        connecting: vec![("uzum_qr.service_id", &uzum_qr.service_id), ("uzum_qr.user_id", &uzum_qr.user_id)],
        no_key: "but there is no secret key of Uzum's Dynamic QR, so no code can be made, and the server does not start. Put the \
                 key that Uzum gave you into a file and name it in uzum_qr.secret_key_file (or set \
                 BOOTHPAY_UZUM_QR_SECRET_KEY). To try things out with play money, start with --development",
        not_in_development: KEY_IN_DEVELOPMENT,
    }
}

/// UzQR, which has no key: its code is where customers pay real money to, so it makes a production server as a key does.
pub(super) fn uzqr(code: &Kept) -> Wallet<'_> {
    Wallet {
        key: code,
        key_settings: ["uzqr.text", "uzqr.picture"],
        name: "UzQR",
        variables: "BOOTHPAY_UZQR_",
        connecting: Vec::new(),
        no_key: "but there is no code of UzQR. Name its picture in uzqr.picture, or write what it says into uzqr.text",
        not_in_development: "a code of your bank's is set, to which customers pay real money, and --development was asked for. \
                             Start without --development, or with other settings (--config)",
    }
}

impl Wallet<'_> {
    /// A setting that says somebody wants to connect it, if one is written.
    fn connected(&self) -> Option<&'static str> {
        self.connecting.iter().find(|(_, value)| !value.trim().is_empty()).map(|(setting, _)| *setting)
    }
}

impl Reader {
    /// The mode follows from the wallets that are connected; with none, and nothing that belongs to one, it is development.
    pub(super) fn mode(&mut self, config: &Config, wallets: &[Wallet<'_>]) -> Mode {
        let mut keyed = false;
        for wallet in wallets {
            if let (Kept::Text(_, setting), true) = (wallet.key, self.development) {
                self.wrong::<()>(setting, wallet.not_in_development);
                return Mode::Development;
            }
            keyed |= *wallet.key != Kept::Nothing;
        }
        if self.connected_at_ms.is_some() && self.development {
            let advice = "wallets were connected in the owner's panel of this database, and --development was asked for: development mode \
                          takes no key. Start without --development, or with another database";
            self.wrong::<()>("database", advice);
            return Mode::Development;
        }
        // Whoever has connected a wallet takes money, also while none is connected any more.
        if keyed || self.connected_at_ms.is_some() {
            self.half_connected(wallets);
            return Mode::Production;
        }
        if self.development { Mode::Development } else { self.without_key(config, wallets) }
    }

    /// Beside a wallet that has its key, one whose key is missing takes no payments, and its customers would find out.
    fn half_connected(&mut self, wallets: &[Wallet<'_>]) {
        for wallet in wallets.iter().filter(|wallet| *wallet.key == Kept::Nothing) {
            match (wallet.connected(), self.emptied(wallet)) {
                (Some(connected), Some(empty)) => {
                    self.wrong::<()>(empty, format!("it is empty. {connected} is set, {}", wallet.no_key));
                }
                (Some(connected), None) => {
                    self.wrong::<()>(connected, format!("this is set, {}", wallet.no_key));
                }
                (None, Some(empty)) => {
                    self.remark(empty, "it is empty, so there is no key, and this wallet is not offered");
                }
                (None, None) => {}
            }
        }
    }

    /// An empty variable is somebody's lost key; an empty setting in the file is how the defaults look.
    fn emptied(&self, wallet: &Wallet<'_>) -> Option<&'static str> {
        wallet.key_settings.into_iter().find(|setting| {
            matches!(self.origins.get(*setting), Some(origin) if matches!(origin.place, Place::Environment(_)))
        })
    }

    fn without_key(&mut self, config: &Config, wallets: &[Wallet<'_>]) -> Mode {
        // This variable may be the lost key, so it is a mistake and not a remark.
        for finding in &mut self.findings {
            if let Place::Environment(name) = &finding.place
                && self.misspelt.contains(name)
            {
                let name = name.to_uppercase();
                let wallet = wallets.iter().find(|wallet| name.starts_with(wallet.variables)).or(wallets.first());
                let (whose, no_key) = wallet.map_or(("a wallet", ""), |wallet| (wallet.name, wallet.no_key));
                finding.weight = Weight::Mistake;
                finding.advice = format!("{}. It is probably meant for {whose}, {no_key}", finding.advice);
            }
        }
        self.keyless = true;
        if !self.misspelt.is_empty() {
            return Mode::Production;
        }
        let wallet = wallets.iter().find_map(|wallet| Some((wallet.connected()?, wallet)));
        let webhooks = wallets.first().filter(|_| !config.webhook_listen.trim().is_empty());
        let connected = wallet.or_else(|| webhooks.map(|wallet| ("webhook_listen", wallet)));
        let empty = |wallet: &Wallet<'_>| self.emptied(wallet);
        match connected {
            Some((connected, wallet)) => {
                match empty(wallet) {
                    Some(empty) => {
                        self.wrong::<()>(empty, format!("it is empty. {connected} is set, {}", wallet.no_key));
                    }
                    None => {
                        self.wrong::<()>(connected, format!("this is set, {}", wallet.no_key));
                    }
                }
                Mode::Production
            }
            None => {
                if let Some(empty) = wallets.iter().find_map(empty) {
                    self.remark(empty, "it is empty, so there is no key, and the server is in development mode");
                }
                Mode::Development
            }
        }
    }
}
