//! What a provider's own tests would find, ending in one sentence.

use super::report::Language;
use super::verdict::{Report, Verdict};

/// The rules that a provider's own tests try, and what is said of a server in English, Russian and Uzbek.
pub struct Official {
    /// The groups.
    pub groups: &'static [&'static str],
    /// A server that is ready.
    pub ready: [&'static str; 3],
    /// A server that is not; the rules follow.
    pub not_ready: [&'static str; 3],
}

impl Official {
    /// Whether the provider would let the server through.
    pub fn judge(&self, report: &Report, language: Language) -> String {
        let broken: Vec<&str> =
            report.results.iter().filter(|result| result.verdict != Verdict::Passed).map(|r| r.rule.id).collect();
        let pick = |[english, russian, uzbek]: [&'static str; 3]| match language {
            Language::English => english,
            Language::Russian => russian,
            Language::Uzbek => uzbek,
        };
        match broken.is_empty() {
            true => format!("\n{}.\n", pick(self.ready)),
            false => format!("\n{}: {}.\n", pick(self.not_ready), broken.join(", ")),
        }
    }
}
