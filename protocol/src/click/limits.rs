//! Limits of what Click sends: a name, a unit and a reason.

/// Bytes of one field, as text. The longest that is documented is a varchar; 255 is the usual size of one.
pub const FIELD_BYTES_MAX: usize = 255;

/// Digits of a number. All ids are documented as 64 bits, which have 19.
pub const NUMBER_DIGITS_MAX: usize = 19;

/// Hexadecimal digits of a signature: MD5 has 16 bytes.
pub const SIGNATURE_DIGITS: usize = 32;
