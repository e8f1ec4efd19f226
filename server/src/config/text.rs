//! From a file's bytes to text, whatever Windows' editors made of it: UTF-8 with or without a mark, UTF-16 either way.

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// An older encoding of one byte per letter, for instance Windows' own Cyrillic one.
    #[error(
        "its letters are stored in an old way (probably Windows-1251). Open it in Notepad, choose Save as, and choose \
         the encoding UTF-8"
    )]
    OldEncoding,
    /// It says UTF-16 and is not.
    #[error(
        "it begins as UTF-16 and goes on as something else. Open it in Notepad, choose Save as, and choose the encoding UTF-8"
    )]
    BrokenUtf16,
    /// No text at all.
    #[error("it is not a text file. Write it with Notepad or another text editor, not with Word")]
    NotText,
}

/// Reads a file's bytes as text, without the mark at the beginning.
pub fn decode(bytes: &[u8]) -> Result<String, TextError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"{\\rtf") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(TextError::NotText);
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Without a mark: what these files hold begins with ASCII, so every other byte is zero.
        [first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, TextError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TextError::OldEncoding)?;
    if text.contains('\0') { Err(TextError::NotText) } else { Ok(text.to_owned()) }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(TextError::BrokenUtf16);
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).map_err(|_| TextError::BrokenUtf16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_notepad_and_powershell_write_is_read() {
        let text = "name = \"Бутка\"\r\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let (le, be): (Vec<u8>, Vec<u8>) = (
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        );
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [b"\xFF\xFE".as_slice(), &le].concat(),
            [b"\xFE\xFF".as_slice(), &be].concat(),
            le,
            be,
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text));
        }
        assert_eq!(decode(b""), Ok(String::new()));
    }

    #[test]
    fn what_cannot_be_read_says_how_to_save_it() {
        let windows_1251 = b"name = \"\xC1\xF3\xF2\xEA\xE0\"";
        assert_eq!(decode(windows_1251), Err(TextError::OldEncoding));
        assert_eq!(decode(b"\xFF\xFEa"), Err(TextError::BrokenUtf16));
        assert_eq!(decode(b"\xFF\xFE\x00\xD8a\x00"), Err(TextError::BrokenUtf16));
        assert_eq!(decode(b"PK\x03\x04word"), Err(TextError::NotText));
        assert_eq!(decode(b"a = 1\nb\0c"), Err(TextError::NotText));
    }
}
