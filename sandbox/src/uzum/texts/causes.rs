//! What is usually wrong in a server that breaks a rule of Uzum, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// The causes that the rules name.
    CAUSES:
    "The check is switched off, or a missing header counts as a test.":
    "Проверка выключена, или отсутствие заголовка считается тестом.",
    "Tekshiruv o‘chirilgan, yoki sarlavha yo‘qligi sinov deb hisoblanadi.";
    "One of the routes stands outside of the check.":
    "Один из маршрутов стоит вне проверки.",
    "Yo‘nalishlardan biri tekshiruvdan tashqarida.";
    "Only the beginning is compared, or the case of letters is ignored.":
    "Сравнивается только начало, или не учитывается регистр букв.",
    "Faqat boshi solishtiriladi, yoki harf kattaligi hisobga olinmaydi.";
    "A setting that is empty is compared with an empty header.":
    "Пустая настройка сравнивается с пустым заголовком.",
    "Bo‘sh sozlama bo‘sh sarlavha bilan solishtiriladi.";
    "Only the part after the blank is looked at.":
    "Смотрят только на часть после пробела.",
    "Faqat bo‘sh joydan keyingi qismga qaraladi.";
    "The decoder raises an exception that nobody catches.":
    "Декодер вызывает исключение, которое никто не перехватывает.",
    "Dekoder hech kim ushlamagan istisno chiqaradi.";
    "The framework's authentication answers 401.":
    "Авторизация фреймворка отвечает 401.",
    "Freymvork avtorizatsiyasi 401 qaytaradi.";
    "The row is written before the credentials are checked.":
    "Строка пишется до проверки авторизации.",
    "Satr avtorizatsiya tekshirilmasdan yoziladi.";
    "The row is changed before the credentials are checked.":
    "Строка меняется до проверки авторизации.",
    "Satr avtorizatsiya tekshirilmasdan o‘zgartiriladi.";
    "The name of the order's field in params is another one, or serviceId is compared as a text.":
    "Поле заказа в params называется иначе, или serviceId сравнивается как текст.",
    "params dagi buyurtma maydonining nomi boshqa, yoki serviceId matn sifatida solishtiriladi.";
    "The time is in seconds, a text, or left out.":
    "Время в секундах, текстом или опущено.",
    "Vaqt soniyalarda, matn qilib yoki umuman berilmagan.";
    "The codes of an older edition are answered, where 10007 and 10008 are swapped; or the look-up raises an exception.":
    "Отвечаются коды старой редакции, где 10007 и 10008 перепутаны; или поиск вызывает исключение.",
    "10007 va 10008 almashgan eski nashr kodlari qaytariladi; yoki qidiruv istisno chiqaradi.";
    "The state of the order is not looked at.":
    "На состояние заказа не смотрят.",
    "Buyurtma holatiga qaralmaydi.";
    "check reserves the order or makes a transaction.":
    "check резервирует заказ или создаёт транзакцию.",
    "check buyurtmani band qiladi yoki tranzaksiya yaratadi.";
    "The amount is in tiyin, as everywhere else: the customer is asked for a hundred times the price.":
    "Сумма в тийинах, как везде: у покупателя просят в сто раз больше цены.",
    "Summa boshqa joylardagidek tiyinda: xaridordan yuz baravar ko‘p so‘raladi.";
    "No amount is answered: the customer has to type it.":
    "Сумма не отвечается: покупатель должен набирать её сам.",
    "Summa qaytarilmaydi: xaridor uni o‘zi yozishi kerak.";
    "data has plain texts.":
    "В data стоят простые тексты.",
    "data da oddiy matnlar turadi.";
    "The order is checked as if it were new, and is busy with itself.":
    "Заказ проверяется как новый и занят самим собой.",
    "Buyurtma yangidek tekshiriladi va o‘zi bilan band.";
    "Members are left out, or the sum is answered in soum.":
    "Поля опускаются, или сумма отвечается в сумах.",
    "Maydonlar tushirib qoldiriladi, yoki summa so‘mda qaytariladi.";
    "It is in seconds, or a local time is taken for UTC.":
    "Оно в секундах, или местное время принимается за UTC.",
    "U soniyalarda, yoki mahalliy vaqt UTC deb olinadi.";
    "The order is paid a second time, or confirmTime is taken from the clock at every call.":
    "Заказ оплачивается второй раз, или confirmTime берётся с часов при каждом вызове.",
    "Buyurtma ikkinchi marta to‘lanadi, yoki confirmTime har bir chaqiruvda soatdan olinadi.";
    "Another code is used, the look-up raises an exception, or confirm creates what it does not find.":
    "Используется другой код, поиск вызывает исключение, или confirm создаёт то, чего не находит.",
    "Boshqa kod ishlatiladi, qidiruv istisno chiqaradi, yoki confirm topmaganini yaratadi.";
    "The state of the transaction is not looked at.":
    "На состояние транзакции не смотрят.",
    "Tranzaksiya holatiga qaralmaydi.";
    "The details are validated, and a payment fails after the money was taken.":
    "Подробности проверяются, и платёж не проходит, когда деньги уже взяты.",
    "Tafsilotlar tekshiriladi va pul olingandan keyin to‘lov o‘tmaydi.";
    "The sum is compared in soum, or the order is still held by an earlier transaction.":
    "Сумма сравнивается в сумах, или заказ ещё держит прежняя транзакция.",
    "Summa so‘mda solishtiriladi, yoki buyurtmani hali oldingi tranzaksiya ushlab turibdi.";
    "The server's own number is answered as transId.":
    "Как transId отвечается собственный номер сервера.",
    "transId sifatida serverning o‘z raqami qaytariladi.";
    "It is answered in soum, or as a text.":
    "Она отвечается в сумах или текстом.",
    "U so‘mda yoki matn qilib qaytariladi.";
    "Every create makes a row, or the repeat finds the order busy with itself.":
    "Каждый create создаёт строку, или повтор считает заказ занятым самим собой.",
    "Har bir create satr yaratadi, yoki takror buyurtmani o‘zi bilan band deb topadi.";
    "The codes of an older edition are answered, where 10007 and 10008 are swapped.":
    "Отвечаются коды старой редакции, где 10007 и 10008 перепутаны.",
    "10007 va 10008 almashgan eski nashr kodlari qaytariladi.";
    "The sum of the request is believed, or is compared in soum.":
    "Сумме запроса верят, или она сравнивается в сумах.",
    "So‘rovdagi summaga ishoniladi, yoki u so‘mda solishtiriladi.";
    "confirm looks at the transaction and not at the order.":
    "confirm смотрит на транзакцию, а не на заказ.",
    "confirm buyurtmaga emas, tranzaksiyaga qaraydi.";
    "The order is looked at before the transId, its code is answered (10008, 10009), or a transaction that has ended is made anew.":
    "На заказ смотрят раньше, чем на transId, отвечают его кодом (10008, 10009), или законченная транзакция создаётся заново.",
    "transId dan oldin buyurtmaga qaraladi, uning kodi (10008, 10009) qaytariladi, yoki tugagan tranzaksiya yangidan yaratiladi.";
    "A missing member is taken as empty, or ends in an exception.":
    "Отсутствующее поле принимается за пустое или кончается исключением.",
    "Yo‘q maydon bo‘sh deb olinadi yoki istisno bilan tugaydi.";
    "serviceId is not compared with the own one.":
    "serviceId не сравнивается со своим.",
    "serviceId o‘ziniki bilan solishtirilmaydi.";
    "The value goes into a query as it is.":
    "Значение попадает в запрос как есть.",
    "Qiymat so‘rovga boricha tushadi.";
    "The sum is rounded, or turned into a number whatever it is.":
    "Сумма округляется или превращается в число, чем бы она ни была.",
    "Summa yaxlitlanadi yoki nima bo‘lishidan qat’i nazar songa aylantiriladi.";
    "The missing field is looked up as an empty text, or ends in an exception.":
    "Отсутствующее поле ищется как пустой текст или кончается исключением.",
    "Yo‘q maydon bo‘sh matn sifatida qidiriladi yoki istisno bilan tugaydi.";
    "The framework answers 201 where something was created.":
    "Фреймворк отвечает 201, когда что-то создано.",
    "Biror narsa yaratilganda freymvork 201 qaytaradi.";
    "Refusals are answered with 200, 404 or 422.":
    "На отказы отвечается 200, 404 или 422.",
    "Rad etishlarga 200, 404 yoki 422 qaytariladi.";
    "Refusals have a form of their own, with `error` or `message`.":
    "У отказов собственная форма, с `error` или `message`.",
    "Rad etishlarning o‘z shakli bor, `error` yoki `message` bilan.";
    "The framework answers 405 or 404 before the program runs.":
    "Фреймворк отвечает 405 или 404 раньше программы.",
    "Freymvork dasturdan oldin 405 yoki 404 qaytaradi.";
    "The framework answers with a page of its own, or the exception becomes 99999.":
    "Фреймворк отвечает своей страницей, или исключение становится 99999.",
    "Freymvork o‘z sahifasini qaytaradi, yoki istisno 99999 ga aylanadi.";
    "A member of something that is no object is asked for, and an exception ends the call.":
    "Спрашивается поле того, что не объект, и вызов обрывает исключение.",
    "Obyekt bo‘lmagan narsaning maydoni so‘raladi va chaqiruvni istisno uzadi.";
    "The body is validated against a closed list of members.":
    "Тело проверяется по закрытому списку полей.",
    "Tana yopiq maydonlar ro‘yxati bo‘yicha tekshiriladi.";
    "The framework redirects to the other spelling; if Uzum has the wrong one, every call fails.":
    "Фреймворк перенаправляет на другое написание; если у Uzum неверное, не проходит ни один вызов.",
    "Freymvork boshqa yozilishiga yo‘naltiradi; Uzum da noto‘g‘risi tursa, birorta chaqiruv o‘tmaydi.";
    "Only confirmed transactions are taken back, or another word is answered.":
    "Возвращаются только подтверждённые транзакции, или отвечается другое слово.",
    "Faqat tasdiqlangan tranzaksiyalar qaytariladi, yoki boshqa so‘z qaytariladi.";
    "Members are left out, or the time is in seconds.":
    "Поля опускаются, или время в секундах.",
    "Maydonlar tushirib qoldiriladi, yoki vaqt soniyalarda.";
    "reverseTime is taken from the clock at every call, or the second call is refused with another code.":
    "reverseTime берётся с часов при каждом вызове, или второй вызов отклоняется с другим кодом.",
    "reverseTime har bir chaqiruvda soatdan olinadi, yoki ikkinchi chaqiruv boshqa kod bilan rad etiladi.";
    "Another code is used, the look-up raises an exception, or an unknown transaction counts as reversed.":
    "Используется другой код, поиск вызывает исключение, или неизвестная транзакция считается возвращённой.",
    "Boshqa kod ishlatiladi, qidiruv istisno chiqaradi, yoki noma’lum tranzaksiya qaytarilgan hisoblanadi.";
    "The answer and the stored state differ: money goes back for an order that stays paid.":
    "Ответ и сохранённое состояние расходятся: деньги уходят обратно, а заказ остаётся оплаченным.",
    "Javob va saqlangan holat farq qiladi: pul qaytadi, buyurtma esa to‘langan bo‘lib qoladi.";
    "The order is cancelled together with the transaction: the customer cannot try again.":
    "Вместе с транзакцией отменяется заказ: покупатель не может попробовать снова.",
    "Tranzaksiya bilan birga buyurtma ham bekor qilinadi: xaridor qayta urina olmaydi.";
    "The times are made anew, or are 0 where nothing has happened.":
    "Времена составляются заново или равны 0 там, где ничего не произошло.",
    "Vaqtlar yangidan yasaladi, yoki hech narsa bo‘lmagan joyda 0.";
    "The answer of confirm is given before it is stored, or its time is made from another clock.":
    "Ответ confirm отдаётся до сохранения, или его время взято с других часов.",
    "confirm javobi saqlashdan oldin beriladi, yoki vaqti boshqa soatdan olinadi.";
    "Another word is stored, CANCELLED for example; or reverse answers a time from another clock than the stored one.":
    "Сохраняется другое слово, например CANCELLED; или reverse отвечает время не с тех часов, что сохранённое.",
    "Boshqa so‘z saqlanadi, masalan CANCELLED; yoki reverse saqlangandan boshqa soatdagi vaqtni qaytaradi.";
    "Another code is used, the look-up raises an exception, or HTTP 404 is answered.":
    "Используется другой код, поиск вызывает исключение, или отвечается HTTP 404.",
    "Boshqa kod ishlatiladi, qidiruv istisno chiqaradi, yoki HTTP 404 qaytariladi.";
    "The answer is made from the clock, or asking touches the row.":
    "Ответ составляется по часам, или сам вопрос трогает строку.",
    "Javob soatdan yasaladi, yoki so‘rashning o‘zi satrga tegadi.";
}
