//! Looks: what a customer can make of the colours of the shots.

use image::RgbImage;

/// A look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As the camera saw it.
    #[default]
    Colour,
    /// Grey.
    BlackAndWhite,
    /// Brown, as old prints are.
    Sepia,
    /// As in the evening sun.
    Warm,
    /// As under a clear sky.
    Cool,
    /// Paler, as prints that lay in the light.
    Faded,
}

impl Look {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Colour, Self::BlackAndWhite, Self::Sepia, Self::Warm, Self::Cool, Self::Faded];

    /// The word in the API and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Colour => "colour",
            Self::BlackAndWhite => "bw",
            Self::Sepia => "sepia",
            Self::Warm => "warm",
            Self::Cool => "cool",
            Self::Faded => "faded",
        }
    }

    /// Takes back what [`Look::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.word() == word)
    }

    /// Gives a picture this look.
    pub(crate) fn apply(self, picture: &mut RgbImage) {
        match self {
            Self::Colour => {}
            Self::BlackAndWhite => each(picture, |pixel| {
                // A little more contrast: what is only grey looks flat on paper.
                let grey = contrast(grey(pixel), 282);
                [grey, grey, grey]
            }),
            Self::Sepia => each(picture, |pixel| {
                let grey = grey(pixel);
                [scale(grey, 272, 14), scale(grey, 236, 6), scale(grey, 188, 0)]
            }),
            Self::Warm => {
                each(picture, |[red, green, blue]| [scale(red, 270, 6), scale(green, 258, 2), scale(blue, 226, 0)]);
            }
            Self::Cool => {
                each(picture, |[red, green, blue]| [scale(red, 232, 0), scale(green, 256, 2), scale(blue, 268, 8)]);
            }
            Self::Faded => each(picture, |pixel| {
                let grey = i32::from(grey(pixel));
                pixel.map(|part| {
                    let paler = (i32::from(part) * 3 + grey) / 4;
                    clamp(paler * 200 / 256 + 44)
                })
            }),
        }
    }
}

fn each(picture: &mut RgbImage, change: impl Fn([u8; 3]) -> [u8; 3]) {
    for pixel in picture.pixels_mut() {
        pixel.0 = change(pixel.0);
    }
}

/// How bright a colour looks (ITU-R BT.601).
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    let weighed = u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29;
    u8::try_from(weighed >> 8).unwrap_or(u8::MAX)
}

/// So many 256ths of it, and something more.
fn scale(part: u8, by: i32, more: i32) -> u8 {
    clamp(i32::from(part) * by / 256 + more)
}

/// Away from the middle by so many 256ths.
fn contrast(part: u8, by: i32) -> u8 {
    clamp((i32::from(part) - 128) * by / 256 + 128)
}

fn clamp(part: i32) -> u8 {
    u8::try_from(part.clamp(0, 255)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn of(look: Look, pixel: [u8; 3]) -> [u8; 3] {
        let mut picture = RgbImage::from_pixel(1, 1, Rgb(pixel));
        look.apply(&mut picture);
        picture.get_pixel(0, 0).0
    }

    #[test]
    fn each_look_does_what_it_is_called() {
        assert_eq!(of(Look::Colour, [10, 20, 30]), [10, 20, 30]);
        let [red, green, blue] = of(Look::BlackAndWhite, [200, 50, 100]);
        assert!(red == green && green == blue);
        let [red, green, blue] = of(Look::Sepia, [128, 128, 128]);
        assert!(red > green && green > blue);
        assert!(of(Look::Warm, [128; 3])[2] < 128 && of(Look::Cool, [128; 3])[0] < 128);
        assert!(of(Look::Faded, [0; 3])[0] > 30 && of(Look::Faded, [255; 3])[0] < 255);
        for look in Look::ALL {
            assert_eq!(Look::from_word(look.word()), Some(look));
            of(look, [255; 3]);
        }
    }
}
