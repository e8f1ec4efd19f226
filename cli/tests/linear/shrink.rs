//! From a history that cannot be explained to the little of it that still cannot, for a person to read.
//!
//! Only what makes a history easier to explain is done to it: a call that changed nothing, or came after all replies, is
//! dropped; of one that changed something the reply is forgotten. So what is left is wrong for the reason for which the whole was.

use crate::history::Op;
use crate::model::Rules;
use crate::search::explain;
use std::fmt::Write as _;

/// The shortest wrong history found, in words.
pub fn in_words(rules: &Rules, ops: &[Op]) -> String {
    let ops = shortest(rules, ops);
    let start = ops.iter().map(|op| op.sent).min().unwrap_or(0);
    let mut words = format!("times in ms after {}.{:03}\n", start / 1000, start % 1000);
    for (index, op) in ops.iter().enumerate() {
        let shown = Op { sent: op.sent - start, received: op.received.map(|it| it - start), ..op.clone() };
        let _ = writeln!(words, "  {index:2}  {shown}");
    }
    if let Err(stuck) = explain(rules, &ops) {
        let why =
            if stuck.gave_up { "the search was given up" } else { "no order of these calls explains the replies" };
        let _ = writeln!(words, "{why}; the longest beginning: {:?}, then {:?}", stuck.longest, stuck.state);
    }
    words
}

/// What is left when nothing more can be taken away.
pub fn shortest(rules: &Rules, ops: &[Op]) -> Vec<Op> {
    let mut ops = ops.to_vec();
    loop {
        let smaller = (0..ops.len()).rev().filter_map(|index| easier(&ops, index));
        match smaller.into_iter().find(|ops| explain(rules, ops).is_err_and(|stuck| !stuck.gave_up)) {
            Some(smaller) => ops = smaller,
            None => return ops,
        }
    }
}

fn easier(ops: &[Op], index: usize) -> Option<Vec<Op>> {
    let mut fewer = ops.to_vec();
    let op = &ops[index];
    let last_reply = ops.iter().filter_map(|op| op.received).max();
    let too_late = op.reply.is_none() && last_reply.is_none_or(|reply| op.sent > reply);
    if op.request.reads() || op.refused() || too_late {
        fewer.remove(index);
    } else if op.reply.is_some() {
        fewer[index] = op.forgotten();
    } else {
        return None;
    }
    Some(fewer)
}
