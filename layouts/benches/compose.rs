//! What a print costs: four shots of 24 megapixels become a print file on one core. `cargo bench -p boothpay-layouts --bench compose`
//!
//! Told are the time that passes and the time that the core works, because other programs of the machine take their share of the
//! first, and the most memory that the program has had. `COMPOSE_PICTURES=a.jpg:b.jpg:c.jpg:d.jpg` takes shots of your own.

use boothpay_layouts::{Layouts, Look, Papers, Words, compose};
use std::path::Path;
use std::time::Instant;

const WIDTH: u32 = 6000;
const HEIGHT: u32 = 4000;
const RUNS: usize = 5;

fn main() {
    let own = std::env::var("COMPOSE_PICTURES").ok();
    let shots: Vec<Vec<u8>> = match &own {
        Some(files) => files.split(':').map(|file| std::fs::read(file).expect("the picture can be read")).collect(),
        None => {
            let shot = shot();
            vec![shot; 4]
        }
    };
    let megabytes: Vec<String> = shots.iter().map(|shot| format!("{:.1} MB", shot.len() as f64 / 1e6)).collect();
    println!("shots: {} ({})", shots.len(), megabytes.join(", "));
    let shots: Vec<&[u8]> = shots.iter().map(Vec::as_slice).collect();
    let layouts = Layouts::read(Path::new("no-folder"));
    let words = Words { date: "28.11.2026", order: "A7K2 M3PX", booth: "Photobooth" };
    for id in ["grid", "strip"] {
        let template = layouts.one(id).expect("it is built in");
        let mut best = (f64::MAX, f64::MAX);
        let mut length = 0;
        for _ in 0..RUNS {
            let (begun, worked) = (Instant::now(), processor_seconds());
            let sheet = compose(template, &shots, Look::Warm, words, &Papers::default()).expect("it is composed");
            length = sheet.jpeg().expect("it is written").len();
            let took = (begun.elapsed().as_secs_f64(), processor_seconds() - worked);
            best = (best.0.min(took.0), best.1.min(took.1));
        }
        println!(
            "{id}: {:.2} s, of which the core worked {:.2} s; a print file of {} kB",
            best.0,
            best.1,
            length / 1000
        );
    }
    println!("most memory: {} MiB", status_kib("VmHWM:") / 1024);
}

/// A picture that costs as much to decode as a camera's: areas, edges and the grain of a sensor.
fn shot() -> Vec<u8> {
    let mut seed = 1_u32;
    let picture = image::RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (seed >> 28) as f32;
        let wave = (x as f32 / 300.0).sin() * 60.0 + (y as f32 / 170.0).cos() * 50.0;
        let edge = if (x / 400 + y / 300) % 2 == 0 { 20.0 } else { 0.0 };
        let part = |base: f32| (base + wave + edge + grain).clamp(0.0, 255.0) as u8;
        image::Rgb([part(120.0), part(100.0), part(90.0)])
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 92).encode_image(&picture).expect("it is encoded");
    bytes
}

/// Seconds for which the processor has worked for this program, from the system (Linux).
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn status_kib(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}
