//! The profile of colours in a PNG, which is packed: 300 KB of it can unfold into 300 MB before the first pixel is read.

use std::borrow::Cow;

/// Bytes of a packed profile that is unfolded. A byte becomes 1032 at most, so these become 17 MB; a camera's or an editor's profile has
/// a few thousand.
const PACKED_BYTES_MAX: usize = 16 * 1024;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture's file without a profile that is too large. Its colours are a little off then, and the picture is there.
pub fn without_large_profile(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Cow::Borrowed(bytes);
    let Some(mut rest) = bytes.strip_prefix(SIGNATURE) else { return kept };
    // A chunk is its length, its name, so many bytes and a checksum. A profile stands before the pixels.
    while let Some((length, name)) = rest.get(..4).zip(rest.get(4..8)) {
        let length = length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        let (false, Some(after)) = (name == b"IDAT", rest.get(length.saturating_add(12)..)) else { break };
        if name == b"iCCP" && length > PACKED_BYTES_MAX {
            let before = kept.len().saturating_sub(rest.len());
            let whole = kept.to_mut();
            whole.truncate(before);
            whole.extend_from_slice(after);
        }
        rest = after;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[..], name, bytes, &[0; 4]].concat()
    }

    #[test]
    fn a_large_profile_is_left_out_and_all_else_stays() {
        let (head, small, large) = (chunk(b"IHDR", &[1; 13]), chunk(b"iCCP", &[2; 900]), chunk(b"iCCP", &[3; 17_000]));
        let pixels = [chunk(b"IDAT", &[4; 20_000]), chunk(b"iCCP", &[5; 17_000]), chunk(b"IEND", &[])].concat();
        let of = |parts: &[&[u8]]| [SIGNATURE, &parts.concat()].concat();
        let plain = of(&[&head, &small, &pixels]);
        assert!(matches!(without_large_profile(&plain), Cow::Borrowed(same) if same == plain));
        let heavy = of(&[&head, &large, &small, &large, &pixels]);
        assert_eq!(without_large_profile(&heavy), plain);
        let cut = &heavy[..100];
        assert_eq!(without_large_profile(cut), cut, "what ends in the middle is somebody else's to refuse");
        assert_eq!(without_large_profile(&large), large, "no PNG");
    }
}
