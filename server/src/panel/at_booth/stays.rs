//! Who is in the panel at the booth's screen now, by a PIN. In memory: it is for one browser of this very server, for minutes, and a restart
//! may end it.

use crate::access::pairing::Screen;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Seconds without a touch after which the page goes back to the booth's first screen: the next customer must not find it.
pub(in crate::panel) const IDLE_SECONDS: u32 = 60;

/// The same for the server, should the page not have left: longer by what a page on a slow machine takes to say that it was touched, so
/// that the page is the one that ends it.
const IDLE: SpanMs = SpanMs::seconds(90);

/// The most that such a stay lasts; who needs longer types the PIN again. Whoever takes an open screen over has it for no longer.
const LIFETIME: SpanMs = SpanMs::seconds(15 * 60);

/// Stays at once: more than one server's booths have screens. Beyond them the oldest ends.
const AT_ONCE_MAX: usize = 16;

/// All of them.
#[derive(Default)]
pub(in crate::panel) struct Stays(Mutex<Vec<Stay>>);

/// One of them.
#[derive(Clone)]
pub(in crate::panel) struct Stay {
    pub(super) digest: KeyDigest,
    /// Whose PIN it was.
    pub(super) name: String,
    screen: Screen,
    pub(super) begun: TimeMs,
    pub(super) seen: TimeMs,
}

impl Stays {
    fn kept(&self) -> MutexGuard<'_, Vec<Stay>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one; `digest` is of what the browser carries.
    pub(super) fn begin(&self, digest: KeyDigest, name: &str, screen: Screen, now: TimeMs) {
        let all = &mut self.kept();
        if all.len() >= AT_ONCE_MAX {
            all.remove(0);
        }
        all.push(Stay { digest, name: name.to_owned(), screen, begun: now, seen: now });
    }

    /// The one of this browser, if it has not ended and is asked for at the screen at which it began. A page that brings itself up to date
    /// is no touch.
    pub(super) fn find(&self, digest: &KeyDigest, screen: &Screen, is_touch: bool, now: TimeMs) -> Option<Stay> {
        let all = &mut self.kept();
        // A clock that was set back would make a stay longer.
        let lasts = |since: TimeMs, span| now >= since && now < since.plus(span);
        all.retain(|stay| lasts(stay.seen, IDLE) && lasts(stay.begun, LIFETIME));
        let stay = all.iter_mut().find(|stay| stay.digest.matches(digest) && stay.screen == *screen)?;
        if is_touch {
            stay.seen = now;
        }
        Some(stay.clone())
    }

    /// Ends one.
    pub(in crate::panel) fn end(&self, digest: &KeyDigest) {
        self.kept().retain(|stay| !stay.digest.matches(digest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Address;

    const fn at(ms: i64) -> TimeMs {
        TimeMs::new(ms)
    }

    #[test]
    fn a_stay_ends_without_a_touch_after_a_quarter_of_an_hour_and_by_leaving() {
        let (all, digest) = (Stays::default(), KeyDigest::of(b"x"));
        let here = Screen::for_tests(Address::HERE);
        let known = |now: i64, touch| all.find(&digest, &here, touch, at(now)).is_some();
        all.begin(digest, "anna", here.clone(), at(0));
        assert!(known(60_000, false) && !known(90_000, false), "looking by itself keeps nothing");
        all.begin(digest, "anna", here.clone(), at(0));
        for second in (0..900).step_by(60) {
            assert!(known(second * 1000, true), "{second}");
        }
        assert!(!known(900_000, true));
        all.begin(digest, "anna", here.clone(), at(0));
        all.end(&digest);
        assert!(!known(1, true));
    }

    #[test]
    fn a_stay_is_nothing_at_another_screen_and_is_not_kept_alive_from_there() {
        let (all, digest) = (Stays::default(), KeyDigest::of(b"x"));
        let here = Screen::for_tests(Address::HERE);
        let there = Screen::for_tests(Address::of("192.168.1.66".parse().unwrap()));
        all.begin(digest, "anna", here.clone(), at(0));
        assert!(all.find(&digest, &there, true, at(80_000)).is_none());
        assert!(all.find(&digest, &here, false, at(89_999)).is_some());
        assert!(all.find(&digest, &here, false, at(90_000)).is_none(), "the other one's touch was none");
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_stay_longer() {
        let (all, digest) = (Stays::default(), KeyDigest::of(b"x"));
        let here = Screen::for_tests(Address::HERE);
        all.begin(digest, "anna", here.clone(), at(3_600_000));
        assert!(all.find(&digest, &here, true, at(3_600_000)).is_some());
        assert!(all.find(&digest, &here, true, at(0)).is_none());
    }

    #[test]
    fn so_many_at_once_and_no_more() {
        let all = Stays::default();
        let here = Screen::for_tests(Address::HERE);
        for number in 0..100_u8 {
            all.begin(KeyDigest::of(&[number]), "anna", here.clone(), at(0));
        }
        assert_eq!(all.kept().len(), AT_ONCE_MAX);
        assert!(all.find(&KeyDigest::of(&[99]), &here, true, at(1)).is_some());
    }
}
