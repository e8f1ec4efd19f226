//! XLSX (ECMA-376), as far as a list needs it: pages of plain cells, written straight through to wherever they go, which need not be
//! a file that can be gone back in. Text stands in the cells themselves ("inline"), so nothing has to be remembered to the end.
//!
//! Numbers are written as decimal text: sums are exact, and a spreadsheet reads them in every region. A page has as many rows as
//! Excel reads; more rows go on another page.

use super::{Cell, csv};
use jiff::civil::{DateTime, date};
use std::fmt::Write as _;
use std::io::{self, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// Rows that Excel reads on one page, the header among them.
const ROWS_MAX: u32 = 1_048_576;

/// Bytes of rows that are gathered before they are packed.
const GATHERED_BYTES: usize = 64 * 1024;

/// Styles by their place in [`STYLES`].
const STYLE_SOUM: u8 = 1;
const STYLE_TIME: u8 = 2;
const STYLE_HEADER: u8 = 3;

const STYLES: &str = r##"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.00"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"##;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A file that is being written.
pub struct Writer<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    name: String,
    header: Vec<(String, u16)>,
    /// Pages begun.
    pages: u32,
    /// Rows on the last of them.
    rows: u32,
    rows_max: u32,
    gathered: String,
}

impl<W: Write> Writer<W> {
    /// Begins a file with a page.
    pub fn begin(out: W, name: &str, header: &[(&str, u16)]) -> io::Result<Self> {
        Self::with_rows(out, name, header, ROWS_MAX)
    }

