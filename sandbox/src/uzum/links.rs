//! What else breaks when a rule of Uzum is broken: the same fault seen in another place.

use crate::suite::Link::{self, Follows, SameAnswer};

/// The rule on the left is explained by the first broken rule on the right.
pub const LINKS: &[Link] = &[
    SameAnswer("UZUM-AUTH-02", &["UZUM-AUTH-01"]),
    SameAnswer("UZUM-AUTH-03", &["UZUM-AUTH-02", "UZUM-AUTH-01"]),
    SameAnswer("UZUM-AUTH-04", &["UZUM-AUTH-02", "UZUM-AUTH-01"]),
    SameAnswer("UZUM-AUTH-05", &["UZUM-AUTH-02", "UZUM-AUTH-01"]),
    SameAnswer("UZUM-AUTH-06", &["UZUM-AUTH-02", "UZUM-AUTH-01"]),
    Follows("UZUM-AUTH-08", &["UZUM-AUTH-02"]),
    Follows("UZUM-AUTH-09", &["UZUM-AUTH-02"]),
    SameAnswer("UZUM-AUTH-10", &["UZUM-AUTH-02", "UZUM-AUTH-01"]),
    SameAnswer("UZUM-CREATE-06", &["UZUM-CHECK-03"]),
    SameAnswer("UZUM-CREATE-07", &["UZUM-CHECK-04"]),
    SameAnswer("UZUM-FIELD-05", &["UZUM-CHECK-03"]),
    SameAnswer("UZUM-FIELD-03", &["UZUM-STATUS-04"]),
    SameAnswer("UZUM-FIELD-04", &["UZUM-CREATE-08"]),
    Follows("UZUM-CHECK-05", &["UZUM-CREATE-01"]),
    Follows("UZUM-CHECK-07", &["UZUM-CHECK-08"]),
    Follows("UZUM-CREATE-08", &["UZUM-CREATE-01"]),
    Follows("UZUM-CREATE-09", &["UZUM-CREATE-07", "UZUM-CONFIRM-01"]),
    SameAnswer("UZUM-CONFIRM-05", &["UZUM-STATUS-04"]),
    SameAnswer("UZUM-CONFIRM-07", &["UZUM-CONFIRM-01"]),
    SameAnswer("UZUM-REVERSE-04", &["UZUM-STATUS-04"]),
    SameAnswer("UZUM-REVERSE-06", &["UZUM-CREATE-01"]),
    Follows("UZUM-RACE-03", &["UZUM-CONFIRM-06", "UZUM-CONFIRM-01", "UZUM-REVERSE-01"]),
    Follows("UZUM-RACE-04", &["UZUM-CREATE-09", "UZUM-CREATE-01", "UZUM-CONFIRM-01"]),
    SameAnswer("UZUM-RACE-05", &["UZUM-CREATE-01", "UZUM-CONFIRM-01"]),
    SameAnswer("UZUM-RESTART-02", &["UZUM-CONFIRM-01"]),
];
