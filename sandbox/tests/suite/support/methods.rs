//! The methods of the merchant server, and its books.

mod listing;

use super::mistakes::Mistake;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A result or an error object.
pub type Answered = Result<Value, Value>;

/// The shop: its books, and the one thing that it does wrong.
pub struct Shop {
    pub mistake: Option<Mistake>,
    pub cumulative: bool,
    pub limit_ms: Mutex<i64>,
    pub key: Mutex<Option<String>>,
    pub old_key: Mutex<Option<String>>,
    pub ended: AtomicBool,
    pub restarted: AtomicBool,
    pub key_changes: AtomicUsize,
    /// The last connection wrote the names of its headers in lower case.
    pub lower_case: AtomicBool,
    pub performing: AtomicBool,
    /// How many PerformTransaction calls have begun.
    pub performs: AtomicU64,
    /// Payme's time is stored as create_time too, which is allowed.
    pub paymes_time: AtomicBool,
    pub books: Mutex<Books>,
}

/// Orders and transactions.
#[derive(Default)]
pub struct Books {
    pub orders: BTreeMap<String, Order>,
    pub rows: Vec<Row>,
    fiscal: Vec<(String, String)>,
    current: String,
    count: usize,
    /// Transactions up to this number are gone from the statement.
    forgotten: usize,
}

/// An order.
#[derive(Clone, Default)]
pub struct Order {
    price: i64,
    reserved: bool,
}

/// A transaction.
#[derive(Clone)]
pub struct Row {
    id: String,
    order: String,
    account: Value,
    amount: i64,
    time: i64,
    create: i64,
    perform: i64,
    cancel: i64,
    state: i64,
    reason: Option<i64>,
    number: usize,
    /// How much older the tests have made it.
    aged: i64,
}

/// An error object.
pub fn error(code: i64, text: &str, data: Value) -> Value {
    json!({"code": code, "message": {"ru": text, "uz": text, "en": text}, "data": data})
}

