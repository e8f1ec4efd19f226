//! Prints: who makes them, and how a program of the owner's own learns what to print.

use super::Reader;
use crate::config::settings::{PhotoSource, PrintBy, PrintSettings, PrinterSettings};
use crate::config::{Config, paths};
use crate::printer::wire::PrinterAddress;
use crate::prints::command;
use boothpay_protocol::print::jobs::Jobs;
use boothpay_protocol::time::SpanMs;

/// Seconds of one print job, and of waiting for one, at most: an hour.
const SECONDS_MAX: u32 = 3600;

/// Days of a claim, at most: a year.
const CLAIM_DAYS_MAX: u32 = 366;

const SECONDS_OF_A_DAY: u32 = 86_400;

/// Seconds that the shortest sheet may be set to take: slower than any photo printer.
const SHEET_SECONDS_MAX: u32 = 120;

/// Seconds of a print job at the printer, at least: half of them are for one sheet.
const PRINTER_JOB_SECONDS_MIN: u32 = 20;

/// Characters of a medium's name: a keyword of IPP has no more.
const MEDIA_CHARS_MAX: usize = 255;

/// Seconds of one print job, and of waiting for one, at least: a sheet takes about as long.
const SECONDS_MIN: u32 = 10;

impl Reader {
    pub(super) fn prints(&mut self, config: &Config) -> Option<PrintSettings> {
        let prints = &config.prints;
        let job = self.number("prints.job_seconds", prints.job_seconds, SECONDS_MIN..=SECONDS_MAX);
        let wait = self.number("prints.wait_seconds", prints.wait_seconds, SECONDS_MIN..=SECONDS_MAX);
        let days = self.number("prints.claim_days", prints.claim_days, 1..=CLAIM_DAYS_MAX);
        let by = match prints.by.as_str() {
            "receipt" => self.receipt(config),
            "own program" => self.own_program(config),
            "printer" => self.printer(config),
            _ => self.wrong("prints.by", "choose \"receipt\", \"own program\" or \"printer\""),
        };
        let jobs =
            Jobs { wait: SpanMs::seconds(wait?), claim: SpanMs::seconds(days?.saturating_mul(SECONDS_OF_A_DAY)) };
        Some(PrintSettings { by: by?, jobs, job: SpanMs::seconds(job?) })
    }

    fn receipt(&mut self, config: &Config) -> Option<PrintBy> {
        self.no_own_program(config);
        self.no_printer(config);
        Some(PrintBy::Receipt)
    }

    fn no_own_program(&mut self, config: &Config) {
        let by = &config.prints.by;
        let without_use =
            format!("it has no use while prints.by is \"{by}\"; set that to \"own program\", or leave this away");
        if !config.prints.folder.is_empty() {
            self.wrong::<()>("prints.folder", without_use.clone());
        }
        if !config.prints.command.is_empty() {
            self.wrong::<()>("prints.command", without_use);
        }
    }

    fn no_printer(&mut self, config: &Config) {
        let by = &config.prints.by;
        let without_use =
            format!("it has no use while prints.by is \"{by}\"; set that to \"printer\", or leave this away");
        if !config.prints.printer.is_empty() {
            self.wrong::<()>("prints.printer", without_use.clone());
        }
        if !config.prints.device.is_empty() {
            self.wrong::<()>("prints.device", without_use);
        }
    }

    fn printer(&mut self, config: &Config) -> Option<PrintBy> {
        self.no_own_program(config);
        let prints = &config.prints;
        if config.photos.source != PhotoSource::Boothpay.word() {
            let cure = "this server prints what the booth's page has taken; set photos.source = \"boothpay\" too, or choose \"own program\"";
            return self.wrong("prints.by", cure);
        }
        let address = match PrinterAddress::parse(&prints.printer) {
            Ok(address) => Some(address),
            Err(cure) => self.wrong("prints.printer", cure),
        };
        let device = match prints.device.as_str() {
            "" => Some(None),
            device => match PrinterAddress::parse(device) {
                Ok(device) => Some(Some(device)),
                Err(cure) => self.wrong("prints.device", cure),
            },
        };
        let sheet = self.number("prints.sheet_seconds", prints.sheet_seconds, 0..=SHEET_SECONDS_MAX);
        if prints.job_seconds < i64::from(PRINTER_JOB_SECONDS_MIN) {
            let cure = format!(
                "give a printer at least {PRINTER_JOB_SECONDS_MIN} seconds for one copy; half of them are for the printing itself"
            );
            return self.wrong("prints.job_seconds", cure);
        }
        let mut media = |setting: &'static str, name: &str| {
            let fits = name.len() <= MEDIA_CHARS_MAX && name.bytes().all(|byte| byte.is_ascii_graphic());
            if fits {
                Some(name.to_owned())
            } else {
                self.wrong(setting, "give a name as printers have it, like \"na_index-4x6_4x6in\"")
            }
        };
        let (media_4x6, media_6x8) =
            (media("prints.media_4x6", &prints.media_4x6), media("prints.media_6x8", &prints.media_6x8));
        let media_strips = media("prints.media_strips", &prints.media_strips);
        Some(PrintBy::Printer(Box::new(PrinterSettings {
            address: address?,
            device: device?,
            sheet: SpanMs::seconds(sheet?),
            media_4x6: media_4x6?,
            media_6x8: media_6x8?,
            media_strips: media_strips?,
        })))
    }

    fn own_program(&mut self, config: &Config) -> Option<PrintBy> {
        self.no_printer(config);
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
