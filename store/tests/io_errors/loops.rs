//! All cases.

use crate::case::{run, undisturbed};
use crate::flows::{Beginnings, FLOWS, Flow};
use boothpay_iofault::{Fault, Kind, install};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Cases at the same time. Most of one is waiting: a store that could not be opened again is left alone for a quarter of a second.
const AT_ONCE: usize = 24;

/// No flow does anything like as many operations of a kind.
const OPERATIONS_MAX: u64 = 5000;

/// Complaints shown of one loop.
const COMPLAINTS_SHOWN: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whichever_operation_fails_however_nothing_acknowledged_is_lost_and_the_store_serves_again() {
    install();
    let started = Instant::now();
    let beginnings = Arc::new(Beginnings::make().await);
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut loops = JoinSet::new();
    for flow in FLOWS {
        let wanted = Arc::new(undisturbed(&beginnings, flow).await);
        for kind in Kind::ALL {
            for for_ever in [false, true] {
                let (beginnings, permits, wanted) =
                    (Arc::clone(&beginnings), Arc::clone(&permits), Arc::clone(&wanted));
                loops.spawn(async move {
                    let mut complaints = Vec::new();
                    for nth in 1..OPERATIONS_MAX {
                        let _permit = permits.acquire().await.unwrap();
                        let fault = Fault { kind, nth, for_ever };
                        match run(&beginnings, flow, fault, &wanted).await {
                            Ok(true) => {}
                            Ok(false) => return (flow, kind, nth - 1, complaints),
                            Err(complaint) => complaints.push(format!("{}, {fault:?}: {complaint}", flow.name)),
                        }
                        if complaints.len() >= COMPLAINTS_SHOWN {
                            return (flow, kind, nth, complaints);
                        }
                    }
                    complaints.push(format!("{} has no end", flow.name));
                    (flow, kind, OPERATIONS_MAX, complaints)
                });
            }
        }
    }
    report(loops, started).await;
}

async fn report(mut loops: JoinSet<(&'static Flow, Kind, u64, Vec<String>)>, started: Instant) {
    let mut cases: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let mut complaints = Vec::new();
    while let Some(ended) = loops.join_next().await {
        let (flow, kind, count, wrong) = ended.unwrap();
        *cases.entry((flow.name, format!("{kind:?}"))).or_default() += count;
        complaints.extend(wrong);
    }
    let total: u64 = cases.values().sum();
    println!("I/O errors: {total} cases in {:.0} s", started.elapsed().as_secs_f64());
    for flow in FLOWS {
        let of_flow = cases.iter().filter(|((name, _), _)| *name == flow.name);
        println!("  {:12} {:?}", flow.name, of_flow.map(|((_, kind), count)| (kind, count)).collect::<Vec<_>>());
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}
