//! One call of somebody else's server: look its name up, judge where that leads, connect, prove, ask, and read the answer as far
//! as the caller wants it.
//!
//! A redirection is not followed, and no more of a body is read than the caller allows.

use super::address::HttpAddress;
use super::reach::is_private;
use super::trust::{self, Trust};
use crate::limits::{
    OUTGOING_ADDRESSES_MAX, OUTGOING_CONNECT_PATIENCE, OUTGOING_HEAD_BYTES_MAX, OUTGOING_HEADERS_MAX,
    OUTGOING_LOOKUPS_MAX,
};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Whom a call is for, and how much of him is waited for and read.
pub(crate) struct Destination<'a> {
    /// Where he is.
    pub(crate) address: &'a HttpAddress,
    /// Whether he may be on this computer or in a private network.
    pub(crate) allow_private: bool,
    /// How long all of it may take.
    pub(crate) patience: Duration,
    /// Bytes of an answer's body; a longer one is no answer. 0: it is not read.
    pub(crate) body_bytes_max: usize,
}

/// What he answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Empty where it was not to be read.
    pub(crate) body: Bytes,
}

/// Why there is no answer; in words for a person. What was asked may have been done all the same.
pub(crate) struct Trouble(pub(crate) String);

/// Calls others. Clones share the certificates that are trusted, which are read when they are first needed.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    trust: Trust,
    tls: Arc<OnceLock<Option<TlsConnector>>>,
    lookups: Lookups,
}

/// Places for looking names up. Each lookup has a thread of the runtime until the system has answered, which nobody can cut short;
/// the database needs such threads too.
#[derive(Clone)]
struct Lookups(Arc<Semaphore>);

impl Default for Lookups {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(OUTGOING_LOOKUPS_MAX)))
    }
}

impl Lookups {
    async fn of(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(io::Error::other)?;
        let host = host.to_owned();
        let looking = tokio::task::spawn_blocking(move || {
            let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
            drop(place);
            found
        });
        looking.await.map_err(io::Error::other)?
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, TimedOut};
        let usual = [
            (ConnectionRefused, "nobody listens at that address and port; is the program running?"),
            (HostUnreachable, "the network knows no way to it"),
            (NetworkUnreachable, "the network knows no way to it"),
            (TimedOut, "it does not take a connection"),
        ];
        let why = usual.iter().find(|(kind, _)| *kind == error.kind());
        let why = why.map_or_else(|| error.to_string(), |(_, why)| (*why).to_owned());
        Self(format!("it cannot be reached: {why}"))
    }
}

impl From<hyper::Error> for Trouble {
    fn from(error: hyper::Error) -> Self {
        Self(format!("it broke off, or what it answers is no HTTP: {error}"))
    }
}

impl Caller {
    /// One that takes these certificates.
    pub(crate) fn trusting(trust: Trust) -> Self {
        Self { trust, ..Self::default() }
    }

    /// Asks once. The request names what is wanted; the headers that every call has are put in here.
    pub(crate) async fn call(
        &self,
        to: &Destination<'_>,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Answer, Trouble> {
        let host = HeaderValue::from_str(&to.address.authority);
        let host = host.map_err(|_| Trouble("its name is none that a request could have".to_owned()))?;
        let headers = request.headers_mut();
        headers.insert(HOST, host);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Boothpay/", env!("CARGO_PKG_VERSION"))));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        match timeout(to.patience, self.try_to(to, request)).await {
            Ok(answered) => answered,
            Err(_) => Err(Trouble(format!("no answer within {} s", to.patience.as_secs()))),
        }
    }

    async fn try_to(&self, to: &Destination<'_>, request: Request<Full<Bytes>>) -> Result<Answer, Trouble> {
        let addresses = addresses(to, &self.lookups).await?;
        let line = connect(&addresses).await?;
        if !to.address.is_https {
            return exchange(line, request, to.body_bytes_max).await;
        }
        let Some(tls) = self.tls.get_or_init(|| trust::connector(self.trust)) else {
            return Err(Trouble("no encrypted line can be made on this computer; this is a bug".to_owned()));
        };
        let name = ServerName::try_from(to.address.host.clone());
        let name = name.map_err(|_| Trouble("its name is none that a certificate could have".to_owned()))?;
        let line = tls.connect(name, line).await.map_err(|error| Trouble(trust::why(&error)))?;
        exchange(line, request, to.body_bytes_max).await
    }
}

/// Where it may be connected to: the addresses that its name has now, without those that it may not lead to.
async fn addresses(to: &Destination<'_>, lookups: &Lookups) -> Result<Vec<SocketAddr>, Trouble> {
    let address = to.address;
    let found: Vec<SocketAddr> = match address.ip() {
        Some(ip) => vec![SocketAddr::new(ip, address.port)],
        None => {
            let found = lookups.of(&address.host, address.port).await;
            found.map_err(|error| Trouble(format!("its name is not known: {error}")))?
        }
    };
    let may = |ip: IpAddr| if is_private(ip) { to.allow_private } else { address.is_https };
    let (open, closed): (Vec<SocketAddr>, Vec<SocketAddr>) = found.into_iter().partition(|it| may(it.ip()));
    match (open.is_empty(), closed.first()) {
        (false, _) => Ok(open.into_iter().take(OUTGOING_ADDRESSES_MAX).collect()),
        (true, Some(private)) if is_private(private.ip()) => Err(Trouble(format!(
            "its name leads to {}, which is this computer or a local network; nothing was sent. If that is meant, set \
             allow_private = true for it",
            private.ip()
        ))),
        (true, Some(_)) => Err(Trouble(
            "its name leads into the internet, where only https:// keeps a message from being read; nothing was sent"
                .to_owned(),
        )),
        (true, None) => Err(Trouble("its name leads nowhere".to_owned())),
    }
}

/// The first address that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Trouble> {
    let mut last = Trouble("its name leads nowhere".to_owned());
    for address in addresses {
        last = match timeout(OUTGOING_CONNECT_PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(line)) => {
                // Small messages go at once; when the system does not do that, they still go.
                let _ = line.set_nodelay(true);
                return Ok(line);
            }
            Ok(Err(error)) => error.into(),
            Err(_) => {
                Trouble(format!("it does not take a connection within {} s", OUTGOING_CONNECT_PATIENCE.as_secs()))
            }
        };
    }
    Err(last)
}

async fn exchange(
    line: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
    body_bytes_max: usize,
) -> Result<Answer, Trouble> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(OUTGOING_HEAD_BYTES_MAX).max_headers(OUTGOING_HEADERS_MAX);
    let (mut sender, connection) = builder.handshake(TokioIo::new(line)).await?;
    // Ends with this, whatever the other end still sends.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = match body_bytes_max {
        0 => Bytes::new(),
        most => match Limited::new(body, most).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Trouble(format!("its answer is longer than {most} bytes, and was not read")));
            }
            Err(error) => return Err(Trouble(format!("its answer broke off: {error}"))),
        },
    };
    Ok(Answer { status: head.status, headers: head.headers, body })
}
