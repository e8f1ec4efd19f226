//! Which column is what: known by its heading in Russian, Uzbek or English, or mapped by hand.

use super::decimal::{self, BadSum, Unit};
use super::grid::{Grid, Value};
use super::trouble::{quoted, shown};
use super::{Line, ROWS_BEFORE_HEADINGS, StatementError, Trouble, moment};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The provider's id of the payment.
    Id,
    /// The sum.
    Sum,
    /// The day, with the time or without.
    Time,
    /// The time of day, where it has a column of its own.
    Clock,
    /// The order.
    Order,
    /// What has become of the payment.
    Status,
}

/// What a word in the column of states means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// The money came.
    Paid,
    /// It went back.
    Refunded,
    /// It never came.
    Skip,
}

impl Meaning {
    /// Takes back the name on the command line and in forms.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "paid" => Some(Self::Paid),
            "refunded" => Some(Self::Refunded),
            "skip" => Some(Self::Skip),
            _ => None,
        }
    }
}

/// Headings and words, as they were mapped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// The heading of each field.
    pub headings: BTreeMap<Field, String>,
    /// Words of the column of states that are not known otherwise.
    pub words: BTreeMap<String, Meaning>,
}

impl Field {
    /// All of them, in the order in which a heading is looked for.
    pub const ALL: [Self; 6] = [Self::Sum, Self::Status, Self::Order, Self::Id, Self::Time, Self::Clock];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Sum => "sum",
            Self::Time => "time",
            Self::Clock => "clock",
            Self::Order => "order",
            Self::Status => "status",
        }
    }

    /// Headings that are known, in small letters without signs; the likeliest first.
    const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Id => &[
                "id транзакции",
                "ид транзакции",
                "номер транзакции",
                "id платежа",
                "номер платежа",
                "id чека",
                "номер чека",
                "id операции",
                "номер операции",
                "transaction id",
                "transactionid",
                "payment id",
                "payme id",
                "paycom id",
                "click trans id",
                "click paydoc id",
                "trans id",
                "transid",
                "providertrnid",
                "receipt id",
                "tranzaksiya id",
                "tranzaksiya raqami",
                "to lov id",
                "to lov raqami",
                "chek raqami",
                "транзакция",
                "transaction",
                "tranzaksiya",
                "id",
                "ид",
            ],
            Self::Sum => &[
                "сумма платежа",
                "сумма оплаты",
                "сумма транзакции",
                "сумма операции",
                "сумма сум",
                "сумма сумов",
                "сумма тийин",
                "сумма",
                "amount",
                "amount uzs",
                "amount soum",
                "amount tiyin",
                "sum",
                "total",
                "payment amount",
                "to lov summasi",
                "summasi",
                "summa",
                "summa so m",
                "summa tiyin",
            ],
            Self::Time => &[
                "дата и время",
                "дата время",
                "дата оплаты",
                "дата платежа",
                "дата транзакции",
                "дата операции",
                "время оплаты",
                "время платежа",
                "дата",
                "date and time",
                "datetime",
                "date time",
                "payment date",
                "payment time",
                "paid at",
                "created at",
                "timestamp",
                "date",
                "to lov vaqti",
                "to lov sanasi",
                "sana va vaqt",
                "sana",
                "время",
                "time",
                "vaqt",
                "vaqti",
            ],
            Self::Clock => &["время", "время оплаты", "время платежа", "time", "vaqt", "vaqti"],
            Self::Order => &[
                "номер заказа",
                "заказ",
                "id заказа",
                "order id",
                "orderid",
                "order",
                "merchant trans id",
                "merchanttransid",
                "лицевой счет",
                "лицевой счёт",
                "счет",
                "счёт",
                "account",
                "параметр",
                "buyurtma raqami",
                "buyurtma",
                "hisob raqami",
                "hisob",
                "детали платежа",
            ],
            Self::Status => &[
                "статус платежа",
                "статус транзакции",
                "статус",
                "состояние",
                "status",
                "payment status",
                "state",
                "holati",
                "holat",
                "status nomi",
            ],
        }
    }
}

