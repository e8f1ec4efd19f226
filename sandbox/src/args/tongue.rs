//! `--language`: in which language a command speaks with people.

use crate::suite::report::Language;
use clap::{Args, ValueEnum};

/// The argument that every command of the sandbox has.
#[derive(Debug, Clone, Copy, Args)]
pub struct TongueArgs {
    /// The language of everything that people read: the report, and what stands in the way of one
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    language: Tongue,
}

/// Languages of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tongue {
    /// English.
    En,
    /// Русский.
    Ru,
    /// O‘zbekcha.
    Uz,
}

impl TongueArgs {
    /// The language that was chosen.
    pub fn language(self) -> Language {
        match self.language {
            Tongue::En => Language::English,
            Tongue::Ru => Language::Russian,
            Tongue::Uz => Language::Uzbek,
        }
    }
}
