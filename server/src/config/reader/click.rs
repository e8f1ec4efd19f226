//! What belongs to Click: the services with their secret keys, where codes lead, the rules.

use super::fiscal::FiscalNames;
use super::{Kept, Reader};
use crate::config::names::look_alike;
use crate::config::raw;
use crate::config::secrets;
use crate::config::{Config, Mode, settings::ClickApi, settings::ClickSettings};
use boothpay_protocol::click::Code;
use boothpay_protocol::click::api::CLICK_API;
use boothpay_protocol::click::checkout::{CLICK_PAY, Checkout};
use boothpay_protocol::click::rules::{Fiscal, Rules, Seller};
use boothpay_protocol::click::signature::Service;
use boothpay_protocol::secret::Secret;
use boothpay_protocol::time::SpanMs;
use std::sync::Arc;

/// The service and merchant of links made in development mode when none is set. Click has none of these numbers.
const NOBODY: i64 = 0;

/// Where the line of the tax receipts through Click is set.
const CLICK_FISCAL: FiscalNames = FiscalNames {
    code: "click.fiscal.code",
    package_code: "click.fiscal.package_code",
    vat_percent: "click.fiscal.vat_percent",
    units: "click.fiscal.units",
};

/// Characters of a receipt's line, and of a package's code, that Click takes (`reference/click.md §2.10`).
const NAME_CHARS_MAX: usize = 63;
const PACKAGE_CODE_CHARS_MAX: usize = 20;

/// Digits of a company's number at the tax office, and of a person's.
const TIN_DIGITS: usize = 9;
const PINFL_DIGITS: usize = 14;

/// Digits of Click's numbers, at most: those of 64 bits.
const DIGITS_MAX: usize = 18;

impl Reader {
    pub(super) fn click(&mut self, config: &Config, mode: Mode, key: &Kept) -> Option<ClickSettings> {
        let click = &config.click;
        let rules = self.click_rules(config);
        // Without a key in production Click is not connected; what is half connected has been told.
        let offered = match (mode, key) {
            (Mode::Production, Kept::Nothing) => false,
            (Mode::Production | Mode::Development | Mode::Demo, _) => true,
        };
        if !offered {
            if !click.other_services.is_empty() {
                let advice =
                    "these are services beside click.service_id, which is not connected: set it, and its secret key";
                self.wrong::<()>("click.other_services", advice);
            }
            return Some(ClickSettings { services: Vec::new(), checkout: None, api: None, rules: Arc::new(rules?) });
        }
        let checkout = self.click_checkout(config, mode);
        let others = self.other_services(&click.other_services, checkout.as_ref().map(|checkout| checkout.service_id));
        if mode == Mode::Development && others.as_ref().is_some_and(|others| !others.is_empty()) {
            let advice = "these services have secret keys, and development mode takes none: leave this empty, or set \
                          click.secret_key_file";
            return self.wrong("click.other_services", advice);
        }
        let api = self.click_api(config, mode);
        let checkout = checkout?;
        let own = match key {
            Kept::Text(text, _) => Secret::new(text.as_str()).map(|key| Service { id: checkout.service_id, key }),
            Kept::Nothing | Kept::Wrong => None,
        };
        if self.takes_money(mode) && checkout.address != CLICK_PAY {
            self.remark(
                "click.pay_page",
                "codes lead to another place than Click's own page: no real payment is possible there",
            );
        }
        Some(ClickSettings {
            services: own.into_iter().chain(others?).collect(),
            checkout: Some(checkout),
            api: api?,
            rules: Arc::new(rules?),
        })
    }

    /// How Click is asked for refunds; nothing, where nobody says in whose name.
    fn click_api(&mut self, config: &Config, mode: Mode) -> Option<Option<ClickApi>> {
        let click = &config.click;
        let elsewhere = "refunds are asked for at another place than Click's own API: no real refund is possible there";
        let address = self.wallet_api("click.api", &click.api, CLICK_API, elsewhere, mode)?;
        let user = click.merchant_user_id.trim();
        if user.is_empty() {
            return Some(None);
        }
        let merchant_user_id = self.click_digits("click.merchant_user_id", user)?;
        Some(Some(ClickApi { address, merchant_user_id, refund_needs_status: click.refund_needs_status }))
    }

    /// Looks at the secret key itself.
    pub(super) fn click_key(&mut self, key: Kept) -> Kept {
        self.judged_key(key, secrets::click_key)
    }

    fn click_checkout(&mut self, config: &Config, mode: Mode) -> Option<Checkout> {
        let click = &config.click;
        let service_id = self.click_number("click.service_id", &click.service_id, mode);
        let merchant_id = self.click_number("click.merchant_id", &click.merchant_id, mode);
        let user = match click.merchant_user_id.trim() {
            "" => Some(None),
            text => self.click_digits("click.merchant_user_id", text).map(Some),
        };
        let address = click.pay_page.trim_end_matches('/');
        if !address.starts_with("https://") || address.contains(['?', '#']) {
            return self.wrong("click.pay_page", "give an address that starts with https:// and has no ? in it");
        }
        Some(Checkout {
            address: address.to_owned(),
            service_id: service_id?,
            merchant_id: merchant_id?.to_string(),
            merchant_user_id: user?.map(|user| user.to_string()),
        })
    }

