//! What the owner is alarmed about, and whether he has been told: one message for one trouble, and one when it is over. Kept in a stored
//! setting; every step that tells something is one commit with the tasks that tell it.
//!
//! | of a trouble | what is seen | then |
//! |---|---|---|
//! | not known | it is there | known, not told yet |
//! | not told yet | it is there, and the hours are not quiet | told |
//! | not told yet | it is gone | forgotten: nobody was alarmed |
//! | told | it is gone for [`CALM`], and the hours are not quiet | it is told that it is over, and forgotten |
//! | told | it is there again before that | nothing: it is the same trouble |
//!
//! Where nobody wants to be told, what is wrong is known all the same, for the panel; whoever wants to be told later hears of what is
//! there then. What was told before and is over is forgotten there without a word.
//!
//! Of several booths on one database each server knows only what is wrong with it, so a look is about its own booth ([`Scope`]): another booth's jam
//! is not over because this booth has none. One server looks at what they share.

use crate::ledger::booth::Booth;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::setting::{Setting, SettingName};
use crate::secret::KeyDigest;
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};

/// How long a trouble has to be gone before it counts as over: what comes and goes is one trouble.
pub const CALM: SpanMs = SpanMs::seconds(600);

/// How long the code that finds a chat can be used.
pub const CODE_LIFETIME: SpanMs = SpanMs::seconds(600);

/// Wrong codes after which the right one is void: of eight drawn letters like those that pair a screen, so anybody may guess as often.
pub const CODE_TRIES_MAX: u16 = crate::pairing::CODE_TRIES_MAX;

/// Characters of a chat's name that are kept.
const NAME_CHARS_MAX: usize = 64;

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Customers are owed money or prints.
    Owed,
    /// Orders are made, and no wallet has called for long.
    Silent,
    /// Payme's calls come with another key, or cannot be served.
    RefusedPayme,
    /// The same of Click's.
    RefusedClick,
    /// The same of Uzum's.
    RefusedUzum,
    /// The disk of the database is filling.
    DiskDatabase,
    /// The disk of the photos is filling.
    DiskPhotos,
    /// The disk of the backups is filling.
    DiskBackups,
    /// The last backup is too old.
    Backup,
    /// The booth's printer cannot print, so the booth sells nothing.
    Printer,
    /// The booth's printer will soon have no paper or ribbon.
    PaperLow,
    /// The folder is gone in which the camera's pictures appear, or several shots in a row brought none.
    Camera,
    /// The certificate of the server's own domain is missing or ends soon.
    Certificate,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Owed,
        Self::Silent,
        Self::RefusedPayme,
        Self::RefusedClick,
        Self::RefusedUzum,
        Self::DiskDatabase,
        Self::DiskPhotos,
        Self::DiskBackups,
        Self::Backup,
        Self::Printer,
        Self::PaperLow,
        Self::Camera,
        Self::Certificate,
    ];

    /// Whether it is one trouble for all booths on a database. Every other one is of a booth: of its computer, of what hangs on that, or of the wallets'
    /// calls that came to its server.
    pub const fn is_shared(self) -> bool {
        match self {
            Self::Owed | Self::Silent => true,
            Self::RefusedPayme
            | Self::RefusedClick
            | Self::RefusedUzum
            | Self::DiskDatabase
            | Self::DiskPhotos
            | Self::DiskBackups
            | Self::Backup
            | Self::Printer
            | Self::PaperLow
            | Self::Camera
            | Self::Certificate => false,
        }
    }

    /// The word in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owed => "owed",
            Self::Silent => "silent",
            Self::RefusedPayme => "refused_payme",
            Self::RefusedClick => "refused_click",
            Self::RefusedUzum => "refused_uzum",
            Self::DiskDatabase => "disk_database",
            Self::DiskPhotos => "disk_photos",
            Self::DiskBackups => "disk_backups",
            Self::Backup => "backup",
            Self::Printer => "printer",
            Self::PaperLow => "paper_low",
            Self::Camera => "camera",
            Self::Certificate => "certificate",
        }
    }
}

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// Where the owner is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    /// The troubles that there are.
    #[serde(default)]
    pub open: Vec<Open>,
    /// The day whose summary was sent last, as `2026-11-29`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// A chat of Telegram's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Telegram's number of it.
    pub id: i64,
    /// How Telegram calls whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language's code.
    pub language: String,
    /// Since when.
    pub since: TimeMs,
}

