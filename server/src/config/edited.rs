//! Settings that the owner has changed in the panel: prices, what the screen says, alerts. They are kept in a file of their own beside the
//! one of the panel's wallets, and hold no secret.
//!
//! **What was changed last counts.** Each remembers what the settings file (or the environment) said when it was changed. As long as that
//! says the same, the panel's value counts; whoever writes something else there afterwards has changed it last.

use super::finding::Finding;
use super::layers::{self, Beneath, Sources};
use super::reader::alerts::SILENCE_MINUTES;
use super::reader::booth::{IDLE_SECONDS, PHONE_CHARS_MAX, SCREEN_SECONDS};
use super::reader::prints::ROLL_SHEETS_MAX;
use super::settings::{LayoutSettings, Settings};
use super::texts::Line;
use super::whole;
use boothpay_protocol::ledger::limits::{AMOUNT_TIYIN_MAX, BOOTH_NAME_CHARS_MAX, COPIES_MAX};
use boothpay_protocol::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use toml::Value;

/// The settings that can be changed in the panel.
pub const EDITABLE: [&str; 26] = [
    "booth.base_price",
    "booth.extra_copy_price",
    "booth.max_copies",
    "booth.name",
    "booth.support_phone",
    "booth.language",
    "booth.payment_screen_seconds",
    "booth.idle_seconds",
    "alerts.quiet",
    "alerts.summary",
    "alerts.silence_minutes",
    "prints.low_at",
    BOT_TOKEN_FILE,
    "layouts.not_offered",
    "texts.ru.title",
    "texts.ru.lead",
    "texts.ru.consent",
    "texts.ru.thanks",
    "texts.uz.title",
    "texts.uz.lead",
    "texts.uz.consent",
    "texts.uz.thanks",
    "texts.en.title",
    "texts.en.lead",
    "texts.en.consent",
    "texts.en.thanks",
];

/// Where the token of the owner's bot is: the panel keeps it in a file of its own, and changes this setting to it.
pub const BOT_TOKEN_FILE: &str = "telegram.token_file";

/// What the name of that file ends with; before it stands what the wallets' file begins with.
pub(crate) const BOT_TOKEN_ENDING: &str = "telegram.token";

/// What the file's name ends with; before it stands what the wallets' file begins with.
pub(crate) const ENDING: &str = "panel.toml";

/// Bytes of the file, at most: far more than these settings fill.
const BYTES_MAX: u64 = 64 * 1024;

const HEAD: &str = "# Settings that were changed in the owner's panel. The panel writes this file; change them there. Without a section of it, what\n\
                    # boothpay.toml says counts again with the next start.\n\n";

/// A setting as it was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// What it is.
    pub value: Value,
    /// What the settings file or the environment said then; none where they said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Value>,
    /// Who changed it.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Edit {
    /// When it was changed.
    pub const fn at(&self) -> TimeMs {
        TimeMs::new(self.at_ms)
    }

    /// Whether it names a file that is not there any more: then it does not count, because a lost token must not keep a booth from starting.
    pub(crate) fn is_lost(&self, setting: &str, folder: &Path) -> bool {
        let file = self.value.as_str().filter(|_| setting == BOT_TOKEN_FILE);
        file.is_some_and(|file| !folder.join(file).exists())
    }

    /// Whether it was changed last. A value of another kind than the setting's never counts.
    pub fn counts_over(&self, beneath: &Beneath) -> bool {
        self.instead_of.as_ref() == beneath.written() && self.value.same_type(&beneath.value)
    }
}

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edited {
    settings: BTreeMap<String, Edit>,
}

impl Edited {
    /// A setting as it was changed, whether or not that counts.
    pub fn of(&self, setting: &str) -> Option<&Edit> {
        self.settings.get(setting)
    }

