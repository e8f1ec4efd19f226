//! Which column is what: known by its heading in Russian, Uzbek or English, or mapped by hand.

use super::decimal::{self, BadSum, Unit};
use super::grid::{Grid, Value, plain};
use super::known::{self, simple};
use super::moment::BadMoment;
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

impl Columns {
    /// The heading that was chosen for two fields, where one was.
    fn chosen_twice(&self) -> Option<&str> {
        let chosen: Vec<(String, &str)> = self.headings.values().map(|it| (simple(it), it.as_str())).collect();
        let is_twice = |(place, (name, _)): &(usize, &(String, &str))| {
            chosen.iter().take(*place).any(|(before, _)| before == name)
        };
        chosen.iter().enumerate().find(is_twice).map(|(_, (_, heading))| *heading)
    }
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
}

/// Where each field stands.
pub(super) type Places = BTreeMap<Field, (usize, Unit)>;

/// Finds the headings: their row, the columns that they name, and where those are.
pub(super) fn find(grid: &Grid, known: &Columns) -> Result<(u64, Columns, Places), StatementError> {
    let (row, cells, places) = heading_row(grid, known)?;
    let places = beside_its_day(grid, row, cells, known, places);
    let shown = || shown(cells.iter().map(|it| it.text.as_str()));
    if let Some(heading) = known.chosen_twice() {
        return Err(Trouble::SameColumn { heading: heading.to_owned(), headings: shown() }.in_row(row));
    }
    let missing = missing(&places);
    if !missing.is_empty() {
        return Err(Trouble::Headings { missing, headings: shown() }.in_row(row));
    }
    let heading = |place: usize| cells.get(place).map(|cell| cell.text.trim().to_owned()).unwrap_or_default();
    let headings = places.iter().map(|(field, (place, _))| (*field, heading(*place))).collect();
    Ok((row, Columns { headings, words: known.words.clone() }, places))
}

/// The same where the column of the moment, as in "Время оплаты", has the time of day alone, and another column has the day.
fn beside_its_day(grid: &Grid, row: u64, cells: &[Value], known: &Columns, mut places: Places) -> Places {
    let Some(clock) = places.get(&Field::Time).copied() else { return places };
    let below = grid.rows.iter().filter(|(at, _)| *at > row).filter_map(|(_, cells)| cells.get(clock.0));
    let is_clock =
        below.map(|cell| plain(&cell.text)).find(|text| !text.is_empty()).is_some_and(|it| moment::is_clock(&it));
    let is_mapped = [Field::Time, Field::Clock].iter().any(|field| known.headings.contains_key(field));
    if is_mapped || !is_clock {
        return places;
    }
    let is_free = |place: &usize| places.values().all(|(taken, _)| taken != place);
    let at = |name: &&str| cells.iter().position(|cell| simple(&cell.text) == **name).filter(is_free);
    if let Some(day) = Field::Time.known().iter().find_map(at) {
        places.extend([(Field::Time, (day, Unit::Soum)), (Field::Clock, clock)]);
    }
    places
}

/// What a list of payments has to have and this one has not.
fn missing(places: &Places) -> Vec<Field> {
    let mut missing: Vec<Field> = [Field::Sum, Field::Time].into_iter().filter(|it| !places.contains_key(it)).collect();
    if !places.contains_key(&Field::Id) && !places.contains_key(&Field::Order) {
        missing.push(Field::Id);
    }
    missing
}

/// Whether a page, or its first rows, has the headings of a list of payments.
pub(super) fn are_known(grid: &Grid, known: &Columns) -> bool {
    heading_row(grid, known).is_ok_and(|(_, _, places)| missing(&places).is_empty())
}

/// How many headings of a list of payments a page, or its first rows, has in one row.
pub(super) fn count_known(grid: &Grid, known: &Columns) -> usize {
    heading_row(grid, known).map_or(0, |(_, _, places)| places.len())
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
        let bare = |heading: &String| match field {
            Field::Sum => known::without_unit(heading).to_owned(),
            Field::Id | Field::Time | Field::Clock | Field::Order | Field::Status => heading.clone(),
        };
        let at = |name: &&str| headings.iter().position(|heading| bare(heading) == **name).filter(is_free);
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

/// Reads one row.
pub(super) struct RowReader<'a> {
    pub(super) row: u64,
    pub(super) cells: &'a [Value],
    pub(super) places: &'a Places,
    pub(super) columns: &'a Columns,
    pub(super) zone: &'a TimeZone,
    /// The cell above that has the day, where the file says that it is one with this row's.
    pub(super) day_above: Option<&'a Value>,
}