fn fail(code: i64, text: &str) -> Value {
    error(code, text, Value::Null)
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// The nearest whole second.
fn rounded(time: i64) -> i64 {
    cut(time + 500)
}

/// A time without its milliseconds.
fn cut(time: i64) -> i64 {
    time / 1000 * 1000
}

impl Shop {
    /// Whether this is what the shop does wrong.
    pub fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// Makes an order.
    pub fn add_order(&self, id: &str, price: i64) {
        self.books.lock().unwrap().orders.insert(id.to_owned(), Order { price, reserved: false });
    }

    /// How often the key was changed.
    pub fn key_changes(&self) -> usize {
        self.key_changes.load(Ordering::Relaxed)
    }

    /// Makes a transaction older.
    pub fn age(&self, id: &str, by_ms: i64) {
        let mut books = self.books.lock().unwrap();
        books.rows.iter_mut().filter(|row| row.id == id).for_each(|row| row.aged += by_ms);
    }

    /// The server is restarted: what it keeps in memory is gone.
    pub fn restart(&self) {
        let mut books = self.books.lock().unwrap();
        if self.is(Mistake::ForgetsAtRestart) {
            books.rows.clear();
        }
        if self.is(Mistake::AnswersAnew) {
            self.restarted.store(true, Ordering::Relaxed);
        }
        if self.is(Mistake::StatementForgets) {
            books.forgotten = books.count;
        }
    }

    /// One call of Payme.
    pub async fn call(&self, method: &str, params: &Value) -> Answered {
        match method {
            "CheckPerformTransaction" => self.check_perform(params),
            "CreateTransaction" => self.create(params).await,
            "PerformTransaction" => self.perform(params).await,
            "CancelTransaction" => self.cancel(params).await,
            "CheckTransaction" => {
                if self.is(Mistake::Slow) {
                    tokio::time::sleep(Duration::from_millis(1100)).await;
                }
                self.check(params)
            }
            "GetStatement" if !self.is(Mistake::NoStatement) => self.statement(params),
            "SetFiscalData" => self.fiscal(params),
            "ChangePassword" => self.change_password(params),
            _ if self.is(Mistake::UnknownMethodIsBadRequest) => Err(fail(-32600, "what?")),
            _ if self.is(Mistake::MethodNotNamed) => Err(fail(-32601, "no such method")),
            _ => Err(error(-32601, "no such method", json!(method))),
        }
    }

    fn account_error(&self, code: i64) -> Value {
        match self.mistake {
            Some(Mistake::MessageIsText) => json!({"code": code, "message": "no such order", "data": "order_id"}),
            Some(Mistake::DataMissing) => fail(code, "no such order"),
            _ => error(code, "no such order", json!("order_id")),
        }
    }

    /// The order that the account names, with the right amount.
    fn order(&self, books: &Books, params: &Value, creating: bool) -> Result<String, Value> {
        let Some(amount) = params["amount"].as_number().cloned() else {
            let crash = self.is(Mistake::AmountMissingCrashes);
            return Err(if crash { json!({"status": 500}) } else { fail(-32600, "amount") });
        };
        if self.is(Mistake::ZeroFractionCrashes) && amount.is_f64() {
            return Err(json!({"status": 500}));
        }
        let account = params["account"].as_object().ok_or_else(|| fail(-32600, "account"))?;
        let mut id = account.get("order_id").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        if self.is(Mistake::OrderByBeginning) {
            id = books.orders.keys().rev().find(|order| id.starts_with(order.as_str())).cloned().unwrap_or(id);
        }
        if id.is_empty() {
            let code = if self.is(Mistake::EmptyAccountIsMissing) { -31003 } else { -31050 };
            return Err(self.account_error(code));
        }
        if self.is(Mistake::TextForNumberCrashes) && (id.starts_with("nobody") || id.len() >= 30) {
            return Err(json!({"status": 500}));
        }
        let Some(order) = books.orders.get(&id) else {
            if self.is(Mistake::CreateMakesOrder) && creating {
                return Ok(id);
            }
            let code = if self.is(Mistake::UnknownOrderIsTransaction) { -31003 } else { -31050 };
            return Err(self.account_error(code));
        };
        if order.reserved && !creating {
            return Err(self.account_error(-31051));
        }
        let price = if self.is(Mistake::AmountInSoum) { order.price / 100 } else { order.price };
        #[allow(clippy::cast_possible_truncation, reason = "the rounding is the mistake")]
        let given = match amount.as_i64() {
            Some(given) => given,
            None if self.is(Mistake::AmountRounded) => amount.as_f64().unwrap_or_default().round() as i64,
            None => amount.as_f64().filter(|f| f.fract() == 0.0).map_or(-1, |f| f as i64),
        };
        let right = match self.mistake {
            Some(Mistake::OnlyMinimum) => given >= price,
            Some(Mistake::CreateAnyAmount) if creating => true,
            _ if self.cumulative => given > 0,
            _ => given == price,
        };
        if right { Ok(id) } else { Err(fail(-31001, "amount")) }
    }

    /// Whether another transaction stands in the way of a new one.
    fn payable(&self, books: &mut Books, order: &str, creating: bool) -> Result<(), Value> {
        if self.cumulative {
            return Ok(());
        }
        for index in 0..books.rows.len() {
            if books.rows[index].order == order {
                self.expire(&mut books.rows[index]);
            }
        }
        for row in books.rows.iter().filter(|row| row.order == order) {
            let tolerated = match (self.mistake, row.state) {
                (Some(Mistake::SecondLives), 1) | (Some(Mistake::PaidTwice), 2) => creating,
                (Some(Mistake::PaidStillAllowed), 2) => !creating,
                (Some(Mistake::RefundReopens), -2) => true,
                (Some(Mistake::NeverAgain), _) => false,
                (Some(Mistake::ExpiredHolds), -1) => row.reason != Some(4),
                (_, state) => state == -1,
            };
            if !tolerated {
                if self.is(Mistake::SecondMessageIsText) && row.state == 1 {
                    return Err(json!({"code": -31099, "message": "busy", "data": "order_id"}));
                }
                return Err(self.account_error(if row.state == 1 { -31099 } else { -31052 }));
            }
        }
        Ok(())
    }

    /// Cancels a transaction that is too old.
    fn expire(&self, row: &mut Row) -> bool {
        let limit = if self.is(Mistake::ExpiresEarly) { 21_600_000 } else { *self.limit_ms.lock().unwrap() };
        let waiting = row.state == 1 || (self.is(Mistake::PaidExpires) && row.state == 2);
        let old = waiting && now() - row.create + row.aged > limit && !self.is(Mistake::PerformsExpired);
        if old && !self.is(Mistake::ExpiryNotStored) {
            (row.state, row.cancel, row.reason) = (-1, now(), Some(4));
        }
        old
    }

    fn check_perform(&self, params: &Value) -> Answered {
        let mut books = self.books.lock().unwrap();
        let order = self.order(&books, params, false)?;
        self.payable(&mut books, &order, false)?;
        if self.is(Mistake::CheckReserves) {
            books.orders.get_mut(&order).unwrap().reserved = true;
        }
        let mut item = json!({"title": "Prints", "price": params["amount"], "count": 1, "discount": 0,
            "code": "00702001001000001", "vat_percent": 12, "package_code": "123456"});
        if self.is(Mistake::DetailIncomplete) {
            item.as_object_mut().unwrap().remove("package_code");
        }
        Ok(json!({"allow": true, "detail": {"receipt_type": 0, "items": [item]}}))
    }

    async fn create(&self, params: &Value) -> Answered {
        let time = params["time"].as_i64().ok_or_else(|| fail(-32600, "time"))?;
        let id = match params["id"].as_str() {
            Some(id) => id.to_owned(),
            None if self.is(Mistake::IdMayMiss) => String::new(),
            None => return Err(fail(-32600, "id")),
        };
        let busy = self.is(Mistake::RepeatIsBusy);
        if let (Some(row), false) = (find(&mut self.books.lock().unwrap(), &id), busy) {
            return self.create_again(row, params);
        }
        let order = {
            let mut books = self.books.lock().unwrap();
            let order = self.order(&books, params, true)?;
            let checked = self.payable(&mut books, &order, true);
            if let Err(refusal) = checked {
                if self.is(Mistake::RefusedListed) {
                    let row = self.row(&mut books, &id, &order, params, time, 0);
                    books.rows.push(row);
                    return Err(refusal);
                }
                if !self.is(Mistake::TakesOver) {
                    return Err(refusal);
                }
                books.rows.retain(|row| row.order != order || row.state != 1);
                self.payable(&mut books, &order, true)?;
            }
            books.current = order.clone();
            order
        };
        // A gap between the look and the write, which only these three servers have.
        if self.is(Mistake::RaceInsertTwice) || self.is(Mistake::RaceTwoWinners) || self.is(Mistake::RaceSharedOrder) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut books = self.books.lock().unwrap();
        let busy = busy || self.is(Mistake::RaceInsertTwice);
        if let (Some(row), false) = (find(&mut books, &id), busy) {
            return self.create_again(row, params);
        }
        if !self.is(Mistake::RaceTwoWinners) && !self.is(Mistake::RaceInsertTwice) {
            self.payable(&mut books, &order, true)?;
        }
        if self.is(Mistake::CreateCrashes) {
            return Err(json!({"status": 500}));
        }
        let order = if self.is(Mistake::RaceSharedOrder) { books.current.clone() } else { order };
        let row = self.row(&mut books, &id, &order, params, time, 1);
        let answer = self.created(&row);
        if !(self.is(Mistake::Forgets) && row.number % 4 == 3) {
            books.rows.push(row);
        }
        Ok(answer)
    }

    fn row(&self, books: &mut Books, id: &str, order: &str, params: &Value, time: i64, state: i64) -> Row {
        books.count += 1;
        let account = match self.is(Mistake::RaceSharedOrder) {
            true => json!({"order_id": order}),
            false => params["account"].clone(),
        };
        Row {
            id: id.to_owned(),
            order: order.to_owned(),
            account,
            amount: params["amount"].as_i64().unwrap_or(0),
            time,
            create: if self.paymes_time.load(Ordering::Relaxed) { time } else { now() },
            perform: 0,
            cancel: 0,
            state,
            reason: None,
            number: books.count,
            aged: 0,
        }
    }

    fn create_again(&self, row: &mut Row, params: &Value) -> Answered {
        let expired = row.state == 1 && self.expire(row);
        match row.state {
            _ if expired && !self.is(Mistake::AnswersExpired) => Err(fail(-31008, "too old")),
            1 => {
                if self.is(Mistake::RepeatUpdates) {
                    row.time = params["time"].as_i64().unwrap_or(0);
                }
                let mut answer = self.created(row);
                if self.is(Mistake::CreateTimeFromClock) {
                    answer["create_time"] = json!(now());
                }
                if self.is(Mistake::CreateTimeFiner) {
                    answer["create_time"] = json!(cut(row.create));
                }
                if self.is(Mistake::SecondResolution) {
                    answer["create_time"] = json!(row.create / 1000 * 1000 - 1000);
                }
                Ok(answer)
            }
            -1 if self.is(Mistake::RevivesCancelled) => {
                row.state = 1;
                Ok(self.created(row))
            }
            -1 if self.is(Mistake::AnswersExpired) => Ok(self.created(row)),
            2 if self.is(Mistake::AnswersPerformed) => Ok(self.created(row)),
            -2 if self.is(Mistake::AnswersRefunded) => Ok(self.created(row)),
            _ => Err(fail(-31008, "not in state 1")),
        }
    }

    fn number(&self, row: &Row) -> Value {
        match self.is(Mistake::NumberIsNumber) {
            true => json!(row.number),
            false => json!(row.number.to_string()),
        }
    }

    fn time(&self, time: i64) -> Value {
        match self.mistake {
            Some(Mistake::Seconds) => json!(time / 1000),
            Some(Mistake::ClockInTashkent) if time > 0 => json!(time + 5 * 3_600_000),
            _ => json!(time),
        }
    }

    fn created(&self, row: &Row) -> Value {
        let receivers = if self.is(Mistake::EmptyReceivers) { json!([]) } else { Value::Null };
        let state = if self.is(Mistake::StateIsText) { json!("1") } else { json!(1) };
        let create = if self.is(Mistake::CreateTimeFiner) { cut(row.create) + 500 } else { row.create };
        json!({"create_time": self.time(create), "transaction": self.number(row), "state": state,
            "receivers": receivers})
    }

    fn id<'p>(&self, params: &'p Value) -> Result<&'p str, Value> {
        params["id"].as_str().ok_or_else(|| fail(-32600, "id"))
    }

    fn missing(&self) -> Value {
        match self.mistake {
            Some(Mistake::UnknownIsAccount) => self.account_error(-31050),
            Some(Mistake::UnknownIs32504) => fail(-32504, "no such transaction"),
            _ => fail(-31003, "no such transaction"),
        }
    }

    async fn perform(&self, params: &Value) -> Answered {
        if self.performing.swap(true, Ordering::Relaxed) && self.is(Mistake::RaceLocked) {
            return Err(fail(-32400, "the database is locked"));
        }
        let answered = self.performed(params).await;
        self.performing.store(false, Ordering::Relaxed);
        answered
    }

    async fn performed(&self, params: &Value) -> Answered {
        let id = self.id(params)?;
        let was = find(&mut self.books.lock().unwrap(), id).ok_or_else(|| self.missing())?.state;
        if self.is(Mistake::RacePerformTwice) || self.is(Mistake::RacePerformCancel) || self.is(Mistake::RaceLocked) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if self.is(Mistake::RaceInSeconds) {
            // Those that came together are done over the next forty milliseconds.
            let place = self.performs.fetch_add(1, Ordering::Relaxed) % 20;
            tokio::time::sleep(Duration::from_millis(2 * place)).await;
        }
        let mut books = self.books.lock().unwrap();
        let row = find(&mut books, id).ok_or_else(|| self.missing())?;
        let twice = self.is(Mistake::RacePerformTwice) || self.is(Mistake::RaceInSeconds);
        let state = if twice { was } else { row.state };
        let mut state = if self.is(Mistake::RacePerformCancel) { was } else { state };
        if self.expire(row) {
            return Err(fail(-31008, "too old"));
        }
        if (self.is(Mistake::PerformsCancelled) && state == -1) || (self.is(Mistake::PaidExpires) && row.state == -1) {
            state = if self.is(Mistake::PerformsCancelled) { 1 } else { row.state };
        }
        match state {
            1 => {
                // Twice within a millisecond is still twice.
                (row.perform, row.state) = (now().max(row.perform + 1), 2);
                if self.is(Mistake::PerformTimeRounded) || self.is(Mistake::RaceInSeconds) {
                    row.perform = cut(now());
                }
                if self.is(Mistake::PerformRewrites) {
                    row.create -= 1;
                }
            }
            2 if self.is(Mistake::PerformOnce) => return Err(fail(-31008, "performed")),
            2 if self.is(Mistake::PerformTimeFromClock) => row.perform = now(),
            2 => {}
            -2 if self.is(Mistake::PerformsRefunded) => {}
            _ => return Err(fail(-31008, "cancelled")),
        }
        let number = if self.is(Mistake::NumberDiffers) { json!(row.id) } else { self.number(row) };
        if self.restarted.load(Ordering::Relaxed) {
            row.perform = now();
        }
        let state = if self.is(Mistake::PerformFails) { 1 } else { 2 };
        let first = self.is(Mistake::PerformTimeRounded) && was == 1;
        let time = if first { rounded(now()) } else { row.perform };
        Ok(json!({"transaction": number, "perform_time": self.time(time), "state": state}))
    }

    /// Reads the row, and writes all of it later: what was changed in between is lost.
    async fn cancel_late(&self, id: &str, reason: i64) -> Answered {
        let mut read = find(&mut self.books.lock().unwrap(), id).ok_or_else(|| self.missing())?.clone();
        tokio::time::sleep(Duration::from_millis(5)).await;
        if read.state > 0 {
            (read.state, read.cancel, read.reason) = (-read.state, now(), Some(reason));
        }
        let answer = json!({"transaction": self.number(&read), "cancel_time": read.cancel, "state": read.state});
        if let Some(row) = find(&mut self.books.lock().unwrap(), id) {
            *row = read;
        }
        Ok(answer)
    }

    async fn cancel(&self, params: &Value) -> Answered {
        let id = self.id(params)?;
        let reason = params["reason"].as_i64().ok_or_else(|| fail(-32600, "reason"))?;
        if self.is(Mistake::RaceCancelLoses) {
            return self.cancel_late(id, reason).await;
        }
        let mut books = self.books.lock().unwrap();
        if self.is(Mistake::CancelReachesOrder) {
            let order = find(&mut books, id).ok_or_else(|| self.missing())?.order.clone();
            books.rows.iter_mut().filter(|row| row.order == order && row.state == 2).for_each(|row| row.state = -2);
        }
        let row = find(&mut books, id).ok_or_else(|| self.missing())?;
        if self.is(Mistake::CancelOnce) && row.state < 0 {
            return Err(fail(-31008, "cancelled"));
        }
        let crashes = self.is(Mistake::CancelCrashes) && row.state == 1;
        let first = self.is(Mistake::CancelTimeRounded) && row.state > 0;
        let overwrites = self.is(Mistake::CancelOverwrites) && row.state < 0;
        if row.state > 0 || overwrites {
            row.cancel = now();
            row.reason = Some(if self.is(Mistake::ReasonFixed) { 3 } else { reason });
        }
        row.state = match row.state {
            -2 if self.is(Mistake::RefundTurns) => -1,
            1 | 2 if self.is(Mistake::AlwaysMinusTwo) => -2,
            1 | 2 if self.is(Mistake::AlwaysMinusOne) => -1,
            state => -state.abs(),
        };
        if self.is(Mistake::PerformTimeLost) {
            row.perform = 0;
        }
        if self.is(Mistake::CancelTimeFromClock) {
            row.cancel = now();
        }
        if first {
            row.cancel = cut(now());
        }
        if crashes {
            return Err(json!({"status": 500}));
        }
        let time = if first { rounded(now()) } else { row.cancel };
        Ok(json!({"transaction": self.number(row), "cancel_time": self.time(time), "state": row.state}))
    }

    fn truth(&self, row: &Row) -> Map<String, Value> {
        let empty = |time: i64| match self.is(Mistake::NullTimes) && time == 0 {
            true => Value::Null,
            false => self.time(time),
        };
        let reason = if self.is(Mistake::ReasonZero) { json!(row.reason.unwrap_or(0)) } else { json!(row.reason) };
        let all = json!({"create_time": self.time(row.create), "perform_time": empty(row.perform),
            "cancel_time": empty(row.cancel), "transaction": self.number(row), "state": row.state, "reason": reason});
        let mut all = all.as_object().cloned().unwrap();
        if self.is(Mistake::CreateTimeFiner) {
            all.insert("create_time".to_owned(), json!(cut(row.create)));
        }
        if self.is(Mistake::EmptyLeftOut) {
            all.retain(|_, value| !value.is_null() && *value != json!(0));
        }
        all
    }

    fn check(&self, params: &Value) -> Answered {
        let mut books = self.books.lock().unwrap();
        let mut id = self.id(params)?.to_owned();
        if self.is(Mistake::AnyCaseOfIds) {
            id.make_ascii_lowercase();
        }
        let row = find(&mut books, &id).ok_or_else(|| self.missing())?;
        if self.is(Mistake::CheckTouches) && row.state == 2 {
            row.perform += 1;
        }
        Ok(Value::Object(self.truth(row)))
    }
}

fn find<'b>(books: &'b mut MutexGuard<'_, Books>, id: &str) -> Option<&'b mut Row> {
    books.rows.iter_mut().find(|row| row.id == id && row.state != 0)
}
