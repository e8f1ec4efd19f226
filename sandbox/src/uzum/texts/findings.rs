//! What a check of Uzum expects and finds, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole sentences, and parts of them.
    FINDINGS:
    "Members":
    "Поля",
    "Maydonlar";
    "The right credentials were refused: they are not configured, were changed by the shell, or Apache removed the Authorization header.":
    "Верные логин и пароль отклонены: они не заданы на сервере, изменены оболочкой, или Apache убрал заголовок Authorization.",
    "To‘g‘ri login va parol rad etildi: ular serverda sozlanmagan, buyruq qobig‘i o‘zgartirgan, yoki Apache Authorization sarlavhasini olib tashlagan.";
    "10007 and 10008 look swapped, as in an older edition of the table: 10007 is for an order that does not exist, 10008 for one that was paid.":
    "10007 и 10008, похоже, перепутаны, как в старой редакции таблицы: 10007 — для несуществующего заказа, 10008 — для оплаченного.",
    "10007 va 10008 almashganga o‘xshaydi, jadvalning eski nashridagidek: 10007 mavjud bo‘lmagan buyurtma, 10008 to‘langani uchun.";
    "{} answers with something that has no `status`: {}":
    "{} отвечает чем-то без `status`: {}",
    "{} `status` siz javob qaytaradi: {}";
    "The server asks for a password: give it with --password, or in BOOTHPAY_SANDBOX_KEY.":
    "Сервер требует пароль: задайте его в --password или в BOOTHPAY_SANDBOX_KEY.",
    "Server parol so‘raydi: uni --password yoki BOOTHPAY_SANDBOX_KEY da bering.";
    "The server refuses the credentials (10001 for login `{}`): check --login and --password against those that the server was started with. A password with $, & or ! belongs in single quotes. Behind Apache the Authorization header may be lost.":
    "Сервер отклоняет логин и пароль (10001 для логина `{}`): сверьте --login и --password с теми, с которыми запущен сервер. Пароль с $, & или ! берут в одинарные кавычки. За Apache может теряться заголовок Authorization.",
    "Server login va parolni rad etadi (10001, login `{}`): --login va --password ni server ishga tushirilganlari bilan solishtiring. $, & yoki ! bor parol bittalik qo‘shtirnoqqa olinadi. Apache ortida Authorization sarlavhasi yo‘qolishi mumkin.";
    "The server does not know serviceId {} (10006): give its own with --service-id.":
    "Сервер не знает serviceId {} (10006): задайте его собственный в --service-id.",
    "Server serviceId {} ni bilmaydi (10006): o‘zinikini --service-id da bering.";
    "The server does not take a right check ({}). {}":
    "Сервер не принимает правильный check ({}). {}",
    "Server to‘g‘ri check ni qabul qilmaydi ({}). {}";
    "The server reports a fault of its own (99999) for a right check; its log says more.":
    "На правильный check сервер сообщает о собственной ошибке (99999); подробнее в его журнале.",
    "To‘g‘ri check ga server o‘z xatosini bildiradi (99999); jurnalida batafsil.";
    "The server does not let the order {} be paid ({}). Every run needs fresh orders: was this one paid, or is it being paid by an earlier run? If it is new, the server may expect another name in `params`: see --account-field.":
    "Сервер не даёт оплатить заказ {} ({}). Каждому прогону нужны новые заказы: не оплачен ли этот, не держит ли его прошлый прогон? Если он новый, сервер может ждать другое имя в `params`: см. --account-field.",
    "Server {} buyurtmasini to‘lashga yo‘l qo‘ymaydi ({}). Har bir sinovga yangi buyurtmalar kerak: bu to‘langan emasmi yoki oldingi sinov ushlab turgan emasmi? Yangi bo‘lsa, server `params` da boshqa nom kutayotgan bo‘lishi mumkin: --account-field ga qarang.";
    "The server answers a right check with something else. {}":
    "На правильный check сервер отвечает чем-то другим. {}",
    "To‘g‘ri check ga server boshqa narsa qaytaradi. {}";
    "an object with `status` or `errorCode`":
    "объект с `status` или `errorCode`",
    "`status` yoki `errorCode` bor obyekt";
    "no --password was given: the server runs in its development mode":
    "пароль --password не задан: сервер работает в режиме разработки",
    "--password berilmagan: server ishlab chiqish rejimida";
    "any answer but 10001, because the credentials are right":
    "любой ответ, кроме 10001, потому что логин и пароль верны",
    "10001 dan boshqa har qanday javob, chunki login va parol to‘g‘ri";
    "data has no amount":
    "в data нет amount",
    "data da amount yo‘q";
    "the price in soum: {}":
    "цена в сумах: {}",
    "so‘mdagi narx: {}";
    "data.amount is {}":
    "data.amount: {}",
    "data.amount: {}";
    "data.amount.value as a text":
    "data.amount.value текстом",
    "data.amount.value matn bo‘lib";
    "the answer has no data":
    "в ответе нет data",
    "javobda data yo‘q";
    "`data` as an object":
    "`data` объектом",
    "`data` obyekt bo‘lib";
    "data is {}":
    "data: {}",
    "data: {}";
    "data.{} is {}":
    "data.{}: {}",
    "data.{}: {}";
    "objects with a `value` in data":
    "объекты с `value` в data",
    "data da `value` li obyektlar";
    "a repeated confirm was answered with {}":
    "на повторный confirm пришёл ответ {}",
    "takroriy confirm ga {} qaytdi";
    "a repeated create was answered with {}":
    "на повторный create пришёл ответ {}",
    "takroriy create ga {} qaytdi";
    "a repeated reverse was answered with {}":
    "на повторный reverse пришёл ответ {}",
    "takroriy reverse ga {} qaytdi";
    "a second transaction while the first one lives was accepted":
    "вторая транзакция при живой первой принята",
    "birinchisi tirik turganda ikkinchi tranzaksiya qabul qilindi";
    "a second transaction while the first one lives was answered with {}":
    "на вторую транзакцию при живой первой пришёл ответ {}",
    "birinchisi tirik turganda ikkinchi tranzaksiyaga {} qaytdi";
    "exactly one transaction for the order to be confirmed":
    "подтверждена ровно одна транзакция на заказ",
    "buyurtmaga roppa-rosa bitta tranzaksiya tasdiqlanadi";
    "a price is far below 2^53":
    "цены намного меньше 2^53",
    "narxlar 2^53 dan ancha kichik";
    "an `errorCode`":
    "`errorCode`",
    "`errorCode`";
    "errorCode is {}":
    "errorCode: {}",
    "errorCode: {}";
    "one of Uzum's codes":
    "один из кодов Uzum",
    "Uzum kodlaridan biri";
    "a refusal":
    "отказ",
    "rad etish";
    "one answer with status {}":
    "один ответ со status {}",
    "status {} li bitta javob";
    "none; one is {}":
    "ни одного; один из них {}",
    "yo‘q; ulardan biri {}";
    "{} of {} identical calls were answered with {} in some bursts":
    "в части залпов на {} из {} одинаковых вызовов пришёл {}",
    "ba’zi zarblarda {} ta (jami {}) bir xil chaqiruvga {} qaytdi";
    "a confirmed transaction can be taken back":
    "подтверждённую транзакцию можно вернуть",
    "tasdiqlangan tranzaksiyani qaytarish mumkin";
    "a confirmed transaction cannot be taken back (10017)":
    "подтверждённую транзакцию нельзя вернуть (10017)",
    "tasdiqlangan tranzaksiyani qaytarib bo‘lmaydi (10017)";
    "`{}` null, because it has not happened":
    "`{}` null, потому что этого не было",
    "`{}` null, chunki bu bo‘lmagan";
    "the same as before: {}":
    "то же, что раньше: {}",
    "oldingidek: {}";
    "a create with a wrong password":
    "create с неверным паролем",
    "noto‘g‘ri parolli create";
    "a confirm that was refused":
    "отклонённый confirm",
    "rad etilgan confirm";
    "a create that was refused":
    "отклонённый create",
    "rad etilgan create";
    "a body of 2 MB":
    "тело в 2 МБ",
    "2 MB tana";
    "half of a create":
    "половина create",
    "create ning yarmi";
    "`{}` {}":
    "`{}` {}",
    "`{}` {}";
}
