//! The settings of each wallet: what connects it, and what each mistake says.

use crate::{CASHBOX, fine, judge, lines, mistake, remark};
use boothpay_protocol::click::rules::Seller;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_server::config::{DEFAULTS, Judged, Mode, Settings, Sources, Weight, connected};
use std::path::PathBuf;

const SERVICE: &str = "[click]\nservice_id = \"155555\"\nmerchant_id = \"7777\"\nsecret_key = 'secret-of-click'\n";

#[test]
fn click_alone_is_production_and_offers_click_alone() {
    let settings = fine(SERVICE, &[]);
    assert_eq!((settings.mode, settings.offered()), (Mode::Production, vec![Provider::Click]));
    let both = fine(&format!("{SERVICE}{CASHBOX}"), &[]);
    assert_eq!((both.mode, both.offered()), (Mode::Production, vec![Provider::Payme, Provider::Click]));
    assert_eq!(fine(CASHBOX, &[]).offered(), [Provider::Payme]);
    assert_eq!(judge("", &[], true).settings.unwrap().offered(), [Provider::Payme, Provider::Click, Provider::Uzum]);
    assert!(!format!("{both:?}").contains("secret-of-click"));
}

#[test]
fn half_of_click_is_told_with_what_is_missing() {
    let service = ("BOOTHPAY_CLICK_SERVICE_ID", "155555");
    for half in [service, ("BOOTHPAY_CLICK_MERCHANT_ID", "7777"), ("BOOTHPAY_CLICK_MERCHANT_USER_ID", "42")] {
        mistake("", &[half], half.0, "there is no secret key of Click's");
        // Beside a wallet that is whole, too: its customers would find out.
        mistake(CASHBOX, &[half], half.0, "there is no secret key of Click's");
        mistake("", &[half, ("BOOTHPAY_CLICK_SECRET_KEY", " ")], "BOOTHPAY_CLICK_SECRET_KEY", "it is empty");
        assert_eq!(judge("", &[half], true).settings.unwrap().mode, Mode::Development);
    }
    let merchant = ("BOOTHPAY_PAYME_MERCHANT_ID", "587f72c72cac0d162c722ae2");
    mistake(SERVICE, &[merchant], merchant.0, "there is no Payme key");
    mistake("", &[("BOOTHPAY_CLICK_SECRET_KYE", "x")], "BOOTHPAY_CLICK_SECRET_KYE", "probably meant for Click");
    mistake(&SERVICE.replace("service_id = \"155555\"\n", ""), &[], "click.service_id", "from Click's cabinet");
    mistake(&SERVICE.replace("merchant_id = \"7777\"\n", ""), &[], "click.merchant_id", "from Click's cabinet");
    assert!(judge(SERVICE, &[], true).settings.is_none());
}

/// What Click is told for tax receipts, after a user of its cabinet.
const RECEIPTS: &str =
    "[click.fiscal]\ntitle = 'Фотопечать'\ncode = '00702001001000001'\npackage_code = '1500'\ntin = '123456789'\n";

