//! Row by row: each kind that is taken over, each contradiction; from his table without its rules, and from a CSV file.

use crate::his::{FILE, Place, TABLE, database};
use crate::support::Folder;
use serde_json::{Value, json};

/// Fields of a row that are not as usual.
type Fields<'a> = &'a [(&'a str, &'a str)];

const COLUMNS: &str =
    "id,order_id,transaction_id,amount,payment_type,status,state,create_time,perform_time,cancel_time,created_at";

/// A paid row with some fields otherwise, as CSV.
fn row(id: u32, fields: &[(&str, &str)]) -> String {
    let order = format!("order-{id}");
    let transaction = format!("p-{id}");
    let id = id.to_string();
    let value = |column: &str| {
        // A later one counts, so that lists can be put together.
        let other = fields.iter().rfind(|(name, _)| *name == column).map(|(_, value)| (*value).to_owned());
        other.unwrap_or_else(|| {
            let value = match column {
                "id" => id.as_str(),
                "order_id" => order.as_str(),
                "transaction_id" => transaction.as_str(),
                "amount" => "10000",
                "payment_type" => "payme",
                "status" => "success",
                "state" => "2",
                "create_time" | "created_at" => "2025-12-20 11:07:11.243556",
                "perform_time" => "2025-12-20 11:08:11.243556",
                _ => "",
            };
            value.to_owned()
        })
    };
    COLUMNS.split(',').map(value).collect::<Vec<_>>().join(",")
}

/// Puts lines of CSV into his table, numbers as numbers where they are some.
fn insert(his: &rusqlite::Connection, lines: &[String]) {
    for line in lines {
        let fields: Vec<rusqlite::types::Value> = line
            .split(',')
            .map(|field| match (field, field.parse::<i64>()) {
                ("", _) => rusqlite::types::Value::Null,
                (_, Ok(number)) => number.into(),
                (text, Err(_)) => text.to_owned().into(),
            })
            .collect();
        let sql = format!("insert into payments ({COLUMNS}) values (?,?,?,?,?,?,?,?,?,?,?)");
        his.execute(&sql, rusqlite::params_from_iter(fields)).unwrap();
    }
}

const PENDING: [(&str, &str); 3] = [("status", "pending"), ("state", ""), ("perform_time", "")];
const CANCELLED: &str = "2025-12-20 12:00:00";

/// Fields that contradict each other or themselves, and what is said of them.
fn contradictions() -> Vec<(Vec<(&'static str, &'static str)>, &'static str)> {
    let pending = |more: &[(&'static str, &'static str)]| [&PENDING[..], more].concat();
    vec![
        (vec![("id", "")], "id is empty"),
        (vec![("id", "x")], "id is x"),
        (vec![("id", "0")], "id is 0"),
        (vec![("id", "-4")], "id is -4"),
        (vec![("id", "9223372036854775807")], "id is 9223372036854775807, not a whole number from 1"),
        (vec![("order_id", "")], "order_id is empty: the order id is missing"),
        (vec![("order_id", "a b")], "order_id is a b: the order id has a character outside"),
        (vec![("order_id", "4111111111111111")], "looks like the number of a bank card"),
        (vec![("amount", "0")], "amount is 0: the amount must be a positive number"),
        (vec![("amount", "-10000")], "amount is -10000: the amount must be"),
        (vec![("amount", "")], "amount is empty: the amount must be"),
        (vec![("amount", "ten")], "amount is ten: a sum in soum is written in digits alone"),
        (vec![("amount", "1e3")], "amount is 1e3: a sum in soum is written in digits alone"),
        (vec![("amount", "0.001")], "amount is 0.001: the amount has more than two decimals"),
        (vec![("amount", "30.000")], "amount is 30.000: the amount has more than two decimals"),
        (vec![("amount", "30 000")], "amount is 30 000: a sum in soum is written in digits alone"),
        (vec![("amount", "1000000001")], "amount is 1000000001: the amount is too large"),
        (vec![("amount", "9223372036854775807")], "the amount is too large"),
        (vec![("amount", "99999999999999999999999")], "the amount is too large"),
        (vec![("payment_type", "uzcard")], "payment_type is uzcard"),
        (vec![("payment_type", "uzum")], "payment_type is uzum"),
        (vec![("payment_type", "")], "payment_type is empty"),
        (vec![("status", "paid")], "status is paid; known are pending, success, canceled and failed"),
        (vec![("state", "3")], "state is 3; known are"),
        (vec![("state", "two")], "state is two; known are"),
        (vec![("status", "pending")], "status is pending, but state is 2"),
        (vec![("status", "failed")], "status is failed, but state is 2"),
        (vec![("state", "")], "status is success, but state is empty or 0"),
        (vec![("status", "failed"), ("state", "-2")], "status is failed, but state is -2"),
        (vec![("transaction_id", "")], "state is 2, but transaction_id is empty"),
        (pending(&[("state", "1"), ("transaction_id", "")]), "state is 1, but transaction_id is empty"),
        (pending(&[]), "there is a transaction_id, but state says that nobody began to pay"),
        (
            vec![("transaction_id", "a-very-long-one-with-more-than-64-characters-aaaaaaaaaaaaaaaaaaaaa")],
            "which payme does not give",
        ),
        (
            vec![("payment_type", "click"), ("transaction_id", "p-x")],
            "transaction_id is p-x, which click does not give",
        ),
        (vec![("perform_time", "")], "state is 2, but perform_time is empty"),
        (vec![("cancel_time", CANCELLED)], "state is 2, but there is a cancel_time"),
        (vec![("status", "failed"), ("state", "-1"), ("perform_time", "")], "state is -1, but cancel_time is empty"),
        (
            vec![("status", "failed"), ("state", "-1"), ("cancel_time", CANCELLED)],
            "state is -1, but there is a perform_time",
        ),
        (vec![("status", "canceled"), ("state", "-2")], "state is -2, but cancel_time is empty"),
        (pending(&[("state", "1"), ("cancel_time", CANCELLED)]), "state is 1, but there is a cancel_time"),
        (pending(&[("state", "1"), ("perform_time", CANCELLED)]), "state is 1, but there is a perform_time"),
        (vec![("create_time", "")], "create_time is empty, not a time like"),
        (vec![("create_time", "yesterday")], "create_time is yesterday, not a time"),
        (vec![("create_time", "1766228831243")], "create_time is 1766228831243, not a time"),
        (vec![("perform_time", "2025-12-20 11:08:11+05:00")], "perform_time is 2025-12-20 11:08:11+05:00, not a time"),
        (vec![("perform_time", "2025-02-30 11:08:11")], "perform_time is 2025-02-30 11:08:11, not a time"),
        (vec![("created_at", "0000-00-00 00:00:00")], "created_at is 0000-00-00 00:00:00, not a time"),
        (vec![("create_time", "1970-01-01 00:00:00")], "create_time is 1970-01-01 00:00:00: nobody paid by phone then"),
        (vec![("perform_time", "2125-12-20 11:08:11")], "perform_time is 2125-12-20 11:08:11, which is still to come"),
        (vec![("perform_time", "2025-12-20 11:07:11.242")], "perform_time is before create_time"),
        (
            vec![("status", "canceled"), ("state", "-2"), ("cancel_time", "2025-12-20 11:07:30")],
            "cancel_time is before perform_time",
        ),
        (vec![("payment_type", "test"), ("state", ""), ("perform_time", "")], "but perform_time is empty"),
        (vec![("payment_type", "test"), ("state", "-1")], "status is success, but state is -1"),
    ]
}

