//! A session and its steps.

use super::id::{FileName, LinkToken, SessionId};
use super::sale::Choice;
use crate::ledger::language::Language;
use crate::ledger::order::OrderId;
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};

/// What a session is for. A picture can be taken home from either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// The customer brings photos.
    Upload,
    /// The customer takes the finished picture home.
    Download,
}

impl SessionKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Upload, Self::Download];

    /// The word in the API, in codes and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Download => "download",
        }
    }

    /// Takes back what [`SessionKind::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What has become of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    /// Nobody has opened it yet.
    Pending,
    /// A customer has opened it.
    Active,
    /// The booth has all it wants. Nothing more can be brought; the picture can still be taken home.
    Completed,
    /// The booth has given it up.
    Cancelled,
    /// Its time is over.
    Expired,
}

impl SessionStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Active, Self::Completed, Self::Cancelled, Self::Expired];

    /// The word in the API and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Takes back what [`SessionStatus::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether it is over: then its photos are gone.
    pub const fn is_over(self) -> bool {
        match self {
            Self::Pending | Self::Active | Self::Completed => false,
            Self::Cancelled | Self::Expired => true,
        }
    }
}

/// Whom a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Telegram's number of the customer, which is also that of the chat.
    pub id: i64,
    /// The name by which Telegram knows the customer, if any.
    pub name: Option<String>,
    /// The language in which the bot speaks.
    pub language: Language,
}

/// Whose picture it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoKind {
    /// The customer's.
    Uploaded,
    /// The booth's: what is printed.
    Result,
    /// Composed by this server for an order, and not the customer's before it is paid.
    Sheet,
}

impl PhotoKind {
    /// The word in the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Result => "result",
            Self::Sheet => "sheet",
        }
    }

    /// The kind that somebody means who brings a picture or asks for one. A sheet is nobody's to bring or to ask for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Uploaded, Self::Result].into_iter().find(|kind| kind.word() == word)
    }
}

/// What is known of a picture that a session gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPhoto {
    /// Whose it is.
    pub kind: PhotoKind,
    /// Where its file is.
    pub file: FileName,
    /// How long that is, in bytes.
    pub bytes: u64,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Its place among its kind, where whoever brought it says so.
    pub order_index: Option<u32>,
    /// Telegram's id of it, if it came from there.
    pub telegram_file_id: Option<String>,
}

/// A picture of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Its number in the session; none is given twice.
    pub number: u32,
    /// Whose it is.
    pub kind: PhotoKind,
    /// Where its file is.
    pub file: FileName,
    /// How long that is, in bytes.
    pub bytes: u64,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Its place among its kind.
    pub order_index: u32,
    /// Telegram's id of it, if it came from there.
    pub telegram_file_id: Option<String>,
    /// When it came.
    pub uploaded_at: TimeMs,
}

/// How much a session may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Photos of the customer's.
    pub photos: u32,
    /// Bytes of all pictures together.
    pub bytes: u64,
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The session's time is over, or the booth gave it up.
    Over,
    /// It belongs to another customer.
    SomebodyElses,
    /// It has all the photos that it may have.
    Full,
    /// Its photos would take more room than they may.
    TooLarge,
    /// The booth has all it wants.
    Completed,
    /// There is no such photo in it (any more).
    NoSuchPhoto,
    /// The booth itself composes its finished picture.
    ComposedHere,
    /// An order may still pay for it.
    BeingPaidFor,
    /// It is not what the caller has seen any more.
    Changed,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, the only key to it.
    pub id: SessionId,
    /// What it is for.
    pub kind: SessionKind,
    /// The booth's own number of the kiosk that made it.
    pub kiosk_id: i64,
    /// What has become of it.
    pub status: SessionStatus,
    /// When it was made.
    pub created_at: TimeMs,
    /// When its time is over.
    pub expires_at: TimeMs,
    /// When the booth had all it wanted.
    pub completed_at: Option<TimeMs>,
    /// Whom it belongs to.
    pub customer: Option<Customer>,
    /// When that customer opened it last.
    pub opened_at: Option<TimeMs>,
    /// What the page keeps with it: JSON.
    pub data: String,
    /// Its pictures.
    pub photos: Vec<Photo>,
    /// How many it has had.
    pub numbered: u32,
    /// The photo in whose place the customer's next one comes.
    pub replacing: Option<u32>,
    /// The picture that has to go to the customer.
    pub to_send: Option<u32>,
    /// What is to be made of the shots, where the booth itself prints them.
    pub choice: Option<Choice>,
    /// The order that pays for that.
    pub order: Option<OrderId>,
    /// By which link the picture can be taken home.
    pub link: Option<LinkToken>,
    /// How often it was written.
    pub version: u32,
}

