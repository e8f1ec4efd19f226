//! A picture as it comes from a stranger's phone, and as it is kept: upright, without what it says of place and phone, no larger
//! than needed, always a JPEG.
//!
//! Its size in pixels is read before anything is decoded, so a small file that unfolds into a huge picture is refused unread.
//! Decoding takes a core for up to seconds: never call this where something waits for it.

use boothpay_layouts::{is_whole, shrunk, without_large_profile};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;
use zune_heic::HeifDecoder;
use zune_heic::zune_core::bytestream::ZCursor;
use zune_heic::zune_core::colorspace::ColorSpace;
use zune_heic::zune_core::options::DecoderOptions;

/// Bytes of a picture as it comes: what Telegram gives to bots.
pub(crate) const BYTES_MAX: usize = 20 * 1024 * 1024;

/// Pixels of a picture as it comes: those of a phone with 50 megapixels.
const PIXELS_MAX: u64 = 51_000_000;

/// Bytes of a decoded picture: so many pixels with four bytes each. Of a picture with 16 bits for a colour, which no phone makes, half as
/// many pixels are taken. Beside them stands at most the same picture in three bytes a pixel.
const DECODED_BYTES_MAX: u64 = PIXELS_MAX * 4;

/// Pixels of a side as it comes: more than any phone's panorama.
const SIDE_MAX: u32 = 30_000;

/// Bytes that one decoding may take. Beyond the pixels themselves a progressive JPEG keeps twice as much again.
const DECODING_BYTES_MAX: u64 = 450 * 1024 * 1024;

/// Pixels of a side as it is kept: 35 cm of the booth's print.
pub(crate) const KEPT_SIDE_MAX: u32 = 4096;

/// Pixels of a side of a preview: what Telegram shows in a chat.
const PREVIEW_SIDE_MAX: u32 = 1280;

/// How much of a picture is kept, of 100: as much as the first user's.
const QUALITY: u8 = 95;
const PREVIEW_QUALITY: u8 = 85;

/// Bytes of a profile of colours that is kept: a phone's has under 1 KiB, a printer's has megabytes.
const PROFILE_BYTES_MAX: usize = 16 * 1024;

/// A picture as it is kept.
pub(crate) struct Picture {
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    /// What its file's name ends in.
    pub(crate) form: Form,
}

/// The form in which a picture is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Jpeg,
    Png,
}

impl Form {
    /// The end of a file's name.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// Takes back what [`Form::ending`] gave.
    pub(crate) fn of_file(name: &str) -> Self {
        if name.ends_with(".png") { Self::Png } else { Self::Jpeg }
    }

    /// As HTTP names it.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PictureError {
    /// More bytes than are taken.
    #[error("the picture has more than 20 MB")]
    TooHeavy,
    /// More pixels than are taken.
    #[error("the picture has too many pixels: at most 50 megapixels are taken, and 30000 on a side")]
    TooLarge,
    /// Nothing that is taken.
    #[error("this is no JPEG, PNG, WebP or HEIC picture")]
    NoPicture,
    /// It begins as one and goes on as none.
    #[error("the picture is damaged, or was not sent whole")]
    Damaged,
    /// HEIC or AVIF of a kind that cannot be read here.
    #[error("this kind of HEIC or AVIF picture cannot be read here; send it as a photo instead of a file, or as JPEG")]
    UnreadableHeif,
}

/// What a file is, by how it begins. Its name is anybody's word.
enum Kind {
    Still(ImageFormat),
    Heif,
}

fn kind(bytes: &[u8]) -> Result<Kind, PictureError> {
    if bytes.len() > BYTES_MAX {
        return Err(PictureError::TooHeavy);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let brand = bytes.get(8..12).unwrap_or_default();
        let is_picture = [b"mif1", b"msf1", b"avif", b"avis"].iter().any(|known| brand == known.as_slice())
            || brand.starts_with(b"he");
        return match (is_picture, is_whole(bytes)) {
            (true, true) => Ok(Kind::Heif),
            (true, false) => Err(PictureError::Damaged),
            (false, _) => Err(PictureError::NoPicture),
        };
    }
    match image::guess_format(bytes) {
        // Decoders forgive a missing end, and paint it in grey.
        Ok(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) if !is_whole(bytes) => Err(PictureError::Damaged),
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => Ok(Kind::Still(format)),
        Ok(_) | Err(_) => Err(PictureError::NoPicture),
    }
}