#[test]
fn what_click_is_told_for_receipts_is_whole_or_says_what_is_missing() {
    let with = |receipts: &str| format!("{SERVICE}merchant_user_id = '42'\n{receipts}");
    let fiscal = fine(&with(RECEIPTS), &[]).click.rules.fiscal.clone().unwrap();
    assert_eq!((fiscal.item.code.as_str(), fiscal.item.vat_percent), ("00702001001000001", 12));
    assert_eq!(fiscal.seller, Seller::Tin("123456789".to_owned()));
    let person = RECEIPTS.replace("tin = '123456789'", "pinfl = '12345678901234'");
    let fiscal = fine(&with(&person), &[]).click.rules.fiscal.clone().unwrap();
    assert_eq!(fiscal.seller, Seller::Pinfl("12345678901234".to_owned()));
    assert!(fine(SERVICE, &[]).click.rules.fiscal.is_none());
    let long = "ф".repeat(64);
    for (file, setting, words) in [
        (with(&RECEIPTS.replace("1500", "")), "click.fiscal.code", "or neither"),
        (with(&RECEIPTS.replace("00702001001000001", "x")), "click.fiscal.code", "digits only"),
        (with("[click.fiscal]\ntin = '123456789'\n"), "click.fiscal.code", "who sells is given, and not what"),
        (with(&RECEIPTS.replace("1500", &"1".repeat(21))), "click.fiscal.package_code", "at most 20 digits"),
        (with(&RECEIPTS.replace("Фотопечать", "")), "click.fiscal.title", "1 to 63 characters"),
        (with(&RECEIPTS.replace("Фотопечать", &long)), "click.fiscal.title", "1 to 63 characters"),
        (with(&RECEIPTS.replace("123456789", "12345678")), "click.fiscal.tin", "9 digits"),
        (with(&format!("{RECEIPTS}pinfl = '12345678901234'\n")), "click.fiscal.tin", "not both"),
        (with(&format!("{RECEIPTS}vat_percent = 101\n")), "click.fiscal.vat_percent", "from 0 to 100"),
        (format!("{SERVICE}{RECEIPTS}"), "click.fiscal.code", "set click.merchant_user_id"),
    ] {
        let findings = judge(&file, &[], false).findings;
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|it| it.contains(&format!("{setting}: ")) && it.contains(words)), "{file}: {told:?}");
        assert!(judge(&file, &[], false).settings.is_none(), "{file}");
    }
    remark(&with(&RECEIPTS.replace("00702001001000001", "0070200100100000")), &[], "has 17 digits, this has 16");
}

#[test]
fn what_is_no_setting_of_clicks_says_what_to_write() {
    let with = |line: &str| format!("{SERVICE}{line}\n");
    let cases = [
        (SERVICE.replace("155555", "15x"), "line 2, column 14, click.service_id: ", "digits alone"),
        (SERVICE.replace("7777", "7-7"), "line 3, column 15, click.merchant_id: ", "digits alone"),
        (SERVICE.replace("\"155555\"", "155555"), "line 2, column 14, click.service_id: ", "text in quotes"),
        (SERVICE.replace("secret-of-click", "secret"), "line 4, column 14, click.secret_key: ", "a word for the key"),
        (SERVICE.replace("secret-of-click", "abc"), "line 4, column 14, click.secret_key: ", "has 3 characters"),
        (
            SERVICE.replace("'secret-of-click'", "'\"secret-of-click\"'"),
            "line 4, column 14, click.secret_key: ",
            "in quotes",
        ),
        (SERVICE.replace("secret-of-click", "secret of click"), "line 4, column 14, click.secret_key: ", "a blank"),
        (SERVICE.replace("secret-of-click", "sеcret-of-click"), "line 4, column 14, click.secret_key: ", "Cyrillic"),
        (
            SERVICE.replace("secret-of-click", "secret_key: abcdefgh"),
            "line 4, column 14, click.secret_key: ",
            "a name before",
        ),
        (with("hold_seconds = 5"), "line 5, column 16, click.hold_seconds: ", "from 30 to 86400"),
        (with("busy_order_error = -2"), "line 5, column 20, click.busy_order_error: ", "-9, -4 or -5"),
        (with("cancel_after_payment_error = 0"), "line 5, column 30, click.cancel_after_payment_error: ", "-9 or -4"),
        (with("pay_page = \"http://my.click.uz\""), "line 5, column 12, click.pay_page: ", "https://"),
        (with("api = \"api.click.uz\""), "line 5, column 7, click.api: ", "which is https://api.click.uz/v2/merchant"),
        (with("api = \"http://api.click.uz/v2\""), "line 5, column 7, click.api: ", "begin it with https://"),
        (with("api = \"https://api.click.uz/?v=2\""), "line 5, column 7, click.api: ", "without ?"),
        (with("refund_needs_status = 1"), "line 5, column 23, click.refund_needs_status: ", "true"),
        (with("merchant_user_id = \"x\""), "line 5, column 20, click.merchant_user_id: ", "digits alone"),
        (with("other_services = [\"2\"]"), "line 5, column 18, click.other_services: ", "23456 = click-23456.key"),
        (with("other_services = [\"155555 = x\"]"), "line 5, column 18, click.other_services: ", "a second time"),
        (with("other_services = [\"x = y\"]"), "line 5, column 18, click.other_services: ", "digits alone"),
        (with("other_services = [\"2 = nowhere.key\"]"), "line 5, column 18, click.other_services: ", "no such file"),
    ];
    for (file, begins, words) in cases {
        mistake(&file, &[], begins, words);
        for finding in judge(&file, &[], false).findings {
            assert!(!finding.to_string().contains("of-click"), "{finding}");
        }
    }
    remark(&SERVICE.replace("secret-of-click", "123456789012"), &[], "all digits");
    remark(&with("pay_page = \"https://test.example\""), &[], "no real payment is possible");
    remark(&with("api = \"http://127.0.0.1:7000/v2\""), &[], "no real refund is possible");
    assert!(fine(SERVICE, &[]).click.api.is_none(), "refunds are for the cabinet until a user is named");
    let api = fine(&with("merchant_user_id = \"42\""), &[]).click.api.unwrap();
    assert_eq!((api.address.to_string().as_str(), api.merchant_user_id), ("https://api.click.uz", 42));
    assert!(api.refund_needs_status);
}

