//! The judge has teeth: a printer that lies makes what must not be, and it is found out.

use crate::booth::{Booth, Nature, machines};
use crate::database::Site;
use boothpay_test_support::Random;

const ORDERS: u64 = 12;

fn faults(nature: Nature) -> String {
    let machines = machines();
    let booth = Booth::new(Site::on_file(), nature, &machines);
    booth.is_used(ORDERS, Random::new(1));
    booth.finish().faults.join("\n")
}

/// It says that it has printed, and its owner has set that a sheet takes no time, so it is believed.
#[test]
fn a_customer_who_paid_and_got_nothing_is_found() {
    let found = faults(Nature::Pretends);
    assert!(found.contains("paid and nothing: it counts as printed"), "{found}");
    assert!(!found.contains("times"), "{found}");
}

/// It does not know jobs again that it has taken, so they are sent once more.
#[test]
fn a_copy_that_came_out_twice_is_found() {
    let found = faults(Nature::Forgets);
    assert!(found.contains("was printed 2 times"), "{found}");
    assert!(!found.contains("paid and nothing"), "{found}");
}
