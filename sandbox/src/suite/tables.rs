//! The tables in which the rules are written.

/// A table of rules of one provider: its module and the title of the group; then id, grade, page (and how certain the
/// source is), check, sentence and likely cause of each rule.
macro_rules! rules {
    ($provider:ident $group:literal:
     $($id:literal, $grade:ident, $page:ident $(/ $certainty:ident)?, $check:ident, $sentence:literal, $cause:literal;)+) => {
        /// The tests of this group, in the order in which they are tried.
        pub const TESTS: &[$crate::suite::Test<$crate::$provider::case::Case>] = &[$(
            $crate::suite::Test {
                rule: $crate::suite::Rule {
                    id: $id,
                    group: $group,
                    grade: $crate::suite::Grade::$grade,
                    source: $crate::$provider::pages::Page::$page.address(),
                    certainty: {
                        let given: &[Option<$crate::suite::Certainty>] =
                            &[None $(, Some($crate::suite::Certainty::$certainty))?];
                        given[given.len() - 1]
                    },
                    sentence: $sentence,
                    cause: $cause,
                },
                check: |case| Box::pin($check(case)),
            },
        )+];
    };
}
pub(crate) use rules;
