//! The 15 cases of Click's own collection.

use crate::suite::Official;

/// What Click's collection would say.
pub const OFFICIAL: Official = Official {
    groups: &["ACCEPT"],
    ready: [
        "Ready for Click's acceptance: all 15 cases are right",
        "Готов к приёмке Click: все 15 случаев верны",
        "Click qabuliga tayyor: 15 ta holatning barchasi to‘g‘ri",
    ],
    not_ready: ["Not ready for Click's acceptance", "Не готов к приёмке Click", "Click qabuliga tayyor emas"],
};
