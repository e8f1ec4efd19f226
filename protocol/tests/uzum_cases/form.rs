//! The form of a case. Members that a case does not need are left out; what they are then stands here.

use boothpay_protocol::ledger::refunds::RefundPolicy;
use boothpay_protocol::providers::Rules;
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzum::rules::{BusyCode, ErrorCodeForm, Rules as UzumRules};
use serde::Deserialize;
use serde_json::Value;

/// When the order is made; each step of a case's story comes ten seconds after the one before.
pub const MADE: i64 = 1_700_000_000_000;

/// What the order costs, in tiyin.
pub const PRICE: i64 = 1_000_000;

/// Until when it can be paid: a quarter of an hour.
pub const EXPIRES: i64 = MADE + 900_000;

/// The number of the merchant's service.
pub const SERVICE: i64 = 498_614;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    pub case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The rule, with its place in the reference.
    pub name: String,
    /// What has happened to the order `booth-1`, step by step (see `world.rs`); nothing means that there is no order.
    #[serde(default = "made")]
    pub story: Vec<String>,
    /// The time of the call.
    #[serde(default = "now")]
    pub now: i64,
    /// The body, as sent.
    pub request: String,
    /// The body of the answer.
    pub reply: String,
    /// What is written: changes of the order as the journal keeps them, each with its time. Most calls write nothing.
    #[serde(default)]
    pub changes: Vec<String>,
    /// The answer when the same call comes again after the changes, if it is not the same answer.
    pub repeated: Option<String>,
    #[serde(default)]
    pub rules: RulesForm,
}

impl Case {
    /// The code that the answer has, if it is a failure.
    pub fn code(&self) -> Option<String> {
        let reply: Value = serde_json::from_str(&self.reply).unwrap();
        let code = reply.get("errorCode")?;
        Some(code.as_str().map_or_else(|| code.to_string(), str::to_owned))
    }
}

fn made() -> Vec<String> {
    vec!["made".to_owned()]
}

fn now() -> i64 {
    MADE + 60_000
}

/// Settings that differ from the defaults, under the names of `config.default.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesForm {
    account_key: Option<String>,
    error_code: Option<String>,
    busy_order_code: Option<i64>,
    refunds: Option<String>,
    transaction_seconds: Option<u32>,
    service_ids: Option<Vec<i64>>,
}

impl RulesForm {
    /// The defaults with the overrides.
    pub fn rules(&self) -> Rules {
        let base = UzumRules::default();
        let uzum = UzumRules {
            service_ids: self.service_ids.clone().unwrap_or_else(|| vec![SERVICE]),
            account_key: self.account_key.clone().unwrap_or(base.account_key),
            error_code_form: match self.error_code.as_deref() {
                None => base.error_code_form,
                Some("number") => ErrorCodeForm::Number,
                Some(other) => panic!("no form of an error code: {other}"),
            },
            busy_order_code: self.busy_order_code.map_or(base.busy_order_code, |code| BusyCode::new(code).unwrap()),
            refunds: match self.refunds.as_deref() {
                None => base.refunds,
                Some("before_printing") => RefundPolicy::BeforePrinting,
                Some("never") => RefundPolicy::Never,
                Some(other) => panic!("no refund policy: {other}"),
            },
            timeout: self.transaction_seconds.map_or(base.timeout, SpanMs::seconds),
        };
        Rules { uzum: uzum.into(), ..Rules::default() }
    }
}
