//! Print jobs: who prints a paid order, and what becomes of it when that fails.
//!
//! A job is a task, written in the commit of the payment. Whoever prints takes it, and says what came of it.
//!
//! | what happens | then |
//! |---|---|
//! | made through the API, where this server prints itself | nothing: it has no picture of this booth, and its maker sees to it |
//! | paid in time | a job |
//! | paid in time, where customers pay before their pictures are taken | it waits for the pictures, and then there is a job |
//! | no pictures in time, or the customer says "later" | a claim: the pictures are taken when he comes back |
//! | paid when its time was long over, or by money that came late | a claim: perhaps nobody stands there any more |
//! | a job that nobody has taken in time | a claim: a print that comes out an hour later is a stranger's |
//! | printed, or said otherwise with the number of all copies | done |
//! | failed, the first time | one more job for what is missing |
//! | failed again | a claim |
//! | the printer is silent, and the job may be in it | it is waited until the job was seen to be gone; then it is unknown |
//! | unknown, or nobody says anything | somebody looks: it came out, or it failed |
//! | the customer comes with his claim | a job |
//! | he asks for prints that no job was made for | a job, as long as a claim would be honoured |
//! | the money goes back | nothing that has not begun is printed |

use crate::ledger::journal::{Change, Entry};
use crate::ledger::limits::{PRINT_GRACE, PRINT_WHY_CHARS_MAX};
use crate::ledger::order::{Order, OrderStatus};
use crate::ledger::printing::{PrintState, Printing};
use crate::ledger::rows::{Decision, Rows, Writes};
use crate::ledger::task::{NewTask, TaskKey, TaskKind, TaskTarget};
use crate::shop::PrintRefusal;
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};

/// How print jobs are made, as the owner has set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jobs {
    /// How long a job may wait for who prints it.
    pub wait: SpanMs,
    /// How long a claim is honoured.
    pub claim: SpanMs,
    /// Where this server prints itself: how long a job is taken to be in a printer that does not answer.
    pub stuck: Option<SpanMs>,
    /// Where customers pay before their pictures are taken: how long a paid order waits for these before it becomes a claim.
    pub shots: Option<SpanMs>,
    /// Whether jobs are made. Where the booth's page prints by itself, none are.
    pub are_made: bool,
}

/// What a job says: the payload of a task. Everything else is read anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number: the version of its order at which it was asked for.
    pub job: u32,
}

impl Job {
    /// Reads a task's payload.
    pub fn read(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }
}

/// What whoever prints says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// He is still at it.
    Printing {
        /// So many copies are out, if he knows.
        done: Option<u16>,
        /// By then he says more.
        until: TimeMs,
    },
    /// All copies are out.
    Printed {
        /// So many are, if he says so: anything but all of them is a contradiction.
        done: Option<u16>,
    },
    /// Not all came out.
    Failed {
        /// So many did, if he knows.
        done: Option<u16>,
        /// Why, for people.
        why: String,
    },
    /// He does not know, and more may come out: the printer is silent.
    Stuck {
        /// So many did for certain, if he knows.
        done: Option<u16>,
        /// Why, for people.
        why: String,
    },
    /// He does not know.
    Unknown {
        /// So many did for certain, if he knows.
        done: Option<u16>,
        /// Why, for people.
        why: String,
    },
}

/// Why a report was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// No such job, or a later one has taken its place.
    #[error("this print job is over: a later one has taken its place")]
    Over,
    /// It was answered in another way.
    #[error("this print job was answered before, in another way")]
    Answered,
    /// More copies than were bought, or fewer than were out before.
    #[error("the number of copies is not one from what was out before to what was bought")]
    Copies,
    /// "Printed" with fewer copies than were bought.
    #[error(
        "printed says that all copies of the order are out, and the number says that some are not: say failed, with that number"
    )]
    NotAll,
}

/// What came of taking a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is his. The order as it is then.
    Yes {
        /// The order.
        order: Box<Order>,
        /// Whether somebody had begun it before, and never said what came of it.
        begun_before: bool,
    },
    /// There is nothing to print any more: it was answered, or the money goes back.
    Gone,
}

