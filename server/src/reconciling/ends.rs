//! The ends of a statement: our payments within ten minutes of them stand in this statement or in the one of the day beyond, because the
//! wallet's clock and ours differ. What neither has is missing.
//!
//! | the statement of the day beyond | what is kept of the payment | then it |
//! |---|---|---|
//! | was not compared yet | | waits for that one |
//! | was compared | nothing, or settled | was in that one |
//! | was compared | waits, open or explained | was in neither: it is missing there |

use super::Comparison;
use crate::statement::compare::AtAnEnd;
use boothpay_protocol::difference::{ComparedDay, Difference, DifferenceState};
use std::collections::BTreeMap;

/// Decides of every payment at an end whose other statement was compared: it is missing, or was found there. Those that wait stay
/// where they are. What is missing counts on the day on which it was paid: the days beyond that have one more now.
pub(super) fn judge(
    comparison: &mut Comparison,
    compared: &[ComparedDay],
    known: &BTreeMap<&str, &Difference>,
) -> Vec<ComparedDay> {
    let mut changed: BTreeMap<&str, ComparedDay> = BTreeMap::new();
    for at_an_end in std::mem::take(&mut comparison.compared.at_the_ends) {
        let Some(beyond) = looked_for_beyond(&at_an_end, comparison, compared) else {
            comparison.compared.at_the_ends.push(at_an_end);
            continue;
        };
        match known.get(super::key(&at_an_end.found).as_str()).map(|before| before.state) {
            None | Some(DifferenceState::Settled) => {}
            Some(state @ (DifferenceState::Waiting | DifferenceState::Open | DifferenceState::Explained)) => {
                // Its day was compared when it still waited, and has counted it since it does not.
                if state == DifferenceState::Waiting && !at_an_end.is_own() {
                    let day = changed.entry(&beyond.day).or_insert_with(|| beyond.clone());
                    at_an_end.count(&mut day.here, &mut day.differences);
                }
                comparison.compared.is_missing(at_an_end);
            }
        }
    }
    changed.into_values().collect()
}

/// The day beyond, if a statement of it was compared that reaches up to this end: of the day before, one that was made when it was over.
fn looked_for_beyond<'a>(
    at_an_end: &AtAnEnd,
    comparison: &Comparison,
    compared: &'a [ComparedDay],
) -> Option<&'a ComparedDay> {
    let (day, between) = at_an_end.beyond?;
    let is_over = |it: &&ComparedDay| day > at_an_end.own || it.compared_at >= between;
    let name = day.to_string();
    compared.iter().filter(|it| it.provider == comparison.provider && it.day == name).find(is_over)
}
