//! Running: take connections, sweep, and stop in order when asked to.

use crate::app::App;
use crate::jobs::{
    self, alerts, backup, certificate, heads, photos, printer, prints, strangers, sweep, tasks, telegram,
};
use crate::limits::HSTS;
use crate::net::{self, Door, Entrance};
use crate::routes::{router, webhook_router};
use crate::webhook;
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
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

/// Serves everything and sweeps until the program is asked to stop. `most` is how many connections there may be at once
/// ([`net::connections`]).
pub async fn run(app: Arc<App>, listener: TcpListener, most: usize) -> io::Result<()> {
    webhook::payme::settle_key(&app).await.map_err(io::Error::other)?;
    let sweeping = start(&app, "sweep", sweep::run);
    let backing_up = start(&app, "backup", backup::run);
    let alarming = start(&app, "alerts", alerts::run);
    let naming_heads = start(&app, "heads of the journal", heads::run);
    let carrying_out = start(&app, "tasks", tasks::run);
    let summing_up = start(&app, "sums of refused calls", strangers::run);
    let ending_sessions = start(&app, "photo sessions", photos::run);
    let printing = start(&app, "prints", prints::run);
    let looking = start(&app, "printer", printer::run);
    let talking = start(&app, "Telegram", telegram::run);
    let renewing = start(&app, "certificate", certificate::run);
    serve(&app, listener, router(Arc::clone(&app)), most).await;
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
    // An order with the authority is given up; the next start asks again.
    let _ = renewing.await;
    // A job that somebody is at is asked about after the next start.
    let _ = printing.await;
    let _ = looking.await;
    Ok(())
}

fn start<Job>(app: &Arc<App>, name: &'static str, job: impl Fn(Arc<App>) -> Job + Send + 'static) -> JoinHandle<()>
where
    Job: Future<Output = ()> + Send + 'static,
{
    let shared = Arc::clone(app);
    jobs::spawn(&app.broken_jobs, &app.stopping, name, move || job(Arc::clone(&shared)))
}

/// Serves the webhooks alone until the program is asked to stop: beside [`run`], on an address that the world may reach.
pub async fn run_webhooks(app: Arc<App>, listener: TcpListener, most: usize) {
    serve(&app, listener, webhook_router(Arc::clone(&app)), most).await;
}

/// Serves the webhooks over HTTPS of the server's own until the program is asked to stop: beside [`run`], which gets the certificate.
/// Until there is one, handshakes fail. Without a domain in the settings it is an error.
pub async fn run_public(app: Arc<App>, listener: TcpListener, most: usize) -> io::Result<()> {
    let public = app.public.as_ref().ok_or_else(|| io::Error::other("no domain is set"))?;
    let tls = public.acceptor().map_err(io::Error::other)?;
    let https = SetResponseHeaderLayer::overriding(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    let routes = webhook_router(Arc::clone(&app)).layer(https);
    enter(&app, Entrance { listener, tls: Some(tls) }, routes, most).await;
    Ok(())
}

/// Answers the authority over plain HTTP whether the domain is this server's, and nothing else.
pub async fn run_proofs(app: Arc<App>, listener: TcpListener, most: usize) -> io::Result<()> {
    let public = app.public.as_ref().ok_or_else(|| io::Error::other("no domain is set"))?;
    let routes = public.proofs();
    enter(&app, Entrance { listener, tls: None }, routes, most).await;
    Ok(())
}

/// Serves other routes in the same way: nothing that strangers do to them touches the rest.
pub async fn serve(app: &App, listener: TcpListener, routes: Router, most: usize) {
    enter(app, Entrance { listener, tls: None }, routes, most).await;
}

async fn enter(app: &App, entrance: Entrance, routes: Router, most: usize) {
    let (strangers, proxies) = (&app.net.strangers, &app.settings.trusted_proxies);
    let door = Door::new(most, &app.settings.limits);
    net::serve(entrance, routes, door, strangers, &app.clock, proxies, app.stopping.clone()).await;
}
