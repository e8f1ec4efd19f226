//! JSON whose members can be put in another order without touching their values.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// The same object with its members, and those of its `params`, last to first; `None` when the text is no object, or one
/// whose order matters because a name appears twice.
pub fn reversed(text: &str) -> Option<String> {
    let Members(members) = serde_json::from_str(text).ok()?;
    let mut names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
    names.sort();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let written = members.iter().rev().map(|(name, value)| {
        let inner = if name == "params" { reversed(value.get()) } else { None };
        format!("{}: {}", serde_json::Value::from(name.as_str()), inner.as_deref().unwrap_or(value.get()))
    });
    Some(format!("{{{}}}", written.collect::<Vec<_>>().join(", ")))
}