/// A trouble that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Which.
    pub trouble: Trouble,
    /// Of which booth; none of a trouble that all share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booth: Option<Booth>,
    /// Since when.
    pub since: TimeMs,
    /// Whether the owner knows.
    pub told: bool,
    /// Since when it is gone, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<TimeMs>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Code {
    digest: KeyDigest,
    until: TimeMs,
    tries_left: u16,
}

/// What a look is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The booth whose own troubles were looked for, if they were.
    pub booth: Option<&'a Booth>,
    /// Whether those were looked for that all booths share.
    pub shared: bool,
    /// Whether no other server can be there: what is kept under an earlier id of the booth is its own.
    pub alone: bool,
}

impl Scope<'_> {
    fn has(self, known: &Open) -> bool {
        match (&known.booth, self.booth) {
            (None, _) => self.shared,
            (Some(_), None) => false,
            (Some(theirs), Some(own)) => self.alone || theirs.id == own.id,
        }
    }
}

/// Whether something can be told now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ear {
    /// Yes.
    Open,
    /// Not in these hours.
    Quiet,
    /// Nobody wants to be told.
    Nobody,
}

/// Something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// About what.
    pub trouble: Trouble,
    /// Whether it is over.
    pub is_over: bool,
    /// Since when there was trouble.
    pub since: TimeMs,
}

/// The stored value is not in its form: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is kept of alerts in the database is not in its form; `boothpay verify` says more")]
pub struct NotAlerts;

/// The setting's name.
pub fn setting_name() -> SettingName {
    SettingName::of_program("alerts")
}

impl Alerts {
    /// Reads the setting.
    pub fn of(setting: Option<&Setting>) -> Result<Self, NotAlerts> {
        match setting.and_then(|setting| setting.value.as_deref()) {
            Some(value) => serde_json::from_str(value).map_err(|_| NotAlerts),
            None => Ok(Self::default()),
        }
    }

    /// What follows from what a look has found: what is kept then, and what is to be told. What it was not about stays as it is.
    pub fn step(&self, found: &[Trouble], scope: Scope<'_>, ear: Ear, now: TimeMs) -> (Self, Vec<News>) {
        let can_tell = ear == Ear::Open;
        let (mut open, mut news) = (Vec::new(), Vec::new());
        for known in &self.open {
            if !scope.has(known) {
                open.push(known.clone());
                continue;
            }
            let is_there = found.contains(&known.trouble);
            let gone = if is_there { None } else { Some(known.gone.unwrap_or(now)) };
            let is_calm = gone.is_some_and(|gone| now.since(gone).ms() >= CALM.ms());
            let tell = |is_over| News { trouble: known.trouble, is_over, since: known.since };
            match (known.told, is_there) {
                (false, false) => {}
                (false, true) => {
                    if can_tell {
                        news.push(tell(false));
                    }
                    open.push(Open { told: can_tell, gone, ..known.clone() });
                }
                (true, false) if is_calm && can_tell => news.push(tell(true)),
                (true, false) if is_calm && ear == Ear::Nobody => {}
                (true, true | false) => open.push(Open { gone, ..known.clone() }),
            }
        }
        for trouble in found {
            if self.open.iter().any(|known| known.trouble == *trouble && scope.has(known)) {
                continue;
            }
            let booth = scope.booth.filter(|_| !trouble.is_shared()).cloned();
            open.push(Open { trouble: *trouble, booth, since: now, told: can_tell, gone: None });
            if can_tell {
                news.push(News { trouble: *trouble, is_over: false, since: now });
            }
        }
        (Self { open, ..self.clone() }, news)
    }

    /// What is wrong now, without what is gone and not yet told to be over.
    pub fn there(&self) -> impl Iterator<Item = &Open> {
        self.open.iter().filter(|open| open.gone.is_none())
    }

    /// Keeps it, and answers.
    pub fn store<R>(&self, now: TimeMs, reply: R) -> Decision<R> {
        match serde_json::to_string(self) {
            Ok(value) => Decision::set(setting_name(), Some(value), now, reply),
            Err(_) => Decision::answer(reply),
        }
    }
}

/// Keeps a code that finds a chat; one before it is void.
pub fn issue(code: &KeyDigest, rows: &Rows, now: TimeMs) -> Decision<Result<(), NotAlerts>> {
    match Alerts::of(rows.setting.as_ref()) {
        Ok(alerts) => {
            let code = Code { digest: *code, until: now.plus(CODE_LIFETIME), tries_left: CODE_TRIES_MAX };
            Alerts { code: Some(code), ..alerts }.store(now, Ok(()))
        }
        Err(error) => Decision::answer(Err(error)),
    }
}

