//! The report for people: how many causes, each with its evidence and what else it breaks, then a table of all rules.

use super::words::{Language, Tag};
use super::{count, groups, ids, shown, skipped, untried};
use crate::suite::Handbook;
use crate::suite::rule::Grade;
use crate::suite::verdict::{Report, RuleResult, Verdict};
use std::collections::BTreeMap;

/// Colours, or none for files and pipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// ANSI colours.
    Colour,
    /// Plain text.
    Plain,
}

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }

    /// The tag of a result, as wide as the widest, so that what follows stands in one column.
    fn tag(self, report: &Report, result: &RuleResult, language: Language) -> String {
        let tag = Tag::of(report, result);
        let code = match tag {
            Tag::Kept => "32",
            Tag::LeftOut => "2",
            Tag::Broken => "1;31",
            Tag::Untried | Tag::Blocked | Tag::Known | Tag::Advice => "33",
        };
        self.wrap(code, &format!("{:<width$}", language.tag(tag), width = language.widest_tag()))
    }
}

/// The whole report.
pub fn text(report: &Report, paint: Paint, language: Language, book: &Handbook) -> String {
    let writer = Writer { report, paint, language, book };
    writer.head() + &writer.failures() + &writer.table() + &writer.reasons() + &writer.summary()
}

struct Writer<'r> {
    report: &'r Report,
    paint: Paint,
    language: Language,
    book: &'r Handbook,
}

impl Writer<'_> {
    fn head(&self) -> String {
        let mut out = String::new();
        if self.report.interrupted {
            out.push_str(&format!("{}\n", self.paint.wrap("1;33", self.language.interrupted())));
        }
        out.push_str(&format!("{}\n", self.verdict()));
        for remark in &self.report.remarks {
            out.push_str(&format!("{}\n", self.say(remark)));
        }
        out
    }

    /// The one sentence that says how it stands.
    fn verdict(&self) -> String {
        let report = self.report;
        let (causes, broken) = (report.causes().count(), report.failures().count());
        let blocked = report.number(|verdict| matches!(verdict, Verdict::Blocked { .. }));
        let sentence = self.language.head(causes, broken, blocked, report.tried());
        let known = broken - report.new_failures().count();
        let sentence =
            if known > 0 { format!("{sentence} {}", self.language.known_of(known, broken)) } else { sentence };
        self.paint.wrap(
            if report.new_failures().next().is_some() {
                "1;31"
            } else if report.tried() == 0 || causes > 0 {
                "33"
            } else {
                "1;32"
            },
            &sentence,
        )
    }

    fn say(&self, text: &str) -> String {
        self.book.say(self.language, text)
    }

    fn sentence(&self, result: &RuleResult) -> &'static str {
        self.book.sentence(self.language, result.rule)
    }

    fn failures(&self) -> String {
        let all = shown(self.report);
        if all.is_empty() {
            return String::new();
        }
        let each: Vec<String> = all.into_iter().map(|result| self.failure(result)).collect();
        format!("\n{}\n\n{}", self.paint.wrap("1", self.language.wrong()), each.join("\n"))
    }

    fn failure(&self, result: &RuleResult) -> String {
        let (Some(failure), rule, words) = (result.failure(), result.rule, self.language) else { return String::new() };
        let tag = words.tag(Tag::of(self.report, result));
        let mut out = format!("{} {} ({})\n", tag, self.paint.wrap("1", rule.id), words.grade(rule.grade));
        out.push_str(&format!("  {}\n  {}\n\n", self.sentence(result), rule.reference()));
        let width = words.widest_name();
        let mut line = |name: &str, value: &str| out.push_str(&format!("  {name:<width$} {value}\n"));
        line(words.expected(), &self.say(&failure.expected));
        line(words.came(), &self.say(&failure.got));
        for (index, cause) in failure.causes.iter().enumerate() {
            line(if index == 0 { words.likely() } else { words.or() }, &self.say(cause));
        }
        for note in &result.notes {
            line("", &self.say(note));
        }
        for (name, blocked) in [(words.same_cause(), false), (words.blocked_by_it(), true)] {
            let explained = self.report.explained_by(rule.id);
            let others: Vec<&str> =
                explained.filter(|other| other.failed() != blocked).map(|other| other.rule.id).collect();
            if !others.is_empty() {
                out.push_str(&format!("  {name}: {}\n", others.join(", ")));
            }
        }
        if let Some(exchange) = result.evidence() {
            let earlier = if failure.at == 0 { String::new() } else { format!(" ({})", words.after_calls(failure.at)) };
            out.push_str(&format!("\n  {}{earlier}\n{}", words.request(), indent(&exchange.request)));
            out.push_str(&format!("  {}\n{}", words.answer(), indent(&exchange.answer_text())));
            if let Some(curl) = &exchange.curl {
                out.push_str(&format!("  curl\n{}", indent(curl)));
            }
        }
        out
    }

    fn table(&self) -> String {
        let mut out = format!("\n{}\n", self.paint.wrap("1", self.language.all_rules()));
        let grades = self.language.widest_grade();
        let under = " ".repeat(self.language.widest_tag() + 4);
        for group in groups(&self.report.results) {
            out.push_str(&format!("\n{}\n", self.paint.wrap("1", &self.say(group[0].rule.group))));
            for result in group {
                let rule = result.rule;
                let verdict = self.paint.tag(self.report, result, self.language);
                let grade = self.language.grade(rule.grade);
                out.push_str(&format!("  {verdict}  {:<21} {grade:<grades$}  {}\n", rule.id, self.sentence(result)));
                if let Some(by) = result.explanation() {
                    let blocked = matches!(result.verdict, Verdict::Blocked { .. });
                    let text = self.language.explained(by, blocked);
                    out.push_str(&format!("{under}{}\n", self.paint.wrap("2", &format!("- {text}"))));
                }
                for note in &result.notes {
                    out.push_str(&format!("{under}{}\n", self.paint.wrap("2", &format!("- {}", self.say(note)))));
                }
            }
        }
        out
    }

    fn reasons(&self) -> String {
        let part = |title: &str, reasons: BTreeMap<&str, Vec<&str>>| {
            let mut out =
                if reasons.is_empty() { String::new() } else { format!("\n{}\n", self.paint.wrap("1", title)) };
            for (reason, rules) in reasons {
                out.push_str(&format!("  {} ({}): {}\n", rules.len(), ids(&rules), self.say(reason)));
            }
            out
        };
        part(self.language.skipped(), skipped(self.report)) + &part(self.language.untried(), untried(self.report))
    }

    fn summary(&self) -> String {
        let words = self.language;
        let titles = [words.passed(), words.failed(), words.blocked(), words.untried(), words.skipped()];
        let grades = words.widest_grade();
        let mut out = format!("\n{:<grades$}", "");
        titles.iter().for_each(|title| out.push_str(&format!("  {title}")));
        out.push('\n');
        for grade in Grade::ALL {
            let count = count(self.report, grade);
            let numbers = [count.passed, count.failed, count.blocked, count.untried, count.skipped];
            out.push_str(&format!("{:<grades$}", words.grade(grade)));
            for (title, number) in titles.iter().zip(numbers) {
                out.push_str(&format!("  {number:>width$}", width = title.chars().count()));
            }
            out.push('\n');
        }
        let calls: usize = self.report.results.iter().map(|result| result.trail.len()).sum();
        let seconds = self.report.took.as_secs_f64();
        let Report { seed, url, .. } = self.report;
        out + &format!("\n{} {}, --seed {seed}, {url}\n", self.verdict(), words.calls(calls, seconds))
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}
