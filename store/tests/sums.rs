//! The sums that are read of a range of hours.

mod support;

use support::{make, on_both};

/// The row of all hours together stands under a number of its own, which a range may reach over.
#[tokio::test]
async fn all_hours_together_are_counted_once_however_early_a_range_begins() {
    on_both(|one, _| async move {
        make(&one, "a", 1).await;
        make(&one, "b", 3_600_000).await;
        for (hours, expected) in
            [(-3..1, vec![(None, 2), (Some(0), 1)]), (i64::MIN..i64::MAX, vec![(None, 2), (Some(0), 1), (Some(1), 1)])]
        {
            let kept = one.kept_sums(hours.clone()).await.unwrap();
            let orders: Vec<_> = kept.orders.iter().map(|sums| (sums.hour, sums.orders)).collect();
            assert_eq!(orders, expected, "{hours:?}");
        }
    })
    .await;
}
