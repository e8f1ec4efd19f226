//! One message on its way: look the name up, judge where it leads, connect, prove, post, and read how it was taken.
//!
//! Only the status of the answer counts. Its body is not read and a redirection is not followed, so an answer costs no more than
//! its head, and leads nowhere.

use super::reach::is_private;
use crate::config::Webhook;
use crate::limits::{
    WEBHOOK_ADDRESSES_MAX, WEBHOOK_CONNECT_PATIENCE, WEBHOOK_HEAD_BYTES_MAX, WEBHOOK_HEADERS_MAX, WEBHOOK_LOOKUPS_MAX,
    WEBHOOK_PATIENCE,
};
use axum::http::{HeaderMap, Request, StatusCode};
use boothpay_protocol::ledger::task::Attempt;
use boothpay_protocol::time::{SpanMs, TimeMs};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// What is sent.
pub(crate) struct Letter {
    /// The task's key: the same at each attempt.
    pub(crate) id: String,
    /// What it says.
    pub(crate) body: String,
}

/// Sends messages. Clones share the certificates that are trusted, which are read when they are first needed.
#[derive(Clone, Default)]
pub(crate) struct Poster {
    tls: Arc<OnceLock<Option<TlsConnector>>>,
    lookups: Lookups,
}

/// Places for looking names up. Each lookup has a thread of the runtime until the system has answered, which nobody can cut short;
/// the database needs such threads too.
#[derive(Clone)]
struct Lookups(Arc<Semaphore>);

impl Default for Lookups {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WEBHOOK_LOOKUPS_MAX)))
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

/// Why a message did not get there; in words for a person.
struct Trouble(String);

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

impl Poster {
    /// Sends a message and says how it was taken.
    pub(crate) async fn post(&self, webhook: &Webhook, letter: Letter, now: TimeMs) -> Attempt {
        match timeout(WEBHOOK_PATIENCE, self.try_to(webhook, letter, now)).await {
            Ok(Ok(attempt)) => attempt,
            Ok(Err(Trouble(why))) => Attempt::Failed { why, wait: None },
            Err(_) => Attempt::Failed { why: format!("no answer within {} s", WEBHOOK_PATIENCE.as_secs()), wait: None },
        }
    }

    async fn try_to(&self, webhook: &Webhook, letter: Letter, now: TimeMs) -> Result<Attempt, Trouble> {
        let addresses = addresses(webhook, &self.lookups).await?;
        let line = connect(&addresses).await?;
        let request = request(webhook, letter, now)?;
        if !webhook.address.is_https {
            return exchange(line, request).await;
        }
        let Some(tls) = self.tls.get_or_init(trusted) else {
            return Err(Trouble("no encrypted line can be made on this computer; this is a bug".to_owned()));
        };
        let name = ServerName::try_from(webhook.address.host.clone());
        let name = name.map_err(|_| Trouble("its name is none that a certificate could have".to_owned()))?;
        let line = tls.connect(name, line).await;
        exchange(
            line.map_err(|error| Trouble(format!("its certificate, or the line to it, is not right: {error}")))?,
            request,
        )
        .await
    }
}

/// Where it may be connected to: the addresses that its name has now, without those that it may not lead to.
async fn addresses(webhook: &Webhook, lookups: &Lookups) -> Result<Vec<SocketAddr>, Trouble> {
    let address = &webhook.address;
    let found: Vec<SocketAddr> = match address.ip() {
        Some(ip) => vec![SocketAddr::new(ip, address.port)],
        None => {
            let found = lookups.of(&address.host, address.port).await;
            found.map_err(|error| Trouble(format!("its name is not known: {error}")))?
        }
    };
    let may = |ip: IpAddr| if is_private(ip) { webhook.allow_private } else { address.is_https };
    let (open, closed): (Vec<SocketAddr>, Vec<SocketAddr>) = found.into_iter().partition(|it| may(it.ip()));
    match (open.is_empty(), closed.first()) {
        (false, _) => Ok(open.into_iter().take(WEBHOOK_ADDRESSES_MAX).collect()),
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
        last = match timeout(WEBHOOK_CONNECT_PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(line)) => {
                // Small messages go at once; when the system does not do that, they still go.
                let _ = line.set_nodelay(true);
                return Ok(line);
            }
            Ok(Err(error)) => error.into(),
            Err(_) => Trouble(format!("it does not take a connection within {} s", WEBHOOK_CONNECT_PATIENCE.as_secs())),
        };
    }
    Err(last)
}

