//! The booth's staff: who may confirm, with a PIN at the booth's screen, that money came by UzQR, and open the panel there. The owner gives
//! each a PIN; of it a slow digest is kept, in a stored setting, under one salt for all, so that a typed PIN is digested once.
//!
//! | tries | what happens | then |
//! |---|---|---|
//! | some left | the right PIN | its owner's name; no try is given back |
//! | some left | a wrong PIN | one try less |
//! | none left | any PIN | refused unlooked, until one try has grown again |
//!
//! Tries are counted over all screens, processes and restarts: [`TRIES_MAX`] at once, then one in [`TRY_GROWS_IN`]. Each [`Pad`] has tries of
//! its own: a child who plays with the one on the first screen keeps no customer from paying. [`TRIES_A_DAY_MAX`] says what whoever stands at
//! the booth day and night gets, and each wrong PIN is a line in the log.

use crate::ledger::order::OrderId;
use crate::ledger::rows::{Decision, Needs, Rows};
use crate::ledger::setting::{Setting, SettingName};
use crate::pairing;
use crate::providers::Rules;
use crate::secret::KeyDigest;
use crate::time::{SpanMs, TimeMs};
use crate::uzqr::{self, ConfirmRefusal, How, UzqrDetails};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Digits of a PIN: fewer are guessed, more are written on the wall.
pub const PIN_DIGITS: RangeInclusive<usize> = 6..=8;

/// People with a PIN. Each makes a guess more likely to be somebody's.
pub const PEOPLE_MAX: usize = 10;

/// Wrong PINs at once, for fingers that slip.
pub const TRIES_MAX: u8 = 5;

/// In so long one try more grows. It is also the longest that somebody who plays with a pad keeps staff from it.
pub const TRY_GROWS_IN: SpanMs = SpanMs::seconds(15 * 60);

/// Wrong PINs that a day has room for, both pads together: twice five at once and 96 that grow. There are a million PINs of six digits, so
/// whoever guesses day and night finds one of [`PEOPLE_MAX`] people's within a year, as likely as not, and one of two people's within five.
/// Fewer tries would let a child shut the pad for longer.
pub const TRIES_A_DAY_MAX: u32 = 202;

/// Where a PIN is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pad {
    /// Over a payment by UzQR, to confirm it.
    Payment,
    /// Over the first screen, to open the panel.
    Door,
}

/// The setting's name.
pub fn setting_name() -> SettingName {
    SettingName::of_program("booth.staff")
}

/// What an order needs for [`confirm`].
pub fn needs(order: OrderId) -> Needs {
    Needs { setting: Some(setting_name()), ..Needs::order(order) }
}

/// The staff as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// What PINs are digested with, in hexadecimal.
    pub salt: String,
    /// Those who have a PIN, in the order in which they got it.
    pub people: Vec<Person>,
    /// When all tries over payments will have grown again.
    #[serde(default = "long_ago")]
    full: TimeMs,
    /// The same of those over the first screen.
    #[serde(default = "long_ago")]
    door_full: TimeMs,
}

const fn long_ago() -> TimeMs {
    TimeMs::new(0)
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name; unique.
    pub name: String,
    /// Since when.
    pub since: TimeMs,
    pin: KeyDigest,
}

/// Why a PIN is not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinRefusal {
    /// The name is empty, too long, or holds what cannot be seen.
    #[error("give a name of 1 to {} letters, digits, blanks and -_.", pairing::NAME_CHARS_MAX)]
    Name,
    /// Not [`PIN_DIGITS`] digits.
    #[error("a PIN has {} to {} digits and nothing else", PIN_DIGITS.start(), PIN_DIGITS.end())]
    Digits,
    /// One that is tried first.
    #[error("this PIN is one of those that are tried first; take digits that follow no rule")]
    Weak,
    /// It is somebody else's, so nobody could tell who confirmed.
    #[error("this PIN cannot be taken; choose another")]
    Taken,
    /// There are [`PEOPLE_MAX`].
    #[error("{PEOPLE_MAX} people have a PIN; take one back first: boothpay booth unpin NAME")]
    Full,
    /// Nobody has the name.
    #[error("nobody called {0} has a PIN; `boothpay booth list` names those who have")]
    Unknown(String),
    /// The stored PINs cannot be read.
    #[error(transparent)]
    Unreadable(#[from] NotStaff),
}

