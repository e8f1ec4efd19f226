//! Keeps the camera at the USB, where `gphoto2` drives one.

use crate::app::App;
use crate::tether::Tether;
use std::sync::Arc;

/// Keeps it until the program is asked to stop; then its session is closed.
pub async fn run(app: Arc<App>) {
    let Some(camera) = app.tether.as_ref().and_then(Tether::gphoto2) else { return };
    let kept = Arc::clone(&camera);
    let mut keeping = tokio::task::spawn_blocking(move || kept.keep());
    let mut stopping = app.stopping.clone();
    let stopped = async { drop(stopping.wait_for(|stop| *stop).await) };
    let ended = tokio::select! {
        ended = &mut keeping => ended,
        () = stopped => {
            camera.stop();
            keeping.await
        }
    };
    if let Some(panic) = ended.err().and_then(|error| error.try_into_panic().ok()) {
        // As a job's own: it is noted, and the job is started again.
        std::panic::resume_unwind(panic);
    }
}
