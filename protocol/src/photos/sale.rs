//! A session whose pictures the booth itself prints: what is to be made of them, which order pays for it, and that the picture becomes
//! the customer's only then.

use super::id::{FileName, LinkToken};
use super::session::{Photo, PhotoKind, Refusal, Session, SessionStatus};
use crate::ledger::order::OrderId;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// What is to be made of the shots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The layout's id.
    pub layout: String,
    /// The look's word.
    pub look: String,
    /// How often the shots were taken again, where the customer has paid before they were taken.
    #[serde(default)]
    pub retakes: u32,
}

impl Session {
    /// The composed picture, whether it is the customer's already or not.
    pub fn sheet(&self) -> Option<&Photo> {
        let last = |kind| self.of_kind(kind).pop();
        last(PhotoKind::Sheet).or_else(|| last(PhotoKind::Result).filter(|_| self.link.is_some()))
    }

    /// Whether it belongs to an order whose print was not granted yet.
    pub fn is_being_paid_for(&self) -> bool {
        self.order.is_some() && self.link.is_none()
    }

    /// It is kept at least until a time, because money for it may still come.
    pub fn hold(&self, until: TimeMs) -> Result<Self, Refusal> {
        if self.status.is_over() {
            return Err(Refusal::Over);
        }
        let mut next = self.next();
        next.expires_at = self.expires_at.max(until);
        Ok(next)
    }

