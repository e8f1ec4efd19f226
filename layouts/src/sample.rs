//! A layout as it looks before anybody stands before the camera: small, with blank photos, for an owner who looks at what he offers.

use crate::compose::{ComposeError, Words, compose};
use crate::draw::{Area, fill, real, whole};
use crate::look::Look;
use crate::paper::{Papers, Pixels};
use crate::template::Template;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

/// Pixels of a blank photo: of the shape that cameras have, and quickly laid.
const BLANK: (u32, u32) = (240, 160);

/// Sky and ground of blank photos, one after the other, so that each shot is told from the next.
const TONES: [([u8; 3], [u8; 3]); 4] = [
    ([186, 208, 214], [120, 152, 160]),
    ([226, 208, 178], [178, 150, 108]),
    ([206, 196, 220], [148, 132, 172]),
    ([196, 216, 190], [128, 160, 118]),
];

/// How much of the picture is kept, of 100.
const QUALITY: u8 = 80;

/// Draws a template with blank photos: a JPEG of what the customer holds, with `side` pixels on its longer side.
pub fn sample(template: &Template, words: Words<'_>, papers: &Papers, side: u32) -> Result<Vec<u8>, ComposeError> {
    let (sheet, part) = (template.sheet(papers), template.part(papers));
    let share = real(side) / real(part.width.max(part.height).max(1));
    let small = |length: u32| whole(real(length) * share).max(8);
    let pixels = Pixels { width: small(sheet.width), height: small(sheet.height) };
    let small = Template { pixels: Some(pixels), ..template.clone() };
    let blanks = (0..template.shots).map(blank).collect::<Result<Vec<_>, _>>()?;
    let shots: Vec<&[u8]> = blanks.iter().map(Vec::as_slice).collect();
    compose(&small, &shots, Look::Colour, words, papers)?.preview(side)
}

/// A photo with nobody on it: sky, ground, and the outline of a head and shoulders.
fn blank(number: usize) -> Result<Vec<u8>, ComposeError> {
    let (sky, ground) = TONES.iter().cycle().nth(number).copied().unwrap_or_default();
    let (width, height) = BLANK;
    let mut picture = RgbImage::from_pixel(width, height, Rgb(sky));
    fill(&mut picture, Area { x: 0, y: height / 4 * 3, width, height: height / 4 }, ground);
    let round = |picture: &mut RgbImage, middle: (f32, f32), radii: (f32, f32)| {
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let (dx, dy) = ((real(x) - middle.0) / radii.0, (real(y) - middle.1) / radii.1);
            if dx * dx + dy * dy <= 1.0 {
                *pixel = Rgb(ground);
            }
        }
    };
    let across = real(width) / 2.0;
    round(&mut picture, (across, real(height) * 0.42), (real(height) * 0.16, real(height) * 0.2));
    round(&mut picture, (across, real(height) * 0.95), (real(height) * 0.36, real(height) * 0.28));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|_| ComposeError::Encoding)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Layouts;
    use std::path::Path;

    #[test]
    fn every_layout_that_comes_with_the_program_is_drawn_small() {
        let all = Layouts::read(Path::new("no-such-folder"));
        assert_eq!(all.templates.len(), 4);
        for template in &all.templates {
            let bytes = sample(template, Words::default(), &Papers::default(), 300).unwrap();
            let picture = image::load_from_memory(&bytes).unwrap();
            let part = template.part(&Papers::default());
            let (width, height) = (picture.width(), picture.height());
            assert!(width.max(height).abs_diff(300) <= 2, "{}: {width} x {height}", template.id);
            let shape = real(width) / real(height) - real(part.width) / real(part.height);
            assert!(shape.abs() < 0.02, "{}: {width} x {height}", template.id);
        }
    }
}
