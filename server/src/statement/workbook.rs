//! The sheet of an XLSX file that is a list of payments, as rows of texts. Numbers stay the decimal texts that the file has.
//!
//! An archive can be small and unpack to more than there is memory, and a page can claim a cell at the end of the world: what is
//! unpacked is counted as it comes, rows and columns are bounded, and nothing is made room for because a file says so.

use super::grid::{Grid, Value};
use super::trouble::{quoted, shown};
use super::{COLUMNS_MAX, Page, ROWS_BEFORE_HEADINGS, ROWS_MAX, StatementError, TEXT_BYTES_MAX, Trouble};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;
use zip::ZipArchive;

/// Bytes of one part, unpacked.
const PART_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Bytes of a sheet, unpacked, in which its headings are looked for: its first rows are far less.
const HEAD_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Bytes of one element or text of a part: it is in memory as a whole, and a cell of a spreadsheet has at most 32,767 characters.
const EVENT_BYTES_MAX: u64 = 1024 * 1024;

/// Texts that cells share: more than a file's cells could be about.
const SHARED_MAX: usize = 1_000_000;

/// Parts of an archive; a spreadsheet has some twenty.
const PARTS_MAX: usize = 1000;

/// Sheets whose headings are looked at; a cabinet's file has one, an accountant's a dozen.
const SHEETS_MAX: usize = 50;

/// With what each part begins in the archive's list of its parts.
const PART_MARK: &[u8] = b"PK\x01\x02";

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads a file: of several sheets the one whose headings are known, which `is_known` says of its first rows; else the first that is
/// not empty. Nothing is guessed where several are known.
pub(super) fn read(bytes: &[u8], is_known: impl Fn(&Grid) -> bool) -> Result<Page, StatementError> {
    // The list of an archive's parts is made in memory, whatever it says.
    if bytes.windows(PART_MARK.len()).filter(|four| *four == PART_MARK).take(PARTS_MAX.saturating_add(1)).count()
        > PARTS_MAX
    {
        return Err(broken("it has too many parts"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken("the archive is not whole"))?;
    let sheets = sheets(&mut archive)?;
    let shared =
        if archive.index_for_name("xl/sharedStrings.xml").is_some() { shared(&mut archive)? } else { Vec::new() };
    let [first, others @ ..] = sheets.as_slice() else { return Err(broken("it has no page")) };
    if others.is_empty() {
        return Ok(Page { name: None, grid: grid(&mut archive, &first.part, &shared, None)? });
    }
    let (mut known, mut filled) = (Vec::new(), None);
    for sheet in sheets.iter().take(SHEETS_MAX) {
        // What of it cannot be read is said when it is the one that is meant.
        let Ok(head) = grid(&mut archive, &sheet.part, &shared, Some(ROWS_BEFORE_HEADINGS)) else { continue };
        if is_known(&head) {
            known.push(sheet);
        }
        if !head.rows.is_empty() {
            filled = filled.or(Some(sheet));
        }
    }
    let chosen = match known.as_slice() {
        [] => filled.unwrap_or(first),
        [only] => *only,
        several => return Err(Trouble::Pages(shown(several.iter().map(|it| it.name.as_str()))).into()),
    };
    let name = shown([chosen.name.as_str()].into_iter()).pop();
    match grid(&mut archive, &chosen.part, &shared, None) {
        Ok(grid) => Ok(Page { name, grid }),
        Err(error) => Err(StatementError { page: name, ..error }),
    }
}

fn broken(why: impl std::fmt::Display) -> StatementError {
    Trouble::broken(why).into()
}

/// Lets a part have so many bytes and no more, and an element of it so many; each new element has all of its own again.
struct Rationed<R> {
    from: R,
    of_part: u64,
    of_element: Rc<Cell<u64>>,
}

impl<R: Read> Read for Rationed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        let size = u64::try_from(count).unwrap_or(u64::MAX);
        let too_large = || io::Error::other(format!("unpacked it has more than {} MiB", PART_BYTES_MAX >> 20));
        self.of_part = self.of_part.checked_sub(size).ok_or_else(too_large)?;
        let left = self.of_element.get().checked_sub(size);
        self.of_element.set(left.ok_or_else(|| io::Error::other("a text in it is too long"))?);
        Ok(count)
    }
}

/// What a part consists of.
enum Piece<'a> {
    Begin(&'a BytesStart<'a>),
    /// The end of an element of this name.
    End(&'a str),
    Text(String),
}

