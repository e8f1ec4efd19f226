//! What the program does for the computer of a booth: a log in a file, the page in a browser that is started again, a word to
//! systemd, and one file for whoever helps.

use super::{PATIENCE, Server, program};
use boothpay_test_support::{mortal, own_port};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_log_in_a_file_has_what_the_error_output_has_and_not_the_way_into_the_panel() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "boothpay.toml", "[log]\nfile = \"log/boothpay.log\"\n");
    let log = folder.path().join("error-output");
    let mut server = Server::start(program(folder.path(), &["serve"]), fs::File::create(&log).unwrap().into());
    server.pay("a");
    server.signal("-TERM");
    assert_eq!(server.end().code(), Some(0));
    let (shown, kept) = (fs::read_to_string(log).unwrap(), folder.path().join("log").join("boothpay.log"));
    let kept = fs::read_to_string(kept).unwrap();
    assert!(kept.contains("order a: PAID") && kept.ends_with("stopped\n"), "{kept}");
    assert_eq!(kept, shown);
    assert!(!kept.contains("/admin/link/"), "{kept}");
}

#[test]
fn why_a_server_ended_stands_in_the_logs_file() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "boothpay.toml", "[log]\nfile = \"boothpay.log\"\n");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = program(folder.path(), &["serve"]).env("BOOTHPAY_LISTEN", &address).output().unwrap();
    assert!(!said.status.success());
    let kept = fs::read_to_string(folder.path().join("boothpay.log")).unwrap();
    assert!(kept.contains(&format!("boothpay: cannot listen on {address}")), "{kept}");
}

#[test]
fn a_log_file_on_a_full_disk_stops_no_payment() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "boothpay.toml", "[log]\nfile = \"/dev/full\"\n");
    let mut server = Server::start(program(folder.path(), &["serve"]), Stdio::null());
    server.pay("a");
    server.signal("-TERM");
    assert_eq!(server.end().code(), Some(0));
}

#[test]
fn systemd_hears_that_the_server_answers_and_that_it_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let hear = || {
        let mut said = [0; 100];
        let length = socket.recv(&mut said).unwrap();
        String::from_utf8(said[..length].to_vec()).unwrap()
    };
    let mut command = program(folder.path(), &["serve"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "300000");
    let server = Server::start(command, Stdio::null());
    assert_eq!(hear().trim(), "READY=1");
    server.order("a");
    for _ in 0..3 {
        assert_eq!(hear().trim(), "WATCHDOG=1");
    }
}

#[test]
fn the_kiosks_browser_is_started_when_the_server_answers_and_again_when_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    // A browser that says how it was started, and ends.
    let browser = folder.path().join("browser");
    fs::write(&browser, "#!/bin/sh\necho \"$@\" >>started\n").unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let started = || fs::read_to_string(folder.path().join("started")).unwrap_or_default();
    let server = Server::start(program(folder.path(), &["serve"]), Stdio::null());
    let page = format!("http://{}/", server.address);
    let arguments =
        ["kiosk", "--url", &page, "--browser", browser.to_str().unwrap(), "--profile", "own", "--", "--lang=uz"];
    let mut kiosk = super::command(mortal(env!("CARGO_BIN_EXE_boothpay")), folder.path(), &arguments);
    let mut kiosk = kiosk.stdout(Stdio::null()).spawn().unwrap();
    let said = until("it is not started again", || Some(started()).filter(|said| said.lines().count() >= 2));
    kiosk.kill().unwrap();
    kiosk.wait().unwrap();
    for line in said.lines() {
        assert!(line.starts_with("--user-data-dir=own --kiosk "), "{line}");
        assert!(line.ends_with(&format!(" --kiosk-printing --lang=uz {page}")), "{line}");
    }
    assert!(folder.path().join("own").is_dir());
}