/// Makes a customer's picture fit to be kept.
pub(crate) fn prepare(bytes: &[u8]) -> Result<Picture, PictureError> {
    let decoded = match kind(bytes)? {
        Kind::Still(format) => decode(bytes, format)?,
        Kind::Heif => decode_heif(bytes)?,
    };
    kept(decoded, KEPT_SIDE_MAX, QUALITY)
}

/// Looks at a finished picture, which is kept as the booth made it: every one more squeezing would be seen on paper.
pub(crate) fn inspect(bytes: Vec<u8>) -> Result<Picture, PictureError> {
    let form = match kind(&bytes)? {
        Kind::Still(ImageFormat::Jpeg) => Form::Jpeg,
        Kind::Still(ImageFormat::Png) => Form::Png,
        Kind::Still(_) | Kind::Heif => return prepare(&bytes),
    };
    let format = if form == Form::Jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
    let (picture, ..) = decode(&bytes, format)?;
    Ok(Picture { bytes, width: picture.width(), height: picture.height(), form })
}

/// A small picture of a kept one, for a chat.
pub(crate) fn preview(bytes: &[u8]) -> Result<Picture, PictureError> {
    match kind(bytes)? {
        Kind::Still(format) => kept(decode(bytes, format)?, PREVIEW_SIDE_MAX, PREVIEW_QUALITY),
        Kind::Heif => Err(PictureError::NoPicture),
    }
}

/// Made smaller, turned upright after that, because turning needs as much room again, and packed.
fn kept((picture, orientation, profile): Decoded, side: u32, quality: u8) -> Result<Picture, PictureError> {
    let mut picture = DynamicImage::ImageRgb8(shrunk(on_white(picture), side));
    picture.apply_orientation(orientation);
    encode(picture.into_rgb8(), quality, profile)
}

type Decoded = (DynamicImage, Orientation, Option<Vec<u8>>);

fn decode(bytes: &[u8], format: ImageFormat) -> Result<Decoded, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let bytes = without_large_profile(bytes);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODING_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(&*bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    judge(width, height, decoder.total_bytes())?;
    decoder.set_limits(limits).map_err(|_| PictureError::TooLarge)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    // A profile of grey or of inks would be wrong beside the colours that are kept.
    let is_rgb = decoder.color_type().has_color();
    let profile = if is_rgb { decoder.icc_profile().ok().flatten() } else { None };
    let picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    Ok((picture, orientation, profile.filter(|profile| is_profile_of_rgb(profile))))
}

fn decode_heif(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let side = usize::try_from(SIDE_MAX).unwrap_or(usize::MAX);
    let options = DecoderOptions::default().set_max_width(side).set_max_height(side).set_num_threads(1);
    // Reads upright: what turns a picture is part of this form.
    let mut decoder = HeifDecoder::new_with_options(ZCursor::new(bytes), options);
    let unreadable = |_| PictureError::UnreadableHeif;
    decoder.decode_headers().map_err(unreadable)?;
    let (width, height) = (decoder.width().unwrap_or(0), decoder.height().unwrap_or(0));
    let (width, height) = (u32::try_from(width).unwrap_or(u32::MAX), u32::try_from(height).unwrap_or(u32::MAX));
    judge(width, height, u64::from(width).saturating_mul(u64::from(height)).saturating_mul(4))?;
    let pixels = decoder.decode().map_err(unreadable)?;
    let made = match decoder.colorspace() {
        Some(ColorSpace::RGB) => RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        Some(ColorSpace::RGBA) => image::RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
        Some(ColorSpace::Luma) => image::GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        Some(ColorSpace::LumaA) => {
            image::GrayAlphaImage::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA8)
        }
        Some(_) | None => None,
    };
    let picture = made.ok_or(PictureError::UnreadableHeif)?;
    let profile = decoder.icc_data().cloned().filter(|profile| is_profile_of_rgb(profile));
    Ok((picture, Orientation::NoTransforms, profile))
}

