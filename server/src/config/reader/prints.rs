//! Prints: who makes them, and how a program of the owner's own learns what to print.

use super::Reader;
use crate::config::printer::WINDOWS;
use crate::config::settings::{PayTime, PhotoSource, PrintBy, PrintSettings};
use crate::config::{Config, PrinterPlace, PrinterSettings, Settings, SpoolerSettings, names, paths};
use crate::limits::{PAID_SHOTS, PRINTER_STUCK, WINDOWS_NAME_CHARS_MAX};
use crate::outgoing::trust::Fingerprint;
use crate::printer::CERTIFICATE;
use crate::printer::wire::PrinterAddress;
use crate::prints::command;
use boothpay_protocol::print::jobs::Jobs;
use boothpay_protocol::print::rules::Rules;
use boothpay_protocol::time::SpanMs;
use std::path::PathBuf;

/// Seconds of one print job, and of waiting for one, at most: an hour.
const SECONDS_MAX: u32 = 3600;

/// Days of a claim, at most: a year.
const CLAIM_DAYS_MAX: u32 = 366;

const SECONDS_OF_A_DAY: u32 = 86_400;

/// Seconds that the shortest sheet may be set to take: slower than any photo printer.
const SHEET_SECONDS_MAX: u32 = 120;

/// Seconds of a print job at the printer, at least: half of them are for one sheet.
const PRINTER_JOB_SECONDS_MIN: u32 = 20;

/// Sheets of a roll, at most: the largest have under 1500.
pub(in crate::config) const ROLL_SHEETS_MAX: u32 = 10_000;

/// Characters of a medium's name: a keyword of IPP has no more.
const MEDIA_CHARS_MAX: usize = 255;

/// Beside the settings: where the helper that prints in Windows works. Not beside the photos, whose folder several servers may share.
const SPOOLER_FOLDER: &str = "spooler";

/// Seconds of one print job, and of waiting for one, at least: a sheet takes about as long.
const SECONDS_MIN: u32 = 10;

impl PrintSettings {
    /// The same, printed by this server, with so much time for a copy.
    #[must_use]
    pub fn at_printer(self, printer: PrinterSettings, job: SpanMs) -> Self {
        let jobs = Jobs { stuck: Some(PRINTER_STUCK), are_made: true, ..self.jobs };
        Self { by: PrintBy::Printer(Box::new(printer)), jobs, job }
    }

    /// The same, where customers pay before their pictures are taken.
    #[must_use]
    pub fn paid_first(self) -> Self {
        Self { jobs: Jobs { shots: Some(PAID_SHOTS), ..self.jobs }, ..self }
    }

    /// Whether print jobs are made at this booth. Of an order that may be another booth's, ask [`Settings::print_rules`].
    pub const fn are_by_job(&self) -> bool {
        self.jobs.are_made
    }
}

