//! What belongs to Uzum: its pairs of login and password, its service, where codes lead, the rules.

use super::{Kept, Reader};
use crate::config::{Config, Mode, secrets, settings::UzumSettings};
use boothpay_protocol::ledger::refunds::RefundPolicy;
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzum::auth::{Credentials, Pair};
use boothpay_protocol::uzum::limits::ACCOUNT_KEY_CHARS_MAX;
use boothpay_protocol::uzum::link::{PayLink, Template};
use boothpay_protocol::uzum::rules::{BusyCode, ErrorCodeForm, Rules};
use std::sync::Arc;

/// The service in development mode when none is set: nobody's, and the one that `boothpay sandbox uzum` asks for by itself.
const DEVELOPMENT_SERVICE: i64 = 1;

/// A pair's settings, by name.
struct Names {
    login: &'static str,
    password: &'static str,
}

const REAL: Names = Names { login: "uzum.login", password: "uzum.password" };
const TEST: Names = Names { login: "uzum.test_login", password: "uzum.test_password" };

impl Reader {
    /// The passwords as found: the real one's and the test's.
    pub(super) fn uzum_passwords(&mut self, config: &Config) -> [Kept; 2] {
        let uzum = &config.uzum;
        let real = self.secret("uzum.password", &uzum.password, "uzum.password_file", &uzum.password_file);
        let file = &uzum.test_password_file;
        let test = self.secret("uzum.test_password", &uzum.test_password, "uzum.test_password_file", file);
        [real, test].map(|kept| self.judged_key(kept, secrets::uzum_password))
    }

    pub(super) fn uzum(&mut self, config: &Config, mode: Mode, passwords: &[Kept; 2]) -> Option<UzumSettings> {
        let uzum = &config.uzum;
        let [real, test] = passwords;
        let rules = self.uzum_rules(config);
        // Without a password in production Uzum is not connected; what is half connected has been told.
        let offered = match (mode, uzum_key(passwords)) {
            (Mode::Production, Kept::Nothing) => false,
            (Mode::Production | Mode::Development | Mode::Demo, _) => true,
        };
        if !offered {
            return Some(UzumSettings { credentials: Credentials::default(), link: None, rules: Arc::new(rules?) });
        }
        let (production, tests) = match mode {
            // It takes no passwords, and of a login nothing hangs.
            Mode::Development => (Some(None), Some(None)),
            Mode::Production | Mode::Demo => {
                (self.uzum_pair(&REAL, uzum.login.trim(), real), self.uzum_pair(&TEST, uzum.test_login.trim(), test))
            }
        };
        let service = self.uzum_service("uzum.service_id", uzum.service_id.trim());
        let test_service = self.uzum_service("uzum.test_service_id", uzum.test_service_id.trim());
        let service = match (service?, mode) {
            (None, Mode::Production) => self.wrong(
                "uzum.service_id",
                "give the number that Uzum gave to your service; without it no code can be made",
            ),
            (service, _) => Some(service.unwrap_or(DEVELOPMENT_SERVICE)),
        };
        let link = self.uzum_link(config, service?);
        if self.takes_money(mode) && *test != Kept::Nothing {
            let advice = "whoever has this pair can mark orders as paid. Once Uzum's engineers have finished their tests, take \
                          it away, and uzum.test_service_id too";
            self.remark(TEST.login, advice);
        }
        let service_ids = service.into_iter().chain(test_service?).collect();
        Some(UzumSettings {
            credentials: Credentials { production: production?, test: tests? },
            link: Some(link?),
            rules: Arc::new(Rules { service_ids, ..rules? }),
        })
    }

    /// A pair; `Some(None)` when nothing of one is set.
    fn uzum_pair(&mut self, names: &Names, login: &str, password: &Kept) -> Option<Option<Pair>> {
        match (login, password) {
            ("", Kept::Nothing) => Some(None),
            (_, Kept::Wrong) => None,
            (login, _) if login.contains(':') || login.chars().any(|c| c.is_whitespace() || c.is_control()) => {
                self.wrong(names.login, "a login has no colon and no blanks; write it exactly as agreed with Uzum")
            }
            ("", Kept::Text(_, setting)) => {
                self.wrong(setting, format!("a password is set, but {} is not; Uzum sends both", names.login))
            }
            (_, Kept::Nothing) => {
                self.wrong(names.login, format!("a login is set, but {} is not; Uzum sends both", names.password))
            }
            (login, Kept::Text(password, _)) => Some(Pair::new(login, password)),
        }
    }

    /// A service's number; `Some(None)` when it is not set.
    fn uzum_service(&mut self, setting: &'static str, text: &str) -> Option<Option<i64>> {
        if text.is_empty() {
            return Some(None);
        }
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if plain && number > 0 => Some(Some(number)),
            Ok(_) | Err(_) => self.wrong(setting, "it is a number of digits alone, as Uzum gave it to your service"),
        }
    }

    fn uzum_link(&mut self, config: &Config, service_id: i64) -> Option<PayLink> {
        match Template::parse(&config.uzum.link) {
            Ok(template) => Some(PayLink { template, service_id, account_key: config.uzum.account_key.clone() }),
            Err(error) => self.wrong("uzum.link", error.to_string()),
        }
    }

    /// The rules; which services are ours is said by whoever knows whether Uzum is connected.
    fn uzum_rules(&mut self, config: &Config) -> Option<Rules> {
        let uzum = &config.uzum;
        let is_name = |text: &str| {
            (1..=ACCOUNT_KEY_CHARS_MAX).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        let account_key = match uzum.account_key.as_str() {
            "amount" => self.wrong("uzum.account_key", "amount is the name of the sum in Uzum's answers; use another"),
            key if is_name(key) => Some(key.to_owned()),
            _ => self.wrong("uzum.account_key", "use letters, digits, _ and - only, exactly as agreed with Uzum"),
        };
        let error_code_form = match uzum.error_code.as_str() {
            "text" => Some(ErrorCodeForm::Text),
            "number" => Some(ErrorCodeForm::Number),
            _ => self.wrong("uzum.error_code", "choose \"text\" or \"number\""),
        };
        let busy_order_code = BusyCode::new(uzum.busy_order_code);
        let busy_order_code =
            busy_order_code.or_else(|| self.wrong("uzum.busy_order_code", "choose 10007, 10008, 10009 or 99999"));
        let refunds = match uzum.refunds.as_str() {
            "always" => Some(RefundPolicy::Always),
            "before_printing" => Some(RefundPolicy::BeforePrinting),
            "never" => Some(RefundPolicy::Never),
            _ => self.wrong("uzum.refunds", "choose \"always\", \"before_printing\" or \"never\""),
        };
        let timeout = self.number("uzum.transaction_seconds", uzum.transaction_seconds, 60..=86_400);
        Some(Rules {
            service_ids: Vec::new(),
            account_key: account_key?,
            error_code_form: error_code_form?,
            busy_order_code: busy_order_code?,
            refunds: refunds?,
            timeout: SpanMs::seconds(timeout?),
        })
    }
}

/// The password that says that Uzum is connected: the real one, or while there is none yet, the one for tests.
pub(super) const fn uzum_key(passwords: &[Kept; 2]) -> &Kept {
    match passwords {
        [Kept::Nothing, test] => test,
        [real, _] => real,
    }
}
