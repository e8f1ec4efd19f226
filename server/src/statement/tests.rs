//! Statements of every form, hostile files, and each kind of difference.

use super::compare::{Here, Sought, compare, period};
use super::*;
use boothpay_protocol::difference::DifferenceKind as Kind;
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::transaction::{State, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// 2026-11-28 12:00:00 in Tashkent.
pub(super) const NOON: i64 = 1_795_849_200_000;
pub(super) const LATER: TimeMs = TimeMs::new(NOON + 10 * 86_400_000);

pub(super) fn zone() -> TimeZone {
    TimeZone::get("Asia/Tashkent").unwrap()
}

pub(super) fn csv(text: &str) -> Result<Statement, StatementError> {
    read(text.as_bytes(), &Columns::default(), &zone())
}

pub(super) fn refused(text: &str, words: &str) {
    let error = csv(text).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn columns_are_known_by_their_headings_in_three_languages() {
    let row = "p-1;74S88WN2;28.11.2026 12:00:00;25 000,00;";
    for headings in [
        "ID транзакции;Номер заказа;Дата и время;Сумма, сум;Статус",
        "Tranzaksiya ID;Buyurtma;To‘lov vaqti;Summa;Holati",
        "Transaction ID;Order ID;Date;Amount;Status",
    ] {
        for (word, meaning) in [("Оплачен", Meaning::Paid), ("refunded", Meaning::Refunded), ("", Meaning::Paid)]
        {
            let lines =
                csv(&format!("ООО Фотобудка\nза ноябрь\n\n{headings}\n{row}{word}\n;;;25 000,00;\n")).unwrap().lines;
            let (id, order) = (Some("p-1".to_owned()), Some("74S88WN2".to_owned()));
            assert_eq!(
                lines,
                [Line { row: 5, id, order, tiyin: 2_500_000, at: TimeMs::new(NOON), meaning, is_minus: false }],
                "{headings}"
            );
        }
        let lines = csv(&format!("{headings}\n{row}paid\n{row}failed\np-2;;28.11.2026;;failed\n")).unwrap().lines;
        assert_eq!(lines.iter().map(|line| line.meaning).collect::<Vec<_>>(), [Meaning::Paid, Meaning::Skip]);
    }
    let tiyin = csv("id;amount (tiyin);date\np;2500000;2026-11-28 12:00:00").unwrap();
    assert_eq!(tiyin.lines[0].tiyin, 2_500_000);
    let clock = csv("ID;Сумма;Дата;Время\np;-100,5;28.11.2026;12:00").unwrap();
    let line = &clock.lines[0];
    assert_eq!((line.at, line.tiyin, line.meaning), (TimeMs::new(NOON), 10_050, Meaning::Refunded));
}

#[test]
fn what_is_not_known_is_mapped_by_hand() {
    let file = "Ref;Wert;Zeit;Zustand\np;100;2026-11-28 12:00;fertig\n";
    refused(
        &format!("My firm\nfor March\n\n{file}"),
        "row 4: no column is known for: sum, time, id. The headings are: Ref | Wert",
    );
    refused(file, "row 1: no column is known for: sum, time, id. The headings are: Ref | Wert | Zeit | Zustand");
    let headings = [(Field::Id, "ref"), (Field::Sum, "Wert"), (Field::Time, "Zeit"), (Field::Status, "Zustand")];
    let headings = headings.map(|(field, heading)| (field, heading.to_owned())).into();
    let known = Columns { headings, words: [("fertig".to_owned(), Meaning::Paid)].into() };
    assert_eq!(read(file.as_bytes(), &known, &zone()).unwrap().lines[0].tiyin, 10_000);
    let error = read(file.as_bytes(), &Columns { words: [].into(), ..known }, &zone()).unwrap_err();
    assert_eq!((error.row, error.trouble), (Some(2), Trouble::Word("fertig".to_owned())));
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_nothing_is_guessed() {
    let file = |sum: &str, time: &str| format!("id;sum;time\np-0;1;2026-11-28 12:00\np;{sum};{time}\n");
    refused(&file("=1+1", "2026-11-28 12:00"), "row 3: this is no sum of money: =1+1");
    refused(&file("1,23,456", "2026-11-28 12:00"), "can be read in two ways");
    refused(&file("5", "soon"), "row 3: this is no date");
    refused(&file("", "2026-11-28 12:00"), "row 3: it has no sum");
    for lost in ["5.30539E+23", "\"1,2e15\""] {
        refused(&format!("id,sum,time\n{lost},5,2026-11-28 12:00\n"), "row 2: a spreadsheet has shortened this number");
    }
    assert!(csv("id,sum,time\n5305e397420620ced0bced0b,5,2026-11-28 12:00\n").is_ok());
    refused("", "empty");
}

#[test]
fn headings_name_their_unit_in_many_ways_and_dates_theirs() {
    let read = |heading: &str, sum: &str| csv(&format!("Номер транзакции;{heading}\np;{sum};28.11.2026 12:00:00\n"));
    for heading in
        ["Сумма (UZS)", "Сумма в сумах", "Сумма, сўм", "Summa, so‘m", "Summa, soʻm", "Тўлов суммаси", "Amount, UZS"]
    {
        assert_eq!(read(&format!("{heading};Дата создания"), "25 000").unwrap().lines[0].tiyin, 2_500_000, "{heading}");
    }
    for heading in ["Сумма в тийинах", "Сумма (тийин)", "Summa tiyinda", "Сумма, тийинда"]
    {
        assert_eq!(read(&format!("{heading};Дата"), "2500000").unwrap().lines[0].tiyin, 2_500_000, "{heading}");
    }
    for heading in
        ["Дата и время транзакции", "Дата проведения", "Дата и время создания", "Toʻlov vaqti", "Сана ва вақт"]
    {
        assert_eq!(read(&format!("Сумма;{heading}"), "1").unwrap().lines[0].at, TimeMs::new(NOON), "{heading}");
    }
    let both = csv("ID;Сумма;Дата создания;Дата проведения\np;1;27.11.2026 12:00;28.11.2026 12:00\n").unwrap();
    assert_eq!(both.lines[0].at, TimeMs::new(NOON), "the money's day, not the bill's");
}

#[test]
fn what_spreadsheets_put_around_a_number_is_no_part_of_it() {
    for id in [
        "\"=\"\"12345\"\"\"",
        "=\"12345\"",
        "'12345",
        "12345.0",
        "12345,00",
        "12 345",
        "12\u{a0}345",
        "\u{200b}12345",
        "«12345»",
    ] {
        let line = csv(&format!("id;sum;date\n{id};\"=\"\"25 000,00\"\"\";28.11.2026\u{a0}12:00:00\n")).unwrap().lines
            [0]
        .clone();
        assert_eq!((line.id.as_deref(), line.tiyin, line.at), (Some("12345"), 2_500_000, TimeMs::new(NOON)), "{id}");
    }
    let ids: Vec<_> = csv("id;sum;date\np-1.0;5;28.11.2026\n1a 2b;5;28.11.2026\n").unwrap().lines;
    assert_eq!(
        ids.iter().map(|it| it.id.as_deref().unwrap()).collect::<Vec<_>>(),
        ["p-1.0", "1a 2b"],
        "what is no number"
    );
    let total = csv("№;Дата;Номер транзакции;Сумма\n1;28.11.2026;p;5\nИтого:;30.11.2026;3 платежа;5\n").unwrap();
    assert_eq!(total.lines.len(), 1, "a total with a date is no payment");
}

#[test]
fn one_column_is_never_read_as_two_things() {
    let headings = [(Field::Id, "C"), (Field::Sum, " c "), (Field::Time, "A")];
    let known =
        Columns { headings: headings.map(|(field, heading)| (field, heading.to_owned())).into(), ..Columns::default() };
    let error = read("A;B;C\n28.11.2026;p;5\n".as_bytes(), &known, &zone()).unwrap_err();
    assert!(matches!(&error.trouble, Trouble::SameColumn { headings, .. } if headings == &["A", "B", "C"]), "{error}");
    assert!(error.to_string().contains("was chosen for two things"), "{error}");
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn xlsx(page: &str) -> Vec<u8> {
    archive(&[
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId7"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId7" Target="worksheets/one.xml"/></Relationships>"#,
        ),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>id</t></si><si><r><t>Сум</t></r><r><t>ма</t></r></si><si><t>Дата</t></si><si><t>a&amp;b&#49;</t></si></sst>",
        ),
        ("xl/worksheets/one.xml", page),
    ])
}

#[test]
fn a_spreadsheets_numbers_stay_the_decimals_that_it_has() {
    let page = |sum: &str| {
        format!(
            r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="s"><v>2</v></c></row>
               <row r="4"><c r="A4" t="s"><v>3</v></c><c r="B4">{sum}</c><c r="C4"/><c r="D4"><v>46354.5</v></c></row></sheetData></worksheet>"#
        )
    };
    for (sum, tiyin) in [
        ("<v>12345.670000000002</v>", 1_234_567),
        ("<f>1+1</f><v>1.5E7</v>", 1_500_000_000),
        ("<v>25000</v>", 2_500_000),
    ] {
        let lines = read(&xlsx(&page(sum)), &Columns::default(), &zone()).unwrap().lines;
        assert_eq!((lines[0].row, lines[0].tiyin, lines[0].at), (4, tiyin, TimeMs::new(NOON)), "{sum}");
        assert_eq!(lines[0].id.as_deref(), Some("a&b1"));
    }
    let error = |page: &str| read(&xlsx(page), &Columns::default(), &zone()).unwrap_err().to_string();
    assert!(error(&page("<v>0.005</v>")).contains("a part of a tiyin"));
    let far = r#"<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    assert!(error(far).contains("more than 200 columns"));
    assert!(error("<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>").contains("declares things"));
    assert!(error("<worksheet><row><c t=\"s\"><v>99</v></c></row></worksheet>").contains("a text is missing"));
    assert!(error("<worksheet><row").contains("broken"));
    let old_mac = archive(&[("xl/workbook.xml", r#"<workbook><workbookPr date1904="1"/><sheets/></workbook>"#)]);
    assert!(read(&old_mac, &Columns::default(), &zone()).unwrap_err().to_string().contains("1904"));
}

#[test]
fn the_day_and_the_time_of_day_are_read_from_two_cells_whatever_each_is() {
    let cell = |place: &str, text: &str| match text.parse::<f64>() {
        Ok(_) => format!("<c r=\"{place}\"><v>{text}</v></c>"),
        Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let page = |day: &str, clock: &str| {
        let row = |cells: [(&str, &str); 4]| cells.map(|(place, text)| cell(place, text)).concat();
        let headings = row([("A1", "Дата"), ("B1", "Время"), ("C1", "Номер транзакции"), ("D1", "Сумма")]);
        let payment = row([("A2", day), ("B2", clock), ("C2", "p"), ("D2", "5")]);
        format!(
            "<worksheet><sheetData><row r=\"1\">{headings}</row><row r=\"2\">{payment}</row></sheetData></worksheet>"
        )
    };
    let read = |day: &str, clock: &str| read(&xlsx(&page(day, clock)), &Columns::default(), &zone());
    for day in ["46354", "28.11.2026", "2026-11-28"] {
        for clock in ["0.5", "12:00:00", "12:00", "46354.5"] {
            assert_eq!(read(day, clock).unwrap().lines[0].at, TimeMs::new(NOON), "{day} and {clock}");
        }
    }
    for (day, clock, words) in [
        ("46354", "late", "row 2: this is no date or time"),
        ("46354", "late", ": B2: late"),
        ("soon", "0.5", ": A2: soon"),
    ] {
        let error = read(day, clock).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

/// A workbook of pages with these names; each row is texts.
pub(super) fn workbook(pages: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let (mut sheets, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (place, (name, rows)) in pages.iter().enumerate() {
        sheets += &format!("<sheet name=\"{name}\" sheetId=\"{place}\" r:id=\"r{place}\"/>");
        relations += &format!("<Relationship Id=\"r{place}\" Target=\"worksheets/{place}.xml\"/>");
        let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let row = |row: &&[&str]| format!("<row>{}</row>", row.iter().map(cell).collect::<String>());
        let rows: String = rows.iter().map(row).collect();
        parts.push((
            format!("xl/worksheets/{place}.xml"),
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    parts.push(("xl/workbook.xml".to_owned(), format!("<workbook xmlns:r=\"r\"><sheets>{sheets}</sheets></workbook>")));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")));
    archive(&parts.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect::<Vec<_>>())
}

#[test]
fn of_several_sheets_the_list_of_payments_is_read_and_else_it_is_said_which_was() {
    let list: &[&[&str]] = &[&["Дата", "ID", "Сумма"], &["28.11.2026 12:00:00", "p", "5"]];
    let (title, none): (&[&[&str]], &[&[&str]]) = (&[&["Пусто"]], &[]);
    let read = |pages: &[(&str, &[&[&str]])]| read(&workbook(pages), &Columns::default(), &zone());
    let found = read(&[("Титул", title), ("Данные", list), ("Ещё", none)]).unwrap();
    assert_eq!((found.lines.len(), found.page.as_deref()), (1, Some("Данные")));
    assert_eq!(read(&[("Данные", list)]).unwrap().page, None, "there is nothing to say");
    let error = read(&[("Нет", none), ("Титул", title), ("Другой", title)]).unwrap_err().to_string();
    assert!(error.starts_with("sheet \"Титул\": row 1: no column is known"), "{error}");
    let error = read(&[("Октябрь", list), ("Ноябрь", list)]).unwrap_err().to_string();
    assert!(error.contains("Октябрь | Ноябрь") && error.contains("a file of its own"), "{error}");
}

#[test]
fn what_is_no_workbook_is_refused() {
    let whole = xlsx("<worksheet/>");
    for bytes in [&whole[..whole.len() / 2], b"PK\x03\x04", &archive(&[("a", "b")])] {
        assert!(read(bytes, &Columns::default(), &zone()).unwrap_err().to_string().contains("broken"));
    }
}

#[test]
fn a_small_file_that_unpacks_to_more_than_there_is_memory_is_refused() {
    let refusal = |page: &str| {
        let bomb = xlsx(page);
        assert!(bomb.len() < 2 * 1024 * 1024, "it is small");
        read(&bomb, &Columns::default(), &zone()).unwrap_err().to_string()
    };
    let error = refusal(&" ".repeat(8 * 1024 * 1024));
    assert!(error.contains("a text in it is too long"), "{error}");
    let comment = format!("<!--{}-->", " ".repeat(900 * 1024));
    let error = refusal(&comment.repeat(300));
    assert!(error.contains("more than 256 MiB"), "{error}");
    let cell = format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", "x".repeat(900 * 1024));
    let error = refusal(&format!("<worksheet><sheetData><row>{}</row>", cell.repeat(80)));
    assert!(error.contains("too much text"), "{error}");
    let row = format!("<row>{}<c><v>1</v></c></row>", "<c/>".repeat(198));
    let error = refusal(&format!("<worksheet><sheetData>{}", row.repeat(15_200)));
    assert!(error.contains("more than 150000 rows"), "{error}");
    let names: Vec<String> = (0..1100).map(|n| format!("part{n}")).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let error = read(&archive(&parts), &Columns::default(), &zone()).unwrap_err().to_string();
    assert!(error.contains("too many parts"), "{error}");
}

pub(super) fn here(id: &str, order: &str, soum: i64, at: i64, is_back: bool) -> Here {
    Here::of(&transaction(id, order, soum, at, is_back), false).unwrap()
}

pub(super) fn transaction(id: &str, order: &str, soum: i64, at: i64, is_back: bool) -> Transaction {
    let at = TimeMs::new(at);
    let state = match is_back {
        true => State::Refunded { perform_time: at, cancel_time: at, reason: None },
        false => State::Performed { perform_time: at },
    };
    Transaction {
        number: TransactionNumber::new(1),
        provider: Provider::Payme,
        provider_id: ProviderId::parse(id).unwrap(),
        order_id: OrderId::parse(order).unwrap(),
        amount: Tiyin::new(soum * 100).unwrap(),
        provider_time: at,
        create_time: at,
        state,
        details: Details::none(),
    }
}

pub(super) fn there(id: &str, order: &str, soum: i64, at: i64, is_refund: bool) -> Line {
    let id = (!id.is_empty()).then(|| id.to_owned());
    let order = (!order.is_empty()).then(|| order.to_owned());
    let meaning = if is_refund { Meaning::Refunded } else { Meaning::Paid };
    Line { row: 2, id, order, tiyin: soum * 100, at: TimeMs::new(at), meaning, is_minus: false }
}

/// A row about the way back alone, with a number of its own.
pub(super) fn minus(id: &str, order: &str, soum: i64) -> Line {
    Line { is_minus: true, ..there(id, order, soum, NOON, true) }
}

#[test]
fn every_difference_has_its_kind_and_what_agrees_has_none() {
    use Kind::*;
    let (h, t) = (here("p", "A", 10, NOON, false), there("p", "A", 10, NOON + 5000, false));
    let back = here("p", "A", 10, NOON, true);
    let void = Line { meaning: Meaning::Skip, ..t.clone() };
    let (paid_by_q, number) = (here("q", "A", 10, NOON, false), here("p", "NKAPP755", 10, NOON, false));
    type Case = (&'static str, Vec<Line>, Vec<Here>, Vec<Kind>);
    let cases: Vec<Case> = vec![
        ("equal", vec![t.clone()], vec![h.clone()], vec![]),
        ("ids in another case", vec![there("P", "A", 10, NOON, false)], vec![h.clone()], vec![]),
        ("an order in small letters", vec![there("", "nkapp755", 10, NOON, false)], vec![number.clone()], vec![]),
        ("an order in groups", vec![there("p", "№ nkap p755", 10, NOON, false)], vec![number.clone()], vec![]),
        ("an order in groups with a dash", vec![there("", "Заказ NKAP-P755", 10, NOON, false)], vec![number], vec![]),
        ("an order in the letters of two", vec![there("", "a", 10, NOON, false)], vec![h.clone()], vec![]),
        ("by the order alone", vec![there("", "order_id: A", 10, NOON, false)], vec![h.clone()], vec![]),
        ("there alone", vec![t.clone(), there("q", "B", 10, NOON, false)], vec![h.clone()], vec![MissingHere]),
        ("come and gone back there", vec![t.clone(), there("q", "B", 10, NOON, true)], vec![h.clone()], vec![]),
        ("here alone", vec![t.clone()], vec![h.clone(), here("q", "B", 5, NOON, false)], vec![MissingThere]),
        ("another sum", vec![there("p", "A", 11, NOON, false)], vec![h.clone()], vec![OtherSum]),
        ("another order", vec![there("p", "B", 10, NOON, false)], vec![h.clone()], vec![OtherOrder]),
        ("back there, by its state", vec![there("p", "A", 10, NOON, true)], vec![h.clone()], vec![RefundedThere]),
        (
            "back there, by a second row",
            vec![t.clone(), there("p", "A", 10, NOON, true)],
            vec![h.clone()],
            vec![RefundedThere],
        ),
        ("a part back there", vec![t.clone(), there("p", "A", 4, NOON, true)], vec![h.clone()], vec![PartBack]),
        (
            "a part back there, all here",
            vec![t.clone(), there("p", "A", 4, NOON, true)],
            vec![back.clone()],
            vec![PartBack],
        ),
        ("a part back there, by a row alone", vec![there("p", "A", 4, NOON, true)], vec![h.clone()], vec![PartBack]),
        (
            "back there in two parts",
            vec![t.clone(), there("p", "A", 4, NOON, true), there("p", "A", 6, NOON + 5, true)],
            vec![back.clone()],
            vec![],
        ),
        (
            "the same by rows alone",
            vec![there("p", "A", 4, NOON, true), there("p", "A", 6, NOON + 5, true)],
            vec![back.clone()],
            vec![],
        ),
        ("more back than came", vec![t.clone(), there("p", "A", 11, NOON, true)], vec![back.clone()], vec![OtherSum]),
        (
            "back there in a row that stands twice",
            vec![t.clone(), there("p", "A", 10, NOON, true), there("p", "A", 10, NOON, true)],
            vec![back.clone()],
            vec![Twice],
        ),
        (
            "back there twice, by rows alone",
            vec![there("p", "A", 10, NOON, true), there("p", "A", 10, NOON, true)],
            vec![back.clone()],
            vec![Twice],
        ),
        (
            "back there by a row of its own number",
            vec![t.clone(), minus("r", "A", 10)],
            vec![h.clone()],
            vec![RefundedThere],
        ),
        ("the same on both sides", vec![t.clone(), minus("r", "A", 10)], vec![back.clone()], vec![]),
        ("a part by a row of its own number", vec![t.clone(), minus("r", "A", 4)], vec![h.clone()], vec![PartBack]),
        (
            "on both sides, without a minus",
            vec![t.clone(), there("r", "A", 10, NOON, true)],
            vec![back.clone()],
            vec![],
        ),
        (
            "another attempt came and went back there",
            vec![t.clone(), there("r", "A", 10, NOON, true)],
            vec![h.clone()],
            vec![],
        ),
        ("of an order that is nowhere here", vec![t.clone(), minus("r", "Z", 10)], vec![h.clone()], vec![]),
        ("back on both sides", vec![t.clone(), there("p", "A", 10, NOON, true)], vec![back.clone()], vec![]),
        ("back here alone", vec![t.clone()], vec![back.clone()], vec![RefundedHere]),
        ("cancelled there", vec![void.clone()], vec![h.clone()], vec![RefundedThere]),
        ("cancelled there, back here", vec![void.clone()], vec![back.clone()], vec![]),
        ("a try that failed before", vec![there("q", "A", 10, NOON, false), void.clone()], vec![paid_by_q], vec![]),
        ("twice in the file", vec![t.clone(), t.clone()], vec![h.clone()], vec![Twice]),
        (
            "paid twice, the unknown one first",
            vec![there("q", "A", 10, NOON, false), t.clone()],
            vec![h.clone()],
            vec![MissingHere],
        ),
        ("paid twice", vec![t.clone(), there("q", "A", 10, NOON, false)], vec![h], vec![MissingHere]),
    ];
    for (name, lines, payments, kinds) in cases {
        let compared = compare(&lines, &payments, &period(&lines, &zone(), LATER), &zone());
        assert_eq!(compared.differences.iter().map(|it| it.kind).collect::<Vec<_>>(), kinds, "{name}");
        let day = compared.days.values().next().unwrap();
        assert_eq!(day.differences, i64::try_from(kinds.len()).unwrap(), "{name}");
    }
}

#[test]
fn a_part_that_went_back_is_shown_and_a_row_that_stands_twice_has_its_order() {
    let compared = |lines: &[Line]| {
        let payments = [here("p", "A", 25, NOON, false)];
        compare(lines, &payments, &period(lines, &zone(), LATER), &zone()).differences
    };
    let paid = there("p", "A", 25, NOON, false);
    let part = compared(&[paid.clone(), there("p", "", 10, NOON, true)]);
    let sums: Vec<_> = part.iter().map(|it| (it.there, it.here, it.order.as_deref())).collect();
    assert_eq!(sums, [(Some(1000), Some(2500), Some("A"))], "one difference, with what went back");
    let nameless = Line { order: None, ..paid };
    let twice = compared(&[nameless.clone(), nameless]);
    assert_eq!((twice[0].kind, twice[0].order.as_deref(), twice.len()), (Kind::Twice, Some("A"), 1));
}

#[test]
fn a_payment_that_came_here_on_another_day_is_looked_for_by_what_the_statement_says() {
    let day = 86_400_000;
    let nameless = Line { id: None, ..there("", "nkap p755", 10, NOON, false) };
    let lines = [there("FAR", "B", 10, NOON, false), there("p", "A", 10, NOON, false), nameless];
    let near = [here("p", "A", 10, NOON, false)];
    let sought = Sought::of(&lines, &near);
    assert_eq!(sought.ids, ["FAR"]);
    assert!(sought.orders.contains(&"NKAPP755".to_owned()), "{sought:?}");
    let far = [here("far", "B", 10, NOON + 2 * day, false), here("n", "NKAPP755", 10, NOON - 9 * day, false)];
    assert!(far.iter().all(|payment| sought.has(payment)));
    assert!(!sought.has(&here("another", "B", 10, NOON, false)), "of an order whose payment has an id, that one alone");
    let all = [&near[..], &far].concat();
    let compared = compare(&lines, &all, &period(&lines, &zone(), LATER), &zone());
    assert_eq!((compared.differences.len(), compared.days.len()), (0, 1), "{compared:?}");
    let sums = compared.days.values().next().unwrap();
    assert_eq!((sums.here, sums.there), ((3, 3000), (3, 3000)), "all on the statement's day");
}

#[test]
fn what_a_statement_has_recorded_stands_on_the_wallets_day() {
    let state = State::Performed { perform_time: TimeMs::new(NOON + 2 * 86_400_000) };
    let recorded = Transaction { state, ..transaction("late", "B", 10, NOON, false) };
    let payments = [here("p", "A", 10, NOON, false), Here::of(&recorded, true).unwrap()];
    for (at, expected) in [(NOON, vec![Kind::MissingThere]), (NOON + 2 * 86_400_000, vec![])] {
        let lines = [there("p", "A", 10, at, false)];
        let compared = compare(&lines, &payments, &period(&lines, &zone(), LATER), &zone());
        assert_eq!(compared.differences.iter().map(|it| it.kind).collect::<Vec<_>>(), expected, "{at}");
    }
}

#[test]
fn a_payment_at_midnight_belongs_to_the_statements_day_and_the_ends_are_not_judged() {
    let midnight = NOON + 12 * 3_600_000;
    let lines = [there("p", "A", 10, midnight - 1000, false)];
    let payments = [
        here("p", "A", 10, midnight + 1000, false),
        here("q", "B", 10, midnight - 1, false),
        here("r", "C", 10, midnight + 1, false),
        here("s", "D", 10, midnight + 600_000, false),
    ];
    let compared = compare(&lines, &payments, &period(&lines, &zone(), LATER), &zone());
    assert_eq!((compared.differences.len(), compared.days.len()), (0, 1), "{compared:?}");
    let waiting: Vec<_> = compared.at_the_ends.iter().map(|it| it.found.order.as_deref().unwrap()).collect();
    assert_eq!(waiting, ["B", "C"], "on both sides of the end, and no further");
    let today = period(&lines, &zone(), TimeMs::new(midnight - 500));
    assert_eq!(today.end, TimeMs::new(midnight - 999), "of a day that is not over, up to its last row");
}
