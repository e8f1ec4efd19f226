//! The link that the customer scans (`reference/uzum.md §6`). Its form is disputed, so it is a template of the owner's.

use super::limits::LINK_CHARS_MAX;
use crate::ledger::order::OrderId;
use crate::money::Tiyin;

/// The template that most integrators use.
pub const DEFAULT_TEMPLATE: &str =
    "https://www.uzumbank.uz/open-service?serviceId={service_id}&{account_key}={order}&amount={amount}";

/// A link with places for what differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    ServiceId,
    AccountKey,
    Order,
    Tiyin,
}

/// Why a text is no template. The words are for the owner.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No address at all, or one of another kind.
    #[error("give an address that starts with https://")]
    NotHttps,
    /// Over [`LINK_CHARS_MAX`].
    #[error("the link is too long for a code that is easily read: at most {LINK_CHARS_MAX} characters")]
    TooLong,
    /// A blank, or a character that no address has as it is.
    #[error("the link has a blank or a character that no address has; write it as %XX")]
    BadCharacter,
    /// A name in braces that means nothing.
    #[error("{{{0}}} means nothing here; possible are {{service_id}}, {{account_key}}, {{order}} and {{amount}}")]
    UnknownName(String),
    /// A brace without its other half.
    #[error("a brace has no other half; write {{order}} where the order's number belongs")]
    LoneBrace,
    /// It would lead to no order.
    #[error("it has no {{order}}, so Uzum could not know what is being paid")]
    NoOrder,
}

/// Characters of a name in braces that a message repeats.
const NAME_CHARS_MAX: usize = 32;

impl Template {
    /// Checks a text that starts with `https://`.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.starts_with("https://") { Self::parse_any(text) } else { Err(TemplateError::NotHttps) }
    }

    /// Checks a text that may start with `http://` too: a stand-in on this computer.
    pub fn parse_any(text: &str) -> Result<Self, TemplateError> {
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Err(TemplateError::NotHttps);
        }
        if text.len() > LINK_CHARS_MAX {
            return Err(TemplateError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`|".contains(&byte)) {
            return Err(TemplateError::BadCharacter);
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(TemplateError::LoneBrace)?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match name {
                "service_id" => Piece::ServiceId,
                "account_key" => Piece::AccountKey,
                "order" => Piece::Order,
                "amount" => Piece::Tiyin,
                other => return Err(TemplateError::UnknownName(other.chars().take(NAME_CHARS_MAX).collect())),
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('}'))) {
            return Err(TemplateError::LoneBrace);
        }
        if pieces.contains(&Piece::Order) { Ok(Self(pieces)) } else { Err(TemplateError::NoOrder) }
    }
}

/// Where links lead and which service is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayLink {
    /// The link, with places for what differs.
    pub template: Template,
    /// The service.
    pub service_id: i64,
    /// The member of `params` that names the order.
    pub account_key: String,
}

impl PayLink {
    /// Scheme and host, for people.
    pub fn host(&self) -> String {
        let Some(Piece::Text(beginning)) = self.template.0.first() else { return String::new() };
        beginning.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
    }

    /// The link for an order. What is put in is letters, digits and `._-`, so nothing has to be escaped.
    pub fn link(&self, order_id: &OrderId, amount: Tiyin) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::ServiceId => self.service_id.to_string(),
            Piece::AccountKey => self.account_key.clone(),
            Piece::Order => order_id.to_string(),
            Piece::Tiyin => amount.tiyin().to_string(),
        };
        self.template.0.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(template: &str) -> Result<String, TemplateError> {
        let template = Template::parse(template)?;
        let pay_link = PayLink { template, service_id: 498_614, account_key: "account".to_owned() };
        Ok(pay_link.link(&OrderId::parse("74S88WN2").unwrap(), Tiyin::new(2_000_000).unwrap()))
    }

    #[test]
    fn the_order_the_service_and_the_sum_are_put_in() {
        let cases = [
            (DEFAULT_TEMPLATE, "https://www.uzumbank.uz/open-service?serviceId=498614&account=74S88WN2&amount=2000000"),
            (
                "https://uzumbank.uz/open-service?serviceId={service_id}&orderId={order}",
                "https://uzumbank.uz/open-service?serviceId=498614&orderId=74S88WN2",
            ),
            ("https://a.uz/{order}/{order}", "https://a.uz/74S88WN2/74S88WN2"),
        ];
        for (template, expected) in cases {
            assert_eq!(link(template).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn people_are_told_the_host() {
        for (text, host) in [(DEFAULT_TEMPLATE, "https://www.uzumbank.uz"), ("https://a.uz/{order}", "https://a.uz")] {
            let template = Template::parse(text).unwrap();
            assert_eq!(PayLink { template, service_id: 1, account_key: "a".to_owned() }.host(), host);
        }
    }

    #[test]
    fn what_is_no_template_says_why() {
        let long = format!("https://a.uz/{{order}}{}", "x".repeat(LINK_CHARS_MAX));
        let cases = [
            ("", TemplateError::NotHttps),
            ("http://a.uz/{order}", TemplateError::NotHttps),
            ("uzum://pay/{order}", TemplateError::NotHttps),
            (long.as_str(), TemplateError::TooLong),
            ("https://a.uz/{order} ", TemplateError::BadCharacter),
            ("https://a.uz/{order}?ўзум", TemplateError::BadCharacter),
            ("https://a.uz/{order}?a=\"", TemplateError::BadCharacter),
            ("https://a.uz/{order_id}", TemplateError::UnknownName("order_id".to_owned())),
            ("https://a.uz/{order}{}", TemplateError::UnknownName(String::new())),
            ("https://a.uz/{order", TemplateError::LoneBrace),
            ("https://a.uz/order}", TemplateError::LoneBrace),
            ("https://a.uz/{order}}", TemplateError::LoneBrace),
            ("https://a.uz/{service_id}", TemplateError::NoOrder),
        ];
        for (template, expected) in cases {
            assert_eq!(link(template), Err(expected), "{template}");
        }
        assert!(Template::parse_any("http://127.0.0.1:5002/{order}").is_ok());
        let told = TemplateError::UnknownName("order_id".to_owned()).to_string();
        assert!(told.starts_with("{order_id} means nothing here; possible are {service_id}"), "{told}");
    }
}
