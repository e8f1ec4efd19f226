//! Why nothing was taken over, in the owner's words.

use crate::error::{OpenError, StoreError};

/// Why nothing was taken over. The database is what it was, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum TakeoverError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database refused, or failed.
    #[error("nothing was taken over: {0}")]
    Store(#[from] StoreError),
    /// The file cannot be read or written.
    #[error("nothing was taken over: the database file failed: {0}")]
    File(#[from] rusqlite::Error),
    /// The server refused, or went away.
    #[error("nothing was taken over: {0}")]
    Server(String),
    /// The commit got no answer.
    #[error(
        "the database went away during the commit ({0}): everything is there, or nothing is. Run the same command again; it \
         finds out and does what is missing"
    )]
    Unsettled(String),
}
