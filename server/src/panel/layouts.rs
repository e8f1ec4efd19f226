//! Layouts: how the prints look, each with a small picture; the owner brings templates, takes them away, and chooses which customers choose
//! from. Files that are refused stand there with the reason, as `boothpay check` says it.

use super::form::{Form, OwnerForm, back};
use super::frame::{Frame, Section, Stop, show};
use super::login::{confirm, proven};
use super::seat::{OwnerSeat, Seat};
use super::settings::{closed, refused};
use super::upload::Upload;
use super::words::Words;
use crate::app::App;
use crate::config::PhotoSource;
use crate::editing;
use crate::layouts::{self, Brought, Change, FILES_MAX, NotTaken, SAMPLE_SIDE};
use crate::photos::sheets;
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_layouts::{Layouts, OFFERED_MAX, Template as Layout, Words as PrintWords, sample};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::panel::{Audit, Deed, PASSWORD_CHARS_MAX};
use std::sync::Arc;
use toml::Value;

/// Where the page is.
pub(super) const ADDRESS: &str = "/admin/layouts";

/// The setting that says what customers do not choose from.
const NOT_OFFERED: &str = "layouts.not_offered";

/// How the fields begin by which layouts are offered.
const OFFER: &str = "offer:";

/// What stands on samples where an order has its number.
const SAMPLE_NUMBER: &str = "74S8 8WN2";

/// The longest text of a form's field for a file's name.
const FILE_CHARS_MAX: usize = 64;

struct Card {
    id: String,
    name: String,
    size: &'static str,
    shots: usize,
    /// Its file; none of one that comes with the program.
    file: Option<String>,
    /// Whether one that comes with the program is hidden by it.
    replaces: bool,
    is_offered: bool,
    /// Offered, and there is no room for it on the screen.
    is_beyond: bool,
}

/// A file of the folder that is no layout.
struct Wrong {
    file: String,
    faults: Vec<String>,
}

#[derive(Template)]
#[template(path = "panel/layouts.html")]
struct LayoutsPage {
    f: Frame,
    cards: Vec<Card>,
    wrong: Vec<Wrong>,
    /// Files that can be taken away.
    files: Vec<String>,
    folder: String,
    /// Why nothing can be changed here.
    closed: Option<&'static str>,
    /// What customers choose from is asked of nobody where somebody else takes the pictures.
    is_asked: bool,
    has_printer: bool,
    offered_max: usize,
    files_max: usize,
    most: usize,
    /// Why nothing was done: in the owner's words, and what the template's reader says, in English.
    trouble: Option<(String, Vec<String>)>,
}

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>, OwnerSeat(seat): OwnerSeat) -> Result<Response, Stop> {
    shown(&app, &seat, None).await
}

/// A layout with blank photos.
pub(super) async fn picture(
    State(app): State<Arc<App>>,
    OwnerSeat(seat): OwnerSeat,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Stop> {
    let nothing = || seat.frame(&app, Section::Settings).stop(StatusCode::NOT_FOUND, "stop.nothing");
    let Ok(Path(id)) = id else { return Err(nothing()) };
    let (settings, booth) = (app.settings.layouts.clone(), app.settings.booth.name.clone());
    let date = sheets::day(&app, app.clock.now());
    let drawn = app.photos.alone(move || {
        let template = Layouts::read_one(&settings.folder, &id)?;
        let words = PrintWords { date: &date, order: SAMPLE_NUMBER, booth: &booth };
        sample(&template, words, &settings.papers, SAMPLE_SIDE).ok()
    });
    match drawn.await.flatten() {
        Some(bytes) => Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response()),
        None => Err(nothing()),
    }
}

