//! The report as one HTML file that can be mailed: no scripts, nothing that is loaded from elsewhere.

use super::junit::escape;
use super::words::Language;
use super::{count, groups, ids, shown, skipped, untried};
use crate::suite::Handbook;
use crate::suite::rule::Grade;
use crate::suite::verdict::{Report, RuleResult, Verdict};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;\
background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem}table{border-collapse:collapse;width:100%}\
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}code,pre{font:13px/1.45 ui-monospace,\
monospace}pre{background:#f4f4f2;padding:.8rem;overflow-x:auto;white-space:pre-wrap;word-break:break-word}\
.bad{color:#a4161a;font-weight:600}.good{color:#1b6b3a}.warn{color:#8a5a00}.dim{color:#666}\
section{border-left:4px solid #a4161a;padding-left:1rem;margin:1.5rem 0}section.advice{border-color:#c9a227}\
@media(max-width:40rem){body{margin:1rem auto}td,th{padding:.3rem .25rem;font-size:.85rem}\
td:last-child{overflow-wrap:anywhere}}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:#666}dd{margin:0}\
@media(prefers-color-scheme:dark){body{background:#181818;color:#eee}pre{background:#262626}td,th{border-color:#444}\
.bad{color:#ff8a80}.good{color:#8fd19e}.warn{color:#e3b341}.dim,dt{color:#aaa}a{color:#8ab4f8}}";

/// The whole report.
pub fn html(report: &Report, language: Language, book: &Handbook) -> String {
    let causes = report.causes().count();
    let blocked = report.number(|verdict| matches!(verdict, Verdict::Blocked { .. }));
    let head = language.head(causes, report.failures().count(), blocked, report.tried());
    let (broken, new) = (report.failures().count(), report.new_failures().count());
    let head = if new < broken { format!("{head} {}", language.known_of(broken - new, broken)) } else { head };
    let class = match (new, causes) {
        (0, 0) if report.tried() > 0 => "good",
        (0, _) => "warn",
        _ => "bad",
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <h1>{}</h1>\n<p class=\"{class}\">{}</p>\n<p class=\"dim\"><code>{}</code>, --seed {}, {:.1} s</p>\n",
        language.code(),
        escape(report.suite),
        escape(report.suite),
        escape(&head),
        escape(&report.url),
        report.seed,
        report.took.as_secs_f64(),
    );
    if report.interrupted {
        out.push_str(&format!("<p class=\"warn\">{}</p>\n", language.interrupted()));
    }
    for remark in &report.remarks {
        out.push_str(&format!("<p class=\"warn\">{}</p>\n", escape(&book.say(language, remark))));
    }
    out.push_str(&summary(report, language));
    let all = shown(report);
    if !all.is_empty() {
        out.push_str(&format!("<h2>{}</h2>\n", language.wrong()));
    }
    for result in all {
        out.push_str(&failure(report, result, language, book));
    }
    out.push_str(&format!("<h2>{}</h2>\n<table>\n", language.all_rules()));
    for group in groups(&report.results) {
        out.push_str(&format!(
            "<tr><th colspan=\"3\">{}</th></tr>\n",
            escape(&book.say(language, group[0].rule.group))
        ));
        for result in group {
            out.push_str(&row(report, result, language, book));
        }
    }
    out.push_str("</table>\n");
    for (title, reasons) in [(language.skipped(), skipped(report)), (language.untried(), untried(report))] {
        if !reasons.is_empty() {
            out.push_str(&format!("<h2>{title}</h2>\n<ul>\n"));
        }
        let open = !reasons.is_empty();
        for (reason, rules) in reasons {
            out.push_str(&format!(
                "<li>{} ({}): {}</li>\n",
                rules.len(),
                escape(&ids(&rules)),
                escape(&book.say(language, reason))
            ));
        }
        if open {
            out.push_str("</ul>\n");
        }
    }
    out + "</html>\n"
}

/// A column for each grade: the words for the verdicts are long, and a phone is narrow.
fn summary(report: &Report, language: Language) -> String {
    let mut out = "<table>\n<tr><th></th>".to_owned();
    Grade::ALL.into_iter().for_each(|grade| out.push_str(&format!("<th>{}</th>", language.grade(grade))));
    out.push_str("</tr>\n");
    let counts = Grade::ALL.map(|grade| count(report, grade));
    let rows = [
        (language.passed(), counts.each_ref().map(|count| count.passed)),
        (language.failed(), counts.each_ref().map(|count| count.failed)),
        (language.blocked(), counts.each_ref().map(|count| count.blocked)),
        (language.untried(), counts.each_ref().map(|count| count.untried)),
        (language.skipped(), counts.each_ref().map(|count| count.skipped)),
    ];
    for (title, numbers) in rows {
        out.push_str(&format!("<tr><th>{title}</th>"));
        numbers.iter().for_each(|number| out.push_str(&format!("<td>{number}</td>")));
        out.push_str("</tr>\n");
    }
    out + "</table>\n"
}

fn failure(report: &Report, result: &RuleResult, language: Language, book: &Handbook) -> String {
    let (Some(failure), rule) = (result.failure(), result.rule) else { return String::new() };
    let class = if rule.grade.decides() { "" } else { " class=\"advice\"" };
    let sign = rule
        .certainty
        .map_or(String::new(), |certainty| format!(" {}: {}", certainty.sign(), book.say(language, certainty.words())));
    let sentence = escape(book.sentence(language, rule));
    let mut out = format!(
        "<section{class}>\n<h3 id=\"{id}\">{id} <span class=\"dim\">({})</span></h3>\n\
         <p>{sentence} <a href=\"{}\">{}</a>{sign}</p>\n<dl>\n",
        language.grade(rule.grade),
        escape(rule.source),
        escape(rule.source.trim_end_matches('/').rsplit('/').next().unwrap_or(rule.source)),
        id = rule.id,
    );
    let mut line = |name: &str, value: &str| out.push_str(&format!("<dt>{name}</dt><dd>{}</dd>\n", escape(value)));
    line(language.expected(), &book.say(language, &failure.expected));
    line(language.came(), &book.say(language, &failure.got));
    for (index, cause) in failure.causes.iter().enumerate() {
        line(if index == 0 { language.likely() } else { language.or() }, &book.say(language, cause));
    }
    result.notes.iter().for_each(|note| line("", &book.say(language, note)));
    for (name, blocked) in [(language.same_cause(), false), (language.blocked_by_it(), true)] {
        let explained = report.explained_by(rule.id).filter(|other| other.failed() != blocked);
        let others: Vec<&str> = explained.map(|other| other.rule.id).collect();
        if !others.is_empty() {
            line(name, &others.join(", "));
        }
    }
    out.push_str("</dl>\n");
    if let Some(exchange) = result.evidence() {
        for (name, text) in
            [(language.request(), exchange.request.clone()), (language.answer(), exchange.answer_text())]
        {
            out.push_str(&format!("<p class=\"dim\">{name}</p>\n<pre>{}</pre>\n", escape(&text)));
        }
        if let Some(curl) = &exchange.curl {
            out.push_str(&format!("<p class=\"dim\">curl</p>\n<pre>{}</pre>\n", escape(curl)));
        }
    }
    out + "</section>\n"
}

fn row(report: &Report, result: &RuleResult, language: Language, book: &Handbook) -> String {
    let rule = result.rule;
    let sentence = escape(book.sentence(language, rule));
    let (class, word) = match (&result.verdict, rule.grade.decides()) {
        (Verdict::Passed, _) => ("good", language.passed()),
        (Verdict::Failed(_), true) if report.is_known(result) => ("warn", language.known()),
        (Verdict::Failed(_), true) => ("bad", language.failed()),
        (Verdict::Failed(_), false) => ("warn", language.failed()),
        (Verdict::Blocked { .. }, _) => ("warn", language.blocked()),
        (Verdict::Untried(_), _) => ("warn", language.untried()),
        (Verdict::Skipped(_), _) => ("dim", language.skipped()),
    };
    let mut notes: Vec<String> = result.notes.iter().map(|note| escape(&book.say(language, note))).collect();
    notes.extend(result.explanation().map(|by| format!("→ <a href=\"#{by}\">{by}</a>")));
    let notes = notes.iter().map(|note| format!("<br><span class=\"dim\">{note}</span>")).collect::<String>();
    format!("<tr><td class=\"{class}\">{word}</td><td><code>{}</code></td><td>{sentence}{notes}</td></tr>\n", rule.id)
}
