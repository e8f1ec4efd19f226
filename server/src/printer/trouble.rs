//! What a printer says of itself, judged: what keeps it from printing, and what makes a print doubtful.
//!
//! A reason is a keyword with a severity behind it, `media-empty-error` (RFC 8011, 5.4.12). Printers disagree on severities: one that is out
//! of paper says `-warning`, and `-report` of a jam stays for hours after it was mended. So the keyword counts more.
//!
//! A queue of CUPS hears its printer only while it prints. What it says of paper or a jam when it is idle is what it heard at its last print, and it
//! says so until the next, whatever was put in since ([`Hindrance::is_old`]).

use super::queue::{Failure, Seen, Teller};
use super::wire::JPEG;

/// Keywords of what keeps a sheet from coming out, by how they begin, and the kind of each.
const KEYWORDS: [(&str, Kind); 21] = [
    ("media-empty", Kind::Paper),
    ("media-needed", Kind::Paper),
    ("input-tray-missing", Kind::Paper),
    ("media-jam", Kind::Jam),
    ("output-area-full", Kind::Jam),
    ("output-tray-missing", Kind::Jam),
    ("cover-open", Kind::Cover),
    ("door-open", Kind::Cover),
    ("interlock-open", Kind::Cover),
    ("marker-supply-empty", Kind::Ribbon),
    ("marker-supply-missing", Kind::Ribbon),
    ("marker-waste-full", Kind::Ribbon),
    ("marker-waste-receptacle-full", Kind::Ribbon),
    ("toner-empty", Kind::Ribbon),
    ("offline", Kind::Away),
    ("shutdown", Kind::Away),
    ("timed-out", Kind::Away),
    ("paused", Kind::Other),
    ("moving-to-paused", Kind::Other),
    ("spool-area-full", Kind::Other),
    ("cups-missing-filter", Kind::Other),
];

/// A queue of CUPS says so when its printer does not know a job any more, and of that job that it is completed. It never takes it back.
pub(super) const FORGOTTEN: &str = "cups-ipp-missing-job-history";

/// What a queue of CUPS says of itself, by how it begins.
const OF_CUPS: [&str; 4] = ["paused", "moving-to-paused", "spool-area-full", "cups-"];

/// Papers that a line names.
const NAMES_SAID_MAX: usize = 12;

/// How names of the papers begin, end or go on that photo booths have.
const SIZES: [&str; 7] = ["4x6", "6x4", "6x8", "8x6", "10x15", "288h432", "432h576"];

/// What keeps a printer from printing, for the words on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No paper, or none of this size.
    Paper,
    /// A sheet is stuck.
    Jam,
    /// Something is open.
    Cover,
    /// The ribbon, ink or toner is used up.
    Ribbon,
    /// It is off, or not to be reached.
    Away,
    /// Anything else.
    Other,
}

impl Kind {
    /// The word for the page.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Jam => "jam",
            Self::Cover => "cover",
            Self::Ribbon => "ribbon",
            Self::Away => "away",
            Self::Other => "other",
        }
    }
}

/// Why nothing can be printed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hindrance {
    pub(crate) kind: Kind,
    /// In words, for the owner.
    pub(crate) why: String,
    /// A queue remembers it from its last print. It may be over, and only a print can show it: what is paid is tried, and nothing new is sold until
    /// somebody has looked.
    pub(crate) is_old: bool,
}

impl Hindrance {
    fn other(why: String) -> Self {
        Self { kind: Kind::Other, why, is_old: false }
    }

    /// It does not answer, or refuses to be asked.
    pub(crate) fn no_answer(failure: &Failure) -> Self {
        match failure {
            Failure::Silent(_) => Self { kind: Kind::Away, why: failure.to_string(), is_old: false },
            Failure::Refused(_) => Self::other(failure.to_string()),
        }
    }

    /// It would refuse every print.
    pub(crate) fn refusing(failure: &Failure) -> Option<Self> {
        match failure {
            Failure::Silent(_) => None,
            Failure::Refused(_) => Some(Self::other(format!("it would take no print: {failure}"))),
        }
    }

    /// It does not know the paper that its owner has named: it would refuse every print.
    pub(crate) fn unknown_paper(paper: &str, known: &[String]) -> Self {
        let named = |names: Vec<&String>| {
            let named: Vec<String> = names.into_iter().take(NAMES_SAID_MAX).map(|name| format!("{name:?}")).collect();
            named.join(", ")
        };
        let like: Vec<&String> = known.iter().filter(|name| SIZES.iter().any(|size| name.contains(size))).collect();
        let like = if like.is_empty() {
            format!("none of 4x6 or 6x8 inches, but {}", named(known.iter().collect()))
        } else {
            named(like)
        };
        let why = format!("it knows no paper {paper:?} (prints.media_4x6, media_6x8 or media_strips); it names {like}");
        Self::other(why)
    }

