//! An order as the booth's page sees it: everything that its screens need, in one object.

use crate::api::payment_status;
use crate::app::App;
use crate::qr;
use boothpay_protocol::order::Order;
use boothpay_protocol::payme::checkout::Language;
use boothpay_protocol::shop::{self, Standing};
use boothpay_protocol::transaction::Transaction;
use serde::Serialize;

/// What the page is told. Times are milliseconds on this server's clock; `now` lets the page set its own by it.
#[derive(Serialize)]
pub(crate) struct Snapshot {
    order_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    copies: u16,
    amount_soum: String,
    expires_at: i64,
    now: i64,
    printed: bool,
    provider: Option<&'static str>,
    #[serde(rename = "qrCode", skip_serializing_if = "Option::is_none")]
    qr_code: Option<String>,
    #[serde(rename = "paymentUrl", skip_serializing_if = "Option::is_none")]
    payment_url: Option<String>,
}

/// An order now. Only while it can be paid does it have a code: a code that nobody may pay is never handed out.
pub(super) fn of(app: &App, order: &Order, live: Option<&Transaction>, language: Option<Language>) -> Snapshot {
    let now = app.clock.now();
    let standing = shop::standing(order, live, now);
    let (stage, link) = match standing {
        Standing::Waiting => {
            (Some("waiting"), Some(app.settings.payme.checkout.link(&order.id, order.amount, language)))
        }
        Standing::Processing => {
            (Some("processing"), Some(app.settings.payme.checkout.link(&order.id, order.amount, language)))
        }
        Standing::Paid | Standing::Cancelled | Standing::Refunded | Standing::Expired => (None, None),
    };
    Snapshot {
        order_id: order.id.to_string(),
        status: payment_status::word(standing),
        stage,
        copies: order.copies.get(),
        amount_soum: order.amount.soum().to_string(),
        expires_at: order.expires_at.ms(),
        now: now.ms(),
        printed: order.printed_at.is_some(),
        provider: (standing == Standing::Paid).then(|| live.map(|live| live.provider.word())).flatten(),
        qr_code: link.as_deref().and_then(qr::data_uri),
        payment_url: link,
    }
}
