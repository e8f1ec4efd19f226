//! Settings: each with its value and where it came from, and forms for those that the owner can change here. What is secret is not shown.
//! The owner's alone: an operator has no use for addresses and folders.

use super::form::{Form, OwnerForm, back};
use super::frame::{self, Choice, Frame, Section, Stop, When, show};
use super::login::confirm;
use super::say;
use super::seat::{OwnerSeat, Seat};
use super::words::Words;
use crate::app::App;
use crate::config::edited::limits;
use crate::config::texts::Line as ScreenLine;
use crate::config::{Entry, Mode, Place, Unit, inventory, is_odd_price};
use crate::connecting::Refusal;
use crate::editing::{self, Wanted};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::limits::AMOUNT_TIYIN_MAX;
use boothpay_protocol::panel::{Deed, PASSWORD_CHARS_MAX};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Value;

/// Characters of a field that are looked at: more than any of these settings may have.
const FIELD_CHARS_MAX: usize = 400;

/// Characters from which a text gets room for several lines.
const LONG_CHARS: i64 = 80;

/// At how few sheets the owner is told; asked only where this server prints.
const LOW_AT: &str = "prints.low_at";

/// What can be changed here, form by form: its word in addresses, the key of its title, its settings.
const PARTS: [(&str, &str, &[&str]); 6] = [
    ("prices", "settings.prices", &["booth.base_price", "booth.extra_copy_price", "booth.max_copies"]),
    (
        "screen",
        "settings.screen",
        &["booth.name", "booth.support_phone", "booth.language", "booth.payment_screen_seconds", "booth.idle_seconds"],
    ),
    ("texts_ru", "settings.texts_ru", &["texts.ru.title", "texts.ru.lead", "texts.ru.consent", "texts.ru.thanks"]),
    ("texts_uz", "settings.texts_uz", &["texts.uz.title", "texts.uz.lead", "texts.uz.consent", "texts.uz.thanks"]),
    ("texts_en", "settings.texts_en", &["texts.en.title", "texts.en.lead", "texts.en.consent", "texts.en.thanks"]),
    ("alerts", "settings.alerts", &["alerts.quiet", "alerts.summary", "alerts.silence_minutes", LOW_AT]),
];

struct Field {
    /// The setting's path.
    name: &'static str,
    label: &'static str,
    /// What it may be.
    rule: String,
    value: String,
    is_number: bool,
    /// Whether it has room for several lines, which are written as one.
    is_long: bool,
    /// In which language it is written, and what we say where it is empty.
    ours: Option<(&'static str, String)>,
    /// The languages, where one is chosen.
    choices: Vec<Choice>,
    unit: Option<&'static str>,
    from: String,
    is_wrong: bool,
    /// What is probably a slip.
    odd: Option<&'static str>,
}

struct Part {
    word: &'static str,
    title: &'static str,
    fields: Vec<Field>,
}

struct Line {
    setting: String,
    value: String,
    unit: Option<&'static str>,
    from: String,
    is_default: bool,
}

struct Group {
    name: String,
    lines: Vec<Line>,
    /// How many of them somebody has set.
    set: usize,
}

#[derive(Template)]
#[template(path = "panel/settings.html")]
struct SettingsPage {
    f: Frame,
    parts: Vec<Part>,
    /// Why nothing can be changed here.
    closed: Option<&'static str>,
    groups: Vec<Group>,
    /// What is wrong with all of it, as the settings say it, in English.
    findings: Vec<String>,
    file: String,
    settings_file: Option<String>,
    chars: usize,
    most: usize,
}

/// What somebody typed who has to look at it again.
#[derive(Default)]
struct Typed {
    values: BTreeMap<&'static str, String>,
    wrong: Vec<&'static str>,
    findings: Vec<String>,
}

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>, OwnerSeat(seat): OwnerSeat) -> Result<Response, Stop> {
    show(&SettingsPage::of(&app, &seat, &Typed::default()))
}

