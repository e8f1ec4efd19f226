//! A period's money as bars: one for each hour, day or month. The page's table says the same to whoever cannot see it.
//!
//! Lengths are whole numbers in units of the drawing; the page's style gives it its size and colours.

use super::super::say;
use crate::figures::{Part, Report};
use boothpay_protocol::ledger::language::Language;

/// How wide the drawing is, and how high its highest bar.
const WIDTH: i64 = 3600;
const HEIGHT: i64 = 1200;
/// A bar for what is there, however little it is.
const HEIGHT_MIN: i64 = 20;
/// Of the place that a bar has, this part of a hundred is the bar.
const FILLED: i64 = 72;

/// A bar.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    /// The part and its sum in soum.
    pub(super) title: String,
}

/// A label below the bars, by its middle.
pub(super) struct Tick {
    pub(super) x: i64,
    pub(super) text: String,
}

/// The drawing.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    /// The sum of the highest bar, in soum.
    pub(super) top: String,
}

impl Chart {
    /// The bars of a report; none of a period in which nothing came.
    pub(super) fn of(report: &Report, soum: &str, language: Language) -> Option<Self> {
        let sums = report.parts.iter().map(|(part, figures)| (*part, figures.money.net().tiyin.max(0)));
        let top = sums.clone().map(|(_, tiyin)| tiyin).max().filter(|top| *top > 0)?;
        let count = i64::try_from(report.parts.len()).ok()?;
        let (mut bars, mut ticks) = (Vec::new(), Vec::new());
        for (place, (part, tiyin)) in (0_i64..).zip(sums) {
            let left = WIDTH.saturating_mul(place).checked_div(count)?;
            let room = WIDTH.checked_div(count)?;
            let width = room.saturating_mul(FILLED).checked_div(100)?;
            if let Some(text) = label(part) {
                ticks.push(Tick { x: left.saturating_add(width.checked_div(2)?), text });
            }
            if tiyin > 0 {
                // Sums are far below what a product with the height could not hold.
                let height = tiyin.saturating_mul(HEIGHT).checked_div(top)?.clamp(HEIGHT_MIN, HEIGHT);
                let title = format!("{part}: {} {soum}", say::sum(tiyin, language));
                bars.push(Bar { x: left, y: HEIGHT.saturating_sub(height), width, height, title });
            }
        }
        Some(Self { bars, ticks, top: say::sum(top, language) })
    }
}

/// What stands below a part: not below each, so that a phone can show it.
fn label(part: Part) -> Option<String> {
    match part {
        Part::Hour(hour, 0) => (hour % 6 == 0).then(|| format!("{hour:02}")),
        Part::Hour(..) => None,
        Part::Day(day) => (day.day() % 7 == 1).then(|| day.day().to_string()),
        Part::Month(first) => Some(first.month().to_string()),
    }
}
