//! What one customer does, and what goes wrong on the way: chosen by a seed, before anything is sent.

use crate::payme::machine::Call;
use crate::random::Random;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nothing.
    None,
    /// The call is sent again after the answer.
    Repeated,
    /// The call is sent three times at once.
    Tripled,
    /// The line is cut when the request has been sent, so that the answer is lost; then the call is repeated.
    AnswerLost,
    /// The line is cut in the middle of the body; then the call is repeated.
    CutMidBody,
    /// A stranger with a wrong key sends something first.
    WrongKey,
}

impl Fault {
    /// The words in reports.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "no fault",
            Self::Repeated => "repeated",
            Self::Tripled => "sent three times at once",
            Self::AnswerLost => "answer lost",
            Self::CutMidBody => "cut in the middle of the body",
            Self::WrongKey => "wrong key",
        }
    }
}

/// One step of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One call.
    One(Call, Fault),
    /// Two attempts reach for the order at the same instant.
    Rivals(usize, usize),
    /// The payment is confirmed and cancelled at the same instant.
    PerformOrCancel(usize),
}

/// Everything one customer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How far before now Payme's times of the attempts are, in milliseconds: the virtual clock. A transaction that was
    /// begun hours ago may arrive after one that was begun just now.
    pub ages_ms: Vec<i64>,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// Payme's times lie at most this far back: well within the 12 hours, whatever the server counts them from.
const OLDEST_MS: u64 = 6 * 3_600_000;

const FAULTS: [Fault; 5] = [Fault::Repeated, Fault::Tripled, Fault::AnswerLost, Fault::CutMidBody, Fault::WrongKey];

impl Plan {
    /// The plan that belongs to this place in the sequence of random numbers.
    pub fn new(random: &mut Random, faults_percent: u64) -> Self {
        use Call::{Cancel, Check, CheckPerform, Create, Perform};
        if faults_percent == 0 {
            // The plain load: what an undisturbed payment is.
            let steps = [CheckPerform, Create(0), Perform(0)].map(|call| Step::One(call, Fault::None)).to_vec();
            return Self { ages_ms: vec![0], steps };
        }
        let story: Vec<Call> = match random.below(100) {
            0..55 => vec![CheckPerform, Create(0), Perform(0), Check(0)],
            55..65 => vec![CheckPerform, Create(0), Cancel(0, 3), Create(1), Perform(1)],
            65..73 => vec![CheckPerform, Create(0), Cancel(0, 4), Check(0)],
            73..85 => vec![Create(0), Perform(0), Cancel(0, 5), Check(0)],
            85..93 => vec![Create(0), Create(1), Perform(0), Create(1), Perform(1)],
            _ => vec![Perform(0), Check(0), Create(0), Cancel(1, 3), Perform(0)],
        };
        let mut steps: Vec<Step> = Vec::new();
        if random.chance(faults_percent / 2) {
            steps.extend([Step::Rivals(0, 1), Step::One(Perform(0), Fault::None), Step::One(Perform(1), Fault::None)]);
        } else if random.chance(faults_percent / 2) {
            steps.extend([Step::One(Create(0), Fault::None), Step::PerformOrCancel(0)]);
        } else {
            for call in &story {
                let fault = if random.chance(faults_percent) { *random.pick(&FAULTS) } else { Fault::None };
                steps.push(Step::One(*call, fault));
            }
        }
        if random.chance(faults_percent) {
            // The line kept some earlier calls back and delivers them now, in another order.
            for _ in 0..=random.below(3) {
                steps.push(Step::One(*random.pick(&story), Fault::None));
            }
        }
        let mut age = || i64::try_from(random.below(OLDEST_MS)).unwrap_or(0);
        Self { ages_ms: vec![age(), age()], steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_plans_and_no_faults_means_none() {
        let plans = |seed: u64| (0..50).map(|n| Plan::new(&mut Random::new(seed + n), 30)).collect::<Vec<_>>();
        assert_eq!(plans(5), plans(5));
        assert!(plans(5).iter().any(|plan| plan.steps.iter().any(|step| matches!(step, Step::Rivals(..)))));
        assert_eq!(Plan::new(&mut Random::new(5), 0), Plan::new(&mut Random::new(6), 0));
    }
}
