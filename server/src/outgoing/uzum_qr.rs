//! Calls of Uzum's Dynamic QR (`reference/uzum-qr.md`), each signed anew. The line to it is bounded in time and size, as every line
//! that leaves.

use super::line::{Caller, Destination, Trouble};
use crate::clock::Clock;
use crate::config::UzumQrSettings;
use crate::limits::UZUM_QR_PATIENCE;
use axum::http::Request;
use boothpay_protocol::ledger::provider::ProviderId;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::uzum_qr::api::{
    self, ANSWER_BYTES_MAX, NoAnswer, PATH, Payment, PaymentStatus, Question, Voided,
};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};

/// The API, asked about codes of one service.
pub(crate) struct UzumQr<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) settings: &'a UzumQrSettings,
    pub(crate) clock: &'a Clock,
}

/// Why a question has no answer; in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// What was asked may have been done all the same.
    #[error("no answer from Uzum: {0}")]
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

impl UzumQr<'_> {
    /// Has a code made. The answer is what it says.
    pub(crate) async fn create(&self, id: &ProviderId, amount: Tiyin) -> Result<String, Unanswered> {
        let (http, body) = self.ask(&Question::Create { id: id.clone(), amount }).await?;
        Ok(api::create(http, &body)?)
    }

    /// What has become of a code.
    pub(crate) async fn status(&self, id: &ProviderId) -> Result<Payment, Unanswered> {
        let (http, body) = self.ask(&Question::Status { id: id.clone() }).await?;
        Ok(api::status(http, &body)?)
    }

    /// Asks Uzum to make a code void. That it is, only [`UzumQr::status`] says.
    pub(crate) async fn cancel(&self, id: &ProviderId) -> Result<Voided, Unanswered> {
        let (http, body) = self.ask(&Question::Cancel { id: id.clone() }).await?;
        Ok(api::cancel(http, &body, id)?)
    }

    /// Asks Uzum to give a payment's money back. That it did, only [`UzumQr::status`] says.
    pub(crate) async fn reverse(&self, payment_id: &str) -> Result<PaymentStatus, Unanswered> {
        let (http, body) = self.ask(&Question::Reversal { payment_id: payment_id.to_owned() }).await?;
        Ok(api::reversal(http, &body, payment_id)?)
    }

    async fn ask(&self, question: &Question) -> Result<(u16, Bytes), Trouble> {
        let settings = self.settings;
        let (path, body) = question.call(settings.service_id);
        let proof = api::authorization(&settings.user_id, &settings.key, self.clock.now(), settings.time_offset);
        let request = Request::builder()
            .method("POST")
            .uri(settings.api.below(&format!("{PATH}/{path}")))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, proof)
            .body(Full::from(body))
            .map_err(|error| Trouble(format!("no request can be made of its address: {error}")))?;
        let to = Destination {
            address: &settings.api,
            allow_private: true,
            patience: UZUM_QR_PATIENCE,
            body_bytes_max: ANSWER_BYTES_MAX,
        };
        let answer = self.caller.call(&to, request).await?;
        Ok((answer.status.as_u16(), answer.body))
    }
}