    /// What is changed that cannot be changed here, or to a value of another kind: it never counts.
    pub(super) fn odd<'a>(&'a self, beneath: &'a BTreeMap<&'static str, Beneath>) -> impl Iterator<Item = &'a str> {
        let counts =
            |setting: &str, edit: &Edit| beneath.get(setting).is_some_and(|below| edit.value.same_type(&below.value));
        let odd = self.settings.iter().filter(move |(setting, edit)| !counts(setting.as_str(), edit));
        odd.map(|(setting, _)| setting.as_str())
    }

    /// The same with another change of a setting, or with none.
    pub fn with(mut self, setting: &str, edit: Option<Edit>) -> Self {
        match edit {
            Some(edit) => self.settings.insert(setting.to_owned(), edit),
            None => self.settings.remove(setting),
        };
        self
    }

    /// The same without what the settings file has overtaken, and what that was.
    pub(crate) fn without_overtaken(&self, sources: &Sources) -> (Self, Vec<(String, Edit, Option<Beneath>)>) {
        let beneath = layers::read(sources).beneath;
        let (mut kept, mut gone) = (Self::default(), Vec::new());
        for (setting, edit) in &self.settings {
            let below = beneath.get(setting.as_str());
            if below.is_some_and(|below| edit.counts_over(below)) {
                kept.settings.insert(setting.clone(), edit.clone());
            } else {
                gone.push((setting.clone(), edit.clone(), below.cloned()));
            }
        }
        (kept, gone)
    }

    /// The file, by where the panel's wallets are.
    pub fn file_beside(wallets: &Path) -> Option<PathBuf> {
        Self::named(wallets, ENDING)
    }

    /// The file of the bot's token, by the same.
    pub(crate) fn token_beside(wallets: &Path) -> Option<PathBuf> {
        Self::named(wallets, BOT_TOKEN_ENDING)
    }

    fn named(wallets: &Path, ending: &str) -> Option<PathBuf> {
        let name = wallets.file_name()?.to_string_lossy();
        let stem = name.strip_suffix(".toml").unwrap_or(&name);
        let stem = stem.strip_suffix(".wallets").unwrap_or(stem);
        Some(wallets.with_file_name(format!("{stem}.{ending}")))
    }

    /// Reads the file; empty when there is none. The error is what is wrong and what to do.
    pub fn read(file: &Path) -> Result<Self, String> {
        let shown = file.display();
        let what = "which has the settings that were changed in the panel,";
        let cure = "Put it back from where you keep a copy, or take it away: then what boothpay.toml says counts";
        let meta = match fs::metadata(file) {
            Ok(meta) => meta,
            Err(error) if error.kind() == ErrorKind::NotFound && !whole::is_link(file) => return Ok(Self::default()),
            Err(error) => return Err(format!("the file {shown}, {what} cannot be read: {error}. {cure}")),
        };
        if !meta.is_file() || meta.len() > BYTES_MAX {
            return Err(format!(
                "{shown} should be the file of the settings that were changed in the panel, and is none. {cure}"
            ));
        }
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(format!(
                    "the file {shown}, {what} may be read by its owner alone. Run this as the user who runs the server"
                ));
            }
            Err(error) => return Err(format!("the file {shown}, {what} cannot be read: {error}")),
        };
        toml::from_str(&text).map_err(|_| format!("the file {shown}, {what} cannot be understood. {cure}"))
    }

    /// Writes the file, so that it is the old one or the new one whatever happens.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        whole::write(file, &format!("{HEAD}{}", toml::to_string(self).map_err(io::Error::other)?))
    }
}

/// The least and the most of a setting that is a number, or the characters of one that is a text. The reader judges by the same.
pub(crate) fn limits(setting: &str) -> Option<(i64, i64)> {
    let counted = |range: std::ops::RangeInclusive<u32>| (i64::from(*range.start()), i64::from(*range.end()));
    let chars = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    match setting {
        "booth.base_price" => Some((1, AMOUNT_TIYIN_MAX / 100)),
        "booth.extra_copy_price" => Some((0, AMOUNT_TIYIN_MAX / 100)),
        "booth.max_copies" => Some((1, COPIES_MAX.into())),
        "booth.name" => Some((1, chars(BOOTH_NAME_CHARS_MAX))),
        "booth.support_phone" => Some((0, chars(PHONE_CHARS_MAX))),
        "booth.payment_screen_seconds" => Some(counted(SCREEN_SECONDS)),
        "booth.idle_seconds" => Some(counted(IDLE_SECONDS)),
        "alerts.silence_minutes" => Some(counted(SILENCE_MINUTES)),
        "prints.low_at" => Some((0, ROLL_SHEETS_MAX.into())),
        _ => Line::of_setting(setting).map(|(_, line)| (0, chars(line.chars_max()))),
    }
}

