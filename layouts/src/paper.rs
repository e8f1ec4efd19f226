//! Paper: the sizes that photo printers take, and how many pixels a printer has on each.

/// Pixels of an inch, where the owner has not said what his printer has.
const USUAL_DPI: u32 = 300;

/// How much a printer may cut off at each edge, in millimetres: dye-sublimation printers were seen to cut about three.
const USUAL_MARGIN_MM: f32 = 3.0;

/// Pixels of a side, at least and at most: no printer of photos has fewer than 150 or more than 600 an inch.
const SIDE_PIXELS: std::ops::RangeInclusive<u32> = 200..=5_400;

/// What a template is made for, as it is held for reading; width first, in inches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A 4x6 sheet, upright.
    FourBySix,
    /// The same sheet, lying.
    SixByFour,
    /// A strip; a 4x6 sheet holds it twice, and the printer cuts between the two.
    TwoBySix,
    /// A 6x8 sheet, upright.
    SixByEight,
    /// The same sheet, lying.
    EightBySix,
}

impl Size {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::FourBySix, Self::SixByFour, Self::TwoBySix, Self::SixByEight, Self::EightBySix];

    /// The word in a template.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FourBySix => "4x6",
            Self::SixByFour => "6x4",
            Self::TwoBySix => "2x6",
            Self::SixByEight => "6x8",
            Self::EightBySix => "8x6",
        }
    }

    /// Takes back what [`Size::word`] gave. The Russian letter and the sign of multiplication are read as x.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = latin(word);
        Self::ALL.into_iter().find(|size| size.word() == word)
    }

    /// How often a sheet holds it, beside each other.
    pub const fn on_a_sheet(self) -> u32 {
        match self {
            Self::TwoBySix => 2,
            Self::FourBySix | Self::SixByFour | Self::SixByEight | Self::EightBySix => 1,
        }
    }

    /// Width of the whole sheet, in inches.
    const fn sheet_inches(self) -> u32 {
        match self {
            Self::FourBySix | Self::TwoBySix => 4,
            Self::SixByFour | Self::SixByEight => 6,
            Self::EightBySix => 8,
        }
    }
}

/// `4х6` with a Russian letter looks like 4x6.
fn latin(text: &str) -> String {
    text.trim().to_lowercase().replace(['х', '×', '*'], "x").replace(' ', "")
}

/// Width and height of a sheet, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Pixels {
    /// Reads "1240x1844".
    pub fn parse(text: &str) -> Option<Self> {
        let text = latin(text);
        let (width, height) = text.split_once('x')?;
        let side = |text: &str| text.parse().ok().filter(|side| SIDE_PIXELS.contains(side));
        Some(Self { width: side(width)?, height: side(height)? })
    }

    const fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// What the booth's printer has: its pixels on each paper, held upright, and how much it may cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct Papers {
    /// On a 4x6 sheet.
    pub four_by_six: Pixels,
    /// On a 6x8 sheet.
    pub six_by_eight: Pixels,
    /// What may be cut off at each edge, in millimetres.
    pub margin_mm: f32,
}

impl Default for Papers {
    fn default() -> Self {
        let inches = |width: u32, height: u32| Pixels { width: width * USUAL_DPI, height: height * USUAL_DPI };
        Self { four_by_six: inches(4, 6), six_by_eight: inches(6, 8), margin_mm: USUAL_MARGIN_MM }
    }
}

impl Papers {
    /// Pixels of a whole sheet.
    pub fn sheet(&self, size: Size) -> Pixels {
        match size {
            Size::FourBySix | Size::TwoBySix => self.four_by_six,
            Size::SixByFour => self.four_by_six.turned(),
            Size::SixByEight => self.six_by_eight,
            Size::EightBySix => self.six_by_eight.turned(),
        }
    }

    /// Pixels of an inch on a sheet that has so many.
    pub(crate) const fn dpi(size: Size, sheet: Pixels) -> u32 {
        sheet.width / size.sheet_inches()
    }

    /// Pixels that may be cut off at each edge.
    pub(crate) fn margin(&self, size: Size, sheet: Pixels) -> u32 {
        crate::draw::whole(self.margin_mm * mm(size, sheet))
    }
}

/// Pixels of a millimetre.
pub(crate) fn mm(size: Size, sheet: Pixels) -> f32 {
    crate::draw::real(Papers::dpi(size, sheet)) / 25.4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(Size::from_word("4х6"), Some(Size::FourBySix), "a Russian letter");
        assert_eq!(Size::from_word(" 6 × 8"), Some(Size::SixByEight));
        assert_eq!(Size::from_word("10x15"), None);
        assert_eq!(Pixels::parse("1240X1844"), Some(Pixels { width: 1240, height: 1844 }));
        assert_eq!(Pixels::parse("1240"), None);
        assert_eq!(Pixels::parse("12x100000"), None);
    }

    #[test]
    fn a_lying_sheet_has_the_same_pixels_turned() {
        let papers = Papers { four_by_six: Pixels { width: 1240, height: 1844 }, ..Papers::default() };
        assert_eq!(papers.sheet(Size::SixByFour), Pixels { width: 1844, height: 1240 });
        assert_eq!(papers.sheet(Size::TwoBySix), Pixels { width: 1240, height: 1844 });
        assert_eq!(papers.margin(Size::FourBySix, papers.four_by_six), 37);
    }
}
