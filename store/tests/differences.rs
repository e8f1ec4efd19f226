//! What is kept of the comparison with the wallets' statements, on SQLite and on PostgreSQL: of two who change the same difference one
//! wins, and each change and its row of the audit are one.

mod support;

use boothpay_protocol::difference::{ComparedDay, Difference, DifferenceKind, DifferenceState};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::panel::{AdminName, Audit, Deed};
use boothpay_store::{Store, WhichDifferences};
use support::{at, on_both};

fn difference(key: &str, paid_at: i64) -> Difference {
    Difference {
        provider: Provider::Payme,
        key: key.to_owned(),
        kind: DifferenceKind::MissingHere,
        at: at(paid_at),
        payment: Some("‘p’ \"\\ 漢".to_owned()),
        order: None,
        here: None,
        there: Some(100),
        evidence: "a.csv, row 2".to_owned(),
        state: DifferenceState::Open,
        owner: None,
        note: None,
        found_at: at(10),
        changed_at: at(10),
        version: 1,
    }
}

fn day(day: &str, differences: i64) -> ComparedDay {
    ComparedDay {
        provider: Provider::Payme,
        day: day.to_owned(),
        here: (1, 100),
        there: (2, 200),
        differences,
        evidence: "a.csv".to_owned(),
        compared_at: at(10),
    }
}

fn audit(deed: Deed) -> Audit {
    Audit::of(Some(AdminName::owner()), deed, at(5)).about("payme")
}

async fn keys(store: &Store, which: WhichDifferences) -> Vec<String> {
    store.differences(which, 100).await.unwrap().into_iter().map(|it| it.key).collect()
}

#[tokio::test]
async fn a_comparison_is_kept_and_a_difference_changes_from_the_version_that_was_seen() {
    on_both(async |one, other| {
        let (a, b) = (difference("a", 1000), difference("b", 2000));
        let compared = audit(Deed::StatementCompared);
        let days = vec![day("2026-11-27", 2), day("2026-11-28", 0)];
        one.keep_comparison(vec![b.clone(), a.clone()], days, compared.clone()).await.unwrap();
        assert_eq!(other.differences(WhichDifferences::Open, 100).await.unwrap(), [a.clone(), b.clone()]);
        assert_eq!(keys(&other, WhichDifferences::Between(Provider::Payme, at(1000), at(2000))).await, ["a"]);
        assert_eq!(keys(&other, WhichDifferences::Between(Provider::Click, at(0), at(9000))).await, [""; 0]);
        let named = |key: &str| WhichDifferences::One(Provider::Payme, key.to_owned());
        assert_eq!(other.differences(named("a"), 1).await.unwrap().first(), Some(&a));
        let next = Difference {
            state: DifferenceState::Explained,
            owner: Some(AdminName::owner()),
            note: Some("a coupon".to_owned()),
            ..a.next(at(20))
        };
        assert!(one.save_difference(next.clone(), audit(Deed::DifferenceChanged)).await.unwrap());
        assert!(
            !other.save_difference(next.clone(), audit(Deed::DifferenceChanged)).await.unwrap(),
            "he saw an old one"
        );
        assert_eq!(other.differences(WhichDifferences::Closed, 100).await.unwrap().first(), Some(&next));
        // A comparison that began before somebody wrote his note takes nothing from him, and a day is replaced.
        other.keep_comparison(vec![a.next(at(30))], vec![day("2026-11-28", 5)], compared.clone()).await.unwrap();
        assert_eq!(one.differences(named("a"), 1).await.unwrap(), [next]);
        assert_eq!(one.compared_days(100).await.unwrap(), [day("2026-11-28", 5), day("2026-11-27", 2)]);
        one.keep_comparison(Vec::new(), Vec::new(), compared).await.unwrap();
        let audit = one.audit(None, None, 100).await.unwrap();
        let deeds: Vec<Deed> = audit.into_iter().map(|(_, row)| row.deed).collect();
        let compared = Deed::StatementCompared;
        assert_eq!(deeds, [compared, compared, Deed::DifferenceChanged, compared], "none of what was not kept");
    })
    .await;
}
