//! Limits of what Payme sends: a name, a unit and a reason.

/// Bytes of the `account` object kept as received. Payme sends the few fields configured in its cabinet.
pub const ACCOUNT_BYTES_MAX: usize = 4096;

/// Bytes of one fiscal document kept as received. The documented members take less than 1 KiB.
pub const FISCAL_BYTES_MAX: usize = 8192;

/// Characters in a changed password. Payme's keys have 36.
pub const PASSWORD_CHARS_MAX: usize = 256;
