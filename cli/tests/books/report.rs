//! `boothpay report` says what `GET /api/stats` says.

use crate::booth::{Booth, begin, cancel, order, pay, stats};
use serde_json::{Value, json};

/// A 24-letter id, as Payme has.
fn id(n: u8) -> String {
    format!("5305e3bab097f420a62ced{n:02}")
}

#[tokio::test]
async fn the_report_and_the_stats_say_the_same_beside_a_running_server_and_after_it() {
    for booth in Booth::on_both() {
        let server = booth.folder.serve(&[]);
        for name in ["paid-1", "paid-2", "refunded", "asked", "tried", "waiting"] {
            order(&server, name).await;
        }
        for (name, number) in [("paid-1", 1), ("paid-2", 2), ("refunded", 3), ("asked", 4)] {
            pay(&server, name, &id(number)).await;
        }
        cancel(&server, &id(3), 5).await;
        begin(&server, "tried", &id(5)).await;
        cancel(&server, &id(5), 3).await;
        booth.run(&["order", "refund", "asked"]);

        let said = stats(&server).await["report"].clone();
        let total = &said["total"];
        let sums = ["paid", "paid_soum", "refunded", "net_soum", "asked_back", "asked_back_soum", "orders", "waiting"];
        let expected = [4, 40000, 1, 30000, 1, 10000, 6, 2];
        assert_eq!(sums.map(|sum| total[sum].as_i64().unwrap()), expected, "{total}");
        assert_eq!((&said["owed_now"], &said["owed_now_soum"]), (&json!(1), &json!(10000)));

        let report = |arguments: &[&str]| booth.run(&[&["report"], arguments].concat());
        let as_json = |out: String| serde_json::from_str::<Value>(&out).unwrap();
        assert_eq!(as_json(report(&["--json"])), said);
        let day = said["period"].as_str().unwrap();
        let text = report(&["--day", day, "--language", "en"]);
        assert!(text.contains("Net of refunds") && text.contains("30 000") && text.contains("Payme"), "{text}");
        assert!(report(&[]).starts_with(&format!("Отчёт {day} (Asia/Tashkent)\n")), "in the booth's language");
        let month = as_json(report(&["--month", &day[..7], "--json"]));
        assert_eq!(month["total"], *total);
        let csv = report(&["--csv"]);
        assert!(csv.starts_with("\u{feff}час;Оплачено;\"Оплачено, сумов\";") && csv.lines().count() == 25, "{csv}");
        booth.run(&["verify"]);

        drop(server.kill());
        assert_eq!(as_json(report(&["--day", day, "--json"]))["total"], *total);
    }
}

#[test]
fn a_report_of_what_is_no_day_says_how_a_day_is_written() {
    let [booth, _] = Booth::on_both();
    assert!(booth.fails(&["report"]).contains("there is no database"), "it makes none");
    booth.run(&["order", "create"]);
    let error = booth.fails(&["report", "--day", "28.11.2026"]);
    assert!(error.contains("--day 28.11.2026: there is no such day; a day is written like 2026-11-28"), "{error}");
}
