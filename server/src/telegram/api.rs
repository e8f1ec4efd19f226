//! Telegram's Bot API, as far as it is called. What is said and answered is in frankenstein's types; the line is the server's own,
//! with its bounds of time and bytes. The token stands in each address and is shown in no error.

use crate::config::TelegramSettings;
use crate::limits::{
    TELEGRAM_ANSWER_BYTES_MAX, TELEGRAM_FILE_PATIENCE, TELEGRAM_PATIENCE, TELEGRAM_POLL_SECONDS, TELEGRAM_WAIT_MAX,
};
use crate::outgoing::line::{Answer, Caller, Destination, Trouble};
use crate::photos::pictures::BYTES_MAX;
use axum::http::{Request, StatusCode};
use frankenstein::methods::{
    AnswerCallbackQueryParams, GetFileParams, GetUpdatesParams, SendMessageParams, SetMyCommandsParams,
};
use frankenstein::response::{ErrorResponse, MethodResponse};
use frankenstein::types::{
    AllowedUpdate, BotCommand, File, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup, User,
};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Random bytes of what separates the parts of a form.
const BOUNDARY_BYTES: usize = 16;

/// Why a call did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// There was no answer, or none that can be read. What was asked may have been done.
    #[error("{0}")]
    Silent(String),
    /// Too often: worth asking again after so many seconds.
    #[error("it asks to be left alone for {0} s")]
    TooOften(u32),
    /// No bot has this token.
    #[error(
        "Telegram knows no bot with this token. @BotFather shows the right one with /mybots; the old one is void after /revoke"
    )]
    WrongToken,
    /// Somebody else takes this bot's updates.
    #[error("{0}")]
    AnotherPoller(String),
    /// What is to be sent cannot be read here now.
    #[error("{0}")]
    Unread(String),
    /// It was understood and not done.
    #[error("it refused: {0}")]
    Refused(String),
}

/// A row of buttons: what each says, and what comes back when it is pressed.
pub(crate) type Buttons = Vec<Vec<(String, String)>>;

/// A bot. Clones share its line.
#[derive(Clone)]
pub(crate) struct Bot {
    caller: Caller,
    settings: TelegramSettings,
    /// Until when Telegram asked to be sent nothing.
    quiet_until: Arc<Mutex<Option<Instant>>>,
}

impl Bot {
    pub(crate) fn new(settings: TelegramSettings) -> Self {
        Self { caller: Caller::default(), settings, quiet_until: Arc::default() }
    }

    /// One that calls over a line that is there.
    pub(crate) fn over(settings: TelegramSettings, caller: Caller) -> Self {
        Self { caller, settings, quiet_until: Arc::default() }
    }

    /// Who the bot is.
    pub(crate) async fn get_me(&self) -> Result<User, Failure> {
        self.ask("getMe", &serde_json::Map::new(), TELEGRAM_PATIENCE).await
    }

    /// What the bot understands, for Telegram's menu.
    pub(crate) async fn set_commands(
        &self,
        language: Option<&str>,
        commands: [(&str, &str); 4],
    ) -> Result<(), Failure> {
        let command = |(name, about): (&str, &str)| BotCommand::builder().command(name).description(about).build();
        let parameters = SetMyCommandsParams::builder()
            .commands(commands.into_iter().map(command).collect())
            .maybe_language_code(language)
            .build();
        self.ask::<IgnoredAny>("setMyCommands", &parameters, TELEGRAM_PATIENCE).await.map(drop)
    }

    /// What is new from `offset` on; what was before it Telegram may forget. Waits a while when there is nothing. Each is read by
    /// itself later: one that this program does not understand stops no other.
    pub(crate) async fn get_updates(&self, offset: Option<i64>) -> Result<Vec<Box<RawValue>>, Failure> {
        let parameters = GetUpdatesParams::builder()
            .maybe_offset(offset)
            .timeout(TELEGRAM_POLL_SECONDS)
            .allowed_updates(vec![AllowedUpdate::Message, AllowedUpdate::CallbackQuery])
            .build();
        let patience = TELEGRAM_PATIENCE.saturating_add(Duration::from_secs(TELEGRAM_POLL_SECONDS.into()));
        self.ask("getUpdates", &parameters, patience).await
    }

