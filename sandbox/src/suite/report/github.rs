//! Annotations for GitHub Actions: a line for each cause, which the page of the run shows at its top.

use super::words::Language;
use crate::suite::Handbook;
use crate::suite::verdict::Report;

/// The whole report.
pub fn github(report: &Report, language: Language, book: &Handbook) -> String {
    let say = |text: &str| book.say(language, text);
    let mut out = String::new();
    for result in super::shown(report) {
        let (rule, Some(failure)) = (result.rule, result.failure()) else { continue };
        let level = match (rule.grade.decides(), report.is_known(result)) {
            (true, false) => "error",
            (true, true) => "notice",
            (false, _) => "warning",
        };
        let others: Vec<&str> = report.explained_by(rule.id).map(|other| other.rule.id).collect();
        let also = if others.is_empty() {
            String::new()
        } else {
            format!("\n{}: {}", language.same_cause(), others.join(", "))
        };
        let text = format!(
            "{}\n{}: {}\n{}: {}\n{}: {}{also}\n{}",
            book.sentence(language, rule),
            language.expected(),
            say(&failure.expected),
            language.came(),
            say(&failure.got),
            language.likely(),
            failure.causes.first().map_or_else(String::new, |cause| say(cause)),
            rule.source,
        );
        out.push_str(&format!("::{level} title={}::{}\n", property(rule.id), data(&text)));
    }
    for (reason, rules) in super::untried(report) {
        let text = format!("{}: {}", super::ids(&rules), say(reason));
        out.push_str(&format!("::warning title={}::{}\n", property(language.untried()), data(&text)));
    }
    for remark in &report.remarks {
        out.push_str(&format!("::notice title={}::{}\n", property(language.put_back()), data(&say(remark))));
    }
    let (causes, kept) = (report.causes().count(), report.number(|verdict| *verdict == crate::suite::Verdict::Passed));
    out + &format!("{}, {}\n", language.kept(causes, kept), report.url)
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
