//! Ports whose number has to be known before somebody listens there, or while nobody does.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Below it are the ports of well-known servers.
const FIRST: u16 = 10_000;

/// How many there have to be for all tests that run at once.
const ENOUGH: u16 = 2_000;

/// An address of this computer at which no test listens. Whoever was given a port holds the same number there.
const HELD_AT: &str = "127.9.9.9";

/// A port for the caller alone until his program ends. It is free, also after what listened there was stopped. The port after it
/// is given to nobody: a demonstration's stand-in for the wallets takes it.
///
/// A port that the system gave (`127.0.0.1:0`) and that was let go can be anybody's a moment later: another test's server, or the
/// near end of any connection. So this is one that the system gives to nobody, and a socket holds it against the others who ask
/// here, in this program or in another. `e2e/support/port.js` and `e2e/cups/rig.py` hold theirs in the same way.
///
/// # Panics
///
/// When there is none.
pub fn own_port() -> u16 {
    static HELD: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());
    for port in given_to_nobody().step_by(2) {
        let Ok(holder) = UdpSocket::bind((HELD_AT, port)) else { continue };
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(holder);
            return port;
        }
    }
    panic!("no port is free")
}

/// The ports that the system gives to nobody who asks for any.
fn given_to_nobody() -> Range<u16> {
    let told = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let given: Vec<u16> = told.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match given[..] {
        [first, _] if first > FIRST + ENOUGH => FIRST..first,
        [_, last] if last < u16::MAX - ENOUGH => last + 1..u16::MAX,
        _ => FIRST..u16::MAX,
    }
}