/// The chat that brings the code is the owner's from now on: whether it was the right one. A wrong one costs a try.
pub fn redeem(code: &KeyDigest, chat: &Chat, rows: &Rows, now: TimeMs) -> Decision<bool> {
    let Ok(mut alerts) = Alerts::of(rows.setting.as_ref()) else { return Decision::answer(false) };
    let Some(mut kept) = alerts.code.take().filter(|kept| now < kept.until && kept.tries_left > 0) else {
        return Decision::answer(false);
    };
    if !kept.digest.matches(code) {
        kept.tries_left = kept.tries_left.saturating_sub(1);
        return Alerts { code: Some(kept), ..alerts }.store(now, false);
    }
    let name = chat.name.as_ref().map(|name| name.chars().take(NAME_CHARS_MAX).collect());
    alerts.chat = Some(Chat { name, ..chat.clone() });
    alerts.store(now, true)
}

/// Nobody is told by Telegram any more.
pub fn forget_chat(rows: &Rows, now: TimeMs) -> Decision<bool> {
    match Alerts::of(rows.setting.as_ref()) {
        Ok(alerts) if alerts.chat.is_some() => Alerts { chat: None, code: None, ..alerts }.store(now, true),
        Ok(_) | Err(_) => Decision::answer(false),
    }
}

/// A message for Telegram: the payload of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telegram {
    /// The chat.
    pub chat: i64,
    /// What it says.
    pub text: String,
}

/// What a program of the owner's is told: the payload of a task, as [`crate::ledger::event::Message`] is of an order's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `alert.raised` or `alert.over`.
    #[serde(rename = "type")]
    pub event: crate::ledger::event::Event,
    /// When.
    pub at_ms: TimeMs,
    /// About what.
    pub data: Data,
}