/// The stored value is not in its form: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PINs in the database are not in their form; `boothpay verify` says more")]
pub struct NotStaff;

/// Why a PIN confirms nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffRefusal {
    /// Nobody has a PIN.
    #[error("nobody has a PIN yet; the owner gives one with: boothpay booth pin NAME")]
    NoPin,
    /// The stored PINs are not in their form ([`NotStaff`]).
    #[error(
        "the PINs in the database cannot be read; the owner can confirm with: boothpay order confirm ORDER. What is wrong: boothpay verify"
    )]
    Unreadable,
    /// It is nobody's.
    #[error("this PIN is not right")]
    Wrong,
    /// There were too many wrong ones.
    #[error("there were too many wrong PINs; try again in {0} s")]
    TooOften(u32),
    /// The PIN is right, and the order cannot be confirmed.
    #[error(transparent)]
    Order(#[from] ConfirmRefusal),
}

/// Checks a PIN that somebody has chosen.
pub fn judge_pin(pin: &str) -> Result<(), PinRefusal> {
    if !PIN_DIGITS.contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinRefusal::Digits);
    }
    let digits: Vec<i16> = pin.bytes().map(i16::from).collect();
    let steps = |by: i16| digits.iter().zip(digits.iter().skip(1)).all(|(one, next)| next.saturating_sub(*one) == by);
    let mut distinct = digits.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 3 || steps(1) || steps(-1) { Err(PinRefusal::Weak) } else { Ok(()) }
}

/// Gives somebody a PIN, in the place of an earlier one. `salt` is used where there is none yet; the digest has to be made with the
/// one that is there ([`Staff::salt`]).
pub fn give(name: &str, pin: &KeyDigest, salt: &str, rows: &Rows, now: TimeMs) -> Decision<Result<(), PinRefusal>> {
    let mut staff = match Staff::of(rows.setting.as_ref()) {
        Ok(staff) => staff.unwrap_or_else(|| Staff::new(salt)),
        Err(error) => return Decision::answer(Err(error.into())),
    };
    match staff.give(name, pin, salt, now) {
        Ok(()) => staff.store(now, Ok(())),
        Err(refusal) => Decision::answer(Err(refusal)),
    }
}

/// Takes somebody's PIN back.
pub fn take_back(name: &str, rows: &Rows, now: TimeMs) -> Decision<Result<(), PinRefusal>> {
    let unknown = || Decision::answer(Err(PinRefusal::Unknown(name.to_owned())));
    match Staff::of(rows.setting.as_ref()) {
        Ok(Some(mut staff)) => {
            if staff.remove(name) {
                staff.store(now, Ok(()))
            } else {
                unknown()
            }
        }
        Ok(None) => unknown(),
        Err(error) => Decision::answer(Err(error.into())),
    }
}

/// Confirms an order by a PIN. A wrong one is stored as a try less; the right one writes the order alone.
pub fn confirm(pin: &KeyDigest, rows: &Rows, now: TimeMs, rules: &Rules) -> Decision<Result<(), StaffRefusal>> {
    let name = match whose(pin, Pad::Payment, rows, now) {
        Ok(name) => name,
        Err(refused) => return refused.map(Err),
    };
    let said = UzqrDetails::said(Some(name), How::Pin);
    uzqr::confirm(&said, rows, now, rules).map(|confirmed| confirmed.map_err(StaffRefusal::from))
}

/// Lets somebody into the panel by a PIN: whose it is. A wrong one is stored as a try less.
pub fn enter(pin: &KeyDigest, rows: &Rows, now: TimeMs) -> Decision<Result<String, StaffRefusal>> {
    match whose(pin, Pad::Door, rows, now) {
        Ok(name) => Decision::answer(Ok(name)),
        Err(refused) => refused.map(Err),
    }
}

