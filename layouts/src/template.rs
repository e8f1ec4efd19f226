//! A template as its owner writes it, and as the program uses it.
//!
//! Positions are shares, 0 to 1, of what surely comes out of the printer: 0 is the left or upper edge inside the margin that may be
//! cut off, 1 the right or lower one. A picture with `bleed` goes on to the edge of the paper where it touches 0 or 1.

use crate::draw::Colour;
use crate::fault::Fault;
use crate::paper::{Papers, Pixels, Size};
use crate::shot;
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// Pictures on one print: more than a strip has.
const PLACES_MAX: usize = 12;

/// Shots of one customer: each takes some seconds before the camera.
pub const SHOTS_MAX: u32 = 8;

/// Lines of text on one print.
const TEXTS_MAX: usize = 12;

/// Faults that are told of one file: whoever mends these sees the next ones.
const FAULTS_MAX: usize = 10;

/// The least length, as a share: about a pixel of the largest print. Nobody sees less.
const LENGTH_MIN: f64 = 0.0004;

/// Characters of a text, and of a template's name.
const TEXT_CHARS_MAX: usize = 120;
const NAME_CHARS_MAX: usize = 40;

/// What a text can have filled in.
const FIELDS: [&str; 3] = ["{date}", "{order}", "{booth}"];

/// What a customer reads a template is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// In Uzbek.
    pub uz: String,
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

/// Where a shot goes, in shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Which of the customer's shots, from 0.
    pub shot: usize,
    /// The left edge.
    pub x: f32,
    /// The upper edge.
    pub y: f32,
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
    /// Whether it goes on to the edge of the paper where it touches 0 or 1.
    pub bleed: bool,
}

/// On which side of its place a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A line of text. Its height is a share of the height.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// At most so wide: a share of the width.
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) align: Align,
    pub(crate) colour: Colour,
}

/// A template that can be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Its file's name without the ending; the name for programs.
    pub id: String,
    /// Its file in the owner's folder; none where it comes with the program.
    pub file: Option<String>,
    /// The files beside it that it is made with, by their names.
    pub pictures: Vec<String>,
    /// Its name for customers.
    pub names: Names,
    /// What it is made for.
    pub size: Size,
    /// The sheet's pixels, where the template itself says them.
    pub pixels: Option<Pixels>,
    /// How many shots it wants.
    pub shots: usize,
    pub(crate) places: Vec<Place>,
    pub(crate) texts: Vec<Line>,
    pub(crate) colour: Colour,
    /// A picture under everything: its file's bytes.
    pub(crate) background: Option<Arc<[u8]>>,
    /// A picture over the shots, seen through where they are.
    pub(crate) frame: Option<Arc<[u8]>>,
}

impl Template {
    /// Pixels of the sheet on the booth's printer.
    pub fn sheet(&self, papers: &Papers) -> Pixels {
        self.pixels.unwrap_or_else(|| papers.sheet(self.size))
    }

    /// Pixels of what the customer holds: of a strip, one of the two.
    pub fn part(&self, papers: &Papers) -> Pixels {
        let sheet = self.sheet(papers);
        Pixels { width: sheet.width / self.size.on_a_sheet(), height: sheet.height }
    }

