//! What has become of an order's prints, where a print job makes them: how its changes fold.
//!
//! | state | awaits shots | asked | begun | progress | done | failed | stuck | unknown | claim opened |
//! |---|---|---|---|---|---|---|---|---|---|
//! | no job yet | shots | asked | | | | | | | claim |
//! | shots: paid before its pictures were taken | | asked | | | printed | | | | claim |
//! | asked: waits for who prints it | | | printing | | printed | | | | claim |
//! | printing | | | printing | printing | printed | failed | stuck | unknown | |
//! | printed | | asked, from the first copy | | | | | | | |
//! | failed | | asked | | | printed | | | | claim |
//! | stuck: the printer is silent, and the job may be in it | | | | | printed | | | unknown | |
//! | unknown: somebody has to look | | | | | printed | failed | | | claim |
//! | claim: the customer gets them later | | asked | | | printed | | | | claim, for longer |
//! | stopped: the money goes back | | | | | printed | | | | |
//!
//! An empty cell is a forbidden step, and so is one after which all copies are out but the state is another than printed: whoever
//! has everything is owed nothing, and nobody is given a job without copies. Whatever waits is stopped when the order's money goes back; what is being printed ends
//! as the printer says. Where the booth's page prints by itself there is no job: the leave to print ends shots and claim.

use super::order::{Order, OrderStatus};
use crate::time::TimeMs;

/// How far an order's prints are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printing {
    /// The last job: the version of the order at which it was asked for.
    pub job: u32,
    /// How many copies have come out, over all jobs. All of them only when they are printed.
    pub done: u16,
    /// What is with the rest.
    pub state: PrintState,
}

/// What is with the copies that have not come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintState {
    /// It was paid before its pictures were taken, and waits for those.
    Shots {
        /// If they are not taken by then, it becomes a claim.
        until: TimeMs,
    },
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
    /// The printer is silent, and the job may still be in it: more may come out when it is there again. Until it was seen that the job is
    /// gone, nobody is asked, nothing is printed once more, and no money is promised back.
    Stuck {
        /// By then it is taken to be gone: a printer that is dead for good holds up nobody for ever.
        until: TimeMs,
    },
    /// Nobody knows how many came out, and no more will. Somebody has to look.
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
            Self::Begun { .. } | Self::Stuck { .. } | Self::Unknown => true,
            Self::Shots { .. }
            | Self::Asked { .. }
            | Self::Printed
            | Self::Failed
            | Self::Claim { .. }
            | Self::Stopped => false,
        }
    }

    /// Whether the customer has a claim to them.
    pub const fn is_claim(self) -> bool {
        matches!(self, Self::Claim { .. })
    }

    /// Whether the pictures may still have to be taken, where the booth takes them.
    pub const fn may_await_shots(self) -> bool {
        matches!(self, Self::Shots { .. } | Self::Claim { .. })
    }

    /// All words.
    pub const WORDS: [&'static str; 9] =
        ["shots", "asked", "printing", "printed", "failed", "stuck", "unknown", "claim", "stopped"];

    /// The word in the database and for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shots { .. } => "shots",
            Self::Asked { .. } => "asked",
            Self::Begun { .. } => "printing",
            Self::Printed => "printed",
            Self::Failed => "failed",
            Self::Stuck { .. } => "stuck",
            Self::Unknown => "unknown",
            Self::Claim { .. } => "claim",
            Self::Stopped => "stopped",
        }
    }

    /// The time that belongs to it.
    pub const fn until(self) -> Option<TimeMs> {
        match self {
            Self::Shots { until }
            | Self::Asked { until }
            | Self::Begun { until }
            | Self::Stuck { until }
            | Self::Claim { until } => Some(until),
            Self::Printed | Self::Failed | Self::Unknown | Self::Stopped => None,
        }
    }

    /// Puts together what the database keeps apart; `None` when the parts do not fit.
    pub fn from_parts(word: &str, until: Option<TimeMs>) -> Option<Self> {
        match (word, until) {
            ("shots", Some(until)) => Some(Self::Shots { until }),
            ("asked", Some(until)) => Some(Self::Asked { until }),
            ("printing", Some(until)) => Some(Self::Begun { until }),
            ("printed", None) => Some(Self::Printed),
            ("failed", None) => Some(Self::Failed),
            ("stuck", Some(until)) => Some(Self::Stuck { until }),
            ("unknown", None) => Some(Self::Unknown),
            ("claim", Some(until)) => Some(Self::Claim { until }),
            ("stopped", None) => Some(Self::Stopped),
            (_, _) => None,
        }
    }

    /// Whether the customer still waits for prints that nobody is making: an open claim, or one that nobody has judged.
    pub const fn is_owed(self) -> bool {
        match self {
            Self::Failed | Self::Stuck { .. } | Self::Unknown | Self::Claim { .. } => true,
            Self::Shots { .. } | Self::Asked { .. } | Self::Begun { .. } | Self::Printed | Self::Stopped => false,
        }
    }

    /// Whether a job is on its way, or may be.
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Asked { .. } | Self::Begun { .. } | Self::Stuck { .. } => true,
            Self::Shots { .. } | Self::Printed | Self::Failed | Self::Unknown | Self::Claim { .. } | Self::Stopped => {
                false
            }
        }
    }
}

/// A step of the prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is paid, and its pictures have to be taken until then.
    AwaitsShots(TimeMs),
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
    /// So many are out for certain; until then more may come.
    Stuck(u16, TimeMs),
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
    let counted = |now_done: u16| (done..order.copies.get()).contains(&now_done);
    let stays = order.status == OrderStatus::Paid && order.refund_asked_at.is_none();
    let next = match (step, state) {
        (Step::AwaitsShots(until), None) if stays => Printing { job, done, state: PrintState::Shots { until } },
        (Step::Asked(until), None | Some(PrintState::Shots { .. } | PrintState::Failed | PrintState::Claim { .. }))
            if stays =>
        {
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
                PrintState::Shots { .. }
                | PrintState::Asked { .. }
                | PrintState::Begun { .. }
                | PrintState::Failed
                | PrintState::Stuck { .. }
                | PrintState::Unknown
                | PrintState::Claim { .. }
                | PrintState::Stopped,
            ),
        ) => Printing { job, done: order.copies.get(), state: PrintState::Printed },
        (Step::Failed(now_done), Some(PrintState::Begun { .. } | PrintState::Unknown)) if counted(now_done) => {
            Printing { job, done: now_done, state: PrintState::Failed }
        }
        (Step::Stuck(now_done, until), Some(PrintState::Begun { .. })) if counted(now_done) => {
            Printing { job, done: now_done, state: PrintState::Stuck { until } }
        }
        (Step::Unknown(now_done), Some(PrintState::Begun { .. } | PrintState::Stuck { .. })) if counted(now_done) => {
            Printing { job, done: now_done, state: PrintState::Unknown }
        }
        (
            Step::ClaimOpened(until),
            None
            | Some(
                PrintState::Shots { .. }
                | PrintState::Asked { .. }
                | PrintState::Failed
                | PrintState::Unknown
                | PrintState::Claim { .. },
            ),
        ) if stays => Printing { job, done, state: PrintState::Claim { until } },
        (
            Step::AwaitsShots(_)
            | Step::Asked(_)
            | Step::Begun(_)
            | Step::Progress(..)
            | Step::Done
            | Step::Failed(_)
            | Step::Stuck(..)
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
        PrintState::Shots { .. }
        | PrintState::Asked { .. }
        | PrintState::Failed
        | PrintState::Stuck { .. }
        | PrintState::Unknown
        | PrintState::Claim { .. } => {
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
