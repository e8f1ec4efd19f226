//! The address of somebody else's server: taken apart once, when the settings are read.

use crate::limits::OUTGOING_URL_CHARS_MAX;
use hyper::Uri;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// Where calls go: to a webhook of the owner's, or to a wallet's own API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAddress {
    /// Whether the line is encrypted and the other end proves its name.
    pub(crate) is_https: bool,
    /// A name, or an address in numbers without brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
    /// Host and port as a request names them.
    pub(crate) authority: String,
}

impl HttpAddress {
    /// Reads what was written; else what to write instead.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("give the address that is told, for instance url = \"https://example.uz/boothpay\"");
        }
        if text.chars().count() > OUTGOING_URL_CHARS_MAX {
            return Err("this address is too long");
        }
        let plain = "give an address of letters, digits and signs, like \"https://example.uz/boothpay\"; other letters have \
                     to be written as a browser's address line copies them";
        let uri: Uri = text.parse().map_err(|_| plain)?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            Some(_) | None => return Err("give the whole address, with https:// at its beginning"),
        };
        let authority = uri.authority().ok_or(plain)?;
        if authority.as_str().contains('@') {
            return Err("take the user and the password out of the address: the signature proves who calls");
        }
        let host = authority.host();
        let port = match authority.as_str().strip_prefix(host).unwrap_or_default() {
            "" if is_https => 443,
            "" => 80,
            ":" => return Err("there is a colon, but no port behind it"),
            port => port.trim_start_matches(':').parse().map_err(|_| "the port is a number from 1 to 65535")?,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.is_empty() {
            return Err(plain);
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { is_https, host, port, path, authority: authority.as_str().to_owned() })
    }

    /// Path and query of something below this address, for a request: `https://example.uz/v2` and `status/1`.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.path.trim_end_matches('/'))
    }

    /// The address in numbers, if the host is written so: also in the old ways that resolvers still read, one number for all four or numbers
    /// in hexadecimal and octal, in which `2130706433`, `0x7f.1` and `0` are this computer.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        let host = self.host.trim_end_matches('.');
        host.parse().ok().or_else(|| old_v4(host).map(IpAddr::V4))
    }

    /// Whether the host is a name of this computer.
    pub(crate) fn is_localhost(&self) -> bool {
        let host = self.host.trim_end_matches('.');
        host == "localhost" || host.ends_with(".localhost")
    }
}

/// An address of the fourth version as `inet_aton` reads it: one to four numbers, the last of which fills all the places that are left.
fn old_v4(host: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u32> = host.split('.').map(old_number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last()?;
    let most = match first.len() {
        0 => u32::MAX,
        1 => 0x00ff_ffff,
        2 => 0xffff,
        3 => 0xff,
        _ => return None,
    };
    if *last > most {
        return None;
    }
    let mut bytes = last.to_be_bytes();
    for (place, number) in bytes.iter_mut().zip(first) {
        *place = u8::try_from(*number).ok()?;
    }
    Some(Ipv4Addr::from(bytes))
}

/// Decimal, octal behind a zero, or hexadecimal behind `0x`.
fn old_number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(digits) => (digits, 16),
        None => match text.strip_prefix('0') {
            Some("") | None => (text, 10),
            Some(digits) => (digits, 8),
        },
    };
    digits.bytes().all(|digit| digit.is_ascii_alphanumeric()).then(|| u32::from_str_radix(digits, radix).ok())?
}

/// Without the path, which may hold something secret.
impl fmt::Display for HttpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_https { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let address = HttpAddress::parse("https://Example.uz/a/b?c=d#e").unwrap();
        assert_eq!((address.host.as_str(), address.port, address.path.as_str()), ("example.uz", 443, "/a/b?c=d"));
        assert_eq!(address.to_string(), "https://Example.uz");
        let address = HttpAddress::parse("http://[::1]:8080").unwrap();
        assert_eq!((address.ip(), address.port, address.path.as_str()), (Some("::1".parse().unwrap()), 8080, "/"));
        assert!(!address.is_https);
        assert_eq!(address.below("status/1"), "/status/1");
        assert_eq!(HttpAddress::parse("https://example.uz/v2/").unwrap().below("status/1"), "/v2/status/1");
    }

    #[test]
    fn an_address_in_disguise_is_seen() {
        let host = |host: &str| HttpAddress::parse(&format!("https://{host}/")).unwrap().ip().map(|ip| ip.to_string());
        let here = [
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0X7F.1",
            "127.1",
            "127.0.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
        ];
        for written in here {
            assert_eq!(host(written).as_deref(), Some("127.0.0.1"), "{written}");
        }
        for nowhere in ["0", "0x", "00", "0.0", "0x0.0.0.0"] {
            assert_eq!(host(nowhere).as_deref(), Some("0.0.0.0"), "{nowhere}");
        }
        assert_eq!(host("10.1").as_deref(), Some("10.0.0.1"));
        assert_eq!(host("192.168.257").as_deref(), Some("192.168.1.1"));
        let names =
            ["example.uz", "1e100.net", "beef", "4294967296", "256.0.0.1", "1.2.3.4.5", "127.16777216", "08.1", "0xg"];
        for name in names {
            assert_eq!(host(name), None, "{name}");
        }
        let is_localhost = |host: &str| HttpAddress::parse(&format!("https://{host}/")).unwrap().is_localhost();
        assert!(is_localhost("localhost") && is_localhost("LocalHost.") && is_localhost("a.localhost"));
        assert!(!is_localhost("localhost.uz") && !is_localhost("notlocalhost"));
    }

    #[test]
    fn what_is_no_address_is_told() {
        let cases = [
            ("", "give the address"),
            ("example.uz/boothpay", "https://"),
            ("ftp://example.uz/", "https://"),
            ("https://user:password@example.uz/", "user"),
            ("https://пример.уз/", "other letters"),
            ("https://example.uz:99999/", "65535"),
            ("https://example.uz:/", "no port"),
            ("https:///path", "address of letters"),
            ("https://a b/", "address of letters"),
        ];
        for (text, words) in cases {
            let said = HttpAddress::parse(text).unwrap_err();
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
