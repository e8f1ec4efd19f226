//! For whoever watches the server: is the program alive, can it take payments?

use super::Shared;
use crate::app::App;
use crate::error::Problem;
use crate::limits::READY_PERIOD;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// The program runs. Says nothing about anything else.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The database can be written to, and every job runs. A look a second serves all who ask.
pub(crate) async fn ready(State(app): Shared) -> Result<Json<Value>, Problem> {
    if let Some(job) = app.broken_jobs.first() {
        let why = format!("the job \"{job}\" broke off and is about to be started again; the log says more");
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, why));
    }
    database(&app, READY_PERIOD).await?;
    Ok(Json(json!({ "status": "ready" })))
}

/// Refuses while the database cannot be written to. A look that found all well may be so many seconds old.
pub(crate) async fn database(app: &Arc<App>, good_for: u32) -> Result<(), Problem> {
    let look = || {
        let app = Arc::clone(app);
        async move { Ok(app.store.probe().await?) }
    };
    app.net.readiness.ask(app.clock.now(), good_for, look).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::{Settings, Sources};
    use crate::jobs;
    use crate::serve::Shutdown;
    use boothpay_store::{Address, Store};

    #[tokio::test]
    async fn a_job_that_broke_off_is_seen_by_whoever_watches() {
        let (_shutdown, stopping) = Shutdown::new();
        let store = Store::open(&Address::SqliteMemory).unwrap();
        let app = App::new(Settings::read(&Sources::default()).unwrap(), store, Clock::System, stopping);
        assert!(ready(State(Arc::clone(&app))).await.is_ok());
        jobs::spawn(&app.broken_jobs, &app.stopping, "sweep", || async { panic!("as asked") });
        while app.broken_jobs.first().is_none() {
            tokio::task::yield_now().await;
        }
        let refused = ready(State(app)).await.unwrap_err();
        assert!(format!("{refused:?}").contains("sweep"), "{refused:?}");
    }
}
