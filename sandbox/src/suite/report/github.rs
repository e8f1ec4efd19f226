//! Annotations for GitHub Actions: a line for each cause, which the page of the run shows at its top.

use crate::suite::verdict::Report;

/// The whole report.
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for result in super::shown(report) {
        let (rule, Some(failure)) = (result.rule, result.failure()) else { continue };
        let level = match (rule.grade.decides(), report.is_known(result)) {
            (true, false) => "error",
            (true, true) => "notice",
            (false, _) => "warning",
        };
        let others: Vec<&str> = report.explained_by(rule.id).map(|other| other.rule.id).collect();
        let also = if others.is_empty() { String::new() } else { format!("\nAlso: {}", others.join(", ")) };
        let text = format!(
            "{}\nExpected: {}\nCame: {}\nLikely: {}{also}\n{}",
            rule.sentence,
            failure.expected,
            failure.got,
            failure.causes.first().map_or("", String::as_str),
            rule.source,
        );
        out.push_str(&format!("::{level} title={}::{}\n", property(rule.id), data(&text)));
    }
    for (reason, rules) in super::untried(report) {
        out.push_str(&format!("::warning title=not tried::{}\n", data(&format!("{}: {reason}", super::ids(&rules)))));
    }
    for remark in &report.remarks {
        out.push_str(&format!("::notice title=key::{}\n", data(remark)));
    }
    let (causes, kept) = (report.causes().count(), report.number(|verdict| *verdict == crate::suite::Verdict::Passed));
    out + &format!("{causes} causes, {kept} rules kept, {}\n", report.url)
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_annotation_is_one_line() {
        assert_eq!(super::data("50 %\nnext"), "50 %25%0Anext");
        assert_eq!(super::property("a:b,c"), "a%3Ab%2Cc");
    }
}