/// What a customer, or a person for him, gets who asks for an order's prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A job was made by this.
    Asked,
    /// There is one, or there was.
    Before,
}

impl Jobs {
    /// Adds to a decision that pays an order what follows for its prints.
    pub fn follow<R>(&self, rows: &Rows, decision: Decision<R>) -> Decision<R> {
        let Decision { writes, mut tasks, audit, reply } = decision;
        let shots = self.shots.filter(|_| rows.order.as_ref().is_some_and(|order| !order.by_api));
        let concerns = |order: &Order| shots.is_some() || (self.are_made && self.prints(order));
        let writes = match (writes, &rows.order) {
            (Writes::Order { order_id, at, mut changes }, Some(order)) if concerns(order) => {
                let late = at > order.expires_at.plus(PRINT_GRACE);
                let in_time = |change: &Change| matches!(change, Change::TransactionPerformed { .. });
                let too_late = |change: &Change| matches!(change, Change::TransactionPerformedLate { .. });
                let paid = match (changes.iter().any(in_time), changes.iter().any(too_late)) {
                    (_, true) => Some(true),
                    (true, false) => Some(late),
                    (false, false) => None,
                };
                let written = u32::try_from(changes.len()).unwrap_or(u32::MAX);
                let version = order.version.saturating_add(written).saturating_add(1);
                match (paid, shots) {
                    (Some(false), Some(wait)) => changes.push(Change::PrintAwaitsShots { until: at.plus(wait) }),
                    (Some(false), None) => {
                        let (asked, task) = self.job(order, version, 1, at);
                        changes.push(asked);
                        tasks.extend(task);
                    }
                    (Some(true), _) => changes.push(self.claim("paid when its time was over", at)),
                    (None, _) => {}
                }
                Writes::Order { order_id, at, changes }
            }
            (writes, _) => writes,
        };
        Decision { writes, tasks, audit, reply }
    }

    /// Whether there is anything of an order to print: where this server prints itself, it prints what its own page has taken.
    const fn prints(&self, order: &Order) -> bool {
        self.stuck.is_none() || !order.by_api
    }