/// A trouble, for a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// Which.
    pub trouble: Trouble,
    /// Of which booth; none of a trouble that all share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booth: Option<Booth>,
    /// Since when, in milliseconds since 1970-01-01 UTC.
    pub since_ms: TimeMs,
    /// In words for a person.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::booth::BoothId;

    const MINUTE: i64 = 60_000;

    fn booth(id: &str) -> Booth {
        Booth { id: BoothId::parse(id).unwrap(), name: format!("Booth {id}") }
    }

    fn at(minutes: i64) -> TimeMs {
        TimeMs::new(minutes.saturating_mul(MINUTE))
    }

    /// Goes through minutes, in each of which a trouble is there or not and the hours are quiet or not; what is told in each.
    fn told(minutes: &[(bool, bool)]) -> Vec<Option<bool>> {
        let mut alerts = Alerts::default();
        let mut told = Vec::new();
        let main = booth("main");
        let all = Scope { booth: Some(&main), shared: true, alone: true };
        for ((is_there, is_quiet), minute) in minutes.iter().zip(0..) {
            let found = if *is_there { vec![Trouble::Backup] } else { Vec::new() };
            let (next, news) = alerts.step(&found, all, if *is_quiet { Ear::Quiet } else { Ear::Open }, at(minute));
            alerts = next;
            assert!(news.len() <= 1);
            told.push(news.first().map(|news| news.is_over));
        }
        told
    }

    #[test]
    fn one_trouble_is_one_message_and_one_when_it_is_over() {
        let mut minutes = vec![(true, false); 100];
        minutes.extend(vec![(false, false); 30]);
        let told = told(&minutes);
        assert_eq!(told.iter().filter(|it| it.is_some()).count(), 2);
        assert_eq!((told[0], told[110]), (Some(false), Some(true)));
    }

    #[test]
    fn what_comes_and_goes_is_one_trouble() {
        let minutes: Vec<(bool, bool)> = (0..200).map(|minute| (minute % 9 == 0, false)).collect();
        assert_eq!(told(&minutes).iter().filter(|it| it.is_some()).count(), 1);
    }

    #[test]
    fn at_night_nothing_is_told_and_in_the_morning_what_is_still_there() {
        let mut minutes = vec![(true, true); 5];
        minutes.push((true, false));
        assert_eq!(told(&minutes)[5], Some(false));
        let mut gone = vec![(true, true); 5];
        gone.extend([(false, true), (false, false)]);
        assert!(told(&gone).iter().all(Option::is_none));
        let mut over = vec![(true, false)];
        over.extend(vec![(false, true); 60]);
        over.push((false, false));
        let told = told(&over);
        assert_eq!((told[0], told[61]), (Some(false), Some(true)));
        assert!(told[1..61].iter().all(Option::is_none));
    }

    #[test]
    fn where_nobody_is_told_it_is_known_all_the_same_and_told_once_to_whoever_comes() {
        let mut alerts = Alerts::default();
        let main = booth("main");
        let all = Scope { booth: Some(&main), shared: true, alone: true };
        let mut step = |found: &[Trouble], ear, minute| {
            let (next, news) = alerts.step(found, all, ear, at(minute));
            let is_changed = next != alerts;
            alerts = next;
            let there: Vec<Trouble> = alerts.there().map(|open| open.trouble).collect();
            (there, news.iter().map(|news| (news.trouble, news.is_over)).collect::<Vec<_>>(), is_changed)
        };
        let owed = [Trouble::Owed];
        assert_eq!(step(&owed, Ear::Nobody, 0), (owed.to_vec(), vec![], true));
        assert_eq!(step(&owed, Ear::Nobody, 1), (owed.to_vec(), vec![], false), "nothing to keep");
        assert_eq!(step(&owed, Ear::Open, 2), (owed.to_vec(), vec![(Trouble::Owed, false)], true));
        assert_eq!(step(&owed, Ear::Open, 3), (owed.to_vec(), vec![], false));
        // Nobody any more: what was told and is over goes without a word.
        assert_eq!(step(&owed, Ear::Nobody, 4), (owed.to_vec(), vec![], false));
        assert_eq!(step(&[], Ear::Nobody, 5), (vec![], vec![], true));
        assert_eq!(step(&[], Ear::Nobody, 6), (vec![], vec![], false));
        assert_eq!(step(&[], Ear::Nobody, 15), (vec![], vec![], true), "forgotten");
        assert_eq!(step(&[], Ear::Open, 16), (vec![], vec![], false));
    }

    #[test]
    fn each_booth_has_its_own_troubles_and_all_have_what_they_share() {
        let (here, there) = (booth("here"), booth("there"));
        let own = |booth, shared| Scope { booth: Some(booth), shared, alone: false };
        let mut alerts = Alerts::default();
        let mut step = |found: &[Trouble], scope, minute| {
            let (next, news) = alerts.step(found, scope, Ear::Open, at(minute));
            alerts = next;
            let there =
                alerts.there().map(|open| (open.trouble, open.booth.as_ref().map(|it| it.id.as_str().to_owned())));
            (there.collect::<Vec<_>>(), news.iter().map(|news| (news.trouble, news.is_over)).collect::<Vec<_>>())
        };
        let of = |booth: &Booth| Some(booth.id.as_str().to_owned());
        let (jam, owed) = ((Trouble::Printer, of(&here)), (Trouble::Owed, None));
        assert_eq!(
            step(&[Trouble::Printer], own(&here, false), 0),
            (vec![jam.clone()], vec![(Trouble::Printer, false)])
        );
        // The other one leads, and has no jam.
        let found = (vec![jam.clone(), owed.clone()], vec![(Trouble::Owed, false)]);
        assert_eq!(step(&[Trouble::Owed], own(&there, true), 1), found);
        for minute in [2, 20] {
            assert_eq!(step(&[Trouble::Owed], own(&there, true), minute), (vec![jam.clone(), owed.clone()], vec![]));
        }
        // The same at the other booth is another trouble.
        let both = [Trouble::Owed, Trouble::Printer];
        let (kept, news) = step(&both, own(&there, true), 21);
        assert_eq!((kept.len(), news), (3, vec![(Trouble::Printer, false)]));
        assert_eq!(step(&[], own(&here, false), 22).1, []);
        let (kept, news) = step(&[], own(&here, false), 32);
        assert_eq!((kept, news), (vec![owed, (Trouble::Printer, of(&there))], vec![(Trouble::Printer, true)]));
        // A booth that is alone and has another id now.
        let renamed = booth("renamed");
        let alone = Scope { booth: Some(&renamed), shared: true, alone: true };
        assert_eq!(step(&[], alone, 40).0, []);
        assert_eq!(step(&[], alone, 50), (vec![], vec![(Trouble::Owed, true), (Trouble::Printer, true)]));
    }

    #[test]
    fn words_are_those_of_the_messages() {
        for trouble in Trouble::ALL {
            assert_eq!(serde_json::to_string(&trouble).unwrap(), format!("{:?}", trouble.word()));
        }
    }
}
