//! What a report is made of, and how it is compared, divided and written.

use super::*;
use jiff::civil::date;

/// Midnight in Tashkent between 2023-11-15 and 2023-11-16, in hours.
const MIDNIGHT: i64 = 1_700_074_800_000 / 3_600_000;
const DAY: Period = Period::Day(date(2023, 11, 16));

fn tashkent() -> TimeZone {
    TimeZone::get("Asia/Tashkent").unwrap()
}

fn takings(hour: Option<i64>, provider: Provider, paid: (i64, i64), refunded: (i64, i64)) -> Takings {
    Takings {
        provider,
        booth: BoothId::main(),
        hour,
        paid_count: paid.0,
        paid_tiyin: paid.1,
        refunded_count: refunded.0,
        refunded_tiyin: refunded.1,
        owed_count: 0,
        owed_tiyin: 0,
        given_back_count: 0,
        given_back_tiyin: 0,
        went_back_count: 0,
        went_back_tiyin: 0,
    }
}

fn orders(hour: Option<i64>, status: OrderStatus, begun: bool, count: i64) -> OrderSums {
    OrderSums {
        booth: BoothId::main(),
        status,
        begun,
        hour,
        orders: count,
        copies: count * 2,
        amount_tiyin: count * 100,
        asked_back_count: 0,
        asked_back_tiyin: 0,
    }
}

fn at(hour: i64) -> TimeMs {
    TimeMs::new(hour * 3_600_000 + 1)
}

#[test]
fn a_day_has_the_hours_of_the_booths_zone_and_its_parts_add_up_to_it() {
    let kept = Kept {
        takings: vec![
            takings(None, Provider::Payme, (9, 900), (0, 0)),
            takings(Some(MIDNIGHT - 1), Provider::Payme, (1, 1), (0, 0)),
            takings(Some(MIDNIGHT), Provider::Payme, (2, 1000), (1, 300)),
            takings(Some(MIDNIGHT + 23), Provider::Click, (1, 50), (0, 0)),
            takings(Some(MIDNIGHT + 24), Provider::Click, (1, 7), (0, 0)),
            takings(Some(MIDNIGHT - 7 * 24), Provider::Payme, (1, 40), (0, 0)),
            takings(Some(MIDNIGHT - 7 * 24 + 23), Provider::Payme, (1, 60), (0, 0)),
        ],
        orders: Vec::new(),
    };
    let report = Report::of(&kept, DAY, &tashkent(), at(MIDNIGHT + 100));
    assert_eq!(report.total.money.paid, Sum { count: 4, tiyin: 1350 });
    assert_eq!(report.total.money.refunded, Sum { count: 1, tiyin: 300 });
    assert_eq!(report.total.money.net(), Sum { count: 3, tiyin: 1050 });
    assert_eq!(report.total.money.average_tiyin(), Some(338), "337.5, halves up");
    assert_eq!(report.parts.len(), 24);
    let mut parts = Figures::default();
    for (_, figures) in &report.parts {
        parts += *figures;
    }
    assert_eq!(parts, report.total);
    assert_eq!(report.parts[0].0.to_string(), "00:00");
    assert_eq!(report.parts[23].1.money.net(), Sum { count: 1, tiyin: 50 });
    let of = |provider| report.by_provider.iter().find(|(it, _)| *it == provider).unwrap().1.net().tiyin;
    assert_eq!((of(Provider::Payme), of(Provider::Click), of(Provider::Uzum)), (1000, 50, 0));
    assert_eq!(report.before.period.to_string(), "2023-11-09");
    assert_eq!((report.before.total.money.net().tiyin, report.before.by_now), (100, None));
}

