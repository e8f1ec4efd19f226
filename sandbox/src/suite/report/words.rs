//! The words of the reports for people, in the three languages of the country's developers.
//!
//! What came over the wire, and what a check says of it, stays English: it names members and codes.

use crate::suite::rule::Grade;

/// The language of a report for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Russian.
    Russian,
    /// Uzbek.
    Uzbek,
}

impl Language {
    fn pick(self, english: &'static str, russian: &'static str, uzbek: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Russian => russian,
            Self::Uzbek => uzbek,
        }
    }

    /// The code for HTML.
    pub fn code(self) -> &'static str {
        self.pick("en", "ru", "uz")
    }

    pub(super) fn grade(self, grade: Grade) -> &'static str {
        match grade {
            Grade::Required => self.pick("required", "обязательно", "majburiy"),
            Grade::Expected => self.pick("expected", "ожидается", "kutiladi"),
            Grade::Advice => self.pick("advice", "совет", "maslahat"),
        }
    }

    pub(super) fn passed(self) -> &'static str {
        self.pick("kept", "соблюдено", "bajarildi")
    }

    pub(super) fn failed(self) -> &'static str {
        self.pick("broken", "нарушено", "buzildi")
    }

    pub(super) fn blocked(self) -> &'static str {
        self.pick("blocked", "заблокировано", "to‘sildi")
    }

    pub(super) fn skipped(self) -> &'static str {
        self.pick("left out", "пропущено", "qoldirildi")
    }

    pub(super) fn untried(self) -> &'static str {
        self.pick("could not be tried", "не удалось проверить", "sinab bo‘lmadi")
    }

    pub(super) fn wrong(self) -> &'static str {
        self.pick("What is wrong", "Что неправильно", "Nima noto‘g‘ri")
    }

    pub(super) fn all_rules(self) -> &'static str {
        self.pick("All rules", "Все правила", "Barcha qoidalar")
    }

    pub(super) fn expected(self) -> &'static str {
        self.pick("expected", "ожидалось", "kutilgan")
    }

    pub(super) fn came(self) -> &'static str {
        self.pick("came", "пришло", "keldi")
    }

    pub(super) fn likely(self) -> &'static str {
        self.pick("likely", "вероятно", "ehtimol")
    }

    pub(super) fn or(self) -> &'static str {
        self.pick("or", "или", "yoki")
    }

    pub(super) fn request(self) -> &'static str {
        self.pick("request", "запрос", "so‘rov")
    }

    pub(super) fn answer(self) -> &'static str {
        self.pick("answer", "ответ", "javob")
    }

    pub(super) fn same_cause(self) -> &'static str {
        self.pick("the same cause", "та же причина", "sababi bir xil")
    }

    pub(super) fn blocked_by_it(self) -> &'static str {
        self.pick("blocked by it", "заблокировано этим", "shu tufayli to‘sildi")
    }

    pub(super) fn known(self) -> &'static str {
        self.pick("known", "известно", "ma’lum")
    }

    pub(super) fn rules(self) -> &'static str {
        self.pick("rules", "правила", "qoidalar")
    }

    /// The sentence at the head: how many causes, and what they break.
    pub(super) fn head(self, causes: usize, broken: usize, blocked: usize, tried: usize) -> String {
        match (self, causes) {
            _ if tried == 0 => {
                self.pick("Nothing was tried.", "Ничего не проверено.", "Hech narsa sinalmadi.").to_owned()
            }
            (Self::English, 0) => "The server keeps every rule that was tried.".to_owned(),
            (Self::Russian, 0) => "Сервер соблюдает все проверенные правила.".to_owned(),
            (Self::Uzbek, 0) => "Server sinalgan barcha qoidalarga amal qiladi.".to_owned(),
            (Self::English, 1) => format!("One cause. It breaks {broken} of the rules and blocks {blocked} others."),
            (Self::English, _) => format!("{causes} causes. They break {broken} rules and block {blocked} others."),
            (Self::Russian, _) => {
                format!("Причин: {causes}. Из-за них нарушено правил: {broken}, не удалось проверить: {blocked}.")
            }
            (Self::Uzbek, _) => {
                format!("Sabablar: {causes}. Ular tufayli buzilgan qoidalar: {broken}, to‘silganlari: {blocked}.")
            }
        }
    }

    pub(super) fn interrupted(self) -> &'static str {
        self.pick(
            "The run was interrupted; this is what was known by then.",
            "Проверка прервана; вот что было известно к этому времени.",
            "Tekshiruv to‘xtatildi; shu paytgacha ma’lum bo‘lgani shu.",
        )
    }
}
