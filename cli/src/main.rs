//! The `boothpay` program: arguments, files, exit codes. Everything else is in the crates it starts.

mod admin;
mod backup;
mod booth;
mod browser;
mod check;
mod config;
mod demo;
mod doctor;
mod files;
mod home;
mod import;
mod kiosk;
mod layout;
mod logging;
mod migrate;
mod neighbour;
mod notify;
mod order;
mod out;
mod outside;
mod process;
mod reconcile;
mod report;
mod serve;
#[cfg(windows)]
mod service;
mod settings;
mod signal;
mod tasks;
mod update;
mod verify;

use clap::{Parser, Subcommand};
use settings::Choice;
use std::path::PathBuf;
use std::process::ExitCode;

/// Calls are allocated on one thread and freed on another all day long, which the system's allocator pays for with locks.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The version, with the commit that it was built from.
pub(crate) const VERSION: &str = env!("BOOTHPAY_VERSION");

/// Payments for self-service photobooths: takes Payme's calls, shows the booth's page, keeps every payment.
#[derive(Parser)]
#[command(version = VERSION, propagate_version = true, arg_required_else_help = !cfg!(windows))]
struct Arguments {
    /// The settings file. Without this, boothpay.toml in the current folder, or else beside the program, is read if it is
    /// there. Relative paths in it start from its folder.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Development mode: no wallet's key, this computer only, play money. Asked for here when the settings name a wallet.
    #[arg(long, global = true)]
    development: bool,
    /// Without one, Windows shows the booth that runs here, or the demonstration.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Try everything on this computer: a booth with play money and a stand-in for the wallets' apps.
    Demo(demo::DemoArguments),
    /// Show the booth's page on the whole screen, in a browser that is started again whenever it ends.
    ///
    /// Waits until the server answers. Ends when it is ended itself.
    Kiosk(kiosk::KioskArguments),
    /// The server as a service of Windows, which starts with the computer.
    #[cfg(windows)]
    #[command(subcommand)]
    Service(service::ServiceCommand),
    /// Read the settings and say what is wrong and what to do.
    Check,
    /// Print all settings with their defaults and explanations; with --values, as they are and where each one came from.
    Config(config::Config),
    /// Print the description of the HTTP API (OpenAPI 3.1), for programs that are made from it.
    Openapi,
    /// Read the whole database and say whether anything is wrong with it. Changes nothing.
    ///
    /// Says of each of nine invariants what was looked at, or how often it is broken. Stored rows show none of: payments
    /// that are gone without a trace, answers that differ between two servers, faults while answering, and keys in logs
    /// or pages. The program's tests look for those.
    Verify {
        /// The database to read instead of the settings'.
        #[arg(long, value_name = "ADDRESS")]
        database: Option<String>,
        /// A head of the journal that a backup or the log named earlier: nothing up to it may have changed. Can be repeated.
        #[arg(long, value_name = "HEAD")]
        head: Vec<String>,
    },
    /// Put everything that somebody who helps has to know into one file: versions, settings without secrets, what check and
    /// verify say, the disks, the log's end.
    Doctor(doctor::DoctorArguments),
    /// Copy the database to a file, also while the server runs; the copy is verified before it gets its name.
    Backup(backup::To),
    /// Put a backup in the database's place, with the server stopped.
    Restore(backup::From),
    /// Put another version of the program in this one's place, and go back when it does not work.
    ///
    /// The new program first tries itself on a copy of the database. Then the server is stopped, the database backed up, the program
    /// exchanged. A service is started again; if it does not become ready, the old program and the old database come back.
    Update(update::UpdateArguments),
    /// What an update lets a new program do first, with a copy of the database.
    #[command(hide = true)]
    Rehearse {
        /// The copy.
        database: PathBuf,
    },
    /// Move everything from a SQLite file to an empty PostgreSQL database, with the server stopped.
    ///
    /// Every row is compared and the new database verified before the move counts; a move that was cut off is finished by
    /// the same command. The file stays as it was, but no server opens it any more; --undo takes that back.
    Migrate(migrate::Migrate),
    /// Take over the payments of the back end before: its file photobooth.db, or a CSV file.
    ///
    /// Says first what it would do, row by row where it is not plain, and asks. A row that contradicts itself is refused with
    /// the reason; with any such row nothing is taken over, unless --skip-refused leaves them out. All is one transaction. The
    /// same command again, also after new rows have come there, takes over only what is new.
    Import(import::Import),
    /// Make, show or list orders, as JSON.
    #[command(subcommand)]
    Order(order::OrderCommand),
    /// Compare a wallet's statement with what is here, payment by payment.
    ///
    /// The file is the one that the wallet's cabinet gives, CSV or XLSX. Every paid sum is on both sides and equal, or is named with
    /// its difference; with any, the exit code is 1. The panel shows them, too. Works beside a running server, and changes no order
    /// unless one is named by --put-right.
    Reconcile(reconcile::Reconcile),
    /// Say what the booth earned in a day, a month or a year: paid, refunded, owed back, by hour, wallet and booth.
    ///
    /// Reads kept sums, so it is quick however many orders there are. Changes nothing and works beside a running server. Money
    /// counts in the hour in which it came; an order counts in the hour in which it was made.
    Report(report::ReportArguments),
    /// The way into the owner's panel, for whoever has lost it.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Pair screens on other computers with the booth.
    #[command(subcommand)]
    Booth(booth::BoothCommand),
    /// List, check and draw layouts of prints.
    #[command(subcommand)]
    Layout(layout::LayoutCommand),
    /// List, show or retry what has to happen outside the database, such as messages to your webhooks.
    #[command(subcommand)]
    Tasks(tasks::TasksCommand),
    /// Play Payme, Click or Uzum against any merchant server: a conformance suite, single payments, traffic.
    Sandbox(boothpay_sandbox::args::SandboxArgs),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    process::no_core_dumps();
    let choice = Choice { config: arguments.config, development: arguments.development };
    let Some(command) = arguments.command else {
        return if home::run(&choice).is_ok() { out::outcome() } else { ExitCode::FAILURE };
    };
    let outcome = match command {
        Command::Serve => serve::run(&choice),
        Command::Demo(demo) => demo::run(&demo),
        Command::Kiosk(kiosk) => kiosk::run(&choice, &kiosk),
        #[cfg(windows)]
        Command::Service(command) => service::run(&choice, &command),
        Command::Check => return check::run(&choice),
        Command::Config(asked) => config::run(&choice, &asked),
        Command::Openapi => {
            out::print(format_args!("{}\n", boothpay_server::openapi::text()));
            Ok(())
        }
        Command::Verify { database, head } => match verify::run(&choice, database.as_deref(), &head) {
            Ok(healthy) => return if healthy { out::outcome() } else { ExitCode::FAILURE },
            Err(error) => Err(error),
        },
        Command::Doctor(doctor) => doctor::run(&choice, &doctor),
        Command::Backup(backup) => backup::back_up(&choice, &backup),
        Command::Restore(restore) => backup::restore(&choice, &restore.from, restore.force),
        Command::Update(update) => update::run(&choice, &update),
        Command::Rehearse { database } => update::rehearsal::run(&choice, &database),
        Command::Migrate(migrate) => migrate::run(&choice, &migrate),
        Command::Import(import) => import::run(&choice, &import),
        Command::Order(command) => order::run(&choice, command),
        Command::Reconcile(reconcile) => match reconcile::run(&choice, &reconcile) {
            Ok(agrees) => return if agrees { out::outcome() } else { ExitCode::FAILURE },
            Err(error) => Err(error),
        },
        Command::Report(report) => report::run(&choice, &report),
        Command::Admin(command) => admin::run(&choice, command),
        Command::Booth(command) => booth::run(&choice, command),
        Command::Layout(command) => layout::run(&choice, command),
        Command::Tasks(command) => tasks::run(&choice, command),
        Command::Sandbox(sandbox) => return boothpay_sandbox::args::run(sandbox, &|| settings::own(&choice)).into(),
    };
    match outcome {
        Ok(()) => out::outcome(),
        Err(error) => {
            out::complain(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
