//! What Payme's traffic finds, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole sentences, and parts of them.
    TRAFFIC:
    "a stranger was let in":
    "посторонний был допущен",
    "begona o‘tkazib yuborildi";
    "error -32504 for a wrong key":
    "ошибка -32504 для неверного ключа",
    "noto‘g‘ri kalitga -32504 xatosi";
    "wrong answer to {}":
    "неверный ответ на {}",
    "{} ga noto‘g‘ri javob";
    "no answer to {}":
    "нет ответа на {}",
    "{} ga javob yo‘q";
    "CheckTransaction disagrees with what was acknowledged":
    "CheckTransaction расходится с тем, что было подтверждено",
    "CheckTransaction tasdiqlangan narsaga to‘g‘ri kelmaydi";
    "the statement lists a transaction twice":
    "транзакция стоит в выписке дважды",
    "ko‘chirmada tranzaksiya ikki marta turibdi";
    "one item":
    "одна запись",
    "bitta yozuv";
    "no item":
    "записи нет",
    "yozuv yo‘q";
    "an item for {}":
    "запись для {}",
    "{} uchun yozuv";
    "none":
    "ничего",
    "hech narsa";
    "the statement lacks a transaction that was acknowledged":
    "в выписке нет подтверждённой транзакции",
    "ko‘chirmada tasdiqlangan tranzaksiya yo‘q";
    "one paid transaction":
    "одна оплаченная транзакция",
    "bitta to‘langan tranzaksiya";
    "{} of them":
    "их {}",
    "ular {} ta";
    "an order was paid twice":
    "заказ оплачен дважды",
    "buyurtma ikki marta to‘langan";
    "{} tiyin paid, as acknowledged":
    "оплачено тийинов, как подтверждено: {}",
    "tasdiqlanganidek {} tiyin to‘langan";
    "{} tiyin in the statement":
    "тийинов в выписке: {}",
    "ko‘chirmada {} tiyin";
    "money is not conserved":
    "деньги не сходятся",
    "pul hisobi to‘g‘ri kelmaydi";
    "the statement lists a transaction that was refused":
    "в выписке стоит отклонённая транзакция",
    "ko‘chirmada rad etilgan tranzaksiya turibdi";
    "the statement disagrees with what was acknowledged":
    "выписка расходится с тем, что было подтверждено",
    "ko‘chirma tasdiqlangan narsaga to‘g‘ri kelmaydi";
    "the statement has another value than was sent":
    "в выписке не то значение, что было отправлено",
    "ko‘chirmadagi qiymat yuborilganidan boshqa";
    "no statement":
    "нет выписки",
    "ko‘chirma yo‘q";
    "the statement from {} to {}":
    "выписка с {} по {}",
    "{} dan {} gacha ko‘chirma";
    "a list `transactions`":
    "список `transactions`",
    "`transactions` ro‘yxati";
    "the statement is not in order":
    "выписка не по порядку",
    "ko‘chirma tartibsiz";
    "ascending times from {} to {}":
    "времена по возрастанию с {} по {}",
    "{} dan {} gacha o‘sib boruvchi vaqtlar";
    "the statement reaches beyond its period":
    "выписка выходит за свой период",
    "ko‘chirma davridan tashqariga chiqadi";
    "times from {} to {}":
    "времена с {} по {}",
    "{} dan {} gacha vaqtlar";
    "no usable answer to {} in {} tries: {}":
    "нет пригодного ответа на {}, попыток: {}; {}",
    "{} ga yaroqli javob yo‘q, urinishlar: {}; {}";
    "the answer is not JSON":
    "ответ не JSON",
    "javob JSON emas";
    "the answer has not the id {} of the call: {}":
    "в ответе не тот id, что в вызове ({}): {}",
    "javobdagi id chaqiruvnikidan ({}) boshqa: {}";
    "the server reports a fault of its own (-32400)":
    "сервер сообщает о собственной ошибке (-32400)",
    "server o‘z xatosini bildiradi (-32400)";
}
