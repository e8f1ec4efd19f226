//! The report as JUnit XML, which CI systems show rule by rule. Advice that fails is a passed test with its text.

use super::groups;
use crate::suite::verdict::{Failure, Report, RuleResult, Verdict};

/// The whole report.
pub fn junit(report: &Report) -> String {
    let mut suites = String::new();
    for results in groups(&report.results) {
        let failures = results.iter().filter(|result| decided(report, result)).count();
        let skipped = results.iter().filter(|result| not_tried(&result.verdict).is_some()).count();
        suites.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n",
            escape(results[0].rule.group),
            results.len(),
        ));
        for result in results {
            suites.push_str(&case(report, result));
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

fn decided(report: &Report, result: &RuleResult) -> bool {
    result.failed() && result.rule.grade.decides() && !report.is_known(result)
}

/// Why a rule says nothing about the server.
fn not_tried(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Passed | Verdict::Failed(_) => None,
        Verdict::Skipped(reason) | Verdict::Untried(reason) => Some(reason.clone()),
        Verdict::Blocked { by, .. } => Some(format!("blocked by {by}")),
    }
}

fn case(report: &Report, result: &RuleResult) -> String {
    let (rule, seconds) = (result.rule, result.took.as_secs_f64());
    let head = format!(
        "    <testcase classname=\"{}.{}\" name=\"{}: {}\" time=\"{seconds:.3}\">",
        report.suite.rsplit(' ').next().unwrap_or(report.suite),
        rule.grade.word(),
        rule.id,
        escape(rule.sentence)
    );
    let inside = match (&result.verdict, not_tried(&result.verdict)) {
        (_, Some(reason)) => format!("<skipped message=\"{}\"/>", escape(&reason)),
        (Verdict::Failed(failure), None) => failed(report, result, failure),
        _ if result.notes.is_empty() => return format!("{}/>\n", head.trim_end_matches('>')),
        _ => format!("<system-out>{}</system-out>", escape(&result.notes.join("\n"))),
    };
    format!("{head}{inside}</testcase>\n")
}

fn failed(report: &Report, result: &RuleResult, failure: &Failure) -> String {
    let Failure { expected, got, causes, .. } = failure;
    let same = failure.same.map_or(String::new(), |rule| format!("the same cause as {rule}\n"));
    let evidence = result.evidence().map_or_else(String::new, |exchange| {
        let curl = exchange.curl.as_ref().map_or(String::new(), |curl| format!("\n\ncurl\n{curl}"));
        format!("\n\nrequest\n{}\n\nanswer\n{}{curl}", exchange.request, exchange.answer_text())
    });
    let likely = causes.join("\n or: ");
    let body = escape(&format!("{same}expected: {expected}\ncame: {got}\nlikely: {likely}{evidence}"));
    match decided(report, result) {
        true => format!("<failure message=\"{}\">{body}</failure>", escape(&format!("{expected}; came {got}"))),
        false => format!("<system-out>{body}</system-out>"),
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
