//! `boothpay reconcile`: a wallet's statement beside what is here, from the file to the exit code, beside a running server.

use crate::booth::{Booth, begin, cancel, order, pay};

/// A 24-letter id, as Payme has.
fn id(n: u8) -> String {
    format!("5305e3bab097f420a62ced{n:02}")
}

fn row(n: u8, order: &str, sum: &str, state: &str) -> String {
    format!("{};{order};{};{sum};{state}\n", id(n), jiff::Timestamp::now())
}

fn write(booth: &Booth, rows: &[String]) {
    booth.folder.write("payme.csv", &format!("ID;Заказ;Дата;Сумма;Статус\n{}", rows.concat()));
}

const COMPARE: [&str; 4] = ["reconcile", "payme.csv", "--wallet", "payme"];

#[tokio::test]
async fn a_statement_agrees_or_names_what_differs_and_puts_it_right() {
    for booth in Booth::on_both() {
        let server = booth.folder.serve(&[]);
        for name in ["paid", "begun", "cheaper", "cancelled"] {
            order(&server, name).await;
        }
        for (name, n) in [("paid", 1), ("cheaper", 3), ("cancelled", 4)] {
            pay(&server, name, &id(n)).await;
        }
        begin(&server, "begun", &id(2)).await;
        write(
            &booth,
            &[
                row(1, "paid", "10 000,00", "Оплачен"),
                row(2, "begun", "10 000,00", "Оплачен"),
                row(3, "cheaper", "9 999,99", "Оплачен"),
                row(4, "cancelled", "10 000,00", "Отменён"),
                row(5, "=HYPERLINK(0)", "1", "paid"),
            ],
        );
        let finished = booth.folder.run(&COMPARE, &[]);
        assert_eq!(finished.code, Some(1), "{}{}", finished.out, finished.err);
        for words in [
            "order begun: in the statement and not here: 10000 soum",
            "order cheaper: another sum: 9999.99 soum there, 10000 here",
            "order cancelled: cancelled or given back at the wallet and paid here: 10000 soum",
            "payme.csv (SHA-256 ",
            "4 differences.",
        ] {
            assert!(finished.out.contains(words), "{words}: {}", finished.out);
        }
        assert!(!finished.out.contains("order paid:"), "{}", finished.out);
        let sheet = booth.folder.run(&[&COMPARE[..], &["--csv"]].concat(), &[]).out;
        assert!(sheet.contains(";\"'=HYPERLINK(0)\""), "no formula: {sheet}");

        let right = |name: &str| booth.folder.run(&[&COMPARE[..], &["--put-right", name]].concat(), &[]);
        let finished = right("begun");
        assert!(
            finished.out.contains("order begun: paid, by payme.csv") && finished.code == Some(1),
            "{}",
            finished.out
        );
        let shown: serde_json::Value = serde_json::from_str(&booth.run(&["order", "show", "begun"])).unwrap();
        assert_eq!(shown["status"], "paid", "{shown}");
        let again = right("begun");
        assert!(again.out.contains("order begun: this payment is recorded already"), "{}{}", again.out, again.err);
        assert!(right("cheaper").err.contains("no payment of order cheaper"));
        write(
            &booth,
            &[1, 2, 3, 4]
                .map(|n| row(n, ["paid", "begun", "cheaper", "cancelled"][usize::from(n) - 1], "10000", "paid")),
        );
        let said = booth.run(&COMPARE);
        assert!(said.contains("All agrees.") && said.contains("4 × 40000"), "{said}");
        drop(server);
        booth.run(&["verify"]);
    }
}

#[tokio::test]
async fn a_payment_of_two_days_ago_is_put_right_and_agrees_ever_after() {
    for booth in Booth::on_both() {
        let server = booth.folder.serve(&[]);
        order(&server, "late").await;
        let day_before_yesterday = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
        let row = format!("{};late;{day_before_yesterday};10000;paid\n", id(1));
        write(&booth, &[row]);
        assert_eq!(booth.folder.run(&COMPARE, &[]).code, Some(1));
        let right = [&COMPARE[..], &["--put-right", "late"]].concat();
        let said = booth.run(&right);
        assert!(said.contains("order late: paid, by payme.csv") && said.contains("All agrees."), "{said}");
        let said = booth.run(&right);
        assert!(
            said.contains("order late: this payment is recorded already") && said.contains("All agrees."),
            "{said}"
        );
        let said = booth.run(&COMPARE);
        assert!(said.matches("1 × 10000").count() == 2 && said.contains("All agrees."), "{said}");
        drop(server);
        booth.run(&["verify"]);
    }
}

