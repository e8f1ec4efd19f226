//! Builds for tests can be told to sync less than they must, so that the power-cut rig can prove that it would see a loss:
//! `WEAK_SYNC=normal` weakens SQLite, `WEAK_SYNC=off` PostgreSQL. Without the feature `crash-points` nothing of this
//! exists: no release has it.

/// What a new SQLite connection executes last.
pub(crate) fn sqlite() -> Option<&'static str> {
    is_asked("normal").then_some("pragma synchronous = normal")
}

/// What a new PostgreSQL session executes last.
pub(crate) fn postgres() -> Option<&'static str> {
    is_asked("off").then_some("set synchronous_commit = off")
}

#[cfg(not(feature = "crash-points"))]
const fn is_asked(_: &str) -> bool {
    false
}

#[cfg(feature = "crash-points")]
fn is_asked(level: &str) -> bool {
    std::env::var("WEAK_SYNC").is_ok_and(|asked| asked == level)
}
