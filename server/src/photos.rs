//! Photos that customers bring to the booth and pictures that they take home: beside payments, and never in their way.
//!
//! What a session may do is [`boothpay_protocol::photos`]; here its steps are kept, its files written and removed, and pictures
//! made fit to be kept, one at a time, on a thread of its own.

pub(crate) mod asked;
mod bodies;
pub(crate) mod files;
pub(crate) mod lost;
pub(crate) mod pictures;
mod places;
pub(crate) mod sheets;

use crate::app::App;
use crate::config::PhotoSettings;
use crate::limits::{
    PICTURE_ANSWERS_MAX, PICTURE_PATIENCE, PICTURES_AT_ONCE_MAX, SESSION_BYTES_MAX, SESSION_CHANGES_BUFFERED,
    SESSION_TRIES_MAX,
};
use bodies::Bodies;
pub(crate) use bodies::Room;
use boothpay_layouts::{Layouts, SHOTS_MAX, Template};
use boothpay_protocol::photos::{Bounds, FileName, NewPhoto, PhotoKind, Refusal, Session, SessionId, SessionStatus};
use boothpay_store::{StoreError, UpdateKey};
use files::{Files, KeepError};
use pictures::{Picture, PictureError};
use places::Places;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};
use tokio::sync::{Mutex, Notify, Semaphore, broadcast};

/// What handlers, jobs and the bot share of it.
pub(crate) struct Photos {
    /// The pictures themselves.
    pub(crate) files: Files,
    /// Places for decoding.
    places: Places,
    /// One for reading layouts, whose folder is the owner's: what it does to us keeps no picture waiting.
    layouts: Places,
    /// Bodies that bring pictures.
    pub(crate) bodies: Bodies,
    /// Places for answers with a session's pictures.
    pub(crate) answers: Semaphore,
    /// One print file is made at a time: two for one order would take each other's place.
    sheets: Mutex<()>,
    changed: broadcast::Sender<SessionId>,
    /// Wakes whoever sends pictures.
    pub(crate) to_send: Notify,
    /// The bot's name, as soon as Telegram has said it.
    bot_name: RwLock<Option<String>>,
}

impl Photos {
    pub(crate) fn new(settings: &PhotoSettings) -> Self {
        Self {
            files: Files::new(settings.folder.clone(), settings.disk_bytes),
            places: Places::new(PICTURES_AT_ONCE_MAX, PICTURE_PATIENCE),
            layouts: Places::new(1, PICTURE_PATIENCE),
            bodies: Bodies::new(),
            answers: Semaphore::new(PICTURE_ANSWERS_MAX),
            sheets: Mutex::default(),
            changed: broadcast::Sender::new(SESSION_CHANGES_BUFFERED),
            to_send: Notify::new(),
            bot_name: RwLock::default(),
        }
    }

    /// Ids of sessions as this process changes them.
    pub(crate) fn changes(&self) -> broadcast::Receiver<SessionId> {
        self.changed.subscribe()
    }

    /// The bot's name, as soon as Telegram has said it.
    pub(crate) fn bot_name(&self) -> Option<String> {
        self.bot_name.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the bot's name; none while there is no bot, or nobody has said yet which.
    pub(crate) fn name_bot(&self, name: Option<String>) {
        *self.bot_name.write().unwrap_or_else(PoisonError::into_inner) = name;
    }

    /// The address behind the code that a customer scans, as soon as the bot is known.
    pub(crate) fn link(&self, session: &Session) -> Option<String> {
        let bot = self.bot_name()?;
        Some(format!("https://t.me/{bot}?start={}_{}", session.kind.word(), session.id.as_str()))
    }

    /// Works on a picture where nothing waits for it, a few at a time.
    pub(crate) async fn work(
        &self,
        work: impl FnOnce() -> Result<Picture, PictureError> + Send + 'static,
    ) -> Result<Picture, PictureError> {
        // A decoder that breaks off has met a picture that nobody has drawn.
        self.alone(work).await.unwrap_or(Err(PictureError::Damaged))
    }

    /// The same for whatever else takes a core. None when it broke off, or did not end in time.
    pub(crate) async fn alone<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        self.places.work(work).await
    }

    /// All layouts, read anew. None when the folder does not answer.
    pub(crate) async fn layouts(&self, folder: PathBuf) -> Option<Layouts> {
        let read = self.layouts.work(move || Layouts::read(&folder)).await;
        read.filter(|_| !boothpay_layouts::hangs())
    }

    /// A layout by its id, read anew. None when the folder does not answer.
    pub(crate) async fn layout(&self, folder: PathBuf, id: String) -> Option<Option<Template>> {
        let read = self.layouts.work(move || Layouts::read_one(&folder, &id)).await?;
        if read.is_none() && boothpay_layouts::hangs() { None } else { Some(read) }
    }

