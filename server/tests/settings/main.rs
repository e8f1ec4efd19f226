//! Settings from the owner's hand, as data: what is wrong, where, and what to write instead; what is only odd; what is fine.

mod tokens;
mod wallets;

use boothpay_server::config::camera::Stills;
use boothpay_server::config::{DEFAULTS, Finding, Judged, Mode, Settings, Sources, Weight};
use boothpay_store::Address;
use std::path::PathBuf;

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const CASHBOX: &str =
    "[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey = 'k:ey&@?#%^=$!-of-36-characters-xxxxx'\n";

fn judge(file: &str, environment: &[(&str, &str)], development: bool) -> Judged {
    Settings::judge(&Sources {
        file: Some((PathBuf::from("boothpay.toml"), file.to_owned())),
        environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        development,
        ..Sources::default()
    })
}

fn lines(findings: &[Finding], weight: Weight) -> Vec<String> {
    findings.iter().filter(|finding| finding.weight == weight).map(ToString::to_string).collect()
}

/// Exactly one mistake, at its place, with these words.
fn mistake(file: &str, environment: &[(&str, &str)], begins: &str, words: &str) {
    let judged = judge(file, environment, false);
    let said = lines(&judged.findings, Weight::Mistake);
    assert!(judged.settings.is_none(), "{file:?} {environment:?} is taken for fine");
    assert_eq!(said.len(), 1, "{file:?} {environment:?}: {said:#?}");
    assert!(said[0].starts_with(begins), "{file:?} {environment:?}: {}", said[0]);
    assert!(said[0].contains(words), "{file:?} {environment:?}: {}", said[0]);
}

/// No mistake, and a remark with these words.
fn remark(file: &str, environment: &[(&str, &str)], words: &str) {
    let judged = judge(file, environment, false);
    assert_eq!(lines(&judged.findings, Weight::Mistake), Vec::<String>::new(), "{file:?} {environment:?}");
    let said = lines(&judged.findings, Weight::Remark);
    assert!(said.iter().any(|line| line.contains(words)), "{file:?} {environment:?}: {said:#?}");
}

fn fine(file: &str, environment: &[(&str, &str)]) -> Settings {
    let judged = judge(file, environment, false);
    judged
        .settings
        .unwrap_or_else(|| panic!("{file:?} {environment:?}: {:#?}", lines(&judged.findings, Weight::Mistake)))
}

#[test]
fn the_defaults_are_fine_and_leave_nothing_to_remark_but_the_cashbox() {
    for file in ["", DEFAULTS] {
        let judged = judge(file, &[], false);
        let remarks = lines(&judged.findings, Weight::Remark);
        assert!(remarks.len() == 1 && remarks[0].contains("nobody's cashbox"), "{remarks:#?}");
        assert_eq!(judged.settings.map(|settings| settings.mode), Some(Mode::Development));
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let environment = [
        ("BOOTHPAY_LISTEN", "127.0.0.1:2"),
        ("BOOTHPAY_BOOTH_MAX_COPIES", "3"),
        ("BOOTHPAY_PAYME_FISCAL_CODE", "00702001001000001"),
        ("BOOTHPAY_PAYME_FISCAL_PACKAGE_CODE", "007"),
        ("BOOTHPAY_CORS_ORIGINS", "https://a, https://b"),
        ("PATH", "/bin"),
    ];
    let settings = fine("\u{feff}listen = \"127.0.0.1:1\"\r\ndatabase = \"b.db\"\r\n", &environment);
    assert_eq!((settings.listen.port(), settings.prices.max_copies), (2, 3));
    assert_eq!(settings.database, Address::SqliteFile("b.db".into()));
    assert_eq!(settings.payme.rules.fiscal.as_ref().unwrap().code, "00702001001000001");
    assert!(settings.cors_origins.name("https://a") && settings.cors_origins.name("https://b"));
}

#[test]
fn relative_paths_start_from_the_settings_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("payme.key"), format!("{KEY}\n")).unwrap();
    let file = "database = \"data.db\"\n[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey_file = \"payme.key\"\n\
                [backup]\nfolder = \"copies\"\n";
    let settings = Settings::read(&Sources {
        file: Some((PathBuf::from("boothpay.toml"), file.to_owned())),
        folder: folder.path().to_owned(),
        ..Sources::default()
    })
    .unwrap();
    assert_eq!(settings.database, Address::SqliteFile(folder.path().join("data.db")));
    assert_eq!(settings.backup.unwrap().folder, folder.path().join("copies"));
    assert!(settings.payme.key.is_some());
}

