//! Click's part of the stand-in: its pay link (reference/click.md §2.9), and the two calls that it makes of a payment, signed
//! as Click signs them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

use md5::{Digest, Md5};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, redirect};
use serde_json::Value;
use tokio::sync::Mutex;

use super::Pace;
use super::click_api::ClickApi;
use super::link::LinkFault;
use super::merchant::{Call, SHOWN, no_answer, read_body};
use super::payment::{Screen, Stage, now_ms};
use super::problem::Problem;
use crate::click::call::sign_time;

/// What Click's own tests send as the error of a payment that is given up (reference/click.md §2.5).
const DECLINED: i64 = -5017;

const ALREADY_PAID: i64 = -4;
const FAULT: i64 = -7;
const CANCELLED: i64 = -9;

/// For whom the stand-in plays Click.
#[derive(Clone)]
pub struct ClickConfig {
    /// Where the merchant takes Prepare, plain http.
    pub prepare_url: String,
    /// Where it takes Complete.
    pub complete_url: String,
    /// `service_id` of the links; a link for another one is "supplier not found".
    pub service_id: String,
    /// The service's secret key; it goes into signatures only.
    pub key: String,
    /// `merchant_user_id`, in whose name the merchant asks Click's own API, which the stand-in answers below
    /// [`super::click_api::CLICK_API_PATH`].
    pub merchant_user_id: i64,
}

/// What a pay link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClickLink {
    pub(super) service_id: String,
    pub(super) order: String,
    /// In tiyin.
    pub(super) amount: u64,
    /// As it stands in the link.
    soum: String,
}

impl ClickLink {
    /// Reads what follows the question mark. Members that mean nothing here are passed over.
    pub(super) fn parse(query: &str) -> Result<Self, LinkFault> {
        let mut values = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if values.insert(name.clone(), value).is_some() {
                return Err(LinkFault::Twice(name.into_owned()));
            }
        }
        let needed = |name: &str| {
            let value = values.get(name).filter(|value| !value.is_empty());
            value.map(|value| value.clone().into_owned()).ok_or_else(|| LinkFault::Missing(name.to_owned()))
        };
        let (service_id, soum, order) = (needed("service_id")?, needed("amount")?, needed("transaction_param")?);
        needed("merchant_id")?;
        let amount = tiyin(&soum).ok_or_else(|| LinkFault::Amount(soum.clone()))?;
        Ok(Self { service_id, order, amount, soum })
    }
}

/// `25000.00`: soum with two decimals.
fn tiyin(soum: &str) -> Option<u64> {
    let (whole, fraction) = soum.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.len() != 2 || !digits(fraction) {
        return None;
    }
    let tiyin = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(fraction.parse().ok()?)?;
    (tiyin > 0).then_some(tiyin)
}

/// Makes the calls.
pub(super) struct Click {
    pub(super) config: ClickConfig,
    pub(super) api: ClickApi,
    http: Client,
    pace: Pace,
}

impl Click {
    pub(super) fn new(config: ClickConfig, pace: &Pace) -> std::io::Result<Self> {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(pace.call_timeout);
        let service = config.service_id.parse().unwrap_or_default();
        let api = ClickApi::new(config.merchant_user_id, [(service, config.key.clone())]);
        Ok(Self { config, api, http: http.build().map_err(std::io::Error::other)?, pace: pace.clone() })
    }

    /// What Click's own API says of a payment from now on: 1, it is under way; 2, it is paid; below 0, it is none any more.
    fn note(&self, payment: &ClickPayment, status: i64) {
        let (number, service) = (payment.paydoc_id.parse(), payment.link.service_id.parse());
        if let (Ok(number), Ok(service)) = (number, service) {
            self.api.has(number, service, &payment.link.order, status);
        }
    }

    /// A call, repeated while no answer comes. The number that the answer gives, or the error.
    async fn call(&self, payment: &ClickPayment, asked: Asked<'_>, calls: &mut Vec<Call>) -> Result<i64, Problem> {
        let mut pauses = self.pace.retry_pauses.iter();
        loop {
            let result = self.once(payment, &asked, calls).await;
            match (&result, pauses.next()) {
                (Err(problem), Some(pause)) if problem.worth_repeating() || problem.code == FAULT => {
                    tokio::time::sleep(*pause).await;
                }
                (_, _) => return result,
            }
        }
    }

