//! From a row to a payment, or to what contradicts itself in it.
//!
//! | status | state | transaction_id | perform_time | cancel_time | taken over as |
//! |---|---|---|---|---|---|
//! | pending | empty, 0 | | | | an order that nobody has begun to pay |
//! | pending | 1 | x | | | begun |
//! | success | 2 | x | x | | paid |
//! | failed, canceled | -1 | x | | x | begun and given up; the order is unpaid |
//! | canceled | -2 | x | maybe | x | paid and refunded |
//! | failed, canceled | empty, 0 | | | maybe | a closed order |
//!
//! Of a test payment, `state` is often empty and `transaction_id` made up; without money nothing of it is left but its order.

use super::problem::{Problem, Remark};
use super::row::{Cell, Row};
use super::{HisTime, HisTransaction, ID_MAX, Past, Payment};
use crate::click;
use crate::ledger::order::OrderId;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::transaction::{Reason, State};
use crate::money::{AmountError, Tiyin, WrittenSumError};
use crate::payme::details::ToldTimes;
use crate::providers::{self, Rules};
use crate::time::TimeMs;
use std::collections::HashMap;

/// Stands for a service of Click's that is not known: no call of Click's names it.
pub(super) const NO_SERVICE: i64 = 0;

/// No payment of his is older: 2000-01-01, before any wallet.
const EARLIEST: TimeMs = TimeMs::new(946_684_800_000);

/// A payment with what is not plain about it, or why there is none.
pub type Judged = Result<(Payment, Vec<Remark>), Problem>;

/// What a row is judged by.
pub struct Judge<'a> {
    /// Reads a time of his; `None` when it is none.
    pub time: &'a dyn Fn(&str) -> Option<HisTime>,
    /// Now.
    pub now: TimeMs,
    /// The wallets' rules: what has been begun for too long is remarked on.
    pub rules: &'a Rules,
    /// Click's service, as far as it is known: Click's ids count within a service.
    pub click_service: Option<i64>,
}

/// The `id` of a row, if it has one.
pub fn id(row: &Row) -> Option<i64> {
    let id = match row.cell("id") {
        Cell::Number(number) => *number,
        Cell::Text(text) => text.parse().ok()?,
        Cell::Nothing | Cell::Bytes => return None,
    };
    (1..=ID_MAX).contains(&id).then_some(id)
}

/// Judges all rows, each by itself and beside the others.
pub fn all(rows: &[Row], judge: &Judge<'_>) -> Vec<Judged> {
    let columns = ["id", "order_id", "transaction_id"];
    let mut seen: HashMap<(&'static str, String), usize> = HashMap::new();
    for row in rows {
        for column in columns {
            if let Some(text) = row.cell(column).text() {
                let times = seen.entry((column, text)).or_default();
                *times = times.saturating_add(1);
            }
        }
    }
    let repeated = |row: &Row| {
        columns.into_iter().find_map(|column| {
            let key = (column, row.cell(column).text()?);
            let rows = seen.get(&key).copied().filter(|rows| *rows > 1)?;
            Some(Problem::Repeated { column, value: row.cell(column).shown(), rows })
        })
    };
    rows.iter().map(|row| repeated(row).map_or_else(|| one(row, judge), Err)).collect()
}

fn one(row: &Row, judge: &Judge<'_>) -> Judged {
    let shown = |column: &str| row.cell(column).shown();
    let id = id(row).ok_or_else(|| Problem::Id(shown("id")))?;
    let order_id = row.cell("order_id").text().unwrap_or_default();
    let order_id = OrderId::parse(&order_id).map_err(|why| Problem::OrderId { found: shown("order_id"), why })?;
    let amount = amount(row.cell("amount")).map_err(|why| Problem::Amount { found: shown("amount"), why })?;
    let provider = row.cell("payment_type").text().and_then(|word| Provider::from_word(&word));
    let is_his = |it: &Provider| !matches!(it, Provider::Uzum | Provider::UzumQr | Provider::Uzqr);
    let provider = provider.filter(is_his).ok_or_else(|| Problem::Provider(shown("payment_type")))?;
    let (status, state) = (Status::of(row)?, HisState::of(row)?);
    if provider != Provider::Test && !fits(status, state) {
        return Err(Problem::StatusAndState { status: status.word(), state: state.shown() });
    }
    let times = Times::of(row, judge)?;
    let mut remarks = Vec::new();
    if times.made_late {
        remarks.push(Remark::MadeLate);
    }
    let past = match provider {
        Provider::Test => test(row, status, state, &times, judge, &mut remarks)?,
        Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr => {
            real(row, provider, status, state, &times, judge, &mut remarks)?
        }
    };
    if let Past::Transaction(HisTransaction { create_time, state: State::Created, .. }) = past
        && judge.now.since(create_time) > providers::patience(provider, judge.rules).limit
    {
        remarks.push(Remark::Abandoned);
    }
    let payment = Payment { id, order_id, amount, provider, created_at: times.created_at, past };
    Ok((payment, remarks))
}

fn amount(cell: &Cell) -> Result<Tiyin, WrittenSumError> {
    let text = cell.text().ok_or(AmountError::NotPositive)?;
    Tiyin::from_written_soum(&text)
}

/// His words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Pending,
    Success,
    Canceled,
    Failed,
}

