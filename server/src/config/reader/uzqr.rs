//! UzQR: the static code of the owner's bank, as a picture or as text.

use super::{Kept, Reader};
use crate::config::picture::{Picture, Wanted};
use crate::config::settings::{UzqrCode, UzqrSettings};
use crate::config::{Config, paths};
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzqr::Rules;

/// Characters of a code's text: more make a code that phones do not read from a screen.
const TEXT_CHARS_MAX: usize = 600;

const PICTURE: &str = "uzqr.picture";
const TEXT: &str = "uzqr.text";

impl Reader {
    /// The code, and the same as far as the mode hangs on it: it is where customers pay real money to.
    pub(super) fn uzqr_code(&mut self, config: &Config) -> (Kept, Option<UzqrCode>) {
        let (file, text) = (config.uzqr.picture.trim(), config.uzqr.text.trim());
        let (setting, code) = match (file, text) {
            ("", "") => return (Kept::Nothing, None),
            ("", text) => (TEXT, self.uzqr_text(text)),
            (file, "") => (PICTURE, self.uzqr_picture(file)),
            (_, _) => (TEXT, self.wrong(TEXT, "set either uzqr.text or uzqr.picture, not both")),
        };
        match code {
            Some(code) => (Kept::Text(String::new(), setting), Some(code)),
            None => (Kept::Wrong, None),
        }
    }

    fn uzqr_text(&mut self, text: &str) -> Option<UzqrCode> {
        if text.chars().any(char::is_control) {
            return self.wrong(TEXT, "there is a line break or another sign in it that no code has; copy it again");
        }
        let length = text.chars().count();
        if length > TEXT_CHARS_MAX {
            let advice = format!(
                "it has {length} characters, at most {TEXT_CHARS_MAX} make a code that phones read from a screen; give the \
                 picture of the code instead, in uzqr.picture"
            );
            return self.wrong(TEXT, advice);
        }
        Some(UzqrCode::Text(text.to_owned()))
    }

    fn uzqr_picture(&mut self, file: &str) -> Option<UzqrCode> {
        if let Err(advice) = paths::judge(file, &self.source(PICTURE)) {
            return self.wrong(PICTURE, advice);
        }
        match Picture::read(&self.folder.join(file), Wanted::Raster) {
            Ok(picture) => Some(UzqrCode::Picture(picture)),
            Err(advice) => self.wrong(PICTURE, advice),
        }
    }

    pub(super) fn uzqr(&mut self, config: &Config, code: Option<UzqrCode>) -> Option<UzqrSettings> {
        let wait = self.number("uzqr.wait_seconds", config.uzqr.wait_seconds, 60..=86_400)?;
        self.outside.uzqr = code.is_some();
        Some(UzqrSettings { code, rules: Rules { wait: SpanMs::seconds(wait) } })
    }
}