    /// Nobody has looked lately.
    pub(crate) fn unknown() -> Self {
        Self { kind: Kind::Away, why: "nobody knows yet how it is".to_owned(), is_old: false }
    }
}

impl Seen {
    /// What keeps it from printing, if anything does.
    pub(crate) fn hindrance(&self) -> Option<Hindrance> {
        let at_queue = |of_cups: &str, of_windows: &str| match self.teller {
            Teller::Printer => String::new(),
            Teller::Queue | Teller::QueueAtRest => format!("; {of_cups}"),
            Teller::Windows => format!("; {of_windows}"),
        };
        let goes_on = || {
            let of_windows =
                "in Windows, open the printer's queue and take away \"Pause Printing\" in the menu Printer";
            at_queue("`cupsenable NAME` lets the queue print again", of_windows)
        };
        let blocking = |is_old: bool| {
            self.reasons
                .iter()
                .find_map(|reason| blocks(reason).filter(|_| self.is_old(reason) == is_old).map(|kind| (kind, reason)))
        };
        if let Some((kind, reason)) = blocking(false) {
            let cure = if reason.contains("paused") { goes_on() } else { String::new() };
            return Some(Hindrance { kind, why: format!("it says {reason}{cure}"), is_old: false });
        }
        if self.is_stopped {
            return Some(Hindrance::other("it is stopped".to_owned() + &goes_on()));
        }
        if !self.takes_jobs {
            let cure = at_queue("`cupsaccept NAME` lets the queue take them again", "see its properties in Windows");
            return Some(Hindrance::other(format!("it takes no jobs{cure}")));
        }
        if !self.formats.is_empty() && !self.formats.iter().any(|format| format == JPEG) {
            let cure = "print through a queue of CUPS, which makes of a picture what the printer takes";
            return Some(Hindrance::other(format!("it takes no {JPEG}; {cure}")));
        }
        let (kind, reason) = blocking(true)?;
        let why = format!(
            "it says {reason}; a queue of CUPS remembers it from its last print. When the printer is in order, say so in the \
             owner's panel, or set prints.device to the address of a printer in the network, which is asked itself then"
        );
        Some(Hindrance { kind, why, is_old: true })
    }

    /// Whether what it says of its printer is of its last print: CUPS itself says only that it is paused or lacks something.
    fn is_old(&self, reason: &str) -> bool {
        self.teller == Teller::QueueAtRest && !OF_CUPS.iter().any(|of_cups| keyword(reason).starts_with(of_cups))
    }

    /// Forgets what is of the last print: the printer itself is asked.
    pub(super) fn forget_old(&mut self) {
        let reasons = std::mem::take(&mut self.reasons);
        self.reasons = reasons.into_iter().filter(|reason| !self.is_old(reason)).collect();
    }
}

/// Whether a reason keeps a printer from printing: what is only reported does not, but for being away, and for the want of paper, which printers that
/// print nothing only report.
pub(super) fn blocks(reason: &str) -> Option<Kind> {
    let (keyword, severity) = parts(reason);
    match (kind_of(keyword), severity) {
        (Some(kind), Severity::Error | Severity::Warning) => Some(kind),
        (Some(kind @ (Kind::Away | Kind::Paper)), Severity::Report) => Some(kind),
        // What a printer itself calls an error, and this program does not know.
        (None, Severity::Error) if reason.ends_with("-error") => Some(Kind::Other),
        (Some(_) | None, Severity::Error | Severity::Warning | Severity::Report) => None,
    }
}

/// Whether a reason that came up while a sheet was printed makes that sheet doubtful, whatever its severity.
pub(crate) fn makes_doubtful(reason: &str) -> bool {
    kind_of(parts(reason).0).is_some() || reason.ends_with("-error") || reason == FORGOTTEN
}

/// A reason without its severity, which a printer changes as it goes on.
pub(crate) fn keyword(reason: &str) -> &str {
    parts(reason).0
}

fn kind_of(keyword: &str) -> Option<Kind> {
    KEYWORDS.iter().find(|(begin, _)| keyword.starts_with(begin)).map(|(_, kind)| *kind)
}

enum Severity {
    Error,
    Warning,
    Report,
}

