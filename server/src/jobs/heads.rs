//! Once a day the log names where the journal's chains end. A log that is kept in another place then shows whether the journal
//! was changed or cut off: `boothpay verify --head` compares.

use crate::app::App;
use crate::limits::HEADS_PERIOD;
use boothpay_store::Head;
use std::sync::Arc;
use tokio::time::MissedTickBehavior;

/// Names the heads at the start and then once a day, until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    daily(app, tell).await;
}

fn tell(heads: &str) {
    tracing::info!("the journal ends here: {heads}; `boothpay verify --head` compares");
}

async fn daily(app: Arc<App>, tell: impl Fn(&str)) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(HEADS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        match app.store.heads().await {
            Ok(heads) if heads.is_empty() => {}
            Ok(heads) => tell(&words(&heads)),
            Err(error) => tracing::warn!(%error, "the journal's heads cannot be named today"),
        }
    }
}

/// As they are given to `--head`, one after the other.
pub(crate) fn words(heads: &[Head]) -> String {
    heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::{Settings, Sources};
    use crate::orders::Orders;
    use crate::serve::Shutdown;
    use boothpay_protocol::ledger::journal::Actor;
    use boothpay_protocol::ledger::order::Copies;
    use boothpay_protocol::money::Tiyin;
    use boothpay_protocol::time::TimeMs;
    use boothpay_store::{Address, Store};
    use tokio::sync::mpsc;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn the_heads_are_named_at_the_start_and_once_a_day() {
        let settings = Settings::read(&Sources { development: true, ..Sources::default() }).unwrap();
        let (shutdown, stopping) = Shutdown::new();
        let folder = tempfile::tempdir().unwrap();
        // On a file, reading holds the paused time.
        let store = Store::open(&Address::SqliteFile(folder.path().join("booth.db"))).unwrap();
        let app = App::new(settings, store, Clock::manual(TimeMs::new(1_700_000_000_000)), stopping);
        let orders =
            Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::CommandLine };
        orders.make(Tiyin::new(100).unwrap(), Copies::ONE, None, None).await.unwrap();
        let (tell, mut told) = mpsc::unbounded_channel();
        let begun = Instant::now();
        let running = tokio::spawn(daily(Arc::clone(&app), move |heads| tell.send(heads.to_owned()).unwrap()));
        for day in 0..3 {
            assert_eq!(told.recv().await.unwrap(), words(&app.store.heads().await.unwrap()));
            assert_eq!(begun.elapsed().as_secs() / 86_400, day);
        }
        shutdown.stop();
        running.await.unwrap();
    }
}
