//! Wallets that the owner has connected in the panel. They are kept in a file of their own beside the database, which nobody else on the
//! computer may read, and count where neither the settings file nor the environment connects the same wallet.
//!
//! Once the file is there, the server never is in development mode, whatever becomes of the keys in it: who has connected a wallet takes
//! money.

use super::edited::{EDITABLE, Edited};
use super::finding::{Finding, Place, Weight};
use super::settings::Settings;
use super::{Sources, layers, whole};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::TimeMs;
use boothpay_store::Address;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The wallets that can be connected in the panel: those that call this server.
pub const WALLETS: [Provider; 3] = [Provider::Payme, Provider::Click, Provider::Uzum];

/// What the file's name ends with; before it stands the database's.
pub const ENDING: &str = "wallets.toml";

/// Before it, where the database is no file.
const STEM: &str = "boothpay";

/// Bytes of the file, at most: far more than three wallets fill.
const BYTES_MAX: u64 = 64 * 1024;

const HEAD: &str = "# The wallets that were connected in the owner's panel, with their keys. The panel writes this file; change them there.\n\
                    # Whoever reads it can mark orders as paid.\n\n";

/// A wallet as it was connected.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Whether customers pay real money; else it is tried out.
    pub real: bool,
    /// Whether the screen offers it. One that is not offered any more still has its calls answered.
    pub offered: bool,
    /// Who connected it.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its settings by name, its key among them.
    pub values: BTreeMap<String, String>,
}

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// When it was written, in milliseconds since 1970; never the same twice.
    pub changed_at_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payme: Option<Connection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    click: Option<Connection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uzum: Option<Connection>,
}

/// Who says how a wallet is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connects {
    /// Nobody: it is not connected.
    Nobody,
    /// The settings file or the environment; the panel's file is not asked.
    Settings(Place),
    /// The panel's file.
    Panel(Connection),
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { real, offered, by, at_ms, values } = self;
        let names: Vec<&String> = values.keys().collect();
        f.debug_struct("Connection")
            .field("real", real)
            .field("offered", offered)
            .field("by", by)
            .field("at_ms", at_ms)
            .field("values", &names)
            .finish()
    }
}

impl Connection {
    /// A value; empty where it has none.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether its own tests are awaited.
    pub const fn is_tried(&self) -> bool {
        !self.real && self.offered
    }

    /// When it was connected.
    pub const fn at(&self) -> TimeMs {
        TimeMs::new(self.at_ms)
    }
}

impl Connected {
    /// A wallet's connection.
    pub const fn of(&self, wallet: Provider) -> Option<&Connection> {
        match wallet {
            Provider::Payme => self.payme.as_ref(),
            Provider::Click => self.click.as_ref(),
            Provider::Uzum => self.uzum.as_ref(),
            Provider::UzumQr | Provider::Uzqr | Provider::Test => None,
        }
    }

    /// The same with another connection of a wallet, written now.
    pub fn with(&self, wallet: Provider, connection: Option<Connection>, now: TimeMs) -> Self {
        let changed_at_ms = now.ms().max(self.changed_at_ms.saturating_add(1));
        let mut changed = Self { changed_at_ms, ..self.clone() };
        match wallet {
            Provider::Payme => changed.payme = connection,
            Provider::Click => changed.click = connection,
            Provider::Uzum => changed.uzum = connection,
            Provider::UzumQr | Provider::Uzqr | Provider::Test => {}
        }
        changed
    }

    /// The file of the panel's wallets for these settings: beside the database, or beside the settings where that is a server. None for a
    /// database in memory, which has no place.
    pub(crate) fn file_of(named: &str, database: Option<&Address>, folder: &Path) -> Option<PathBuf> {
        if !named.is_empty() {
            return Some(folder.join(named));
        }
        match database? {
            Address::SqliteFile(database) => {
                let stem = database.file_stem().unwrap_or_else(|| STEM.as_ref()).to_string_lossy().into_owned();
                Some(database.with_file_name(format!("{stem}.{ENDING}")))
            }
            Address::Postgres(_) => Some(folder.join(format!("{STEM}.{ENDING}"))),
            Address::SqliteMemory => None,
        }
    }

