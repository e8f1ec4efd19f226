//! Programs that a test starts and that must not outlive it, not even when the test program is killed and no destructor runs.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The program that is tested: the one that Cargo built for the tests or, where the environment's `TEST_PROGRAM` names one, that.
/// `./test windows` names boothpay.exe, run by wine.
pub fn tested(built: &str) -> OsString {
    std::env::var_os("TEST_PROGRAM").unwrap_or_else(|| built.into())
}

/// A command whose child is killed when the thread that started it ends, so also when the test program ends, in whatever way.
/// The child is the program itself, with its own process id and exit status. It is bound from the
/// first thing it does; only an end in the instant before that would miss it.
///
/// A server that several tests share has to be started by a thread that lives as long as they need it.
///
/// The kernel does it (`PR_SET_PDEATHSIG`), asked by `setpriv` of util-linux, which then becomes the program. Where there is
/// no such `setpriv`, this is the plain command.
pub fn mortal(program: impl AsRef<OsStr>) -> Command {
    if !kernel_can() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

fn kernel_can() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let mut trial = Command::new("setpriv");
        trial.args(["--pdeathsig", "KILL", "--", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
        trial.status().is_ok_and(|status| status.success())
    })
}
