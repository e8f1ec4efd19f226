//! The advisory locks: what one process or one call does at a time. Their numbers are "BPay" in ASCII and a count.

/// Taken while the schema is made or migrated.
pub(crate) const MIGRATING: i64 = 0x4250_6179_0001;

/// Taken by the process that does the background jobs, as long as its session lasts.
pub(crate) const LEADING: i64 = 0x4250_6179_0002;

/// Taken by a call that may change a setting: there may be no row yet to lock.
pub(crate) const CHANGING_SETTINGS: i64 = 0x4250_6179_0003;

/// Mixed into the lock of a booth's id: taken by the process that looks after that booth, as long as its session lasts.
pub(crate) const LEADING_BOOTH: i64 = 0x4250_6179_0004;

/// With a writer's number added: taken by the session that has the number, as long as it lasts.
pub(crate) const WRITERS: i64 = 0x4250_6179_1000;

/// The highest number of a writer: more sessions than any server takes.
pub(crate) const WRITERS_MAX: i64 = 0xfff;