    /// A paid order whose prints may be asked for.
    fn wanted<'a>(&self, rows: &'a Rows) -> Result<&'a Order, PrintRefusal> {
        let order = paid(rows)?;
        if self.prints(order) || order.printing.is_some() { Ok(order) } else { Err(PrintRefusal::NoPicture) }
    }

    /// The customer asks for what he has a claim to, or for prints that no job was made for.
    pub fn want(&self, rows: &Rows, now: TimeMs) -> Decision<Result<Wanted, PrintRefusal>> {
        let order = match self.wanted(rows) {
            Ok(order) => order,
            Err(refusal) => return Decision::answer(Err(refusal)),
        };
        match order.printing.map(|it| it.state) {
            None if order.printed_at.is_some() => Decision::answer(Ok(Wanted::Before)),
            // Paid before jobs were made, perhaps at another program, which has printed it: as long as a claim would be honoured.
            None if self.is_long_paid(rows, now) => Decision::answer(Err(PrintRefusal::ClaimOver)),
            Some(PrintState::Claim { until }) if now >= until => Decision::answer(Err(PrintRefusal::ClaimOver)),
            None | Some(PrintState::Shots { .. } | PrintState::Claim { .. } | PrintState::Failed) => {
                self.ask(order, rows, Vec::new(), now)
            }
            Some(
                PrintState::Asked { .. }
                | PrintState::Begun { .. }
                | PrintState::Printed
                | PrintState::Stuck { .. }
                | PrintState::Unknown
                | PrintState::Stopped,
            ) => Decision::answer(Ok(Wanted::Before)),
        }
    }

    /// A person who works for the booth asks for the prints once more, whatever came of them.
    pub fn want_again(&self, rows: &Rows, now: TimeMs) -> Decision<Result<Wanted, PrintRefusal>> {
        let order = match self.wanted(rows) {
            Ok(order) => order,
            Err(refusal) => return Decision::answer(Err(refusal)),
        };
        match order.printing {
            Some(Printing { state: PrintState::Asked { .. } | PrintState::Begun { .. }, .. }) => {
                Decision::answer(Ok(Wanted::Before))
            }
            Some(Printing { state: PrintState::Stuck { .. }, .. }) => Decision::answer(Err(PrintRefusal::Stuck)),
            Some(Printing { state: PrintState::Unknown, done, .. }) => {
                let failed = Change::PrintFailed { done, why: "a person says so".to_owned() };
                self.ask(order, rows, vec![failed], now)
            }
            None
            | Some(Printing {
                state:
                    PrintState::Shots { .. }
                    | PrintState::Printed
                    | PrintState::Failed
                    | PrintState::Claim { .. }
                    | PrintState::Stopped,
                ..
            }) => self.ask(order, rows, Vec::new(), now),
        }
    }

    /// Takes what whoever prints job `job` says. `round` is that job's ([`round`]).
    pub fn report(
        &self,
        job: u32,
        round: u8,
        report: &Report,
        rows: &Rows,
        now: TimeMs,
    ) -> Decision<Result<(), ReportRefusal>> {
        let current = rows.order.as_ref().and_then(|order| Some((order, order.printing.filter(|it| it.job == job)?)));
        let Some((order, printing)) = current else { return Decision::answer(Err(ReportRefusal::Over)) };
        let all = order.copies.get();
        let said = match report {
            Report::Printed { done: Some(done) } if *done != all => {
                return Decision::answer(Err(ReportRefusal::NotAll));
            }
            Report::Printing { done, .. }
            | Report::Printed { done }
            | Report::Failed { done, .. }
            | Report::Stuck { done, .. }
            | Report::Unknown { done, .. } => *done,
        };
        let done = said.unwrap_or(printing.done);
        if !(printing.done..=all).contains(&done) {
            return Decision::answer(Err(ReportRefusal::Copies));
        }
        // Whatever he calls it: nothing is missing, so there is nothing to print once more, and nobody to be asked.
        let printed = Report::Printed { done: None };
        let report = if said == Some(all) { &printed } else { report };
        let write = |changes| Decision::change(order.id.clone(), rows.at(now), changes, Ok(()));
        match (report, printing.state) {
            (Report::Printed { .. }, PrintState::Printed) => Decision::answer(Ok(())),
            (
                Report::Printed { .. },
                PrintState::Shots { .. }
                | PrintState::Asked { .. }
                | PrintState::Begun { .. }
                | PrintState::Failed
                | PrintState::Stuck { .. }
                | PrintState::Unknown
                | PrintState::Claim { .. }
                | PrintState::Stopped,
            ) => write(vec![Change::PrintDone]),
            (Report::Printing { until, .. }, PrintState::Begun { .. }) => {
                write(vec![Change::PrintProgress { done, until: *until }])
            }
            (Report::Stuck { why, .. }, PrintState::Begun { .. }) => {
                let stuck_until = self.stuck.map(|stuck| rows.at(now).plus(stuck));
                write(vec![Change::PrintUnknown { done, why: a_line(why), stuck_until }])
            }
            (Report::Unknown { why, .. }, PrintState::Begun { .. } | PrintState::Stuck { .. }) => {
                write(vec![Change::PrintUnknown { done, why: a_line(why), stuck_until: None }])
            }
            (Report::Failed { why, .. }, PrintState::Begun { .. } | PrintState::Unknown) => {
                let failed = Change::PrintFailed { done, why: a_line(why) };
                if order.status != OrderStatus::Paid || order.refund_asked_at.is_some() {
                    write(vec![failed])
                } else if round == 1 {
                    self.ask_in_round(order, rows, vec![failed], 2, now).map(|_| Ok(()))
                } else {
                    write(vec![failed, self.claim(why, rows.at(now))])
                }
            }
            // Said once more, because the answer was lost; or too late to change anything.
            (Report::Stuck { .. }, PrintState::Stuck { .. } | PrintState::Unknown)
            | (Report::Unknown { .. }, PrintState::Unknown)
            | (
                Report::Failed { .. } | Report::Stuck { .. } | Report::Unknown { .. },
                PrintState::Claim { .. } | PrintState::Stopped,
            ) => Decision::answer(Ok(())),
            (
                Report::Printing { .. } | Report::Failed { .. } | Report::Stuck { .. } | Report::Unknown { .. },
                PrintState::Shots { .. }
                | PrintState::Asked { .. }
                | PrintState::Printed
                | PrintState::Failed
                | PrintState::Stuck { .. }
                | PrintState::Unknown
                | PrintState::Claim { .. }
                | PrintState::Stopped,
            ) => Decision::answer(Err(ReportRefusal::Answered)),
        }
    }

    /// The customer of an order that was paid first goes away before its pictures are taken, and has a claim to them. Of any other
    /// order this changes nothing.
    pub fn put_off(&self, rows: &Rows, now: TimeMs) -> Decision<()> {
        match &rows.order {
            Some(Order { id, printing: Some(Printing { state: PrintState::Shots { .. }, .. }), .. }) => {
                let claim = self.claim("its customer went away before the pictures were taken", rows.at(now));
                Decision::change(id.clone(), rows.at(now), vec![claim], ())
            }
            Some(_) | None => Decision::answer(()),
        }
    }

    /// A person lets the pictures of a paid order be taken at the booth's screen: a claim to them begins anew.
    pub fn await_again(&self, rows: &Rows, now: TimeMs) -> Decision<Result<Wanted, PrintRefusal>> {
        let order = match self.wanted(rows) {
            Ok(order) => order,
            Err(refusal) => return Decision::answer(Err(refusal)),
        };
        match order.printing.map(|it| it.state) {
            Some(PrintState::Claim { .. }) => {
                let claim = self.claim("a person allows its pictures to be taken", rows.at(now));
                Decision::change(order.id.clone(), rows.at(now), vec![claim], Ok(Wanted::Asked))
            }
            None
            | Some(
                PrintState::Shots { .. }
                | PrintState::Asked { .. }
                | PrintState::Begun { .. }
                | PrintState::Printed
                | PrintState::Failed
                | PrintState::Stuck { .. }
                | PrintState::Unknown
                | PrintState::Stopped,
            ) => Decision::answer(Ok(Wanted::Before)),
        }
    }

    /// Ends a job that nobody has taken in time, or that nobody says anything of, and the waiting for pictures that are not taken. The
    /// reply says whether it did.
    pub fn lapse(&self, rows: &Rows, now: TimeMs) -> Decision<bool> {
        let Some((order, printing)) = rows.order.as_ref().and_then(|order| Some((order, order.printing?))) else {
            return Decision::answer(false);
        };
        let change = match printing.state {
            PrintState::Shots { until } if now >= until => {
                self.claim("its pictures were not taken in time", rows.at(now))
            }
            PrintState::Asked { until } if now >= until => self.claim("nobody has printed it in time", rows.at(now)),
            // As long again as a job may wait: a program that was started again takes it up.
            PrintState::Begun { until } if now >= until.plus(self.wait) => Change::PrintUnknown {
                done: printing.done,
                why: "nobody has said what came of it".to_owned(),
                stuck_until: self.stuck.map(|stuck| rows.at(now).plus(stuck)),
            },
            PrintState::Stuck { until } if now >= until => Change::PrintUnknown {
                done: printing.done,
                why: "the printer has not answered for long".to_owned(),
                stuck_until: None,
            },
            PrintState::Shots { .. }
            | PrintState::Asked { .. }
            | PrintState::Begun { .. }
            | PrintState::Printed
            | PrintState::Failed
            | PrintState::Stuck { .. }
            | PrintState::Unknown
            | PrintState::Claim { .. }
            | PrintState::Stopped => return Decision::answer(false),
        };
        Decision::change(order.id.clone(), rows.at(now), vec![change], true)
    }

    fn ask<T>(&self, order: &Order, rows: &Rows, before: Vec<Change>, now: TimeMs) -> Decision<Result<Wanted, T>> {
        self.ask_in_round(order, rows, before, 1, now).map(|()| Ok(Wanted::Asked))
    }

    fn ask_in_round(&self, order: &Order, rows: &Rows, before: Vec<Change>, round: u8, now: TimeMs) -> Decision<()> {
        let (at, mut changes) = (rows.at(now), before);
        let written = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let version = order.version.saturating_add(written).saturating_add(1);
        let (asked, task) = self.job(order, version, round, at);
        changes.push(asked);
        Decision::change(order.id.clone(), at, changes, ()).with_tasks(task)
    }

    fn job(&self, order: &Order, version: u32, round: u8, at: TimeMs) -> (Change, Option<NewTask>) {
        let order_id = &order.id;
        let task = || {
            Some(NewTask {
                // The time tells apart orders of the same id in databases that came one after the other: programs remember keys.
                key: TaskKey::of("print", &[order_id.as_str(), &version.to_string(), &at.to_string()]),
                kind: TaskKind::Print,
                target: TaskTarget::booth(&order.booth.id),
                order_id: Some(order_id.clone()),
                payload: serde_json::to_string(&Job { job: version }).ok()?,
                created_at: at,
            })
        };
        (Change::PrintAsked { until: at.plus(self.wait), round }, task())
    }

    fn is_long_paid(&self, rows: &Rows, now: TimeMs) -> bool {
        let paid = rows.holder.as_ref().and_then(|holder| holder.state.perform_time());
        paid.is_some_and(|paid| now >= paid.plus(self.claim))
    }

    fn claim(&self, why: &str, at: TimeMs) -> Change {
        Change::PrintClaimOpened { until: at.plus(self.claim), why: a_line(why) }
    }
}

