//! Check: may this order be paid, and what does it cost? Reads only (`reference/uzum.md §4.1`).
//!
//! | order | held by another | answer |
//! |---|---|---|
//! | none of that name | | 10007 |
//! | paid | | 10008 |
//! | cancelled, refunded, expired | | 10009 |
//! | pending | yes | busy code (a setting, 10008) |
//! | pending, past its time | no, or abandoned | 10009 |
//! | pending, in its time | no, or abandoned | OK, with the amount in soum |

use super::{Decided, Reply, payable};
use crate::ledger::rows::{Decision, Rows};
use crate::providers::Rules;
use crate::time::TimeMs;
use crate::uzum::Account;

pub(super) fn decide(account: &Account, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let payable = payable(account, rows, now, rules);
    Decision::answer(payable.map(|(order, _)| Reply::Payable { order_id: order.id.clone(), amount: order.amount }))
}
