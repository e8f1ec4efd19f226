//! Pictures of the owner's that the booth's page shows: the code of UzQR and the wallets' logos. Each is read once, when the
//! settings are, up to a bound, and must be what its first bytes say.

use crate::limits::PICTURE_BYTES_MAX;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boothpay_protocol::secret::KeyDigest;
use std::fmt;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

/// A picture in memory. Clones share it.
#[derive(Clone)]
pub struct Picture {
    bytes: Arc<[u8]>,
    kind: Kind,
    /// Says which bytes these are.
    tag: String,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}, {} bytes, {})", self.kind.media_type(), self.bytes.len(), self.tag)
    }
}

/// What a picture is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Png,
    Jpeg,
    WebP,
    /// A text, which could hold a script: it is served so that none runs.
    Svg,
}

/// Characters of a file of which one is looked at to find an SVG's beginning: comments may stand before it.
const SVG_BEGINNING: usize = 2048;

impl Kind {
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    /// By the beginning and the end of the bytes; a file that was cut off has another end.
    fn of(bytes: &[u8]) -> Option<Self> {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
        if bytes.starts_with(PNG) {
            return bytes.ends_with(b"IEND\xae\x42\x60\x82").then_some(Self::Png);
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            // Cameras may write more behind the picture's end.
            return bytes.windows(2).rev().take(64 * 1024).any(|pair| pair == b"\xff\xd9").then_some(Self::Jpeg);
        }
        if let (Some(b"RIFF"), Some(length), Some(b"WEBP")) = (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
            let length = length.iter().rev().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
            return (bytes.len() >= length.saturating_add(8)).then_some(Self::WebP);
        }
        let text = std::str::from_utf8(bytes).ok()?.trim();
        let beginning: String = text.chars().take(SVG_BEGINNING).collect();
        (text.starts_with('<') && beginning.contains("<svg") && text.ends_with("</svg>")).then_some(Self::Svg)
    }
}

/// What a picture may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// PNG, JPEG or WebP.
    Raster,
    /// SVG as well.
    Any,
}

impl Picture {
    /// Reads a file, or says in the owner's words why it is none.
    pub(super) fn read(file: &Path, wanted: Wanted) -> Result<Self, String> {
        let name = file.display();
        let unreadable = |error: std::io::Error| {
            if error.kind() == ErrorKind::NotFound {
                format!("there is no file {name}")
            } else if error.kind() == ErrorKind::PermissionDenied {
                format!("the user who runs this may not read {name}")
            } else {
                format!("{name} cannot be read: {error}")
            }
        };
        let most = u64::try_from(PICTURE_BYTES_MAX).unwrap_or(u64::MAX);
        // A pipe or a device would be waited for.
        if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
            return Err(format!("{name} is not a file"));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(file)
            .map_err(unreadable)?
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() > PICTURE_BYTES_MAX {
            let kib = PICTURE_BYTES_MAX / 1024;
            return Err(format!("{name} is larger than {kib} KiB; make it smaller, 1000 pixels on a side are plenty"));
        }
        match (Kind::of(&bytes), wanted) {
            (Some(Kind::Svg), Wanted::Raster) | (None, Wanted::Raster) => {
                Err(format!("{name} is no whole PNG, JPEG or WebP picture; save it as one of these"))
            }
            (None, Wanted::Any) => {
                Err(format!("{name} is no whole PNG, JPEG, WebP or SVG picture; save it as one of these"))
            }
            (Some(kind), _) => Ok(Self::new(bytes, kind)),
        }
    }

    fn new(bytes: Vec<u8>, kind: Kind) -> Self {
        let tag = KeyDigest::of(&bytes).hex().chars().take(16).collect();
        Self { bytes: bytes.into(), kind, tag }
    }

    /// What it holds.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Differs when the picture does.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// As `data:image/png;base64,...`, for pages of the owner's own.
    pub(crate) fn data_uri(&self) -> String {
        format!("data:{};base64,{}", self.kind.media_type(), STANDARD.encode(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_bytes_say_and_whole() {
        let png = b"\x89PNG\r\n\x1a\n....IEND\xae\x42\x60\x82".as_slice();
        let webp = b"RIFF\x08\0\0\0WEBPabcd".as_slice();
        let svg =
            b"<?xml version=\"1.0\"?>\n<!-- a logo -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n".as_slice();
        let cases = [
            (png, Some(Kind::Png)),
            (b"\xff\xd8\xff....\xff\xd9", Some(Kind::Jpeg)),
            (webp, Some(Kind::WebP)),
            (svg, Some(Kind::Svg)),
            (&png[..png.len() - 1], None),
            (b"\xff\xd8\xff....", None),
            (&webp[..webp.len() - 1], None),
            (&svg[..svg.len() - 3], None),
            (b"<html><svg></svg></html>", None),
            (b"GIF89a", None),
            (b"", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Kind::of(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let why = |path: &Path, wanted| Picture::read(path, wanted).unwrap_err();
        assert!(why(&folder.path().join("none.png"), Wanted::Any).starts_with("there is no file"));
        assert!(why(folder.path(), Wanted::Any).ends_with("is not a file"));
        assert!(why(&file("a.png", b"GIF89a"), Wanted::Any).contains("no whole PNG"));
        assert!(why(&file("b.svg", b"<svg></svg>"), Wanted::Raster).contains("no whole PNG"));
        assert!(why(&file("c.png", &vec![0; PICTURE_BYTES_MAX + 1]), Wanted::Any).contains("larger than"));
        assert!(Picture::read(&file("d.svg", b"<svg></svg>"), Wanted::Any).is_ok());
    }
}
