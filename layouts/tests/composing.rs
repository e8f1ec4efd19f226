//! Composed sheets: exact pixels, the right shot in the right place, looks, text, and pictures that are no pictures.

use boothpay_layouts::{
    ComposeError, Layouts, Look, Papers, Pixels, ShotError, Size, Template, Words, calibration, compose,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;
use std::path::Path;

const WORDS: Words<'_> = Words { date: "28.11.2026", order: "A7K2 M3PX", booth: "Fotobox" };

fn written(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture.clone()).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn shot(colour: [u8; 3]) -> Vec<u8> {
    written(&RgbImage::from_pixel(1600, 1200, Rgb(colour)), ImageFormat::Jpeg)
}

const COLOURS: [[u8; 3]; 4] = [[220, 40, 40], [40, 180, 40], [40, 40, 220], [200, 180, 40]];

fn four() -> Vec<Vec<u8>> {
    COLOURS.into_iter().map(shot).collect()
}

fn built_in(id: &str) -> Template {
    Layouts::read(Path::new("no-folder")).one(id).unwrap().clone()
}

fn close(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 24)
}

/// The columns that a line of text has ink in, at the foot of a sheet whose shots are white.
fn inked(id: &str, words: Words<'_>) -> Vec<u32> {
    let white = shot([255; 3]);
    let shots = [&white[..]; 4];
    let needed = built_in(id).shots;
    let sheet = compose(&built_in(id), &shots[..needed], Look::Colour, words, &Papers::default()).unwrap();
    let dark = |x: u32| (0..sheet.pixels.height()).any(|y| sheet.pixels.get_pixel(x, y).0[0] < 200);
    (0..sheet.pixels.width()).filter(|x| dark(*x)).collect()
}

#[test]
fn a_long_name_of_the_booth_does_not_run_into_the_date() {
    let long = "Fotobox Chilonzor – Samarqand Darvoza savdo markazi, 2-qavat";
    for id in ["single", "grid", "large"] {
        let name = inked(id, Words { booth: long, date: "", order: "" });
        let date = inked(id, Words { booth: "", ..WORDS });
        let dot = inked(id, Words { booth: "", date: "", order: "" });
        let name: Vec<u32> = name.into_iter().filter(|x| !dot.contains(x)).collect();
        assert!(name.iter().max() < date.iter().min(), "{id}: {:?} {:?}", name.iter().max(), date.iter().min());
    }
}

#[test]
fn a_sheet_has_exactly_the_printers_pixels() {
    let shots = four();
    let shots: Vec<&[u8]> = shots.iter().map(Vec::as_slice).collect();
    let printer = Papers {
        four_by_six: Pixels { width: 1240, height: 1844 },
        six_by_eight: Pixels { width: 1844, height: 2434 },
        ..Papers::default()
    };
    for (id, usual, of_printer) in [
        ("single", (1800, 1200), (1844, 1240)),
        ("strip", (1200, 1800), (1240, 1844)),
        ("grid", (1800, 1200), (1844, 1240)),
        ("large", (1800, 2400), (1844, 2434)),
    ] {
        for (papers, expected) in [(&Papers::default(), usual), (&printer, of_printer)] {
            let sheet = compose(&built_in(id), &shots, Look::Colour, WORDS, papers).unwrap();
            assert_eq!(sheet.pixels.dimensions(), expected, "{id}");
            let jpeg = sheet.jpeg().unwrap();
            let read = image::load_from_memory(&jpeg).unwrap();
            assert_eq!((read.width(), read.height()), expected, "{id}");
            assert_eq!(
                &jpeg[13..18],
                &[1, (sheet.dpi >> 8) as u8, sheet.dpi as u8, (sheet.dpi >> 8) as u8, sheet.dpi as u8]
            );
        }
    }
}

#[test]
fn every_shot_is_in_its_place_and_a_strip_comes_twice() {
    let shots = four();
    let shots: Vec<&[u8]> = shots.iter().map(Vec::as_slice).collect();
    let sheet = compose(&built_in("strip"), &shots, Look::Colour, WORDS, &Papers::default()).unwrap();
    for (number, colour) in COLOURS.into_iter().enumerate() {
        let y = 230 + 385 * u32::try_from(number).unwrap();
        for x in [300, 900] {
            assert!(close(sheet.pixels.get_pixel(x, y).0, colour), "shot {number} at {x},{y}");
        }
    }
    let half = |from| image::imageops::crop_imm(&sheet.pixels, from, 0, 600, 1800).to_image();
    assert!(half(0) == half(600), "both strips are the same");
    let grid = compose(&built_in("grid"), &shots, Look::Colour, WORDS, &Papers::default()).unwrap();
    for ((x, y), colour) in [(450, 300), (1350, 300), (450, 800), (1350, 800)].into_iter().zip(COLOURS) {
        assert!(close(grid.pixels.get_pixel(x, y).0, colour));
    }
    let single = compose(&built_in("single"), &shots, Look::Colour, WORDS, &Papers::default()).unwrap();
    assert!(close(single.pixels.get_pixel(0, 0).0, COLOURS[0]), "it goes to the edge of the paper");
    let preview = image::load_from_memory(&sheet.preview(900).unwrap()).unwrap();
    assert_eq!((preview.width(), preview.height()), (300, 900), "a customer holds one strip");
}

