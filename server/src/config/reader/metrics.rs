//! Where metrics answer.

use super::Reader;
use crate::config::Mode;
use crate::config::raw::Metrics;
use crate::config::settings::MetricsSettings;

impl Reader {
    /// `Some(None)` where none are asked for.
    pub(super) fn metrics(&mut self, metrics: &Metrics) -> Option<Option<MetricsSettings>> {
        let token = self.token("metrics.token", &metrics.token, "metrics.token_file", &metrics.token_file);
        if metrics.listen.trim().is_empty() {
            return Some(None);
        }
        // They change nothing, so development mode asks no more of them than production does.
        let listen = self.listen("metrics.listen", &metrics.listen, Mode::Production)?;
        self.outside.metrics_listen = Some(listen);
        let is_open = metrics.token.0.trim().is_empty() && metrics.token_file.is_empty();
        if is_open && !listen.ip().is_loopback() {
            let advice = "everybody who can reach this address could read what the booth earns. Use \"127.0.0.1:9464\", or set \
                          metrics.token and let whoever asks send it: Authorization: Bearer ...";
            return self.wrong("metrics.listen", advice);
        }
        Some(Some(MetricsSettings { listen, token }))
    }
}
