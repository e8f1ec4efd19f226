//! What has become of an order's prints, where a print job makes them: how its changes fold.
//!
//! | state | asked | begun | progress | done | failed | unknown | claim opened |
//! |---|---|---|---|---|---|---|---|
//! | no job yet | asked | | | | | | claim |
//! | asked: waits for who prints it | | printing | | printed | | | claim |
//! | printing | | printing | printing | printed | failed | unknown | |
//! | printed | asked, from the first copy | | | | | | |
//! | failed | asked | | | printed | | | claim |
//! | unknown: somebody has to look | | | | printed | failed | | claim |
//! | claim: the customer gets them later | asked | | | printed | | | |
//! | stopped: the money goes back | | | | printed | | | |
//!
//! An empty cell is a forbidden step. Whatever waits is stopped when the order's money goes back; what is being printed ends
//! as the printer says.

use super::order::{Order, OrderStatus};
use crate::time::TimeMs;

/// How far an order's prints are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printing {
    /// The last job: the version of the order at which it was asked for.
    pub job: u32,
    /// How many copies have come out, over all jobs.
    pub done: u16,
    /// What is with the rest.
    pub state: PrintState,
}

/// What is with the copies that have not come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintState {
    /// A job waits for who prints it.
    Asked {
        /// If nobody has taken it by then, it becomes a claim.
        until: TimeMs,
    },
    /// Somebody prints it.
    Begun {
        /// By then he says what came of it.
        until: TimeMs,
    },
    /// All copies came out.
    Printed,
    /// Not all came out, and nothing follows from it yet.
    Failed,
    /// Nobody knows how many came out. Somebody has to look.
    Unknown,
    /// The customer has a claim to them.
    Claim {
        /// As long as the booth's screen honours it. After that the owner decides.
        until: TimeMs,
    },
    /// They are not printed any more, because the money goes back.
    Stopped,
}

impl PrintState {
    /// Whether paper may be coming out, or may have come out without anybody knowing it.
    pub const fn may_be_out(self) -> bool {
        match self {
            Self::Begun { .. } | Self::Unknown => true,
            Self::Asked { .. } | Self::Printed | Self::Failed | Self::Claim { .. } | Self::Stopped => false,
        }
    }

    /// All words.
    pub const WORDS: [&'static str; 7] = ["asked", "printing", "printed", "failed", "unknown", "claim", "stopped"];

    /// The word in the database and for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Begun { .. } => "printing",
            Self::Printed => "printed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Claim { .. } => "claim",
            Self::Stopped => "stopped",
        }
    }

    /// The time that belongs to it.
    pub const fn until(self) -> Option<TimeMs> {
        match self {
            Self::Asked { until } | Self::Begun { until } | Self::Claim { until } => Some(until),
            Self::Printed | Self::Failed | Self::Unknown | Self::Stopped => None,
        }
    }

    /// Puts together what the database keeps apart; `None` when the parts do not fit.
    pub fn from_parts(word: &str, until: Option<TimeMs>) -> Option<Self> {
        match (word, until) {
            ("asked", Some(until)) => Some(Self::Asked { until }),
            ("printing", Some(until)) => Some(Self::Begun { until }),
            ("printed", None) => Some(Self::Printed),
            ("failed", None) => Some(Self::Failed),
            ("unknown", None) => Some(Self::Unknown),
            ("claim", Some(until)) => Some(Self::Claim { until }),
            ("stopped", None) => Some(Self::Stopped),
            (_, _) => None,
        }
    }

    /// Whether the customer still waits for prints that nobody is making: an open claim, or one that nobody has judged.
    pub const fn is_owed(self) -> bool {
        match self {
            Self::Failed | Self::Unknown | Self::Claim { .. } => true,
            Self::Asked { .. } | Self::Begun { .. } | Self::Printed | Self::Stopped => false,
        }
    }

    /// Whether a job is on its way.
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Asked { .. } | Self::Begun { .. } => true,
            Self::Printed | Self::Failed | Self::Unknown | Self::Claim { .. } | Self::Stopped => false,
        }
    }
}

