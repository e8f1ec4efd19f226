//! From a history that fails to the shortest one that still does, by cutting its end and dropping steps.

use boothpay_server::config::Settings;

use crate::driver::{Answer, Cells, Failure, Play, play};
use crate::generator::History;
use crate::program::Place;

/// The shortest failing history found, with its failure, in words.
pub async fn explain(base: &Settings, seed: u64, mut history: History, mut failure: Failure, place: Place) -> String {
    loop {
        history.steps.truncate(failure.step.saturating_add(1));
        let mut shorter = None;
        for index in (0..history.steps.len()).rev() {
            let mut steps = history.steps.clone();
            steps.remove(index);
            let candidate = History { rules: history.rules, steps };
            if let Err(failure) = fresh(base, &candidate, place).await {
                shorter = Some((candidate, failure));
                break;
            }
        }
        match shorter {
            Some(found) => (history, failure) = found,
            None => break,
        }
    }
    let steps: Vec<String> = history.steps.iter().map(|step| format!("  {step:?}")).collect();
    let (rules, steps, what) = (history.rules, steps.join("\n"), failure.what);
    format!("HISTORIES_SEED={seed} HISTORIES_COUNT=1 fails; the shortest way:\n{rules:?}\n{steps}\n{what}")
}

async fn fresh(base: &Settings, history: &History, place: Place) -> Result<Vec<Answer>, Failure> {
    let (database, _folder) = place.database();
    play(base, history, &Play { database: Some(database), sides: place.sides(), ..Play::default() }, &mut Cells::new())
        .await
}