fn judge(width: u32, height: u32, bytes: u64) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > PIXELS_MAX || width > SIDE_MAX || height > SIDE_MAX || bytes > DECODED_BYTES_MAX {
        return Err(PictureError::TooLarge);
    }
    Ok(())
}

/// What colours mean is kept, so that they do not fade; it says nothing of place or owner.
fn is_profile_of_rgb(profile: &[u8]) -> bool {
    profile.len() <= PROFILE_BYTES_MAX && profile.get(16..20) == Some(b"RGB ")
}

/// What is seen through is paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    let mut seen = RgbImage::new(width, height);
    for (to, from) in seen.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over = |colour: u32| {
            let mixed = (colour * alpha + 255 * (255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        to.0 = [over(red), over(green), over(blue)];
    }
    seen
}

fn encode(picture: RgbImage, quality: u8, profile: Option<Vec<u8>>) -> Result<Picture, PictureError> {
    let (width, height) = picture.dimensions();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(profile) = profile {
        // Without it the colours are a little off, and the picture is there.
        let _ = encoder.set_icc_profile(profile);
    }
    encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8).map_err(|_| PictureError::Damaged)?;
    Ok(Picture { bytes, width, height, form: Form::Jpeg })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, Rgba, RgbaImage};

    /// Both are stored lying and shown upright, and say where they were taken: red, green, blue and white in the corners.
    const PHONE_JPEG: &[u8] = include_bytes!("samples/phone.jpg");
    const PHONE_HEIC: &[u8] = include_bytes!("samples/phone.heic");

    fn close(one: Rgb<u8>, other: [u8; 3]) -> bool {
        one.0.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 40)
    }

    fn read(picture: &Picture) -> RgbImage {
        image::load_from_memory(&picture.bytes).unwrap().into_rgb8()
    }

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_phones_picture_is_upright_and_says_nothing_of_its_place() {
        for (name, bytes) in [("JPEG", PHONE_JPEG), ("HEIC", PHONE_HEIC)] {
            assert!(bytes.windows(5).any(|window| window == b"Phone"), "{name} says so itself");
            let picture = prepare(bytes).unwrap();
            assert_eq!((picture.width, picture.height), (64, 96), "{name}");
            let seen = read(&picture);
            let corners = [(4, 4), (60, 4), (4, 92), (60, 92)].map(|(x, y)| *seen.get_pixel(x, y));
            let expected = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]];
            assert!(corners.iter().zip(expected).all(|(one, other)| close(*one, other)), "{name}: {corners:?}");
            for trace in [b"Exif".as_slice(), b"Phone", b"GPS"] {
                assert!(!picture.bytes.windows(trace.len()).any(|window| window == trace), "{name}");
            }
        }
    }

    #[test]
    fn png_and_webp_are_taken_and_what_is_seen_through_is_white() {
        let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(8, 8, Rgba([255, 0, 0, 0])));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let picture = prepare(&written(&glass, format)).unwrap();
            assert!(close(*read(&picture).get_pixel(4, 4), [255, 255, 255]), "{format:?}");
        }
    }

    #[test]
    fn a_large_picture_is_made_smaller_and_a_preview_smaller_still() {
        let large = DynamicImage::ImageRgb8(RgbImage::new(5000, 100));
        let picture = prepare(&written(&large, ImageFormat::Png)).unwrap();
        assert_eq!((picture.width, picture.height), (4096, 82));
        let small = preview(&picture.bytes).unwrap();
        assert_eq!((small.width, small.height), (1280, 26));
    }

    #[test]
    fn a_finished_picture_stays_as_it_was_made() {
        let made = written(&DynamicImage::ImageRgb8(RgbImage::new(30, 20)), ImageFormat::Png);
        let kept = inspect(made.clone()).unwrap();
        assert!(kept.bytes == made && (kept.width, kept.height, kept.form) == (30, 20, Form::Png));
        assert_eq!(inspect(PHONE_HEIC.to_vec()).unwrap().form, Form::Jpeg);
    }

    #[test]
    fn a_picture_that_was_not_sent_whole_is_never_taken() {
        let noise =
            RgbImage::from_fn(300, 200, |x, y| Rgb([x, y, x * y].map(|it| u8::try_from(it * 37 % 251).unwrap())));
        let noise = DynamicImage::ImageRgb8(noise);
        let made = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].map(|format| written(&noise, format));
        for whole in [PHONE_JPEG.to_vec(), PHONE_HEIC.to_vec()].into_iter().chain(made) {
            assert!(prepare(&whole).is_ok() && inspect(whole.clone()).is_ok());
            // The last bytes of a PNG hold nothing of the picture.
            for share in [10, 50, 90, 97] {
                let part = whole.get(..whole.len() * share / 100).unwrap();
                assert_eq!(prepare(part).err(), Some(PictureError::Damaged), "{share} % of {} bytes", whole.len());
                assert_eq!(
                    inspect(part.to_vec()).err(),
                    Some(PictureError::Damaged),
                    "{share} % of {} bytes",
                    whole.len()
                );
            }
            let with_notes = [whole.clone(), vec![0; 700]].concat();
            assert!(
                !whole.starts_with(&[0xff, 0xd8]) || prepare(&with_notes).is_ok(),
                "the camera's own after its end"
            );
        }
    }

    /// The beginning of a PNG that says how large it is.
    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let small = written(&DynamicImage::ImageRgb8(RgbImage::new(1, 1)), ImageFormat::Png);
        let mut head = b"IHDR".to_vec();
        head.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
        head.extend([8, 2, 0, 0, 0]);
        let mut bytes = small.get(..12).unwrap().to_vec();
        bytes.extend(&head);
        bytes.extend(crc(&head).to_be_bytes());
        bytes.extend(small.get(33..).unwrap());
        bytes
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
        };
        !bytes.iter().fold(!0, step)
    }

    #[test]
    fn a_bomb_of_pixels_is_refused_by_its_size() {
        for (width, height) in [(50_000, 50_000), (30_001, 1), (1, u32::MAX / 2), (10_000, 5_101)] {
            assert_eq!(prepare(&png_of(width, height)).err(), Some(PictureError::TooLarge), "{width}x{height}");
            assert_eq!(inspect(png_of(width, height)).err(), Some(PictureError::TooLarge), "{width}x{height}");
        }
        let deep = DynamicImage::ImageRgba16(image::ImageBuffer::new(4000, 4000));
        assert!(prepare(&written(&deep, ImageFormat::Png)).is_ok(), "16 bits for a colour");
        let mut deeper = png_of(7000, 7000);
        deeper.splice(24..26, [16, 6]);
        let checksum = crc(deeper.get(12..29).unwrap()).to_be_bytes();
        deeper.splice(29..33, checksum);
        assert_eq!(prepare(&deeper).err(), Some(PictureError::TooLarge), "392 MB of pixels");
        assert_eq!(prepare(&png_of(100, 100)).err(), Some(PictureError::Damaged), "the rest of it is missing");
    }

    #[test]
    fn what_is_no_picture_is_told_apart() {
        let gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec();
        let video = b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec();
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".to_vec();
        let cases = [
            (Vec::new(), PictureError::NoPicture),
            (b"%PDF-1.7".to_vec(), PictureError::NoPicture),
            (gif, PictureError::NoPicture),
            (video, PictureError::NoPicture),
            (heic, PictureError::UnreadableHeif),
            (PHONE_JPEG.get(..40).unwrap().to_vec(), PictureError::Damaged),
            (PHONE_HEIC.get(..500).unwrap().to_vec(), PictureError::Damaged),
            (vec![0; BYTES_MAX + 1], PictureError::TooHeavy),
        ];
        for (bytes, expected) in cases {
            assert_eq!(prepare(&bytes).err(), Some(expected));
        }
    }
}