/// A step of the prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A job is asked for, that has to be taken until then.
    Asked(TimeMs),
    /// Somebody has taken it, and says until then what came of it.
    Begun(TimeMs),
    /// So many copies are out; more is said until then.
    Progress(u16, TimeMs),
    /// All are out.
    Done,
    /// So many are out, and no more came.
    Failed(u16),
    /// So many are out for certain.
    Unknown(u16),
    /// The customer has a claim until then.
    ClaimOpened(TimeMs),
}

/// Takes a step of the table above.
pub fn step(order: &mut Order, step: Step, at: TimeMs) -> Result<(), &'static str> {
    const FORBIDDEN: &str = "the prints cannot take this step";
    let (done, job) = order.printing.map_or((0, order.version), |it| (it.done, it.job));
    let state = order.printing.map(|it| it.state);
    let counted = |now_done: u16| (done..=order.copies.get()).contains(&now_done);
    let stays = order.status == OrderStatus::Paid && order.refund_asked_at.is_none();
    let next = match (step, state) {
        (Step::Asked(until), None | Some(PrintState::Failed | PrintState::Claim { .. })) if stays => {
            Printing { job: order.version, done, state: PrintState::Asked { until } }
        }
        (Step::Asked(until), Some(PrintState::Printed)) if stays => {
            Printing { job: order.version, done: 0, state: PrintState::Asked { until } }
        }
        (Step::Begun(until), Some(PrintState::Asked { .. } | PrintState::Begun { .. })) if stays => {
            Printing { job, done, state: PrintState::Begun { until } }
        }
        (Step::Progress(now_done, until), Some(PrintState::Begun { .. })) if counted(now_done) => {
            Printing { job, done: now_done, state: PrintState::Begun { until } }
        }
        (
            Step::Done,
            Some(
                PrintState::Asked { .. }
                | PrintState::Begun { .. }
                | PrintState::Failed
                | PrintState::Unknown
                | PrintState::Claim { .. }
                | PrintState::Stopped,
            ),
        ) => Printing { job, done: order.copies.get(), state: PrintState::Printed },
        (Step::Failed(now_done), Some(PrintState::Begun { .. } | PrintState::Unknown)) if counted(now_done) => {
            Printing { job, done: now_done, state: PrintState::Failed }
        }
        (Step::Unknown(now_done), Some(PrintState::Begun { .. })) if counted(now_done) => {
            Printing { job, done: now_done, state: PrintState::Unknown }
        }
        (
            Step::ClaimOpened(until),
            None | Some(PrintState::Asked { .. } | PrintState::Failed | PrintState::Unknown),
        ) if stays => Printing { job, done, state: PrintState::Claim { until } },
        (
            Step::Asked(_)
            | Step::Begun(_)
            | Step::Progress(..)
            | Step::Done
            | Step::Failed(_)
            | Step::Unknown(_)
            | Step::ClaimOpened(_),
            _,
        ) => return Err(FORBIDDEN),
    };
    // The first paper that came out. A later job that fails takes nothing of that back.
    if next.done > done {
        order.printed_at = order.printed_at.or(Some(at));
    }
    order.printing = Some(next);
    stop_if_money_goes_back(order);
    Ok(())
}

/// Once the money goes back, nothing is printed any more that has not begun.
pub fn stop_if_money_goes_back(order: &mut Order) {
    let goes_back = order.status == OrderStatus::Refunded || order.refund_asked_at.is_some();
    let Some(printing) = order.printing.as_mut().filter(|_| goes_back) else { return };
    match printing.state {
        PrintState::Asked { .. } | PrintState::Failed | PrintState::Unknown | PrintState::Claim { .. } => {
            printing.state = PrintState::Stopped;
        }
        PrintState::Begun { .. } | PrintState::Printed | PrintState::Stopped => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_exactly_its_own_time() {
        for word in PrintState::WORDS {
            let states: Vec<PrintState> = [None, Some(TimeMs::new(1))]
                .into_iter()
                .filter_map(|until| PrintState::from_parts(word, until))
                .collect();
            assert!(
                matches!(states[..], [state] if state.word() == word && (state.until().is_some() == (state.until() == Some(TimeMs::new(1))))),
                "{word}"
            );
        }
        assert_eq!(PrintState::from_parts("lost", None), None);
    }
}
