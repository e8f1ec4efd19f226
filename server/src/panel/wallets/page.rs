//! The page of one wallet: how it is connected, the form, the addresses for its cabinet, and what has come of it so far.

use super::test_order::{TestOrder, may_be_made};
use super::{Standing, Typed, form, open_payments, steps};
use crate::app::App;
use crate::condition::reach::public_address;
use crate::condition::wallets::Known;
use crate::config::connected::{Connection, Connects};
use crate::config::{Mode, Place};
use crate::panel::frame::{Frame, Section, When};
use crate::panel::say;
use crate::panel::seat::Seat;
use crate::panel::today::provider_key;
use crate::panel::why::call::{cure, from, method, reason};
use crate::panel::words::Words;
use askama::Template;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::panel::PASSWORD_CHARS_MAX;
use boothpay_store::StoreError;

/// A header that Payme's sandbox sends (`reference/payme.md §1.1`).
const SANDBOX_HEADER: &str = "test-operation";

/// A field as it is shown.
pub(super) struct Shown {
    name: &'static str,
    label: &'static str,
    hint: String,
    value: String,
    is_secret: bool,
    is_needed: bool,
    wrong: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "panel/wallet.html")]
pub(super) struct WalletPage {
    f: Frame,
    wallet: &'static str,
    name: &'static str,
    standing: Standing,
    state: &'static str,
    tone: &'static str,
    /// Who connected it by the panel, and when.
    by: Option<(String, When)>,
    /// Where in the settings it stands.
    place: String,
    lost: bool,
    /// None where it cannot be connected here.
    fields: Option<Vec<Shown>>,
    is_real: bool,
    findings: Vec<String>,
    /// The key of the words that say why nothing was changed.
    stop: Option<String>,
    /// Addresses to copy, each with what it is for; none while nobody says how the wallet reaches this server.
    addresses: Vec<(&'static str, String)>,
    /// The paths behind the server's own address, while that is missing.
    paths: Vec<&'static str>,
    /// The account's field at Payme.
    account_field: Option<String>,
    open: usize,
    file: String,
    most: usize,
    chars: usize,
    /// Whether an order for its tests can be made here.
    can_test: bool,
    /// The one that was just made.
    pub(super) test_order: Option<TestOrder>,
    live: Live,
}

impl WalletPage {
    pub(super) async fn of(app: &App, seat: &Seat, wallet: Provider, typed: Typed) -> Result<Self, StoreError> {
        let (words, standing) = (seat.words(), Standing::of(app, wallet));
        let connection = app.settings.connections.by_panel(wallet);
        let is_open = !matches!(standing, Standing::Settings | Standing::Demo);
        let fields = is_open.then(|| shown(wallet, connection, &typed, words));
        let public = public_address(&app.settings);
        let (addresses, paths) = match &public {
            Some(public) => {
                (addresses(wallet).map(|(key, path)| (words.t(key), format!("{public}{path}"))).collect(), Vec::new())
            }
            None => (Vec::new(), addresses(wallet).map(|(_, path)| path).collect()),
        };
        Ok(Self {
            f: seat.frame(app, Section::Wallets),
            wallet: wallet.word(),
            name: words.t(provider_key(wallet)),
            standing,
            state: words.t(standing.key()),
            tone: standing.tone(),
            by: connection.map(|it| (it.by.clone(), When::of(it.at(), app, words))),
            place: match app.settings.connections.of(wallet) {
                Connects::Settings(Place::Environment(name)) => name.clone(),
                Connects::Settings(Place::File { line, .. }) => {
                    words.fill("wallets.line", &[("line", &line.to_string())])
                }
                Connects::Settings(Place::Panel | Place::Nowhere) | Connects::Nobody | Connects::Panel(_) => {
                    String::new()
                }
            },
            lost: app.connecting.is_lost(),
            fields,
            is_real: typed.is_real.unwrap_or_else(|| connection.is_some_and(|it| it.real)),
            findings: typed.findings,
            stop: typed.stop,
            addresses,
            paths,
            account_field: (wallet == Provider::Payme).then(|| app.settings.payme.rules.account_field.clone()),
            open: if connection.is_some() { open_payments(app, wallet).await? } else { 0 },
            file: app.settings.connections.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default(),
            most: PASSWORD_CHARS_MAX,
            chars: form::FIELD_CHARS_MAX,
            can_test: may_be_made(app, wallet),
            test_order: None,
            live: Live::of(app, words, wallet).await?,
        })
    }

