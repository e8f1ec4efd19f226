//! From a body to a call. Only the form is judged here; what the values mean is for the decision.

use crate::ledger::order::OrderId;
use crate::ledger::period::Period;
use crate::ledger::provider::ProviderId;
use crate::members::{Members, clamped_integer, integer, number, string};
use crate::money::Tiyin;
use crate::payme::details::FiscalDocument;
use crate::payme::limits::{ACCOUNT_BYTES_MAX, FISCAL_BYTES_MAX, PASSWORD_CHARS_MAX};
use crate::payme::rules::Rules;
use crate::payme::{Account, AskedAmount, Call, Method, Refusal};
use crate::secret::Secret;
use crate::time::TimeMs;
use serde_json::value::RawValue;

/// A body, read as far as it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The request's `id` as JSON text, exactly as sent; `null` when there is none to be read.
    pub id: String,
    /// Whether the request had a `jsonrpc` member; the answer then has one too.
    pub jsonrpc: bool,
    /// The call, or what is wrong with the body.
    pub call: Result<Call, Refusal>,
}

impl Envelope {
    /// For a request whose body was not, or could not be, read.
    pub fn unread(refusal: Refusal) -> Self {
        Self { id: "null".to_owned(), jsonrpc: false, call: Err(refusal) }
    }
}

/// Reads a body. Members that the API does not know are ignored; doubled members are an error.
pub fn read(body: &[u8], rules: &Rules) -> Envelope {
    let raw = std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    let Some(raw) = raw else { return Envelope::unread(Refusal::NotJson) };
    let Some(members) = Members::of(raw) else {
        return Envelope::unread(Refusal::BadForm("the body is not a JSON object"));
    };
    Envelope {
        id: members.get("id").map_or("null", RawValue::get).to_owned(),
        jsonrpc: members.get("jsonrpc").is_some(),
        call: read_call(&members, rules),
    }
}

fn read_call(members: &Members<'_>, rules: &Rules) -> Result<Call, Refusal> {
    if members.has_duplicates() {
        return Err(Refusal::BadForm("a member of the request appears twice"));
    }
    let name = members.get("method").and_then(string).ok_or(Refusal::BadForm("`method` is missing or not a string"))?;
    let Some(method) = Method::from_name(&name) else { return Err(Refusal::UnknownMethod(name)) };
    if method == Method::ChangePassword && !rules.change_password {
        return Err(Refusal::UnknownMethod(name));
    }
    let params =
        members.get("params").and_then(Members::of).ok_or(Refusal::BadForm("`params` is missing or no object"))?;
    if params.has_duplicates() {
        return Err(Refusal::BadForm("a member of `params` appears twice"));
    }
    match method {
        Method::CheckPerformTransaction => {
            Ok(Call::CheckPerform { amount: amount(&params)?, account: account(&params, rules)? })
        }
        Method::CreateTransaction => Ok(Call::Create {
            id: transaction_id(&params)?,
            time: time(&params)?,
            amount: amount(&params)?,
            account: account(&params, rules)?,
        }),
        Method::PerformTransaction => Ok(Call::Perform { id: transaction_id(&params)? }),
        Method::CancelTransaction => {
            let reason = params.get("reason").and_then(integer);
            let reason = reason.ok_or(Refusal::BadForm("`reason` is missing or not an integer"))?;
            Ok(Call::Cancel { id: transaction_id(&params)?, reason })
        }
        Method::CheckTransaction => Ok(Call::Check { id: transaction_id(&params)? }),
        Method::GetStatement => {
            let bound = |name, fault| params.get(name).and_then(clamped_integer).ok_or(Refusal::BadForm(fault));
            let from = bound("from", "`from` is missing or not an integer")?;
            let to = bound("to", "`to` is missing or not an integer")?;
            Ok(Call::Statement(Period { from: TimeMs::new(from), to: TimeMs::new(to) }))
        }
        Method::SetFiscalData => fiscal_data(&params),
        Method::ChangePassword => {
            let password = params.get("password").and_then(string);
            let password = password.filter(|text| text.chars().count() <= PASSWORD_CHARS_MAX).and_then(Secret::new);
            Ok(Call::ChangePassword {
                password: password.ok_or(Refusal::BadForm("`password` is missing or no string"))?,
            })
        }
    }
}

