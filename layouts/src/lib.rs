//! Layouts of prints: a template and a customer's shots become one picture, with exactly the printer's pixels.
//!
//! A template is data: a TOML file, built in or dropped into the owner's folder ([`Layouts::read`]). One that is wrong is refused
//! with its line, and harms no other. [`compose()`] takes pictures as bytes and gives pixels; nothing here knows of orders, HTTP or a
//! database. Decoding takes a core for a second, so never call it where something waits for it.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod calibration;
mod compose;
mod draw;
mod fault;
mod folder;
mod look;
mod paper;
mod patience;
mod profile;
mod sample;
mod shot;
mod template;
mod text;
mod whole;

pub use calibration::calibration;
pub use compose::{ComposeError, Sheet, Words, compose};
pub use fault::Fault;
pub use folder::{ID_CHARS_MAX, Layouts, OFFERED_MAX, Refused, TEMPLATES_MAX, judge, read_beside, read_file};
pub use look::Look;
pub use paper::{Papers, Pixels, Size};
pub use patience::hangs;
pub use profile::without_large_profile;
pub use sample::sample;
pub use shot::{ShotError, shrunk};
pub use template::{Names, Place, SHOTS_MAX, Template};
pub use whole::is_whole;
