//! `boothpay serve`: the server, from the settings.

use crate::out::say;
use crate::settings::{Choice, Loaded};
use crate::{admin, check, layout, logging, notify, outside, process, settings, signal, update};
use anyhow::{Context, Result, bail};
use boothpay_layouts::Layouts;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::staff::{self, Staff};
use boothpay_server::clock::Clock;
use boothpay_server::config::{Mode, PanelReach, Settings};
use boothpay_server::panel::{self, FirstLink};
use boothpay_server::{App, Listeners, Shutdown, check_connections, keep_print_rules, net};
use boothpay_store::{Store, StoreError};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::Instant;

/// How long threads that wait for something outside may still take when all else has ended. A print program that does not answer is not
/// waited for: its job is asked about after the next start.
const STOP_PATIENCE: Duration = Duration::from_secs(1);

/// How long a start waits for a database server that is slow just then, as after a power cut: whoever starts has more time than a wallet
/// that calls. And how often it asks.
const START_PATIENCE: Duration = Duration::from_secs(15);
const START_PAUSE: Duration = Duration::from_millis(200);

/// Runs until asked to stop.
pub(crate) fn run(choice: &Choice) -> Result<()> {
    let mut loaded = settings::load(choice);
    let Some(settings) = loaded.judged.settings.take() else { bail!("{}", loaded.refusal()) };
    let _log = logging::start(&settings.log)?;
    let files = process::raise_file_limit();
    if let Some(words) = update::going_back::finish(&settings.database)? {
        tracing::warn!("{words}");
    }
    // Before there is a new one.
    if let Some(anew) = outside::kept::begins_anew(&loaded) {
        tracing::error!("{anew}");
    }
    let behind = outside::kept::left_behind(&loaded.judged.outside, None);
    for remark in behind.iter().chain(&outside::kept::named_as_backup(&loaded)) {
        tracing::warn!("{remark}");
    }
    let store = Store::open(&settings.database)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(settings, &loaded, store, files));
    runtime.shutdown_timeout(STOP_PATIENCE);
    served
}

async fn serve(settings: Settings, loaded: &Loaded, store: Store, files: Option<u64>) -> Result<()> {
    if store.is_shared() {
        // A server that only reads, or whose disk is full, keeps no booth from starting: it is told as not ready, and goes on by itself.
        let _ = patiently(async || store.probe().await).await;
    }
    // Where the wallets of the panel are lost, nothing of them counts; the log says so once the server runs.
    let (settings, _) = check_connections(settings, &store).await?;
    refuse_open_money(&settings, &store).await?;
    // Every address is taken before anybody is told of one: whoever reads the first line can call all of them.
    let public = settings.public.as_ref();
    let listeners = Listeners {
        booth: listen(settings.listen).await?,
        webhooks: listen_if(settings.webhook_listen).await?,
        https: listen_if(public.map(|public| public.listen)).await?,
        proofs: listen_if(public.and_then(|public| public.http_listen)).await?,
        metrics: listen_if(settings.metrics.as_ref().map(|metrics| metrics.listen)).await?,
    };
    // Before anything is sold, and after the addresses are taken: a server that does not start changes nothing for one that runs.
    patiently(async || keep_print_rules(&settings, &store, &Clock::System).await).await?;
    let address = listeners.booth.local_addr()?;
    let asked_to_stop = signal::listen();
    greet(&settings, loaded, address, &store).await?;
    // The booth goes on with the layouts that are right.
    for finding in layout::findings(&Layouts::read(&settings.layouts.folder), &settings.layouts) {
        tracing::warn!("{finding}");
    }
    if let Some(webhooks) = &listeners.webhooks {
        say!("Only webhooks: {}/api/payme/webhook", browser_address(webhooks.local_addr()?));
    }
    if let Some(public) = public {
        say!("HTTPS:         https://{}/api/payme/webhook, as soon as there is a certificate", public.domain);
    }
    if let Some(metrics) = &listeners.metrics {
        say!("Metrics:       {}/metrics", browser_address(metrics.local_addr()?));
    }
    let wanted = settings.limits.connections;
    let others = [&listeners.webhooks, &listeners.https, &listeners.proofs].into_iter().flatten().count();
    let doors = u64::try_from(others)?.saturating_add(1);
    let connections = net::connections(files, doors, wanted);
    if connections < wanted {
        tracing::warn!(
            "the system lets this program open only {} files, so {connections} connections are taken at each address instead of \
             {wanted} (limits.connections). Allow more (LimitNOFILE= in a systemd service, else ulimit -n), or set it lower",
            files.unwrap_or_default()
        );
    }
    let (shutdown, stopping) = Shutdown::new();
    let app = App::new(settings, store, Clock::System, stopping);
    tokio::spawn(async move {
        asked_to_stop.await;
        tracing::info!("stopping: calls under way are finished first");
        shutdown.stop();
    });
    notify::ready();
    boothpay_server::run(app, listeners, connections).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Asks again while the database fails, until patience ends.
async fn patiently<T>(ask: impl AsyncFn() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let begun = Instant::now();
    loop {
        match ask().await {
            Err(StoreError::Failed(_) | StoreError::Overloaded) if begun.elapsed() < START_PATIENCE => {
                tokio::time::sleep(START_PAUSE).await;
            }
            answered => return answered,
        }
    }
}

/// Takes the address, or says who probably has it.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let port = address.port();
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(error)
            .with_context(|| format!("cannot listen on {address}: {}", outside::port_without_permission(port))),
        Err(error) => Err(error).with_context(|| {
            format!("cannot listen on {address}; is another program, or another Boothpay, using port {port}?")
        }),
    }
}

