//! Plays a history: every step goes to the program and to the model; the answers are compared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::sweep;
use boothpay_store::Address;
use boothpay_test_support::model::{Request, Rules};
use serde_json::{Value, json};

use crate::generator::History;
use crate::judge::{self, Tamper};
use crate::model::Model;
use crate::program::{Program, settings};
use crate::purse::Purse;
use crate::step::{ORDERS, PRICES, Step};
use crate::{booth, click, invariants, uzum};

/// The clock's first time.
const START: i64 = 1_790_000_000_000;

/// How often each cell of the tables was met.
pub type Cells = BTreeMap<&'static str, u64>;

/// Where a history went wrong.
#[derive(Debug)]
pub struct Failure {
    /// The step, counted from 0; the number of steps when it was found afterwards.
    pub step: usize,
    pub what: String,
}

/// The step, counted from 0, the HTTP status and the body.
pub type Answer = (usize, u16, String);

/// How a history is played.
#[derive(Clone, Default)]
pub struct Play<'a> {
    /// The database; in memory without. There the program cannot start again, so that step is left out.
    pub database: Option<Address>,
    /// How many programs work on it side by side; 0 is one, too.
    pub sides: usize,
    /// The model believes in other settings.
    pub model_rules: Option<Rules>,
    /// Something is done to the program's answers.
    pub tamper: Option<Tamper<'a>>,
}

/// What a worker plays on.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// A wallet's call, to be said again.
#[derive(Clone)]
enum Spoken {
    Payme(&'static str, Value),
    Click(Request),
    Uzum(Request),
}

struct Game<'a> {
    settings: Settings,
    clock: Clock,
    hand: Arc<AtomicI64>,
    /// None only while it is started again.
    program: Option<Program>,
    sides: usize,
    model: Model,
    /// Whether the database outlives the program.
    outlives: bool,
    /// The wallets' calls so far.
    spoken: Vec<Spoken>,
    /// What the wallets have been told of their money.
    purse: Purse,
    answers: Vec<Answer>,
    cells: &'a mut Cells,
    tamper: Option<Tamper<'a>>,
}

/// Plays a history to its end or to its first difference, and counts the cells met. Every answer, in the end.
pub async fn play(
    base: &Settings,
    history: &History,
    how: &Play<'_>,
    cells: &mut Cells,
) -> Result<Vec<Answer>, Failure> {
    let settings = settings(base, &history.rules, how.database.clone().unwrap_or(Address::SqliteMemory));
    let hand = Arc::new(AtomicI64::new(START));
    let clock = Clock::Manual(Arc::clone(&hand));
    let sides = how.sides.max(1);
    let program = Program::start(&settings, &clock, sides);
    let model = Model::new(how.model_rules.unwrap_or(history.rules), START);
    let mut game = Game {
        settings,
        clock,
        hand,
        program: Some(program),
        sides,
        model,
        outlives: how.database.as_ref().is_some_and(|it| *it != Address::SqliteMemory),
        spoken: Vec::new(),
        purse: Purse::default(),
        answers: Vec::new(),
        cells,
        tamper: how.tamper,
    };
    for (index, step) in history.steps.iter().enumerate() {
        game.step(index, *step).await.map_err(|what| Failure { step: index, what })?;
    }
    let looked = invariants::check(&game.program().app().store, &game.model, &game.purse).await;
    looked.map_err(|what| Failure { step: history.steps.len(), what })?;
    Ok(game.answers)
}

