//! The folder in which the account with the authority and the certificate are kept, so that a restart asks nobody. Each authority has
//! a folder of its own in it: a certificate of a test authority is not taken for a real one.

use super::Certificate;
use crate::config::PublicSettings;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

const ACCOUNT: &str = "account.json";

/// What one authority has given.
pub(super) struct Folder(PathBuf);

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

impl Folder {
    pub(super) fn of(settings: &PublicSettings) -> Self {
        let authority = &settings.authority;
        // A colon cannot be in a name on Windows.
        Self(settings.folder.join(format!("{}-{}", authority.host.replace(':', "-"), authority.port)))
    }

    /// The account, as it was kept; `None` where there is none yet.
    pub(super) fn account(&self) -> Result<Option<String>, io::Error> {
        read(&self.0.join(ACCOUNT))
    }

    pub(super) fn keep_account(&self, account: &str) -> io::Result<()> {
        self.keep(ACCOUNT, account)
    }

    /// Removes an account that the authority does not know any more.
    pub(super) fn forget_account(&self) -> io::Result<()> {
        match fs::remove_file(self.0.join(ACCOUNT)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The certificate that is kept for a name; `None` where there is none.
    pub(super) fn certificate(&self, domain: &str) -> Result<Option<Certificate>, String> {
        let pem = read(&self.0.join(format!("{domain}.pem"))).map_err(|error| error.to_string())?;
        pem.map(|pem| Certificate::read(pem, domain)).transpose()
    }

    pub(super) fn keep_certificate(&self, domain: &str, certificate: &Certificate) -> io::Result<()> {
        self.keep(&format!("{domain}.pem"), &certificate.pem)
    }

    /// Puts a whole file in the place of the old one: a power cut leaves the one or the other. Nobody else may read it.
    fn keep(&self, name: &str, text: &str) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let (path, begun) = (self.0.join(name), self.0.join(format!("{name}.part")));
        match fs::remove_file(&begun) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&begun)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&begun, &path)?;
        // On Unix a new name is in its folder for certain when the folder is synced; other systems keep names themselves.
        #[cfg(unix)]
        fs::File::open(&self.0)?.sync_all()?;
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
