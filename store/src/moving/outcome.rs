//! What a move says while it goes on, and how it ended.

/// What is being done, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is read and verified.
    VerifyingSource,
    /// Rows go to the other side.
    Copying,
    /// All rows on both sides are compared.
    Comparing,
    /// The new database is verified.
    VerifyingTarget,
}

/// What was moved: counted on the target, after the commit, and the same on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Orders.
    pub orders: i64,
    /// Transactions.
    pub transactions: i64,
    /// Journal rows.
    pub journal_rows: i64,
    /// Settings that were changed while the program ran.
    pub settings: i64,
    /// Performed transactions.
    pub performed: i64,
    /// Their sum in tiyin.
    pub performed_tiyin: i64,
    /// Refunded transactions.
    pub refunded: i64,
    /// Their sum in tiyin.
    pub refunded_tiyin: i64,
}

/// How a move ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was moved now.
    Moved(Counts),
    /// An earlier move had got there; both sides were compared again.
    WasThere(Counts),
}