const UZUM: &str = "[uzum]\nservice_id = \"498614\"\nlogin = \"uzum\"\npassword = 'password-of-uzum'\n";

#[test]
fn uzum_alone_is_production_and_offers_uzum_alone() {
    let settings = fine(UZUM, &[]);
    assert_eq!((settings.mode, settings.offered()), (Mode::Production, vec![Provider::Uzum]));
    assert_eq!(settings.uzum.rules.service_ids, [498_614]);
    assert!(settings.uzum.credentials.are_set() && !format!("{settings:?}").contains("password-of-uzum"));
    let three = fine(&format!("{UZUM}{SERVICE}{CASHBOX}"), &[]);
    assert_eq!(three.offered(), [Provider::Payme, Provider::Click, Provider::Uzum]);
    // The pair for tests is enough while Uzum's engineers test, and the owner is reminded of it.
    let testing = UZUM.replace("login", "test_login").replace("password =", "test_password =");
    assert_eq!(fine(&testing, &[]).offered(), [Provider::Uzum]);
    remark(&testing, &[], "take it away");
    remark(&format!("{UZUM}test_login = \"t\"\ntest_password = \"password-two\"\n"), &[], "take it away");
}

#[test]
fn half_of_uzum_is_told_with_what_is_missing() {
    let service = ("BOOTHPAY_UZUM_SERVICE_ID", "498614");
    for half in [service, ("BOOTHPAY_UZUM_LOGIN", "uzum"), ("BOOTHPAY_UZUM_TEST_LOGIN", "uzum")] {
        mistake("", &[half], half.0, "there is no password of Uzum's");
        mistake(CASHBOX, &[half], half.0, "there is no password of Uzum's");
        mistake("", &[half, ("BOOTHPAY_UZUM_PASSWORD", " ")], "BOOTHPAY_UZUM_PASSWORD", "it is empty");
        assert_eq!(judge("", &[half], true).settings.unwrap().mode, Mode::Development);
    }
    mistake("", &[("BOOTHPAY_UZUM_PASWORD", "x")], "BOOTHPAY_UZUM_PASWORD", "probably meant for Uzum");
    mistake(&UZUM.replace("service_id = \"498614\"\n", ""), &[], "uzum.service_id", "no code can be made");
    mistake(&UZUM.replace("login = \"uzum\"\n", ""), &[], "line 3, column 12, uzum.password: ", "uzum.login is not");
    let half = format!("{UZUM}test_login = \"t\"\n");
    mistake(&half, &[], "line 5, column 14, uzum.test_login: ", "uzum.test_password is not");
    assert!(judge(UZUM, &[], true).settings.is_none());
}

