//! The sums that are read of spans of hours.

mod support;

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
