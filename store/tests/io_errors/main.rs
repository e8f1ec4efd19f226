//! I/O errors: every flow of the store is carried out again and again, and the first, the second, the third … operation on its
//! files fails, once or from then on, in every way that a disk fails, until the flow no longer gets that far.
//!
//! `backup` does the same to a backup. `steps` is what is asked of the store; `flows` are the flows; `case` is one flow with one fault; `judge` reads the files by
//! plain SQL; `loops` goes through all cases.

#![cfg(unix)]

mod backup;
mod case;
mod flows;
mod judge;
mod loops;
mod steps;
