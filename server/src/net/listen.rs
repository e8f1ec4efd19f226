//! Taking connections, answering what comes on them, and ending in order.

use super::address::Address;
use super::door::{Admission, Door, Place};
use super::head::Heads;
use super::line::{Arriving, Leaving, Line, Order, Phase, Wire};
use super::peer::Peer;
use super::proxies::Proxies;
use super::strangers::{Strangers, Trouble};
use crate::clock::Clock;
use crate::error::Problem;
use crate::limits::{ACCEPT_PAUSE, BUFFER_BYTES_MAX, HEADER_BYTES_MAX, HEADERS_MAX, SHUTDOWN_PATIENCE, WATCH_PERIOD};
use crate::public::ACME_TLS;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::Service;

/// To whoever says the length of a body by `Content-Length` and by `Transfer-Encoding`.
const TWO_LENGTHS: &str =
    "the length of the body is said in two ways, by Content-Length and by Transfer-Encoding: send one of them";

/// Where connections come in.
pub(crate) struct Entrance {
    pub(crate) listener: TcpListener,
    /// What encrypts them; none where they are as they are.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Takes connections until asked to stop, then lets running calls finish, but no longer than [`SHUTDOWN_PATIENCE`].
///
/// Nothing that a connection does, and no want of files, ends this.
pub async fn serve(
    Entrance { listener, tls }: Entrance,
    routes: Router,
    door: Arc<Door>,
    strangers: &Strangers,
    clock: &Clock,
    proxies: &Proxies,
    stopping: watch::Receiver<bool>,
) {
    let mut stop = std::pin::pin!(stopped(stopping));
    let mut watch = tokio::time::interval(WATCH_PERIOD);
    watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Each connection holds a sender: when all are gone, so are they.
    let (alive, mut gone) = mpsc::channel::<Infallible>(1);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => {
                    let address = Address::of(peer.ip());
                    let Admission { place, closed } = door.admit(address, door.now());
                    tell_crowd(strangers, clock, closed);
                    if door.is_crowded() {
                        // Those who were told to go are given the time to.
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    if let Some(place) = place {
                        let peer = Peer::new(peer, socket.local_addr().ok(), &place.line, proxies);
                        let tls = tls.clone();
                        tokio::spawn(talk(socket, tls, peer, place, routes.clone(), alive.clone()));
                    } else {
                        tell_crowd(strangers, clock, Some((address, 1)));
                    }
                }
                Err(error) if concerns_one(&error) => {}
                Err(error) => {
                    tell_crowd(strangers, clock, door.make_room());
                    tracing::debug!(%error, "a connection cannot be taken now");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            _ = watch.tick() => door.end_overdue(door.now(), false),
            () = &mut stop => break,
        }
    }
    drop((listener, alive));
    door.finish();
    let ended = async {
        loop {
            tokio::select! {
                _ = gone.recv() => return,
                _ = watch.tick() => door.end_overdue(door.now(), true),
            }
        }
    };
    if tokio::time::timeout(SHUTDOWN_PATIENCE, ended).await.is_err() {
        tracing::warn!("some connections did not end in time and are cut");
    }
}

/// Returns when the program is to stop. A switch that is gone stops it as well.
async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

fn tell_crowd(strangers: &Strangers, clock: &Clock, closed: Option<(Address, u64)>) {
    if let Some((address, times)) = closed
        && strangers.note_many(Trouble::Crowd, address, times, clock.now())
    {
        tracing::warn!("there is no room for more connections: those of {address} that wait longest are closed");
    }
}

/// Whether only the connection that was just to be taken is at fault.
fn concerns_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Takes a connection up, encrypted where that is asked for, and answers what comes on it.
async fn talk(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    peer: Peer,
    place: Place,
    routes: Router,
    _alive: mpsc::Sender<Infallible>,
) {
    // Answers are small; waiting for more to send would only delay them.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps waiting for more to send");
    }
    let wire = Wire { socket, line: Arc::clone(&place.line) };
    match tls {
        None => converse(wire, peer, &place, routes).await,
        Some(tls) => {
            if let Some(wire) = shake_hands(&tls, wire, &place.line).await {
                converse(wire, peer, &place, routes).await;
            }
        }
    }
}

/// The handshake. Until it is over, the door sees a connection on which no request has come, and ends it as one: the time for a
/// handshake and for the head of the first request is one.
async fn shake_hands(tls: &TlsAcceptor, wire: Wire, line: &Line) -> Option<TlsStream<Wire>> {
    let shaken = tokio::select! {
        shaken = tls.accept(wire) => shaken,
        _ = line.order() => return None,
    };
    match shaken {
        // Whoever issues certificates has seen the proof, and says nothing more.
        Ok(wire) if wire.get_ref().1.alpn_protocol() == Some(ACME_TLS) => None,
        Ok(wire) => Some(wire),
        Err(error) => {
            tracing::debug!(%error, "a handshake did not come about");
            None
        }
    }
}

/// Answers what comes, until the connection ends or has to.
async fn converse(wire: impl AsyncRead + AsyncWrite + Unpin, peer: Peer, place: &Place, routes: Router) {
    let line = &place.line;
    let respond = |request| answer(request, routes.clone(), peer.clone(), place);
    let wire = TokioIo::new(Heads { wire, line: Arc::clone(line) });
    let talking = http1::Builder::new()
        // The door watches the time of everything, also of a connection on which nothing has come yet.
        .header_read_timeout(None)
        .max_headers(HEADERS_MAX)
        .max_header_size(HEADER_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(wire, service_fn(respond));
    let mut talking = std::pin::pin!(talking);
    loop {
        tokio::select! {
            ended = talking.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended before its time");
                }
                return;
            }
            order = line.order() => match order {
                Order::Finish => talking.as_mut().graceful_shutdown(),
                // A whole request has come meanwhile: it is answered.
                Order::Close if line.is_answering() => talking.as_mut().graceful_shutdown(),
                Order::Close => return,
            },
        }
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    mut routes: Router,
    peer: Peer,
    place: &Place,
) -> Result<hyper::Response<Leaving>, Infallible> {
    place.line.enter(Phase::Call);
    let has_coding = request.headers().contains_key(header::TRANSFER_ENCODING);
    if has_coding && place.line.head().may_say_both() {
        let mut refused = Problem::bad_request(TWO_LENGTHS).into_response();
        refused.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        place.door.count(refused.status());
        return Ok(Leaving::of(refused, Arc::clone(&place.line)));
    }
    let arriving = Arc::clone(&place.line);
    let mut request = request.map(|body| Body::new(Arriving { body, line: arriving }));
    request.extensions_mut().insert(peer);
    let response = routes.call(request).await?;
    place.door.count(response.status());
    Ok(Leaving::of(response, Arc::clone(&place.line)))
}