    /// Reads the file, if there is one. The error is what is wrong and what to do.
    pub fn read(file: &Path) -> Result<Option<Self>, String> {
        let shown = file.display();
        let cure = "Put it back from where you keep a copy, or take it away and connect the wallets in the panel again";
        let meta = match fs::metadata(file) {
            Ok(meta) => meta,
            Err(error) if error.kind() == ErrorKind::NotFound && !whole::is_link(file) => return Ok(None),
            Err(error) => return Err(format!("{}. {cure}", refused(file, &error))),
        };
        if !meta.is_file() || meta.len() > BYTES_MAX {
            return Err(format!(
                "{shown} should be the file of the wallets that were connected in the panel, and is none. {cure}"
            ));
        }
        let text = fs::read_to_string(file).map_err(|error| refused(file, &error))?;
        // What is wrong in it is not repeated: keys stand there.
        toml::from_str(&text).map(Some).map_err(|_| {
            format!(
                "the file {shown}, which has the wallets that were connected in the panel, cannot be understood. {cure}"
            )
        })
    }

    /// Writes the file, readable by nobody else, so that it is the old one or the new one whatever happens.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        whole::write(file, &format!("{HEAD}{}", toml::to_string(self).map_err(io::Error::other)?))
    }
}

/// Who says how the wallets are connected, and what is needed to connect another one while the program runs.
#[derive(Clone, Default)]
pub struct Connections {
    /// Where the panel keeps its wallets; none where the database has no place.
    pub file: Option<PathBuf>,
    /// Who says it of each wallet.
    pub(super) wallets: BTreeMap<Provider, Connects>,
    /// The layers that these settings were made of.
    pub(crate) sources: Arc<Sources>,
}

/// The layers hold secrets.
impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("file", &self.file).field("wallets", &self.wallets).finish_non_exhaustive()
    }
}

/// The file of the bot's token.
pub(crate) struct TokenFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// As a setting names it.
    pub(crate) named: String,
}

impl Connections {
    /// Who says how a wallet is connected.
    pub fn of(&self, wallet: Provider) -> &Connects {
        self.wallets.get(&wallet).unwrap_or(&Connects::Nobody)
    }

    /// A wallet's connection by the panel, if that is what counts.
    pub fn by_panel(&self, wallet: Provider) -> Option<&Connection> {
        match self.of(wallet) {
            Connects::Panel(connection) => Some(connection),
            Connects::Nobody | Connects::Settings(_) => None,
        }
    }

    /// Where the panel keeps the token of the owner's bot, and how a setting names that file; none where the database has no place.
    pub(crate) fn token_file(&self) -> Option<TokenFile> {
        let path = self.file.as_deref().and_then(Edited::token_beside)?;
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (there, folder) = (whole(&path), whole(&Path::new(".").join(&self.sources.folder)));
        // Beside the settings file by its name alone, so that the folder can be moved.
        let named = there.strip_prefix(&folder).unwrap_or(&there).display().to_string();
        Some(TokenFile { path, named })
    }

    /// Where the panel keeps the settings that are changed there; none where the database has no place.
    pub fn edits_file(&self) -> Option<PathBuf> {
        self.file.as_deref().and_then(Edited::file_beside)
    }

    /// Settings that were changed in the panel, with their values; what the settings file has overtaken is not among them.
    pub fn edits(&self) -> Vec<(&'static str, toml::Value)> {
        let (kept, _) = self.sources.edited.without_overtaken(&self.sources);
        EDITABLE.iter().filter_map(|setting| Some((*setting, kept.of(setting)?.value.clone()))).collect()
    }

    /// Whether the panel's file has a wallet, whether or not that is what counts.
    pub fn in_file(&self, wallet: Provider) -> bool {
        self.sources.connected.as_ref().is_some_and(|connected| connected.of(wallet).is_some())
    }

    /// When the panel's file was written last, in milliseconds since 1970; none when there is none.
    pub fn changed_at_ms(&self) -> Option<i64> {
        self.sources.connected.as_ref().map(|connected| connected.changed_at_ms)
    }
}

impl Settings {
    /// A wallet that the owner does not offer any more: its calls are answered as before, and no code leads there.
    pub(super) fn leave_out_what_is_not_offered(&mut self) {
        let is_left_out = |wallet| self.connections.by_panel(wallet).is_some_and(|connection| !connection.offered);
        let [payme, click, uzum] = [Provider::Payme, Provider::Click, Provider::Uzum].map(is_left_out);
        if payme {
            self.payme.checkout = None;
        }
        if click {
            self.click.checkout = None;
        }
        if uzum {
            self.uzum.link = None;
        }
    }

    /// The providers that the booth's screen shows, in their order. Nobody can pay by a wallet that is only tried, so it is not among them as
    /// long as there is another; its orders can be made everywhere else, for the wallet's own tests.
    pub fn on_screen(&self) -> Vec<Provider> {
        let is_tried = |wallet: &Provider| self.connections.by_panel(*wallet).is_some_and(Connection::is_tried);
        let (tried, real): (Vec<Provider>, Vec<Provider>) = self.offered().into_iter().partition(is_tried);
        if real.is_empty() { tried } else { real }
    }

