//! Orders as a file for an accountant ([`crate::sheet`]): a row for each payment.

use crate::figures::{provider_name, words};
use crate::sheet::{Cell, Format, Sheet};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::transaction::{Reason, State};
use boothpay_protocol::providers::shown_id;
use boothpay_protocol::time::TimeMs;
use boothpay_store::export::{ExportRow, Receiver};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::io::{self, Write};
use std::ops::ControlFlow;

/// How a file is written.
#[derive(Clone, Debug)]
pub struct Manner {
    /// As what.
    pub format: Format,
    /// The language of headings and states.
    pub language: Language,
    /// The booth's time zone.
    pub zone: TimeZone,
}

/// Writes rows to files that `open` gives; it gives a new one when what was written does not count.
pub struct Exporter<W: Write, O: FnMut() -> io::Result<W>> {
    manner: Manner,
    open: O,
    sheet: Option<Sheet<W>>,
    rows: u64,
    error: Option<io::Error>,
}

impl<W: Write, O: FnMut() -> io::Result<W>> Exporter<W, O> {
    /// Before anything is written.
    pub const fn new(manner: Manner, open: O) -> Self {
        Self { manner, open, sheet: None, rows: 0, error: None }
    }

    /// Ends the file; returns it with the number of its rows.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let sheet = match self.sheet.take() {
            Some(sheet) => sheet,
            None => begin(&self.manner, (self.open)()?)?,
        };
        Ok((sheet.finish()?, self.rows))
    }

    fn note(&mut self, done: io::Result<()>) -> ControlFlow<()> {
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

impl<W: Write + Send, O: FnMut() -> io::Result<W> + Send> Receiver for Exporter<W, O> {
    fn begin(&mut self) -> ControlFlow<()> {
        self.rows = 0;
        self.sheet = None;
        let begun = (self.open)().and_then(|out| begin(&self.manner, out));
        let done = begun.map(|sheet| self.sheet = Some(sheet));
        self.note(done)
    }

    fn row(&mut self, row: &ExportRow) -> ControlFlow<()> {
        self.rows = self.rows.saturating_add(1);
        let done = match &mut self.sheet {
            Some(sheet) => write(sheet, &self.manner, row),
            None => Ok(()),
        };
        self.note(done)
    }
}

/// The headings with the widths of their columns.
fn begin<W: Write>(manner: &Manner, out: W) -> io::Result<Sheet<W>> {
    let (name, labels) = match manner.language {
        Language::Ru => (
            "Заказы",
            [
                "Заказ",
                "Время оплаты",
                "Кошелёк",
                "Номер у кошелька",
                "Сумма, сум",
                "Состояние",
                "Время возврата",
                "Будка",
                "Копий",
                "Заказ создан",
            ],
        ),
        Language::Uz => (
            "Buyurtmalar",
            [
                "Buyurtma",
                "To‘lov vaqti",
                "Hamyon",
                "Hamyondagi raqam",
                "Summa, so‘m",
                "Holati",
                "Qaytarilgan vaqti",
                "Kabina",
                "Nusxalar",
                "Buyurtma yaratilgan",
            ],
        ),
        Language::En => (
            "Orders",
            [
                "Order",
                "Paid at",
                "Wallet",
                "Wallet's number",
                "Sum, soum",
                "State",
                "Refunded at",
                "Booth",
                "Copies",
                "Order made",
            ],
        ),
    };
    let widths = [26, 20, 22, 40, 16, 38, 20, 24, 8, 20];
    let mut header = [("", 0); 10];
    for ((column, label), width) in header.iter_mut().zip(labels).zip(widths) {
        *column = (label, width);
    }
    Sheet::begin(manner.format, out, name, &header)
}

fn write<W: Write>(sheet: &mut Sheet<W>, manner: &Manner, row: &ExportRow) -> io::Result<()> {
    let ExportRow { order, transaction } = row;
    let state = transaction.as_ref().map(|it| it.state);
    let time = |time: Option<TimeMs>| time.map_or(Cell::Empty, |time| Cell::Time(clock(time, &manner.zone)));
    let paid_at = state.and_then(State::perform_time);
    // Of a payment that came to nothing the cancel is told by its state.
    let back_at = paid_at.and_then(|_| state.and_then(State::cancel_time));
    let id = transaction.as_ref().map(|it| shown_id(it.provider, &it.provider_id));
    let provider = transaction.as_ref().map(|it| provider_name(it.provider, words(manner.language)));
    let is_verified = transaction.as_ref().is_none_or(|it| it.provider.is_verified());
    let state = state_name(state, order.status, is_verified, order.refund_asked_at.is_some(), manner.language);
    sheet.row(&[
        Cell::Id(order.id.as_str()),
        time(paid_at),
        provider.as_deref().map_or(Cell::Empty, Cell::Text),
        id.map_or(Cell::Empty, Cell::Id),
        Cell::Soum(transaction.as_ref().map_or(order.amount, |it| it.amount).tiyin()),
        Cell::Text(state),
        time(back_at),
        Cell::Text(&order.booth.name),
        Cell::Number(order.copies.get().into()),
        time(Some(order.created_at)),
    ])
}

fn clock(time: TimeMs, zone: &TimeZone) -> DateTime {
    Timestamp::from_millisecond(time.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone()).datetime()
}

/// What has become of a payment, or of an order without one.
const fn state_name(
    state: Option<State>,
    status: OrderStatus,
    is_verified: bool,
    is_asked_back: bool,
    language: Language,
) -> &'static str {
    let [ru, uz, en] = match (state, status) {
        (Some(State::Performed { .. }), _) if is_asked_back => {
            ["оплачено, надо вернуть", "to‘langan, qaytarish kerak", "paid, to be given back"]
        }
        (Some(State::Performed { .. }), _) if !is_verified => {
            ["оплачено, не проверено", "to‘langan, tekshirilmagan", "paid, unverified"]
        }
        (Some(State::Performed { .. }), _) => ["оплачено", "to‘langan", "paid"],
        (Some(State::Refunded { reason: Some(Reason::ByHand), .. }), _) => [
            "возвращено вручную, не через кошелёк",
            "qo‘lda qaytarilgan, hamyon orqali emas",
            "refunded by hand, past the wallet",
        ],
        (Some(State::Refunded { .. }), _) => ["возвращено", "qaytarilgan", "refunded"],
        (Some(State::Owed { .. }), _) => {
            ["пришло поздно, надо вернуть", "kech kelgan, qaytarish kerak", "came late, to be given back"]
        }
        (Some(State::GivenBack { reason: Some(Reason::ByHand), .. }), _) => [
            "пришло поздно, возвращено вручную, не через кошелёк",
            "kech kelgan, qo‘lda qaytarilgan, hamyon orqali emas",
            "came late, given back by hand, past the wallet",
        ],
        (Some(State::GivenBack { .. }), _) => {
            ["пришло поздно, возвращено", "kech kelgan, qaytarilgan", "came late, given back"]
        }
        (Some(State::Created), _) => ["оплата начата", "to‘lov boshlangan", "payment begun"],
        (Some(State::Cancelled { .. }), _) => ["оплата не удалась", "to‘lov amalga oshmagan", "payment failed"],
        (None, OrderStatus::Pending) => ["ждёт оплаты", "to‘lov kutilmoqda", "waiting for payment"],
        (None, OrderStatus::Cancelled) => ["отменён", "bekor qilingan", "cancelled"],
        (None, OrderStatus::Expired) => ["время вышло", "vaqti o‘tgan", "expired"],
        // Neither is without a transaction.
        (None, OrderStatus::Paid) => ["оплачено", "to‘langan", "paid"],
        (None, OrderStatus::Refunded) => ["возвращено", "qaytarilgan", "refunded"],
    };
    match language {
        Language::Ru => ru,
        Language::Uz => uz,
        Language::En => en,
    }
}
