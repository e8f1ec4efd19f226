//! Many customers at once on a bad line, played with a wallet's own calls; afterwards every payment is asked about again.

use super::case::{Bench, Case};
use super::handbook::Handbook;
use super::interrupt::Interrupt;
use super::report::Language;
use super::run::Provider;
use super::stop::Stop;
use super::tally::Tally;
use crate::random::Random;
use crate::wire::Exchange;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// After so many customers with something wrong the load says nothing new.
const WRONG_MAX: u64 = 100;

/// How an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Paid.
    Paid,
    /// Paid, and taken back.
    Refunded,
    /// Not paid.
    Unpaid,
}

/// A wallet's customers.
pub trait Customers: Provider + Send + 'static {
    /// What one customer did, and what the server acknowledged of it.
    type Story: Send + Sync;

    /// Plays one customer; of a hundred calls `faults` go wrong on the way.
    fn play(
        case: &Self::Case,
        random: &mut Random,
        faults: u64,
    ) -> impl Future<Output = Result<Self::Story, Stop>> + Send;

    /// How the order ended.
    fn end(story: &Self::Story) -> End;

    /// Asks the server about the payment again: its story has to be the one that it acknowledged.
    fn audit(case: &Self::Case, story: &Self::Story) -> impl Future<Output = Result<(), Stop>> + Send;

    /// The name of the call that this exchange is.
    fn called(exchange: &Exchange) -> &'static str;
}

/// How long a round of load lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// New customers come until this has passed.
    Duration(Duration),
    /// This many customers.
    Customers(u64),
}

/// How the load is played.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// How long.
    pub limit: Limit,
    /// How many customers pay at once.
    pub connections: usize,
    /// How many of a hundred calls go wrong on the way.
    pub faults_percent: u64,
}

/// Something that was not right.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What had to come.
    pub expected: String,
    /// What came.
    pub got: String,
    /// The request and the answer that show it.
    pub evidence: Option<(String, String)>,
}

/// What came of a load.
pub struct Outcome {
    /// The address of the server.
    pub url: String,
    /// Repeats the customers.
    pub seed: u64,
    /// The times and the ends.
    pub tally: Tally,
    /// How many payments were asked about again.
    pub audited: u64,
    /// How long the load took, without the audit.
    pub took: Duration,
    /// What was not right.
    pub findings: Vec<Finding>,
    /// Why the load ended early.
    pub trouble: Option<String>,
}

struct Shared<S> {
    interrupt: Interrupt,
    tickets: AtomicU64,
    wrong: AtomicU64,
    over: AtomicBool,
    trouble: Mutex<Option<String>>,
    findings: Mutex<Vec<Finding>>,
    stories: Mutex<Vec<S>>,
    tally: Mutex<Tally>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server whose customers come in one turn or several.
pub struct Session<P> {
    provider: Arc<P>,
    bench: Arc<Bench>,
    interrupt: Interrupt,
    outcome: Option<Outcome>,
}

impl<P: Customers> Session<P> {
    /// Before the first customer.
    pub fn new(provider: P, bench: Arc<Bench>) -> Self {
        Self { provider: Arc::new(provider), bench, interrupt: Interrupt::default(), outcome: None }
    }

    /// Listens to somebody who may ask for the end.
    #[must_use]
    pub fn until(self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self }
    }

    /// One turn: the load, then the audit of its payments. Nothing is played once the end was asked for, but for a first turn
    /// without customers, so that there is an outcome to tell.
    pub async fn turn(&mut self, load: Load) {
        if self.interrupt.is_asked() && self.outcome.is_some() {
            return;
        }
        let outcome = play(&self.provider, &self.bench, &self.interrupt, load).await;
        self.outcome = Some(match self.outcome.take() {
            Some(earlier) => earlier.and(outcome),
            None => outcome,
        });
    }

    /// What came of all turns; nothing before the first.
    pub fn outcome(self) -> Option<Outcome> {
        self.outcome
    }
}

impl Outcome {
    /// This and what came of the next turn.
    fn and(mut self, next: Self) -> Self {
        self.tally.add(next.tally);
        self.audited += next.audited;
        self.took += next.took;
        self.findings.extend(next.findings);
        self.trouble = self.trouble.or(next.trouble);
        self
    }
}