    /// These settings with other wallets of the panel's. All else stays as the program was started, also where the settings file was changed
    /// since. The error is everything that is wrong.
    pub fn connecting(&self, connected: Connected) -> Result<Self, Vec<Finding>> {
        let sources = Sources { connected: Some(connected), ..(*self.connections.sources).clone() };
        let Self { mode, payme, click, uzum, connections, .. } = Self::read(&sources)?;
        Ok(Self { mode, payme, click, uzum, connections, ..self.clone() })
    }
}

/// Puts the panel's two files into the sources, as the other layers place them: the wallets, and beside it the settings that were changed
/// there. What is wrong with one is a mistake: without the first a server that takes money would open to everybody, without the second it
/// would take another price.
pub fn load(sources: &mut Sources) -> Result<(), Finding> {
    let wrong = |advice| Finding { weight: Weight::Mistake, place: Place::Nowhere, setting: String::new(), advice };
    let config = layers::read(sources).config;
    let database = super::database::read(&config.database.0, "", &sources.folder).ok();
    let file = Connected::file_of(&config.admin.wallets_file, database.as_ref(), &sources.folder);
    sources.connected = match &file {
        Some(file) => Connected::read(file).map_err(wrong)?,
        None => None,
    };
    sources.edited = match file.as_deref().and_then(Edited::file_beside) {
        Some(file) => Edited::read(&file).map_err(wrong)?,
        None => Edited::default(),
    };
    Ok(())
}

fn refused(file: &Path, error: &io::Error) -> String {
    let shown = file.display();
    if error.kind() == ErrorKind::PermissionDenied {
        return format!(
            "the file {shown}, which has the wallets that were connected in the panel, may be read by its owner alone. Run this as \
             the user who runs the server"
        );
    }
    format!("the file {shown}, which has the wallets that were connected in the panel, cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(key: &str) -> Connection {
        let values = [("merchant_id", "587f72c72cac0d162c722ae2"), ("key", key)];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Connection { real: false, offered: true, by: "owner".to_owned(), at_ms: 7, values }
    }

    #[test]
    fn what_is_written_is_read_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("boothpay.wallets.toml");
        assert_eq!(Connected::read(&file), Ok(None));
        for key in ["k'e\"y&@#%^=$!\\n-36-characters-xxxxx", "another"] {
            let connected = Connected::default().with(Provider::Payme, Some(connection(key)), TimeMs::new(5));
            connected.write(&file).unwrap();
            assert_eq!(Connected::read(&file), Ok(Some(connected)));
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        #[cfg(unix)]
        {
            let link = folder.path().join("link.toml");
            std::os::unix::fs::symlink("gone", &link).unwrap();
            assert!(Connected::read(&link).unwrap_err().contains("cannot be read"), "keys that are lost are not none");
        }
        fs::write(&file, "payme = 1\nkey = \"canary\"\n").unwrap();
        let said = Connected::read(&file).unwrap_err();
        assert!(said.contains("cannot be understood") && !said.contains("canary"), "{said}");
    }

    #[test]
    fn it_is_never_written_twice_at_one_time_and_shows_no_key() {
        let now = TimeMs::new(5);
        let first = Connected::default().with(Provider::Click, Some(connection("canary")), now);
        let second = first.with(Provider::Click, None, now);
        assert_eq!((first.changed_at_ms, second.changed_at_ms), (5, 6));
        assert_eq!((first.of(Provider::Click).is_some(), second.of(Provider::Click)), (true, None));
        assert!(!format!("{first:?}").contains("canary"));
    }

    #[test]
    fn it_lies_beside_the_database_or_beside_the_settings_of_a_server() {
        let folder = Path::new("/etc/boothpay");
        let of = |named, database: &str| {
            Connected::file_of(named, Some(&Address::parse(database).unwrap()), folder)
                .map(|file| file.display().to_string())
        };
        assert_eq!(of("", "/var/lib/boothpay/boothpay.db").unwrap(), "/var/lib/boothpay/boothpay.wallets.toml");
        assert_eq!(of("", "postgres://a:b@db/booth").unwrap(), "/etc/boothpay/boothpay.wallets.toml");
        assert_eq!(of("w.toml", ":memory:").unwrap(), "/etc/boothpay/w.toml");
        assert_eq!(of("", ":memory:"), None);
    }
}
