//! Where the server listens, who may call it from a browser, and where the database is.

use super::Reader;
use crate::access::origin::Origins;
use crate::config::{Mode, database};
use crate::net::Proxies;
use crate::outgoing::address::HttpAddress;
use crate::outgoing::reach::is_private;
use boothpay_store::Address;
use std::net::{SocketAddr, ToSocketAddrs};

impl Reader {
    pub(super) fn listen(&mut self, setting: &'static str, text: &str, mode: Mode) -> Option<SocketAddr> {
        let Some(address) = first_address(text.trim()) else {
            return self.wrong(setting, listen_advice(text.trim()));
        };
        if mode == Mode::Development && !address.ip().is_loopback() {
            let advice = "no wallet is connected (Payme, Click or Uzum), so anybody who can reach this address could mark \
                          orders as paid, and only this computer may reach it: use \"127.0.0.1:5000\", or connect a wallet";
            return self.wrong(setting, advice);
        }
        Some(address)
    }

    /// Two addresses cannot share a port, not even when one of them is "all addresses of this computer".
    pub(super) fn addresses_apart(&mut self) {
        let outside = &self.outside;
        let addresses = [
            ("listen", "of the booth's page (listen)", outside.listen),
            ("webhook_listen", "of the wallets' webhooks (webhook_listen)", outside.webhook_listen),
            ("public.listen", "of HTTPS (public.listen)", outside.public_listen),
            ("public.http_listen", "of the authority's question (public.http_listen)", outside.public_http_listen),
            ("metrics.listen", "", outside.metrics_listen),
        ];
        for (at, (setting, _, address)) in addresses.iter().enumerate() {
            let taken = addresses.iter().take(at).find(|(_, _, other)| share_a_port(*address, *other));
            if let (Some((_, whose, _)), Some(address)) = (taken, address) {
                let next = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(5001));
                let advice = format!("this is the address {whose} as well; give another port, for instance \"{next}\"");
                self.wrong::<()>(setting, advice);
            }
        }
    }

    /// A server that takes money should show the world its webhook and nothing else.
    pub(super) fn exposed(&mut self, mode: Mode) {
        if !self.takes_money(mode) {
            return;
        }
        if self.outside.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
            let advice = "everybody who can reach this computer over the network can open the booth's page and make orders \
                          there. If only this computer shows the page, use \"127.0.0.1:5000\", and webhook_listen for the wallets";
            self.remark("listen", advice);
        } else if self.outside.webhook_listen.is_none() && self.outside.public_listen.is_none() {
            let advice = "it is not set: a tunnel or proxy for the wallets would show the booth's page and its orders to the world. \
                          Set it, for instance to \"127.0.0.1:5001\", and let the tunnel lead there";
            self.remark("webhook_listen", advice);
        }
    }

    pub(super) fn database(&mut self, text: &str, mode: Mode) -> Option<Address> {
        match database::read(text, &self.source("database"), &self.folder) {
            Ok(Address::SqliteMemory) if mode == Mode::Production => {
                let advice = "a database in memory is gone when the program ends, and with it every payment: give a file's \
                              name, for instance \"boothpay.db\"";
                self.wrong("database", advice)
            }
            Ok(address) => Some(address),
            Err(advice) => self.wrong("database", advice),
        }
    }

    pub(super) fn cors(&mut self, written: &[String], mode: Mode) -> Origins {
        if written.iter().any(|origin| Origins::parse(origin).is_none()) {
            let advice = "each must be where a page is served from, like \"http://localhost:5173\" or \
                          \"https://booth.example.uz\" (no path, no star), \"file://\", or \"app://NAME\"";
            self.wrong::<()>("cors_origins", advice);
        }
        let origins = Origins::new(written.iter().map(String::as_str));
        if self.takes_money(mode) && origins.name_files() {
            let advice = "it names pages opened from files: so may any page in a browser on this computer that hides where it \
                          comes from. Serve your page from an address of its own if you can";
            self.remark("cors_origins", advice);
        }
        origins
    }

    pub(super) fn proxies(&mut self, written: &[String]) -> Option<Proxies> {
        let advice = "each must be a proxy's address in numbers, like \"192.168.1.5\", or the beginning that your proxies' \
                      addresses share, like \"10.0.0.0/8\". Whoever is named here can speak for any address, so name nobody else";
        Proxies::parse(written).or_else(|| self.wrong("trusted_proxies", advice))
    }

    /// The address of a wallet's API, whose own is `own`. `elsewhere` says what another one means where money is taken.
    pub(super) fn wallet_api(
        &mut self,
        setting: &'static str,
        written: &str,
        own: &str,
        elsewhere: &str,
        mode: Mode,
    ) -> Option<HttpAddress> {
        let written = written.trim();
        let address = match HttpAddress::parse(written) {
            Ok(address) if !written.contains(['?', '#']) => address,
            Ok(_) => return self.wrong(setting, "give an address without ? and #; what is asked is put behind it"),
            Err(_) => return self.wrong(setting, format!("give the address of the wallet's API, which is {own}")),
        };
        let stays_home = address.ip().is_some_and(is_private) || address.is_localhost();
        if !address.is_https && !stays_home {
            return self.wrong(
                setting,
                "begin it with https://, so that nobody on the way reads what is asked; http:// is for this computer and the local \
                 network alone",
            );
        }
        if self.takes_money(mode) && written.trim_end_matches('/') != own {
            self.remark(setting, elsewhere);
        }
        Some(address)
    }

    pub(super) fn host_names(&mut self, names: &[String]) {
        let proper = |name: &String| {
            !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_'))
        };
        if !names.iter().all(proper) {
            self.wrong::<()>(
                "host_names",
                "each must be a name alone, like \"booth.example.uz\" (no https://, no port)",
            );
        }
    }
}

fn share_a_port(one: Option<SocketAddr>, other: Option<SocketAddr>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let same_ip = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() != 0 && one.port() == other.port() && same_ip
}

/// The address to listen on. `localhost` is IPv4 first: a browser tries that, and a tunnel may know no other.
fn first_address(text: &str) -> Option<SocketAddr> {
    let found: Vec<SocketAddr> = text.to_socket_addrs().ok()?.collect();
    found.iter().find(|address| address.is_ipv4()).or(found.first()).copied()
}

fn listen_advice(text: &str) -> String {
    let example = "give host:port, for instance \"127.0.0.1:5000\"";
    let lower = text.to_lowercase();
    if text.is_empty() {
        return format!("this is empty; {example}");
    }
    if lower.starts_with("http://") || lower.starts_with("https://") || text.contains('/') {
        return format!("{example}, without http:// and without /");
    }
    match text.rsplit_once(':') {
        Some(("", _)) => format!("{example}; for all addresses of this computer \"0.0.0.0:5000\""),
        Some((_, port)) if port.parse::<u64>().is_ok_and(|port| port > u64::from(u16::MAX)) => {
            format!("{example}; a port is a number up to 65535")
        }
        Some((_, port)) if port.parse::<u16>().is_ok() => {
            format!("{example}; this computer knows no host of the name before the colon")
        }
        Some(_) | None => example.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_is_an_address_of_the_fourth_version() {
        assert_eq!(first_address("localhost:5000"), Some("127.0.0.1:5000".parse().unwrap()));
    }
}
