//! Keeps the helper that speaks to the spooler of Windows, where the booth's printer is one of Windows.

use super::on_a_thread;
use crate::app::App;
use std::sync::Arc;

/// Keeps it until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let Some(spooler) = app.printer.as_ref().and_then(|printer| printer.spooler()) else { return };
    let kept = Arc::clone(&spooler);
    on_a_thread(&app, move || kept.keep(), || spooler.stop()).await;
}