/// Words of states, in small letters.
const WORDS: [(Meaning, &[&str]); 3] = [
    (
        Meaning::Paid,
        &[
            "оплачен",
            "оплачено",
            "оплачена",
            "успешно",
            "успешный",
            "успешная",
            "успех",
            "проведен",
            "проведён",
            "проведено",
            "подтвержден",
            "подтверждён",
            "завершен",
            "завершён",
            "завершено",
            "paid",
            "success",
            "successful",
            "succeeded",
            "completed",
            "confirmed",
            "performed",
            "ok",
            "to‘langan",
            "to'langan",
            "toʻlangan",
            "tolangan",
            "muvaffaqiyatli",
            "2",
        ],
    ),
    (
        Meaning::Refunded,
        &[
            "возврат",
            "возвращен",
            "возвращён",
            "возвращено",
            "сторно",
            "сторнирован",
            "отменен после оплаты",
            "отменён после оплаты",
            "refund",
            "refunded",
            "reversed",
            "reversal",
            "qaytarilgan",
            "qaytarildi",
            "-2",
        ],
    ),
    (
        Meaning::Skip,
        &[
            "отменен",
            "отменён",
            "отменено",
            "отменена",
            "отмена",
            "отклонен",
            "отклонён",
            "отклонено",
            "ошибка",
            "неуспешно",
            "не оплачен",
            "создан",
            "создана",
            "в обработке",
            "ожидает",
            "ожидание",
            "failed",
            "error",
            "rejected",
            "declined",
            "canceled",
            "cancelled",
            "created",
            "pending",
            "processing",
            "expired",
            "bekor qilingan",
            "bekor qilindi",
            "xato",
            "kutilmoqda",
            "0",
            "1",
            "-1",
        ],
    ),
];

/// Where each field stands.
pub(super) type Places = BTreeMap<Field, (usize, Unit)>;

/// Finds the headings: their row, the columns that they name, and where those are.
pub(super) fn find(grid: &Grid, known: &Columns) -> Result<(u64, Columns, Places), StatementError> {
    let (row, cells, places) = heading_row(grid, known)?;
    let mut missing: Vec<Field> = [Field::Sum, Field::Time].into_iter().filter(|it| !places.contains_key(it)).collect();
    if !places.contains_key(&Field::Id) && !places.contains_key(&Field::Order) {
        missing.push(Field::Id);
    }
    if !missing.is_empty() {
        let headings = shown(cells.iter().map(|it| it.text.as_str()));
        return Err(Trouble::Headings { missing, headings }.in_row(row));
    }
    let heading = |place: usize| cells.get(place).map(|cell| cell.text.trim().to_owned()).unwrap_or_default();
    let headings = places.iter().map(|(field, (place, _))| (*field, heading(*place))).collect();
    Ok((row, Columns { headings, words: known.words.clone() }, places))
}

/// All headings, for a person to choose from.
pub(super) fn all(grid: &Grid, known: &Columns) -> Result<Vec<String>, StatementError> {
    heading_row(grid, known).map(|(_, cells, _)| shown(cells.iter().map(|it| it.text.as_str())))
}

/// A row of headings: its place, its cells, and where each field stands.
type Headed<'a> = (u64, &'a [Value], Places);

/// The row of the headings: the one with most that are known, or else, under titles that stand alone, the first that is full.
fn heading_row<'a>(grid: &'a Grid, known: &Columns) -> Result<Headed<'a>, StatementError> {
    let mut best: Option<((usize, usize), Headed<'a>)> = None;
    for (row, cells) in grid.rows.iter().take(ROWS_BEFORE_HEADINGS) {
        let places = places(cells, known);
        let filled = cells.iter().filter(|cell| !cell.text.trim().is_empty()).count();
        let rank = (places.len(), filled);
        if best.as_ref().is_none_or(|(most, _)| rank > *most) {
            best = Some((rank, (*row, cells, places)));
        }
    }
    best.map(|(_, headed)| headed).ok_or_else(|| Trouble::Empty.into())
}

fn places(cells: &[Value], known: &Columns) -> Places {
    let headings: Vec<String> = cells.iter().map(|cell| simple(&cell.text)).collect();
    let mut places = Places::new();
    // What was mapped by hand comes first, and takes its column from the others.
    for (field, heading) in &known.headings {
        if let Some(place) = headings.iter().position(|it| *it == simple(heading)) {
            places.insert(*field, (place, unit(&headings, place)));
        }
    }
    for field in Field::ALL {
        if places.contains_key(&field) {
            continue;
        }
        let is_free = |place: &usize| places.values().all(|(taken, _)| taken != place);
        let at = |name: &&str| headings.iter().position(|heading| heading == *name).filter(is_free);
        if let Some(place) = field.known().iter().find_map(at) {
            places.insert(field, (place, unit(&headings, place)));
        }
    }
    places
}

fn unit(headings: &[String], place: usize) -> Unit {
    let heading = headings.get(place).map(String::as_str).unwrap_or_default();
    if heading.contains("тийин") || heading.contains("tiyin") { Unit::Tiyin } else { Unit::Soum }
}