#[test]
fn each_mistake_says_where_it_is_and_what_to_write_instead() {
    let cases: &[(&str, &str, &str)] = &[
        // Names and sections.
        ("lisen = \"x\"", "line 1, column 1: ", "did you mean \"listen\"?"),
        ("\n[payme]\nkye = \"x\"", "line 3, column 1: ", "did you mean \"key\"?"),
        ("[booth]\nwebhook_listen = \"127.0.0.1:1\"", "line 2, column 1: ", "before the first [section]"),
        ("base_price = 5000", "line 1, column 1: ", "into the section [booth]"),
        ("[Booth]\nname = \"x\"", "line 1, column 2: ", "small Latin letters: booth"),
        ("[bооth]\nname = \"x\"", "line 1, column", "in Latin letters: [booth]"),
        ("booth = \"x\"", "line 1, column 9, booth: ", "a section, like [booth]"),
        // A line that is not TOML.
        ("[booth]\nbase_price = 25 000", "line 2, column", "base_price = 25000"),
        ("[booth]\nbase_price = 25,000", "line 2, column", "base_price = 25000"),
        ("[booth]\nbase_price = 25000 сум", "line 2, column", "base_price = 25000"),
        ("[booth\nbase_price = 5000\nmax_copies = \"x\"", "line 1, column", "square brackets"),
        ("[booth]\nname = Fotobox", "line 2, column", "text stands in quotes"),
        ("[booth]\nname = “Fotobox”", "line 2, column", "not the straight ones"),
        ("[booth]\nname = \"Fotobox", "line 2, column", "closing quote"),
        ("[booth]\nname: \"Fotobox\"", "line 2, column", "not a colon"),
        ("[booth]\nmax_copies = 1\nmax_copies = 2", "line 3, column", "a second time"),
        ("[booth]\nmax_copies = 1\n[booth]\nname = \"x\"", "line 3, column", "this section stands a second time"),
        ("[backup]\nfolder = \"C:\\Users\\anna\"", "line 2, column 10, backup.folder: ", "\"C:/Users/anna\""),
        ("[payme]\nadditional = Да", "line 2, column", "true or false"),
        // A value of another kind.
        ("[booth]\nbase_price = \"25 000\"", "line 2, column 14, booth.base_price: ", "base_price = 25000"),
        ("[booth]\nbase_price = 25.000", "line 2, column 14, booth.base_price: ", "base_price = 25000"),
        ("[booth]\nmax_copies = \"six\"", "line 2, column 14, booth.max_copies: ", "a whole number"),
        ("[payme]\nadditional = \"true\"", "line 2, column 14, payme.additional: ", "without quotes"),
        ("[payme]\nmerchant_id = 12345", "line 2, column 15, payme.merchant_id: ", "text in quotes"),
        ("cors_origins = \"https://a\"", "line 1, column 16, cors_origins: ", "with the square brackets"),
        // Values out of range.
        ("[booth]\nbase_price = 025000", "line 2, column 14: ", "base_price = 25000"),
        ("[booth]\nbase_price = 2000000000", "line 2, column 14, booth.base_price: ", "from 1 to 1000000000"),
        ("[booth]\nbase_price = 0", "line 2, column 14, booth.base_price: ", "from 1 to 1000000000"),
        ("[booth]\nbase_price = -5000", "line 2, column 14, booth.base_price: ", "from 1 to 1000000000"),
        ("[booth]\nextra_copy_price = -1", "line 2, column 20, booth.extra_copy_price: ", "0 or more"),
        ("[booth]\nmax_copies = 0", "line 2, column 14, booth.max_copies: ", "from 1 to 999"),
        ("[booth]\ntime_zone = \"Tashkent\"", "line 2, column 13, booth.time_zone: ", "\"Asia/Tashkent\""),
        ("[booth]\ntime_zone = \"UTC+5\"", "line 2, column 13, booth.time_zone: ", "\"Asia/Tashkent\""),
        ("[booth]\ntime_zone = \"Asia/Samarkant\"", "line 2, column 13, booth.time_zone: ", "\"Asia/Samarkand\""),
        ("[booth]\ntime_zone = \"Asia/Kolkata\"", "line 2, column 13, booth.time_zone: ", "\"Asia/Tashkent\""),
        ("[booth]\ntime_zone = \"Australia/Lord_Howe\"", "line 2, column 13, booth.time_zone: ", "whole hours"),
        ("[booth]\nname = \"Foto\\nbox\"", "line 2, column 8, booth.name: ", "line break"),
        ("[booth]\nname = \"Foto\u{202e}box\"", "line 2, column 8, booth.name: ", "invisible"),
        ("[booth]\nlanguage = \"RU\"", "line 2, column 12, booth.language: ", "\"ru\", \"uz\" or \"en\""),
        (
            "[alerts]\nquiet = \"22:00-08:00\"\nsummary = \"23:00\"",
            "line 3, column 11, alerts.summary: ",
            "never be sent",
        ),
        (
            "[alerts]\nquiet = \"22:00-00:00\"\nsummary = \"22:00\"",
            "line 3, column 11, alerts.summary: ",
            "never be sent",
        ),
        // Addresses.
        ("listen = \"5000\"", "line 1, column 10, listen: ", "127.0.0.1:5000"),
        ("listen = \":5000\"", "line 1, column 10, listen: ", "0.0.0.0:5000"),
        ("listen = \"http://127.0.0.1:5000/\"", "line 1, column 10, listen: ", "without http://"),
        ("listen = \"127.0.0.1:70000\"", "line 1, column 10, listen: ", "up to 65535"),
        ("listen = \"0.0.0.0:5000\"", "line 1, column 10, listen: ", "no wallet is connected"),
        ("[metrics]\nlisten = \"0.0.0.0:9464\"", "line 2, column 10, metrics.listen: ", "set metrics.token"),
        (
            "[metrics]\nlisten = \"127.0.0.1:5000\"",
            "line 2, column 10, metrics.listen: ",
            "the booth's page (listen) as well",
        ),
        ("[metrics]\nlisten = \"9464\"", "line 2, column 10, metrics.listen: ", "give host:port"),
        ("[metrics]\ntoken = \"short\"", "line 2, column 9, metrics.token: ", "at least 16"),
        // Files and folders.
        (
            "[backup]\nfolder = \"D:\\fotobox\\backups\"",
            "line 2, column 10, backup.folder: ",
            "Here: \"D:/fotobox/backups\"",
        ),
        ("[backup]\nfolder = \"D:\\temp\"", "line 2, column 10, backup.folder: ", "single quotes"),
        ("database = \"D:\\fotobox\\boothpay.db\"", "line 1, column 12, database: ", "D:/fotobox/boothpay.db"),
        ("database = \"\"", "line 1, column 12, database: ", "\"boothpay.db\""),
        ("database = \"host=db password=canary\"", "line 1, column 12, database: ", "postgres://USER"),
    ];
    for (file, begins, words) in cases {
        mistake(file, &[], begins, words);
    }
}

