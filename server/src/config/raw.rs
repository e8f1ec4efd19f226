//! The settings as written: the shape of `config.default.toml`. An empty text means "not set".

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// All settings as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // config.default.toml explains every one of them, to the people who set them.
pub struct Config {
    pub listen: String,
    pub webhook_listen: String,
    pub database: Hidden,
    pub cors_origins: Vec<String>,
    pub host_names: Vec<String>,
    pub trusted_proxies: Vec<String>,
    pub public: Public,
    pub booth: Booth,
    pub texts: Texts,
    pub payme: Payme,
    pub click: Click,
    pub uzum: Uzum,
    pub uzum_qr: UzumQr,
    pub uzqr: Uzqr,
    pub admin: Admin,
    pub api: Api,
    pub photos: Photos,
    pub camera: Camera,
    pub prints: Prints,
    pub layouts: Layouts,
    pub telegram: Telegram,
    pub alerts: Alerts,
    pub limits: Limits,
    pub metrics: Metrics,
    pub backup: Backup,
    pub log: Log,
    pub development: Development,
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Public {
    pub domain: String,
    pub listen: String,
    pub http_listen: String,
    pub contact: String,
    pub authority: String,
    pub folder: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Metrics {
    pub listen: String,
    pub token: Hidden,
    pub token_file: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Booth {
    pub id: String,
    pub name: String,
    pub support_phone: String,
    pub language: String,
    pub time_zone: String,
    pub base_price: i64,
    pub extra_copy_price: i64,
    pub max_copies: i64,
    pub order_seconds: i64,
    pub payment_screen_seconds: i64,
    pub idle_seconds: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Texts {
    pub ru: TextsOf,
    pub uz: TextsOf,
    pub en: TextsOf,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TextsOf {
    pub title: String,
    pub lead: String,
    pub consent: String,
    pub thanks: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Payme {
    pub merchant_id: String,
    pub key: Hidden,
    pub key_file: String,
    pub account_field: String,
    pub checkout: String,
    pub merchant_id_as_login: bool,
    pub refunds: String,
    pub busy_order_code: i64,
    pub closed_order_code: i64,
    pub check_refuses_busy: bool,
    pub transaction_seconds: i64,
    pub transaction_seconds_from: String,
    pub refuse_stale_create: bool,
    pub change_password: bool,
    pub additional: bool,
    pub fiscal: Fiscal,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Fiscal {
    pub title: String,
    pub code: String,
    pub package_code: String,
    pub vat_percent: i64,
    pub units: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Click {
    pub service_id: String,
    pub merchant_id: String,
    pub merchant_user_id: String,
    pub secret_key: Hidden,
    pub secret_key_file: String,
    pub other_services: Vec<String>,
    pub pay_page: String,
    pub api: String,
    pub refund_needs_status: bool,
    pub hold_seconds: i64,
    pub busy_order_error: i64,
    pub cancel_after_payment_error: i64,
    pub fiscal: ClickFiscal,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ClickFiscal {
    pub title: String,
    pub code: String,
    pub package_code: String,
    pub vat_percent: i64,
    pub units: i64,
    pub tin: String,
    pub pinfl: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Uzum {
    pub service_id: String,
    pub login: String,
    pub password: Hidden,
    pub password_file: String,
    pub test_service_id: String,
    pub test_login: String,
    pub test_password: Hidden,
    pub test_password_file: String,
    pub account_key: String,
    pub link: String,
    pub error_code: String,
    pub busy_order_code: i64,
    pub refunds: String,
    pub transaction_seconds: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct UzumQr {
    pub service_id: String,
    pub user_id: String,
    pub secret_key: Hidden,
    pub secret_key_file: String,
    pub api: String,
    pub time_offset_seconds: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Uzqr {
    pub picture: String,
    pub text: String,
    pub wait_seconds: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Admin {
    pub token: Hidden,
    pub token_file: String,
    pub panel: String,
    pub operator_refund: i64,
    pub wallets_file: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Alerts {
    pub quiet: String,
    pub summary: String,
    pub silence_minutes: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Api {
    pub token: Hidden,
    pub token_file: String,
    pub trust_this_computer: bool,
    pub claim_at_screen: bool,
    #[serde(default)]
    pub tokens: BTreeMap<String, ScopedToken>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ScopedToken {
    pub token: Hidden,
    pub token_file: String,
    pub scopes: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Camera {
    pub gphoto2: String,
    pub folder: String,
    pub command: Vec<String>,
    pub wait_seconds: i64,
    pub files: String,
    pub live_view: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Photos {
    pub source: String,
    pub pay: String,
    pub retakes: i64,
    pub countdown_seconds: i64,
    pub keep_hours: i64,
    pub public_address: String,
    pub folder: String,
    pub session_minutes: i64,
    pub wanted: i64,
    pub most: i64,
    pub disk_mb: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Prints {
    pub by: String,
    pub folder: String,
    pub command: Vec<String>,
    pub printer: String,
    pub device: String,
    pub certificate: String,
    pub spooler: String,
    pub sheet_seconds: i64,
    pub media_4x6: String,
    pub media_6x8: String,
    pub media_strips: String,
    pub roll_sheets: i64,
    pub low_at: i64,
    pub job_seconds: i64,
    pub wait_seconds: i64,
    pub claim_days: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Telegram {
    pub token: Hidden,
    pub token_file: String,
    pub api: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Limits {
    pub connections: i64,
    pub connections_by_address: i64,
    pub watchers: i64,
    pub watchers_by_address: i64,
    pub head_seconds: i64,
    pub body_seconds: i64,
    pub keep_alive_seconds: i64,
    pub orders_per_minute: i64,
    pub claims_per_minute: i64,
    pub statuses_per_minute: i64,
    pub wrong_keys_per_minute: i64,
    pub addresses_behind_proxy: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Layouts {
    pub folder: String,
    pub not_offered: Vec<String>,
    pub pixels_4x6: String,
    pub pixels_6x8: String,
    pub margin_mm: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Backup {
    pub folder: String,
    pub every_hours: i64,
    pub keep: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Log {
    pub format: String,
    pub level: String,
    pub file: String,
    pub file_megabytes: i64,
    pub files_kept: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Development {
    pub checkout: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Webhook {
    pub name: String,
    pub url: String,
    pub secret: Hidden,
    pub secret_file: String,
    pub events: Vec<String>,
    pub allow_private: bool,
}

/// A secret as written; never printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub(super) String);

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}
