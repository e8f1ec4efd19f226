//! The three languages of the app, and which of them a page speaks.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

/// A language Payme has; Russian is its default (reference/payme.md §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lang {
    Ru,
    Uz,
    En,
}

impl Lang {
    pub(super) const ALL: [Lang; 3] = [Lang::Uz, Lang::Ru, Lang::En];

    /// The code on the wire and in `<html lang>`.
    pub(super) fn code(self) -> &'static str {
        match self {
            Lang::Ru => "ru",
            Lang::Uz => "uz",
            Lang::En => "en",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| code.eq_ignore_ascii_case(lang.code()))
    }

    /// The chip that the person pressed, else the link's own `l`, else what the browser asks for, else Russian.
    pub(super) fn choose(chip: Option<&str>, link: Option<Lang>, headers: &HeaderMap) -> Lang {
        chip.and_then(Lang::from_code).or(link).or_else(|| accepted(headers)).unwrap_or(Lang::Ru)
    }
}

/// The language with the highest weight in `Accept-Language` among those we have; the first of equals.
fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Lang, f32)> = None;
    for range in header.split(',').take(32) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let primary = tag.split('-').next().unwrap_or_default();
        let Some(lang) = Lang::from_code(primary) else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(_, other)| weight > other) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn browser(accept: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(accept))])
    }

    #[test]
    fn the_chip_then_the_link_then_the_browser() {
        let english = browser("en-GB,ru;q=0.5");
        assert_eq!(Lang::choose(Some("uz"), Some(Lang::Ru), &english), Lang::Uz);
        assert_eq!(Lang::choose(Some("kk"), Some(Lang::Ru), &english), Lang::Ru);
        assert_eq!(Lang::choose(None, None, &english), Lang::En);
        assert_eq!(Lang::choose(None, None, &browser("de, uz-Latn-UZ;q=0.9, ru;q=0.2")), Lang::Uz);
        assert_eq!(Lang::choose(None, None, &browser("de,fr;q=0.8,en;q=0")), Lang::Ru);
        assert_eq!(Lang::choose(None, None, &HeaderMap::new()), Lang::Ru);
    }
}
