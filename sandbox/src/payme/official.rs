//! The two scenarios as Payme's own sandbox judges them.

use crate::suite::Official;

/// What Payme's sandbox would say.
pub const OFFICIAL: Official = Official {
    groups: &["S1", "S2"],
    ready: [
        "Ready for test.paycom.uz: every step of both scenarios is right",
        "Готов к test.paycom.uz: все шаги обоих сценариев верны",
        "test.paycom.uz uchun tayyor: ikkala ssenariyning barcha qadamlari to‘g‘ri",
    ],
    not_ready: ["Not ready for test.paycom.uz", "Не готов к test.paycom.uz", "test.paycom.uz uchun tayyor emas"],
};
