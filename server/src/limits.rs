//! Every limit of the server: a name, a unit and a reason.

use std::time::Duration;

/// Bytes of a webhook's body. Payme's calls take less than 2 KiB.
pub(crate) const WEBHOOK_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body sent to our own API, which takes three short members.
pub(crate) const API_BYTES_MAX: usize = 16 * 1024;

/// How long a body may take to arrive. A caller that is slower is broken or hostile.
pub(crate) const BODY_PATIENCE: Duration = Duration::from_secs(15);

/// How long an answer may take. Behind it the provider gets its system error and repeats the call.
pub(crate) const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// Pages that watch an order at the same time: booths and reloads, far more than one owner has.
pub(crate) const STREAMS_MAX: usize = 256;

/// How often a silent stream shows that it is alive.
pub(crate) const STREAM_HEARTBEAT: Duration = Duration::from_secs(10);

/// How often the sweep looks for what time has ended: an order's screen is never further behind than this.
pub(crate) const SWEEP_PERIOD: Duration = Duration::from_secs(5);

/// Orders that one step of the sweep takes, so that it never holds up payments for long.
pub(crate) const SWEEP_ORDERS_MAX: u32 = 200;

/// Steps of one sweep: with these, somebody who makes orders by the hundred thousand is tidied up after within minutes, and the
/// next sweep still comes.
pub(crate) const SWEEP_ROUNDS_MAX: usize = 100;

/// How often the log names the journal's heads.
pub(crate) const HEADS_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// How often it is asked whether a backup is due.
pub(crate) const BACKUP_PERIOD: Duration = Duration::from_secs(60);

/// How long running calls may take to finish when the program is asked to stop.
pub(crate) const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(10);

/// Days listed by the overview.
pub(crate) const OVERVIEW_DAYS_MAX: usize = 31;

/// Tries to find an order number that is not taken. One try all but always does: there are 9e8 numbers a day.
pub(crate) const NUMBER_TRIES_MAX: u32 = 5;
