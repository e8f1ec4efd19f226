//! From an address and a body to a call. Only the form is judged here; what the values mean is for the decision.
//!
//! | body | code |
//! |---|---|
//! | not JSON, no object, a member doubled, too long | 10002 |
//! | a required member missing, null, empty, or of another kind | 10005 |
//! | `serviceId` an integer that is not ours | 10006 |
//! | `params` without the agreed member, or with one that is no text and no number | 10005 |
//! | the agreed member's value can be no order's id | 10007, by the decision |

use crate::ledger::order::OrderId;
use crate::members::{Members, integer, number, string};
use crate::money::Tiyin;
use crate::time::TimeMs;
use crate::uzum::details::{self, CardType, Payment};
use crate::uzum::limits::PARAMS_BYTES_MAX;
use crate::uzum::rules::Rules;
use crate::uzum::{Account, AskedAmount, Call, Operation, Refusal, TransId};
use serde_json::value::RawValue;

/// A body, read as far as it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The `serviceId` that an answer repeats; none when there is none to be read.
    pub service_id: Option<i64>,
    /// The `transId` as sent, that an answer repeats; only when it is one.
    pub trans_id: Option<String>,
    /// The call, or what is wrong with the body.
    pub call: Result<Call, Refusal>,
}

impl Envelope {
    /// For a request whose body was not, or could not be, read.
    pub const fn unread(refusal: Refusal) -> Self {
        Self { service_id: None, trans_id: None, call: Err(refusal) }
    }
}

/// Reads a body that was sent to an operation's address. Members that the API does not know are ignored.
pub fn read(operation: Operation, body: &[u8], rules: &Rules) -> Envelope {
    let raw = std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    let Some(raw) = raw else { return Envelope::unread(Refusal::NotJson) };
    let Some(members) = Members::of(raw) else {
        return Envelope::unread(Refusal::BadForm("The body is not a JSON object."));
    };
    Envelope {
        service_id: members.get("serviceId").and_then(integer),
        trans_id: members.get("transId").and_then(string).filter(|text| TransId::parse(text).is_some()),
        call: read_call(operation, &members, rules),
    }
}

fn read_call(operation: Operation, members: &Members<'_>, rules: &Rules) -> Result<Call, Refusal> {
    if members.has_duplicates() {
        return Err(Refusal::BadForm("A member of the request appears twice."));
    }
    let service_id = members.get("serviceId").and_then(integer);
    let service_id = service_id.ok_or(Refusal::Missing("`serviceId` is missing or not an integer."))?;
    if !rules.is_ours(service_id) {
        return Err(Refusal::OtherService);
    }
    let time = members.get("timestamp").and_then(integer).filter(|ms| *ms > 0).map(TimeMs::new);
    let time = time.ok_or(Refusal::Missing("`timestamp` is missing or not a positive integer."))?;
    match operation {
        Operation::Check => Ok(Call::Check { account: account(members, rules)? }),
        Operation::Create => Ok(Call::Create {
            id: trans_id(members)?,
            time,
            account: account(members, rules)?,
            amount: amount(members)?,
        }),
        Operation::Confirm => Ok(Call::Confirm { id: trans_id(members)?, payment: payment(members) }),
        Operation::Reverse => Ok(Call::Reverse { id: trans_id(members)? }),
        Operation::Status => Ok(Call::Status { id: trans_id(members)? }),
    }
}

fn trans_id(members: &Members<'_>) -> Result<TransId, Refusal> {
    let id = members.get("transId").and_then(string).and_then(|text| TransId::parse(&text));
    id.ok_or(Refusal::Missing("`transId` is missing or not a UUID."))
}

/// Another kind of value is a missing one; a number that no order can cost is a wrong amount.
fn amount(members: &Members<'_>) -> Result<AskedAmount, Refusal> {
    let missing = Refusal::Missing("`amount` is missing or not a number.");
    let raw = members.get("amount").ok_or(missing)?;
    number(raw).ok_or(missing)?;
    Ok(AskedAmount(Tiyin::from_tiyin_text(raw.get())))
}

/// The agreed member may be a text or a number; blanks around it come from people who typed it.
fn account(members: &Members<'_>, rules: &Rules) -> Result<Account, Refusal> {
    let raw = members.get("params").ok_or(Refusal::Missing("`params` is missing."))?;
    let params = Members::of(raw).ok_or(Refusal::Missing("`params` is not an object."))?;
    if params.has_duplicates() {
        return Err(Refusal::BadForm("A member of `params` appears twice."));
    }
    if raw.get().len() > PARAMS_BYTES_MAX {
        return Err(Refusal::BadForm("`params` is too large."));
    }
    let text = params.get(&rules.account_key).and_then(scalar_text);
    let text = text.filter(|text| !text.trim().is_empty());
    let text = text.ok_or(Refusal::Missing(
        "`params` has no value under the name in uzum.account_key; the name has to be the one that Uzum set up.",
    ))?;
    Ok(Account { json: raw.get().to_owned(), order_id: OrderId::parse(text.trim()).ok() })
}

/// A string's text, or a number as written.
fn scalar_text(raw: &RawValue) -> Option<String> {
    string(raw).or_else(|| number(raw).map(|_| raw.get().to_owned()))
}

/// The customer was debited: whatever stands here, the confirm counts, and what has its form is kept.
fn payment(members: &Members<'_>) -> Payment {
    let word = |name| members.get(name).and_then(scalar_text).as_deref().and_then(details::word);
    let phone = members.get("phone").and_then(scalar_text);
    Payment {
        source: word("paymentSource"),
        tariff: word("tariff"),
        reference: word("processingReferenceNumber"),
        card: members.get("cardType").and_then(integer).and_then(CardType::from_number),
        phone_end: phone.as_deref().and_then(details::phone_end),
    }
}
