//! The head of a request as it comes in, before the parser has it: whether it says the length of its body in two ways, by
//! `Content-Length` and by `Transfer-Encoding`. The parser believes the second and drops the first without a word; a proxy in front may
//! believe the first, and take the rest for somebody else's request (RFC 9112, 6.3). Nobody means such a request, so it is refused.

use super::line::Line;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The two names, with the colon that ends them.
const LENGTH: &[u8] = b"content-length:";
const CODING: &[u8] = b"transfer-encoding:";

/// What the head of the request that is coming in has said so far.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The beginning of the line that is not over yet, as much as a name needs.
    line: Vec<u8>,
    place: Place,
    has_length: bool,
    has_coding: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Nothing came yet but empty lines.
    #[default]
    Before,
    Inside,
    /// The empty line at its end was there.
    Over,
}

impl Head {
    /// Takes what came. What follows the head is none of its business.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while self.place != Place::Over && !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
            let room = CODING.len().saturating_sub(self.line.len());
            self.line.extend(part.iter().take(room));
            if end.is_none() {
                return;
            }
            self.end_line();
            rest = after.get(1..).unwrap_or_default();
        }
    }

    fn end_line(&mut self) {
        let is_empty = matches!(self.line.as_slice(), b"" | b"\r");
        self.place = match self.place {
            Place::Before if is_empty => Place::Before,
            Place::Before | Place::Inside if !is_empty => Place::Inside,
            Place::Before | Place::Inside | Place::Over => Place::Over,
        };
        let begins = |name: &[u8]| self.line.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
        let (length, coding) = (begins(LENGTH), begins(CODING));
        self.has_length |= length;
        self.has_coding |= coding;
        self.line.clear();
    }

    /// Whether a request with a `Transfer-Encoding` may have said its length in the other way, too: it did, or its head came in one piece
    /// with the request before it, and was not seen. Only programs that send a request before the answer to the last do that.
    pub(super) const fn may_say_both(&self) -> bool {
        self.has_length || !self.has_coding
    }
}

/// What a connection reads and writes, with an eye on the heads.
pub(super) struct Heads<W> {
    pub(super) wire: W,
    pub(super) line: Arc<Line>,
}

impl<W: AsyncRead + Unpin> AsyncRead for Heads<W> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.wire).poll_read(cx, buffer);
        self.line.head().read(buffer.filled().get(before..).unwrap_or_default());
        read
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Heads<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_say_both(pieces: &[&str]) -> bool {
        let mut head = Head::default();
        for piece in pieces {
            head.read(piece.as_bytes());
        }
        head.may_say_both()
    }

    #[test]
    fn a_length_that_is_said_twice_is_seen_however_it_is_written_and_cut() {
        let both = "\r\nPOST / HTTP/1.1\r\nContent-Length: 5\r\nHost: a\r\nTRANSFER-ENCODING: chunked\r\n\r\n";
        assert!(may_say_both(&[both]));
        for cut in 0..both.len() {
            assert!(may_say_both(&[&both[..cut], &both[cut..]]), "{cut}");
        }
        assert!(may_say_both(&["POST / HTTP/1.1\ntransfer-encoding:chunked\ncontent-length:5\n\n"]));
    }

    #[test]
    fn what_is_said_once_or_not_by_the_head_is_no_matter() {
        for one in ["Transfer-Encoding: chunked", "X-Content-Length: 5\r\nTransfer-Encoding: chunked"] {
            let head = format!("POST / HTTP/1.1\r\n{one}\r\n\r\nContent-Length: 5\r\n\r\n");
            assert!(!may_say_both(&[&head]), "{one}");
        }
    }

    #[test]
    fn a_head_behind_another_request_is_not_known() {
        let first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert!(may_say_both(&[&format!("{first}POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")]));
    }
}
