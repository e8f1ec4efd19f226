//! What Click's Merchant API answers and what that means, as data: `protocol/tests/cases/click_api`.

use boothpay_protocol::click::api::{self, NoAnswer, PaymentStatus};
use boothpay_protocol::ledger::order::OrderId;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// `status`, `reversal`, `by order`, `items` or `receipt`.
    question: String,
    /// The HTTP status; 200 where nothing is said.
    http: Option<u16>,
    body: String,
    means: String,
}

#[test]
fn every_answer_means_what_the_document_says() {
    let file: File = toml::from_str(include_str!("../cases/click_api/answers.toml")).unwrap();
    let order = OrderId::parse("PB-1").unwrap();
    for case in &file.case {
        let (http, body) = (case.http.unwrap_or(200), case.body.as_bytes());
        let means = match case.question.as_str() {
            "status" => api::status(http, body, 9).map(|status| match status {
                PaymentStatus::Ended(code) => format!("ended {code}"),
                PaymentStatus::Created => "created".to_owned(),
                PaymentStatus::Processing => "processing".to_owned(),
                PaymentStatus::Paid => "paid".to_owned(),
            }),
            "items" => api::items(http, body).map(|()| "taken".to_owned()),
            "receipt" => api::receipt(http, body, 9).map(|url| url.unwrap_or_else(|| "none yet".to_owned())),
            "reversal" => api::reversal(http, body, 9).map(|()| "taken".to_owned()),
            "by order" => api::by_order(http, body, &order).map(|id| format!("payment {id}")),
            other => panic!("no such question: {other}"),
        };
        let means = means.unwrap_or_else(|why| match why {
            NoAnswer::NotAccepted(http) => format!("not accepted {http}"),
            NoAnswer::Refused(why) => format!("refused: {why}"),
            NoAnswer::Unavailable(http) => format!("unavailable {http}"),
            NoAnswer::Strange(why) => format!("strange: {why}"),
        });
        assert_eq!(means, case.means, "{} {http} {}", case.question, case.body);
    }
}
