//! The reference pages of the rules are generated, and this says when they are no longer fresh.

use boothpay_sandbox::suite::Handbook;
use boothpay_sandbox::{click, payme, uzum};
use std::path::Path;

#[test]
fn the_pages_of_rules_are_fresh() {
    let books: [(&str, Handbook); 3] =
        [("payme", payme::handbook()), ("click", click::handbook()), ("uzum", uzum::handbook())];
    for (name, book) in books {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/reference/{name}-rules.md"));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&page, book.markdown()).unwrap();
        }
        let written = std::fs::read_to_string(&page).unwrap_or_default();
        assert!(
            written == book.markdown(),
            "docs/reference/{name}-rules.md is not fresh; write it with\n  \
             {} --list --format markdown > docs/reference/{name}-rules.md",
            book.command
        );
    }
}
