//! What the stand-in knows: updates that wait for the bot, files, and what the bot has sent.

use super::BOT;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// Something that the bot has sent to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// How.
    pub method: String,
    /// To whom; 0 for the answer to a button.
    pub customer: i64,
    /// Its words.
    pub text: String,
    /// What its buttons say, and what comes back.
    pub buttons: Vec<(String, String)>,
    /// The file's name and bytes.
    pub file: Option<(String, Vec<u8>)>,
}

/// What may happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 429, with so many seconds to wait.
    TooOften(u32),
    /// 409: another program polls.
    AnotherPoller,
    /// 401: no bot has this token.
    WrongToken,
    /// 502, as a gateway has it.
    BadGateway,
    /// 403: the customer does not want to hear from the bot.
    Blocked,
    /// The line is cut in the middle of the answer, after what was asked has been done.
    Cut,
    /// The answer comes after so many milliseconds.
    Slow(u64),
}

/// The stand-in's state.
#[derive(Default)]
pub(super) struct State {
    /// All updates that there ever were.
    updates: Vec<(i64, Value)>,
    /// Those that were not taken yet.
    waiting: Vec<(i64, Value)>,
    /// What comes once more, whatever was taken.
    again: Vec<Value>,
    last_update: i64,
    drawn: u64,
    files: BTreeMap<String, Vec<u8>>,
    pub(super) sent: Vec<Sent>,
    pub(super) calls: Vec<String>,
    pub(super) troubles: VecDeque<(String, Trouble)>,
    pub(super) always: Option<Trouble>,
}

impl State {
    pub(super) fn draw(&mut self) -> u64 {
        self.drawn = self.drawn.saturating_add(1);
        self.drawn
    }

    pub(super) fn put_file(&mut self, bytes: Vec<u8>) -> String {
        let id = format!("AgACAgI{}", self.draw());
        self.files.insert(id.clone(), bytes);
        id
    }

    pub(super) fn file(&self, id: &str) -> Option<&[u8]> {
        self.files.get(id).map(Vec::as_slice)
    }

    pub(super) fn message(&mut self, customer: i64, language: &str, content: Value) {
        let mut message = json!({
            "message_id": self.draw(), "date": 1_700_000_000,
            "from": {"id": customer, "is_bot": false, "first_name": "Anna", "username": format!("customer{customer}"), "language_code": language},
            "chat": {"id": customer, "type": "private", "first_name": "Anna"},
        });
        if let (Some(message), Some(content)) = (message.as_object_mut(), content.as_object()) {
            message.extend(content.clone());
        }
        self.update(json!({ "message": message }));
    }

    pub(super) fn press(&mut self, customer: i64, data: &str) {
        let query = json!({
            "id": format!("q{}", self.draw()), "chat_instance": "1", "data": data,
            "from": {"id": customer, "is_bot": false, "first_name": "Anna", "language_code": "uz"},
        });
        self.update(json!({ "callback_query": query }));
    }

    pub(super) fn update(&mut self, mut content: Value) {
        self.last_update = self.last_update.saturating_add(1);
        if let Some(members) = content.as_object_mut() {
            members.insert("update_id".to_owned(), json!(self.last_update));
        }
        self.updates.push((self.last_update, content.clone()));
        self.waiting.push((self.last_update, content));
    }

    pub(super) fn repeat_all(&mut self) {
        self.again = self.updates.iter().map(|(_, update)| update.clone()).collect();
    }

    pub(super) fn skip_numbers(&mut self, count: i64) {
        self.last_update = self.last_update.saturating_add(count);
    }

    /// The updates from `offset` on. Those before it are forgotten.
    pub(super) fn updates(&mut self, offset: Option<i64>) -> Vec<Value> {
        if let Some(offset) = offset {
            self.waiting.retain(|(number, _)| *number >= offset);
        }
        if !self.again.is_empty() {
            return std::mem::take(&mut self.again);
        }
        self.waiting.iter().take(100).map(|(_, update)| update.clone()).collect()
    }

    /// What happens to a call of this method.
    pub(super) fn trouble(&mut self, method: &str) -> Option<Trouble> {
        self.calls.push(method.to_owned());
        if let Some(place) = self.troubles.iter().position(|(of, _)| of == method) {
            return self.troubles.remove(place).map(|(_, trouble)| trouble);
        }
        self.always
    }

    /// What a method answers that gets no updates.
    pub(super) fn answer(&mut self, method: &str, fields: &Value, file: Option<(String, Vec<u8>)>) -> Option<Value> {
        let text = |name: &str| match fields.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        match method {
            "getMe" => Some(json!({"id": 110_201_543, "is_bot": true, "first_name": "Booth", "username": BOT})),
            "setMyCommands" => Some(json!(true)),
            "getFile" => {
                let id = text("file_id");
                let size = self.file(&id)?.len();
                Some(
                    json!({"file_id": id, "file_unique_id": "u", "file_size": size, "file_path": format!("photos/{id}.jpg")}),
                )
            }
            "sendMessage" | "sendPhoto" | "sendDocument" | "answerCallbackQuery" => {
                let words = text(if method == "sendPhoto" { "caption" } else { "text" });
                let markup = match fields.get("reply_markup") {
                    Some(Value::String(text)) => serde_json::from_str(text).ok(),
                    other => other.cloned(),
                };
                let rows = markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array()).cloned();
                let buttons = rows
                    .unwrap_or_default()
                    .iter()
                    .flat_map(|row| row.as_array().cloned().unwrap_or_default())
                    .collect::<Vec<_>>();
                let button = |button: &Value| {
                    let word = |name: &str| button[name].as_str().unwrap_or_default().to_owned();
                    (word("text"), word("callback_data"))
                };
                let customer = text("chat_id").parse().unwrap_or(0);
                let buttons = buttons.iter().map(button).collect();
                self.sent.push(Sent { method: method.to_owned(), customer, text: words, buttons, file });
                if method == "answerCallbackQuery" {
                    return Some(json!(true));
                }
                let chat = json!({"id": customer, "type": "private", "first_name": "Anna"});
                Some(json!({"message_id": self.draw(), "date": 1_700_000_000, "chat": chat}))
            }
            _ => None,
        }
    }
}