/// Plays the load, then the audit.
async fn play<P: Customers>(provider: &Arc<P>, bench: &Arc<Bench>, interrupt: &Interrupt, load: Load) -> Outcome {
    let shared = Arc::new(Shared {
        interrupt: interrupt.clone(),
        tickets: AtomicU64::new(0),
        wrong: AtomicU64::new(0),
        over: AtomicBool::new(false),
        trouble: Mutex::default(),
        findings: Mutex::default(),
        stories: Mutex::default(),
        tally: Mutex::default(),
    });
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..load.connections.max(1) {
        let (provider, bench, shared) = (Arc::clone(provider), Arc::clone(bench), Arc::clone(&shared));
        running.spawn(async move { connection(&*provider, &bench, &shared, load, begun).await });
    }
    running.join_all().await;
    let took = begun.elapsed();
    let stories = std::mem::take(&mut *lock(&shared.stories));
    let mut audited = 0;
    for story in &stories {
        let common = Arc::new(Case::new(Arc::clone(bench)));
        let case = provider.case(Arc::clone(&common));
        let asked = P::audit(&case, story).await;
        audited += 1;
        if let Err(stop) = asked {
            note(&shared, &common, stop);
        }
    }
    Outcome {
        url: bench.client.target().url.to_string(),
        seed: bench.seed,
        tally: std::mem::take(&mut *lock(&shared.tally)),
        audited,
        took,
        findings: std::mem::take(&mut *lock(&shared.findings)),
        trouble: lock(&shared.trouble).take().or_else(|| interrupt.trouble()),
    }
}

/// One customer after the other.
async fn connection<P: Customers>(
    provider: &P,
    bench: &Arc<Bench>,
    shared: &Shared<P::Story>,
    load: Load,
    begun: Instant,
) {
    while !shared.over.load(Ordering::Relaxed) && !shared.interrupt.is_asked() {
        let ticket = shared.tickets.fetch_add(1, Ordering::Relaxed);
        let done = match load.limit {
            Limit::Duration(limit) => begun.elapsed() >= limit,
            Limit::Customers(count) => ticket >= count,
        };
        if done {
            return;
        }
        let mut random = Random::new(bench.seed ^ ticket.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let common = Arc::new(Case::new(Arc::clone(bench)));
        let case = provider.case(Arc::clone(&common));
        let played = P::play(&case, &mut random, load.faults_percent).await;
        match played {
            Ok(story) => {
                count::<P>(shared, &common, &story);
                lock(&shared.stories).push(story);
            }
            Err(stop) => note(shared, &common, stop),
        }
    }
}

fn count<P: Customers>(shared: &Shared<P::Story>, common: &Case, story: &P::Story) {
    let (trail, faults) = common.take();
    let mut tally = lock(&shared.tally);
    for exchange in &trail {
        tally.answered(P::called(exchange), exchange.took);
    }
    for fault in faults {
        *tally.faults.entry(fault_word(&fault)).or_default() += 1;
    }
    tally.customers += 1;
    match P::end(story) {
        End::Paid => tally.paid += 1,
        End::Refunded => tally.refunded += 1,
        End::Unpaid => tally.unpaid += 1,
    }
}

/// Faults are noted in the case by one of these words.
fn fault_word(noted: &str) -> &'static str {
    Fault::ALL.into_iter().map(Fault::word).find(|word| *word == noted).unwrap_or("others")
}

fn note<S>(shared: &Shared<S>, common: &Case, stop: Stop) {
    let (trail, _) = common.take();
    match stop {
        Stop::Skip(reason) | Stop::Untried(reason) => {
            lock(&shared.trouble).get_or_insert(reason);
            shared.over.store(true, Ordering::Relaxed);
        }
        Stop::Fail { at, expected, got, .. } => {
            let shows = |exchange: &Exchange| (exchange.request.clone(), exchange.answer_text());
            let evidence = trail.get(at).or(trail.last()).map(shows);
            lock(&shared.findings).push(Finding { expected, got, evidence });
            if shared.wrong.fetch_add(1, Ordering::Relaxed) + 1 >= WRONG_MAX {
                lock(&shared.trouble)
                    .get_or_insert(format!("{WRONG_MAX} customers met something wrong, which shows enough"));
                shared.over.store(true, Ordering::Relaxed);
            }
        }
    }
}

