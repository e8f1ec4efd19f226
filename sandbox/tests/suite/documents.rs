//! The reference page of the rules is generated, and this says when it is no longer fresh.

use boothpay_sandbox::payme::handbook;
use std::path::Path;

#[test]
fn the_page_of_rules_is_fresh() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/payme-rules.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, handbook().markdown()).unwrap();
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        written == handbook().markdown(),
        "docs/reference/payme-rules.md is not fresh; write it with\n  \
         boothpay sandbox payme --list --format markdown > docs/reference/payme-rules.md"
    );
}
