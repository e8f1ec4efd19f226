//! How long the methods take: measured over the whole run, from all calls that were sent one at a time.

use crate::payme::case::Case;
use crate::suite::Stop;
use std::time::Duration;

use crate::suite::rules;

rules! {
    payme "Time to answer":

    "PAYME-LATENCY-01", Advice, Interaction, in_time,
    "Every method answers within a second in half of its calls, and within five seconds always.",
    "A column without an index (Payme's id, Payme's time), a call to another service before the answer, or a cold start.";
}

/// The customer waits in front of the app at every call. Payme does not publish how long it waits itself.
const MEDIAN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5);

async fn in_time(case: &Case) -> Result<(), Stop> {
    let all = case.payme.slowest.all();
    if all.is_empty() {
        // Chosen alone, the rule makes a call of its own to measure.
        case.check(&case.id()).await?;
    }
    for took in case.payme.slowest.all() {
        case.note(format!(
            "{}: {:.0} ms in half of {} calls, {:.0} ms at most",
            took.method,
            took.median.as_secs_f64() * 1000.0,
            took.calls,
            took.longest.as_secs_f64() * 1000.0
        ));
        if took.median > MEDIAN || took.longest > LONGEST {
            let got = format!(
                "{:.1} s in half of the calls, {:.1} s at most",
                took.median.as_secs_f64(),
                took.longest.as_secs_f64()
            );
            return Err(Stop::fail(case.last(), format!("{} within 1 s, and 5 s always", took.method), got));
        }
    }
    Ok(())
}
