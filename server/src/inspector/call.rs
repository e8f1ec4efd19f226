//! A call as it is kept, and what it says when it is read again.

use super::why::{Why, account_fields};
use super::{WALLETS, is_of_payme};
use crate::condition::Standing;
use crate::net::Address;

use boothpay_protocol::card;
use boothpay_protocol::click::wire::Route;
use boothpay_protocol::click::{self, Action};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::providers::Rules;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum::Operation;
use boothpay_protocol::{payme, uzum};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// A call with its answer.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Counted from the start of the program.
    pub(crate) number: u64,
    pub(crate) at: TimeMs,
    /// How long it took to answer.
    pub(crate) took: Duration,
    /// At whose address it came; none at one with nothing.
    pub(crate) wallet: Option<Provider>,
    pub(crate) http_method: String,
    pub(crate) path: String,
    pub(crate) from: Address,
    /// Whether the right key came.
    pub(crate) is_proven: bool,
    /// Whether any key came in the header in which Payme and Uzum send theirs.
    pub(crate) brings_key: bool,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Why it was refused; none when it was not.
    pub(crate) why: Option<Why>,
    /// What the order costs that it is about.
    pub(crate) price: Option<Tiyin>,
    /// The answer's HTTP status; none when there was no answer.
    pub(crate) status: Option<u16>,
    pub(crate) request: Text,
    pub(crate) answer: Text,
}

/// The beginning of a body, and how long it was.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) shown: Box<[u8]>,
    pub(crate) whole: usize,
}

impl Text {
    pub(crate) fn of(body: &[u8], most: usize) -> Self {
        Self { shown: body.get(..most).unwrap_or(body).into(), whole: body.len() }
    }

    /// For people: no numbers of cards, and whatever is no text is shown as such.
    pub(crate) fn to_show(&self) -> String {
        card::masked(&String::from_utf8_lossy(&self.shown))
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.shown.len() < self.whole
    }
}

/// How much a call that proves nothing looks like a wallet's, by what can be seen of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// Not at all: what scanners send.
    Nothing,
    /// Its path has a wallet's name.
    Path,
    /// It brings a key, or has the form of a wallet's call.
    Call,
    /// It comes from Payme's own network.
    Network,
}

/// What a call says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// The wallet's name of what it wants.
    pub(crate) method: Option<&'static str>,
    /// The order that it names.
    pub(crate) order: Option<OrderId>,
    /// The wallet's id of the payment, as the ledger has it.
    pub(crate) payment: Option<String>,
    /// The sum that it names, if it is one.
    pub(crate) asked: Option<Tiyin>,
    /// What the wallet's clock said.
    pub(crate) time: Option<TimeMs>,
}

#[derive(Deserialize)]
struct Stamped {
    timestamp: i64,
}

impl Kept {
    /// Bytes that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(_, value)| value.len()).sum();
        let texts = self.request.shown.len().saturating_add(self.answer.shown.len());
        texts.saturating_add(headers).saturating_add(self.path.len()).saturating_add(size_of::<Self>())
    }

    /// What it says, read as it was read when it was answered. Where it was cut, or is no call, that is nothing.
    pub(crate) fn said(&self, rules: &Rules) -> Said {
        match self.wallet {
            Some(Provider::Payme) => said_by_payme(&self.request.shown, rules),
            Some(Provider::Click) => said_by_click(&self.request.shown, &self.path),
            Some(Provider::Uzum) => said_by_uzum(&self.request.shown, &self.path, rules),
            Some(Provider::UzumQr | Provider::Uzqr | Provider::Test) | None => Said::default(),
        }
    }

    /// The code in the answer: 0 where it is none of an error.
    pub(crate) fn code(&self) -> Option<String> {
        self.code_of(&self.answer.shown)
    }

    /// The code in an answer to it.
    pub(crate) fn code_of(&self, answer: &[u8]) -> Option<String> {
        let answer: Value = serde_json::from_slice(answer).ok()?;
        let code = match self.wallet? {
            Provider::Payme => answer.get("error").and_then(|error| error.get("code")),
            Provider::Click => answer.get("error"),
            Provider::Uzum => answer.get("errorCode"),
            Provider::UzumQr | Provider::Uzqr | Provider::Test => None,
        };
        Some(match code {
            Some(Value::String(code)) => code.clone(),
            Some(code) => code.to_string(),
            None => "0".to_owned(),
        })
    }

    /// Under which names the account's fields came.
    pub(crate) fn fields(&self) -> Vec<String> {
        account_fields(&self.request.shown)
    }

    /// Whether the wallet was answered what it wanted, or what happens every day.
    pub(crate) fn is_well(&self) -> bool {
        !self.why.is_some_and(Why::is_news)
    }

    /// How it stands: what happens every day is well.
    pub(crate) fn standing(&self) -> Standing {
        match self.why {
            None => Standing::Good,
            Some(why) if !why.is_news() => Standing::Good,
            Some(Why::WrongKey | Why::WrongLogin | Why::OtherField | Why::OtherService | Why::System) => Standing::Bad,
            Some(
                Why::NoKey
                | Why::BadForm
                | Why::NotPost
                | Why::UnknownMethod
                | Why::OrderNotFound
                | Why::WrongAmount
                | Why::PaymentNotFound
                | Why::OrderBusy
                | Why::OrderPaid
                | Why::OrderClosed
                | Why::NotNow
                | Why::GivenUp
                | Why::NothingThere
                | Why::HungUp,
            ) => Standing::Look,
        }
    }

    /// The wallet whose call this is by its form.
    pub(crate) fn form(&self) -> Option<Provider> {
        form_of(&self.request.shown)
    }

    /// The same, where it came to another's address.
    pub(crate) fn belongs_to(&self) -> Option<Provider> {
        self.form().filter(|form| self.wallet != Some(*form))
    }

    /// How much it looks like a wallet's.
    pub(crate) fn likeness(&self) -> Likeness {
        if is_of_payme(self.from) {
            Likeness::Network
        } else if self.http_method == "POST" && (self.brings_key || self.form().is_some()) {
            Likeness::Call
        } else if named_in(&self.path).is_some() {
            Likeness::Path
        } else {
            Likeness::Nothing
        }
    }

    /// Whether it may be a wallet's that was led to an address with nothing: it looks like a call, and like none of another wallet's.
    pub(crate) fn may_be_of(&self, wallet: Provider) -> bool {
        let meant = self.form().or(is_of_payme(self.from).then_some(Provider::Payme)).or_else(|| named_in(&self.path));
        // Click signs, and brings no key.
        let is_meant = meant.map_or(wallet != Provider::Click, |meant| meant == wallet);
        self.http_method == "POST" && self.likeness() >= Likeness::Call && is_meant
    }

    /// Whether somebody posts to a path with a wallet's name.
    pub(crate) fn names(&self, wallet: Provider) -> bool {
        self.http_method == "POST" && named_in(&self.path) == Some(wallet)
    }
}