/// A person says that the customer has all prints: of those that did not come out, or of which nobody knows it.
pub fn settle(rows: &Rows, now: TimeMs) -> Decision<Result<(), ReportRefusal>> {
    let Some(order) = rows.order.as_ref().filter(|order| order.printing.is_some_and(|it| it.state.is_owed())) else {
        return Decision::answer(Err(ReportRefusal::Answered));
    };
    Decision::change(order.id.clone(), rows.at(now), vec![Change::PrintDone], Ok(()))
}

/// Somebody takes a job, under a name, until a time by which he says what came of it.
pub fn take(job: u32, by: &str, until: TimeMs, rows: &Rows, now: TimeMs) -> Decision<Taken> {
    let Ok(order) = paid(rows) else { return Decision::answer(Taken::Gone) };
    let begun_before = match order.printing {
        Some(Printing { job: current, state: PrintState::Asked { .. }, .. }) if current == job => false,
        Some(Printing { job: current, state: PrintState::Begun { .. }, .. }) if current == job => true,
        Some(_) | None => return Decision::answer(Taken::Gone),
    };
    let begun = Change::PrintBegun { by: by.to_owned(), until };
    let taken = Taken::Yes { order: Box::new(order.clone()), begun_before };
    Decision::change(order.id.clone(), rows.at(now), vec![begun], taken)
}

/// Which round a job is of, by its order's journal.
pub fn round(journal: &[Entry], job: u32) -> u8 {
    let asked = journal.iter().find(|entry| entry.version == job);
    if let Some(Entry { change: Change::PrintAsked { round, .. }, .. }) = asked { *round } else { 1 }
}

/// Who has taken a job last, by its order's journal.
pub fn taker(journal: &[Entry]) -> Option<&str> {
    for entry in journal.iter().rev() {
        if let Change::PrintBegun { by, .. } = &entry.change {
            return Some(by);
        }
    }
    None
}

fn paid(rows: &Rows) -> Result<&Order, PrintRefusal> {
    let order = rows.order.as_ref().ok_or(PrintRefusal::NotFound)?;
    match order.status {
        OrderStatus::Paid if order.refund_asked_at.is_some() => Err(PrintRefusal::RefundAsked),
        OrderStatus::Paid => Ok(order),
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired => {
            Err(PrintRefusal::NotPaid)
        }
    }
}

/// What a program says, fit for the journal, a log and a screen: one line, and not a long one.
fn a_line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    crate::card::masked(visible.take(PRINT_WHY_CHARS_MAX).collect::<String>().trim())
}
