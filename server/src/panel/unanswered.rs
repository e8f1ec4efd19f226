//! Why a wallet did not do what it was asked, in the language of whoever reads the panel. The task keeps it in English, as the log has it
//! ([`crate::outgoing::click::Unanswered`], [`crate::outgoing::uzum_qr::Unanswered`]).

use super::words::Words;

/// The error that a task keeps, in words; what a wallet itself says stays as it said it.
pub(super) fn in_words(error: &str, wallet: &str, words: &Words) -> String {
    let say = |key, said: &str| words.fill(key, &[("wallet", wallet), ("said", said)]);
    if error.starts_with("no answer from ") {
        return say("unanswered.silent", "");
    }
    if error.contains(" does not accept our signature") {
        return say("unanswered.key", "");
    }
    if error.contains(" cannot answer now") {
        return say("unanswered.busy", "");
    }
    match error.split_once(" refuses: ") {
        Some((_, said)) => say("unanswered.refused", said),
        None => error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outgoing::{click, uzum_qr};
    use boothpay_protocol::click::api::NoAnswer as Click;
    use boothpay_protocol::ledger::language::Language;
    use boothpay_protocol::uzum_qr::api::NoAnswer as UzumQr;

    /// The words of the errors are those that are looked for here.
    #[test]
    fn no_english_is_left_of_what_we_say_ourselves() {
        let lost = "its name is not known: failed to lookup address information".to_owned();
        let said = "Возврат запрещён".to_owned();
        let errors = [
            click::Unanswered::Lost(lost.clone()).to_string(),
            Click::NotAccepted(401).to_string(),
            Click::Refused(said.clone()).to_string(),
            Click::Unavailable(503).to_string(),
            uzum_qr::Unanswered::Lost(lost).to_string(),
            UzumQr::NotAccepted("HTTP 401".to_owned()).to_string(),
            UzumQr::Refused(said).to_string(),
            UzumQr::Unavailable("HTTP 503".to_owned()).to_string(),
        ];
        for language in [Language::Ru, Language::Uz] {
            let words = Words::of(language);
            for error in &errors {
                let told = in_words(error, "Click", words);
                let own = told.replace("Click", "");
                assert!(!["no ", "not", "refuse", "answer"].iter().any(|it| own.contains(it)), "{error}: {told}");
            }
        }
        assert_eq!(in_words("no card", "Click", Words::of(Language::Ru)), "no card", "what nobody has words for");
    }
}
