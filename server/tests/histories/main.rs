//! Random histories of orders that Payme, Click and Uzum pay, played against the program and an independent model of it at
//! once.
//!
//! `HISTORIES_SEED` and `HISTORIES_COUNT` choose which and how many; a failure prints the ones that repeat it.

mod booth;
mod click;
mod compare;
mod coverage;
mod driver;
mod generator;
mod invariants;
mod judge;
mod model;
mod payme;
mod program;
mod purse;
mod shrink;
mod step;
mod teeth;
mod uzum;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use boothpay_server::config::Settings;
use boothpay_store::{Address, verify};
use driver::{Cells, Play};
use program::Place;

const COUNT: u64 = 10_000;
const COUNT_ON_DISK: u64 = 500;
const COUNT_ON_POSTGRESQL: u64 = 150;

/// Each cell of the tables is to be met so many times in [`COUNT`] histories.
const LEAST: u64 = 30;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

/// Plays each history at every place, on all processors, and compares the answers of the places; panics with the shortest
/// way to the first difference from the model, or with the first between two places.
fn run(count: u64, places: &[Place]) -> Cells {
    let first = number("HISTORIES_SEED").unwrap_or(1);
    let (next, base, all) = (AtomicU64::new(0), program::base(), Mutex::new(Cells::new()));
    let failed: Mutex<Option<String>> = Mutex::new(None);
    let work = || {
        let runtime = driver::runtime();
        let mut cells = Cells::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count || failed.lock().unwrap().is_some() {
                break;
            }
            let seed = first.wrapping_add(index);
            if let Err(words) = runtime.block_on(everywhere(&base, seed, places, &mut cells)) {
                failed.lock().unwrap().get_or_insert(words);
            }
        }
        for (cell, times) in cells {
            *all.lock().unwrap().entry(cell).or_default() += times;
        }
    };
    let workers = std::thread::available_parallelism().map_or(2, |it| it.get().min(8));
    std::thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    if let Some(words) = failed.into_inner().unwrap() {
        panic!("{words}");
    }
    all.into_inner().unwrap()
}

async fn everywhere(base: &Settings, seed: u64, places: &[Place], cells: &mut Cells) -> Result<(), String> {
    let mut answers = Vec::new();
    for place in places {
        let history = generator::history(seed);
        let (database, _folder) = place.database();
        let how = Play { database: Some(database.clone()), sides: place.sides(), ..Play::default() };
        match driver::play(base, &history, &how, cells).await {
            Ok(answered) => {
                verified(*place, &database, seed)?;
                answers.push(answered);
            }
            Err(failure) => return Err(shrink::explain(base, seed, history, failure, *place).await),
        }
    }
    for (pair, place) in answers.windows(2).zip(places.windows(2)) {
        let same = compare::same(&pair[0], &pair[1]);
        same.map_err(|what| format!("HISTORIES_SEED={seed} HISTORIES_COUNT=1: {place:?} differ: {what}"))?;
    }
    Ok(())
}

/// The program's own judge is content with what a history leaves behind. Of those in memory nothing is left.
fn verified(place: Place, database: &Address, seed: u64) -> Result<(), String> {
    if place == Place::Memory {
        return Ok(());
    }
    // It blocks, so it has a thread of its own.
    let report = std::thread::scope(|scope| scope.spawn(|| verify::database(database)).join().unwrap());
    match report.map_err(|error| error.to_string())?.findings.first() {
        None => Ok(()),
        Some(finding) => Err(format!("HISTORIES_SEED={seed} HISTORIES_COUNT=1 at {place:?}: verify says {finding}")),
    }
}

#[test]
fn histories_in_memory_go_as_the_model_says() {
    let count = number("HISTORIES_COUNT").unwrap_or(COUNT);
    let cells = run(count, &[Place::Memory]);
    for (cell, times) in &cells {
        println!("{times:>8}  {cell}");
    }
    coverage::check(&cells, LEAST * count / COUNT);
}

#[test]
fn histories_on_disk_go_on_after_every_restart_and_are_answered_as_in_memory_also_by_two_programs() {
    let count = number("HISTORIES_COUNT").map_or(COUNT_ON_DISK, |count| count.div_ceil(COUNT / COUNT_ON_DISK));
    run(count, &[Place::Memory, Place::Disk, Place::Shared]);
}

#[test]
fn histories_on_postgresql_go_on_after_every_restart_and_are_answered_as_on_sqlite() {
    let count =
        number("HISTORIES_COUNT").map_or(COUNT_ON_POSTGRESQL, |count| count.div_ceil(COUNT / COUNT_ON_POSTGRESQL));
    run(count, &[Place::Memory, Place::Disk, Place::Postgres]);
}
