//! Whether a picture's file was brought to its end. Decoders forgive a missing end and paint what they have not read in grey, which nobody
//! wants to have paid for.

/// Marks of a JPEG: each is this byte and one more.
const MARK: u8 = 0xff;
const BEGINS: u8 = 0xd8;
const ENDS: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// The boxes of a HEIC or AVIF in which the picture is.
const BOXES: [&[u8; 4]; 4] = [b"ftyp", b"meta", b"moov", b"mdat"];

/// Whether a JPEG, WebP, HEIC or AVIF has all that it says it has. What stands after its end is the camera's own: a preview, notes, zeros. A PNG
/// is whole when it can be decoded, and whatever is no picture is not judged here.
pub fn is_whole(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[MARK, BEGINS]) {
        return jpeg(bytes).is_some();
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        let length = bytes.get(4..8).and_then(|length| length.try_into().ok()).map(u32::from_le_bytes);
        return length
            .and_then(|length| usize::try_from(length).ok())
            .is_some_and(|length| bytes.len().saturating_sub(8) >= length);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return boxes(bytes).is_some();
    }
    true
}

/// Goes from mark to mark to the one that ends the picture; those of the preview inside a part are passed over with it.
fn jpeg(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(2..)?;
    loop {
        let (mark, after) = next_mark(rest)?;
        rest = match mark {
            ENDS => return Some(()),
            // These stand alone.
            0x01 | 0xd0..=BEGINS => after,
            _ => {
                let length = usize::from(u16::from_be_bytes(after.get(..2)?.try_into().ok()?));
                let behind = after.get(length..)?;
                if mark == SCAN { behind_the_scan(behind)? } else { behind }
            }
        };
    }
}

fn next_mark(bytes: &[u8]) -> Option<(u8, &[u8])> {
    // Decoders pass over what stands between two parts, and any number of bytes may fill up before a mark.
    let at =
        bytes.windows(2).position(|two| two.starts_with(&[MARK]) && !two.ends_with(&[MARK]) && !two.ends_with(&[0]))?;
    let mark = bytes.get(at.checked_add(1)?)?;
    Some((*mark, bytes.get(at.checked_add(2)?..)?))
}

/// Up to the mark behind the pixels, among which 0xff is followed by 0, or begins again.
fn behind_the_scan(bytes: &[u8]) -> Option<&[u8]> {
    let is_of_the_scan = |byte: u8| matches!(byte, 0 | MARK | 0xd0..=0xd7);
    let at = bytes.windows(2).position(|two| matches!(two, [MARK, second] if !is_of_the_scan(*second)))?;
    bytes.get(at..)
}

/// HEIC and AVIF are boxes that say how long they are; the last may go on to the end.
fn boxes(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes;
    // What is too short for a box, or is none of a picture's, stands after the end.
    while rest.get(4..8).is_some_and(|name| BOXES.iter().any(|known| name == *known)) {
        let short = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let length = match short {
            0 => return Some(()),
            1 => u64::from_be_bytes(rest.get(8..16)?.try_into().ok()?),
            short => u64::from(short),
        };
        rest = rest.get(usize::try_from(length).ok()?.max(8)..)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::ImageFormat;
    use std::io::Cursor;

    fn photo(format: ImageFormat) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(90, 60, |x, y| {
            image::Rgb([x * 7, y * 11, x * y].map(|part| u8::try_from(part % 251).unwrap()))
        });
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_jpeg_that_breaks_off_anywhere_is_not_whole() {
        let whole = photo(ImageFormat::Jpeg);
        assert!(is_whole(&whole));
        for length in 2..whole.len() {
            assert!(!is_whole(&whole[..length]), "{length} of {} bytes", whole.len());
        }
    }

    #[test]
    fn what_a_camera_writes_after_the_end_is_its_own() {
        let whole = photo(ImageFormat::Jpeg);
        for after in [vec![0; 512], whole.clone(), whole[..100].to_vec(), b"notes of the maker".to_vec(), vec![0xff; 3]]
        {
            assert!(is_whole(&[whole.clone(), after].concat()));
        }
    }

    #[test]
    fn the_end_of_a_preview_inside_is_not_the_pictures() {
        let (whole, preview) = (photo(ImageFormat::Jpeg), photo(ImageFormat::Jpeg));
        let length = u16::try_from(preview.len() + 2).unwrap().to_be_bytes();
        let with_preview = |rest: &[u8]| [&[0xff, 0xd8, 0xff, 0xe1][..], &length[..], &preview, rest].concat();
        assert!(is_whole(&with_preview(&whole[2..])));
        assert!(!is_whole(&with_preview(&whole[2..whole.len() / 2])));
        assert!(!is_whole(&with_preview(&[])));
    }

    #[test]
    fn other_pictures_say_how_long_they_are() {
        let webp = photo(ImageFormat::WebP);
        assert!(is_whole(&webp) && !is_whole(&webp[..webp.len() - 3]) && !is_whole(&webp[..12]));
        let boxes = |length: u8, bytes: usize| {
            [&b"\0\0\0\x10ftypheic\0\0\0\0\0\0\0"[..], &[length], b"mdat", vec![7_u8; bytes].as_slice()].concat()
        };
        assert!(is_whole(&boxes(20, 12)) && is_whole(&boxes(0, 5)) && !is_whole(&boxes(20, 11)));
        assert!(is_whole(&[boxes(20, 12), b"\xff\xff\xff\xffSEFTnotes".to_vec()].concat()));
        assert!(is_whole(b"no picture") && is_whole(&[]));
    }
}