#[test]
fn money_that_only_staff_have_seen_is_told_apart_everywhere() {
    use boothpay_protocol::ledger::language::Language;
    let kept = Kept {
        takings: vec![
            takings(Some(MIDNIGHT), Provider::Payme, (1, 1000), (0, 0)),
            takings(Some(MIDNIGHT), Provider::Uzqr, (2, 30_000), (1, 500)),
        ],
        orders: Vec::new(),
    };
    let report = Report::of(&kept, DAY, &tashkent(), at(MIDNIGHT + 100));
    assert_eq!(report.total.money.net(), Sum { count: 3, tiyin: 31_000 });
    assert_eq!(report.total.money.unverified, Sum { count: 2, tiyin: 30_000 }, "what went back is no longer there");
    let text = report.text(Language::En);
    let line = text.lines().find(|line| line.starts_with("Of that unverified (UzQR)")).unwrap();
    assert_eq!(line.split_whitespace().skip(4).collect::<Vec<_>>(), ["2", "300", "0"], "{text}");
    let json = serde_json::to_value(&report).unwrap();
    for part in [&json["total"], &json["parts"][0], &json["by_provider"]["uzqr"]] {
        assert_eq!((&part["unverified"], &part["unverified_soum"]), (&2.into(), &300.into()), "{part}");
    }
    assert_eq!(json["by_provider"]["payme"]["unverified"], 0);
    let csv = report.csv(Language::Ru);
    assert!(csv.lines().nth(1).unwrap().starts_with("00:00;4;315,00;1;5,00;310,00;2;300,00;"), "{csv}");
    let wallets = Kept { takings: vec![takings(Some(MIDNIGHT), Provider::Payme, (1, 1000), (0, 0))], orders: vec![] };
    let text = Report::of(&wallets, DAY, &tashkent(), at(MIDNIGHT + 100)).text(Language::En);
    assert!(!text.contains("unverified"), "a booth without UzQR does not read about it: {text}");
}

