//! Reads the form in which a bot sends a file, by rules of the test's own.

use serde_json::{Map, Value};

/// A file's name and bytes.
pub(super) type File = (String, Vec<u8>);

/// The fields of a form, and its file.
pub(super) fn read(kind: &str, body: &[u8]) -> Option<(Value, Option<File>)> {
    let boundary = kind.strip_prefix("multipart/form-data; boundary=")?;
    let between = format!("--{boundary}");
    let (mut fields, mut file) = (Map::new(), None);
    let mut rest = body;
    loop {
        let begin = find(rest, between.as_bytes())?;
        rest = rest.get(begin.checked_add(between.len())?..)?;
        if rest.starts_with(b"--") {
            return Some((Value::Object(fields), file));
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = std::str::from_utf8(rest.get(..head_end)?).ok()?;
        rest = rest.get(head_end.checked_add(4)?..)?;
        let end = find(rest, format!("\r\n{between}").as_bytes())?;
        let content = rest.get(..end)?;
        rest = rest.get(end.checked_add(2)?..)?;
        let named = |what: &str| head.split(&format!(" {what}=\"")).nth(1)?.split('"').next();
        match named("filename") {
            Some(name) => file = Some((name.to_owned(), content.to_vec())),
            None => {
                let text = String::from_utf8(content.to_vec()).ok()?;
                fields.insert(named("name")?.to_owned(), Value::String(text));
            }
        }
    }
}

pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
