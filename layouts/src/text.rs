//! Text on a print, in the letters of the booth's screens: Latin with oʻ and gʻ, Cyrillic with the Uzbek letters.
//!
//! Onest SemiBold, made of the four files of `server/assets/kiosk/font` and under their licence (`OFL.txt` there): one weight, one
//! file, the form that is read here.

use crate::draw::{Area, Colour, blend, real, whole};
use crate::template::Align;
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::RgbImage;
use std::sync::OnceLock;

fn font() -> Option<&'static FontRef<'static>> {
    static FONT: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    FONT.get_or_init(|| FontRef::try_from_slice(include_bytes!("../font/onest-semibold.ttf")).ok()).as_ref()
}

/// Whether there is a letter for it.
pub(crate) fn has(character: char) -> bool {
    character.is_whitespace() || font().is_some_and(|font| font.glyph_id(character).0 != 0)
}

/// Where a line is held, in shares of its area's width.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Where its left end, its middle or its right end is.
    pub(crate) at: f32,
    /// Which of them.
    pub(crate) align: Align,
    /// How wide it may be at most.
    pub(crate) width: f32,
}

/// Writes a line into an area: as high as the area, smaller where it would not fit.
pub(crate) fn write(picture: &mut RgbImage, area: Area, held: Held, text: &str, colour: Colour) {
    let Some(font) = font() else { return };
    let shown: String = text.chars().filter(|character| has(*character)).collect();
    let width_at = |height: f32| {
        let scaled = font.as_scaled(PxScale::from(height));
        shown.chars().map(|letter| scaled.h_advance(scaled.glyph_id(letter))).sum::<f32>()
    };
    let full = real(area.width);
    let (at, widest) = (full * held.at, full * held.width);
    let room = match held.align {
        Align::Left => full - at,
        Align::Centre => at.min(full - at) * 2.0,
        Align::Right => at,
    }
    .min(widest);
    let (wanted, long) = (real(area.height), width_at(real(area.height)));
    let height = if long > room && long > 0.0 { wanted * (room / long).max(0.1) } else { wanted };
    let scaled = font.as_scaled(PxScale::from(height));
    let length = width_at(height);
    let start = match held.align {
        Align::Left => at,
        Align::Centre => at - length / 2.0,
        Align::Right => at - length,
    };
    let baseline = real(area.y) + (wanted - height) / 2.0 + scaled.ascent();
    let mut x = real(area.x) + start;
    for letter in shown.chars() {
        let glyph = scaled.glyph_id(letter).with_scale_and_position(PxScale::from(height), point(x, baseline));
        x += scaled.h_advance(glyph.id);
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        let (left, top) = (whole(corner.x), whole(corner.y));
        outline.draw(|across, down, share| {
            let share = u8::try_from(whole(share.clamp(0.0, 1.0) * 255.0)).unwrap_or(u8::MAX);
            blend(picture, left.saturating_add(across), top.saturating_add(down), colour, share);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_letters_of_the_three_languages_are_there() {
        for letter in "oʻgʻOʻGʻʼ’АЯаяЁёЎўҚқҒғҲҳ№ABCabc0123456789·—–.,:!?()«»".chars() {
            assert!(has(letter), "{letter}");
        }
        assert!(!has('漢'));
    }

    #[test]
    fn a_long_line_is_made_smaller_and_stays_in_its_area() {
        let area = Area { x: 20, y: 10, width: 100, height: 30 };
        for align in [Align::Left, Align::Centre, Align::Right] {
            let mut picture = RgbImage::from_pixel(140, 60, image::Rgb([255; 3]));
            let at = match align {
                Align::Left => 0.0,
                Align::Centre => 0.5,
                Align::Right => 1.0,
            };
            write(&mut picture, area, Held { at, align, width: 1.0 }, "Oʻzbekiston Ўзбекистон 2026", [0; 3]);
            let inked: Vec<u32> =
                picture.enumerate_pixels().filter(|(.., pixel)| pixel.0[0] < 200).map(|(x, ..)| x).collect();
            assert!(!inked.is_empty());
            assert!(inked.iter().all(|x| (18..=122).contains(x)), "{align:?} {:?}", inked.iter().max());
        }
    }
}
