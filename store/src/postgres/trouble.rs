//! What can go wrong with a batch, sorted by what to do about it.

use crate::error::StoreError;
use crate::error::postgres_words;
use tokio_postgres::error::{DbError, SqlState};

/// Why a batch was not carried out.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Somebody else was faster. Nothing is written; decided again on fresh rows, it may work.
    LostRace(StoreError),
    /// Somebody keeps an order locked that a call needs. Nothing is written; later, it may work.
    Locked(StoreError),
    /// The server refuses what some call wants. Nothing is written.
    Refused(StoreError),
    /// The session is of no use any more. What was sent may or may not be carried out.
    Broken(StoreError),
}

impl From<Trouble> for StoreError {
    /// For work that is not done again by itself.
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::LostRace(error) | Trouble::Locked(error) | Trouble::Refused(error) | Trouble::Broken(error) => {
                error
            }
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Failed(_) | StoreError::Suspect(_) | StoreError::Overloaded | StoreError::Closed => {
                Self::Broken(error)
            }
            StoreError::Damaged(_) | StoreError::Forbidden(_) | StoreError::Bug => Self::Refused(error),
        }
    }
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        let words = || StoreError::Failed(postgres_words(&error).into());
        match error.as_db_error() {
            Some(refused) if *refused.code() == SqlState::LOCK_NOT_AVAILABLE => Self::Locked(words()),
            Some(refused) if is_lost_race(refused) => Self::LostRace(words()),
            Some(refused) if is_about_the_call(refused) => Self::Refused(words()),
            Some(_) | None => Self::Broken(words()),
        }
    }
}

fn is_lost_race(error: &DbError) -> bool {
    [SqlState::UNIQUE_VIOLATION, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED]
        .contains(error.code())
}

/// Classes of SQLSTATE: bad data, a violated constraint, a trigger that refuses.
fn is_about_the_call(error: &DbError) -> bool {
    ["22", "23", "P0"].iter().any(|class| error.code().code().starts_with(class))
}