impl Game<'_> {
    async fn step(&mut self, index: usize, step: Step) -> Result<(), String> {
        match step {
            Step::Clock(jump) => {
                self.model.now = jump.lands(&self.model);
                self.hand.store(self.model.now, Ordering::SeqCst);
                Ok(())
            }
            Step::Restart => {
                if self.outlives {
                    self.program = None;
                    self.program = Some(Program::start(&self.settings, &self.clock, self.sides));
                }
                Ok(())
            }
            Step::Sweep => self.sweep().await,
            Step::Make { order, beside } => self.make(order, PRICES[order] + beside).await,
            Step::Print { order, quietly: true } => {
                let (status, _, cell) = self.model.booth(order, &Request::Print(order));
                self.met(cell);
                let noted = self.program().print(ORDERS[order]).await;
                if noted == (status == 200) {
                    Ok(())
                } else {
                    Err(format!("the print was noted: {noted}, not {status}"))
                }
            }
            Step::Payme(call) => {
                let (method, params) = call.spoken(&self.model);
                self.say(index, Spoken::Payme(method, params)).await
            }
            Step::Click(call) => {
                let request = call.asked(&self.model);
                self.say(index, Spoken::Click(request)).await
            }
            Step::Uzum(call) => self.say(index, Spoken::Uzum(call.asked())).await,
            Step::Again(back) => match self.spoken.iter().rev().nth(back).cloned() {
                Some(spoken) => self.say(index, spoken).await,
                None => Ok(()),
            },
            Step::Offer { order, beside } => {
                let amount = PRICES[order] + beside;
                let soum = format!("{}.{:02}", amount / 100, amount % 100);
                let body = format!(r#"{{"order_id": "{}", "paymentType": "payme", "amount": {soum}}}"#, ORDERS[order]);
                let said = self.model.booth(order, &Request::Offer { order, amount, chosen: true });
                self.ask(index, "POST", "/api/generate-qr", &body, said).await
            }
            Step::Close(order) => {
                let said = self.model.booth(order, &Request::Close(order));
                self.ask(index, "POST", &at_the_booth(order, "/cancel"), "{}", said).await
            }
            Step::NewCode(order) => {
                let said = self.model.booth(order, &Request::NewCode(order));
                self.ask(index, "POST", &at_the_booth(order, "/new-code"), r#"{"lang":"uz"}"#, said).await
            }
            Step::Print { order, quietly: false } => {
                let said = self.model.booth(order, &Request::Print(order));
                self.ask(index, "POST", &at_the_booth(order, "/printed"), "{}", said).await
            }
            Step::Look(order) => {
                let said = self.model.booth(order, &Request::Look(order));
                self.ask(index, "GET", &at_the_booth(order, ""), "", said).await
            }
            Step::Status(order) => {
                let said = self.model.booth(order, &Request::Status(order));
                self.ask(index, "GET", &format!("/api/payment-status/{}", ORDERS[order]), "", said).await
            }
            Step::TestPay(order) => {
                let said = self.model.booth(order, &Request::TestPay(order));
                self.ask(index, "POST", &format!("/api/test-payment/{}", ORDERS[order]), "", said).await
            }
        }
    }

    fn program(&self) -> &Program {
        self.program.as_ref().expect("it is started")
    }

    fn met(&mut self, cell: &'static str) {
        *self.cells.entry(cell).or_default() += 1;
    }

    async fn sweep(&mut self) -> Result<(), String> {
        let expected = self.model.sweep();
        self.met(if expected == 0 { "sweep: nothing" } else { "sweep: something" });
        let ended = sweep::once(self.program().app()).await.map_err(|error| error.to_string())?;
        if ended == expected { Ok(()) } else { Err(format!("the sweep ended {ended} things instead of {expected}")) }
    }

    async fn make(&mut self, order: usize, amount: i64) -> Result<(), String> {
        let (status, body, cell) = self.model.booth(order, &Request::Offer { order, amount, chosen: false });
        self.met(cell);
        let expected = (status == 200).then(|| body["expires_at"].as_i64().unwrap());
        let made = self.program().make(ORDERS[order], amount).await;
        if made == expected { Ok(()) } else { Err(format!("expected an order until {expected:?}\n     was {made:?}")) }
    }

    /// A call of a wallet's; every envelope is another.
    async fn say(&mut self, index: usize, spoken: Spoken) -> Result<(), String> {
        self.spoken.push(spoken.clone());
        let said = match &spoken {
            Spoken::Payme(method, params) => {
                let (request, id, versioned) = envelope(index, method, params);
                let (said, cell) = self.model.payme(method, params);
                let said = (200, judge::webhook(said, id, versioned), cell);
                self.ask(index, "POST", "/api/payme/webhook", &request, said).await
            }
            Spoken::Click(request) => {
                let (path, body) = click::spoken(request, index.is_multiple_of(3));
                let said = self.model.click(request);
                self.ask(index, "POST", path, &body, said).await
            }
            Spoken::Uzum(request) => {
                let (path, body) = uzum::spoken(request, self.model.now);
                let said = self.model.uzum(request);
                self.ask(index, "POST", path, &body.to_string(), said).await
            }
        };
        if let Some((_, _, answer)) = self.answers.last() {
            let answer: Value = serde_json::from_str(answer).unwrap();
            match &spoken {
                Spoken::Payme(_, params) => self.purse.payme(params, &answer),
                Spoken::Click(request) => self.purse.click(request, &answer),
                Spoken::Uzum(_) => self.purse.uzum(&answer),
            }
        }
        said
    }

    async fn ask(
        &mut self,
        index: usize,
        method: &str,
        path: &str,
        body: &str,
        said: booth::Said,
    ) -> Result<(), String> {
        let (expected_status, expected, cell) = said;
        self.met(cell);
        let (status, answer) = self.program().send(method, path, body.to_owned()).await;
        let answer = if path.starts_with("/api/payment-status/") || path.starts_with("/api/test-payment/") {
            contract_only(&answer)
        } else {
            answer
        };
        let compared = judge::compare(expected_status, &expected, status, &answer, self.tamper);
        self.answers.push((index, status, answer));
        compared
    }
}

/// Without the members that the first user's page reads beside the contract's, one of which is a row's number.
fn contract_only(answer: &str) -> String {
    let mut answer: Value = serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let beside = [
        "id",
        "transaction_id",
        "amount",
        "payment_type",
        "state",
        "create_time",
        "perform_time",
        "cancel_time",
        "created_at",
        "updated_at",
        "message",
        "payment",
    ];
    if let Some(members) = answer.as_object_mut() {
        members.retain(|name, _| !beside.contains(&name.as_str()));
    }
    answer.to_string()
}

fn at_the_booth(order: usize, what: &str) -> String {
    format!("/api/booth/orders/{}{what}", ORDERS[order])
}

/// Payme's calls come in many envelopes; the answer repeats the id, whatever it is, and `jsonrpc` if it was there.
fn envelope(index: usize, method: &str, params: &Value) -> (String, Value, bool) {
    let id = match index % 4 {
        0 => json!(205_775 + index),
        1 => json!("a-string"),
        2 => Value::Null,
        _ => json!(9_007_199_254_740_993_i64),
    };
    let mut request = json!({"method": method, "params": params});
    if !id.is_null() || index % 8 == 6 {
        request["id"] = id.clone();
    }
    let versioned = index.is_multiple_of(3);
    if versioned {
        request["jsonrpc"] = json!("2.0");
    }
    (request.to_string(), id, versioned)
}
