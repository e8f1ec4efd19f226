//! Calls of Click's Merchant API (`reference/click.md §2.10`), each signed anew. The line to it is bounded in time and size, as
//! every line that leaves.

use super::line::{Caller, Destination, Trouble};
use crate::clock::Clock;
use crate::config::ClickApi;
use crate::limits::CLICK_API_PATIENCE;
use axum::http::Request;
use boothpay_protocol::click::api::{self, ANSWER_BYTES_MAX, NoAnswer, PaymentStatus, Question};
use boothpay_protocol::click::rules::Fiscal;
use boothpay_protocol::click::signature::Service;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::money::Tiyin;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE};

/// The API, asked about payments of one service.
pub(crate) struct Click<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) api: &'a ClickApi,
    pub(crate) service: &'a Service,
    pub(crate) clock: &'a Clock,
}

/// Why a question has no answer; in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// What was asked may have been done all the same.
    #[error("no answer from Click: {0}")]
    Lost(String),
    /// There is an answer, and none to the question.
    #[error(transparent)]
    Said(#[from] NoAnswer),
}

impl From<Trouble> for Unanswered {
    fn from(Trouble(why): Trouble) -> Self {
        Self::Lost(why)
    }
}

impl Click<'_> {
    /// What has become of a payment.
    pub(crate) async fn status(&self, payment_id: i64) -> Result<PaymentStatus, Unanswered> {
        let (http, body) = self.ask(&Question::Status { payment_id }).await?;
        Ok(api::status(http, &body, payment_id)?)
    }

    /// The number of the payment that Click has for an order of a day.
    pub(crate) async fn by_order(&self, order_id: &OrderId, day: String) -> Result<i64, Unanswered> {
        let (http, body) = self.ask(&Question::ByOrder { order_id: order_id.clone(), day }).await?;
        Ok(api::by_order(http, &body, order_id)?)
    }

    /// Asks Click to give a payment's money back. That it did only [`Click::status`] says.
    pub(crate) async fn reverse(&self, payment_id: i64) -> Result<(), Unanswered> {
        let (http, body) = self.ask(&Question::Reversal { payment_id }).await?;
        Ok(api::reversal(http, &body, payment_id)?)
    }

    /// Tells Click what was sold, for the tax receipt.
    pub(crate) async fn submit(&self, payment_id: i64, amount: Tiyin, fiscal: &Fiscal) -> Result<(), Unanswered> {
        let (http, body) = self.ask(&Question::Items { payment_id, amount, fiscal: fiscal.clone() }).await?;
        Ok(api::items(http, &body)?)
    }

    /// Where a payment's tax receipt is; `None` where it has none yet.
    pub(crate) async fn receipt(&self, payment_id: i64) -> Result<Option<String>, Unanswered> {
        let (http, body) = self.ask(&Question::Receipt { payment_id }).await?;
        Ok(api::receipt(http, &body, payment_id)?)
    }

    async fn ask(&self, question: &Question) -> Result<(u16, Bytes), Trouble> {
        let (verb, path) = question.call(self.service.id);
        let auth = api::auth(self.api.merchant_user_id, &self.service.key, self.clock.now());
        let request = Request::builder()
            .method(verb.word())
            .uri(self.api.address.below(&path))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .header("Auth", auth)
            .body(question.body(self.service.id).map_or_else(Full::default, Full::from))
            .map_err(|error| Trouble(format!("no request can be made of its address: {error}")))?;
        let to = Destination {
            address: &self.api.address,
            allow_private: true,
            patience: CLICK_API_PATIENCE,
            body_bytes_max: ANSWER_BYTES_MAX,
        };
        let answer = self.caller.call(&to, request).await?;
        Ok((answer.status.as_u16(), answer.body))
    }
}