    /// Whether the panel may end or begin to offer it.
    fn is_offered_here(&self) -> bool {
        matches!(self.standing, Standing::Trying | Standing::Real)
    }

    fn is_ended(&self) -> bool {
        self.standing == Standing::Ended
    }

    fn is_in_settings(&self) -> bool {
        self.standing == Standing::Settings
    }

    fn is_demo(&self) -> bool {
        self.standing == Standing::Demo
    }

    /// Whether no wallet is connected at all, so that connecting this one ends play money.
    fn is_development(&self) -> bool {
        self.f.mode.is_some() && !self.is_demo()
    }

    fn is_new(&self) -> bool {
        self.by.is_none()
    }
}

fn shown(wallet: Provider, connection: Option<&Connection>, typed: &Typed, words: &'static Words) -> Vec<Shown> {
    let fields = form::fields(wallet).into_iter();
    fields
        .map(|field| {
            let kept = connection.map_or("", |it| it.value(field.name));
            let key = |part: &str| format!("wallet_{part}.{}.{}", wallet.word(), field.name);
            let label = words.known(&key("field")).unwrap_or(field.name);
            let is_kept = field.is_secret() && !kept.is_empty();
            let hint =
                if is_kept { words.t("wallets.key_stays") } else { words.known(&key("hint")).unwrap_or_default() };
            let value = match typed.values.get(field.name) {
                Some(typed) => typed.clone(),
                None if field.is_secret() => String::new(),
                None => kept.to_owned(),
            };
            Shown {
                name: field.name,
                label,
                hint: hint.to_owned(),
                value,
                is_secret: field.is_secret(),
                is_needed: field.is_needed && !is_kept,
                wrong: typed.wrong.get(field.name).cloned(),
            }
        })
        .collect()
}

/// Where a wallet calls: what its cabinet calls the address, and the path.
fn addresses(wallet: Provider) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all: &[(&str, &str)] = match wallet {
        Provider::Payme => &[("wallets.endpoint", "/api/payme/webhook")],
        Provider::Click => &[("wallets.prepare", "/api/click/prepare"), ("wallets.complete", "/api/click/complete")],
        Provider::Uzum => &[("wallets.base", "/api/uzum")],
        Provider::UzumQr | Provider::Uzqr | Provider::Test => &[],
    };
    all.iter().copied()
}

/// A group of steps.
pub(super) struct Group {
    title: &'static str,
    steps: Vec<Step>,
}

struct Step {
    word: &'static str,
    words: &'static str,
    is_seen: bool,
}

/// What comes by itself.
#[derive(Template)]
#[template(path = "panel/wallet-live.html")]
pub(super) struct Live {
    words: &'static Words,
    /// Whether there is anything to wait for.
    is_connected: bool,
    tone: &'static str,
    said: String,
    cure: Option<String>,
    groups: Vec<Group>,
    done: usize,
    all: usize,
    next: Option<String>,
    /// What the screen does with it while it is tried.
    screen: Option<&'static str>,
    warning: Option<&'static str>,
}