#[test]
fn each_mistake_of_a_booth_that_takes_money_is_told() {
    let cashbox = |line: &str| format!("{line}\n{CASHBOX}");
    mistake(&cashbox("database = \":memory:\""), &[], "line 1, column 12, database: ", "in memory");
    mistake(&cashbox("database = \"sqlite::memory:\""), &[], "line 1, column 12, database: ", "in memory");
    for (listen, webhook) in [
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("0.0.0.0:5000", "127.0.0.1:5000"),
        ("127.0.0.1:5000", "0.0.0.0:5000"),
        ("127.0.0.1:5000", "[::]:5000"),
        ("localhost:5000", "127.0.0.1:5000"),
    ] {
        let file = cashbox(&format!("listen = \"{listen}\"\nwebhook_listen = \"{webhook}\""));
        mistake(&file, &[], "line 2, column 18, webhook_listen: ", "give another port");
    }
    let merchant = |id: &str| format!("[payme]\nkey = '{KEY}'\nmerchant_id = \"{id}\"");
    for (id, words) in [
        ("587f72c72cac0d162c722ae", "24 characters, this has 23"),
        ("587f72c72cac0d162c722ae2a", "24 characters, this has 25"),
        ("587f72с72cac0d162c722ae2", "position 7 only looks like"),
        ("587f72c7 2cac0d162c722ae", "letters and digits alone"),
    ] {
        mistake(&merchant(id), &[], "line 3, column 15, payme.merchant_id: ", words);
    }
    mistake(&merchant(""), &[], "line 3, column 15, payme.merchant_id: ", "copy the cashbox's id");
    let checkout = "[development]\ncheckout = \"http://127.0.0.1:1\"";
    mistake(&format!("{CASHBOX}{checkout}"), &[], "line 5, column 12, development.checkout: ", "must be empty");
    mistake(&format!("{CASHBOX}[admin]\ntoken = \"short\""), &[], "line 5, column 9, admin.token: ", "at least 16");
}

