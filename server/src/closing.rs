//! The booth closed by hand: from the owner's panel, until somebody opens it there again. It is one more reason for which nothing is sold
//! ([`crate::kiosk::ready`]); what was begun before goes on, and wallets pay what was made.
//!
//! It is kept in a file beside those of the panel's wallets and settings: the booth is closed while the file is there. So it outlives a
//! restart, and holds for this booth alone where several share a database. `docs/decisions/0040-closing-by-hand.md` argues it.

use crate::app::App;
use crate::config::edited::Edited;
use crate::config::{Mode, Settings, whole};
use boothpay_protocol::panel::Audit;
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How the file's name ends, in the place of that of the changed settings.
pub(crate) const ENDING: &str = "closed.toml";

/// What stands over it.
const HEAD: &str = "# The booth was closed by hand in the owner's panel. It is open again when this file is gone and the server starts; \
                    the panel opens it at once.\n";

/// Who closed it, and when. What a file does not say that can be read no more is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since_ms: Option<TimeMs>,
}

/// Whether this booth is closed by hand.
pub(crate) struct Closing {
    /// Where it is kept; none where the database is in memory too.
    file: Option<PathBuf>,
    state: Mutex<Option<Closed>>,
    /// One change at a time, so that the file says what is in force.
    turn: tokio::sync::Mutex<()>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unchanged {
    /// The file cannot be written.
    #[error("{} cannot be written or removed: {}. Let the user who runs the server write there", .0.display(), .1)]
    Unwritten(PathBuf, #[source] io::Error),
    /// The audit cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Closing {
    /// As it was left.
    pub(crate) fn new(settings: &Settings) -> Self {
        let file = match settings.mode {
            Mode::Demo => None,
            Mode::Production | Mode::Development => settings.connections.file.as_deref().and_then(file_beside),
        };
        let state = Mutex::new(file.as_deref().and_then(read));
        Self { file, state, turn: tokio::sync::Mutex::default() }
    }

    /// Who closed it, if it is closed.
    pub(crate) fn closed(&self) -> Option<Closed> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Closes the booth, or opens it by `None`, and says whether that was new. When this returns it is in force, on the disk and in the audit.
    pub(crate) async fn change(&self, app: &App, to: Option<Closed>, audit: Audit) -> Result<bool, Unchanged> {
        let _turn = self.turn.lock().await;
        let before = self.closed();
        if before.is_some() == to.is_some() {
            return Ok(false);
        }
        self.keep(to.clone()).await?;
        if let Err(error) = app.store.note_audit(audit).await {
            // What nobody can see was done is not done.
            if let Err(error) = self.keep(before).await {
                tracing::error!(%error, "whether the booth is closed could not be put back to what it was: {error}");
            }
            return Err(error.into());
        }
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = to;
        Ok(true)
    }

    async fn keep(&self, state: Option<Closed>) -> Result<(), Unchanged> {
        let Some(file) = self.file.clone() else { return Ok(()) };
        let work = move || written(&file, state.as_ref()).map_err(|error| Unchanged::Unwritten(file, error));
        tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Bug)?
    }
}

/// At the start: says that nothing is sold, so that nobody looks for a fault.
pub(crate) fn tell(app: &App) {
    if let Some(Closed { by, .. }) = app.closing.closed() {
        let by = by.unwrap_or_else(|| "somebody".to_owned());
        tracing::warn!(
            "the booth is closed: {by} closed it by hand, and nothing is sold. Open it in the owner's panel"
        );
    }
}

/// The file, by where the panel's wallets are.
fn file_beside(wallets: &Path) -> Option<PathBuf> {
    Edited::file_beside(wallets).map(|edits| edits.with_extension("").with_extension(ENDING))
}

/// Whatever is there closes the booth: who cannot read why sells nothing that its owner may not want to sell.
fn read(file: &Path) -> Option<Closed> {
    match std::fs::read_to_string(file) {
        Ok(text) => Some(toml::from_str(&text).unwrap_or_default()),
        Err(error) if error.kind() == ErrorKind::NotFound && !whole::is_link(file) => None,
        Err(_) => Some(Closed::default()),
    }
}

fn written(file: &Path, state: Option<&Closed>) -> io::Result<()> {
    match state {
        Some(closed) => whole::write(file, &format!("{HEAD}{}", toml::to_string(closed).map_err(io::Error::other)?)),
        None => whole::remove(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_closed_stays_closed_until_its_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let file = file_beside(&folder.path().join("boothpay.wallets.toml")).unwrap();
        assert_eq!(file, folder.path().join("boothpay.closed.toml"));
        assert_eq!(read(&file), None);
        let closed = Closed { by: Some("owner".to_owned()), since_ms: Some(TimeMs::new(7)) };
        written(&file, Some(&closed)).unwrap();
        assert_eq!(read(&file), Some(closed));
        std::fs::write(&file, "by = 1").unwrap();
        assert_eq!(read(&file), Some(Closed::default()), "nobody knows who, but it is closed");
        written(&file, None).unwrap();
        written(&file, None).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("gone", &file).unwrap();
            assert_eq!(read(&file), Some(Closed::default()), "a link that leads nowhere");
            written(&file, None).unwrap();
        }
        assert_eq!((read(&file), std::fs::read_dir(folder.path()).unwrap().count()), (None, 0));
    }
}