/// Takes in a template and its pictures.
pub(super) async fn add(State(app): State<Arc<App>>, upload: Upload) -> Result<Response, Stop> {
    let Upload { form, files, place } = upload;
    must_be_open(&app, &form)?;
    let brought: Vec<Brought> = files
        .into_iter()
        .filter(|file| !(file.name.is_empty() && file.bytes.is_empty()))
        .map(|file| Brought { name: file.name, bytes: file.bytes })
        .collect();
    if let Err((status, why)) = proven(&app, &form).await? {
        return again(&app, &form.seat, status, why, Vec::new()).await;
    }
    let settings = app.settings.layouts.clone();
    let judged = app.photos.alone(move || {
        let _place = place;
        layouts::bring(&settings.folder, &settings.papers, &brought)
    });
    let change = match judged.await {
        Some(Ok(change)) => change,
        Some(Err(why)) => {
            let (why, faults) = in_words(why, form.seat.words());
            return again(&app, &form.seat, StatusCode::UNPROCESSABLE_ENTITY, why, faults).await;
        }
        None => return Err(form.refuse(&app, StatusCode::INTERNAL_SERVER_ERROR, "layouts.failed")),
    };
    let old = if change.replaces { change.names.last().cloned() } else { None };
    let audit = form.audit(&app, Deed::LayoutsChanged).new_value(&change.names.join(", "));
    carried_out(&app, &form, change, old.iter().fold(audit, |audit, old| audit.old(old))).await?;
    Ok(back(ADDRESS, "layout_added"))
}

/// Takes a template out of the folder.
pub(super) async fn take_away(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    must_be_open(&app, &form)?;
    let file: String = form.get("file").chars().take(FILE_CHARS_MAX).collect();
    let settings = app.settings.layouts.clone();
    let looked = app.photos.alone(move || {
        let all = Layouts::read(&settings.folder);
        let id = all.templates.iter().find(|it| it.file.as_deref() == Some(file.as_str())).map(|it| it.id.clone());
        // Where one that comes with the program takes its place, customers go on choosing that.
        let is_offered = id.is_some_and(|id| !settings.not_offered.contains(&id) && !Layouts::is_built_in(&id));
        (layouts::away(&settings.folder, &file), is_offered)
    });
    let Some((Some(change), is_offered)) = looked.await else {
        return Err(form.refuse(&app, StatusCode::NOT_FOUND, "layouts.no_file"));
    };
    if is_offered {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "layouts.still_offered"));
    }
    confirm(&app, &form).await?;
    let audit = form.audit(&app, Deed::LayoutsChanged).old(&change.names.join(", "));
    carried_out(&app, &form, change, audit).await?;
    Ok(back(ADDRESS, "layout_away"))
}

/// Says what customers choose from.
pub(super) async fn offer(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    must_be_open(&app, &form)?;
    let known: Vec<String> = read(&app).await.templates.into_iter().map(|it| it.id).collect();
    let (offered, not): (Vec<String>, Vec<String>) =
        known.iter().cloned().partition(|id| !form.get(&format!("{OFFER}{id}")).is_empty());
    if offered.is_empty() || offered.len() > OFFERED_MAX {
        let why = form.seat.words().fill("layouts.how_many", &[("most", &OFFERED_MAX.to_string())]);
        return again(&app, &form.seat, StatusCode::UNPROCESSABLE_ENTITY, why, Vec::new()).await;
    }
    confirm(&app, &form).await?;
    // What is not there now may come back, and is not offered then, as before.
    let before = app.settings.layouts.not_offered.iter().filter(|id| !known.contains(id)).cloned();
    let mut ids: Vec<String> = app.settings.layouts.not_offered.clone();
    ids.retain(|id| not.contains(id));
    let new: Vec<String> = not.into_iter().filter(|id| !ids.contains(id)).collect();
    ids.extend(new);
    ids.extend(before);
    let wanted = [(NOT_OFFERED, Value::Array(ids.into_iter().map(Value::String).collect()))];
    match editing::change(&app, &wanted, &form.seat.admin.name, form.audit(&app, Deed::SettingsChanged)).await {
        Ok(true) => Ok(back(ADDRESS, "layouts_offered")),
        Ok(false) => Ok(back(ADDRESS, "settings_same")),
        Err(refusal) => Err(refused(&app, &form, refusal)),
    }
}

fn must_be_open(app: &App, form: &Form) -> Result<(), Stop> {
    closed(app).map_or(Ok(()), |why| Err(form.refuse(app, StatusCode::CONFLICT, why)))
}

