//! Refusals: the code, the words in three languages, and the `data` of every error that Payme can be given
//! (`reference/payme.md §1.6, §2.1`, page oshibki-errors).

use super::rules::Rules;
use crate::fault::SystemFault;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The HTTP method is not POST.
    NotPost,
    /// The body is not JSON.
    NotJson,
    /// A member is missing, doubled, or of the wrong type. The text says which, for whoever reads the log.
    BadForm(&'static str),
    /// The body is larger than any call is.
    TooLong,
    /// There is no such method.
    UnknownMethod(String),
    /// No, or not the right, credentials.
    NotAuthorised,
    /// Our own fault; Payme repeats the call.
    System(SystemFault),
    /// The amount is not the order's.
    WrongAmount,
    /// No such transaction.
    TransactionNotFound,
    /// The goods are handed over; no refund.
    CannotCancel,
    /// The transaction's state does not allow it.
    WrongState,
    /// The account names no order of ours.
    OrderNotFound,
    /// Another transaction holds the order.
    OrderBusy,
    /// The order is paid already.
    OrderPaid,
    /// The order was closed at the booth, or refunded.
    OrderCancelled,
    /// The order's time ran out.
    OrderExpired,
    /// The fiscal document is for a receipt that we do not know.
    ReceiptNotFound,
    /// The fiscal document is not one.
    BadFiscalData(&'static str),
}

/// A message in the languages that Payme shows its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Russian.
    pub ru: &'static str,
    /// Uzbek, Latin letters.
    pub uz: &'static str,
    /// English.
    pub en: &'static str,
}

impl Refusal {
    /// The code on the wire. Two of them are settings (`reference/payme.md §2.3.3`).
    pub fn code(&self, rules: &Rules) -> i32 {
        match self {
            Self::NotPost => -32300,
            Self::NotJson => -32700,
            Self::BadForm(_) | Self::TooLong => -32600,
            Self::UnknownMethod(_) => -32601,
            Self::NotAuthorised => -32504,
            Self::System(_) => -32400,
            Self::WrongAmount => -31001,
            Self::TransactionNotFound => -31003,
            Self::CannotCancel => -31007,
            Self::WrongState => -31008,
            Self::OrderNotFound => -31050,
            Self::OrderBusy => rules.busy_order_code.get(),
            Self::OrderPaid | Self::OrderCancelled | Self::OrderExpired => rules.closed_order_code.get(),
            Self::ReceiptNotFound => -32001,
            Self::BadFiscalData(_) => -32602,
        }
    }

    /// The `data` member: the account's field for account errors, the method's name for an unknown method, else none
    /// (`reference/payme.md §3`, Error data).
    pub fn data<'a>(&'a self, rules: &'a Rules) -> Option<&'a str> {
        match self {
            Self::UnknownMethod(name) => Some(name),
            Self::OrderNotFound | Self::OrderBusy | Self::OrderPaid | Self::OrderCancelled | Self::OrderExpired => {
                Some(&rules.account_field)
            }
            Self::NotPost
            | Self::NotJson
            | Self::BadForm(_)
            | Self::TooLong
            | Self::NotAuthorised
            | Self::System(_)
            | Self::WrongAmount
            | Self::TransactionNotFound
            | Self::CannotCancel
            | Self::WrongState
            | Self::ReceiptNotFound
            | Self::BadFiscalData(_) => None,
        }
    }

