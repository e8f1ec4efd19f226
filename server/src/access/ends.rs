//! The connection that a call came on, and whether it comes straight from this computer.

use crate::net::{Peer, is_passed_on};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};
use std::net::{IpAddr, Ipv6Addr};

/// Notes that a right token came on this connection: it goes last where there is no room.
pub(crate) fn prove(parts: &Parts) {
    if let Some(peer) = parts.extensions.get::<Peer>() {
        peer.prove();
    }
}

/// The port that was connected to.
pub(crate) fn local_port(parts: &Parts) -> Option<u16> {
    parts.extensions.get::<Peer>().and_then(|peer| peer.local).map(|local| local.port())
}

/// Whether a call comes from this very computer and not through a proxy or a tunnel: the connection is loopback, the `Host`
/// is a loopback name or address with the port that was connected to, and no header speaks of a proxy. A tunnel that
/// passes bare connections on cannot be told apart; for it there is the setting `api.trust_this_computer`.
pub(crate) fn is_direct(parts: &Parts) -> bool {
    let Some(peer) = parts.extensions.get::<Peer>() else { return false };
    let Some(local) = peer.local else { return false };
    let Some(host) = host(&parts.headers) else { return false };
    let here = host.ip.map_or_else(|| host.name == "localhost", |ip| ip.to_canonical().is_loopback());
    peer.remote.ip().to_canonical().is_loopback()
        && here
        && host.port == local.port()
        && parts.uri.authority().is_none()
        && !is_passed_on(&parts.headers)
}

/// Checks the name in `Host`; the error is the name. An address cannot be made to lead elsewhere, so any will do.
/// Only programs leave `Host` away.
pub(crate) fn check_host(parts: &Parts, names: &[String]) -> Result<(), String> {
    if !parts.headers.contains_key(header::HOST) {
        return Ok(());
    }
    let Some(host) = host(&parts.headers) else { return Err("that".to_owned()) };
    let known = host.ip.is_some() || host.name == "localhost" || names.contains(&host.name);
    if known { Ok(()) } else { Err(crate::text::visible(&host.name)) }
}

/// What `Host` says.
struct Host {
    /// In lower case.
    name: String,
    /// The address that the name is, if it is one.
    ip: Option<IpAddr>,
    port: u16,
}

fn host(headers: &HeaderMap) -> Option<Host> {
    let mut given = headers.get_all(header::HOST).iter();
    let (Some(only), None) = (given.next(), given.next()) else { return None };
    let authority: Authority = only.to_str().ok()?.parse().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let name = authority.host().to_ascii_lowercase();
    let v6 = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let ip = match v6 {
        Some(v6) => Some(IpAddr::V6(v6.parse::<Ipv6Addr>().ok()?)),
        None => name.parse().ok(),
    };
    Some(Host { name, ip, port: authority.port_u16().unwrap_or(80) })
}