/// Does to the folder what was judged. The audit has it afterwards: what could not be written was not done.
async fn carried_out(app: &App, form: &Form, change: Change, audit: Audit) -> Result<(), Stop> {
    let by = &form.seat.admin.name;
    let names = change.names.join(", ");
    let done = tokio::task::spawn_blocking(move || change.carry_out()).await;
    match done.unwrap_or_else(|broke| Err(std::io::Error::other(broke))) {
        Ok(()) => {
            tracing::info!("layouts were changed in the owner's panel by {by}: {names}");
            Ok(app.store.note_audit(audit).await?)
        }
        Err(error) => {
            let folder = app.settings.layouts.folder.display();
            tracing::error!(
                %error,
                "the folder {folder} of layouts cannot be written, so {names} stayed as they were. Let the user who runs the server write there, or \
                 set layouts.folder to a folder of its own and start the server again"
            );
            Err(form.refuse(app, StatusCode::INTERNAL_SERVER_ERROR, "layouts.unwritten"))
        }
    }
}

async fn read(app: &App) -> Layouts {
    let folder = app.settings.layouts.folder.clone();
    tokio::task::spawn_blocking(move || Layouts::read(&folder)).await.unwrap_or_default()
}

/// The page with why nothing was done.
async fn again(app: &App, seat: &Seat, status: StatusCode, why: String, faults: Vec<String>) -> Result<Response, Stop> {
    Ok((status, shown(app, seat, Some((why, faults))).await?).into_response())
}

async fn shown(app: &App, seat: &Seat, trouble: Option<(String, Vec<String>)>) -> Result<Response, Stop> {
    let (all, words, layouts) = (read(app).await, seat.words(), &app.settings.layouts);
    let own = all.templates.iter().filter_map(|template| template.file.clone());
    let files = own.chain(all.refused.iter().map(|it| it.file.clone()).filter(|file| layouts::is_own(file))).collect();
    let mut room = OFFERED_MAX;
    let card = |template: &Layout| {
        let is_offered = !layouts.not_offered.contains(&template.id);
        let has_room = is_offered && room > 0;
        room = room.saturating_sub(usize::from(is_offered));
        Card {
            id: template.id.clone(),
            name: name(template, words).to_owned(),
            size: template.size.word(),
            shots: template.shots,
            file: template.file.clone(),
            replaces: template.file.is_some() && Layouts::is_built_in(&template.id),
            is_offered,
            is_beyond: is_offered && !has_room,
        }
    };
    show(&LayoutsPage {
        f: seat.frame(app, Section::Settings),
        cards: all.templates.iter().map(card).collect(),
        wrong: all
            .refused
            .iter()
            .map(|it| Wrong { file: it.file.clone(), faults: it.faults.iter().map(ToString::to_string).collect() })
            .collect(),
        files,
        folder: layouts.folder.display().to_string(),
        closed: closed(app),
        is_asked: app.settings.photos.source == PhotoSource::Boothpay,
        has_printer: app.printer.is_some(),
        offered_max: OFFERED_MAX,
        files_max: FILES_MAX,
        most: PASSWORD_CHARS_MAX,
        trouble,
    })
}

/// A layout's name as customers read it in this language.
fn name<'a>(template: &'a Layout, words: &Words) -> &'a str {
    match words.language() {
        Language::Ru => &template.names.ru,
        Language::Uz => &template.names.uz,
        Language::En => &template.names.en,
    }
}

/// Why files were not taken; with what the template's reader says.
fn in_words(why: NotTaken, words: &Words) -> (String, Vec<String>) {
    let plain = |key: &str| words.t(key).to_owned();
    match why {
        NotTaken::NotOne => (words.fill("layouts.not_one", &[("most", &FILES_MAX.to_string())]), Vec::new()),
        NotTaken::Name(name) => (words.fill("layouts.bad_name", &[("file", &name)]), Vec::new()),
        NotTaken::Faults(file, faults) => {
            (words.fill("layouts.faults", &[("file", &file)]), faults.iter().map(ToString::to_string).collect())
        }
        NotTaken::Stray(file) => (words.fill("layouts.stray", &[("file", &file)]), Vec::new()),
        NotTaken::OthersPicture(file, layout) => {
            (words.fill("layouts.others_picture", &[("file", &file), ("layout", &layout)]), Vec::new())
        }
        NotTaken::Full => (plain("layouts.full"), Vec::new()),
    }
}