    /// One of the two numbers that every link has.
    fn click_number(&mut self, setting: &'static str, text: &str, mode: Mode) -> Option<i64> {
        match (text.trim(), mode) {
            ("", Mode::Development | Mode::Demo) => Some(NOBODY),
            ("", Mode::Production) => {
                // That the key is missing has been said, and comes first.
                if self.keyless {
                    return None;
                }
                self.wrong(
                    setting,
                    "copy the number from Click's cabinet (merchant.click.uz); without it no code can be made",
                )
            }
            (text, _) => self.click_digits(setting, text),
        }
    }

    fn click_digits(&mut self, setting: &'static str, text: &str) -> Option<i64> {
        if text.chars().any(|c| look_alike(c).is_some()) {
            return self.wrong(
                setting,
                "a letter stands here; it is a number, copy it from Click's cabinet instead of typing it",
            );
        }
        let number = digits(text);
        number.or_else(|| self.wrong(setting, "it is a number of digits alone, as it stands in Click's cabinet"))
    }

    /// `SERVICE = FILE`, each with the file of its own secret key.
    fn other_services(&mut self, written: &[String], own: Option<i64>) -> Option<Vec<Service>> {
        let setting = "click.other_services";
        let mut services: Vec<Service> = Vec::new();
        for one in written {
            let Some((number, file)) = one.split_once('=') else {
                return self.wrong(
                    setting,
                    "give each as a service's number, =, and the file of its key: \"23456 = click-23456.key\"",
                );
            };
            let Some(id) = digits(number.trim()) else {
                return self.wrong(setting, "before the = stands the service's number, of digits alone");
            };
            if own == Some(id) || services.iter().any(|service| service.id == id) {
                return self
                    .wrong(setting, format!("the service {id} stands here a second time; each has one secret key"));
            }
            let Kept::Text(text, _) = self.secret(setting, &String::new().into(), setting, file.trim()) else {
                return None;
            };
            let Kept::Text(text, _) = self.click_key(Kept::Text(text, setting)) else { return None };
            services.extend(Secret::new(text).map(|key| Service { id, key }));
        }
        Some(services)
    }

    fn click_rules(&mut self, config: &Config) -> Option<Rules> {
        let click = &config.click;
        let hold = self.number("click.hold_seconds", click.hold_seconds, 30..=86_400);
        let busy = match Code::from_number(click.busy_order_error) {
            Some(code @ (Code::TransactionCancelled | Code::AlreadyPaid | Code::UserDoesNotExist)) => Some(code),
            Some(_) | None => self.wrong("click.busy_order_error", "choose -9, -4 or -5"),
        };
        let cancel = match Code::from_number(click.cancel_after_payment_error) {
            Some(code @ (Code::TransactionCancelled | Code::AlreadyPaid)) => Some(code),
            Some(_) | None => self.wrong("click.cancel_after_payment_error", "choose -9 or -4"),
        };
        let fiscal = self.click_fiscal(config);
        Some(Rules { hold: SpanMs::seconds(hold?), busy_order: busy?, cancel_after_payment: cancel?, fiscal: fiscal? })
    }

    /// What Click is told for tax receipts; nothing, where no code is set.
    fn click_fiscal(&mut self, config: &Config) -> Option<Option<Fiscal>> {
        let raw::ClickFiscal { title, code, package_code, vat_percent, units, tin, pinfl } = &config.click.fiscal;
        let line = raw::Fiscal {
            title: title.trim().to_owned(),
            code: code.clone(),
            package_code: package_code.clone(),
            vat_percent: *vat_percent,
            units: *units,
        };
        let is_set = !code.is_empty() || !package_code.is_empty();
        let item = self.fiscal_item(&CLICK_FISCAL, &line);
        if !is_set && tin.trim().is_empty() && pinfl.trim().is_empty() {
            return Some(None);
        }
        if !is_set {
            return self.wrong(
                "click.fiscal.code",
                "who sells is given, and not what: give click.fiscal.code and click.fiscal.package_code as well, from \
                 tasnif.soliq.uz",
            );
        }
        let item = item?;
        let setting = "click.fiscal.title";
        if item.title.is_empty() || item.title.chars().count() > NAME_CHARS_MAX {
            return self.wrong(setting, format!("say what is sold in 1 to {NAME_CHARS_MAX} characters"));
        }
        if item.package_code.len() > PACKAGE_CODE_CHARS_MAX {
            return self.wrong(
                "click.fiscal.package_code",
                format!("it has at most {PACKAGE_CODE_CHARS_MAX} digits; copy it from tasnif.soliq.uz"),
            );
        }
        let is_number =
            |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        let seller = match (tin.trim(), pinfl.trim()) {
            (tin, "") if is_number(tin, TIN_DIGITS) => Seller::Tin(tin.to_owned()),
            ("", pinfl) if is_number(pinfl, PINFL_DIGITS) => Seller::Pinfl(pinfl.to_owned()),
            (_, _) => {
                return self.wrong(
                    "click.fiscal.tin",
                    format!(
                        "Click wants to know who sells: give click.fiscal.tin ({TIN_DIGITS} digits, a company's INN) or \
                         click.fiscal.pinfl ({PINFL_DIGITS} digits, a person's), not both"
                    ),
                );
            }
        };
        if config.click.merchant_user_id.trim().is_empty() {
            return self.wrong(
                "click.fiscal.code",
                "what was sold is told to Click in the name of a user of its cabinet: set click.merchant_user_id",
            );
        }
        Some(Some(Fiscal { item, seller }))
    }
}

/// A number of Click's: positive, in plain digits.
fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok().filter(|number| *number > 0) } else { None }
}
