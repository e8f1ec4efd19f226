//! Uzum's id of a transaction: a UUID (`reference/uzum.md §2`).

use crate::ledger::provider::ProviderId;

/// A UUID of 36 characters. Capital and small letters are the same id (RFC 9562), so it is kept in small ones; an answer
/// repeats it as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransId(ProviderId);

/// Where a UUID has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Characters of a UUID.
const CHARS: usize = 36;

impl TransId {
    /// Checks a text; `None` when it is no UUID.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |(at, byte): (usize, u8)| {
            if HYPHENS.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        };
        if text.len() != CHARS || !text.bytes().enumerate().all(fits) {
            return None;
        }
        ProviderId::parse(&text.to_ascii_lowercase()).ok().map(Self)
    }

    /// The id under which the ledger keeps it.
    pub const fn provider_id(&self) -> &ProviderId {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_one_id_in_any_case_of_its_letters() {
        let small = TransId::parse("3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b").unwrap();
        assert_eq!(TransId::parse("3F1A2B4C-0D5E-4F60-8A7B-9C8D7E6F5A4B"), Some(small.clone()));
        assert_eq!(small.provider_id().as_str(), "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b");
        // The nil one, and those of other versions, are UUIDs.
        assert!(TransId::parse("00000000-0000-0000-0000-000000000000").is_some());
        assert!(TransId::parse("ffffffff-ffff-ffff-ffff-ffffffffffff").is_some());
    }

    #[test]
    fn other_forms_are_no_ids() {
        for bad in [
            "",
            "3f1a2b4c0d5e4f608a7b9c8d7e6f5a4b",
            "{3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b}",
            "urn:uuid:3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b",
            "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4",
            "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b0",
            "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4g",
            "3f1a2b4c_0d5e_4f60_8a7b_9c8d7e6f5a4b",
            " 3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b",
            "3f1a2b4-c0d5e-4f60-8a7b-9c8d7e6f5a4b",
            "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5а4",
        ] {
            assert_eq!(TransId::parse(bad), None, "{bad}");
        }
    }
}
