//! Putting the layers together: the defaults, the file over them, the environment over that. What does not fit is noted and
//! left out, so that everything wrong can be said at once.

use super::connected::{Connected, Connects};
use super::edited::{EDITABLE, Edited};
use super::finding::{Finding, Place, Weight, place_of};
use super::names::{self, PREFIX, in_latin};
use super::{Config, DEFAULTS, syntax};
use boothpay_protocol::ledger::event::Event;
use boothpay_protocol::ledger::provider::Provider;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// A file, with its text.
    pub file: Option<(PathBuf, String)>,
    /// The environment: every variable, ours or not.
    pub environment: Vec<(String, String)>,
    /// The folder that relative paths in the settings start from; empty for the current one.
    pub folder: PathBuf,
    /// Whether the owner asked for development mode (`--development`).
    pub development: bool,
    /// What was connected in the owner's panel; none when nothing ever was.
    pub connected: Option<Connected>,
    /// What was changed there besides.
    pub edited: Edited,
}

/// How the names of wallets' settings begin in the environment.
const WALLETS: [&str; 4] = ["BOOTHPAY_PAYME_", "BOOTHPAY_CLICK_", "BOOTHPAY_UZUM_", "BOOTHPAY_UZQR_"];

/// The settings as written, with where each one stands.
pub(super) struct Written {
    pub(super) config: Config,
    pub(super) origins: BTreeMap<String, Origin>,
    pub(super) findings: Vec<Finding>,
    /// Variables that are probably meant for a wallet's setting and are none.
    pub(super) misspelt: Vec<String>,
    /// Lines of the file that could not be read; what they say is not known.
    pub(super) unread_lines: Vec<usize>,
    /// Who says how each wallet is connected.
    pub(super) connects: BTreeMap<Provider, Connects>,
    /// All of them as values, those that nobody wrote with their defaults. Has secrets.
    pub(super) table: Table,
    /// Of each setting that the panel can change, what holds without the panel.
    pub(super) beneath: BTreeMap<&'static str, Beneath>,
}

/// What holds where the panel says nothing, or is not asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Beneath {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

impl Beneath {
    /// The value, if somebody wrote it.
    pub fn written(&self) -> Option<&Value> {
        (self.place != Place::Nowhere).then_some(&self.value)
    }
}

/// Where a setting stands.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) place: Place,
    /// As it is written there, with its quotes. May be a secret: never printed.
    pub(super) source: String,
}

/// Reads all layers.
pub(super) fn read(sources: &Sources) -> Written {
    let mut layers = Layers { settings: DEFAULTS.parse().unwrap_or_default(), ..Layers::default() };
    if let Some((_, text)) = &sources.file {
        layers.file(text.strip_prefix('\u{feff}').unwrap_or(text));
    }
    for (variable, value) in &sources.environment {
        layers.variable(variable, value);
    }
    let beneath = layers.edit(&sources.edited, &sources.folder);
    let connects = layers.connect(sources.connected.as_ref());
    // A list of sections has no default of its own, and no variable.
    let webhooks = layers.webhooks.drain(..).map(Value::Table).collect();
    layers.settings.insert(WEBHOOKS.to_owned(), Value::Array(webhooks));
    let table = layers.settings.clone();
    let config = Value::Table(layers.settings).try_into().unwrap_or_else(|error: toml::de::Error| {
        // Every value has its default's type, so this is a default that the program does not know.
        layers.findings.push(Finding {
            weight: Weight::Mistake,
            place: Place::Nowhere,
            setting: String::new(),
            advice: format!("the built-in settings are wrong ({}); this is a bug", error.message()),
        });
        Config::default()
    });
    let Layers { origins, findings, misspelt, unread_lines, .. } = layers;
    Written { config, origins, findings, misspelt, unread_lines, connects, table, beneath }
}

/// What somebody writes who connects a wallet in the settings. One of them is enough: half a wallet here and half of it in the panel would
/// be a wallet that nobody meant.
const fn connecting(wallet: Provider) -> &'static [&'static str] {
    match wallet {
        Provider::Payme => &["payme.merchant_id", "payme.key", "payme.key_file"],
        Provider::Click => &[
            "click.service_id",
            "click.merchant_id",
            "click.merchant_user_id",
            "click.secret_key",
            "click.secret_key_file",
            "click.other_services",
        ],
        Provider::Uzum => &[
            "uzum.service_id",
            "uzum.login",
            "uzum.password",
            "uzum.password_file",
            "uzum.test_service_id",
            "uzum.test_login",
            "uzum.test_password",
            "uzum.test_password_file",
        ],
        Provider::UzumQr | Provider::Uzqr | Provider::Test => &[],
    }
}

