//! Who may be connected. There is always room for a newcomer: where a bound is reached, the connections that have waited longest for
//! nothing are closed first, beginning with the address that has most of them. Those that proved themselves are closed last.
//!
//! No socket is needed for any of this, and the time is an argument.

use super::address::Address;
use super::line::{Line, Order, Phase};
use crate::config::Limits;
use crate::limits::{
    BODY_SPARE, CLOSING_MAX, CONNECTIONS_MIN, FILES_RESERVE, PROVEN_MAX, PROVEN_PATIENCE, ROOM, STOP_PATIENCE,
    STREAM_PATIENCE, WRITE_BYTES_MIN, WRITE_PATIENCE,
};
use axum::http::StatusCode;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How many connections each of so many doors may have, where the owner wants `most` and so many files may be open: a connection
/// is one, and the database needs some whatever strangers do.
pub fn connections(files: Option<u64>, doors: u64, most: usize) -> usize {
    let share = files.map_or(u64::MAX, |files| files.saturating_sub(FILES_RESERVE) / doors.max(1));
    usize::try_from(share).unwrap_or(usize::MAX).min(most).max(CONNECTIONS_MIN)
}

/// One listener's connections.
pub struct Door {
    opened: Instant,
    most: usize,
    by_address: usize,
    patience: Patience,
    state: Mutex<State>,
    /// How many answers of each class of status.
    answered: [AtomicU64; CLASSES.len()],
}

/// The classes of an answer's status, by its first digit (RFC 9110, 15).
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// How long what a caller does may take.
struct Patience {
    head: Duration,
    body: Duration,
    idle: Duration,
}

#[derive(Default)]
struct State {
    lines: HashMap<u64, Arc<Line>>,
    last: u64,
    /// How many of an address are there and have not been told to go.
    staying: HashMap<Address, usize>,
    /// How many have been told to go and are still there.
    closing: usize,
    /// Addresses from which somebody proved himself, and when.
    proven: HashMap<Address, u64>,
}

/// A place at the door; given back when dropped.
pub(super) struct Place {
    number: u64,
    pub(super) door: Arc<Door>,
    pub(super) line: Arc<Line>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.door.state().leave(self.number);
    }
}

impl State {
    fn leave(&mut self, number: u64) {
        let Some(line) = self.lines.remove(&number) else { return };
        if line.is_closing() {
            self.closing = self.closing.saturating_sub(1);
        } else {
            self.stays_no_more(line.address);
        }
    }

    fn close(&mut self, number: u64) {
        let Some(line) = self.lines.get(&number).filter(|line| !line.is_closing()) else { return };
        line.tell(Order::Close);
        let address = line.address;
        self.closing = self.closing.saturating_add(1);
        self.stays_no_more(address);
    }

    fn stays_no_more(&mut self, address: Address) {
        if let Some(staying) = self.staying.get_mut(&address) {
            *staying = staying.saturating_sub(1);
            if *staying == 0 {
                self.staying.remove(&address);
            }
        }
    }

    /// Closes up to `room` connections, of one address if one is given, and says whose and how many.
    fn make_room(&mut self, of: Option<Address>, room: usize) -> Option<(Address, u64)> {
        let candidates = || self.lines.iter().filter(|(_, line)| of.is_none_or(|address| line.address == address));
        let lowest = candidates().filter_map(|(_, line)| rank(line)).min()?;
        let mut waiting: HashMap<Address, Vec<(u64, u64)>> = HashMap::new();
        for (number, line) in candidates().filter(|(_, line)| rank(line) == Some(lowest)) {
            waiting.entry(line.address).or_default().push((line.phase().1, *number));
        }
        let most = waiting.into_iter().max_by_key(|(_, lines)| (lines.len(), Reverse(lines.iter().min().copied())));
        let (address, mut lines) = most?;
        lines.sort_unstable();
        // Of a few that wait, only some: the next newcomer may be one whose address has more.
        let going = room.min(lines.len().div_ceil(2));
        for (_, number) in lines.iter().take(going) {
            self.close(*number);
        }
        Some((address, u64::try_from(going).unwrap_or(u64::MAX)))
    }
}

