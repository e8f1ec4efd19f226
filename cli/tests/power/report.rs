//! The figures of a run, and the file in which those of longer runs are kept.

use crate::judge::Verdict;
use std::fmt::{self, Display, Formatter};

/// What the report says above its table.
const HEAD: &str = "# Power cuts

The database lies on a disk whose cache dies with a power cut, in the same instant as the server and the database server; a
client's record, synced line by line, lies elsewhere. After each cut the server is started again and database, answers and record
are held against each other. In the controls the server syncs too little (`synchronous=normal`, `synchronous_commit=off`), which has
to be found out: there, and only there, acknowledged effects may be lost.

Each line is one run of

    POWER_CUTS=25 POWER_SEED=7 POWER_REPORT=docs/reports/power-cuts.md cargo test -p boothpay --test power

An acknowledged effect is an order made, or a payment created, performed or cancelled, whose answer the client has had. It is looked
for again after every later cut of the same disk. What had no answer may be there or not; asking again settled it every time.

| database | seed | cuts | acknowledged effects looked for | lost | unanswered, there | unanswered, absent |
|---|---|---|---|---|---|---|
";

/// Sums over cuts.
#[derive(Default)]
pub struct Figures {
    pub cuts: u64,
    pub acknowledged: u64,
    pub lost: u64,
    pub there: u64,
    pub absent: u64,
}

impl Figures {
    pub fn add(&mut self, verdict: &Verdict) {
        self.cuts += 1;
        self.acknowledged += verdict.acknowledged;
        self.lost += u64::try_from(verdict.lost.len()).unwrap();
        self.there += verdict.there;
        self.absent += verdict.absent;
    }
}

impl Display for Figures {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, lost, there, absent, .. } = self;
        write!(
            to,
            "{acknowledged} looks for an acknowledged effect, {lost} lost; unanswered: {there} there, {absent} not"
        )
    }
}

/// Adds a line to the file that `POWER_REPORT` names; its folder is the repository.
pub fn add_to_report(database: &str, seed: u64, figures: &Figures) {
    let Ok(path) = std::env::var("POWER_REPORT") else { return };
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|_| HEAD.to_owned());
    let Figures { cuts, acknowledged, lost, there, absent } = figures;
    text.push_str(&format!("| {database} | {seed} | {cuts} | {acknowledged} | {lost} | {there} | {absent} |\n"));
    std::fs::write(path, text).unwrap();
}
