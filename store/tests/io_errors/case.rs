//! One flow with one fault.

use crate::flows::{Beginnings, DATABASE, Flow, address};
use crate::judge::{Contents, contents, judge};
use crate::steps::{Step, Undone, ask};
use boothpay_iofault::{Fault, Watch};
use boothpay_protocol::ledger::journal::Entry;
use boothpay_store::{OpenError, Store, StoreError};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long anything may take while a fault is in force: milliseconds, on a busy machine a second. SQLite waits five seconds
/// for a lock, so whoever needs longer than this waits for somebody who does not let go.
const ANSWER_WITHIN: Duration = Duration::from_millis(4_900);

/// How soon a store has to serve again when the fault is lifted.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// What an undisturbed flow leaves.
pub async fn undisturbed(beginnings: &Beginnings, flow: &Flow) -> Contents {
    let folder = beginnings.begin(flow.files);
    let store = Store::open(&address(folder.path())).unwrap();
    for step in flow.steps {
        ask(&store, *step, &mut Vec::new()).await.unwrap();
    }
    contents(&folder.path().join(DATABASE)).unwrap()
}

/// Carries the flow out with the fault, lifts it, lets everything be asked again, and judges. `false` when the flow never got
/// as far as the fault.
pub async fn run(beginnings: &Beginnings, flow: &Flow, fault: Fault, wanted: &Contents) -> Result<bool, String> {
    let folder = beginnings.begin(flow.files);
    let path = folder.path().join(DATABASE);
    let watch = Watch::folder(folder.path());
    let mut acknowledged = Vec::new();
    let mut store = None;
    if flow.opens_with_fault {
        watch.fail(fault);
        // Whoever starts a program that did not start tries once more.
        store = match opened(folder.path()).await? {
            Some(store) => Some(store),
            None => opened(folder.path()).await?,
        };
    } else {
        store.replace(opened(folder.path()).await?.ok_or("it does not open without a fault")?);
        watch.fail(fault);
    }
    let mut done = 0;
    if let Some(store) = &store {
        while done < flow.steps.len() && patiently(store, flow.steps[done], &mut acknowledged).await? {
            done += 1;
        }
    }
    let seen = watch.lift();
    if seen.writes_after_a_failed_sync > 0 {
        return Err("a file was written to after its sync had failed".to_owned());
    }
    let store = match store {
        Some(store) => store,
        None => opened(folder.path()).await?.ok_or("it does not open though nothing fails any more")?,
    };
    judge(&path, &acknowledged).map_err(|it| format!("before anything was asked again: {it}"))?;
    for step in &flow.steps[done..] {
        settle(&store, *step, &mut acknowledged).await?;
    }
    let found = contents(&path)?;
    if found != *wanted {
        return Err(format!("left\n{found:#?}\ninstead of\n{wanted:#?}"));
    }
    drop(store);
    let _again = opened(folder.path()).await?.ok_or("it does not open again")?;
    judge(&path, &acknowledged).map_err(|it| format!("after a restart: {it}"))?;
    if contents(&path)? != *wanted {
        return Err("after a restart something else is there".to_owned());
    }
    Ok(seen.failed > 0)
}

/// Opens the store; `None` when the disk did not let it.
async fn opened(folder: &Path) -> Result<Option<Store>, String> {
    let address = address(folder);
    let opening = tokio::task::spawn_blocking(move || Store::open(&address));
    match tokio::time::timeout(ANSWER_WITHIN, opening).await {
        Err(_) => Err(format!("opening took more than {ANSWER_WITHIN:?}")),
        Ok(joined) => match joined.map_err(|error| error.to_string())? {
            Ok(store) => Ok(Some(store)),
            Err(OpenError::File { .. } | OpenError::Prepare(_)) => Ok(None),
            Err(other) => Err(format!("the owner is told: {other}")),
        },
    }
}

/// Asks, and once more after a failure, as Payme does. Whether it was done; anything but a system error is a complaint.
async fn patiently(store: &Store, step: Step, acknowledged: &mut Vec<Entry>) -> Result<bool, String> {
    for _ in 0..2 {
        match tokio::time::timeout(ANSWER_WITHIN, ask(store, step, acknowledged)).await {
            Err(_) => return Err(format!("{step:?} took more than {ANSWER_WITHIN:?}")),
            Ok(Ok(())) => return Ok(true),
            Ok(Err(Undone::Failed(StoreError::Failed(_) | StoreError::Suspect(_)))) => {}
            Ok(Err(other)) => return Err(format!("{step:?} with a failing disk: {other:?}")),
        }
    }
    Ok(false)
}

/// Asks until it is done, which has to be soon.
async fn settle(store: &Store, step: Step, acknowledged: &mut Vec<Entry>) -> Result<(), String> {
    let deadline = Instant::now() + BACK_WITHIN;
    loop {
        match tokio::time::timeout(ANSWER_WITHIN, ask(store, step, acknowledged)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(Undone::Failed(StoreError::Failed(_) | StoreError::Suspect(_)))) if Instant::now() < deadline => {
                // A store that could not be opened again is asked again after a quarter of a second.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => return Err(format!("{step:?} does not settle: {other:?}")),
        }
    }
}
