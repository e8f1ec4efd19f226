//! How much paper and ribbon a printer has left, by what it says itself.
//!
//! | what it says | what is made of it |
//! |---|---|
//! | `marker-message`: "612 native prints remaining on 4x6 ribbon" | so many sheets. The drivers of dye-sublimation printers (Gutenprint's) say it so |
//! | `marker-levels`: per cent, several of them where it has several | the least of them; with `prints.roll_sheets` it is as many sheets of a whole roll |
//! | neither, or a negative level (RFC 8011 has those for "unknown") | nobody knows |
//!
//! A queue of CUPS says what its driver saw at the last print, so it is "about", and after a change of the roll it is wrong until the next
//! print. So one copy is sold whatever it says: a printer without paper says that it has none in another way.

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// So many sheets.
    Sheets(u32),
    /// So many per cent of a roll of which nobody has said how many sheets it has.
    Percent(u8),
}

/// Per cent at which a roll of unknown length is low.
const LOW_PERCENT: u8 = 10;

/// Reads what a printer says. `roll` is how many sheets a new roll has; 0 where nobody has said it.
pub(super) fn left(message: &str, levels: &[i32], roll: u32) -> Option<Left> {
    if let Some(sheets) = remaining(message) {
        return Some(Left::Sheets(sheets));
    }
    let percent = levels.iter().filter_map(|level| u8::try_from(*level).ok()).filter(|level| *level <= 100).min()?;
    Some(if roll == 0 {
        Left::Percent(percent)
    } else {
        Left::Sheets(roll.saturating_mul(percent.into()).checked_div(100).unwrap_or(0))
    })
}

/// The number of "612 native prints remaining on 4x6 ribbon".
fn remaining(message: &str) -> Option<u32> {
    let message = message.to_ascii_lowercase();
    let (before, _) = message.split_once("remaining")?;
    let is_of_prints = before.contains("print");
    let number = before.split_whitespace().find_map(|word| word.parse().ok());
    number.filter(|_| is_of_prints)
}

impl Left {
    /// Whether the owner should bring a new roll, when he wants to know it at so many sheets.
    pub(crate) const fn is_low(self, low_at: u32) -> bool {
        match self {
            Self::Sheets(sheets) => sheets <= low_at,
            Self::Percent(percent) => percent <= LOW_PERCENT,
        }
    }

    /// How many copies may be sold at most, where that is known.
    pub(crate) fn copies(self) -> Option<u32> {
        match self {
            Self::Sheets(sheets) => Some(sheets.max(1)),
            Self::Percent(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_say_it_in_their_ways() {
        for (message, levels, roll, expected) in [
            ("612 native prints remaining on 4x6 ribbon", &[87][..], 0, Some(Left::Sheets(612))),
            ("692 native prints remaining on 6x4 (PC) media", &[98], 700, Some(Left::Sheets(692))),
            ("164 Native Prints Remaining", &[], 0, Some(Left::Sheets(164))),
            ("", &[45], 400, Some(Left::Sheets(180))),
            ("", &[45], 0, Some(Left::Percent(45))),
            ("", &[80, 12, 45], 100, Some(Left::Sheets(12))),
            ("", &[0], 400, Some(Left::Sheets(0))),
            ("", &[-1, -2, -3], 400, None),
            ("", &[], 400, None),
            ("toner remaining 40", &[30], 0, Some(Left::Percent(30))),
            ("no prints remaining", &[], 0, None),
        ] {
            assert_eq!(left(message, levels, roll), expected, "{message:?} {levels:?} {roll}");
        }
    }

    #[test]
    fn it_is_low_at_the_owners_number() {
        assert!(Left::Sheets(20).is_low(20) && !Left::Sheets(21).is_low(20));
        assert!(Left::Percent(10).is_low(0) && !Left::Percent(11).is_low(500));
    }
}
