//! The report as JUnit XML, which CI systems show rule by rule. Advice that fails is a passed test with its text.

use super::groups;
use super::words::Language;
use crate::suite::Handbook;
use crate::suite::verdict::{Failure, Report, RuleResult, Verdict};

/// The whole report.
pub fn junit(report: &Report, language: Language, book: &Handbook) -> String {
    let writer = Writer { report, language, book };
    let mut suites = String::new();
    for results in groups(&report.results) {
        let failures = results.iter().filter(|result| writer.decided(result)).count();
        let skipped = results.iter().filter(|result| writer.not_tried(result).is_some()).count();
        suites.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n",
            escape(&writer.say(results[0].rule.group)),
            results.len(),
        ));
        for result in results {
            suites.push_str(&writer.case(result));
        }
        suites.push_str("  </testsuite>\n");
    }
    let (tests, failures) = (report.results.len(), report.new_failures().count());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" time=\"{:.3}\">\n\
         {suites}</testsuites>\n",
        report.suite,
        report.took.as_secs_f64(),
    )
}

struct Writer<'r> {
    report: &'r Report,
    language: Language,
    book: &'r Handbook,
}

impl Writer<'_> {
    fn say(&self, text: &str) -> String {
        self.book.say(self.language, text)
    }

    fn decided(&self, result: &RuleResult) -> bool {
        result.failed() && result.rule.grade.decides() && !self.report.is_known(result)
    }

    /// Why a rule says nothing about the server.
    fn not_tried(&self, result: &RuleResult) -> Option<String> {
        match &result.verdict {
            Verdict::Passed | Verdict::Failed(_) => None,
            Verdict::Skipped(reason) | Verdict::Untried(reason) => Some(self.say(reason)),
            Verdict::Blocked { by, .. } => Some(self.language.explained(by, true)),
        }
    }

    fn case(&self, result: &RuleResult) -> String {
        let (rule, seconds) = (result.rule, result.took.as_secs_f64());
        let head = format!(
            "    <testcase classname=\"{}.{}\" name=\"{}: {}\" time=\"{seconds:.3}\">",
            self.report.suite.rsplit(' ').next().unwrap_or(self.report.suite),
            rule.grade.word(),
            rule.id,
            escape(self.book.sentence(self.language, rule))
        );
        let notes = || result.notes.iter().map(|note| self.say(note)).collect::<Vec<_>>().join("\n");
        let inside = match (&result.verdict, self.not_tried(result)) {
            (_, Some(reason)) => format!("<skipped message=\"{}\"/>", escape(&reason)),
            (Verdict::Failed(failure), None) => self.failed(result, failure),
            _ if result.notes.is_empty() => return format!("{}/>\n", head.trim_end_matches('>')),
            _ => format!("<system-out>{}</system-out>", escape(&notes())),
        };
        format!("{head}{inside}</testcase>\n")
    }

    fn failed(&self, result: &RuleResult, failure: &Failure) -> String {
        let words = self.language;
        let (expected, got) = (self.say(&failure.expected), self.say(&failure.got));
        let same = failure.same.map_or(String::new(), |rule| format!("{}\n", words.explained(rule, false)));
        let evidence = result.evidence().map_or_else(String::new, |exchange| {
            let curl = exchange.curl.as_ref().map_or(String::new(), |curl| format!("\n\ncurl\n{curl}"));
            let answer = exchange.answer_text();
            format!("\n\n{}\n{}\n\n{}\n{answer}{curl}", words.request(), exchange.request, words.answer())
        });
        let causes: Vec<String> = failure.causes.iter().map(|cause| self.say(cause)).collect();
        let likely = causes.join(&format!("\n {}: ", words.or()));
        let body = escape(&format!(
            "{same}{}: {expected}\n{}: {got}\n{}: {likely}{evidence}",
            words.expected(),
            words.came(),
            words.likely()
        ));
        match self.decided(result) {
            true => {
                let message = escape(&format!("{expected}; {} {got}", words.came()));
                format!("<failure message=\"{message}\">{body}</failure>")
            }
            false => format!("<system-out>{body}</system-out>"),
        }
    }
}

/// XML's five special characters; control characters that XML 1.0 cannot hold become a question mark.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(character),
            control if control.is_control() || control == '\u{fffe}' || control == '\u{ffff}' => out.push('?'),
            plain => out.push(plain),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn xml_can_hold_any_answer() {
        assert_eq!(super::escape("<a b=\"c\">&'\u{0}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;&apos;?\n");
    }
}