#[test]
fn a_key_that_is_none_is_refused_and_never_shown() {
    let keys = [
        format!("\"{KEY}\""),
        format!("TEST_KEY={KEY}"),
        format!("{KEY}\n{KEY}"),
        "TEST_KEY".to_owned(),
        KEY[..35].to_owned(),
        format!("«{KEY}»"),
        KEY.replacen('e', "е", 1),
        KEY.replacen('-', "\u{a0}", 1),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payme.key");
    let named = format!("[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey_file = '{}'\n", path.display());
    for key in keys {
        let environment =
            [("BOOTHPAY_PAYME_MERCHANT_ID", "587f72c72cac0d162c722ae2"), ("BOOTHPAY_PAYME_KEY", key.as_str())];
        mistake("", &environment, "BOOTHPAY_PAYME_KEY in the environment: ", "");
        std::fs::write(&path, &key).unwrap();
        mistake(&named, &[], "line 3, column 12, payme.key_file: ", "");
        for judged in [judge("", &environment, false), judge(&named, &[], false)] {
            assert!(!format!("{judged:?}").contains("of-36-char"), "{judged:?}");
        }
    }
}

#[test]
fn a_key_file_of_any_editor_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payme.key");
    let named = format!("[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey_file = '{}'\n", path.display());
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(KEY.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let plain = fine(CASHBOX, &[]).payme.key;
    assert!(plain.is_some());
    for bytes in [format!("{KEY}\r\n").into_bytes(), format!("\u{feff}{KEY}").into_bytes(), utf16] {
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(fine(&named, &[]).payme.key, plain);
    }
}

#[test]
fn a_key_file_that_is_none_is_told_without_its_name_when_the_name_may_be_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::create_dir(here.join("keys")).unwrap();
    std::fs::write(here.join("empty.key"), "  \n").unwrap();
    std::fs::write(here.join("hidden.key.txt"), KEY).unwrap();
    for (name, words) in [
        ("nowhere.key", "there is no such file"),
        ("keys", "is a folder"),
        ("empty.key", "is empty"),
        ("hidden.key", "hidden.key.txt"),
        (KEY, "looks like the key itself"),
        ("canary/canary+canary/canary", "there is no such file"),
    ] {
        let file = format!("[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey_file = '{name}'\n");
        let judged = Settings::judge(&Sources {
            file: Some((PathBuf::from("boothpay.toml"), file)),
            folder: here.to_owned(),
            ..Sources::default()
        });
        let said = lines(&judged.findings, Weight::Mistake);
        assert!(said.len() == 1 && said[0].contains(words), "{name}: {said:#?}");
        assert!(!said[0].contains(KEY) && !said[0].contains("canary"), "{said:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_get_at_deserves_a_remark() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payme.key");
    std::fs::write(&path, KEY).unwrap();
    let file = format!("[payme]\nmerchant_id = \"587f72c72cac0d162c722ae2\"\nkey_file = '{}'\n", path.display());
    let set = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    for (mode, words) in
        [(0o644, "it can be read by them"), (0o640, "it can be read by them"), (0o620, "it can be changed by them")]
    {
        set(mode);
        remark(&file, &[], words);
    }
    set(0o600);
    let judged = judge(&file, &[], false);
    assert!(!judged.findings.iter().any(|finding| finding.setting == "payme.key_file"), "{:#?}", judged.findings);
}

#[cfg(unix)]
#[test]
fn a_settings_file_with_a_key_in_it_that_others_can_get_at_deserves_a_remark() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boothpay.toml");
    let remarks = |text: &str, mode| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let file = Some((path.clone(), text.to_owned()));
        let judged = Settings::judge(&Sources { file, development: true, ..Sources::default() });
        lines(&judged.findings, Weight::Remark)
            .into_iter()
            .filter(|line| line.contains("chmod 600 FILE"))
            .collect::<Vec<_>>()
    };
    let token = "[api]\ntoken = 'a-token-of-16-or-more'";
    let server = "database = 'postgres://anna:canary@localhost/booth'";
    for (text, place) in [(CASHBOX, "payme.key"), (token, "api.token"), (server, "database")] {
        for (mode, words) in [(0o644, "can be read by"), (0o640, "can be read by"), (0o662, "can be changed by")] {
            let said = remarks(text, mode);
            assert!(said.len() == 1 && said[0].contains(place) && said[0].contains(words), "{mode:o}: {said:#?}");
        }
        assert_eq!(remarks(text, 0o600), [""; 0]);
    }
    assert_eq!(remarks("database = 'data@home/booth.db'", 0o644), [""; 0], "no key is in it");
}

