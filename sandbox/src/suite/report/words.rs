//! The words of the reports for people, in the three languages of the country's developers.
//!
//! What came over the wire stays as it came. What a check says of it stands in [`crate::suite::phrases`].

use crate::suite::rule::Grade;
use crate::suite::verdict::{Report, RuleResult, Verdict};

/// What came of a rule, for the tag before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Kept,
    Broken,
    Known,
    Advice,
    Blocked,
    Untried,
    LeftOut,
}

impl Tag {
    /// The tag of a result.
    pub fn of(report: &Report, result: &RuleResult) -> Self {
        match (&result.verdict, result.rule.grade.decides()) {
            (Verdict::Passed, _) => Self::Kept,
            (Verdict::Skipped(_), _) => Self::LeftOut,
            (Verdict::Untried(_), _) => Self::Untried,
            (Verdict::Blocked { .. }, _) => Self::Blocked,
            (Verdict::Failed(_), true) if report.is_known(result) => Self::Known,
            (Verdict::Failed(_), true) => Self::Broken,
            (Verdict::Failed(_), false) => Self::Advice,
        }
    }

    /// All tags.
    const ALL: [Self; 7] =
        [Self::Kept, Self::Broken, Self::Known, Self::Advice, Self::Blocked, Self::Untried, Self::LeftOut];
}

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
    pub(super) fn pick(self, english: &'static str, russian: &'static str, uzbek: &'static str) -> &'static str {
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

    pub(in crate::suite) fn grade(self, grade: Grade) -> &'static str {
        match grade {
            Grade::Required => self.pick("required", "обязательно", "majburiy"),
            Grade::Expected => self.pick("expected", "ожидается", "kutiladi"),
            Grade::Advice => self.pick("advice", "совет", "maslahat"),
        }
    }

    /// How wide the words for grades are, in characters.
    pub(in crate::suite) fn widest_grade(self) -> usize {
        Grade::ALL.map(|grade| self.grade(grade).chars().count()).into_iter().max().unwrap_or(0)
    }

    /// The tag before a rule: what came of it, in a word.
    pub(super) fn tag(self, tag: Tag) -> &'static str {
        match tag {
            Tag::Kept => self.pick("pass", "верно", "to‘g‘ri"),
            Tag::Broken => self.pick("FAIL", "ОШИБКА", "XATO"),
            Tag::Known => self.pick("known", "известно", "ma’lum"),
            Tag::Advice => self.pick("note", "совет", "maslahat"),
            Tag::Blocked => self.pick("block", "блок", "to‘siq"),
            Tag::Untried => "?",
            Tag::LeftOut => "-",
        }
    }

    /// How wide the tags are, in characters.
    pub(super) fn widest_tag(self) -> usize {
        Tag::ALL.map(|tag| self.tag(tag).chars().count()).into_iter().max().unwrap_or(0)
    }

    /// The last line of a list.
    pub(in crate::suite) fn number_of_rules(self, count: usize) -> String {
        match self {
            Self::English => format!("{count} rules"),
            Self::Russian => format!("Правил: {count}"),
            Self::Uzbek => format!("Qoidalar: {count}"),
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

    pub(in crate::suite) fn came(self) -> &'static str {
        self.pick("came", "пришло", "keldi")
    }

    pub(super) fn likely(self) -> &'static str {
        self.pick("likely", "вероятно", "ehtimol")
    }

    pub(super) fn or(self) -> &'static str {
        self.pick("or", "или", "yoki")
    }

    /// How wide the names of the lines about a failure are, in characters.
    pub(super) fn widest_name(self) -> usize {
        let names = [self.expected(), self.came(), self.likely(), self.or()];
        names.into_iter().map(|name| name.chars().count()).max().unwrap_or(0)
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

    /// The line under a rule that another one explains.
    pub(super) fn explained(self, by: &str, blocked: bool) -> String {
        match (self, blocked) {
            (Self::English, true) => format!("blocked by {by}"),
            (Self::English, false) => format!("the same cause as {by}"),
            (Self::Russian, true) => format!("заблокировано правилом {by}"),
            (Self::Russian, false) => format!("та же причина, что у {by}"),
            (Self::Uzbek, true) => format!("{by} tufayli to‘silgan"),
            (Self::Uzbek, false) => format!("sababi {by} bilan bir xil"),
        }
    }

    /// How many calls came before the one that is shown.
    pub(super) fn after_calls(self, count: usize) -> String {
        match self {
            Self::English => format!("after {count} other calls"),
            Self::Russian => format!("до него вызовов: {count}"),
            Self::Uzbek => format!("undan oldin {count} chaqiruv"),
        }
    }

    /// How much was done.
    pub(super) fn calls(self, count: usize, seconds: f64) -> String {
        match self {
            Self::English => format!("{count} calls in {seconds:.1} s"),
            Self::Russian => format!("вызовов: {count} за {seconds:.1} с"),
            Self::Uzbek => format!("{seconds:.1} s ichida {count} chaqiruv"),
        }
    }

    pub(super) fn known(self) -> &'static str {
        self.pick("known", "известно", "ma’lum")
    }

    /// What the file of `--known` changes: how many of the broken rules are in it.
    pub(super) fn known_of(self, known: usize, broken: usize) -> String {
        match (self, known == broken) {
            (Self::English, true) => "All of that is known, and does not decide the exit code.".to_owned(),
            (Self::English, false) => format!("Known of the {broken} broken rules: {known}. New: {}.", broken - known),
            (Self::Russian, true) => "Всё это известно и не решает код завершения.".to_owned(),
            (Self::Russian, false) => format!("Из {broken} нарушенных известно: {known}, новых: {}.", broken - known),
            (Self::Uzbek, true) => "Bularning hammasi ma’lum va tugash kodini hal qilmaydi.".to_owned(),
            (Self::Uzbek, false) => format!("Buzilgan {broken} tadan ma’lumi: {known}, yangisi: {}.", broken - known),
        }
    }

    /// The title of an annotation about what the run changed and put back.
    pub(super) fn put_back(self) -> &'static str {
        self.pick("put back", "возвращено", "qaytarildi")
    }

    /// The sentence at the head: how many causes, and what they break.
    pub(super) fn head(self, causes: usize, broken: usize, blocked: usize, tried: usize) -> String {
        let others = if blocked == 1 { "other" } else { "others" };
        match (self, causes) {
            _ if tried == 0 => self.nothing_tried().to_owned(),
            (Self::English, 0) => "The server keeps every rule that was tried.".to_owned(),
            (Self::Russian, 0) => "Сервер соблюдает все проверенные правила.".to_owned(),
            (Self::Uzbek, 0) => "Server sinalgan barcha qoidalarga amal qiladi.".to_owned(),
            (Self::English, 1) => format!("One cause. It breaks {broken} of the rules and blocks {blocked} {others}."),
            (Self::English, _) => format!("{causes} causes. They break {broken} rules and block {blocked} {others}."),
            (Self::Russian, _) => {
                format!("Причин: {causes}. Из-за них нарушено правил: {broken}, не удалось проверить: {blocked}.")
            }
            (Self::Uzbek, _) => {
                format!("Sabablar: {causes}. Ular tufayli buzilgan qoidalar: {broken}, to‘silganlari: {blocked}.")
            }
        }
    }

    /// The line at the end of annotations: how it stands.
    pub(super) fn kept(self, causes: usize, kept: usize) -> String {
        match self {
            Self::English => format!("{causes} causes, {kept} rules kept"),
            Self::Russian => format!("причин: {causes}, соблюдено правил: {kept}"),
            Self::Uzbek => format!("sabablar: {causes}, bajarilgan qoidalar: {kept}"),
        }
    }

    /// A run without a verdict.
    pub fn nothing_tried(self) -> &'static str {
        self.pick("Nothing was tried.", "Ничего не проверено.", "Hech narsa sinalmadi.")
    }

    /// Said when Ctrl-C was pressed.
    pub fn interrupting(self) -> &'static str {
        self.pick(
            "Interrupted: putting back what was changed, then the report so far.",
            "Прервано: возвращаю изменённое, затем отчёт о том, что уже известно.",
            "To‘xtatildi: o‘zgartirilgani qaytariladi, keyin hozirgacha ma’lum bo‘lgani yoziladi.",
        )
    }

    /// Said when Ctrl-C was pressed while many customers pay.
    pub fn load_interrupting(self) -> &'static str {
        self.pick(
            "Interrupted: nobody new comes, payments that have begun are played to their end, then the report. Ctrl-C once more \
             ends at once, without it.",
            "Прервано: новые покупатели не приходят, начатые платежи доигрываются, затем отчёт. Ещё раз Ctrl-C — закончить сразу, \
             без отчёта.",
            "To‘xtatildi: yangi mijoz kelmaydi, boshlangan to‘lovlar oxiriga yetkaziladi, keyin hisobot. Yana bir marta Ctrl-C — \
             hisobotsiz darhol tugatadi.",
        )
    }

    /// Said when Ctrl-C was pressed during a single payment.
    pub fn payment_interrupted(self) -> &'static str {
        self.pick(
            "Interrupted: the payment stays as the last call above left it. The call after it may have reached the server, \
             although its answer was not awaited.",
            "Прервано: платёж остался таким, каким его оставил последний вызов выше. Следующий вызов мог дойти до сервера, но его \
             ответа не дождались.",
            "To‘xtatildi: to‘lov yuqoridagi oxirgi chaqiruvdan keyingi holatida qoldi. Keyingi chaqiruv serverga yetib borgan \
             bo‘lishi mumkin, lekin javobi kutilmadi.",
        )
    }

    /// Said of rules in the file of `--known` that are kept by now.
    pub fn no_longer_broken(self, rules: &str) -> String {
        let words = self.pick(
            "No longer broken, so take them out of the file of --known",
            "Больше не нарушены, уберите их из файла --known",
            "Endi buzilmagan, ularni --known faylidan olib tashlang",
        );
        format!("{words}: {rules}")
    }

    /// Said where more rules than allowed could not be tried.
    pub fn too_many_untried(self, count: usize) -> String {
        match self {
            Self::English => {
                format!("{count} rules that apply could not be tried; --max-skipped {count} accepts that.")
            }
            Self::Russian => {
                format!("Не удалось проверить правил: {count}; --max-skipped {count} это допускает.")
            }
            Self::Uzbek => format!("{count} ta qoidani sinab bo‘lmadi; --max-skipped {count} bunga yo‘l qo‘yadi."),
        }
    }

    /// The titles of an explanation: grade, source, usual cause, request, right and wrong answer.
    pub(in crate::suite) fn explanation(self) -> [&'static str; 6] {
        match self {
            Self::English => ["Grade", "Source", "Usual cause of a failure", "Request", "Right", "Wrong"],
            Self::Russian => {
                ["Обязательность", "Источник", "Обычная причина нарушения", "Запрос", "Правильно", "Неправильно"]
            }
            Self::Uzbek => ["Majburiyligi", "Manba", "Buzilishning odatdagi sababi", "So‘rov", "To‘g‘ri", "Noto‘g‘ri"],
        }
    }

    /// What a grade means for the exit code.
    pub(in crate::suite) fn meaning(self, grade: Grade) -> &'static str {
        match grade {
            Grade::Required => self.pick(
                "the documentation says so; a failure decides the exit code",
                "так сказано в документации; нарушение решает код завершения",
                "hujjatda shunday; buzilishi tugash kodini hal qiladi",
            ),
            Grade::Expected => self.pick(
                "the wallet's own tests look at it, or the documentation implies it; a failure decides the exit code",
                "на это смотрят проверки самого кошелька, или это следует из документации; нарушение решает код завершения",
                "hamyonning o‘z sinovlari bunga qaraydi yoki hujjatdan kelib chiqadi; buzilishi tugash kodini hal qiladi",
            ),
            Grade::Advice => self.pick(
                "good practice; a failure is reported, but does not decide the exit code",
                "хорошая практика; о нарушении сообщается, но код завершения оно не решает",
                "yaxshi odat; buzilishi xabar qilinadi, lekin tugash kodini hal qilmaydi",
            ),
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
