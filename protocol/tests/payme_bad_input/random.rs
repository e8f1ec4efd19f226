//! Bodies that nobody thought of: whatever arrives, the answer is one JSON object with the id that was sent.

use crate::calls::{GOOD, body, object, send};
use proptest::prelude::*;

/// Sends bytes; fails unless the answer is what every answer is.
fn is_answered(bytes: &[u8]) -> Result<(), TestCaseError> {
    let outcome = send(bytes);
    let refused = outcome.code().is_some();
    prop_assert!(!(refused && outcome.writes), "a refusal writes: {}", outcome.body);
    Ok(())
}

fn good() -> impl Strategy<Value = String> {
    (0..GOOD.len(), any::<bool>()).prop_map(|(which, jsonrpc)| {
        let call = body(GOOD[which].method, &object(GOOD[which].params));
        if jsonrpc { call.replacen('{', "{\"jsonrpc\":\"2.0\",", 1) } else { call }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        is_answered(&bytes)?;
    }

    #[test]
    fn good_calls_with_some_bytes_changed_are_answered(
        call in good(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = call.into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        is_answered(&bytes)?;
    }

    #[test]
    fn good_calls_with_a_piece_of_json_put_in_are_answered(
        call in good(),
        at in any::<prop::sample::Index>(),
        piece in prop::sample::select(vec![
            "null", "true", "{}", "[]", "\"\"", "0", "-1", "1e400", "\"id\":", ",", ":", "\"", "\\", "{", "}", "\\ud800", "\u{feff}", " ",
        ]),
    ) {
        let at = at.index(call.len());
        is_answered(format!("{}{piece}{}", &call[..at], &call[at..]).as_bytes())?;
    }
}