/// What became of a newcomer.
pub(super) struct Admission {
    /// His place; none when everybody else is being served.
    pub(super) place: Option<Place>,
    /// From where how many had to go.
    pub(super) closed: Option<(Address, u64)>,
}

impl Door {
    /// A door for so many connections, with an owner's other limits.
    pub fn new(most: usize, limits: &Limits) -> Arc<Self> {
        let by_address = limits.connections_by_address;
        let body = limits.body.saturating_add(BODY_SPARE);
        let patience = Patience { head: limits.head, body, idle: limits.keep_alive };
        Arc::new(Self {
            opened: Instant::now(),
            most,
            by_address,
            patience,
            state: Mutex::default(),
            answered: Default::default(),
        })
    }

    /// Counts an answer.
    pub(super) fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).checked_sub(1);
        if let Some(times) = class.and_then(|class| self.answered.get(class)) {
            times.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many answers of each class there were.
    pub(crate) fn answered(&self) -> impl Iterator<Item = (&'static str, u64)> {
        CLASSES.into_iter().zip(self.answered.iter().map(|times| times.load(Ordering::Relaxed)))
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.state().lines.len()
    }

    /// How many there may be.
    pub(crate) const fn most(&self) -> usize {
        self.most
    }

    /// Milliseconds since it was opened.
    pub(super) fn now(&self) -> u64 {
        millis(self.opened.elapsed())
    }

    /// Remembers that somebody proved himself from an address.
    pub(super) fn remember(&self, address: Address) {
        let now = self.now();
        let mut state = self.state();
        if state.proven.len() >= PROVEN_MAX && !state.proven.contains_key(&address) {
            let oldest = state.proven.iter().min_by_key(|(_, when)| **when).map(|(address, _)| *address);
            oldest.map(|oldest| state.proven.remove(&oldest));
        }
        state.proven.insert(address, now);
    }

    /// Lets somebody in, and others out where that needs room.
    pub(super) fn admit(self: &Arc<Self>, address: Address, now: u64) -> Admission {
        let mut state = self.state();
        let known = state.proven.get(&address).is_some_and(|when| now.saturating_sub(*when) < millis(PROVEN_PATIENCE));
        let theirs = state.staying.get(&address).copied().unwrap_or(0);
        // Behind a proxy or a tunnel on this computer are all the callers there are.
        let too_many_of_them = !known && !address.is_here() && theirs >= self.by_address;
        let full = state.lines.len().saturating_sub(state.closing) >= self.most;
        let closed = match (too_many_of_them, full) {
            (true, _) => state.make_room(Some(address), 1),
            (false, true) => state.make_room(None, ROOM),
            (false, false) => None,
        };
        if closed.is_none() && (too_many_of_them || full) {
            return Admission { place: None, closed };
        }
        state.last = state.last.wrapping_add(1);
        let (number, line) = (state.last, Arc::new(Line::new(address, known, self, now)));
        state.lines.insert(number, Arc::clone(&line));
        let staying = state.staying.entry(address).or_default();
        *staying = staying.saturating_add(1);
        drop(state);
        Admission { place: Some(Place { number, door: Arc::clone(self), line }), closed }
    }

    /// Whether many have been told to go and are still on their way out.
    pub(super) fn is_crowded(&self) -> bool {
        self.state().closing > CLOSING_MAX
    }

    /// Lets go of some who wait: there are no files left for a newcomer.
    pub(super) fn make_room(&self) -> Option<(Address, u64)> {
        self.state().make_room(None, ROOM)
    }

    /// Ends what has lasted too long. While the program is ending, a request that is not whole is not waited for long.
    pub(super) fn end_overdue(&self, now: u64, stopping: bool) {
        let mut state = self.state();
        let overdue =
            |(number, line): (&u64, &Arc<Line>)| self.patience.is_over(line, now, stopping).then_some(*number);
        for number in state.lines.iter().filter_map(overdue).collect::<Vec<_>>() {
            state.close(number);
        }
        state.proven.retain(|_, when| now.saturating_sub(*when) < millis(PROVEN_PATIENCE));
    }

    /// Tells everybody to finish.
    pub(super) fn finish(&self) {
        for line in self.state().lines.values() {
            line.tell(Order::Finish);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Patience {
    fn is_over(&self, line: &Line, now: u64, stopping: bool) -> bool {
        let (phase, since) = line.phase();
        let patience = match phase {
            Phase::Head | Phase::Waiting if stopping => STOP_PATIENCE,
            Phase::Head => self.head,
            Phase::Waiting => self.body,
            Phase::Idle => self.idle,
            Phase::Stream => STREAM_PATIENCE,
            // The handlers have limits of their own.
            Phase::Call => Duration::MAX,
        };
        if now.saturating_sub(since) >= millis(patience) {
            return true;
        }
        match line.stall() {
            Some((since, taken)) if now.saturating_sub(since) >= millis(WRITE_PATIENCE) => {
                if taken >= WRITE_BYTES_MIN {
                    line.restart_stall(now);
                }
                taken < WRITE_BYTES_MIN
            }
            Some(_) | None => false,
        }
    }
}

/// How soon a connection may have to go: the smaller, the sooner. `None` while its call is being answered.
fn rank(line: &Line) -> Option<u8> {
    if line.is_closing() {
        return None;
    }
    let rank = match line.phase().0 {
        Phase::Head | Phase::Idle | Phase::Waiting => 0,
        Phase::Call if line.stall().is_some() => 0,
        Phase::Stream => 1,
        Phase::Call => return None,
    };
    let merit = match (line.is_proven(), line.known) {
        (true, _) => 4,
        (false, true) => 2,
        (false, false) => 0,
    };
    Some(rank + merit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Settings, Sources};
    use std::net::{IpAddr, Ipv4Addr};

    /// The limits where nobody has set any.
    fn limits() -> Limits {
        Settings::read(&Sources::default()).unwrap().limits
    }

    fn door(most: usize) -> Arc<Door> {
        Door::new(most, &limits())
    }

    fn who(number: u8) -> Address {
        Address::of(IpAddr::V4(Ipv4Addr::new(203, 0, 113, number)))
    }

    /// The places of newcomers from an address, one each millisecond.
    fn crowd(door: &Arc<Door>, address: Address, newcomers: u64, from: u64) -> Vec<Place> {
        (0..newcomers).filter_map(|at| door.admit(address, from + at).place).collect()
    }

    fn closing(places: &[Place]) -> usize {
        places.iter().filter(|place| place.line.is_closing()).count()
    }

    #[test]
    fn files_are_kept_for_the_database() {
        assert_eq!(connections(Some(1024), 1, 2048), 768);
        assert_eq!(connections(Some(1024), 2, 2048), 384);
        assert_eq!(connections(Some(1 << 20), 2, 2048), 2048);
        assert_eq!(connections(None, 1, 2048), 2048);
        assert_eq!(connections(Some(100), 2, 2048), CONNECTIONS_MIN);
    }

    #[test]
    fn a_newcomer_finds_room_however_many_are_silent() {
        let door = door(300);
        let silent = crowd(&door, Address::HERE, 5000, 0);
        assert_eq!(silent.len(), 5000, "the closed ones are on their way out");
        assert!(silent.len() - closing(&silent) <= 300);
        let honest = door.admit(Address::HERE, 5001).place.unwrap();
        assert!(!honest.line.is_closing());
        assert!(silent[0].line.is_closing(), "the oldest goes first");
        assert!(!silent[4999].line.is_closing());
    }

    #[test]
    fn a_call_that_is_being_answered_is_never_cut_to_make_room() {
        let door = door(300);
        let calling = crowd(&door, Address::HERE, 200, 0);
        calling.iter().for_each(|place| place.line.enter_at(Phase::Call, 1));
        let _silent = crowd(&door, Address::HERE, 5000, 10);
        assert_eq!(closing(&calling), 0);
    }

    #[test]
    fn when_everybody_is_being_served_a_newcomer_has_to_come_again() {
        let door = door(300);
        let calling = crowd(&door, Address::HERE, 300, 0);
        calling.iter().for_each(|place| place.line.enter_at(Phase::Call, 1));
        assert!(door.admit(who(1), 10).place.is_none());
        drop(calling);
        assert!(door.admit(who(1), 11).place.is_some());
    }

    #[test]
    fn who_has_most_goes_first_and_who_proved_himself_last() {
        let door = door(300);
        let quiet = crowd(&door, who(1), 20, 0);
        let payme = door.admit(who(2), 30).place.unwrap();
        payme.line.prove();
        payme.line.enter_at(Phase::Idle, 30);
        let mut crowds = crowd(&door, who(3), 250, 40);
        crowds.extend(crowd(&door, who(4), 500, 400));
        assert!(closing(&quiet) <= 1 && !payme.line.is_closing());
        for address in 5..=60 {
            crowds.extend(crowd(&door, who(address), 20, 3000));
        }
        assert!(!payme.line.is_closing());
    }

    #[test]
    fn one_address_has_its_bound_unless_somebody_there_proved_himself_or_it_is_this_computer() {
        let door = door(2000);
        let bound = u64::try_from(limits().connections_by_address).unwrap();
        let here = crowd(&door, Address::HERE, bound + 100, 0);
        assert_eq!(closing(&here), 0);
        let stranger = crowd(&door, who(1), bound + 100, 0);
        assert_eq!(closing(&stranger), 100);
        let payme = crowd(&door, who(2), 1, 0);
        payme[0].line.prove();
        assert_eq!(closing(&crowd(&door, who(2), bound + 100, 1)), 0);
        assert!(door.admit(who(2), 1).place.unwrap().line.known);
    }

    #[test]
    fn everything_that_is_waited_for_has_an_end() {
        let limits = limits();
        let cases = [
            (Phase::Head, limits.head),
            (Phase::Waiting, limits.body + BODY_SPARE),
            (Phase::Idle, limits.keep_alive),
            (Phase::Stream, STREAM_PATIENCE),
        ];
        for (phase, patience) in cases {
            let door = door(300);
            let place = door.admit(who(1), 0).place.unwrap();
            place.line.enter_at(phase, 1000);
            door.end_overdue(999 + millis(patience), false);
            assert!(!place.line.is_closing(), "{phase:?}");
            door.end_overdue(1000 + millis(patience), false);
            assert!(place.line.is_closing(), "{phase:?}");
        }
        let door = door(300);
        let (half, calling) = (door.admit(who(1), 0).place.unwrap(), door.admit(who(1), 0).place.unwrap());
        calling.line.enter_at(Phase::Call, 0);
        door.end_overdue(millis(STOP_PATIENCE), true);
        assert!(half.line.is_closing() && !calling.line.is_closing());
    }

    #[test]
    fn whoever_takes_next_to_nothing_of_an_answer_is_cut_off_and_a_slow_reader_is_not() {
        let door = door(300);
        let place = door.admit(who(1), 0).place.unwrap();
        place.line.enter_at(Phase::Call, 0);
        place.line.restart_stall(0);
        let patience = millis(WRITE_PATIENCE);
        door.end_overdue(patience - 1, false);
        assert!(!place.line.is_closing());
        let write = |bytes: u64| {
            use std::task::Poll;
            let bytes = usize::try_from(bytes).unwrap();
            place.line.wrote(bytes + 1, &Poll::Ready(Ok(bytes)));
        };
        write(WRITE_BYTES_MIN);
        door.end_overdue(patience, false);
        assert!(!place.line.is_closing(), "it reads");
        place.line.restart_stall(patience);
        write(WRITE_BYTES_MIN - 1);
        door.end_overdue(patience * 2, false);
        assert!(place.line.is_closing());
    }

    #[test]
    fn proven_addresses_are_few_and_forgotten_in_time() {
        let door = door(300);
        for number in 0..=u8::MAX {
            for net in 0..=u8::MAX {
                door.remember(Address::of(IpAddr::V4(Ipv4Addr::new(10, 0, net, number))));
            }
        }
        assert_eq!(door.state().proven.len(), PROVEN_MAX);
        door.end_overdue(door.now() + millis(PROVEN_PATIENCE), false);
        assert!(door.state().proven.is_empty());
    }
}
