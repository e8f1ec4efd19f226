//! The booth: its name, its prices, its times.

use super::Reader;
use crate::clock::Clock;
use crate::config::raw::Booth;
use crate::config::settings::Mode;
use crate::config::{names, syntax};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::limits::{AMOUNT_TIYIN_MAX, BOOTH_NAME_CHARS_MAX, COPIES_MAX};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::shop::Prices;
use boothpay_protocol::time::{SpanMs, TimeMs};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::ops::RangeInclusive;

/// Characters of the support phone: what fits beside it on the smallest screen.
pub(in crate::config) const PHONE_CHARS_MAX: usize = 40;

/// Prices outside of this, in soum, are probably a slip: thousands left out, or tiyin.
const USUAL_PRICE_SOUM: RangeInclusive<i64> = 1_000..=1_000_000;

/// Seconds that the screen may show a code.
pub(in crate::config) const SCREEN_SECONDS: RangeInclusive<u32> = 30..=3_600;

/// Seconds after which it may ask whether anybody is there.
pub(in crate::config) const IDLE_SECONDS: RangeInclusive<u32> = 10..=3_600;

/// Seconds in which customers pay. A longer time is for Payme's sandbox.
const USUAL_ORDER_SECONDS_MAX: u32 = 3_600;

/// From summer time to winter time or back.
const HALF_A_YEAR: SpanMs = SpanMs::seconds(183 * 86_400);

/// Whether a first print at this price is probably a slip.
pub(crate) fn is_odd_price(soum: i64) -> bool {
    !USUAL_PRICE_SOUM.contains(&soum)
}

/// The booth's settings as values.
pub(super) struct BoothValues {
    pub(super) id: BoothId,
    pub(super) language: Language,
    pub(super) time_zone: TimeZone,
    pub(super) prices: Prices,
    pub(super) order_lifetime: SpanMs,
    pub(super) payment_screen_seconds: u32,
    pub(super) idle_seconds: u32,
}

impl Reader {
    pub(super) fn booth(&mut self, booth: &Booth, mode: Mode) -> Option<BoothValues> {
        let id = BoothId::parse(&booth.id).map_err(|error| self.wrong::<()>("booth.id", error.to_string())).ok();
        if booth.name.trim().is_empty() || booth.name.chars().count() > BOOTH_NAME_CHARS_MAX {
            self.wrong::<()>("booth.name", format!("give the booth a name of 1 to {BOOTH_NAME_CHARS_MAX} characters"));
        }
        self.shown_text("booth.name", &booth.name);
        if booth.support_phone.chars().count() > PHONE_CHARS_MAX {
            self.wrong::<()>("booth.support_phone", format!("use at most {PHONE_CHARS_MAX} characters"));
        }
        self.shown_text("booth.support_phone", &booth.support_phone);
        let language = match Language::from_code(&booth.language) {
            Some(language) => Some(language),
            None => self.wrong("booth.language", "choose \"ru\", \"uz\" or \"en\""),
        };
        let time_zone = match TimeZone::get(&booth.time_zone) {
            Ok(zone) if has_whole_hours(&zone, Clock::System.now()) => Some(zone),
            Ok(_) => self.wrong("booth.time_zone", PARTS_OF_HOURS),
            Err(_) => self.wrong("booth.time_zone", time_zone_advice(&booth.time_zone)),
        };
        let prices = self.prices(booth);
        let order_seconds = self.number("booth.order_seconds", booth.order_seconds, 30..=86_400);
        if self.takes_money(mode) && order_seconds.is_some_and(|seconds| seconds > USUAL_ORDER_SECONDS_MAX) {
            let advice = "an order can be paid for more than an hour; that is for Payme's sandbox. Before customers come, take \
                          this line away or set it to 900";
            self.remark("booth.order_seconds", advice);
        }
        let screen_seconds = self.number("booth.payment_screen_seconds", booth.payment_screen_seconds, SCREEN_SECONDS);
        let idle_seconds = self.number("booth.idle_seconds", booth.idle_seconds, IDLE_SECONDS);
        Some(BoothValues {
            id: id?,
            language: language?,
            time_zone: time_zone?,
            prices: prices?,
            order_lifetime: SpanMs::seconds(order_seconds?),
            payment_screen_seconds: screen_seconds?,
            idle_seconds: idle_seconds?,
        })
    }

    /// What customers read has no characters that turn, hide or break a line.
    pub(super) fn shown_text(&mut self, setting: &str, text: &str) {
        let hidden = text.chars().filter(|c| *c != '\u{a0}').collect::<String>();
        if text.chars().any(char::is_control) {
            self.wrong::<()>(setting, "there is a line break or another control character in it; write it on one line");
        } else if let Some(what) = syntax::invisible(&hidden) {
            self.wrong::<()>(setting, format!("there is {what} in it; type the text again by hand"));
        }
    }

    fn prices(&mut self, booth: &Booth) -> Option<Prices> {
        let base = booth.base_price.checked_mul(100).and_then(|tiyin| Tiyin::new(tiyin).ok());
        let base = base.or_else(|| {
            self.wrong("booth.base_price", format!("give a price in soum, from 1 to {}", AMOUNT_TIYIN_MAX / 100))
        });
        if base.is_some() && is_odd_price(booth.base_price) {
            let advice = format!(
                "the first print costs {} soum; is that meant? Prices are in soum, not tiyin and not thousands",
                booth.base_price
            );
            self.remark("booth.base_price", advice);
        }
        let extra = booth.extra_copy_price.checked_mul(100).filter(|extra| *extra >= 0);
        let extra = extra.or_else(|| self.wrong("booth.extra_copy_price", "give a price in soum, 0 or more"));
        let most = self.number("booth.max_copies", booth.max_copies, 1..=u32::from(COPIES_MAX));
        let prices =
            Prices { base: base?, extra_copy_tiyin: extra?, max_copies: u16::try_from(most?).unwrap_or(COPIES_MAX) };
        match prices.price(prices.max_copies) {
            Ok(_) => Some(prices),
            Err(error) => self.wrong("booth.max_copies", error.to_string()),
        }
    }
}

/// Why a time zone is refused in which no sums can be made of days.
const PARTS_OF_HOURS: &str = "the clock of this time zone is not whole hours away from world time (UTC), and sums are kept by the hour, so \
                              a day's sums would be wrong; write a zone with whole hours, in Uzbekistan \"Asia/Tashkent\"";

/// Whether a zone's clock is whole hours away from UTC, now and in the other half of the year.
fn has_whole_hours(zone: &TimeZone, now: TimeMs) -> bool {
    [now, now.plus(HALF_A_YEAR)].into_iter().all(|time| {
        let time = Timestamp::from_millisecond(time.ms()).unwrap_or(Timestamp::UNIX_EPOCH);
        zone.to_offset(time).seconds() % 3600 == 0
    })
}

fn time_zone_advice(written: &str) -> String {
    let lower = written.to_lowercase();
    let here = ["tashkent", "toshkent", "ташкент", "uz", "+5", "+05"].iter().any(|word| lower.contains(word));
    let known: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    let near = names::closest(written, known.iter().map(String::as_str));
    match near {
        Some(near) if !here => format!("there is no such time zone; did you mean {near:?}?"),
        Some(_) | None => "there is no such time zone; write \"Asia/Tashkent\"".to_owned(),
    }
}
