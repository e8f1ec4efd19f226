//! Which rows are payments and which are not, and how cells and columns are told apart: nothing about money is left out silently.

use super::tests::{NOON, csv, refused, workbook, xlsx, zone};
use super::{Columns, StatementError, read};
use boothpay_protocol::time::TimeMs;

const ID: &str = "6cdc11111111111111111111";

#[test]
fn a_row_of_money_with_an_empty_cell_stops_the_comparison_at_its_cell() {
    let stated = "ID;Дата оплаты;Номер заказа;Сумма;Статус\n";
    let whole = format!("{ID};28.11.2026 12:00:00;A;5;Оплачен\n");
    for (row, words) in [
        ("3099999999;;photobooth-1;50000;Оплачен", "row 3: it has a sum and no date: B3."),
        ("3099999999;;;50000;", "no date: B3"),
        (";;photobooth-1;50000;", "no date: B3"),
        (";;;50000;Оплачен", "no date: B3"),
        (";;;-50000;Возврат", "no date: B3"),
        (";28.11.2026 15:00:00;;50000;Оплачен", "neither a payment's number nor an order: A3"),
        (";28.11.2026 15:00:00;;50000;Возврат", "neither a payment's number nor an order: A3"),
        (";28.11.2026 15:00:00;;50000;fertig", "neither a payment's number nor an order: A3"),
    ] {
        refused(&format!("{stated}{whole}{row}\n"), words);
    }
    for row in [
        ";;;50000;",
        ";28.11.2026;;50000;",
        "3099999999;;;;",
        "3099999999;;;50000;Отменён",
        ";28.11.2026 15:00:00;;50000;Отменён",
        "Комиссия кошелька;;;50000;",
        "Директор;;;Иванов;",
        "3099999999;;;0;Оплачен",
    ] {
        assert_eq!(csv(&format!("{stated}{whole}{row}\n")).unwrap().lines.len(), 1, "{row}");
    }
    let bare = "Дата;Время;Номер заказа;Сумма\n28.11.2026;12:00;A;5\n";
    refused(&format!("{bare};23:00;B;50000\n"), "row 3: it has a sum and no date: A3");
    refused(
        &format!("{bare}28.11.2026;;;50000\n"),
        "row 3: it has a sum, and neither a payment's number nor an order: C3",
    );
}

#[test]
fn a_day_that_is_one_cell_for_several_rows_is_the_day_of_each() {
    let row = |row: u8, cells: &[&str]| {
        let cell = |(column, text): (char, &&str)| match text.is_empty() {
            true => format!("<c r=\"{column}{row}\"/>"),
            false => format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        };
        format!("<row r=\"{row}\">{}</row>", ('A'..='D').zip(cells).map(cell).collect::<String>())
    };
    let rows = [
        row(1, &["Дата", "Время", "ID", "Сумма"]),
        row(2, &["28.11.2026", "12:00:00", "p1", "5"]),
        row(3, &["", "12:00:00", "p2", "5"]),
        row(4, &["", "12:00:00", "p3", "5"]),
        row(5, &["29.11.2026", "12:00:00", "p4", "5"]),
    ];
    let page = |merged: &str| {
        let merged = format!("<mergeCells>{merged}</mergeCells>");
        xlsx(&format!("<worksheet><sheetData>{}</sheetData>{merged}</worksheet>", rows.concat()))
    };
    let read = |merged: &str| read(&page(merged), &Columns::default(), &zone());
    let lines = read("<mergeCell ref=\"A2:A4\"/>").unwrap().lines;
    let days: Vec<TimeMs> = lines.iter().map(|line| line.at).collect();
    let next = TimeMs::new(NOON + 86_400_000);
    assert_eq!(days, [TimeMs::new(NOON), TimeMs::new(NOON), TimeMs::new(NOON), next]);
    for (merged, cell) in [
        ("", "row 3: it has a sum and no date: A3"),
        ("<mergeCell ref=\"A2:A3\"/>", "row 4: it has a sum and no date: A4"),
        ("<mergeCell ref=\"A2:D2\"/>", "row 3: it has a sum and no date: A3"),
        ("<mergeCell ref=\"nonsense\"/>", "row 3: it has a sum and no date: A3"),
    ] {
        let error = read(merged).unwrap_err().to_string();
        assert!(error.contains(cell), "{merged}: {error}");
    }
}

