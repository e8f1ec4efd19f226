//! The report as JUnit XML, which CI systems show rule by rule. Advice that fails is a passed test with its text.

use crate::conformance::rules::GROUPS;
use crate::conformance::run::{Report, RuleResult, Verdict};

/// The whole report.
pub fn junit(report: &Report) -> String {
    let mut suites = String::new();
    for group in GROUPS {
        let results: Vec<_> =
            report.results.iter().filter(|result| group.rules.iter().any(|rule| rule.id == result.rule.id)).collect();
        if results.is_empty() {
            continue;
        }
        let failures = results.iter().filter(|result| decided(result)).count();
        let skipped = results.iter().filter(|result| matches!(result.verdict, Verdict::Skipped(_))).count();
        suites.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n",
            escape(group.title),
            results.len(),
        ));
        for result in results {
            suites.push_str(&case(result));
        }
        suites.push_str("  </testsuite>\n");
    }
    let (tests, failures) = (report.results.len(), report.failures().count());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"boothpay sandbox payme\" tests=\"{tests}\" failures=\"{failures}\" time=\"{:.3}\">\n\
         {suites}</testsuites>\n",
        report.took.as_secs_f64(),
    )
}

fn decided(result: &RuleResult) -> bool {
    result.failed() && result.rule.grade.decides()
}

fn case(result: &RuleResult) -> String {
    let (rule, seconds) = (result.rule, result.took.as_secs_f64());
    let head = format!(
        "    <testcase classname=\"payme.{}\" name=\"{}: {}\" time=\"{seconds:.3}\">",
        rule.grade.word(),
        rule.id,
        escape(rule.sentence)
    );
    let inside = match &result.verdict {
        Verdict::Passed if result.notes.is_empty() => return format!("{}/>\n", head.trim_end_matches('>')),
        Verdict::Passed => format!("<system-out>{}</system-out>", escape(&result.notes.join("\n"))),
        Verdict::Skipped(reason) => format!("<skipped message=\"{}\"/>", escape(reason)),
        Verdict::Failed { expected, got, causes, .. } => {
            let evidence = result.evidence().map_or_else(String::new, |exchange| {
                format!("\n\nrequest\n{}\n\nanswer\n{}", exchange.request, exchange.answer_text())
            });
            let body =
                escape(&format!("expected: {expected}\ncame: {got}\nlikely: {}{evidence}", causes.join("\n or: ")));
            match decided(result) {
                true => format!("<failure message=\"{}\">{body}</failure>", escape(&format!("{expected}; came {got}"))),
                false => format!("<system-out>{body}</system-out>"),
            }
        }
    };
    format!("{head}{inside}</testcase>\n")
}

/// XML's five special characters; control characters that XML 1.0 cannot hold become a question mark.
fn escape(text: &str) -> String {
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