impl Live {
    pub(super) async fn of(app: &App, words: &'static Words, wallet: Provider) -> Result<Self, StoreError> {
        let standing = Standing::of(app, wallet);
        let connection = app.settings.connections.by_panel(wallet);
        let is_connected = standing != Standing::Not && app.settings.mode == Mode::Production;
        let (tone, said, cure) =
            if is_connected { calls(app, wallet, connection, words) } else { ("unknown", String::new(), None) };
        let is_tried = connection.is_some_and(Connection::is_tried);
        let groups = match connection.filter(|_| is_tried) {
            Some(connection) => {
                let seen = steps::seen(app, wallet, connection.at()).await?;
                let group = |(title, all): &(&'static str, &'static [&'static str])| Group {
                    title: words.known(&format!("step.{title}")).unwrap_or(title),
                    steps: all
                        .iter()
                        .map(|step| Step {
                            word: step,
                            words: words.known(&format!("step.{step}")).unwrap_or(step),
                            is_seen: seen.contains(*step),
                        })
                        .collect(),
                };
                steps::groups(wallet).iter().map(group).collect()
            }
            None => Vec::new(),
        };
        let all: usize = groups.iter().map(|group: &Group| group.steps.len()).sum();
        let done = groups.iter().flat_map(|group| &group.steps).filter(|step| step.is_seen).count();
        let next = match standing {
            Standing::Trying if done == all => Some("done"),
            Standing::Trying => Some("try"),
            Standing::Real => Some("real"),
            Standing::Not | Standing::Ended | Standing::Settings | Standing::Demo => None,
        };
        let next = next.and_then(|next| words.known(&format!("step.{}.next_{next}", wallet.word()))).map(str::to_owned);
        Ok(Self {
            words,
            is_connected,
            tone,
            said,
            cure,
            groups,
            done,
            all,
            next,
            screen: screen(app, wallet, standing, words),
            warning: warning(app, wallet, connection, words),
        })
    }

    fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    fn progress(&self) -> String {
        self.words.fill("wallets.progress", &[("done", &self.done.to_string()), ("all", &self.all.to_string())])
    }
}

/// What has come since it was connected.
fn calls(
    app: &App,
    wallet: Provider,
    connection: Option<&Connection>,
    words: &Words,
) -> (&'static str, String, Option<String>) {
    let (known, since) = (Known::of(app, wallet), connection.map(Connection::at));
    let is_new = |at| since.is_none_or(|since| at >= since);
    let name = words.t(provider_key(wallet));
    let now = app.clock.now();
    if let Some((call, _)) = known.refusals().find(|(call, _)| is_new(call.at)) {
        let values: [(&str, &str); 2] = [("wallet", name), ("reason", &reason(call, app, words).unwrap_or_default())];
        // While it is tried, wrong calls are part of the tests.
        let tone = if connection.is_some_and(|it| !it.real) { "look" } else { call.standing().word() };
        return (tone, words.fill("wallets.refused", &values), cure(call, app, words));
    }
    if let Some(call) = known.well.filter(|call| is_new(call.at)) {
        let values: [(&str, &str); 4] = [
            ("wallet", name),
            ("age", &say::age(call.at, now, words)),
            ("from", &from(call.from, words)),
            ("method", &method(&call, app)),
        ];
        return ("good", words.fill("wallets.called", &values), None);
    }
    ("unknown", words.fill("wallets.waiting", &[("wallet", name)]), None)
}

/// What the booth's screen does with a wallet that is tried: nobody can pay by it yet.
fn screen(app: &App, wallet: Provider, standing: Standing, words: &'static Words) -> Option<&'static str> {
    if standing != Standing::Trying {
        return None;
    }
    let is_shown = app.settings.on_screen().contains(&wallet);
    Some(if is_shown { words.t("wallets.tried_shown") } else { words.t("wallets.tried_hidden") })
}

/// What is not as the owner said.
fn warning(app: &App, wallet: Provider, connection: Option<&Connection>, words: &Words) -> Option<&'static str> {
    let connection = connection.filter(|it| it.real)?;
    let by_sandbox = app.inspector.of(wallet).iter().any(|call| {
        call.is_proven && call.at >= connection.at() && call.headers.iter().any(|(name, _)| *name == SANDBOX_HEADER)
    });
    if by_sandbox { words.known("wallets.real_is_test") } else { None }
}
