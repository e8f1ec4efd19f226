//! Files for spreadsheets: CSV and XLSX, written row by row.
//!
//! Nothing in them is ever a formula, whatever a customer, a provider or a program has called something.

pub mod csv;
