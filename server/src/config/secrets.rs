//! Keys and tokens as written: what people paste together with them, and what is no key at all. No message shows any of one.

use super::names::look_alike;
use super::syntax::invisible;
use super::text::decode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Characters of a key of Payme's, in all samples that are known.
const PAYME_KEY_CHARS: usize = 36;

/// Words before a key that name it. A key may hold = and : itself, so only these count.
const LABELS: [&str; 17] = [
    "boothpay_uzum_password",
    "uzum_password",
    "boothpay_payme_key",
    "boothpay_click_secret_key",
    "click_secret_key",
    "secret_key",
    "payme_key",
    "test_key",
    "test key",
    "paycom_key",
    "key",
    "password",
    "paycom",
    "login",
    "token",
    "ключ",
    "пароль",
];

/// Words that stand where a key belongs.
const PLACEHOLDERS: [&str; 10] =
    ["test_key", "secret_key", "key", "payme_key", "your_key", "your-key", "secret", "changeme", "ключ", "password"];

/// What is wrong with what stands where a secret belongs. None of them says anything of the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// So many lines, where one belongs.
    Lines(usize),
    /// Quotes around it.
    Quotes,
    /// A name before it.
    Label,
    /// A whole header that carries it.
    Header,
    /// Something that nobody sees, at this position.
    Invisible(&'static str, usize),
    /// A blank, at this position.
    Blank(usize),
    /// A letter that only looks like a Latin one, at this position.
    LookAlike(usize),
    /// A character that no key has, at this position.
    Strange(usize),
    /// The word for it.
    Placeholder,
    /// Payme's merchant id.
    MerchantId,
    /// So many characters, where there are at least so many.
    Short(usize, usize),
    /// So many characters, where there are usually so many. It can be right.
    Long(usize, usize),
    /// Digits alone, as the numbers of a service are. It can be right.
    Digits,
}

impl Fault {
    /// Whether it cannot be right.
    pub(crate) const fn is_mistake(self) -> bool {
        match self {
            Self::Long(..) | Self::Digits => false,
            Self::Lines(_)
            | Self::Quotes
            | Self::Label
            | Self::Header
            | Self::Invisible(..)
            | Self::Blank(_)
            | Self::LookAlike(_)
            | Self::Strange(_)
            | Self::Placeholder
            | Self::MerchantId
            | Self::Short(..) => true,
        }
    }

    /// What it is and what to do, as the settings are told.
    pub(crate) fn advice(self) -> String {
        match self {
            Self::Lines(lines) => {
                format!("there are {lines} lines here; leave the one with the key, and nothing else")
            }
            Self::Quotes => "the key stands in quotes here; take the quotes away (in a file of its own, and in the environment, there \
                             are none)"
                .to_owned(),
            Self::Label => {
                "there is a name before the key; take it away, and the sign after it, so that only the key is left".to_owned()
            }
            Self::Header => "this is the whole value of an Authorization header; write the key alone".to_owned(),
            Self::Invisible(what, position) => {
                format!("there is {what} at position {position}; copy the key again, or type it")
            }
            Self::Blank(position) => format!("there is a blank at position {position}; a key has none"),
            Self::LookAlike(position) => format!(
                "the letter at position {position} only looks like a Latin one (it is Cyrillic or Greek); copy the key again instead \
                 of typing it"
            ),
            Self::Strange(position) => {
                format!("the character at position {position} occurs in no key; copy the key again from the cabinet")
            }
            Self::Placeholder => {
                "this is a word for the key, not the key. The cabinet shows the key itself; copy that".to_owned()
            }
            Self::MerchantId => "this looks like the merchant id (24 characters); the key is another text of the cabinet, 36 \
                                 characters long"
                .to_owned(),
            Self::Short(length, least) => format!(
                "the key has {length} characters, and at least {least} are needed: something is missing, or it could be guessed. Copy \
                 it again from the cabinet"
            ),
            Self::Long(length, usual) => format!(
                "the key has {length} characters, Payme's have {usual}: see whether something else was copied along with it"
            ),
            Self::Digits => "the key is all digits, as the numbers of a service, a merchant and a user are: see whether one of those \
                             was copied instead"
                .to_owned(),
        }
    }
}

