//! The settings: an embedded, commented default, one TOML file over it, the environment over that.
//!
//! [`Settings::judge`] puts the layers together, turns them into typed values, and says everything that is wrong or odd at once,
//! each with its place. Nothing that it says repeats a secret.

mod database;
mod finding;
mod layers;
mod limits;
mod logos;
mod names;
mod paths;
pub(crate) mod picture;
mod raw;
mod reader;
mod secrets;
mod settings;
mod shown;
mod syntax;
mod text;
mod webhook;

pub use finding::{Finding, Place, Weight};
pub use layers::Sources;
pub use limits::{Limits, Rates};
pub use logos::Logos;
pub(crate) use names::{look_alike, look_alikes};
pub use settings::{
    AlertSettings, BackupSettings, ClickApi, ClickSettings, Judged, LayoutSettings, LogFileSettings, LogFormat,
    LogSettings, Mode, Outside, PanelReach, PanelSettings, PaymeSettings, PhotoSettings, PhotoSource, PrintBy,
    PrintSettings, PrinterSettings, PublicSettings, Settings, TelegramSettings, UzqrCode, UzqrSettings, UzumQrSettings,
    UzumSettings,
};
pub use shown::without_secrets;
pub use text::{TextError, decode};
pub use webhook::Webhook;

use raw::Config;

/// The default settings with their explanations: also the reference.
pub const DEFAULTS: &str = include_str!("../config.default.toml");
