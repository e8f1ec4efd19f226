//! GetStatement, and the methods that change no transaction.

use super::{Answered, Row, Shop, cut, error, fail, find};
use crate::support::mistakes::Mistake;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

impl Shop {
    pub(super) fn statement(&self, params: &Value) -> Answered {
        let bound = |name: &str| params[name].as_i64().ok_or_else(|| fail(-32600, name));
        let (from, to) = (bound("from")?, bound("to")?);
        if self.is(Mistake::OneInstantRefused) && from == to {
            return Err(error(-31050, "from has to be before to", json!("from")));
        }
        let books = self.books.lock().unwrap();
        let by = |row: &Row| if self.is(Mistake::OurTime) { row.create } else { row.time };
        let inside = |row: &&Row| match self.mistake {
            Some(Mistake::ExclusiveBound) => (from..to).contains(&by(row)),
            Some(Mistake::BoundIgnored) => by(row) >= from,
            Some(Mistake::DayAtMost) => (from..=to.min(from + 86_400_000)).contains(&by(row)),
            Some(Mistake::StatementForgets) => row.number > books.forgotten && (from..=to).contains(&by(row)),
            Some(Mistake::OnlyPerformed) => row.state == 2 && (from..=to).contains(&by(row)),
            _ => (from..=to).contains(&by(row)),
        };
        let mut rows: Vec<&Row> = books.rows.iter().filter(inside).collect();
        match self.mistake {
            Some(Mistake::InsertionOrder) => {}
            Some(Mistake::SortedBySeconds) => rows.sort_by_key(|row| (cut(by(row)), row.number)),
            _ => rows.sort_by_key(|row| (by(row), row.number)),
        }
        match self.mistake {
            Some(Mistake::FiftyAPage) => rows.truncate(50),
            Some(Mistake::HundredAPage) => rows.truncate(100),
            _ => {}
        }
        if rows.is_empty() && self.is(Mistake::EmptyIsNull) {
            return Ok(json!({"transactions": null}));
        }
        Ok(json!({"transactions": rows.into_iter().map(|row| self.item(row)).collect::<Vec<_>>()}))
    }

    fn item(&self, row: &Row) -> Value {
        let mut item = self.truth(row);
        let time = if self.is(Mistake::OurTimeAsTime) { row.create } else { row.time };
        let account = match self.is(Mistake::AccountMadeUp) {
            true => json!({"order": row.order}),
            false => row.account.clone(),
        };
        #[allow(clippy::cast_precision_loss, reason = "the float is the mistake")]
        let amount = if self.is(Mistake::FloatAmount) { json!(row.amount as f64) } else { json!(row.amount) };
        if self.is(Mistake::StatementDiffers) {
            item.insert("state".to_owned(), json!(row.state.abs()));
        }
        let more = json!({"id": row.id, "time": time, "amount": amount, "account": account, "receivers": null});
        item.extend(more.as_object().cloned().unwrap());
        if self.is(Mistake::ItemsNameless) {
            item.remove("id");
        }
        Value::Object(item)
    }

    pub(super) fn fiscal(&self, params: &Value) -> Answered {
        let kind = params["type"].as_str().unwrap_or_default().to_owned();
        let id = self.id(params)?.to_owned();
        let mut books = self.books.lock().unwrap();
        if find(&mut books, &id).is_none() {
            return Err(fail(if self.is(Mistake::FiscalUnknown) { -31003 } else { -32001 }, "no such receipt"));
        }
        if !["PERFORM", "CANCEL"].contains(&kind.as_str()) || !params["fiscal_data"].is_object() {
            return Err(fail(-32602, "params"));
        }
        if self.is(Mistake::FiscalOnce) && books.fiscal.contains(&(id.clone(), kind.clone())) {
            return Err(fail(-32602, "twice"));
        }
        books.fiscal.push((id, kind));
        Ok(json!({"success": true}))
    }

    pub(super) fn change_password(&self, params: &Value) -> Answered {
        let next = match &params["password"] {
            Value::String(next) => next.clone(),
            Value::Number(number) if self.is(Mistake::AnyKeyTaken) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                return Err(fail(-32600, "password"));
            }
        };
        let mut key = self.key.lock().unwrap();
        if key.as_ref() == Some(&next) {
            return Err(fail(-32504, "the same key"));
        }
        *self.old_key.lock().unwrap() = key.replace(next);
        self.key_changes.fetch_add(1, Ordering::Relaxed);
        Ok(json!({"success": true}))
    }
}