/// Looks at what stands where Payme's key belongs; blanks around it do not count.
pub(crate) fn payme_key(text: &str) -> Option<Fault> {
    let length = text.chars().count();
    found_in(text)
        .or_else(|| is_placeholder(text).then_some(Fault::Placeholder))
        .or_else(|| (length == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(Fault::MerchantId))
        .or_else(|| (length < PAYME_KEY_CHARS).then_some(Fault::Short(length, PAYME_KEY_CHARS)))
        .or_else(|| (length > PAYME_KEY_CHARS).then_some(Fault::Long(length, PAYME_KEY_CHARS)))
}

/// Characters of a secret key of Click's, at least. Its form is not published; shorter ones can be guessed.
const CLICK_KEY_CHARS_MIN: usize = 8;

/// Looks at what stands where a secret key of Click's belongs; blanks around it do not count.
pub(crate) fn click_key(text: &str) -> Option<Fault> {
    let length = text.chars().count();
    found_in(text)
        .or_else(|| is_placeholder(text).then_some(Fault::Placeholder))
        .or_else(|| (length < CLICK_KEY_CHARS_MIN).then_some(Fault::Short(length, CLICK_KEY_CHARS_MIN)))
        .or_else(|| text.bytes().all(|byte| byte.is_ascii_digit()).then_some(Fault::Digits))
}

/// Characters of a password of Uzum's, at least: whoever guesses it marks orders as paid.
const UZUM_PASSWORD_CHARS_MIN: usize = 8;

/// Looks at what stands where a password of Uzum's belongs; blanks around it do not count.
pub(crate) fn uzum_password(text: &str) -> Option<Fault> {
    let length = text.chars().count();
    found_in(text)
        .or_else(|| (length < UZUM_PASSWORD_CHARS_MIN).then_some(Fault::Short(length, UZUM_PASSWORD_CHARS_MIN)))
}

/// Whether a text is a word that stands where a key belongs.
pub(super) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text.to_lowercase().as_str())
}

/// What was pasted along with a secret, if anything, as the settings are told.
pub(super) fn pasted(text: &str) -> Option<String> {
    found_in(text).map(Fault::advice)
}

/// What was pasted along with a secret, if anything.
fn found_in(text: &str) -> Option<Fault> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if lines > 1 {
        return Some(Fault::Lines(lines));
    }
    let is_quote = |c: char| "\"'`“”„«»‘’‚".contains(c);
    if text.starts_with(is_quote) || text.chars().count() > PAYME_KEY_CHARS && text.ends_with(is_quote) {
        return Some(Fault::Quotes);
    }
    let lower = text.to_lowercase();
    for label in LABELS {
        let rest = lower.strip_prefix(label).map(str::trim_start);
        if rest.is_some_and(|rest| rest.starts_with(['=', ':'])) {
            return Some(Fault::Label);
        }
    }
    let encoded = if lower.starts_with("basic ") { text.get(6..).unwrap_or("") } else { text };
    if BASE64_STANDARD.decode(encoded.trim()).is_ok_and(|plain| plain.starts_with(b"Paycom:")) {
        return Some(Fault::Header);
    }
    for (position, c) in (1..).zip(text.chars()) {
        if let Some(what) = invisible(c.encode_utf8(&mut [0; 4])) {
            return Some(Fault::Invisible(what, position));
        }
        if c.is_whitespace() || c.is_control() {
            return Some(Fault::Blank(position));
        }
        if look_alike(c).is_some() {
            return Some(Fault::LookAlike(position));
        }
        if !c.is_ascii() {
            return Some(Fault::Strange(position));
        }
    }
    None
}

/// A secret's file, read.
pub(super) struct SecretFile {
    /// What it holds, without blanks around it.
    pub(super) text: String,
    /// Whether others than its owner can read or change it.
    pub(super) open_to: Option<&'static str>,
}

