//! Who may use the owner's panel, for how long, and what is kept of what he did there.

use crate::second::SecondFactor;
use crate::secret::KeyDigest;
use crate::time::{SpanMs, TimeMs};
use std::fmt;

/// Characters of a person's name in the panel.
pub const NAME_CHARS_MAX: usize = 32;

/// How the names begin of those who are in by a PIN.
const AT_BOOTH: &str = "pin.";

/// How the names begin by which programs act.
const OF_TOKEN: &str = "token.";

/// Characters of the name of a program's token, so that [`AdminName::of_token`] has room for it.
pub const TOKEN_NAME_CHARS_MAX: usize = NAME_CHARS_MAX - OF_TOKEN.len();

/// Characters of a digest that tell two of them apart.
const MARK_CHARS: usize = 6;

/// Characters of their own names beside such a piece.
const KEPT_CHARS: usize = 20;

/// People who may get in: more than one owner's booths have, and each try of a link looks at all.
pub const PEOPLE_MAX: usize = 50;

/// Characters of a password: the least keeps out guessing at the rate that the panel allows, the most bounds the work of one guess.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// See [`PASSWORD_CHARS_MIN`].
pub const PASSWORD_CHARS_MAX: usize = 256;

/// How long a one-time link works. Whoever was not quick enough asks for another one.
pub const LINK_LIFETIME: SpanMs = SpanMs::seconds(24 * 60 * 60);

/// After how long without a click a session ends. Pages that bring themselves up to date are no click.
pub const SESSION_IDLE: SpanMs = SpanMs::seconds(2 * 60 * 60);

/// How long a session lasts at most.
pub const SESSION_LIFETIME: SpanMs = SpanMs::seconds(7 * 24 * 60 * 60);

/// How long the code may take that is asked for after the password: a phone has to be found first.
pub const CODE_PATIENCE: SpanMs = SpanMs::seconds(5 * 60);

/// How exactly it is kept when a session was used last: a click within this writes nothing.
pub const SEEN_STEP: SpanMs = SpanMs::seconds(60);

/// Characters of what an audit row says of one value.
pub const AUDIT_CHARS_MAX: usize = 500;

/// What a person may do in the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Owner,
    /// Helps customers: finds orders, closes them, lets them be printed again, gives money back up to a sum. Sees no people,
    /// wallets, settings, alerts and audit.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Owner, Self::Operator];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Operator => "operator",
        }
    }

    /// Takes back what [`Role::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// The name by which a person gets in: small letters, digits, and `.`, `-`, `_` between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdminName(String);

/// A text that is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has 1 to {NAME_CHARS_MAX} letters a to z, digits, dots, hyphens or underscores, and begins with a letter"
)]
pub struct NameError;

impl AdminName {
    /// Reads a name; capitals and blanks around it do not matter.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = text.trim().to_ascii_lowercase();
        let proper = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'_');
        let begins = name.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
        if begins && name.len() <= NAME_CHARS_MAX && name.bytes().all(proper) { Ok(Self(name)) } else { Err(NameError) }
    }

    /// The name of the one person who is there from the start.
    pub fn owner() -> Self {
        Self("owner".to_owned())
    }

    /// The name by which the audit knows somebody who is at the booth's screen by a PIN. PINs are given to people of any name: what a name here
    /// cannot have is left away, and then a piece of the whole name's digest keeps two people apart.
    pub fn at_booth(name: &str) -> Self {
        let fits = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let kept: String = name.chars().map(|c| c.to_ascii_lowercase()).filter(fits).take(KEPT_CHARS).collect();
        if kept == name {
            return Self(format!("{AT_BOOTH}{kept}"));
        }
        let mark: String = KeyDigest::of(name.as_bytes()).hex().chars().take(MARK_CHARS).collect();
        Self(format!("{AT_BOOTH}{kept}.{mark}"))
    }

    /// The name by which the audit knows a program, by that of its token: small letters, digits, `-` and `_`, at most
    /// [`TOKEN_NAME_CHARS_MAX`].
    pub fn of_token(name: &str) -> Self {
        Self(format!("{OF_TOKEN}{name}"))
    }

    /// Whether it is one that [`AdminName::at_booth`] or [`AdminName::of_token`] makes. Nobody who has a password gets such a one.
    pub fn is_not_for_people(&self) -> bool {
        self.0.starts_with(AT_BOOTH) || self.0.starts_with(OF_TOKEN)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AdminName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A link by which somebody sets a password, once. The link itself is nowhere; this is its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The digest of what the link ends with.
    pub digest: KeyDigest,
    /// Until when it works.
    pub until: TimeMs,
}