/// Changes the settings of a form.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    part: Result<Path<String>, PathRejection>,
    OwnerForm(form): OwnerForm,
) -> Result<Response, Stop> {
    let part = part.ok().and_then(|Path(word)| PARTS.into_iter().find(|part| part.0 == word));
    let Some((.., settings)) = part else { return Err(form.refuse(&app, StatusCode::NOT_FOUND, "stop.nothing")) };
    if let Some(why) = closed(&app) {
        return Err(form.refuse(&app, StatusCode::CONFLICT, why));
    }
    let entries = inventory(&app.settings.connections.sources);
    let (mut wanted, mut typed): (Vec<Wanted>, _) = (Vec::new(), Typed::default());
    for setting in settings.iter().copied().filter(|setting| is_asked(&app, setting)) {
        let Some(beneath) = entries.iter().find(|it| it.setting == setting).and_then(|it| it.beneath.as_ref()) else {
            continue;
        };
        let text: String = form.get(setting).chars().take(FIELD_CHARS_MAX).collect();
        // What is typed in several lines is one on the screen.
        let text = if ScreenLine::of_setting(setting).is_some() { one_line(&text) } else { text };
        match read(&beneath.value, &text) {
            Some(value) => wanted.push((setting, value)),
            None => typed.wrong.push(setting),
        }
        typed.values.insert(setting, text);
    }
    if !typed.wrong.is_empty() {
        return again(&app, &form.seat, &typed);
    }
    confirm(&app, &form).await?;
    match editing::change(&app, &wanted, &form.seat.admin.name, form.audit(&app, Deed::SettingsChanged)).await {
        Ok(true) => Ok(back("/admin/settings", "settings_saved")),
        Ok(false) => Ok(back("/admin/settings", "settings_same")),
        Err(Refusal::Findings(findings)) => {
            for finding in findings {
                match settings.iter().copied().find(|setting| *setting == finding.setting) {
                    Some(setting) => typed.wrong.push(setting),
                    None => typed.findings.push(finding.to_string()),
                }
            }
            again(&app, &form.seat, &typed)
        }
        Err(refusal) => Err(refused(&app, &form, refusal)),
    }
}

/// The page with what was typed, and what is wrong with it.
fn again(app: &App, seat: &Seat, typed: &Typed) -> Result<Response, Stop> {
    let page = show(&SettingsPage::of(app, seat, typed))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Whether a setting says anything at this booth.
fn is_asked(app: &App, setting: &str) -> bool {
    setting != LOW_AT || app.printer.is_some()
}

/// A text with single blanks between its words.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A typed text as the kind of value that the setting has. People write 25 000.
fn read(like: &Value, text: &str) -> Option<Value> {
    if like.is_integer() {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        return digits.parse().ok().map(Value::Integer);
    }
    Some(Value::String(text.to_owned()))
}

/// Why nothing can be changed here, if so.
pub(super) fn closed(app: &App) -> Option<&'static str> {
    match (app.settings.mode, app.settings.connections.edits_file()) {
        (Mode::Demo, _) => Some("settings.demo"),
        (Mode::Production | Mode::Development, None) => Some("settings.no_place"),
        (Mode::Production | Mode::Development, Some(_)) => None,
    }
}

/// Why nothing was changed, as a page.
pub(super) fn refused(app: &App, form: &Form, refusal: Refusal) -> Stop {
    let (status, why) = match refusal {
        Refusal::Demo => (StatusCode::CONFLICT, "settings.demo"),
        Refusal::NoPlace => (StatusCode::CONFLICT, "settings.no_place"),
        Refusal::TooMany => (StatusCode::CONFLICT, "settings.too_many"),
        Refusal::Findings(_) | Refusal::Elsewhere => (StatusCode::CONFLICT, "settings.would_not_start"),
        Refusal::Unwritten(file, error) => {
            tracing::error!(
                %error,
                "the file {} of the settings that are changed in the panel cannot be written. Let the user who runs the server write there",
                file.display()
            );
            (StatusCode::INTERNAL_SERVER_ERROR, "settings.unwritten")
        }
        Refusal::Store(error) => return error.into(),
    };
    form.refuse(app, status, why)
}

