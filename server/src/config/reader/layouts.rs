//! Layouts of prints: where the owner's templates are, which are offered, and what his printer has.

use super::Reader;
use crate::config::settings::LayoutSettings;
use crate::config::{Config, paths};
use boothpay_layouts::{Papers, Pixels};

/// Millimetres that a printer may cut off, at most.
const MARGIN_MM_MAX: u32 = 15;

impl Reader {
    pub(super) fn layouts(&mut self, config: &Config) -> Option<LayoutSettings> {
        let layouts = &config.layouts;
        let usual = Papers::default();
        let four_by_six = self.pixels("layouts.pixels_4x6", &layouts.pixels_4x6, usual.four_by_six);
        let six_by_eight = self.pixels("layouts.pixels_6x8", &layouts.pixels_6x8, usual.six_by_eight);
        let margin = self.number("layouts.margin_mm", layouts.margin_mm, 0..=MARGIN_MM_MAX);
        if layouts.folder.is_empty() {
            return self.wrong("layouts.folder", "give a folder; it need not be there");
        }
        if let Err(advice) = paths::judge(&layouts.folder, &self.source("layouts.folder")) {
            return self.wrong("layouts.folder", advice);
        }
        let folder = self.folder.join(&layouts.folder);
        let margin_mm = f32::from(u16::try_from(margin?).ok()?);
        let papers = Papers { four_by_six: four_by_six?, six_by_eight: six_by_eight?, margin_mm };
        Some(LayoutSettings { folder, not_offered: layouts.not_offered.clone(), papers })
    }

    fn pixels(&mut self, setting: &'static str, text: &str, usual: Pixels) -> Option<Pixels> {
        if text.trim().is_empty() {
            return Some(usual);
        }
        match Pixels::parse(text) {
            Some(pixels) if pixels.width <= pixels.height => Some(pixels),
            Some(_) => self.wrong(setting, "write it for upright paper, the shorter side first: \"1240x1844\""),
            None => self.wrong(setting, "write width x height in pixels, for instance \"1240x1844\""),
        }
    }
}