/// A reason without a severity is an error, says RFC 8011.
fn parts(reason: &str) -> (&str, Severity) {
    let with = |suffix| reason.strip_suffix(suffix);
    match (with("-warning"), with("-report")) {
        (Some(keyword), _) => (keyword, Severity::Warning),
        (None, Some(keyword)) => (keyword, Severity::Report),
        (None, None) => (with("-error").unwrap_or(reason), Severity::Error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(is_stopped: bool, takes_jobs: bool) -> Seen {
        Seen { is_stopped, takes_jobs, ..Seen::default() }
    }

    fn told(teller: Teller, reasons: &[&str]) -> Seen {
        let reasons = reasons.iter().map(|&reason| reason.to_owned()).collect();
        Seen { reasons, teller, ..seen(false, true) }
    }

    fn kind(reasons: &[&str]) -> Option<Kind> {
        let reasons = reasons.iter().map(|&reason| reason.to_owned()).collect();
        Seen { reasons, ..seen(false, true) }.hindrance().map(|it| it.kind)
    }

    /// `MomentoBooth` looks for "media-empty" and never finds what printers say.
    #[test]
    fn reasons_are_known_by_how_they_begin() {
        for said in
            ["media-empty", "media-empty-error", "media-empty-warning", "media-empty-report", "media-needed-error"]
        {
            assert_eq!(kind(&[said]), Some(Kind::Paper), "{said}");
        }
        for (said, expected) in [
            ("media-jam-error", Some(Kind::Jam)),
            ("cover-open-error", Some(Kind::Cover)),
            ("marker-supply-empty-error", Some(Kind::Ribbon)),
            ("offline-report", Some(Kind::Away)),
            ("fuser-over-temp-error", Some(Kind::Other)),
            ("media-jam-report", None),
            ("media-low-warning", None),
            ("marker-supply-low-report", None),
            ("connecting-to-device", None),
            ("none", None),
        ] {
            assert_eq!(kind(&[said]), expected, "{said}");
        }
        assert_eq!(kind(&["none", "media-low-report", "door-open"]), Some(Kind::Cover));
    }

    #[test]
    fn a_printer_that_is_stopped_or_takes_nothing_does_not_print() {
        assert_eq!(seen(false, true).hindrance(), None);
        assert!(seen(true, true).hindrance().is_some() && seen(false, false).hindrance().is_some());
    }

    /// cupsd 2.4.2: `media-empty-warning` stays after the job was taken back, also through `cupsdisable` and `cupsenable`.
    #[test]
    fn what_an_idle_queue_says_of_its_printer_is_old() {
        let is_old = |seen: Seen| seen.hindrance().map(|it| it.is_old);
        assert_eq!(is_old(told(Teller::QueueAtRest, &["media-empty-warning"])), Some(true));
        assert_eq!(is_old(told(Teller::QueueAtRest, &["offline-report"])), Some(true));
        assert_eq!(
            is_old(told(Teller::Queue, &["media-empty-warning"])),
            Some(false),
            "it prints, and hears its printer"
        );
        assert_eq!(is_old(told(Teller::QueueAtRest, &["media-empty-warning", "paused"])), Some(false));
        assert_eq!(is_old(told(Teller::QueueAtRest, &["cups-missing-filter-warning"])), Some(false));
        assert_eq!(is_old(told(Teller::Printer, &["media-empty-error"])), Some(false));
        let mut forgetful = told(Teller::QueueAtRest, &["media-empty-warning", "paused"]);
        forgetful.forget_old();
        assert_eq!(forgetful.reasons, ["paused"]);
    }

    #[test]
    fn a_queue_that_is_switched_off_is_told_with_its_cure() {
        let why = |seen: Seen| seen.hindrance().unwrap().why;
        let stopped = Seen { is_stopped: true, ..told(Teller::QueueAtRest, &["media-empty-warning", "paused"]) };
        assert!(why(stopped).contains("cupsenable NAME"));
        assert!(why(Seen { takes_jobs: false, ..told(Teller::QueueAtRest, &[]) }).contains("cupsaccept NAME"));
        assert!(!why(seen(false, false)).contains("cups"), "a printer has no such commands");
        let formats = |formats: &[&str]| formats.iter().map(|&format| format.to_owned()).collect();
        let raster = Seen { formats: formats(&["image/pwg-raster"]), ..seen(false, true) };
        assert!(why(raster).contains("it takes no image/jpeg"));
        let all = Seen { formats: formats(&["image/pwg-raster", "image/jpeg"]), ..seen(false, true) };
        assert_eq!(all.hindrance(), None);
    }

    #[test]
    fn a_paper_that_is_not_known_is_named_with_those_that_are() {
        let known = ["iso_a4_210x297mm", "na_index-4x6_4x6in"].map(str::to_owned);
        let why = Hindrance::unknown_paper("w288h432", &known).why;
        assert!(why.contains("\"w288h432\"") && why.ends_with("it names \"na_index-4x6_4x6in\""), "{why}");
    }

    #[test]
    fn what_is_only_reported_makes_a_sheet_doubtful_all_the_same() {
        assert!(makes_doubtful("media-jam-report") && makes_doubtful("fuser-error"));
        assert!(!makes_doubtful("media-low-report") && !makes_doubtful("connecting-to-device"));
    }
}
