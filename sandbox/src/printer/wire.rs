//! The calls of IPP that the machine answers: Get-Printer-Attributes, Validate-Job, Print-Job, Get-Job-Attributes, Get-Jobs, Cancel-Job.

use super::machine::{Job, Machine, Taken};
use axum::body::Bytes;
use ipp::parser::{IppParseError, IppParser};
// What reads numbers as operations has no name that could be imported alone.
use ipp::prelude::*;
use ipp::reader::IppReader;
use ipp::value::{IppKeyword, IppName, IppTextValue};
use std::io::{Cursor, Read};
use std::time::Instant;

pub(super) enum Answer {
    Whole(Bytes),
    Half(Bytes),
    /// HTTP's own refusal, as CUPS does it.
    Unauthorised,
}

pub(super) fn answer(machine: &mut Machine, call: Bytes, now: Instant) -> Answer {
    // What is no call of IPP gets an answer that is none either.
    try_to_answer(machine, call, now).unwrap_or_else(|_| Answer::Whole(Bytes::new()))
}

fn try_to_answer(machine: &mut Machine, call: Bytes, now: Instant) -> Result<Answer, IppParseError> {
    machine.go_on(now);
    if machine.locks_out {
        return Ok(Answer::Unauthorised);
    }
    let call = IppParser::new(IppReader::new(Cursor::new(call))).parse()?;
    let number = call.header().request_id;
    let reply = |status| IppRequestResponse::new_response(IppVersion::v1_1(), status, number);
    let asked = |name: &str| -> Option<IppValue> {
        let group = call.attributes().first_of(DelimiterTag::OperationAttributes)?;
        group.get(name).map(|attribute| attribute.value().clone())
    };
    let job_id = match asked("job-id") {
        Some(IppValue::Integer(id)) => Some(id),
        Some(_) | None => None,
    };
    let operation = Operation::from_i16(call.header().operation_or_status);
    let done = match operation {
        Some(Operation::PrintJob | Operation::ValidateJob) if machine.wants_password => {
            return Ok(Answer::Unauthorised);
        }
        Some(Operation::ValidateJob) => reply(StatusCode::SuccessfulOk)?,
        Some(Operation::GetPrinterAttributes) => {
            let mut answer = reply(StatusCode::SuccessfulOk)?;
            answer.attributes_mut().groups_mut().push(printer(machine)?);
            answer
        }
        Some(Operation::PrintJob) => {
            let name = match asked("job-name") {
                Some(IppValue::NameWithoutLanguage(name)) => name.as_str().to_owned(),
                Some(_) | None => "nameless".to_owned(),
            };
            let mut picture = Vec::new();
            call.into_payload().read_to_end(&mut picture)?;
            let (id, is_heard) = match machine.take(name, picture, now) {
                Taken::As(id) => (id, true),
                Taken::Unheard(id) => (id, false),
                Taken::Lost => return Ok(Answer::Half(reply(StatusCode::ServerErrorInternalError)?.to_bytes())),
                Taken::Refused => return Ok(Answer::Whole(reply(StatusCode::ServerErrorBusy)?.to_bytes())),
            };
            let mut answer = reply(StatusCode::SuccessfulOk)?;
            let taken = machine.jobs.iter().filter(|job| job.id == id);
            for job in taken {
                answer.attributes_mut().groups_mut().push(described(job)?);
            }
            return Ok(if is_heard { Answer::Whole(answer.to_bytes()) } else { Answer::Half(answer.to_bytes()) });
        }
        Some(Operation::GetJobAttributes) => match machine.jobs.iter().find(|job| Some(job.id) == job_id) {
            Some(job) => {
                let mut answer = reply(StatusCode::SuccessfulOk)?;
                answer.attributes_mut().groups_mut().push(described(job)?);
                answer
            }
            None => reply(StatusCode::ClientErrorNotFound)?,
        },
        Some(Operation::GetJobs) => {
            let wants_over =
                matches!(asked("which-jobs"), Some(IppValue::Keyword(word)) if word.as_str() == "completed");
            let mut answer = reply(StatusCode::SuccessfulOk)?;
            let listed = |job: &&Job| job.state.is_over() == wants_over && !machine.is_forgetful;
            for job in machine.jobs.iter().filter(listed) {
                answer.attributes_mut().groups_mut().push(described(job)?);
            }
            answer
        }
        Some(Operation::CancelJob) => {
            let went = job_id.is_some_and(|id| machine.cancel(id, now));
            reply(if went { StatusCode::SuccessfulOk } else { StatusCode::ClientErrorNotPossible })?
        }
        Some(_) | None => reply(StatusCode::ServerErrorOperationNotSupported)?,
    };
    Ok(Answer::Whole(done.to_bytes()))
}

fn printer(machine: &Machine) -> Result<IppAttributeGroup, IppParseError> {
    let mut group = IppAttributeGroup::new(DelimiterTag::PrinterAttributes);
    let mut add = |name: &str, value: IppValue| -> Result<(), IppParseError> {
        group.attributes_mut().push(IppAttribute::with_name(name, value)?);
        Ok(())
    };
    // idle, or processing (RFC 8011, 5.4.11).
    add("printer-state", IppValue::Enum(if machine.is_printing() { 4 } else { 3 }))?;
    add("printer-state-reasons", keywords(&machine.reasons())?)?;
    add("printer-is-accepting-jobs", IppValue::Boolean(true))?;
    if machine.is_queue {
        add("printer-type", IppValue::Enum(0))?;
    }
    if let Some(left) = machine.left {
        let message = format!("{left} native prints remaining on 4x6 ribbon");
        add("marker-message", IppValue::TextWithoutLanguage(IppTextValue::new(message.as_str())?))?;
    }
    Ok(group)
}

fn described(job: &Job) -> Result<IppAttributeGroup, IppParseError> {
    let mut group = IppAttributeGroup::new(DelimiterTag::JobAttributes);
    let mut add = |name: &str, value: IppValue| -> Result<(), IppParseError> {
        group.attributes_mut().push(IppAttribute::with_name(name, value)?);
        Ok(())
    };
    add("job-id", IppValue::Integer(job.id))?;
    add("job-name", IppValue::NameWithoutLanguage(IppName::new(job.name.as_str())?))?;
    add("job-state", IppValue::Enum(job.state.number()))?;
    add("job-state-reasons", keywords(&["none".to_owned()])?)?;
    Ok(group)
}

fn keywords(words: &[String]) -> Result<IppValue, IppParseError> {
    let values: Result<Vec<IppValue>, IppParseError> =
        words.iter().map(|word| IppKeyword::new(word.as_str()).map(IppValue::Keyword)).collect();
    let mut values = values?;
    Ok(if values.len() == 1 { values.remove(0) } else { IppValue::Array(values) })
}
