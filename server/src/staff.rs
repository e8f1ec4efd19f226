//! The staff's PINs around the ledger: digesting them slowly, giving and taking them, and what a typed one does. The rules are in
//! `boothpay_protocol::staff`.

use crate::app::App;
use crate::clock::Clock;
use crate::limits::{PIN_ROUNDS, PINS_AT_ONCE_MAX};
use crate::story;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::staff::{self, PIN_DIGITS, Pad, PinRefusal, Staff, StaffRefusal};
use boothpay_store::{Store, StoreError, crash};
use ring::pbkdf2;
use std::num::NonZeroU32;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Bytes of a salt.
const SALT_BYTES: usize = 16;

/// Places for digesting.
static DIGESTING: Semaphore = Semaphore::const_new(PINS_AT_ONCE_MAX);

/// A PIN by chance.
pub fn draw_pin() -> Result<String, StoreError> {
    loop {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes).map_err(|_| StoreError::Bug)?;
        // 2^64 is so much more than a million that none is favoured.
        let pin = format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000);
        if staff::judge_pin(&pin).is_ok() {
            return Ok(pin);
        }
    }
}

/// Gives somebody a PIN.
pub async fn give_pin(
    store: &Store,
    clock: &Clock,
    name: &str,
    pin: &str,
) -> Result<Result<(), PinRefusal>, StoreError> {
    if let Err(refusal) = staff::judge_pin(pin) {
        return Ok(Err(refusal));
    }
    let rows = store.rows(Needs::setting(staff::setting_name())).await?;
    let salt = match Staff::of(rows.setting.as_ref()) {
        Ok(Some(staff)) => staff.salt,
        Ok(None) => new_salt()?,
        Err(error) => return Ok(Err(error.into())),
    };
    let digest = digest(&place().await?, salt.clone(), pin.to_owned()).await?;
    let (name, now) = (name.to_owned(), clock.now());
    let decide = move |rows: &Rows| staff::give(&name, &digest, &salt, rows, now);
    Ok(store.transact(Needs::setting(staff::setting_name()), Actor::CommandLine, decide).await?.reply)
}

/// Takes somebody's PIN back.
pub async fn take_pin_back(store: &Store, clock: &Clock, name: &str) -> Result<Result<(), PinRefusal>, StoreError> {
    let (name, now) = (name.to_owned(), clock.now());
    let decide = move |rows: &Rows| staff::take_back(&name, rows, now);
    Ok(store.transact(Needs::setting(staff::setting_name()), Actor::CommandLine, decide).await?.reply)
}

/// Whether a text could be a PIN; what could not costs no try.
pub(crate) fn could_be_a_pin(text: &str) -> bool {
    PIN_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Confirms an order by a PIN that was typed at the booth's screen.
pub(crate) async fn confirm(app: &App, order: OrderId, pin: String) -> Result<Result<(), StaffRefusal>, StoreError> {
    // Kept until a wrong PIN is counted: those who waited for it meet the count, and nothing is digested for nothing.
    let place = place().await?;
    let digest = match worth_a_look(app, &place, Pad::Payment, pin).await? {
        Ok(digest) => digest,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (now, rules) = (app.clock.now(), app.settings.rules());
    let decide = move |rows: &Rows| staff::confirm(&digest, rows, now, &rules);
    let committed = app.store.transact(staff::needs(order), Actor::Staff, decide).await?;
    story::tell(&committed.entries);
    if !committed.entries.is_empty() {
        crash::here(crash::Point::BeforeAnswer);
    }
    Ok(committed.reply)
}

/// Whose PIN was typed to get into the panel at the booth's screen. One that nobody can have is wrong and costs no try: it is what children type.
pub(crate) async fn enter(app: &App, pin: String) -> Result<Result<String, StaffRefusal>, StoreError> {
    if staff::judge_pin(&pin).is_err() {
        return Ok(Err(StaffRefusal::Wrong));
    }
    let place = place().await?;
    let digest = match worth_a_look(app, &place, Pad::Door, pin).await? {
        Ok(digest) => digest,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let now = app.clock.now();
    let decide = move |rows: &Rows| staff::enter(&digest, rows, now);
    Ok(app.store.transact(Needs::setting(staff::setting_name()), Actor::Staff, decide).await?.reply)
}

/// The digest of a PIN, where one may be tried now.
async fn worth_a_look(
    app: &App,
    place: &SemaphorePermit<'_>,
    pad: Pad,
    pin: String,
) -> Result<Result<KeyDigest, StaffRefusal>, StoreError> {
    let rows = app.store.rows(Needs::setting(staff::setting_name())).await?;
    match Staff::known(&rows).and_then(|staff| staff.may_try(pad, app.clock.now()).map(|()| staff)) {
        Ok(known) => Ok(Ok(digest(place, known.salt, pin).await?)),
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn new_salt() -> Result<String, StoreError> {
    let mut bytes = [0_u8; SALT_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Bug)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A place for digesting, when one is free.
async fn place() -> Result<SemaphorePermit<'static>, StoreError> {
    DIGESTING.acquire().await.map_err(|_| StoreError::Bug)
}

/// The slow digest of a PIN, on a thread that may take its time. Whoever asks for it has a place.
async fn digest(_place: &SemaphorePermit<'_>, salt: String, pin: String) -> Result<KeyDigest, StoreError> {
    let rounds = NonZeroU32::new(PIN_ROUNDS).ok_or(StoreError::Bug)?;
    let digesting = tokio::task::spawn_blocking(move || {
        let mut slow = [0_u8; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt.as_bytes(), pin.as_bytes(), &mut slow);
        KeyDigest::of(&slow)
    });
    digesting.await.map_err(|_| StoreError::Bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_pins_differ_and_are_none_that_are_tried_first() {
        let pins: std::collections::BTreeSet<String> = (0..200).map(|_| draw_pin().unwrap()).collect();
        assert!(pins.len() > 190 && pins.iter().all(|pin| staff::judge_pin(pin).is_ok()));
    }
}
