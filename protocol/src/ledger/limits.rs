//! Every limit of the ledger: a name, a unit and a reason.

use crate::time::SpanMs;

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

/// Characters in the name of whom a task concerns: it is typed in settings and commands, and a host's name fits.
pub const TASK_TARGET_CHARS_MAX: usize = 64;

/// Characters in a task's key: receivers keep it for as long as they have to know a message again.
pub const TASK_KEY_CHARS_MAX: usize = 64;

/// Characters of the error of a task that are kept: a line or two of what a person needs to know.
pub const TASK_ERROR_CHARS_MAX: usize = 300;

/// Characters of the reason that a person gives for a refund: a sentence.
pub const REFUND_REASON_CHARS_MAX: usize = 200;

/// Characters of who showed a statement, and of which file and row: a name and a line.
pub const EVIDENCE_CHARS_MAX: usize = 200;

/// How long a task waits between two attempts: pauses with how often each comes, in turn. After the last somebody has to look.
pub type Pauses = &'static [(u32, SpanMs)];

/// After an attempt that failed. A receiver that is started again is told within seconds; one that nobody looks after over a
/// weekend is told on Monday.
pub const TASK_PAUSES: Pauses = &[
    (1, SpanMs::seconds(5)),
    (1, SpanMs::seconds(30)),
    (1, SpanMs::seconds(2 * 60)),
    (1, SpanMs::seconds(10 * 60)),
    (1, SpanMs::seconds(30 * 60)),
    (1, SpanMs::seconds(2 * 3600)),
    (1, SpanMs::seconds(6 * 3600)),
    (1, SpanMs::seconds(12 * 3600)),
    (2, SpanMs::seconds(24 * 3600)),
];

/// Between two looks at a code that is shown, and at one that was let go until the wallet says that it is void. Who stands in front of
/// the screen hears within seconds that he has paid; a wallet that is silent is asked for three days, as receivers are told.
pub const CODE_PAUSES: Pauses = &[
    (15, SpanMs::seconds(2)),
    (20, SpanMs::seconds(3)),
    (30, SpanMs::seconds(5)),
    (60, SpanMs::seconds(10)),
    (30, SpanMs::seconds(60)),
    (70, SpanMs::seconds(3600)),
];

/// Characters of what is said about a print that failed: a sentence or two.
pub const PRINT_WHY_CHARS_MAX: usize = 200;

/// How long after its time an order that is paid is still printed at once: a customer who types the bank's code when the time
/// runs out still stands there. Later than that, nobody may, and a print would be a stranger's.
pub const PRINT_GRACE: SpanMs = SpanMs::seconds(120);

/// How long one process has a task for itself: several times what an attempt may take. When it dies, another goes on after this.
pub const TASK_LEASE: SpanMs = SpanMs::seconds(60);

/// How long a task that is done stays to be looked at: a week, so that the table stays small.
pub const TASK_DONE_KEPT: SpanMs = SpanMs::seconds(7 * 86_400);

/// How long a task that was given up stays, for somebody to look: a season. Receivers that are gone for good leave no more.
pub const TASK_FAILED_KEPT: SpanMs = SpanMs::seconds(90 * 86_400);
