//! What is usually wrong, told from an answer; the rule's own cause comes after it.

use super::verdict::{RuleResult, Verdict};
use crate::wire::{Answer, Exchange};

/// An answer that broke down without a word.
pub const UNCAUGHT: &str =
    "An exception was not caught; the server's log has it. It should become an answer with an error code.";
/// An answer that says itself that something broke.
pub const OWN_FAULT: &str = "The server reports a fault of its own: an exception that was caught (its log says more), or \
                             this code stands where another one belongs.";

/// An error page of PHP.
pub const PHP_ERROR: &str =
    "An exception was not caught: the page of PHP names the line. It should become an answer with an error code.";
/// A warning of PHP before the JSON.
pub const PHP_WARNING: &str = "PHP prints its warnings into the answer, and the first one names the line: check the value \
                               there, and switch display_errors off.";

/// Gives every failure its likely causes, the nearest first; `nearest` tells what its answer shows.
pub fn give(results: &mut [RuleResult], nearest: impl Fn(&RuleResult) -> Option<String>) {
    for result in results {
        let causes = likely(result, &nearest);
        match &mut result.verdict {
            Verdict::Failed(failure) | Verdict::Blocked { failure, .. } => failure.causes = causes,
            Verdict::Passed | Verdict::Skipped(_) | Verdict::Untried(_) => {}
        }
    }
}

fn likely(result: &RuleResult, nearest: impl Fn(&RuleResult) -> Option<String>) -> Vec<String> {
    let Some(failure) = result.failure() else { return vec![] };
    if let Some(because) = &failure.because {
        return vec![because.clone()];
    }
    let (nearest, own) = (nearest(result), result.rule.cause);
    // Where the server says that something broke inside, only causes that break something are worth telling.
    let own = match nearest.as_deref() {
        Some(PHP_WARNING) => None,
        Some(UNCAUGHT | OWN_FAULT | PHP_ERROR) => Some(own).filter(|own| own.contains("exception")),
        Some(_) | None => Some(own),
    };
    nearest.into_iter().chain(own.map(str::to_owned)).collect()
}

/// A failure that stands in the place of an answer: then the HTTP status tells the cause.
pub fn no_answer(result: &RuleResult) -> bool {
    let got = |failure: &super::Failure| failure.got.starts_with("HTTP ");
    result.failure().is_some_and(got) || result.evidence().is_some_and(|exchange| exchange.answer.is_err())
}

fn shows(answer: &Answer, words: &str) -> bool {
    String::from_utf8_lossy(&answer.plain()).contains(words)
}

/// What an HTTP status, or no answer at all, says. `program` means that the program itself has answered in this run.
pub fn by_status(exchange: &Exchange, program: bool) -> Option<&'static str> {
    let answer = match &exchange.answer {
        Ok(answer) => answer,
        Err(_) => return Some("The connection broke: the program crashed, or a time limit before it was reached."),
    };
    match (answer.status, program) {
        (300..=399, _) => {
            Some("The address redirects (trailing slash, http to https); the wallets do not follow redirects.")
        }
        (401 | 403, true) => Some(
            "A status of its own goes with this refusal: set by the program, or by an authentication class of its \
             framework. The refusal belongs into the body, under the status that the protocol names.",
        ),
        (401 | 403, false) => Some(
            "The framework or a proxy refuses before the program runs: an authentication class of Django REST, CSRF \
             protection, a firewall or bot protection.",
        ),
        (404, true) => Some("The program, or its framework, answers 404 for a thing that it does not find."),
        (404, false) => Some("The address is not the one that the program listens on."),
        (405, _) => {
            Some("The route knows another verb only; register it for all and answer in the protocol's own form.")
        }
        (413 | 415, _) => Some("The framework refuses the body before the program sees it."),
        (400 | 422, _) => Some("The framework validates the body and answers with a status of its own."),
        (500..=599, _) => Some(UNCAUGHT),
        _ if answer.plain().trim_ascii_start().starts_with(b"<") => Some(match program {
            true if shows(answer, "Fatal error</b>") => PHP_ERROR,
            true if shows(answer, "<b>Warning</b>")
                || shows(answer, "<b>Notice</b>")
                || shows(answer, "<b>Deprecated</b>") =>
            {
                PHP_WARNING
            }
            true => "An HTML page instead of JSON: an error page of the framework or of the language.",
            false => "The answer is an HTML page: of the framework, of a proxy, or of bot protection.",
        }),
        _ => None,
    }
}