#[test]
fn each_contradiction_is_refused_with_its_reason_and_the_rest_is_taken_over() {
    let cases = contradictions();
    let lines: Vec<String> = (1_u32..).zip(&cases).map(|(id, (fields, _))| row(id, fields)).collect();
    let (folder, csv) = (Folder::new(), Folder::new());
    let good = row(999, &[]);
    insert(&database(&folder, TABLE), &[&lines[..], std::slice::from_ref(&good)].concat());
    csv.write("payments.csv", &format!("{COLUMNS}\n{}\n{good}\n", lines.join("\n")));
    for (folder, arguments) in [(&folder, ["import", FILE]), (&csv, ["import", "--csv=payments.csv"])] {
        let refused = Place::File.run(folder, &arguments, &[]);
        assert_eq!(refused.code, Some(1));
        let said: Vec<&str> = refused.out.lines().skip_while(|line| *line != "Refused:").skip(1).collect();
        assert_eq!(said.len(), cases.len(), "{}", refused.out);
        for (id, (fields, reason)) in (1..).zip(&cases) {
            let order = format!("(order order-{id})");
            let about = if fields.iter().any(|(name, _)| *name == "order_id") { "(order " } else { order.as_str() };
            assert!(
                said.iter().any(|line| line.contains(about) && line.contains(reason)),
                "{fields:?}\n{}",
                refused.out
            );
        }
        let taken = Place::File.run(folder, &[&arguments[..], &["--skip-refused"]].concat(), &[]);
        assert_eq!(taken.code, Some(0), "{}", taken.err);
        assert!(taken.out.contains(": 1 new, 0 that went on."), "{}", taken.out);
        Place::File.verify(folder);
    }
}

#[test]
fn what_stands_for_one_thing_in_several_rows_is_refused_in_all_of_them() {
    let folder = Folder::new();
    let lines = [
        row(1, &[]),
        row(1, &[("order_id", "other"), ("transaction_id", "other")]),
        row(3, &[]),
        row(4, &[("order_id", "order-3")]),
        row(5, &[]),
        row(6, &[("transaction_id", "p-5")]),
        row(7, &[]),
    ];
    insert(&database(&folder, TABLE), &lines);
    let refused = Place::File.run(&folder, &["import", FILE], &[]);
    for reason in ["id 1 stands in 2 rows", "order_id order-3 stands in 2 rows", "transaction_id p-5 stands in 2 rows"]
    {
        assert_eq!(refused.out.matches(reason).count(), 2, "{reason}\n{}", refused.out);
    }
    assert!(Place::File.import(&folder, &["--skip-refused"]).contains(": 1 new,"));
}

