//! Who asks, as a handler sees it.

use super::address::Address;
use super::line::Line;
use super::proxies::Proxies;
use axum::http::{Extensions, HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The connection that a request came on; an extension of every request that came over the network.
#[derive(Clone)]
pub struct Peer {
    /// The address and port of the other end.
    pub remote: SocketAddr,
    /// The address and port that it connected to, where the system tells.
    pub local: Option<SocketAddr>,
    line: Arc<Line>,
    proxies: Proxies,
}

impl Peer {
    pub(super) fn new(remote: SocketAddr, local: Option<SocketAddr>, line: &Arc<Line>, proxies: &Proxies) -> Self {
        Self { remote, local, line: Arc::clone(line), proxies: proxies.clone() }
    }

    /// Notes that a right key, or a booth's token, came on this connection: it goes last where there is no room.
    pub fn prove(&self) {
        self.line.prove();
    }

    /// A connection from an address, for asking without a network.
    pub fn at(ip: IpAddr) -> Self {
        Self::between(ip, None)
    }

    /// The same, to an address.
    pub fn between(ip: IpAddr, local: Option<SocketAddr>) -> Self {
        let line = Arc::new(Line::alone(Address::of(ip)));
        Self { remote: SocketAddr::new(ip, 0), local, line, proxies: Proxies::default() }
    }

    /// The same connection, where the owner has named proxies.
    pub fn trusting(self, proxies: Proxies) -> Self {
        Self { proxies, ..self }
    }

    /// Whether the other end is a proxy whose word counts: on this computer, or named by the owner.
    fn is_believed(&self) -> bool {
        self.believes(self.remote.ip())
    }

    fn believes(&self, ip: IpAddr) -> bool {
        ip.to_canonical().is_loopback() || self.proxies.contains(ip)
    }
}

/// Headers by which a proxy or a tunnel shows itself. A program on this computer has no reason to send one.
const PROXY_HEADERS: [&str; 9] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "client-ip",
    "cdn-loop",
    "x-envoy-external-address",
];

/// How the names of further such headers begin.
const PROXY_PREFIXES: [&str; 3] = ["x-forwarded", "x-original-", "cf-"];

/// Whether a proxy shows itself.
pub(crate) fn is_passed_on(headers: &HeaderMap) -> bool {
    headers
        .keys()
        .map(HeaderName::as_str)
        .any(|name| PROXY_HEADERS.contains(&name) || PROXY_PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
}

/// Who sent a request.
#[derive(Clone)]
pub struct Visitor {
    /// Whom limits count: the other end of the connection, or whom a proxy names that is on this computer or that the owner
    /// trusts.
    pub address: Address,
    /// Whether the request says that it came through a proxy or a tunnel. One that passes bytes on without a word
    /// cannot be told from a program on this computer.
    pub forwarded: bool,
    line: Option<Arc<Line>>,
}

impl Visitor {
    /// Reads it from a request. One without a connection, so of a test, is of this computer.
    pub fn of(extensions: &Extensions, headers: &HeaderMap) -> Self {
        let peer = extensions.get::<Peer>();
        let line = peer.map(|peer| Arc::clone(&peer.line));
        let other_end = line.as_ref().map_or(Address::HERE, |line| line.address);
        let forwarded = is_passed_on(headers);
        let named =
            peer.filter(|peer| forwarded && peer.is_believed()).and_then(|peer| named_by_proxies(headers, peer));
        Self { address: named.unwrap_or(other_end), forwarded, line }
    }

    /// The same caller as a screen of the booth's, which has proved that it is one. It has the limits of its address, not those that all for whom
    /// the same proxy speaks have together: strangers there could use them up.
    pub(crate) fn as_screen(&self) -> Self {
        Self { forwarded: false, ..self.clone() }
    }

    /// Whether a program on this computer asks on its own behalf.
    pub fn is_this_computer(&self) -> bool {
        self.address.is_here() && !self.forwarded
    }

    /// Whether a right key, or a booth's token, came on this connection before.
    pub(crate) fn is_proven(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.is_proven())
    }

    /// Notes that this caller is made to wait, and may go where there is no room.
    pub(crate) fn made_to_wait(&self) {
        if let Some(line) = &self.line {
            line.wait_for_caller();
        }
    }
}

