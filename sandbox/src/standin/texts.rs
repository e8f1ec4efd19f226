//! Every word the stand-in's pages say, once per language.

mod en;
mod ru;
mod uz;

use super::language::Lang;

/// The words of one language; a language that lacks one does not compile.
pub(super) struct Texts {
    // The frame.
    pub(super) app: &'static str,
    pub(super) strip: &'static str,
    pub(super) language: &'static str,
    pub(super) noscript: &'static str,
    // The payment.
    pub(super) payment: &'static str,
    pub(super) to_pay: &'static str,
    pub(super) amount: &'static str,
    pub(super) currency: &'static str,
    pub(super) order: &'static str,
    pub(super) card: &'static str,
    pub(super) card_note: &'static str,
    pub(super) pay: &'static str,
    pub(super) decline: &'static str,
    pub(super) close: &'static str,
    pub(super) buttons_note: &'static str,
    // While waiting.
    pub(super) checking: &'static str,
    pub(super) debiting: &'static str,
    pub(super) refunding: &'static str,
    pub(super) keep_open: &'static str,
    pub(super) slow: &'static str,
    // Paid.
    pub(super) paid: &'static str,
    pub(super) paid_note: &'static str,
    pub(super) time: &'static str,
    pub(super) transaction: &'static str,
    pub(super) payment_number: &'static str,
    pub(super) for_shop: &'static str,
    pub(super) refund: &'static str,
    pub(super) refund_note: &'static str,
    pub(super) refund_failed: &'static str,
    pub(super) refunded: &'static str,
    pub(super) refunded_note: &'static str,
    // Not paid.
    pub(super) declined: &'static str,
    pub(super) declined_note: &'static str,
    pub(super) again: &'static str,
    pub(super) refused: &'static str,
    pub(super) refused_note: &'static str,
    pub(super) service: &'static str,
    pub(super) service_note: &'static str,
    pub(super) money_back: &'static str,
    pub(super) unavailable: &'static str,
    pub(super) misbehaves: &'static str,
    pub(super) awaiting: &'static str,
    pub(super) not_debited: &'static str,
    pub(super) debited: &'static str,
    pub(super) not_cancelled: &'static str,
    pub(super) closed: &'static str,
    pub(super) closed_note: &'static str,
    pub(super) open_again: &'static str,
    pub(super) stale: &'static str,
    pub(super) stale_note: &'static str,
    pub(super) offline: &'static str,
    pub(super) offline_note: &'static str,
    // For integrators.
    pub(super) details: &'static str,
    pub(super) code: &'static str,
    pub(super) calls: &'static str,
    // A link that does not work.
    pub(super) supplier: &'static str,
    pub(super) supplier_note: &'static str,
    pub(super) in_link: &'static str,
    pub(super) expected: &'static str,
    pub(super) broken: &'static str,
    pub(super) broken_note: &'static str,
    pub(super) reason: &'static str,
    pub(super) inside: &'static str,
    pub(super) link_too_long: &'static str,
    pub(super) link_not_base64: &'static str,
    pub(super) link_missing: &'static str,
    pub(super) link_twice: &'static str,
    pub(super) link_amount: &'static str,
    // The front page.
    pub(super) home: &'static str,
    pub(super) home_note: &'static str,
    pub(super) home_scan: &'static str,
    pub(super) home_choose: &'static str,
    pub(super) home_watch: &'static str,
    pub(super) webhook: &'static str,
    pub(super) merchant: &'static str,
    pub(super) field: &'static str,
}

/// The words of `lang`.
pub(super) fn texts(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Ru => &ru::TEXTS,
        Lang::Uz => &uz::TEXTS,
        Lang::En => &en::TEXTS,
    }
}

#[cfg(test)]
mod tests {
    /// An ASCII or typographic apostrophe in oʻ and gʻ is a common slip of the keyboard.
    #[test]
    fn uzbek_writes_its_own_letters() {
        let source = include_str!("texts/uz.rs");
        for slip in ["o'", "g'", "O'", "G'", "o’", "g’", "o‘", "g‘"] {
            assert!(!source.contains(slip), "{slip}");
        }
    }
}