#[test]
fn a_browser_that_is_not_there_for_a_while_is_said_and_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(program(folder.path(), &["serve"]), Stdio::null());
    let page = format!("http://{}/", server.address);
    let browser = folder.path().join("browser");
    let arguments = ["kiosk", "--url", &page, "--browser", browser.to_str().unwrap(), "--profile", "own"];
    let mut kiosk = super::command(mortal(env!("CARGO_BIN_EXE_boothpay")), folder.path(), &arguments);
    let mut kiosk = kiosk.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(kiosk.stdout.take().unwrap()));
    let mut line = || lines.next().unwrap().unwrap();
    let said = line();
    assert!(said.contains("cannot be started; install it, or name another with --browser FILE"), "{said}");
    // The same trouble is not said again; other trouble is.
    fs::write(&browser, "half of a browser").unwrap();
    assert!(line().contains("Permission denied"));
    let whole = folder.path().join("whole");
    fs::write(&whole, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&whole, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(whole, &browser).unwrap();
    assert_eq!(line(), format!("{} shows {page}", browser.display()));
    kiosk.kill().unwrap();
    kiosk.wait().unwrap();
}

#[test]
fn a_kiosk_waits_for_a_server_that_is_not_there_yet() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = format!("127.0.0.1:{}", own_port());
    let page = format!("http://{nobody}/");
    let mut kiosk = program(folder.path(), &["kiosk", "--url", &page, "--browser", "/bin/false", "--profile", "own"]);
    let mut kiosk = kiosk.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(kiosk.stdout.take().unwrap()));
    let said = lines.next().unwrap().unwrap();
    kiosk.kill().unwrap();
    kiosk.wait().unwrap();
    assert_eq!(said, format!("waiting for Boothpay at {nobody}: nothing answers there yet"));
}

