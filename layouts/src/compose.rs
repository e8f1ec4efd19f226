//! Composing: a template, the customer's shots and a few words become the pixels of a sheet.

use crate::draw::{Area, fill, lay, put, real, whole};
use crate::look::Look;
use crate::paper::{Papers, Pixels, Size};
use crate::shot::{self, ShotError, cover, fits};
use crate::template::{Place, Template};
use crate::text::{self, Held};
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::{ExtendedColorType, ImageEncoder, RgbImage};

/// How much of a print's picture is kept, of 100. The printer's own steps are coarser.
const PRINT_QUALITY: u8 = 95;

/// The same for a screen.
const SCREEN_QUALITY: u8 = 85;

/// What a template's text is filled in with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'a> {
    /// The day, as people write it.
    pub date: &'a str,
    /// The order's number.
    pub order: &'a str,
    /// The booth's name.
    pub booth: &'a str,
}

/// A sheet that can be printed.
pub struct Sheet {
    /// Its pixels.
    pub pixels: RgbImage,
    /// Pixels of an inch.
    pub dpi: u32,
    /// What it is made for.
    pub size: Size,
}

/// Why nothing is composed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Fewer shots than the template wants.
    #[error("the layout needs {wanted} pictures, and there are {given}")]
    TooFewShots {
        /// So many it wants.
        wanted: usize,
        /// So many there are.
        given: usize,
    },
    /// One of the shots.
    #[error("picture {number}: {error}")]
    Shot {
        /// Which, from 1.
        number: usize,
        /// What is wrong with it.
        error: ShotError,
    },
    /// A picture of the template's own.
    #[error("a picture of the template: {0}")]
    Template(ShotError),
    /// The encoder gave up.
    #[error("the picture could not be written")]
    Encoding,
}

/// Composes a sheet. Shots are whole files, JPEG or PNG; those that the template does not want are passed over.
pub fn compose(
    template: &Template,
    shots: &[&[u8]],
    look: Look,
    words: Words<'_>,
    papers: &Papers,
) -> Result<Sheet, ComposeError> {
    if shots.len() < template.shots {
        return Err(ComposeError::TooFewShots { wanted: template.shots, given: shots.len() });
    }
    let size = template.size;
    let (sheet, part) = (template.sheet(papers), template.part(papers));
    let page = Page { part, margin: papers.margin(size, sheet).min(part.width / 4) };
    let mut pixels = RgbImage::from_pixel(part.width, part.height, image::Rgb(template.colour));
    if let Some(background) = &template.background {
        let picture = shot::read(background, part.width, part.height).map_err(ComposeError::Template)?;
        put(&mut pixels, &cover(&picture, part.width, part.height), 0, 0);
    }
    for (index, bytes) in shots.iter().enumerate().take(template.shots) {
        let areas: Vec<Area> =
            template.places.iter().filter(|place| place.shot == index).map(|place| page.area(place)).collect();
        let widest = areas.iter().map(|area| area.width).max().unwrap_or(1);
        let highest = areas.iter().map(|area| area.height).max().unwrap_or(1);
        let of_shot = |error| ComposeError::Shot { number: index.saturating_add(1), error };
        // One shot is in memory at a time.
        let picture = shot::read(bytes, widest, highest).map_err(of_shot)?;
        for area in areas.into_iter().filter(|area| fits(*area)) {
            let mut part = cover(&picture, area.width, area.height);
            look.apply(&mut part);
            put(&mut pixels, &part, area.x, area.y);
        }
    }
    if let Some(frame) = &template.frame {
        let picture = shot::read_whole(frame).map_err(ComposeError::Template)?;
        let fitting = picture.resize_exact(part.width, part.height, image::imageops::FilterType::CatmullRom);
        lay(&mut pixels, &fitting.into_rgba8());
    }
    for line in &template.texts {
        let area = Area { width: page.inner_width(), x: page.margin, ..page.lines(line.y, line.height) };
        let said =
            line.text.replace("{date}", words.date).replace("{order}", words.order).replace("{booth}", words.booth);
        let held = Held { at: line.x, align: line.align, width: line.width };
        text::write(&mut pixels, area, held, &said, line.colour);
    }
    Ok(Sheet { pixels: beside_each_other(pixels, sheet), dpi: Papers::dpi(size, sheet), size })
}

/// The part that a customer holds, and what of it surely comes out.
struct Page {
    part: Pixels,
    margin: u32,
}

impl Page {
    const fn inner_width(&self) -> u32 {
        self.part.width.saturating_sub(self.margin.saturating_mul(2))
    }