/// Goes through a part.
fn each(
    archive: &mut Archive<'_>,
    name: &str,
    bytes_max: u64,
    mut take: impl FnMut(Piece<'_>) -> Result<(), StatementError>,
) -> Result<(), StatementError> {
    let part = archive.by_name(name).map_err(|_| broken(format_args!("{name} is missing")))?;
    let of_element = Rc::new(Cell::new(EVENT_BYTES_MAX));
    let rationed = Rationed { from: part, of_part: bytes_max, of_element: Rc::clone(&of_element) };
    let mut reader = Reader::from_reader(BufReader::new(rationed));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => break,
            Ok(Event::DocType(_)) => return Err(broken("it declares things of its own")),
            Ok(event) => {
                if let Event::Start(element) = &event {
                    take(Piece::Begin(element))?;
                } else if let Event::End(element) = &event {
                    take(Piece::End(element.local_name().as_ref()))?;
                } else if let Some(text) = text_of(&event)? {
                    take(Piece::Text(text))?;
                }
            }
            Err(error) => return Err(broken(error)),
        }
        buffer.clear();
        of_element.set(EVENT_BYTES_MAX);
    }
    Ok(())
}

/// A sheet, and the part of the archive that has its cells.
struct Sheet {
    name: String,
    part: String,
}

/// The sheets in the file's order. Those without cells, such as charts, are none.
fn sheets(archive: &mut Archive<'_>) -> Result<Vec<Sheet>, StatementError> {
    let (mut named, mut parts) = (Vec::new(), HashMap::new());
    each(archive, "xl/workbook.xml", PART_BYTES_MAX, |piece| {
        if let Piece::Begin(element) = piece
            && is(element, "sheet")
            && let Some(id) = attribute(element, "id")
        {
            named.push((attribute(element, "name").unwrap_or_default(), id));
        }
        if let Piece::Begin(element) = piece
            && is(element, "workbookPr")
            && attribute(element, "date1904").is_some_and(|value| matches!(value.as_str(), "1" | "true"))
        {
            return Err(Trouble::Dates1904.into());
        }
        if named.len() > PARTS_MAX { Err(broken("it has too many parts")) } else { Ok(()) }
    })?;
    if named.is_empty() {
        return Err(broken("it has no page"));
    }
    each(archive, "xl/_rels/workbook.xml.rels", PART_BYTES_MAX, |piece| {
        if let Piece::Begin(element) = piece
            && is(element, "Relationship")
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
            && !target.contains("chartsheets/")
        {
            parts.insert(id, target);
        }
        if parts.len() > PARTS_MAX { Err(broken("it has too many parts")) } else { Ok(()) }
    })?;
    let part = |target: String| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    };
    let sheet = |(name, id): (String, String)| parts.remove(&id).map(|target| Sheet { name, part: part(target) });
    let sheets: Vec<Sheet> = named.into_iter().filter_map(sheet).collect();
    if sheets.is_empty() { Err(broken("its page is missing")) } else { Ok(sheets) }
}

fn is(element: &BytesStart<'_>, name: &str) -> bool {
    element.local_name().as_ref() == name
}

