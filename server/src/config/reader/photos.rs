//! Photos: their folder and bounds, and the bot by which they come and go.

use super::{Kept, Reader};
use crate::config::settings::{PayTime, PhotoSettings, PhotoSource, TelegramSettings};
use crate::config::{Config, paths, secrets};
use crate::outgoing::address::HttpAddress;
use crate::outgoing::reach::is_private;
use boothpay_protocol::secret::Secret;
use boothpay_protocol::time::SpanMs;

/// Minutes that a session lives, at most: a day. What is on a phone need not lie at a booth.
const SESSION_MINUTES_MAX: u32 = 1440;

/// Photos of one session, at most: more than any booth prints together.
const PHOTOS_MAX: u32 = 20;

/// Megabytes of the folder, at most.
const DISK_MB_MAX: u32 = 1_000_000;

/// Megabytes of the folder, at least, where customers pay before their pictures are taken: there has to be room for those.
const PAY_FIRST_DISK_MB_MIN: i64 = 200;

/// Retakes of one customer, at most: others wait outside.
const RETAKES_MAX: u32 = 10;

/// Seconds before a shot, at most.
const COUNTDOWN_SECONDS_MAX: u32 = 10;

/// Hours that a paid picture is kept, at most: a month.
const KEEP_HOURS_MAX: u32 = 744;

const BYTES_OF_A_MB: u64 = 1_000_000;

/// Characters of a bot's token behind its colon, at least; they have 35.
const TOKEN_CHARS_MIN: usize = 30;

impl Reader {
    pub(super) fn photos(&mut self, config: &Config) -> Option<PhotoSettings> {
        let photos = &config.photos;
        let minutes = self.number("photos.session_minutes", photos.session_minutes, 1..=SESSION_MINUTES_MAX);
        let wanted = self.number("photos.wanted", photos.wanted, 1..=PHOTOS_MAX);
        let most = self.number("photos.most", photos.most, 1..=PHOTOS_MAX);
        let disk_mb = self.number("photos.disk_mb", photos.disk_mb, 1..=DISK_MB_MAX);
        if let (Some(wanted), Some(most)) = (wanted, most)
            && wanted > most
        {
            let advice =
                format!("a customer is asked for {wanted} photos (photos.wanted), so at least as many must be allowed");
            self.wrong::<()>("photos.most", advice);
        }
        if photos.folder.is_empty() {
            return self.wrong("photos.folder", "give a folder; it is made when the first photo comes");
        }
        if let Err(advice) = paths::judge(&photos.folder, &self.source("photos.folder")) {
            return self.wrong("photos.folder", advice);
        }
        let folder = self.folder.join(&photos.folder);
        let lifetime = SpanMs::seconds(minutes?.saturating_mul(60));
        let disk_bytes = u64::from(disk_mb?).saturating_mul(BYTES_OF_A_MB);
        let retakes = self.number("photos.retakes", photos.retakes, 0..=RETAKES_MAX);
        let countdown = self.number("photos.countdown_seconds", photos.countdown_seconds, 1..=COUNTDOWN_SECONDS_MAX);
        let keep = self.number("photos.keep_hours", photos.keep_hours, 1..=KEEP_HOURS_MAX);
        let public_address = self.public_address(&photos.public_address);
        // A server that is reached by a name of its own shows pictures there, unless the owner says where else.
        let own = config.public.domain.trim().trim_end_matches('.').to_ascii_lowercase();
        let own = (!own.is_empty()).then(|| format!("https://{own}"));
        let public_address = public_address.map(|named| named.or(own));
        let source = PhotoSource::ALL.into_iter().find(|source| source.word() == photos.source.trim().to_lowercase());
        let source = match source {
            Some(source) => Some(source),
            None => self.wrong("photos.source", "choose \"boothpay\", \"own program\" or \"receipt\""),
        };
        let pay = self.pay(config);
        Some(PhotoSettings {
            source: source?,
            pay: pay?,
            retakes: retakes?,
            countdown_seconds: countdown?,
            keep: SpanMs::seconds(keep?.saturating_mul(3600)),
            public_address: public_address?,
            folder,
            lifetime,
            wanted: wanted?,
            most: most?,
            disk_bytes,
        })
    }

    /// When customers pay. Paying first is for the booth's own camera, and there must be room for the pictures that are paid for.
    fn pay(&mut self, config: &Config) -> Option<PayTime> {
        let photos = &config.photos;
        match PayTime::ALL.into_iter().find(|time| time.word() == photos.pay.trim().to_lowercase()) {
            Some(PayTime::First) if photos.source.trim().to_lowercase() != PhotoSource::Boothpay.word() => self.wrong(
                "photos.pay",
                "\"first\" is for pictures that this booth takes; set photos.source = \"boothpay\" too, or choose \"after\"",
            ),
            Some(PayTime::First) if photos.disk_mb < PAY_FIRST_DISK_MB_MIN => {
                let advice = format!(
                    "give at least {PAY_FIRST_DISK_MB_MIN} where photos.pay is \"first\": there must be room for pictures that are paid for already"
                );
                self.wrong("photos.disk_mb", advice)
            }
            Some(time) => Some(time),
            None => self.wrong("photos.pay", "choose \"after\" or \"first\""),
        }
    }

    fn public_address(&mut self, text: &str) -> Option<Option<String>> {
        let text = text.trim().trim_end_matches('/');
        if text.is_empty() {
            return Some(None);
        }
        match HttpAddress::parse(text) {
            Ok(address) if !address.path.contains(['?', '#']) => Some(Some(text.to_owned())),
            Ok(_) => self.wrong("photos.public_address", "leave ? and # and what follows them away"),
            Err(advice) => self.wrong("photos.public_address", advice),
        }
    }

    /// The bot, or none when there is no token.
    pub(super) fn telegram(&mut self, config: &Config) -> Option<Option<TelegramSettings>> {
        let telegram = &config.telegram;
        let api = self.bot_api(&telegram.api);
        let (token, place) =
            match self.secret("telegram.token", &telegram.token, "telegram.token_file", &telegram.token_file) {
                Kept::Nothing => return Some(None),
                Kept::Wrong => return None,
                Kept::Text(token, place) => (token, place),
            };
        if let Some(fault) = secrets::pasted(&token) {
            return self.wrong(place, fault);
        }
        let is_token = token.split_once(':').is_some_and(|(number, rest)| {
            let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            number.parse::<i64>().is_ok_and(|number| number > 0)
                && rest.len() >= TOKEN_CHARS_MIN
                && rest.bytes().all(sign)
        });
        if !is_token {
            let advice = "this is no token of a bot. @BotFather shows it when the bot is made (and with /mybots): a number, a \
                          colon and 35 letters, digits and signs. Copy all of it";
            return self.wrong(place, advice);
        }
        let token = Secret::new(token)?;
        Some(Some(TelegramSettings { token, api: api? }))
    }

    /// The token stands in the address of every call, so it never goes in the clear through the internet.
    fn bot_api(&mut self, text: &str) -> Option<HttpAddress> {
        let address = match HttpAddress::parse(text.trim()) {
            Ok(address) => address,
            Err(advice) => return self.wrong("telegram.api", advice),
        };
        let is_near = address.ip().is_some_and(is_private) || address.is_localhost();
        if !address.is_https && !is_near {
            let advice = "begin it with https://: each call carries the bot's token. http:// is for this computer and for \
                          addresses in numbers of the local network";
            return self.wrong("telegram.api", advice);
        }
        if address.path.contains('?') {
            return self.wrong("telegram.api", "leave ? and what follows it away");
        }
        Some(address)
    }
}