impl Settings {
    /// What decides on orders' prints: these settings for this booth's, and what the others have said of theirs.
    pub fn print_rules(&self) -> Rules {
        Rules::new(self.booth.id.clone(), self.prints.jobs.clone())
    }
}

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
        let (wait, claim) = (SpanMs::seconds(wait?), SpanMs::seconds(days?.saturating_mul(SECONDS_OF_A_DAY)));
        let (by, job) = (by?, SpanMs::seconds(job?));
        let jobs = |are_made| Jobs { wait, claim, stuck: None, shots: None, are_made };
        let settings = match by {
            PrintBy::Printer(printer) => {
                PrintSettings { by: PrintBy::Receipt, jobs: jobs(true), job }.at_printer(*printer, job)
            }
            PrintBy::Receipt => PrintSettings { by, jobs: jobs(false), job },
            PrintBy::Caller | PrintBy::Folder(_) | PrintBy::Command(..) => PrintSettings { by, jobs: jobs(true), job },
        };
        let pays_first = config.photos.pay.trim().to_lowercase() == PayTime::First.word();
        Some(if pays_first { settings.paid_first() } else { settings })
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
            self.wrong::<()>("prints.device", without_use.clone());
        }
        if !config.prints.certificate.is_empty() {
            self.wrong::<()>(CERTIFICATE, without_use.clone());
        }
        if !config.prints.spooler.is_empty() {
            self.wrong::<()>("prints.spooler", without_use);
        }
    }

    fn printer(&mut self, config: &Config) -> Option<PrintBy> {
        self.no_own_program(config);
        let prints = &config.prints;
        if config.photos.source != PhotoSource::Boothpay.word() {
            let cure = "this server prints what the booth's page has taken; set photos.source = \"boothpay\" too, or choose \"own program\"";
            return self.wrong("prints.by", cure);
        }
        let at = match prints.printer.split_at_checked(WINDOWS.len()) {
            Some((way, name)) if way.eq_ignore_ascii_case(WINDOWS) => self.of_windows(config, name.trim()),
            Some(_) | None => self.by_ipp(config),
        };
        let sheet = self.number("prints.sheet_seconds", prints.sheet_seconds, 0..=SHEET_SECONDS_MAX);
        if prints.job_seconds < i64::from(PRINTER_JOB_SECONDS_MIN) {
            let cure = format!(
                "give a printer at least {PRINTER_JOB_SECONDS_MIN} seconds for one copy; half of them are for the printing itself"
            );
            return self.wrong("prints.job_seconds", cure);
        }
        let (roll_sheets, low_at) = (
            self.number("prints.roll_sheets", prints.roll_sheets, 0..=ROLL_SHEETS_MAX),
            self.number("prints.low_at", prints.low_at, 0..=ROLL_SHEETS_MAX),
        );
        let is_of_windows = matches!(at, Some(PrinterPlace::Windows(_)));
        let mut media =
            |setting, name: &str| if is_of_windows { self.paper(setting, name) } else { self.media(setting, name) };
        let media_4x6 = media("prints.media_4x6", &prints.media_4x6);
        let media_6x8 = media("prints.media_6x8", &prints.media_6x8);
        let media_strips = media("prints.media_strips", &prints.media_strips);
        Some(PrintBy::Printer(Box::new(PrinterSettings {
            at: at?,
            sheet: SpanMs::seconds(sheet?),
            media_4x6: media_4x6?,
            media_6x8: media_6x8?,
            media_strips: media_strips?,
            roll_sheets: roll_sheets?,
            low_at: low_at?,
        })))
    }

    fn certificate(&mut self, written: &str, printer: &str) -> Option<Option<Fingerprint>> {
        if written.is_empty() {
            return Some(None);
        }
        if !printer.starts_with("ipps://") {
            return self
                .wrong(CERTIFICATE, "it is for printers at ipps://; over ipp:// nobody shows one. Leave it away");
        }
        let cure = "give the certificate's SHA-256 fingerprint, 64 digits 0-9 and A-F; `boothpay check` shows it while this is empty";
        Fingerprint::parse(written).map_or_else(|| self.wrong(CERTIFICATE, cure), |fingerprint| Some(Some(fingerprint)))
    }

    fn by_ipp(&mut self, config: &Config) -> Option<PrinterPlace> {
        let prints = &config.prints;
        if !prints.spooler.is_empty() {
            let cure = format!(
                "it has no use without a printer of Windows, prints.printer = \"{WINDOWS}NAME\"; leave this away"
            );
            self.wrong::<()>("prints.spooler", cure);
        }
        let queue = match PrinterAddress::parse(&prints.printer) {
            Ok(queue) => Some(queue),
            Err(cure) => self.wrong("prints.printer", cure),
        };
        let device = match prints.device.as_str() {
            "" => Some(None),
            device => match PrinterAddress::parse(device) {
                Ok(device) => Some(Some(device)),
                Err(cure) => self.wrong("prints.device", cure),
            },
        };
        let certificate = self.certificate(&prints.certificate, &prints.printer);
        Some(PrinterPlace::Ipp { queue: queue?, device: device?, certificate: certificate? })
    }

    fn of_windows(&mut self, config: &Config, name: &str) -> Option<PrinterPlace> {
        let prints = &config.prints;
        if !prints.device.is_empty() {
            let cure = "a printer of Windows has no address beside its name; leave this away";
            self.wrong::<()>("prints.device", cure);
        }
        // Of a printer of Windows it says that it is for ipps://.
        self.certificate(&prints.certificate, &prints.printer)?;
        if prints.spooler.is_empty() && !cfg!(windows) {
            let cure = "this computer has no printers of Windows; here a printer is a queue of CUPS, \"ipp://localhost/printers/NAME\" (`lpstat -e` \
                        lists the names), or one in the network, \"ipp://192.168.1.50/ipp/print\"";
            return self.wrong("prints.printer", cure);
        }
        let is_name =
            !name.is_empty() && name.chars().count() <= WINDOWS_NAME_CHARS_MAX && !name.contains(char::is_control);
        if !is_name {
            let cure = format!(
                "give the printer's name as Windows has it under \"Printers & scanners\", for instance \"{WINDOWS}DNP DS620\""
            );
            return self.wrong("prints.printer", cure);
        }
        let program = match prints.spooler.as_str() {
            "" => None,
            program => Some(self.program("prints.spooler", program)?),
        };
        let folder = self.folder.join(SPOOLER_FOLDER);
        Some(PrinterPlace::Windows(SpoolerSettings { printer: name.to_owned(), program, folder }))
    }

    /// A paper as a driver of Windows has it, in any language.
    fn paper(&mut self, setting: &'static str, name: &str) -> Option<String> {
        if name.chars().count() <= WINDOWS_NAME_CHARS_MAX && !name.contains(char::is_control) {
            Some(name.to_owned())
        } else {
            self.wrong(setting, "give a name of a paper as the printer's driver has it, for instance \"(4x6)\"")
        }
    }

    fn media(&mut self, setting: &'static str, name: &str) -> Option<String> {
        if name.len() <= MEDIA_CHARS_MAX && name.bytes().all(|byte| byte.is_ascii_graphic()) {
            Some(name.to_owned())
        } else {
            self.wrong(setting, "give a name as printers have it, like \"na_index-4x6_4x6in\"")
        }
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

    /// A program of the owner's, as a setting names it.
    pub(super) fn program(&mut self, setting: &str, program: &str) -> Option<PathBuf> {
        if program.trim().is_empty() {
            return self.wrong(setting, "the first text is the program, with its whole path");
        }
        if let Some(advice) = paths::of_another_system(program) {
            return self.wrong(setting, advice);
        }
        // A bare name is looked for where the system keeps programs.
        let bare = !program.contains(['/', '\\']);
        let path = if bare { program.into() } else { self.folder.join(program) };
        if !bare && !path.is_file() {
            // A whole line for a shell may have a password in it.
            if program.contains(char::is_whitespace) {
                let advice = "there is no such program. A program and its arguments are texts of their own: [\"lab\", \"-p\", \"{order}\"]";
                return self.wrong(setting, advice);
            }
            return self.wrong(setting, format!("there is no program {}", path.display()));
        }
        Some(path)
    }

    fn command(&mut self, program: &str, arguments: &[String]) -> Option<PrintBy> {
        let unknown = arguments.iter().find_map(|argument| command::unknown_name(argument));
        if let Some(name) = unknown {
            let known = command::NAMES.join(", ");
            // An argument may be a password.
            let inner = name.trim_matches(['{', '}']);
            let name = if names::is_plain(inner) { name.as_str() } else { "what stands in braces" };
            return self.wrong("prints.command", format!("{name} stands for nothing here; there are {known}"));
        }
        let path = self.program("prints.command", program)?;
        Some(PrintBy::Command(path, arguments.to_vec()))
    }
}
