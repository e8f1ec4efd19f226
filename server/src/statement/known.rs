//! Headings and words of states that are known, in Russian, Uzbek (in both alphabets) and English, and how both are compared: in small
//! letters, without signs, without the many apostrophes that Uzbek is written with, and with е for ё.

use super::{Field, Meaning};

/// A heading or a word as it is compared.
pub(super) fn simple(text: &str) -> String {
    let letters = text.to_lowercase().replace('ё', "е");
    let kept = letters.chars().filter(|letter| !is_apostrophe(*letter));
    let plain: String = kept.map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '`' | '´' | '‘' | '’' | '‛' | 'ʻ' | 'ʼ' | 'ʹ' | '′')
}

/// Ends of a heading that name what its sums count.
const UNITS: [&str; 18] = [
    "сум",
    "сума",
    "сумах",
    "сумов",
    "сўм",
    "сўмда",
    "som",
    "somda",
    "soum",
    "sum",
    "uzs",
    "тийин",
    "тийинах",
    "тийинов",
    "тийинда",
    "tiyin",
    "tiyinda",
    "tiyins",
];

/// The heading of a sum without what it counts: `сумма в сумах`, `amount uzs`.
pub(super) fn without_unit(heading: &str) -> &str {
    let cut = |text: &str| UNITS.iter().find_map(|unit| text.strip_suffix(unit)?.strip_suffix(' ').map(str::len));
    let mut rest = heading;
    while let Some(length) = cut(rest) {
        rest = rest.get(..length).unwrap_or_default();
        rest = rest.strip_suffix(" в").or_else(|| rest.strip_suffix(" in")).unwrap_or(rest);
    }
    rest
}

/// Whether a text in the row of a list says that the row is a sum over others. An order may be called `total-5`.
pub(super) fn is_total(text: &str) -> bool {
    let first = text.split([' ', ':']).next().map(simple);
    matches!(first.as_deref(), Some("итого" | "итог" | "подытог" | "всего" | "жами" | "jami" | "total" | "subtotal"))
}

impl Field {
    /// Headings that are known, as [`simple`] has them; the likeliest first. Those of sums stand without what they count.
    pub(super) const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Id => &[
                "id транзакции",
                "ид транзакции",
                "идентификатор транзакции",
                "номер транзакции",
                "код транзакции",
                "id платежа",
                "ид платежа",
                "идентификатор платежа",
                "номер платежа",
                "id чека",
                "ид чека",
                "номер чека",
                "id операции",
                "ид операции",
                "идентификатор операции",
                "номер операции",
                "transaction id",
                "transactionid",
                "transaction number",
                "transaction no",
                "payment id",
                "paymentid",
                "payment number",
                "payme id",
                "paycom id",
                "click trans id",
                "click paydoc id",
                "trans id",
                "transid",
                "providertrnid",
                "receipt id",
                "receipt number",
                "tranzaksiya id",
                "tranzaksiya raqami",
                "tranzaksiya identifikatori",
                "tolov id",
                "tolov raqami",
                "tolov identifikatori",
                "chek id",
                "chek raqami",
                "транзакция id",
                "транзакция рақами",
                "тўлов id",
                "тўлов рақами",
                "чек рақами",
                "транзакция",
                "transaction",
                "tranzaksiya",
                "идентификатор",
                "id",
                "ид",
            ],
            Self::Sum => &[
                "сумма платежа",
                "сумма оплаты",
                "сумма транзакции",
                "сумма операции",
                "сумма чека",
                "сумма",
                "amount",
                "payment amount",
                "transaction amount",
                "sum",
                "total",
                "tolov summasi",
                "tranzaksiya summasi",
                "tolov miqdori",
                "summasi",
                "summa",
                "miqdori",
                "тўлов суммаси",
                "транзакция суммаси",
                "тўлов миқдори",
                "суммаси",
                "миқдори",
            ],
            Self::Time => &[
                "дата и время оплаты",
                "дата и время платежа",
                "дата и время транзакции",
                "дата и время операции",
                "дата и время проведения",
                "дата и время",
                "дата время",
                "дата оплаты",
                "дата платежа",
                "дата проведения",
                "дата транзакции",
                "дата операции",
                "дата завершения",
                "дата подтверждения",
                "время оплаты",
                "время платежа",
                "время проведения",
                "дата",
                "date and time",
                "datetime",
                "date time",
                "payment date",
                "payment time",
                "transaction date",
                "transaction time",
                "paid at",
                "date",
                "tolov sanasi va vaqti",
                "tolov vaqti",
                "tolov sanasi",
                "tranzaksiya sanasi va vaqti",
                "tranzaksiya sanasi",
                "tranzaksiya vaqti",
                "sana va vaqt",
                "sana vaqt",
                "sana",
                "sanasi",
                "тўлов вақти",
                "тўлов санаси",
                "транзакция санаси",
                "транзакция вақти",
                "сана ва вақт",
                "сана вақт",
                "сана",
                "санаси",
                "время транзакции",
                "время операции",
                "дата и время создания",
                "дата создания",
                "время создания",
                "created at",
                "created",
                "creation date",
                "yaratilgan sana",
                "yaratilgan vaqt",
                "yaratilgan vaqti",
                "яратилган сана",
                "яратилган вақт",
                "timestamp",
                "время",
                "time",
                "vaqt",
                "vaqti",
                "вақт",
                "вақти",
            ],
            Self::Clock => &[
                "время",
                "время оплаты",
                "время платежа",
                "время транзакции",
                "время операции",
                "время проведения",
                "time",
                "payment time",
                "transaction time",
                "vaqt",
                "vaqti",
                "tolov vaqti",
                "tranzaksiya vaqti",
                "вақт",
                "вақти",
                "тўлов вақти",
                "транзакция вақти",
            ],
            Self::Order => &[
                "номер заказа",
                "заказ",
                "id заказа",
                "ид заказа",
                "order id",
                "orderid",
                "order number",
                "order no",
                "order",
                "merchant trans id",
                "merchanttransid",
                "лицевой счет",
                "номер счета",
                "счет",
                "account",
                "параметр",
                "buyurtma raqami",
                "buyurtma id",
                "buyurtma",
                "hisob raqami",
                "hisob",
                "буюртма рақами",
                "буюртма",
                "ҳисоб рақами",
                "ҳисоб",
                "детали платежа",
            ],
            Self::Status => &[
                "статус платежа",
                "статус оплаты",
                "статус транзакции",
                "статус операции",
                "статус чека",
                "статус",
                "состояние платежа",
                "состояние транзакции",
                "состояние",
                "status",
                "payment status",
                "transaction status",
                "state",
                "tolov holati",
                "tranzaksiya holati",
                "holati",
                "holat",
                "тўлов ҳолати",
                "транзакция ҳолати",
                "ҳолати",
                "ҳолат",
                "status nomi",
            ],
        }
    }
}