#[test]
fn the_text_is_inside_of_what_comes_out_and_differs_by_order() {
    let shots = four();
    let shots: Vec<&[u8]> = shots.iter().map(Vec::as_slice).collect();
    let with =
        |order| compose(&built_in("grid"), &shots, Look::Colour, Words { order, ..WORDS }, &Papers::default()).unwrap();
    let (one, other) = (with("A7K2 M3PX"), with("WMWM MWMW"));
    assert!(one.pixels != other.pixels);
    let margin = 35;
    for (x, y, pixel) in other.pixels.enumerate_pixels() {
        let cut = x < margin || y < margin || x >= 1800 - margin || y >= 1200 - margin;
        assert!(!cut || pixel.0 == [255; 3], "{x},{y} may be cut off");
    }
}

#[test]
fn a_look_is_of_the_shots_alone() {
    let shots = four();
    let shots: Vec<&[u8]> = shots.iter().map(Vec::as_slice).collect();
    let sheet = compose(&built_in("grid"), &shots, Look::BlackAndWhite, WORDS, &Papers::default()).unwrap();
    let [red, green, blue] = sheet.pixels.get_pixel(450, 300).0;
    assert!(red == green && green == blue);
    assert_eq!(sheet.pixels.get_pixel(2, 2).0, [255; 3], "the paper stays");
}

#[test]
fn a_phones_picture_is_turned_upright() {
    let lying = include_bytes!("../../server/src/photos/samples/phone.jpg");
    let sheet = compose(&built_in("single"), &[lying], Look::Colour, WORDS, &Papers::default()).unwrap();
    let corners = [(100, 100), (1700, 100), (100, 900), (1700, 900)].map(|(x, y)| sheet.pixels.get_pixel(x, y).0);
    for (seen, expected) in corners.into_iter().zip([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]) {
        assert!(seen.iter().zip(expected).all(|(one, other): (&u8, u8)| one.abs_diff(other) < 60), "{corners:?}");
    }
}

#[test]
fn what_is_no_picture_is_told_with_its_number() {
    let good = shot([9; 3]);
    let half = &good[..good.len() / 3];
    let template = built_in("grid");
    let composed = |shots: &[&[u8]]| compose(&template, shots, Look::Colour, WORDS, &Papers::default()).err().unwrap();
    assert_eq!(composed(&[&good, &good]), ComposeError::TooFewShots { wanted: 4, given: 2 });
    let number_two = |error| ComposeError::Shot { number: 2, error };
    assert_eq!(composed(&[&good, b"GIF89a", &good, &good]), number_two(ShotError::NoPicture));
    assert_eq!(composed(&[&good, b"", &good, &good]), number_two(ShotError::NoPicture));
    assert_eq!(composed(&[&good, &half[..40], &good, &good]), number_two(ShotError::Damaged));
    let bomb = png_of(50_000, 50_000);
    assert_eq!(composed(&[&good, &bomb, &good, &good]), number_two(ShotError::TooLarge));
}

/// The beginning of a PNG that says how large it is.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let small = written(&RgbImage::new(1, 1), ImageFormat::Png);
    let mut head = b"IHDR".to_vec();
    head.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
    head.extend([8, 2, 0, 0, 0]);
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    let crc = !head.iter().fold(!0, step);
    [&small[..12], &head, &crc.to_be_bytes(), &small[33..]].concat()
}

#[test]
fn the_calibration_page_has_the_printers_pixels_and_its_frames() {
    for size in Size::ALL {
        let papers = Papers::default();
        let page = calibration(size, &papers);
        assert_eq!(page.pixels.dimensions(), (papers.sheet(size).width, papers.sheet(size).height));
        // A millimetre is 11.8 pixels: the second frame is two from the edge.
        assert_eq!(page.pixels.get_pixel(24, 600).0, [0; 3], "{size:?}");
        assert_eq!(page.pixels.get_pixel(5, 600).0, [255; 3], "{size:?}");
    }
}