#[test]
fn what_is_no_setting_of_uzums_says_what_to_write() {
    let with = |line: &str| format!("{UZUM}{line}\n");
    let cases = [
        (UZUM.replace("498614", "49x"), "line 2, column 14, uzum.service_id: ", "digits alone"),
        (UZUM.replace("498614", "99999999999999999999"), "line 2, column 14, uzum.service_id: ", "digits alone"),
        (UZUM.replace("\"498614\"", "498614"), "line 2, column 14, uzum.service_id: ", "text in quotes"),
        (UZUM.replace("\"uzum\"", "\"u:zum\""), "line 3, column 9, uzum.login: ", "no colon"),
        (UZUM.replace("password-of-uzum", "short"), "line 4, column 12, uzum.password: ", "has 5 characters"),
        (UZUM.replace("password-of-uzum", "password of uzum"), "line 4, column 12, uzum.password: ", "a blank"),
        (
            UZUM.replace("'password-of-uzum'", "'\"password-of-uzum\"'"),
            "line 4, column 12, uzum.password: ",
            "in quotes",
        ),
        (with("password_file = \"nowhere\""), "line 4, column 12, uzum.password: ", "not both"),
        (with("test_service_id = \"-1\""), "line 5, column 19, uzum.test_service_id: ", "digits alone"),
        (with("account_key = \"order number\""), "line 5, column 15, uzum.account_key: ", "letters, digits"),
        (with("account_key = \"amount\""), "line 5, column 15, uzum.account_key: ", "use another"),
        (with("link = \"http://a.uz/{order}\""), "line 5, column 8, uzum.link: ", "https://"),
        (with("link = \"https://a.uz/{nomer}\""), "line 5, column 8, uzum.link: ", "{order} and {amount}"),
        (with("link = \"https://a.uz/\""), "line 5, column 8, uzum.link: ", "no {order}"),
        (with("error_code = \"int\""), "line 5, column 14, uzum.error_code: ", "\"text\" or \"number\""),
        (with("busy_order_code = 10016"), "line 5, column 19, uzum.busy_order_code: ", "10007, 10008"),
        (with("refunds = \"sometimes\""), "line 5, column 11, uzum.refunds: ", "before_printing"),
        (with("transaction_seconds = 5"), "line 5, column 23, uzum.transaction_seconds: ", "from 60 to 86400"),
    ];
    for (file, begins, words) in cases {
        mistake(&file, &[], begins, words);
        for finding in judge(&file, &[], false).findings {
            assert!(!finding.to_string().contains("-of-uzum"), "{finding}");
        }
    }
    let settings = fine(
        &with(
            "account_key = \"orderId\"\nlink = \"https://uzumbank.uz/open-service?serviceId={service_id}&orderId={order}\"",
        ),
        &[],
    );
    assert_eq!(settings.uzum.link.unwrap().host(), "https://uzumbank.uz");
}

#[test]
fn a_code_of_uzqr_is_production_and_one_of_a_kind() {
    let settings = fine("[uzqr]\ntext = \"000201\"\nwait_seconds = 120\n", &[]);
    assert_eq!((settings.mode, settings.offered()), (Mode::Production, vec![Provider::Uzqr]));
    assert_eq!(settings.rules().uzqr.wait.ms(), 120_000);
    assert_eq!(fine(&format!("{CASHBOX}[uzqr]\ntext = \"1\"\n"), &[]).offered(), [Provider::Payme, Provider::Uzqr]);
    mistake("[uzqr]\ntext = \"1\"\npicture = \"a.png\"\n", &[], "line 2", "not both");
    mistake("[uzqr]\npicture = \"no-such-file.png\"\n", &[], "line 2", "there is no file");
    mistake("[uzqr]\ntext = \"1\"\nwait_seconds = 5\n", &[], "line 3", "from 60 to 86400");
    mistake(&format!("[uzqr]\ntext = \"{}\"\n", "x".repeat(601)), &[], "line 2", "601 characters");
    mistake("", &[("BOOTHPAY_UZQR_TXT", "1")], "BOOTHPAY_UZQR_TXT", "UzQR");
    let asked = judge("[uzqr]\ntext = \"1\"\n", &[], true);
    assert!(asked.settings.is_none() && lines(&asked.findings, Weight::Mistake)[0].contains("real money"));
}

