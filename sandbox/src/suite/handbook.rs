//! The catalogue of a provider as text: the list, the choice of rules, and the reference page.

use super::rule::{Grade, Rule};
use serde_json::{Value, json};

/// The rules of one provider, in the order in which they are tried.
pub struct Handbook {
    /// How people call the provider: `Payme`.
    pub provider: &'static str,
    /// The command that tries the rules: `boothpay sandbox payme`.
    pub command: &'static str,
    /// What all ids begin with: `PAYME`.
    pub prefix: &'static str,
    /// All rules.
    pub rules: Vec<&'static Rule>,
}

impl Handbook {
    /// The rule with this id, in any case, with or without the prefix.
    pub fn find(&self, id: &str) -> Option<&'static Rule> {
        let wanted = self.full(id);
        self.rules.iter().copied().find(|rule| rule.id == wanted)
    }

    /// The rules that these words choose: ids, or the beginning of ids up to a hyphen.
    ///
    /// # Errors
    /// A sentence when a word means no rule.
    pub fn chosen(&self, only: &[String], skip: &[String]) -> Result<Vec<&'static Rule>, String> {
        let unknown = |word: &&String| !self.rules.iter().any(|rule| self.means(word, rule));
        if let Some(word) = only.iter().chain(skip).find(unknown) {
            return Err(format!("no rule or group is called `{word}`; `{} --list` shows all of them", self.command));
        }
        let any = |words: &[String], rule: &Rule| words.iter().any(|word| self.means(word, rule));
        let wanted = |rule: &&'static Rule| (only.is_empty() || any(only, rule)) && !any(skip, rule);
        Ok(self.rules.iter().copied().filter(wanted).collect())
    }

    fn means(&self, word: &str, rule: &Rule) -> bool {
        let rest = rule.id.strip_prefix(&self.full(word));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    fn full(&self, id: &str) -> String {
        let id = id.trim().to_ascii_uppercase();
        if id.starts_with(self.prefix) { id } else { format!("{}-{id}", self.prefix) }
    }

    /// These rules, a line each, under the titles of their groups.
    pub fn list(&self, chosen: &[&'static Rule]) -> String {
        let mut text = String::new();
        for group in groups(chosen) {
            text.push_str(&format!("{} ({})\n", group[0].group, group.len()));
            for rule in group {
                text.push_str(&format!("  {:<22} {:<9} {}\n", rule.id, rule.grade.word(), rule.sentence));
            }
            text.push('\n');
        }
        text + &format!("{} rules\n", chosen.len())
    }

    /// These rules for programs.
    pub fn list_json(&self, chosen: &[&'static Rule]) -> String {
        let rule = |rule: &&'static Rule| {
            json!({"id": rule.id, "group": rule.group, "grade": rule.grade.word(), "decides": rule.grade.decides(),
                "sentence": rule.sentence, "usual_cause": rule.cause, "page": rule.source})
        };
        let value = json!({"suite": self.command, "rules": chosen.iter().map(rule).collect::<Vec<Value>>()});
        format!("{value:#}\n")
    }

    /// The reference page.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# What a {} merchant server has to do\n\n\
             The {} rules of `{}`, in the order in which it tries them. This page is generated:\n\
             `{} --list --format markdown`. How to run the suite: [testing your server]\
             (../testing-your-server.md).\n\n\
             **Required** rules are in {}'s documentation, **expected** ones are looked at by its sandbox or follow \
             from the\ndocumentation, **advice** is good practice. Only the first two decide the exit code. Where the \
             sources disagree every\ndocumented answer is accepted, and the report says which one came.\n\n\
             | group | required | expected | advice | rules |\n|---|--:|--:|--:|--:|\n",
            self.provider,
            self.rules.len(),
            self.command,
            self.command,
            self.provider,
        );
        for group in groups(&self.rules) {
            text.push_str(&counts(group[0].group, group));
        }
        text.push_str(&counts("all", &self.rules));
        for group in groups(&self.rules) {
            text.push_str(&format!(
                "\n## {}\n\n| rule | grade | what has to be true | source |\n|---|---|---|---|\n",
                group[0].group
            ));
            for rule in group {
                let (page, sentence) = (rule.source, rule.sentence.replace('|', "\\|"));
                let name = page.trim_end_matches('/').rsplit('/').next().unwrap_or(page);
                text.push_str(&format!("| {} | {} | {sentence} | [{name}]({page}) |\n", rule.id, rule.grade.word()));
            }
        }
        text
    }
}

/// Rules that follow each other and belong to one group.
pub fn groups<'r>(rules: &'r [&'static Rule]) -> impl Iterator<Item = &'r [&'static Rule]> {
    rules.chunk_by(|one, other| one.group == other.group)
}

fn counts(title: &str, rules: &[&'static Rule]) -> String {
    let [required, expected, advice] = Grade::ALL.map(|grade| rules.iter().filter(|rule| rule.grade == grade).count());
    format!("| {title} | {required} | {expected} | {advice} | {} |\n", rules.len())
}
