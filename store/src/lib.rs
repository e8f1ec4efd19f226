//! Keeps orders, transactions and the journal.
