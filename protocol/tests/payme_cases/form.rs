//! The form of a case file. Members that a case does not need are left out; what they are then stands here.

use boothpay_protocol::fiscal::FiscalItem;
use boothpay_protocol::ledger::refunds::RefundPolicy;
use boothpay_protocol::payme::rules::{AccountCode, Rules as PaymeRules, TimeoutBase};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::time::SpanMs;
use serde::Deserialize;

/// When orders are made unless a case says otherwise; transactions come later.
pub const MADE: i64 = 1_700_000_000_000;

/// Until when orders can be paid unless a case says otherwise: longer than any case lasts.
const FAR: i64 = 1_900_000_000_000;

/// What most orders of the cases cost, in tiyin.
const PRICE: i64 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The time of the call.
    pub now: i64,
    /// The body, as sent.
    pub request: String,
    /// The body of the answer; an error's `message` is a name in `messages.toml`.
    pub reply: String,
    /// What is written: changes of the order as the journal keeps them, each with its time. Most calls write nothing.
    #[serde(default = "nothing")]
    pub changes: String,
    /// The answer when the same call comes again after the changes, if it is not the same answer.
    pub repeated: Option<String>,
    /// The period that a statement is asked for.
    pub period: Option<[i64; 2]>,
    #[serde(default)]
    pub rows: RowsForm,
    #[serde(default)]
    pub rules: RulesForm,
    /// Who calls, when it is proven.
    pub keys: Option<KeysForm>,
    /// The key that is written.
    pub new_key: Option<KeyForm>,
}

fn nothing() -> String {
    "[]".to_owned()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsForm {
    #[serde(default)]
    pub order: Vec<OrderForm>,
    /// In the order of creation: their numbers are 1, 2, ... unless given.
    #[serde(default)]
    pub transaction: Vec<TransactionForm>,
    pub key: Option<KeyForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderForm {
    pub id: String,
    pub status: String,
    #[serde(default = "price")]
    pub amount: i64,
    #[serde(default = "one")]
    pub copies: u16,
    #[serde(default = "made")]
    pub created_at: i64,
    #[serde(default = "far")]
    pub expires_at: i64,
    pub printed_at: Option<i64>,
    /// The time of the last change; otherwise the last time that stands in the order's rows.
    pub changed_at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionForm {
    pub id: String,
    pub state: i64,
    pub create_time: i64,
    pub perform_time: Option<i64>,
    pub cancel_time: Option<i64>,
    pub reason: Option<i64>,
    /// The provider's time; otherwise a quarter of a second before ours.
    pub time: Option<i64>,
    pub number: Option<i64>,
    /// Whose; otherwise the first order's.
    pub order: Option<String>,
    #[serde(default = "payme")]
    pub provider: String,
    /// The account as received; otherwise the plain one of its order.
    pub account: Option<String>,
    pub fiscal_perform: Option<String>,
    pub fiscal_cancel: Option<String>,
}

fn price() -> i64 {
    PRICE
}

fn one() -> u16 {
    1
}

fn made() -> i64 {
    MADE
}

fn far() -> i64 {
    FAR
}

fn payme() -> String {
    "payme".to_owned()
}

/// A stored key, as the texts whose digests are stored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyForm {
    pub key: String,
    pub replaces: String,
    /// When; asked of keys that are written only.
    pub at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysForm {
    pub configured: String,
    pub proven: String,
}

/// Settings that differ from the defaults, under the names of `config.default.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesForm {
    account_field: Option<String>,
    busy_order_code: Option<i64>,
    closed_order_code: Option<i64>,
    check_refuses_busy: Option<bool>,
    refunds: Option<String>,
    transaction_seconds: Option<u32>,
    transaction_seconds_from: Option<String>,
    refuse_stale_create: Option<bool>,
    change_password: Option<bool>,
    additional: Option<bool>,
    fiscal: Option<FiscalForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FiscalForm {
    title: String,
    code: String,
    package_code: String,
    vat_percent: u8,
    units: Option<u32>,
}

impl RulesForm {
    /// The defaults with the overrides.
    pub fn rules(self) -> Rules {
        let base = PaymeRules::default();
        let code = |code| AccountCode::new(code).expect("a code that Payme documents");
        let payme = PaymeRules {
            account_field: self.account_field.unwrap_or(base.account_field),
            busy_order_code: self.busy_order_code.map_or(base.busy_order_code, code),
            closed_order_code: self.closed_order_code.map_or(base.closed_order_code, code),
            check_refuses_busy: self.check_refuses_busy.unwrap_or(base.check_refuses_busy),
            refunds: match self.refunds.as_deref() {
                None => base.refunds,
                Some("always") => RefundPolicy::Always,
                Some("before_printing") => RefundPolicy::BeforePrinting,
                Some("never") => RefundPolicy::Never,
                Some(other) => panic!("no refund policy: {other}"),
            },
            timeout: self.transaction_seconds.map_or(base.timeout, SpanMs::seconds),
            timeout_base: match self.transaction_seconds_from.as_deref() {
                None => base.timeout_base,
                Some("create_time") => TimeoutBase::CreateTime,
                Some("payme_time") => TimeoutBase::PaymeTime,
                Some(other) => panic!("no beginning of a timeout: {other}"),
            },
            refuse_stale_create: self.refuse_stale_create.unwrap_or(base.refuse_stale_create),
            change_password: self.change_password.unwrap_or(base.change_password),
            fiscal: self.fiscal.map(|fiscal| FiscalItem {
                title: fiscal.title,
                code: fiscal.code,
                package_code: fiscal.package_code,
                vat_percent: fiscal.vat_percent,
                units: fiscal.units,
            }),
            additional: self.additional.unwrap_or(base.additional),
        };
        Rules { payme: payme.into(), ..Rules::default() }
    }
}
