//! The lines of the screen that the owner says in his own words.

use super::Reader;
use crate::config::raw::Texts;
use crate::config::texts::{ScreenText, written};

impl Reader {
    /// Those that are not left empty.
    pub(super) fn texts(&mut self, texts: &Texts) -> Vec<ScreenText> {
        let own: Vec<ScreenText> = written(texts).into_iter().filter(|own| !own.text.is_empty()).collect();
        for ScreenText { language, line, text } in &own {
            let setting = format!("texts.{}.{}", language.code(), line.word());
            if text.chars().count() > line.chars_max() {
                let most = line.chars_max();
                self.wrong::<()>(&setting, format!("use at most {most} characters; the screen has no room for more"));
            }
            self.shown_text(&setting, text);
        }
        own
    }
}
