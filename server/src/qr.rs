//! QR codes, as PNG or as the path of an SVG: black on white, with the quiet zone of four modules that scanners need.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fast_qr::{ECL, QRBuilder, QRCode};
use std::fmt::Write;

/// Empty modules on each side (ISO/IEC 18004).
const QUIET_MODULES: usize = 4;

/// Pixels a module: a whole number, so that the picture stays sharp when it is scaled.
const MODULE_PIXELS: usize = 8;

/// A text as `data:image/png;base64,…`; `None` when it is too long for any code.
pub(crate) fn data_uri(text: &str) -> Option<String> {
    Some(format!("data:image/png;base64,{}", STANDARD.encode(picture(text)?)))
}

/// A text as a PNG; `None` when it is too long for any code.
pub(crate) fn picture(text: &str) -> Option<Vec<u8>> {
    // Level M survives the reflections of a screen and still keeps a checkout link at 41 modules.
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = (code.size + 2 * QUIET_MODULES) * MODULE_PIXELS;
    let mut pixels = Vec::with_capacity(side.div_ceil(8) * side);
    for line in 0..code.size + 2 * QUIET_MODULES {
        let row = row(&code, line, side);
        for _ in 0..MODULE_PIXELS {
            pixels.extend_from_slice(&row);
        }
    }
    png(side, &pixels)
}

/// A text as the path of an SVG, and the side of that SVG in units: a module is one unit. `None` when it is too long for any code.
pub(crate) fn path(text: &str) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for line in 0..code.size {
        for column in (0..code.size).filter(|column| is_dark(&code, line, *column)) {
            let _ = write!(path, "M{} {}h1v1h-1z", column + QUIET_MODULES, line + QUIET_MODULES);
        }
    }
    Some((code.size + 2 * QUIET_MODULES, path))
}

fn is_dark(code: &QRCode, line: usize, column: usize) -> bool {
    code.data.get(line * code.size + column).is_some_and(|module| module.value())
}

/// One line of pixels through a line of modules, quiet zone included; a dark pixel is a 0 bit.
fn row(code: &QRCode, line: usize, side: usize) -> Vec<u8> {
    let mut row = vec![0xFF_u8; side.div_ceil(8)];
    let dark = |column: usize| {
        let line = line.checked_sub(QUIET_MODULES).filter(|line| *line < code.size);
        line.is_some_and(|line| is_dark(code, line, column))
    };
    for column in (0..code.size).filter(|column| dark(*column)) {
        let first = (column + QUIET_MODULES) * MODULE_PIXELS;
        for x in first..first + MODULE_PIXELS {
            if let Some(byte) = row.get_mut(x / 8) {
                *byte &= !(0x80 >> (x % 8));
            }
        }
    }
    row
}

/// One bit a pixel: a code takes about a kilobyte.
fn png(side: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    let side = u32::try_from(side).ok()?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a code back with another library.
    fn decode(uri: &str) -> String {
        let file = STANDARD.decode(uri.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (frame.width as usize, frame.height as usize);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn another_library_reads_the_code() {
        let longest = format!("https://checkout.paycom.uz/{}", "bT02".repeat(60));
        for text in
            ["https://checkout.paycom.uz/bT01ODdmNzJjNzJjYWMwZDE2MmM3MjJhZTI7YWMub3JkZXJfaWQ9MTk3O2E9NTAw", &longest]
        {
            assert_eq!(decode(&data_uri(text).unwrap()), text);
        }
    }

    #[test]
    fn another_library_reads_the_path() {
        let text = "otpauth://totp/Booth:owner?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Booth";
        let (side, path) = path(text).unwrap();
        let dark: Vec<(usize, usize)> = path
            .split('M')
            .skip(1)
            .map(|square| square.strip_suffix("h1v1h-1z").unwrap().split_once(' ').unwrap())
            .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
            .collect();
        let shade = |x: usize, y: usize| if dark.contains(&(x / 4, y / 4)) { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * 4, side * 4, shade);
        assert_eq!(image.detect_grids()[0].decode().unwrap().1, text);
    }

    #[test]
    fn what_fits_no_code_has_none() {
        assert_eq!(data_uri(&"x".repeat(5000)), None);
        assert_eq!(path(&"x".repeat(5000)), None);
    }
}
