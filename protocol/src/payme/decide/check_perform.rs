//! CheckPerformTransaction: may this order be paid? Reads only (`reference/payme.md §2.2`, page checktransaction).
//!
//! | account | amount | order | held by another | answer |
//! |---|---|---|---|---|
//! | names no order | | | | -31050 |
//! | an order | not its price | | | -31001 |
//! | an order | its price | paid, cancelled, refunded, expired | | closed code |
//! | an order | its price | pending | yes | busy code (a setting) |
//! | an order | its price | pending, past its time | no, or abandoned | closed code |
//! | an order | its price | pending, in its time | no, or abandoned | allow |

use super::{Decided, Reply};
use crate::ledger::holder::{NotPayable, not_payable};
use crate::ledger::order::Order;
use crate::ledger::rows::{Decision, Rows};
use crate::payme::{Account, AskedAmount, Refusal};
use crate::providers::{self, Rules};
use crate::time::TimeMs;

pub(super) fn decide(amount: AskedAmount, account: &Account, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let order = match named(amount, account, rows) {
        Ok(order) => order,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    match not_payable(order, &providers::holder(rows, now, rules), now) {
        Some(NotPayable::Busy) if !rules.payme.check_refuses_busy => Decision::answer(Ok(Reply::Allow(order.clone()))),
        Some(why) => Decision::answer(Err(why.into())),
        None => Decision::answer(Ok(Reply::Allow(order.clone()))),
    }
}

/// The order that a call names, at its price. Amount comes before state: a sandbox that tests a wrong amount on an order
/// with a leftover transaction must hear of the amount.
pub(super) fn named<'a>(amount: AskedAmount, account: &Account, rows: &'a Rows) -> Result<&'a Order, Refusal> {
    let order = rows.order.as_ref().filter(|order| account.order_id.as_ref() == Some(&order.id));
    let order = order.ok_or(Refusal::OrderNotFound)?;
    if amount.0 == Some(order.amount) { Ok(order) } else { Err(Refusal::WrongAmount) }
}