/// His history is taken over also by somebody who has no Click any more.
#[test]
fn payments_by_click_need_its_service_to_be_asked_about() {
    let settings =
        [("BOOTHPAY_PAYME_KEY", crate::his::KEY), ("BOOTHPAY_PAYME_MERCHANT_ID", crate::support::MERCHANT_ID)];
    let folder = Folder::new();
    insert(&database(&folder, TABLE), &[row(1, &[("payment_type", "click"), ("transaction_id", "3079674619")])]);
    let plan = |more: &[&str]| folder.run(&[&["import", FILE, "--dry-run"], more].concat(), &settings).out;
    assert!(
        plan(&[]).contains("row 1 (order order-1): which service of Click's it was for is not known"),
        "{}",
        plan(&[])
    );
    assert!(!plan(&["--click-service", "155555"]).contains("service of Click's"));
    // Taken over before Click was connected, it is the same payment afterwards.
    let taken = folder.run(&["import", FILE, "--yes"], &settings);
    assert!(taken.out.contains(": 1 new,"), "{}{}", taken.out, taken.err);
    let again = folder.run(&["import", FILE, "--yes", "--click-service", "155555"], &settings);
    assert!(again.out.contains("There is nothing new to take over"), "{}{}", again.out, again.err);
}

/// Rows of each kind that makes sense, with how Payme and his page hear of them.
#[tokio::test]
async fn each_plain_kind_of_row_is_taken_over_as_what_it_is() {
    let kinds: [(Fields<'_>, &str, Value); 12] = [
        (&[], "success", json!([2, "p-1"])),
        (
            &[("status", "pending"), ("state", "0"), ("perform_time", ""), ("transaction_id", "")],
            "expired",
            json!([0, null]),
        ),
        (&[("status", "pending"), ("state", "1"), ("perform_time", "")], "expired", json!([-1, "p-3"])),
        (
            &[("status", "failed"), ("state", "-1"), ("perform_time", ""), ("cancel_time", CANCELLED)],
            "expired",
            json!([-1, "p-4"]),
        ),
        (
            &[("status", "canceled"), ("state", "-1"), ("perform_time", ""), ("cancel_time", CANCELLED)],
            "expired",
            json!([-1, "p-5"]),
        ),
        (&[("status", "canceled"), ("state", "-2"), ("cancel_time", CANCELLED)], "refunded", json!([-2, "p-6"])),
        (
            &[("status", "canceled"), ("state", "-2"), ("perform_time", ""), ("cancel_time", CANCELLED)],
            "refunded",
            json!([-2, "p-7"]),
        ),
        (
            &[("status", "canceled"), ("state", ""), ("perform_time", ""), ("transaction_id", "")],
            "cancelled",
            json!([0, null]),
        ),
        (&[("payment_type", "test"), ("state", "")], "success", json!([2, "p-9"])),
        (
            &[("payment_type", "test"), ("state", ""), ("status", "pending"), ("perform_time", "")],
            "expired",
            json!([0, null]),
        ),
        (
            &[("payment_type", "test"), ("state", ""), ("status", "failed"), ("perform_time", "")],
            "cancelled",
            json!([0, null]),
        ),
        (&[("amount", "99.50"), ("created_at", "")], "success", json!([2, "p-12"])),
    ];
    for place in Place::both() {
        let folder = Folder::new();
        let lines: Vec<String> = (1_u32..).zip(&kinds).map(|(id, (fields, _, _))| row(id, fields)).collect();
        insert(&database(&folder, TABLE), &lines);
        let said = place.import(&folder, &["--yes"]);
        assert!(said.contains(": 12 new,"), "{said}");
        let remarks: Vec<&str> = said.lines().filter(|line| line.starts_with("  row ")).collect();
        let remarked = ["row 3 ", "row 5 ", "row 7 ", "row 10 ", "row 11 "];
        assert_eq!(remarks.len(), remarked.len(), "{said}");
        assert!(remarked.iter().zip(&remarks).all(|(row, line)| line.contains(row)), "{said}");
        place.verify(&folder);
        let booth = place.serve(&folder);
        let late = booth.payme("PerformTransaction", json!({ "id": "p-3" })).await;
        assert_eq!(late["error"]["code"], -31008, "begun a year ago: {late}");
        for (id, (fields, status, transaction)) in (1..).zip(&kinds) {
            let said = booth.status(&format!("order-{id}")).await;
            assert_eq!(said["status"], *status, "{fields:?} {said}");
            let about = json!([said["state"], said["transaction_id"]]);
            assert_eq!((&about, &said["id"]), (transaction, &json!(id)), "{fields:?} {said}");
        }
        assert_eq!(booth.status("order-12").await["amount"], json!(99.5));
        drop(booth);
        place.verify(&folder);
    }
}
