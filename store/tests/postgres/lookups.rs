//! Lookups are answered together; each gets its own rows, and one that fails harms no neighbour.

use crate::support::{id, make, pay, postgres};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_store::{Store, StoreError};

const ORDERS: i64 = 40;

/// Looks all orders up at once, each by its id and by its transaction.
async fn look_up_all(store: &Store) -> Vec<Result<bool, StoreError>> {
    let lookups = (0..ORDERS).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let (order, provider_id) = (id(&format!("o{n}")), ProviderId::parse(&format!("p{n}")).unwrap());
            let by_id = store.rows(Needs::order(order.clone())).await?;
            let needs = Needs { transaction: Some((Provider::Payme, provider_id.clone())), ..Needs::default() };
            let by_transaction = store.rows(needs).await?;
            let is_its_own = |rows: Rows| {
                rows.order.is_some_and(|found| found.id == order)
                    && rows.holder.is_some_and(|holder| holder.provider_id == provider_id)
            };
            Ok(by_transaction.transaction.is_some() && is_its_own(by_id) && is_its_own(by_transaction))
        })
    });
    let mut found = Vec::new();
    for lookup in lookups.collect::<Vec<_>>() {
        found.push(lookup.await.unwrap());
    }
    found
}

#[tokio::test]
async fn lookups_made_together_get_their_own_rows_and_a_damaged_one_harms_no_neighbour() {
    let (database, address) = postgres();
    let store = Store::open(&address).unwrap();
    for n in 0..ORDERS {
        make(&store, &format!("o{n}"), 1000).await;
        pay(&store, &format!("o{n}"), &format!("p{n}"), 1, true).await.unwrap();
    }
    assert!(look_up_all(&store).await.into_iter().all(|own| own.unwrap()));
    // A version that no order of ours can have.
    database.sql("update orders set version = 5000000000 where order_id = 'o7'").unwrap();
    for (n, found) in look_up_all(&store).await.into_iter().enumerate() {
        match n {
            7 => assert!(matches!(found, Err(StoreError::Damaged(_))), "{found:?}"),
            _ => assert!(found.unwrap(), "o{n}"),
        }
    }
    // Looking draws no number and writes nothing.
    assert_eq!(database.sql("select last_value from transaction_numbers").unwrap(), ORDERS.to_string());
}