/// Whose PIN it is; what becomes of a try that is none.
fn whose(pin: &KeyDigest, pad: Pad, rows: &Rows, now: TimeMs) -> Result<String, Box<Decision<StaffRefusal>>> {
    let refused = |refusal| Box::new(Decision::answer(refusal));
    let mut staff = Staff::known(rows).map_err(refused)?;
    staff.may_try(pad, now).map_err(refused)?;
    match staff.people.iter().find(|person| person.pin.matches(pin)) {
        Some(person) => Ok(person.name.clone()),
        None => {
            staff.use_up(pad, now);
            Err(Box::new(staff.store(now, StaffRefusal::Wrong)))
        }
    }
}

impl Staff {
    /// Reads the setting; `None` where nobody was ever given a PIN.
    pub fn of(setting: Option<&Setting>) -> Result<Option<Self>, NotStaff> {
        match setting.and_then(|setting| setting.value.as_deref()) {
            Some(json) => serde_json::from_str(json).map(Some).map_err(|_| NotStaff),
            None => Ok(None),
        }
    }

    /// Reads those who can confirm.
    pub fn known(rows: &Rows) -> Result<Self, StaffRefusal> {
        match Self::of(rows.setting.as_ref()) {
            Ok(Some(staff)) => Ok(staff),
            Ok(None) => Err(StaffRefusal::NoPin),
            Err(NotStaff) => Err(StaffRefusal::Unreadable),
        }
    }

    /// Nobody yet.
    fn new(salt: &str) -> Self {
        Self { salt: salt.to_owned(), people: Vec::new(), full: long_ago(), door_full: long_ago() }
    }

    /// Whether somebody has now the PIN that he had then.
    pub fn still_has(&self, name: &str, then: TimeMs) -> bool {
        self.people.iter().any(|person| person.name == name && person.since <= then)
    }

    /// Whether a PIN is looked at now that is typed there.
    pub fn may_try(&self, pad: Pad, now: TimeMs) -> Result<(), StaffRefusal> {
        if self.people.is_empty() {
            return Err(StaffRefusal::NoPin);
        }
        let over = self.after_a_try(pad, now).since(now).ms().saturating_sub(room().ms());
        if over <= 0 {
            return Ok(());
        }
        let seconds = over.saturating_add(999).div_euclid(1000);
        Err(StaffRefusal::TooOften(u32::try_from(seconds).unwrap_or(u32::MAX)))
    }

    /// When all tries will have grown again, once one more is used. A clock that was set back leaves none, until one has grown.
    fn after_a_try(&self, pad: Pad, now: TimeMs) -> TimeMs {
        let full = match pad {
            Pad::Payment => self.full,
            Pad::Door => self.door_full,
        };
        full.max(now).min(now.plus(room())).plus(TRY_GROWS_IN)
    }

    fn use_up(&mut self, pad: Pad, now: TimeMs) {
        let full = self.after_a_try(pad, now);
        match pad {
            Pad::Payment => self.full = full,
            Pad::Door => self.door_full = full,
        }
    }

    fn give(&mut self, name: &str, pin: &KeyDigest, salt: &str, now: TimeMs) -> Result<(), PinRefusal> {
        if !pairing::is_name(name) {
            return Err(PinRefusal::Name);
        }
        // Somebody else made the first one meanwhile: this digest says nothing under that salt.
        let is_others = |person: &Person| person.name != name && person.pin.matches(pin);
        if self.salt != salt || self.people.iter().any(is_others) {
            return Err(PinRefusal::Taken);
        }
        let is_new = self.people.iter().all(|person| person.name != name);
        if is_new && self.people.len() >= PEOPLE_MAX {
            return Err(PinRefusal::Full);
        }
        self.remove(name);
        self.people.push(Person { name: name.to_owned(), since: now, pin: *pin });
        Ok(())
    }

    fn remove(&mut self, name: &str) -> bool {
        let before = self.people.len();
        self.people.retain(|person| person.name != name);
        self.people.len() < before
    }

    fn store<R>(&self, now: TimeMs, reply: R) -> Decision<R> {
        // Texts, numbers and lists always have a form in JSON.
        Decision::set(setting_name(), serde_json::to_string(self).ok(), now, reply)
    }
}

/// How long all tries together take to grow.
fn room() -> SpanMs {
    SpanMs::new(TRY_GROWS_IN.ms().saturating_mul(i64::from(TRIES_MAX)))
}
