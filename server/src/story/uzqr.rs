//! PINs at the booth's screen that confirmed, or opened, nothing.

use crate::app::App;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::staff::StaffRefusal;

/// Tells why the panel was not opened at the booth's screen: each wrong PIN, which are few, and all else once in a while.
pub(crate) fn tell_no_entry(app: &App, refusal: StaffRefusal) {
    match refusal {
        StaffRefusal::Wrong => tracing::warn!("a wrong PIN was typed at the booth's screen; the panel was not opened"),
        StaffRefusal::TooOften(_) | StaffRefusal::NoPin | StaffRefusal::Unreadable | StaffRefusal::Order(_)
            if app.refusals.is_news("PINs that open the panel") =>
        {
            tracing::warn!("the panel was not opened by a PIN at the booth's screen: {refusal}");
        }
        StaffRefusal::TooOften(_) | StaffRefusal::NoPin | StaffRefusal::Unreadable | StaffRefusal::Order(_) => {}
    }
}

/// Tells why nothing was confirmed. That nobody may try now is told once in a while, however often somebody tries.
pub(crate) fn tell_refusal(app: &App, order: &OrderId, refusal: StaffRefusal) {
    match refusal {
        StaffRefusal::Wrong => {
            tracing::warn!(%order, "order {order}: a wrong PIN was typed at the booth's screen; nothing was changed");
        }
        StaffRefusal::TooOften(seconds) if app.refusals.is_news("wrong PINs") => {
            tracing::error!(%order, seconds, "too many wrong PINs at the booth's screen: none is looked at for {seconds} s. If it was not your staff, somebody is guessing. Meanwhile: boothpay order confirm {order}");
        }
        StaffRefusal::TooOften(_) => {}
        StaffRefusal::NoPin => {
            tracing::warn!(%order, "order {order}: a PIN was typed at the booth's screen, but nobody has one yet: boothpay booth pin NAME");
        }
        StaffRefusal::Unreadable => {
            tracing::error!(%order, "order {order}: a PIN was typed at the booth's screen, but the PINs in the database cannot be read; `boothpay verify` says what is wrong. Meanwhile: boothpay order confirm {order}");
        }
        StaffRefusal::Order(refusal) => tracing::info!(%order, "order {order}: not confirmed by staff: {refusal}"),
    }
}