    async fn once(&self, payment: &ClickPayment, asked: &Asked<'_>, calls: &mut Vec<Call>) -> Result<i64, Problem> {
        let (request, shown) = self.body(payment, asked);
        let url = if asked.prepare_id.is_none() { &self.config.prepare_url } else { &self.config.complete_url };
        let began = Instant::now();
        let (answer, result) = match self.send(url, request).await {
            Ok(body) => (String::from_utf8_lossy(&body).chars().take(SHOWN).collect(), read(&body, asked)),
            Err(problem) => (String::new(), Err(problem)),
        };
        let outcome = match &result {
            Ok(_) => "0".to_owned(),
            Err(problem) => format!("{}: {}", problem.code, problem.detail),
        };
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let method = if asked.prepare_id.is_none() { "Prepare" } else { "Complete" };
        // A payment that is given up is to be answered so.
        let ok = result.is_ok() || result.as_ref().is_err_and(|problem| asked.error < 0 && problem.code == CANCELLED);
        calls.push(Call { method, request: shown, outcome, ok, answer, took_ms });
        result
    }

    async fn send(&self, url: &str, body: String) -> Result<Vec<u8>, Problem> {
        let request = self.http.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.map_err(|error| no_answer(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(Problem::misbehaves(format!("HTTP {} instead of 200", answer.status().as_u16())));
        }
        read_body(answer).await
    }

    /// The body, and the same without its signature, for the log of calls.
    fn body(&self, payment: &ClickPayment, asked: &Asked<'_>) -> (String, String) {
        let (time, link) = (sign_time(), &payment.link);
        let (action, prepare_id) = match asked.prepare_id {
            None => ("0", String::new()),
            Some(prepare_id) => ("1", prepare_id.to_string()),
        };
        let mut digest = Md5::new();
        for word in
            [&payment.id, &link.service_id, &self.config.key, &link.order, &prepare_id, &link.soum, action, &time]
        {
            digest.update(word);
        }
        let mut signature = String::new();
        for byte in digest.finalize() {
            // Writing to a text cannot fail.
            let _ = write!(signature, "{byte:02x}");
        }
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("click_trans_id", &payment.id).append_pair("service_id", &link.service_id);
        form.append_pair("click_paydoc_id", &payment.paydoc_id).append_pair("merchant_trans_id", &link.order);
        if asked.prepare_id.is_some() {
            form.append_pair("merchant_prepare_id", &prepare_id);
        }
        form.append_pair("amount", &link.soum).append_pair("action", action);
        form.append_pair("error", &asked.error.to_string()).append_pair("error_note", asked.note);
        let shown = form.append_pair("sign_time", &time).finish();
        (format!("{shown}&sign_string={signature}"), shown)
    }
}

/// What differs between calls of one payment.
struct Asked<'a> {
    /// The merchant's number; none in a Prepare.
    prepare_id: Option<i64>,
    error: i64,
    note: &'a str,
}

/// The merchant's number in a good answer, or its error (reference/click.md §2.3, §2.4).
fn read(body: &[u8], asked: &Asked<'_>) -> Result<i64, Problem> {
    let answer: Value =
        serde_json::from_slice(body).map_err(|_| Problem::misbehaves("the answer's body is not JSON"))?;
    let error = answer.get("error").and_then(Value::as_i64);
    let note = answer.get("error_note").and_then(Value::as_str).unwrap_or_default();
    match (error, asked.prepare_id) {
        (None, _) => Err(Problem::misbehaves("the answer has no integer error")),
        (Some(0), None) => answer
            .get("merchant_prepare_id")
            .and_then(Value::as_i64)
            .ok_or_else(|| Problem::misbehaves("the answer has no integer merchant_prepare_id")),
        (Some(0), Some(prepare_id)) => Ok(prepare_id),
        (Some(error), _) => Err(Problem::of_click(error, note)),
    }
}

/// One opened page.
pub(super) struct ClickPayment {
    /// `click_trans_id`, beyond 32 bits as Click's are.
    pub(super) id: String,
    /// `click_paydoc_id`, what the customer sees.
    paydoc_id: String,
    link: ClickLink,
    progress: Mutex<Progress>,
}

