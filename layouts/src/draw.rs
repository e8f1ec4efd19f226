//! The few things that are drawn: areas, lines, a picture upon another; and numbers between pixels and shares.

use image::{Rgb, RgbImage, RgbaImage};

/// A colour of paper or ink.
pub(crate) type Colour = [u8; 3];

/// An area, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// The nearest whole number, zero or more. Pictures have fewer pixels than a float counts exactly.
pub(crate) fn whole(number: f32) -> u32 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Rounded, and `as` keeps it in range.
    let whole = number.round().max(0.0) as u32;
    whole
}

/// A count of pixels as a number to reckon with.
pub(crate) fn real(number: u32) -> f32 {
    #[allow(clippy::cast_precision_loss)] // Pictures have fewer pixels than a float counts exactly.
    let real = number as f32;
    real
}

/// Fills an area, as far as it lies in the picture.
pub(crate) fn fill(picture: &mut RgbImage, area: Area, colour: Colour) {
    let right = area.x.saturating_add(area.width).min(picture.width());
    let bottom = area.y.saturating_add(area.height).min(picture.height());
    for y in area.y..bottom {
        for x in area.x..right {
            picture.put_pixel(x, y, Rgb(colour));
        }
    }
}

/// Lays ink upon a pixel; `share` of it, from 0 to 255, covers what is there.
pub(crate) fn blend(picture: &mut RgbImage, x: u32, y: u32, colour: Colour, share: u8) {
    let Some(pixel) = picture.get_pixel_mut_checked(x, y) else { return };
    let share = u32::from(share);
    for (there, ink) in pixel.0.iter_mut().zip(colour) {
        let mixed = (u32::from(ink) * share + u32::from(*there) * (255 - share) + 127) / 255;
        *there = u8::try_from(mixed).unwrap_or(u8::MAX);
    }
}

/// Lays a picture that can be seen through upon another, from its corner.
pub(crate) fn lay(picture: &mut RgbImage, over: &RgbaImage) {
    for (x, y, pixel) in over.enumerate_pixels() {
        let [red, green, blue, alpha] = pixel.0;
        if alpha != 0 {
            blend(picture, x, y, [red, green, blue], alpha);
        }
    }
}

/// Copies a picture into another, as far as it fits.
pub(crate) fn put(picture: &mut RgbImage, part: &RgbImage, x: u32, y: u32) {
    image::imageops::replace(picture, part, i64::from(x), i64::from(y));
}
