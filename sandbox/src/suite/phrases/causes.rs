//! What is usually wrong, where the rules of several wallets say the same.

use crate::suite::phrases::phrases;

phrases! {
    /// The causes that the rules name.
    CAUSES:
    "Only the part after the colon is compared.":
    "Сравнивается только часть после двоеточия.",
    "Faqat ikki nuqtadan keyingi qism solishtiriladi.";
    "The header is compared with the literal text `Basic `.":
    "Заголовок сравнивается с текстом `Basic ` буква в букву.",
    "Sarlavha `Basic ` matni bilan harfma-harf solishtiriladi.";
    "The state is read and then written: the customer has paid for an order that was released.":
    "Состояние читается, а потом записывается: покупатель заплатил за заказ, который уже отпущен.",
    "Holat o‘qiladi, keyin yoziladi: xaridor bo‘shatib yuborilgan buyurtma uchun to‘ladi.";
    "Transactions are kept in the memory of the process, or in a file that is lost with its container.":
    "Транзакции хранятся в памяти процесса или в файле, который пропадает вместе с контейнером.",
    "Tranzaksiyalar jarayon xotirasida yoki konteyner bilan birga yo‘qoladigan faylda saqlanadi.";
    "The text is put into a query, or is too long for its column, and an exception ends the call; or only the digits that it begins with are read.":
    "Текст попадает в запрос или слишком длинен для столбца, и вызов обрывает исключение; или читаются только цифры, с которых он начинается.",
    "Matn so‘rovga tushadi yoki ustun uchun juda uzun va chaqiruvni istisno uzadi; yoki faqat boshidagi raqamlar o‘qiladi.";
    "Only the code is answered.":
    "Отвечается только код.",
    "Faqat kod qaytariladi.";
    "Codes of another provider, or of one's own, are answered.":
    "Отвечаются коды другого провайдера или собственные.",
    "Boshqa provayderning yoki o‘zining kodlari qaytariladi.";
    "The answer is sent as text/html, the default of many frameworks.":
    "Ответ отправляется как text/html, как во многих фреймворках по умолчанию.",
    "Javob ko‘p freymvorklardagi standart text/html bilan yuboriladi.";
    "A source file was saved with a byte order mark, which the language prints first; or a proxy compresses everything.":
    "Исходный файл сохранён с меткой порядка байтов, и язык печатает её первой; или прокси сжимает всё.",
    "Manba fayl bayt tartibi belgisi bilan saqlangan va til avval uni chiqaradi; yoki proksi hammasini siqadi.";
    "The framework redirects to the other spelling; if the cabinet has the wrong one, every call fails.":
    "Фреймворк перенаправляет на другое написание; если в кабинете неверное, не проходит ни один вызов.",
    "Freymvork boshqa yozilishiga yo‘naltiradi; kabinetda noto‘g‘risi tursa, birorta chaqiruv o‘tmaydi.";
    "There is no limit on bodies, or exceeding it ends the process.":
    "Размер тела не ограничен, или превышение завершает процесс.",
    "Tana hajmi cheklanmagan, yoki oshib ketsa jarayon tugaydi.";
    "The body is parsed leniently before it is complete.":
    "Тело разбирается снисходительно, пока ещё не пришло целиком.",
    "Tana to‘liq kelmasdan oldin yumshoq o‘qiladi.";
    "The state of the order is not looked at: it is paid twice.":
    "На состояние заказа не смотрят: он оплачивается дважды.",
    "Buyurtma holatiga qaralmaydi: u ikki marta to‘lanadi.";
    "The row is looked up and then inserted without a unique key: two rows, or a duplicate-key fault.":
    "Строка ищется, а потом вставляется без уникального ключа: две строки или ошибка дубликата.",
    "Satr qidiriladi, keyin noyob kalitsiz qo‘shiladi: ikkita satr yoki dublikat xatosi.";
    "The state is read and then written: the payment is counted twice.":
    "Состояние читается, а потом записывается: платёж засчитан дважды.",
    "Holat o‘qiladi, keyin yoziladi: to‘lov ikki marta hisoblanadi.";
    "The check for the order's state and the write are two steps: the order is paid twice.":
    "Проверка состояния заказа и запись — два шага: заказ оплачивается дважды.",
    "Buyurtma holatini tekshirish va yozish ikki qadam: buyurtma ikki marta to‘lanadi.";
    "The current order is kept in a field that all requests share.":
    "Текущий заказ хранится в поле, общем для всех запросов.",
    "Joriy buyurtma barcha so‘rovlar uchun umumiy maydonda saqlanadi.";
}
