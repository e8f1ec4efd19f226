//! The sums that are read of spans of hours, which are made of kept hours and kept days.

mod support;

use boothpay_store::OrderSums;
use support::{make, on_both};

/// The row of all hours together stands under a number of its own, which a span may reach over.
#[tokio::test]
async fn all_hours_together_are_counted_once_however_early_a_span_begins() {
    on_both(|one, _| async move {
        make(&one, "a", 1).await;
        make(&one, "b", 3_600_000).await;
        make(&one, "c", 3 * 3_600_000).await;
        let all = (None, 3);
        for (spans, expected) in [
            (vec![], vec![all]),
            (vec![(-3, 1)], vec![all, (Some(0), 1)]),
            (vec![(i64::MIN, i64::MAX)], vec![all, (Some(0), 3)]),
            (vec![(0, 2), (2, 3), (3, i64::MAX)], vec![all, (Some(0), 2), (Some(3), 1)]),
            // As they are asked for: what lies between is in none.
            (vec![(3, 4), (1, 2)], vec![all, (Some(1), 1), (Some(3), 1)]),
        ] {
            let kept = one.kept_sums(spans.iter().map(|(first, end)| *first..*end).collect()).await.unwrap();
            let orders: Vec<_> = kept.orders.iter().map(|sums| (sums.hour, sums.orders)).collect();
            assert_eq!(orders, expected, "{spans:?}");
        }
    })
    .await;
}

/// Wherever a span begins and ends, within days and between them.
#[tokio::test]
async fn a_span_has_what_its_hours_have() {
    const HOURS: [i64; 9] = [0, 1, 22, 23, 24, 47, 48, 50, 73];
    const LAST: i64 = 75;
    on_both(|one, _| async move {
        for hour in HOURS {
            make(&one, &format!("order-{hour}"), hour * 3_600_000 + hour).await;
        }
        for end in 1..=LAST {
            let kept = one.kept_sums((0..end).map(|first| first..end).collect()).await.unwrap();
            let of_span = |sums: &OrderSums| sums.hour.map(|first| (first, sums.orders));
            let told: Vec<_> = kept.orders.iter().filter_map(of_span).collect();
            let count = |first| HOURS.iter().filter(|hour| (first..end).contains(*hour)).count();
            let counted = (0..end).map(|first| (first, i64::try_from(count(first)).unwrap()));
            assert_eq!(told, counted.filter(|(_, orders)| *orders != 0).collect::<Vec<_>>(), "up to hour {end}");
        }
    })
    .await;
}
