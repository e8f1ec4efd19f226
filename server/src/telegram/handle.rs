//! One thing that a customer did, handled: the session's step first, together with the mark that it is handled, then the answer.
//! An answer that gets lost is no harm: the next one says how things stand.

use super::api::{Bot, Buttons, Failure};
use super::incoming::{Incoming, What};
use super::words::{Places, Say, filled, words};
use crate::app::App;
use crate::limits::TELEGRAM_SAY_TRIES_MAX;
use crate::photos::asked::{Asked, asked};
use crate::photos::files::KeepError;
use crate::photos::pictures::{BYTES_MAX, PictureError, prepare};
use crate::photos::{AddError, Origin, Stepped, add, remove, step};
use boothpay_protocol::alerts::{self, Chat as AlertChat};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::photos::{Customer, PhotoKind, Refusal, Session, SessionId, SessionKind, SessionStatus};
use boothpay_protocol::secret::KeyDigest;
use boothpay_store::{StoreError, Update, UpdateKey};
use std::sync::Arc;

/// What a code begins with that makes a chat the one for alerts.
const ALERTS: &str = "alerts_";

/// How a customer's language is called in itself.
const LANGUAGES: [(Language, &str); 3] =
    [(Language::Ru, "Русский"), (Language::Uz, "O‘zbekcha"), (Language::En, "English")];

/// Why something is not handled yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotYet {
    /// Telegram, or the way to it.
    #[error(transparent)]
    Telegram(#[from] Failure),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Handles an update. `is_last`: nothing else of this customer waits, so it is worth saying how things stand; `is_last_try`: it is
/// not tried again, whatever comes of it.
pub(crate) async fn handle(
    app: &Arc<App>,
    bot: &Bot,
    update: &Update,
    is_last: bool,
    is_last_try: bool,
) -> Result<(), NotYet> {
    let now = app.clock.now();
    let Ok(incoming) = serde_json::from_str::<Incoming>(&update.content) else {
        // Kept by another version of the program: nobody will ever understand it here.
        app.store.handled(update.key, now).await?;
        return Ok(());
    };
    let session = app.store.session_of(incoming.customer, now).await?;
    let known = session.as_ref().and_then(|session| session.customer.as_ref());
    let language = known.map_or(incoming.language, |customer| customer.language);
    let asked = asked(app, session.as_ref()).await;
    let chat = Chat { app, bot, customer: incoming.customer, language, key: update.key, asked };
    match &incoming.what {
        What::Start(code) => chat.start(&incoming, code).await,
        What::Picture { file_id, bytes } => chat.picture(session, file_id, *bytes, is_last, is_last_try).await,
        What::Button { query, data } => chat.button(query, data).await,
        What::Language => chat.answered(Say::WhichLanguage, Places::default(), languages()).await,
        What::Cancel => chat.cancel(session).await,
        What::Help => chat.answered(Say::Help, Places::default(), Vec::new()).await,
        What::Other => match session {
            Some(_) => chat.answered(Say::OnlyPhotos, Places::default(), Vec::new()).await,
            None => chat.answered(Say::Hello, Places::default(), Vec::new()).await,
        },
    }
}

/// One customer, one update.
struct Chat<'a> {
    app: &'a Arc<App>,
    bot: &'a Bot,
    customer: i64,
    language: Language,
    key: UpdateKey,
    /// How many photos of this customer are wanted.
    asked: Asked,
}

