//! `boothpay sandbox …`: the arguments, and what the program ends with.

/// Prints to the error output. That nobody can read it is no reason to fail.
macro_rules! tell {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = write!(std::io::stderr(), $($text)*);
    }};
}

mod click;
mod ctrl_c;
mod files;
mod pay;
mod payme;
mod progress;
mod suite;
mod target;
mod tongue;
mod traffic;
mod uzum;
mod wallet;

pub use click::ClickArgs;
pub use pay::PayArgs;
pub use payme::PaymeArgs;
pub use traffic::TrafficArgs;
pub use uzum::UzumArgs;

use crate::click::handbook as click_handbook;
use crate::payme::handbook as payme_handbook;
use crate::suite::Handbook;
use crate::suite::report::Language;
use crate::uzum::handbook as uzum_handbook;
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::process::ExitCode;

/// Play the wallets against a merchant server, offline.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    #[command(subcommand)]
    command: SandboxCommand,
}

/// What to play.
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Say rule by rule what a Payme merchant server does right and wrong.
    Payme(Box<PaymeArgs>),
    /// Say rule by rule what a Click shop does right and wrong.
    Click(Box<ClickArgs>),
    /// Say rule by rule what a merchant server of Uzum Bank does right and wrong.
    Uzum(Box<UzumArgs>),
    /// Play one customer's payment and show it call by call.
    Pay(Box<PayArgs>),
    /// Play many customers at once through a bad line, then prove that the server's story is true.
    Traffic(Box<TrafficArgs>),
}

/// Where the Boothpay of this computer listens: for whoever gives no `--url`.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// For the calls of the wallets.
    pub wallets: SocketAddr,
    /// For new orders.
    pub orders: SocketAddr,
}

/// Finds out where the Boothpay of this computer listens. Asked only where it matters.
pub type FindOwn<'f> = &'f (dyn Fn() -> Own + Sync);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that decides was right: code 0.
    Clean,
    /// The server did something wrong: code 1.
    Failures,
    /// The run could not start, or could not try what it should have: code 2.
    Unusable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Failures => Self::from(1),
            Exit::Unusable => Self::from(2),
        }
    }
}

/// Plays, writes the report to the standard output and everything else to the error output.
pub fn run(args: SandboxArgs, own: FindOwn<'_>) -> Exit {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let (language, book) = args.command.audience();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(play(args, own)),
        Err(error) => Err(format!("no threads to run on: {error}")),
    };
    outcome.unwrap_or_else(|message| {
        tell!("{}\n", book.say(language, &message));
        Exit::Unusable
    })
}

impl SandboxCommand {
    /// Whom the command speaks with: the language, and whose words it uses.
    fn audience(&self) -> (Language, Handbook) {
        match self {
            Self::Payme(args) => (args.language(), payme_handbook()),
            Self::Click(args) => (args.language(), click_handbook()),
            Self::Uzum(args) => (args.language(), uzum_handbook()),
            Self::Pay(args) => args.audience(),
            Self::Traffic(args) => args.audience(),
        }
    }
}

async fn play(args: SandboxArgs, own: FindOwn<'_>) -> Result<Exit, String> {
    match args.command {
        SandboxCommand::Payme(args) => payme::run(*args, own).await,
        SandboxCommand::Click(args) => click::run(*args, own).await,
        SandboxCommand::Uzum(args) => uzum::run(*args, own).await,
        SandboxCommand::Pay(args) => pay::run(*args, own).await,
        SandboxCommand::Traffic(args) => traffic::run(*args, own).await,
    }
}
