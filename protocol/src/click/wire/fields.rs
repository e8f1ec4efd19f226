//! The fields of a body, each still as the text it was sent as: form-encoded, as Click sends them, or the members of a JSON
//! object, as its oldest sample takes them. Fields that appear twice are noticed: two readers of such a body may see
//! different payments.

use crate::click::Refusal;
use crate::members::{Members, number, string};
use serde_json::value::RawValue;

/// All fields in the order sent.
pub(super) struct Fields {
    list: Vec<(String, Text)>,
}

/// A field's value.
enum Text {
    Is(String),
    /// JSON that is neither text nor number.
    OfAnotherKind,
}

impl Fields {
    /// Reads a body. What begins with a brace is JSON, whatever its header says: no form of Click's does.
    pub(super) fn of(body: &[u8]) -> Result<Self, Refusal> {
        if body.trim_ascii_start().starts_with(b"{") { Self::of_json(body) } else { Ok(Self::of_form(body)) }
    }

    fn of_form(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body);
        Self { list: pairs.map(|(name, value)| (name.into_owned(), Text::Is(value.into_owned()))).collect() }
    }

    fn of_json(body: &[u8]) -> Result<Self, Refusal> {
        let raw = std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
        let members =
            raw.and_then(Members::of).ok_or(Refusal::BadForm("the body is neither a form nor a JSON object"))?;
        let text = |raw: &RawValue| match (string(raw), number(raw)) {
            (Some(text), _) => Text::Is(text),
            (None, Some(_)) => Text::Is(raw.get().to_owned()),
            (None, None) => Text::OfAnotherKind,
        };
        Ok(Self { list: members.into_iter().map(|(name, raw)| (name, text(raw))).collect() })
    }

    /// A field by name; the first one, should there be several.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, text) = self.list.iter().find(|(field, _)| field == name)?;
        match text {
            Text::Is(text) => Some(text),
            Text::OfAnotherKind => None,
        }
    }

    /// Whether any name appears twice.
    pub(super) fn has_duplicates(&self) -> bool {
        let mut names: Vec<&str> = self.list.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair.first() == pair.last())
    }
}
