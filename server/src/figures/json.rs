//! A report as JSON: the same from `boothpay report --json` and in `GET /api/stats`. Sums are in soum, exactly; what cannot be
//! computed, because there is nothing, is null.

use super::{Before, Figures, Money, Report, Sum};
use boothpay_protocol::money::Soum;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("period", &self.period.to_string())?;
        map.serialize_entry("time_zone", self.zone.iana_name().unwrap_or_default())?;
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("before", &self.before)?;
        map.serialize_entry("parts", &Listed(&self.parts, "begins"))?;
        map.serialize_entry("by_provider", &Named(&self.by_provider))?;
        map.serialize_entry("by_booth", &Listed(&self.by_booth, "booth"))?;
        map.serialize_entry("owed_now", &self.owed_now.count)?;
        map.serialize_entry("owed_now_soum", &soum(self.owed_now))?;
        map.end()
    }
}

impl Serialize for Before {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("period", &self.period.to_string())?;
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("by_now", &self.by_now)?;
        map.end()
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        figures(&mut map, self)?;
        map.end()
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        money(&mut map, self)?;
        map.end()
    }
}

/// Figures in a list, each with what they are of under a name.
struct Listed<'a, T>(&'a [(T, Figures)], &'static str);

impl<T: ToString> Serialize for Listed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(of, figures)| One { name: self.1, of: of.to_string(), figures }))
    }
}

struct One<'a> {
    name: &'static str,
    of: String,
    figures: &'a Figures,
}

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.name, &self.of)?;
        figures(&mut map, self.figures)?;
        map.end()
    }
}

/// Money by its provider's word.
struct Named<'a>(&'a [(boothpay_protocol::ledger::provider::Provider, Money)]);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(provider, money)| (provider.word(), money)))
    }
}

fn figures<M: SerializeMap>(map: &mut M, figures: &Figures) -> Result<(), M::Error> {
    money(map, &figures.money)?;
    let (shown, asked_back) = (&figures.shown, figures.shown.asked_back);
    map.serialize_entry("asked_back", &asked_back.count)?;
    map.serialize_entry("asked_back_soum", &soum(asked_back))?;
    map.serialize_entry("orders", &shown.made)?;
    map.serialize_entry("sold", &shown.sold)?;
    map.serialize_entry("sold_percent", &scaled(shown.sold_of_thousand(), 1))?;
    map.serialize_entry("copies", &shown.copies)?;
    map.serialize_entry("copies_per_order", &scaled(shown.copies_hundredths(), 2))?;
    map.serialize_entry("waiting", &shown.waiting)?;
    map.serialize_entry("cancelled_unscanned", &shown.cancelled_unscanned)?;
    map.serialize_entry("cancelled_begun", &shown.cancelled_begun)?;
    map.serialize_entry("expired_unscanned", &shown.expired_unscanned)?;
    map.serialize_entry("expired_begun", &shown.expired_begun)
}

fn money<M: SerializeMap>(map: &mut M, money: &Money) -> Result<(), M::Error> {
    let sums = [
        ("paid", "paid_soum", money.paid),
        ("refunded", "refunded_soum", money.refunded),
        ("net", "net_soum", money.net()),
        ("unverified", "unverified_soum", money.unverified),
        ("tests", "tests_soum", money.tests),
        ("owed", "owed_soum", money.owed),
        ("given_back", "given_back_soum", money.given_back),
        ("went_back", "went_back_soum", money.went_back),
    ];
    for (count, in_soum, sum) in sums {
        map.serialize_entry(count, &sum.count)?;
        map.serialize_entry(in_soum, &soum(sum))?;
    }
    map.serialize_entry("average_soum", &money.average_tiyin().map(|tiyin| soum(Sum { count: 0, tiyin })))
}

/// A sum as a JSON number in soum, exactly.
fn soum(sum: Sum) -> Box<RawValue> {
    raw(Soum::from_tiyin(sum.tiyin).to_string())
}

/// A number of so many decimals as a JSON number.
fn scaled(number: Option<i64>, decimals: usize) -> Option<Box<RawValue>> {
    number.map(|number| raw(super::text::decimal(number, decimals, '.')))
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
