//! What can go wrong with a payment, as the payer's screen and the integrator's details need it.

use serde::Serialize;
use serde_json::Value;

/// The merchant's service could not be reached, or did not answer in time (reference/payme.md §4.5).
pub(super) const UNAVAILABLE: i64 = -31622;
/// The merchant's service answered, but not as the protocol wants it (reference/payme.md §4.5).
pub(super) const MISBEHAVES: i64 = -31623;
/// The merchant not found or blocked: a link for another cashbox (reference/payme.md §4.5).
pub(super) const SUPPLIER_NOT_FOUND: i64 = -31601;
/// The link's fields cannot be used (reference/payme.md §4.5).
pub(super) const INVALID_FIELD: i64 = -31610;

const INTERNAL_FAULT: i64 = -32400;
/// The same in Uzum's code (reference/uzum.md §3).
const UZUM_INTERNAL_FAULT: i64 = 99_999;
const NOT_AUTHORISED: i64 = -32504;

/// Which of the error screens fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// The merchant says no to this payment: -31001…-31099.
    Refused,
    /// The merchant's service says that it does not take Payme's calls: any other code, most often -32504.
    Service,
    /// No answer: -31622.
    Unavailable,
    /// An answer that is none: -31623.
    Misbehaves,
}

/// An error the merchant answered, or the lack of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Problem {
    pub(super) kind: Kind,
    pub(super) code: i64,
    /// The answer's own words by language; a plain string counts for all three. Absent when there are none.
    pub(super) message: Option<Box<Message>>,
    /// The answer's `data`, unchanged; null when there is none.
    pub(super) data: Value,
    /// For integrators, in English: what exactly was seen.
    pub(super) detail: String,
}

/// A localised message; a language that the answer lacks is filled from the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Message {
    pub(super) ru: String,
    pub(super) uz: String,
    pub(super) en: String,
}

impl Problem {
    pub(super) fn unavailable(detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem { kind: Kind::Unavailable, code: UNAVAILABLE, message: None, data: Value::Null, detail }
    }

    pub(super) fn misbehaves(detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem { kind: Kind::Misbehaves, code: MISBEHAVES, message: None, data: Value::Null, detail }
    }

    /// From the `error` member of an answer; `None` if it has no integer code.
    pub(super) fn answered(error: &Value) -> Option<Problem> {
        let code = error.get("code")?.as_i64()?;
        let kind = if (-31099..=-31000).contains(&code) { Kind::Refused } else { Kind::Service };
        let detail = match code {
            NOT_AUTHORISED => "the key given to the stand-in differs from the server's",
            INTERNAL_FAULT => "the server reports a fault of its own",
            _ => "",
        };
        Some(Problem {
            kind,
            code,
            message: error.get("message").and_then(Message::read).map(Box::new),
            data: error.get("data").cloned().unwrap_or(Value::Null),
            detail: detail.to_owned(),
        })
    }

    /// From a code of Uzum's, which has no words (reference/uzum.md §3): 10007 to 10018 are about the payment, the others about
    /// the service.
    pub(super) fn uzum(code: i64, detail: &str) -> Problem {
        let kind = if (10_007..=10_018).contains(&code) || code == 0 { Kind::Refused } else { Kind::Service };
        let detail = match code {
            10_001 => "the login or password given to the stand-in differs from the server's",
            10_005 => "a parameter is missing: is the account's name the one that the server expects?",
            10_006 => "the service given to the stand-in is not the server's",
            UZUM_INTERNAL_FAULT => "the server reports a fault of its own",
            _ => detail,
        };
        Problem { kind, code, message: None, data: Value::Null, detail: detail.to_owned() }
    }

    /// From the `error` of an answer to Click (reference/click.md §2.5).
    pub(super) fn of_click(error: i64, note: &str) -> Problem {
        // The amount, the order and the payment are this payment's; the rest is wrong with every one.
        let kind = if matches!(error, -2 | -4 | -5 | -6 | -9) { Kind::Refused } else { Kind::Service };
        Problem { kind, code: error, message: None, data: Value::Null, detail: note.to_owned() }
    }

    /// Whether the wallet would ask again: the outcome is not known, or the fault is said to be temporary
    /// (reference/payme.md §1.2, §1.5).
    pub(super) fn worth_repeating(&self) -> bool {
        matches!(self.kind, Kind::Unavailable | Kind::Misbehaves)
            || matches!(self.code, INTERNAL_FAULT | UZUM_INTERNAL_FAULT)
    }
}

impl Message {
    fn read(message: &Value) -> Option<Message> {
        let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let in_lang = |code: &str| message.get(code).and_then(text);
        let any = text(message).or_else(|| in_lang("ru")).or_else(|| in_lang("uz")).or_else(|| in_lang("en"))?;
        let fill = |code| in_lang(code).unwrap_or_else(|| any.clone());
        Some(Message { ru: fill("ru"), uz: fill("uz"), en: fill("en") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_an_account_error() {
        let message = json!({"ru": "Заказ не найден", "uz": "Buyurtma topilmadi", "en": "Order not found"});
        let problem = Problem::answered(&json!({"code": -31050, "message": message, "data": "order_id"})).unwrap();
        assert_eq!((problem.kind, problem.code, &problem.data), (Kind::Refused, -31050, &json!("order_id")));
        assert_eq!(serde_json::to_value(&problem.message).unwrap(), message);
        assert!(!problem.worth_repeating());
    }

    #[test]
    fn fills_missing_languages_and_takes_plain_strings() {
        let plain = Problem::answered(&json!({"code": -32504, "message": "No"})).unwrap();
        assert_eq!((plain.kind, plain.message.unwrap().uz.as_str()), (Kind::Service, "No"));
        let partial = Problem::answered(&json!({"code": -31001, "message": {"uz": "Summa", "en": ""}})).unwrap();
        assert_eq!(partial.message.unwrap().en, "Summa");
        for message in [json!(null), json!(""), json!({}), json!([1]), json!(7)] {
            assert_eq!(Problem::answered(&json!({"code": -31008, "message": message})).unwrap().message, None);
        }
        assert_eq!(Problem::answered(&json!({"code": "-31008"})), None);
    }

    #[test]
    fn only_an_unknown_outcome_is_asked_again() {
        assert!(Problem::unavailable("").worth_repeating());
        assert!(Problem::misbehaves("").worth_repeating());
        assert!(Problem::answered(&json!({"code": -32400})).unwrap().worth_repeating());
        assert!(!Problem::answered(&json!({"code": -32504})).unwrap().worth_repeating());
    }
}