/// Somebody who may use the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// His name.
    pub name: AdminName,
    /// What he may do.
    pub role: Role,
    /// His password as Argon2 keeps it; none until he has set one.
    pub password: Option<String>,
    /// The link by which he may set one.
    pub link: Option<Link>,
    /// His second factor, if he has turned it on.
    pub second: Option<SecondFactor>,
    /// Since when he is known.
    pub created_at: TimeMs,
    /// Goes up by one with every change.
    pub version: u32,
}

impl Admin {
    /// Somebody new, who has no password yet.
    pub const fn new(name: AdminName, role: Role, now: TimeMs) -> Self {
        Self { name, role, password: None, link: None, second: None, created_at: now, version: 1 }
    }

    /// The same person with a link; the one before is void.
    pub fn with_link(&self, digest: KeyDigest, now: TimeMs) -> Self {
        let link = Link { digest, until: now.plus(LINK_LIFETIME) };
        Self { link: Some(link), ..self.next() }
    }

    /// The same person with a password, without a link.
    pub fn with_password(&self, password: String) -> Self {
        Self { password: Some(password), link: None, ..self.next() }
    }

    /// The same person with a second factor, or without one.
    pub fn with_second(&self, second: Option<SecondFactor>) -> Self {
        Self { second, ..self.next() }
    }

    /// Whether a link with this digest works now.
    pub fn opens(&self, digest: &KeyDigest, now: TimeMs) -> bool {
        self.link.is_some_and(|link| link.digest.matches(digest) && now < link.until)
    }

    fn next(&self) -> Self {
        Self { version: self.version.saturating_add(1), ..self.clone() }
    }
}

/// Somebody who is in. What his browser carries is nowhere; this is its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelSession {
    /// The digest of what the browser carries.
    pub digest: KeyDigest,
    /// Who it is.
    pub admin: AdminName,
    /// Since when.
    pub created_at: TimeMs,
    /// His last click, to [`SEEN_STEP`].
    pub seen_at: TimeMs,
    /// Whether he has given his password only, and not yet the code that is asked for after it. He is not in until then.
    pub awaits_code: bool,
}

impl PanelSession {
    /// Whether it has ended. A clock that was set back ends nothing.
    pub fn is_over(&self, now: TimeMs) -> bool {
        let lifetime = if self.awaits_code { CODE_PATIENCE } else { SESSION_LIFETIME };
        now >= self.seen_at.plus(SESSION_IDLE) || now >= self.created_at.plus(lifetime)
    }

    /// Whether a click now is worth noting.
    pub fn is_worth_noting(&self, now: TimeMs) -> bool {
        now >= self.seen_at.plus(SEEN_STEP)
    }
}

