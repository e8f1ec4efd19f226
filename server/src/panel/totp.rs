//! Codes of a second factor as every authenticator app makes them: RFC 6238 with SHA-1, six digits, a new one each 30 seconds.

use crate::letters;
use boothpay_protocol::second::RECOVERY_CODES;
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use ring::hmac;

/// Digits of a code: what all apps show.
pub(super) const DIGITS: usize = 6;

/// Bytes of a secret: what RFC 4226 advises, as long as what SHA-1 gives.
const SECRET_BYTES: usize = 20;

/// Letters of a secret in base32, in which each holds five bits.
const SECRET_LETTERS: usize = SECRET_BYTES * 8 / 5;

/// Milliseconds of a step.
const STEP_MS: i64 = 30_000;

/// Steps by which the two clocks may differ, each way: the code that has just gone still counts, and one of a clock that is ahead.
const STEPS_APART: i64 = 1;

/// Letters of a recovery code: 79 bits, which nobody guesses, and which are written down once.
const RECOVERY_LETTERS: usize = 16;

/// Letters between two hyphens of a recovery code.
const RECOVERY_GROUP: usize = 4;

/// RFC 4648.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret, in base32.
pub(super) fn new_secret() -> Option<Secret> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).ok()?;
    Secret::new(base32(&bytes))
}

/// A secret as a page's form brings it back; none when it is not one of ours by its form.
pub(super) fn secret_as_sent(text: &str) -> Option<Secret> {
    (text.len() == SECRET_LETTERS && bytes_of(text).is_some()).then(|| Secret::new(text)).flatten()
}

/// The step whose code this is, now or next to now, the newest first where two have the same; none when it is no code of now.
pub(super) fn step_of(secret: &Secret, typed: &str, now: TimeMs) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).take(DIGITS.saturating_add(1)).collect();
    let (typed, secret) = (KeyDigest::of(typed.as_bytes()), bytes_of(secret.reveal())?);
    let here = now.ms().div_euclid(STEP_MS);
    let steps = here.saturating_sub(STEPS_APART)..=here.saturating_add(STEPS_APART);
    steps.rev().find(|step| KeyDigest::of(code(&secret, *step).as_bytes()).matches(&typed))
}

/// What the QR code says that an app scans: whose code it is, and the secret.
pub(super) fn address(secret: &Secret, booth: &str, name: &str) -> String {
    // Apps show what stands before the colon above what stands after it. They know no "+" for a blank.
    let quoted = |text: &str| {
        let text = text.replace(':', " ");
        form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let (booth, name) = (quoted(booth), quoted(name));
    format!("otpauth://totp/{booth}:{name}?secret={}&issuer={booth}&algorithm=SHA1&digits=6&period=30", secret.reveal())
}

/// Ten new recovery codes, as they are written down.
pub(super) fn new_recovery() -> Result<Vec<String>, StoreError> {
    (0..RECOVERY_CODES).map(|_| Ok(grouped(&letters::draw(RECOVERY_LETTERS)?, "-"))).collect()
}

/// The digest of a recovery code, however it is typed; none when it is none by its form.
pub(super) fn recovery_digest(typed: &str) -> Option<KeyDigest> {
    letters::as_written(typed, RECOVERY_LETTERS).map(|code| KeyDigest::of(code.as_bytes()))
}

/// A long text in groups that the eye keeps.
pub(super) fn grouped(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(RECOVERY_GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// The code of a step (RFC 4226 §5.3).
fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or(0) & 0x0f);
    let four = tag.get(offset..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000;
    format!("{number:0DIGITS$}")
}

fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
    let letter = |first: usize| (first..first.saturating_add(5)).fold(0, |value, at| value * 2 + usize::from(bit(at)));
    let letters = (0..bytes.len().saturating_mul(8)).step_by(5).map(letter);
    letters.filter_map(|value| BASE32.get(value)).map(|letter| char::from(*letter)).collect()
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|known| *known == letter)?;
        held = (held << 5 | u32::try_from(value).ok()?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret is these twenty letters; of its eight digits an app with six shows the last.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (seconds, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code(SECRET, seconds / 30), eight[2..], "{seconds}");
        }
    }

    #[test]
    fn a_secret_is_base32_without_padding() {
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(bytes_of(&base32(SECRET)).unwrap(), SECRET);
        let new = new_secret().unwrap();
        assert_eq!(secret_as_sent(new.reveal()), Some(new));
        for bad in ["", "GEZDGNBVGY3TQOJQ", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "0EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"] {
            assert_eq!(secret_as_sent(bad), None, "{bad}");
        }
    }

    #[test]
    fn one_step_each_way_fits_and_no_more() {
        let secret = Secret::new(base32(SECRET)).unwrap();
        let (made, step) = (code(SECRET, 1000), 1000 * STEP_MS);
        for (at, fits) in [(step - 30_001, false), (step - 30_000, true), (step + 59_999, true), (step + 60_000, false)]
        {
            assert_eq!(step_of(&secret, &made, TimeMs::new(at)), fits.then_some(1000), "{at}");
        }
        let spaced = format!(" {} {} ", &made[..3], &made[3..]);
        assert_eq!(step_of(&secret, &spaced, TimeMs::new(step)), Some(1000));
        for wrong in ["", &made[1..], &format!("{made}0"), &format!("0{made}")] {
            assert_eq!(step_of(&secret, wrong, TimeMs::new(step)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_whose_code_it_is() {
        let secret = Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let expected = "otpauth://totp/%D0%9A%D0%B0%D0%B1%D0%B8%D0%BD%D0%B0%201:owner?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                        &issuer=%D0%9A%D0%B0%D0%B1%D0%B8%D0%BD%D0%B0%201&algorithm=SHA1&digits=6&period=30";
        assert_eq!(address(&secret, "Кабина 1", "owner"), expected);
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let codes = new_recovery().unwrap();
        let different: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (10, 10));
        let (code, digest) = (&codes[0], recovery_digest(&codes[0]));
        assert_eq!(code.len(), 19, "{code}");
        assert!(digest.is_some());
        assert_eq!(recovery_digest(&code.to_lowercase().replace('-', " ")), digest);
        assert_eq!(recovery_digest(&code[1..]), None);
    }
}