impl Status {
    fn of(row: &Row) -> Result<Self, Problem> {
        match row.cell("status").text().as_deref() {
            Some("pending") => Ok(Self::Pending),
            Some("success") => Ok(Self::Success),
            // Ours is accepted as well.
            Some("canceled" | "cancelled") => Ok(Self::Canceled),
            Some("failed") => Ok(Self::Failed),
            Some(_) | None => Err(Problem::Status(row.cell("status").shown())),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
        }
    }
}

/// His numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HisState {
    None,
    Begun,
    Paid,
    GivenUp,
    Refunded,
}

impl HisState {
    fn of(row: &Row) -> Result<Self, Problem> {
        let cell = row.cell("state");
        match cell.text().as_deref() {
            None if cell.is_empty() => Ok(Self::None),
            Some("0") => Ok(Self::None),
            Some("1") => Ok(Self::Begun),
            Some("2") => Ok(Self::Paid),
            Some("-1") => Ok(Self::GivenUp),
            Some("-2") => Ok(Self::Refunded),
            Some(_) | None => Err(Problem::State(cell.shown())),
        }
    }

    const fn number(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Begun => 1,
            Self::Paid => 2,
            Self::GivenUp => -1,
            Self::Refunded => -2,
        }
    }

    fn shown(self) -> String {
        match self {
            Self::None => "empty or 0".to_owned(),
            Self::Begun | Self::Paid | Self::GivenUp | Self::Refunded => self.number().to_string(),
        }
    }
}

/// His times, each of which can be one, in an order that can be.
struct Times {
    created_at: TimeMs,
    made_late: bool,
    create: HisTime,
    perform: Option<HisTime>,
    cancel: Option<HisTime>,
}

impl Times {
    fn of(row: &Row, judge: &Judge<'_>) -> Result<Self, Problem> {
        let read = |column: &'static str| -> Result<Option<HisTime>, Problem> {
            let cell = row.cell(column);
            if cell.is_empty() {
                return Ok(None);
            }
            let found = || cell.shown();
            let text = match cell {
                Cell::Text(text) => text.as_str(),
                Cell::Nothing | Cell::Number(_) | Cell::Bytes => "",
            };
            let time = (judge.time)(text).ok_or_else(|| Problem::Time { column, found: found() })?;
            if time.utc < EARLIEST {
                return Err(Problem::TooEarly { column, found: found() });
            }
            if time.utc > judge.now {
                return Err(Problem::Future { column, found: found() });
            }
            Ok(Some(time))
        };
        let nothing = || Problem::Time { column: "create_time", found: "empty".to_owned() };
        let create = read("create_time")?.ok_or_else(nothing)?;
        let (perform, cancel, created) = (read("perform_time")?, read("cancel_time")?, read("created_at")?);
        let order = [("create_time", Some(create)), ("perform_time", perform), ("cancel_time", cancel)];
        let there = order.into_iter().filter_map(|(column, time)| Some((column, time?)));
        let mut before: Option<(&'static str, HisTime)> = None;
        for (later, time) in there {
            if let Some((earlier, before)) = before
                && time.utc < before.utc
            {
                return Err(Problem::Backwards { earlier, later });
            }
            before = Some((later, time));
        }
        let created_at = created.map_or(create.utc, |created| created.utc);
        let made_late = created_at > create.utc;
        Ok(Self { created_at: created_at.min(create.utc), made_late, create, perform, cancel })
    }

    /// A time that the state has to have.
    fn needed(time: Option<HisTime>, column: &'static str, state: HisState) -> Result<HisTime, Problem> {
        time.ok_or_else(|| Problem::NoTime { column, state: state.shown() })
    }

    /// A time that the state cannot have.
    fn absent(time: Option<HisTime>, column: &'static str, state: HisState) -> Result<(), Problem> {
        match time {
            None => Ok(()),
            Some(_) => Err(Problem::TimeTooMuch { column, state: state.shown() }),
        }
    }
}

/// Whether the two go together where money is concerned.
const fn fits(status: Status, state: HisState) -> bool {
    match (status, state) {
        (Status::Pending, HisState::None | HisState::Begun)
        | (Status::Success, HisState::Paid)
        | (Status::Failed, HisState::None | HisState::GivenUp)
        | (Status::Canceled, HisState::None | HisState::GivenUp | HisState::Refunded) => true,
        (Status::Pending | Status::Success | Status::Canceled | Status::Failed, _) => false,
    }
}