fn request(webhook: &Webhook, letter: Letter, now: TimeMs) -> Result<Request<Full<Bytes>>, Trouble> {
    let timestamp = now.ms().div_euclid(1000);
    let signature = super::signature::sign(&webhook.secrets, &letter.id, timestamp, &letter.body);
    Request::post(&webhook.address.path)
        .header(HOST, &webhook.address.authority)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, concat!("Boothpay/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close")
        .header("webhook-id", letter.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(Full::from(letter.body))
        .map_err(|error| Trouble(format!("no request can be made of its address: {error}")))
}

async fn exchange(
    line: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Attempt, Trouble> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(WEBHOOK_HEAD_BYTES_MAX).max_headers(WEBHOOK_HEADERS_MAX);
    let (mut sender, connection) = builder.handshake(TokioIo::new(line)).await?;
    // Ends with this, whatever the other end still sends.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request).await?;
    Ok(judge(answer.status(), answer.headers()))
}

/// How a message was taken.
fn judge(status: StatusCode, headers: &HeaderMap) -> Attempt {
    let failed = |why: String| Attempt::Failed { why, wait: asked_to_wait(headers) };
    match status {
        StatusCode::GONE => Attempt::Hopeless { why: "it answered 410: it wants no more messages".to_owned() },
        status if status.is_success() => Attempt::Done,
        status if status.is_redirection() => failed(format!(
            "it answered {}, a redirection, which is not followed; write the last address into url",
            status.as_u16()
        )),
        status => failed(format!("it answered {}", status.as_u16())),
    }
}

/// For how long the other end asks to be left alone; in a day it is asked again whatever it said.
fn asked_to_wait(headers: &HeaderMap) -> Option<SpanMs> {
    const DAY_SECONDS: u32 = 86_400;
    let seconds: u32 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(SpanMs::seconds(seconds.min(DAY_SECONDS)))
}

/// Trusts the certificates of the system and of `SSL_CERT_FILE`; where there are none, those that browsers trust.
fn trusted() -> Option<TlsConnector> {
    let mut roots = RootCertStore::empty();
    // Certificates that cannot be read are as good as absent: a connection that needs one says so.
    let _ = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    Some(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, retry_after: Option<&str>) -> Attempt {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, seconds.parse().unwrap());
        }
        judge(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn only_a_status_of_success_is_success() {
        for status in [200, 202, 204] {
            assert_eq!(judged(status, None), Attempt::Done);
        }
        for status in [301, 302, 307, 400, 401, 404, 429, 500, 503] {
            assert!(matches!(judged(status, None), Attempt::Failed { wait: None, .. }), "{status}");
        }
        assert!(matches!(judged(410, None), Attempt::Hopeless { .. }));
    }

    #[test]
    fn a_receiver_may_ask_for_time_but_not_for_ever() {
        let wait = |seconds| match judged(503, Some(seconds)) {
            Attempt::Failed { wait, .. } => wait,
            Attempt::Done | Attempt::Hopeless { .. } => None,
        };
        assert_eq!(wait("120"), Some(SpanMs::seconds(120)));
        assert_eq!(wait("4000000000"), Some(SpanMs::seconds(86_400)));
        assert_eq!(wait("Fri, 31 Dec 2027 23:59:59 GMT"), None);
    }
}
