//! Development mode is chosen, never fallen into: a key that got lost must not open a booth that takes money.

use super::{Kept, Reader};
use crate::config::finding::{Place, Weight};
use crate::config::{Config, Mode};

/// What to do about a key that is not there.
const NO_KEY: &str = "but there is no Payme key, and without one anybody could mark orders as paid, so the server does not \
                      start. Put the cashbox's key into a file and name it in payme.key_file (or set BOOTHPAY_PAYME_KEY). \
                      To try things out with play money, start with --development";

impl Reader {
    /// The mode follows from the wallets that are connected; with none, and nothing that belongs to one, it is development.
    pub(super) fn mode(&mut self, config: &Config, key: &Kept) -> Mode {
        match (key, self.development) {
            (Kept::Text(_, setting), true) => {
                let advice = "a key is set, and --development was asked for: development mode takes no key. Start without \
                              --development, or with other settings (--config)";
                self.wrong::<()>(setting, advice);
                Mode::Development
            }
            (Kept::Text(..) | Kept::Wrong, _) => Mode::Production,
            (Kept::Nothing, true) => Mode::Development,
            (Kept::Nothing, false) => self.without_key(config),
        }
    }

    fn without_key(&mut self, config: &Config) -> Mode {
        // A variable that may be the lost key is worth more than a remark.
        for finding in &mut self.findings {
            if matches!(&finding.place, Place::Environment(name) if self.misspelt.contains(name)) {
                finding.weight = Weight::Mistake;
                finding.advice = format!("{}. It is probably meant for Payme, {NO_KEY}", finding.advice);
            }
        }
        self.keyless = true;
        if !self.misspelt.is_empty() {
            return Mode::Production;
        }
        let set = [("payme.merchant_id", &config.payme.merchant_id), ("webhook_listen", &config.webhook_listen)];
        let connected = set.iter().find(|(_, value)| !value.trim().is_empty()).map(|(setting, _)| *setting);
        // An empty variable is somebody's lost key; an empty setting in the file is how the defaults look.
        let empty = ["payme.key", "payme.key_file"].into_iter().find(|setting| {
            matches!(self.origins.get(*setting), Some(origin) if matches!(origin.place, Place::Environment(_)))
        });
        match (connected, empty) {
            (Some(connected), Some(empty)) => {
                self.wrong::<()>(empty, format!("it is empty. {connected} is set, {NO_KEY}"));
                Mode::Production
            }
            (Some(connected), None) => {
                self.wrong::<()>(connected, format!("this is set, {NO_KEY}"));
                Mode::Production
            }
            (None, Some(empty)) => {
                self.remark(empty, "it is empty, so there is no key, and the server is in development mode");
                Mode::Development
            }
            (None, None) => Mode::Development,
        }
    }
}
