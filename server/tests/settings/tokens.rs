//! The API's tokens with scopes, as their owner writes them.

use super::{CASHBOX, fine, mistake};
use boothpay_server::config::Scope;

#[test]
fn tokens_with_scopes_are_named_and_each_mistake_is_told_at_its_place() {
    let token = |lines: &str| format!("{CASHBOX}[api.tokens.accountant]\n{lines}");
    let good = token("token = \"sixteen-letters-or-more\"\nscopes = [\"figures\", \"all-sessions\", \"figures\"]");
    let settings = fine(&good, &[]);
    let [one] = settings.api_tokens.as_slice() else { panic!("{:?}", settings.api_tokens) };
    assert_eq!(
        (one.name.as_str(), one.scopes.as_slice()),
        ("accountant", [Scope::Figures, Scope::AllSessions].as_slice())
    );
    assert!(!format!("{settings:?}").contains("sixteen"));
    let by_variable = token("scopes = [\"orders\"]");
    fine(&by_variable, &[("BOOTHPAY_API_TOKENS_ACCOUNTANT_TOKEN", "sixteen-letters-or-more")]);

    let right = "token = \"sixteen-letters-or-more\"\nscopes = [\"figures\"]\n";
    let cases = [
        (
            "token = \"sixteen-letters-or-more\"".to_owned(),
            "line 4, column 13, api.tokens.accountant: ",
            "say what it may be used for",
        ),
        ("scopes = [\"figures\"]".to_owned(), "line 4, column 13, api.tokens.accountant: ", "give it a token"),
        (
            "token = \"short\"\nscopes = [\"figures\"]".to_owned(),
            "line 5, column 9, api.tokens.accountant.token: ",
            "at least 16",
        ),
        (format!("token_file = \"a\"\n{right}"), "line 6, column 9, api.tokens.accountant.token: ", "not both"),
        (
            right.replace("figures", "figure"),
            "line 6, column 10, api.tokens.accountant.scopes: ",
            "did you mean \"figures\"?",
        ),
        (right.replace(['[', ']'], ""), "line 6, column 10, api.tokens.accountant.scopes: ", "a list of texts"),
        (format!("tokn = \"x\"\n{right}"), "line 5, column 1: ", "did you mean \"token\"?"),
        (
            format!("{right}[admin]\n{}", &right[..33]),
            "line 4, column 13, api.tokens.accountant: ",
            "the same token as admin.token",
        ),
        (
            format!("{right}[api.tokens.b]\n{right}"),
            "line 7, column 13, api.tokens.b: ",
            "the same token as api.tokens.accountant",
        ),
        (format!("{right}[api.tokens.\"A b\"]\n{right}"), "line 7, column 13, api.tokens.A b: ", "small Latin letters"),
        (format!("{right}[api.tokens]\nb = \"x\""), "line 8, column 5: ", "a section of its own"),
    ];
    for (lines, begins, words) in cases {
        mistake(&token(&lines), &[], begins, words);
    }
    mistake(&format!("{CASHBOX}[api]\ntokens = \"x\""), &[], "line 5, column 10: ", "a section of its own");
}