impl Session {
    /// A new one.
    pub fn new(id: SessionId, kind: SessionKind, kiosk_id: i64, data: String, now: TimeMs, lifetime: SpanMs) -> Self {
        Self {
            id,
            kind,
            kiosk_id,
            status: SessionStatus::Pending,
            created_at: now,
            expires_at: now.plus(lifetime),
            completed_at: None,
            customer: None,
            opened_at: None,
            data,
            photos: Vec::new(),
            numbered: 0,
            replacing: None,
            to_send: None,
            choice: None,
            order: None,
            link: None,
            version: 1,
        }
    }

    /// Whether it is over, whether that is written already or not.
    pub fn is_over(&self, now: TimeMs) -> bool {
        // While money for it may come, its time alone does not end it.
        self.status.is_over() || (now >= self.expires_at && !self.is_being_paid_for())
    }

    /// The customer's photos, in their order.
    pub fn uploaded(&self) -> Vec<&Photo> {
        self.of_kind(PhotoKind::Uploaded)
    }

    /// The finished picture.
    pub fn result(&self) -> Option<&Photo> {
        self.of_kind(PhotoKind::Result).pop()
    }

    /// Its pictures of one kind, in their order.
    pub fn of_kind(&self, kind: PhotoKind) -> Vec<&Photo> {
        let mut photos: Vec<&Photo> = self.photos.iter().filter(|photo| photo.kind == kind).collect();
        photos.sort_by_key(|photo| (photo.order_index, photo.number));
        photos
    }

    /// A picture by its number.
    pub fn photo(&self, number: u32) -> Option<&Photo> {
        self.photos.iter().find(|photo| photo.number == number)
    }

