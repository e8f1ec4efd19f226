//! What is sent: `{"type": …, "timestamp": …, "data": {…}}`. It follows from the task alone, so each attempt sends the same.

use boothpay_protocol::alerts;
use boothpay_protocol::ledger::event::{Event, Message};
use boothpay_protocol::time::TimeMs;
use jiff::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
struct Body<D> {
    #[serde(rename = "type")]
    event: Event,
    timestamp: String,
    data: D,
}

/// The body of a task's message; `None` when the payload is none.
pub(crate) fn body(payload: &str) -> Option<String> {
    if let Ok(Message { event, at_ms, data }) = serde_json::from_str(payload) {
        return serde_json::to_string(&Body { event, timestamp: timestamp(at_ms)?, data }).ok();
    }
    let alerts::Message { event, at_ms, data } = serde_json::from_str(payload).ok()?;
    serde_json::to_string(&Body { event, timestamp: timestamp(at_ms)?, data }).ok()
}

/// As in `2026-11-28T10:00:00.123Z`.
fn timestamp(at: TimeMs) -> Option<String> {
    let at = Timestamp::from_millisecond(at.ms()).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_when_as_people_and_programs_write_it() {
        let payload = r#"{"type":"order.expired","at_ms":1700000000050,"data":{"order_id":"a","version":2,
                         "status":"expired","amount_tiyin":1000000,"copies":1,"booth":{"id":"main","name":"Фото"}}}"#;
        let expected = r#"{"type":"order.expired","timestamp":"2023-11-14T22:13:20.050Z","data":{"order_id":"a","version":2,"status":"expired","amount_tiyin":1000000,"copies":1,"booth":{"id":"main","name":"Фото"}}}"#;
        assert_eq!(body(payload).as_deref(), Some(expected));
        assert_eq!(body("{}"), None);
    }
}