async fn listen_if(address: Option<SocketAddr>) -> Result<Option<TcpListener>> {
    match address {
        Some(address) => listen(address).await.map(Some),
        None => Ok(None),
    }
}

/// The address as a browser on this computer writes it.
pub(crate) fn browser_address(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("http://127.0.0.1:{}", address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("http://[::1]:{}", address.port()),
        IpAddr::V4(_) | IpAddr::V6(_) => format!("http://{address}"),
    }
}

/// What somebody at another computer or a phone opens, with the path of a page; or why nobody there can open anything.
pub(crate) fn from_elsewhere(listen: SocketAddr, path: &str) -> String {
    let port = listen.port();
    let ip = match listen.ip() {
        ip if ip.is_loopback() => {
            return format!(
                "No other computer reaches this server, because its settings have listen = \"{listen}\". With listen = \"0.0.0.0:{port}\" \
                 those of its network do."
            );
        }
        ip if ip.is_unspecified() => lan_address(),
        ip => ip,
    };
    format!("On another computer or a phone of the same network: http://{}{path}", SocketAddr::new(ip, port))
}

/// This computer's address in its network: the one it would use to reach another. Connecting a UDP socket sends nothing.
pub(crate) fn lan_address() -> IpAddr {
    let local = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .and_then(|socket| socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).and_then(|()| socket.local_addr()));
    local.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip())
}

/// As long as nobody has set a password, each start says how the owner does.
pub(crate) async fn tell_first_link(base: &str, store: &Store) {
    match panel::first_link(store, &Clock::System).await {
        Ok(FirstLink::New(path)) => {
            say!("Set its password: {base}{path}");
            say!("                  (works once, for {} hours; a new one at the next start)", admin::hours());
        }
        Ok(FirstLink::Settled) => {}
        // Nobody gets in by this; customers are served as soon as the database takes something again.
        Err(error) => {
            tracing::error!(
                "nobody has set the panel's password, and there is no link to do it at this start: {error}"
            );
        }
    }
}

/// A database that has taken money is never served to everybody, however the key got lost.
pub(crate) async fn refuse_open_money(settings: &Settings, store: &Store) -> Result<()> {
    match settings.mode {
        Mode::Production | Mode::Demo => Ok(()),
        Mode::Development if store.has_proven_calls().await? => {
            bail!("{}", outside::refusal_of_development(&settings.database))
        }
        Mode::Development => Ok(()),
    }
}

/// Says when nobody can confirm a payment by UzQR with a PIN. Unreadable PINs stop no wallet's payment, so they do not stop the server.
async fn tell_who_confirms(store: &Store) -> Result<()> {
    let rows = store.rows(Needs::setting(staff::setting_name())).await?;
    match Staff::of(rows.setting.as_ref()) {
        Ok(Some(staff)) if !staff.people.is_empty() => {}
        Ok(_) => tracing::warn!("uzqr: {}", outside::NOBODY_CONFIRMS),
        Err(error) => tracing::error!("uzqr: {error}. Meanwhile: boothpay order confirm ORDER"),
    }
    Ok(())
}

async fn greet(settings: &Settings, loaded: &Loaded, address: SocketAddr, store: &Store) -> Result<()> {
    let base = browser_address(address);
    say!("Booth page:    {base}/");
    say!("Payme webhook: {base}/api/payme/webhook");
    if settings.panel.reach != PanelReach::Off {
        say!("Owner's panel: {base}/admin");
        tell_first_link(&base, store).await;
    }
    if settings.click.checkout.is_some() {
        say!("Click:         {base}/api/click/prepare and {base}/api/click/complete");
    }
    if settings.uzum.credentials.are_set() {
        say!("Uzum webhooks: {base}/api/uzum");
    }
    say!("{}", check::heading(loaded));
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
            say!("DEVELOPMENT MODE: no wallet is connected (Payme, Click or Uzum; the README says how).");
            say!("Anybody on this computer can mark orders as paid. Do not take money with this.");
            say!("");
        }
    }
    for remark in &loaded.judged.findings {
        tracing::warn!("{remark}");
    }
    // What stops no payment stops no server, but the owner has to hear of it.
    let backups = settings.backup.as_ref().and_then(|backup| outside::backups(&backup.folder));
    let log = settings.log.file.as_ref().and_then(|file| outside::log_file(&file.path));
    for trouble in backups.iter().chain(&log).chain(&outside::clock_of(loaded)) {
        tracing::error!("{trouble}");
    }
    if settings.uzqr.code.is_some() {
        tell_who_confirms(store).await?;
    }
    tracing::info!(%address, mode = settings.mode.word(), "listening on {address}, {} mode", settings.mode.word());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Whether asking came to something, how often it was asked, and how long that took, where the first answers are as given and all after those good.
    async fn asked(failures: usize, error: StoreError) -> (bool, usize, Duration) {
        let (count, begun) = (Cell::new(0), Instant::now());
        let answered = patiently(async || {
            count.set(count.get() + 1);
            if count.get() > failures { Ok(()) } else { Err(error.clone()) }
        });
        (answered.await.is_ok(), count.get(), begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_database_is_waited_for_and_not_for_ever() {
        let slow = StoreError::Failed("it does not answer in time".into());
        assert_eq!(asked(3, slow.clone()).await, (true, 4, 3 * START_PAUSE));
        let (is_well, _, waited) = asked(usize::MAX, slow).await;
        assert_eq!((is_well, waited), (false, START_PATIENCE));
        assert_eq!(asked(1, StoreError::Closed).await, (false, 1, Duration::ZERO));
    }
}
