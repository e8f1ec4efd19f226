//! `boothpay order export`: payments as a file for an accountant. Leaves nothing behind, works beside a running server.

use crate::files;
use crate::out::{self, say};
use crate::report::Tongue;
use anyhow::{Context, Result, bail};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::time::TimeMs;
use boothpay_server::config::Settings;
use boothpay_server::exports::{Exporter, Manner};
use boothpay_server::figures::Period;
use boothpay_server::sheet::Format;
use boothpay_store::export::{self, Happened};
use clap::Args;
use jiff::tz::TimeZone;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Seek};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What, and where to.
#[derive(Args)]
pub(crate) struct Export {
    /// As CSV: UTF-8 with a mark, semicolons, a comma before the tiyin; Excel of this country opens it by a double click.
    ///
    /// A file that ends with .csv needs no word about it, nor one that ends with .xlsx.
    #[arg(long, conflicts_with = "xlsx")]
    csv: bool,
    /// As XLSX.
    #[arg(long)]
    xlsx: bool,
    /// From this day on, as 2026-11-01, by when the money came; with --refunds, by when it went back.
    #[arg(long, value_name = "DATE", conflicts_with = "month")]
    from: Option<String>,
    /// Up to this day, which is still in it.
    #[arg(long, value_name = "DATE", conflicts_with = "month")]
    to: Option<String>,
    /// A month, as 2026-11.
    #[arg(long, value_name = "MONTH")]
    month: Option<String>,
    /// Also what brought no money: orders that nobody paid, by when they were made, and attempts that came to nothing.
    #[arg(long)]
    all: bool,
    /// What went back, by when it went back, whenever it had been paid: the report's "Refunds made in this time".
    #[arg(long, conflicts_with = "all")]
    refunds: bool,
    /// The file; it gets its name when it is whole. Without this, the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The language of headings and states, instead of the booth's (`language` in the settings).
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<Tongue>,
}

/// Which kind of file: as it is said, else as its name ends. A file that is named as one kind and written as the other opens nowhere.
fn format(arguments: &Export) -> Result<Format> {
    let ends = |ending: &str| {
        let is_so = |file: &PathBuf| file.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending));
        arguments.output.as_ref().is_some_and(is_so)
    };
    match (arguments.csv || ends("csv"), arguments.xlsx || ends("xlsx")) {
        (true, false) => Ok(Format::Csv),
        (false, true) => Ok(Format::Xlsx),
        (true, true) => {
            bail!("the file's name ends as one kind, and --csv or --xlsx asks for the other; leave one of them out")
        }
        (false, false) => {
            bail!("say which kind of file: --csv or --xlsx, or a name after -o that ends with .csv or .xlsx")
        }
    }
}

/// Writes the file.
pub(super) fn run(settings: &Settings, arguments: &Export) -> Result<()> {
    let format = format(arguments)?;
    if arguments.output.is_none() && arguments.xlsx && io::stdout().is_terminal() {
        bail!("an XLSX file is no text for a terminal; name a file with -o");
    }
    let zone = settings.time_zone.clone();
    let period = period(arguments, &zone)?;
    let manner = Manner { format, language: arguments.language.map_or(settings.language, Language::from), zone };
    let part = Part::beside(arguments.output.as_deref())?;
    let happened = match (arguments.all, arguments.refunds) {
        (true, _) => Happened::Made,
        (false, true) => Happened::WentBack,
        (false, false) => Happened::Paid,
    };
    let wanted = export::Export { period, happened };
    let mut exporter = Exporter::new(manner, || part.emptied());
    export::export(&settings.database, &wanted, &mut exporter)?;
    let written = exporter.finish().and_then(|(file, rows)| Ok((file.into_inner()?, rows)));
    let unwritable = |error: io::Error| {
        anyhow::anyhow!("{}", files::unwritable(arguments.output.as_deref().unwrap_or(&part.path), &error))
    };
    let (mut file, rows) = written.map_err(unwritable)?;
    match &arguments.output {
        Some(output) => {
            file.sync_all().map_err(unwritable)?;
            drop(file);
            part.keep(output)?;
            say!("{}: {rows} rows", output.display());
        }
        None => {
            file.rewind()?;
            out::pass_on(&mut file)?;
        }
    }
    Ok(())
}

/// The instants of the days that are asked for.
fn period(arguments: &Export, zone: &TimeZone) -> Result<Range<TimeMs>> {
    let day = |name: &str, text: &Option<String>| match text {
        Some(text) => Period::day(text).map(Some).with_context(|| format!("{name} {text}")),
        None => Ok(None),
    };
    if let Some(month) = &arguments.month {
        return Ok(Period::month(month).with_context(|| format!("--month {month}"))?.instants(zone));
    }
    let (from, to) = (day("--from", &arguments.from)?, day("--to", &arguments.to)?);
    let start = from.map_or(TimeMs::new(i64::MIN), |day| day.instants(zone).start);
    let end = to.map_or(TimeMs::new(i64::MAX), |day| day.instants(zone).end);
    if start >= end {
        bail!("--from is after --to");
    }
    Ok(start..end)
}

/// A file that is not whole yet; it goes when it does not get its name.
struct Part {
    path: PathBuf,
}

impl Part {
    /// In the folder of the file that it becomes, else among the system's passing files.
    fn beside(output: Option<&Path>) -> Result<Self> {
        let (folder, name) = match output {
            Some(output) => {
                let name = output.file_name().context("-o has to name a file")?.to_string_lossy().into_owned();
                (output.parent().map(Path::to_owned).unwrap_or_default(), name)
            }
            None => (std::env::temp_dir(), "boothpay-export".to_owned()),
        };
        Ok(Self { path: folder.join(format!(".{name}.{}.part", std::process::id())) })
    }

    /// The file, with nothing in it. It is always a new one: in a folder that others can write to, what stands under its name may be
    /// theirs, or lead to another file.
    fn emptied(&self) -> io::Result<BufWriter<File>> {
        match std::fs::remove_file(&self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path).map(BufWriter::new)
    }

    fn keep(&self, output: &Path) -> Result<()> {
        std::fs::rename(&self.path, output).map_err(|error| anyhow::anyhow!("{}", files::unwritable(output, &error)))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It has its name, or nobody needs it.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_somebody_laid_under_its_name_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("theirs");
        std::fs::write(&theirs, "kept").unwrap();
        let part = Part::beside(Some(&folder.path().join("march.csv"))).unwrap();
        std::os::unix::fs::symlink(&theirs, &part.path).unwrap();
        drop(part.emptied().unwrap());
        assert!(std::fs::symlink_metadata(&part.path).unwrap().is_file());
        drop(part.emptied().unwrap());
        assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "kept");
    }
}
