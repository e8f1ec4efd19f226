//! The finished picture goes to its customer: as a file, because Telegram squeezes photos, and as a photo to be looked at.

use super::api::{Bot, Failure};
use super::words::{Say, words};
use crate::app::App;
use crate::photos::pictures::{Form, preview};
use crate::photos::step;
use boothpay_protocol::photos::{Photo, Session};
use std::io::ErrorKind;
use std::sync::Arc;

/// Sends what a session has to send. `Err` when it has to be tried again.
pub(crate) async fn deliver(app: &Arc<App>, bot: &Bot, session: &Session) -> Result<(), Failure> {
    let (Some(customer), Some(number)) = (&session.customer, session.to_send) else { return Ok(()) };
    if let Some(photo) = session.photo(number) {
        send(app, bot, session, photo, customer.id).await?;
    }
    // Whatever else has been asked for meanwhile still goes.
    let sent = step(app, &session.id, None, |session| Ok((session.sent(number), ()))).await;
    sent.map(drop).map_err(|error| Failure::Silent(error.to_string()))
}

async fn send(app: &Arc<App>, bot: &Bot, session: &Session, photo: &Photo, customer: i64) -> Result<(), Failure> {
    let bytes = match app.photos.files.read(&photo.file).await {
        Ok(bytes) => bytes,
        // The session has just ended, or another picture has come.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let why = format!("a picture in {} cannot be read: {error}", app.settings.photos.folder.display());
            return Err(Failure::Unread(why));
        }
    };
    let name = format!("photobooth.{}", Form::of_file(photo.file.as_str()).ending());
    match bot.send_document(customer, &name, &bytes).await {
        Ok(()) => {}
        Err(Failure::Refused(why)) => {
            // Who has blocked the bot gets nothing, however often it is tried.
            tracing::info!("a finished picture could not be sent: {why}");
            return Ok(());
        }
        Err(failure) => return Err(failure),
    }
    let Ok(small) = app.photos.work(move || preview(&bytes)).await else { return Ok(()) };
    let language =
        session.customer.as_ref().map_or(boothpay_protocol::ledger::language::Language::Ru, |it| it.language);
    let again = vec![vec![(words(language, Say::Again).to_owned(), format!("a:{}", session.id.as_str()))]];
    // The file is there; without the preview nothing is lost.
    if let Err(error) = bot.send_photo(customer, &small.bytes, words(language, Say::Picture), &again).await {
        tracing::debug!(%error, "a preview was not sent");
    }
    Ok(())
}
