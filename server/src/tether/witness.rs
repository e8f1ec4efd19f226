//! The camera's own clock as a second witness: what it took before a shot is not of this shot, under whatever new name it comes.
//!
//! Sony cameras can keep a frame that nobody fetched, also while they are switched off, and deliver it as the next one (libgphoto2's issue
//! 1124). The camera's clock need not be right: only how far it ran beside ours since the last picture counts. Ours here is one that
//! nobody sets. A frame whose time says nothing, and the first one after a start, are believed.

use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;
use jiff::civil::DateTime;
use std::io::Cursor;
use std::time::Instant;

/// Milliseconds within which a camera writes the same time: many write whole seconds.
const GRAIN_MS: i64 = 1_000;

/// Milliseconds by which a time may be off besides: the camera writes it when the picture is finished, or begun.
const SLACK_MS: i64 = 1_000;

/// Of so many milliseconds the camera's clock may lose one: more than nine seconds in a day.
const DRIFT_PART: i64 = 10_000;

/// So many shots in a row whose frames all seem to be of before, and by the same time, mean that the clock was set back.
const SET_BACK_SHOTS: u32 = 3;

/// When a frame was taken, by the camera's clock: milliseconds since whenever. `None` where the file does not say.
pub(crate) fn camera_time_ms(jpeg: &[u8]) -> Option<i64> {
    let exif = JpegDecoder::new(Cursor::new(jpeg)).ok()?.exif_metadata().ok()??;
    let tiff = Tiff::of(&exif)?;
    let (_, place) = tiff.entry(tiff.long(4)?, EXIF)?;
    let directory = tiff.long(place)?;
    let written = tiff.text(directory, TAKEN_AT)?;
    let at = DateTime::strptime("%Y:%m:%d %H:%M:%S", written.trim()).ok()?;
    let seconds = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    // "07" is seven hundredths of a second.
    let part = tiff.text(directory, TAKEN_AT_PART).unwrap_or_default();
    let part: String = part.trim().chars().chain("000".chars()).take(3).collect();
    Some(seconds.saturating_mul(1_000).saturating_add(part.parse().unwrap_or(0)))
}

/// Tags of Exif 2.3, 4.6.3 and 4.6.5: where its own directory is, DateTimeOriginal, and SubSecTimeOriginal.
const EXIF: u16 = 0x8769;
const TAKEN_AT: u16 = 0x9003;
const TAKEN_AT_PART: u16 = 0x9291;

/// Bytes of an entry in a directory of TIFF 6.0: its tag, type, how many values, and the value or its place.
const ENTRY: usize = 12;

struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..4)? {
            b"II*\0" => Some(Self { bytes, is_little: true }),
            b"MM\0*" => Some(Self { bytes, is_little: false }),
            _ => None,
        }
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        usize::try_from(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
    }

    /// How many values a tag has in this directory, and where they, or the place of them, stand.
    fn entry(&self, directory: usize, tag: u16) -> Option<(usize, usize)> {
        let entries = usize::from(self.short(directory)?);
        let first = directory.checked_add(2)?;
        let mut places = (0..entries).map_while(|nth| nth.checked_mul(ENTRY)?.checked_add(first));
        let at = places.find(|at| self.short(*at) == Some(tag))?;
        Some((self.long(at.checked_add(4)?)?, at.checked_add(8)?))
    }

    fn text(&self, directory: usize, tag: u16) -> Option<&'a str> {
        let (length, place) = self.entry(directory, tag)?;
        // Up to four bytes stand in the entry itself.
        let start = if length <= 4 { place } else { self.long(place)? };
        let text = self.bytes.get(start..start.checked_add(length)?)?;
        std::str::from_utf8(text).ok().map(|text| text.trim_end_matches('\0'))
    }
}

/// How far the camera's clock is behind ours, in milliseconds: at least, and at most.
#[derive(Clone, Copy)]
struct Behind {
    least: i64,
    most: i64,
}

/// Frames of one or more shots that seem to be of before, all by the same time.
struct Doubt {
    behind: Behind,
    shots: u32,
    /// When the last of these shots began, by our clock.
    begun: i64,
}

/// What is known of the camera's clock.
pub(crate) struct Witness {
    /// Where our clock begins.
    start: Instant,
    /// How far the camera's was behind at most, when its last frame had come.
    known: Option<(i64, i64)>,
    doubt: Option<Doubt>,
}

impl Witness {
    pub(crate) const fn new(start: Instant) -> Self {
        Self { start, known: None, doubt: None }
    }

    /// Whether a frame that has come by `now` may be of the shot that began at `begun`.
    pub(crate) fn believes(&mut self, camera_ms: Option<i64>, begun: Instant, now: Instant) -> bool {
        let Some(camera_ms) = camera_ms else { return true };
        let (begun, now) = (self.ours(begun), self.ours(now));
        let since = |at: i64| at.saturating_sub(camera_ms);
        let behind = Behind { least: since(begun).saturating_sub(GRAIN_MS), most: since(now) };
        let known = self.known.map(|(most, at)| most.saturating_add(now.saturating_sub(at) / DRIFT_PART));
        let most = match known {
            None => behind.most,
            Some(most) if behind.least <= most.saturating_add(SLACK_MS) => most.min(behind.most),
            Some(_) if self.was_set_back(behind, begun) => {
                tracing::warn!("the camera's clock was set back, it seems; its pictures are taken again");
                behind.most
            }
            Some(_) => return false,
        };
        self.known = Some((most, now));
        self.doubt = None;
        true
    }

