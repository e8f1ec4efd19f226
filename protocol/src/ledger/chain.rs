//! The journal's chains. Each row carries a digest over the one before it and over all that it says itself, so a row that is
//! changed or taken away later breaks the chain, whatever is done to other tables. Who keeps the head of a chain elsewhere
//! also notices when its end was cut off, or everything was written anew.
//!
//! There is a chain for each *writer*: a session that writes, and has the number of no other at the same time. So on
//! PostgreSQL several can write without waiting for each other; on SQLite there is one, with the number 1.

use super::journal::Entry;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// SHA-256.
pub type Digest = [u8; 32];

/// Where a chain ends: what to keep in another place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head {
    /// Whose chain.
    pub writer: i64,
    /// How many rows it has.
    pub sequence: i64,
    /// The last row's digest.
    pub digest: [u8; 32],
}

/// Why a text is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head has the form WRITER:ROWS:DIGEST, as the log and a backup print it, with 64 letters of the digest")]
pub struct HeadError;

impl Head {
    /// A chain without rows.
    pub const fn start(writer: i64) -> Self {
        Self { writer, sequence: 0, digest: [0; 32] }
    }

    /// From a database; `None` when the digest has a wrong size.
    pub fn of(writer: i64, sequence: i64, digest: &[u8]) -> Option<Self> {
        Some(Self { writer, sequence, digest: digest.try_into().ok()? })
    }

    /// Takes back what was printed.
    pub fn parse(text: &str) -> Result<Self, HeadError> {
        let mut parts = text.trim().splitn(3, ':');
        let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok()).filter(|number| *number >= 1);
        let (writer, sequence) = (number().ok_or(HeadError)?, number().ok_or(HeadError)?);
        let letters = parts.next().filter(|letters| letters.len() == 64 && letters.is_ascii()).ok_or(HeadError)?;
        let mut digest = [0_u8; 32];
        for (byte, pair) in digest.iter_mut().zip(letters.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| HeadError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| HeadError)?;
        }
        Ok(Self { writer, sequence, digest })
    }

    /// Adds a row to the chain, whose change is written as this text.
    pub fn add(&mut self, entry: &Entry, change: &str) {
        self.sequence = self.sequence.saturating_add(1);
        let content = Content {
            writer: self.writer,
            sequence: self.sequence,
            order_id: entry.order_id.as_str(),
            version: entry.version.into(),
            at_ms: entry.at.ms(),
            actor: entry.actor.word(),
            change,
        };
        self.digest = content.digest(&self.digest);
    }
}

/// `WRITER:ROWS:DIGEST`.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.writer, self.sequence)?;
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// All that a journal row says, as it is stored. The order is named by its id, because its row number means nothing.
pub struct Content<'a> {
    /// Who wrote it.
    pub writer: i64,
    /// Its place in the chain, from 1.
    pub sequence: i64,
    /// Which order.
    pub order_id: &'a str,
    /// The order's version once the row is applied.
    pub version: i64,
    /// When, in milliseconds.
    pub at_ms: i64,
    /// Who asked, as a word.
    pub actor: &'a str,
    /// What happened, as JSON.
    pub change: &'a str,
}

impl Content<'_> {
    /// The row's digest, after the digest of the row before it. Numbers are eight bytes, the highest first; a text comes
    /// behind its length, so that no two contents are the same bytes.
    pub fn digest(&self, before: &Digest) -> Digest {
        let mut digest = Sha256::new();
        digest.update(before);
        for number in [self.writer, self.sequence, self.version, self.at_ms] {
            digest.update(number.to_be_bytes());
        }
        for text in [self.order_id, self.actor, self.change] {
            digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(text.as_bytes());
        }
        digest.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let head = Head { writer: 3, sequence: 71, digest: std::array::from_fn(|n| u8::try_from(n * 8).unwrap()) };
        assert_eq!(Head::parse(&head.to_string()), Ok(head.clone()));
        let text = head.to_string();
        for bad in ["", "3:71", "0:71:00", &text[..text.len() - 1], &text.replace('3', "-3"), "3:71:é"] {
            assert_eq!(Head::parse(bad), Err(HeadError), "{bad}");
        }
    }

    #[test]
    fn every_part_of_a_row_is_in_its_digest() {
        let content =
            || Content { writer: 1, sequence: 2, order_id: "a", version: 3, at_ms: 4, actor: "b", change: "c" };
        let as_it_is = content().digest(&[0; 32]);
        let others = [
            content().digest(&[1; 32]),
            Content { writer: 2, ..content() }.digest(&[0; 32]),
            Content { sequence: 3, ..content() }.digest(&[0; 32]),
            Content { order_id: "ab", actor: "", ..content() }.digest(&[0; 32]),
            Content { version: 4, ..content() }.digest(&[0; 32]),
            Content { at_ms: 5, ..content() }.digest(&[0; 32]),
            Content { actor: "bc", change: "", ..content() }.digest(&[0; 32]),
            Content { change: "d", ..content() }.digest(&[0; 32]),
        ];
        assert!(others.iter().all(|other| *other != as_it_is));
        assert_eq!(content().digest(&[0; 32]), as_it_is);
    }
}
