//! Looks at the printer, so that no money is asked while it cannot print.

use crate::app::App;
use crate::limits::PRINTER_LOOK_PERIOD;
use std::sync::Arc;
use tokio::time::MissedTickBehavior;

/// Looks until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let Some(printer) = &app.printer else { return };
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(PRINTER_LOOK_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            () = printer.look(app.clock.now()) => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}
