//! What was earned, and the payments one by one.

use super::call::{Call, Who};
use super::schemas::{about, both, by_key, by_name, by_status, list, object, one_of, soum, sums, text, whole};
use crate::api::payments::LIMIT_DEFAULT;
use crate::limits::{OVERVIEW_DAYS_MAX, PAYMENTS_LISTED_MAX, PAYMENTS_SKIPPED_MAX};
use serde_json::json;

pub(super) fn calls() -> Vec<Call> {
    vec![stats(), payments(), payment()]
}

fn stats() -> Call {
    let day = object(&both(vec![("day", text())], sums()), &[]);
    let answer = object(
        &[
            ("orders", by_status()),
            ("paid_today_soum", about(soum(), "soum, without what was refunded: `net_soum` in the `report` of today")),
            ("paid_total_soum", about(soum(), "soum, without what was refunded")),
            ("unverified_today_soum", about(soum(), "Of this, what nobody but the booth's staff has seen")),
            ("unverified_total_soum", soum()),
            ("refunded_total_soum", soum()),
            ("by_day", about(list(day), &format!("The last {OVERVIEW_DAYS_MAX} days, newest first"))),
            ("by_provider", by_key(by_name("Sums"))),
            ("total_payments", whole()),
            ("success_payments", whole()),
            ("pending_payments", whole()),
            ("canceled_payments", whole()),
            ("total_revenue", about(soum(), "soum, without what was refunded")),
            ("report", by_name("Report")),
        ],
        &[],
    );
    let period = |form: &str, pattern: &str| json!({ "type": "string", "pattern": pattern, "examples": [form] });
    Call::get("/api/stats", "stats", "figures", "Totals, and a report of a day, a month or a year", Who::Owner)
        .about("The report is of today unless `day`, `month` or `year` asks for another; the last of them counts.")
        .query("day", "A day", period("2026-11-28", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
        .query("month", "A month", period("2026-11", "^[0-9]{4}-[0-9]{2}$"))
        .query("year", "A year", period("2026", "^[0-9]{4}$"))
        .answers(200, "The figures", answer)
        .refuses(&[400, 500, 503])
}

fn payments() -> Call {
    let answer = object(
        &[
            ("total", about(whole(), "How many there are of the chosen status")),
            ("limit", whole()),
            ("offset", whole()),
            ("payments", list(by_name("Payment"))),
        ],
        &[],
    );
    let limit = json!({ "type": "integer", "minimum": 0, "default": LIMIT_DEFAULT });
    let offset = json!({ "type": "integer", "minimum": 0, "maximum": PAYMENTS_SKIPPED_MAX, "default": 0 });
    let words = ["", "pending", "success", "canceled", "failed", "paid", "cancelled", "refunded", "expired"];
    let how_many = format!("How many; more than {PAYMENTS_LISTED_MAX} is taken for that");
    Call::get("/api/payments", "payments", "figures", "Payments, newest first", Who::Owner)
        .query("limit", &how_many, limit)
        .query("offset", "How many are passed over", offset)
        .query("status", "Of one status alone", one_of(words))
        .answers(200, "A page of them", answer)
        .refuses(&[400, 500, 503])
}

fn payment() -> Call {
    Call::get("/api/payments/{number}", "payment", "figures", "One payment", Who::Owner)
        .part("number", "The `id` that the list gives it", text())
        .answers(200, "The payment", by_name("Payment"))
        .refuses(&[400, 404, 500, 503])
}