    /// The customer chooses; again and again, until its print is granted. An order that waits is closed before.
    pub fn choose(&self, choice: Choice, now: TimeMs) -> Result<Self, Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        if self.link.is_some() {
            return Err(Refusal::Completed);
        }
        let retakes = self.choice.as_ref().map_or(0, |before| before.retakes);
        let mut next = self.next();
        next.choice = Some(Choice { retakes, ..choice });
        Ok(next)
    }

    /// An order is to pay for what is taken afterwards: the session belongs to it, and takes its shots until its customer wants the
    /// print of them ([`Session::complete`]).
    pub fn reserve(&self, order: OrderId, until: TimeMs, now: TimeMs) -> Result<Self, Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        if self.link.is_some() || self.status == SessionStatus::Completed {
            return Err(Refusal::Completed);
        }
        if self.choice.is_none() {
            return Err(Refusal::NoSuchPhoto);
        }
        let mut next = self.next();
        next.order = Some(order);
        next.expires_at = self.expires_at.max(until);
        Ok(next)
    }

    /// Whether its customer has taken the shots and wants the print of them, or has it.
    pub fn has_its_shots(&self) -> bool {
        self.link.is_some() || (self.status == SessionStatus::Completed && !self.uploaded().is_empty())
    }

    /// An order is to pay for it, and its photos are kept at least until then. Another order takes the place of one that is closed:
    /// its sheet, whose file comes back, has the other number on it.
    pub fn sell(&self, order: OrderId, until: TimeMs, now: TimeMs) -> Result<(Self, Option<FileName>), Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        if self.link.is_some() {
            return Err(Refusal::Completed);
        }
        if self.choice.is_none() || self.uploaded().is_empty() {
            return Err(Refusal::NoSuchPhoto);
        }
        let mut next = self.next();
        let stale = self.of_kind(PhotoKind::Sheet).pop().map(|photo| photo.file.clone());
        next.photos.retain(|photo| photo.kind != PhotoKind::Sheet);
        next.order = Some(order);
        next.status = SessionStatus::Completed;
        next.completed_at = self.completed_at.or(Some(now));
        next.expires_at = self.expires_at.max(until);
        Ok((next, stale))
    }

    /// The order is paid: the sheet is the customer's finished picture, behind a link, until a time. The shots go; their files come back.
    pub fn release(&self, link: LinkToken, until: TimeMs, now: TimeMs) -> Result<(Self, Vec<FileName>), Refusal> {
        if self.is_over(now) {
            return Err(Refusal::Over);
        }
        if self.link.is_some() {
            return Err(Refusal::Completed);
        }
        let number = self.of_kind(PhotoKind::Sheet).pop().ok_or(Refusal::NoSuchPhoto)?.number;
        let gone = self.photos.iter().filter(|photo| photo.number != number).map(|photo| photo.file.clone()).collect();
        let mut next = self.next();
        next.photos.retain(|photo| photo.number == number);
        for photo in &mut next.photos {
            photo.kind = PhotoKind::Result;
        }
        next.replacing = None;
        next.link = Some(link);
        next.expires_at = self.expires_at.max(until);
        if next.customer.is_some() {
            next.to_send = Some(number);
        }
        Ok((next, gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::language::Language;
    use crate::photos::{Bounds, Customer, NewPhoto, SessionId, SessionKind};
    use crate::time::SpanMs;

    const NOW: TimeMs = TimeMs::new(1_000_000);
    const LATER: TimeMs = TimeMs::new(9_000_000);

    fn choice() -> Choice {
        Choice { layout: "strip".to_owned(), look: "bw".to_owned(), retakes: 0 }
    }

    fn order(id: &str) -> OrderId {
        OrderId::parse(id).unwrap()
    }

    fn add(session: &Session, kind: PhotoKind, byte: u8) -> Session {
        let file = FileName::from_random([byte; 16], "jpg");
        let new = NewPhoto { kind, file, bytes: 100, width: 10, height: 20, order_index: None, telegram_file_id: None };
        session.add(new, Bounds { photos: 4, bytes: 1000 }, NOW).unwrap().0
    }

    fn shot() -> Session {
        let id = SessionId::from_random([7; 16]);
        let new = Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), NOW, SpanMs::seconds(60));
        add(&new.choose(choice(), NOW).unwrap(), PhotoKind::Uploaded, 1)
    }

    #[test]
    fn a_sheet_is_the_customers_only_when_it_is_paid() {
        let anna = Customer { id: 1, name: None, language: Language::Uz };
        let (sold, _) = shot().open(anna, NOW).unwrap().sell(order("A1"), LATER, NOW).unwrap();
        let made = add(&sold, PhotoKind::Sheet, 2);
        assert_eq!((made.result(), made.to_send), (None, None), "nobody has paid");
        assert_eq!(made.sheet().unwrap().number, 2);
        let link = LinkToken::from_random([3; 16]);
        let (released, gone) = made.release(link.clone(), LATER, NOW).unwrap();
        assert_eq!((released.result().unwrap().number, released.to_send), (2, Some(2)));
        assert_eq!(gone, [FileName::from_random([1; 16], "jpg")], "the shots go");
        assert_eq!(released.sheet().unwrap().number, 2);
        assert_eq!(released.release(link, LATER, NOW).unwrap_err(), Refusal::Completed, "once");
        assert_eq!(released.sell(order("A2"), LATER, NOW).unwrap_err(), Refusal::Completed, "one order pays for it");
        assert_eq!(released.choose(choice(), NOW).unwrap_err(), Refusal::Completed);
        assert!(released.give_up(SessionStatus::Cancelled).is_ok(), "the picture is the customer's");
    }

    #[test]
    fn what_is_sold_is_kept_until_its_time_and_takes_no_more_shots() {
        let (sold, _) = shot().sell(order("A1"), LATER, NOW).unwrap();
        assert_eq!(sold.expires_at, LATER);
        assert!(sold.choose(choice(), NOW).is_ok(), "the customer came back from the ways to pay");
        assert_eq!(sold.give_up(SessionStatus::Cancelled).unwrap_err(), Refusal::BeingPaidFor);
        let later = TimeMs::new(10_000_000);
        assert!(!sold.is_over(later), "a wallet may still pay: its time alone does not end it");
        assert!(sold.end(SessionStatus::Expired).is_over(NOW));
        assert_eq!((sold.hold(later).unwrap().expires_at, sold.hold(NOW).unwrap().expires_at), (later, LATER));
        let made = add(&sold, PhotoKind::Sheet, 2);
        let (anew, stale) = made.sell(order("A2"), LATER, NOW).unwrap();
        assert_eq!(stale, Some(FileName::from_random([2; 16], "jpg")), "it has the old number on it");
        assert_eq!((anew.order.clone(), anew.sheet()), (Some(order("A2")), None));
    }

    #[test]
    fn nobody_brings_a_finished_picture_to_what_the_booth_composes_and_a_sheet_is_not_refused_for_its_size() {
        let file = FileName::from_random([8; 16], "jpg");
        let kind = PhotoKind::Result;
        let new = NewPhoto { kind, file, bytes: 1, width: 1, height: 1, order_index: None, telegram_file_id: None };
        let narrow = Bounds { photos: 4, bytes: 0 };
        assert_eq!(shot().add(new.clone(), narrow, NOW).unwrap_err(), Refusal::ComposedHere);
        assert!(shot().add(NewPhoto { kind: PhotoKind::Sheet, ..new }, narrow, NOW).is_ok());
    }

    #[test]
    fn what_is_paid_first_takes_its_shots_until_its_customer_wants_them() {
        let id = SessionId::from_random([7; 16]);
        let bare = Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), NOW, SpanMs::seconds(60));
        assert_eq!(bare.reserve(order("A1"), LATER, NOW).unwrap_err(), Refusal::NoSuchPhoto, "without a layout");
        let chosen = bare.choose(Choice { retakes: 0, ..choice() }, NOW).unwrap();
        let reserved = chosen.reserve(order("A1"), LATER, NOW).unwrap();
        assert_eq!((reserved.order.clone(), reserved.has_its_shots()), (Some(order("A1")), false));
        assert_eq!(reserved.give_up(SessionStatus::Cancelled).unwrap_err(), Refusal::BeingPaidFor);
        let again = Session { choice: Some(Choice { retakes: 2, ..choice() }), ..reserved };
        let taken = add(&again, PhotoKind::Uploaded, 1).choose(choice(), NOW).unwrap();
        assert_eq!(taken.choice.as_ref().map(|it| it.retakes), Some(2), "another look gives no retake back");
        let wanted = taken.complete(NOW).unwrap();
        assert!(wanted.has_its_shots() && !taken.has_its_shots());
        assert_eq!(wanted.reserve(order("A2"), LATER, NOW).unwrap_err(), Refusal::Completed);
    }

    #[test]
    fn nothing_is_sold_of_nothing() {
        let id = SessionId::from_random([7; 16]);
        let bare = Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), NOW, SpanMs::seconds(60));
        assert_eq!(add(&bare, PhotoKind::Uploaded, 1).sell(order("A1"), LATER, NOW).unwrap_err(), Refusal::NoSuchPhoto);
        let without_shots = bare.choose(choice(), NOW).unwrap();
        assert_eq!(without_shots.sell(order("A1"), LATER, NOW).unwrap_err(), Refusal::NoSuchPhoto);
        assert_eq!(shot().sell(order("A1"), LATER, TimeMs::new(2_000_000)).unwrap_err(), Refusal::Over);
        let ended = shot().end(SessionStatus::Cancelled);
        assert_eq!((ended.choice, ended.order, ended.link), (None, None, None));
    }
}
