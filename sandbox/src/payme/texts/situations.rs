//! In which situation a check of Payme asks, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// The second half of what a check says.
    SITUATIONS:
    "for a transaction that is no longer in state 1":
    "для транзакции, которая уже не в состоянии 1",
    "endi 1 holatida bo‘lmagan tranzaksiyaga";
    "for a transaction that was never created":
    "для транзакции, которой не было",
    "hech yaratilmagan tranzaksiyaga";
    "for a transaction that was cancelled":
    "для отменённой транзакции",
    "bekor qilingan tranzaksiyaga";
    "for a transaction that was performed":
    "для проведённой транзакции",
    "bajarilgan tranzaksiyaga";
    "for a transaction that was refunded":
    "для возвращённой транзакции",
    "puli qaytarilgan tranzaksiyaga";
    "for an order whose payment was refunded":
    "для заказа, деньги за который возвращены",
    "to‘lovi qaytarilgan buyurtmaga";
    "with state {}":
    "с state {}",
    "state {} bilan";
    "without an Authorization header":
    "без заголовка Authorization",
    "Authorization sarlavhasisiz";
    "from {} with a wrong key":
    "от {} с неверным ключом",
    "{} dan, noto‘g‘ri kalit bilan";
    "from {} with wrong credentials":
    "от {} с неверной авторизацией",
    "{} dan, noto‘g‘ri avtorizatsiya bilan";
    "for the key without its last character":
    "для ключа без последнего символа",
    "oxirgi belgisi yo‘q kalitga";
    "for the key and one character more":
    "для ключа с лишним символом",
    "bitta ortiqcha belgili kalitga";
    "for the key with another last character":
    "для ключа с другим последним символом",
    "oxirgi belgisi boshqa kalitga";
    "for the key and a blank":
    "для ключа с пробелом",
    "bo‘sh joyli kalitga";
    "for the key and a zero byte":
    "для ключа с нулевым байтом",
    "nol baytli kalitga";
    "for the first character of the key":
    "для первого символа ключа",
    "kalitning birinchi belgisiga";
    "for the key with upper and lower case swapped":
    "для ключа с переставленным регистром",
    "katta-kichik harflari almashtirilgan kalitga";
    "for an empty key":
    "для пустого ключа",
    "bo‘sh kalitga";
    "for an empty login and key":
    "для пустых логина и ключа",
    "bo‘sh login va kalitga";
    "for another scheme than Basic":
    "для другой схемы, не Basic",
    "Basic bo‘lmagan sxemaga";
    "for credentials that cannot be read":
    "для авторизации, которую нельзя прочесть",
    "o‘qib bo‘lmaydigan avtorizatsiyaga";
    "for a key with a colon":
    "для ключа с двоеточием",
    "ikki nuqtali kalitga";
    "for a key of colons":
    "для ключа из двоеточий",
    "ikki nuqtalardan iborat kalitga";
    "for an unknown method with a wrong key":
    "для неизвестного метода с неверным ключом",
    "noto‘g‘ri kalitli noma’lum metodga";
    "for faulty parameters with a wrong key":
    "для неверных параметров с неверным ключом",
    "noto‘g‘ri kalitli xato parametrlarga";
    "for a broken body with a wrong key":
    "для испорченного тела с неверным ключом",
    "noto‘g‘ri kalitli buzuq tanaga";
    "although Test-Operation was sent":
    "хотя отправлен Test-Operation",
    "Test-Operation yuborilgan bo‘lsa ham";
    "for another login":
    "для другого логина",
    "boshqa loginga";
    "for an empty login":
    "для пустого логина",
    "bo‘sh loginga";
    "because the credentials are right":
    "потому что авторизация верна",
    "chunki avtorizatsiya to‘g‘ri";
    "or state -2 for a transaction that was performed":
    "или state -2 для проведённой транзакции",
    "yoki bajarilgan tranzaksiyaga state -2";
    "for the reason {}":
    "для причины {}",
    "{} sababiga";
    "for the params {}":
    "для params {}",
    "params {} uchun";
    "or state -1 when the reason is missing":
    "или state -1, когда причины нет",
    "yoki sabab bo‘lmasa state -1";
    "for a new transaction after the cancellation":
    "для новой транзакции после отмены",
    "bekor qilingandan keyingi yangi tranzaksiyaga";
    "for the newer transaction":
    "для более новой транзакции",
    "yangiroq tranzaksiyaga";
    "for a reason that is not in the table":
    "для причины, которой нет в таблице",
    "jadvalda yo‘q sababga";
    "from CheckTransaction":
    "от CheckTransaction",
    "CheckTransaction dan";
    "for a transaction in state 1":
    "для транзакции в состоянии 1",
    "1 holatidagi tranzaksiyaga";
    "for an id in capital letters":
    "для id заглавными буквами",
    "katta harfli id ga";
    "for the amount {}":
    "для суммы {}",
    "{} summasiga";
    "for the amount {} instead of {}":
    "для суммы {} вместо {}",
    "{} summasiga, kerakligi {}";
    "or allow true for an amount with a zero fraction":
    "или allow true для суммы с нулевой дробью",
    "yoki nol kasrli summaga allow true";
    "when the amount is missing":
    "когда суммы нет",
    "summa bo‘lmasa";
    "for an amount given as a string":
    "для суммы строкой",
    "satr qilib berilgan summaga";
    "when the account is missing":
    "когда account нет",
    "account bo‘lmasa";
    "for the account {}":
    "для account {}",
    "account {} uchun";
    "for the account value {}":
    "для значения счёта {}",
    "hisob qiymati {} uchun";
    "or allow true for an order that is being paid":
    "или allow true для заказа, который оплачивают",
    "yoki to‘lanayotgan buyurtmaga allow true";
    "for a wrong amount on an order that is being paid":
    "для неверной суммы на заказ, который оплачивают",
    "to‘lanayotgan buyurtmaga noto‘g‘ri summada";
    "or allow true for a value with blanks around it":
    "или allow true для значения с пробелами вокруг",
    "yoki atrofida bo‘sh joyi bor qiymatga allow true";
    "for a second transaction on a busy order":
    "для второй транзакции на занятый заказ",
    "band buyurtmaga ikkinchi tranzaksiyada";
    "for PerformTransaction of the first transaction":
    "для PerformTransaction первой транзакции",
    "birinchi tranzaksiyaning PerformTransaction ida";
    "for a new transaction on an order that was paid":
    "для новой транзакции на оплаченный заказ",
    "to‘langan buyurtmaga yangi tranzaksiyada";
    "or state 1 for a transaction with an old time":
    "или state 1 для транзакции со старым временем",
    "yoki eski vaqtli tranzaksiyaga state 1";
    "when `{}` is {}":
    "когда `{}` — {}",
    "`{}` {} bo‘lsa";
    "when `{}` is missing":
    "когда `{}` нет",
    "`{}` bo‘lmasa";
    "for a transaction older than the limit":
    "для транзакции старше срока",
    "muddatdan eski tranzaksiyaga";
    "for a repeat of a transaction older than the limit":
    "для повтора транзакции старше срока",
    "muddatdan eski tranzaksiya takroriga";
    "for a transaction that is 11 hours and 59 minutes old":
    "для транзакции возрастом 11 часов 59 минут",
    "11 soat 59 daqiqalik tranzaksiyaga";
    "for a repeat of a payment long ago":
    "для повтора давнего платежа",
    "ancha oldingi to‘lov takroriga";
    "for the type LOST":
    "для типа LOST",
    "LOST turiga";
    "when fiscal_data is missing":
    "когда fiscal_data нет",
    "fiscal_data bo‘lmasa";
    "from {}":
    "от {}",
    "{} dan";
    "with the Content-Type {}":
    "с Content-Type {}",
    "Content-Type {} bilan";
    "with the names of headers in lower case":
    "с именами заголовков строчными буквами",
    "sarlavha nomlari kichik harflarda bo‘lsa";
    "from ChangePassword with wrong credentials":
    "от ChangePassword с неверной авторизацией",
    "noto‘g‘ri avtorizatsiyali ChangePassword dan";
    "with the key, which has not changed":
    "с ключом, который не менялся",
    "o‘zgarmagan kalit bilan";
    "for the key that is already in use":
    "для ключа, который уже действует",
    "amaldagi kalitning o‘ziga";
    "for a change of the key with the current key":
    "для смены ключа с действующим ключом",
    "amaldagi kalit bilan kalitni almashtirishga";
    "with the new key, which has to work at once":
    "с новым ключом, который должен действовать сразу",
    "darhol ishlashi kerak bo‘lgan yangi kalit bilan";
    "with the old key after the change":
    "со старым ключом после смены",
    "almashtirilgandan keyin eski kalit bilan";
    "from each of the calls":
    "от каждого из вызовов",
    "chaqiruvlarning har biridan";
    "for a transaction that came too late":
    "для транзакции, которая пришла слишком поздно",
    "kech kelgan tranzaksiyaga";
    "because the cancellation came first":
    "потому что отмена была первой",
    "chunki bekor qilish birinchi bo‘ldi";
    "or state -2 after the payment":
    "или state -2 после платежа",
    "yoki to‘lovdan keyin state -2";
    "after the payment was taken back":
    "после возврата платежа",
    "to‘lov qaytarilgandan keyin";
    "for PerformTransaction beside a refused cancellation":
    "для PerformTransaction рядом с отклонённой отменой",
    "rad etilgan bekor qilish yonidagi PerformTransaction ga";
    "for a new transaction":
    "для новой транзакции",
    "yangi tranzaksiyaga";
    "or state 1 for the newcomer":
    "или state 1 для новой",
    "yoki yangisiga state 1";
    "with state {} from CheckTransaction":
    "с state {} от CheckTransaction",
    "CheckTransaction dan state {} bilan";
    "with state {} from CheckTransaction after the restart":
    "с state {} от CheckTransaction после перезапуска",
    "qayta ishga tushgach CheckTransaction dan state {} bilan";
    "for JSON that ends too early":
    "для оборванного JSON",
    "chala tugagan JSON ga";
    "for text":
    "для текста",
    "matnga";
    "for JSON with something after it":
    "для JSON, за которым что-то ещё",
    "ortida yana nimadir bor JSON ga";
    "for bytes that are not UTF-8":
    "для байтов не в UTF-8",
    "UTF-8 bo‘lmagan baytlarga";
    "for an empty body":
    "для пустого тела",
    "bo‘sh tanaga";
    "for the body {}":
    "для тела {}",
    "{} tanasiga";
    "when the method is {}":
    "когда method — {}",
    "method {} bo‘lsa";
    "when the method is missing":
    "когда method нет",
    "method bo‘lmasa";
    "when the params are {}":
    "когда params — {}",
    "params {} bo‘lsa";
    "when the params are missing":
    "когда params нет",
    "params bo‘lmasa";
    "for the method `{}`":
    "для метода `{}`",
    "`{}` metodiga";
    "for an unknown method":
    "для неизвестного метода",
    "noma’lum metodga";
    "with jsonrpc {}":
    "с jsonrpc {}",
    "jsonrpc {} bilan";
    "although the request has members that are new":
    "хотя в запросе есть новые поля",
    "so‘rovda yangi maydonlar bo‘lsa ham";
    "for PerformTransaction of a transaction in state 1":
    "для PerformTransaction транзакции в состоянии 1",
    "1 holatidagi tranzaksiyaning PerformTransaction ida";
    "for CancelTransaction":
    "для CancelTransaction",
    "CancelTransaction ga";
    "from CheckPerformTransaction with amount 3":
    "от CheckPerformTransaction с amount 3",
    "amount 3 li CheckPerformTransaction dan";
    "from CreateTransaction with amount 3":
    "от CreateTransaction с amount 3",
    "amount 3 li CreateTransaction dan";
    "from CheckPerformTransaction for an unknown account":
    "от CheckPerformTransaction для неизвестного счёта",
    "noma’lum hisobga CheckPerformTransaction dan";
    "from CreateTransaction for an unknown account":
    "от CreateTransaction для неизвестного счёта",
    "noma’lum hisobga CreateTransaction dan";
    "for a second transaction on a cumulative account":
    "для второй транзакции на накопительный счёт",
    "jamg‘arma hisobga ikkinchi tranzaksiyada";
    "for its cancellation":
    "для её отмены",
    "uni bekor qilishga";
    "for a second transaction on an order that is being paid":
    "для второй транзакции на заказ, который оплачивают",
    "to‘lanayotgan buyurtmaga ikkinchi tranzaksiyada";
    "that starts at its time":
    "с её времени",
    "uning vaqtidan boshlangan";
    "that ends at its time":
    "до её времени",
    "uning vaqtida tugagan";
    "that starts one millisecond later":
    "со следующей миллисекунды",
    "bir millisoniya keyin boshlangan";
    "that ends one millisecond earlier":
    "до предыдущей миллисекунды",
    "bir millisoniya oldin tugagan";
    "around Payme's time":
    "вокруг времени Payme",
    "Payme vaqti atrofidagi";
    "around the merchant's create_time, hours away from Payme's":
    "вокруг create_time мерчанта, в часах от времени Payme",
    "Payme vaqtidan bir necha soat naridagi merchant create_time i atrofidagi";
    "of exactly its millisecond":
    "ровно за её миллисекунду",
    "aynan uning millisoniyasidagi";
    "or an empty list":
    "или пустой список",
    "yoki bo‘sh ro‘yxat";
    "for a new transaction on an order whose last one was cancelled":
    "для новой транзакции на заказ, последняя на который отменена",
    "oxirgisi bekor qilingan buyurtmaga yangi tranzaksiyada";
    "for CancelTransaction of a transaction in state 1":
    "для CancelTransaction транзакции в состоянии 1",
    "1 holatidagi tranzaksiyaning CancelTransaction ida";
    "of the last thirty days":
    "за последние тридцать дней",
    "oxirgi o‘ttiz kundagi";
    "of the last thirty days, where it is from yesterday":
    "за последние тридцать дней, сама она вчерашняя",
    "oxirgi o‘ttiz kundagi, o‘zi esa kechagi";
    "for a new transaction on an order that waits for payment (this rule starts from it)":
    "для новой транзакции на заказ, ожидающий оплаты (с этого правило начинается)",
    "to‘lov kutayotgan buyurtmaga yangi tranzaksiyada (qoida shundan boshlanadi)";
    "for PerformTransaction of a transaction in state 1 (this rule starts from it)":
    "для PerformTransaction транзакции в состоянии 1 (с этого правило начинается)",
    "1 holatidagi tranzaksiyaning PerformTransaction ida (qoida shundan boshlanadi)";
    "for CancelTransaction of a transaction in state 1 (this rule starts from it)":
    "для CancelTransaction транзакции в состоянии 1 (с этого правило начинается)",
    "1 holatidagi tranzaksiyaning CancelTransaction ida (qoida shundan boshlanadi)";
    "for CancelTransaction of a transaction in state 2 (this rule starts from it)":
    "для CancelTransaction транзакции в состоянии 2 (с этого правило начинается)",
    "2 holatidagi tranzaksiyaning CancelTransaction ida (qoida shundan boshlanadi)";
    "from CheckPerformTransaction, because the order can be paid":
    "от CheckPerformTransaction, потому что заказ можно оплатить",
    "CheckPerformTransaction dan, chunki buyurtmani to‘lash mumkin";
    "with a list `transactions`":
    "со списком `transactions`",
    "`transactions` ro‘yxati bilan";
}