#[test]
fn proxies_are_addresses_or_what_they_begin_with() {
    fine("trusted_proxies = ['192.168.1.5', '10.0.0.0/8']", &[]);
    fine("", &[("BOOTHPAY_TRUSTED_PROXIES", "192.168.1.5,10.0.0.0/8")]);
    for wrong in ["proxy.example.uz", "0.0.0.0/0", "10.0.0.1:80"] {
        mistake(&format!("trusted_proxies = ['{wrong}']"), &[], "line 1", "address in numbers");
    }
}

#[test]
fn what_is_only_odd_is_a_remark() {
    remark(&format!("listen = \"0.0.0.0:5000\"\n{CASHBOX}"), &[], "everybody who can reach this computer");
    remark(CASHBOX, &[], "webhook_listen: it is not set");
    remark(CASHBOX, &[], "backup.folder: it is not set");
    remark(CASHBOX, &[], "/api/stats is closed");
    remark(&format!("{CASHBOX}[booth]\norder_seconds = 86400"), &[], "for Payme's sandbox");
    remark(&format!("{CASHBOX}[booth]\nbase_price = 25"), &[], "costs 25 soum; is that meant?");
    remark(&format!("{CASHBOX}[booth]\nbase_price = 2500000"), &[], "not tiyin");
    remark(&format!("{CASHBOX}checkout = \"https://test.paycom.uz\""), &[], "no real payment is possible");
    remark(&format!("{CASHBOX}[backup]\nfolder = \".\""), &[], "the database's own folder");
    remark("", &[("BOOTHPAY_LISTEM", "x")], "did you mean \"BOOTHPAY_LISTEN\"?");
    remark("", &[("BOOTHPAY_COLOUR", "blue")], "so it does nothing");
    let longer = CASHBOX.replace("xxxxx'", "xxxxxx'");
    remark(&longer, &[], "the key has 37 characters");
}

#[test]
fn what_the_environment_adds_to_a_value_is_told() {
    for (variable, value, words) in [
        ("BOOTHPAY_LISTEN", "\"127.0.0.1:5000\"", "the quotes are part of the value"),
        ("BOOTHPAY_BOOTH_MAX_COPIES", "", "it is empty and must be a whole number"),
        ("BOOTHPAY_BOOTH_BASE_PRICE", "25 000", "a whole number: 25000"),
        ("BOOTHPAY_BOOTH_BASE_PRICE", "dear", "a whole number"),
        ("BOOTHPAY_PAYME_ADDITIONAL", "yes", "true or false"),
    ] {
        mistake("", &[(variable, value)], &format!("{variable} in the environment: "), words);
    }
}

#[test]
fn variables_of_container_platforms_are_passed_over_in_silence() {
    let environment = [
        ("BOOTHPAY_PORT", "tcp://10.0.0.7:5000"),
        ("BOOTHPAY_SERVICE_HOST", "10.0.0.7"),
        ("BOOTHPAY_SERVICE_PORT", "5000"),
        ("BOOTHPAY_PORT_5000_TCP", "tcp://10.0.0.7:5000"),
        ("BOOTHPAY_PORT_5000_TCP_ADDR", "10.0.0.7"),
        ("BOOTHPAY_SANDBOX_KEY", "canary"),
    ];
    let judged = judge("", &environment, false);
    assert!(judged.settings.is_some());
    let said = lines(&judged.findings, Weight::Remark);
    assert!(said.iter().all(|line| !line.contains("environment")), "{said:#?}");
}

