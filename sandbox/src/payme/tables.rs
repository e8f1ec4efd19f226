//! The tables in which the rules are written.

/// A table of rules: the title of the group, then id, grade, page, check, sentence and likely cause of each rule.
macro_rules! rules {
    ($group:literal: $($id:literal, $grade:ident, $page:ident, $check:ident, $sentence:literal, $cause:literal;)+) => {
        /// The tests of this group, in the order in which they are tried.
        pub const TESTS: &[$crate::suite::Test<$crate::payme::case::Case>] = &[$(
            $crate::suite::Test {
                rule: $crate::suite::Rule {
                    id: $id,
                    group: $group,
                    grade: $crate::suite::Grade::$grade,
                    source: $crate::payme::pages::Page::$page.address(),
                    sentence: $sentence,
                    cause: $cause,
                },
                check: |case| Box::pin($check(case)),
            },
        )+];
    };
}
pub(super) use rules;