/// Reads a file that should hold a secret and nothing else. The file's name is shown only if such a file is there: where a name
/// belongs, a key may have been written.
pub(super) fn read(folder: &Path, name: &str) -> Result<SecretFile, String> {
    let path = folder.join(name);
    let shown = path.display();
    let meta = std::fs::metadata(&path).map_err(|_| missing(folder, name, &path))?;
    if meta.is_dir() {
        return Err(format!("{shown} is a folder; name the file in it that holds the key"));
    }
    // A pipe would keep a start waiting.
    if !meta.is_file() {
        return Err(format!("{shown} is no file that holds something; name a file that holds the key"));
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(format!("{shown} is too big for a key: it should hold the key and nothing else"));
    }
    let bytes = std::fs::read(&path).map_err(|error| {
        if error.kind() == ErrorKind::PermissionDenied {
            format!("the user who runs Boothpay may not read {shown}; give that user the right to read it")
        } else {
            format!("{shown} cannot be read: {error}")
        }
    })?;
    let text = decode(&bytes).map_err(|error| format!("{shown} cannot be used: {error}"))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{shown} is empty; it should hold the key and nothing else"));
    }
    Ok(SecretFile { text: text.to_owned(), open_to: open_to(&meta) })
}

/// Bytes of a secret's file: far more than any key.
const FILE_BYTES_MAX: u64 = 64 * 1024;

fn missing(folder: &Path, name: &str, path: &Path) -> String {
    let place = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let beside = |end: &str| {
        let mut other = path.as_os_str().to_owned();
        other.push(end);
        let other = PathBuf::from(other);
        other.is_file().then_some(other)
    };
    if let Some(other) = beside(".txt") {
        return format!(
            "there is no such file, but there is {}. Windows hides the ending .txt: write the whole name here, or rename the file",
            other.display()
        );
    }
    if !name.contains(['/', '\\']) && name.chars().count() >= 20 {
        return "what stands here looks like the key itself, not like a file's name. Save the key in a file of its own, for \
                instance payme.key, and write that name here"
            .to_owned();
    }
    format!(
        "there is no such file (looked for from the folder {}); make it, with the key and nothing else in it",
        place.display()
    )
}

/// Who else than the owner can get at a file.
#[cfg(unix)]
pub(super) fn open_to(meta: &std::fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::PermissionsExt;
    match meta.permissions().mode() {
        mode if mode & 0o022 != 0 => Some("changed"),
        mode if mode & 0o044 != 0 => Some("read"),
        _ => None,
    }
}

/// Windows keeps rights in lists that the standard library does not read.
#[cfg(not(unix))]
pub(super) fn open_to(_: &std::fs::Metadata) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";

    fn fault(text: &str) -> Option<String> {
        payme_key(text)
            .map(|fault| if fault.is_mistake() { fault.advice() } else { format!("remark: {}", fault.advice()) })
    }

    #[test]
    fn a_whole_key_of_any_signs_is_fine() {
        for key in [KEY, "Awk&ward?Key#With%36^Characters=0000", "key0:123456789012345678901234567890x"] {
            assert_eq!(fault(key), None, "{key}");
        }
    }

    #[test]
    fn what_is_no_key_is_told_without_showing_it() {
        let cases = [
            (format!("\"{KEY}\""), "in quotes"),
            (format!("'{KEY}'"), "in quotes"),
            (format!("“{KEY}”"), "in quotes"),
            (format!("«{KEY}»"), "in quotes"),
            (format!("TEST_KEY={KEY}"), "a name before"),
            (format!("key: {KEY}"), "a name before"),
            (format!("BOOTHPAY_PAYME_KEY = {KEY}"), "a name before"),
            (format!("Paycom:{KEY}"), "a name before"),
            (format!("{KEY}\n{KEY}"), "2 lines"),
            (BASE64_STANDARD.encode(format!("Paycom:{KEY}")), "Authorization header"),
            (format!("Basic {}", BASE64_STANDARD.encode(format!("Paycom:{KEY}"))), "Authorization header"),
            ("TEST_KEY".to_owned(), "a word for the key"),
            ("587f72c72cac0d162c722ae2".to_owned(), "the merchant id"),
            (KEY[1..].to_owned(), "has 35 characters"),
            (format!("{KEY}x"), "remark: the key has 37 characters"),
            (KEY.replacen('e', "е", 1), "position 3 only looks like"),
            (KEY.replacen('-', "\u{a0}", 1), "a non-breaking space at position 14"),
            (KEY.replacen('-', "\u{200b}", 1), "an invisible character"),
            (KEY.replacen('-', " ", 1), "a blank at position 14"),
            (KEY.replacen('-', "—", 1), "position 14 occurs in no key"),
        ];
        for (text, words) in cases {
            let said = fault(&text).unwrap_or_default();
            assert!(said.contains(words), "{words}: {said}");
            assert!(!said.contains(&KEY[5..20]), "{said}");
        }
    }
}
