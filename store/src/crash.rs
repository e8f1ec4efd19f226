//! Named places at which a build for tests can be told to end at once, as if killed there: `CRASH_AT=before_commit:3` ends
//! the program the third time it gets there. Without the feature `crash-points` nothing of this exists: no release has it.

/// A place worth dying at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A batch has looked at its rows and written nothing. PostgreSQL only.
    BatchLoaded,
    /// Everything of a batch is written, nothing is committed.
    BeforeCommit,
    /// A batch is committed, nobody has been told.
    AfterCommit,
    /// The answer to a change that is committed is about to leave.
    BeforeAnswer,
    /// A migration is written, not committed.
    InMigration,
    /// The sweep has seen payments that are to be given up, and has ended none of them.
    InSweep,
    /// A backup is copied, not verified, without its name.
    InBackup,
    /// A table has been moved to the other database, nothing is committed there.
    InMove,
    /// Everything is moved and the file is marked, nothing is committed.
    BeforeMoveCommit,
    /// Everything is moved, nobody has been told.
    AfterMoveCommit,
    /// A task is leased, nothing of it has happened.
    TaskLeased,
    /// Money has gone back at its wallet, nothing of that is recorded.
    MoneyReversed,
    /// A wallet has said that a code was paid, nothing of that is recorded.
    CodePaid,
    /// Click has been told what was sold, nothing of that is recorded.
    ItemsTold,
    /// A task's effect has taken place, nothing of that is recorded.
    TaskCarriedOut,
    /// What came of a task is recorded.
    TaskRecorded,
    /// A print job is leased, and its order does not know it.
    PrintLeased,
    /// A print job is begun in the ledger, and who prints it has not heard of it.
    PrintBegun,
    /// The printer has a copy, and nobody knows what came of it.
    PrintSent,
    /// What came of a print job is in the ledger, and its task is still open.
    PrintReported,
    /// A step of an update is done; visits are the steps.
    InUpdate,
}

#[cfg(feature = "crash-points")]
impl Point {
    const fn name(self) -> &'static str {
        match self {
            Self::BatchLoaded => "batch_loaded",
            Self::BeforeCommit => "before_commit",
            Self::AfterCommit => "after_commit",
            Self::BeforeAnswer => "before_answer",
            Self::InMigration => "in_migration",
            Self::InSweep => "in_sweep",
            Self::InBackup => "in_backup",
            Self::InMove => "in_move",
            Self::BeforeMoveCommit => "before_move_commit",
            Self::AfterMoveCommit => "after_move_commit",
            Self::TaskLeased => "task_leased",
            Self::MoneyReversed => "money_reversed",
            Self::CodePaid => "code_paid",
            Self::ItemsTold => "items_told",
            Self::TaskCarriedOut => "task_carried_out",
            Self::TaskRecorded => "task_recorded",
            Self::PrintLeased => "print_leased",
            Self::PrintBegun => "print_begun",
            Self::PrintSent => "print_sent",
            Self::PrintReported => "print_reported",
            Self::InUpdate => "in_update",
        }
    }
}

/// Ends the program if it was told to end here.
#[cfg(not(feature = "crash-points"))]
pub const fn here(_: Point) {}

/// Ends the program if it was told to end here.
#[cfg(feature = "crash-points")]
pub fn here(point: Point) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static VISITS: AtomicU32 = AtomicU32::new(0);
    let Ok(asked) = std::env::var("CRASH_AT") else { return };
    let Some((name, visit)) = asked.split_once(':') else { return };
    if name != point.name() {
        return;
    }
    let before = VISITS.fetch_add(1, Ordering::SeqCst);
    if visit.parse() == Ok(before.saturating_add(1)) {
        // Like SIGKILL: nothing is unwound, flushed or closed.
        std::process::abort();
    }
}