/// What somebody did in the panel, or to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A one-time link was made.
    LinkMade,
    /// A password was set by a link.
    PasswordSet,
    /// Got in.
    LoggedIn,
    /// Tried a wrong password.
    LoginRefused,
    /// Gave the right password, and was asked for a code.
    CodeAsked,
    /// Gave the code of his phone.
    CodeTaken,
    /// Gave one of his recovery codes, which is used up.
    RecoveryUsed,
    /// Gave a wrong code after the right password.
    CodeRefused,
    /// Turned his second factor on.
    SecondTurnedOn,
    /// Turned his second factor off.
    SecondTurnedOff,
    /// Somebody's second factor was taken away from him, by an owner or a one-time link.
    SecondTakenAway,
    /// Opened the panel at the booth's screen by a PIN.
    OpenedAtBooth,
    /// Tried a wrong PIN there.
    PinRefused,
    /// Left.
    LoggedOut,
    /// Somebody new may get in.
    PersonAdded,
    /// Somebody may not get in any more.
    PersonRemoved,
    /// An order was closed.
    OrderCancelled,
    /// A paid order may be printed once more.
    ReprintAllowed,
    /// A customer has the prints that were owed to him.
    PrintsHandedOver,
    /// A customer gets his money back.
    RefundAsked,
    /// A customer has got his money back past the wallet.
    HandedBack,
    /// A note about an order.
    NoteWritten,
    /// A wallet's statement was compared with what is here.
    StatementCompared,
    /// Something was said of a difference.
    DifferenceChanged,
    /// Where alerts go was changed.
    AlertsChanged,
    /// A payment was recorded that a statement has and the ledger had not.
    PaymentPutRight,
    /// A wallet was connected, changed, or is not offered any more.
    WalletChanged,
    /// Settings were changed, or the settings file has overtaken what was changed.
    SettingsChanged,
    /// The booth was closed by hand.
    BoothClosed,
    /// It was opened again.
    BoothOpened,
    /// A program changed an order through the API, with a token of its own.
    OrderChangedByToken,
    /// A layout of prints was brought, or taken away.
    LayoutsChanged,
    /// An order was made for a wallet's own tests.
    TestOrderMade,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 33] = [
        Self::LinkMade,
        Self::PasswordSet,
        Self::LoggedIn,
        Self::LoginRefused,
        Self::CodeAsked,
        Self::CodeTaken,
        Self::RecoveryUsed,
        Self::CodeRefused,
        Self::SecondTurnedOn,
        Self::SecondTurnedOff,
        Self::SecondTakenAway,
        Self::OpenedAtBooth,
        Self::PinRefused,
        Self::LoggedOut,
        Self::PersonAdded,
        Self::PersonRemoved,
        Self::OrderCancelled,
        Self::ReprintAllowed,
        Self::PrintsHandedOver,
        Self::RefundAsked,
        Self::HandedBack,
        Self::NoteWritten,
        Self::StatementCompared,
        Self::DifferenceChanged,
        Self::AlertsChanged,
        Self::PaymentPutRight,
        Self::WalletChanged,
        Self::SettingsChanged,
        Self::BoothClosed,
        Self::BoothOpened,
        Self::OrderChangedByToken,
        Self::LayoutsChanged,
        Self::TestOrderMade,
    ];

    /// Whether it changes an order: its row is written in the commit of that.
    pub const fn changes_order(self) -> bool {
        matches!(
            self,
            Self::OrderCancelled
                | Self::ReprintAllowed
                | Self::PrintsHandedOver
                | Self::RefundAsked
                | Self::HandedBack
                | Self::TestOrderMade
        )
    }

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LinkMade => "link_made",
            Self::PasswordSet => "password_set",
            Self::LoggedIn => "logged_in",
            Self::LoginRefused => "login_refused",
            Self::CodeAsked => "code_asked",
            Self::CodeTaken => "code_taken",
            Self::RecoveryUsed => "recovery_used",
            Self::CodeRefused => "code_refused",
            Self::SecondTurnedOn => "second_on",
            Self::SecondTurnedOff => "second_off",
            Self::SecondTakenAway => "second_taken",
            Self::OpenedAtBooth => "opened_at_booth",
            Self::PinRefused => "pin_refused",
            Self::LoggedOut => "logged_out",
            Self::PersonAdded => "person_added",
            Self::PersonRemoved => "person_removed",
            Self::OrderCancelled => "order_cancelled",
            Self::ReprintAllowed => "reprint_allowed",
            Self::PrintsHandedOver => "prints_handed_over",
            Self::RefundAsked => "refund_asked",
            Self::HandedBack => "handed_back",
            Self::NoteWritten => "note_written",
            Self::StatementCompared => "statement_compared",
            Self::DifferenceChanged => "difference_changed",
            Self::AlertsChanged => "alerts_changed",
            Self::PaymentPutRight => "payment_put_right",
            Self::WalletChanged => "wallet_changed",
            Self::SettingsChanged => "settings_changed",
            Self::BoothClosed => "booth_closed",
            Self::BoothOpened => "booth_opened",
            Self::OrderChangedByToken => "order_changed_by_token",
            Self::LayoutsChanged => "layouts_changed",
            Self::TestOrderMade => "test_order_made",
        }
    }

    /// Takes back what [`Deed::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.word() == word)
    }
}

