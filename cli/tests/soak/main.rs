//! The soak: customers by the hundred buy prints at booths whose servers are killed and whose printers jam, run out of paper, lose
//! answers and their power, while wallets call late and twice. At the end every paid order is printed, refunded, or listed as owed to its
//! customer, and no copy has come out twice. What came out, the printer alone says; it lives in this program and so through every kill.
//!
//! `booth` is a server with its database and its printer; `mishaps` is what happens to them; `customer` buys, pays by `wallet`, looks
//! into the tray and comes back for what he is owed; `judge` holds the wallets' money, the database and the printer against each other;
//! `report` counts. In the `controls` a printer lies, and the judge has to find out.
//!
//! `SOAK_ORDERS` is the number of orders, `SOAK_BOOTHS` that of the booths that they are spread over, `SOAK_SEED` makes another run,
//! `SOAK_REPORT` names a file that the counts are added to.

#![cfg(unix)]

#[path = "../crash/database.rs"]
#[allow(dead_code)] // Shared with the crash harness, which reads more of it.
mod database;
#[path = "../crash/http.rs"]
mod http;

mod booth;
mod controls;
mod customer;
mod judge;
mod mishaps;
mod report;
mod wallet;

use booth::{Booth, Nature};
use boothpay_test_support::{Cluster, Random};
use database::Site;
use report::{Totals, from_environment};
use std::thread;

#[test]
fn every_paid_order_is_printed_refunded_or_owed_and_no_copy_comes_out_twice() {
    let (orders, booths) = (from_environment("SOAK_ORDERS", 100), from_environment("SOAK_BOOTHS", 20));
    let seed = from_environment("SOAK_SEED", 1);
    let mut totals = Totals::new(seed, orders, booths);
    let machines = booth::machines();
    let finished: Vec<_> = thread::scope(|scope| {
        let machines = &machines;
        let started: Vec<_> = (0..booths)
            .map(|number| {
                let mine = orders / booths + u64::from(number < orders % booths);
                scope.spawn(move || {
                    // Every fourth on PostgreSQL; every fourth with a slower printer, which can pretend.
                    let site = if number % 4 == 3 { Site::on_server(Cluster::shared()) } else { Site::on_file() };
                    let nature = if number % 4 == 1 { Nature::Slow } else { Nature::Quick };
                    let random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
                    let booth = Booth::new(site, nature, machines);
                    booth.is_used(mine, random);
                    booth.finish()
                })
            })
            .collect();
        started.into_iter().map(|booth| booth.join().unwrap()).collect()
    });
    finished.into_iter().for_each(|counts| totals.add(counts));
    totals.conclude();
}