#[test]
fn a_total_is_no_payment_wherever_it_says_so() {
    for (headings, payment, total) in [
        ("Дата;ID транзакции;Номер заказа;Сумма;Статус", "28.11.2026;7;A;5;Оплачен", "28.11.2026;Итого за день;;5;"),
        ("ID транзакции;Дата оплаты;Номер заказа;Сумма;Статус", "7;28.11.2026;A;5;Оплачен", "Итого;28.11.2026;;5;"),
        ("ID транзакции;Дата оплаты;Номер заказа;Сумма;Статус", "7;28.11.2026;A;5;Оплачен", ";28.11.2026;Jami:;5;"),
        ("Дата;Номер заказа;Сумма", "28.11.2026;A;5", "28.11.2026;Всего за день;5"),
        ("Дата;Касса;ID;Сумма;Статус", "28.11.2026;1;7;5;Оплачен", "28.11.2026;Итого;2 платежа;5;"),
    ] {
        let lines = csv(&format!("{headings}\n{payment}\n{total}\n")).unwrap().lines;
        assert_eq!(lines.len(), 1, "{total}");
    }
    for (headings, payment) in [
        ("Номер заказа;Дата;Сумма", "total-5;28.11.2026;5"),
        ("Дата;ID;Номер заказа;Сумма;Статус", "28.11.2026;7;Total;5;Оплачен"),
        ("Дата;ID;Комментарий;Сумма", "28.11.2026;7;Всего доброго;5"),
    ] {
        assert_eq!(csv(&format!("{headings}\n{payment}\n")).unwrap().lines.len(), 1, "{payment}");
    }
}

#[test]
fn a_column_of_the_moment_that_has_the_clock_alone_stands_beside_the_day() {
    for headings in [
        "ID транзакции;Дата;Время оплаты;Номер заказа;Сумма",
        "Tranzaksiya ID;Sana;To‘lov vaqti;Buyurtma;Summa",
        "Transaction ID;Date;Payment time;Order;Amount",
    ] {
        let line = csv(&format!("{headings}\n7;28.11.2026;12:00:00;A;5\n")).unwrap().lines[0].clone();
        assert_eq!(line.at, TimeMs::new(NOON), "{headings}");
        let line = csv(&format!("{headings}\n7;27.11.2026;28.11.2026 12:00:00;A;5\n")).unwrap().lines[0].clone();
        assert_eq!(line.at, TimeMs::new(NOON), "{headings}: the whole moment counts");
    }
    refused("ID;Время оплаты;Сумма\n7;12:00:00;5\n", "row 2: this is no date or time");
}

#[test]
fn cells_end_at_the_sign_under_which_the_headings_are_known() {
    let plain = "Оплата услуг, фотобудка, г. Ташкент, без НДС";
    for purpose in [plain.to_owned(), format!("\"{plain}\"")] {
        let rows: String =
            (0..30).map(|n| format!("6cdc{n};28.11.2026 12:00:00;30000,00;600,00;29400,00;{purpose}\n")).collect();
        let lines =
            csv(&format!("ID транзакции;Дата оплаты;Сумма;Комиссия;К выплате;Назначение\n{rows}")).unwrap().lines;
        assert_eq!((lines.len(), lines[0].tiyin), (30, 3_000_000), "{purpose}");
    }
    for sign in [';', '\t', ',', '|'] {
        let file = "ID~Дата~Сумма\np~28.11.2026 12:00:00~5\n".replace('~', &sign.to_string());
        assert_eq!(csv(&file).unwrap().lines[0].tiyin, 500, "{sign}");
    }
    let strange = format!("Ref;Wert;Zeit\n1;\"{plain}\";3\n2;\"{plain}\";3\n");
    refused(&strange, "The headings are: Ref | Wert | Zeit");
}

#[test]
fn several_sheets_are_still_told_apart_by_their_headings() -> Result<(), StatementError> {
    let list: &[&[&str]] = &[&["Дата", "Время оплаты", "ID", "Сумма"], &["28.11.2026", "12:00:00", "p", "5"]];
    let title: &[&[&str]] = &[&["Пусто"]];
    let found = read(&workbook(&[("Титул", title), ("Данные", list)]), &Columns::default(), &zone())?;
    assert_eq!((found.lines.len(), found.page.as_deref()), (1, Some("Данные")));
    Ok(())
}
