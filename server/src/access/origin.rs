//! Origins: whose page it is that a browser acts for, and which of them the settings name.

use crate::config::Settings;
use axum::http::{HeaderMap, header};
use std::collections::BTreeSet;

/// The origins that may call, as browsers write them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(BTreeSet<String>);

impl Origins {
    /// Reads a setting: a web address without a path, `null`, `file://`, or the scheme of an app of one's own with what
    /// follows it. `None` when a browser can send no such origin. Case, a default port and a slash at the end do not
    /// matter.
    pub fn parse(text: &str) -> Option<String> {
        let text = text.trim().to_ascii_lowercase();
        if text == "null" {
            return Some(text);
        }
        let (scheme, rest) = text.split_once("://")?;
        let rest = rest.trim_end_matches('/');
        let mut letters = scheme.bytes();
        let proper_scheme = letters.next().is_some_and(|first| first.is_ascii_lowercase())
            && letters.all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.'));
        let proper_rest = rest.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_:[]".contains(&it));
        if !proper_scheme || !proper_rest {
            return None;
        }
        match scheme {
            "http" | "https" => {
                let default = if scheme == "http" { ":80" } else { ":443" };
                let host = rest.strip_suffix(default).unwrap_or(rest);
                (!host.is_empty()).then(|| format!("{scheme}://{host}"))
            }
            "file" => rest.is_empty().then(|| "file://".to_owned()),
            _ => Some(format!("{scheme}://{rest}")),
        }
    }

    /// Those that can be read as origins.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(texts.into_iter().filter_map(Self::parse).collect())
    }

    /// Whether an origin is named. A page that was opened from a file says `null` or `file://`, as the browser likes.
    pub fn name(&self, origin: &str) -> bool {
        match origin {
            "null" | "file://" => self.0.contains("null") || self.0.contains("file://"),
            other => self.0.contains(&other.to_ascii_lowercase()),
        }
    }

    /// Whether any page without an origin of its own is named.
    pub fn name_files(&self) -> bool {
        self.name("null")
    }
}

/// For whom a browser sends a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// No browser says so: a program, or a browser that opens an address by itself.
    Nobody,
    /// A page of this server.
    OwnPage,
    /// A page whose origin the settings name.
    Named,
    /// Another page; its origin, fit to be shown.
    Elsewhere(String),
}

/// Reads it from what no page can forge: `Origin` and `Sec-Fetch-Site` are the browser's own.
pub(crate) fn sender(settings: &Settings, headers: &HeaderMap) -> Sender {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let mut given = headers.get_all(header::ORIGIN).iter();
    let (first, second) = (given.next(), given.next());
    let Some(first) = first else {
        return match site {
            None | Some(b"same-origin" | b"none") => Sender::Nobody,
            Some(_) => Sender::Elsewhere("another site".to_owned()),
        };
    };
    let (Ok(origin), None) = (first.to_str(), second) else {
        return Sender::Elsewhere("an unreadable origin".to_owned());
    };
    if settings.cors_origins.name(origin) {
        return Sender::Named;
    }
    if site == Some(b"same-origin") || is_own(settings, headers, origin) {
        return Sender::OwnPage;
    }
    Sender::Elsewhere(crate::text::visible(origin))
}

/// Whether an origin is this server's own: the host that the call went to, or one of the names that the settings know,
/// because a proxy may have written its own `Host`.
fn is_own(settings: &Settings, headers: &HeaderMap, origin: &str) -> bool {
    let Some((_, authority)) = origin.split_once("://") else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
        || settings.host_names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_browsers_write_it() {
        let good = [
            ("http://localhost:5173", "http://localhost:5173"),
            ("HTTP://LocalHost:5173/", "http://localhost:5173"),
            (" https://booth.example.uz:443/ ", "https://booth.example.uz"),
            ("http://booth:80", "http://booth"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("null", "null"),
            ("file://", "file://"),
            ("file:///", "file://"),
            ("app://bundle", "app://bundle"),
            ("app://.", "app://."),
            ("app://", "app://"),
            ("tauri://localhost", "tauri://localhost"),
        ];
        for (text, origin) in good {
            assert_eq!(Origins::parse(text).as_deref(), Some(origin), "{text}");
        }
        let bad = [
            "",
            "*",
            "localhost:5173",
            "http://",
            "https://*.example.uz",
            "http://a/b",
            "http://a?b",
            "file:///C:/page.html",
            "http://user@host",
            "://x",
            "1app://x",
            "http://будка.uz",
            "https://a b",
        ];
        for text in bad {
            assert_eq!(Origins::parse(text), None, "{text}");
        }
    }

    #[test]
    fn files_say_null_or_file_and_either_name_stands_for_both() {
        for named in ["null", "file://"] {
            let origins = Origins::new([named]);
            assert!(origins.name("null") && origins.name("file://") && origins.name_files());
        }
        let origins = Origins::new(["http://localhost:5173", "app://bundle"]);
        assert!(origins.name("http://localhost:5173") && origins.name("app://bundle"));
        for other in
            ["null", "file://", "http://localhost:5174", "https://localhost:5173", "app://", "app://bundle.evil"]
        {
            assert!(!origins.name(other), "{other}");
        }
    }
}