/// A payment of Payme's, Click's, or whoever else takes money.
fn real(
    row: &Row,
    provider: Provider,
    status: Status,
    state: HisState,
    times: &Times,
    judge: &Judge<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Past, Problem> {
    let has_id = !row.cell("transaction_id").is_empty();
    let (perform, cancel) = (("perform_time", times.perform), ("cancel_time", times.cancel));
    let absent = |(column, time): (&'static str, Option<HisTime>)| Times::absent(time, column, state);
    let needed = |(column, time): (&'static str, Option<HisTime>)| Times::needed(time, column, state);
    if state != HisState::None && !has_id {
        return Err(Problem::NoTransactionId(state.number()));
    }
    let ledger = match state {
        HisState::None if has_id => return Err(Problem::TransactionIdTooEarly),
        HisState::None => {
            absent(perform)?;
            if status == Status::Pending {
                absent(cancel)?;
                return Ok(Past::Open);
            }
            return Ok(Past::Closed);
        }
        HisState::Begun => {
            absent(perform)?;
            absent(cancel)?;
            State::Created
        }
        HisState::Paid => {
            absent(cancel)?;
            State::Performed { perform_time: needed(perform)?.utc }
        }
        HisState::GivenUp => {
            absent(perform)?;
            if status == Status::Canceled {
                remarks.push(Remark::CanceledUnpaid);
            }
            State::Cancelled { cancel_time: needed(cancel)?.utc, reason: None }
        }
        HisState::Refunded => {
            if times.perform.is_none() {
                remarks.push(Remark::NoPerformTime);
            }
            let perform_time = times.perform.map_or(times.create.utc, |time| time.utc);
            State::Refunded { perform_time, cancel_time: needed(cancel)?.utc, reason: Some(Reason::Refund) }
        }
    };
    let id = provider_id(row, provider, judge.click_service)?;
    if provider == Provider::Click && judge.click_service.is_none() {
        remarks.push(Remark::NoClickService);
    }
    let told = ToldTimes {
        create_time: Some(times.create.told),
        // Of a time that was not kept, Payme was told that there is none.
        perform_time: ledger.perform_time().map(|_| times.perform.map_or(TimeMs::new(0), |time| time.told)),
        cancel_time: times.cancel.map(|time| time.told),
    };
    Ok(Past::Transaction(HisTransaction { id, create_time: times.create.utc, state: ledger, told }))
}

/// A payment without money. Only what it did to its order matters.
fn test(
    row: &Row,
    status: Status,
    state: HisState,
    times: &Times,
    judge: &Judge<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Past, Problem> {
    let mismatch = || Problem::StatusAndState { status: status.word(), state: state.shown() };
    let create_time = times.create.utc;
    let ledger = match (status, state, times.perform) {
        (Status::Success, HisState::None | HisState::Paid, Some(perform)) => {
            Times::absent(times.cancel, "cancel_time", state)?;
            State::Performed { perform_time: perform.utc }
        }
        (Status::Success, HisState::None | HisState::Paid, None) => {
            return Err(Problem::NoTime { column: "perform_time", state: state.shown() });
        }
        (Status::Canceled, HisState::None | HisState::Refunded, Some(perform)) => {
            let cancel = Times::needed(times.cancel, "cancel_time", state)?;
            State::Refunded { perform_time: perform.utc, cancel_time: cancel.utc, reason: Some(Reason::Refund) }
        }
        (Status::Pending, HisState::None | HisState::Begun, None) => {
            if !row.cell("transaction_id").is_empty() {
                remarks.push(Remark::UnpaidTest);
            }
            return Ok(Past::Open);
        }
        (Status::Canceled | Status::Failed, HisState::None | HisState::GivenUp | HisState::Refunded, None) => {
            if !row.cell("transaction_id").is_empty() {
                remarks.push(Remark::UnpaidTest);
            }
            return Ok(Past::Closed);
        }
        (Status::Pending | Status::Success | Status::Canceled | Status::Failed, _, _) => return Err(mismatch()),
    };
    let id = provider_id(row, Provider::Test, judge.click_service)?;
    Ok(Past::Transaction(HisTransaction { id, create_time, state: ledger, told: ToldTimes::default() }))
}

/// The id under which a provider's calls name a transaction. Of Click he kept `click_trans_id`, which counts within a service.
fn provider_id(row: &Row, provider: Provider, click_service: Option<i64>) -> Result<ProviderId, Problem> {
    let text = row.cell("transaction_id").text().unwrap_or_default();
    let id = match provider {
        // Of Uzum's and of UzQR his back end knew nothing.
        Provider::Payme | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => {
            ProviderId::parse(text.trim())
        }
        Provider::Click => {
            let number =
                text.parse::<i64>().ok().filter(|number| *number > 0).filter(|number| number.to_string() == text);
            number.map_or_else(
                || ProviderId::parse(""),
                |number| click::provider_id(click_service.unwrap_or(NO_SERVICE), number),
            )
        }
    };
    id.map_err(|_| Problem::TransactionId(row.cell("transaction_id").shown(), provider.word()))
}
