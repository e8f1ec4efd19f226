//! Settings from the owner's hand: judged by `boothpay check`, and refused at the start rather than guessed at.

use super::support::Folder;

const CANARY: &str = "canary-in-the-settings-4711";

#[test]
fn no_settings_at_all_are_fine() {
    let folder = Folder::new();
    let finished = folder.run(&["check"], &[]);
    assert_eq!((finished.code, finished.err.as_str()), (Some(0), ""));
    for words in ["The settings are fine.", "development", "127.0.0.1:5000", "boothpay.db", "20000 soum", "order_id"] {
        assert!(finished.out.contains(words), "{words}: {}", finished.out);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "checking makes no files");
}

#[test]
fn the_printed_settings_are_the_defaults_and_can_be_used_as_they_are() {
    let folder = Folder::new();
    let finished = folder.run(&["config"], &[]);
    assert_eq!(finished.code, Some(0));
    for line in ["listen = \"127.0.0.1:5000\"", "[payme]", "transaction_seconds = 43200"] {
        assert!(finished.out.lines().any(|printed| printed == line), "{line}");
    }
    let plain = folder.run(&["check"], &[]).out;
    folder.write("boothpay.toml", &finished.out);
    assert_eq!(folder.run(&["check"], &[]).out, plain);
}

#[test]
fn everything_wrong_is_said_at_once_in_the_owners_words() {
    let folder = Folder::new();
    let text = "listen = \"5000\"\n[booth]\nlanguage = \"fr\"\nbase_price = 0\n\
                [payme]\nrefunds = \"sometimes\"\nbusy_order_code = -32504\n";
    folder.write("my.toml", text);
    let finished = folder.run(&["check", "--config", "my.toml"], &[]);
    assert_eq!(finished.code, Some(1));
    assert!(finished.out.starts_with("Wrong:\n"), "{}", finished.out);
    for line in [
        "  listen: give host:port, for instance \"127.0.0.1:5000\"",
        "  booth.language: choose \"ru\", \"uz\" or \"en\"",
        "  booth.base_price: give a price in soum, above 0",
        "  payme.refunds: choose \"always\", \"before_printing\" or \"never\"",
        "  payme.busy_order_code: use -31008, or a number from -31099 to -31050",
    ] {
        assert!(finished.out.lines().any(|printed| printed == line), "{line}\n{}", finished.out);
    }
    let missing = folder.run(&["check", "--config", "nowhere.toml"], &[]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.out.contains("nowhere.toml"), "{}", missing.out);
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
        assert!(!text.contains(CANARY), "{text}");
    }
    assert!(!folder.path().join("boothpay.db").exists(), "{words}: refused before anything was made");
}

#[test]
fn what_nobody_could_have_meant_is_refused_at_the_start() {
    refused("lisen = \"127.0.0.1:1\"", &[], "did you mean \"listen\"?");
    refused("[payme]\nkye = \"canary-in-the-settings-4711\"", &[], "\"payme.kye\"; did you mean \"key\"?");
    refused("", &[("BOOTHPAY_PAYME_KYE", CANARY)], "did you mean \"BOOTHPAY_PAYME_KEY\"?");
    refused("", &[("BOOTHPAY_COLOUR", "blue")], "BOOTHPAY_COLOUR");
    refused("[booth]\nmax_copies = \"six\"", &[], "booth.max_copies must be a whole number");
    refused(
        "",
        &[("BOOTHPAY_PAYME_REFUSE_STALE_CREATE", "perhaps")],
        "BOOTHPAY_PAYME_REFUSE_STALE_CREATE must be true or false",
    );
    refused("", &[("BOOTHPAY_DATABASE", "mysql://x")], "database");
}

#[test]
fn a_broken_file_is_named_with_its_line_and_without_its_secrets() {
    refused("listen = \"127.0.0.1:1\"\n[payme]\nkey = \"canary-in-the-settings-4711", &[], "boothpay.toml, line 3");
    refused("[payme]\nkey = canary-in-the-settings-4711", &[], "boothpay.toml, line 2");
    refused("[payme]\nkey = [\"canary-in-the-settings-4711\"]", &[], "payme.key must be text in quotes");
    refused("[payme]\nkey = \"canary-in-the-settings-4711\"\nkey = \"x\"", &[], "boothpay.toml, line 3");
}

#[test]
fn unsafe_combinations_are_refused() {
    let merchant = ("BOOTHPAY_PAYME_MERCHANT_ID", "670a6af1a048b8a82254e446");
    refused("", &[("BOOTHPAY_LISTEN", "0.0.0.0:0")], "listen: without a Payme key anybody who can reach this address");
    refused("", &[("BOOTHPAY_LISTEN", "[::]:0")], "listen: without a Payme key anybody who can reach this address");
    refused("", &[("BOOTHPAY_PAYME_KEY", CANARY)], "payme.merchant_id");
    let standin = ("BOOTHPAY_DEVELOPMENT_CHECKOUT", "http://127.0.0.1:9/");
    refused("", &[("BOOTHPAY_PAYME_KEY", CANARY), merchant, standin], "development.checkout");
    let short = ("BOOTHPAY_ADMIN_TOKEN", "short");
    refused("", &[("BOOTHPAY_PAYME_KEY", CANARY), merchant, short], "admin.token: use at least 16 characters");
    let missing = ("BOOTHPAY_PAYME_KEY_FILE", "no-such-file");
    refused("", &[missing, merchant], "payme.key_file: the file no-such-file cannot be read");
    refused("[payme]\nkey = \"x\"", &[missing, merchant], "not both");
}

#[test]
fn production_settings_are_summed_up_without_the_key() {
    let folder = Folder::new();
    folder
        .write("boothpay.toml", &format!("[payme]\nkey = \"{CANARY}\"\nmerchant_id = \"670a6af1a048b8a82254e446\"\n"));
    let finished = folder.run(&["check"], &[]);
    assert_eq!(finished.code, Some(0), "{}", finished.out);
    assert!(finished.out.contains("production"));
    assert!(finished.out.contains("admin.token is not set"), "worth a look: {}", finished.out);
    assert!(!finished.out.contains(CANARY) && !finished.err.contains(CANARY));
}
