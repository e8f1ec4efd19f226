//! The catalogue as text: the list, one rule explained, and the reference page.

use super::rule::{Grade, Rule};
use super::rules::{GROUPS, Group};

/// All rules, a line each, under the titles of their groups.
pub fn list(chosen: &[&'static Rule]) -> String {
    let mut text = String::new();
    for group in GROUPS {
        let rules: Vec<_> = group.rules.iter().filter(|rule| chosen.iter().any(|other| other.id == rule.id)).collect();
        if rules.is_empty() {
            continue;
        }
        text.push_str(&format!("{} ({})\n", group.title, rules.len()));
        for rule in rules {
            text.push_str(&format!("  {:<22} {:<9} {}\n", rule.id, rule.grade.word(), rule.sentence));
        }
        text.push('\n');
    }
    text.push_str(&format!("{} rules\n", chosen.len()));
    text
}

/// Everything about one rule.
pub fn explain(rule: &Rule) -> String {
    let group = GROUPS.iter().find(|group| group.rules.iter().any(|other| other.id == rule.id));
    let meaning = match rule.grade {
        Grade::Required => "the documentation says so; a failure decides the exit code",
        Grade::Expected => {
            "Payme's sandbox looks at it, or the documentation implies it; a failure decides the exit code"
        }
        Grade::Advice => "good practice; a failure is reported, but does not decide the exit code",
    };
    format!(
        "{}\n{}\n\n{}\n\nGrade:  {} ({meaning})\nSource: {}\nUsual cause of a failure: {}\n",
        rule.id,
        group.map_or("", |group| group.title),
        rule.sentence,
        rule.grade.word(),
        rule.page.address(),
        rule.cause,
    )
}

/// The reference page.
pub fn markdown() -> String {
    let all = || GROUPS.iter().flat_map(|group| group.rules);
    let mut text = format!(
        "# What a Payme merchant server has to do\n\n\
         The {} rules of `boothpay sandbox payme`, in the order in which it tries them. This page is generated:\n\
         `boothpay sandbox payme --list --format markdown`. How to run the suite: [testing your server]\
         (../testing-your-server.md).\n\n",
        all().count(),
    );
    text.push_str(
        "**Required** rules are in Payme's documentation, **expected** ones are looked at by Payme's sandbox or follow \
         from the\ndocumentation, **advice** is good practice. Only the first two decide the exit code. Where the \
         sources disagree every\ndocumented answer is accepted, and the report says which one came.\n\n",
    );
    text.push_str("| group | required | expected | advice | rules |\n|---|--:|--:|--:|--:|\n");
    for group in GROUPS {
        let [required, expected, advice] = Grade::ALL.map(|grade| count(group, grade));
        let line = format!("| {} | {required} | {expected} | {advice} | {} |\n", group.title, group.rules.len());
        text.push_str(&line);
    }
    let [required, expected, advice] = Grade::ALL.map(|grade| GROUPS.iter().map(|g| count(g, grade)).sum::<usize>());
    text.push_str(&format!("| all | {required} | {expected} | {advice} | {} |\n", all().count()));
    for group in GROUPS {
        text.push_str(&format!(
            "\n## {}\n\n| rule | grade | what has to be true | source |\n|---|---|---|---|\n",
            group.title
        ));
        for rule in group.rules {
            let (page, sentence) = (rule.page.address(), rule.sentence.replace('|', "\\|"));
            let name = page.trim_end_matches('/').rsplit('/').next().unwrap_or(page);
            text.push_str(&format!("| {} | {} | {sentence} | [{name}]({page}) |\n", rule.id, rule.grade.word()));
        }
    }
    text
}

fn count(group: &Group, grade: Grade) -> usize {
    group.rules.iter().filter(|rule| rule.grade == grade).count()
}