    /// A customer opens it. The first one has it from then on.
    pub fn open(&self, customer: Customer, now: TimeMs) -> Result<Self, Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        if self.customer.as_ref().is_some_and(|owner| owner.id != customer.id) {
            return Err(Refusal::SomebodyElses);
        }
        // Who has chosen a language here keeps it.
        let language = self.customer.as_ref().map_or(customer.language, |known| known.language);
        let mut next = self.next();
        next.customer = Some(Customer { language, ..customer });
        next.opened_at = Some(now);
        if next.status == SessionStatus::Pending {
            next.status = SessionStatus::Active;
        }
        if next.to_send.is_none() {
            next.to_send = next.result().map(|photo| photo.number);
        }
        Ok(next)
    }

    /// The customer speaks another language.
    pub fn speak(&self, language: Language) -> Self {
        let mut next = self.next();
        if let Some(customer) = &mut next.customer {
            customer.language = language;
        }
        next
    }

    /// A picture comes. Gives the session with it, and the file that nobody needs any more.
    pub fn add(&self, new: NewPhoto, bounds: Bounds, now: TimeMs) -> Result<(Self, Option<FileName>), Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        let mut next = self.next();
        let replaced = match new.kind {
            // It would be printed and taken home in the place of the customer's own.
            PhotoKind::Result if self.choice.is_some() => return Err(Refusal::ComposedHere),
            // There is one of each: the last.
            PhotoKind::Result => self.result().map(|photo| photo.number),
            PhotoKind::Sheet => self.of_kind(PhotoKind::Sheet).last().map(|photo| photo.number),
            PhotoKind::Uploaded => {
                if self.status == SessionStatus::Completed {
                    return Err(Refusal::Completed);
                }
                self.replacing
            }
        };
        let old = replaced.and_then(|number| self.photo(number)).cloned();
        if let Some(old) = &old {
            next.photos.retain(|photo| photo.number != old.number);
        }
        let kept = next.of_kind(new.kind);
        let room = new.kind != PhotoKind::Uploaded || u32::try_from(kept.len()).is_ok_and(|kept| kept < bounds.photos);
        if !room {
            return Err(Refusal::Full);
        }
        let free = kept.iter().map(|photo| photo.order_index).max().map_or(0, |last| last.saturating_add(1));
        let order_index = new.order_index.or(old.as_ref().map(|old| old.order_index)).unwrap_or(free);
        let all = next.photos.iter().fold(new.bytes, |sum, photo| sum.saturating_add(photo.bytes));
        // What somebody has paid for is not refused for its size.
        if new.kind != PhotoKind::Sheet && all > bounds.bytes {
            return Err(Refusal::TooLarge);
        }
        next.numbered = next.numbered.saturating_add(1);
        let NewPhoto { kind, file, bytes, width, height, order_index: _, telegram_file_id } = new;
        let number = next.numbered;
        let photo = Photo { number, kind, file, bytes, width, height, order_index, telegram_file_id, uploaded_at: now };
        next.photos.push(photo);
        match kind {
            PhotoKind::Uploaded => next.replacing = None,
            PhotoKind::Result if next.customer.is_some() => next.to_send = Some(number),
            PhotoKind::Result | PhotoKind::Sheet => {}
        }
        Ok((next, old.map(|old| old.file)))
    }

    /// A photo of the customer's goes. Gives its file, which nobody needs any more.
    pub fn remove(&self, number: u32, now: TimeMs) -> Result<(Self, FileName), Refusal> {
        let file = self.may_change(number, now)?;
        let mut next = self.next();
        next.photos.retain(|photo| photo.number != number);
        if next.replacing == Some(number) {
            next.replacing = None;
        }
        Ok((next, file))
    }

    /// The customer's next photo comes in the place of this one.
    pub fn replace(&self, number: u32, now: TimeMs) -> Result<Self, Refusal> {
        self.may_change(number, now)?;
        let mut next = self.next();
        next.replacing = Some(number);
        Ok(next)
    }

    fn may_change(&self, number: u32, now: TimeMs) -> Result<FileName, Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        if self.status == SessionStatus::Completed {
            return Err(Refusal::Completed);
        }
        let photo = self.photo(number).filter(|photo| photo.kind == PhotoKind::Uploaded).ok_or(Refusal::NoSuchPhoto)?;
        Ok(photo.file.clone())
    }

    /// The finished picture goes to the customer once more.
    pub fn send_again(&self, now: TimeMs) -> Result<Self, Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        let picture = self.result().ok_or(Refusal::NoSuchPhoto)?.number;
        let mut next = self.next();
        next.to_send = Some(picture);
        Ok(next)
    }

    /// A picture has gone to the customer. What was asked for meanwhile still goes.
    pub fn sent(&self, number: u32) -> Self {
        let mut next = self.next();
        if next.to_send == Some(number) {
            next.to_send = None;
        }
        next
    }

    /// The booth has all it wants.
    pub fn complete(&self, now: TimeMs) -> Result<Self, Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        let mut next = self.next();
        next.status = SessionStatus::Completed;
        next.completed_at = self.completed_at.or(Some(now));
        Ok(next)
    }

    /// What the page keeps with it is another text.
    pub fn keep(&self, data: String) -> Self {
        Self { data, ..self.next() }
    }

    /// Somebody gives it up: the customer, or a page. While an order may still pay for it, it is not his to end.
    pub fn give_up(&self, status: SessionStatus) -> Result<Self, Refusal> {
        if self.is_being_paid_for() { Err(Refusal::BeingPaidFor) } else { Ok(self.end(status)) }
    }

    /// It is over: nothing of its customer and its photos stays.
    pub fn end(&self, status: SessionStatus) -> Self {
        let mut next = self.next();
        next.status = status;
        next.customer = None;
        next.opened_at = None;
        next.data = "{}".to_owned();
        next.photos.clear();
        next.replacing = None;
        next.to_send = None;
        next.choice = None;
        next.order = None;
        next.link = None;
        next
    }

    pub(super) fn next(&self) -> Self {
        Self { version: self.version.saturating_add(1), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = TimeMs::new(1_000_000);
    const BOUNDS: Bounds = Bounds { photos: 3, bytes: 1000 };

    fn session() -> Session {
        let id = SessionId::from_random([7; 16]);
        Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), NOW, SpanMs::seconds(60))
    }

    fn anna() -> Customer {
        Customer { id: 1, name: Some("anna".to_owned()), language: Language::Uz }
    }

    fn photo(kind: PhotoKind, byte: u8) -> NewPhoto {
        let file = FileName::from_random([byte; 16], "jpg");
        NewPhoto { kind, file, bytes: 100, width: 10, height: 20, order_index: None, telegram_file_id: None }
    }

    fn with(photos: u8) -> Session {
        let add = |session: Session, byte| session.add(photo(PhotoKind::Uploaded, byte), BOUNDS, NOW).unwrap().0;
        (1..=photos).fold(session().open(anna(), NOW).unwrap(), add)
    }

    fn numbers(session: &Session) -> Vec<u32> {
        session.uploaded().iter().map(|photo| photo.number).collect()
    }

    #[test]
    fn a_session_belongs_to_the_first_who_opens_it() {
        let opened = session().open(anna(), NOW).unwrap();
        assert_eq!(opened.status, SessionStatus::Active);
        let other = Customer { id: 2, ..anna() };
        assert_eq!(opened.open(other.clone(), NOW), Err(Refusal::SomebodyElses));
        let russian = opened.speak(Language::Ru);
        assert_eq!(russian.open(anna(), NOW).unwrap().customer.unwrap().language, Language::Ru, "it was chosen");
        assert_eq!(session().open(other, NOW.plus(SpanMs::seconds(60))), Err(Refusal::Over));
    }

    #[test]
    fn photos_come_in_order_up_to_a_bound() {
        let full = with(3);
        assert_eq!(numbers(&full), [1, 2, 3]);
        assert_eq!(full.add(photo(PhotoKind::Uploaded, 9), BOUNDS, NOW).unwrap_err(), Refusal::Full);
        let narrow = Bounds { bytes: 250, ..BOUNDS };
        assert_eq!(with(2).add(photo(PhotoKind::Uploaded, 9), narrow, NOW).unwrap_err(), Refusal::TooLarge);
        let completed = with(1).complete(NOW).unwrap();
        assert_eq!(completed.add(photo(PhotoKind::Uploaded, 9), BOUNDS, NOW).unwrap_err(), Refusal::Completed);
        assert!(completed.add(photo(PhotoKind::Result, 9), BOUNDS, NOW).is_ok(), "the picture is still made of them");
    }

    #[test]
    fn a_photo_is_changed_in_its_place_and_removed() {
        let changing = with(3).replace(2, NOW).unwrap();
        let (changed, gone) = changing.add(photo(PhotoKind::Uploaded, 9), BOUNDS, NOW).unwrap();
        assert_eq!((numbers(&changed), changed.replacing), (vec![1, 4, 3], None));
        assert_eq!(gone, Some(photo(PhotoKind::Uploaded, 2).file));
        let (removed, gone) = changed.remove(1, NOW).unwrap();
        assert_eq!((numbers(&removed), gone), (vec![4, 3], photo(PhotoKind::Uploaded, 1).file));
        assert_eq!(removed.remove(1, NOW).unwrap_err(), Refusal::NoSuchPhoto);
        let (added, _) = removed.add(photo(PhotoKind::Uploaded, 5), BOUNDS, NOW).unwrap();
        assert_eq!(numbers(&added), [4, 3, 5], "no number is given twice");
        let waiting = with(1).replace(1, NOW).unwrap().remove(1, NOW).unwrap().0;
        assert_eq!(waiting.replacing, None);
    }

    #[test]
    fn the_picture_goes_to_its_customer_when_both_are_there() {
        let first = session().add(photo(PhotoKind::Result, 1), BOUNDS, NOW).unwrap().0;
        assert_eq!(first.to_send, None, "nobody is there");
        assert_eq!(first.open(anna(), NOW).unwrap().to_send, Some(1));
        let second = session().open(anna(), NOW).unwrap().add(photo(PhotoKind::Result, 1), BOUNDS, NOW).unwrap().0;
        assert_eq!(second.to_send, Some(1));
        let (anew, gone) = second.add(photo(PhotoKind::Result, 2), BOUNDS, NOW).unwrap();
        assert_eq!((anew.to_send, gone), (Some(2), Some(photo(PhotoKind::Result, 1).file)));
        assert_eq!(anew.sent(1).to_send, Some(2), "the one before it went");
        let sent = anew.sent(2);
        assert_eq!((sent.to_send, sent.send_again(NOW).unwrap().to_send), (None, Some(2)));
    }

    #[test]
    fn nothing_of_a_customer_stays() {
        let ended = with(2).keep("{\"name\": \"Anna\"}".to_owned()).end(SessionStatus::Expired);
        assert_eq!((ended.customer.clone(), ended.photos.len(), ended.data.as_str()), (None, 0, "{}"));
        assert!(ended.is_over(NOW));
    }
}