    const fn inner_height(&self) -> u32 {
        self.part.height.saturating_sub(self.margin.saturating_mul(2))
    }

    fn lines(&self, y: f32, height: f32) -> Area {
        let inner = real(self.inner_height());
        Area { x: 0, width: 0, y: self.margin.saturating_add(whole(y * inner)), height: whole(height * inner) }
    }

    fn area(&self, place: &Place) -> Area {
        let bleed = if place.bleed { self.margin } else { 0 };
        let (x, width) = span(place.x, place.width, self.inner_width(), self.margin, bleed);
        let (y, height) = span(place.y, place.height, self.inner_height(), self.margin, bleed);
        Area { x, y, width, height }
    }
}

/// Where something begins, and how long it is. What touches the edge goes on by `bleed`.
fn span(from: f32, length: f32, inner: u32, margin: u32, bleed: u32) -> (u32, u32) {
    const TOUCHES: f32 = 0.001;
    let (start, end) = (whole(from * real(inner)), whole((from + length) * real(inner)).min(inner));
    let before = if from < TOUCHES { bleed } else { 0 };
    let after = if from + length > 1.0 - TOUCHES { bleed } else { 0 };
    let length = end.saturating_sub(start).saturating_add(before).saturating_add(after);
    (margin.saturating_add(start).saturating_sub(before), length)
}

/// A strip comes twice on its sheet, up to the last column.
fn beside_each_other(part: RgbImage, sheet: Pixels) -> RgbImage {
    if part.width() >= sheet.width {
        return part;
    }
    let mut whole = RgbImage::from_pixel(sheet.width, sheet.height, image::Rgb([255; 3]));
    let mut x = 0;
    while x < sheet.width {
        put(&mut whole, &part, x, 0);
        x = x.saturating_add(part.width().max(1));
    }
    whole
}

impl Sheet {
    /// As a baseline JPEG that says how large it is printed: what photo printers take.
    pub fn jpeg(&self) -> Result<Vec<u8>, ComposeError> {
        encode(&self.pixels, PRINT_QUALITY, Some(self.dpi))
    }

    /// What the customer holds, small enough for a screen: of a strip one of the two. At most `side` pixels on its longer side.
    pub fn preview(&self, side: u32) -> Result<Vec<u8>, ComposeError> {
        let (width, height) = (self.pixels.width() / self.size.on_a_sheet(), self.pixels.height());
        let part = image::imageops::crop_imm(&self.pixels, 0, 0, width, height).to_image();
        let longer = width.max(height).max(1);
        let share = (real(side) / real(longer)).min(1.0);
        encode(
            &cover(&part, whole(real(width) * share).max(1), whole(real(height) * share).max(1)),
            SCREEN_QUALITY,
            None,
        )
    }

    /// As PNG, without any loss.
    pub fn png(&self) -> Result<Vec<u8>, ComposeError> {
        let mut bytes = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        let (width, height) = self.pixels.dimensions();
        encoder
            .write_image(self.pixels.as_raw(), width, height, ExtendedColorType::Rgb8)
            .map_err(|_| ComposeError::Encoding)?;
        Ok(bytes)
    }

    /// Draws what the printer may cut off, for an owner who looks at his template.
    pub fn mark_margin(&mut self, papers: &Papers) {
        let sheet = Pixels { width: self.pixels.width(), height: self.pixels.height() };
        let margin = papers.margin(self.size, sheet);
        let part = sheet.width / self.size.on_a_sheet();
        for number in 0..self.size.on_a_sheet() {
            let left = part.saturating_mul(number);
            let inner = Area {
                x: left.saturating_add(margin),
                y: margin,
                width: part.saturating_sub(margin.saturating_mul(2)),
                height: sheet.height.saturating_sub(margin.saturating_mul(2)),
            };
            crate::calibration::outline(&mut self.pixels, inner, 3, [220, 30, 60]);
        }
        let cut = Area { x: part, y: 0, width: 2, height: sheet.height };
        if self.size.on_a_sheet() > 1 {
            fill(&mut self.pixels, cut, [220, 30, 60]);
        }
    }
}

fn encode(pixels: &RgbImage, quality: u8, dpi: Option<u32>) -> Result<Vec<u8>, ComposeError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(dpi) = dpi.and_then(|dpi| u16::try_from(dpi).ok()) {
        encoder.set_pixel_density(PixelDensity::dpi(dpi));
    }
    let (width, height) = pixels.dimensions();
    encoder.write_image(pixels.as_raw(), width, height, ExtendedColorType::Rgb8).map_err(|_| ComposeError::Encoding)?;
    Ok(bytes)
}
