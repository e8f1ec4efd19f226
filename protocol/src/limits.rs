//! Every limit of the rules: a name, a unit and a reason.

/// Characters in an order id. The contract's limit; it keeps checkout links short enough for an easily read QR code.
pub const ORDER_ID_CHARS_MAX: usize = 64;

/// Characters in a provider's transaction id. Payme documents 24; the contract accepts any string up to 64.
pub const PROVIDER_ID_CHARS_MAX: usize = 64;

/// Tiyin in one order: a thousand million soum. Far above any cashbox's own limit, far below where a sum over all orders
/// could leave 64 bits, and exact in a JavaScript number.
pub const AMOUNT_TIYIN_MAX: i64 = 100_000_000_000;

/// Copies in one order, whatever the settings say: no photobooth's paper tray holds more.
pub const COPIES_MAX: u16 = 999;

/// Bytes of the `account` object kept as received. Payme sends the few fields configured in its cabinet.
pub const ACCOUNT_BYTES_MAX: usize = 4096;

/// Bytes of one fiscal document kept as received. The documented members take less than 1 KiB.
pub const FISCAL_BYTES_MAX: usize = 8192;

/// Characters in a changed password. Payme's keys have 36.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// Characters in the name of a booth, which is repeated on every receipt.
pub const BOOTH_NAME_CHARS_MAX: usize = 64;
