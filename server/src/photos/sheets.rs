//! The print file of an order: composed of the shots of its photo session when it is wanted, and kept beside them.
//!
//! It needs nothing but the session, so it is made again where it is missing: after a crash, when it could not be made before, or when its file
//! is gone while the shots are there.

use super::files::KeepError;
use super::pictures::{Form, Picture};
use super::{AddError, Origin, Stepped, add, remove, step};
use crate::app::App;
use crate::letters;
use crate::limits::SCREEN_PICTURE_SIDE;
use boothpay_layouts::{ComposeError, Look, Sheet, Words, compose};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{Choice, LinkToken, Photo, PhotoKind, Refusal, Session};
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use std::io;
use std::path::PathBuf;

/// What stands in the place of the order's number before there is an order.
const NO_NUMBER_YET: &str = "…";

/// What is given to a printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PrintFile {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// In pixels, as the printer has them.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
}

impl PrintFile {
    /// Where it lies, for a program that was started elsewhere.
    pub(crate) fn whole_path(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }
}

/// Why there is no print file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SheetError {
    #[error("the photo session is over")]
    Over,
    #[error("its pictures are not there any more")]
    Gone,
    #[error("there is no layout {0:?} any more; put its file back into layouts.folder")]
    NoLayout(String),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error("a picture cannot be read: {0}")]
    Files(io::Error),
    #[error("layouts.folder does not answer; look whether its disk, or the network drive, is there")]
    NoFolder,
    #[error("composing broke off, or did not end in time")]
    BrokeOff,
    #[error(transparent)]
    Add(#[from] AddError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<io::Error> for SheetError {
    /// A file that is not there is said to be so by [`super::files::Files`] only where its folder is.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Gone } else { Self::Files(error) }
    }
}

impl SheetError {
    /// Whether there are no pictures any more: they have to be taken again.
    pub(crate) const fn is_gone(&self) -> bool {
        match self {
            Self::Over | Self::Gone => true,
            Self::NoLayout(_)
            | Self::NoFolder
            | Self::Compose(_)
            | Self::Files(_)
            | Self::BrokeOff
            | Self::Add(_)
            | Self::Store(_) => false,
        }
    }

    /// Whether the photos' room is used up.
    pub(crate) const fn is_full(&self) -> bool {
        matches!(self, Self::Add(AddError::Keep(KeepError::Full)))
    }
}

/// The print as it will be, small, for the customer's eyes.
pub(crate) async fn preview(app: &App, session: &Session, choice: &Choice) -> Result<Vec<u8>, SheetError> {
    composed(app, session, choice, NO_NUMBER_YET.to_owned(), |sheet| sheet.preview(SCREEN_PICTURE_SIDE)).await
}

/// The print file of a paid order, made now if it is not there, and its session: the picture is the customer's from now on, behind a
/// link, and the shots go. None for an order without pictures.
pub(crate) async fn print_file(app: &App, order: &OrderId) -> Result<Option<(PrintFile, Session)>, SheetError> {
    let _alone = app.photos.sheets.lock().await;
    let Some(session) = made(app, order).await? else { return Ok(None) };
    let session = if session.link.is_some() { session } else { release(app, &session).await? };
    let Photo { file, width, height, .. } = session.sheet().ok_or(SheetError::Over)?;
    let path = app.settings.photos.folder.join(file.as_str());
    Ok(Some((PrintFile { path, width: *width, height: *height }, session)))
}

async fn release(app: &App, session: &Session) -> Result<Session, SheetError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    let link = LinkToken::from_random(random);
    let now = app.clock.now();
    let until = kept_until(app, now);
    match step(app, &session.id, None, |session| session.release(link.clone(), until, now)).await? {
        Stepped::Taken(session, gone) => {
            for file in gone {
                remove(app, &file).await;
            }
            Ok(session)
        }
        // Somebody else was faster.
        Stepped::Refused(session, Refusal::Completed) => Ok(session),
        Stepped::Refused(..) | Stepped::Unknown | Stepped::HandledBefore => Err(SheetError::Over),
    }
}

/// Until when a picture is kept that was sold now.
pub(crate) fn kept_until(app: &App, now: TimeMs) -> TimeMs {
    now.plus(app.settings.photos.keep)
}

/// The bytes of a session's sheet.
pub(crate) async fn sheet_bytes(app: &App, session: &Session) -> Result<Vec<u8>, SheetError> {
    let photo = session.sheet().ok_or(SheetError::Over)?;
    Ok(app.photos.files.read(&photo.file).await?)
}

/// An order's session, with its sheet.
async fn made(app: &App, order: &OrderId) -> Result<Option<Session>, SheetError> {
    let Some(session) = app.store.session_of_order(order.clone()).await? else { return Ok(None) };
    if session.is_over(app.clock.now()) {
        return Err(SheetError::Over);
    }
    if let Some(sheet) = session.sheet() {
        if app.photos.files.has(&sheet.file).await? {
            return Ok(Some(session));
        }
        // The shots went when it became the customer's. Before that another one is made of them, in its place.
        if session.link.is_some() {
            return Err(SheetError::Gone);
        }
    }
    let choice = session.choice.clone().ok_or(SheetError::Over)?;
    let finish = |sheet: &Sheet| Ok((sheet.jpeg()?, sheet.pixels.width(), sheet.pixels.height()));
    let (bytes, width, height) = composed(app, &session, &choice, letters::in_groups(order.as_str()), finish).await?;
    let picture = Picture { bytes, width, height, form: Form::Jpeg };
    let origin = Origin { kind: PhotoKind::Sheet, order_index: None, telegram_file_id: None, handles: None };
    match add(app, &session.id, picture, origin).await? {
        Stepped::Taken(session, ()) if session.order.as_ref() == Some(order) => Ok(Some(session)),
        Stepped::Taken(..) | Stepped::Refused(..) | Stepped::Unknown | Stepped::HandledBefore => Err(SheetError::Over),
    }
}

/// Composes where nothing waits for it, one at a time.
async fn composed<T: Send + 'static>(
    app: &App,
    session: &Session,
    choice: &Choice,
    order: String,
    finish: impl FnOnce(&Sheet) -> Result<T, ComposeError> + Send + 'static,
) -> Result<T, SheetError> {
    let mut shots = Vec::new();
    for photo in session.uploaded() {
        shots.push(app.photos.files.read(&photo.file).await?);
    }
    let (folder, papers) = (app.settings.layouts.folder.clone(), app.settings.layouts.papers.clone());
    let read = app.photos.layout(folder, choice.layout.clone()).await.ok_or(SheetError::NoFolder)?;
    let template = read.ok_or_else(|| SheetError::NoLayout(choice.layout.clone()))?;
    let (booth, date, choice) = (app.settings.booth.name.clone(), day(app, app.clock.now()), choice.clone());
    let work = move || {
        let look = Look::from_word(&choice.look).unwrap_or_default();
        let slices: Vec<&[u8]> = shots.iter().map(Vec::as_slice).collect();
        let words = Words { date: &date, order: &order, booth: &booth };
        let sheet = compose(&template, &slices, look, words, &papers)?;
        Ok(finish(&sheet)?)
    };
    app.photos.alone(work).await.unwrap_or(Err(SheetError::BrokeOff))
}

/// A day at the booth, as people write it.
pub(crate) fn day(app: &App, now: TimeMs) -> String {
    let moment = jiff::Timestamp::from_millisecond(now.ms()).unwrap_or_default();
    moment.to_zoned(app.settings.time_zone.clone()).strftime("%d.%m.%Y").to_string()
}