/// The one list of sections.
pub(super) const WEBHOOKS: &str = "webhooks";

/// The sections of the API's tokens, whose names are their owner's.
pub(super) const TOKENS: &str = "api.tokens";

/// What one of those says where nothing else is written.
const TOKEN_DEFAULTS: &str = r#"
    token = ""
    token_file = ""
    scopes = []
"#;

/// What one of the webhooks says where nothing else is written.
const WEBHOOK_DEFAULTS: &str = r#"
    name = ""
    url = ""
    secret = ""
    secret_file = ""
    allow_private = false
"#;

/// The defaults of a token's section.
pub(super) fn token_defaults() -> Table {
    TOKEN_DEFAULTS.parse().unwrap_or_default()
}

/// The same with its events: all there are.
pub(super) fn webhook_defaults() -> Table {
    let mut defaults: Table = WEBHOOK_DEFAULTS.parse().unwrap_or_default();
    let all = Event::ALL.map(|event| Value::from(event.word()));
    defaults.insert("events".to_owned(), Value::Array(all.to_vec()));
    defaults
}

#[derive(Default)]
struct Layers {
    settings: Table,
    webhooks: Vec<Table>,
    origins: BTreeMap<String, Origin>,
    findings: Vec<Finding>,
    misspelt: Vec<String>,
    unread_lines: Vec<usize>,
}

impl Layers {
    fn wrong(&mut self, place: Place, setting: &str, advice: String) {
        self.findings.push(Finding { weight: Weight::Mistake, place, setting: setting.to_owned(), advice });
    }