/// What a word of the column of states means, where that is known.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    let is_number = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    let minus = if word.strip_prefix('-').is_some_and(is_number) { "-" } else { "" };
    let word = format!("{minus}{}", simple(word));
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(meaning, _)| *meaning)
}

/// Words of states, as [`simple`] has them.
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
            "успешен",
            "успех",
            "успешно оплачен",
            "успешно оплачено",
            "успешно оплачена",
            "успешно проведен",
            "успешно проведено",
            "успешно проведена",
            "успешно выполнен",
            "успешно выполнено",
            "успешно выполнена",
            "успешно завершен",
            "успешно завершено",
            "успешно завершена",
            "успешная оплата",
            "успешный платеж",
            "успешная транзакция",
            "проведен",
            "проведено",
            "проведена",
            "подтвержден",
            "подтверждено",
            "подтверждена",
            "завершен",
            "завершено",
            "завершена",
            "выполнен",
            "выполнено",
            "выполнена",
            "исполнен",
            "исполнено",
            "исполнена",
            "платеж проведен",
            "платеж оплачен",
            "paid",
            "success",
            "successful",
            "successfully paid",
            "succeeded",
            "completed",
            "confirmed",
            "performed",
            "ok",
            "tolangan",
            "tolandi",
            "muvaffaqiyatli",
            "muvaffaqiyatli tolangan",
            "muvaffaqiyatli tolandi",
            "bajarilgan",
            "bajarildi",
            "otkazilgan",
            "otkazildi",
            "tasdiqlangan",
            "tasdiqlandi",
            "yakunlangan",
            "yakunlandi",
            "тўланган",
            "тўланди",
            "муваффақиятли",
            "муваффақиятли тўланган",
            "муваффақиятли тўланди",
            "бажарилган",
            "бажарилди",
            "ўтказилган",
            "ўтказилди",
            "тасдиқланган",
            "тасдиқланди",
            "якунланган",
            "якунланди",
            "2",
        ],
    ),
    (
        Meaning::Refunded,
        &[
            "возврат",
            "возврат средств",
            "возврат денег",
            "возврат платежа",
            "возвращен",
            "возвращено",
            "возвращена",
            "средства возвращены",
            "деньги возвращены",
            "сторно",
            "сторнирован",
            "сторнировано",
            "сторнирована",
            "отменен после оплаты",
            "отменено после оплаты",
            "отменена после оплаты",
            "refund",
            "refunded",
            "reversed",
            "reversal",
            "qaytarilgan",
            "qaytarildi",
            "pul qaytarildi",
            "pul qaytarilgan",
            "қайтарилган",
            "қайтарилди",
            "пул қайтарилди",
            "пул қайтарилган",
            "-2",
        ],
    ),
    (
        Meaning::Skip,
        &[
            "отменен",
            "отменено",
            "отменена",
            "отмена",
            "отклонен",
            "отклонено",
            "отклонена",
            "отказ",
            "отказано",
            "ошибка",
            "неуспешно",
            "неуспешный",
            "неуспешная",
            "не успешно",
            "неудачно",
            "не оплачен",
            "не оплачено",
            "не оплачена",
            "неоплачен",
            "неоплачено",
            "неоплачена",
            "не выполнен",
            "не выполнено",
            "не выполнена",
            "не проведен",
            "не проведено",
            "не проведена",
            "просрочен",
            "просрочено",
            "просрочена",
            "истек",
            "создан",
            "создано",
            "создана",
            "новый",
            "новая",
            "в обработке",
            "в процессе",
            "в ожидании",
            "ожидает",
            "ожидает оплаты",
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
            "unpaid",
            "not paid",
            "bekor qilingan",
            "bekor qilindi",
            "rad etilgan",
            "rad etildi",
            "xato",
            "xatolik",
            "kutilmoqda",
            "muvaffaqiyatsiz",
            "tolanmagan",
            "tolanmadi",
            "yaratilgan",
            "yaratildi",
            "jarayonda",
            "бекор қилинган",
            "бекор қилинди",
            "рад этилган",
            "рад этилди",
            "хато",
            "хатолик",
            "кутилмоқда",
            "муваффақиятсиз",
            "тўланмаган",
            "тўланмади",
            "яратилган",
            "яратилди",
            "жараенда",
            "0",
            "1",
            "-1",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_written_as_it_is_compared_and_stands_once() {
        for field in Field::ALL {
            let known = field.known();
            for (place, heading) in known.iter().enumerate() {
                assert_eq!(simple(heading), *heading, "{}", field.name());
                assert!(!known[..place].contains(heading), "{}: {heading} stands twice", field.name());
            }
        }
        let words: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        for (place, word) in words.iter().enumerate() {
            assert_eq!(simple(word), word.trim_start_matches('-'));
            assert!(!words[..place].contains(word), "{word} stands twice");
        }
    }

    #[test]
    fn a_unit_is_no_part_of_a_heading() {
        for (heading, bare) in [
            ("Сумма (UZS)", "сумма"),
            ("Сумма в сумах", "сумма"),
            ("Сумма, сўм", "сумма"),
            ("Сумма в тийинах, UZS", "сумма"),
            ("Summa, so‘m", "summa"),
            ("Amount in tiyin", "amount"),
            ("Сумма к выплате", "сумма к выплате"),
            ("Sum", "sum"),
        ] {
            assert_eq!(without_unit(&simple(heading)), bare, "{heading}");
        }
    }

    #[test]
    fn words_of_states_are_known_in_every_way_of_writing_them() {
        for word in ["Выполнен", "Успешно оплачен", "Проведена", "УСПЕШНО", "Подтверждён.", "Тўланди", "2"]
        {
            assert_eq!(meaning(word), Some(Meaning::Paid), "{word}");
        }
        for apostrophe in ["‘", "’", "ʻ", "ʼ", "'", "`", "´", ""] {
            assert_eq!(meaning(&format!("To{apostrophe}landi")), Some(Meaning::Paid), "{apostrophe}");
        }
        for word in ["Возвращена", "Возврат средств", "Қайтарилди", "-2"] {
            assert_eq!(meaning(word), Some(Meaning::Refunded), "{word}");
        }
        for word in ["Не оплачен", "Отклонена", "To‘lanmagan", "Бекор қилинди", "-1", "0"]
        {
            assert_eq!(meaning(word), Some(Meaning::Skip), "{word}");
        }
        for word in ["Частичный возврат", "fertig", "", "3"] {
            assert_eq!(meaning(word), None, "{word}");
        }
    }
}
