//! What is usually wrong in a server that breaks a rule of Click, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// The causes that the rules name.
    CAUSES:
    "The signature is not compared, or another code is used for it.":
    "Подпись не сравнивается, или для неё используется другой код.",
    "Imzo solishtirilmaydi, yoki unga boshqa kod ishlatiladi.";
    "An order that is not found ends in a 404 page, or in another code.":
    "Ненайденный заказ кончается страницей 404 или другим кодом.",
    "Topilmagan buyurtma 404 sahifasi yoki boshqa kod bilan tugaydi.";
    "The sum is compared in tiyin, or the order is already held by an earlier attempt.":
    "Сумма сравнивается в тийинах, или заказ уже держит прежняя попытка.",
    "Summa tiyinda solishtiriladi, yoki buyurtmani oldingi urinish ushlab turibdi.";
    "Complete does not check the signature, or checks it after everything else.":
    "Complete не проверяет подпись или проверяет её после всего остального.",
    "Complete imzoni tekshirmaydi yoki hammasidan keyin tekshiradi.";
    "Only Prepare compares the sum.":
    "Сумму сравнивает только Prepare.",
    "Summani faqat Prepare solishtiradi.";
    "Complete computes the signature without merchant_prepare_id.":
    "Complete считает подпись без merchant_prepare_id.",
    "Complete imzoni merchant_prepare_id siz hisoblaydi.";
    "A repeat is answered with the success of the first time, as Payme wants it; Click wants -4.":
    "На повтор отвечается успехом первого раза, как хочет Payme; Click хочет -4.",
    "Takrorga Payme xohlaganidek birinchi martadagi muvaffaqiyat qaytariladi; Click -4 ni xohlaydi.";
    "It is answered with -4, as Click's PHP sample does, or with the success of the confirmation; or the payment is not looked up because of the error.":
    "Отвечается -4, как в примере Click на PHP, или успех подтверждения; или из-за ошибки платёж не ищется.",
    "Click PHP namunasidagidek -4 yoki tasdiqlashning muvaffaqiyati qaytariladi; yoki xato sababli to‘lov qidirilmaydi.";
    "An earlier payment holds more than its own order.":
    "Прежний платёж держит больше, чем свой заказ.",
    "Oldingi to‘lov o‘z buyurtmasidan ko‘prog‘ini ushlab turibdi.";
    "merchant_prepare_id is not looked at: the order's number is enough.":
    "На merchant_prepare_id не смотрят: достаточно номера заказа.",
    "merchant_prepare_id ga qaralmaydi: buyurtma raqami yetarli.";
    "The refusal of case 10 has closed the payment.":
    "Отказ в случае 10 закрыл платёж.",
    "10-holatdagi rad etish to‘lovni yopib qo‘ygan.";
    "A cancellation is answered with 0, or the error of the request is not looked at.":
    "На отмену отвечается 0, или на error запроса не смотрят.",
    "Bekor qilishga 0 qaytariladi, yoki so‘rovdagi error ga qaralmaydi.";
    "The second cancellation finds nothing any more, or finds it cancelled and answers another code.":
    "Вторая отмена уже ничего не находит или находит отменённое и отвечает другим кодом.",
    "Ikkinchi bekor qilish hech narsa topmaydi, yoki bekor qilinganini topib boshqa kod qaytaradi.";
    "A cancelled payment is confirmed.":
    "Отменённый платёж подтверждается.",
    "Bekor qilingan to‘lov tasdiqlanadi.";
    "The signature is made without merchant_prepare_id, or the order is checked as if it were new.":
    "Подпись считается без merchant_prepare_id, или заказ проверяется как новый.",
    "Imzo merchant_prepare_id siz hisoblanadi, yoki buyurtma yangidek tekshiriladi.";
    "The ids are left out, or the server's own ones are answered.":
    "Номера опускаются, или отвечаются собственные.",
    "Raqamlar tushirib qoldiriladi, yoki serverning o‘zinikilari qaytariladi.";
    "The number is answered as a string, or it is a UUID.":
    "Номер отвечается строкой, или это UUID.",
    "Raqam satr qilib qaytariladi, yoki u UUID.";
    "The success of the first time is answered again, as Payme wants it; or the order is paid a second time.":
    "Снова отвечается успех первого раза, как хочет Payme; или заказ оплачивается второй раз.",
    "Payme xohlaganidek birinchi martadagi muvaffaqiyat yana qaytariladi; yoki buyurtma ikkinchi marta to‘lanadi.";
    "The payment is found by its number, and its order is not compared.":
    "Платёж находится по своему номеру, а его заказ не сравнивается.",
    "To‘lov o‘z raqami bo‘yicha topiladi, buyurtmasi esa solishtirilmaydi.";
    "click_trans_id is not stored, or not compared.":
    "click_trans_id не хранится или не сравнивается.",
    "click_trans_id saqlanmaydi yoki solishtirilmaydi.";
    "A list of known errors is compared; all others count as paid.":
    "Сравнивается список известных ошибок; все другие считаются оплатой.",
    "Ma’lum xatolar ro‘yxati solishtiriladi; qolgan hammasi to‘lov deb hisoblanadi.";
    "The second cancellation finds nothing, and answers -6 or fails.":
    "Вторая отмена ничего не находит и отвечает -6 или не проходит.",
    "Ikkinchi bekor qilish hech narsa topmaydi va -6 qaytaradi yoki bajarilmaydi.";
    "The state of the payment is not looked at.":
    "На состояние платежа не смотрят.",
    "To‘lov holatiga qaralmaydi.";
    "The cancelled payment is open again, or the cancellation is answered with 0.":
    "Отменённый платёж снова открыт, или на отмену отвечается 0.",
    "Bekor qilingan to‘lov yana ochiq, yoki bekor qilishga 0 qaytariladi.";
    "The text is cut to the digits that it begins with, or an exception ends the call.":
    "Текст обрезается до цифр, с которых начинается, или вызов обрывает исключение.",
    "Matn boshidagi raqamlargacha kesiladi, yoki chaqiruvni istisno uzadi.";
    "It is answered with 0, or an exception ends the call.":
    "Отвечается 0, или вызов обрывает исключение.",
    "0 qaytariladi, yoki chaqiruvni istisno uzadi.";
    "The order is cancelled together with the attempt, as in Click's samples: the customer cannot try again.":
    "Вместе с попыткой отменяется заказ, как в примерах Click: покупатель не может попробовать снова.",
    "Click namunalaridagidek urinish bilan birga buyurtma ham bekor qilinadi: xaridor qayta urina olmaydi.";
    "A missing field is taken as empty, or ends in an exception.":
    "Отсутствующее поле принимается за пустое или кончается исключением.",
    "Yo‘q maydon bo‘sh deb olinadi yoki istisno bilan tugaydi.";
    "The payment is found by the order's number alone.":
    "Платёж находится по одному номеру заказа.",
    "To‘lov faqat buyurtma raqami bo‘yicha topiladi.";
    "A missing error is taken as 0: a payment that failed counts as paid.":
    "Отсутствующий error принимается за 0: неудавшийся платёж считается оплатой.",
    "Yo‘q error 0 deb olinadi: muvaffaqiyatsiz to‘lov to‘langan hisoblanadi.";
    "The text becomes 0 or NaN, and the comparison lets it through.":
    "Текст становится 0 или NaN, и сравнение его пропускает.",
    "Matn 0 yoki NaN ga aylanadi va solishtirish uni o‘tkazib yuboradi.";
    "The text goes through a floating point number.":
    "Текст проходит через число с плавающей точкой.",
    "Matn kasr son orqali o‘tadi.";
    "The text is stored or cut to the digits that it begins with.":
    "Текст сохраняется или обрезается до цифр, с которых начинается.",
    "Matn saqlanadi yoki boshidagi raqamlargacha kesiladi.";
    "Everything that is not 1 is taken as Prepare.":
    "Всё, что не 1, считается Prepare.",
    "1 bo‘lmagan hamma narsa Prepare deb olinadi.";
    "Both addresses do the same, by action; that is right only where one address is given.":
    "Оба адреса делают одно и то же по action; это верно, только если адрес один.",
    "Ikkala manzil action bo‘yicha bir xil ish qiladi; bu faqat bitta manzil berilganda to‘g‘ri.";
    "action is not looked at: whatever comes to the address is a Complete.":
    "На action не смотрят: что бы ни пришло на адрес, это Complete.",
    "action ga qaralmaydi: manzilga nima kelsa ham, u Complete.";
    "The signature is made from one list of fields, and the order is looked up in another.":
    "Подпись считается из одного списка полей, а заказ ищется в другом.",
    "Imzo bir maydonlar ro‘yxatidan hisoblanadi, buyurtma esa boshqasidan qidiriladi.";
    "The program ends in an exception or in a page of its framework.":
    "Программа кончается исключением или страницей фреймворка.",
    "Dastur istisno yoki freymvork sahifasi bilan tugaydi.";
    "The framework or the program answers 400, 401, 404 or 500 for a refusal.":
    "На отказ фреймворк или программа отвечает 400, 401, 404 или 500.",
    "Rad etishga freymvork yoki dastur 400, 401, 404 yoki 500 qaytaradi.";
    "The code is put into the answer as a string.":
    "Код стоит в ответе строкой.",
    "Kod javobda satr qilib turadi.";
    "The notes are translated or made up.":
    "Тексты переведены или придуманы.",
    "Matnlar tarjima qilingan yoki o‘ylab topilgan.";
    "The body is split by hand, or the Content-Type is compared as a whole.":
    "Тело разбирается вручную, или Content-Type сравнивается целиком.",
    "Tana qo‘lda bo‘linadi, yoki Content-Type to‘liq solishtiriladi.";
    "The form is validated against a closed list of fields.":
    "Форма проверяется по закрытому списку полей.",
    "Forma yopiq maydonlar ro‘yxati bo‘yicha tekshiriladi.";
    "The number goes through a floating point number, in JavaScript for example.":
    "Номер проходит через число с плавающей точкой, например в JavaScript.",
    "Raqam kasr son orqali o‘tadi, masalan JavaScript da.";
    "The column or the variable has 32 bits.":
    "Столбец или переменная — 32 бита.",
    "Ustun yoki o‘zgaruvchi 32 bitli.";
    "The sum is compared in tiyin, or service_id and the order's number are mixed up.":
    "Сумма сравнивается в тийинах, или перепутаны service_id и номер заказа.",
    "Summa tiyinda solishtiriladi, yoki service_id va buyurtma raqami aralashtirilgan.";
    "The number of the row is answered as a string, or it is a UUID.":
    "Номер строки отвечается строкой, или это UUID.",
    "Satr raqami matn qilib qaytariladi, yoki u UUID.";
    "The look-up raises an exception, or ends in a page with HTTP 404.":
    "Поиск вызывает исключение или кончается страницей с HTTP 404.",
    "Qidiruv istisno chiqaradi yoki HTTP 404 sahifasi bilan tugaydi.";
    "The sum of the request is believed; or only a smaller one is refused. Anybody can change the sum in the pay link.":
    "Сумме запроса верят; или отклоняется только меньшая. Сумму в ссылке на оплату может изменить любой.",
    "So‘rovdagi summaga ishoniladi; yoki faqat kichigi rad etiladi. To‘lov havolasidagi summani istalgan kishi o‘zgartira oladi.";
    "Sums are compared as floating point numbers with a tolerance.":
    "Суммы сравниваются как числа с плавающей точкой, с допуском.",
    "Summalar kasr sonlar sifatida, yo‘l qo‘yiladigan farq bilan solishtiriladi.";
    "The text of the sum is compared with a text; which one Click sends is not documented.":
    "Текст суммы сравнивается с текстом; какой именно шлёт Click, не описано.",
    "Summa matni matn bilan solishtiriladi; Click qaysi birini yuborishi hujjatda yo‘q.";
    "Every Prepare makes a row, or the repeat finds the order busy with itself.":
    "Каждый Prepare создаёт строку, или повтор считает заказ занятым самим собой.",
    "Har bir Prepare satr yaratadi, yoki takror buyurtmani o‘zi bilan band deb topadi.";
    "The stored answer to the first Prepare is given again.":
    "Снова отдаётся сохранённый ответ на первый Prepare.",
    "Birinchi Prepare ning saqlangan javobi yana beriladi.";
    "The cancelled row is taken as a living one.":
    "Отменённая строка принимается за живую.",
    "Bekor qilingan satr tirik deb olinadi.";
    "The error of the request is looked at only in Complete.":
    "На error запроса смотрят только в Complete.",
    "So‘rovdagi error ga faqat Complete da qaraladi.";
    "A row is written before the checks, and holds the order.":
    "Строка пишется до проверок и держит заказ.",
    "Satr tekshiruvlardan oldin yoziladi va buyurtmani ushlab turadi.";
    "Complete looks at the attempt and not at the order.":
    "Complete смотрит на попытку, а не на заказ.",
    "Complete buyurtmaga emas, urinishga qaraydi.";
    "The state is read and then written: the order is paid by money that went back.":
    "Состояние читается, а потом записывается: заказ оплачен деньгами, которые ушли обратно.",
    "Holat o‘qiladi, keyin yoziladi: buyurtma qaytib ketgan pul bilan to‘langan bo‘ladi.";
    "Complete locks the attempt and not the order.":
    "Complete блокирует попытку, а не заказ.",
    "Complete buyurtmani emas, urinishni qulflaydi.";
    "Payments are kept in the memory of the process, or in a file that is lost with its container.":
    "Платежи хранятся в памяти процесса или в файле, который пропадает вместе с контейнером.",
    "To‘lovlar jarayon xotirasida yoki konteyner bilan birga yo‘qoladigan faylda saqlanadi.";
    "The signature is not compared at all.":
    "Подпись вообще не сравнивается.",
    "Imzo umuman solishtirilmaydi.";
    "Only Prepare checks the signature.":
    "Подпись проверяет только Prepare.",
    "Imzoni faqat Prepare tekshiradi.";
    "A signature that is not there is not compared.":
    "Отсутствующая подпись не сравнивается.",
    "Yo‘q imzo solishtirilmaydi.";
    "A field is left out of the digest, so that it can be changed on the way.":
    "Поле не входит в подпись, и его можно изменить в пути.",
    "Maydon imzoga kirmaydi va uni yo‘lda o‘zgartirish mumkin.";
    "Complete is signed like Prepare, without merchant_prepare_id.":
    "Complete подписывается как Prepare, без merchant_prepare_id.",
    "Complete Prepare kabi, merchant_prepare_id siz imzolanadi.";
    "The secret is read from a setting that is empty, or is not put into the digest.":
    "Секрет читается из пустой настройки или не входит в подпись.",
    "Maxfiy kalit bo‘sh sozlamadan o‘qiladi yoki imzoga kirmaydi.";
    "Only the beginning is compared, or the texts are compared as numbers.":
    "Сравнивается только начало, или тексты сравниваются как числа.",
    "Faqat boshi solishtiriladi, yoki matnlar son sifatida solishtiriladi.";
    "service_id is put into the digest but not compared with the own one.":
    "service_id входит в подпись, но не сравнивается со своим.",
    "service_id imzoga kiradi, lekin o‘ziniki bilan solishtirilmaydi.";
    "The sum is read as a number and written anew before it is signed.":
    "Сумма читается как число и пишется заново перед подписью.",
    "Summa son sifatida o‘qiladi va imzodan oldin yangidan yoziladi.";
    "The error is handled before the signature is checked, as both of Click's samples do it.":
    "error обрабатывается до проверки подписи, как в обоих примерах Click.",
    "error imzo tekshirilmasdan oldin qayta ishlanadi, Click ning ikkala namunasidagidek.";
    "The row is written or the payment confirmed before the signature is checked.":
    "Строка пишется или платёж подтверждается до проверки подписи.",
    "Imzo tekshirilmasdan satr yoziladi yoki to‘lov tasdiqlanadi.";
    "The two texts are compared byte by byte without regard to how a digest may be written.":
    "Два текста сравниваются побайтно, без учёта того, как ещё можно записать хеш.",
    "Ikki matn baytma-bayt solishtiriladi, xeshni yana qanday yozish mumkinligi hisobga olinmaydi.";
    "sign_time is compared with the server's clock in a zone that was guessed.":
    "sign_time сравнивается с часами сервера в угаданном поясе.",
    "sign_time taxmin qilingan mintaqadagi server soati bilan solishtiriladi.";
}