impl Settings {
    /// These settings with other changes of the panel's. All else stays as the program was started, also where the settings file was edited
    /// since. The error is everything that is wrong.
    pub(crate) fn editing(&self, edited: Edited) -> Result<Self, Vec<Finding>> {
        let sources = Sources { edited, ..(*self.connections.sources).clone() };
        let new = Self::read(&sources)?;
        Ok(Self {
            booth: new.booth,
            support_phone: new.support_phone,
            texts: new.texts,
            language: new.language,
            prices: new.prices,
            payment_screen_seconds: new.payment_screen_seconds,
            idle_seconds: new.idle_seconds,
            alerts: new.alerts,
            telegram: new.telegram,
            prints: self.prints.low_at(&new.prints),
            layouts: LayoutSettings { not_offered: new.layouts.not_offered, ..self.layouts.clone() },
            connections: new.connections,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(value: i64, instead_of: Option<i64>) -> Edit {
        let instead_of = instead_of.map(Value::Integer);
        Edit { value: Value::Integer(value), instead_of, by: "owner".to_owned(), at_ms: 7 }
    }

    fn sources(text: &str, edited: Edited) -> Sources {
        let file = Some((PathBuf::from("boothpay.toml"), text.to_owned()));
        Sources { file, edited, development: true, ..Sources::default() }
    }

    fn price(sources: &Sources) -> i64 {
        Settings::read(sources).unwrap().prices.base.tiyin() / 100
    }

    #[test]
    fn what_was_changed_last_counts() {
        let over_file = Edited::default().with("booth.base_price", Some(edit(30_000, Some(25_000))));
        assert_eq!(price(&sources("[booth]\nbase_price = 25000", over_file.clone())), 30_000, "the panel was last");
        let later = sources("[booth]\nbase_price = 26000", over_file.clone());
        assert_eq!(price(&later), 26_000, "the file was changed afterwards");
        assert_eq!(price(&sources("", over_file.clone())), 20_000, "the line was taken away afterwards");
        let over_nothing = Edited::default().with("booth.base_price", Some(edit(30_000, None)));
        assert_eq!(price(&sources("", over_nothing.clone())), 30_000);
        assert_eq!(price(&sources("[booth]\nbase_price = 20000", over_nothing)), 20_000, "somebody wrote it");

        let mut by_environment = sources("[booth]\nbase_price = 25000", over_file.clone());
        by_environment.environment = vec![("BOOTHPAY_BOOTH_BASE_PRICE".to_owned(), "28000".to_owned())];
        assert_eq!(price(&by_environment), 28_000);

        // What was overtaken does not come back when the file is changed back.
        let (kept, gone) = over_file.without_overtaken(&later);
        assert_eq!((kept.of("booth.base_price"), gone.len()), (None, 1));
    }

    #[test]
    fn what_is_written_is_read_and_what_is_no_such_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("boothpay.panel.toml");
        assert_eq!(Edited::read(&file), Ok(Edited::default()));
        let edited = Edited::default().with("booth.base_price", Some(edit(30_000, None)));
        edited.write(&file).unwrap();
        assert_eq!(Edited::read(&file), Ok(edited));
        Edited::default().write(&file).unwrap();
        assert_eq!(Edited::read(&file), Ok(Edited::default()), "all was taken back");
        let misspelt = "[setting.\"booth.base_price\"]\nvalue = 1\n[settings]\n";
        for lost in ["settings = 1", "", "# Settings that were changed\n", misspelt] {
            fs::write(&file, lost).unwrap();
            assert!(Edited::read(&file).unwrap_err().contains("cannot be understood. Put it back"), "{lost}");
        }
        #[cfg(unix)]
        {
            fs::remove_file(&file).unwrap();
            std::os::unix::fs::symlink("gone", &file).unwrap();
            assert!(Edited::read(&file).unwrap_err().contains("cannot be read"), "a link that leads nowhere");
        }
    }

    #[test]
    fn a_value_of_another_kind_or_a_setting_that_is_not_the_panels_never_counts() {
        let text = Edit { value: Value::String("30000".to_owned()), ..edit(0, None) };
        assert_eq!(price(&sources("", Edited::default().with("booth.base_price", Some(text)))), 20_000);
        let listen = Edit { value: Value::String("0.0.0.0:80".to_owned()), ..edit(0, None) };
        let read = Settings::read(&sources("", Edited::default().with("listen", Some(listen)))).unwrap();
        assert_eq!(read.listen.port(), 5000);
    }

    #[test]
    fn what_never_counts_is_told() {
        let text = Edit { value: Value::String("30000".to_owned()), ..edit(0, None) };
        let edited = Edited::default().with("booth.base_price", Some(text)).with("listen", Some(edit(1, None)));
        let said = Settings::judge(&sources("", edited)).findings;
        let told = |words: &str| said.iter().any(|finding| finding.advice.contains(words));
        assert!(told("booth.base_price that is of another kind") && told("listen, which the panel does not change"));
    }

    #[test]
    fn it_lies_beside_the_wallets() {
        for (wallets, file) in
            [("/d/boothpay.wallets.toml", "/d/boothpay.panel.toml"), ("/d/w.toml", "/d/w.panel.toml")]
        {
            assert_eq!(Edited::file_beside(Path::new(wallets)), Some(PathBuf::from(file)));
        }
    }
}
