//! The certificate of the server's own domain: shown from the folder at the start, renewed in time, and an alarm when that fails.

use crate::app::App;
use crate::limits::{CERTIFICATE_PAUSES, CERTIFICATE_PERIOD};
use crate::public::{Certificate, Public};
use boothpay_protocol::time::TimeMs;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Gets and renews the certificate until the program is asked to stop, if the settings name a domain.
pub async fn run(app: Arc<App>) {
    let Some(public) = &app.public else { return };
    let mut stopping = app.stopping.clone();
    public.show_kept();
    if let Some(certificate) = public.certificate() {
        tell(&app, public, &certificate, "kept");
    }
    let mut failures: usize = 0;
    loop {
        let wait = until_due(public.certificate().as_deref(), app.clock.now());
        let wait = match wait {
            Some(wait) => wait,
            None => tokio::select! {
                renewed = public.renew(app.clock.now()) => match renewed {
                    Ok(certificate) => {
                        failures = 0;
                        tell(&app, public, &certificate, "new");
                        continue_in(&certificate, app.clock.now())
                    }
                    Err(refusal) => {
                        failures = failures.saturating_add(1);
                        let pause = pause(failures, refusal.too_often);
                        complain(&app, public, &refusal.to_string(), pause);
                        pause
                    }
                },
                _ = stopping.wait_for(|stop| *stop) => return,
            },
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// How long until it is looked again; `None` when a new one is due. Never longer than [`CERTIFICATE_PERIOD`], because clocks are set and
/// computers sleep.
fn until_due(certificate: Option<&Certificate>, now: TimeMs) -> Option<Duration> {
    let left = certificate?.renewal().since(now).ms();
    let left = Duration::from_millis(u64::try_from(left).ok().filter(|left| *left > 0)?);
    Some(left.min(CERTIFICATE_PERIOD))
}

/// After a new one, which may be due at once where the clock is wrong: then it is not asked for again and again.
fn continue_in(certificate: &Certificate, now: TimeMs) -> Duration {
    until_due(Some(certificate), now).unwrap_or(CERTIFICATE_PERIOD)
}

/// Authorities count what fails: five an hour for one name is usual.
fn pause(failures: usize, too_often: bool) -> Duration {
    let [.., longest] = CERTIFICATE_PAUSES;
    let pause = CERTIFICATE_PAUSES.get(failures.saturating_sub(1)).copied().unwrap_or(longest);
    if too_often { longest } else { pause }
}

fn tell(app: &App, public: &Public, certificate: &Certificate, which: &str) {
    let domain = &public.settings.domain;
    let until = day(certificate.until, &app.settings.time_zone);
    tracing::info!(
        "https://{domain} has its {which} certificate, which is good until {until}; it is renewed by itself"
    );
}

fn complain(app: &App, public: &Public, why: &str, pause: Duration) {
    let (domain, authority) = (&public.settings.domain, &public.settings.authority);
    let minutes = pause.as_secs() / 60;
    let (now, zone) = (app.clock.now(), &app.settings.time_zone);
    match public.certificate() {
        Some(certificate) if certificate.until <= now => tracing::error!(
            "NO WALLET REACHES https://{domain}: its certificate ended on {}, and {authority} gives no new one: {why}. It is tried \
             again in {minutes} minutes",
            day(certificate.until, zone)
        ),
        Some(certificate) if certificate.alarm() <= now => tracing::error!(
            "THE CERTIFICATE of https://{domain} ends in {} days, and {authority} gives no new one: {why}. It is tried again in \
             {minutes} minutes; after that end no wallet reaches this server",
            certificate.until.since(now).ms() / DAY_MS
        ),
        Some(_) => tracing::warn!(
            "the certificate of https://{domain} could not be renewed at {authority} yet: {why}. It is tried again in {minutes} minutes"
        ),
        None => tracing::error!(
            "NO WALLET REACHES https://{domain} yet: {authority} gives no certificate: {why}. Does the name lead to this computer, and \
             does the router pass its port {} on? It is tried again in {minutes} minutes",
            if public.settings.http_listen.is_some() { "80" } else { "443" }
        ),
    }
}

fn day(time: TimeMs, zone: &TimeZone) -> String {
    let time = Timestamp::from_millisecond(time.ms()).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