impl RowReader<'_> {
    fn value(&self, field: Field) -> Option<(&Value, Unit)> {
        let (place, unit) = self.places.get(&field)?;
        let own = self.cells.get(*place).filter(|value| !plain(&value.text).is_empty());
        let above = self.day_above.filter(|_| field == Field::Time);
        own.or(above).map(|value| (value, *unit))
    }

    /// What a cell says, without what programs put around it.
    fn text(&self, field: Field) -> Option<String> {
        self.value(field).map(|(value, _)| plain(&value.text))
    }

    /// A number that names something. Its end `.0` is that of a program for which it is a quantity; so are blanks among its digits.
    fn name(&self, field: Field) -> Option<String> {
        let text = self.text(field)?;
        let joined: String = text.chars().filter(|letter| *letter != ' ').collect();
        let whole =
            joined.split_once(['.', ',']).filter(|(_, rest)| !rest.is_empty() && rest.bytes().all(|it| it == b'0'));
        let digits = whole.map_or(joined.as_str(), |(digits, _)| digits);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(if is_number { digits.to_owned() } else { text })
    }

    /// The place of a field's cell, as a spreadsheet calls it.
    fn cell(&self, field: Field) -> String {
        let mut number = self.places.get(&field).map_or(0, |(place, _)| place.saturating_add(1));
        let mut letters = Vec::new();
        while let Some(before) = number.checked_sub(1) {
            letters.insert(0, char::from(b'A'.saturating_add(u8::try_from(before % 26).unwrap_or(0))));
            number = before / 26;
        }
        format!("{}{}", letters.into_iter().collect::<String>(), self.row)
    }

    /// Whether it is a sum over others: by its first cell, also by that of the payment's number; and, where payments have a state or a number
    /// and it has none, by any cell. An order may be called so.
    fn is_total(&self) -> bool {
        let texts: Vec<String> = self.cells.iter().map(|cell| plain(&cell.text)).collect();
        let is_at = |field: Field, place: usize| self.places.get(&field).is_some_and(|(at, _)| *at == place);
        let first = texts.iter().position(|text| !text.is_empty());
        let is_plain = self.value(Field::Status).is_none()
            && (self.places.contains_key(&Field::Status) || self.value(Field::Id).is_none());
        let may_say =
            |place: usize| is_plain || is_at(Field::Id, place) || (first == Some(place) && !is_at(Field::Order, place));
        texts.iter().enumerate().any(|(place, text)| known::is_total(text) && may_say(place))
    }

    /// The row as a line about a payment; none when it is about none. A payment that never came may be without a sum or a time.
    pub(super) fn line(&self) -> Result<Option<Line>, StatementError> {
        if self.is_total() {
            return Ok(None);
        }
        let meaning = self.text(Field::Status).map(|word| self.meaning(&word));
        let is_named = self.value(Field::Id).is_some() || self.value(Field::Order).is_some();
        if !is_named || self.value(Field::Time).is_none() {
            return self.without_money(is_named, meaning).map(|()| None);
        }
        let meaning = meaning.unwrap_or(Ok(Meaning::Paid))?;
        match (self.read(meaning), meaning) {
            (Err(_), Meaning::Skip) => Ok(None),
            (read, _) => read,
        }
    }

    /// That a row without a day, or without a name, is about no money. One that has a sum and something else of a payment is refused: what is
    /// left out here would be named nowhere.
    fn without_money(
        &self,
        is_named: bool,
        meaning: Option<Result<Meaning, StatementError>>,
    ) -> Result<(), StatementError> {
        if meaning == Some(Ok(Meaning::Skip)) || !self.tiyin().is_ok_and(|tiyin| tiyin != 0) {
            return Ok(());
        }
        let has = |field: Field| self.value(field).is_some();
        // A label, as of the wallet's share under the list, has no digits; a payment's number has.
        let has_number = self.text(Field::Id).is_some_and(|id| id.contains(|letter: char| letter.is_ascii_digit()));
        let is_stated = meaning.is_some();
        if !has(Field::Time) {
            let is_money = is_stated || has_number || has(Field::Order) || has(Field::Clock);
            let trouble = is_money.then(|| Trouble::NoTime(self.cell(Field::Time)).in_row(self.row));
            return trouble.map_or(Ok(()), Err);
        }
        let is_money = is_stated || has(Field::Clock) || !self.places.contains_key(&Field::Status);
        if is_named || !is_money {
            return Ok(());
        }
        let field = if self.places.contains_key(&Field::Id) { Field::Id } else { Field::Order };
        Err(Trouble::NoName(self.cell(field)).in_row(self.row))
    }

    /// The sum, negative where it went back.
    fn tiyin(&self) -> Result<i64, StatementError> {
        let Some((sum, unit)) = self.value(Field::Sum) else { return Err(Trouble::NoSum.in_row(self.row)) };
        let text = plain(&sum.text);
        let tiyin = if sum.is_number { decimal::of_number(&text, unit) } else { decimal::of_text(&text, unit) };
        tiyin.map_err(|why| bad_sum(why, &text).in_row(self.row))
    }

    fn read(&self, meaning: Meaning) -> Result<Option<Line>, StatementError> {
        let tiyin = self.tiyin()?;
        if tiyin == 0 {
            return Ok(None);
        }
        let (time, clock) = (self.text(Field::Time).unwrap_or_default(), self.text(Field::Clock));
        let at = moment::read(&time, clock.as_deref(), self.zone).map_err(|bad| {
            let (field, text) = match bad {
                BadMoment::Day => (Field::Time, time.as_str()),
                BadMoment::Clock => (Field::Clock, clock.as_deref().unwrap_or_default()),
            };
            Trouble::BadTime(quoted(&format!("{}: {text}", self.cell(field)))).in_row(self.row)
        })?;
        let meaning = if meaning == Meaning::Paid && tiyin < 0 { Meaning::Refunded } else { meaning };
        for named in [Field::Id, Field::Order].into_iter().filter_map(|field| self.text(field)) {
            if has_lost_digits(&named) {
                return Err(Trouble::LostDigits(quoted(&named)).in_row(self.row));
            }
        }
        let text = self.text(Field::Sum).unwrap_or_default();
        let size = tiyin.checked_abs().ok_or_else(|| bad_sum(BadSum::Impossible, &text).in_row(self.row))?;
        Ok(Some(Line {
            row: self.row,
            id: self.name(Field::Id),
            order: self.name(Field::Order),
            tiyin: size,
            at,
            meaning,
            is_minus: tiyin < 0,
        }))
    }

    fn meaning(&self, word: &str) -> Result<Meaning, StatementError> {
        let told = self.columns.words.get(&word.to_lowercase()).copied();
        told.or_else(|| known::meaning(word)).ok_or_else(|| Trouble::Word(quoted(word)).in_row(self.row))
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
