//! Runs a command that the user gave: to make an order, or to make a transaction older.

use tokio::process::Command;

/// Runs `command` with the shell and these environment variables, and returns what it printed.
///
/// # Errors
/// A sentence that says what went wrong, with what the command wrote to its error output.
pub async fn run(command: &str, environment: &[(&str, String)]) -> Result<String, String> {
    let mut process = shell(command);
    process.kill_on_drop(true);
    for (name, value) in environment {
        process.env(name, value);
    }
    let output = process.output().await.map_err(|error| format!("`{command}` did not start: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{command}` ended with {}: {}", output.status, said.trim()))
    }
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

/// The command reaches `cmd` as it was written: quotes in it would come with backslashes that `cmd` does not know. With `/S` it
/// takes away the first and the last quote and nothing else.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.raw_arg("/S").raw_arg("/C").raw_arg(format!("\"{command}\""));
    shell
}

#[cfg(all(test, unix))]
mod tests {
    #[tokio::test]
    async fn gives_the_output_or_the_reason() {
        let said = super::run("echo order-$NUMBER", &[("NUMBER", "7".to_owned())]).await;
        assert_eq!(said.as_deref(), Ok("order-7"));
        let failed = super::run("echo no database >&2; exit 3", &[]).await.unwrap_err();
        assert!(failed.contains("no database"), "{failed}");
    }
}