/// An attribute by its name without a prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|it| it.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// The text of an event inside a text.
fn text_of(event: &Event<'_>) -> Result<Option<String>, StatementError> {
    Ok(match event {
        Event::Text(text) => Some((**text).to_owned()),
        Event::CData(text) => Some((**text).to_owned()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(broken)? {
            Some(letter) => Some(letter.to_string()),
            None => Some(
                resolve_predefined_entity(reference).ok_or_else(|| broken("it names an unknown letter"))?.to_owned(),
            ),
        },
        Event::Start(_)
        | Event::End(_)
        | Event::Empty(_)
        | Event::Comment(_)
        | Event::Decl(_)
        | Event::PI(_)
        | Event::DocType(_)
        | Event::Eof => None,
    })
}

/// The texts that cells refer to.
fn shared(archive: &mut Archive<'_>) -> Result<Vec<String>, StatementError> {
    let (mut texts, mut text, mut bytes, mut inside) = (Vec::new(), String::new(), 0_usize, false);
    each(archive, "xl/sharedStrings.xml", PART_BYTES_MAX, |piece| {
        match piece {
            Piece::Begin(element) => inside = inside || is(element, "t"),
            Piece::End(name) => match name {
                "t" => inside = false,
                "si" => texts.push(std::mem::take(&mut text)),
                _ => {}
            },
            Piece::Text(more) if inside => {
                bytes = bytes.saturating_add(more.len());
                text.push_str(&more);
            }
            Piece::Text(_) => {}
        }
        if bytes > TEXT_BYTES_MAX || texts.len() > SHARED_MAX { Err(Trouble::TooLong.into()) } else { Ok(()) }
    })?;
    Ok(texts)
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    column: usize,
    kind: Option<String>,
    text: String,
    inside: bool,
}

/// The rows of a page; with `head` no more than so many of its first.
fn grid(archive: &mut Archive<'_>, page: &str, shared: &[String], head: Option<usize>) -> Result<Grid, StatementError> {
    let (mut grid, mut cells, mut open) = (Grid::default(), Vec::<Value>::new(), Open::default());
    let (mut row, mut bytes, mut is_enough) = (0_u64, 0_usize, false);
    let bytes_max = if head.is_some() { HEAD_BYTES_MAX } else { PART_BYTES_MAX };
    let gone_through = each(archive, page, bytes_max, |piece| {
        match piece {
            Piece::Begin(element) => match element.local_name().as_ref() {
                "row" => {
                    let place = attribute(element, "r").and_then(|place| place.parse().ok());
                    row = place.unwrap_or_else(|| row.saturating_add(1));
                    cells.clear();
                }
                "c" => {
                    let column = attribute(element, "r").and_then(|place| column(&place)).unwrap_or(cells.len());
                    if column >= COLUMNS_MAX {
                        return Err(Trouble::TooWide.in_row(row));
                    }
                    open = Open { column, kind: attribute(element, "t"), ..Open::default() };
                }
                "v" | "t" => open.inside = true,
                "mergeCell" => grid.tall.extend(attribute(element, "ref").and_then(|place| tall(&place))),
                _ => {}
            },
            Piece::End(name) => match name {
                "v" | "t" => open.inside = false,
                "c" => {
                    let value = value(std::mem::take(&mut open), row, shared, &mut cells)?;
                    bytes = bytes.saturating_add(value);
                }
                "row" => grid.add(row, std::mem::take(&mut cells))?,
                _ => {}
            },
            Piece::Text(more) if open.inside => open.text.push_str(&more),
            Piece::Text(_) => {}
        }
        is_enough = head.is_some_and(|head| grid.rows.len() >= head);
        let too_long = bytes.saturating_add(open.text.len()) > TEXT_BYTES_MAX || grid.tall.len() > ROWS_MAX;
        if too_long || is_enough { Err(Trouble::TooLong.into()) } else { Ok(()) }
    });
    match gone_through {
        Err(_) if is_enough => Ok(grid),
        gone_through => gone_through.map(|()| grid),
    }
}

/// Puts a cell where it belongs; returns the bytes of its text.
fn value(open: Open, row: u64, shared: &[String], cells: &mut Vec<Value>) -> Result<usize, StatementError> {
    let (text, is_number) = match open.kind.as_deref() {
        Some("s") => {
            let place = open.text.parse::<usize>().ok();
            (place.and_then(|place| shared.get(place)).ok_or_else(|| broken("a text is missing"))?.clone(), false)
        }
        Some("e") => return Err(Trouble::CellError(quoted(&open.text)).in_row(row)),
        Some("str" | "inlineStr" | "b" | "d") => (open.text, false),
        Some(_) | None => (open.text, true),
    };
    let bytes = text.len();
    while cells.len() <= open.column {
        cells.push(Value::default());
    }
    if let Some(cell) = cells.get_mut(open.column) {
        *cell = Value { text, is_number };
    }
    Ok(bytes)
}

/// Cells that are one, as `A2:A9`: their first column and row, and the last row. None where they are in one row.
fn tall(place: &str) -> Option<((usize, u64), u64)> {
    let row = |place: &str| place.trim_start_matches(|letter: char| letter.is_ascii_uppercase()).parse::<u64>().ok();
    let (first, last) = place.split_once(':')?;
    let (top, bottom) = (row(first)?, row(last)?);
    (top < bottom).then_some(((column(first)?, top), bottom))
}

/// The column of a place, as `AB12`; counted from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.take(4).fold(0_usize, |number, letter| {
        number.saturating_mul(26).saturating_add(usize::from(letter.saturating_sub(b'A'))).saturating_add(1)
    });
    number.checked_sub(1)
}
