//! Another program on this computer, or in its network, is asked what it is.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Bytes of an answer that are read: more than any of Boothpay's to such a question.
const ANSWER_BYTES_MAX: usize = 4096;

/// Sends a call as it is, and gives the beginning of what comes back. Each step has the patience for itself.
pub(crate) fn ask(address: SocketAddr, call: &str, patience: Duration) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(call.as_bytes())?;
    let mut answer = vec![0; ANSWER_BYTES_MAX];
    let mut length = 0;
    // A program that says something and then nothing more has said something.
    while let Some(rest) = answer.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) | Err(_) => break,
            Ok(read) => length = length.saturating_add(read),
        }
    }
    Ok(String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned())
}

/// Whether a Boothpay answers at `HOST:PORT` that it is "live", or "ready", now.
pub(crate) fn is(what: &str, address: &str, patience: Duration) -> bool {
    says(&format!("/{what}z"), &format!("{{\"status\":\"{what}\"}}"), address, patience)
}

/// Whether a server at `HOST:PORT` answers these words at a path of its own, now.
pub(crate) fn says(path: &str, words: &str, address: &str, patience: Duration) -> bool {
    let Some(first) = address.to_socket_addrs().ok().and_then(|mut all| all.next()) else { return false };
    let call = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    ask(first, &call, patience).is_ok_and(|said| said.starts_with("HTTP/1.1 200") && said.ends_with(words))
}
