//! What is seen while the suite runs: one line that is written over on a terminal, a line for each group elsewhere.

use std::io::IsTerminal;

/// Tells on the error output how far the run is.
pub struct Progress {
    terminal: bool,
    group: String,
}

impl Progress {
    /// Nothing told yet.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), group: String::new() }
    }

    /// The next rule, of this group, is tried.
    pub fn step(&mut self, done: usize, total: usize, rule: &str, group: &str) {
        if self.terminal {
            tell!("\r\u{1b}[K[{done:>3}/{total}] {rule}");
        } else if self.group != group {
            tell!("[{done:>3}/{total}] {group}\n");
        }
        group.clone_into(&mut self.group);
    }

    /// The run has ended.
    pub fn end(&self) {
        if self.terminal {
            tell!("\r\u{1b}[K");
        }
    }
}
