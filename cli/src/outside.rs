//! What the settings need of this computer: ports that are free, folders that can be written, a database that opens, a clock
//! that is right. Nothing that is looked at stays behind.

pub(crate) mod kept;

use crate::files;
use crate::layout;
use crate::neighbour;
use crate::settings::{Loaded, finding};
use boothpay_layouts::Layouts;
use boothpay_protocol::connecting::{self, Noted};
use boothpay_protocol::staff::{self, Staff};
use boothpay_server::config::{Finding, Outside, PrintBy, PrinterPlace, Settings, Weight};
use boothpay_server::{Lost, printer_trouble, telegram};
use boothpay_store::{Address, OpenError, quoted, visit};
use std::io::{ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long whoever has the port may take to say who it is.
const NEIGHBOUR_PATIENCE: Duration = Duration::from_millis(500);

/// Seconds since 1970 at the beginning of 2026: this program is younger.
const PROGRAM_MADE: Duration = Duration::from_secs(1_767_225_600);

/// What has to find room where this program writes: a database needs as much to be opened, for the index of its log.
const PROBE_BYTES: usize = 64 * 1024;

/// How much older than a file the present may be: files come from other computers.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(3600);

/// No booth runs that long from now.
const CLOCK_LAST: Duration = Duration::from_secs(4_102_444_800);

/// Everything that is in the way.
pub(crate) fn look(loaded: &Loaded) -> Vec<Finding> {
    let (outside, settings_file) = (&loaded.judged.outside, loaded.file.as_deref());
    let mut findings = Vec::new();
    let addresses = [
        ("listen", outside.listen),
        ("webhook_listen", outside.webhook_listen),
        ("public.listen", outside.public_listen),
        ("public.http_listen", outside.public_http_listen),
        ("metrics.listen", outside.metrics_listen),
    ];
    // HTTPS and metrics cannot be asked who they are: their ports are this server's when the booth's page is.
    let is_running = outside.listen.is_some_and(|page| TcpListener::bind(page).is_err() && is_boothpay(page));
    for (setting, address) in addresses {
        let is_own = is_running && (setting.starts_with("public.") || setting == "metrics.listen");
        findings.extend(address.and_then(|address| port(setting, address, is_own)));
    }
    if let Some(database) = &outside.database {
        findings.extend(database_at(database, outside.development));
        findings.extend(nobody_confirms(outside, database));
        findings.extend(lost_wallets(outside, database));
        findings.extend(kept::begins_anew(loaded));
        findings.extend(kept::named_as_backup(loaded));
    }
    findings.extend(kept::left_behind(outside, None));
    findings.extend(kept::read_by_others(outside));
    findings.extend(outside.backup_folder.as_deref().and_then(backups));
    findings.extend(outside.certificate_folder.as_deref().and_then(certificates));
    findings.extend(outside.log_file.as_deref().and_then(log_file));
    findings.extend(clock(SystemTime::now(), &dated(outside, settings_file)));
    if let Some(layouts) = &outside.layouts {
        findings.extend(layout::findings(&Layouts::read(&layouts.folder), layouts));
    }
    findings
}

/// Whether the clock can be right, for a server that starts.
pub(crate) fn clock_of(loaded: &Loaded) -> Option<Finding> {
    clock(SystemTime::now(), &dated(&loaded.judged.outside, loaded.file.as_deref()))
}

/// The name of the bot, if there is one and Telegram can be asked; else what is wrong with that.
pub(crate) fn bot(settings: Option<&Settings>) -> (Option<String>, Option<Finding>) {
    let Some(telegram) = settings.and_then(|settings| settings.telegram.as_ref()) else { return (None, None) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let asked = match runtime {
        Ok(runtime) => runtime.block_on(telegram::ask(telegram)),
        Err(error) => Err((error.to_string(), false)),
    };
    match asked {
        Ok(name) => (Some(name), None),
        Err((why, true)) => (None, wrong("telegram.token", why)),
        Err((why, false)) => {
            let advice = format!(
                "whose token it is could not be asked now: {why}. Photos by Telegram need a way to {}",
                telegram.api
            );
            (None, Some(finding(Weight::Remark, "telegram.token", advice)))
        }
    }
}

/// How the printer is, where this server prints: its line, and what keeps it from printing.
pub(crate) fn printer(settings: Option<&Settings>) -> (Option<String>, Option<Finding>) {
    let Some(settings) = settings else { return (None, None) };
    let PrintBy::Printer(printer) = &settings.prints.by else { return (None, None) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let mut asked = printer.clone();
    // A server that runs meanwhile works in the folder of its own helper.
    let folder = std::env::temp_dir().join(format!("boothpay-check-{}", std::process::id()));
    if let PrinterPlace::Windows(spooler) = &mut asked.at {
        spooler.folder.clone_from(&folder);
    }
    let trouble = match runtime {
        Ok(runtime) => runtime.block_on(printer_trouble(&asked, &settings.layouts)),
        Err(error) => Some(error.to_string()),
    };
    // For a printer that is asked without a helper there is none.
    let _ = std::fs::remove_dir_all(&folder);
    let Some(why) = trouble else { return (Some(format!("{} is ready", printer.at)), None) };
    let advice = format!("it cannot print now, and until it can, the booth sells nothing: {why}");
    (None, Some(finding(Weight::Remark, "prints.printer", advice)))
}

fn wrong(setting: &str, advice: String) -> Option<Finding> {
    Some(finding(Weight::Mistake, setting, advice))
}

fn port(setting: &str, address: SocketAddr, is_own: bool) -> Option<Finding> {
    let error = TcpListener::bind(address).err()?;
    let (kind, ip, port) = (error.kind(), address.ip(), address.port());
    if kind == ErrorKind::AddrInUse && (is_own || is_boothpay(address)) {
        let advice = format!("a Boothpay is running on port {port} now. If that is this one, all is well");
        return Some(finding(Weight::Remark, setting, advice));
    }
    let advice = if kind == ErrorKind::AddrInUse {
        format!("another program is using port {port} of this computer; end it, or give another port here")
    } else if kind == ErrorKind::PermissionDenied {
        if setting.starts_with("public.") {
            port_without_permission(port)
        } else {
            format!("this user may not use port {port}; give one above 1023, for instance {ip}:5000")
        }
    } else if kind == ErrorKind::AddrNotAvailable {
        format!("this computer has no address {ip}; give 127.0.0.1:{port}, or 0.0.0.0:{port} for all it has")
    } else {
        format!("this computer refuses {address}: {error}")
    };
    wrong(setting, advice)
}

/// What to do about a port that only some users may take. The internet comes to 443, so another number is no cure there.
pub(crate) fn port_without_permission(port: u16) -> String {
    format!(
        "this user may not use port {port}. The packaged service may (Linux); a program started by hand may after: sudo setcap \
         cap_net_bind_service=+ep with the path of boothpay. Or take a port above 1023 and let the router lead {port} to it"
    )
}

/// Whether whoever has the port answers as Boothpay does.
fn is_boothpay(address: SocketAddr) -> bool {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        IpAddr::V4(_) | IpAddr::V6(_) => address.ip(),
    };
    // The one path that both of its addresses know; without credentials it does nothing.
    let call = format!(
        "POST /api/payme/webhook HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    let said = neighbour::ask(SocketAddr::new(ip, address.port()), &call, NEIGHBOUR_PATIENCE);
    said.is_ok_and(|said| said.contains(" 200 ") && said.contains("\"error\"") && said.contains("\"code\":-32"))
}

fn database_at(address: &Address, development: bool) -> Vec<Finding> {
    if let Address::SqliteFile(path) = address
        && let Some(advice) = file_trouble(path)
    {
        return wrong("database", advice).into_iter().collect();
    }
    match boothpay_store::look(address) {
        Ok(Some(seen)) if development && seen.proven_calls => {
            wrong("database", refusal_of_development(address)).into_iter().collect()
        }
        // A server can begin anew with it, and says so ([`kept::begins_anew`]).
        Ok(_) | Err(OpenError::Empty(_)) => Vec::new(),
        Err(error) => wrong("database", error.to_string()).into_iter().collect(),
    }
}

/// Whether UzQR is shown and nobody has a PIN to confirm it with. A database that is not there, or does not open, has been told of.
fn nobody_confirms(outside: &Outside, database: &Address) -> Option<Finding> {
    if !outside.uzqr {
        return None;
    }
    let kept = match boothpay_store::look(database).ok()? {
        Some(_) => visit::setting(database, &staff::setting_name()).ok()?,
        None => None,
    };
    let people = Staff::of(kept.as_ref()).ok()?.map(|staff| staff.people).unwrap_or_default();
    people.is_empty().then(|| finding(Weight::Remark, "uzqr", NOBODY_CONFIRMS.to_owned()))
}

/// Whether wallets were connected in the panel of this database whose file is not the one that was written then.
fn lost_wallets(outside: &Outside, database: &Address) -> Option<Finding> {
    boothpay_store::look(database).ok()??;
    let noted = visit::setting(database, &connecting::setting_name()).ok()?;
    let noted = Noted::of(noted.as_ref()).ok()??;
    let is_there = outside.wallets_changed_at_ms.is_some_and(|at| at >= noted.changed_at_ms);
    let lost = Lost { file: outside.wallets_file.clone(), wallets: noted.wallets };
    if is_there || lost.wallets.is_empty() { None } else { wrong("admin.wallets_file", lost.to_string()) }
}

/// What to do about it.
pub(crate) const NOBODY_CONFIRMS: &str = "nobody has a PIN, so nobody can confirm a payment by UzQR at the booth's screen. Give \
                                          each member of staff one: boothpay booth pin NAME";

/// Why a database that has taken money is not opened to everybody.
pub(crate) fn refusal_of_development(address: &Address) -> String {
    format!(
        "the database {address} holds calls that Payme has proven with the key, or payments that were taken over, so it has \
         taken money, or is the demonstration's; in development mode anybody could mark its orders as paid. Put the key back (payme.key_file or \
         BOOTHPAY_PAYME_KEY), or name another database to try things out"
    )
}

fn file_trouble(path: &Path) -> Option<String> {
    let name = path.display();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    if path.is_dir() {
        return Some(format!(
            "{name} is a folder; name a file in it, for instance {}",
            path.join("boothpay.db").display()
        ));
    }
    if !folder.is_dir() {
        return Some(format!("the folder {} does not exist; make it, or choose another file", folder.display()));
    }
    if let Err(error) = writable(folder) {
        let more = if files::is_full(&error) { "" } else { "; the database writes more than one file there" };
        return Some(format!("{}{more}", not_writable(folder, &error)));
    }
    let mut beside = vec![path.to_owned()];
    for end in ["-wal", "-shm"] {
        let mut other = path.as_os_str().to_owned();
        other.push(end);
        beside.push(PathBuf::from(other));
    }
    beside.into_iter().filter(|file| file.exists()).find_map(|file| {
        let error = std::fs::OpenOptions::new().append(true).open(&file).err()?;
        let (whose, like) = if file == path {
            ("run this as the user who runs the server, or give it to whoever the folder is", folder)
        } else {
            ("give it to the owner of the others", path)
        };
        Some(format!(
            "the user who runs this may not write {}: {error}. Stop the server, and {whose}: sudo chown --reference={} {}",
            file.display(),
            quoted(like),
            quoted(&file)
        ))
    })
}

/// Whether backups can be written; a folder that is not there is made when the first backup is.
pub(crate) fn backups(folder: &Path) -> Option<Finding> {
    needed("backup.folder", folder, "the folder that backups go to", "no backup can be made")
}

/// The same of the folder for the certificate.
fn certificates(folder: &Path) -> Option<Finding> {
    needed("public.folder", folder, "the folder in which the certificate is kept", "no certificate can be kept")
}

/// Whether a folder can be written, or made where it is not there.
fn needed(setting: &str, folder: &Path, wanted: &str, otherwise: &str) -> Option<Finding> {
    let Some(place) = nearest_folder(folder) else {
        return wrong(setting, format!("{} cannot be made: there is no such disk", folder.display()));
    };
    if !place.is_dir() {
        return wrong(setting, format!("{} is a file, not a folder; give {wanted}", place.display()));
    }
    let error = writable(&place).err()?;
    wrong(setting, format!("{}, so {otherwise}", not_writable(&place, &error)))
}

/// Whether the log's file can be written. Without it everything else goes on.
pub(crate) fn log_file(file: &Path) -> Option<Finding> {
    let is_there = file.exists();
    if is_there && let Err(error) = std::fs::OpenOptions::new().append(true).open(file) {
        let advice = format!("the user who runs this cannot write {}: {error}", file.display());
        return Some(finding(Weight::Remark, "log.file", advice));
    }
    let folder = nearest_folder(file.parent()?)?;
    // A log that is there needs nothing more in its folder, but room.
    let error = writable(&folder).err().filter(|error| !is_there || files::is_full(error))?;
    Some(finding(
        Weight::Remark,
        "log.file",
        format!("{}, so there is no log in a file", not_writable(&folder, &error)),
    ))
}

/// The folder, or the nearest one above it that is there.
fn nearest_folder(folder: &Path) -> Option<PathBuf> {
    let mut place = folder;
    while !place.exists() {
        place = match place.parent() {
            Some(above) if !above.as_os_str().is_empty() => above,
            Some(_) => Path::new("."),
            None => return None,
        };
    }
    Some(place.to_owned())
}

fn not_writable(folder: &Path, error: &std::io::Error) -> String {
    if files::is_full(error) {
        return format!("there is no room in the folder {}: make some on its disk", folder.display());
    }
    format!("the user who runs this cannot write into the folder {}: {error}", folder.display())
}

/// Writes a file into a folder and takes it away again. It is not empty: for its name alone there is room on a full disk.
fn writable(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".boothpay-check-{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    let written = file.write_all(&[0; PROBE_BYTES]).and_then(|()| file.sync_all());
    drop(file);
    std::fs::remove_file(&probe).and(written)
}

/// Files whose time of writing cannot lie in the future.
fn dated(outside: &Outside, settings_file: Option<&Path>) -> Vec<(PathBuf, SystemTime)> {
    let database = match &outside.database {
        Some(Address::SqliteFile(path)) => Some(path.clone()),
        Some(Address::SqliteMemory | Address::Postgres(_)) | None => None,
    };
    let files = [database, settings_file.map(Path::to_owned), std::env::current_exe().ok()];
    let written =
        |file: PathBuf| std::fs::metadata(&file).and_then(|meta| meta.modified()).ok().map(|time| (file, time));
    files.into_iter().flatten().filter_map(written).collect()
}

/// Whether the computer's clock can be right.
fn clock(now: SystemTime, dated: &[(PathBuf, SystemTime)]) -> Option<Finding> {
    let advice = "Set date and time of this computer, and let it keep them from the network: payments carry this time";
    let since_1970 = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    if since_1970 < PROGRAM_MADE || since_1970 > CLOCK_LAST {
        return wrong("", format!("the clock of this computer says {}, which cannot be. {advice}", day(now)));
    }
    let (file, written) = dated.iter().max_by_key(|(_, written)| *written)?;
    let ahead = written.duration_since(now).ok().filter(|ahead| *ahead > CLOCK_TOLERANCE)?;
    let hours = ahead.as_secs() / 3600;
    let words = format!(
        "the clock of this computer says {}, but {} was written {hours} hours after that. {advice}",
        day(now),
        file.display()
    );
    wrong("", words)
}

fn day(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time)
        .map_or_else(|_| "a date far away".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_told() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let file = |seconds| [(PathBuf::from("boothpay.db"), at(seconds))];
        assert_eq!(clock(at(1_800_000_000), &file(1_800_000_000)), None);
        assert_eq!(clock(at(1_800_000_000), &file(1_800_003_000)), None, "a little ahead is the other computer");
        let said = |now, files: &[_]| clock(now, files).unwrap().advice;
        assert!(said(at(1_000), &[]).contains("1970-01-01"));
        assert!(said(at(5_000_000_000), &[]).contains("2128"));
        assert!(said(at(1_800_000_000), &file(1_800_090_000)).contains("boothpay.db was written 25 hours after"));
    }
}