/// A row of the audit: who did what, when, from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// When.
    pub at: TimeMs,
    /// Who; nobody's name when it was the command line or the program itself, or a stranger with a wrong password.
    pub who: Option<AdminName>,
    /// What.
    pub deed: Deed,
    /// Which order or person it is about.
    pub about: Option<String>,
    /// What was before.
    pub old: Option<String>,
    /// What is now.
    pub new: Option<String>,
    /// The address from which it came.
    pub address: Option<String>,
}

impl Audit {
    /// A row that says only who did what.
    pub const fn of(who: Option<AdminName>, deed: Deed, at: TimeMs) -> Self {
        Self { at, who, deed, about: None, old: None, new: None, address: None }
    }

    /// About an order or a person.
    pub fn about(self, about: &str) -> Self {
        Self { about: Some(short(about)), ..self }
    }

    /// With what was before.
    pub fn old(self, old: &str) -> Self {
        Self { old: Some(short(old)), ..self }
    }

    /// With what is now.
    pub fn new_value(self, new: &str) -> Self {
        Self { new: Some(short(new)), ..self }
    }

    /// From an address.
    pub fn from(self, address: &str) -> Self {
        Self { address: Some(short(address)), ..self }
    }
}

/// As much of a text as a row keeps. A NUL cannot be kept by every database.
fn short(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(AUDIT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_small_and_short() {
        for (text, name) in [("owner", "owner"), (" Dilnoza ", "dilnoza"), ("a.b-c_9", "a.b-c_9")] {
            assert_eq!(AdminName::parse(text).unwrap().as_str(), name);
        }
        for bad in ["", "9a", "а", "a b", "a\0", "<b>", &"a".repeat(33)] {
            assert_eq!(AdminName::parse(bad), Err(NameError), "{bad}");
        }
        for name in ["", "anna", "Anna", "Anna K.", "Дилноза", "Дилшод", &"a".repeat(40), &"ъ".repeat(40)]
        {
            let here = AdminName::at_booth(name);
            assert_eq!(AdminName::parse(here.as_str()), Ok(here.clone()), "{name}");
            assert!(here.is_not_for_people());
        }
        let here = |name| AdminName::at_booth(name).to_string();
        assert_eq!(here("anna-2"), "pin.anna-2");
        assert!(here("Anna K.").starts_with("pin.annak."), "{}", here("Anna K."));
        assert!(here("Anna") != here("anna") && here("Дилноза") != here("Дилшод"));
        assert!(!AdminName::owner().is_not_for_people());
        let token = AdminName::of_token(&"a".repeat(TOKEN_NAME_CHARS_MAX));
        assert!(AdminName::parse(token.as_str()) == Ok(token.clone()) && token.is_not_for_people());
    }

    #[test]
    fn a_link_works_until_its_time_and_not_after_a_password() {
        let (now, digest) = (TimeMs::new(1_000), KeyDigest::of(b"link"));
        let admin = Admin::new(AdminName::owner(), Role::Owner, now).with_link(digest, now);
        assert!(admin.opens(&digest, now) && !admin.opens(&KeyDigest::of(b"other"), now));
        assert!(!admin.opens(&digest, now.plus(LINK_LIFETIME)));
        assert!(!admin.with_password("x".to_owned()).opens(&digest, now));
    }

    #[test]
    fn a_session_ends_by_itself_and_in_any_case() {
        let start = TimeMs::new(0);
        let session = |seen_at| PanelSession {
            digest: KeyDigest::of(b"x"),
            admin: AdminName::owner(),
            created_at: start,
            seen_at,
            awaits_code: false,
        };
        assert!(!session(start).is_over(start.plus(SpanMs::seconds(7199))));
        assert!(session(start).is_over(start.plus(SESSION_IDLE)));
        let end = start.plus(SESSION_LIFETIME);
        assert!(session(end).is_over(end), "however busy it was");
        let half = PanelSession { awaits_code: true, ..session(start) };
        assert!(half.is_over(start.plus(CODE_PATIENCE)) && !half.is_over(start.plus(SpanMs::seconds(299))));
    }
}