    fn file(&mut self, text: &str) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let known = dotted(&self.settings);
        let mut unread = Vec::new();
        for error in &errors {
            let offset = error.span().map_or(0, |span| span.start);
            let place = place_of(text, offset);
            let Place::File { line, .. } = place else { continue };
            // The rest of a line that could not be read is no second mistake.
            if unread.contains(&line) {
                continue;
            }
            unread.push(line);
            let advice = syntax::advice(line_of(text, line), error.message(), &known);
            self.wrong(place, "", advice);
        }
        let broken_section = unread.iter().copied().filter(|line| line_of(text, *line).starts_with('[')).min();
        let mut found = Vec::new();
        let settings = std::mem::take(&mut self.settings);
        self.settings = self.merged(settings, table.get_ref(), text, "", &mut found);
        found.retain(|finding| !matches!(finding.place, Place::File { line, .. } if unread.contains(&line)));
        // What follows a section that could not be read is taken for another section's.
        let misplaced = |line: usize| broken_section.is_some_and(|section| line > section);
        found.retain(|finding| !matches!(finding.place, Place::File { line, .. } if misplaced(line)));
        self.unread_lines = unread;
        self.findings.append(&mut found);
    }

    fn merged(
        &mut self,
        mut settings: Table,
        file: &DeTable<'_>,
        text: &str,
        path: &str,
        found: &mut Vec<Finding>,
    ) -> Table {
        for (key, value) in file {
            let name: &str = key.get_ref();
            let setting = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if setting == WEBHOOKS {
                self.read_webhooks(value, text, found);
                continue;
            }
            if setting == TOKENS {
                let tokens = self.read_tokens(value, text, found);
                settings.insert(name.to_owned(), Value::Table(tokens));
                continue;
            }
            let Some(default) = settings.get_mut(name) else {
                let mut siblings: Vec<&str> = settings.keys().map(String::as_str).collect();
                siblings.extend(path.is_empty().then_some(WEBHOOKS));
                siblings.extend(TOKENS.strip_prefix("api.").filter(|_| path == "api"));
                let place = place_of(text, key.span().start);
                let advice = unknown(name, path, &siblings, &DEFAULTS.parse().unwrap_or_default());
                found.push(Finding { weight: Weight::Mistake, place, setting: String::new(), advice });
                continue;
            };
            if let (Value::Table(section), DeValue::Table(inner)) = (&mut *default, value.get_ref()) {
                let table = std::mem::take(section);
                *section = self.merged(table, inner, text, &setting, found);
                continue;
            }
            let place = place_of(text, value.span().start);
            let source = text.get(value.span()).unwrap_or("").to_owned();
            match converted(default, value) {
                Some(value) => *default = value,
                None => {
                    let advice = wrong_type(default, name, value.get_ref(), &source);
                    let (place, setting) = (place.clone(), setting.clone());
                    found.push(Finding { weight: Weight::Mistake, place, setting, advice });
                }
            }
            self.origins.insert(setting, Origin { place, source });
        }
        settings
    }

    /// Puts in what was changed in the panel, as far as it counts. The answer is what holds without it.
    fn edit(&mut self, edited: &Edited, folder: &Path) -> BTreeMap<&'static str, Beneath> {
        let mut beneath = BTreeMap::new();
        for setting in EDITABLE {
            let place = self.place(setting);
            let Some(slot) = slot(&mut self.settings, setting) else { continue };
            let below = Beneath { value: slot.clone(), place };
            if let Some(edit) =
                edited.of(setting).filter(|edit| edit.counts_over(&below) && !edit.is_lost(setting, folder))
            {
                *slot = edit.value.clone();
                self.origins.insert(setting.to_owned(), Origin { place: Place::Panel, source: String::new() });
            }
            beneath.insert(setting, below);
        }
        let file = "the panel's file of changed settings has a value for";
        let odd = edited.odd(&beneath).map(|setting| match beneath.get(setting) {
            Some(_) => {
                format!("{file} {setting} that is of another kind, so it does not count. Change it in the panel")
            }
            None => {
                format!("{file} {}, which the panel does not change, so it does not count", names::shown_path(setting))
            }
        });
        let remark = |advice| Finding { weight: Weight::Remark, place: Place::Nowhere, setting: String::new(), advice };
        self.findings.extend(odd.map(remark));
        beneath
    }

    /// Puts in what was connected in the panel, wallet by wallet, where the settings do not connect the same one. Of what it says, the
    /// settings win here too: a name of an account that stands there, for instance.
    fn connect(&mut self, connected: Option<&Connected>) -> BTreeMap<Provider, Connects> {
        let mut connects = BTreeMap::new();
        for wallet in super::connected::WALLETS {
            let written =
                connecting(wallet).iter().find(|setting| self.says(setting)).map(|setting| self.place(setting));
            let connection = connected.and_then(|connected| connected.of(wallet));
            let who = match (written, connection) {
                (Some(place), _) => Connects::Settings(place),
                (None, None) => Connects::Nobody,
                (None, Some(connection)) => {
                    for (name, value) in &connection.values {
                        let setting = format!("{}.{name}", wallet.word());
                        let is_written = self.origins.contains_key(&setting) && self.says(&setting);
                        if let (Some(slot), false) = (slot(&mut self.settings, &setting), is_written) {
                            *slot = Value::String(value.clone());
                            self.origins.insert(setting, Origin { place: Place::Panel, source: String::new() });
                        }
                    }
                    Connects::Panel(connection.clone())
                }
            };
            connects.insert(wallet, who);
        }
        connects
    }

    /// Whether a setting has a value; empty is how the defaults look.
    fn says(&mut self, setting: &str) -> bool {
        match slot(&mut self.settings, setting) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Integer(_) | Value::Boolean(_) | Value::Table(_) | Value::Float(_) | Value::Datetime(_))
            | None => false,
        }
    }

    fn place(&self, setting: &str) -> Place {
        self.origins.get(setting).map_or(Place::Nowhere, |origin| origin.place.clone())
    }

    /// Each webhook is a section of its own.
    fn read_webhooks(&mut self, value: &Spanned<DeValue<'_>>, text: &str, found: &mut Vec<Finding>) {
        let tables: Option<Vec<_>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| Some((item.span(), item.get_ref().as_table()?))).collect(),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Table(_) => None,
        };
        let Some(tables) = tables else {
            let advice = "each webhook is a section of its own, in double square brackets: [[webhooks]]".to_owned();
            let place = place_of(text, value.span().start);
            found.push(Finding { weight: Weight::Mistake, place, setting: String::new(), advice });
            return;
        };
        for (number, (span, table)) in (1..).zip(tables) {
            let path = format!("{WEBHOOKS}[{number}]");
            let origin = Origin { place: place_of(text, span.start), source: String::new() };
            self.origins.insert(path.clone(), origin);
            let defaults = webhook_defaults();
            let webhook = self.merged(defaults, table, text, &path, found);
            self.webhooks.push(webhook);
        }
    }

    /// Each token with scopes is a section of its own, under a name.
    fn read_tokens(&mut self, value: &Spanned<DeValue<'_>>, text: &str, found: &mut Vec<Finding>) -> Table {
        let mut tokens = Table::new();
        let wrong = |at: usize, found: &mut Vec<Finding>| {
            let advice = "each token is a section of its own, with a name: [api.tokens.accountant]".to_owned();
            let place = place_of(text, at);
            found.push(Finding { weight: Weight::Mistake, place, setting: String::new(), advice });
        };
        let Some(sections) = value.get_ref().as_table() else {
            wrong(value.span().start, found);
            return tokens;
        };
        for (name, section) in sections {
            let Some(table) = section.get_ref().as_table() else {
                wrong(section.span().start, found);
                continue;
            };
            let path = format!("{TOKENS}.{}", name.get_ref());
            let origin = Origin { place: place_of(text, name.span().start), source: String::new() };
            self.origins.insert(path.clone(), origin);
            let token = self.merged(token_defaults(), table, text, &path, found);
            tokens.insert(name.get_ref().to_string(), Value::Table(token));
        }
        tokens
    }

    fn variable(&mut self, variable: &str, text: &str) {
        // Windows does not tell small letters from capitals in names.
        let name = if cfg!(windows) { variable.to_uppercase() } else { variable.to_owned() };
        if !name.to_uppercase().starts_with(PREFIX) {
            return;
        }
        let names: Vec<(String, String)> =
            dotted(&self.settings).into_iter().map(|path| (variable_of(&path), path)).collect();
        let place = Place::Environment(variable.to_owned());
        let Some((_, path)) = names.iter().find(|(known, _)| *known == name) else {
            if !names::is_of_a_platform(&name) {
                self.unknown_variable(place, &name, &names);
            }
            return;
        };
        let Some(slot) = slot(&mut self.settings, path) else { return };
        match parse(slot, text) {
            Some(Value::String(text)) if is_in_quotes(&text) && !is_secret(path) => {
                self.wrong(place.clone(), path, "the quotes are part of the value here; take them away".to_owned());
            }
            Some(value) => *slot = value,
            None => {
                let advice = match (text.trim(), syntax::digits(text)) {
                    ("", _) => {
                        format!("it is empty and must be {}; take the variable away for the default", kind(slot))
                    }
                    (_, Some(digits)) if slot.is_integer() => format!("this must be {}: {digits}", kind(slot)),
                    (_, _) => format!("this must be {}", kind(slot)),
                };
                self.wrong(place.clone(), path, advice);
            }
        }
        self.origins.insert(path.clone(), Origin { place, source: text.to_owned() });
    }

    /// Other programs may set variables that begin like ours, so this is a remark, unless a wallet's key may be meant.
    fn unknown_variable(&mut self, place: Place, name: &str, names: &[(String, String)]) {
        let meant = names::closest(name, names.iter().map(|(variable, _)| variable.as_str()));
        let advice = match meant {
            Some(meant) => format!("there is no setting of this name; did you mean {meant:?}?"),
            None => {
                "there is no setting of this name, so it does nothing; `boothpay config` shows all settings".to_owned()
            }
        };
        let of_a_wallet = |name: &str| {
            WALLETS.iter().any(|wallet| name.to_uppercase().starts_with(wallet)) || name == "BOOTHPAY_WEBHOOK_LISTEN"
        };
        if of_a_wallet(name) || meant.is_some_and(of_a_wallet) {
            self.misspelt.push(name.to_owned());
        }
        self.findings.push(Finding { weight: Weight::Remark, place, setting: String::new(), advice });
    }
}

