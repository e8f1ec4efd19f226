//! `boothpay order export`: what an accountant gets, read by another program's reader.

use crate::booth::{Booth, begin, cancel, order, pay};
use calamine::{Data, Reader, Xlsx};

/// A 24-letter id, as Payme has.
fn id(n: u8) -> String {
    format!("5305e3bab097f420a62ced{n:02}")
}

async fn filled(booth: &Booth) {
    let server = booth.folder.serve(&[]);
    for name in ["paid", "refunded", "tried", "waiting"] {
        order(&server, name).await;
    }
    pay(&server, "paid", &id(1)).await;
    pay(&server, "refunded", &id(2)).await;
    cancel(&server, &id(2), 5).await;
    begin(&server, "tried", &id(3)).await;
    cancel(&server, &id(3), 3).await;
    // Beside the running server.
    assert_eq!(booth.run(&["order", "export", "--csv"]).lines().count(), 3);
}

#[tokio::test]
async fn a_row_for_each_payment_as_csv_and_as_xlsx() {
    for booth in Booth::on_both() {
        filled(&booth).await;
        booth.sql("update orders set booth_name = '=HYPERLINK(\"http://x\";\"y\")' where order_id = 'refunded'");
        let csv = booth.run(&["order", "export", "--csv", "--language", "en"]);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(
            lines[0],
            "\u{feff}Order;Paid at;Wallet;Wallet's number;\"Sum, soum\";State;Refunded at;Booth;Copies;Order made"
        );
        let fields: Vec<&str> = lines[1].split(';').collect();
        assert_eq!(
            (fields[0], fields[2], fields[3], fields[4], fields[5], fields[6], fields[8]),
            ("paid", "Payme", &*id(1), "10000,00", "paid", "", "1")
        );
        assert!(lines[2].starts_with("refunded;") && lines[2].contains(";refunded;2"), "{csv}");
        assert!(lines[2].contains(";\"'=HYPERLINK"), "no formula: {csv}");
        assert_eq!(lines.len(), 3, "what brought no money is not in it");
        let all = booth.run(&["order", "export", "--csv", "--all", "--language", "en"]);
        for row in ["tried;;Payme;", "waiting;;;;10000,00;waiting for payment;"] {
            assert!(all.lines().any(|line| line.starts_with(row)), "{row}: {all}");
        }

        let said = booth.run(&["order", "export", "--xlsx", "-o", "march.xlsx"]);
        assert_eq!(said, "march.xlsx: 2 rows\n");
        let mut book: Xlsx<_> = calamine::open_workbook(booth.folder.path().join("march.xlsx")).unwrap();
        let page = book.worksheet_range("Заказы").unwrap();
        let cell = |row, column| page.get_value((row, column)).unwrap().clone();
        assert_eq!((cell(0, 0), cell(1, 0), cell(1, 4)), (text("Заказ"), text("paid"), Data::Float(10000.0)));
        assert!(matches!((cell(1, 1), cell(2, 6)), (Data::DateTime(_), Data::DateTime(_))));
        assert_eq!(cell(2, 7), text("=HYPERLINK(\"http://x\";\"y\")"));
        assert!(book.worksheet_formula("Заказы").unwrap().is_empty(), "what somebody wrote is text");
        let left: Vec<_> = std::fs::read_dir(booth.folder.path()).unwrap().flatten().map(|it| it.file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{left:?}");
    }
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[tokio::test]
async fn days_are_those_of_the_booth_and_the_last_is_in_it() {
    let [booth, _] = Booth::on_both();
    filled(&booth).await;
    // Midnight in Tashkent between 2023-11-15 and 2023-11-16.
    for (state, time) in [("performed", 1_700_074_799_999_i64), ("refunded", 1_700_074_800_000)] {
        booth.sql(&format!(
            "update transactions set create_time_ms = 1700074700000, perform_time_ms = {time} where state = '{state}'"
        ));
    }
    booth.sql("update transactions set cancel_time_ms = 1700161200000 where state = 'refunded'");
    let rows = |arguments: &[&str]| {
        let out = booth.run(&[&["order", "export", "--csv"], arguments].concat());
        out.lines().skip(1).map(|line| line.split(';').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&["--to", "2023-11-15"]), ["paid"]);
    assert_eq!(rows(&["--from", "2023-11-16", "--to", "2023-11-16"]), ["refunded"]);
    assert_eq!(rows(&["--from", "2023-11-15", "--to", "2023-11-16"]), ["paid", "refunded"]);
    assert_eq!(rows(&["--month", "2023-11"]).len(), 2);
    assert!(rows(&["--month", "2023-12"]).is_empty());
    // It was paid on the 16th and went back on the 17th; what was begun and given up brought nothing that could go back.
    assert!(rows(&["--from", "2023-11-17"]).is_empty());
    assert_eq!(rows(&["--refunds", "--from", "2023-11-17"]), ["refunded"]);
    assert!(rows(&["--refunds", "--to", "2023-11-16"]).is_empty());
    let error = booth.fails(&["order", "export", "--csv", "--from", "2023-11-16", "--to", "2023-11-15"]);
    assert!(error.contains("--from is after --to"), "{error}");
    let error = booth.fails(&["order", "export", "--csv", "-o", "no/such/folder/x.csv"]);
    assert!(error.contains("no/such/folder") && error.contains("make it, or name another"), "{error}");
}