    /// Whether something goes on with pictures or layouts that should have ended: their disk hangs.
    pub(crate) fn hang(&self) -> bool {
        self.places.hang() || self.layouts.hang() || boothpay_layouts::hangs()
    }
}

/// What became of a step.
pub(crate) enum Stepped<T> {
    /// It is kept.
    Taken(Session, T),
    /// The session does not allow it.
    Refused(Session, Refusal),
    /// There is no such session.
    Unknown,
    /// The update that it was about has been handled before.
    HandledBefore,
}

/// Takes a step of a session and keeps it; again, when somebody else was faster. What it handles is kept in the same commit.
pub(crate) async fn step<T>(
    app: &App,
    id: &SessionId,
    handles: Option<UpdateKey>,
    take: impl Fn(&Session) -> Result<(Session, T), Refusal>,
) -> Result<Stepped<T>, StoreError> {
    let mut seen = None;
    for _ in 0..SESSION_TRIES_MAX {
        let Some(session) = app.store.session(id.clone()).await? else { return Ok(Stepped::Unknown) };
        if seen == Some(session.version) {
            // Nobody has changed it, so it was the update.
            return Ok(Stepped::HandledBefore);
        }
        let (next, with) = match take(&session) {
            Ok(taken) => taken,
            Err(refusal) => return Ok(Stepped::Refused(session, refusal)),
        };
        if app.store.save_session(next.clone(), handles, app.clock.now()).await? {
            // Nobody listening is no fault.
            let _ = app.photos.changed.send(next.id.clone());
            if next.to_send.is_some() {
                app.photos.to_send.notify_one();
            }
            return Ok(Stepped::Taken(next, with));
        }
        seen = Some(session.version);
    }
    Err(StoreError::Overloaded)
}

/// How much one session may hold. The shots of the booth's own camera are as many as a layout wants.
pub(crate) fn bounds(app: &App, session: &Session) -> Bounds {
    let most = app.settings.photos.most;
    let photos = if session.choice.is_some() { most.max(SHOTS_MAX) } else { most };
    Bounds { photos, bytes: SESSION_BYTES_MAX }
}

/// Where a picture comes from, beside its bytes.
pub(crate) struct Origin {
    pub(crate) kind: PhotoKind,
    pub(crate) order_index: Option<u32>,
    pub(crate) telegram_file_id: Option<String>,
    /// The update that brought it.
    pub(crate) handles: Option<UpdateKey>,
}

/// Keeps a picture in a session: first its file, then what the session knows of it. A file that no session knows goes at once.
pub(crate) async fn add(app: &App, id: &SessionId, picture: Picture, origin: Origin) -> Result<Stepped<()>, AddError> {
    let Picture { bytes, width, height, form } = picture;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let file = match origin.kind {
        PhotoKind::Uploaded | PhotoKind::Result => app.photos.files.add(bytes, form.ending()).await?,
        PhotoKind::Sheet => app.photos.files.add_paid(bytes, form.ending()).await?,
    };
    let Origin { kind, order_index, telegram_file_id, handles } = origin;
    let new = NewPhoto { kind, file: file.clone(), bytes: length, width, height, order_index, telegram_file_id };
    let stepped =
        step(app, id, handles, |session| session.add(new.clone(), bounds(app, session), app.clock.now())).await;
    match stepped {
        Ok(Stepped::Taken(session, gone)) => {
            if let Some(gone) = gone {
                remove(app, &gone).await;
            }
            Ok(Stepped::Taken(session, ()))
        }
        Ok(not_taken) => {
            remove(app, &file).await;
            Ok(match not_taken {
                Stepped::Refused(session, refusal) => Stepped::Refused(session, refusal),
                Stepped::Unknown => Stepped::Unknown,
                Stepped::Taken(..) | Stepped::HandledBefore => Stepped::HandledBefore,
            })
        }
        // The commit may have taken place all the same. A file that is not wanted goes when it is older than any session.
        Err(error) => Err(error.into()),
    }
}

/// Why a picture could not be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddError {
    #[error(transparent)]
    Keep(#[from] KeepError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends a session, if nobody has changed it meanwhile; then its photos go. What a killed program leaves of them goes by its age.
pub(crate) async fn end(app: &App, session: &Session, status: SessionStatus) -> Result<bool, StoreError> {
    let ended = app.store.save_session(session.end(status), None, app.clock.now()).await?;
    if ended {
        for photo in &session.photos {
            remove(app, &photo.file).await;
        }
        let _ = app.photos.changed.send(session.id.clone());
    }
    Ok(ended)
}

/// Removes a file. One that does not go now goes when it is older than any session.
pub(crate) async fn remove(app: &App, file: &FileName) {
    if let Err(error) = app.photos.files.remove(file).await {
        tracing::warn!(%error, "a photo that nobody needs any more could not be removed; it is tried again later");
    }
}
