//! `boothpay serve`: the server, from the settings.

use crate::out::say;
use crate::{logging, process, settings, signal};
use anyhow::{Context, Result};
use boothpay_server::clock::Clock;
use boothpay_server::config::{Mode, Settings};
use boothpay_server::{App, Shutdown, net};
use boothpay_store::Store;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Runs until asked to stop.
pub(crate) fn run(config: Option<&Path>) -> Result<()> {
    let settings = settings::checked(config)?;
    let _log = logging::start(&settings.log)?;
    let files = process::raise_file_limit();
    let store = Store::open(&settings.database)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(settings, store, files))
}

async fn serve(settings: Settings, store: Store, files: Option<u64>) -> Result<()> {
    let listener = listen(settings.listen).await?;
    let address = listener.local_addr()?;
    greet(&settings, address, &store).await?;
    let webhook_listener = match settings.webhook_listen {
        Some(address) => {
            let listener = listen(address).await?;
            say!("Only webhooks: {}/api/payme/webhook", browser_address(listener.local_addr()?));
            Some(listener)
        }
        None => None,
    };
    let connections = net::connections(files, if webhook_listener.is_some() { 2 } else { 1 });
    let (shutdown, stopping) = Shutdown::new();
    let app = App::new(settings, store, Clock::System, stopping);
    tokio::spawn(async move {
        signal::asked_to_stop().await;
        tracing::info!("stopping: calls under way are finished first");
        shutdown.stop();
    });
    let webhooks = async {
        if let Some(listener) = webhook_listener {
            boothpay_server::run_webhooks(Arc::clone(&app), listener, connections).await;
        }
        io::Result::Ok(())
    };
    tokio::try_join!(boothpay_server::run(Arc::clone(&app), listener, connections), webhooks)?;
    tracing::info!("stopped");
    Ok(())
}

/// Takes the address, or says who probably has it.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; is another program, or another Boothpay, using port {}?", address.port())
    })
}

/// The address as a browser on this computer writes it.
pub(crate) fn browser_address(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("http://127.0.0.1:{}", address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("http://[::1]:{}", address.port()),
        IpAddr::V4(_) | IpAddr::V6(_) => format!("http://{address}"),
    }
}

async fn greet(settings: &Settings, address: SocketAddr, store: &Store) -> Result<()> {
    let base = browser_address(address);
    say!("Booth page:    {base}/");
    say!("Payme webhook: {base}/api/payme/webhook");
    say!("Database:      {}", settings.database);
    match settings.mode {
        Mode::Production => {
            let unproven = store.unproven_payments().await?;
            if unproven > 0 {
                tracing::warn!(
                    unproven,
                    "{unproven} orders in this database were paid in development mode or by test payments: that is no \
                     money. Start going live with a fresh database file"
                );
            }
        }
        Mode::Development | Mode::Demo => {
            say!("");
            say!("DEVELOPMENT MODE: no Payme key is set (BOOTHPAY_PAYME_KEY).");
            say!("Anybody on this computer can mark orders as paid. Do not take money with this.");
            say!("");
        }
    }
    for remark in settings.remarks() {
        tracing::warn!("{remark}");
    }
    tracing::info!(%address, mode = settings.mode.word(), "listening on {address}, {} mode", settings.mode.word());
    Ok(())
}
