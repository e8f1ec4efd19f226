//! A stand-in of Telegram's Bot API with one bot and any number of customers: as the documentation has it, and in trouble when a
//! test asks for it (slow, too many requests, another poller, a wrong token, downloads that are cut, updates that come again or are
//! missing, gone and back).

mod form;
mod http;
mod state;

pub use state::{Sent, Trouble};

use serde_json::{Value, json};
use state::State;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The token of its bot.
pub const TOKEN: &str = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/// The name of its bot.
pub const BOT: &str = "test_booth_bot";

/// How long a test waits for the bot to do something.
const PATIENCE: Duration = Duration::from_secs(60);

/// The stand-in. Clones share it.
#[derive(Clone)]
pub struct BotApi {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BotApi {
    /// On a free port of this computer, for as long as the program lives.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its port");
        let shared = Arc::<Shared>::default();
        let for_lines = Arc::clone(&shared);
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let shared = Arc::clone(&for_lines);
                std::thread::spawn(move || http::serve(line, &shared));
            }
        });
        Self { address, shared }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The settings of a booth with its bot.
    pub fn settings(&self) -> String {
        format!("[telegram]\ntoken = \"{TOKEN}\"\napi = \"{}\"\n", self.url())
    }

    /// A customer writes something, in Uzbek.
    pub fn text(&self, customer: i64, text: &str) {
        self.message(customer, "uz", json!({ "text": text }));
    }

    /// A customer whose Telegram speaks another language writes something.
    pub fn text_in(&self, customer: i64, language: &str, text: &str) {
        self.message(customer, language, json!({ "text": text }));
    }

    /// A customer sends a picture as a photo.
    pub fn photo(&self, customer: i64, picture: &[u8]) {
        self.photos(customer, &[picture]);
    }

    /// A customer sends several at once.
    pub fn photos(&self, customer: i64, pictures: &[&[u8]]) {
        let mut state = self.shared.state();
        let group = state.draw();
        for picture in pictures {
            let file = state.put_file(picture.to_vec());
            let size = |width: u32, id: String| json!({"file_id": id, "file_unique_id": format!("u{width}"), "width": width, "height": width, "file_size": picture.len()});
            let content = json!({"photo": [size(90, "thumbnail".to_owned()), size(1280, file)], "media_group_id": group.to_string()});
            state.message(customer, "uz", content);
        }
        self.shared.changed.notify_all();
    }

    /// A customer sends something as a file.
    pub fn document(&self, customer: i64, name: &str, bytes: &[u8]) {
        let mut state = self.shared.state();
        let file = state.put_file(bytes.to_vec());
        let document = json!({"file_id": file, "file_unique_id": "d", "file_name": name, "file_size": bytes.len()});
        state.message(customer, "uz", json!({ "document": document }));
        self.shared.changed.notify_all();
    }

    /// A customer presses a button, by what it says, of the last message that has it.
    pub fn press(&self, customer: i64, says: &str) {
        let mut state = self.shared.state();
        let buttons = state.sent.iter().rev().filter(|sent| sent.customer == customer).flat_map(|sent| &sent.buttons);
        let data = buttons.clone().find(|(text, _)| text == says).map(|(_, data)| data.clone());
        let data = data.unwrap_or_else(|| panic!("no button says {says}"));
        state.press(customer, &data);
        self.shared.changed.notify_all();
    }

    /// A press of a button that nobody was shown.
    pub fn press_data(&self, customer: i64, data: &str) {
        self.shared.state().press(customer, data);
        self.shared.changed.notify_all();
    }

    /// An update of another kind, or one that nobody understands.
    pub fn update(&self, content: Value) {
        self.shared.state().update(content);
        self.shared.changed.notify_all();
    }

    fn message(&self, customer: i64, language: &str, content: Value) {
        self.shared.state().message(customer, language, content);
        self.shared.changed.notify_all();
    }

    /// All updates come once more, under the numbers that they had.
    pub fn repeat_all(&self) {
        self.shared.state().repeat_all();
        self.shared.changed.notify_all();
    }

    /// The next numbers of updates are never seen.
    pub fn skip_numbers(&self, count: i64) {
        self.shared.state().skip_numbers(count);
    }

    /// What happens to the next call of a method.
    pub fn next(&self, method: &str, trouble: Trouble) {
        self.shared.state().troubles.push_back((method.to_owned(), trouble));
    }

    /// What happens to all calls from now on, or nothing.
    pub fn always(&self, trouble: Option<Trouble>) {
        self.shared.state().always = trouble;
        self.shared.changed.notify_all();
    }

    /// How often a method was called.
    pub fn calls(&self, method: &str) -> usize {
        self.shared.state().calls.iter().filter(|called| *called == method).count()
    }

    /// All that the bot has sent.
    pub fn sent(&self) -> Vec<Sent> {
        self.shared.state().sent.clone()
    }

    /// Waits until something is so of what was sent.
    pub fn until<T>(&self, what: &str, look: impl Fn(&[Sent]) -> Option<T>) -> T {
        self.wait(what, |state| look(&state.sent))
    }

    /// Waits until the bot has said something to a customer that holds these words; all of it.
    pub fn until_said(&self, customer: i64, words: &str) -> Sent {
        let says = |sent: &&Sent| sent.customer == customer && sent.text.contains(words);
        self.until(words, |all| all.iter().find(says).cloned())
    }

    /// Waits until a method was called so often.
    pub fn until_called(&self, method: &str, times: usize) {
        self.wait(method, |state| {
            (state.calls.iter().filter(|called| *called == method).count() >= times).then_some(())
        });
    }

    fn wait<T>(&self, what: &str, look: impl Fn(&State) -> Option<T>) -> T {
        let (begun, mut state) = (Instant::now(), self.shared.state());
        loop {
            if let Some(found) = look(&state) {
                return found;
            }
            let left = PATIENCE.checked_sub(begun.elapsed());
            let Some(left) = left else { panic!("never came: {what}\n{:#?}\n{:?}", state.sent, state.calls) };
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
