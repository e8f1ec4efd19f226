//! The owner's panel: who reaches it.

use super::Reader;
use crate::config::raw::Admin;
use crate::config::settings::{PanelReach, PanelSettings};

impl Reader {
    pub(super) fn panel(&mut self, admin: &Admin) -> Option<PanelSettings> {
        let reach = match admin.panel.as_str() {
            "direct" => Some(PanelReach::Direct),
            "any" => Some(PanelReach::Any),
            "off" => Some(PanelReach::Off),
            _ => self.wrong("admin.panel", "choose \"direct\", \"any\" or \"off\""),
        };
        Some(PanelSettings { reach: reach? })
    }
}
