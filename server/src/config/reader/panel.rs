//! The owner's panel: who reaches it, and what an operator may give back.

use super::Reader;
use crate::config::connected::Connected;
use crate::config::paths;
use crate::config::raw::Admin;
use crate::config::settings::{PanelReach, PanelSettings};
use boothpay_store::Address;

/// The highest sum that an operator may be trusted with, in soum: more than any booth's order.
const OPERATOR_REFUND_SOUM_MAX: u32 = 100_000_000;

impl Reader {
    pub(super) fn panel(&mut self, admin: &Admin) -> Option<PanelSettings> {
        let reach = match admin.panel.as_str() {
            "direct" => Some(PanelReach::Direct),
            "any" => Some(PanelReach::Any),
            "off" => Some(PanelReach::Off),
            _ => self.wrong("admin.panel", "choose \"direct\", \"any\" or \"off\""),
        };
        let soum = self.number("admin.operator_refund", admin.operator_refund, 0..=OPERATOR_REFUND_SOUM_MAX);
        Some(PanelSettings { reach: reach?, operator_refund_tiyin: i64::from(soum?).saturating_mul(100) })
    }

    /// Where the wallets are kept that are connected in the panel.
    pub(super) fn wallets_file(&mut self, named: &str, database: Option<&Address>) {
        let setting = "admin.wallets_file";
        if !named.is_empty() {
            if let Err(advice) = paths::judge(named, &self.source(setting)) {
                self.wrong::<()>(setting, advice);
            } else if let Some(advice) = paths::of_another_system(named) {
                self.wrong::<()>(setting, advice);
            }
        }
        self.outside.wallets_file = Connected::file_of(named, database, &self.folder);
    }
}
