//! Our own faults, whatever provider meets them. Each provider has its own code for them, and is told none of this.

/// What failed on our side, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemFault {
    /// The store could not read or write.
    Store,
    /// More calls are waiting than can be answered in time.
    Overload,
    /// The call took too long.
    Timeout,
    /// The caller broke off before the call was whole.
    BrokenOff,
    /// The body is not divided into chunks as HTTP says, so that nobody knows where it ends.
    BadChunks,
    /// What lets callers in was changed while the call came.
    Changed,
    /// A bug.
    Bug,
}

impl SystemFault {
    /// What a log line says of it.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Store => "the database could not be read or written",
            Self::Overload => "more calls are waiting than can be answered in time",
            Self::Timeout => "the call took too long",
            Self::BrokenOff => "the caller broke off before the call was whole",
            Self::BadChunks => "the body is not divided into chunks as HTTP says, so nothing of the call could be read",
            Self::Changed => "the wallet was connected anew while the call came",
            Self::Bug => "a bug; please report it",
        }
    }
}