/// The wallet whose call a body is, by its form.
pub(crate) fn form_of(body: &[u8]) -> Option<Provider> {
    let text = String::from_utf8_lossy(body);
    if text.contains("click_trans_id") {
        Some(Provider::Click)
    } else if text.contains("serviceId") {
        Some(Provider::Uzum)
    } else if text.contains("\"method\"") && text.contains("\"params\"") {
        Some(Provider::Payme)
    } else {
        None
    }
}

/// The wallet whose name a path has.
fn named_in(path: &str) -> Option<Provider> {
    let path = path.to_lowercase();
    WALLETS.into_iter().find(|wallet| path.contains(wallet.word()))
}

fn said_by_payme(body: &[u8], rules: &Rules) -> Said {
    use payme::Call;
    let Ok(call) = payme::wire::read(body, &rules.payme).call else { return Said::default() };
    let method = Some(call.method().name());
    match call {
        Call::CheckPerform { amount, account } => {
            Said { method, order: account.order_id, asked: amount.0, ..Said::default() }
        }
        Call::Create { id, time, amount, account } => {
            Said { method, order: account.order_id, payment: Some(id.to_string()), asked: amount.0, time: Some(time) }
        }
        Call::Perform { id } | Call::Cancel { id, .. } | Call::Check { id } | Call::SetFiscalData { id, .. } => {
            Said { method, payment: Some(id.to_string()), ..Said::default() }
        }
        Call::Statement(_) | Call::ChangePassword { .. } => Said { method, ..Said::default() },
    }
}

/// Which of Click's addresses a path is.
pub(super) fn click_route(path: &str) -> Route {
    let path = path.trim_end_matches('/');
    let action = Action::ALL.into_iter().find(|action| path.ends_with(&action.name().to_lowercase()));
    action.map_or(Route::Shared, Route::Of)
}

/// Which of Uzum's operations a path asks for.
pub(super) fn uzum_operation(path: &str) -> Option<Operation> {
    path.trim_end_matches('/').rsplit('/').next().and_then(Operation::from_name)
}

fn said_by_click(body: &[u8], path: &str) -> Said {
    let route = click_route(path);
    let call = click::wire::read(body, route).request.and_then(|request| request.call(route));
    let Ok(call) = call else { return Said::default() };
    let payment = call.payment();
    Said {
        method: Some(call.action().name()),
        order: payment.order_id.clone(),
        payment: Some(payment.id.to_string()),
        asked: payment.amount,
        time: Some(payment.time),
    }
}

fn said_by_uzum(body: &[u8], path: &str, rules: &Rules) -> Said {
    use uzum::Call;
    let Some(operation) = uzum_operation(path) else { return Said::default() };
    let time = serde_json::from_slice::<Stamped>(body).ok().map(|it| TimeMs::new(it.timestamp));
    let method = Some(operation.name());
    match uzum::wire::read(operation, body, &rules.uzum).call {
        Ok(Call::Check { account }) => Said { method, order: account.order_id, time, ..Said::default() },
        Ok(Call::Create { id, amount, account, .. }) => Said {
            method,
            order: account.order_id,
            payment: Some(id.provider_id().to_string()),
            asked: amount.0.ok(),
            time,
        },
        Ok(Call::Confirm { id, .. } | Call::Reverse { id } | Call::Status { id }) => {
            Said { method, payment: Some(id.provider_id().to_string()), time, ..Said::default() }
        }
        Err(_) => Said { method, time, ..Said::default() },
    }
}
