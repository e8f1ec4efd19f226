//! The printer that this server itself prints on: where it is, and what it is known to do.

use crate::outgoing::trust::Fingerprint;
use crate::printer::wire::PrinterAddress;
use boothpay_protocol::time::SpanMs;
use std::fmt;
use std::path::PathBuf;

/// The printer that this server itself prints on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterSettings {
    /// Where jobs go.
    pub at: PrinterPlace,
    /// The shortest time in which a sheet can come out.
    pub sheet: SpanMs,
    /// The name of 4x6 paper (PWG 5101.1, or as the driver in Windows has it); empty: whatever the printer takes.
    pub media_4x6: String,
    /// The same of 6x8 paper.
    pub media_6x8: String,
    /// The same of 4x6 paper that the printer cuts into two strips.
    pub media_strips: String,
    /// How many sheets a new roll has, for printers that tell per cent; 0 where nobody has said it.
    pub roll_sheets: u32,
    /// With so many sheets left, or fewer, the owner is told.
    pub low_at: u32,
}

/// Where a printer is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // There is one in a program.
pub enum PrinterPlace {
    /// In the network, or a queue of CUPS: asked by IPP.
    Ipp {
        /// Where jobs go.
        queue: PrinterAddress,
        /// The printer behind the queue, where it has an address of its own.
        device: Option<PrinterAddress>,
        /// The certificate of whoever is at the address, where nobody has signed it whom this computer trusts.
        certificate: Option<Fingerprint>,
    },
    /// A printer of Windows.
    Windows(SpoolerSettings),
}

impl fmt::Display for PrinterPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipp { queue, .. } => queue.fmt(f),
            Self::Windows(settings) => f.write_str(&settings.printer),
        }
    }
}

/// A printer of Windows, and the program that speaks to the spooler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolerSettings {
    /// Its name in Windows.
    pub printer: String,
    /// A program that speaks in the place of Windows PowerShell with our script.
    pub program: Option<PathBuf>,
    /// A folder of our own, in which the helper works: what is in it is removed.
    pub folder: PathBuf,
}

/// How the address of a printer of Windows begins: `windows:DNP DS620`.
pub(crate) const WINDOWS: &str = "windows:";
