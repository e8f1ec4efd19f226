//! `boothpay sandbox pay`: one customer's payment, shown call by call.

use super::ctrl_c::CtrlC;
use super::target::AccountArgs;
use super::tongue::TongueArgs;
use super::wallet::{Wallet, WalletArgs};
use super::{Exit, FindOwn};
use crate::payme::simulator::{Single, pay};
use crate::suite::orders::{Order, Source};
use crate::suite::report::Language;
use crate::suite::{self, Ending, Handbook};
use crate::wire::{Client, Exchange};
use crate::{click, uzum};
use clap::{Args, ValueEnum};
use std::io::Write;

/// Arguments of one payment.
#[derive(Debug, Args)]
pub struct PayArgs {
    /// The order to pay
    order: String,
    /// Its price
    #[arg(long, value_name = "TIYIN", default_value_t = 1_000_000)]
    amount: i64,
    #[command(flatten)]
    wallet: WalletArgs,
    #[command(flatten)]
    account: AccountArgs,
    /// How the payment ends
    #[arg(long, value_enum, default_value_t = End::Paid)]
    end: End,
    /// Send every call twice, as Payme's sandbox does
    #[arg(long)]
    twice: bool,
    /// Show requests and answers in full
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    tongue: TongueArgs,
}

impl PayArgs {
    /// The language that was chosen, and whose words are used.
    pub fn audience(&self) -> (Language, Handbook) {
        (self.tongue.language(), self.wallet.wallet.handbook())
    }
}

/// How the payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum End {
    /// The customer pays.
    Paid,
    /// Payme cancels before the payment.
    Cancelled,
    /// The payment is refunded.
    Refunded,
    /// The customer goes away and Payme says nothing more.
    Abandoned,
}

/// Plays the payment.
pub async fn run(args: PayArgs, find: FindOwn<'_>) -> Result<Exit, String> {
    let wallet = &args.wallet;
    let (language, book) = args.audience();
    let screen = Screen { language, book, verbose: args.verbose };
    let shape = args.account.shape(wallet.wallet.field(), false)?;
    let order = Order { account: shape.account(args.order), amount: args.amount };
    let ending = match args.end {
        End::Paid => Ending::Paid,
        End::Cancelled => Ending::Cancelled,
        End::Refunded => Ending::Refunded,
        End::Abandoned => Ending::Abandoned,
    };
    let twice = args.twice;
    let (target, _) = wallet.target(find)?;
    let common = |target| wallet.settings(target, Source::Nowhere, shape.clone(), args.amount, None);
    let mut ctrl_c = CtrlC::listen();
    let stop = ctrl_c.pressed();
    let played = match wallet.wallet {
        Wallet::Payme => {
            let client = Client::new(target, wallet.wire.timeout(), wallet.wire.trust());
            let client = client.map_err(|error| error.to_string())?;
            let mut show = |call: &Single| screen.show_call(call);
            let right = tokio::select! {
                right = pay(&client, order, ending, twice, &mut show) => right,
                () = stop => return Ok(screen.interrupted()),
            };
            return Ok(if right { Exit::Clean } else { Exit::Failures });
        }
        Wallet::Click => click::pay(wallet.click(common(target)), order, ending, twice, stop).await,
        Wallet::Uzum => uzum::pay(wallet.uzum(common(target))?, order, ending, twice, stop).await,
    };
    let suite::Single { calls, wrong, interrupted } = played.map_err(|error| error.to_string())?;
    for (name, exchange) in &calls {
        screen.show(name, exchange);
    }
    if let Some((expected, got)) = &wrong {
        screen.blame(expected, got);
    }
    if interrupted {
        return Ok(screen.interrupted());
    }
    Ok(if wrong.is_none() { Exit::Clean } else { Exit::Failures })
}

/// How calls are shown.
struct Screen {
    language: Language,
    book: Handbook,
    verbose: bool,
}

impl Screen {
    fn show_call(&self, call: &Single) {
        self.show(call.method, &call.exchange);
        if let Some(wrong) = &call.wrong {
            self.blame(&wrong.expected, &wrong.got);
        }
    }

    /// Says in which state an interrupted payment is left.
    fn interrupted(&self) -> Exit {
        tell!("\n{}\n", self.language.payment_interrupted());
        Exit::Unusable
    }

    fn blame(&self, expected: &str, got: &str) {
        let say = |text: &str| self.book.say(self.language, text);
        print(&self.language.blame(&say(expected), &say(got)));
    }

    fn show(&self, name: &str, exchange: &Exchange) {
        let millis = exchange.took.as_secs_f64() * 1000.0;
        let ms = self.language.milliseconds();
        let short = match &exchange.answer {
            Ok(answer) => String::from_utf8_lossy(&answer.body).trim().to_owned(),
            Err(reason) => format!("{}: {}", self.language.no_answer(), self.book.say(self.language, reason)),
        };
        print(&match self.verbose {
            false => format!("{name:<24} {millis:>7.2} {ms}  {short}\n"),
            true => format!("{name} ({millis:.2} {ms})\n\n{}\n\n{}\n\n", exchange.request, exchange.answer_text()),
        });
    }
}

/// A closed pipe (`| head`) is no reason to fail.
fn print(text: &str) {
    drop(std::io::stdout().write_all(text.as_bytes()));
}
