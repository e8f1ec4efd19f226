//! What is seen while the suite runs: one line that is written over on a terminal, a line for each group elsewhere.

use crate::suite::Rule;
use std::io::IsTerminal;

/// Tells on the error output how far the run is.
pub struct Progress {
    terminal: bool,
    group: &'static str,
}

impl Progress {
    /// Nothing told yet.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), group: "" }
    }

    /// The next rule is tried.
    pub fn step(&mut self, done: usize, total: usize, rule: &Rule) {
        if self.terminal {
            tell!("\r\u{1b}[K[{done:>3}/{total}] {}", rule.id);
        } else if self.group != rule.group {
            tell!("[{done:>3}/{total}] {}\n", rule.group);
        }
        self.group = rule.group;
    }

    /// The run has ended.
    pub fn end(&self) {
        if self.terminal {
            tell!("\r\u{1b}[K");
        }
    }
}