#[test]
fn test_payments_are_told_apart_because_they_are_no_money() {
    use boothpay_protocol::ledger::language::Language;
    let kept = Kept {
        takings: vec![
            takings(Some(MIDNIGHT), Provider::Payme, (1, 1000), (0, 0)),
            takings(Some(MIDNIGHT), Provider::Test, (2, 30_000), (0, 0)),
        ],
        orders: Vec::new(),
    };
    let report = Report::of(&kept, DAY, &tashkent(), at(MIDNIGHT + 100));
    assert_eq!(report.total.money.tests, Sum { count: 2, tiyin: 30_000 });
    let text = report.text(Language::En);
    let line = text.lines().find(|line| line.starts_with("Of that tests, which are no money")).unwrap();
    assert_eq!(line.split_whitespace().skip(7).collect::<Vec<_>>(), ["2", "300", "0"], "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["total"]["tests"], &json["total"]["tests_soum"]), (&2.into(), &300.into()));
    let wallets = Kept { takings: vec![takings(Some(MIDNIGHT), Provider::Payme, (1, 1000), (0, 0))], orders: vec![] };
    let text = Report::of(&wallets, DAY, &tashkent(), at(MIDNIGHT + 100)).text(Language::En);
    assert!(!text.contains("tests"), "a booth without them does not read about it: {text}");
}

#[test]
fn a_day_that_is_not_over_is_compared_with_as_much_of_the_one_before() {
    let before = MIDNIGHT - 7 * 24;
    let paid_at = |hour, tiyin| takings(Some(hour), Provider::Payme, (1, tiyin), (0, 0));
    let kept =
        Kept { takings: vec![paid_at(before, 1), paid_at(before + 3, 10), paid_at(before + 4, 100)], orders: vec![] };
    let by_now = |hour: i64| {
        let report = Report::of(&kept, DAY, &tashkent(), at(hour));
        report.before.by_now.map(|figures| figures.money.net().tiyin)
    };
    assert_eq!(by_now(MIDNIGHT + 3), Some(11), "the hour that runs belongs to it");
    assert_eq!(by_now(MIDNIGHT + 4), Some(111));
    assert_eq!(by_now(MIDNIGHT + 24), None, "it is over");
    assert_eq!(by_now(MIDNIGHT - 1), None, "it has not begun");
}

#[test]
fn every_shown_code_is_counted_once_by_where_it_ended() {
    use OrderStatus::{Cancelled, Expired, Paid, Pending, Refunded};
    let of = |status, begun, count| orders(Some(MIDNIGHT), status, begun, count);
    let mut asked = of(Paid, true, 5);
    (asked.asked_back_count, asked.asked_back_tiyin) = (1, 70);
    let mut late = takings(Some(MIDNIGHT), Provider::Click, (0, 0), (0, 0));
    (late.owed_count, late.owed_tiyin) = (1, 30);
    let all_time = Takings { hour: None, owed_count: 2, owed_tiyin: 90, ..late.clone() };
    let rest = [
        of(Refunded, true, 1),
        of(Pending, false, 2),
        of(Cancelled, false, 3),
        of(Cancelled, true, 1),
        of(Expired, false, 4),
        of(Expired, true, 2),
    ];
    let kept = Kept { takings: vec![all_time, late], orders: [vec![asked], rest.to_vec()].concat() };
    let report = Report::of(&kept, DAY, &tashkent(), at(MIDNIGHT));
    let shown = report.total.shown;
    assert_eq!((shown.made, shown.sold, shown.copies, shown.waiting), (18, 6, 12, 2));
    let given_up = [shown.cancelled_unscanned, shown.cancelled_begun, shown.expired_unscanned, shown.expired_begun];
    assert_eq!(given_up, [3, 1, 4, 2]);
    assert_eq!(shown.sold_of_thousand(), Some(375), "6 of the 16 that came to an end");
    assert_eq!(shown.copies_hundredths(), Some(200));
    assert_eq!(report.total.owed_back(), Sum { count: 2, tiyin: 100 });
    assert_eq!(report.owed_now, Sum { count: 2, tiyin: 90 }, "of all hours together");
    assert_eq!((Shown::default().sold_of_thousand(), Shown::default().copies_hundredths()), (None, None));
}

#[test]
fn months_and_years_have_their_days_and_months() {
    let zone = tashkent();
    let length = |period: Period| (period.hours(&zone).count(), period.parts(&zone).len());
    assert_eq!(length(Period::month("2024-02").unwrap()), (29 * 24, 29));
    assert_eq!(length(Period::month("2023-12").unwrap()), (31 * 24, 31));
    assert_eq!(length(Period::year("2024").unwrap()), (366 * 24, 12));
    assert_eq!(Period::month("2024-01").unwrap().before().to_string(), "2023-12");
    assert_eq!(Period::year("2024").unwrap().before().to_string(), "2023");
}

/// Every hour of the period and of the one before is in one span, and each span is in one part.
#[test]
fn a_report_needs_its_parts_and_the_period_before_up_to_now_and_after_it() {
    let zone = tashkent();
    let week = MIDNIGHT - 7 * 24;
    let hours: Vec<_> = (MIDNIGHT..MIDNIGHT + 24).map(|hour| hour..hour + 1).collect();
    let spans = |hour: i64| Report::spans(DAY, &zone, TimeMs::new(hour * 3_600_000));
    let (before, within) = spans(MIDNIGHT + 3).split_at_checked(2).map(|(a, b)| (a.to_vec(), b.to_vec())).unwrap();
    assert_eq!(
        (before, &within),
        (vec![week..week + 4, week + 4..week + 24], &hours),
        "cut where it corresponds to now"
    );
    let over = spans(MIDNIGHT + 24);
    assert_eq!((&over[0], &over[1..]), (&(week..week + 24), &hours[..]), "a day that is over is compared as a whole");
    for period in [Period::month("2026-03").unwrap(), Period::year("2026").unwrap()] {
        let mut spans = Report::spans(period, &zone, TimeMs::new(period.hours(&zone).start * 3_600_000));
        assert_eq!(spans.len(), 2 + period.parts(&zone).len());
        spans.sort_by_key(|span| span.start);
        assert!(spans.windows(2).all(|pair| pair[0].end == pair[1].start), "{spans:?}");
        assert_eq!(
            (spans[0].start, spans[spans.len() - 1].end),
            (period.before().hours(&zone).start, period.hours(&zone).end)
        );
    }
}

/// Days of 23 and 25 hours, where the clock is put forward and back.
#[test]
fn days_of_other_zones_lose_and_repeat_no_hour() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let (spring, autumn) = (Period::Day(date(2026, 3, 29)), Period::Day(date(2026, 10, 25)));
    // 2026-03-28 23:00 and 2026-10-24 22:00 UTC are midnight there.
    assert_eq!(spring.hours(&berlin), 492_983..492_983 + 23);
    assert_eq!(autumn.hours(&berlin), 498_022..498_022 + 25);
    let names = |day: Period| day.parts(&berlin).iter().map(|(part, _)| part.to_string()).collect::<Vec<_>>();
    assert_eq!(names(spring)[..4], ["00:00", "01:00", "03:00", "04:00"], "02:00 is not on the clock");
    assert_eq!(names(autumn)[..5], ["00:00", "01:00", "02:00", "02:00", "03:00"], "02:00 is on it twice");
    for day in [spring, autumn] {
        assert_eq!(names(day).last().map(String::as_str), Some("23:00"));
        let hours: Vec<i64> = day.parts(&berlin).iter().map(|(_, hour)| *hour).collect();
        assert!(hours.iter().copied().eq(day.hours(&berlin)), "each hour is one part: {hours:?}");
    }
}

