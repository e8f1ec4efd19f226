//! In which situation a check of Uzum asks, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// The second half of what a check says.
    SITUATIONS:
    "without an Authorization header":
    "без заголовка Authorization",
    "Authorization sarlavhasisiz";
    "from {} with a wrong password":
    "от {} с неверным паролем",
    "{} dan, noto‘g‘ri parol bilan";
    "for the password without its last character":
    "для пароля без последнего символа",
    "oxirgi belgisi yo‘q parolga";
    "for the password with one character more":
    "для пароля с лишним символом",
    "bitta ortiqcha belgili parolga";
    "for the password with a blank":
    "для пароля с пробелом",
    "bo‘sh joyli parolga";
    "for the password with its first character alone":
    "для одного первого символа пароля",
    "parolning faqat birinchi belgisiga";
    "for the password with upper and lower case swapped":
    "для пароля с переставленным регистром",
    "katta-kichik harflari almashtirilgan parolga";
    "for an empty password":
    "для пустого пароля",
    "bo‘sh parolga";
    "for an empty login and password":
    "для пустых логина и пароля",
    "bo‘sh login va parolga";
    "for another scheme than Basic":
    "для другой схемы, не Basic",
    "Basic bo‘lmagan sxemaga";
    "for credentials that cannot be read":
    "для авторизации, которую нельзя прочесть",
    "o‘qib bo‘lmaydigan avtorizatsiyaga";
    "for another login":
    "для другого логина",
    "boshqa loginga";
    "for an empty login":
    "для пустого логина",
    "bo‘sh loginga";
    "for the same check again":
    "для того же check ещё раз",
    "o‘sha check yana kelganda";
    "for confirm of a transaction that was created":
    "для confirm созданной транзакции",
    "yaratilgan tranzaksiyaning confirm iga";
    "for the same confirm again":
    "для того же confirm ещё раз",
    "o‘sha confirm yana kelganda";
    "for a transId that was never created":
    "для transId, которого не создавали",
    "hech yaratilmagan transId ga";
    "for a transaction that was reversed":
    "для возвращённой транзакции",
    "qaytarilgan tranzaksiyaga";
    "for a phone with +":
    "для телефона с +",
    "+ li telefonga";
    "for a paymentSource that nobody knows":
    "для неизвестного paymentSource",
    "noma’lum paymentSource ga";
    "without the members that may be absent":
    "без полей, которых может не быть",
    "bo‘lmasligi mumkin bo‘lgan maydonlarsiz";
    "for a new transaction of an order that waits for payment":
    "для новой транзакции заказа, ожидающего оплаты",
    "to‘lov kutayotgan buyurtmaning yangi tranzaksiyasiga";
    "for the same transId again":
    "для того же transId ещё раз",
    "o‘sha transId yana kelganda";
    "for one tiyin less":
    "для суммы на тийин меньше",
    "bir tiyin kam summaga";
    "for one tiyin more":
    "для суммы на тийин больше",
    "bir tiyin ortiq summaga";
    "for the price in soum":
    "для цены в сумах",
    "so‘mdagi narxga";
    "for a hundred times the price":
    "для стократной цены",
    "yuz baravar narxga";
    "or a refusal for a second transaction while the first one lives":
    "или отказ для второй транзакции, пока жива первая",
    "yoki birinchisi tirik turganda ikkinchi tranzaksiyani rad etish";
    "or status CREATED for a second transaction while the first one lives":
    "или status CREATED для второй транзакции, пока жива первая",
    "yoki birinchisi tirik turganda ikkinchisiga status CREATED";
    "for create of a transaction that is {}":
    "для create транзакции в статусе {}",
    "{} statusidagi tranzaksiyaning create iga";
    "from {} without {}":
    "от {} без {}",
    "{} dan, {} siz";
    "from {} for a serviceId that is not the server's":
    "от {} для чужого serviceId",
    "{} dan, servernikidan boshqa serviceId ga";
    "from status for the transId {}":
    "от status для transId {}",
    "status dan, transId {} ga";
    "from check for the params {}":
    "от check для params {}",
    "check dan, params {} ga";
    "from check for the serviceId {}":
    "от check для serviceId {}",
    "check dan, serviceId {} ga";
    "from create for the sum {}":
    "от create для суммы {}",
    "create dan, {} summasiga";
    "for the account {}":
    "для счёта {}",
    "{} hisobiga";
    "from {} for empty params":
    "от {} для пустых params",
    "{} dan, bo‘sh params ga";
    "for the body `{}`":
    "для тела `{}`",
    "`{}` tanasiga";
    "for the body {}":
    "для тела {}",
    "{} tanasiga";
    "for a check with two members more":
    "для check с двумя лишними полями",
    "ikkita ortiqcha maydonli check ga";
    "next to the one {}":
    "рядом с единственным {}",
    "yagona {} yonida";
    "because the reversal came first":
    "потому что возврат был первым",
    "chunki qaytarish birinchi bo‘ldi";
    "because it came first":
    "потому что он был первым",
    "chunki u birinchi bo‘ldi";
    "or status REVERSED after the payment":
    "или status REVERSED после платежа",
    "yoki to‘lovdan keyin status REVERSED";
    "after the payment":
    "после платежа",
    "to‘lovdan keyin";
    "for one of eight orders":
    "для одного из восьми заказов",
    "sakkiz buyurtmadan biriga";
    "from status after the restart":
    "от status после перезапуска",
    "qayta ishga tushgach status dan";
    "for a transaction that was created before the restart":
    "для транзакции, созданной до перезапуска",
    "qayta ishga tushishdan oldin yaratilgan tranzaksiyaga";
    "for reverse of a transaction that was created":
    "для reverse созданной транзакции",
    "yaratilgan tranzaksiyaning reverse iga";
    "for the same reverse again":
    "для того же reverse ещё раз",
    "o‘sha reverse yana kelganda";
    "for another transaction after one was reversed unpaid":
    "для новой транзакции после неоплаченного возврата",
    "to‘lanmasdan qaytarilgandan keyingi yangi tranzaksiyaga";
    "from status":
    "от status",
    "status dan";
    "from status, as the calls were answered":
    "от status, как отвечено на вызовы",
    "status dan, chaqiruvlarga javob berilganidek";
    "or errorCode 10017 for reverse of a confirmed transaction":
    "или errorCode 10017 для reverse подтверждённой транзакции",
    "yoki tasdiqlangan tranzaksiyaning reverse iga errorCode 10017";
    "from status, because {} may not have stored anything":
    "от status, потому что {} не должен был ничего сохранить",
    "status dan, chunki {} hech narsa saqlamasligi kerak edi";
    "for the call of a stranger":
    "для вызова постороннего",
    "begonaning chaqiruviga";
    "for {} of a payment on its way":
    "для {} идущего платежа",
    "ketayotgan to‘lovning {} iga";
    "for {} once more":
    "для того же {} ещё раз",
    "o‘sha {} yana kelganda";
    "for {} again":
    "для того же {} ещё раз",
    "o‘sha {} yana kelganda";
    "a refusal for the confirm of a rival, after the order was paid":
    "отказ на confirm соперника, когда заказ уже оплачен",
    "buyurtma to‘langach, raqibning confirm iga rad javobi";
    "beside a reverse":
    "рядом с reverse",
    "reverse yonida";
    "beside a confirm":
    "рядом с confirm",
    "confirm yonida";
    "or status REVERSED beside a confirm":
    "или status REVERSED рядом с confirm",
    "yoki confirm yonida status REVERSED";
    "or status CONFIRMED beside a reverse":
    "или status CONFIRMED рядом с reverse",
    "yoki reverse yonida status CONFIRMED";
    "beside a confirm that came too late":
    "рядом с опоздавшим confirm",
    "kechikkan confirm yonida";
    "or a refusal for a rival":
    "или отказ сопернику",
    "yoki raqibga rad javobi";
    "for a rival":
    "для соперника",
    "raqibga";
}