#[test]
fn the_doctors_file_says_how_all_is_and_holds_no_key() {
    const KEY: &str = "Zq7RrV5pX2mLw9TtY4nBcE8sKd6GhJ3aFuXy";
    let folder = tempfile::tempdir().unwrap();
    let settings = format!(
        "[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey = \"{KEY}\"\n\n[log]\nfile = \"boothpay.log\"\n\n[backup]\nfolder = \"copies\"\n"
    );
    write(folder.path(), "boothpay.toml", &settings);
    let mut server = Server::start(program(folder.path(), &["serve"]), Stdio::null());
    // Once it answers it also hears that it is to stop.
    server.ask("/livez", "");
    server.signal("-TERM");
    assert_eq!(server.end().code(), Some(0));
    let asked = || program(folder.path(), &["doctor", "--to", "how.txt"]).output().unwrap();
    let said = asked();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let report = fs::read_to_string(folder.path().join("how.txt")).unwrap();
    let wanted = [
        concat!("Boothpay   ", env!("CARGO_PKG_VERSION")),
        "key = \"(hidden)\"",
        "merchant_id = \"587f72c72cac0d162c722ae2\"",
        "The settings are fine.",
        "is as it should be",
        "MiB free where",
        "listening on",
    ];
    for part in wanted {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert!(!report.contains(KEY), "{report}");
    assert!(!asked().status.success(), "a file that is there is not replaced");
    // A key that somebody wrote where none belongs leaves this computer in no file; one in a comment is not taken along.
    for (old, to, fits) in [("# the key was ", "comment.txt", true), ("[booth]\nname = \"", "name.txt", false)] {
        let end = if fits { "" } else { "\"" };
        write(folder.path(), "boothpay.toml", &format!("{old}{KEY}{end}\n{settings}"));
        let said = program(folder.path(), &["doctor", "--to", to]).output().unwrap();
        assert_eq!(said.status.success(), fits, "{}", String::from_utf8_lossy(&said.stderr));
        let made = fs::read_to_string(folder.path().join(to)).unwrap_or_default();
        assert_eq!((made.is_empty(), made.contains(KEY)), (!fits, false));
    }
}

#[test]
fn the_doctors_file_holds_no_key_of_settings_that_cannot_be_used() {
    const KEY: &str = "Zq7RrV5pX2mLw9TtY4nBcE8sKd6GhJ3aFuXy";
    let folder = tempfile::tempdir().unwrap();
    let command = "command = [\"/usr/bin/lab\", \"-p\", \"SECRETPASS\", \"{order}\", \"--token=SECRETTOK1\", \"Authorization: Bearer SECRETBEARER\"]";
    let printed = format!("[prints]\nby = \"own program\"\n{command}\n");
    let braces = |section: &str| format!("[{section}]\ncommand = [\"lab\", \"{{SECRETPASS-4711}}\"]\n");
    let shot = "[photos]\nsource = \"boothpay\"\n[camera]\nfolder = \"shots\"\n";
    let cases = [
        printed.clone(),
        printed.replace("/usr/bin/lab", "/no/such/lab -p SECRETPASS"),
        format!("{shot}{}", command.replace("{order}", "{shot}")),
        format!("[photos]\nsource = \"boothpay\"\n{}folder = \"shots\"\n", braces("camera")),
        format!("[prints]\nby = \"own program\"\n{}", braces("prints").replace("[prints]\n", "")),
        format!("[payme]\nkee = \"{KEY}\"\n"),
        format!("[payme]\nmerchant_id = \"{KEY}\"\n"),
        format!("[payme]\nmerchant_id = \"{KEY}\"\nkey = \"{KEY}\"\n"),
        format!("payme = \"{KEY}\"\n"),
        format!("payme = \"{KEY}\n"),
        format!("{KEY} = 1\n"),
        format!("[payme]\nkey_file = \"{KEY}\"\n"),
    ];
    for (number, settings) in cases.iter().enumerate() {
        write(folder.path(), "boothpay.toml", settings);
        let to = format!("{number}.txt");
        let mut asked = program(folder.path(), &["doctor", "--to", &to]);
        let said = asked.env("BOOTHPAY_PAYME_KEE", KEY).output().unwrap();
        assert!(said.status.success(), "{settings}: {}", String::from_utf8_lossy(&said.stderr));
        let report = fs::read_to_string(folder.path().join(to)).unwrap();
        for secret in [KEY, "SECRETPASS", "SECRETTOK1", "SECRETBEARER"] {
            assert!(!report.contains(secret), "{settings}: {report}");
        }
    }
    // Where it stands in a line that is shown, and the settings cannot be used for another reason, no file leaves this computer.
    let elsewhere = format!("listen = 5\n[booth]\nname = \"{KEY}\"\n");
    let (kept, variable) = (format!("{elsewhere}[payme]\nkey_file = \"payme.key\"\n"), ("BOOTHPAY_PAYME_KEY", KEY));
    write(folder.path(), "payme.key", KEY);
    for (to, settings, variable) in [("file.txt", &kept, ("LANG", "C")), ("variable.txt", &elsewhere, variable)] {
        write(folder.path(), "boothpay.toml", settings);
        let said = program(folder.path(), &["doctor", "--to", to]).env(variable.0, variable.1).output().unwrap();
        assert!(!said.status.success() && !folder.path().join(to).exists(), "{to}");
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(words.contains("Nothing was written") && !words.contains(KEY), "{words}");
    }
}

#[test]
fn the_doctors_file_holds_no_way_into_the_panel() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "boothpay.toml", "[log]\nfile = \"boothpay.log\"\n");
    let link = "http://127.0.0.1:5000/admin/link/7acd7b857e11095ffec223597260ce54";
    write(folder.path(), "boothpay.log", &format!("Set its password: {link}\n"));
    assert!(program(folder.path(), &["doctor", "--to", "how.txt"]).status().unwrap().success());
    let report = fs::read_to_string(folder.path().join("how.txt")).unwrap();
    assert!(
        report.contains("Set its password: http://127.0.0.1:5000/admin/link/…") && !report.contains("7acd7b"),
        "{report}"
    );
}
