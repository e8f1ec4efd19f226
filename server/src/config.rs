//! The settings: an embedded, commented default, one TOML file over it, the environment over that.
//!
//! [`load`] puts the layers together and refuses what nobody could have meant; [`Settings::from_config`] turns the result into typed
//! values and says everything that is wrong with them at once.

mod layers;
mod raw;
mod settings;

pub use layers::{ConfigError, Sources, load};
pub use raw::Config;
pub use settings::{BackupSettings, Finding, LogFormat, LogSettings, Mode, Settings};

/// The default settings with their explanations: also the reference.
pub const DEFAULTS: &str = include_str!("../config.default.toml");
