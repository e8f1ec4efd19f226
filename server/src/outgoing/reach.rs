//! Which addresses a message may go to. A webhook's address comes from the settings, and its host's name from whoever answers
//! for that name; neither may turn this server against its own computer or the network around it. So the IP address is
//! judged just before it is connected to, whatever its name was.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to this computer, to a private or a shared network, or to nobody: everything that is not
/// somebody's place in the internet.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    match a {
        // This network; private; this computer.
        0 | 10 | 127 => true,
        // Shared by a provider's customers.
        100 => (64..128).contains(&b),
        // Link-local: where clouds keep their machines' secrets.
        169 => b == 254,
        172 => (16..32).contains(&b),
        // Protocols' own and documentation; the old way from the sixth version; private.
        192 => (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99) || b == 168,
        // For measurements; documentation.
        198 => b == 18 || b == 19 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        // To many at once, reserved, to all.
        224.. => true,
        _ => false,
    }
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let inside = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // An address of the fourth version in another form.
        [0, 0, 0, 0, 0, 0xffff, high, low] => inside(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inside(high, low),
        [0x2002, high, low, ..] => inside(high, low),
        // Documentation; tunnels and other protocols' own.
        [0x2001, 0xdb8, ..] | [0x2001, 0..=0x1ff, ..] | [0x3fff, 0..=0xfff, ..] => true,
        // What is in use of the sixth version begins with 2 or 3. The rest is local, to many at once, or nobody's.
        [first, ..] => !(0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_somebodys_place_in_the_internet_is_public() {
        let public = ["8.8.8.8", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "169.253.0.1"];
        let public_v6 =
            ["2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"];
        for address in public.iter().chain(&public_v6) {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
        let private = [
            "127.0.0.1",
            "127.8.9.10",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ];
        let private_v6 = [
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
        ];
        for address in private.iter().chain(&private_v6) {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
    }
}