impl SettingsPage {
    fn of(app: &App, seat: &Seat, typed: &Typed) -> Self {
        let words = seat.words();
        let sources = &app.settings.connections.sources;
        let entries = inventory(sources);
        let part = |(word, title, settings): (&'static str, &'static str, &[&'static str])| {
            let entry = |setting: &&'static str| Some((*setting, entries.iter().find(|it| it.setting == **setting)?));
            let fields = settings.iter().filter(|setting| is_asked(app, setting)).filter_map(entry);
            let fields = fields.map(|(setting, entry)| field(setting, entry, typed, app, words)).collect();
            Part { word, title: words.t(title), fields }
        };
        let closed = closed(app);
        let shown_path = |path: &std::path::Path| path.display().to_string();
        Self {
            f: seat.frame(app, Section::Settings),
            parts: if closed.is_none() { PARTS.into_iter().map(part).collect() } else { Vec::new() },
            closed,
            groups: groups(&entries, app, words),
            findings: typed.findings.clone(),
            file: app.settings.connections.edits_file().as_deref().map(shown_path).unwrap_or_default(),
            settings_file: sources.file.as_ref().map(|(path, _)| shown_path(path)),
            chars: FIELD_CHARS_MAX,
            most: PASSWORD_CHARS_MAX,
        }
    }
}

fn field(name: &'static str, entry: &Entry, typed: &Typed, app: &App, words: &'static Words) -> Field {
    let value = entry.value.as_ref().map(plain).unwrap_or_default();
    let value = typed.values.get(name).cloned().unwrap_or(value);
    let is_number = entry.beneath.as_ref().is_some_and(|it| it.value.is_integer());
    let (least, most) = limits(name).unwrap_or_default();
    let numbers = [("least", least), ("most", most), ("sum", AMOUNT_TIYIN_MAX / 100)];
    let numbers = numbers.map(|(name, number)| (name, say::number(number)));
    let numbers: Vec<(&str, &str)> = numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
    let line = ScreenLine::of_setting(name);
    // Of a line of the screen, the words are the same in each language.
    let word = line.map_or_else(|| name.to_owned(), |(_, line)| format!("texts.{}", line.word()));
    let price = entry.value.as_ref().and_then(Value::as_integer).filter(|_| name == "booth.base_price");
    Field {
        name,
        label: words.known(&format!("setting.{word}")).unwrap_or(name),
        rule: words.fill(&format!("setting_rule.{word}"), &numbers),
        is_long: line.is_some() && most > LONG_CHARS,
        ours: line.map(|(language, line)| (language.code(), line.ours(language))),
        odd: price.filter(|price| is_odd_price(*price)).map(|_| words.t("settings.odd_price")),
        is_number,
        choices: match name {
            "booth.language" => frame::choices(&value).into(),
            _ => Vec::new(),
        },
        unit: entry.unit.map(|unit| unit_word(unit, words)),
        from: from(entry, app, words),
        is_wrong: typed.wrong.contains(&name),
        value,
    }
}

/// A value as a person types it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn groups(entries: &[Entry], app: &App, words: &'static Words) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in entries {
        let name = entry.setting.rsplit_once('.').map_or("", |(section, _)| section);
        if groups.last().is_none_or(|last| last.name != name) {
            groups.push(Group { name: name.to_owned(), lines: Vec::new(), set: 0 });
        }
        let Some(group) = groups.last_mut() else { continue };
        let is_default = entry.place == Place::Nowhere;
        group.set = group.set.saturating_add(usize::from(!is_default));
        group.lines.push(Line {
            setting: entry.setting.rsplit('.').next().unwrap_or_default().to_owned(),
            value: match (&entry.value, entry.is_set) {
                (None, true) => words.t("settings.hidden").to_owned(),
                (_, false) => words.t("settings.unset").to_owned(),
                (Some(value), true) => value.to_string(),
            },
            unit: entry.unit.map(|unit| unit_word(unit, words)),
            from: from(entry, app, words),
            is_default,
        });
    }
    groups
}

fn unit_word(unit: Unit, words: &'static Words) -> &'static str {
    words.t(match unit {
        Unit::Soum => "unit.soum",
        Unit::Seconds => "unit.seconds",
        Unit::Minutes => "unit.minutes",
        Unit::Hours => "unit.hours",
        Unit::Days => "unit.days",
        Unit::Megabytes => "unit.megabytes",
        Unit::Percent => "unit.percent",
        Unit::Millimetres => "unit.millimetres",
        Unit::PerMinute => "unit.per_minute",
    })
}

/// Where a value came from, and what would hold without the panel.
fn from(entry: &Entry, app: &App, words: &Words) -> String {
    let sources = &app.settings.connections.sources;
    let place_word = |place: &Place| match place {
        Place::File { line, .. } => {
            let name = sources.file.as_ref().and_then(|(path, _)| path.file_name()).map(|name| name.to_string_lossy());
            let name = name.unwrap_or_default();
            words.fill("settings.from_file", &[("file", &name), ("line", &line.to_string())])
        }
        Place::Environment(name) => words.fill("settings.from_environment", &[("name", name)]),
        Place::Panel => words.t("settings.from_wallets").to_owned(),
        Place::Nowhere => words.t("settings.from_default").to_owned(),
    };
    match (&entry.place, &entry.beneath, sources.edited.of(&entry.setting)) {
        (Place::Panel, Some(beneath), Some(edit)) => {
            let when = When::of(edit.at(), app, words).text;
            let (value, place) = (beneath.value.to_string(), place_word(&beneath.place));
            words.fill(
                "settings.from_panel",
                &[("who", &edit.by), ("when", &when), ("value", &value), ("place", &place)],
            )
        }
        (place, ..) => place_word(place),
    }
}
