//! What an import says of itself: a table of what would come of it, then row by row what is not plain and what is refused.

use boothpay_protocol::ledger::transaction::State;
use boothpay_protocol::money::Soum;
use boothpay_protocol::takeover::decide::Outcome;
use boothpay_protocol::takeover::judge::{self, Judged};
use boothpay_protocol::takeover::row::Row;
use boothpay_protocol::takeover::{Past, Payment};

/// What there is to tell.
pub(super) struct Told<'a> {
    pub(super) rows: &'a [Row],
    pub(super) judged: &'a [Judged],
    /// Whether rows are lines of a CSV file.
    pub(super) is_csv: bool,
    /// What would come of each payment that makes sense, in their order.
    pub(super) outcomes: &'a [Outcome],
}

/// How many, and over how much.
#[derive(Default)]
struct Sum {
    count: usize,
    tiyin: i64,
}

impl Sum {
    fn add(&mut self, payment: &Payment) {
        self.count = self.count.saturating_add(1);
        self.tiyin = self.tiyin.saturating_add(payment.amount.tiyin());
    }
}

impl Told<'_> {
    /// Each payment with what would come of it.
    fn payments(&self) -> impl Iterator<Item = (&Row, &Payment, &Outcome)> {
        let sensible =
            self.rows.iter().zip(self.judged).filter_map(|(row, judged)| Some((row, &judged.as_ref().ok()?.0)));
        sensible.zip(self.outcomes).map(|((row, payment), outcome)| (row, payment, outcome))
    }

    /// How many rows are refused.
    pub(super) fn refused(&self) -> usize {
        let contradictory = self.judged.iter().filter(|judged| judged.is_err()).count();
        let clashing = self.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Refused(_))).count();
        contradictory.saturating_add(clashing)
    }

    /// Whether nothing would change.
    pub(super) fn has_nothing_new(&self) -> bool {
        !self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::New | Outcome::WentOn))
    }

    /// What would come of all together.
    pub(super) fn table(&self) -> String {
        let (mut new, mut went_on, mut as_before) = (Sum::default(), Sum::default(), Sum::default());
        let (mut paid, mut refunded, mut begun, mut unpaid) =
            (Sum::default(), Sum::default(), Sum::default(), Sum::default());
        for (_, payment, outcome) in self.payments() {
            match outcome {
                Outcome::New => new.add(payment),
                Outcome::WentOn => went_on.add(payment),
                Outcome::AsBefore => as_before.add(payment),
                Outcome::Refused(_) => {}
            }
            if !matches!(outcome, Outcome::New | Outcome::WentOn) {
                continue;
            }
            match &payment.past {
                Past::Open | Past::Closed => unpaid.add(payment),
                Past::Transaction(his) => match his.state {
                    State::Performed { .. } | State::Owed { .. } => paid.add(payment),
                    State::Refunded { .. } | State::GivenBack { .. } => refunded.add(payment),
                    State::Created => begun.add(payment),
                    State::Cancelled { .. } => unpaid.add(payment),
                },
            }
        }
        let line = |name: &str, sum: &Sum| format!("  {name:<28}{:>7}", sum.count);
        let money = |name: &str, sum: &Sum| format!("{}   {} soum", line(name, sum), Soum::from_tiyin(sum.tiyin));
        let mut lines = vec![line("new", &new), line("here, and went on since", &went_on)];
        lines.push(line("here already, as they are", &as_before));
        lines.push(format!("  {:<28}{:>7}", "refused", self.refused()));
        if new.count > 0 || went_on.count > 0 {
            lines.push("of the new ones and those that went on:".to_owned());
            lines.extend([money("paid", &paid), money("paid and refunded", &refunded)]);
            lines.extend([line("begun, not finished", &begun), line("unpaid", &unpaid)]);
        }
        lines.join("\n")
    }

    /// What is taken over and not plain.
    pub(super) fn remarks(&self) -> String {
        let mut lines = Vec::new();
        let outcome_of = self.payments().map(|(row, _, outcome)| (row.place, outcome)).collect::<Vec<_>>();
        for (row, judged) in self.rows.iter().zip(self.judged) {
            let Ok((_, remarks)) = judged else { continue };
            let place = outcome_of.binary_search_by_key(&row.place, |(place, _)| *place).ok();
            let is_taken = place.and_then(|place| outcome_of.get(place));
            if is_taken.is_some_and(|(_, outcome)| matches!(outcome, Outcome::New | Outcome::WentOn)) {
                lines.extend(remarks.iter().map(|remark| format!("  {}: {remark}", self.name(row))));
            }
        }
        titled("Not plain, and taken over all the same:", &lines)
    }

    /// What is refused, and why.
    pub(super) fn refusals(&self) -> String {
        let mut lines = Vec::new();
        for (row, judged) in self.rows.iter().zip(self.judged) {
            if let Err(problem) = judged {
                lines.push((row.place, format!("  {}: {problem}", self.name(row))));
            }
        }
        for (row, _, outcome) in self.payments() {
            if let Outcome::Refused(clash) = outcome {
                lines.push((row.place, format!("  {}: {clash}", self.name(row))));
            }
        }
        lines.sort_by_key(|(place, _)| *place);
        let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        titled("Refused:", &lines)
    }

    fn name(&self, row: &Row) -> String {
        let order = row.cell("order_id").shown();
        match (self.is_csv, judge::id(row)) {
            (true, _) => format!("line {} (order {order})", row.place),
            (false, Some(id)) => format!("row {id} (order {order})"),
            (false, None) => format!("the row at place {} (order {order})", row.place),
        }
    }
}

fn titled(title: &str, lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("{title}\n{}", lines.join("\n")) }
}