#[tokio::test]
async fn a_statement_of_another_wallet_is_refused_and_money_given_back_by_hand_is_named() {
    for booth in Booth::on_both() {
        let server = booth.folder.serve(&[]);
        for (name, n) in [("kept", 1), ("handed", 2)] {
            order(&server, name).await;
            pay(&server, name, &id(n)).await;
        }
        cancel(&server, &id(2), 5).await;
        write(&booth, &[row(1, "kept", "10000", "paid"), row(2, "handed", "10000", "Отменён")]);
        let said = booth.run(&COMPARE);
        assert!(said.matches("1 × 10000").count() == 2 && said.contains("All agrees."), "{said}");
        let refused = booth.fails(&["reconcile", "payme.csv", "--wallet", "click"]);
        assert!(refused.contains("this looks like the statement of another wallet, payme"), "{refused}");
        assert!(refused.contains("Compare it with --wallet payme"), "{refused}");
        // A wallet whose money cannot go back by itself; of Payme's it is always Payme that says so.
        drop(server);
        booth.sql("update transactions set reason = 'by_hand' where state = 'refunded'");
        write(&booth, &[row(1, "kept", "10000", "paid"), row(2, "handed", "10000", "paid")]);
        let said = booth.run(&COMPARE);
        assert!(said.matches("2 × 20000").count() == 2 && said.contains("All agrees."), "{said}");
        assert!(said.contains("order handed: paid on both sides, and given back by hand here"), "{said}");
        let sheet = booth.run(&[&COMPARE[..], &["--csv"]].concat());
        assert!(sheet.contains("given back by hand here") && sheet.lines().count() == 2, "{sheet}");
    }
}

#[tokio::test]
async fn a_strange_file_is_refused_with_the_cure_and_what_was_mapped_is_remembered() {
    let [booth, _] = Booth::on_both();
    let server = booth.folder.serve(&[]);
    order(&server, "paid").await;
    pay(&server, "paid", &id(1)).await;
    let fails = |more: &[&str]| booth.fails(&[&COMPARE[..], more].concat());
    booth
        .folder
        .write("payme.csv", &format!("Ref;Wert;Zeit;Zustand\n{};10000;{};fertig\n", id(1), jiff::Timestamp::now()));
    assert!(fails(&[]).contains("--columns \"id=HEADING"), "{}", fails(&[]));
    assert!(fails(&["--columns", "price=Wert"]).contains("price is none of sum, status, order, id, time, clock"));
    let columns = ["--columns", "id=Ref,sum=Wert,time=Zeit,status=Zustand"];
    assert!(fails(&columns).contains("--words \"fertig=paid\""), "{}", fails(&columns));
    let told = [&COMPARE[..], &columns, &["--words", "fertig=paid"]].concat();
    assert!(booth.run(&told).contains("All agrees."));
    assert!(booth.run(&COMPARE).contains("sum=\"Wert\""), "it is remembered");
    booth.folder.write("payme.csv", "id;sum;date\n1;=1+1;2026-11-28\n");
    assert!(fails(&[]).contains("row 2: this is no sum of money: =1+1"), "{}", fails(&[]));
    booth.folder.write("payme.csv", "id;sum;date\n");
    assert!(
        fails(&[]).contains("there is no payment in the file. If it is of days without a payment"),
        "{}",
        fails(&[])
    );
    let today = jiff::Timestamp::now().in_tz("Asia/Tashkent").unwrap();
    let yesterday = today.yesterday().unwrap().date().to_string();
    let days = ["--from", &yesterday, "--to", &yesterday];
    let said = booth.run(&[&COMPARE[..], &days].concat());
    assert!(said.contains(&format!("All agrees. Compared: {yesterday} to {yesterday}.")), "{said}");
    assert!(fails(&["--from", "2026-02-30"]).contains("--from and --to: there is no such day"), "no such day");
    assert!(booth.fails(&["reconcile", "nowhere.csv", "--wallet", "click"]).contains("there is no file nowhere.csv"));
}