    /// Where the shots go.
    pub fn places(&self) -> &[Place] {
        &self.places
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: Spanned<String>,
    name_uz: Option<Spanned<String>>,
    name_ru: Option<Spanned<String>>,
    name_en: Option<Spanned<String>>,
    size: Spanned<String>,
    pixels: Option<Spanned<String>>,
    colour: Option<Spanned<String>>,
    background: Option<Spanned<String>>,
    frame: Option<Spanned<String>>,
    #[serde(default)]
    picture: Vec<Spanned<RawPicture>>,
    #[serde(default)]
    text: Vec<Spanned<RawText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPicture {
    shot: Option<Spanned<i64>>,
    x: Spanned<f64>,
    y: Spanned<f64>,
    width: Spanned<f64>,
    height: Spanned<f64>,
    #[serde(default)]
    bleed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawText {
    text: Spanned<String>,
    x: Spanned<f64>,
    y: Spanned<f64>,
    width: Option<Spanned<f64>>,
    height: Spanned<f64>,
    align: Option<Spanned<String>>,
    colour: Option<Spanned<String>>,
}

/// Reads a template. `beside` gives a file that lies beside it, by its name. Tells everything that is wrong, not only the first.
pub(crate) fn read(
    id: &str,
    text: &str,
    beside: &dyn Fn(&str) -> std::io::Result<Vec<u8>>,
) -> Result<Template, Vec<Fault>> {
    let raw: Raw = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
    let mut reader = Reader { text, beside, faults: Vec::new() };
    let template = reader.template(id, &raw);
    match template {
        Some(template) if reader.faults.is_empty() => Ok(template),
        Some(_) | None => {
            reader.faults.sort_by_key(|fault| fault.line);
            let more = reader.faults.len().saturating_sub(FAULTS_MAX);
            if more > 0 {
                reader.faults.truncate(FAULTS_MAX);
                reader.faults.push(Fault::of_file(format!("and {more} more; mend these first")));
            }
            Err(reader.faults)
        }
    }
}

/// What TOML itself does not understand, or what is missing or too much.
fn unreadable(text: &str, error: &toml::de::Error) -> Fault {
    let said = error.message().lines().next().unwrap_or_default();
    let named = said.split('`').nth(1).unwrap_or_default();
    let advice = if said.starts_with("unknown field") {
        let known: Vec<&str> = said.split('`').skip(3).step_by(2).collect();
        format!("there is no \"{named}\" here; what can stand here is {}", known.join(", "))
    } else if said.starts_with("missing field") {
        format!("\"{named}\" is missing")
    } else if said.starts_with("duplicate key") {
        "this stands a second time; take one of the two away".to_owned()
    } else if said.starts_with("invalid type: string") && said.contains("f64") {
        "a number stands without quotes, with a point: 0.5".to_owned()
    } else if said.starts_with("invalid type: map") {
        "each picture begins with [[picture]], each text with [[text]], in double brackets".to_owned()
    } else {
        format!(
            "this line cannot be read ({said}). A line is name = value; text stands in straight quotes, a number has a point: 0.5"
        )
    };
    match error.span() {
        Some(Range { start, .. }) => Fault::at(text, start, advice),
        None => Fault::of_file(advice),
    }
}

struct Reader<'a> {
    text: &'a str,
    beside: &'a dyn Fn(&str) -> std::io::Result<Vec<u8>>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn wrong<T, S>(&mut self, at: &Spanned<S>, advice: impl Into<String>) -> Option<T> {
        self.faults.push(Fault::at(self.text, at.span().start, advice));
        None
    }

    fn template(&mut self, id: &str, raw: &Raw) -> Option<Template> {
        let name = self.name(&raw.name);
        let own = |reader: &mut Self, own: &Option<Spanned<String>>| match own {
            Some(own) => reader.name(own),
            None => name.clone(),
        };
        let (uz, ru, en) = (own(self, &raw.name_uz), own(self, &raw.name_ru), own(self, &raw.name_en));
        let size = Size::from_word(raw.size.as_ref()).or_else(|| {
            let known: Vec<String> = Size::ALL.iter().map(|size| format!("\"{}\"", size.word())).collect();
            self.wrong(&raw.size, format!("the size is one of {} (width x height, in inches)", known.join(", ")))
        });
        let pixels = match &raw.pixels {
            None => None,
            Some(pixels) => Pixels::parse(pixels.as_ref()).or_else(|| {
                self.wrong(pixels, "pixels are width x height of the whole sheet, for instance \"1240x1844\"")
            }),
        };
        let colour = self.colour(raw.colour.as_ref(), [255; 3]);
        let background = raw.background.as_ref().and_then(|name| self.file(name, false));
        let frame = raw.frame.as_ref().and_then(|name| self.file(name, true));
        let places: Vec<Place> =
            raw.picture.iter().enumerate().filter_map(|(number, raw)| self.place(number, raw)).collect();
        let texts: Vec<Line> = raw.text.iter().filter_map(|raw| self.line(raw)).collect();
        if raw.picture.is_empty() {
            self.faults.push(Fault::of_file("there is no picture in it; add one that begins with [[picture]]"));
        }
        if let Some(first) = raw.picture.get(PLACES_MAX) {
            self.wrong::<(), _>(first, format!("there are more than {PLACES_MAX} pictures"));
        }
        if let Some(first) = raw.text.get(TEXTS_MAX) {
            self.wrong::<(), _>(first, format!("there are more than {TEXTS_MAX} texts"));
        }
        let shots = places.iter().map(|place| place.shot.saturating_add(1)).max().unwrap_or(0);
        if let Some(missing) = (0..shots).find(|shot| places.iter().all(|place| place.shot != *shot)) {
            let missing = missing.saturating_add(1);
            self.faults
                .push(Fault::of_file(format!("shot {missing} is in no picture; count the shots from 1 without a gap")));
        }
        let names = Names { uz: uz?, ru: ru?, en: en? };
        Some(Template {
            id: id.to_owned(),
            file: None,
            pictures: [&raw.background, &raw.frame].into_iter().flatten().map(|name| name.as_ref().clone()).collect(),
            names,
            size: size?,
            pixels,
            shots,
            places,
            texts,
            colour: colour?,
            background,
            frame,
        })
    }

    fn name(&mut self, name: &Spanned<String>) -> Option<String> {
        let text = name.as_ref().trim();
        let right = !text.is_empty() && text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(char::is_control);
        if right {
            return Some(text.to_owned());
        }
        self.wrong(name, format!("a name has 1 to {NAME_CHARS_MAX} characters, on one line"))
    }

    fn colour(&mut self, colour: Option<&Spanned<String>>, without: Colour) -> Option<Colour> {
        let Some(colour) = colour else { return Some(without) };
        let digits = colour.as_ref().trim().strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
        let part = |from: usize| u8::from_str_radix(digits?.get(from..from.saturating_add(2))?, 16).ok();
        match (part(0), part(2), part(4)) {
            (Some(red), Some(green), Some(blue)) => Some([red, green, blue]),
            _ => {
                self.wrong(colour, "a colour is # and six digits or letters a to f, for instance \"#ffffff\" for white")
            }
        }
    }

    /// A number between 0 and 1.
    fn share(&mut self, what: &str, number: &Spanned<f64>) -> Option<f32> {
        let share = *number.as_ref();
        if (0.0..=1.0).contains(&share) {
            #[allow(clippy::cast_possible_truncation)] // Between 0 and 1.
            return Some(share as f32);
        }
        self.wrong(
            number,
            format!("{what} is {share}, but positions and sizes are shares between 0 and 1: 0.5 is half"),
        )
    }

    /// A length that ends inside of the print.
    fn length(&mut self, what: &str, from: Option<f32>, number: &Spanned<f64>) -> Option<f32> {
        let length = self.share(what, number)?;
        let written = *number.as_ref();
        if written < LENGTH_MIN {
            return self.wrong(number, format!("{what} is {written}, so nothing would be seen"));
        }
        // Shares are written with few digits, so thirds add up to a little more than 1.
        let too_far = from.is_some_and(|from| from + length > 1.005);
        if too_far {
            let start = from.unwrap_or_default();
            let advice = format!(
                "it begins at {start} and {what} is {length}, so it would end beyond the paper; together they are at most 1"
            );
            return self.wrong(number, advice);
        }
        Some(length)
    }

    fn place(&mut self, number: usize, spanned: &Spanned<RawPicture>) -> Option<Place> {
        let raw = spanned.as_ref();
        let (x, y) = (self.share("x", &raw.x), self.share("y", &raw.y));
        let (width, height) = (self.length("width", x, &raw.width), self.length("height", y, &raw.height));
        let shot = match &raw.shot {
            None => Some(number),
            Some(shot) => match u32::try_from(*shot.as_ref()).ok().filter(|shot| (1..=SHOTS_MAX).contains(shot)) {
                Some(shot) => usize::try_from(shot.saturating_sub(1)).ok(),
                None => self.wrong(shot, format!("shots are counted from 1, and there are at most {SHOTS_MAX}")),
            },
        };
        let shot = match shot {
            Some(shot) if shot >= usize::try_from(SHOTS_MAX).unwrap_or(usize::MAX) => {
                self.wrong(spanned, format!("there are at most {SHOTS_MAX} shots; show one twice with shot = 1"))
            }
            other => other,
        };
        Some(Place { shot: shot?, x: x?, y: y?, width: width?, height: height?, bleed: raw.bleed })
    }

    fn line(&mut self, spanned: &Spanned<RawText>) -> Option<Line> {
        let raw = spanned.as_ref();
        let text = raw.text.as_ref();
        let (x, y) = (self.share("x", &raw.x), self.share("y", &raw.y));
        let height = self.length("height", y, &raw.height);
        let width = raw.width.as_ref().map_or(Some(1.0), |width| self.length("width", None, width));
        let align = match raw.align.as_ref().map(|align| (align, align.as_ref().as_str())) {
            None | Some((_, "left")) => Some(Align::Left),
            Some((_, "center" | "centre")) => Some(Align::Centre),
            Some((_, "right")) => Some(Align::Right),
            Some((align, _)) => self.wrong(align, "align is \"left\", \"center\" or \"right\""),
        };
        let colour = self.colour(raw.colour.as_ref(), [0x22; 3]);
        if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
            return self.wrong(&raw.text, format!("a text has at most {TEXT_CHARS_MAX} characters, on one line"));
        }
        let rest = FIELDS.iter().fold(text.clone(), |text, field| text.replace(field, ""));
        if rest.contains(['{', '}']) {
            return self.wrong(&raw.text, format!("in braces only {} can stand", FIELDS.join(", ")));
        }
        if let Some(strange) = rest.chars().find(|letter| !crate::text::has(*letter)) {
            return self.wrong(&raw.text, format!("the letters of prints have no {strange:?}; take it away"));
        }
        Some(Line { text: text.clone(), x: x?, y: y?, width: width?, height: height?, align: align?, colour: colour? })
    }

    /// A picture that lies beside the template.
    fn file(&mut self, name: &Spanned<String>, is_frame: bool) -> Option<Arc<[u8]>> {
        let file = name.as_ref();
        if file.is_empty() || file.contains(['/', '\\', ':']) || file.starts_with('.') {
            return self.wrong(name, "give the name of a file in the template's own folder, without a path");
        }
        let bytes = match (self.beside)(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return self.wrong(name, format!("there is no file \"{file}\" beside this one"));
            }
            Err(error) => return self.wrong(name, format!("\"{file}\" cannot be read: {error}")),
        };
        match shot::read_whole(&bytes) {
            Ok(picture) if is_frame && !picture.has_alpha() => self.wrong(
                name,
                format!("\"{file}\" has no places that can be seen through, so it would cover the shots; save it as PNG with transparency"),
            ),
            Ok(_) => Some(bytes.into()),
            Err(error) => self.wrong(name, format!("\"{file}\": {error}")),
        }
    }
}
