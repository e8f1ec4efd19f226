//! What is usually wrong in a server that breaks a rule of Payme, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// The causes that the rules name.
    CAUSES:
    "The check runs only when the header is there; or Apache strips it before the program sees it.":
    "Проверка выполняется, только если заголовок есть; или Apache убирает его до программы.",
    "Tekshiruv faqat sarlavha bo‘lsa ishlaydi; yoki Apache uni dasturga yetmasdan olib tashlaydi.";
    "The check is missing in one of the handlers; do it once, before the method is looked at.":
    "В одном из обработчиков нет проверки; делайте её один раз, до того как смотреть на метод.",
    "Ishlovchilardan birida tekshiruv yo‘q; uni bir marta, metodga qarashdan oldin bajaring.";
    "The key is compared by prefix, without regard to case, or only for as long as the shorter string is.":
    "Ключ сравнивается по началу, без учёта регистра или только на длину более короткой строки.",
    "Kalit boshi bo‘yicha, harf kattaligiga qaramasdan yoki faqat qisqaroq satr uzunligicha solishtiriladi.";
    "An unset key in the configuration is compared with an empty password and found equal.":
    "Незаданный в настройках ключ сравнивается с пустым паролем и оказывается равным.",
    "Sozlamada berilmagan kalit bo‘sh parol bilan solishtirilib, teng chiqadi.";
    "The scheme is cut off without looking at it.":
    "Схема отрезается, и на неё никто не смотрит.",
    "Sxema qaralmasdan kesib tashlanadi.";
    "Decoding raises an exception, or a text without a colon is taken for the key alone.":
    "Декодирование вызывает исключение, или текст без двоеточия принимается за сам ключ.",
    "Dekodlash istisno chiqaradi, yoki ikki nuqtasiz matn kalitning o‘zi deb olinadi.";
    "The pair is split at every colon into exactly two parts, which raises an exception.":
    "Пара делится по каждому двоеточию ровно на две части, и это вызывает исключение.",
    "Juftlik har bir ikki nuqta bo‘yicha roppa-rosa ikki qismga bo‘linadi va bu istisno chiqaradi.";
    "The parameters are validated before the credentials.":
    "Параметры проверяются раньше авторизации.",
    "Parametrlar avtorizatsiyadan oldin tekshiriladi.";
    "The method is looked up before the credentials are checked, so strangers learn what exists.":
    "Метод ищется до проверки авторизации, и посторонние узнают, что есть на сервере.",
    "Metod avtorizatsiya tekshirilmasdan qidiriladi va begonalar serverda nima borligini bilib oladi.";
    "The framework answers 401 or 403 by itself, or the refusal is an exception that nobody catches; Payme reads any status but 200 as a broken server.":
    "Фреймворк сам отвечает 401 или 403, или отказ — исключение, которое никто не перехватывает; любой статус, кроме 200, Payme считает поломкой сервера.",
    "Freymvork o‘zi 401 yoki 403 qaytaradi, yoki rad etish — hech kim ushlamagan istisno; 200 dan boshqa har qanday statusni Payme server buzilgan deb biladi.";
    "The header of the sandbox is taken for a password: anybody can mark orders as paid.":
    "Заголовок песочницы принимается за пароль: любой может отметить заказ оплаченным.",
    "Sandbox sarlavhasi parol o‘rnida qabul qilinadi: istalgan kishi buyurtmani to‘langan deb belgilay oladi.";
    "The handler runs before the check, or the check's result is not used.":
    "Обработчик выполняется до проверки, или её результат не используется.",
    "Ishlovchi tekshiruvdan oldin ishlaydi, yoki tekshiruv natijasi ishlatilmaydi.";
    "The handler runs before the check, or the check is missing in one handler.":
    "Обработчик выполняется до проверки, или в одном обработчике проверки нет.",
    "Ishlovchi tekshiruvdan oldin ishlaydi, yoki bitta ishlovchida tekshiruv yo‘q.";
    "-2 is answered whatever the state was.":
    "Каким бы ни было состояние, отвечается -2.",
    "Holat qanday bo‘lmasin, -2 qaytariladi.";
    "-1 is answered whatever the state was, or a performed transaction is refused with another code.":
    "Каким бы ни было состояние, отвечается -1, или проведённая транзакция отклоняется с другим кодом.",
    "Holat qanday bo‘lmasin, -1 qaytariladi, yoki bajarilgan tranzaksiya boshqa kod bilan rad etiladi.";
    "The repeat is refused, or cancels again with a new time.":
    "Повтор отклоняется или отменяет ещё раз с новым временем.",
    "Takror rad etiladi yoki yangi vaqt bilan yana bekor qiladi.";
    "The row is updated on every call.":
    "Строка обновляется при каждом вызове.",
    "Satr har bir chaqiruvda yangilanadi.";
    "A refunded transaction is cancelled once more and ends in state -1.":
    "Возвращённая транзакция отменяется ещё раз и оказывается в состоянии -1.",
    "Qaytarilgan tranzaksiya yana bir marta bekor qilinib, -1 holatiga tushadi.";
    "Another code is used, or an empty row raises an exception.":
    "Используется другой код, или пустая строка вызывает исключение.",
    "Boshqa kod ishlatiladi, yoki bo‘sh satr istisno chiqaradi.";
    "The reason is fixed in the code, or an enumeration lacks one.":
    "Причина задана прямо в коде, или в перечислении какой-то не хватает.",
    "Sabab kodning o‘zida yozilgan, yoki sanab o‘tilgan ro‘yxatda biri yetishmaydi.";
    "perform_time is reset when a payment is cancelled.":
    "perform_time сбрасывается при отмене платежа.",
    "To‘lov bekor qilinganda perform_time o‘chirib yuboriladi.";
    "A missing id raises an exception, or is looked up and answered like an unknown one.":
    "Отсутствующий id вызывает исключение или ищется и получает ответ как неизвестный.",
    "Yo‘q id istisno chiqaradi, yoki qidirilib, noma’lum id kabi javob oladi.";
    "The reason is read without a check, which raises an exception.":
    "Причина читается без проверки, и это вызывает исключение.",
    "Sabab tekshirilmasdan o‘qiladi va bu istisno chiqaradi.";
    "The time is in seconds.":
    "Время в секундах.",
    "Vaqt soniyalarda.";
    "The order is cancelled along with every call, whatever transaction it belongs to by now.":
    "Заказ отменяется при каждом вызове, какой бы транзакции он теперь ни принадлежал.",
    "Buyurtma har bir chaqiruvda bekor qilinadi, hozir qaysi tranzaksiyaga tegishli bo‘lsa ham.";
    "An enumeration refuses new reasons; Payme may add some.":
    "Перечисление отклоняет новые причины; Payme может добавить свои.",
    "Ro‘yxat yangi sabablarni rad etadi; Payme yangilarini qo‘shishi mumkin.";
    "Payme's id is answered instead of the merchant's number.":
    "Вместо номера мерчанта отвечается id Payme.",
    "Merchant raqami o‘rniga Payme id qaytariladi.";
    "cancel_time is taken from the clock on every call.":
    "cancel_time берётся с часов при каждом вызове.",
    "cancel_time har bir chaqiruvda soatdan olinadi.";
    "Members are taken from the clock or from defaults instead of the row.":
    "Поля берутся с часов или из значений по умолчанию, а не из строки.",
    "Maydonlar satrdan emas, soatdan yoki standart qiymatlardan olinadi.";
    "cancel_time or reason is not stored.":
    "cancel_time или reason не сохраняется.",
    "cancel_time yoki reason saqlanmaydi.";
    "Another code is used (-32504 is only for credentials, -31050…-31099 for the account), or an empty row raises an exception.":
    "Используется другой код (-32504 — только для авторизации, -31050…-31099 — для счёта), или пустая строка вызывает исключение.",
    "Boshqa kod ishlatiladi (-32504 faqat avtorizatsiya uchun, -31050…-31099 hisob uchun), yoki bo‘sh satr istisno chiqaradi.";
    "Members that are empty are left out (Payme: result does not match the specification).":
    "Пустые поля опускаются (Payme: result не соответствует спецификации).",
    "Bo‘sh maydonlar tushirib qoldiriladi (Payme: result spetsifikatsiyaga mos emas).";
    "The empty column is sent as null; Payme's sample and table say 0.":
    "Пустой столбец отправляется как null; в примере и таблице Payme стоит 0.",
    "Bo‘sh ustun null qilib yuboriladi; Payme namunasi va jadvalida 0 turadi.";
    "The empty column is sent as 0 or as an empty text.":
    "Пустой столбец отправляется как 0 или как пустой текст.",
    "Bo‘sh ustun 0 yoki bo‘sh matn qilib yuboriladi.";
    "A time is taken from the clock, or asking marks the transaction.":
    "Время берётся с часов, или сам вопрос помечает транзакцию.",
    "Vaqt soatdan olinadi, yoki so‘rashning o‘zi tranzaksiyani belgilab qo‘yadi.";
    "The column compares without regard to case, as MySQL's usual collation does: two ids can be taken for one.":
    "Столбец сравнивает без учёта регистра, как обычная сортировка MySQL: два id можно принять за один.",
    "Ustun harf kattaligiga qaramasdan solishtiradi (MySQL odatdagi tartibi): ikkita id bitta deb olinishi mumkin.";
    "The account field has another name in the code than in the cabinet, or the amount is in soum.":
    "Поле счёта в коде называется не так, как в кабинете, или сумма в сумах.",
    "Hisob maydonining koddagi nomi kabinetdagidan boshqa, yoki summa so‘mda.";
    "Soum and tiyin are mixed up, amounts are compared as floating point, or only a minimum is checked.":
    "Сумы и тийины перепутаны, суммы сравниваются как числа с плавающей точкой, или проверяется только минимум.",
    "So‘m va tiyin aralashtirilgan, summalar kasr sonlar sifatida solishtiriladi, yoki faqat eng kichik qiymat tekshiriladi.";
    "Zero is taken for \"not given\" and not compared.":
    "Ноль принимается за «не задано» и не сравнивается.",
    "Nol «berilmagan» deb olinadi va solishtirilmaydi.";
    "The amount is rounded or cut to an integer before it is compared, or the fraction raises an exception.":
    "Сумма округляется или обрезается до целого перед сравнением, или дробь вызывает исключение.",
    "Summa solishtirishdan oldin butun songa yaxlitlanadi yoki kesiladi, yoki kasr istisno chiqaradi.";
    "Calls at the same instant end in an error that they do not get one after the other: the database was locked or found a duplicate key, and the exception is answered. Try the transaction again, or read the row that the other call wrote.":
    "Вызовы в один миг кончаются ошибкой, которой по одному не бывает: база была заблокирована или нашла повтор ключа, и исключение ушло в ответ. Повторите транзакцию базы или прочитайте строку, которую записал другой вызов.",
    "Bir lahzadagi chaqiruvlar birma-bir kelganda bo‘lmaydigan xato bilan tugaydi: baza band bo‘lgan yoki kalit takrorini topgan, istisno esa javob bo‘lib ketgan. Baza tranzaksiyasini qaytaring yoki boshqa chaqiruv yozgan satrni o‘qing.";
    "A float type raises an exception deep in the handler.":
    "Дробный тип вызывает исключение глубоко в обработчике.",
    "Kasr tur ishlovchining ichida istisno chiqaradi.";
    "The parameter is used without a check, which raises an exception.":
    "Параметр используется без проверки, и это вызывает исключение.",
    "Parametr tekshirilmasdan ishlatiladi va bu istisno chiqaradi.";
    "A missing field is looked up as an empty order number, or a query for a number raises an exception on it.":
    "Отсутствующее поле ищется как пустой номер заказа, или запрос по числу вызывает на нём исключение.",
    "Yo‘q maydon bo‘sh buyurtma raqami sifatida qidiriladi, yoki son bo‘yicha so‘rov unda istisno chiqaradi.";
    "-31003 is used, which means an unknown transaction; or -31001, because the price of nothing is 0.":
    "Используется -31003, а это неизвестная транзакция; или -31001, потому что цена пустоты — 0.",
    "-31003 ishlatiladi, bu esa noma’lum tranzaksiya degani; yoki -31001, chunki yo‘q narsaning narxi 0.";
    "The message is a plain string, or a language is missing.":
    "Сообщение — простая строка, или не хватает языка.",
    "Xabar oddiy satr, yoki bitta til yetishmaydi.";
    "`data` is missing, stands inside the message, or says something else than the name of the field.":
    "`data` нет, оно стоит внутри сообщения, или в нём не имя поля.",
    "`data` yo‘q, xabar ichida turadi, yoki unda maydon nomi emas.";
    "Only the existence and the price of the order are checked.":
    "Проверяются только существование и цена заказа.",
    "Faqat buyurtma borligi va narxi tekshiriladi.";
    "Official plugins differ; the sandbox's legend expects an account error.":
    "Официальные плагины поступают по-разному; легенда песочницы ждёт ошибку счёта.",
    "Rasmiy plaginlar turlicha ishlaydi; sandbox izohi hisob xatosini kutadi.";
    "The order is reserved or its state changed before CreateTransaction.":
    "Заказ резервируется или его состояние меняется до CreateTransaction.",
    "Buyurtma CreateTransaction dan oldin band qilinadi yoki holati o‘zgartiriladi.";
    "The state of the order is looked at before the amount, which fails the sandbox's amount test on a used order.":
    "Состояние заказа проверяется раньше суммы, и проверка суммы в песочнице на использованном заказе не проходит.",
    "Buyurtma holati summadan oldin tekshiriladi va sandboxning summa sinovi ishlatilgan buyurtmada o‘tmaydi.";
    "The value goes into a query or a conversion without a check: an exception, or the order that it happens to mean.":
    "Значение попадает в запрос или преобразование без проверки: исключение, или заказ, на который оно случайно указало.",
    "Qiymat so‘rovga yoki o‘girishga tekshirilmasdan tushadi: istisno, yoki tasodifan to‘g‘ri kelgan buyurtma.";
    "People type order numbers with blanks; an exception or another order would be wrong.":
    "Люди набирают номер заказа с пробелами; исключение или чужой заказ были бы ошибкой.",
    "Odamlar buyurtma raqamini bo‘sh joy bilan yozadi; istisno yoki boshqa buyurtma xato bo‘lardi.";
    "An item lacks its code, package, VAT or discount (Payme: result does not match the specification).":
    "У позиции нет кода, упаковки, НДС или скидки (Payme: result не соответствует спецификации).",
    "Pozitsiyada kod, qadoq, QQS yoki chegirma yo‘q (Payme: result spetsifikatsiyaga mos emas).";
    "The value goes into a query for a number: the database or the conversion raises an exception, or takes the digits that it begins with. Payers do mistype.":
    "Значение попадает в запрос по числу: база или преобразование вызывает исключение или берёт цифры, с которых оно начинается. Плательщики ошибаются при наборе.",
    "Qiymat son bo‘yicha so‘rovga tushadi: baza yoki o‘girish istisno chiqaradi yoki uning boshidagi raqamlarni oladi. To‘lovchilar yozishda adashadi.";
    "The insert fails (an order row is inserted a second time), or the state is given as text.":
    "Вставка не удаётся (строка заказа вставляется второй раз), или состояние отдано текстом.",
    "Yozuv qo‘shilmaydi (buyurtma satri ikkinchi marta qo‘shiladi), yoki holat matn qilib berilgan.";
    "The row's number is sent as a JSON number.":
    "Номер строки отправляется как число JSON.",
    "Satr raqami JSON soni qilib yuboriladi.";
    "The time is in seconds, or a text.":
    "Время в секундах или текстом.",
    "Vaqt soniyalarda yoki matn.";
    "The repeat is refused because the order is busy - with this very transaction -, or its answer is made anew instead of read from the row.":
    "Повтор отклоняется, потому что заказ занят — этой же транзакцией, — или ответ делается заново, а не читается из строки.",
    "Takror buyurtma band deb rad etiladi — aynan shu tranzaksiya bilan, — yoki javob satrdan o‘qilmay, yangidan tuziladi.";
    "create_time is taken from the clock on a repeat, or stored in whole seconds.":
    "При повторе create_time берётся с часов или хранится в целых секундах.",
    "Takrorda create_time soatdan olinadi yoki butun soniyalarda saqlanadi.";
    "The row is updated from the repeated call.":
    "Строка обновляется из повторного вызова.",
    "Satr takroriy chaqiruvdan yangilanadi.";
    "A live transaction is not looked for before the insert.":
    "Перед вставкой не ищется живая транзакция.",
    "Qo‘shishdan oldin tirik tranzaksiya qidirilmaydi.";
    "The second transaction takes over the order: the running payment is lost.":
    "Вторая транзакция забирает заказ: идущий платёж теряется.",
    "Ikkinchi tranzaksiya buyurtmani egallaydi: boshlangan to‘lov yo‘qoladi.";
    "The order's state is not looked at: the customer pays twice.":
    "Состояние заказа не проверяется: покупатель платит дважды.",
    "Buyurtma holati tekshirilmaydi: xaridor ikki marta to‘laydi.";
    "The state is set back to 1, or the stored answer is given without looking at the state.":
    "Состояние возвращается в 1, или сохранённый ответ отдаётся без взгляда на состояние.",
    "Holat 1 ga qaytariladi, yoki saqlangan javob holatga qaralmasdan beriladi.";
    "The stored answer is given without looking at the state.":
    "Сохранённый ответ отдаётся без взгляда на состояние.",
    "Saqlangan javob holatga qaralmasdan beriladi.";
    "Any earlier transaction of the order blocks it for ever, or the order is marked as cancelled when its payment is.":
    "Любая прежняя транзакция заказа блокирует его навсегда, или отмена платежа отменяет и заказ.",
    "Buyurtmaning har qanday oldingi tranzaksiyasi uni abadiy to‘sadi, yoki to‘lov bekor qilinsa, buyurtma ham bekor qilinadi.";
    "A refund puts the order back to waiting; the sandbox's legend counts it as blocked.":
    "Возврат снова ставит заказ в ожидание; по легенде песочницы он заблокирован.",
    "Pul qaytarilsa, buyurtma yana kutish holatiga o‘tadi; sandbox izohida u bloklangan hisoblanadi.";
    "Integrators try a server with the time of an example.":
    "Интеграторы пробуют сервер со временем из примера.",
    "Integratorlar serverni namunadagi vaqt bilan sinab ko‘radi.";
    "The amount is checked only by CheckPerformTransaction.":
    "Сумму проверяет только CheckPerformTransaction.",
    "Summani faqat CheckPerformTransaction tekshiradi.";
    "CreateTransaction makes the order that it does not find.":
    "CreateTransaction создаёт заказ, которого не находит.",
    "CreateTransaction topmagan buyurtmasini yaratadi.";
    "An empty or half-filled list is sent.":
    "Отправляется пустой или наполовину заполненный список.",
    "Bo‘sh yoki yarim to‘ldirilgan ro‘yxat yuboriladi.";
    "Missing parameters raise an exception, or become empty values that are stored.":
    "Отсутствующие параметры вызывают исключение или сохраняются как пустые значения.",
    "Yo‘q parametrlar istisno chiqaradi yoki bo‘sh qiymat bo‘lib saqlanadi.";
    "Amounts are floating point numbers that are rounded or cut before they are compared.":
    "Суммы — числа с плавающей точкой, которые перед сравнением округляются или обрезаются.",
    "Summalar kasr sonlar bo‘lib, solishtirishdan oldin yaxlitlanadi yoki kesiladi.";
    "The parameter is used without a check.":
    "Параметр используется без проверки.",
    "Parametr tekshirilmasdan ishlatiladi.";
    "The time is made from local time as if it were UTC (in Tashkent five hours off), or the server's clock is wrong.":
    "Местное время принимается за UTC (в Ташкенте разница пять часов), или часы сервера неверны.",
    "Mahalliy vaqt UTC deb olinadi (Toshkentda besh soat farq), yoki server soati noto‘g‘ri.";
    "The rule of one-time orders is applied to accounts.":
    "К счетам применяется правило разовых заказов.",
    "Hisoblarga bir martalik buyurtma qoidasi qo‘llanadi.";
    "The account is marked as paid.":
    "Счёт помечается как оплаченный.",
    "Hisob to‘langan deb belgilanadi.";
    "Transactions are found by account instead of Payme's id.":
    "Транзакции ищутся по счёту, а не по id Payme.",
    "Tranzaksiyalar Payme id bo‘yicha emas, hisob bo‘yicha qidiriladi.";
    "The age is not looked at: an order that was given to somebody else is paid.":
    "Возраст не проверяется: оплачивается заказ, уже отданный другому.",
    "Yoshi tekshirilmaydi: boshqaga berib bo‘lingan buyurtma to‘lanadi.";
    "The stored answer is given without looking at the age.":
    "Сохранённый ответ отдаётся без взгляда на возраст.",
    "Saqlangan javob yoshiga qaralmasdan beriladi.";
    "The call is refused, but the row is not changed.":
    "Вызов отклоняется, но строка не меняется.",
    "Chaqiruv rad etiladi, lekin satr o‘zgarmaydi.";
    "The expired transaction still holds the order.":
    "Истёкшая транзакция всё ещё держит заказ.",
    "Muddati o‘tgan tranzaksiya hali ham buyurtmani ushlab turadi.";
    "The limit is compared in seconds with a time in milliseconds, or is shorter than 12 hours.":
    "Срок в секундах сравнивается со временем в миллисекундах, или он короче 12 часов.",
    "Soniyadagi muddat millisoniyadagi vaqt bilan solishtiriladi, yoki u 12 soatdan qisqa.";
    "The sweep over old transactions does not look at the state.":
    "Чистка старых транзакций не смотрит на состояние.",
    "Eski tranzaksiyalarni tozalash holatga qaramaydi.";
    "Expired transactions are deleted.":
    "Истёкшие транзакции удаляются.",
    "Muddati o‘tgan tranzaksiyalar o‘chirib yuboriladi.";
    "The receipt is looked up by another id than Payme's.":
    "Чек ищется по другому id, а не по id Payme.",
    "Chek Payme id emas, boshqa id bo‘yicha qidiriladi.";
    "A second receipt is refused as a duplicate.":
    "Второй чек отклоняется как дубликат.",
    "Ikkinchi chek dublikat deb rad etiladi.";
    "The code of the other methods is used; this one has its own.":
    "Используется код других методов; у этого свой.",
    "Boshqa metodlarning kodi ishlatiladi; buniki o‘zida.";
    "The type is stored without a check.":
    "Тип сохраняется без проверки.",
    "Tur tekshirilmasdan saqlanadi.";
    "The repeat is refused as a duplicate.":
    "Повтор отклоняется как дубликат.",
    "Takror dublikat deb rad etiladi.";
    "The schema knows only one of the two types.":
    "Схема знает только один из двух типов.",
    "Sxema ikki turdan faqat bittasini biladi.";
    "The row's update time is used as one of the answered times.":
    "Время обновления строки используется как одно из отвечаемых времён.",
    "Satrning yangilanish vaqti javobdagi vaqtlardan biri sifatida ishlatiladi.";
    "The link is required to be a URL.":
    "От ссылки требуется, чтобы она была URL.",
    "Havoladan URL bo‘lishi talab qilinadi.";
    "The framework answers 400, 404, 405, 415 or 500 before the handler runs; Payme reads any of them as -32400.":
    "Фреймворк отвечает 400, 404, 405, 415 или 500 раньше обработчика; любой из них Payme читает как -32400.",
    "Freymvork ishlovchidan oldin 400, 404, 405, 415 yoki 500 qaytaradi; Payme ularning har birini -32400 deb o‘qiydi.";
    "The route is registered for POST only, so the framework answers 405 or an HTML page.":
    "Маршрут зарегистрирован только для POST, поэтому фреймворк отвечает 405 или страницей HTML.",
    "Yo‘nalish faqat POST uchun ro‘yxatdan o‘tgan, shuning uchun freymvork 405 yoki HTML sahifa qaytaradi.";
    "The route is registered for POST only, or accepts every verb as if it were POST.":
    "Маршрут зарегистрирован только для POST или принимает любой глагол, как если бы это был POST.",
    "Yo‘nalish faqat POST uchun ro‘yxatdan o‘tgan, yoki har qanday fe’lni POST kabi qabul qiladi.";
    "A framework refuses unknown types with 415, or does not parse the body.":
    "Фреймворк отклоняет неизвестные типы с 415 или не разбирает тело.",
    "Freymvork noma’lum turlarni 415 bilan rad etadi yoki tanani o‘qimaydi.";
    "Keep-alive is switched off; Payme recommends 10 minutes.":
    "Keep-alive выключен; Payme советует 10 минут.",
    "Keep-alive o‘chirilgan; Payme 10 daqiqani tavsiya qiladi.";
    "The header is looked up by its exact letters, and its absence is refused or raises an exception. HTTP/2 writes all names in lower case.":
    "Заголовок ищется буква в букву, а без него отказ или вызывает исключение. HTTP/2 пишет все имена строчными.",
    "Sarlavha harfma-harf qidiriladi, topilmasa rad etiladi yoki istisno chiqaradi. HTTP/2 barcha nomlarni kichik harfda yozadi.";
    "A column without an index (Payme's id, Payme's time), a call to another service before the answer, or a cold start.":
    "Столбец без индекса (id Payme, время Payme), вызов другого сервиса до ответа или холодный запуск.",
    "Indekssiz ustun (Payme id, Payme vaqti), javobdan oldin boshqa xizmatni chaqirish yoki sovuq start.";
    "A combination of states that was not thought of; the history is in the evidence, and --seed repeats it.":
    "Сочетание состояний, о котором не подумали; история в доказательстве, --seed её повторяет.",
    "O‘ylab ko‘rilmagan holatlar birikmasi; tarixi dalilda, --seed uni takrorlaydi.";
    "The method is handled before the credentials are checked: anybody can take over the cashbox.":
    "Метод выполняется до проверки авторизации: любой может завладеть кассой.",
    "Metod avtorizatsiya tekshirilmasdan bajariladi: istalgan kishi kassani egallab olishi mumkin.";
    "An empty key, or one that is no text, is stored.":
    "Сохраняется пустой ключ или ключ, который не текст.",
    "Bo‘sh yoki matn bo‘lmagan kalit saqlanadi.";
    "The current key is not compared with the new one.":
    "Действующий ключ не сравнивается с новым.",
    "Amaldagi kalit yangisi bilan solishtirilmaydi.";
    "The key is read once at start, or the old one stays valid.":
    "Ключ читается один раз при запуске, или старый остаётся в силе.",
    "Kalit faqat ishga tushganda o‘qiladi, yoki eskisi amalda qoladi.";
    "The pair is split at every colon, or the key is stored escaped for HTML.":
    "Пара делится по каждому двоеточию, или ключ хранится экранированным для HTML.",
    "Juftlik har bir ikki nuqta bo‘yicha bo‘linadi, yoki kalit HTML uchun o‘zgartirilib saqlanadi.";
    "The transaction is looked up by another column than Payme's id.":
    "Транзакция ищется по другому столбцу, а не по id Payme.",
    "Tranzaksiya Payme id emas, boshqa ustun bo‘yicha qidiriladi.";
    "Payme's id, or the order's number, is answered by one method and the row's number by the other.":
    "Один метод отвечает id Payme или номером заказа, другой — номером строки.",
    "Bir metod Payme id yoki buyurtma raqamini, boshqasi satr raqamini qaytaradi.";
    "A transaction in state 2 is refused, or performed again.":
    "Транзакция в состоянии 2 отклоняется или проводится ещё раз.",
    "2 holatidagi tranzaksiya rad etiladi yoki yana bajariladi.";
    "perform_time is taken from the clock on every call: the most frequent mistake of all.":
    "perform_time берётся с часов при каждом вызове: самая частая ошибка.",
    "perform_time har bir chaqiruvda soatdan olinadi: eng ko‘p uchraydigan xato.";
    "-31008, -31050 or -32504 is used for it, or an empty row raises an exception.":
    "Для этого используется -31008, -31050 или -32504, или пустая строка вызывает исключение.",
    "Buning uchun -31008, -31050 yoki -32504 ishlatiladi, yoki bo‘sh satr istisno chiqaradi.";
    "A result is answered whatever the state is; only state 1 may be performed, and only state 2 repeats its answer.":
    "Результат отдаётся при любом состоянии; проводить можно только состояние 1, повторять ответ — только состояние 2.",
    "Natija har qanday holatda beriladi; faqat 1 holati bajariladi va faqat 2 holati javobini takrorlaydi.";
    "perform_time alone decides that it was performed, or a result is answered whatever the state is.":
    "О том, что транзакция проведена, судят по одному perform_time, или результат отдаётся при любом состоянии.",
    "Bajarilgani faqat perform_time ga qarab aniqlanadi, yoki natija har qanday holatda beriladi.";
    "The time is in seconds, or both times come from different clocks.":
    "Время в секундах, или два времени взяты с разных часов.",
    "Vaqt soniyalarda, yoki ikki vaqt turli soatlardan olingan.";
    "The row is saved with a new create_time, or with another perform_time than was answered.":
    "Строка сохраняется с новым create_time или не с тем perform_time, который был в ответе.",
    "Satr yangi create_time bilan yoki javobdagidan boshqa perform_time bilan saqlanadi.";
    "The row is looked up and then inserted without a unique key, or is made in two steps and read half made in between.":
    "Строка ищется, а потом вставляется без уникального ключа, или создаётся в два шага и читается недоделанной.",
    "Satr avval qidirilib, keyin noyob kalitsiz qo‘shiladi, yoki ikki qadamda yaratiladi va orada chala o‘qiladi.";
    "The check for a live transaction and the insert are two steps: two customers hold the same order.":
    "Поиск живой транзакции и вставка — два шага: два покупателя держат один заказ.",
    "Tirik tranzaksiyani qidirish va qo‘shish ikki qadam: ikki xaridor bitta buyurtmani ushlab turadi.";
    "The state is read and then written: the payment is counted twice, with different times.":
    "Состояние читается, а потом записывается: платёж засчитан дважды, с разным временем.",
    "Holat o‘qiladi, keyin yoziladi: to‘lov turli vaqt bilan ikki marta hisoblanadi.";
    "The later calls overwrite reason and cancel_time of the first.":
    "Более поздние вызовы переписывают reason и cancel_time первого.",
    "Keyingi chaqiruvlar birinchisining reason va cancel_time qiymatlarini qayta yozadi.";
    "The order is released and taken in separate steps.":
    "Заказ освобождается и занимается отдельными шагами.",
    "Buyurtma alohida qadamlarda bo‘shatiladi va egallanadi.";
    "Answers are remembered in memory, and made anew from other values after a restart.":
    "Ответы помнятся в памяти, а после перезапуска создаются заново из других значений.",
    "Javoblar xotirada saqlanadi, qayta ishga tushgach esa boshqa qiymatlardan yangidan yasaladi.";
    "The statement is made from memory.":
    "Выписка составляется из памяти.",
    "Ko‘chirma xotiradan tuziladi.";
    "The parser's exception is not caught, or any fault of the body is answered with -32600.":
    "Исключение парсера не перехвачено, или на любую ошибку тела отвечается -32600.",
    "Parser istisnosi ushlanmagan, yoki tanadagi har qanday xatoga -32600 qaytariladi.";
    "The members are read without looking at the type, which raises an exception.":
    "Поля читаются без взгляда на тип, и это вызывает исключение.",
    "Maydonlar turiga qaralmasdan o‘qiladi va bu istisno chiqaradi.";
    "A missing method is taken for an unknown one, or raises an exception.":
    "Отсутствующий метод принимается за неизвестный или вызывает исключение.",
    "Yo‘q metod noma’lum metod deb olinadi yoki istisno chiqaradi.";
    "The handler reads members of something that is not there: an exception, or an unknown transaction.":
    "Обработчик читает поля того, чего нет: исключение или неизвестная транзакция.",
    "Ishlovchi yo‘q narsaning maydonlarini o‘qiydi: istisno yoki noma’lum tranzaksiya.";
    "The framework answers 404 or 405, or the last branch of the dispatch is missing.":
    "Фреймворк отвечает 404 или 405, или нет последней ветви разбора методов.",
    "Freymvork 404 yoki 405 qaytaradi, yoki metodlarni tanlashda oxirgi tarmoq yo‘q.";
    "`data` is left out, or says something else than the name.":
    "`data` нет, или в нём не имя метода.",
    "`data` yo‘q, yoki unda metod nomi emas.";
    "The id is read into a type of 32 bits or a floating point number, or left out of errors.":
    "id читается в 32-битный тип или число с плавающей точкой, или опускается в ошибках.",
    "id 32 bitli turga yoki kasr songa o‘qiladi, yoki xatolarda tushirib qoldiriladi.";
    "The id is converted to a number, which loses digits or raises an exception; or a missing one is replaced by a default.":
    "id превращается в число, которое теряет цифры или вызывает исключение; или отсутствующий заменяется значением по умолчанию.",
    "id songa aylantiriladi, u raqamlarni yo‘qotadi yoki istisno chiqaradi; yoki yo‘q id o‘rniga standart qiymat qo‘yiladi.";
    "A default result stays in the answer of a failed call.":
    "В ответе на неудачный вызов остаётся result по умолчанию.",
    "Muvaffaqiyatsiz chaqiruv javobida standart result qolib ketadi.";
    "A JSON-RPC library insists on the member that the documentation's own sample does not have.":
    "Библиотека JSON-RPC требует поле, которого нет в примере самой документации.",
    "JSON-RPC kutubxonasi hujjat namunasida yo‘q maydonni talab qiladi.";
    "The schema forbids additional properties.":
    "Схема запрещает дополнительные поля.",
    "Sxema qo‘shimcha maydonlarni taqiqlaydi.";
    "The code is sent as a string, or the message is missing.":
    "Код отправляется строкой, или нет сообщения.",
    "Kod satr qilib yuboriladi, yoki xabar yo‘q.";
    "The message is a plain string. Outside of account errors, which the payer reads, Payme tolerates that.":
    "Сообщение — простая строка. Кроме ошибок счёта, которые читает плательщик, Payme это терпит.",
    "Xabar oddiy satr. To‘lovchi o‘qiydigan hisob xatolaridan tashqari Payme bunga yo‘l qo‘yadi.";
    "The parser recurses without a limit and overflows its stack.":
    "Парсер уходит в рекурсию без предела и переполняет стек.",
    "Parser cheksiz rekursiyaga kirib, stekni to‘ldirib yuboradi.";
    "The answer is built from result or error alone; Payme matches answers to requests by their id.":
    "Ответ строится только из result или error; Payme сопоставляет ответы с запросами по id.",
    "Javob faqat result yoki error dan tuziladi; Payme javoblarni so‘rovlarga id bo‘yicha moslaydi.";
    "The key is not checked, or only for some methods; or the framework answers 401 before the handler runs.":
    "Ключ не проверяется или проверяется не во всех методах; или фреймворк отвечает 401 раньше обработчика.",
    "Kalit tekshirilmaydi yoki hamma metodda tekshirilmaydi; yoki freymvork ishlovchidan oldin 401 qaytaradi.";
    "Soum and tiyin are mixed up, or the amount is not compared with the order's price.":
    "Сумы и тийины перепутаны, или сумма не сравнивается с ценой заказа.",
    "So‘m va tiyin aralashtirilgan, yoki summa buyurtma narxi bilan solishtirilmaydi.";
    "Another code for an unknown order, or the account is not looked up before the amount is compared.":
    "Другой код для неизвестного заказа, или счёт не ищется до сравнения суммы.",
    "Noma’lum buyurtmaga boshqa kod, yoki hisob summa solishtirilishidan oldin qidirilmaydi.";
    "CheckPerformTransaction reserves the order; it has to be a dry run.":
    "CheckPerformTransaction резервирует заказ; он должен только спрашивать.",
    "CheckPerformTransaction buyurtmani band qiladi; u faqat so‘rashi kerak.";
    "A leftover transaction of an earlier run holds the order, or the insert fails.":
    "Заказ держит транзакция прошлого прогона, или вставка не удаётся.",
    "Buyurtmani oldingi sinov tranzaksiyasi ushlab turibdi, yoki yozuv qo‘shilmaydi.";
    "create_time is taken from the clock instead of the stored row, or the repeat is refused as a duplicate.":
    "create_time берётся с часов, а не из сохранённой строки, или повтор отклоняется как дубликат.",
    "create_time saqlangan satrdan emas, soatdan olinadi, yoki takror dublikat deb rad etiladi.";
    "create_time is stored with another resolution (seconds) than it is answered with.":
    "create_time хранится с другой точностью (секунды), чем отвечается.",
    "create_time javobdagidan boshqa aniqlikda (soniya) saqlanadi.";
    "The order's transaction is overwritten by the newcomer: the running payment is lost.":
    "Транзакцию заказа переписывает новая: идущий платёж теряется.",
    "Buyurtma tranzaksiyasini yangisi bosib ketadi: boshlangan to‘lov yo‘qoladi.";
    "cancel_time is taken from the clock on every call, or the repeat is answered with an error.":
    "cancel_time берётся с часов при каждом вызове, или на повтор отвечается ошибкой.",
    "cancel_time har bir chaqiruvda soatdan olinadi, yoki takrorga xato qaytariladi.";
    "The reason is not stored.":
    "Причина не сохраняется.",
    "Sabab saqlanmaydi.";
    "See the steps 1.5a to 1.5e.":
    "См. шаги 1.5a–1.5e.",
    "1.5a–1.5e qadamlarga qarang.";
    "perform_time is stored with another resolution (seconds) than it is answered with.":
    "perform_time хранится с другой точностью (секунды), чем отвечается.",
    "perform_time javobdagidan boshqa aniqlikda (soniya) saqlanadi.";
    "Refunds are refused (an untouched PHP template answers -31007), or the repeat is treated as a new cancellation.":
    "Возвраты отклоняются (нетронутый шаблон PHP отвечает -31007), или повтор считается новой отменой.",
    "Pul qaytarish rad etiladi (tegilmagan PHP shablon -31007 qaytaradi), yoki takror yangi bekor qilish deb olinadi.";
    "perform_time is overwritten when a payment is cancelled.":
    "perform_time переписывается при отмене платежа.",
    "To‘lov bekor qilinganda perform_time qayta yoziladi.";
    "The method is not implemented, its list has another name than `transactions`, or its items have another name than `id` for Payme's id.":
    "Метод не реализован, его список называется не `transactions`, или id Payme в нём стоит не в поле `id`.",
    "Metod yozilmagan, ro‘yxatining nomi `transactions` emas, yoki Payme id `id` maydonida emas.";
    "The query uses < or > for a bound.":
    "Запрос использует < или > для границы.",
    "So‘rov chegara uchun < yoki > ishlatadi.";
    "A bound is ignored, or rounded to seconds.":
    "Граница не учитывается или округляется до секунд.",
    "Chegara hisobga olinmaydi yoki soniyagacha yaxlitlanadi.";
    "The query filters by the merchant's own time.":
    "Запрос отбирает по времени самого мерчанта.",
    "So‘rov merchantning o‘z vaqti bo‘yicha tanlaydi.";
    "The list is in the order of insertion, the newest comes first, or it is sorted by a column of whole seconds.":
    "Список идёт в порядке вставки, сначала новые, или он упорядочен по столбцу с целыми секундами.",
    "Ro‘yxat qo‘shilish tartibida, avval yangilari, yoki butun soniyali ustun bo‘yicha tartiblangan.";
    "Only performed transactions are selected.":
    "Выбираются только проведённые транзакции.",
    "Faqat bajarilgan tranzaksiyalar tanlanadi.";
    "An empty result becomes null or an error.":
    "Пустой результат становится null или ошибкой.",
    "Bo‘sh natija null yoki xatoga aylanadi.";
    "The bounds are refused unless from < to; the rule of inclusive bounds makes it a normal period.":
    "Границы отклоняются, если `from` не меньше `to`; по правилу включённых границ это обычный период.",
    "`from` `to` dan kichik bo‘lmasa, chegaralar rad etiladi; chegaralar kiradigan qoidada bu oddiy davr.";
    "The bounds are not compared; a query with them raises an exception or gives everything.":
    "Границы не сравниваются; запрос с ними вызывает исключение или отдаёт всё.",
    "Chegaralar solishtirilmaydi; ular bilan so‘rov istisno chiqaradi yoki hammasini beradi.";
    "A missing bound raises an exception, or is filled in with a default.":
    "Отсутствующая граница вызывает исключение или заменяется значением по умолчанию.",
    "Yo‘q chegara istisno chiqaradi yoki standart qiymat bilan to‘ldiriladi.";
    "The account is made up from the order's row, or only its value is sent.":
    "account составляется из строки заказа, или отправляется только его значение.",
    "account buyurtma satridan yasaladi, yoki faqat qiymati yuboriladi.";
    "The amount is stored in soum, or as a floating point number (10000.0).":
    "Сумма хранится в сумах или как число с плавающей точкой (10000.0).",
    "Summa so‘mda yoki kasr son (10000.0) qilib saqlanadi.";
    "The merchant's create_time is sent in its place.":
    "На его месте отправляется create_time мерчанта.",
    "Uning o‘rniga merchantning create_time qiymati yuboriladi.";
    "The two methods build their answers in different ways.":
    "Два метода строят ответы по-разному.",
    "Ikki metod javobni turlicha tuzadi.";
    "Refused attempts are stored as rows.":
    "Отклонённые попытки сохраняются как строки.",
    "Rad etilgan urinishlar satr bo‘lib saqlanadi.";
    "The member is left out.":
    "Поле опускается.",
    "Maydon tushirib qoldiriladi.";
    "Members that are empty are left out.":
    "Пустые поля опускаются.",
    "Bo‘sh maydonlar tushirib qoldiriladi.";
    "The query or the framework has a page size (50, 100); Payme knows no pages and takes the rest for lost.":
    "В запросе или фреймворке есть размер страницы (50, 100); Payme страниц не знает и считает остальное потерянным.",
    "So‘rovda yoki freymvorkda sahifa hajmi bor (50, 100); Payme sahifalarni bilmaydi va qolganini yo‘qolgan deb biladi.";
    "The period is cut to a day, or only the day of one bound is looked at.":
    "Период обрезается до дня, или смотрят только на день одной границы.",
    "Davr bir kungacha qisqartiriladi, yoki faqat bitta chegaraning kuniga qaraladi.";
    "A member is left out; `transaction`, the merchant's own number, is the one that is forgotten most.":
    "Поля не хватает; чаще всего забывают `transaction`, номер самого мерчанта.",
    "Maydon yetishmaydi; ko‘pincha merchantning o‘z raqami `transaction` unutiladi.";
}
