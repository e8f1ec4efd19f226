//! Reading a shot, no larger than it will be printed.
//!
//! A JPEG can be decoded at a half, a quarter or an eighth of its size, which saves most of the work and of the memory. Its size is read
//! before anything is decoded, so a small file that unfolds into a huge picture is refused unread.

use crate::draw::{Area, real, whole};
use crate::profile::without_large_profile;
use crate::whole::is_whole;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// Bytes of a picture's file.
pub(crate) const BYTES_MAX: usize = 40 * 1024 * 1024;

/// Pixels of a picture: those of a camera with 60 megapixels.
const PIXELS_MAX: u64 = 61_000_000;

/// Pixels of a side.
const SIDE_MAX: u32 = 30_000;

/// Bytes that decoding one picture may take.
const DECODING_BYTES_MAX: u64 = 300 * 1024 * 1024;

/// Why a picture is not printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShotError {
    /// More bytes or pixels than are taken.
    #[error("the picture is too large: at most 40 MB and 60 megapixels are taken")]
    TooLarge,
    /// Nothing that is taken.
    #[error("this is no JPEG or PNG picture")]
    NoPicture,
    /// It begins as one and goes on as none.
    #[error("the picture is damaged, or its file did not come whole; copy it again")]
    Damaged,
}

/// A picture's form, by how it begins.
fn form(bytes: &[u8]) -> Result<ImageFormat, ShotError> {
    if bytes.len() > BYTES_MAX {
        return Err(ShotError::TooLarge);
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg | ImageFormat::Png) if !is_whole(bytes) => Err(ShotError::Damaged),
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => Ok(format),
        Ok(_) | Err(_) => Err(ShotError::NoPicture),
    }
}

/// Decodes a shot upright, with enough pixels to cover an area of this size.
pub(crate) fn read(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, ShotError> {
    let format = form(bytes)?;
    let bytes = &*without_large_profile(bytes);
    let mut decoder = decoder(bytes, format)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let small = if format == ImageFormat::Jpeg {
        let (full_width, full_height) = decoder.dimensions();
        let (width, height) = if turns(orientation) { (height, width) } else { (width, height) };
        let share = (real(width) / real(full_width)).max(real(height) / real(full_height));
        read_jpeg(bytes, real(full_width) * share, real(full_height) * share)?
    } else {
        None
    };
    let mut picture = match small {
        Some(picture) => DynamicImage::ImageRgb8(picture),
        None => DynamicImage::from_decoder(decoder).map_err(|_| ShotError::Damaged)?,
    };
    picture.apply_orientation(orientation);
    Ok(if picture.has_alpha() { on_white(&picture) } else { picture.into_rgb8() })
}

/// Decodes a picture of a template's, with what is seen through.
pub(crate) fn read_whole(bytes: &[u8]) -> Result<DynamicImage, ShotError> {
    let format = form(bytes)?;
    let bytes = without_large_profile(bytes);
    let decoder = decoder(&bytes, format)?;
    DynamicImage::from_decoder(decoder).map_err(|_| ShotError::Damaged)
}

fn decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, ShotError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODING_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|_| ShotError::Damaged)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels == 0 {
        return Err(ShotError::Damaged);
    }
    if pixels > PIXELS_MAX || width.max(height) > SIDE_MAX || decoder.total_bytes() > DECODING_BYTES_MAX {
        return Err(ShotError::TooLarge);
    }
    decoder.set_limits(limits).map_err(|_| ShotError::TooLarge)?;
    Ok(decoder)
}

/// A JPEG of the usual colours, at the smallest of its sizes that is large enough. None for a rare kind, which is read whole.
fn read_jpeg(bytes: &[u8], width: f32, height: f32) -> Result<Option<RgbImage>, ShotError> {
    let mut decoder = jpeg_decoder::Decoder::new(Cursor::new(bytes));
    decoder.set_max_decoding_buffer_size(usize::try_from(DECODING_BYTES_MAX).unwrap_or(usize::MAX));
    let side = |length: f32| u16::try_from(whole(length.ceil())).unwrap_or(u16::MAX);
    if decoder.read_info().is_err() {
        return Ok(None);
    }
    let (width, height) = decoder.scale(side(width), side(height)).map_err(|_| ShotError::Damaged)?;
    let (width, height) = (u32::from(width), u32::from(height));
    let format = decoder.info().map(|info| info.pixel_format);
    match format {
        Some(jpeg_decoder::PixelFormat::RGB24) => {
            let pixels = decoder.decode().map_err(|_| ShotError::Damaged)?;
            RgbImage::from_raw(width, height, pixels).map(Some).ok_or(ShotError::Damaged)
        }
        Some(jpeg_decoder::PixelFormat::L8 | jpeg_decoder::PixelFormat::L16 | jpeg_decoder::PixelFormat::CMYK32)
        | None => Ok(None),
    }
}

const fn turns(orientation: Orientation) -> bool {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            true
        }
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => false,
    }
}

/// What is seen through is paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let mut seen = RgbImage::from_pixel(picture.width(), picture.height(), image::Rgb([255; 3]));
    crate::draw::lay(&mut seen, &picture.to_rgba8());
    seen
}

/// The middle of a picture, as much of it as covers the size.
pub(crate) fn cover(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (full_width, full_height) = (f64::from(picture.width()), f64::from(picture.height()));
    let share = (full_width / f64::from(width)).min(full_height / f64::from(height));
    let (part_width, part_height) = (f64::from(width) * share, f64::from(height) * share);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
        ((full_width - part_width) / 2.0).max(0.0),
        ((full_height - part_height) / 2.0).max(0.0),
        part_width.min(full_width),
        part_height.min(full_height),
    );
    resized(picture, width, height, &options).unwrap_or_else(|| {
        // Only numbers that are no sizes are refused; then the other library's way will do.
        image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle)
    })
}

/// A picture that has at most so many pixels on its longer side. It takes little more memory than both have.
pub fn shrunk(picture: RgbImage, side: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= side || side == 0 {
        return picture;
    }
    let length = |full: u32| whole((real(full) * real(side) / real(longest)).round()).clamp(1, side);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    resized(&picture, length(width), length(height), &options).unwrap_or(picture)
}

fn resized(picture: &RgbImage, width: u32, height: u32, options: &ResizeOptions) -> Option<RgbImage> {
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3).ok()?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    Resizer::new().resize(&source, &mut target, options).ok()?;
    RgbImage::from_raw(width, height, target.into_vec())
}

/// Checks that a part of a template lies where it can be drawn.
pub(crate) fn fits(area: Area) -> bool {
    area.width > 0 && area.height > 0
}
