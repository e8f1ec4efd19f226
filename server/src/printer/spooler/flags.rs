//! What the spooler's numbers say, in the words of RFC 8011, so that one place judges printers of both kinds.
//!
//! The numbers are those of `PrintQueueStatus` and `PrintJobStatus` (System.Printing), which are the spooler's own (`PRINTER_INFO_2`,
//! `JOB_INFO_1`), and of `DetectedErrorState` of `Win32_Printer`.

/// `PrintJobStatus`: the driver sends it.
pub(super) const PRINTING: u32 = 0x10;
/// Somebody has it deleted, or it is deleted because it is over.
pub(super) const DELETING: u32 = 0x4;
pub(super) const DELETED: u32 = 0x100;
/// It is printed, or the printer has all of it.
pub(super) const PRINTED: u32 = 0x80;
pub(super) const COMPLETED: u32 = 0x1000;
/// It stays in the queue although it is printed.
pub(super) const RETAINED: u32 = 0x2000;

/// `PrintQueueStatus`.
const QUEUE: [(u32, &str); 17] = [
    (0x1, "paused"),
    (0x2, "printer-error"),
    (0x8, "media-jam-error"),
    (0x10, "media-empty-error"),
    (0x20, "media-needed-error"),
    (0x40, "media-problem-error"),
    (0x80, "offline-error"),
    (0x800, "output-area-full-error"),
    (0x1000, "not-available-error"),
    (0x2_0000, "marker-supply-low-report"),
    (0x4_0000, "marker-supply-empty-error"),
    (0x8_0000, "page-not-printable-error"),
    (0x10_0000, "user-intervention-error"),
    (0x20_0000, "out-of-memory-error"),
    (0x40_0000, "door-open-error"),
    (0x80_0000, "server-unknown-error"),
    (0x200_0000, "offline-error"),
];

/// `PrintJobStatus`, of what stands in the way of a job.
const JOB: [(u32, &str); 5] = [
    (0x2, "job-error"),
    (0x20, "offline-error"),
    (0x40, "media-empty-error"),
    (0x200, "job-blocked-error"),
    (0x400, "user-intervention-error"),
];

/// A job that was begun anew may have come out before: of the sheet it makes a doubt, and stands in no way.
const RESTARTED: (u32, &str) = (0x800, "job-restarted-error");

/// Ports at which nothing comes out of a printer.
const FILES: [&str; 4] = ["FILE:", "PORTPROMPT:", "NUL:", "SHRFAX:"];

/// What a queue says of its printer.
pub(super) fn of_queue(status: u32, detected: u32, is_offline: bool) -> Vec<&'static str> {
    let mut reasons = named(&QUEUE, status);
    reasons.extend(detected_error(detected));
    if is_offline {
        reasons.push("offline-error");
    }
    reasons.dedup();
    reasons
}

/// What stands in a job's way now.
pub(super) fn of_job_now(status: u32) -> Vec<&'static str> {
    if status & (PRINTED | COMPLETED) == 0 { named(&JOB, status) } else { Vec::new() }
}

/// What was said of a job at any time.
pub(super) fn of_job(ever: u32) -> Vec<&'static str> {
    let mut reasons = named(&JOB, ever);
    reasons.extend(named(&[RESTARTED], ever));
    reasons
}

/// `DetectedErrorState`: 0 to 2 say nothing that could be acted on.
const fn detected_error(state: u32) -> Option<&'static str> {
    Some(match state {
        3 => "media-low-report",
        4 => "media-empty-error",
        5 => "marker-supply-low-report",
        6 => "marker-supply-empty-error",
        7 => "door-open-error",
        8 => "media-jam-error",
        9 => "offline-error",
        10 => "service-needed-error",
        11 => "output-area-full-error",
        _ => return None,
    })
}

/// Whether what is printed at such a port goes into a file, or nowhere.
pub(super) fn leads_into_a_file(port: &str) -> bool {
    FILES.iter().any(|file| port.eq_ignore_ascii_case(file))
}

fn named(names: &[(u32, &'static str)], status: u32) -> Vec<&'static str> {
    names.iter().filter(|(flag, _)| status & flag != 0).map(|(_, name)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::trouble::{Kind, blocks, makes_doubtful};

    /// What the spooler says closes the booth under the same words as what a printer says by IPP.
    #[test]
    fn every_flag_has_the_kind_that_the_screen_shows() {
        for (status, detected, is_offline, expected) in [
            (0, 0, false, None),
            (0x400 | 0x4000, 2, false, None),
            (0x10, 0, false, Some(Kind::Paper)),
            (0, 4, false, Some(Kind::Paper)),
            (0x8, 0, false, Some(Kind::Jam)),
            (0x40_0000, 0, false, Some(Kind::Cover)),
            (0x4_0000, 0, false, Some(Kind::Ribbon)),
            (0x80, 0, false, Some(Kind::Away)),
            (0, 0, true, Some(Kind::Away)),
            (0x1, 0, false, Some(Kind::Other)),
            (0x10_0000, 0, false, Some(Kind::Other)),
            (0, 10, false, Some(Kind::Other)),
            (0x2_0000, 3, false, None),
        ] {
            let kind = of_queue(status, detected, is_offline).iter().find_map(|reason| blocks(reason));
            assert_eq!(kind, expected, "{status:#x} {detected} {is_offline}");
        }
    }

    #[test]
    fn what_is_said_of_a_job_makes_its_sheet_doubtful() {
        for status in [0x2, 0x20, 0x40, 0x200, 0x400, 0x800] {
            assert!(of_job(status).iter().any(|reason| makes_doubtful(reason)), "{status:#x}");
        }
        assert!(of_job(PRINTING | 0x8).is_empty());
        assert!(of_job_now(0x800).is_empty(), "it was begun anew: that closes no booth");
        assert!(of_job_now(PRINTED | 0x40).is_empty(), "what is printed wants no paper");
    }

    #[test]
    fn a_port_that_prints_into_a_file_is_no_printer() {
        assert!(leads_into_a_file("PORTPROMPT:") && leads_into_a_file("file:") && leads_into_a_file("nul:"));
        assert!(!leads_into_a_file("USB001") && !leads_into_a_file("192.168.1.50"));
    }
}
