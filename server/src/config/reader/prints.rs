//! Prints: who makes them, and how a program of the owner's own learns what to print.

use super::Reader;
use crate::config::settings::{PhotoSource, PrintBy, PrintSettings};
use crate::config::{Config, paths};
use crate::prints::command;
use boothpay_protocol::print::jobs::Jobs;
use boothpay_protocol::time::SpanMs;

/// Seconds of one print job, and of waiting for one, at most: an hour.
const SECONDS_MAX: u32 = 3600;

/// Days of a claim, at most: a year.
const CLAIM_DAYS_MAX: u32 = 366;

const SECONDS_OF_A_DAY: u32 = 86_400;

impl Reader {
    pub(super) fn prints(&mut self, config: &Config) -> Option<PrintSettings> {
        let prints = &config.prints;
        let job = self.number("prints.job_seconds", prints.job_seconds, 10..=SECONDS_MAX);
        let wait = self.number("prints.wait_seconds", prints.wait_seconds, 10..=SECONDS_MAX);
        let days = self.number("prints.claim_days", prints.claim_days, 1..=CLAIM_DAYS_MAX);
        let by = match prints.by.as_str() {
            "receipt" => self.receipt(config),
            "own program" => self.own_program(config),
            "boothpay" => self
                .wrong("prints.by", "this program makes no photos itself yet; choose \"own program\" or \"receipt\""),
            _ => self.wrong("prints.by", "choose \"receipt\" or \"own program\""),
        };
        let jobs =
            Jobs { wait: SpanMs::seconds(wait?), claim: SpanMs::seconds(days?.saturating_mul(SECONDS_OF_A_DAY)) };
        Some(PrintSettings { by: by?, jobs, job: SpanMs::seconds(job?) })
    }

    fn receipt(&mut self, config: &Config) -> Option<PrintBy> {
        let without_use =
            "it has no use while prints.by is \"receipt\"; set that to \"own program\", or leave this away";
        if !config.prints.folder.is_empty() {
            self.wrong::<()>("prints.folder", without_use);
        }
        if !config.prints.command.is_empty() {
            self.wrong::<()>("prints.command", without_use);
        }
        Some(PrintBy::Receipt)
    }

    fn own_program(&mut self, config: &Config) -> Option<PrintBy> {
        let prints = &config.prints;
        match (prints.folder.as_str(), prints.command.as_slice()) {
            ("", []) => Some(PrintBy::Caller),
            ("", [program, arguments @ ..]) => {
                let takes_pictures = config.photos.source == PhotoSource::Boothpay.word();
                if !takes_pictures && arguments.iter().any(|argument| argument.contains(command::PICTURE)) {
                    return self.wrong(
                        "prints.command",
                        "{picture} is the picture that the booth's page has taken; set photos.source = \"boothpay\", or leave it out",
                    );
                }
                self.command(program, arguments)
            }
            (folder, []) => {
                if let Err(advice) = paths::judge(folder, &self.source("prints.folder")) {
                    return self.wrong("prints.folder", advice);
                }
                if let Some(advice) = paths::of_another_system(folder) {
                    return self.wrong("prints.folder", advice);
                }
                Some(PrintBy::Folder(self.folder.join(folder)))
            }
            (_, [_, ..]) => self.wrong("prints.command", "set either prints.folder or prints.command, not both"),
        }
    }

    fn command(&mut self, program: &str, arguments: &[String]) -> Option<PrintBy> {
        if program.trim().is_empty() {
            return self.wrong("prints.command", "the first text is the program, with its whole path");
        }
        if let Some(advice) = paths::of_another_system(program) {
            return self.wrong("prints.command", advice);
        }
        let unknown = arguments.iter().find_map(|argument| command::unknown_name(argument));
        if let Some(name) = unknown {
            let known = command::NAMES.join(", ");
            return self.wrong("prints.command", format!("{name} stands for nothing here; there are {known}"));
        }
        // A bare name is looked for where the system keeps programs.
        let bare = !program.contains(['/', '\\']);
        let path = if bare { program.into() } else { self.folder.join(program) };
        if !bare && !path.is_file() {
            return self.wrong("prints.command", format!("there is no program {}", path.display()));
        }
        Some(PrintBy::Command(path, arguments.to_vec()))
    }
}
