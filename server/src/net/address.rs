//! Whom limits and log lines count as one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 address, or the first 64 bits of an IPv6 address: whoever has one of those has all that begin so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(IpAddr);

impl Address {
    /// This computer.
    pub const HERE: Self = Self(IpAddr::V4(Ipv4Addr::LOCALHOST));

    /// Whom an address belongs to. An IPv4 address in IPv6 clothes is itself.
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            ip if ip.is_loopback() => Self::HERE,
            IpAddr::V4(ip) => Self(IpAddr::V4(ip)),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
        }
    }

    /// Its four numbers, if it has four.
    pub(crate) fn octets(self) -> Option<[u8; 4]> {
        match self.0 {
            IpAddr::V4(ip) => Some(ip.octets()),
            IpAddr::V6(_) => None,
        }
    }

    /// Whether it is this computer, and so perhaps a proxy or a tunnel on it.
    pub fn is_here(self) -> bool {
        self == Self::HERE
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            _ if self.is_here() => f.write_str("this computer (or through a tunnel or proxy on it)"),
            IpAddr::V4(ip) => write!(f, "{ip}"),
            IpAddr::V6(ip) => write!(f, "{ip}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Address {
        Address::of(text.parse().unwrap())
    }

    #[test]
    fn one_owner_of_addresses_is_one() {
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
        assert!(of("127.0.0.1").is_here() && of("::1").is_here() && of("127.8.9.1").is_here());
        assert!(!of("::2").is_here() && !of("192.168.1.5").is_here());
    }

    #[test]
    fn an_owner_reads_it_as_he_writes_it() {
        assert_eq!(of("203.0.113.7").to_string(), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6").to_string(), "2001:db8:1:2::/64");
    }
}
