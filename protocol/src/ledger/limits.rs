//! Every limit of the ledger: a name, a unit and a reason.

/// Characters in an order id. The contract's limit; it keeps checkout links short enough for an easily read QR code.
pub const ORDER_ID_CHARS_MAX: usize = 64;

/// Characters in a provider's transaction id. Payme documents 24; the contract accepts any string up to 64.
pub const PROVIDER_ID_CHARS_MAX: usize = 64;

/// Tiyin in one order: a thousand million soum. Far above any cashbox's own limit, far below where a sum over all orders
/// could leave 64 bits, and exact in a JavaScript number.
pub const AMOUNT_TIYIN_MAX: i64 = 100_000_000_000;

/// Copies in one order, whatever the settings say: no photobooth's paper tray holds more.
pub const COPIES_MAX: u16 = 999;

/// Characters in the name of a booth, which is repeated on every receipt.
pub const BOOTH_NAME_CHARS_MAX: usize = 64;

/// Characters in the id of a booth: it is typed in commands and stands in addresses.
pub const BOOTH_ID_CHARS_MAX: usize = 32;

/// Characters in the name of a stored setting: a few words with dots between them.
pub const SETTING_NAME_CHARS_MAX: usize = 64;
