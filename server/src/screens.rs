//! Paired screens, from the owner's side: making the code that pairs one, and taking a pairing back. What a browser does with the
//! code is in `access/pairing.rs`.

use crate::clock::Clock;
use crate::letters::{self, NUMBER_LETTERS};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::pairing::{self, PairingRefusal};
use boothpay_protocol::secret::KeyDigest;
use boothpay_store::{Store, StoreError};

/// Makes a code that pairs one screen. The code in groups, as it is shown, and the name of the screen that it will pair.
pub async fn issue_code(
    store: &Store,
    clock: &Clock,
    name: Option<&str>,
) -> Result<Result<(String, String), PairingRefusal>, StoreError> {
    let code = letters::draw(NUMBER_LETTERS)?;
    let (digest, name, now) = (KeyDigest::of(code.as_bytes()), name.map(str::to_owned), clock.now());
    let decide = move |rows: &Rows| pairing::issue(name.as_deref(), &digest, rows, now);
    let issued = store.transact(Needs::setting(pairing::setting_name()), Actor::CommandLine, decide).await?;
    let (first, second) = code.split_at_checked(NUMBER_LETTERS.div_euclid(2)).unwrap_or((&code, ""));
    Ok(issued.reply.map(|name| (format!("{first} {second}"), name)))
}

/// Takes a screen's pairing back.
pub async fn unpair(store: &Store, clock: &Clock, name: &str) -> Result<Result<(), PairingRefusal>, StoreError> {
    let (name, now) = (name.to_owned(), clock.now());
    let decide = move |rows: &Rows| pairing::remove(&name, rows, now);
    Ok(store.transact(Needs::setting(pairing::setting_name()), Actor::CommandLine, decide).await?.reply)
}