/// A line of a text, counted from 1, without blanks around it.
fn line_of(text: &str, line: usize) -> &str {
    text.lines().nth(line.saturating_sub(1)).unwrap_or("").trim()
}

/// The variable for a setting.
pub(super) fn variable_of(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "_").to_uppercase())
}

/// Whether a text begins and ends with the same quote.
fn is_in_quotes(text: &str) -> bool {
    ['"', '\''].iter().any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote))
}

/// Settings that hold a secret: what is wrong with those is looked at elsewhere, without showing it.
fn is_secret(path: &str) -> bool {
    matches!(
        path,
        "payme.key"
            | "click.secret_key"
            | "uzum.password"
            | "uzum.test_password"
            | "admin.token"
            | "api.token"
            | "metrics.token"
    ) || path.starts_with(TOKENS) && path.ends_with(".token")
}

/// The paths of all settings, sections left out.
pub(super) fn dotted(table: &Table) -> Vec<String> {
    let mut all = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => all.extend(dotted(inner).into_iter().map(|path| format!("{key}.{path}"))),
            Value::String(_)
            | Value::Integer(_)
            | Value::Boolean(_)
            | Value::Array(_)
            | Value::Float(_)
            | Value::Datetime(_) => all.push(key.clone()),
        }
    }
    all
}

