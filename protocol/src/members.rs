//! The members of one JSON object, each still as the text it was sent as.
//!
//! Values stay text so that an id of any size is echoed as sent, an amount is read exactly, and deep nesting costs
//! nothing. Members that appear twice are noticed: two readers of such an object may see different payments.

use crate::number::{self, Exact};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// One object's members in the order sent.
pub(crate) struct Members<'a> {
    list: Vec<(String, &'a RawValue)>,
}

impl<'a> Members<'a> {
    /// Reads an object; `None` when the value is something else. `raw` is valid JSON already.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        if !raw.get().starts_with('{') {
            return None;
        }
        serde_json::from_str(raw.get()).ok()
    }

    /// A member by name; the first one, should there be several.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.list.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// All of them.
    pub(crate) fn into_iter(self) -> impl Iterator<Item = (String, &'a RawValue)> {
        self.list.into_iter()
    }

    /// Whether any name appears twice.
    pub(crate) fn has_duplicates(&self) -> bool {
        let mut names: Vec<&str> = self.list.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair.first() == pair.last())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    list.push(entry);
                }
                Ok(list)
            }
        }

        deserializer.deserialize_map(MembersVisitor).map(|list| Members { list })
    }
}

/// A string's text; `None` when the value is something else or holds half of a surrogate pair.
pub(crate) fn string(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// A number, exactly; `None` when the value is something else.
pub(crate) fn number(raw: &RawValue) -> Option<Exact> {
    number::scaled(raw.get(), 0)
}

/// A whole number that fits 64 bits.
pub(crate) fn integer(raw: &RawValue) -> Option<i64> {
    match number(raw)? {
        Exact::Integer(value) => Some(value),
        Exact::Fraction | Exact::TooSmall | Exact::TooLarge => None,
    }
}

/// A whole number of any size, brought to the nearest that fits 64 bits: right for the bounds of an interval.
pub(crate) fn clamped_integer(raw: &RawValue) -> Option<i64> {
    match number(raw)? {
        Exact::Integer(value) => Some(value),
        Exact::TooSmall => Some(i64::MIN),
        Exact::TooLarge => Some(i64::MAX),
        Exact::Fraction => None,
    }
}