    /// The words. Those of account errors are shown to the customer in the Payme app.
    pub const fn message(&self) -> Message {
        match self {
            Self::NotPost => Message {
                ru: "Запрос должен быть отправлен методом POST.",
                uz: "Soʻrov POST usuli bilan yuborilishi kerak.",
                en: "The request must be sent by POST.",
            },
            Self::NotJson => Message {
                ru: "Тело запроса не является JSON.",
                uz: "Soʻrov matni JSON emas.",
                en: "The request body is not JSON.",
            },
            Self::BadForm(_) => Message {
                ru: "В запросе нет обязательных полей или их тип неверен.",
                uz: "Soʻrovda majburiy maydonlar yoʻq yoki ularning turi notoʻgʻri.",
                en: "The request lacks a mandatory member, or one has the wrong type.",
            },
            Self::TooLong => Message {
                ru: "Запрос слишком большой.",
                uz: "Soʻrov hajmi juda katta.",
                en: "The request is too large.",
            },
            Self::UnknownMethod(_) => {
                Message {
                    ru: "Метод не найден.", uz: "Bunday usul topilmadi.", en: "There is no such method."
                }
            }
            Self::NotAuthorised => Message {
                ru: "Недостаточно прав для выполнения метода.",
                uz: "Ushbu amal uchun huquqlar yetarli emas.",
                en: "Not authorised to call this method.",
            },
            Self::System(_) => Message {
                ru: "Внутренняя ошибка сервера. Повторите запрос позже.",
                uz: "Serverda ichki xatolik. Soʻrovni keyinroq takrorlang.",
                en: "Internal server fault. Repeat the call later.",
            },
            Self::WrongAmount => Message {
                ru: "Неверная сумма: она не совпадает с суммой заказа.",
                uz: "Summa notoʻgʻri: u buyurtma summasiga teng emas.",
                en: "Wrong amount: it is not the order's.",
            },
            Self::TransactionNotFound => {
                Message {
                    ru: "Транзакция не найдена.", uz: "Tranzaksiya topilmadi.", en: "Transaction not found."
                }
            }
            Self::CannotCancel => Message {
                ru: "Заказ выполнен полностью, отменить его нельзя.",
                uz: "Buyurtma toʻliq bajarilgan, uni bekor qilib boʻlmaydi.",
                en: "The order is fulfilled and cannot be cancelled.",
            },
            Self::WrongState => Message {
                ru: "Состояние транзакции не позволяет выполнить операцию.",
                uz: "Tranzaksiya holati bu amalni bajarishga imkon bermaydi.",
                en: "The transaction's state does not allow this.",
            },
            Self::OrderNotFound => Message {
                ru: "Заказ не найден. Проверьте номер заказа.",
                uz: "Buyurtma topilmadi. Buyurtma raqamini tekshiring.",
                en: "Order not found. Check the order number.",
            },
            Self::OrderBusy => Message {
                ru: "Заказ уже оплачивается. Дождитесь завершения платежа.",
                uz: "Buyurtma uchun toʻlov ketmoqda. Toʻlov tugashini kuting.",
                en: "This order is being paid. Wait until that payment ends.",
            },
            Self::OrderPaid => Message {
                ru: "Заказ уже оплачен.",
                uz: "Buyurtma allaqachon toʻlangan.",
                en: "The order is already paid.",
            },
            Self::OrderCancelled => Message {
                ru: "Заказ отменён. Оформите новый заказ на фотобудке.",
                uz: "Buyurtma bekor qilingan. Fotokabinada yangi buyurtma bering.",
                en: "The order was cancelled. Make a new one at the booth.",
            },
            Self::OrderExpired => Message {
                ru: "Срок оплаты заказа истёк. Получите новый код на фотобудке.",
                uz: "Buyurtmani toʻlash muddati tugagan. Fotokabinadan yangi kod oling.",
                en: "The time to pay this order is over. Get a new code at the booth.",
            },
            Self::ReceiptNotFound => {
                Message { ru: "Чек не найден.", uz: "Chek topilmadi.", en: "Receipt not found." }
            }
            Self::BadFiscalData(_) => Message {
                ru: "Неверные параметры фискальных данных.",
                uz: "Fiskal maʼlumotlar parametrlari notoʻgʻri.",
                en: "Invalid parameters of fiscal data.",
            },
        }
    }

    /// What a log line says of it, for the owner and the integrator; never a secret.
    pub fn explain(&self) -> &'static str {
        match self {
            Self::BadForm(what) | Self::BadFiscalData(what) => what,
            Self::System(fault) => fault.explain(),
            Self::NotPost
            | Self::NotJson
            | Self::TooLong
            | Self::UnknownMethod(_)
            | Self::NotAuthorised
            | Self::WrongAmount
            | Self::TransactionNotFound
            | Self::CannotCancel
            | Self::WrongState
            | Self::OrderNotFound
            | Self::OrderBusy
            | Self::OrderPaid
            | Self::OrderCancelled
            | Self::OrderExpired
            | Self::ReceiptNotFound => self.message().en,
        }
    }
}
