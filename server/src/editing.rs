//! Changing settings in the owner's panel, while the program runs: the file of changed settings is written, the audit says who changed what,
//! and the settings in force are replaced ([`crate::current`]). A screen takes them at its next start; an order that was made keeps its price.
//!
//! It takes turns with [`crate::connecting`], so neither forgets what the other has just put in force.

use crate::app::App;
use crate::config::edited::{BOT_TOKEN_FILE, EDITABLE, Edit, Edited};
use crate::config::{Beneath, Mode, TelegramSettings, inventory, whole};
use crate::connecting::Refusal;
use boothpay_protocol::panel::{AdminName, Audit, Deed};
use boothpay_store::StoreError;
use std::fs;
use std::io;
use std::path::Path;
use toml::Value;

/// A setting with what it is to be.
pub(crate) type Wanted = (&'static str, Value);

/// Changes settings, all of them or none, and says whether anything was new. When this returns, the change is in force and on the disk. What
/// is wanted as it is without the panel is not the panel's any more. `audit` gets the old and the new values.
pub(crate) async fn change(app: &App, wanted: &[Wanted], by: &AdminName, audit: Audit) -> Result<bool, Refusal> {
    match app.settings.mode {
        Mode::Demo => return Err(Refusal::Demo),
        Mode::Production | Mode::Development => {}
    }
    let _turn = app.connecting.turn.lock().await;
    let file = app.settings.connections.edits_file().ok_or(Refusal::NoPlace)?;
    let sources = &app.settings.connections.sources;
    let entries = inventory(sources);
    let (mut edited, mut old, mut new) = (sources.edited.clone(), Vec::new(), Vec::new());
    for (setting, value) in wanted {
        let entry = entries.iter().find(|entry| entry.setting == *setting);
        let Some((now, beneath)) = entry.and_then(|it| Some((it.value.clone()?, it.beneath.as_ref()?))) else {
            continue;
        };
        let is_new = now != *value;
        if is_new {
            old.push(format!("{setting} = {now}"));
            new.push(format!("{setting} = {value}"));
            edited = edited.with(setting, edit_of(value, beneath, by, app));
        }
    }
    if new.is_empty() {
        return Ok(false);
    }
    let settings = app.settings.editing(edited.clone()).map_err(Refusal::Findings)?;
    if app.settings.is_full() {
        return Err(Refusal::TooMany);
    }
    let before = sources.edited.clone();
    written(&edited, &file).await.map_err(|error| Refusal::Unwritten(file.clone(), error))?;
    if let Err(error) = app.store.note_audit(audit.old(&old.join(", ")).new_value(&new.join(", "))).await {
        // What nobody can see was done is not done.
        if let Err(error) = written(&before, &file).await {
            tracing::error!(%error, "the file {} could not be put back to what it was", file.display());
        }
        return Err(error.into());
    }
    app.settings.replace(settings).map_err(|_| Refusal::TooMany)?;
    tracing::info!(
        "settings were changed in the owner's panel by {by}: {}; before: {}",
        new.join(", "),
        old.join(", ")
    );
    Ok(true)
}

/// Keeps the token of the owner's bot in a file of its own, which nobody else reads, and puts it in force; with none, takes the panel's away.
/// `judge` looks at the settings with it, and says what is wrong with the token, if anything.
pub(crate) async fn change_bot<W>(
    app: &App,
    token: Option<&str>,
    by: &AdminName,
    audit: Audit,
    judge: impl AsyncFnOnce(&TelegramSettings) -> Option<W>,
) -> Result<Option<W>, Refusal> {
    match app.settings.mode {
        Mode::Demo => return Err(Refusal::Demo),
        Mode::Production | Mode::Development => {}
    }
    let _turn = app.connecting.turn.lock().await;
    let connections = &app.settings.connections;
    let (Some(file), Some(secret)) = (connections.edits_file(), connections.token_file()) else {
        return Err(Refusal::NoPlace);
    };
    let sources = &connections.sources;
    if app.settings.is_full() {
        return Err(Refusal::TooMany);
    }
    let written_before = inventory(sources).into_iter().find(|it| it.setting == BOT_TOKEN_FILE);
    let beneath = written_before.and_then(|it| it.beneath).ok_or(Refusal::NoPlace)?;
    let edit = token.map(|_| Edit {
        value: Value::String(secret.named.clone()),
        instead_of: beneath.written().cloned(),
        by: by.to_string(),
        at_ms: app.clock.now().ms(),
    });
    let edited = sources.edited.clone().with(BOT_TOKEN_FILE, edit);
    let unwritten = |error| Refusal::Unwritten(secret.path.clone(), error);
    // What cannot be read now could not be put back.
    let old = match fs::read_to_string(&secret.path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unwritten(error)),
    };
    let restore = || {
        let restored = match &old {
            Some(old) => whole::write(&secret.path, old),
            None => whole::remove(&secret.path),
        };
        if let Err(error) = restored {
            tracing::error!(%error, "the file {} could not be put back to what it was", secret.path.display());
        }
    };
    if let Some(token) = token {
        whole::write(&secret.path, token).map_err(unwritten)?;
    }
    let settings = match app.settings.editing(edited.clone()) {
        Ok(settings) => settings,
        Err(findings) => {
            restore();
            return Err(Refusal::Findings(findings));
        }
    };
    if let (Some(telegram), Some(_)) = (&settings.telegram, token)
        && let Some(wrong) = judge(telegram).await
    {
        restore();
        return Ok(Some(wrong));
    }
    let (before, told) =
        (sources.edited.clone(), if token.is_some() { "telegram.token: set" } else { "telegram.token: taken away" });
    if let Err(error) = written(&edited, &file).await {
        restore();
        return Err(Refusal::Unwritten(file, error));
    }
    if let Err(error) = app.store.note_audit(audit.new_value(told)).await {
        restore();
        if let Err(error) = written(&before, &file).await {
            tracing::error!(%error, "the file {} could not be put back to what it was", file.display());
        }
        return Err(error.into());
    }
    app.settings.replace(settings).map_err(|_| Refusal::TooMany)?;
    if token.is_none() {
        whole::remove(&secret.path).map_err(unwritten)?;
    }
    tracing::info!("the bot was changed in the owner's panel by {by}: {told}");
    Ok(None)
}

