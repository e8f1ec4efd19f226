//! The figures of a period: money, codes, the chart with its table, and the same as files.

use crate::browser::{Browser, PASSWORD};
use crate::world::{PRODUCTION, START, World};
use boothpay_store::Address;
use boothpay_test_support::{Cluster, Database};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use tempfile::TempDir;

const DAY_MS: i64 = 86_400_000;

/// On `START`'s day two payments of 10 000 soum, of which one went back, and a code that nobody paid; a week before, one payment.
async fn a_booth_with_a_week(world: &World) {
    world.set_time(START);
    world.order("order-0").await;
    world.pay("order-0", "t-0").await;
    let now = START + 7 * DAY_MS;
    world.set_time(now);
    for name in ["order-1", "order-2", "order-3"] {
        world.order(name).await;
    }
    for number in 1..=2 {
        world.hold_at(&format!("order-{number}"), &format!("t-{number}"), now).await;
        world.carry_out("PerformTransaction", &format!(r#"{{"id":"t-{number}"}}"#)).await;
    }
    world.carry_out("CancelTransaction", r#"{"id":"t-2","reason":5}"#).await;
}

async fn in_english(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

/// The cells of the line that begins with this heading.
fn line<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let (_, rest) =
        page.split_once(&format!("<th scope=\"row\">{name}</th>")).unwrap_or_else(|| panic!("{name}: {page}"));
    let cells = rest.split("</tr>").next().unwrap().split("<td").skip(1);
    cells.map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap()).collect()
}

/// Both stores, each at an address that the settings name, as the files of payments are read from there.
fn on_both() -> [(World, Option<TempDir>, Option<Database>); 2] {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("booth.db");
    let named = |database: &str| format!("database = '{database}'\n{PRODUCTION}");
    let on_file = World::on(&named(file.to_str().unwrap()), &Address::SqliteFile(file.clone()));
    let database = Cluster::shared().database();
    let on_server = World::on(&named(&database.url), &Address::parse(&database.url).unwrap());
    [(on_file, Some(folder), None), (on_server, None, Some(database))]
}

#[tokio::test]
async fn a_day_stands_beside_the_same_weekday_with_its_codes_and_its_chart() {
    let world = World::new(PRODUCTION);
    a_booth_with_a_week(&world).await;
    let page = in_english(&world).await.page(&world, "/admin/figures").await;
    // Orders, soum, and the soum of the week before by this hour.
    assert_eq!(line(&page, "Paid"), ["2", "20\u{a0}000", "10\u{a0}000"]);
    assert_eq!(line(&page, "Refunded"), ["1", "10\u{a0}000", "0"]);
    assert_eq!(line(&page, "Net of refunds"), ["1", "10\u{a0}000", "10\u{a0}000"]);
    assert_eq!(line(&page, "Average order"), ["", "10\u{a0}000", "10\u{a0}000"]);
    assert_eq!(line(&page, "still waiting for payment"), ["1"]);
    assert_eq!(line(&page, "Of those that ended, paid"), ["100.0 %"]);
    assert_eq!(line(&page, "Payme"), ["1", "10\u{a0}000"]);
    assert_eq!(page.matches("<rect").count(), 1, "one hour has a bar");
    assert!(page.contains("10\u{a0}000 soum</title>"), "{page}");
}

/// An accountant takes a refund off the day on which it was made, a wallet's list off the payment's.
#[tokio::test]
async fn a_refund_of_last_weeks_payment_is_seen_on_both_days() {
    for (world, _folder, _database) in on_both() {
        world.set_time(START);
        world.order("order-0").await;
        world.pay("order-0", "t-0").await;
        world.set_time(START + 7 * DAY_MS);
        world.carry_out("CancelTransaction", r#"{"id":"t-0","reason":5}"#).await;
        let mut owner = in_english(&world).await;
        let made = "Refunds made in this time";
        let page = owner.page(&world, "/admin/figures").await;
        assert_eq!(
            (line(&page, "Refunded"), line(&page, made)),
            (vec!["0", "0", "10\u{a0}000"], vec!["1", "10\u{a0}000", "0"])
        );
        let today = owner.page(&world, "/admin").await;
        assert!(today.contains("data-testid=\"went-back\">10\u{a0}000<"), "{today}");
        let page = owner.page(&world, "/admin/figures?day=2023-11-15").await;
        assert_eq!((line(&page, "Refunded"), line(&page, made)), (vec!["1", "10\u{a0}000", "0"], vec!["0", "0", "0"]));
    }
}

#[tokio::test]
async fn months_and_years_lead_to_their_days_and_a_period_that_is_none_to_today() {
    let world = World::new(PRODUCTION);
    a_booth_with_a_week(&world).await;
    let mut owner = in_english(&world).await;
    let today = jiff::Timestamp::from_millisecond(START + 7 * DAY_MS).unwrap();
    let today = today.to_zoned(world.app.settings.time_zone.clone()).date();
    let month = today.strftime("%Y-%m").to_string();
    let page = owner.page(&world, &format!("/admin/figures?month={month}")).await;
    assert!(page.contains(&format!("<a href=\"/admin/figures?day={today}\">{today}</a>")), "{page}");
    let page = owner.page(&world, &format!("/admin/figures?year={}", today.year())).await;
    assert!(page.contains(&format!("<a href=\"/admin/figures?month={month}\">{month}</a>")), "{page}");
    let yesterday = today.yesterday().unwrap();
    let page = owner.page(&world, &format!("/admin/figures?day={yesterday}")).await;
    assert!(page.contains("Nothing was sold") && !page.contains("<svg"), "{page}");
    for wrong in
        ["day=2026-02-30", "month=13", "year=x", "day=%00", "day=2026-11-29&day=2026-11-28", "day=%3Cscript%3E"]
    {
        let page = owner.page(&world, &format!("/admin/figures?{wrong}")).await;
        assert!(page.contains("not a day, a month or a year"), "{wrong}: {page}");
        assert!(page.contains(&format!("value=\"{today}\"")) && !page.contains("<script>"), "{wrong}: {page}");
        for file in ["table.csv", "payments.csv", "payments.xlsx", "refunds.csv", "refunds.xlsx"] {
            let refused = owner.get(&world, &format!("/admin/figures/{file}?{wrong}")).await;
            assert_eq!(refused.status, 400, "{file}, {wrong}: today's is not what was asked for");
        }
    }
}

#[tokio::test]
async fn the_accountants_files_have_what_the_command_exports() {
    for (world, _folder, _database) in on_both() {
        a_booth_with_a_week(&world).await;
        let mut owner = in_english(&world).await;
        let table = owner.get(&world, "/admin/figures/table.csv").await;
        assert!(table.header("content-disposition").contains("attachment; filename=\"boothpay-20"), "{}", table.text());
        assert!(table.text().contains(";2;20000,00;1;10000,00;10000,00;"), "{}", table.text());

        let csv = owner.get(&world, "/admin/figures/payments.csv").await;
        assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
        let ids: Vec<&str> = csv.text().lines().skip(1).map(|line| line.split(';').next().unwrap()).collect();
        assert_eq!(ids, ["order-1", "order-2"], "{}", csv.text());

        let xlsx = owner.get(&world, "/admin/figures/payments.xlsx").await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx.body.to_vec())).unwrap();
        let page = book.worksheet_range("Orders").unwrap();
        assert_eq!(page.get_value((2, 0)), Some(&Data::String("order-2".to_owned())));
        assert_eq!(page.height(), 3);
        let refunds = owner.get(&world, "/admin/figures/refunds.csv").await;
        assert!(refunds.header("content-disposition").contains("boothpay-refunds-20"), "{}", refunds.text());
        let ids: Vec<&str> = refunds.text().lines().skip(1).map(|line| line.split(';').next().unwrap()).collect();
        assert_eq!(ids, ["order-2"], "{}", refunds.text());
        // What reads them ends: the next one may.
        assert_eq!(owner.get(&world, "/admin/figures/payments.csv").await.status, 200);
        assert_eq!(owner.get(&world, "/admin/figures/payments.exe").await.status, 404);
    }
}

#[tokio::test]
async fn payments_one_by_one_are_the_owners_and_a_database_that_cannot_be_read_is_said() {
    let world = World::new(PRODUCTION);
    let mut owner = in_english(&world).await;
    // This one is in memory, where nobody else can read it.
    let refused = owner.get(&world, "/admin/figures/payments.csv").await;
    assert_eq!(refused.status, 503);
    assert!(refused.text().contains("The payments could not be read"), "{}", refused.text());
    let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    let made = owner.press(&world, "/admin/people", "/admin/people", &fields).await;
    let path = made.text().split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let mut operator = Browser::new();
    operator.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    let page = operator.page(&world, "/admin/figures").await;
    assert!(page.contains("table.csv") && !page.contains("payments.csv"), "{page}");
    assert_eq!(operator.get(&world, "/admin/figures/payments.csv").await.status, 403);
    assert_eq!(Browser::new().get(&world, "/admin/figures").await.status, 303, "strangers are asked who they are");
}