/// Each proxy adds whom it was called by, so the last entry is the word of the one that called us, and the one before it of the
/// proxy that it names. The first that is no proxy of ours is the visitor; what stands before is anybody's.
fn named_by_proxies(headers: &HeaderMap, peer: &Peer) -> Option<Address> {
    let mut named = None;
    for value in headers.get_all("x-forwarded-for").iter().rev() {
        for entry in value.to_str().ok()?.rsplit(',').map(str::trim) {
            let Some(ip) = entry.parse::<IpAddr>().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip())) else {
                return named;
            };
            named = Some(Address::of(ip));
            if !peer.believes(ip) {
                return named;
            }
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(peer: &str, headers: &[(&'static str, &'static str)]) -> Visitor {
        let mut extensions = Extensions::new();
        extensions.insert(Peer::at(peer.parse().unwrap()));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Visitor::of(&extensions, &map)
    }

    fn address(text: &str) -> Address {
        Address::of(text.parse().unwrap())
    }

    #[test]
    fn only_a_proxy_on_this_computer_is_believed_and_only_its_own_word() {
        let cases = [
            ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", "185.234.113.1, 203.0.113.7", "203.0.113.7"),
            ("::1", "203.0.113.7:5000", "203.0.113.7"),
            ("127.0.0.1", "2001:db8::1", "2001:db8::"),
            ("127.0.0.1", "rubbish", "127.0.0.1"),
            ("203.0.113.9", "185.234.113.1", "203.0.113.9"),
        ];
        for (peer, header, expected) in cases {
            let from = visitor(peer, &[("x-forwarded-for", header)]);
            assert_eq!(from.address, address(expected), "{peer}, {header}");
            assert!(from.forwarded && !from.is_this_computer());
        }
        let two = visitor("127.0.0.1", &[("x-forwarded-for", "185.234.113.1"), ("x-forwarded-for", "203.0.113.7")]);
        assert_eq!(two.address, address("203.0.113.7"));
    }

    #[test]
    fn a_proxy_that_the_owner_trusts_is_believed_and_so_is_the_one_behind_it() {
        let proxies = Proxies::parse(&["192.168.1.5".to_owned(), "10.0.0.0/8".to_owned()]).unwrap();
        let cases = [
            ("192.168.1.5", "203.0.113.7", "203.0.113.7"),
            ("192.168.1.5", "185.234.113.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
            ("127.0.0.1", "185.234.113.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
            ("192.168.1.5", "rubbish, 10.1.2.3", "10.1.2.3"),
            ("192.168.1.6", "203.0.113.7", "192.168.1.6"),
            ("203.0.113.9", "10.1.2.3", "203.0.113.9"),
        ];
        for (peer, header, expected) in cases {
            let mut extensions = Extensions::new();
            extensions.insert(Peer::at(peer.parse().unwrap()).trusting(proxies.clone()));
            let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), header.parse().unwrap())]);
            let from = Visitor::of(&extensions, &headers);
            assert_eq!(from.address, address(expected), "{peer}, {header}");
            assert!(!from.is_this_computer());
        }
    }

    #[test]
    fn a_program_on_this_computer_is_one_that_nobody_forwards() {
        assert!(visitor("127.0.0.1", &[]).is_this_computer());
        assert!(!visitor("192.168.1.5", &[]).is_this_computer());
        for header in PROXY_HEADERS.into_iter().chain(["x-forwarded-proto", "x-original-host", "cf-connecting-ip"]) {
            assert!(!visitor("127.0.0.1", &[(header, "x")]).is_this_computer(), "{header}");
        }
    }
}
