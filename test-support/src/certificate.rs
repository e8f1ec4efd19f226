//! A certificate for a server of a test, made by openssl and signed by itself: nobody trusts it who is not told to.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes one, good for two days, under a name that is also its files'. `of` says whose it is, as openssl writes it: `DNS:localhost`,
/// `IP:127.0.0.1`. Gives its file, and that of its key.
pub fn certificate(folder: &Path, name: &str, of: &str) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", &format!("/CN={name}"), "-addext", &format!("subjectAltName={of}")])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}
