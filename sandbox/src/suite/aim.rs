//! Where a server's second turns. Times that are told in whole seconds hide a race inside of them: two payments of one
//! order are told the same time, unless the second turns between them. So bursts are let go there.

/// Looks for the part of a second, by our clock, from which on a server tells the next one. A server may round or cut,
/// its clock may be off, and a call takes its time: each burst shows whether it came before the turn or after it.
#[derive(Debug)]
pub struct Aim {
    part_ms: i64,
    step_ms: i64,
    /// How far the told second is from ours at the beginning of one.
    offset: Option<i64>,
}

impl Default for Aim {
    /// Begins with the beginning of a second.
    fn default() -> Self {
        Self { part_ms: 0, step_ms: 500, offset: None }
    }
}

impl Aim {
    /// How long after the beginning of a second the next burst is let go.
    pub fn part_ms(&self) -> i64 {
        self.part_ms
    }

    /// A burst that was let go at this time was told that time, which is a whole second.
    pub fn learn(&mut self, let_go_ms: i64, told_ms: i64) {
        let ahead = told_ms.div_euclid(1000) - let_go_ms.div_euclid(1000);
        let after = ahead > *self.offset.get_or_insert(ahead);
        let part = if after { self.part_ms - self.step_ms } else { self.part_ms + self.step_ms };
        self.part_ms = part.clamp(0, 999);
        self.step_ms = (self.step_ms + 1) / 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_is_found_however_the_server_makes_its_seconds() {
        let cut: fn(i64) -> i64 = |now| now.div_euclid(1000) * 1000;
        let rounded: fn(i64) -> i64 = |now| (now + 500).div_euclid(1000) * 1000;
        for second in [cut, rounded] {
            for off_ms in [-86_400_300, -300, 0, 4, 700, 18_000_250] {
                let mut aim = Aim::default();
                for burst in 0..40 {
                    let let_go = 1_795_974_296_000 + burst * 2000 + aim.part_ms();
                    let (first, last) = (second(let_go + off_ms), second(let_go + off_ms + 4));
                    if first != last {
                        break;
                    }
                    assert!(burst < 14, "{off_ms}: {aim:?}");
                    aim.learn(let_go, first);
                }
            }
        }
    }
}