/// What can go wrong with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks in the middle of the body.
    Cut,
    /// The wallet goes away before the answer, and asks again.
    Unheard,
    /// The call comes twice.
    Twice,
    /// Somebody who is not the wallet makes the call first.
    Stranger,
    /// Somebody else begins to pay the same order.
    Rival,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Cut, Self::Unheard, Self::Twice, Self::Stranger, Self::Rival];
    /// Those that meet a call on its way.
    const OF_A_CALL: [Self; 4] = [Self::Cut, Self::Unheard, Self::Twice, Self::Stranger];

    /// How a report calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cut => "bodies cut",
            Self::Unheard => "answers lost",
            Self::Twice => "calls repeated",
            Self::Stranger => "strangers",
            Self::Rival => "rivals",
        }
    }

    /// Notes in the case that it happens.
    pub fn note(self, case: &Case) {
        case.tell(self.word());
    }

    /// Perhaps one that meets a call on its way, noted in the case.
    pub fn perhaps(case: &Case, random: &mut Random, percent: u64) -> Option<Self> {
        let fault = random.chance(percent).then(|| *random.pick(&Self::OF_A_CALL))?;
        fault.note(case);
        Some(fault)
    }
}

/// Findings of one kind: those that expected the same, whatever the numbers in it.
fn kinds(findings: &[Finding]) -> BTreeMap<String, Vec<&Finding>> {
    let mut kinds: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        kinds.entry(finding.expected.clone()).or_default().push(finding);
    }
    kinds
}

/// The report for people.
pub fn text(outcome: &Outcome, language: Language, book: &Handbook) -> String {
    const EXAMPLES: usize = 2;
    let tally = &outcome.tally;
    let say = |text: &str| book.say(language, text);
    let mut out = language.customers(tally, None, outcome.took);
    out.push_str(&format!("\n{}", tally.table(language)));
    out.push_str(&language.faults(tally, say));
    out.push_str(&language.asked_again(outcome.audited));
    if let Some(trouble) = &outcome.trouble {
        out.push_str(&language.ended_early(&say(trouble)));
    }
    let kinds = kinds(&outcome.findings);
    for (expected, findings) in &kinds {
        out.push_str(&format!("\n{}\n", language.times_expected(findings.len(), &say(expected))));
        for finding in findings.iter().take(EXAMPLES) {
            out.push_str(&format!("  {} {}\n", language.came(), say(&finding.got)));
            if let Some((request, answer)) = &finding.evidence {
                for line in request.lines().chain([""]).chain(answer.lines()) {
                    out.push_str(&format!("    {line}\n"));
                }
            }
        }
    }
    let verdict = language.load_verdict(kinds.len(), outcome.findings.len(), tally.customers);
    out + &format!("\n{verdict} --seed {}, {}\n", outcome.seed, outcome.url)
}

/// How a server compares with another one under the same load.
pub fn comparison(outcome: &Outcome, baseline: &Outcome, language: Language) -> String {
    outcome.tally.against(outcome.took, &baseline.tally, baseline.took, &baseline.url, language)
}

/// The report for programs.
pub fn json(outcome: &Outcome, baseline: Option<&Outcome>) -> String {
    let mut value = one(outcome);
    if let Some(baseline) = baseline {
        value["baseline"] = one(baseline);
        let rates = outcome.tally.per_second(outcome.took) / baseline.tally.per_second(baseline.took);
        value["ratio_calls_per_second"] = json!(rates);
    }
    format!("{value:#}\n")
}

fn one(outcome: &Outcome) -> Value {
    let tally = &outcome.tally;
    let wrong = |finding: &Finding| json!({"expected": finding.expected, "got": finding.got});
    json!({
        "url": outcome.url,
        "seed": outcome.seed,
        "took_ms": u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX),
        "customers": tally.customers,
        "paid": tally.paid,
        "refunded": tally.refunded,
        "unpaid": tally.unpaid,
        "calls": tally.calls(),
        "faults": tally.faults,
        "audited": outcome.audited,
        "trouble": outcome.trouble,
        "findings": outcome.findings.iter().map(wrong).collect::<Vec<Value>>(),
    })
}
