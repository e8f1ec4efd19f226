//! Proxies on other computers whose word about a visitor's address counts. A proxy on this computer needs no setting.

use std::net::IpAddr;
use std::sync::Arc;

/// The shortest beginnings that name somebody's own addresses: shorter ones would let strangers name any address as theirs.
const BITS_MIN_V4: u8 = 8;
const BITS_MIN_V6: u8 = 16;

/// The addresses of such proxies.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[Block]>);

/// All addresses that begin alike.
#[derive(Clone, Copy, Debug)]
struct Block {
    first: IpAddr,
    bits: u8,
}

impl Proxies {
    /// Reads addresses, or their beginnings as `10.0.0.0/8`; `None` when one is neither.
    pub fn parse(written: &[String]) -> Option<Self> {
        written.iter().map(|text| Block::parse(text.trim())).collect::<Option<Arc<[Block]>>>().map(Self)
    }

    /// Whether an address is one of them.
    pub(super) fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(ip.to_canonical()))
    }
}

impl Block {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let first = address.parse::<IpAddr>().ok()?.to_canonical();
        let (least, most) = if first.is_ipv4() { (BITS_MIN_V4, 32) } else { (BITS_MIN_V6, 128) };
        let bits = bits.unwrap_or(most);
        (least..=most).contains(&bits).then_some(Self { first, bits })
    }

    fn contains(self, ip: IpAddr) -> bool {
        let beginning = |bits: u128, width: u32| bits.checked_shr(width.saturating_sub(self.bits.into())).unwrap_or(0);
        match (self.first, ip) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                beginning(first.to_bits().into(), 32) == beginning(ip.to_bits().into(), 32)
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => beginning(first.to_bits(), 128) == beginning(ip.to_bits(), 128),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(written: &[&str]) -> Option<Proxies> {
        Proxies::parse(&written.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn addresses_and_their_beginnings_are_told_from_others() {
        let known = proxies(&["192.168.1.5", " 10.0.0.0/8", "2001:db8::/32", "172.16.0.0/12"]).unwrap();
        for inside in ["192.168.1.5", "10.255.1.2", "::ffff:10.1.1.1", "2001:db8:ff::1", "172.31.255.255"] {
            assert!(known.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["192.168.1.6", "11.0.0.1", "2001:db9::1", "172.32.0.0", "::1"] {
            assert!(!known.contains(outside.parse().unwrap()), "{outside}");
        }
        for wrong in
            ["", "proxy.example.uz", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.0/7", "::/0", "10.0.0.1:80", "1.2.3.4/"]
        {
            assert!(proxies(&[wrong]).is_none(), "{wrong}");
        }
    }
}
