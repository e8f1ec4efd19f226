//! The calibration page: shows an owner how much his printer cuts off, whether it scales, and what it makes of greys and colours.

use crate::compose::Sheet;
use crate::draw::{Area, Colour, fill, real, whole};
use crate::paper::{Papers, Size, mm};
use crate::template::Align;
use crate::text::{self, Held};
use image::RgbImage;

const BLACK: Colour = [0; 3];

/// In the middle of its area.
const CENTRE: Held = Held { at: 0.5, align: Align::Centre, width: 1.0 };

/// Frames this far from the edge, in millimetres. The smallest number that is seen on paper is the margin that the printer needs.
const FRAMES_MM: [u32; 8] = [1, 2, 3, 4, 5, 6, 8, 10];

/// Draws the page for a size of paper.
pub fn calibration(size: Size, papers: &Papers) -> Sheet {
    let sheet = papers.sheet(size);
    let scale = mm(size, sheet);
    let mut pixels = RgbImage::from_pixel(sheet.width, sheet.height, image::Rgb([255; 3]));
    // Six millimetres a step, so that no number lies upon another.
    let step = whole(6.0 * scale);
    let letters = whole(3.0 * scale);
    for (number, distance) in (0_u32..).zip(FRAMES_MM) {
        let inset = whole(real(distance) * scale);
        let area = Area {
            x: inset,
            y: inset,
            width: sheet.width.saturating_sub(inset.saturating_mul(2)),
            height: sheet.height.saturating_sub(inset.saturating_mul(2)),
        };
        outline(&mut pixels, area, 2, BLACK);
        // Each number hangs on its line, at all four edges.
        let along = whole(14.0 * scale).saturating_add(number.saturating_mul(step));
        let word = distance.to_string();
        let far_x = sheet.width.saturating_sub(inset.saturating_add(letters));
        let far_y = sheet.height.saturating_sub(inset.saturating_add(letters));
        for (x, y) in [(along, inset), (along, far_y), (inset, along), (far_x, along)] {
            let place = Area { x: x.saturating_add(3), y, width: letters, height: letters };
            fill(&mut pixels, place, [255; 3]);
            text::write(&mut pixels, place, CENTRE, &word, [200, 20, 50]);
        }
    }
    let inset = whole(15.0 * scale);
    let width = sheet.width.saturating_sub(inset.saturating_mul(2));
    let mut y = whole(18.0 * scale).saturating_add(step.saturating_mul(3));
    for (height, said) in [
        (5.0, format!("{}  {} x {} px", size.word(), sheet.width, sheet.height)),
        (3.5, "The smallest number whose line you see whole".to_owned()),
        (3.5, "at all four edges is layouts.margin_mm".to_owned()),
        (3.5, "Наименьшее число, линия которого видна со всех".to_owned()),
        (3.5, "четырёх сторон, — это layouts.margin_mm".to_owned()),
    ] {
        let area = Area { x: inset, y, width, height: whole(height * scale) };
        text::write(&mut pixels, area, CENTRE, &said, BLACK);
        y = y.saturating_add(whole((height + 1.5) * scale));
    }
    // A line of exactly 50 mm shows whether the printer or its driver scales.
    let ruler = whole(50.0 * scale);
    let left = sheet.width.saturating_sub(ruler) / 2;
    y = y.saturating_add(whole(3.0 * scale));
    fill(&mut pixels, Area { x: left, y, width: ruler, height: 3 }, BLACK);
    for tick in 0..=5_u32 {
        let x = left.saturating_add(whole(real(tick) * 10.0 * scale));
        fill(
            &mut pixels,
            Area { x, y: y.saturating_sub(whole(2.0 * scale)), width: 3, height: whole(4.0 * scale) },
            BLACK,
        );
    }
    y = y.saturating_add(whole(3.0 * scale));
    text::write(&mut pixels, Area { x: left, y, width: ruler, height: whole(4.0 * scale) }, CENTRE, "50 mm", BLACK);
    y = y.saturating_add(whole(8.0 * scale));
    patches(&mut pixels, Area { x: inset, y, width, height: whole(7.0 * scale) });
    Sheet { pixels, dpi: Papers::dpi(size, sheet), size }
}

/// Greys from black to white, and the pure colours below them.
fn patches(pixels: &mut RgbImage, row: Area) {
    let greys: Vec<Colour> = (0..=10_u8).map(|step| [step.saturating_mul(25).min(250); 3]).collect();
    let colours: Vec<Colour> = vec![
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [0, 255, 255],
        [255, 0, 255],
        [255, 255, 0],
        [230, 190, 165],
        [150, 105, 80],
        [80, 55, 45],
    ];
    for (number, patches) in (0_u32..).zip([greys, colours]) {
        let count = u32::try_from(patches.len()).unwrap_or(1).max(1);
        let width = row.width / count;
        for (place, colour) in (0_u32..).zip(patches) {
            let area = Area {
                x: row.x.saturating_add(place.saturating_mul(width)),
                y: row.y.saturating_add(number.saturating_mul(row.height)),
                width,
                height: row.height,
            };
            fill(pixels, area, colour);
        }
    }
}

/// The line around an area, inside of it.
pub(crate) fn outline(pixels: &mut RgbImage, area: Area, thick: u32, colour: Colour) {
    let Area { x, y, width, height } = area;
    let right = x.saturating_add(width.saturating_sub(thick));
    let bottom = y.saturating_add(height.saturating_sub(thick));
    fill(pixels, Area { x, y, width, height: thick }, colour);
    fill(pixels, Area { x, y: bottom, width, height: thick }, colour);
    fill(pixels, Area { x, y, width: thick, height }, colour);
    fill(pixels, Area { x: right, y, width: thick, height }, colour);
}