impl Chat<'_> {
    /// Notes that it is handled, then says something: for what changes no session.
    async fn answered(&self, say: Say, places: Places, buttons: Buttons) -> Result<(), NotYet> {
        if self.app.store.handled(self.key, self.app.clock.now()).await? {
            self.say(&filled(self.language, say, places), &buttons).await;
        }
        Ok(())
    }

    /// Says something, with patience for one who asks for quiet. What does not get there is left: it holds up nobody's photos.
    async fn say(&self, text: &str, buttons: &Buttons) {
        for _ in 0..TELEGRAM_SAY_TRIES_MAX {
            match self.bot.say(self.customer, text, buttons).await {
                Err(Failure::TooOften(_)) => {}
                Ok(()) => return,
                Err(error) => {
                    tracing::debug!(%error, "a customer was not answered");
                    return;
                }
            }
        }
    }

    async fn start(&self, incoming: &Incoming, code: &str) -> Result<(), NotYet> {
        if let Some(code) = code.strip_prefix(ALERTS) {
            return self.take_alerts(incoming, code).await;
        }
        let parsed =
            code.split_once('_').and_then(|(kind, id)| Some((SessionKind::from_word(kind)?, SessionId::parse(id)?)));
        let id = match (code, parsed) {
            ("", _) => return self.answered(Say::Hello, self.places(0), Vec::new()).await,
            (_, None) => return self.answered(Say::UnknownCode, self.places(0), Vec::new()).await,
            (_, Some((_, id))) => id,
        };
        let customer = Customer { id: incoming.customer, name: incoming.name.clone(), language: incoming.language };
        let take = |session: &Session| Ok((session.open(customer.clone(), self.app.clock.now())?, ()));
        match step(self.app, &id, Some(self.key), take).await? {
            Stepped::Taken(session, ()) => {
                // The session that he opens is another one than he had.
                let asked = asked(self.app, Some(&session)).await;
                let say = match session.kind {
                    SessionKind::Upload if asked.wanted == asked.most => Say::BringAll,
                    SessionKind::Upload => Say::Bring,
                    SessionKind::Download => Say::Take,
                };
                let language = session.customer.as_ref().map_or(self.language, |customer| customer.language);
                self.say(&filled(language, say, places(asked, 0)), &language_row(language)).await;
                Ok(())
            }
            Stepped::Refused(_, refusal) => self.answered(refused(refusal), self.places(0), Vec::new()).await,
            Stepped::Unknown => self.answered(Say::UnknownCode, self.places(0), Vec::new()).await,
            Stepped::HandledBefore => Ok(()),
        }
    }

    /// Somebody brings the code that the panel has shown: his chat is where alerts go.
    async fn take_alerts(&self, incoming: &Incoming, code: &str) -> Result<(), NotYet> {
        let now = self.app.clock.now();
        let language = incoming.language.code().to_owned();
        let chat = AlertChat { id: incoming.customer, name: incoming.name.clone(), language, since: now };
        let code = KeyDigest::of(code.trim().to_ascii_uppercase().as_bytes());
        let decide = move |rows: &Rows| alerts::redeem(&code, &chat, rows, now);
        let taken = self.app.store.transact(Needs::setting(alerts::setting_name()), Actor::Tasks, decide).await?.reply;
        let say = if taken { Say::AlertsHere } else { Say::UnknownCode };
        self.answered(say, self.places(0), Vec::new()).await
    }

    async fn picture(
        &self,
        session: Option<Session>,
        file_id: &str,
        bytes: Option<u64>,
        is_last: bool,
        is_last_try: bool,
    ) -> Result<(), NotYet> {
        let refuse = async |say| self.answered(say, self.places(0), Vec::new()).await;
        let Some(session) = session else { return refuse(Say::NoSession).await };
        if session.kind == SessionKind::Download {
            return refuse(Say::OnlyTake).await;
        }
        if session.status == SessionStatus::Completed {
            return refuse(Say::Completed).await;
        }
        let most = usize::try_from(self.asked.most).unwrap_or(usize::MAX);
        if session.uploaded().len() >= most && session.replacing.is_none() {
            return refuse(Say::Full).await;
        }
        if bytes.is_some_and(|bytes| usize::try_from(bytes).is_ok_and(|bytes| bytes > BYTES_MAX)) {
            return refuse(Say::TooHeavy).await;
        }
        let picture = match self.fetch(file_id).await {
            Ok(picture) => picture,
            Err(Failure::Refused(why)) if why.contains("too big") => return refuse(Say::TooHeavy).await,
            Err(Failure::Refused(_)) => return refuse(Say::NotFetched).await,
            Err(_) if is_last_try => return refuse(Say::NotFetched).await,
            Err(failure) => return Err(failure.into()),
        };
        let picture = match self.app.photos.work(move || prepare(&picture)).await {
            Ok(picture) => picture,
            Err(error) => return refuse(not_taken(error)).await,
        };
        let origin = Origin {
            kind: PhotoKind::Uploaded,
            order_index: None,
            telegram_file_id: Some(file_id.to_owned()),
            handles: Some(self.key),
        };
        match add(self.app, &session.id, picture, origin).await {
            Ok(Stepped::Taken(session, ())) => {
                if is_last {
                    self.tell_progress(&session).await;
                }
                Ok(())
            }
            Ok(Stepped::Refused(_, refusal)) => refuse(refused(refusal)).await,
            Ok(Stepped::Unknown) => refuse(Say::Over).await,
            Ok(Stepped::HandledBefore) => Ok(()),
            Err(AddError::Store(error)) => Err(error.into()),
            Err(AddError::Keep(error)) => {
                match &error {
                    KeepError::Full => tracing::warn!("a photo from Telegram was refused: {error}"),
                    KeepError::Disk(error) => {
                        tracing::error!(%error, "a photo from Telegram could not be written into photos.folder");
                    }
                }
                refuse(Say::NoRoom).await
            }
        }
    }

    async fn fetch(&self, file_id: &str) -> Result<Vec<u8>, Failure> {
        let file = self.bot.get_file(file_id).await?;
        self.bot.download(&file).await
    }

    /// A press of a button: its letter, the session's id, and more.
    async fn button(&self, query: &str, data: &str) -> Result<(), NotYet> {
        let mut parts = data.split(':');
        let (letter, id, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
        if let Some(language) = Language::from_code(id).filter(|_| letter == "l") {
            return self.speak(query, language).await;
        }
        let Some(id) = SessionId::parse(id) else {
            return self.let_go_of(query, Say::Gone).await;
        };
        let number: u32 = rest.and_then(|rest| rest.parse().ok()).unwrap_or(0);
        let now = self.app.clock.now();
        let owned = |session: &Session| {
            let is_his = session.customer.as_ref().is_some_and(|owner| owner.id == self.customer);
            if is_his { Ok(()) } else { Err(Refusal::Over) }
        };
        let key = Some(self.key);
        let refusal = match letter {
            "r" => {
                let take = |session: &Session| owned(session).and_then(|()| session.remove(number, now));
                match step(self.app, &id, key, take).await? {
                    Stepped::Taken(session, file) => {
                        remove(self.app, &file).await;
                        let _ = self.bot.let_go(query, None).await;
                        let text = filled(self.language, Say::Removed, self.places(session.uploaded().len()));
                        self.say(&text, &photo_buttons(self.language, &session)).await;
                        return Ok(());
                    }
                    not_taken @ (Stepped::Refused(..) | Stepped::Unknown | Stepped::HandledBefore) => {
                        not_taken.refusal()
                    }
                }
            }
            "c" => {
                let take = |session: &Session| Ok((owned(session).and_then(|()| session.replace(number, now))?, ()));
                match step(self.app, &id, key, take).await? {
                    Stepped::Taken(session, ()) => {
                        let place = session.uploaded().iter().position(|photo| photo.number == number);
                        let _ = self.bot.let_go(query, None).await;
                        let places = self.places(place.unwrap_or(0).saturating_add(1));
                        self.say(&filled(self.language, Say::SendInstead, places), &Vec::new()).await;
                        return Ok(());
                    }
                    not_taken @ (Stepped::Refused(..) | Stepped::Unknown | Stepped::HandledBefore) => {
                        not_taken.refusal()
                    }
                }
            }
            "a" => {
                let take = |session: &Session| Ok((owned(session).and_then(|()| session.send_again(now))?, ()));
                match step(self.app, &id, key, take).await? {
                    Stepped::Taken(..) => {
                        // The picture itself is the answer.
                        let _ = self.bot.let_go(query, None).await;
                        return Ok(());
                    }
                    not_taken @ (Stepped::Refused(..) | Stepped::Unknown | Stepped::HandledBefore) => {
                        not_taken.refusal()
                    }
                }
            }
            _ => Some(Refusal::NoSuchPhoto),
        };
        match refusal {
            Some(Refusal::NoSuchPhoto) if letter == "a" => self.let_go_of(query, Say::NoResult).await,
            Some(refusal) => self.let_go_of(query, refused(refusal)).await,
            None => Ok(()),
        }
    }

    async fn speak(&self, query: &str, language: Language) -> Result<(), NotYet> {
        let now = self.app.clock.now();
        if let Some(session) = self.app.store.session_of(self.customer, now).await? {
            let take = |session: &Session| Ok((session.speak(language), ()));
            match step(self.app, &session.id, Some(self.key), take).await? {
                Stepped::HandledBefore => return Ok(()),
                Stepped::Taken(..) | Stepped::Refused(..) | Stepped::Unknown => {}
            }
        } else if !self.app.store.handled(self.key, now).await? {
            return Ok(());
        }
        let _ = self.bot.let_go(query, None).await;
        self.say(words(language, Say::LanguageIs), &Vec::new()).await;
        Ok(())
    }

    async fn let_go_of(&self, query: &str, say: Say) -> Result<(), NotYet> {
        if self.app.store.handled(self.key, self.app.clock.now()).await? {
            let _ = self.bot.let_go(query, Some(&filled(self.language, say, self.places(0)))).await;
        }
        Ok(())
    }

    /// The customer wants nothing of his to stay.
    async fn cancel(&self, session: Option<Session>) -> Result<(), NotYet> {
        let Some(session) = session else {
            return self.answered(Say::NothingHere, self.places(0), Vec::new()).await;
        };
        let take = |session: &Session| Ok((session.give_up(SessionStatus::Cancelled)?, session.photos.clone()));
        match step(self.app, &session.id, Some(self.key), take).await? {
            Stepped::Taken(_, photos) => {
                for photo in photos {
                    remove(self.app, &photo.file).await;
                }
                self.say(words(self.language, Say::Cancelled), &Vec::new()).await;
                Ok(())
            }
            Stepped::Refused(_, refusal) => self.answered(refused(refusal), self.places(0), Vec::new()).await,
            Stepped::Unknown | Stepped::HandledBefore => Ok(()),
        }
    }

    async fn tell_progress(&self, session: &Session) {
        let there = session.uploaded().len();
        let places = self.places(there);
        let wanted = usize::try_from(places.of).unwrap_or(usize::MAX);
        let say = match there.cmp(&wanted) {
            std::cmp::Ordering::Less => Say::Progress,
            std::cmp::Ordering::Equal => Say::Enough,
            std::cmp::Ordering::Greater => Say::Plenty,
        };
        let mut text = filled(self.language, say, places);
        if there >= wanted && places.more > 0 {
            text = format!("{text} {}", filled(self.language, Say::More, places));
        }
        self.say(&text, &photo_buttons(self.language, session)).await;
    }

    fn places(&self, n: usize) -> Places {
        places(self.asked, n)
    }
}