fn transaction_id(params: &Members<'_>) -> Result<ProviderId, Refusal> {
    let id = params.get("id").and_then(string).and_then(|text| ProviderId::parse(&text).ok());
    id.ok_or(Refusal::BadForm("`id` is missing or not a string of 1 to 64 characters"))
}

fn time(params: &Members<'_>) -> Result<TimeMs, Refusal> {
    let time = params.get("time").and_then(integer).filter(|ms| *ms > 0);
    time.map(TimeMs::new).ok_or(Refusal::BadForm("`time` is missing or not a positive integer"))
}

/// Wrong JSON types are malformed; numbers that no order can cost are wrong amounts (`reference/payme.md §2.2` step 1).
fn amount(params: &Members<'_>) -> Result<AskedAmount, Refusal> {
    let raw = params.get("amount").ok_or(Refusal::BadForm("`amount` is missing"))?;
    number(raw).ok_or(Refusal::BadForm("`amount` is not a number"))?;
    Ok(AskedAmount(Tiyin::from_tiyin_text(raw.get()).ok()))
}

/// The account's field may be a string or a number; blanks around it come from people who typed it.
fn account(params: &Members<'_>, rules: &Rules) -> Result<Account, Refusal> {
    let raw = params.get("account").ok_or(Refusal::BadForm("`account` is missing"))?;
    let members = Members::of(raw).ok_or(Refusal::BadForm("`account` is no object"))?;
    if members.has_duplicates() {
        return Err(Refusal::BadForm("a member of `account` appears twice"));
    }
    if raw.get().len() > ACCOUNT_BYTES_MAX {
        return Err(Refusal::BadForm("`account` is too large"));
    }
    let text = members.get(&rules.account_field).and_then(scalar_text);
    let order_id = text.and_then(|text| OrderId::parse(text.trim()).ok());
    Ok(Account { json: raw.get().to_owned(), order_id })
}

/// A string's text, or a number as written.
fn scalar_text(raw: &RawValue) -> Option<String> {
    string(raw).or_else(|| number(raw).map(|_| raw.get().to_owned()))
}

/// Every scalar of the document may be a string or a number (`reference/payme.md §2.8`), so it is kept as sent; only what
/// decides where it is kept is read.
fn fiscal_data(params: &Members<'_>) -> Result<Call, Refusal> {
    let id = params.get("id").and_then(scalar_text).and_then(|text| ProviderId::parse(&text).ok());
    let id = id.ok_or(Refusal::BadFiscalData("`id` is missing or no receipt id"))?;
    let kind = params.get("type").and_then(string);
    let document = match kind.as_deref() {
        Some("PERFORM") => FiscalDocument::Perform,
        Some("CANCEL") => FiscalDocument::Cancel,
        Some(_) | None => return Err(Refusal::BadFiscalData("`type` is neither PERFORM nor CANCEL")),
    };
    let raw = params.get("fiscal_data").ok_or(Refusal::BadFiscalData("`fiscal_data` is missing"))?;
    let members = Members::of(raw).ok_or(Refusal::BadFiscalData("`fiscal_data` is no object"))?;
    if members.has_duplicates() {
        return Err(Refusal::BadFiscalData("a member of `fiscal_data` appears twice"));
    }
    if raw.get().len() > FISCAL_BYTES_MAX {
        return Err(Refusal::BadFiscalData("`fiscal_data` is too large"));
    }
    Ok(Call::SetFiscalData { id, document, data: raw.get().to_owned() })
}
