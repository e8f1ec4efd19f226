//! Payme, Click and Uzum as the harnesses play them: what a server has to be set to, and calls as they go over the wire.

use crate::model::Wallet;
use boothpay_protocol::click::signature::{Unsigned, sign};
use boothpay_protocol::secret::Secret;
use serde_json::{Value, json};

/// The key of the harnesses' cashbox.
pub const KEY: &str = "a-key-for-crashes-of-36-characters-x";
/// The token that makes, closes and prints orders.
pub const API_TOKEN: &str = "a-token-for-crashes";

const SERVICE: &str = "155555";
const SECRET_KEY: &str = "TEST_SECRET_9";
const UZUM_SERVICE: i64 = 498_614;

/// The environment of a server that takes all three wallets.
pub const SETTINGS: [(&str, &str); 9] = [
    ("BOOTHPAY_PAYME_KEY", KEY),
    ("BOOTHPAY_PAYME_MERCHANT_ID", "670a6af1a048b8a82254e446"),
    ("BOOTHPAY_CLICK_SERVICE_ID", SERVICE),
    ("BOOTHPAY_CLICK_MERCHANT_ID", "7777"),
    ("BOOTHPAY_CLICK_SECRET_KEY", SECRET_KEY),
    ("BOOTHPAY_UZUM_SERVICE_ID", "498614"),
    ("BOOTHPAY_UZUM_LOGIN", "uzum"),
    ("BOOTHPAY_UZUM_PASSWORD", "a-password-for-crashes"),
    ("BOOTHPAY_API_TOKEN", API_TOKEN),
];

/// What proves a caller at an address, and the kind of body there. Click's proof is in the body.
pub fn headers(path: &str) -> (&'static str, &'static str) {
    if path.starts_with("/api/payme/") {
        ("Basic UGF5Y29tOmEta2V5LWZvci1jcmFzaGVzLW9mLTM2LWNoYXJhY3RlcnMteA==", "application/json")
    } else if path.starts_with("/api/uzum/") {
        ("Basic dXp1bTphLXBhc3N3b3JkLWZvci1jcmFzaGVz", "application/json")
    } else if path.starts_with("/api/click/") {
        ("", "application/x-www-form-urlencoded")
    } else {
        ("Bearer a-token-for-crashes", "application/json")
    }
}

/// The address and the body of a call of Payme's.
pub fn payme(method: &str, params: &Value) -> (&'static str, String) {
    ("/api/payme/webhook", json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string())
}

/// Payme's method that creates, with its parameters. A repeat says the same time.
pub fn create(id: &str, order: &str, amount: i64) -> Value {
    json!({"id": id, "time": 1_790_000_000_000_i64, "amount": amount, "account": {"order_id": order}})
}

/// The address and the body of a call of Click's; a Complete has our number of the attempt. Tiyin.
pub fn click(trans_id: i64, order: &str, amount: i64, error: i64, number: Option<i64>) -> (&'static str, String) {
    let (path, action) = if number.is_some() { ("/api/click/complete", "1") } else { ("/api/click/prepare", "0") };
    let (trans_id, number) = (trans_id.to_string(), number.map(|it| it.to_string()).unwrap_or_default());
    let (amount, sign_time) = (format!("{}.{:02}", amount / 100, amount % 100), "2026-11-21 12:00:00");
    let unsigned = Unsigned {
        click_trans_id: &trans_id,
        service_id: SERVICE,
        merchant_trans_id: order,
        prepare_id: &number,
        amount: &amount,
        action,
        sign_time,
    };
    let signature = sign(&unsigned, &Secret::new(SECRET_KEY).unwrap());
    let prepared = if number.is_empty() { String::new() } else { format!("&merchant_prepare_id={number}") };
    let body = format!(
        "click_trans_id={trans_id}&service_id={SERVICE}&click_paydoc_id=5&merchant_trans_id={order}{prepared}&amount={amount}\
         &action={action}&error={error}&error_note=&sign_time=2026-11-21+12:00:00&sign_string={signature}"
    );
    (path, body)
}

/// The address and the body of a call of Uzum's. An order and its amount are said by check and create alone.
pub fn uzum(operation: &str, trans_id: Option<&str>, order: Option<(&str, i64)>) -> (String, String) {
    let mut body = json!({"serviceId": UZUM_SERVICE, "timestamp": 1_790_000_000_000_i64});
    if let Some(id) = trans_id {
        body["transId"] = json!(id);
    }
    if let Some((order, amount)) = order {
        body["params"] = json!({"account": order});
        body["amount"] = json!(amount);
    }
    (format!("/api/uzum/{operation}"), body.to_string())
}

/// The ledger's id of an attempt of Click's.
pub fn click_id(trans_id: i64) -> String {
    format!("{SERVICE}:{trans_id}")
}

/// A number that belongs to an order alone, for ids that have to be numbers: 60 bits, of which the last three are free for
/// whoever makes several ids of it.
pub fn number_of(order: &str) -> i64 {
    let mixed = order
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    i64::try_from((mixed >> 7) << 3).unwrap()
}

/// A UUID of such a number.
pub fn uuid(number: i64) -> String {
    let digits = format!("{number:032x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

/// Whose attempt an id of the ledger belongs to, of those made here.
pub fn wallet_of(id: &str) -> Wallet {
    if id.starts_with("155555:") {
        Wallet::Click
    } else if id.starts_with("00000000-0000-0000-") {
        Wallet::Uzum
    } else {
        Wallet::Payme
    }
}
