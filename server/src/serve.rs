//! Running: take connections, sweep, and stop in order when asked to.

use crate::app::App;
use crate::closing;
use crate::connecting;
use crate::editing;
use crate::jobs::{
    self, alerts, backup, camera, certificate, heads, photos, printer, prints, spooler, strangers, sweep, tasks,
    telegram, wallets,
};
use crate::limits::{HSTS, METRICS_CONNECTIONS_MAX};
use crate::metrics;
use crate::net::{self, Door, Entrance};
use crate::routes::{router, webhook_router};
use crate::webhook;
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
use futures_util::FutureExt;
use futures_util::future::join_all;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::set_header::SetResponseHeaderLayer;

/// The means to stop a server.
pub struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    /// A switch and what it switches: the latter goes into [`App`].
    pub fn new() -> (Self, watch::Receiver<bool>) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), receiver)
    }

    /// Asks the server to stop. Asking again is no error.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Where a server takes connections.
pub struct Listeners {
    /// The booth's page, the panel, and the webhooks too.
    pub booth: TcpListener,
    /// The webhooks alone: an address that the world may reach.
    pub webhooks: Option<TcpListener>,
    /// The webhooks alone over HTTPS of the server's own, which needs a domain in the settings. Until there is a certificate,
    /// handshakes fail.
    pub https: Option<TcpListener>,
    /// The authority's question over plain HTTP whether the domain is this server's, which needs a domain too.
    pub proofs: Option<TcpListener>,
    /// Whoever watches the server.
    pub metrics: Option<TcpListener>,
}

impl From<TcpListener> for Listeners {
    fn from(booth: TcpListener) -> Self {
        Self { booth, webhooks: None, https: None, proofs: None, metrics: None }
    }
}

/// Serves everything and sweeps until the program is asked to stop. `most` is how many connections there may be at once at each
/// address where customers or wallets come in ([`net::connections`]).
///
/// Nobody is answered before the settings of the panel and the wallets' newest keys are in force.
pub async fn run(app: Arc<App>, listeners: impl Into<Listeners>, most: usize) -> io::Result<()> {
    connecting::follow(&app).await.map_err(io::Error::other)?;
    editing::settle(&app).await.map_err(io::Error::other)?;
    closing::tell(&app);
    webhook::payme::settle_key(&app).await.map_err(io::Error::other)?;
    let serving = open(&app, listeners.into(), most)?;
    let sweeping = start(&app, "sweep", sweep::run);
    let backing_up = start(&app, "backup", backup::run);
    let alarming = start(&app, "alerts", alerts::run);
    let naming_heads = start(&app, "heads of the journal", heads::run);
    let carrying_out = start(&app, "tasks", tasks::run);
    let summing_up = start(&app, "sums of refused calls", strangers::run);
    let ending_sessions = start(&app, "photo sessions", photos::run);
    let printing = start(&app, "prints", prints::run);
    let looking = start(&app, "printer", printer::run);
    let keeping_spooler = start(&app, "spooler", spooler::run);
    let keeping_camera = start(&app, "camera", camera::run);
    let talking = start(&app, "Telegram", telegram::run);
    let renewing = start(&app, "certificate", certificate::run);
    let following = start(&app, "wallets of other servers", wallets::run);
    serving.await;
    // The sweep ends by the same switch; a call of its that is under way is committed or not at all.
    let _ = sweeping.await;
    // A backup under way is given up: its unfinished copy has no backup's name, and the next one removes it.
    let _ = backing_up.await;
    let _ = naming_heads.await;
    // What was not told is told at the next start.
    let _ = alarming.await;
    // A task that is not recorded is carried out again, under the same key.
    let _ = carrying_out.await;
    let _ = summing_up.await;
    // What it has not ended, the next start does.
    let _ = ending_sessions.await;
    let _ = talking.await;
    let _ = following.await;
    // An order with the authority is given up; the next start asks again.
    let _ = renewing.await;
    // A job that somebody is at is asked about after the next start.
    let _ = printing.await;
    let _ = looking.await;
    let _ = keeping_spooler.await;
    // A shot under way is given up; the camera is closed.
    let _ = keeping_camera.await;
    Ok(())
}

fn start<Job>(app: &Arc<App>, name: &'static str, job: impl Fn(Arc<App>) -> Job + Send + 'static) -> JoinHandle<()>
where
    Job: Future<Output = ()> + Send + 'static,
{
    let shared = Arc::clone(app);
    jobs::spawn(&app.broken_jobs, &app.stopping, name, move || job(Arc::clone(&shared)))
}

/// Serves other routes in the same way: nothing that strangers do to them touches the rest.
pub async fn serve(app: &App, listener: TcpListener, routes: Router, most: usize) {
    enter(app, "other", Entrance { listener, tls: None }, routes, most).await;
}

/// Opens every door before anybody comes in at one: who looks at the metrics first finds all of them.
fn open(app: &Arc<App>, listeners: Listeners, most: usize) -> io::Result<impl Future<Output = ()>> {
    let plain = |listener| Entrance { listener, tls: None };
    let mut doors = vec![enter(app, "booth", plain(listeners.booth), router(Arc::clone(app)), most)];
    if let Some(listener) = listeners.webhooks {
        doors.push(enter(app, "webhooks", plain(listener), webhook_router(Arc::clone(app)), most));
    }
    let public = || app.public.as_ref().ok_or_else(|| io::Error::other("no domain is set"));
    if let Some(listener) = listeners.https {
        let tls = Some(public()?.acceptor().map_err(io::Error::other)?);
        let header = SetResponseHeaderLayer::overriding(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
        let routes = webhook_router(Arc::clone(app)).layer(header);
        doors.push(enter(app, "https", Entrance { listener, tls }, routes, most));
    }
    if let Some(listener) = listeners.proofs {
        doors.push(enter(app, "proofs", plain(listener), public()?.proofs(), most));
    }
    if let Some(listener) = listeners.metrics {
        let routes = metrics::router(Arc::clone(app));
        doors.push(enter(app, "metrics", plain(listener), routes, METRICS_CONNECTIONS_MAX));
    }
    Ok(join_all(doors).map(drop))
}

/// Opens a door at once; the future lets in who comes.
fn enter(app: &App, name: &'static str, entrance: Entrance, routes: Router, most: usize) -> impl Future<Output = ()> {
    let door = Door::new(most, &app.settings.limits);
    app.net.open(name, &door);
    let (strangers, proxies) = (&app.net.strangers, &app.settings.trusted_proxies);
    net::serve(entrance, routes, door, strangers, &app.clock, proxies, app.stopping.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::{Settings, Sources};
    use boothpay_store::{Address, Store};

    #[tokio::test]
    async fn every_door_is_open_before_anybody_comes_in_at_one() {
        let (_shutdown, stopping) = Shutdown::new();
        let store = Store::open(&Address::SqliteMemory).unwrap();
        let app = App::new(Settings::read(&Sources::default()).unwrap(), store, Clock::System, stopping);
        let listener = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut listeners = Listeners::from(listener().await);
        (listeners.webhooks, listeners.metrics) = (Some(listener().await), Some(listener().await));
        // Nothing is served yet: the future is not asked.
        let _serving = open(&app, listeners, 64).unwrap();
        let names: Vec<_> = app.net.doors().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["booth", "webhooks", "metrics"]);
    }
}