    /// Says something to a customer.
    pub(crate) async fn say(&self, customer: i64, text: &str, buttons: &Buttons) -> Result<(), Failure> {
        let parameters = SendMessageParams::builder()
            .chat_id(customer)
            .text(text)
            .maybe_reply_markup(keyboard(buttons).map(ReplyMarkup::InlineKeyboardMarkup))
            .build();
        self.send("sendMessage", json_call(&parameters)?).await
    }

    /// Lets go of a button that was pressed.
    pub(crate) async fn let_go(&self, query: &str, text: Option<&str>) -> Result<(), Failure> {
        let parameters = AnswerCallbackQueryParams::builder().callback_query_id(query).maybe_text(text).build();
        self.send("answerCallbackQuery", json_call(&parameters)?).await
    }

    /// Where a file is.
    pub(crate) async fn get_file(&self, id: &str) -> Result<File, Failure> {
        self.ask("getFile", &GetFileParams::builder().file_id(id).build(), TELEGRAM_PATIENCE).await
    }

    /// A file, whole: one that was cut is an error.
    pub(crate) async fn download(&self, file: &File) -> Result<Vec<u8>, Failure> {
        let path =
            file.file_path.as_deref().ok_or_else(|| Failure::Silent("it named no place of the file".to_owned()))?;
        let address = self.settings.api.below(&format!("file/bot{}/{path}", self.settings.token.reveal()));
        let request = Request::get(address).body(Full::default());
        let request = request.map_err(|_| Failure::Refused("the file's place cannot be asked for".to_owned()))?;
        let answer = self.call(request, TELEGRAM_FILE_PATIENCE, BYTES_MAX).await?;
        if !answer.status.is_success() {
            return Err(failure(answer.status, &answer.body));
        }
        let length = u64::try_from(answer.body.len()).unwrap_or(u64::MAX);
        if file.file_size.is_some_and(|size| size != length) {
            return Err(Failure::Silent("the file did not arrive whole".to_owned()));
        }
        Ok(answer.body.into())
    }

    /// Sends a picture as a file, as it is.
    pub(crate) async fn send_document(&self, customer: i64, name: &str, picture: &[u8]) -> Result<(), Failure> {
        let fields = [("chat_id", customer.to_string())];
        self.send("sendDocument", form(&fields, ("document", name), picture)?).await
    }

    /// Sends a picture to be looked at, with words and buttons below it.
    pub(crate) async fn send_photo(
        &self,
        customer: i64,
        picture: &[u8],
        caption: &str,
        buttons: &Buttons,
    ) -> Result<(), Failure> {
        let mut fields = vec![("chat_id", customer.to_string()), ("caption", caption.to_owned())];
        if let Some(keyboard) = keyboard(buttons) {
            let keyboard = serde_json::to_string(&keyboard).map_err(|error| Failure::Refused(error.to_string()))?;
            fields.push(("reply_markup", keyboard));
        }
        self.send("sendPhoto", form(&fields, ("photo", "preview.jpg"), picture)?).await
    }

    /// Something for a customer. When Telegram asked for quiet, it waits so long first.
    async fn send(&self, method: &str, (kind, body): (String, Bytes)) -> Result<(), Failure> {
        let until = *self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
        let sent = self.method::<IgnoredAny>(method, kind, body, TELEGRAM_FILE_PATIENCE).await.map(drop);
        if let Err(Failure::TooOften(seconds)) = sent {
            let wait = Duration::from_secs(seconds.into()).min(TELEGRAM_WAIT_MAX);
            let until = Instant::now().checked_add(wait);
            *self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        }
        sent
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        parameters: &impl Serialize,
        patience: Duration,
    ) -> Result<T, Failure> {
        let (kind, body) = json_call(parameters)?;
        self.method(method, kind, body, patience).await
    }

    async fn method<T: DeserializeOwned>(
        &self,
        method: &str,
        kind: String,
        body: Bytes,
        patience: Duration,
    ) -> Result<T, Failure> {
        let address = self.settings.api.below(&format!("bot{}/{method}", self.settings.token.reveal()));
        let request = Request::post(address).header(CONTENT_TYPE, kind).body(Full::from(body));
        let request = request.map_err(|_| Failure::Refused("the call cannot be written".to_owned()))?;
        let answer = self.call(request, patience, TELEGRAM_ANSWER_BYTES_MAX).await?;
        if !answer.status.is_success() {
            return Err(failure(answer.status, &answer.body));
        }
        let read: MethodResponse<T> = serde_json::from_slice(&answer.body)
            .map_err(|_| Failure::Silent("what it answers to the bot cannot be read".to_owned()))?;
        Ok(read.result)
    }

