//! Races show themselves by chance, so each is run in several bursts, and the report says how sure the verdict is.

use super::case::Case;
use super::rule::Checking;
use super::stop::Stop;
use std::ops::Deref;

/// One burst of a provider's check; it gets its number.
pub type Burst<C> = for<'c> fn(&'c C, usize) -> Checking<'c>;

/// Runs one kind of burst again and again, and says how much its verdict is worth.
///
/// # Errors
/// What the first burst that was not right says.
pub async fn bursts<C: Deref<Target = Case>>(case: &C, count: usize, burst: Burst<C>) -> Result<(), Stop> {
    for round in 0..count {
        let outcome = burst(case, round).await;
        if matches!(outcome, Err(Stop::Fail { .. })) {
            case.note(format!("burst {} of {count} shows it", round + 1));
        }
        outcome?;
    }
    case.note(format!(
        "{count} bursts were right: a race that shows in one burst of four would have been seen with {:.0} %",
        sure(count) * 100.0
    ));
    Ok(())
}

/// How likely a fault that shows in one burst of four shows in at least one of these.
fn sure(bursts: usize) -> f64 {
    1.0 - 0.75_f64.powi(i32::try_from(bursts).unwrap_or(i32::MAX))
}
