//! Settings from the owner's hand: judged by `boothpay check`, and refused at the start rather than guessed at. What each
//! mistake says is data in `server/tests/settings`; here is what the started program makes of it.

use super::support::{Finished, Folder, MERCHANT_ID};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

/// As long as a key of Payme's.
const CANARY: &str = "canary-in-the-settings-4711-xxxxxxxx";

#[test]
fn no_settings_at_all_are_fine() {
    let folder = Folder::new();
    let finished = folder.run(&["check"], &[]);
    assert_eq!((finished.code, finished.err.as_str()), (Some(0), ""), "{}", finished.out);
    for words in ["The settings are fine.", "development", "127.0.0.1:5000", "20000 soum", "order_id"] {
        assert!(finished.out.contains(words), "{words}: {}", finished.out);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "checking makes no files");
}

#[test]
fn the_first_lines_say_which_program_which_settings_and_which_database() {
    let folder = Folder::new();
    let here = folder.path().canonicalize().unwrap();
    let line = |finished: &Finished, label: &str| {
        let line = finished.out.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("{label}: {}", finished.out)).trim().to_owned()
    };
    let nothing = folder.run(&["check"], &[]);
    assert!(nothing.out.starts_with(concat!("Boothpay:      ", env!("BOOTHPAY_VERSION"), "\n")), "{}", nothing.out);
    assert!(line(&nothing, "Settings:").contains(&format!("would be read from {}", here.display())));
    assert_eq!(line(&nothing, "Database:"), here.join("boothpay.db").display().to_string());

    std::fs::create_dir(here.join("booth")).unwrap();
    folder.write("booth/my.toml", "database = \"data.db\"\n[log]\nlevel = \"warn\"\n");
    let named = folder.run(&["check", "--config", "booth/my.toml"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert_eq!(named.code, Some(0), "{}", named.out);
    let settings = line(&named, "Settings:");
    assert!(settings.starts_with(&here.join("booth/my.toml").display().to_string()), "{settings}");
    assert!(settings.ends_with("BOOTHPAY_LISTEN"), "{settings}");
    let database = here.join("booth/data.db").display().to_string();
    assert_eq!(line(&named, "Database:"), database, "relative paths start beside the settings file");

    let booth = folder.start(&["serve", "--config", "booth/my.toml"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert_eq!(booth.greeting("Database:"), database);
    assert_eq!(booth.greeting("Settings:"), settings);
    assert_eq!(booth.greeting("Boothpay:"), env!("BOOTHPAY_VERSION"));
    drop(booth);
    assert!(here.join("booth/data.db").is_file() && !here.join("boothpay.db").exists());
}

#[test]
fn the_printed_settings_are_the_defaults_and_can_be_used_as_they_are() {
    let folder = Folder::new();
    let finished = folder.run(&["config"], &[]);
    assert_eq!(finished.code, Some(0));
    for line in ["listen = \"127.0.0.1:5000\"", "[payme]", "transaction_seconds = 43200"] {
        assert!(finished.out.lines().any(|printed| printed == line), "{line}");
    }
    let summary = |text: String| {
        text.split_once("The settings are fine.")
            .map(|(_, summary)| summary.lines().take(9).map(str::to_owned).collect::<Vec<_>>())
    };
    let plain = summary(folder.run(&["check"], &[]).out);
    folder.write("boothpay.toml", &finished.out);
    assert!(plain.is_some());
    assert_eq!(summary(folder.run(&["check"], &[]).out), plain);
}

#[test]
fn each_value_is_printed_with_where_it_came_from_also_of_the_panels_files() {
    let folder = Folder::new();
    folder.write("boothpay.toml", "[booth]\nbase_price = 25000\nextra_copy_price = 15000\nmax_copies = 5\n");
    let wallet = "offered = true\nby = \"owner\"\nat_ms = 7\n[payme.values]\nmerchant_id = ";
    let wallet = format!("changed_at_ms = 7\n[payme]\nreal = true\n{wallet}\"{MERCHANT_ID}\"\nkey = \"{CANARY}\"\n");
    folder.write("boothpay.wallets.toml", &wallet);
    let edit = |setting: &str, value: u32, before: u32| {
        format!(
            "[settings.\"{setting}\"]\nvalue = {value}\ninstead_of = {before}\nby = \"owner\"\nat_ms = 1795960800000\n"
        )
    };
    let edits = edit("booth.base_price", 30_000, 25_000) + &edit("booth.max_copies", 8, 4);
    folder.write("boothpay.panel.toml", &edits);
    let finished = folder.run(&["config", "--values"], &[("BOOTHPAY_BOOTH_IDLE_SECONDS", "45")]);
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    for line in [
        "base_price = 30000  # soum, set in the owner's panel by owner on 2026-11-29; without it 25000 (the settings file, line 2)",
        "extra_copy_price = 15000  # soum, the settings file, line 3",
        "max_copies = 5  # the settings file, line 4, which was changed after 8 was set in the owner's panel",
        "idle_seconds = 45  # seconds, BOOTHPAY_BOOTH_IDLE_SECONDS in the environment",
        "order_seconds = 900  # seconds, the default",
        "[payme]",
    ] {
        assert!(finished.out.lines().any(|printed| printed == line), "{line}: {}", finished.out);
    }
    let merchant = finished.out.lines().find(|line| line.starts_with("merchant_id = \"")).unwrap();
    assert!(merchant.contains(MERCHANT_ID) && merchant.contains("connected in the owner's panel, "), "{merchant}");
    assert!(merchant.ends_with("boothpay.wallets.toml"), "{merchant}");
    assert!(finished.out.contains("Of the owner's panel: payme, in ") && finished.out.contains("(set, not shown)"));
    assert!(!finished.out.contains(CANARY));
    let checked = folder.run(&["check"], &[]);
    assert!(checked.out.contains("booth.base_price = 30000 was set there"), "{}", checked.out);
    assert!(checked.out.contains("Prices     30000 soum"), "{}", checked.out);

    for lost in ["settings = 1", "", "[setting]\n"] {
        folder.write("boothpay.panel.toml", lost);
        let broken = folder.run(&["check"], &[]);
        assert_eq!(broken.code, Some(1), "{lost}");
        assert!(
            broken.out.contains("boothpay.panel.toml") && broken.out.contains("cannot be understood"),
            "{}",
            broken.out
        );
    }
}

#[cfg(unix)]
#[test]
fn settings_that_are_lost_are_not_none() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let file = folder.path().join("boothpay.toml");
    let refused = |words: &str| {
        for (command, environment) in [("check", None), ("serve", Some(("BOOTHPAY_LISTEN", "127.0.0.1:0")))] {
            let said = folder.run(&[command], environment.as_slice());
            assert_eq!(said.code, Some(1), "{command}: {}", said.out);
            assert!((said.out + &said.err).contains(words), "{command}: {words}");
        }
        assert!(!folder.path().join("boothpay.db").exists(), "{words}");
    };
    std::fs::create_dir(&file).unwrap();
    refused("should be the settings file, and is a folder. Take it away and put the file there");
    std::fs::remove_dir(&file).unwrap();
    symlink("gone/boothpay.toml", &file).unwrap();
    refused("is a link to gone/boothpay.toml, and nothing is there");
    std::fs::remove_file(&file).unwrap();
    // So are the panel's, and a key's: a link beside the database that leads nowhere.
    for (name, words) in [("boothpay.panel.toml", "cannot be read"), ("boothpay.wallets.toml", "cannot be read")] {
        symlink("gone.toml", folder.path().join(name)).unwrap();
        refused(words);
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    symlink("gone.key", folder.path().join("payme.key")).unwrap();
    folder.write("boothpay.toml", "[payme]\nkey_file = \"payme.key\"\n");
    refused("there is no such file");
}

#[test]
fn of_a_command_only_the_program_and_what_is_filled_in_is_shown() {
    let folder = Folder::new();
    folder
        .write("boothpay.toml", "[prints]\ncommand = [\"lab\", \"-p\", \"canary\", \"{order}\", \"--token=canary\"]\n");
    let shown = folder.run(&["config", "--values"], &[]).out;
    assert!(shown.contains("[\"lab\", \"(hidden)\", \"(hidden)\", \"{order}\", \"(hidden)\"]"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn everything_wrong_is_said_at_once_in_the_owners_words() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\ndatabase = \".\"\n[booth]\nlanguage = \"fr\"\nbase_price = 25 000\n\
         [payme]\nrefunds = \"sometimes\"\nkey = \"{CANARY}\\\"\"\n"
    );
    folder.write("my.toml", &text);
    let finished = folder.run(&["check", "--config", "my.toml"], &[]);
    assert_eq!(finished.code, Some(1));
    for line in [
        "line 4, column 12, booth.language: choose \"ru\", \"uz\" or \"en\"",
        "line 5, column 14: write the number in digits alone: base_price = 25000",
        "line 7, column 11, payme.refunds: choose \"always\", \"before_printing\" or \"never\"",
        "line 8, column 7, payme.key: the key stands in quotes",
        "line 1, column 10, listen: another program is using port",
        "line 2, column 12, database: ",
        "is a folder; name a file in it",
    ] {
        assert!(finished.out.contains(line), "{line}\n{}", finished.out);
    }
    assert!(finished.out.contains("\nWrong:\n  line 1"), "{}", finished.out);
    assert!(!finished.out.contains("The settings are fine") && !finished.out.contains(CANARY), "{}", finished.out);
}

#[test]
fn a_file_that_is_not_there_or_has_another_name_is_found() {
    let folder = Folder::new();
    let missing = folder.run(&["check", "--config", "nowhere.toml"], &[]);
    assert_eq!(missing.code, Some(1));
    assert!(
        missing.out.contains("there is no settings file") && missing.out.contains("nowhere.toml"),
        "{}",
        missing.out
    );
    folder.write("nowhere.toml.txt", "");
    let renamed = folder.run(&["check", "--config", "nowhere.toml"], &[]);
    assert!(renamed.out.contains("but there is") && renamed.out.contains("nowhere.toml.txt"), "{}", renamed.out);

    for slip in ["boothpay.toml.txt", "boothpay.txt", "Boothpay.toml"] {
        let folder = Folder::new();
        folder.write(slip, "[booth]\nbase_price = 25000\n");
        for command in ["check", "serve"] {
            let finished = folder.run(&[command], &[]);
            let said = finished.out + &finished.err;
            assert_eq!(finished.code, Some(1), "{command} {slip}: {said}");
            assert!(said.contains(slip) && said.contains("Rename it to boothpay.toml"), "{command} {slip}: {said}");
        }
        folder.write("boothpay.toml", "");
        let beside = folder.run(&["check"], &[]);
        assert_eq!(beside.code, Some(0), "{}", beside.out);
        assert!(slip == "Boothpay.toml" || beside.out.contains("only boothpay.toml is read"), "{}", beside.out);
    }
}

#[test]
fn the_settings_are_found_beside_the_program() {
    let (installed, elsewhere) = (Folder::new(), Folder::new());
    let program = installed.path().canonicalize().unwrap().join("boothpay");
    // Not copied by this program itself: a child of another test that begins meanwhile would have the file open for writing, and a file
    // that is written cannot be run.
    let copied =
        std::process::Command::new("cp").args([env!("CARGO_BIN_EXE_boothpay").as_ref(), program.as_os_str()]).status();
    assert!(copied.unwrap().success());
    installed.write("boothpay.toml", "[booth]\nname = \"Fotobox Chilonzor\"\n");
    let run = |folder: &std::path::Path| {
        let output = std::process::Command::new(&program).arg("check").current_dir(folder).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for folder in [elsewhere.path(), std::path::Path::new("/")] {
        let said = run(folder);
        assert!(said.contains("Fotobox Chilonzor"), "{said}");
        let database = program.with_file_name("boothpay.db");
        assert!(said.contains(&format!("Database:      {}\n", database.display())), "{said}");
    }
    elsewhere.write("boothpay.toml", "[booth]\nname = \"Another\"\n");
    let said = run(elsewhere.path());
    assert!(said.contains("Another") && said.contains("another boothpay.toml beside the program"), "{said}");

    // Nobody chooses to work in the root: a service is started there.
    std::fs::remove_file(program.with_file_name("boothpay.toml")).unwrap();
    assert!(run(std::path::Path::new("/")).contains(&program.with_file_name("boothpay.db").display().to_string()));
}

#[test]
fn files_of_every_editor_are_read_or_it_is_said_how_to_save_them() {
    let text = "[booth]\r\nname = \"Бутка\"\r\n";
    let folder = Folder::new();
    let with = |bytes: &[u8]| {
        std::fs::write(folder.path().join("boothpay.toml"), bytes).unwrap();
        folder.run(&["check"], &[])
    };
    let units: Vec<u16> = [0xFEFF].into_iter().chain(text.encode_utf16()).collect();
    let (le, be): (Vec<u8>, Vec<u8>) = (
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
    );
    for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &le, &be] {
        let finished = with(bytes);
        assert!(finished.code == Some(0) && finished.out.contains("Бутка"), "{}", finished.out);
    }
    let windows_1251 = with(b"[booth]\r\nname = \"\xC1\xF3\xF2\xEA\xE0\"\r\n");
    assert_eq!(windows_1251.code, Some(1));
    assert!(windows_1251.out.contains("choose the encoding UTF-8"), "{}", windows_1251.out);
}

/// Refused by `check` and by `serve` alike, with the same words.
fn refused(file: &str, environment: &[(&str, &str)], words: &str) {
    let folder = Folder::new();
    if !file.is_empty() {
        folder.write("boothpay.toml", file);
    }
    let checked = folder.run(&["check"], environment);
    let served = folder.run(&["serve"], environment);
    assert_eq!((checked.code, served.code), (Some(1), Some(1)), "{words}: {} {}", checked.out, served.out);
    assert!(checked.out.contains(words), "{words}: {}", checked.out);
    assert!(served.err.contains(words), "{words}: {}", served.err);
    for text in [checked.out, checked.err, served.out, served.err] {
        assert!(!text.contains("canary"), "{text}");
    }
    assert!(!folder.path().join("boothpay.db").exists(), "{words}: refused before anything was made");
}

#[test]
fn what_nobody_could_have_meant_is_refused_at_the_start() {
    refused("lisen = \"127.0.0.1:1\"", &[], "did you mean \"listen\"?");
    refused("[payme]\nkye = \"canary\"", &[], "did you mean \"key\"?");
    refused("[booth]\nmax_copies = \"six\"", &[], "booth.max_copies: this must be a whole number");
    let perhaps = [("BOOTHPAY_PAYME_REFUSE_STALE_CREATE", "perhaps")];
    refused("", &perhaps, "BOOTHPAY_PAYME_REFUSE_STALE_CREATE in the environment: this must be true or false");
    refused("", &[("BOOTHPAY_DATABASE", "mysql://anna:canary@db/x")], "BOOTHPAY_DATABASE in the environment");
    refused("", &[("BOOTHPAY_DATABASE", "host=db password=canary")], "looks like the address of a PostgreSQL server");
    refused("[payme]\nkey_file = \"canary-in-the-settings-4711-xxxxxxxx\"", &[], "looks like the key itself");
    refused("[payme]\nkey = canary", &[], "line 2, column");
}

#[test]
fn development_mode_is_never_fallen_into() {
    let merchant = ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID);
    let webhook = ("BOOTHPAY_WEBHOOK_LISTEN", "127.0.0.1:0");
    refused("", &[("BOOTHPAY_PAYME_KEY", ""), webhook], "there is no Payme key");
    refused("", &[("BOOTHPAY_PAYME_KEY", "  "), merchant], "there is no Payme key");
    refused("", &[merchant], "--development");
    refused("", &[("BOOTHPAY_PAYME_KYE", CANARY)], "did you mean \"BOOTHPAY_PAYME_KEY\"?");
    refused("", &[("BOOTHPAY_LISTEN", "0.0.0.0:0")], "anybody who can reach this address");
    refused("", &[("BOOTHPAY_LISTEN", "[::]:0")], "anybody who can reach this address");
    refused("", &[("BOOTHPAY_PAYME_KEY", CANARY)], "payme.merchant_id");
    refused("", &[("BOOTHPAY_PAYME_KEY", &CANARY[..30]), merchant], "the key has 30 characters");
    let standin = ("BOOTHPAY_DEVELOPMENT_CHECKOUT", "http://127.0.0.1:9/");
    refused("", &[("BOOTHPAY_PAYME_KEY", CANARY), merchant, standin], "must be empty");
    let short = ("BOOTHPAY_ADMIN_TOKEN", "short");
    refused("", &[("BOOTHPAY_PAYME_KEY", CANARY), merchant, short], "use at least 16 characters");
    refused("[payme]\nkey = \"x\"", &[("BOOTHPAY_PAYME_KEY_FILE", "no-such-file"), merchant], "not both");

    let folder = Folder::new();
    let listen = ("BOOTHPAY_LISTEN", "127.0.0.1:0");
    let booth = folder.start(&["serve", "--development"], &[listen, merchant]);
    booth.out.wait_for("DEVELOPMENT MODE");
}

#[tokio::test]
async fn a_database_that_has_taken_money_is_never_opened_to_everybody() {
    let folder = Folder::new();
    let production = [("BOOTHPAY_PAYME_KEY", CANARY), ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID)];
    let booth = folder.serve(&production);
    let order = r#"{"order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000}"#;
    assert_eq!(booth.post("/api/generate-qr", order).await.status, 200);
    let key = super::production::basic("Paycom", CANARY);
    let create = serde_json::json!({"id": "t1", "time": 1_700_000_000_000_i64, "amount": 1_000_000,
                                    "account": {"order_id": "photobooth-test-123"}});
    assert_eq!(booth.payme(&key, "CreateTransaction", create).await["result"]["state"], 1);
    booth.kill();

    let database = folder.path().join("boothpay.db");
    for arguments in [&["serve"][..], &["serve", "--development"], &["check"], &["check", "--development"]] {
        let finished = folder.run(arguments, &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
        let said = finished.out + &finished.err;
        assert_eq!(finished.code, Some(1), "{arguments:?}: {said}");
        assert!(said.contains("has taken money") && said.contains("Put the key back"), "{arguments:?}: {said}");
    }
    assert!(database.exists());
    let booth = folder.serve(&production);
    assert_eq!(booth.get("/api/payment-status/photobooth-test-123").await.json()["stage"], "processing");
}

#[test]
fn what_a_container_platform_sets_stops_nothing() {
    let folder = Folder::new();
    let environment = [
        ("BOOTHPAY_PORT", "tcp://10.0.0.7:5000"),
        ("BOOTHPAY_SERVICE_HOST", "10.0.0.7"),
        ("BOOTHPAY_SERVICE_PORT_HTTP", "5000"),
        ("BOOTHPAY_PORT_5000_TCP_ADDR", "10.0.0.7"),
        ("BOOTHPAY_SANDBOX_KEY", CANARY),
        ("BOOTHPAY_LISTEM", "127.0.0.1:1"),
    ];
    let booth = folder.serve(&environment);
    booth.err.wait_for("did you mean \"BOOTHPAY_LISTEN\"?");
    let said = booth.kill();
    assert!(!said.err.contains("BOOTHPAY_PORT") && !said.err.contains("BOOTHPAY_SERVICE"), "{}", said.err);
    assert!(!said.out.contains(CANARY) && !said.err.contains(CANARY));
}

#[test]
fn a_port_that_boothpay_itself_has_is_no_mistake() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let address = booth.page.strip_prefix("http://").unwrap();
    let finished = folder.run(&["check"], &[("BOOTHPAY_LISTEN", address)]);
    assert_eq!(finished.code, Some(0), "{}", finished.out);
    assert!(finished.out.contains("a Boothpay is running on port"), "{}", finished.out);
}

#[test]
fn what_this_computer_cannot_give_is_told() {
    let folder = Folder::new();
    let here = folder.path().canonicalize().unwrap();
    folder.write("a-file", "no folder");
    folder.write("text.db", "this is no database, but it is long enough to be looked at as one by SQLite");
    let told = |environment: &[(&str, &str)], words: &str| {
        let finished = folder.run(&["check"], environment);
        assert_eq!(finished.code, Some(1), "{environment:?}: {}", finished.out);
        assert!(finished.out.contains(words), "{environment:?}: {}", finished.out);
    };
    let database = |file| [("BOOTHPAY_DATABASE", file)];
    told(&database("."), "is a folder");
    told(&database("no/such/folder.db"), &format!("the folder {} does not exist", here.join("no/such").display()));
    told(&database("text.db"), "text.db");
    told(&database("postgres://anna:canary@127.0.0.1:9/booth"), "cannot be reached");
    told(&[("BOOTHPAY_BACKUP_FOLDER", "a-file")], "is a file, not a folder");
    told(&[("BOOTHPAY_BACKUP_FOLDER", "a-file/copies")], "is a file, not a folder");
    if std::path::Path::new("/proc/version").exists() {
        told(&database("/proc/boothpay.db"), "cannot write into the folder /proc");
        told(&[("BOOTHPAY_BACKUP_FOLDER", "/proc/backups")], "cannot write into the folder /proc");
    }
    told(&[("BOOTHPAY_LISTEN", "127.0.0.1:5000"), ("BOOTHPAY_DATABASE", "x\u{200b}.db")], "an invisible character");

    let tomorrow = SystemTime::now() + Duration::from_secs(90_000);
    std::fs::File::create(here.join("boothpay.toml")).unwrap().set_modified(tomorrow).unwrap();
    told(&[], "hours after that. Set date and time of this computer");
    let booth = folder.serve(&[]);
    booth.err.wait_for("Set date and time of this computer");
    drop(booth);
    let left: Vec<_> = std::fs::read_dir(&here).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("check")), "{left:?}");
}

#[test]
fn looking_at_orders_makes_no_database() {
    let folder = Folder::new();
    for arguments in [&["order", "list"][..], &["order", "show", "74S88WN2"], &["verify"], &["backup", "copy.db"]] {
        let finished = folder.run(arguments, &[]);
        assert_eq!(finished.code, Some(1), "{arguments:?}");
        assert!(finished.err.contains("there is no database"), "{arguments:?}: {}", finished.err);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
}

#[test]
fn production_settings_are_summed_up_without_the_key() {
    let folder = Folder::new();
    folder.write("boothpay.toml", &format!("[payme]\nkey = \"{CANARY}\"\nmerchant_id = \"{MERCHANT_ID}\"\n"));
    let finished = folder.run(&["check"], &[]);
    assert_eq!(finished.code, Some(0), "{}", finished.out);
    assert!(finished.out.contains("production"));
    assert!(finished.out.contains("/api/stats is closed"), "worth a look: {}", finished.out);
    assert!(!finished.out.contains(CANARY) && !finished.err.contains(CANARY));
}
