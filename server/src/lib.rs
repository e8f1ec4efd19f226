//! The booth's server: providers' webhooks, the API that the booth's page calls, the page itself, and the background work.
//!
//! Start reading at [`routes`], the one table of every route, then [`webhook`] for a payment's way through.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod access;
mod alerts;
mod api;
mod app;
pub mod clock;
mod closing;
mod command;
mod condition;
pub mod config;
mod connecting;
mod current;
mod editing;
mod error;
pub mod exports;
pub mod figures;
pub mod giving_back;
mod inspector;
mod jobs;
mod kiosk;
mod layouts;
mod letters;
mod limits;
mod metrics;
pub mod net;
pub mod openapi;
pub mod orders;
mod outgoing;
pub mod panel;
mod photos;
mod printer;
mod prints;
mod public;
mod qr;
pub mod reconciling;
mod routes;
pub mod screens;
mod serve;
pub mod sheet;
pub mod staff;
pub mod statement;
mod story;
pub mod telegram;
mod tether;
mod text;
mod texts;
mod uzum_qr;
mod webhook;

pub use app::App;
pub use connecting::{Lost, check as check_connections, follow as follow_connections};
pub use current::Current;
pub use editing::settle as settle_edits;
pub use jobs::alerts as alert_job;
pub use jobs::prints as print_jobs;
pub use jobs::{backup, refunds, sweep, tasks};
pub use outgoing::address::HttpAddress;
pub use outgoing::bank_code;
pub use outgoing::signature::SigningKey;
pub use printer::trouble_now as printer_trouble;
pub use printer::wire::PrinterAddress;
pub use routes::{router, webhook_router};
pub use serve::{Listeners, Shutdown, run, serve};
pub use text::without_links;
pub use webhook::payme::settle_key;
