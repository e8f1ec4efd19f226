//! The words of `pay` and `traffic`, in the three languages.

use super::words::Language;
use crate::suite::Tally;
use std::time::Duration;

impl Language {
    /// The unit behind a time.
    pub fn milliseconds(self) -> &'static str {
        self.pick("ms", "мс", "ms")
    }

    /// In the place of an answer.
    pub fn no_answer(self) -> &'static str {
        self.pick("no answer", "нет ответа", "javob yo‘q")
    }

    fn mistake(self) -> &'static str {
        self.pick("WRONG", "ОШИБКА", "XATO")
    }

    /// The two lines under an answer that is not right.
    pub fn blame(self, wanted: &str, got: &str) -> String {
        let mistake = self.mistake();
        let width = mistake.chars().count();
        format!("{mistake}  {}: {wanted}\n{:<width$}  {}: {got}\n", self.expected(), "", self.came())
    }

    /// How many customers came and how their orders ended, and how fast that was.
    pub fn customers(self, tally: &Tally, connections: Option<usize>, took: Duration) -> String {
        let Tally { customers, paid, refunded, unpaid, retries, .. } = tally;
        let (seconds, calls) = (took.as_secs_f64(), tally.calls());
        let (rate, served) = (tally.per_second(took), tally.customers_per_second(took));
        match self {
            Self::English => {
                let over = connections.map_or(String::new(), |count| format!(" over {count} connections"));
                let retries = connections.map_or(String::new(), |_| format!(", {retries} retries"));
                format!(
                    "{customers} customers{over} in {seconds:.1} s: {paid} paid, {refunded} refunded, {unpaid} unpaid\n\
                     {calls} calls, {rate:.0} calls/s, {served:.0} customers/s{retries}\n"
                )
            }
            Self::Russian => {
                let over = connections.map_or(String::new(), |count| format!(", соединений: {count}"));
                let retries = connections.map_or(String::new(), |_| format!(", повторов: {retries}"));
                format!(
                    "Покупателей: {customers} за {seconds:.1} с{over}. Оплачено: {paid}, возвращено: {refunded}, не \
                     оплачено: {unpaid}\n\
                     Вызовов: {calls}, вызовов/с: {rate:.0}, покупателей/с: {served:.0}{retries}\n"
                )
            }
            Self::Uzbek => {
                let over = connections.map_or(String::new(), |count| format!(", ulanishlar: {count}"));
                let retries = connections.map_or(String::new(), |_| format!(", takrorlar: {retries}"));
                format!(
                    "Mijozlar: {customers}, vaqt: {seconds:.1} s{over}. To‘langan: {paid}, qaytarilgan: {refunded}, \
                     to‘lanmagan: {unpaid}\n\
                     Chaqiruvlar: {calls}, chaqiruv/s: {rate:.0}, mijoz/s: {served:.0}{retries}\n"
                )
            }
        }
    }

    /// The titles of the table of times that are words: the unit, calls, the longest, all methods.
    pub fn table_titles(self) -> [&'static str; 4] {
        match self {
            Self::English => ["milliseconds", "calls", "max", "all"],
            Self::Russian => ["миллисекунды", "вызовов", "макс.", "все"],
            Self::Uzbek => ["millisoniya", "chaqiruv", "eng ko‘p", "jami"],
        }
    }

    /// The unit of a rate.
    pub fn calls_per_second(self) -> &'static str {
        self.pick("calls/s", "вызовов/с", "chaqiruv/s")
    }

    /// The faults that were played; nothing where there were none.
    pub fn faults(self, tally: &Tally, say: impl Fn(&str) -> String) -> String {
        if tally.faults.is_empty() {
            return String::new();
        }
        let each = tally.faults.iter().map(|(fault, count)| match self {
            Self::English => format!("{count} {fault}"),
            Self::Russian | Self::Uzbek => format!("{} – {count}", say(fault)),
        });
        let title = self.pick("Faults", "Сбои", "Nosozliklar");
        format!("\n{title}: {}\n", each.collect::<Vec<_>>().join(", "))
    }

    /// What was read back by Payme's two ways, and the two sums.
    pub fn read_back(self, checked: usize, listed: usize, acknowledged_tiyin: i64, statement_tiyin: i64) -> String {
        match self {
            Self::English => format!(
                "\nRead back: {checked} transactions by CheckTransaction, {listed} in the statement.\n\
                 Paid: {acknowledged_tiyin} tiyin as acknowledged, {statement_tiyin} tiyin by the statement.\n"
            ),
            Self::Russian => format!(
                "\nПеречитано транзакций: через CheckTransaction – {checked}, в выписке – {listed}.\n\
                 Оплачено тийинов: по ответам сервера – {acknowledged_tiyin}, по выписке – {statement_tiyin}.\n"
            ),
            Self::Uzbek => format!(
                "\nQayta o‘qilgan tranzaksiyalar: CheckTransaction orqali – {checked}, ko‘chirmada – {listed}.\n\
                 To‘langan tiyin: server javoblariga ko‘ra – {acknowledged_tiyin}, ko‘chirmaga ko‘ra – {statement_tiyin}.\n"
            ),
        }
    }

    /// How many payments were asked about again.
    pub fn asked_again(self, count: u64) -> String {
        match self {
            Self::English => format!("\nAsked about again: {count} payments.\n"),
            Self::Russian => format!("\nПеречитано платежей: {count}.\n"),
            Self::Uzbek => format!("\nQayta so‘ralgan to‘lovlar: {count}.\n"),
        }
    }

    /// Why the load stopped before its end.
    pub fn ended_early(self, why: &str) -> String {
        let words =
            self.pick("The load ended early", "Нагрузка остановлена раньше срока", "Yuklama muddatidan oldin to‘xtadi");
        format!("\n{words}: {why}\n")
    }

    /// A kind of finding: how often, and what had to come.
    pub fn times_expected(self, times: usize, wanted: &str) -> String {
        match self {
            Self::English => format!("{times} times: expected {wanted}"),
            Self::Russian => format!("Раз: {times}. Ожидалось: {wanted}"),
            Self::Uzbek => format!("{times} marta. Kutilgan: {wanted}"),
        }
    }

    /// The title of a kind of finding.
    pub fn wrong_times(self, what: &str, times: usize) -> String {
        let mistake = self.mistake();
        match self {
            Self::English => format!("{mistake}  {what} ({times} times)"),
            Self::Russian => format!("{mistake}  {what} (раз: {times})"),
            Self::Uzbek => format!("{mistake}  {what} ({times} marta)"),
        }
    }

    /// The names of the lines of a finding: the order, the transaction's id, what had to come, what came.
    pub fn finding_names(self) -> [&'static str; 4] {
        [self.pick("order", "заказ", "buyurtma"), "id", self.expected(), self.came()]
    }

    /// Answers that lacked what the rule asks for.
    pub fn without_id(self, count: u64, rule: &str) -> String {
        match self {
            Self::English => format!("\n{count} answers had no `id`; Payme needs it ({rule}).\n"),
            Self::Russian => format!("\nОтветов без `id`: {count}; Payme он нужен ({rule}).\n"),
            Self::Uzbek => format!("\n`id` siz javoblar: {count}; Payme ga u kerak ({rule}).\n"),
        }
    }

    /// The last sentence: whether the server's story holds.
    pub fn load_verdict(self, kinds: usize, times: usize, customers: u64) -> String {
        match (self, kinds, customers) {
            (_, 0, 0) => self.pick("Nobody came.", "Никто не пришёл.", "Hech kim kelmadi.").to_owned(),
            (_, 0, _) => self
                .pick(
                    "The server's story agrees with everything it acknowledged.",
                    "Рассказ сервера сходится со всем, что он подтвердил.",
                    "Serverning aytganlari u tasdiqlagan hamma narsaga mos keladi.",
                )
                .to_owned(),
            (Self::English, 1, _) => format!("One kind of thing is wrong, {times} times."),
            (Self::English, _, _) => format!("{kinds} kinds of things are wrong, {times} times together."),
            (Self::Russian, _, _) => format!("Видов ошибок: {kinds}, всего раз: {times}."),
            (Self::Uzbek, _, _) => format!("Xato turlari: {kinds}, hammasi bo‘lib {times} marta."),
        }
    }

    /// How a load goes while it runs.
    pub fn load_so_far(self, passed: Duration, customers: u64, wrong: u64) -> String {
        let seconds = passed.as_secs_f64();
        match self {
            Self::English => format!("{seconds:>6.1} s  {customers} customers, {wrong} wrong"),
            Self::Russian => format!("{seconds:>6.1} с  покупателей: {customers}, ошибок: {wrong}"),
            Self::Uzbek => format!("{seconds:>6.1} s  mijozlar: {customers}, xatolar: {wrong}"),
        }
    }

    /// The title of a comparison.
    pub fn against(self, url: &str) -> String {
        match self {
            Self::English => format!("Against {url}"),
            Self::Russian => format!("По сравнению с {url}"),
            Self::Uzbek => format!("{url} bilan solishtirganda"),
        }
    }

    /// The columns of a comparison.
    pub fn comparison_titles(self) -> [&'static str; 3] {
        match self {
            Self::English => ["this", "baseline", "ratio"],
            Self::Russian => ["этот", "образец", "отношение"],
            Self::Uzbek => ["bu", "namuna", "nisbat"],
        }
    }
}
