//! From a body to a call. Only the form is judged here; what the values mean is for the decision.

use super::fields::Fields;
use crate::click::limits::{FIELD_BYTES_MAX, NUMBER_DIGITS_MAX};
use crate::click::signature::Signed;
use crate::click::{Action, Call, Payment, Refusal, provider_id, sign_time};
use crate::ledger::order::OrderId;
use crate::money::Tiyin;

/// The address that a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// That of one action.
    Of(Action),
    /// The one for both, which goes by `action`.
    Shared,
}

/// A body, read as far as it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Click's number of the attempt, for the answer to repeat.
    pub click_trans_id: Option<i64>,
    /// What the link named, for the answer to repeat.
    pub merchant_trans_id: Option<String>,
    /// The request, or what is wrong with the body.
    pub request: Result<Request, Refusal>,
}

impl Envelope {
    /// For a request whose body was not, or could not be, read.
    pub const fn unread(refusal: Refusal) -> Self {
        Self { click_trans_id: None, merchant_trans_id: None, request: Err(refusal) }
    }
}

/// A request whose form is right. Nobody has looked at its signature yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is signed, and by what.
    pub signed: Signed,
    /// The service that it names.
    pub service_id: i64,
    action: Option<Action>,
    payment: Payment,
    prepare_id: Option<i64>,
}

impl Request {
    /// The call that it is, at the address that it came to.
    pub fn call(self, route: Route) -> Result<Call, Refusal> {
        let belongs = match route {
            Route::Of(action) => self.action == Some(action),
            Route::Shared => true,
        };
        match (self.action, self.prepare_id) {
            (Some(Action::Prepare), _) if belongs => Ok(Call::Prepare(self.payment)),
            (Some(Action::Complete), Some(prepare_id)) if belongs => {
                Ok(Call::Complete { payment: self.payment, prepare_id })
            }
            (Some(_) | None, _) => Err(Refusal::WrongAction),
        }
    }
}

/// Reads a body. Fields that the API does not know are ignored; doubled fields are an error.
pub fn read(body: &[u8], route: Route) -> Envelope {
    let fields = match Fields::of(body) {
        Ok(fields) => fields,
        Err(refusal) => return Envelope::unread(refusal),
    };
    let echo = fields.get("merchant_trans_id").filter(|text| text.len() <= FIELD_BYTES_MAX);
    Envelope {
        click_trans_id: fields.get("click_trans_id").and_then(whole).filter(|id| *id > 0),
        merchant_trans_id: echo.map(str::to_owned),
        request: read_request(&fields, route),
    }
}

fn read_request(fields: &Fields, route: Route) -> Result<Request, Refusal> {
    if fields.has_duplicates() {
        return Err(Refusal::BadForm("a field appears twice"));
    }
    let text = |name, fault| {
        let value = fields.get(name).filter(|text| !text.is_empty() && text.len() <= FIELD_BYTES_MAX);
        value.ok_or(Refusal::BadForm(fault))
    };
    let click_trans_id = text("click_trans_id", "`click_trans_id` is missing or too long")?;
    let service_id = text("service_id", "`service_id` is missing or too long")?;
    let paydoc_id = text("click_paydoc_id", "`click_paydoc_id` is missing or too long")?;
    let merchant_trans_id = text("merchant_trans_id", "`merchant_trans_id` is missing or too long")?;
    let amount = text("amount", "`amount` is missing or too long")?;
    let action = text("action", "`action` is missing or too long")?;
    let error = text("error", "`error` is missing or too long")?;
    let sign_time = text("sign_time", "`sign_time` is missing or too long")?;
    let sign_string = text("sign_string", "`sign_string` is missing or too long")?;
    // Nothing of it is kept, so it may be of any size, and empty: Click has nothing to note about a payment that goes well.
    fields.get("error_note").ok_or(Refusal::BadForm("`error_note` is missing"))?;

    let asked = Action::from_number(action);
    let prepare_id = fields.get("merchant_prepare_id").unwrap_or("");
    let needs_prepare_id = match route {
        Route::Of(action) => action == Action::Complete && asked != Some(Action::Prepare),
        Route::Shared => asked == Some(Action::Complete),
    };
    let number = whole(prepare_id);
    if needs_prepare_id && number.is_none() || prepare_id.len() > FIELD_BYTES_MAX {
        return Err(Refusal::BadForm("`merchant_prepare_id` is missing or not a whole number"));
    }
    let positive = |text, fault| whole(text).filter(|number| *number > 0).ok_or(Refusal::BadForm(fault));
    let trans_id = positive(click_trans_id, "`click_trans_id` is not a whole number above 0")?;
    let service = positive(service_id, "`service_id` is not a whole number above 0")?;
    let paydoc = whole(paydoc_id).filter(|number| *number >= 0);
    let payment = Payment {
        id: provider_id(service, trans_id).map_err(|_| Refusal::BadForm("`click_trans_id` is no id"))?,
        click_trans_id: trans_id,
        service_id: service,
        paydoc_id: paydoc.ok_or(Refusal::BadForm("`click_paydoc_id` is not a whole number"))?,
        // Blanks around it come from people who typed it.
        order_id: OrderId::parse(merchant_trans_id.trim()).ok(),
        amount: soum(amount),
        error: whole(error)
            .filter(|error| *error <= 0)
            .ok_or(Refusal::BadForm("`error` is not 0 or a negative number"))?,
        time: sign_time::read(sign_time).ok_or(Refusal::BadForm("`sign_time` is not YYYY-MM-DD HH:mm:ss"))?,
    };
    Ok(Request {
        signed: Signed {
            click_trans_id: click_trans_id.to_owned(),
            service_id: service_id.to_owned(),
            merchant_trans_id: merchant_trans_id.to_owned(),
            merchant_prepare_id: prepare_id.to_owned(),
            amount: amount.to_owned(),
            action: action.to_owned(),
            sign_time: sign_time.to_owned(),
            sign_string: sign_string.to_owned(),
        },
        service_id: service,
        action: asked,
        payment,
        prepare_id: number,
    })
}

/// A whole number that fits 64 bits, in plain digits.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = (1..=NUMBER_DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A sum in soum, exactly: `1000`, `1000.0` and `1000.00` are one sum. Signs, exponents, a fraction of a tiyin and digits of
/// other scripts are nobody's price.
fn soum(text: &str) -> Option<Tiyin> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { Tiyin::from_soum_text(text).ok() } else { None }
}
