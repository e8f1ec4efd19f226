//! What was found out about the settings, and what they need of the computer that the server runs on.

use super::finding::{Finding, Place, sort};
use super::settings::{LayoutSettings, Settings};
use boothpay_store::Address;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What was found out about the settings.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The settings; none when there is any mistake.
    pub settings: Option<Settings>,
    /// Mistakes and remarks, in the order of the file.
    pub findings: Vec<Finding>,
    /// What the settings need of this computer, as far as it could be read.
    pub outside: Outside,
    /// Where each setting that somebody wrote stands.
    pub(super) places: BTreeMap<String, Place>,
}

impl Judged {
    /// Adds findings about settings that somebody else has looked at, each at its setting's place.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for mut finding in findings {
            if finding.place == Place::Nowhere {
                finding.place = self.places.get(&finding.setting).cloned().unwrap_or(Place::Nowhere);
            }
            self.findings.push(finding);
        }
        sort(&mut self.findings);
    }
}

/// What settings need of the computer that the server runs on.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Where it would listen.
    pub listen: Option<SocketAddr>,
    /// Where only the webhooks would answer.
    pub webhook_listen: Option<SocketAddr>,
    /// Where HTTPS would be answered.
    pub public_listen: Option<SocketAddr>,
    /// Where the authority would be answered over plain HTTP.
    pub public_http_listen: Option<SocketAddr>,
    /// Where metrics would answer.
    pub metrics_listen: Option<SocketAddr>,
    /// Where the certificate would be kept.
    pub certificate_folder: Option<PathBuf>,
    /// Where its database would be.
    pub database: Option<Address>,
    /// Where its backups would go.
    pub backup_folder: Option<PathBuf>,
    /// The file that its log would go to.
    pub log_file: Option<PathBuf>,
    /// Where its templates of prints would be.
    pub layouts: Option<LayoutSettings>,
    /// Where the wallets would be kept that are connected in the panel.
    pub wallets_file: Option<PathBuf>,
    /// When that file was written last, in milliseconds since 1970; none when there is none.
    pub wallets_changed_at_ms: Option<i64>,
    /// Whether it would be in development mode.
    pub development: bool,
    /// Whether it would show a code of UzQR, which staff confirm.
    pub uzqr: bool,
}
