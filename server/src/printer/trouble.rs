//! What a printer says of itself, judged: what keeps it from printing, and what makes a print doubtful.
//!
//! A reason is a keyword with a severity behind it, `media-empty-error` (RFC 8011, 5.4.12). Printers disagree on severities: one that is out
//! of paper says `-warning`, and `-report` of a jam stays for hours after it was mended. So the keyword counts more.

use super::wire::{Failure, Seen};

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

/// Papers that a line names.
const NAMES_SAID_MAX: usize = 5;

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
}

impl Hindrance {
    /// It does not answer.
    pub(crate) fn away(failure: &Failure) -> Self {
        Self { kind: Kind::Away, why: failure.to_string() }
    }

    /// It does not know the paper that its owner has named: it would refuse every print.
    pub(crate) fn unknown_paper(paper: &str, known: &[String]) -> Self {
        let like = known
            .iter()
            .filter(|name| ["4x6", "6x8", "288h432", "432h576"].iter().any(|size| name.contains(size)))
            .take(NAMES_SAID_MAX);
        let like: Vec<&str> = like.map(String::as_str).collect();
        let like = if like.is_empty() { "none of 4x6 or 6x8 inches".to_owned() } else { like.join(", ") };
        let why = format!("it knows no paper {paper:?} (prints.media_4x6, media_6x8 or media_strips); it names {like}");
        Self { kind: Kind::Other, why }
    }

    /// Nobody has looked lately.
    pub(crate) fn unknown() -> Self {
        Self { kind: Kind::Away, why: "nobody knows yet how it is".to_owned() }
    }
}

impl Seen {
    /// What keeps it from printing, if anything does.
    pub(crate) fn hindrance(&self) -> Option<Hindrance> {
        let blocking = self.reasons.iter().find_map(|reason| Some((blocks(reason)?, reason)));
        match blocking {
            Some((kind, reason)) => Some(Hindrance { kind, why: format!("it says {reason}") }),
            None if self.is_stopped => Some(Hindrance { kind: Kind::Other, why: "it is stopped".to_owned() }),
            None if !self.takes_jobs => Some(Hindrance { kind: Kind::Other, why: "it takes no jobs".to_owned() }),
            None => None,
        }
    }
}

/// Whether a reason keeps a printer from printing: what is only reported does not, but for being away.
pub(super) fn blocks(reason: &str) -> Option<Kind> {
    let (keyword, severity) = parts(reason);
    match (kind_of(keyword), severity) {
        (Some(kind), Severity::Error | Severity::Warning) => Some(kind),
        (Some(Kind::Away), Severity::Report) => Some(Kind::Away),
        // What a printer itself calls an error, and this program does not know.
        (None, Severity::Error) if reason.ends_with("-error") => Some(Kind::Other),
        (Some(_) | None, Severity::Error | Severity::Warning | Severity::Report) => None,
    }
}

/// Whether a reason that came up while a sheet was printed makes that sheet doubtful, whatever its severity.
pub(crate) fn makes_doubtful(reason: &str) -> bool {
    kind_of(parts(reason).0).is_some() || reason.ends_with("-error")
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
        let (reasons, media, supplies, levels) = (Vec::new(), Vec::new(), String::new(), Vec::new());
        Seen { reasons, is_stopped, takes_jobs, media, supplies, levels }
    }

    fn kind(reasons: &[&str]) -> Option<Kind> {
        let reasons = reasons.iter().map(|&reason| reason.to_owned()).collect();
        Seen { reasons, ..seen(false, true) }.hindrance().map(|it| it.kind)
    }

    /// `MomentoBooth` looks for "media-empty" and never finds what printers say.
    #[test]
    fn reasons_are_known_by_how_they_begin() {
        for said in ["media-empty", "media-empty-error", "media-empty-warning", "media-needed-error"] {
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

    #[test]
    fn a_paper_that_is_not_known_is_named_with_those_that_are() {
        let known = ["iso_a4_210x297mm", "na_index-4x6_4x6in"].map(str::to_owned);
        let why = Hindrance::unknown_paper("w288h432", &known).why;
        assert!(why.contains("\"w288h432\"") && why.ends_with("it names na_index-4x6_4x6in"), "{why}");
    }

    #[test]
    fn what_is_only_reported_makes_a_sheet_doubtful_all_the_same() {
        assert!(makes_doubtful("media-jam-report") && makes_doubtful("fuser-error"));
        assert!(!makes_doubtful("media-low-report") && !makes_doubtful("connecting-to-device"));
    }
}