/// A heading in small letters, its signs as blanks.
fn simple(heading: &str) -> String {
    let letters = heading.to_lowercase();
    let plain: String = letters.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads one row.
pub(super) struct RowReader<'a> {
    pub(super) row: u64,
    pub(super) cells: &'a [Value],
    pub(super) places: &'a Places,
    pub(super) columns: &'a Columns,
    pub(super) zone: &'a TimeZone,
}

impl RowReader<'_> {
    fn value(&self, field: Field) -> Option<(&Value, Unit)> {
        let (place, unit) = self.places.get(&field)?;
        self.cells.get(*place).filter(|value| !value.text.trim().is_empty()).map(|value| (value, *unit))
    }

    fn text(&self, field: Field) -> Option<String> {
        let (value, _) = self.value(field)?;
        let text = value.text.trim();
        // A number that a spreadsheet has as `12345.0`.
        let text =
            if value.is_number { text.strip_suffix(".0").unwrap_or(text) } else { text.trim_start_matches('\'') };
        Some(text.to_owned())
    }

    /// Whether it is about a payment at all, and no total under the list.
    pub(super) fn is_payment(&self) -> bool {
        self.value(Field::Time).is_some() && (self.value(Field::Id).is_some() || self.value(Field::Order).is_some())
    }

    /// The row as a line about a payment; none when it is about none. A payment that never came may be without a sum or a time.
    pub(super) fn line(&self) -> Result<Option<Line>, StatementError> {
        if !self.is_payment() {
            return Ok(None);
        }
        let meaning = match self.text(Field::Status) {
            Some(word) => self.meaning(&word)?,
            None => Meaning::Paid,
        };
        match (self.read(meaning), meaning) {
            (Err(_), Meaning::Skip) => Ok(None),
            (read, _) => read,
        }
    }

    fn read(&self, meaning: Meaning) -> Result<Option<Line>, StatementError> {
        let Some((sum, unit)) = self.value(Field::Sum) else { return Err(Trouble::NoSum.in_row(self.row)) };
        let text = sum.text.trim();
        let tiyin = if sum.is_number { decimal::of_number(text, unit) } else { decimal::of_text(text, unit) };
        let tiyin = tiyin.map_err(|why| bad_sum(why, text).in_row(self.row))?;
        if tiyin == 0 {
            return Ok(None);
        }
        let (time, clock) = (self.text(Field::Time).unwrap_or_default(), self.text(Field::Clock));
        let at = moment::read(&time, clock.as_deref(), self.zone);
        let at = at.ok_or_else(|| Trouble::BadTime(quoted(&time)).in_row(self.row))?;
        let meaning = if meaning == Meaning::Paid && tiyin < 0 { Meaning::Refunded } else { meaning };
        for named in [Field::Id, Field::Order].into_iter().filter_map(|field| self.text(field)) {
            if has_lost_digits(&named) {
                return Err(Trouble::LostDigits(quoted(&named)).in_row(self.row));
            }
        }
        let size = tiyin.checked_abs().ok_or_else(|| bad_sum(BadSum::Impossible, text).in_row(self.row))?;
        Ok(Some(Line {
            row: self.row,
            id: self.text(Field::Id),
            order: self.text(Field::Order),
            tiyin: size,
            at,
            meaning,
        }))
    }

    fn meaning(&self, word: &str) -> Result<Meaning, StatementError> {
        let lower = word.to_lowercase();
        if let Some(meaning) = self.columns.words.get(&lower) {
            return Ok(*meaning);
        }
        let known = WORDS.iter().find(|(_, words)| words.contains(&lower.as_str()));
        known.map(|(meaning, _)| *meaning).ok_or_else(|| Trouble::Word(quoted(word)).in_row(self.row))
    }
}

/// Whether a text is a number as a spreadsheet writes those that are too long for it: `5.30539E+23`, `1,2E15`.
fn has_lost_digits(text: &str) -> bool {
    let Some((size, exponent)) = text.split_once(['E', 'e']) else { return false };
    let Some((whole, decimals)) = size.split_once(['.', ',']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(decimals) && digits(exponent.strip_prefix('+').unwrap_or(exponent))
}

fn bad_sum(why: BadSum, text: &str) -> Trouble {
    let text = quoted(text);
    match why {
        BadSum::NoSum => Trouble::BadSum(text),
        BadSum::Unclear => Trouble::UnclearSum(text),
        BadSum::Impossible => Trouble::ImpossibleSum(text),
    }
}