pub(super) fn slot<'a>(table: &'a mut Table, path: &str) -> Option<&'a mut Value> {
    match path.split_once('.') {
        Some((first, rest)) => slot(table.get_mut(first)?.as_table_mut()?, rest),
        None => table.get_mut(path),
    }
}

/// What to say of a name that is no setting: perhaps one is near, perhaps it stands in the wrong section.
fn unknown(name: &str, section: &str, siblings: &[&str], all: &Table) -> String {
    let known = dotted(all);
    let what = format!("there is no setting {} {}", names::shown(name), place_word(section));
    let lower = in_latin(name);
    if siblings.contains(&lower.as_str()) {
        return format!("{what}; write it in small Latin letters: {lower}");
    }
    let elsewhere: Vec<&String> = known.iter().filter(|path| path.rsplit('.').next() == Some(&lower)).collect();
    if let [path] = elsewhere.as_slice() {
        return match path.rsplit_once('.') {
            Some((section, _)) => format!("{what}; {lower} belongs into the section [{section}], below that line"),
            None => format!("{what}; {lower} belongs to the top of the file, before the first [section]"),
        };
    }
    match names::closest(name, siblings.iter().copied()) {
        Some(meant) => format!("{what}; did you mean {meant:?}?"),
        None => format!("{what}; see `boothpay config` for all of them"),
    }
}

fn place_word(section: &str) -> String {
    match section {
        "" => "at the top of the file".to_owned(),
        section if section.starts_with(WEBHOOKS) => format!("in [[{WEBHOOKS}]]"),
        section => format!("in [{section}]"),
    }
}

/// A value of the file, if it is of the kind that the default is.
fn converted(default: &Value, value: &Spanned<DeValue<'_>>) -> Option<Value> {
    match (default, value.get_ref()) {
        (Value::String(_), DeValue::String(text)) => Some(Value::String(text.to_string())),
        (Value::Integer(_), DeValue::Integer(number)) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Integer)
        }
        (Value::Boolean(_), DeValue::Boolean(flag)) => Some(Value::Boolean(*flag)),
        (Value::Array(_), DeValue::Array(items)) => {
            let texts = items.iter().map(|item| item.get_ref().as_str().map(|text| Value::String(text.to_owned())));
            texts.collect::<Option<Vec<_>>>().map(Value::Array)
        }
        (_, _) => None,
    }
}

/// Reads a variable's text as the kind of value that the default is.
fn parse(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().to_lowercase().parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Value::Table(_) | Value::Float(_) | Value::Datetime(_) => None,
    }
}

/// What to write instead of a value of another kind.
fn wrong_type(default: &Value, name: &str, value: &DeValue<'_>, source: &str) -> String {
    let must = format!("this must be {}", kind(default));
    match (default, value) {
        (Value::Integer(_), DeValue::String(_) | DeValue::Float(_)) => {
            let bare = source.trim_matches(['"', '\'']);
            match syntax::digits(bare).or_else(|| bare.strip_suffix(".00").and_then(syntax::digits)) {
                Some(digits) => format!("{must}, in digits alone and without quotes: {name} = {digits}"),
                None => format!("{must}, in digits alone and without quotes"),
            }
        }
        (Value::Integer(_), DeValue::Integer(_)) => "this number is too large".to_owned(),
        (Value::Boolean(_), DeValue::String(_)) => format!("{must}, without quotes"),
        (Value::String(_), DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_)) => {
            format!("{must}: {name} = \"…\"")
        }
        (Value::Array(_), _) => format!("{must}, with the square brackets"),
        (Value::Table(_), _) => format!("{must}, alone on its line; its settings follow below it"),
        (_, DeValue::Array(_) | DeValue::Table(_)) if source.trim_start().starts_with('[') || source.is_empty() => {
            format!("{must}, not a list or a section")
        }
        (_, _) => must,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts, like [\"a\", \"b\"]",
        Value::Table(_) => "a section, like [booth]",
        Value::Float(_) | Value::Datetime(_) => "a value like the default",
    }
}
