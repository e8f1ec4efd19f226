//! The advisory locks: what one process or one call does at a time. Their numbers are "BPay" in ASCII and a count.

/// Held while the schema is made or migrated.
pub(crate) const MIGRATING: i64 = 0x4250_6179_0001;

/// Held by the process that does the background jobs, as long as its session lasts.
pub(crate) const LEADING: i64 = 0x4250_6179_0002;

/// Held by a call that may change a setting: there may be no row yet to lock.
pub(crate) const CHANGING_SETTINGS: i64 = 0x4250_6179_0003;
