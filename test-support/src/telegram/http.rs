//! The stand-in's line: one call for each connection, and what a browser test asks of it at `/control/...`.

use super::form::{self, find};
use super::{Shared, TOKEN, Trouble};
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// How long a caller may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// A call as it was read.
struct Call {
    path: String,
    kind: String,
    body: Vec<u8>,
}

pub(super) fn serve(mut line: TcpStream, shared: &Shared) {
    // A caller that goes away is no trouble of ours.
    let _ = line.set_read_timeout(Some(SILENCE_MAX)).and_then(|()| answer(&mut line, shared));
}

fn answer(line: &mut TcpStream, shared: &Shared) -> io::Result<()> {
    let call = read(line)?;
    if let Some(asked) = call.path.strip_prefix("/control/") {
        return control(line, shared, asked, &call.body);
    }
    if let Some(file) = call.path.strip_prefix(&format!("/file/bot{TOKEN}/photos/")) {
        let id = file.trim_end_matches(".jpg");
        let trouble = shared.state().trouble("download");
        shared.changed.notify_all();
        let bytes = shared.state().file(id).map(<[u8]>::to_vec);
        return match bytes {
            Some(bytes) => troubled(line, trouble, 200, "application/octet-stream", &bytes),
            None => refuse(line, 404, "Not Found"),
        };
    }
    let Some(method) = call.path.strip_prefix(&format!("/bot{TOKEN}/")) else {
        return refuse(line, 404, "Not Found");
    };
    let (fields, file) = match form::read(&call.kind, &call.body) {
        Some(read) => read,
        None => (serde_json::from_slice(&call.body).unwrap_or(Value::Null), None),
    };
    let trouble = shared.state().trouble(method);
    shared.changed.notify_all();
    if let Some(refusal) = trouble.and_then(refusal) {
        let (status, body) = refusal;
        return write(line, status, "application/json", body.to_string().as_bytes(), None);
    }
    let result = if method == "getUpdates" {
        Some(Value::Array(updates(shared, &fields)))
    } else {
        let result = shared.state().answer(method, &fields, file);
        shared.changed.notify_all();
        result
    };
    match result {
        Some(result) => {
            let body = json!({"ok": true, "result": result}).to_string();
            troubled(line, trouble, 200, "application/json", body.as_bytes())
        }
        None => refuse(line, 400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
    }
}

/// Waits for news as long as the bot wants to, or until everything goes wrong.
fn updates(shared: &Shared, fields: &Value) -> Vec<Value> {
    let seconds = fields["timeout"].as_u64().unwrap_or(0);
    let (begun, patience) = (Instant::now(), Duration::from_secs(seconds));
    let mut state = shared.state();
    loop {
        let found = state.updates(fields["offset"].as_i64());
        let left = patience.checked_sub(begun.elapsed());
        match left {
            Some(left) if found.is_empty() && state.always.is_none() => {
                state = shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            Some(_) | None => return found,
        }
    }
}

fn refusal(trouble: Trouble) -> Option<(u16, Value)> {
    let said = |code: u16, words: &str| Some((code, json!({"ok": false, "error_code": code, "description": words})));
    match trouble {
        Trouble::TooOften(seconds) => {
            let words = format!("Too Many Requests: retry after {seconds}");
            Some((
                429,
                json!({"ok": false, "error_code": 429, "description": words, "parameters": {"retry_after": seconds}}),
            ))
        }
        Trouble::AnotherPoller => said(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        ),
        Trouble::WrongToken => said(401, "Unauthorized"),
        Trouble::BadGateway => Some((502, json!("Bad Gateway"))),
        Trouble::Blocked => said(403, "Forbidden: bot was blocked by the user"),
        Trouble::Cut | Trouble::Slow(_) => None,
    }
}

fn refuse(line: &mut TcpStream, code: u16, words: &str) -> io::Result<()> {
    let body = json!({"ok": false, "error_code": code, "description": words}).to_string();
    write(line, code, "application/json", body.as_bytes(), None)
}

fn troubled(line: &mut TcpStream, trouble: Option<Trouble>, status: u16, kind: &str, body: &[u8]) -> io::Result<()> {
    match trouble {
        Some(Trouble::Slow(ms)) => std::thread::sleep(Duration::from_millis(ms)),
        Some(Trouble::Cut) => return write(line, status, kind, body, Some(body.len() / 2)),
        Some(other) => {
            if let Some((status, body)) = refusal(other) {
                return write(line, status, "application/json", body.to_string().as_bytes(), None);
            }
        }
        None => {}
    }
    write(line, status, kind, body, None)
}

/// Writes an answer, or only so much of its body.
fn write(line: &mut TcpStream, status: u16, kind: &str, body: &[u8], most: Option<usize>) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    line.write_all(head.as_bytes())?;
    line.write_all(body.get(..most.unwrap_or(body.len())).unwrap_or(body))?;
    line.flush()
}

fn read(line: &mut TcpStream) -> io::Result<Call> {
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    let mut bytes = Vec::new();
    let mut part = vec![0; 64 * 1024];
    let head_end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        let count = line.read(&mut part)?;
        bytes.extend_from_slice(part.get(..count).filter(|part| !part.is_empty()).ok_or_else(broken)?);
    };
    let head = String::from_utf8_lossy(bytes.get(..head_end).ok_or_else(broken)?).into_owned();
    let header = |name: &str| {
        let of = |line: &str| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        head.lines().find_map(of).unwrap_or_default()
    };
    let length: usize = header("content-length").parse().unwrap_or(0);
    let path = head.split(' ').nth(1).ok_or_else(broken)?.to_owned();
    let mut body = bytes.get(head_end.saturating_add(4)..).ok_or_else(broken)?.to_vec();
    while body.len() < length {
        let count = line.read(&mut part)?;
        body.extend_from_slice(part.get(..count).filter(|part| !part.is_empty()).ok_or_else(broken)?);
    }
    Ok(Call { path, kind: header("content-type"), body })
}

/// What a test in another language asks: `photo/CUSTOMER` and `text/CUSTOMER` with a body, `sent`, and `file/NUMBER` of what was sent.
fn control(line: &mut TcpStream, shared: &Shared, asked: &str, body: &[u8]) -> io::Result<()> {
    let (what, which) = asked.split_once('/').unwrap_or((asked, ""));
    let number: i64 = which.parse().unwrap_or(0);
    let mut state = shared.state();
    match what {
        "photo" => {
            let file = state.put_file(body.to_vec());
            let size =
                json!({"file_id": file, "file_unique_id": "u", "width": 1280, "height": 1280, "file_size": body.len()});
            state.message(number, "uz", json!({ "photo": [size] }));
        }
        "text" => {
            let text = String::from_utf8_lossy(body).into_owned();
            state.message(number, "uz", json!({ "text": text }));
        }
        "sent" => {
            let one = |sent: &super::Sent| {
                let file = sent.file.as_ref().map(|(name, _)| name);
                json!({"method": sent.method, "customer": sent.customer, "text": sent.text, "file": file})
            };
            let all = Value::Array(state.sent.iter().map(one).collect());
            drop(state);
            return write(line, 200, "application/json", all.to_string().as_bytes(), None);
        }
        "file" => {
            let sent = usize::try_from(number).ok().and_then(|number| state.sent.get(number)?.file.clone());
            drop(state);
            let (_, bytes) = sent.unwrap_or_default();
            return write(line, 200, "application/octet-stream", &bytes, None);
        }
        _ => {
            drop(state);
            return refuse(line, 404, "Not Found");
        }
    }
    drop(state);
    shared.changed.notify_all();
    write(line, 200, "application/json", b"{}", None)
}
