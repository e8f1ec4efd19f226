//! What a customer did, read from Telegram's update, and as it is kept until it is handled: no more than is needed.

use boothpay_protocol::ledger::language::Language;
use frankenstein::types::{ChatType, Message, User};
use frankenstein::updates::{Update, UpdateContent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Characters of a text or a file's id that are kept; commands and ids are far shorter.
const CHARS_MAX: usize = 256;

/// Something that a customer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incoming {
    /// Telegram's number of the customer, and of the chat.
    pub(crate) customer: i64,
    /// The name by which Telegram knows the customer.
    pub(crate) name: Option<String>,
    /// The language of the customer's own Telegram.
    pub(crate) language: Language,
    /// What it was.
    pub(crate) what: What,
}

/// What a customer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// Opened the bot, with what stood behind its address.
    Start(String),
    /// Asked what to do.
    Help,
    /// Wants no more.
    Cancel,
    /// Wants another language.
    Language,
    /// Sent a picture, as a photo or as a file.
    Picture { file_id: String, bytes: Option<u64> },
    /// Pressed a button.
    Button { query: String, data: String },
    /// Anything else.
    Other,
}

/// An update's number, and what a customer did by it: nothing when it is of no customer, or not understood.
pub(crate) fn read(raw: &RawValue) -> Option<(i64, Option<Incoming>)> {
    #[derive(Deserialize)]
    struct Number {
        update_id: i64,
    }
    let Number { update_id } = serde_json::from_str(raw.get()).ok()?;
    let update: Option<Update> = serde_json::from_str(raw.get()).ok();
    Some((update_id, update.and_then(of)))
}

fn of(update: Update) -> Option<Incoming> {
    #[allow(clippy::wildcard_enum_match_arm)] // Only these two are asked for; Telegram adds others all the time.
    match update.content {
        UpdateContent::Message(message) => {
            let from = message.from.as_deref()?;
            // In a group the bot is silent: photos of many people are nobody's session.
            let is_private = message.chat.type_field == ChatType::Private;
            (is_private && !from.is_bot).then(|| incoming(from, what(&message)))
        }
        UpdateContent::CallbackQuery(query) => {
            let data = short(query.data.as_deref().unwrap_or_default());
            Some(incoming(&query.from, What::Button { query: short(&query.id), data }))
        }
        _ => None,
    }
}

fn incoming(from: &User, what: What) -> Incoming {
    let customer = i64::try_from(from.id).unwrap_or(i64::MAX);
    let name = from.username.as_deref().or(Some(&from.first_name)).map(short);
    Incoming { customer, name, language: language(from.language_code.as_deref()), what }
}

/// Telegram gives tags like `uz`, `ru-RU` or `en-US`; who has none of ours is answered in Russian, which most here read.
fn language(code: Option<&str>) -> Language {
    let first = code.unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let others_in_english = ["de", "fr", "es", "it", "tr", "ko", "zh", "ja", "ar", "pt", "pl", "nl", "hi"];
    Language::from_code(&first).unwrap_or(if others_in_english.contains(&first.as_str()) {
        Language::En
    } else {
        Language::Ru
    })
}

fn what(message: &Message) -> What {
    if let Some(largest) = message.photo.as_ref().and_then(|sizes| sizes.iter().max_by_key(|it| (it.width, it.height)))
    {
        return What::Picture { file_id: short(&largest.file_id), bytes: largest.file_size };
    }
    if let Some(document) = &message.document {
        return What::Picture { file_id: short(&document.file_id), bytes: document.file_size };
    }
    let text = message.text.as_deref().unwrap_or_default();
    let (command, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    // In the menu of some clients commands carry the bot's name.
    match command.split('@').next().unwrap_or_default() {
        "/start" => What::Start(short(rest.trim())),
        "/help" => What::Help,
        "/cancel" => What::Cancel,
        "/language" => What::Language,
        _ => What::Other,
    }
}

/// PostgreSQL keeps no zero character, and nobody needs one.
fn short(text: &str) -> String {
    text.chars().filter(|it| *it != '\0').take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read_json(update: Value) -> Option<(i64, Option<Incoming>)> {
        read(&RawValue::from_string(update.to_string()).unwrap())
    }

    fn message(extra: Value) -> Value {
        let mut message = json!({
            "message_id": 3, "date": 1_700_000_000,
            "from": {"id": 77, "is_bot": false, "first_name": "Anna", "username": "anna", "language_code": "uz"},
            "chat": {"id": 77, "type": "private", "first_name": "Anna"},
        });
        message.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"update_id": 9, "message": message})
    }

    fn what_of(extra: Value) -> What {
        read_json(message(extra)).unwrap().1.unwrap().what
    }

    #[test]
    fn what_a_customer_did_is_read() {
        let (number, incoming) = read_json(message(json!({"text": "/start upload_x"}))).unwrap();
        let expected = Incoming {
            customer: 77,
            name: Some("anna".to_owned()),
            language: Language::Uz,
            what: What::Start("upload_x".to_owned()),
        };
        assert_eq!((number, incoming), (9, Some(expected)));
        assert_eq!(what_of(json!({"text": "/help@booth_bot"})), What::Help);
        assert_eq!(what_of(json!({"text": "hello"})), What::Other);
        assert_eq!(what_of(json!({"location": {"latitude": 41.3, "longitude": 69.2}})), What::Other);
        let sizes = json!([
            {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 60, "file_size": 1000},
            {"file_id": "large", "file_unique_id": "b", "width": 1280, "height": 853, "file_size": 100_000},
        ]);
        let picture = What::Picture { file_id: "large".to_owned(), bytes: Some(100_000) };
        assert_eq!(what_of(json!({"photo": sizes, "media_group_id": "5"})), picture);
        let document =
            json!({"file_id": "doc", "file_unique_id": "c", "file_name": "IMG_1.HEIC", "mime_type": "image/heic"});
        assert_eq!(what_of(json!({"document": document})), What::Picture { file_id: "doc".to_owned(), bytes: None });
    }

    #[test]
    fn what_is_not_understood_stops_nothing() {
        assert_eq!(read_json(json!({"update_id": 5, "something_new": {"a": 1}})), Some((5, None)));
        assert_eq!(read_json(json!({"update_id": 5, "message": {"message_id": "odd"}})), Some((5, None)));
        assert_eq!(read_json(json!({"no": "number"})), None);
        let group = json!({"chat": {"id": -5, "type": "group", "title": "friends"}, "text": "/start"});
        assert_eq!(read_json(message(group)), Some((9, None)));
    }

    #[test]
    fn the_language_is_the_customers_own() {
        let languages = [Some("ru-RU"), Some("uz"), Some("en-US"), Some("de"), Some("kk"), None].map(language);
        assert_eq!(languages, [Language::Ru, Language::Uz, Language::En, Language::En, Language::Ru, Language::Ru]);
    }

    #[test]
    fn it_is_kept_as_it_was() {
        for what in [What::Help, What::Picture { file_id: "a".to_owned(), bytes: None }, What::Start(String::new())] {
            let incoming = Incoming { customer: 1, name: None, language: Language::En, what };
            let kept = serde_json::to_string(&incoming).unwrap();
            assert_eq!(serde_json::from_str::<Incoming>(&kept).unwrap(), incoming);
        }
    }
}
