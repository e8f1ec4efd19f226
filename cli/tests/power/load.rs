//! The client: a few connections, each with its own record and its own payments, until the server is gone.

use crate::asks::{self, Attempt, is_done};
use crate::http::Connection;
use crate::record::{Ask, Recorder};
use boothpay_test_support::Random;
use boothpay_test_support::model::Wallet;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections at once.
const WORKERS: u64 = 4;

const WALLETS: [Wallet; 3] = [Wallet::Payme, Wallet::Click, Wallet::Uzum];

/// The records of all connections, and the one of the settling.
pub fn records(folder: &Path) -> Vec<PathBuf> {
    (0..=WORKERS).map(|worker| folder.join(format!("record-{worker}.jsonl"))).collect()
}

/// Loads a server for so long, then lets `end` end it; the connections notice by themselves.
pub fn run(folder: &Path, address: &str, round: &str, random: &mut Random, how_long: Duration, end: impl FnOnce()) {
    std::thread::scope(|scope| {
        for (number, path) in (0..WORKERS).zip(records(folder)) {
            let mut random = Random::new(random.number());
            scope.spawn(move || {
                let Ok(mut connection) = Connection::open(address) else { return };
                let mut recorder = Recorder::open(&path);
                let mut pay = |n: u64| {
                    let (order, wallet) = (format!("{round}-{number}-{n}"), random.one_of(&WALLETS));
                    payment(&mut connection, &mut recorder, &order, wallet, random.below(4))
                };
                // Until the first error, which is the end of the server.
                let _ = (0..).try_for_each(&mut pay);
            });
        }
        // Not a wait for anything: the instant of the cut is the choice of the seed.
        std::thread::sleep(how_long);
        end();
    });
}

/// One order's story, of each wallet in turn.
fn payment(
    connection: &mut Connection,
    recorder: &mut Recorder,
    order: &str,
    wallet: Wallet,
    story: u64,
) -> io::Result<()> {
    let mut ask = |what: &Ask| -> io::Result<Value> {
        let answer = asks::ask(connection, recorder, what)?;
        // What follows would be about a payment that is not there.
        if is_done(&answer) { Ok(answer) } else { Err(io::ErrorKind::Other.into()) }
    };
    let mut attempt = Attempt::of(order, wallet, 0);
    ask(&asks::order(order))?;
    attempt.hear(&ask(&attempt.begin())?);
    if story != 0 {
        ask(&attempt.pay())?;
    }
    if story == 0 || story == 1 && attempt.can_refund() {
        ask(&attempt.end())?;
    }
    Ok(())
}