    fn ours(&self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.start).as_millis()).unwrap_or(i64::MAX)
    }

    /// Notes a frame that seems to be of before.
    fn was_set_back(&mut self, behind: Behind, begun: i64) -> bool {
        let (mut shots, mut agreed) = (1, behind);
        if let Some(doubt) = &self.doubt {
            let both = Behind { least: doubt.behind.least.max(behind.least), most: doubt.behind.most.min(behind.most) };
            if doubt.begun == begun {
                shots = doubt.shots;
            } else if both.least <= both.most.saturating_add(SLACK_MS) {
                (shots, agreed) = (doubt.shots.saturating_add(1), both);
            }
        }
        self.doubt = Some(Doubt { behind: agreed, shots, begun });
        shots >= SET_BACK_SHOTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// A shot at `begun` seconds, whose frame came a second later and says `camera` seconds.
    fn believed(witness: &mut Witness, begun: u64, camera: i64) -> bool {
        let at = |seconds| witness.start + Duration::from_secs(seconds);
        let (begun, now) = (at(begun), at(begun + 1));
        witness.believes(Some(camera * 1_000), begun, now)
    }

    #[test]
    fn a_frame_that_the_camera_kept_from_the_customer_before_is_not_believed() {
        let mut witness = Witness::new(Instant::now());
        // The camera believes that it is another year.
        assert!(believed(&mut witness, 10, -900_010), "the first one");
        assert!(believed(&mut witness, 20, -900_000));
        assert!(!believed(&mut witness, 60, -899_999), "taken after the last one that came, and 39 s before this shot");
        assert!(believed(&mut witness, 60, -899_960), "the right one comes after it");
        assert!(!believed(&mut witness, 70, -899_960), "the same one again");
        assert!(witness.believes(None, witness.start, witness.start), "a file that says nothing");
    }

    #[test]
    fn a_clock_that_runs_on_slowly_or_is_set_forward_is_believed() {
        let mut witness = Witness::new(Instant::now());
        assert!(believed(&mut witness, 0, 0));
        let week = 7 * 24 * 3600;
        assert!(believed(&mut witness, week, 7 * 24 * 3600 - 40), "40 s lost in a week");
        assert!(!believed(&mut witness, week + 100, 7 * 24 * 3600), "and yet 60 s are told a minute later");
        assert!(believed(&mut witness, week + 200, 7 * 24 * 3600 + 3760), "summer time");
        assert!(!believed(&mut witness, week + 300, 7 * 24 * 3600 + 260), "and back, at first");
    }

    #[test]
    fn a_clock_that_was_set_back_is_believed_at_the_third_shot_and_frames_of_before_never() {
        let mut witness = Witness::new(Instant::now());
        assert!(believed(&mut witness, 1_000, 1_000));
        assert!(!believed(&mut witness, 1_010, 10) && !believed(&mut witness, 1_010, 10), "one shot counts once");
        assert!(!believed(&mut witness, 1_031, 31));
        assert!(believed(&mut witness, 1_047, 47) && believed(&mut witness, 1_060, 60));
        // Three that the camera has kept, taken every 5 s, and now delivered one a shot, every 20 s.
        for kept in 0..3 {
            assert!(!believed(&mut witness, 2_000 + 20 * kept, 500 + 5 * i64::try_from(kept).unwrap()));
        }
    }

    /// A JPEG whose Exif says so, in either order of bytes.
    fn jpeg(is_little: bool, at: &str, part: &str) -> Vec<u8> {
        let short = |it: u16| if is_little { it.to_le_bytes() } else { it.to_be_bytes() };
        let long = |it: u32| if is_little { it.to_le_bytes() } else { it.to_be_bytes() };
        let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            [&short(tag)[..], &short(kind), &long(count), &value].concat()
        };
        let small: [u8; 4] = *part.as_bytes().first_chunk().unwrap();
        let tiff = [
            if is_little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() },
            long(8).to_vec(),
            short(1).to_vec(),
            entry(EXIF, 4, 1, long(26)),
            long(0).to_vec(),
            short(2).to_vec(),
            entry(TAKEN_AT, 2, 20, long(56)),
            entry(TAKEN_AT_PART, 2, 3, small),
            long(0).to_vec(),
            at.as_bytes().to_vec(),
            vec![0],
        ]
        .concat();
        let exif = [b"Exif\0\0".to_vec(), tiff].concat();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut picture = Vec::new();
        image::RgbImage::new(8, 8).write_to(&mut Cursor::new(&mut picture), image::ImageFormat::Jpeg).unwrap();
        [&[0xff, 0xd8, 0xff, 0xe1], &length[..], &exif, &picture[2..]].concat()
    }

    #[test]
    fn the_cameras_time_is_read_where_the_file_says_it() {
        for is_little in [true, false] {
            let at = camera_time_ms(&jpeg(is_little, "2026:11:29 12:30:01", "25\0\0"));
            assert_eq!(at, Some(1_795_955_401_250));
            assert_eq!(camera_time_ms(&jpeg(is_little, "    :  :     :  :  ", "\0\0\0\0")), None, "never set");
        }
        let good = jpeg(true, "2026:11:29 12:30:01", "25\0\0");
        for cut in 0..good.len() {
            camera_time_ms(&good[..cut]);
        }
        assert_eq!(camera_time_ms(include_bytes!("../photos/samples/phone.jpg")), None);
        assert_eq!(camera_time_ms(b"no picture"), None);
    }
}
