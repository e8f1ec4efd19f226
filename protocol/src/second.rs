//! The second factor of the panel's login: what is kept of it, and what becomes of it when a code is taken.

use crate::secret::{KeyDigest, Secret};

/// Recovery codes that a person gets: enough for years of lost phones.
pub const RECOVERY_CODES: usize = 10;

/// What is kept of somebody's second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// What his phone and this database know, in base32 as phones take it.
    pub secret: Secret,
    /// The last step of time whose code was taken: neither it nor one before it counts again.
    pub step: i64,
    /// The digests of the recovery codes that are left.
    pub recovery: Vec<KeyDigest>,
}

impl SecondFactor {
    /// The same after the code of a step; none when that step, or one after it, was taken before.
    pub fn after_code(&self, step: i64) -> Option<Self> {
        (step > self.step).then(|| Self { step, ..self.clone() })
    }

    /// The same without a recovery code; none when there is no such code, or not any more.
    pub fn after_recovery(&self, code: &KeyDigest) -> Option<Self> {
        let place = self.recovery.iter().position(|known| known.matches(code))?;
        let mut next = self.clone();
        next.recovery.remove(place);
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second() -> SecondFactor {
        let secret = Secret::new("JBSWY3DPEHPK3PXP").unwrap();
        SecondFactor { secret, step: 100, recovery: vec![KeyDigest::of(b"a"), KeyDigest::of(b"b")] }
    }

    #[test]
    fn a_step_is_taken_once_and_none_before_it_after_it() {
        let after = second().after_code(101).unwrap();
        assert_eq!(after.step, 101);
        assert_eq!((after.after_code(101), after.after_code(100)), (None, None));
    }

    #[test]
    fn each_recovery_code_is_taken_once() {
        let after = second().after_recovery(&KeyDigest::of(b"b")).unwrap();
        assert_eq!(after.recovery, [KeyDigest::of(b"a")]);
        assert_eq!(after.after_recovery(&KeyDigest::of(b"b")), None);
        assert_eq!(after.step, 100);
    }
}
