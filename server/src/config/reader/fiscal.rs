//! What tax receipts say is sold: the same for every wallet that is told.

use super::Reader;
use crate::config::raw::Fiscal;
use boothpay_protocol::fiscal::FiscalItem;

/// Digits of an IKPU (MXIK) code.
const CODE_DIGITS: usize = 17;

/// The settings of one wallet's receipts.
pub(super) struct FiscalNames {
    pub(super) code: &'static str,
    pub(super) package_code: &'static str,
    pub(super) vat_percent: &'static str,
    pub(super) units: &'static str,
}

impl Reader {
    /// The line of a receipt; `None` where none is set, or where what is set is wrong.
    pub(super) fn fiscal_item(&mut self, names: &FiscalNames, fiscal: &Fiscal) -> Option<FiscalItem> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match (fiscal.code.as_str(), fiscal.package_code.as_str()) {
            ("", "") => return None,
            (code, package_code) if digits(code) && digits(package_code) => {}
            (_, _) => {
                let advice = format!("give both {} and {}, digits only, or neither", names.code, names.package_code);
                return self.wrong(names.code, advice);
            }
        }
        if fiscal.code.len() != CODE_DIGITS {
            let advice = format!(
                "an IKPU (MXIK) code has {CODE_DIGITS} digits, this has {}; see tasnif.soliq.uz",
                fiscal.code.len()
            );
            self.remark(names.code, advice);
        }
        let vat_percent = self.number(names.vat_percent, fiscal.vat_percent, 0..=100)?;
        let units = self.number(names.units, fiscal.units, 0..=u32::MAX)?;
        Some(FiscalItem {
            title: fiscal.title.clone(),
            code: fiscal.code.clone(),
            package_code: fiscal.package_code.clone(),
            vat_percent: u8::try_from(vat_percent).ok()?,
            units: Some(units).filter(|units| *units != 0),
        })
    }
}
