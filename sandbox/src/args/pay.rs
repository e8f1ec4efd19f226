//! `boothpay sandbox pay`: one customer's payment, shown call by call.

use super::Exit;
use super::target::{AccountArgs, TargetArgs};
use crate::payme::simulator::{Ending, Single, pay};
use crate::suite::orders::Order;
use crate::wire::Client;
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
    target: TargetArgs,
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
pub async fn run(args: PayArgs) -> Result<Exit, String> {
    let shape = args.account.shape("order_id", false)?;
    let order = Order { account: shape.account(args.order), amount: args.amount };
    let client = Client::new(args.target.target()?, args.target.wire.timeout(), args.target.wire.trust())
        .map_err(|error| error.to_string())?;
    let ending = match args.end {
        End::Paid => Ending::Paid,
        End::Cancelled => Ending::Cancelled,
        End::Refunded => Ending::Refunded,
        End::Abandoned => Ending::Abandoned,
    };
    let verbose = args.verbose;
    let right = pay(&client, order, ending, args.twice, &mut |call| show(call, verbose)).await;
    Ok(if right { Exit::Clean } else { Exit::Failures })
}

fn show(call: &Single, verbose: bool) {
    let Single { method, exchange, wrong } = call;
    let millis = exchange.took.as_secs_f64() * 1000.0;
    let short = match &exchange.answer {
        Ok(answer) => String::from_utf8_lossy(&answer.body).trim().to_owned(),
        Err(reason) => format!("no answer: {reason}"),
    };
    let mut text = format!("{method:<24} {millis:>7.2} ms  {short}\n");
    if verbose {
        text = format!("{method} ({millis:.2} ms)\n\n{}\n\n{}\n\n", exchange.request, exchange.answer_text());
    }
    if let Some(wrong) = wrong {
        text.push_str(&format!("WRONG  expected {}\n       came {}\n", wrong.expected, wrong.got));
    }
    drop(std::io::stdout().write_all(text.as_bytes()));
}
