//! What a check of Payme expects and finds, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole sentences, and parts of them.
    FINDINGS:
    "First official scenario: create and cancel unconfirmed":
    "Первый официальный сценарий: создание и отмена неподтверждённой",
    "Birinchi rasmiy ssenariy: yaratish va tasdiqlanmaganini bekor qilish";
    "Second official scenario: create, confirm, cancel confirmed":
    "Второй официальный сценарий: создание, проведение, отмена проведённой",
    "Ikkinchi rasmiy ssenariy: yaratish, bajarish, bajarilganini bekor qilish";
    "Cumulative accounts":
    "Накопительные счета",
    "Jamg‘arma hisoblar";
    "The 12-hour limit":
    "Срок 12 часов",
    "12 soatlik muddat";
    "Time to answer":
    "Время ответа",
    "Javob vaqti";
    "Random histories":
    "Случайные истории",
    "Tasodifiy tarixlar";
    "an object with `result` or `error`":
    "объект с `result` или `error`",
    "`result` yoki `error` bor obyekt";
    "neither result nor error":
    "ни result, ни error",
    "na result, na error";
    "result {}":
    "result {}",
    "result {}";
    "one of -31050…-31099":
    "одна из -31050…-31099",
    "-31050…-31099 dan biri";
    "state {}":
    "state {}",
    "state {}";
    "`{}` as the merchant's time now, in milliseconds (13 digits)":
    "`{}`: время мерчанта сейчас, в миллисекундах (13 цифр)",
    "`{}`: merchantning hozirgi vaqti, millisoniyalarda (13 raqam)";
    "the same answer as the first time: {}":
    "тот же ответ, что в первый раз: {}",
    "birinchi martadagi javobning o‘zi: {}";
    "`{}` {} as answered before":
    "`{}` {}, как в прежнем ответе",
    "`{}` {}, oldingi javobdagidek";
    "`{}` is a string in one answer and a number in another: one is made when the row is new, the other when it is read back. Send a string always.":
    "`{}` в одном ответе строка, в другом число: одно получается, когда строка новая, другое — когда она прочитана обратно. Всегда отправляйте строку.",
    "`{}` bir javobda satr, boshqasida son: biri satr yangi bo‘lganda, ikkinchisi qayta o‘qilganda chiqadi. Har doim satr yuboring.";
    "`{}` is made from the clock at every call, or answered in a finer unit than it is stored in. Answer it from the stored row.":
    "`{}` берётся с часов при каждом вызове или отвечается точнее, чем хранится. Отвечайте его из сохранённой строки.",
    "`{}` har bir chaqiruvda soatdan olinadi yoki saqlanganidan aniqroq qaytariladi. Uni saqlangan satrdan qaytaring.";
    "The server's account field is called `{}`: give --account-field {}.":
    "Поле счёта на сервере называется `{}`: задайте --account-field {}.",
    "Serverdagi hisob maydoni `{}` deb ataladi: --account-field {} bering.";
    "The route, or the web server, knows other verbs only; register it for all and answer -32300 yourself.":
    "Маршрут или веб-сервер знает только другие глаголы; зарегистрируйте его для всех и сами отвечайте -32300.",
    "Yo‘nalish yoki veb-server faqat boshqa fe’llarni biladi; uni hammasi uchun ro‘yxatdan o‘tkazing va -32300 ni o‘zingiz qaytaring.";
    "The program answers an unknown method with HTTP 405; it belongs into the body, as -32601.":
    "На неизвестный метод программа отвечает HTTP 405; ему место в теле, как -32601.",
    "Dastur noma’lum metodga HTTP 405 qaytaradi; uning joyi tanada, -32601 bo‘lib.";
    "The right key was refused: it is not configured, was changed by the shell or escaped for HTML (& $ ! #), or Apache removed the Authorization header.":
    "Верный ключ отклонён: он не задан на сервере, изменён оболочкой или экранирован для HTML (& $ ! #), или Apache убрал заголовок Authorization.",
    "To‘g‘ri kalit rad etildi: u serverda sozlanmagan, buyruq qobig‘i uni o‘zgartirgan yoki HTML uchun almashtirilgan (& $ ! #), yoki Apache Authorization sarlavhasini olib tashlagan.";
    "-32504 is used for something else than credentials here (the key works in other calls). It means \"not authorised\" and nothing else.":
    "-32504 здесь используется не для авторизации (в других вызовах ключ работает). Он означает «нет прав» и ничего больше.",
    "-32504 bu yerda avtorizatsiyadan boshqa narsaga ishlatilgan (kalit boshqa chaqiruvlarda ishlaydi). U faqat «huquq yo‘q» degani.";
    "If this order exists, the account field has another name than --account-field says, or blanks around the value were not removed; or a transaction of an earlier run still holds it.":
    "Если заказ есть, поле счёта называется не так, как в --account-field, или пробелы вокруг значения не убраны; или его держит транзакция прошлого прогона.",
    "Bu buyurtma bor bo‘lsa, hisob maydonining nomi --account-field dagidan boshqa, yoki qiymat atrofidagi bo‘sh joylar olinmagan; yoki uni oldingi sinov tranzaksiyasi ushlab turibdi.";
    "If the amount looks right: soum and tiyin (1 soum = 100 tiyin) are mixed up.":
    "Если сумма выглядит верной: перепутаны сумы и тийины (1 сум = 100 тийинов).",
    "Summa to‘g‘ri ko‘rinsa: so‘m va tiyin (1 so‘m = 100 tiyin) aralashtirilgan.";
    "A transaction of an earlier run may still hold the order: use a fresh one.":
    "Заказ может держать транзакция прошлого прогона: возьмите новый.",
    "Buyurtmani oldingi sinov tranzaksiyasi ushlab turgan bo‘lishi mumkin: yangisini oling.";
    "Refunds are switched off; Payme's sandbox and the cabinet's refund button need them.":
    "Возвраты выключены; они нужны песочнице Payme и кнопке возврата в кабинете.",
    "Pul qaytarish o‘chirilgan; u Payme sandboxiga va kabinetdagi qaytarish tugmasiga kerak.";
    "ChangePassword was tried; the server has its own key again.":
    "ChangePassword проверен; у сервера снова его собственный ключ.",
    "ChangePassword sinaldi; serverda yana o‘z kaliti.";
    "ChangePassword was tried and left another key; the server's own key is restored.":
    "ChangePassword проверен и оставил другой ключ; ключ сервера возвращён.",
    "ChangePassword sinaldi va boshqa kalit qoldirdi; serverning o‘z kaliti qaytarildi.";
    "ATTENTION: the server no longer takes its own key, and it could not be restored. The last key that was offered is `{}`. Set the key again on the server.":
    "ВНИМАНИЕ: сервер больше не принимает свой ключ, и вернуть его не удалось. Последний предложенный ключ: `{}`. Задайте ключ на сервере заново.",
    "DIQQAT: server o‘z kalitini boshqa qabul qilmayapti va uni qaytarib bo‘lmadi. Oxirgi taklif qilingan kalit: `{}`. Serverda kalitni qaytadan o‘rnating.";
    "needs a way to make a transaction older: --age-command or --timeout-ms":
    "нужен способ состарить транзакцию: --age-command или --timeout-ms",
    "tranzaksiyani eskirtirish usuli kerak: --age-command yoki --timeout-ms";
    "needs --age-command: a short limit has no minute before":
    "нужна --age-command: у короткого срока нет минуты до него",
    "--age-command kerak: qisqa muddatda undan bir daqiqa oldin yo‘q";
    "{} answers with something that is not JSON: {}":
    "{} отвечает не JSON: {}",
    "{} JSON bo‘lmagan narsa qaytaradi: {}";
    "The server asks for a key: give it with --key, or in BOOTHPAY_SANDBOX_KEY.":
    "Сервер требует ключ: задайте его в --key или в BOOTHPAY_SANDBOX_KEY.",
    "Server kalit so‘raydi: uni --key yoki BOOTHPAY_SANDBOX_KEY da bering.";
    "The server refuses the key (-32504 for login `{}`): check --key against the key that the server was started with. A key with $, & or ! belongs in single quotes. Behind Apache the Authorization header may be lost.":
    "Сервер отклоняет ключ (-32504 для логина `{}`): сверьте --key с ключом, с которым запущен сервер. Ключ с $, & или ! берут в одинарные кавычки. За Apache может теряться заголовок Authorization.",
    "Server kalitni rad etadi (-32504, login `{}`): --key ni server ishga tushirilgan kalit bilan solishtiring. $, & yoki ! bor kalit bittalik qo‘shtirnoqqa olinadi. Apache ortida Authorization sarlavhasi yo‘qolishi mumkin.";
    "{} does not know CheckPerformTransaction (-32601): is this the address of the merchant API?":
    "{} не знает CheckPerformTransaction (-32601): это адрес API мерчанта?",
    "{} CheckPerformTransaction ni bilmaydi (-32601): bu merchant API manzilimi?";
    "The server reports a fault of its own (-32400) for a right call; its log says more.":
    "На правильный вызов сервер сообщает о собственной ошибке (-32400); подробнее в его журнале.",
    "To‘g‘ri chaqiruvga server o‘z xatosini bildiradi (-32400); jurnalida batafsil.";
    "The server refuses the amount of the order {} (-31001): {} tiyin are not its price. Amounts are in tiyin, 1 soum = 100 tiyin; an orders file has the price behind the order.":
    "Сервер отклоняет сумму заказа {} (-31001): {} тийинов — не его цена. Суммы в тийинах, 1 сум = 100 тийинов; в файле заказов цена стоит за заказом.",
    "Server {} buyurtmasining summasini rad etadi (-31001): {} tiyin uning narxi emas. Summalar tiyinda, 1 so‘m = 100 tiyin; buyurtmalar faylida narx buyurtmadan keyin turadi.";
    "The server does not find the order {} ({}). {}":
    "Сервер не находит заказ {} ({}). {}",
    "Server {} buyurtmasini topmaydi ({}). {}";
    "The server does not let the order {} be paid ({}). Every run needs fresh orders: was this one paid, or is it being paid by an earlier run? If it is new, see --account-field and --account-extra.":
    "Сервер не даёт оплатить заказ {} ({}). Каждому прогону нужны новые заказы: не оплачен ли этот, не держит ли его прошлый прогон? Если он новый, см. --account-field и --account-extra.",
    "Server {} buyurtmasini to‘lashga yo‘l qo‘ymaydi ({}). Har bir sinovga yangi buyurtmalar kerak: bu to‘langan emasmi yoki oldingi sinov ushlab turgan emasmi? Yangi bo‘lsa, --account-field va --account-extra ga qarang.";
    "The server answers error {} to a right CheckPerformTransaction. {}":
    "На правильный CheckPerformTransaction сервер отвечает ошибкой {}. {}",
    "To‘g‘ri CheckPerformTransaction ga server {} xatosini qaytaradi. {}";
    "The server does not answer `allow: true` for the order {}. It answers: {}":
    "Сервер не отвечает `allow: true` для заказа {}. Он отвечает: {}",
    "Server {} buyurtmasiga `allow: true` qaytarmaydi. U qaytaradi: {}";
    "a refusal, because the order was paid":
    "отказ, потому что заказ оплачен",
    "rad etish, chunki buyurtma to‘langan";
    "allow true":
    "allow true",
    "allow true";
    "allow is {}":
    "allow: {}",
    "allow: {}";
    "`{}` {} as acknowledged":
    "`{}` {}, как было подтверждено",
    "`{}` {}, tasdiqlanganidek";
    "`{}` empty":
    "`{}` пусто",
    "`{}` bo‘sh";
    "the reason that was sent first (one of {})":
    "причина, отправленная первой (одна из {})",
    "birinchi yuborilgan sabab ({} dan biri)";
    "a result with state {}":
    "result с state {}",
    "state {} bilan result";
    "the same answer as before: {}":
    "тот же ответ, что раньше: {}",
    "oldingi javobning o‘zi: {}";
    "error -31008 or -31050…-31099, because the order cannot be paid now":
    "ошибка -31008 или -31050…-31099, потому что заказ сейчас нельзя оплатить",
    "xato -31008 yoki -31050…-31099, chunki buyurtmani hozir to‘lab bo‘lmaydi";
    "a broken body with a wrong key was answered with {}":
    "на испорченное тело с неверным ключом пришёл ответ {}",
    "noto‘g‘ri kalitli buzuq tanaga {} qaytdi";
    "a refund was refused with {}":
    "возврат отклонён с {}",
    "pul qaytarish {} bilan rad etildi";
    "a refund was accepted":
    "возврат принят",
    "pul qaytarish qabul qilindi";
    "reason {}":
    "reason {}",
    "reason {}";
    "reason missing":
    "reason нет",
    "reason yo‘q";
    "the server refuses refunds (-31007), as the documentation allows":
    "сервер отклоняет возвраты (-31007), документация это допускает",
    "server pul qaytarishni rad etadi (-31007), hujjat bunga yo‘l qo‘yadi";
    "a missing reason was accepted":
    "отсутствие причины принято",
    "sabab yo‘qligi qabul qilindi";
    "a missing reason was refused with {}":
    "отсутствие причины отклонено с {}",
    "sabab yo‘qligi {} bilan rad etildi";
    "a cancel_time from {} on":
    "cancel_time не раньше {}",
    "cancel_time {} dan oldin emas";
    "a perform_time from {} on":
    "perform_time не раньше {}",
    "perform_time {} dan oldin emas";
    "`{}` to be {}":
    "`{}` равно {}",
    "`{}` {} ga teng";
    "`{}` in the result":
    "`{}` в result",
    "result da `{}`";
    "`{}` 0":
    "`{}` 0",
    "`{}` 0";
    "`reason` null":
    "`reason` null",
    "`reason` null";
    "prices are far below 2^52":
    "цены намного меньше 2^52",
    "narxlar 2^52 dan ancha kichik";
    "an amount with a zero fraction was read as the integer":
    "сумма с нулевой дробью прочитана как целая",
    "nol kasrli summa butun son deb o‘qildi";
    "an amount with a zero fraction was refused with {}":
    "сумма с нулевой дробью отклонена с {}",
    "nol kasrli summa {} bilan rad etildi";
    "the amount as a string of digits was accepted":
    "сумма строкой цифр принята",
    "raqamlar satri ko‘rinishidagi summa qabul qilindi";
    "the amount as a string of digits was refused with {}":
    "сумма строкой цифр отклонена с {}",
    "raqamlar satri ko‘rinishidagi summa {} bilan rad etildi";
    "a message with ru, uz and en (`{}` is not there)":
    "message с ru, uz и en (`{}` нет)",
    "ru, uz va en li message (`{}` yo‘q)";
    "message is {}":
    "message: {}",
    "message: {}";
    "message is missing":
    "message нет",
    "message yo‘q";
    "data {}":
    "data {}",
    "data {}";
    "data is {}":
    "data: {}",
    "data: {}";
    "data is missing":
    "data нет",
    "data yo‘q";
    "a paid order was refused with {}":
    "оплаченный заказ отклонён с {}",
    "to‘langan buyurtma {} bilan rad etildi";
    "an order that is being paid was allowed, as three of Payme's plugins do":
    "заказ, который оплачивают, разрешён, как в трёх плагинах Payme",
    "to‘lanayotgan buyurtmaga ruxsat berildi, Payme ning uchta plaginidagidek";
    "an order that is being paid was refused with {}":
    "заказ, который оплачивают, отклонён с {}",
    "to‘lanayotgan buyurtma {} bilan rad etildi";
    "the account value is not a string":
    "значение счёта — не строка",
    "hisob qiymati satr emas";
    "blanks around an account value are ignored":
    "пробелы вокруг значения счёта не учитываются",
    "hisob qiymati atrofidagi bo‘sh joylar hisobga olinmaydi";
    "blanks around an account value are refused with {}":
    "пробелы вокруг значения счёта отклонены с {}",
    "hisob qiymati atrofidagi bo‘sh joylar {} bilan rad etildi";
    "the answer has no fiscal detail (optional)":
    "в ответе нет фискального detail (необязательно)",
    "javobda fiskal detail yo‘q (ixtiyoriy)";
    "an item without it: {}":
    "позиция без него: {}",
    "usiz pozitsiya: {}";
    "`{}` in every item of detail":
    "`{}` в каждой позиции detail",
    "detail ning har bir pozitsiyasida `{}`";
    "items that sum to {}":
    "позиции, которые в сумме дают {}",
    "yig‘indisi {} bo‘lgan pozitsiyalar";
    "`{}` as a string":
    "`{}` строкой",
    "`{}` satr bo‘lib";
    "a repeat with other values was refused with {}":
    "повтор с другими значениями отклонён с {}",
    "boshqa qiymatli takror {} bilan rad etildi";
    "the stored {}":
    "сохранённое {}",
    "saqlangan {}";
    "refused with {}":
    "отклонено с {}",
    "{} bilan rad etildi";
    "a second transaction is answered with {}, which no payer reads":
    "на вторую транзакцию отвечается {}, которого плательщик не видит",
    "ikkinchi tranzaksiyaga {} qaytariladi, uni to‘lovchi o‘qimaydi";
    "a refusal of the second transaction":
    "отказ для второй транзакции",
    "ikkinchi tranzaksiyani rad etish";
    "`create_time` as the clock of this computer has it, within ten minutes":
    "`create_time` по часам этого компьютера, с точностью до десяти минут",
    "`create_time` shu kompyuter soati bo‘yicha, o‘n daqiqa farq bilan";
    "a time that is {} hours off":
    "время, которое расходится на {} ч",
    "{} soat farq qiladigan vaqt";
    "create_time is Payme's `time`":
    "create_time — это `time` Payme",
    "create_time – bu Payme ning `time`i";
    "the 12 hours count from the merchant's create_time":
    "12 часов считаются от create_time мерчанта",
    "12 soat merchantning create_time idan hisoblanadi";
    "an old time was refused with {}: the 12 hours count from Payme's time":
    "старое время отклонено с {}: 12 часов считаются от времени Payme",
    "eski vaqt {} bilan rad etildi: 12 soat Payme vaqtidan hisoblanadi";
    "receivers that add up to {}":
    "receivers, которые в сумме дают {}",
    "yig‘indisi {} bo‘lgan receivers";
    "state -1 and reason 4":
    "state -1 и reason 4",
    "state -1 va reason 4";
    "the server does not have SetFiscalData (optional)":
    "на сервере нет SetFiscalData (необязательно)",
    "serverda SetFiscalData yo‘q (ixtiyoriy)";
    "success true":
    "success true",
    "success true";
    "a connection that stays open":
    "соединение, которое остаётся открытым",
    "ochiq qoladigan ulanish";
    "Connection: close":
    "Connection: close",
    "Connection: close";
    "{}: {} ms in half of {} calls, {} ms at most":
    "{}: {} мс в половине из {} вызовов, самое большее {} мс",
    "{}: {} ms, {} chaqiruvning yarmida, ko‘pi bilan {} ms";
    "{} s in half of the calls, {} s at most":
    "{} с в половине вызовов, самое большее {} с",
    "chaqiruvlarning yarmida {} s, ko‘pi bilan {} s";
    "{} within 1 s, and 5 s always":
    "{} за 1 с, и всегда не дольше 5 с",
    "{} 1 s ichida va har doim 5 s dan oshmasdan";
    "an answer to the first call":
    "ответ на первый вызов",
    "birinchi chaqiruvga javob";
    "it broke down":
    "он сломался",
    "u buzildi";
    "burst {} of {} shows it, where the second turns":
    "видно в залпе {} из {}, на смене секунды",
    "{}-zarbda ko‘rindi, jami {}, soniya almashganda";
    "perform_time is in whole seconds, so {} more bursts were let go where the second turns":
    "perform_time в целых секундах, поэтому ещё {} залпов дано на смене секунды",
    "perform_time butun soniyalarda, shuning uchun soniya almashganda yana {} zarb berildi";
    "{} histories came to their end; wrong answers on the way are those of {}":
    "историй дошло до конца: {}; неверные ответы по пути — из {}",
    "oxiriga yetgan tarixlar: {}; yo‘ldagi noto‘g‘ri javoblar bulardan: {}";
    "{} histories that come to their end":
    "историй, которые доходят до конца: {}",
    "oxiriga yetadigan tarixlar: {}";
    "{} of {} did":
    "дошло {} из {}",
    "{} tasi yetdi, jami {}";
    "the server does not have ChangePassword (optional, -32601)":
    "на сервере нет ChangePassword (необязательно, -32601)",
    "serverda ChangePassword yo‘q (ixtiyoriy, -32601)";
    "may change the key of the server: give --change-password to allow it":
    "может изменить ключ сервера: разрешите это с --change-password",
    "server kalitini o‘zgartirishi mumkin: ruxsat uchun --change-password bering";
    "ChangePassword without a password was refused with {}":
    "ChangePassword без пароля отклонён с {}",
    "parolsiz ChangePassword {} bilan rad etildi";
    "one of {} transactions to be accepted":
    "одна из {} транзакций принята",
    "{} tranzaksiyadan bittasi qabul qilinadi";
    "{} were accepted":
    "принято {}",
    "{} tasi qabul qilindi";
    "{} in the statement":
    "{} в выписке",
    "ko‘chirmada {}";
    "{} in the statement after the restart":
    "{} в выписке после перезапуска",
    "qayta ishga tushgach ko‘chirmada {}";
    "account {} and amount {}":
    "account {} и amount {}",
    "account {} va amount {}";
    "an empty body was answered with {}":
    "на пустое тело пришёл ответ {}",
    "bo‘sh tanaga {} qaytdi";
    "id {}":
    "id {}",
    "id {}";
    "id missing":
    "id нет",
    "id yo‘q";
    "id {} in the answer":
    "id {} в ответе",
    "javobda id {}";
    "an answer without it: {}":
    "ответ без него: {}",
    "usiz javob: {}";
    "`id` in the answer":
    "`id` в ответе",
    "javobda `id`";
    "either a result or an error":
    "или result, или error",
    "yo result, yo error";
    "an error with an integer code":
    "error с целым code",
    "butun code li error";
    "a message":
    "message",
    "message";
    "a second transaction was refused with {}":
    "вторая транзакция отклонена с {}",
    "ikkinchi tranzaksiya {} bilan rad etildi";
    "the transaction of {} in the statement {}":
    "транзакция со временем {} в выписке {}",
    "{} vaqtli tranzaksiya {} ko‘chirmada bor";
    "the transaction of {} not in the statement {}":
    "транзакции со временем {} нет в выписке {}",
    "{} vaqtli tranzaksiya {} ko‘chirmada yo‘q";
    "`{}` in the item":
    "`{}` в строке",
    "satrda `{}`";
    "three transactions in the period":
    "три транзакции за период",
    "davrda uchta tranzaksiya";
    "{} of them":
    "их {}",
    "ular {} ta";
    "times that ascend":
    "времена по возрастанию",
    "o‘sib boruvchi vaqtlar";
    "the transaction with state {}":
    "транзакция с state {}",
    "state {} bilan tranzaksiya";
    "an empty list for a second of 2001":
    "пустой список за секунду 2001 года",
    "2001 yilning bir soniyasi uchun bo‘sh ro‘yxat";
    "{} transactions":
    "транзакций: {}",
    "{} tranzaksiya";
    "`from` after `to` was refused with {}":
    "`from` позже `to` отклонено с {}",
    "`to` dan keyingi `from` {} bilan rad etildi";
    "`from` after `to` was answered with a list":
    "на `from` позже `to` пришёл список",
    "`to` dan keyingi `from` ga ro‘yxat qaytdi";
    "an empty list":
    "пустой список",
    "bo‘sh ro‘yxat";
    "`{}` as it was sent: {}":
    "`{}` как было отправлено: {}",
    "`{}` yuborilganidek: {}";
    "`{}` {} as CheckTransaction tells":
    "`{}` {}, как говорит CheckTransaction",
    "`{}` {}, CheckTransaction aytganidek";
    "a refusal":
    "отказ",
    "rad etish";
    "no item for a refused transaction":
    "нет строки для отклонённой транзакции",
    "rad etilgan tranzaksiyaga satr yo‘q";
    "{} is listed":
    "{} есть в списке",
    "{} ro‘yxatda bor";
    "{} cancelled transactions":
    "отменённых транзакций: {}",
    "bekor qilingan {} tranzaksiya";
    "a transaction of yesterday was refused, so only today's was looked for":
    "вчерашняя транзакция отклонена, поэтому искали только сегодняшнюю",
    "kechagi tranzaksiya rad etildi, shuning uchun faqat bugungisi qidirildi";
    "`receivers` null or a list":
    "`receivers`: null или список",
    "`receivers`: null yoki ro‘yxat";
    "error -31003 from CheckTransaction, because nothing may have been stored":
    "ошибка -31003 от CheckTransaction, потому что сохранять было нечего",
    "CheckTransaction dan -31003 xatosi, chunki hech narsa saqlanmasligi kerak edi";
    "items without Payme's `id`":
    "строки без `id` Payme",
    "Payme `id` si yo‘q satrlar";
    "the statement to list {}":
    "в выписке есть {}",
    "ko‘chirmada {} bor";
    "`transactions` as a list":
    "`transactions` списком",
    "`transactions` ro‘yxat bo‘lib";
}

phrases! {
    /// What has to come; a situation follows.
    BEGINNINGS:
    "allow true":
    "allow true",
    "allow true";
    "allow true instead of {}":
    "allow true вместо {}",
    "{} o‘rniga allow true";
    "HTTP status 200 with error {}":
    "статус HTTP 200 с ошибкой {}",
    "HTTP statusi 200 va {} xatosi";
    "error {} with HTTP status 200":
    "ошибка {} со статусом HTTP 200",
    "{} xatosi va HTTP statusi 200";
}
