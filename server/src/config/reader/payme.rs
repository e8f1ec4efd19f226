//! What belongs to Payme: the key, the cashbox, where codes lead, the rules.

use super::fiscal::FiscalNames;
use super::{Kept, Reader};
use crate::config::names::look_alike;
use crate::config::secrets;
use crate::config::{Config, Mode, settings::PaymeSettings};
use boothpay_protocol::ledger::refunds::RefundPolicy;
use boothpay_protocol::payme::checkout::{Checkout, PAYME_CHECKOUT};
use boothpay_protocol::payme::rules::{AccountCode, Rules, TimeoutBase};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::SpanMs;
use std::sync::Arc;

/// The merchant id of links made in development mode when none is set. It is nobody's cashbox.
const NO_MERCHANT: &str = "000000000000000000000000";

/// Characters of a cashbox's id.
const MERCHANT_ID_CHARS: usize = 24;

/// Where the line of Payme's tax receipts is set.
const PAYME_FISCAL: FiscalNames = FiscalNames {
    code: "payme.fiscal.code",
    package_code: "payme.fiscal.package_code",
    vat_percent: "payme.fiscal.vat_percent",
    units: "payme.fiscal.units",
};

impl Reader {
    pub(super) fn payme(&mut self, config: &Config, mode: Mode, key: &Kept) -> Option<PaymeSettings> {
        let payme = &config.payme;
        // Without a key in production Payme is not connected; another wallet is, or what is missing has been told.
        let is_offered = match (mode, key) {
            (Mode::Production, Kept::Nothing) => self.keyless,
            (Mode::Production | Mode::Development | Mode::Demo, _) => true,
        };
        let checkout = if is_offered { self.checkout(config, mode).map(Some) } else { Some(None) };
        let rules = self.rules(config);
        if self.takes_money(mode) && is_offered && payme.refunds != "always" && rules.is_some() {
            self.remark("payme.refunds", "it is not \"always\": Payme's sandbox will fail its refund step");
        }
        if self.takes_money(mode) && checkout.iter().flatten().any(|checkout| checkout.host != PAYME_CHECKOUT) {
            self.remark(
                "payme.checkout",
                "codes lead to another place than Payme's own checkout: no real payment is possible there",
            );
        }
        Some(PaymeSettings {
            key: match key {
                Kept::Text(key, _) => Some(KeyDigest::of(key.as_bytes())),
                Kept::Nothing | Kept::Wrong => None,
            },
            merchant_login: payme
                .merchant_id_as_login
                .then(|| payme.merchant_id.trim().to_owned())
                .filter(|id| !id.is_empty()),
            checkout: checkout?,
            rules: Arc::new(rules?),
        })
    }

    /// Looks at the key itself.
    pub(super) fn payme_key(&mut self, key: Kept) -> Kept {
        self.judged_key(key, secrets::payme_key)
    }

    fn checkout(&mut self, config: &Config, mode: Mode) -> Option<Checkout> {
        let payme = &config.payme;
        if !is_plain(&payme.account_field) {
            self.wrong::<()>("payme.account_field", "use letters, digits, _ and - only, exactly as in Payme's cabinet");
        }
        let merchant_id = self.merchant_id(payme.merchant_id.trim(), mode);
        let host = match (config.development.checkout.as_str(), mode) {
            ("", _) if payme.checkout.starts_with("https://") => &payme.checkout,
            ("", _) => return self.wrong("payme.checkout", "give an address that starts with https://"),
            (_, Mode::Production | Mode::Demo) => {
                let advice = "this is for development only and must be empty when payme.key is set: customers would be \
                              sent to a place that is not Payme";
                return self.wrong("development.checkout", advice);
            }
            (host, Mode::Development) if host.starts_with("http://") || host.starts_with("https://") => host,
            (_, Mode::Development) => {
                return self.wrong("development.checkout", "give an address that starts with http:// or https://");
            }
        };
        Some(Checkout {
            host: host.trim_end_matches('/').to_owned(),
            merchant_id: merchant_id?,
            account_field: payme.account_field.clone(),
        })
    }

    fn merchant_id(&mut self, id: &str, mode: Mode) -> Option<String> {
        let setting = "payme.merchant_id";
        if id.is_empty() {
            if mode == Mode::Development {
                self.remark(setting, "it is not set: codes lead to nobody's cashbox");
                return Some(NO_MERCHANT.to_owned());
            }
            // That the key is missing has been said, and comes first.
            if self.keyless {
                return None;
            }
            let advice = "copy the cashbox's id from the Payme Business cabinet; without it no code can be made";
            return self.wrong(setting, advice);
        }
        if let Some((position, _)) = (1..).zip(id.chars()).find(|(_, c)| look_alike(*c).is_some()) {
            let advice = format!(
                "the letter at position {position} only looks like a Latin one (it is Cyrillic or Greek); copy the id from \
                 the cabinet instead of typing it"
            );
            return self.wrong(setting, advice);
        }
        if !is_plain(id) {
            return self.wrong(setting, "use the id as it stands in Payme's cabinet: letters and digits alone");
        }
        let length = id.chars().count();
        if length != MERCHANT_ID_CHARS {
            let advice = format!(
                "the cashbox's id has {MERCHANT_ID_CHARS} characters, this has {length}; copy it again from the Payme Business cabinet"
            );
            return self.wrong(setting, advice);
        }
        Some(id.to_owned())
    }

    fn rules(&mut self, config: &Config) -> Option<Rules> {
        let payme = &config.payme;
        let code_advice = "use -31008, or a number from -31099 to -31050";
        let busy = AccountCode::new(payme.busy_order_code);
        let busy = busy.or_else(|| self.wrong("payme.busy_order_code", code_advice));
        let closed = AccountCode::new(payme.closed_order_code);
        let closed = closed.or_else(|| self.wrong("payme.closed_order_code", code_advice));
        let refunds = match payme.refunds.as_str() {
            "always" => Some(RefundPolicy::Always),
            "before_printing" => Some(RefundPolicy::BeforePrinting),
            "never" => Some(RefundPolicy::Never),
            _ => self.wrong("payme.refunds", "choose \"always\", \"before_printing\" or \"never\""),
        };
        let timeout_base = match payme.transaction_seconds_from.as_str() {
            "create_time" => Some(TimeoutBase::CreateTime),
            "payme_time" => Some(TimeoutBase::PaymeTime),
            _ => self.wrong("payme.transaction_seconds_from", "choose \"create_time\" or \"payme_time\""),
        };
        let timeout = self.number("payme.transaction_seconds", payme.transaction_seconds, 1..=604_800);
        let fiscal = self.fiscal_item(&PAYME_FISCAL, &payme.fiscal);
        Some(Rules {
            account_field: payme.account_field.clone(),
            busy_order_code: busy?,
            closed_order_code: closed?,
            check_refuses_busy: payme.check_refuses_busy,
            refunds: refunds?,
            timeout: SpanMs::seconds(timeout?),
            timeout_base: timeout_base?,
            refuse_stale_create: payme.refuse_stale_create,
            change_password: payme.change_password,
            fiscal,
            additional: payme.additional,
        })
    }
}

/// Letters, digits, `_` and `-`: what a link carries as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
