//! The pay link that the customer scans (`reference/click.md §2.9`).

use crate::ledger::order::OrderId;
use crate::money::Tiyin;

/// Click's own pay page.
pub const CLICK_PAY: &str = "https://my.click.uz/services/pay";

/// Where links lead and whose service is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The address up to the question mark.
    pub address: String,
    /// The service.
    pub service_id: i64,
    /// The merchant.
    pub merchant_id: String,
    /// The user of the merchant's cabinet, if the link names one.
    pub merchant_user_id: Option<String>,
}

impl Checkout {
    /// The link for an order. Nothing in it needs an escape: an order's id, digits and a point are what they are.
    pub fn link(&self, order_id: &OrderId, amount: Tiyin) -> String {
        let (address, service, merchant) = (&self.address, self.service_id, &self.merchant_id);
        let user = self.merchant_user_id.iter().map(|user| format!("&merchant_user_id={user}")).collect::<String>();
        let soum = two_decimals(amount);
        format!(
            "{address}?service_id={service}&merchant_id={merchant}{user}&amount={soum}&transaction_param={order_id}"
        )
    }
}

/// Soum with two decimals, as the link wants them: `25000.00`.
pub fn two_decimals(amount: Tiyin) -> String {
    let tiyin = amount.tiyin();
    format!("{}.{:02}", tiyin.div_euclid(100), tiyin.rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_clicks_form() {
        let mut checkout = Checkout {
            address: CLICK_PAY.to_owned(),
            service_id: 155_555,
            merchant_id: "7777".to_owned(),
            merchant_user_id: None,
        };
        let link = |checkout: &Checkout, tiyin| {
            checkout.link(&OrderId::parse("PB-000417").unwrap(), Tiyin::new(tiyin).unwrap())
        };
        assert_eq!(
            link(&checkout, 2_500_000),
            "https://my.click.uz/services/pay?service_id=155555&merchant_id=7777&amount=25000.00&transaction_param=PB-000417"
        );
        checkout.merchant_user_id = Some("42".to_owned());
        assert_eq!(
            link(&checkout, 9_905),
            "https://my.click.uz/services/pay?service_id=155555&merchant_id=7777&merchant_user_id=42&amount=99.05\
             &transaction_param=PB-000417"
        );
    }
}