enum Progress {
    Open,
    /// Prepared, and the card debited or declined; Complete is owed.
    Prepared {
        prepare_id: i64,
        declined: bool,
    },
    /// At its end.
    Settled(Screen),
}

impl ClickPayment {
    pub(super) fn new(link: ClickLink) -> Result<Self, getrandom::Error> {
        let mut random = [0; 4];
        getrandom::fill(&mut random)?;
        let random = u64::from(u32::from_be_bytes(random));
        let (id, paydoc_id) = (now_ms() * 1000 + random % 1000, 100_000_000 + random % 900_000_000);
        Ok(Self { id: id.to_string(), paydoc_id: paydoc_id.to_string(), link, progress: Mutex::new(Progress::Open) })
    }

    /// Prepare, debit the card or let it be declined, Complete. A second press waits for the first and gets its screen.
    pub(super) async fn play(&self, click: &Click, declined: bool, calls: &mut Vec<Call>) -> Screen {
        let mut progress = self.progress.lock().await;
        if let Progress::Open = *progress {
            let asked = Asked { prepare_id: None, error: 0, note: "Success" };
            match click.call(self, asked, calls).await {
                Ok(prepare_id) => {
                    tokio::time::sleep(click.pace.debit).await;
                    click.note(self, if declined { -1 } else { 1 });
                    *progress = Progress::Prepared { prepare_id, declined };
                }
                Err(problem) if problem.worth_repeating() => return Screen::Trouble { problem, stage: Stage::Create },
                Err(problem) => *progress = Progress::Settled(Screen::Refused { problem, money_back: false }),
            }
        }
        let screen = match &*progress {
            Progress::Settled(screen) => return screen.clone(),
            Progress::Open => return Screen::Ready { attempt: self.id.clone() },
            Progress::Prepared { prepare_id, declined } => {
                let (error, note) = if *declined { (DECLINED, "Card declined") } else { (0, "Success") };
                let asked = Asked { prepare_id: Some(*prepare_id), error, note };
                match (click.call(self, asked, calls).await, declined) {
                    (Ok(_), false) => self.paid(click, *prepare_id),
                    (Err(problem), false) if problem.code == ALREADY_PAID => self.paid(click, *prepare_id),
                    (Err(problem), true) if problem.code == CANCELLED => Screen::Declined,
                    (Ok(_), true) => {
                        let problem = Problem::misbehaves("a payment that was given up was answered with 0");
                        Screen::Refused { problem, money_back: false }
                    }
                    (Err(problem), false) if problem.worth_repeating() || problem.code == FAULT => {
                        return Screen::Trouble { problem, stage: Stage::Perform };
                    }
                    (Err(problem), true) if problem.worth_repeating() || problem.code == FAULT => {
                        return Screen::Trouble { problem, stage: Stage::Cancel };
                    }
                    (Err(problem), declined) => {
                        click.note(self, -1);
                        Screen::Refused { problem, money_back: !declined }
                    }
                }
            }
        };
        *progress = Progress::Settled(screen.clone());
        screen
    }

    fn paid(&self, click: &Click, prepare_id: i64) -> Screen {
        click.note(self, 2);
        let (transaction, payment) = (prepare_id.to_string(), self.paydoc_id.clone());
        Screen::Paid { transaction, payment, time: now_ms(), refund: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_clicks_links() {
        let link = "service_id=155555&merchant_id=7777&amount=25000.50&transaction_param=PB-1&lang=uz";
        let read = ClickLink::parse(link).unwrap();
        assert_eq!((read.service_id.as_str(), read.order.as_str(), read.amount), ("155555", "PB-1", 2_500_050));
        for amount in ["25000", "25000.5", "25000.500", "0.00", "-1.00", "1e3", "", ".50", "٢.00"] {
            assert!(ClickLink::parse(&link.replace("25000.50", amount)).is_err(), "{amount}");
        }
        for name in ["service_id", "merchant_id", "amount", "transaction_param"] {
            assert!(ClickLink::parse(&link.replace(name, "x")).is_err(), "{name}");
            assert!(ClickLink::parse(&format!("{link}&{name}=1")).is_err(), "{name}");
        }
    }
}