#[test]
fn development_mode_is_chosen_and_never_fallen_into() {
    let merchant = ("BOOTHPAY_PAYME_MERCHANT_ID", "587f72c72cac0d162c722ae2");
    let webhook = ("BOOTHPAY_WEBHOOK_LISTEN", "127.0.0.1:5001");
    for blank in ["", "   ", "\u{a0}"] {
        for connected in [merchant, webhook] {
            let environment = [connected, ("BOOTHPAY_PAYME_KEY", blank)];
            mistake("", &environment, "BOOTHPAY_PAYME_KEY in the environment: it is empty", "--development");
        }
    }
    for connected in [merchant, webhook] {
        mistake("", &[connected], connected.0, "there is no Payme key");
        mistake("", &[connected, ("BOOTHPAY_PAYME_KYE", KEY)], "BOOTHPAY_PAYME_KYE", "did you mean");
    }
    mistake("", &[("BOOTHPAY_PAYME_KYE", KEY)], "BOOTHPAY_PAYME_KYE", "did you mean \"BOOTHPAY_PAYME_KEY\"?");
    mistake("", &[("boothpay_payme_key", KEY)], "boothpay_payme_key", "did you mean \"BOOTHPAY_PAYME_KEY\"?");
    remark("", &[("BOOTHPAY_PAYME_KEY", "")], "it is empty, so there is no key");

    let chosen = judge("", &[merchant, webhook], true).settings.unwrap();
    assert_eq!(chosen.mode, Mode::Development);
    let both = judge(CASHBOX, &[], true);
    assert!(both.settings.is_none() && lines(&both.findings, Weight::Mistake)[0].contains("--development"));
    assert_eq!(fine(CASHBOX, &[]).mode, Mode::Production);
    assert_eq!(fine("[booth]\nname = \"Fotobox\"", &[]).mode, Mode::Development);
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_file() {
    let file = "listen = \"5000\"\n[booth]\nlanguage = \"fr\"\nbase_price = 25 000\ncolour = 1\nmax_copies = \"six\"\n\
                [payme]\nrefunds = \"sometimes\"\nbusy_order_code = -32504\n";
    let said = lines(&judge(file, &[("BOOTHPAY_LOG_LEVEL", "loud")], false).findings, Weight::Mistake);
    let places: Vec<&str> = said.iter().map(|line| line.split(": ").next().unwrap()).collect();
    let expected = [
        "line 1, column 10, listen",
        "line 3, column 12, booth.language",
        "line 4, column 14",
        "line 5, column 1",
        "line 6, column 14, booth.max_copies",
        "line 8, column 11, payme.refunds",
        "line 9, column 19, payme.busy_order_code",
        "BOOTHPAY_LOG_LEVEL in the environment",
    ];
    assert_eq!(places, expected, "{said:#?}");
}

#[test]
fn no_finding_repeats_a_secret() {
    for text in [
        "[payme]\nkey = canary",
        "[payme]\nkey = \"canary",
        "key = \"canary\"",
        "[payme]\nkey = [\"canary\"]",
        "[payme]\nkey = \"canary\"\nkey = \"canary\"",
        "[payme]\nkey = 'canary' canary",
        "[payme]\nkey: canary",
        "[payme]\ncanary",
        "[payme]\ncanarycanarycanarycanarycanarycanary = 1",
        "[payme]\n\"canary\u{1}canary\" = 1",
        "[canary4711",
        "[payme]\nkey = \"\"\"canary\ncanary",
        "[payme]\nkey = { canary = 1 }",
        "[payme]\nkey = \"\\canary\"",
        "[payme]\nkey_file = \"canary\"",
        "[payme]\nkey_file = \"/canary/canary\"",
        "[admin]\ntoken = \"canary\"",
        "[admin]\ntoken_file = \"canary\"",
        "[payme]\nmerchant_id = \"canary\"",
        "database = \"postgres:canary@canary\"",
        "database = \"canary://x\"",
        "database = \"postgres://anna:canary@db@x/booth\"",
        "database = \"canary\\q\"",
        "listen = \"canary\"",
        "canary",
    ] {
        let judged = judge(text, &[], false);
        assert!(judged.settings.is_none(), "{text:?}");
        for finding in judged.findings {
            assert!(!format!("{finding} {finding:?}").contains("canary"), "{text:?}: {finding}");
        }
    }
    assert!(!format!("{:?}", fine(CASHBOX, &[])).contains(KEY));
    assert!(!format!("{:?}", judge(CASHBOX, &[], false)).contains(KEY));
}

#[test]
fn paying_first_is_for_the_booths_own_camera_and_needs_room() {
    let own = "[photos]\nsource = \"boothpay\"\npay = \"first\"\n";
    let jobs = fine(own, &[]).prints.jobs;
    assert!(jobs.shots.is_some() && !jobs.are_made);
    let jobs = fine("[photos]\nsource = \"boothpay\"\n", &[]).prints.jobs;
    assert!(jobs.shots.is_none() && !jobs.are_made);
    mistake("[photos]\npay = \"first\"\n", &[], "line 2, column 7, photos.pay: ", "photos.source = \"boothpay\"");
    mistake("[photos]\npay = \"before\"\n", &[], "line 2, column 7, photos.pay: ", "\"after\" or \"first\"");
    mistake(&format!("{own}disk_mb = 199\n"), &[], "line 4, column 11, photos.disk_mb: ", "at least 200");
}

#[test]
fn a_camera_with_a_program_of_its_own_needs_a_folder_that_is_its_own() {
    let own = "[photos]\nsource = \"boothpay\"\n[camera]\nfolder = \"camera\"\n";
    let camera = fine(own, &[]).camera.unwrap();
    let Stills::Folder(watched) = &camera.stills else { panic!("{camera:?}") };
    assert!(!watched.leaves_files && camera.has_live_view && !camera.releases());
    assert!(fine("", &[]).camera.is_none());
    mistake(
        "[camera]\nfolder = \"camera\"\n",
        &[],
        "line 2, column 10, camera.folder: ",
        "photos.source = \"boothpay\"",
    );
    mistake("[camera]\ncommand = [\"x\"]\n", &[], "line 2, column 11, camera.command: ", "camera.folder");
    for taken in ["photos", "layouts", "."] {
        let file = own.replace("\"camera\"\n", &format!("\"{taken}\"\n"));
        mistake(&file, &[], "line 4, column 10, camera.folder: ", "one of its own");
    }
    mistake(&format!("{own}files = \"keep\"\n"), &[], "line 5, column 9, camera.files: ", "\"delete\" or \"leave\"");
    mistake(&format!("{own}wait_seconds = 1\n"), &[], "line 5, column 16, camera.wait_seconds: ", "2");
    mistake(
        &format!("{own}command = [\"shutter\", \"{{order}}\"]\n"),
        &[],
        "line 5, column 11, camera.command: ",
        "{shot}",
    );
    if !cfg!(windows) {
        mistake(&own.replace("\"camera\"\n", "'C:\\photo'\n"), &[], "line 4, column 10, camera.folder: ", "Windows");
    }
}

#[test]
fn a_camera_at_the_usb_is_driven_by_gphoto2_alone() {
    let own = "[photos]\nsource = \"boothpay\"\n[camera]\ngphoto2 = \"gphoto2\"\n";
    if !cfg!(target_os = "linux") {
        return mistake(own, &[], "line 4, column 11, camera.gphoto2: ", "camera.folder");
    }
    // Other booths may have the same folder of photos; what gphoto2 brings here is nobody else's.
    let camera =
        fine(own, &[("BOOTHPAY_PHOTOS_FOLDER", "pictures"), ("BOOTHPAY_DATABASE", "own/booth.db")]).camera.unwrap();
    let Stills::Gphoto2(gphoto2) = &camera.stills else { panic!("{camera:?}") };
    assert!(gphoto2.program.as_os_str() == "gphoto2" && gphoto2.folder.ends_with("own/boothpay.camera"));
    assert!(camera.releases() && camera.has_live_view);
    let with = |line: &str| format!("{own}{line}\n");
    mistake(&with("folder = \"camera\""), &[], "line 4, column 11, camera.gphoto2: ", "leave one of the two away");
    mistake(&with("command = [\"x\"]"), &[], "line 5, column 11, camera.command: ", "releases the shutter itself");
    mistake(&with("files = \"leave\""), &[], "line 5, column 9, camera.files: ", "nothing stays");
    mistake("[camera]\ngphoto2 = \"gphoto2\"\n", &[], "line 2, column 11, camera.gphoto2: ", "photos.source");
    for (written, cure) in [("true", "give the program"), ("/nowhere/gphoto2", "there is no program")] {
        let file = own.replace("\"gphoto2\"", &format!("\"{written}\""));
        mistake(&file, &[], "line 4, column 11, camera.gphoto2: ", cure);
    }
}
