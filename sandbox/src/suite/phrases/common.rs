//! What the suites of all wallets say, in English, Russian and Uzbek.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole sentences, and parts of them.
    FINDINGS:
    "here":
    "здесь",
    "shu yerda";
    "missing":
    "нет",
    "yo‘q";
    "an empty body":
    "пустое тело",
    "bo‘sh tana";
    "an HTML page":
    "страница HTML",
    "HTML sahifa";
    "a body that is not JSON":
    "тело не JSON",
    "tana JSON emas";
    "a JSON body":
    "тело в JSON",
    "JSON tana";
    "HTTP {} with {}":
    "HTTP {}: {}",
    "HTTP {}: {}";
    "HTTP {} and error {}":
    "HTTP {} и ошибкой {}",
    "HTTP {} va {} xatosi";
    "Content-Type application/json or text/json":
    "Content-Type application/json или text/json",
    "Content-Type application/json yoki text/json";
    "the JSON alone":
    "только JSON",
    "faqat JSON";
    "a byte order mark (EF BB BF) before the JSON":
    "метка порядка байтов (EF BB BF) перед JSON",
    "JSON oldida bayt tartibi belgisi (EF BB BF)";
    "a body compressed with gzip, although the request did not ask for it":
    "тело сжато gzip, хотя запрос этого не просил",
    "tana gzip bilan siqilgan, so‘rov esa buni so‘ramagan";
    "no redirect":
    "без перенаправления",
    "yo‘naltirishsiz";
    "HTTP status {}":
    "статус HTTP {}",
    "HTTP statusi {}";
    "the address has no path":
    "в адресе нет пути",
    "manzilda yo‘l yo‘q";
    "burst {} of {} shows it":
    "видно в залпе {} из {}",
    "{}-zarbda ko‘rindi, jami {}";
    "{} bursts were right: a race that shows in one burst of four would have been seen with {} %":
    "залпов без ошибок: {}; гонка, заметная в одном залпе из четырёх, была бы найдена с вероятностью {} %",
    "{} zarb to‘g‘ri: to‘rtta zarbdan birida ko‘rinadigan poyga {} % ehtimol bilan topilgan bo‘lardi";
    "an answer over HTTP":
    "ответ по HTTP",
    "HTTP orqali javob";
    "none: {}":
    "его нет: {}",
    "yo‘q: {}";
    "no --key was given: the server runs in its development mode":
    "ключ --key не задан: сервер работает в режиме разработки",
    "--key berilmagan: server ishlab chiqish rejimida";
    "the account is cumulative: it can be paid any number of times":
    "счёт накопительный: его можно оплачивать сколько угодно раз",
    "hisob jamg‘arma: uni istalgancha to‘lash mumkin";
    "the orders are one-time; cumulative accounts need --cumulative":
    "заказы разовые; для накопительных счетов нужен --cumulative",
    "buyurtmalar bir martalik; jamg‘arma hisoblar uchun --cumulative kerak";
    "An exception was not caught; the server's log has it. It should become an answer with an error code.":
    "Исключение не перехвачено; оно в журнале сервера. Оно должно стать ответом с кодом ошибки.",
    "Istisno ushlanmagan; u server jurnalida. U xato kodli javobga aylanishi kerak.";
    "An exception was not caught: the page of PHP names the line. It should become an answer with an error code.":
    "Исключение не перехвачено: страница PHP называет строку. Оно должно стать ответом с кодом ошибки.",
    "Istisno ushlanmagan: PHP sahifasi satrni ko‘rsatadi. U xato kodli javobga aylanishi kerak.";
    "PHP prints its warnings into the answer, and the first one names the line: check the value there, and switch display_errors off.":
    "PHP печатает предупреждения в ответ, и первое называет строку: проверяйте там значение и выключите display_errors.",
    "PHP ogohlantirishlarni javobga chiqaradi va birinchisi satrni ko‘rsatadi: o‘sha yerda qiymatni tekshiring va display_errors ni o‘chiring.";
    "The server reports a fault of its own: an exception that was caught (its log says more), or this code stands where another one belongs.":
    "Сервер сообщает о собственной ошибке: перехвачено исключение (подробнее в его журнале), или этот код стоит там, где нужен другой.",
    "Server o‘z xatosi haqida xabar beradi: istisno ushlangan (jurnalida batafsil), yoki boshqa kod kerak joyda shu kod turibdi.";
    "The connection broke: the program crashed, or a time limit before it was reached.":
    "Соединение оборвалось: программа упала, или вышел срок перед ней.",
    "Ulanish uzildi: dastur ishdan chiqdi, yoki uning oldidagi vaqt chegarasi tugadi.";
    "The address redirects (trailing slash, http to https); the wallets do not follow redirects.":
    "Адрес перенаправляет (косая черта в конце, http на https); кошельки не идут за перенаправлением.",
    "Manzil yo‘naltiradi (oxiridagi chiziq, http dan https ga); hamyonlar yo‘naltirishga ergashmaydi.";
    "A status of its own goes with this refusal: set by the program, or by an authentication class of its framework. The refusal belongs into the body, under the status that the protocol names.":
    "У этого отказа свой статус: его ставит программа или класс авторизации фреймворка. Отказ должен быть в теле, под статусом, который назван в протоколе.",
    "Bu rad etishning o‘z statusi bor: uni dastur yoki freymvorkning avtorizatsiya sinfi qo‘yadi. Rad etish tanada, protokol aytgan status bilan bo‘lishi kerak.";
    "The framework or a proxy refuses before the program runs: an authentication class of Django REST, CSRF protection, a firewall or bot protection.":
    "Фреймворк или прокси отказывает раньше программы: класс авторизации Django REST, защита CSRF, файрвол или защита от ботов.",
    "Freymvork yoki proksi dasturdan oldin rad etadi: Django REST avtorizatsiya sinfi, CSRF himoyasi, fayrvol yoki botlardan himoya.";
    "The program, or its framework, answers 404 for a thing that it does not find.":
    "Программа или её фреймворк отвечает 404 на то, чего не находит.",
    "Dastur yoki freymvorki topmagan narsasiga 404 qaytaradi.";
    "The address is not the one that the program listens on.":
    "Это не тот адрес, на котором слушает программа.",
    "Bu dastur tinglayotgan manzil emas.";
    "The route knows another verb only; register it for all and answer in the protocol's own form.":
    "Маршрут знает только другой глагол; зарегистрируйте его для всех и отвечайте в форме протокола.",
    "Yo‘nalish faqat boshqa fe’lni biladi; uni hammasi uchun ro‘yxatdan o‘tkazing va protokol shaklida javob bering.";
    "The framework refuses the body before the program sees it.":
    "Фреймворк отклоняет тело раньше, чем его увидит программа.",
    "Freymvork tanani dastur ko‘rmasdan rad etadi.";
    "The framework validates the body and answers with a status of its own.":
    "Фреймворк проверяет тело и отвечает своим статусом.",
    "Freymvork tanani tekshiradi va o‘z statusi bilan javob beradi.";
    "An HTML page instead of JSON: an error page of the framework or of the language.":
    "Страница HTML вместо JSON: страница ошибки фреймворка или языка.",
    "JSON o‘rniga HTML sahifa: freymvork yoki til xato sahifasi.";
    "The answer is an HTML page: of the framework, of a proxy, or of bot protection.":
    "Ответ — страница HTML: фреймворка, прокси или защиты от ботов.",
    "Javob HTML sahifa: freymvork, proksi yoki botlardan himoyaniki.";
    "give --orders, --order-command or --boothpay":
    "задайте --orders, --order-command или --boothpay",
    "--orders, --order-command yoki --boothpay bering";
    "no fresh order is left in the file of --orders":
    "в файле --orders не осталось новых заказов",
    "--orders faylida yangi buyurtma qolmadi";
    "--order-command: {}":
    "--order-command: {}",
    "--order-command: {}";
    "--age-command: {}":
    "--age-command: {}",
    "--age-command: {}";
    "--restart-command: {}":
    "--restart-command: {}",
    "--restart-command: {}";
    "order line `{}` has no account object":
    "в строке заказа `{}` нет объекта account",
    "buyurtma satri `{}` da account obyekti yo‘q";
    "the order line is empty":
    "строка заказа пуста",
    "buyurtma satri bo‘sh";
    "order line `{}`: `{}` is not a number of tiyin":
    "строка заказа `{}`: `{}` — не число тийинов",
    "buyurtma satri `{}`: `{}` tiyin soni emas";
    "order line `{}`: {}":
    "строка заказа `{}`: {}",
    "buyurtma satri `{}`: {}";
    "{} answered {} to a new order: {}":
    "{} ответил {} на новый заказ: {}",
    "{} yangi buyurtmaga {} qaytardi: {}";
    "needs --restart-command, a command that restarts the server":
    "нужна --restart-command, команда, которая перезапускает сервер",
    "--restart-command, serverni qayta ishga tushiradigan buyruq kerak";
    "the server did not answer within {} s after the restart":
    "сервер не ответил за {} с после перезапуска",
    "server qayta ishga tushgach {} s ichida javob bermadi";
    "the provider's own page says so":
    "так сказано на странице самого провайдера",
    "provayderning o‘z sahifasida shunday";
    "at least two independent readers of the page agree; the page itself was not seen":
    "так пишут не менее двух независимых читателей страницы; сама страница не видна",
    "sahifaning kamida ikki mustaqil o‘quvchisi shunday deydi; sahifaning o‘zi ko‘rilmagan";
    "one integrator says so":
    "так говорит один интегратор",
    "bitta integrator shunday deydi";
    "no document says so; it follows from what the documents say":
    "в документах этого нет; это следует из них",
    "hujjatlarda yo‘q; ulardan kelib chiqadi";
    "the server no longer answers: {}":
    "сервер больше не отвечает: {}",
    "server boshqa javob bermayapti: {}";
    "the run was interrupted":
    "проверка прервана",
    "tekshiruv to‘xtatildi";
    "`{}` did not start: {}":
    "`{}` не запустилась: {}",
    "`{}` ishga tushmadi: {}";
    "`{}` ended with {}: {}":
    "`{}` завершилась с {}: {}",
    "`{}` {} bilan tugadi: {}";
    "nothing came within {} ms":
    "ничего не пришло за {} мс",
    "{} ms ichida hech narsa kelmadi";
    "No order to test with: {}.":
    "Нет заказа для проверки: {}.",
    "Sinash uchun buyurtma yo‘q: {}.";
    "{} answers with an HTML page: this is not the address of the merchant API.":
    "{} отвечает страницей HTML: это не адрес API мерчанта.",
    "{} HTML sahifa qaytaradi: bu merchant API manzili emas.";
    "{} redirects to {}. {} does not follow redirects: give the address that it leads to.":
    "{} перенаправляет на {}. {} не идёт за перенаправлением: задайте адрес, куда оно ведёт.",
    "{} bu yerga yo‘naltiradi: {}. {} yo‘naltirishga ergashmaydi: u olib boradigan manzilni bering.";
    "{} redirects. {} does not follow redirects: give the address that it leads to.":
    "{} перенаправляет. {} не идёт за перенаправлением: задайте адрес, куда оно ведёт.",
    "{} yo‘naltiradi. {} yo‘naltirishga ergashmaydi: u olib boradigan manzilni bering.";
    "{} answers HTTP 404: nothing listens at this path. Check the path of --url.":
    "{} отвечает HTTP 404: по этому пути никто не слушает. Проверьте путь в --url.",
    "{} HTTP 404 qaytaradi: bu yo‘lda hech kim tinglamaydi. --url dagi yo‘lni tekshiring.";
    "{} does not take POST (HTTP 405): check the path of --url.":
    "{} не принимает POST (HTTP 405): проверьте путь в --url.",
    "{} POST ni qabul qilmaydi (HTTP 405): --url dagi yo‘lni tekshiring.";
    "{} answers HTTP {} although the credentials are right: a framework or proxy refuses before the merchant API runs (CSRF protection, an authentication class), or they are wrong after all. {}":
    "{} отвечает HTTP {}, хотя ключ верен: фреймворк или прокси отказывает раньше API мерчанта (защита CSRF, класс авторизации), или ключ всё же неверен. {}",
    "{} HTTP {} qaytaradi, kalit esa to‘g‘ri: freymvork yoki proksi merchant API dan oldin rad etadi (CSRF himoyasi, avtorizatsiya sinfi), yoki kalit baribir noto‘g‘ri. {}";
    "{} answers HTTP {} to a right call; the server's log says why.":
    "{} отвечает HTTP {} на правильный вызов; почему — в журнале сервера.",
    "{} to‘g‘ri chaqiruvga HTTP {} qaytaradi; sababi server jurnalida.";
    "{} answers HTTP {} to a right call. {}":
    "{} отвечает HTTP {} на правильный вызов. {}",
    "{} to‘g‘ri chaqiruvga HTTP {} qaytaradi. {}";
    "{} has a certificate of an authority that this computer does not know. {} will refuse it too. For the test, SSL_CERT_FILE=ca.pem trusts its authority; --insecure trusts anybody.":
    "У {} сертификат центра, которого этот компьютер не знает. {} его тоже не примет. Для проверки SSL_CERT_FILE=ca.pem доверяет этому центру; --insecure — любому.",
    "{} sertifikatini bu kompyuter bilmaydigan markaz bergan. {} ham uni qabul qilmaydi. Sinov uchun SSL_CERT_FILE=ca.pem shu markazga ishonadi; --insecure esa hammaga.";
    "{} has a self-signed certificate that is its own authority; such a certificate is refused even if it is trusted. Make one for the server alone (basicConstraints CA:FALSE), or use --insecure for the test.":
    "У {} самоподписанный сертификат, который сам себе центр; такой отклоняется, даже если ему доверяют. Сделайте сертификат только для сервера (basicConstraints CA:FALSE) или используйте для проверки --insecure.",
    "{} sertifikati o‘zi imzolangan va o‘ziga markaz; bunday sertifikat ishonilgan bo‘lsa ham rad etiladi. Faqat server uchun sertifikat yarating (basicConstraints CA:FALSE) yoki sinov uchun --insecure ishlating.";
    "{} has a certificate for another name: {}. --insecure ignores that for the test.":
    "У {} сертификат на другое имя: {}. Для проверки --insecure на это не смотрит.",
    "{} sertifikati boshqa nomga: {}. Sinov uchun --insecure bunga qaramaydi.";
    "{} has a certificate that has expired. --insecure ignores that for the test.":
    "У {} сертификат, срок которого истёк. Для проверки --insecure на это не смотрит.",
    "{} sertifikatining muddati o‘tgan. Sinov uchun --insecure bunga qaramaydi.";
    "{} does not speak https at this port: try http.":
    "{} на этом порту не говорит по https: попробуйте http.",
    "{} bu portda https bilan ishlamaydi: http ni sinang.";
    "Nothing listens at {}: is the server started, and is this its port?":
    "По адресу {} никто не слушает: запущен ли сервер и его ли это порт?",
    "{} manzilida hech kim tinglamaydi: server ishga tushganmi va bu uning portimi?";
    "{} does not answer: {}":
    "{} не отвечает: {}",
    "{} javob bermaydi: {}";
    "no rule or group is called `{}`; `{}` shows all of them":
    "нет правила или группы `{}`; `{}` показывает все",
    "`{}` degan qoida yoki guruh yo‘q; `{}` hammasini ko‘rsatadi";
    "HTTP {}":
    "HTTP {}",
    "HTTP {}";
    "`{}` is {}":
    "`{}`: {}",
    "`{}`: {}";
    "`{}` is missing":
    "`{}` нет",
    "`{}` yo‘q";
    "it is {}":
    "пришло {}",
    "kelgani {}";
    "it is missing":
    "этого нет",
    "bu yo‘q";
    "it is not there":
    "её там нет",
    "u yerda yo‘q";
    "it is there":
    "она там есть",
    "u yerda bor";
    "`{}` as an integer":
    "`{}` целым числом",
    "`{}` butun son bo‘lib";
    "`{}` as the time now, in milliseconds (13 digits)":
    "`{}`: время сейчас, в миллисекундах (13 цифр)",
    "`{}`: hozirgi vaqt, millisoniyalarda (13 raqam)";
    "2 MB were answered with HTTP {}":
    "на 2 МБ пришёл ответ HTTP {}",
    "2 MB ga HTTP {} qaytdi";
    "2 MB were answered with HTTP {} and error {}":
    "на 2 МБ пришёл ответ HTTP {} с ошибкой {}",
    "2 MB ga HTTP {} va {} xatosi qaytdi";
    "the connection was closed on a body of 2 MB":
    "на теле в 2 МБ соединение закрыто",
    "2 MB tanada ulanish yopildi";
    "the first answer":
    "первый ответ",
    "birinchi javob";
    "the payment came first in some bursts":
    "в части залпов первым был платёж",
    "ba’zi zarblarda to‘lov birinchi bo‘ldi";
    "the cancellation came first in some bursts":
    "в части залпов первой была отмена",
    "ba’zi zarblarda bekor qilish birinchi bo‘ldi";
    "the reversal came first in some bursts":
    "в части залпов первым был возврат",
    "ba’zi zarblarda qaytarish birinchi bo‘ldi";
    "{} of {} were confirmed":
    "подтверждено {} из {}",
    "tasdiqlandi: {} ta, jami {}";
    "for an order that does not exist":
    "для несуществующего заказа",
    "mavjud bo‘lmagan buyurtmaga";
    "for an order that was paid":
    "для оплаченного заказа",
    "to‘langan buyurtmaga";
    "for an order that waits for payment":
    "для заказа, ожидающего оплаты",
    "to‘lov kutayotgan buyurtmaga";
    "for a transaction that does not exist":
    "для несуществующей транзакции",
    "mavjud bo‘lmagan tranzaksiyaga";
    "for {}":
    "для {}",
    "{} uchun";
    "Authorisation":
    "Авторизация",
    "Avtorizatsiya";
    "HTTP and JSON":
    "HTTP и JSON",
    "HTTP va JSON";
    "Calls at the same instant":
    "Одновременные вызовы",
    "Bir vaqtdagi chaqiruvlar";
    "A restart":
    "Перезапуск",
    "Qayta ishga tushirish";
    "any answer":
    "любой ответ",
    "har qanday javob";
    "another login and the right password":
    "другой логин и верный пароль",
    "boshqa login va to‘g‘ri parol";
    "this signature":
    "эта подпись",
    "bu imzo";
    "no rule is called `{}`; --list shows all of them":
    "нет правила `{}`; --list показывает все",
    "`{}` degan qoida yo‘q; --list hammasini ko‘rsatadi";
}

phrases! {
    /// What has to come; a situation follows.
    BEGINNINGS:
    "error {}":
    "ошибка {}",
    "xato {}";
    "status {}":
    "status {}",
    "status {}";
    "errorCode {}":
    "errorCode {}",
    "errorCode {}";
    "errorCode {} or the first answer word for word":
    "errorCode {} или первый ответ слово в слово",
    "errorCode {} yoki birinchi javobning aynan o‘zi";
    "a result":
    "result",
    "result";
    "a negative error":
    "отрицательный error",
    "manfiy error";
    "-31003, as for any unknown transaction,":
    "-31003, как для любой неизвестной транзакции,",
    "-31003, har qanday noma’lum tranzaksiyadagidek,";
    "any answer but {}, because":
    "любой ответ, кроме {}, потому что",
    "{} dan boshqa har qanday javob, chunki";
}
