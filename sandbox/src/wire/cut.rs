//! Connections that break, written by hand because no HTTP client would: in the middle of a request body, or before the
//! answer could be read.

use super::{Request, Target};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Sends the headers and half of the body, then ends the connection.
///
/// # Errors
/// A sentence when the server could not be reached, or speaks https, where the bytes are not ours to cut.
pub async fn cut_mid_body(target: &Target, request: &Request) -> Result<(), String> {
    const GRACE: Duration = Duration::from_secs(2);
    let mut stream = send(target, request, request.body.len() / 2).await?;
    // The server's own reaction is waited for, whatever it is, so that the next call comes after it.
    let mut rest = Vec::new();
    drop(timeout(GRACE, stream.read_to_end(&mut rest)).await);
    Ok(())
}

/// Sends the whole request and goes away without reading the answer.
///
/// # Errors
/// As for [`cut_mid_body`].
pub async fn hang_up(target: &Target, request: &Request) -> Result<(), String> {
    send(target, request, request.body.len()).await.map(drop)
}

/// Sends the headers and the first bytes of the body, and closes the sending side.
async fn send(target: &Target, request: &Request, sent: usize) -> Result<TcpStream, String> {
    let url = request.url.as_ref().unwrap_or(&target.url);
    if url.scheme() != "http" {
        return Err("a body can be cut only on a plain http connection".to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut stream = TcpStream::connect((bare, port)).await.map_err(|error| error.to_string())?;
    let mut head = format!("POST {} HTTP/1.1\r\nHost: {host}:{port}\r\n", url.path());
    if let Some(kind) = request.content_type {
        head.push_str(&format!("Content-Type: {kind}\r\n"));
    }
    if let Some(header) = target.header(&request.authorization) {
        head.push_str(&format!("Authorization: {header}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", request.body.len()));
    stream.write_all(head.as_bytes()).await.map_err(|error| error.to_string())?;
    stream.write_all(&request.body[..sent]).await.map_err(|error| error.to_string())?;
    stream.shutdown().await.map_err(|error| error.to_string())?;
    Ok(stream)
}