/// What the panel keeps of a value; nothing where it is what holds anyway.
fn edit_of(value: &Value, beneath: &Beneath, by: &AdminName, app: &App) -> Option<Edit> {
    (beneath.value != *value).then(|| Edit {
        value: value.clone(),
        instead_of: beneath.written().cloned(),
        by: by.to_string(),
        at_ms: app.clock.now().ms(),
    })
}

async fn written(edited: &Edited, file: &Path) -> io::Result<()> {
    let (edited, file) = (edited.clone(), file.to_owned());
    tokio::task::spawn_blocking(move || edited.write(&file)).await.map_err(io::Error::other)?
}

/// At the start: says which settings are the panel's, and lets go for good what the settings file has overtaken, so that it does not come back
/// when the file is changed back later. The audit has a row of each.
pub async fn settle(app: &App) -> Result<(), StoreError> {
    match app.settings.mode {
        Mode::Demo => return Ok(()),
        Mode::Production | Mode::Development => {}
    }
    let _turn = app.connecting.turn.lock().await;
    let Some(file) = app.settings.connections.edits_file() else { return Ok(()) };
    let sources = &app.settings.connections.sources;
    let (kept, gone) = sources.edited.without_overtaken(sources);
    for (setting, edit) in EDITABLE.iter().filter_map(|setting| Some((setting, kept.of(setting)?))) {
        tracing::info!("{setting} = {}: set in the owner's panel by {}", edit.value, edit.by);
    }
    if let Some(edit) = kept.of(BOT_TOKEN_FILE).filter(|edit| edit.is_lost(BOT_TOKEN_FILE, &sources.folder)) {
        tracing::error!(
            "the file {} with the bot's token that was set in the owner's panel is not there, so there is no bot. Put it back, or give the token again on \
             the panel's page Alerts",
            edit.value
        );
    }
    if gone.is_empty() {
        return Ok(());
    }
    let settings = app.settings.editing(kept.clone()).map_err(|_| StoreError::Failed("the settings changed".into()))?;
    for (setting, edit, beneath) in gone {
        let now = beneath.map(|beneath| beneath.value.to_string()).unwrap_or_default();
        tracing::warn!(
            "{setting} was set to {} in the owner's panel; the settings file or the environment was changed afterwards, so it is {now} now",
            edit.value
        );
        let audit = Audit::of(None, Deed::SettingsChanged, app.clock.now());
        let audit = audit.old(&format!("{setting} = {}", edit.value)).new_value(&format!("{setting} = {now}"));
        app.store.note_audit(audit).await?;
    }
    if let Err(error) = written(&kept, &file).await {
        tracing::error!(
            %error,
            "the file {} of the settings that were changed in the panel cannot be written. Let the user who runs the server write there",
            file.display()
        );
    }
    // It changes nothing that is in force: what was overtaken did not count.
    if app.settings.replace(settings).is_err() {
        tracing::error!("the settings were changed too often since the start of the program; start it again");
    }
    Ok(())
}