/// What was connected in the panel, as its file has it.
fn connected(text: &str) -> Option<connected::Connected> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("boothpay.wallets.toml");
    std::fs::write(&file, text).unwrap();
    connected::Connected::read(&file).unwrap()
}

const PANEL: &str = "changed_at_ms = 1\n[payme]\nreal = true\noffered = true\nby = 'owner'\nat_ms = 1\n[payme.values]\n\
                     merchant_id = '670a6af1a048b8a82254e446'\nkey = 'p:nel@?#%^=$!-of-36-characters-xxxxx'\n";

fn with_panel(file: &str, panel: &str, development: bool) -> Judged {
    Settings::judge(&Sources {
        file: Some((PathBuf::from("boothpay.toml"), file.to_owned())),
        connected: connected(panel),
        development,
        ..Sources::default()
    })
}

#[test]
fn a_wallet_of_the_panel_counts_where_the_settings_say_nothing_of_it() {
    let settings = with_panel("[payme]\naccount_field = 'order'\n", PANEL, false).settings.unwrap();
    let checkout = settings.payme.checkout.unwrap();
    assert_eq!((checkout.merchant_id.as_str(), checkout.account_field.as_str()), ("670a6af1a048b8a82254e446", "order"));
    assert_eq!((settings.mode, settings.connections.by_panel(Provider::Payme).is_some()), (Mode::Production, true));
    // The defaults written out are no wallet.
    let settings = with_panel(DEFAULTS, PANEL, false).settings.unwrap();
    assert!(settings.connections.by_panel(Provider::Payme).is_some());

    let settings = with_panel(CASHBOX, PANEL, false).settings.unwrap();
    assert_eq!(settings.payme.checkout.unwrap().merchant_id, "587f72c72cac0d162c722ae2");
    assert!(matches!(settings.connections.of(Provider::Payme), connected::Connects::Settings(_)));
    // Half a wallet in the settings is a mistake as it always was, and not half of each.
    let half = with_panel("[payme]\nmerchant_id = '587f72c72cac0d162c722ae2'\n", PANEL, false);
    assert!(half.settings.is_none() && lines(&half.findings, Weight::Mistake)[0].contains("no Payme key"));
    // Another wallet of the settings stands beside it.
    let settings = with_panel(SERVICE, PANEL, false).settings.unwrap();
    assert_eq!(settings.offered(), [Provider::Payme, Provider::Click]);
}

#[test]
fn once_a_wallet_was_connected_there_is_no_development_mode_any_more() {
    let empty = "changed_at_ms = 1\n";
    let settings = with_panel("", empty, false).settings.unwrap();
    assert_eq!((settings.mode, settings.offered()), (Mode::Production, vec![]));
    for panel in [empty, PANEL] {
        let asked = with_panel("", panel, true);
        let said = lines(&asked.findings, Weight::Mistake);
        assert!(asked.settings.is_none() && said.iter().any(|line| line.contains("takes no key")), "{said:?}");
    }
    let ended = with_panel("", &PANEL.replace("offered = true", "offered = false"), false).settings.unwrap();
    assert!(ended.payme.key.is_some() && ended.offered().is_empty(), "its calls are answered, and nobody is led there");
    // What is wrong in it is told as of the settings, and shows no key.
    let wrong = with_panel("", &PANEL.replace("p:nel@", "p:"), false);
    let said = lines(&wrong.findings, Weight::Mistake);
    assert!(said[0].starts_with("payme.key, as it was set in the owner's panel: the key has"), "{said:?}");
    assert!(!said[0].contains("characters-xxxxx"));
}
