//! In which situation a check of Click asks, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// The second half of what a check says.
    SITUATIONS:
    "for Complete of a payment that Prepare accepted":
    "для Complete платежа, который принял Prepare",
    "Prepare qabul qilgan to‘lovning Complete iga";
    "for a Complete that cancels":
    "для Complete с отменой",
    "bekor qiladigan Complete ga";
    "for a wrong signature":
    "для неверной подписи",
    "noto‘g‘ri imzoga";
    "for a sum that is not the order's":
    "для суммы не этого заказа",
    "buyurtmaniki bo‘lmagan summaga";
    "for a payment that was confirmed before":
    "для платежа, подтверждённого раньше",
    "oldin tasdiqlangan to‘lovga";
    "for a Complete with error {}":
    "для Complete с error {}",
    "error {} li Complete ga";
    "for Prepare with error {}":
    "для Prepare с error {}",
    "error {} li Prepare ga";
    "for a Complete after one with error {}":
    "для Complete после Complete с error {}",
    "error {} lisidan keyingi Complete ga";
    "for a merchant_prepare_id that was never given":
    "для merchant_prepare_id, которого не выдавали",
    "hech berilmagan merchant_prepare_id ga";
    "for a payment that was cancelled before":
    "для платежа, отменённого раньше",
    "oldin bekor qilingan to‘lovga";
    "for the same Complete again":
    "для того же Complete ещё раз",
    "o‘sha Complete yana kelganda";
    "for the merchant_prepare_id {}, which was never given":
    "для merchant_prepare_id {}, которого не выдавали",
    "hech berilmagan merchant_prepare_id {} ga";
    "for the merchant_prepare_id of another order":
    "для merchant_prepare_id другого заказа",
    "boshqa buyurtmaning merchant_prepare_id siga";
    "for a click_trans_id that was never prepared":
    "для click_trans_id, для которого не было Prepare",
    "Prepare bo‘lmagan click_trans_id ga";
    "for one soum less":
    "для суммы на сум меньше",
    "bir so‘m kam summaga";
    "for one soum more":
    "для суммы на сум больше",
    "bir so‘m ortiq summaga";
    "for one soum":
    "для одного сума",
    "bir so‘mga";
    "for a hundred times the price":
    "для стократной цены",
    "yuz baravar narxga";
    "for a hundredth of the price":
    "для сотой доли цены",
    "narxning yuzdan biriga";
    "for one tiyin less":
    "для суммы на тийин меньше",
    "bir tiyin kam summaga";
    "for one tiyin more":
    "для суммы на тийин больше",
    "bir tiyin ortiq summaga";
    "for the same cancellation again":
    "для той же отмены ещё раз",
    "o‘sha bekor qilish yana kelganda";
    "for the cancellation of a confirmed payment":
    "для отмены подтверждённого платежа",
    "tasdiqlangan to‘lovni bekor qilishga";
    "for confirming it again":
    "для повторного подтверждения",
    "uni yana tasdiqlashga";
    "for the merchant_prepare_id `{}`":
    "для merchant_prepare_id `{}`",
    "merchant_prepare_id `{}` ga";
    "for the cancellation of an unknown payment":
    "для отмены неизвестного платежа",
    "noma’lum to‘lovni bekor qilishga";
    "for another attempt after a cancellation":
    "для новой попытки после отмены",
    "bekor qilingandan keyingi yangi urinishga";
    "without {}":
    "без {}",
    "{} siz";
    "without {} it was answered with {}":
    "без {} пришёл ответ {}",
    "{} siz {} qaytdi";
    "for a Complete without `error`":
    "для Complete без `error`",
    "`error` siz Complete ga";
    "for a Complete with the error `none`":
    "для Complete с error `none`",
    "error `none` li Complete ga";
    "for a Complete with an empty error":
    "для Complete с пустым error",
    "bo‘sh error li Complete ga";
    "for the sum `{}`":
    "для суммы `{}`",
    "`{}` summasiga";
    "for the {} `{}`":
    "для {} `{}`",
    "{} `{}` ga";
    "for the action `{}`":
    "для action `{}`",
    "action `{}` ga";
    "for action 1 at the address of Prepare":
    "для action 1 по адресу Prepare",
    "Prepare manzilidagi action 1 ga";
    "for action 0 at the address of Complete":
    "для action 0 по адресу Complete",
    "Complete manzilidagi action 0 ga";
    "when merchant_trans_id comes twice: the signed order first, an unknown one behind it":
    "когда merchant_trans_id приходит дважды: сначала подписанный заказ, за ним неизвестный",
    "merchant_trans_id ikki marta kelsa: avval imzolangan buyurtma, ortidan noma’lumi";
    "when an unknown order is signed and a real one comes behind it":
    "когда подписан неизвестный заказ, а за ним идёт настоящий",
    "noma’lum buyurtma imzolanib, ortidan haqiqiysi kelsa";
    "for broken JSON as a form":
    "для испорченного JSON в форме",
    "forma sifatidagi buzuq JSON ga";
    "for broken percent signs":
    "для испорченных знаков процента",
    "buzuq foiz belgilariga";
    "for bytes that are no text":
    "для байтов, которые не текст",
    "matn bo‘lmagan baytlarga";
    "for an empty body":
    "для пустого тела",
    "bo‘sh tanaga";
    "for a merchant_trans_id of 10 000 digits":
    "для merchant_trans_id из 10 000 цифр",
    "10 000 raqamli merchant_trans_id ga";
    "for a merchant_trans_id with quotes":
    "для merchant_trans_id с кавычками",
    "qo‘shtirnoqli merchant_trans_id ga";
    "for a merchant_trans_id with a zero byte":
    "для merchant_trans_id с нулевым байтом",
    "nol baytli merchant_trans_id ga";
    "for a merchant_trans_id larger than 64 bits":
    "для merchant_trans_id больше 64 бит",
    "64 bitdan katta merchant_trans_id ga";
    "for a merchant_trans_id of other alphabets":
    "для merchant_trans_id из других алфавитов",
    "boshqa alifbodagi merchant_trans_id ga";
    "for a merchant_trans_id of an order with letters behind it":
    "для merchant_trans_id заказа, за которым идут буквы",
    "orqasida harflari bor buyurtmaning merchant_trans_id siga";
    "for a form with %20 for a blank":
    "для формы с %20 вместо пробела",
    "bo‘sh joy o‘rnida %20 li formaga";
    "for a form with letters of other alphabets":
    "для формы с буквами других алфавитов",
    "boshqa alifbo harflari bor formaga";
    "for a form with a charset behind its Content-Type":
    "для формы с charset за Content-Type",
    "Content-Type ortida charset bor formaga";
    "for a form with two fields more":
    "для формы с двумя лишними полями",
    "ikkita ortiqcha maydonli formaga";
    "for a click_trans_id beyond 2^53":
    "для click_trans_id больше 2^53",
    "2^53 dan katta click_trans_id ga";
    "for a click_trans_id that differs by 2^32 from an earlier one":
    "для click_trans_id, который отличается от прежнего на 2^32",
    "oldingisidan 2^32 ga farq qiladigan click_trans_id ga";
    "for Prepare of an order that waits for payment":
    "для Prepare заказа, ожидающего оплаты",
    "to‘lov kutayotgan buyurtmaning Prepare iga";
    "for the right sum written as {}":
    "для верной суммы, записанной как {}",
    "{} deb yozilgan to‘g‘ri summaga";
    "for the same Prepare again":
    "для того же Prepare ещё раз",
    "o‘sha Prepare yana kelganda";
    "for another attempt to pay an order that was paid":
    "для новой попытки оплатить оплаченный заказ",
    "to‘langan buyurtmani yana to‘lashga urinishga";
    "for the same Prepare after the payment":
    "для того же Prepare после платежа",
    "to‘lovdan keyin o‘sha Prepare ga";
    "for the same Prepare after the cancellation":
    "для того же Prepare после отмены",
    "bekor qilingandan keyin o‘sha Prepare ga";
    "for the right Prepare after three that were refused":
    "для верного Prepare после трёх отклонённых",
    "uchta rad etilgandan keyingi to‘g‘ri Prepare ga";
    "for a second attempt while the first waits":
    "для второй попытки, пока ждёт первая",
    "birinchisi kutayotganda ikkinchi urinishga";
    "for the Complete of an attempt that was prepared":
    "для Complete подготовленной попытки",
    "tayyorlangan urinishning Complete iga";
    "for each of eight identical Prepare calls":
    "для каждого из восьми одинаковых Prepare",
    "sakkizta bir xil Prepare ning har biriga";
    "for each of twenty identical Complete calls":
    "для каждого из двадцати одинаковых Complete",
    "yigirmata bir xil Complete ning har biriga";
    "for the Complete of the two":
    "для Complete из двух вызовов",
    "ikkitadan Complete ga";
    "for the cancellation of the two":
    "для отмены из двух вызовов",
    "ikkitadan bekor qilishga";
    "for the same Complete afterwards":
    "для того же Complete после этого",
    "keyin o‘sha Complete ga";
    "for an attempt that reaches for the same order":
    "для попытки на тот же заказ",
    "o‘sha buyurtmaga urinishga";
    "of {} attempts {} or so were prepared":
    "из {} попыток подготовлено около {}",
    "{} urinishdan {} tachasi tayyorlandi";
    "for Prepare of one of eight orders":
    "для Prepare одного из восьми заказов",
    "sakkiz buyurtmadan birining Prepare iga";
    "for Complete of one of eight payments":
    "для Complete одного из восьми платежей",
    "sakkiz to‘lovdan birining Complete iga";
    "for Complete of a payment that was prepared before the restart":
    "для Complete платежа, подготовленного до перезапуска",
    "qayta ishga tushishdan oldin tayyorlangan to‘lovning Complete iga";
    "for a payment that was confirmed before the restart":
    "для платежа, подтверждённого до перезапуска",
    "qayta ishga tushishdan oldin tasdiqlangan to‘lovga";
    "for a payment that was cancelled before the restart":
    "для платежа, отменённого до перезапуска",
    "qayta ishga tushishdan oldin bekor qilingan to‘lovga";
    "from Prepare for a wrong signature":
    "от Prepare для неверной подписи",
    "noto‘g‘ri imzoga Prepare dan";
    "from Complete for a wrong signature":
    "от Complete для неверной подписи",
    "noto‘g‘ri imzoga Complete dan";
    "with an empty sign_string":
    "с пустым sign_string",
    "bo‘sh sign_string bilan";
    "with an empty sign_string it was answered with {}":
    "с пустым sign_string пришёл ответ {}",
    "bo‘sh sign_string bilan {} qaytdi";
    "when another {} was signed than was sent":
    "когда подписано другое значение {}, чем отправлено",
    "yuborilganidan boshqa {} imzolangan bo‘lsa";
    "for a signature with an empty secret":
    "для подписи с пустым секретом",
    "bo‘sh maxfiy kalitli imzoga";
    "for a signature with the secret and a blank":
    "для подписи с секретом и пробелом",
    "maxfiy kalit va bo‘sh joyli imzoga";
    "for a signature with the service_id as the secret":
    "для подписи с service_id вместо секрета",
    "maxfiy kalit o‘rnida service_id li imzoga";
    "for a signature with the words SECRET_KEY as the secret":
    "для подписи со словом SECRET_KEY вместо секрета",
    "maxfiy kalit o‘rnida SECRET_KEY so‘zli imzoga";
    "for a signature with another last digit":
    "для подписи с другой последней цифрой",
    "oxirgi raqami boshqa imzoga";
    "for a signature without its last digit":
    "для подписи без последней цифры",
    "oxirgi raqamsiz imzoga";
    "for a signature with its first digit alone":
    "для подписи из одной первой цифры",
    "faqat birinchi raqamli imzoga";
    "for a signature with one digit more":
    "для подписи с лишней цифрой",
    "bitta ortiqcha raqamli imzoga";
    "for a signature of zeros":
    "для подписи из нулей",
    "nollardan iborat imzoga";
    "for a service_id that is not the server's":
    "для чужого service_id",
    "servernikidan boshqa service_id ga";
    "for the right signature in capital letters":
    "для верной подписи заглавными буквами",
    "katta harfli to‘g‘ri imzoga";
    "for a sign_time in the zone UTC{}":
    "для sign_time в поясе UTC{}",
    "UTC{} mintaqasidagi sign_time ga";
    "for the right Complete after {}":
    "для верного Complete, когда раньше было: {}",
    "to‘g‘ri Complete ga, undan oldin: {}";
    "for action {} of a payment on its way":
    "для action {} идущего платежа",
    "ketayotgan to‘lovning action {} iga";
    "for the call of a stranger":
    "для вызова постороннего",
    "begonaning chaqiruviga";
    "for action {} once more":
    "для того же action {} ещё раз",
    "o‘sha action {} yana kelganda";
    "for the Complete beside a cancellation":
    "для Complete рядом с отменой",
    "bekor qilish yonidagi Complete ga";
    "for the cancellation beside a Complete":
    "для отмены рядом с Complete",
    "Complete yonidagi bekor qilishga";
    "for the Complete of a rival, after the order was paid":
    "для Complete соперника, когда заказ уже оплачен",
    "buyurtma to‘langach, raqibning Complete iga";
    "for a payment that ended long ago":
    "для давно завершённого платежа",
    "ancha oldin tugagan to‘lovga";
    "for a rival":
    "для соперника",
    "raqibga";
    "for the same call again":
    "для того же вызова ещё раз",
    "o‘sha chaqiruv yana kelganda";
}
