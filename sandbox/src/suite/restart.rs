//! How the server under test is restarted while the suite runs.

use super::case::Case;
use super::shell;
use super::stop::Stop;
use crate::wire::Request;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How the server can be restarted while the suite runs.
#[derive(Clone)]
pub enum Restart {
    /// Not at all: the rules about a restart are skipped.
    None,
    /// A command that returns when the server has been stopped and started.
    Command(String),
    /// A function of the program that runs the suite.
    Hook(Arc<dyn Fn() + Send + Sync>),
}

impl Restart {
    /// Makes sure that there is a way, before anything is made for it.
    ///
    /// # Errors
    /// When there is none: then the rule is left out.
    pub fn possible(&self) -> Result<(), Stop> {
        match self {
            Self::None => Err(Stop::Skip("needs --restart-command, a command that restarts the server".to_owned())),
            Self::Command(_) | Self::Hook(_) => Ok(()),
        }
    }

    /// Restarts the server and waits until it answers this request again.
    ///
    /// # Errors
    /// When there is no way to do it, the command failed, or the server did not come back.
    pub async fn restart(&self, case: &Case, request: &Request) -> Result<(), Stop> {
        self.possible()?;
        match self {
            Self::None => {}
            Self::Command(command) => {
                let ran = shell::run(command, &[]).await;
                ran.map(drop).map_err(|reason| Stop::Untried(format!("--restart-command: {reason}")))?;
            }
            Self::Hook(hook) => hook(),
        }
        back(case, request).await
    }
}

/// Waits until the server answers again.
async fn back(case: &Case, request: &Request) -> Result<(), Stop> {
    const PATIENCE: Duration = Duration::from_secs(60);
    const PAUSE: Duration = Duration::from_millis(200);
    let begun = Instant::now();
    loop {
        match case.bench.client.answer(request).await {
            // A proxy in front answers 502 and 503 until the server is there.
            Ok(answer) if !(502..=504).contains(&answer.status) => return Ok(()),
            Ok(_) | Err(_) if begun.elapsed() > PATIENCE => {
                let reason = format!("the server did not answer within {} s after the restart", PATIENCE.as_secs());
                return Err(Stop::Untried(reason));
            }
            Ok(_) | Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
