//! The bot by which customers bring photos to the booth and take the finished picture home.
//!
//! It asks Telegram for what is new (long polling), so the booth needs no public address. What came is kept in the database before
//! Telegram is told to forget it ([`incoming`] says how it is read); then each customer's is handled in its order, a few customers
//! at a time ([`handle`]); finished pictures are sent by themselves ([`deliver`]). `jobs::telegram` runs all of it. No payment waits
//! for any of it, and none of it touches an order.

pub(crate) mod api;
pub(crate) mod deliver;
pub(crate) mod handle;
pub(crate) mod incoming;
pub(crate) mod often;
pub(crate) mod words;

use crate::config::TelegramSettings;
use api::{Bot, Failure};

/// Asks Telegram whose token it is: the bot's name, or in the owner's words why not. `true` beside the words: the token is wrong.
pub async fn ask(settings: &TelegramSettings) -> Result<String, (String, bool)> {
    let bot = Bot::new(settings.clone());
    match bot.get_me().await {
        Ok(user) => Ok(user.username.unwrap_or(user.first_name)),
        Err(failure @ Failure::WrongToken) => Err((failure.to_string(), true)),
        Err(failure) => Err((failure.to_string(), false)),
    }
}