#[test]
fn periods_are_written_in_one_way() {
    for bad in [
        "",
        "2026-13-01",
        "2026-02-30",
        "26-1-1",
        "2026-1-01",
        "2026/01/01",
        "+026-01-01",
        "1969-12-31",
        "9999-01-01",
        "2026-11",
    ] {
        assert_eq!(Period::day(bad), Err(PeriodError::Day), "{bad}");
    }
    for bad in ["", "2026-13", "2026", "2026-11-28", "2026-1"] {
        assert_eq!(Period::month(bad), Err(PeriodError::Month), "{bad}");
    }
    assert_eq!(Period::year("20267"), Err(PeriodError::Year));
    assert_eq!(Period::day("2026-11-28").map(|day| day.to_string()), Ok("2026-11-28".to_owned()));
    assert_eq!(Period::month("2026-11").map(|month| month.to_string()), Ok("2026-11".to_owned()));
}

#[test]
fn the_report_is_written_in_three_languages_with_sums_in_groups() {
    let kept = Kept {
        takings: vec![takings(Some(MIDNIGHT + 10), Provider::Payme, (41, 102_500_005), (0, 0))],
        orders: vec![orders(Some(MIDNIGHT + 10), OrderStatus::Paid, true, 41)],
    };
    let report = Report::of(&kept, DAY, &tashkent(), at(MIDNIGHT + 100));
    use boothpay_protocol::ledger::language::Language;
    for (language, title) in [(Language::Ru, "Отчёт"), (Language::Uz, "Hisobot"), (Language::En, "Report")] {
        let text = report.text(language);
        assert!(text.starts_with(&format!("{title} 2023-11-16 (Asia/Tashkent)\n")), "{text}");
        let paid = if language == Language::En { "1 025 000.05" } else { "1 025 000,05" };
        assert!(text.contains(paid) && text.contains("10:00") && text.contains("Payme"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100 && line == line.trim_end()), "{text}");
    }
    let csv = report.csv(Language::Ru);
    assert_eq!(csv.lines().count(), 25, "{csv}");
    let row = csv.lines().nth(11).unwrap();
    assert!(row.starts_with("10:00;41;1025000,05;0;0,00;1025000,05;0;0,00;0;0,00;0;0,00;0;0,00;41;41;82;0;"), "{row}");
}
