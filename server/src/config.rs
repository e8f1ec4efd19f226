//! The settings: an embedded, commented default, one TOML file over it, the environment over that, and what was set in the owner's panel.
//!
//! [`Settings::judge`] puts the layers together, turns them into typed values, and says everything that is wrong or odd at once,
//! each with its place. Nothing that it says repeats a secret.

pub mod camera;
pub mod connected;
mod database;
pub mod edited;
mod finding;
mod guarded;
mod inventory;
mod judged;
mod layers;
mod limits;
mod logos;
mod names;
mod paths;
pub(crate) mod picture;
pub(crate) mod printer;
mod raw;
mod reader;
pub(crate) mod secrets;
mod settings;
mod shown;
mod syntax;
mod text;
pub mod texts;
mod token;
mod webhook;
pub(crate) mod whole;

pub use camera::CameraSettings;
pub use finding::{Finding, Place, Weight};
pub use guarded::Guarded;
pub use inventory::{Entry, Unit, inventory};
pub use judged::{Judged, Outside};
pub use layers::{Beneath, Sources};
pub use limits::{Limits, Rates};
pub use logos::Logos;
pub(crate) use names::{look_alike, look_alikes};
pub use printer::{PrinterPlace, PrinterSettings, SpoolerSettings};
pub(crate) use reader::booth::is_odd_price;
pub use settings::{
    AlertSettings, BackupSettings, ClickApi, ClickSettings, LayoutSettings, LogFileSettings, LogFormat, LogSettings,
    MetricsSettings, Mode, PanelReach, PanelSettings, PayTime, PaymeSettings, PhotoSettings, PhotoSource, PrintBy,
    PrintSettings, PublicSettings, Settings, TelegramSettings, UzqrCode, UzqrSettings, UzumQrSettings, UzumSettings,
};
pub use shown::without_secrets;
pub use text::{TextError, decode};
pub use token::{Scope, ScopedToken};
pub use webhook::Webhook;

use raw::Config;

/// The default settings with their explanations: also the reference.
pub const DEFAULTS: &str = include_str!("../config.default.toml");
