//! Keeps the camera at the USB, where `gphoto2` drives one.

use super::on_a_thread;
use crate::app::App;
use crate::tether::Tether;
use std::sync::Arc;

/// Keeps it until the program is asked to stop; then its session is closed.
pub async fn run(app: Arc<App>) {
    let Some(camera) = app.tether.as_ref().and_then(Tether::gphoto2) else { return };
    let kept = Arc::clone(&camera);
    on_a_thread(&app, move || kept.keep(), || camera.stop()).await;
}
