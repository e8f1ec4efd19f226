//! What the tax receipt says is sold. One line: the order, at its price.

use crate::money::Tiyin;

/// The line of a receipt (`reference/payme.md §7`, `reference/click.md §2.10`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiscalItem {
    /// The words on the receipt.
    pub title: String,
    /// IKPU (MXIK), the classifier's code, 17 digits.
    pub code: String,
    /// The package's code.
    pub package_code: String,
    /// VAT in per cent.
    pub vat_percent: u8,
    /// The unit's code, if any.
    pub units: Option<u32>,
}

impl FiscalItem {
    /// The VAT that is part of a price, in tiyin, rounded to the nearest.
    pub fn vat_in(&self, price: Tiyin) -> i64 {
        let (price, percent) = (i128::from(price.tiyin()), i128::from(self.vat_percent));
        let whole = percent.saturating_add(100);
        let doubled = price.saturating_mul(percent).saturating_mul(2).saturating_add(whole);
        let vat = doubled.checked_div(whole.saturating_mul(2)).unwrap_or_default();
        i64::try_from(vat).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::limits::AMOUNT_TIYIN_MAX;

    #[test]
    fn vat_is_the_part_of_a_price_that_it_is() {
        let vat = |percent, tiyin| {
            let (title, code, package_code) = (String::new(), String::new(), String::new());
            FiscalItem { title, code, package_code, vat_percent: percent, units: None }
                .vat_in(Tiyin::new(tiyin).unwrap())
        };
        assert_eq!((vat(12, 1_120_000), vat(12, 1_000_000), vat(0, 1_000_000)), (120_000, 107_143, 0));
        assert_eq!((vat(100, 1), vat(100, 3), vat(12, 1)), (1, 2, 0));
        assert_eq!(vat(100, AMOUNT_TIYIN_MAX), AMOUNT_TIYIN_MAX / 2);
    }
}
