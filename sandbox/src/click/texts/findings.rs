//! What a check of Click expects and finds, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole sentences, and parts of them.
    FINDINGS:
    "Click's 15 cases":
    "15 случаев Click",
    "Click ning 15 holati";
    "Fields":
    "Поля",
    "Maydonlar";
    "Large numbers":
    "Большие числа",
    "Katta sonlar";
    "The signature":
    "Подпись",
    "Imzo";
    "Click's requests are signed: give --secret, the SECRET_KEY of the service, or set BOOTHPAY_SANDBOX_KEY.":
    "Запросы Click подписаны: задайте --secret, SECRET_KEY сервиса, или BOOTHPAY_SANDBOX_KEY.",
    "Click so‘rovlari imzolanadi: --secret da xizmatning SECRET_KEY ini bering yoki BOOTHPAY_SANDBOX_KEY ni o‘rnating.";
    "The right signature was refused: the secret is another one, or the digest is made from values that were read as numbers or trimmed instead of the text that came.":
    "Верная подпись отклонена: секрет другой, или хеш считается из значений, прочитанных как числа или обрезанных, а не из пришедшего текста.",
    "To‘g‘ri imzo rad etildi: maxfiy kalit boshqa, yoki xesh kelgan matndan emas, son qilib o‘qilgan yoki kesilgan qiymatlardan hisoblanadi.";
    "This signature was right, and others were accepted: the digest is made from a value that was changed on the way, the sum read as a number for example.":
    "Эта подпись верна, и другие приняты: хеш считается из значения, изменённого по пути, например из суммы, прочитанной как число.",
    "Bu imzo to‘g‘ri va boshqalari qabul qilingan: xesh yo‘lda o‘zgargan qiymatdan, masalan son qilib o‘qilgan summadan hisoblanadi.";
    "The form was not read: the server parses JSON only, or insists on a field that Click does not send.":
    "Форма не прочитана: сервер разбирает только JSON или требует поле, которого Click не шлёт.",
    "Forma o‘qilmadi: server faqat JSON ni o‘qiydi yoki Click yubormaydigan maydonni talab qiladi.";
    "{} answers with something that has no `error`: {}":
    "{} отвечает чем-то без `error`: {}",
    "{} `error` siz javob qaytaradi: {}";
    "The server refuses the signature (-1): check --secret and --service-id ({}) against those that the server was started with. A secret with $, & or ! belongs in single quotes. The signature is the MD5 of click_trans_id, service_id, the secret, merchant_trans_id, amount, action and sign_time as they were received.":
    "Сервер отклоняет подпись (-1): сверьте --secret и --service-id ({}) с теми, с которыми запущен сервер. Секрет с $, & или ! берут в одинарные кавычки. Подпись — MD5 от click_trans_id, service_id, секрета, merchant_trans_id, amount, action и sign_time в том виде, в каком они пришли.",
    "Server imzoni rad etadi (-1): --secret va --service-id ({}) ni server ishga tushirilganlari bilan solishtiring. $, & yoki ! bor maxfiy kalit bittalik qo‘shtirnoqqa olinadi. Imzo — kelgan holidagi click_trans_id, service_id, maxfiy kalit, merchant_trans_id, amount, action va sign_time dan olingan MD5.";
    "The server says that the request is wrong (-8). It was a form (application/x-www-form-urlencoded) with all fields of Prepare and service_id {}: does the server read JSON only, or is that not its service?":
    "Сервер говорит, что запрос неверен (-8). Это была форма (application/x-www-form-urlencoded) со всеми полями Prepare и service_id {}: сервер читает только JSON, или это не его сервис?",
    "Server so‘rov noto‘g‘ri deydi (-8). Bu Prepare ning barcha maydonlari va service_id {} bor forma edi (application/x-www-form-urlencoded): server faqat JSON ni o‘qiydimi, yoki bu uning xizmati emasmi?";
    "The server does not know action 0 (-3): is {} the address of Prepare?":
    "Сервер не знает action 0 (-3): {} — это адрес Prepare?",
    "Server action 0 ni bilmaydi (-3): {} Prepare manzilimi?";
    "The server refuses the sum of the order {} (-2): it is not its price. Click sends soum with two decimals; an orders file has the price in tiyin behind the order, 1 soum = 100 tiyin.":
    "Сервер отклоняет сумму заказа {} (-2): это не его цена. Click шлёт сумы с двумя знаками; в файле заказов за заказом стоит цена в тийинах, 1 сум = 100 тийинов.",
    "Server {} buyurtmasining summasini rad etadi (-2): bu uning narxi emas. Click so‘mni ikki kasr xona bilan yuboradi; buyurtmalar faylida narx tiyinda turadi, 1 so‘m = 100 tiyin.";
    "The server does not let the order {} be paid ({}). Every run needs fresh orders: does this one exist, was it paid, or is it being paid by an earlier run?":
    "Сервер не даёт оплатить заказ {} ({}). Каждому прогону нужны новые заказы: есть ли этот, не оплачен ли он, не держит ли его прошлый прогон?",
    "Server {} buyurtmasini to‘lashga yo‘l qo‘ymaydi ({}). Har bir sinovga yangi buyurtmalar kerak: bu buyurtma bormi, to‘langan emasmi, oldingi sinov ushlab turgan emasmi?";
    "The server answers a right Prepare with another error. {}":
    "На правильный Prepare сервер отвечает другой ошибкой. {}",
    "To‘g‘ri Prepare ga server boshqa xato qaytaradi. {}";
    "an object with `error`":
    "объект с `error`",
    "`error` bor obyekt";
    "`merchant_prepare_id` as an integer":
    "`merchant_prepare_id` целым числом",
    "`merchant_prepare_id` butun son bo‘lib";
    "the order costs 300 soum, the sum that is to be refused here":
    "заказ стоит 300 сумов — сумму, которую здесь надо отклонить",
    "buyurtma narxi 300 so‘m, bu yerda rad etilishi kerak bo‘lgan summa";
    "merchant_confirm_id is null":
    "merchant_confirm_id: null",
    "merchant_confirm_id: null";
    "merchant_confirm_id is left out, which may stand for null":
    "merchant_confirm_id опущен, что может значить null",
    "merchant_confirm_id tushirib qoldirilgan, bu null degani bo‘lishi mumkin";
    "`merchant_confirm_id` as an integer or null":
    "`merchant_confirm_id` целым числом или null",
    "`merchant_confirm_id` butun son yoki null";
    "a cancellation of a confirmed payment was answered with {}":
    "на отмену подтверждённого платежа пришёл ответ {}",
    "tasdiqlangan to‘lovni bekor qilishga {} qaytdi";
    "a cancellation of an unknown payment was answered with {}":
    "на отмену неизвестного платежа пришёл ответ {}",
    "noma’lum to‘lovni bekor qilishga {} qaytdi";
    "a Complete without `error` was answered with {}":
    "на Complete без `error` пришёл ответ {}",
    "`error` siz Complete ga {} qaytdi";
    "a Complete with the error `none` was answered with {}":
    "на Complete с error `none` пришёл ответ {}",
    "error `none` li Complete ga {} qaytdi";
    "a Complete with an empty error was answered with {}":
    "на Complete с пустым error пришёл ответ {}",
    "bo‘sh error li Complete ga {} qaytdi";
    "one address takes both calls and goes by `action`":
    "один адрес принимает оба вызова и различает их по `action`",
    "bitta manzil ikkala chaqiruvni oladi va `action` ga qaraydi";
    "a Complete at the address of Prepare was answered with {}":
    "на Complete по адресу Prepare пришёл ответ {}",
    "Prepare manzilidagi Complete ga {} qaytdi";
    "a Prepare at the address of Complete was answered with {}":
    "на Prepare по адресу Complete пришёл ответ {}",
    "Complete manzilidagi Prepare ga {} qaytdi";
    "a field that comes twice was answered with {}":
    "на поле, пришедшее дважды, ответ {}",
    "ikki marta kelgan maydonga {} qaytdi";
    "`error_note` as a text":
    "`error_note` текстом",
    "`error_note` matn bo‘lib";
    "a code from 0 to -9":
    "код от 0 до -9",
    "0 dan -9 gacha kod";
    "the note `{}` with error {}":
    "текст `{}` с error {}",
    "error {1} bilan `{0}` matni";
    "merchant_prepare_id {} for both":
    "merchant_prepare_id {} у обоих",
    "ikkalasida merchant_prepare_id {}";
    "two payments of two orders":
    "два платежа двух заказов",
    "ikki buyurtmaning ikki to‘lovi";
    "`{}` {}":
    "`{}` {}",
    "`{}` {}";
    "merchant_prepare_id {}, as the first time":
    "merchant_prepare_id {}, как в первый раз",
    "merchant_prepare_id {}, birinchi martadagidek";
    "merchant_prepare_id {}":
    "merchant_prepare_id {}",
    "merchant_prepare_id {}";
    "a second attempt for an order that is prepared was answered with {}":
    "на вторую попытку для подготовленного заказа пришёл ответ {}",
    "tayyorlangan buyurtmaga ikkinchi urinishga {} qaytdi";
    "exactly one attempt for the order to be confirmed":
    "подтверждена ровно одна попытка на заказ",
    "buyurtmaga roppa-rosa bitta urinish tasdiqlanadi";
    "one merchant_prepare_id":
    "один merchant_prepare_id",
    "bitta merchant_prepare_id";
    "{} different ones":
    "разных: {}",
    "{} xil";
    "one of {} to be answered with 0":
    "на один из {} ответ 0",
    "{} tadan bittasiga 0";
    "{} were":
    "таких {}",
    "{} tasiga";
    "the server prepares one attempt for an order at a time":
    "сервер готовит одну попытку на заказ за раз",
    "server buyurtmaga bir vaqtda bitta urinishni tayyorlaydi";
    "{} numbers of {} payments":
    "{} номеров у {} платежей",
    "{} raqam, {} to‘lov";
    "another service_id was answered with {}":
    "на другой service_id пришёл ответ {}",
    "boshqa service_id ga {} qaytdi";
    "any answer but -1: the sum was sent and signed as {}":
    "любой ответ, кроме -1: сумма отправлена и подписана как {}",
    "-1 dan boshqa har qanday javob: summa {} deb yuborilgan va imzolangan";
    "error 0, because {} may not have changed anything":
    "error 0, потому что {} ничего не должно было изменить",
    "error 0, chunki {} hech narsani o‘zgartirmasligi kerak edi";
    "a Complete with an unknown merchant_prepare_id":
    "Complete с неизвестным merchant_prepare_id",
    "noma’lum merchant_prepare_id li Complete";
    "a Complete with the merchant_prepare_id of another order":
    "Complete с merchant_prepare_id другого заказа",
    "boshqa buyurtmaning merchant_prepare_id li Complete";
    "a Complete with the merchant_prepare_id of this order for another":
    "Complete с merchant_prepare_id этого заказа для другого",
    "boshqasiga shu buyurtmaning merchant_prepare_id li Complete";
    "a Complete with another sum":
    "Complete с другой суммой",
    "boshqa summali Complete";
    "a Complete for an unknown order":
    "Complete для неизвестного заказа",
    "noma’lum buyurtmaga Complete";
    "a Complete with a merchant_prepare_id that is no number":
    "Complete с merchant_prepare_id, который не число",
    "son bo‘lmagan merchant_prepare_id li Complete";
    "a Complete without merchant_prepare_id":
    "Complete без merchant_prepare_id",
    "merchant_prepare_id siz Complete";
    "a Complete without `error`":
    "Complete без `error`",
    "`error` siz Complete";
    "a Complete with the error `none`":
    "Complete с error `none`",
    "error `none` li Complete";
    "a Complete with an empty error":
    "Complete с пустым error",
    "bo‘sh error li Complete";
    "a Complete at the address of Prepare":
    "Complete по адресу Prepare",
    "Prepare manzilidagi Complete";
    "a Prepare that was refused":
    "отклонённый Prepare",
    "rad etilgan Prepare";
    "a body of 2 MB":
    "тело в 2 МБ",
    "2 MB tana";
    "half of a Complete":
    "половина Complete",
    "Complete ning yarmi";
    "the payment of another order":
    "платёж другого заказа",
    "boshqa buyurtma to‘lovi";
    "a cancellation with a wrong signature":
    "отмена с неверной подписью",
    "noto‘g‘ri imzoli bekor qilish";
    "a Prepare with a wrong signature":
    "Prepare с неверной подписью",
    "noto‘g‘ri imzoli Prepare";
    "a Complete with a wrong signature":
    "Complete с неверной подписью",
    "noto‘g‘ri imzoli Complete";
}