    fn with_rows(out: W, name: &str, header: &[(&str, u16)], rows_max: u32) -> io::Result<Self> {
        let header = header.iter().map(|(label, width)| ((*label).to_owned(), *width)).collect();
        let (zip, name) = (ZipWriter::new_stream(out), name.to_owned());
        let mut writer = Self { zip, name, header, pages: 0, rows: 0, rows_max, gathered: String::new() };
        writer.begin_page()?;
        Ok(writer)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        if self.rows >= self.rows_max {
            self.end_page()?;
            self.begin_page()?;
        }
        self.add(cells, None)
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_page()?;
        self.part("xl/styles.xml", STYLES)?;
        let (mut sheets, mut relations, mut types) = (String::new(), String::new(), String::new());
        for page in 1..=self.pages {
            let name = if page == 1 { self.name.clone() } else { format!("{} {page}", self.name) };
            let name = escaped(&name);
            // Writing to a text does not fail.
            let _ = write!(sheets, r#"<sheet name="{name}" sheetId="{page}" r:id="rId{page}"/>"#);
            let _ = write!(
                relations,
                r#"<Relationship Id="rId{page}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{page}.xml"/>"#
            );
            let _ = write!(
                types,
                r#"<Override PartName="/xl/worksheets/sheet{page}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
            );
        }
        let styles = self.pages.saturating_add(1);
        self.part(
            "xl/workbook.xml",
            &format!(r#"{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>"#),
        )?;
        self.part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}<Relationship Id="rId{styles}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"#
            ),
        )?;
        self.part("_rels/.rels", RELATIONS)?;
        self.part(
            "[Content_Types].xml",
            &format!(
                r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{types}</Types>"#
            ),
        )?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn begin_page(&mut self) -> io::Result<()> {
        self.pages = self.pages.saturating_add(1);
        self.rows = 0;
        self.zip.start_file(format!("xl/worksheets/sheet{}.xml", self.pages), options())?;
        let mut columns = String::new();
        for (place, (_, width)) in (1..).zip(&self.header) {
            let _ = write!(columns, r#"<col min="{place}" max="{place}" width="{width}" customWidth="1"/>"#);
        }
        let _ = write!(
            self.gathered,
            r#"{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>"#
        );
        let header = std::mem::take(&mut self.header);
        let cells: Vec<Cell<'_>> = header.iter().map(|(label, _)| Cell::Text(label)).collect();
        self.add(&cells, Some(STYLE_HEADER))?;
        self.header = header;
        Ok(())
    }

    fn end_page(&mut self) -> io::Result<()> {
        self.gathered.push_str("</sheetData></worksheet>");
        self.pass_on()
    }

    fn add(&mut self, cells: &[Cell<'_>], style: Option<u8>) -> io::Result<()> {
        self.rows = self.rows.saturating_add(1);
        self.gathered.push_str("<row>");
        for cell in cells {
            write_cell(&mut self.gathered, *cell, style);
        }
        self.gathered.push_str("</row>");
        if self.gathered.len() >= GATHERED_BYTES { self.pass_on() } else { Ok(()) }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.zip.write_all(self.gathered.as_bytes())?;
        self.gathered.clear();
        Ok(())
    }

    fn part(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.zip.start_file(name, options())?;
        self.zip.write_all(content.as_bytes())
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn write_cell(out: &mut String, cell: Cell<'_>, style: Option<u8>) {
    let style_of = |own: u8| style.unwrap_or(own);
    // Writing to a text does not fail.
    let _ = match cell {
        Cell::Empty => {
            out.push_str("<c/>");
            Ok(())
        }
        Cell::Text(text) | Cell::Id(text) => {
            let _ = write!(out, r#"<c s="{}" t="inlineStr"><is><t xml:space="preserve">"#, style_of(0));
            out.push_str(&escaped(text));
            out.push_str("</t></is></c>");
            Ok(())
        }
        Cell::Number(number) => write!(out, r#"<c s="{}"><v>{number}</v></c>"#, style_of(0)),
        Cell::Soum(tiyin) => write!(out, r#"<c s="{}"><v>{}</v></c>"#, style_of(STYLE_SOUM), csv::soum(tiyin, '.')),
        Cell::Time(time) => write!(out, r#"<c s="{}"><v>{}</v></c>"#, style_of(STYLE_TIME), serial(time)),
    };
}

/// A moment as spreadsheets count: days since the end of 1899, as a decimal number.
fn serial(time: DateTime) -> String {
    let midnight = date(1899, 12, 30).at(0, 0, 0, 0);
    let seconds = time.duration_since(midnight).as_secs();
    // Ten decimals are finer than a millisecond.
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    format!("{days}.{:010}", rest.saturating_mul(10_000_000_000).saturating_add(43_200) / 86_400)
}

/// Text for XML, without the signs that XML cannot carry.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(letter),
            '\r' => escaped.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use jiff::civil::datetime;
    use std::io::Cursor;

    const HEADER: [(&str, u16); 2] = [("Заказ & <co>", 20), ("сум", 12)];

    fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
        calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn another_reader_reads_what_was_written() {
        let mut writer = Writer::begin(Vec::new(), "Заказы", &HEADER).unwrap();
        let text = " =1+1 \"&<>'\t\u{7}ў";
        writer.row(&[Cell::Text(text), Cell::Soum(1_234_567_805)]).unwrap();
        writer.row(&[Cell::Time(datetime(2026, 11, 28, 15, 4, 5, 0)), Cell::Soum(-5)]).unwrap();
        writer.row(&[Cell::Empty, Cell::Number(7)]).unwrap();
        let mut book = open(writer.finish().unwrap());
        assert_eq!(book.sheet_names(), ["Заказы"]);
        let page = book.worksheet_range("Заказы").unwrap();
        let cell = |row: u32, column: u32| page.get_value((row, column)).unwrap();
        assert_eq!(cell(0, 0), &Data::String("Заказ & <co>".to_owned()));
        assert_eq!(cell(1, 0), &Data::String(text.replace('\u{7}', "\u{fffd}")));
        assert_eq!(cell(1, 1), &Data::Float(12_345_678.05));
        assert_eq!(cell(2, 1), &Data::Float(-0.05));
        assert_eq!(cell(3, 1), &Data::Float(7.0));
        let Data::DateTime(time) = cell(2, 0) else { panic!("{:?}", cell(2, 0)) };
        assert!((time.as_f64() - 46_354.627_835_648).abs() < 1e-8, "{time:?}");
        assert!(book.worksheet_formula("Заказы").unwrap().is_empty());
    }

    /// An archive of this kind is read where ZIP64 is not: its extra field is 0x0001, and it needs version 4.5 of the form.
    #[test]
    fn the_archive_is_of_the_plain_kind() {
        let mut writer = Writer::with_rows(Vec::new(), "Orders", &HEADER, 3).unwrap();
        for n in 0..5 {
            writer.row(&[Cell::Number(n)]).unwrap();
        }
        let bytes = writer.finish().unwrap();
        let number = |at: usize, length: usize| {
            bytes[at..at + length].iter().rev().fold(0, |sum, it| sum << 8 | usize::from(*it))
        };
        let end = bytes.len() - 22;
        assert_eq!(number(end, 4), 0x0605_4b50, "the end of the list of entries");
        let (entries, mut listed) = (number(end + 10, 2), number(end + 16, 4));
        assert_eq!(entries, 8, "three pages, and what belongs to them");
        let has_zip64 = |from: usize, length: usize| {
            let mut at = from;
            while at < from + length {
                if number(at, 2) == 1 {
                    return true;
                }
                at += 4 + number(at + 2, 2);
            }
            false
        };
        for _ in 0..entries {
            assert_eq!(
                (number(listed, 4), number(listed + 6, 2)),
                (0x0201_4b50, 20),
                "the version needed, in the list"
            );
            let (name, extra, comment) = (number(listed + 28, 2), number(listed + 30, 2), number(listed + 32, 2));
            assert!(!has_zip64(listed + 46 + name, extra));
            let local = number(listed + 42, 4);
            assert_eq!((number(local, 4), number(local + 4, 2)), (0x0403_4b50, 20), "the version needed, at the entry");
            assert!(!has_zip64(local + 30 + number(local + 26, 2), number(local + 28, 2)));
            listed += 46 + name + extra + comment;
        }
        assert_eq!(listed, end, "and nothing between the list and its end");
    }

    #[test]
    fn what_is_too_long_for_a_page_goes_on_at_the_next() {
        let mut writer = Writer::with_rows(Vec::new(), "Orders", &HEADER, 4).unwrap();
        for n in 0..7 {
            writer.row(&[Cell::Number(n)]).unwrap();
        }
        let mut book = open(writer.finish().unwrap());
        assert_eq!(book.sheet_names(), ["Orders", "Orders 2", "Orders 3"]);
        let rows: Vec<usize> = book.worksheets().iter().map(|(_, page)| page.rows().count()).collect();
        assert_eq!(rows, [4, 4, 2], "each with its header");
    }

    #[test]
    fn moments_are_days_since_the_end_of_1899() {
        assert_eq!(serial(datetime(1900, 3, 1, 0, 0, 0, 0)), "61.0000000000");
        assert_eq!(serial(datetime(2026, 11, 28, 12, 0, 0, 0)), "46354.5000000000");
        assert_eq!(serial(datetime(2026, 11, 28, 23, 59, 59, 0)), "46354.9999884259");
    }
}
