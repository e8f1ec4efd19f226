//! The two scenarios as Payme's own sandbox judges them, ending in one sentence.

use crate::suite::report::Language;
use crate::suite::{Report, Verdict};

/// The groups that are the two scenarios.
pub const RULES: [&str; 2] = ["S1", "S2"];

/// Whether Payme's sandbox would let the server through.
pub fn judge(report: &Report, language: Language) -> String {
    let broken: Vec<&str> =
        report.results.iter().filter(|result| result.verdict != Verdict::Passed).map(|r| r.rule.id).collect();
    let sentence = match (broken.is_empty(), language) {
        (true, Language::English) => "Ready for test.paycom.uz: every step of both scenarios is right.".to_owned(),
        (true, Language::Russian) => "Готов к test.paycom.uz: все шаги обоих сценариев верны.".to_owned(),
        (true, Language::Uzbek) => {
            "test.paycom.uz uchun tayyor: ikkala ssenariyning barcha qadamlari to‘g‘ri.".to_owned()
        }
        (false, Language::English) => format!("Not ready for test.paycom.uz: {}.", broken.join(", ")),
        (false, Language::Russian) => format!("Не готов к test.paycom.uz: {}.", broken.join(", ")),
        (false, Language::Uzbek) => format!("test.paycom.uz uchun tayyor emas: {}.", broken.join(", ")),
    };
    format!("\n{sentence}\n")
}
