//! Uzum's Dynamic QR: in whose name codes are made, with which key, and where.

use super::{Kept, Reader};
use crate::config::{Config, Mode, secrets, settings::UzumQrSettings};
use boothpay_protocol::secret::Secret;
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzum_qr::api::UZUM_QR_API;

/// Characters of a secret key, at least. Whoever guesses it asks Uzum in the merchant's name.
const KEY_CHARS_MIN: usize = 8;

/// Characters of the till's user (`merchant_service_user_id`), at most.
const USER_CHARS_MAX: usize = 64;

/// Seconds by which the time of a call may be moved: the zones of the earth.
const OFFSET_SECONDS_MAX: i64 = 14 * 3600;

/// What it means when Uzum's API is another one than its own.
const CODES_ELSEWHERE: &str = "codes are made at another place than Uzum's own API: no real payment is possible there";

impl Reader {
    /// The key as found.
    pub(super) fn uzum_qr_key(&mut self, config: &Config) -> Kept {
        let section = &config.uzum_qr;
        let key =
            self.secret("uzum_qr.secret_key", &section.secret_key, "uzum_qr.secret_key_file", &section.secret_key_file);
        let Kept::Text(text, setting) = key else { return key };
        let fault = secrets::pasted(&text).or_else(|| {
            let advice =
                format!("the key has fewer than {KEY_CHARS_MIN} characters: something is missing; copy it again");
            (text.chars().count() < KEY_CHARS_MIN).then_some(advice)
        });
        match fault {
            Some(advice) => {
                self.wrong::<()>(setting, advice);
                Kept::Wrong
            }
            None => Kept::Text(text, setting),
        }
    }

    /// How codes are made; `Some(None)` where nobody has set it up.
    pub(super) fn uzum_qr(&mut self, config: &Config, mode: Mode, key: &Kept) -> Option<Option<UzumQrSettings>> {
        let section = &config.uzum_qr;
        let api = self.wallet_api("uzum_qr.api", section.api.trim(), UZUM_QR_API, CODES_ELSEWHERE, mode);
        let offset = match section.time_offset_seconds {
            seconds if (-OFFSET_SECONDS_MAX..=OFFSET_SECONDS_MAX).contains(&seconds) => {
                Some(SpanMs::new(seconds.saturating_mul(1000)))
            }
            _ => self.wrong(
                "uzum_qr.time_offset_seconds",
                format!("give a number from -{OFFSET_SECONDS_MAX} to {OFFSET_SECONDS_MAX}"),
            ),
        };
        let Kept::Text(key, _) = key else { return Some(None) };
        let service = section.service_id.trim();
        let plain = service.bytes().all(|byte| byte.is_ascii_digit());
        let service_id = match service.parse::<i64>() {
            Ok(number) if plain && number > 0 => Some(number),
            Ok(_) | Err(_) => self.wrong(
                "uzum_qr.service_id",
                "give the number of your service (service_id) as Uzum gave it to you; without it no code can be made",
            ),
        };
        let user = section.user_id.trim();
        let fits = !user.is_empty()
            && user.len() <= USER_CHARS_MAX
            && user.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        let user_id = if fits {
            Some(user.to_owned())
        } else {
            self.wrong(
                "uzum_qr.user_id",
                "give the user of this till (merchant_service_user_id) as Uzum gave it to you: letters and digits, no colon",
            )
        };
        Some(Some(UzumQrSettings {
            api: api?,
            service_id: service_id?,
            user_id: user_id?,
            key: Secret::new(key.as_str())?,
            time_offset: offset?,
        }))
    }
}