    async fn call(&self, request: Request<Full<Bytes>>, patience: Duration, most: usize) -> Result<Answer, Failure> {
        // The owner has named the address for this and nothing else; it may be a Bot API server of his own.
        let to = Destination { address: &self.settings.api, allow_private: true, patience, body_bytes_max: most };
        self.caller.call(&to, request).await.map_err(|Trouble(why)| Failure::Silent(why))
    }
}

fn json_call(parameters: &impl Serialize) -> Result<(String, Bytes), Failure> {
    let body = serde_json::to_vec(parameters).map_err(|error| Failure::Refused(error.to_string()))?;
    Ok(("application/json".to_owned(), Bytes::from(body)))
}

fn keyboard(buttons: &Buttons) -> Option<InlineKeyboardMarkup> {
    if buttons.is_empty() {
        return None;
    }
    let button = |(text, data): &(String, String)| {
        InlineKeyboardButton::builder().text(text.as_str()).callback_data(data.as_str()).build()
    };
    let rows = buttons.iter().map(|row| row.iter().map(button).collect()).collect();
    Some(InlineKeyboardMarkup::builder().inline_keyboard(rows).build())
}

/// A form with a file (RFC 7578). What stands between its parts is drawn, so that no picture holds it.
fn form(fields: &[(&str, String)], file: (&str, &str), bytes: &[u8]) -> Result<(String, Bytes), Failure> {
    let mut random = [0; BOUNDARY_BYTES];
    getrandom::fill(&mut random).map_err(|_| Failure::Silent("this computer gives no random numbers".to_owned()))?;
    let boundary: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut form = Vec::with_capacity(bytes.len().saturating_add(1024));
    for (name, value) in fields {
        let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let (name, file_name) = file;
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(bytes);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), Bytes::from(form)))
}

/// What an answer means that is none of success.
fn failure(status: StatusCode, body: &[u8]) -> Failure {
    let read: Option<ErrorResponse> = serde_json::from_slice(body).ok();
    let wait = read.as_ref().and_then(|read| read.parameters?.retry_after);
    let said = read.map(|read| crate::text::visible(&read.description)).unwrap_or_default();
    match status {
        StatusCode::TOO_MANY_REQUESTS => Failure::TooOften(wait.map_or(1, u32::from).max(1)),
        // A token that cannot be one has no place at all there.
        StatusCode::UNAUTHORIZED => Failure::WrongToken,
        StatusCode::NOT_FOUND if said == "Not Found" => Failure::WrongToken,
        StatusCode::CONFLICT => Failure::AnotherPoller(said),
        status if status.is_client_error() => Failure::Refused(said),
        status => Failure::Silent(format!("it answered {} {said}", status.as_u16())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_apart() {
        let judge = |status: u16, body: &str| failure(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        let slow = r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}"#;
        assert_eq!(judge(429, slow), Failure::TooOften(7));
        assert_eq!(judge(429, "rubbish"), Failure::TooOften(1));
        let none = r#"{"ok":false,"error_code":404,"description":"Not Found"}"#;
        assert_eq!((judge(404, none), judge(401, "")), (Failure::WrongToken, Failure::WrongToken));
        assert!(matches!(judge(409, none), Failure::AnotherPoller(_)));
        let blocked = r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#;
        assert!(matches!(judge(403, blocked), Failure::Refused(why) if why.contains("blocked")));
        assert!(matches!(judge(502, "<html>"), Failure::Silent(_)));
    }

    #[test]
    fn a_form_is_written_as_the_convention_has_it() {
        let (kind, body) = form(&[("chat_id", "7".to_owned())], ("document", "photo.jpg"), &[0, 255]).unwrap();
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        let expected = [
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n").as_bytes(),
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"document\"; filename=\"photo.jpg\"\r\n")
                .as_bytes(),
            b"Content-Type: application/octet-stream\r\n\r\n",
            &[0, 255],
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        assert_eq!(body, expected);
    }
}
