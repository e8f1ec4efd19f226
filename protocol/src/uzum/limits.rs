//! Limits of what Uzum sends: a name, a unit and a reason.

/// Bytes of the `params` object kept as received. Uzum sends the few members that were agreed for the service.
pub const PARAMS_BYTES_MAX: usize = 4096;

/// Characters of a word or reference that a confirm brings. Those seen (`INSTALLMENT`, a reference of 12 digits) are far
/// shorter; what is longer is not kept.
pub const WORD_CHARS_MAX: usize = 64;

/// Digits that are kept of a customer's phone: enough to know a payment again together with its customer, too few to call.
pub const PHONE_DIGITS_KEPT: usize = 4;

/// Characters of the template of a pay link. The link has to stay an easily read code.
pub const LINK_CHARS_MAX: usize = 300;

/// Characters of the name of the member in `params` that names the order.
pub const ACCOUNT_KEY_CHARS_MAX: usize = 32;