fn places(asked: Asked, n: usize) -> Places {
    let most = usize::try_from(asked.most).unwrap_or(usize::MAX);
    Places { n, of: asked.wanted, most: asked.most, more: most.saturating_sub(n) }
}

impl<T> Stepped<T> {
    /// What a customer is told of a step that was not taken; nothing when it was, now or before.
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(_, refusal) => Some(*refusal),
            Self::Unknown => Some(Refusal::Over),
            Self::Taken(..) | Self::HandledBefore => None,
        }
    }
}

fn refused(refusal: Refusal) -> Say {
    match refusal {
        Refusal::Over => Say::Over,
        Refusal::SomebodyElses => Say::Somebody,
        Refusal::Full | Refusal::TooLarge => Say::Full,
        Refusal::Completed | Refusal::ComposedHere | Refusal::Changed => Say::Completed,
        Refusal::BeingPaidFor => Say::BeingPaidFor,
        Refusal::NoSuchPhoto => Say::Gone,
    }
}

fn not_taken(error: PictureError) -> Say {
    match error {
        PictureError::TooHeavy => Say::TooHeavy,
        PictureError::TooLarge => Say::TooLarge,
        PictureError::NoPicture => Say::NoPicture,
        PictureError::Damaged => Say::Damaged,
        PictureError::UnreadableHeif => Say::Unreadable,
    }
}

/// For each photo a button that changes it and one that removes it; and one for the language.
fn photo_buttons(language: Language, session: &Session) -> Buttons {
    let id = session.id.as_str();
    let row = |(place, photo): (usize, &&boothpay_protocol::photos::Photo)| {
        let places = Places { n: place, ..Places::default() };
        vec![
            (filled(language, Say::Change, places), format!("c:{id}:{}", photo.number)),
            (filled(language, Say::Remove, places), format!("r:{id}:{}", photo.number)),
        ]
    };
    (1..).zip(session.uploaded().iter()).map(row).collect()
}

fn languages() -> Buttons {
    vec![LANGUAGES.iter().map(|(language, name)| ((*name).to_owned(), format!("l:{}", language.code()))).collect()]
}

/// The other languages, below what a customer reads first.
fn language_row(spoken: Language) -> Buttons {
    let others = LANGUAGES.iter().filter(|(language, _)| *language != spoken);
    vec![others.map(|(language, name)| ((*name).to_owned(), format!("l:{}", language.code()))).collect()]
}
