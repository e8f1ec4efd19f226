//! What the lessons of Payme say, in English, Russian and Uzbek. Code stays as it is; lessons that are code alone have no row.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole texts.
    LESSONS:
    "Look the row up by Payme's id first; only if there is none, check the order and insert.":
    "Сначала найдите строку по id от Payme; только если её нет, проверяйте заказ и вставляйте.",
    "Avval satrni Payme bergan id bo‘yicha qidiring; u bo‘lmasagina buyurtmani tekshirib, satr qo‘shing.";
    "Transaction::where('payme_id', $id)->first() before any validation; firstOrCreate skips the checks.":
    "Transaction::where('payme_id', $id)->first() до любой проверки; firstOrCreate проверки пропускает.",
    "Har qanday tekshiruvdan oldin Transaction::where('payme_id', $id)->first(); firstOrCreate tekshiruvlarni o‘tkazib yuboradi.";
    "await db.transaction.findUnique({where: {paymeId: id}}) before the checks; then create.":
    "До проверок await db.transaction.findUnique({where: {paymeId: id}}), потом create.",
    "Tekshiruvlardan oldin await db.transaction.findUnique({where: {paymeId: id}}), keyin create.";
    "SELECT ... WHERE payme_id = $1 before anything else; INSERT only after the checks, in one transaction.":
    "Прежде всего SELECT ... WHERE payme_id = $1; INSERT только после проверок, в той же транзакции базы.",
    "Hammasidan oldin SELECT ... WHERE payme_id = $1; INSERT faqat tekshiruvlardan keyin, bazaning bitta tranzaksiyasida.";
    "\"transaction\": str(row.pk), the same in all methods.":
    "\"transaction\": str(row.pk), одинаково во всех методах.",
    "\"transaction\": str(row.pk), hamma metodlarda bir xil.";
    "'transaction' => (string) $row->id, the same in all methods; lastInsertId() gives a string, a model an integer.":
    "'transaction' => (string) $row->id, одинаково во всех методах; lastInsertId() даёт строку, а модель – целое число.",
    "'transaction' => (string) $row->id, hamma metodlarda bir xil; lastInsertId() matn beradi, model esa butun son.";
    "transaction: String(row.id), the same in all methods.":
    "transaction: String(row.id), одинаково во всех методах.",
    "transaction: String(row.id), hamma metodlarda bir xil.";
    "Transaction string `json:\"transaction\"`, filled with strconv.FormatInt(row.ID, 10).":
    "Поле Transaction string `json:\"transaction\"`, значение из strconv.FormatInt(row.ID, 10).",
    "Transaction string `json:\"transaction\"` maydoni, qiymati strconv.FormatInt(row.ID, 10) dan.";
    "int(timezone.now().timestamp() * 1000); naive local times are five hours off.":
    "int(timezone.now().timestamp() * 1000); местное время без пояса ошибается на пять часов.",
    "int(timezone.now().timestamp() * 1000); mintaqasiz mahalliy vaqt besh soatga adashadi.";
    "now()->getTimestampMs(), stored in a bigInteger; strtotime() of a local time is off and has no milliseconds.":
    "now()->getTimestampMs(), хранить в bigInteger; strtotime() от местного времени ошибается и не знает миллисекунд.",
    "now()->getTimestampMs(), bigInteger da saqlanadi; mahalliy vaqtning strtotime() i adashadi va millisoniyani bilmaydi.";
    "Date.now(), stored in a BigInt column.":
    "Date.now(), хранить в столбце BigInt.",
    "Date.now(), BigInt ustunida saqlanadi.";
    "time.Now().UnixMilli(), stored in a bigint.":
    "time.Now().UnixMilli(), хранить в bigint.",
    "time.Now().UnixMilli(), bigint da saqlanadi.";
    "Word for word the first answer, a second or a day later.":
    "Слово в слово первый ответ, через секунду и через день.",
    "Birinchi javobning aynan o‘zi, bir soniyadan keyin ham, bir kundan keyin ham.";
    "Answer from the stored row; auto_now fields change with every save().":
    "Отвечайте из сохранённой строки; поля auto_now меняются при каждом save().",
    "Saqlangan satrdan javob bering; auto_now maydonlari har bir save() da o‘zgaradi.";
    "Answer from the stored row; $timestamps with datetime(0) lose the milliseconds.":
    "Отвечайте из сохранённой строки; $timestamps с datetime(0) теряют миллисекунды.",
    "Saqlangan satrdan javob bering; datetime(0) li $timestamps millisoniyalarni yo‘qotadi.";
    "Answer from the stored row, never from Date.now().":
    "Отвечайте из сохранённой строки, а не из Date.now().",
    "Date.now() dan emas, saqlangan satrdan javob bering.";
    "Answer from the stored row, never from time.Now().":
    "Отвечайте из сохранённой строки, а не из time.Now().",
    "time.Now() dan emas, saqlangan satrdan javob bering.";
    "CreateTransaction with a new id, while another transaction of the order is in state 1 or 2":
    "CreateTransaction с новым id, пока другая транзакция этого заказа в состоянии 1 или 2",
    "Yangi id bilan CreateTransaction, buyurtmaning boshqa tranzaksiyasi 1 yoki 2 holatda turganda";
    "UniqueConstraint(fields=['order'], condition=Q(state__in=[1, 2])), and catch IntegrityError.":
    "UniqueConstraint(fields=['order'], condition=Q(state__in=[1, 2])), и поймайте IntegrityError.",
    "UniqueConstraint(fields=['order'], condition=Q(state__in=[1, 2])) va IntegrityError ni ushlang.";
    "lockForUpdate() on the order inside DB::transaction; or a unique index over a column that is null unless live.":
    "lockForUpdate() на заказе внутри DB::transaction; или уникальный индекс по столбцу, который null, пока транзакция не живая.",
    "DB::transaction ichida buyurtmaga lockForUpdate(); yoki tranzaksiya tirik bo‘lmaganda null turadigan ustun bo‘yicha yagona indeks.";
    "SELECT ... FOR UPDATE on the order in a transaction; or a partial unique index (Prisma: by raw migration).":
    "SELECT ... FOR UPDATE на заказе в транзакции базы; или частичный уникальный индекс (Prisma: миграцией на SQL).",
    "Baza tranzaksiyasida buyurtmaga SELECT ... FOR UPDATE; yoki qisman yagona indeks (Prisma: SQL migratsiya bilan).";
    "CREATE UNIQUE INDEX ON transactions (order_id) WHERE state IN (1, 2), and map its violation to -31099.":
    "CREATE UNIQUE INDEX ON transactions (order_id) WHERE state IN (1, 2), а его нарушение превращайте в -31099.",
    "CREATE UNIQUE INDEX ON transactions (order_id) WHERE state IN (1, 2), uning buzilishini -31099 ga aylantiring.";
    "The same CreateTransaction again, after the transaction was performed or cancelled":
    "Тот же CreateTransaction ещё раз, после проведения или отмены транзакции",
    "Tranzaksiya o‘tkazilgach yoki bekor qilingach, o‘sha CreateTransaction yana keladi";
    "CreateTransaction with a new id, after the last transaction of the order was cancelled unpaid":
    "CreateTransaction с новым id, после отмены неоплаченной последней транзакции заказа",
    "Buyurtmaning oxirgi tranzaksiyasi to‘lanmay bekor qilingach, yangi id bilan CreateTransaction";
    "Look only for transactions with state in (1, 2), and leave the order waiting when state 1 is cancelled.":
    "Ищите только транзакции с state 1 и 2, и при отмене из state 1 оставляйте заказ ожидающим.",
    "Faqat state 1 va 2 dagi tranzaksiyalarni qidiring; state 1 bekor qilinganda buyurtma kutib turaversin.";
    "->whereIn('state', [1, 2])->exists(), not ->exists() alone.":
    "->whereIn('state', [1, 2])->exists(), а не один ->exists().",
    "Yolg‘iz ->exists() emas, ->whereIn('state', [1, 2])->exists().";
    "if amount != int(order.total * 100): ... in both methods; total is a DecimalField in soum.":
    "if amount != int(order.total * 100): ... в обоих методах; total – это DecimalField в сумах.",
    "Ikkala metodda ham if amount != int(order.total * 100): ...; total so‘mdagi DecimalField.";
    "if ($amount !== $order->total_tiyin) ... in both methods; integers, no floats.":
    "if ($amount !== $order->total_tiyin) ... в обоих методах; целые числа, не float.",
    "Ikkala metodda ham if ($amount !== $order->total_tiyin) ...; float emas, butun sonlar.";
    "if (amount !== order.amountTiyin) ... in both methods.":
    "if (amount !== order.amountTiyin) ... в обоих методах.",
    "Ikkala metodda ham if (amount !== order.amountTiyin) ...";
    "if amount != order.AmountTiyin { return errAmount } in both methods; int64.":
    "if amount != order.AmountTiyin { return errAmount } в обоих методах; int64.",
    "Ikkala metodda ham if amount != order.AmountTiyin { return errAmount }; int64.";
    r#"HTTP 500, or {"id":1,"error":{"code":-31003,"message":"Not found"}}"#:
    r#"HTTP 500 или {"id":1,"error":{"code":-31003,"message":"Not found"}}"#,
    r#"HTTP 500 yoki {"id":1,"error":{"code":-31003,"message":"Not found"}}"#;
    "$order = is_numeric($id) ? Order::find($id) : null; never findOrFail(), which answers 404.":
    "$order = is_numeric($id) ? Order::find($id) : null; не findOrFail(): он отвечает 404.",
    "$order = is_numeric($id) ? Order::find($id) : null; findOrFail() emas: u 404 qaytaradi.";
    "Number.isSafeInteger(Number(id)) before the query; a query with text for an integer key throws.":
    "Number.isSafeInteger(Number(id)) до запроса; запрос с текстом по целому ключу бросает исключение.",
    "So‘rovdan oldin Number.isSafeInteger(Number(id)); butun kalitga matn bilan so‘rov istisno tashlaydi.";
    "strconv.ParseInt fails -> -31050; sql.ErrNoRows -> -31050.":
    "Ошибка strconv.ParseInt -> -31050; sql.ErrNoRows -> -31050.",
    "strconv.ParseInt xatosi -> -31050; sql.ErrNoRows -> -31050.";
    "type(amount) is int, or Decimal(str(amount)) compared without int().":
    "type(amount) is int, или сравнение Decimal(str(amount)) без int().",
    "type(amount) is int yoki Decimal(str(amount)) ni int() siz solishtirish.";
    "is_int($amount) before any (int) cast.":
    "is_int($amount) до любого приведения (int).",
    "Har qanday (int) ga o‘girishdan oldin is_int($amount).";
    "Decode into json.Number and parse as int64; int(float64) cuts.":
    "Читайте в json.Number и разбирайте как int64; int(float64) отбрасывает дробь.",
    "json.Number ga o‘qing va int64 qilib oling; int(float64) kasrni tashlab yuboradi.";
    "Look for a transaction of the order in state 1 or 2 here as well, and save nothing.":
    "И здесь ищите транзакцию заказа в state 1 или 2 и ничего не сохраняйте.",
    "Bu yerda ham buyurtmaning state 1 yoki 2 dagi tranzaksiyasini qidiring va hech narsa saqlamang.";
    "The same query as in CreateTransaction; no update() here.":
    "Тот же запрос, что в CreateTransaction; здесь без update().",
    "CreateTransaction dagi so‘rovning o‘zi; bu yerda update() yo‘q.";
    "The same query as in CreateTransaction; no writes here.":
    "Тот же запрос, что в CreateTransaction; здесь ничего не пишется.",
    "CreateTransaction dagi so‘rovning o‘zi; bu yerda hech narsa yozilmaydi.";
    "Share one function between both methods; only CreateTransaction writes.":
    "Одна общая функция для обоих методов; пишет только CreateTransaction.",
    "Ikkala metodga bitta umumiy funksiya; faqat CreateTransaction yozadi.";
    r#"{"id":1,"result":{"transaction":"5123","perform_time":1399114285002,"state":2}} every time"#:
    r#"{"id":1,"result":{"transaction":"5123","perform_time":1399114285002,"state":2}} каждый раз"#,
    r#"{"id":1,"result":{"transaction":"5123","perform_time":1399114285002,"state":2}} har safar"#;
    r#"{"id":2,"result":{"transaction":"5123","perform_time":1399114286777,"state":2}} the second time"#:
    r#"{"id":2,"result":{"transaction":"5123","perform_time":1399114286777,"state":2}} во второй раз"#,
    r#"{"id":2,"result":{"transaction":"5123","perform_time":1399114286777,"state":2}} ikkinchi safar"#;
    "Transaction.objects.filter(pk=..., state=1).update(state=2, perform_time=now), then answer from the row.":
    "Transaction.objects.filter(pk=..., state=1).update(state=2, perform_time=now), потом ответ из строки таблицы.",
    "Transaction.objects.filter(pk=..., state=1).update(state=2, perform_time=now), keyin jadval satridan javob.";
    "where('id', $id)->where('state', 1)->update([...]), then answer from the row.":
    "where('id', $id)->where('state', 1)->update([...]), потом ответ из строки таблицы.",
    "where('id', $id)->where('state', 1)->update([...]), keyin jadval satridan javob.";
    "updateMany({where: {id, state: 1}, data: {...}}), then answer from the row.":
    "updateMany({where: {id, state: 1}, data: {...}}), потом ответ из строки таблицы.",
    "updateMany({where: {id, state: 1}, data: {...}}), keyin jadval satridan javob.";
    "UPDATE ... SET state = 2, perform_time = $2 WHERE id = $1 AND state = 1, then read the row.":
    "UPDATE ... SET state = 2, perform_time = $2 WHERE id = $1 AND state = 1, потом прочитайте строку.",
    "UPDATE ... SET state = 2, perform_time = $2 WHERE id = $1 AND state = 1, keyin satrni o‘qing.";
    "->first() ?? throw new PaymeException(-31003); not firstOrFail()":
    "->first() ?? throw new PaymeException(-31003); а не firstOrFail()",
    "->first() ?? throw new PaymeException(-31003); firstOrFail() emas";
    "PerformTransaction of a transaction that was cancelled":
    "PerformTransaction отменённой транзакции",
    "Bekor qilingan tranzaksiyaga PerformTransaction";
    "Three branches: state 1 performs, state 2 answers from the row, anything else is -31008.":
    "Три ветви: state 1 проводит, state 2 отвечает из строки таблицы, всё остальное – -31008.",
    "Uch tarmoq: state 1 o‘tkazadi, state 2 jadval satridan javob beradi, qolgani -31008.";
    "switch (row.state) with a default that is error(-31008).":
    "switch (row.state), где default – это error(-31008).",
    "switch (row.state), unda default error(-31008) bo‘ladi.";
    r#"{"id":1,"result":{"transaction":"5123","cancel_time":1399114299000,"state":-1}} every time; -2 after a payment"#:
    r#"{"id":1,"result":{"transaction":"5123","cancel_time":1399114299000,"state":-1}} каждый раз; -2 после оплаты"#,
    r#"{"id":1,"result":{"transaction":"5123","cancel_time":1399114299000,"state":-1}} har safar; to‘lovdan keyin -2"#;
    "state = -1 if row.state == 1 else -2, only while row.state > 0; keep perform_time.":
    "state = -1 if row.state == 1 else -2, только пока row.state > 0; perform_time не трогайте.",
    "state = -1 if row.state == 1 else -2, faqat row.state > 0 bo‘lganda; perform_time ga tegmang.";
    "$row->state > 0 ? -$row->state : $row->state; write reason and cancel_time once.":
    "$row->state > 0 ? -$row->state : $row->state; reason и cancel_time записывайте один раз.",
    "$row->state > 0 ? -$row->state : $row->state; reason va cancel_time bir marta yoziladi.";
    "if (row.state > 0) { update with state: -row.state, where: {id, state: row.state} }":
    "if (row.state > 0): обновите с state: -row.state, where: {id, state: row.state}",
    "if (row.state > 0): state: -row.state bilan yangilang, where: {id, state: row.state}";
    "\"perform_time\": row.perform_time or 0, \"reason\": row.reason (None becomes null).":
    "\"perform_time\": row.perform_time or 0, \"reason\": row.reason (None становится null).",
    "\"perform_time\": row.perform_time or 0, \"reason\": row.reason (None null bo‘ladi).";
    "perform_time: Number(row.performTime ?? 0), reason: row.reason ?? null (undefined vanishes).":
    "perform_time: Number(row.performTime ?? 0), reason: row.reason ?? null (undefined исчезает).",
    "perform_time: Number(row.performTime ?? 0), reason: row.reason ?? null (undefined yo‘qoladi).";
    "No omitempty on perform_time, cancel_time and reason; reason is *int.":
    "Без omitempty у perform_time, cancel_time и reason; reason – это *int.",
    "perform_time, cancel_time va reason da omitempty bo‘lmasin; reason turi *int.";
    ".filter(payme_time__gte=frm, payme_time__lte=to).order_by('payme_time'); no paginator, all states.":
    ".filter(payme_time__gte=frm, payme_time__lte=to).order_by('payme_time'); без paginator, все состояния.",
    ".filter(payme_time__gte=frm, payme_time__lte=to).order_by('payme_time'); paginator siz, hamma holatlar.";
    "->whereBetween('payme_time', [$from, $to])->orderBy('payme_time')->get(); not paginate().":
    "->whereBetween('payme_time', [$from, $to])->orderBy('payme_time')->get(); а не paginate().",
    "->whereBetween('payme_time', [$from, $to])->orderBy('payme_time')->get(); paginate() emas.";
    "findMany({where: {paymeTime: {gte: from, lte: to}}, orderBy: {paymeTime: 'asc'}}), without take.":
    "findMany({where: {paymeTime: {gte: from, lte: to}}, orderBy: {paymeTime: 'asc'}}), без take.",
    "findMany({where: {paymeTime: {gte: from, lte: to}}, orderBy: {paymeTime: 'asc'}}), take siz.";
    "items := []Item{} (a nil slice becomes null); WHERE payme_time BETWEEN $1 AND $2 ORDER BY payme_time.":
    "items := []Item{} (nil-срез становится null); WHERE payme_time BETWEEN $1 AND $2 ORDER BY payme_time.",
    "items := []Item{} (nil bo‘lak null bo‘ladi); WHERE payme_time BETWEEN $1 AND $2 ORDER BY payme_time.";
    "Any method with `Authorization: Basic UGF5Y29tOndyb25n`":
    "Любой метод с `Authorization: Basic UGF5Y29tOndyb25n`",
    "`Authorization: Basic UGF5Y29tOndyb25n` bilan istalgan metod";
    "authentication_classes = permission_classes = []; compare with hmac.compare_digest in the view, before all else.":
    "authentication_classes = permission_classes = []; сравнивайте через hmac.compare_digest во view, прежде всего остального.",
    "authentication_classes = permission_classes = []; view da hammasidan oldin hmac.compare_digest bilan solishtiring.";
    "A check in the controller with hash_equals, no auth middleware; Apache: CGIPassAuth On.":
    "Проверка в контроллере через hash_equals, без auth middleware; Apache: CGIPassAuth On.",
    "Kontrollerda hash_equals bilan tekshiruv, auth middleware siz; Apache: CGIPassAuth On.";
    "timingSafeEqual over equal lengths in the first handler; no passport or basic-auth middleware.":
    "timingSafeEqual по равным длинам в первом обработчике; без passport и basic-auth middleware.",
    "Birinchi handlerda teng uzunliklarda timingSafeEqual; passport va basic-auth middleware siz.";
    "r.BasicAuth() and subtle.ConstantTimeCompare; write status 200 with the error.":
    "r.BasicAuth() и subtle.ConstantTimeCompare; ошибку отдавайте со статусом 200.",
    "r.BasicAuth() va subtle.ConstantTimeCompare; xatoni 200 status bilan qaytaring.";
    "GET, PUT, a body of text/json, a body that is not JSON":
    "GET, PUT, тело с типом text/json, тело не JSON",
    "GET, PUT, text/json turidagi tana, JSON bo‘lmagan tana";
    "HTTP 405, an HTML page":
    "HTTP 405, страница HTML",
    "HTTP 405, HTML sahifa";
    "A plain View with dispatch() overridden and csrf_exempt; json.loads(request.body), not request.data.":
    "Обычный View с переопределённым dispatch() и csrf_exempt; json.loads(request.body), а не request.data.",
    "dispatch() qayta yozilgan oddiy View va csrf_exempt; request.data emas, json.loads(request.body).";
    "Route::any() in api.php; json_decode($request->getContent()), not $request->input().":
    "Route::any() в api.php; json_decode($request->getContent()), а не $request->input().",
    "api.php da Route::any(); $request->input() emas, json_decode($request->getContent()).";
    "app.all(path, express.text({type: () => true}), handler); JSON.parse inside a try.":
    "app.all(path, express.text({type: () => true}), handler); JSON.parse внутри try.",
    "app.all(path, express.text({type: () => true}), handler); JSON.parse try ichida.";
    "mux.HandleFunc(path, ...) without a method; io.ReadAll(http.MaxBytesReader(...)).":
    "mux.HandleFunc(path, ...) без метода; io.ReadAll(http.MaxBytesReader(...)).",
    "Metod ko‘rsatilmagan mux.HandleFunc(path, ...); io.ReadAll(http.MaxBytesReader(...)).";
    "A call with `authorization:` instead of `Authorization:`":
    "Вызов с `authorization:` вместо `Authorization:`",
    "`Authorization:` o‘rnida `authorization:` bilan chaqiruv";
    "The same answer":
    "Тот же ответ",
    "O‘sha javob";
    "request.headers.get('Authorization') does it.":
    "Достаточно request.headers.get('Authorization').",
    "request.headers.get('Authorization') yetadi.";
    "$request->header('Authorization') does it; plain PHP: $_SERVER['HTTP_AUTHORIZATION'], not getallheaders()['Authorization'].":
    "Достаточно $request->header('Authorization'); в чистом PHP: $_SERVER['HTTP_AUTHORIZATION'], а не getallheaders()['Authorization'].",
    "$request->header('Authorization') yetadi; sof PHP da getallheaders()['Authorization'] emas, $_SERVER['HTTP_AUTHORIZATION'].";
    "req.headers.authorization is always in lower case.":
    "req.headers.authorization всегда в нижнем регистре.",
    "req.headers.authorization doim kichik harflarda.";
    "r.Header.Get(\"Authorization\") does it.":
    "Достаточно r.Header.Get(\"Authorization\").",
    "r.Header.Get(\"Authorization\") yetadi.";
    "A body whose first byte is `{`":
    "Тело, первый байт которого `{`",
    "Birinchi bayti `{` bo‘lgan tana";
    "The bytes EF BB BF before it, or a gzip body":
    "Байты EF BB BF перед ним или тело в gzip",
    "Oldida EF BB BF baytlari yoki gzip tana";
    "GZipMiddleware compresses only on request; look at the proxy.":
    "GZipMiddleware сжимает только по просьбе; посмотрите на прокси.",
    "GZipMiddleware faqat so‘ralganda siqadi; proksini tekshiring.";
    "A file was saved as `UTF-8 with BOM`: find it with grep -rl $'\\xEF\\xBB\\xBF' .":
    "Файл сохранён как `UTF-8 with BOM`; найти его: grep -rl $'\\xEF\\xBB\\xBF' .",
    "Fayl `UTF-8 with BOM` bo‘lib saqlangan; topish uchun: grep -rl $'\\xEF\\xBB\\xBF' .";
    "compression() compresses only on request; look at the proxy.":
    "compression() сжимает только по просьбе; посмотрите на прокси.",
    "compression() faqat so‘ralganda siqadi; proksini tekshiring.";
    "No gzip handler without a look at Accept-Encoding.":
    "Никакого обработчика gzip, который не смотрит на Accept-Encoding.",
    "Accept-Encoding ga qaramaydigan gzip handler bo‘lmasin.";
    r#"HTTP 404, or {"error":{"code":-32600,"message":"Bad request"}}"#:
    r#"HTTP 404 или {"error":{"code":-32600,"message":"Bad request"}}"#,
    r#"HTTP 404 yoki {"error":{"code":-32600,"message":"Bad request"}}"#;
    "One view: parse (-32700), check the types (-32600), look the method up (-32601), call it, catch everything (-32400).":
    "Один view: разобрать (-32700), проверить типы (-32600), найти метод (-32601), вызвать, поймать всё (-32400).",
    "Bitta view: o‘qish (-32700), turlarni tekshirish (-32600), metodni topish (-32601), chaqirish, hammasini ushlash (-32400).";
    "One controller in that order, with a Throwable handler that renders -32400.":
    "Один контроллер: разобрать, проверить типы, найти метод, вызвать; обработчик Throwable отдаёт -32400.",
    "Bitta kontroller: o‘qish, turlarni tekshirish, metodni topish, chaqirish; Throwable handleri -32400 qaytaradi.";
    "One handler in that order; an error middleware with four arguments renders -32400.":
    "Один обработчик в том же порядке; error middleware с четырьмя аргументами отдаёт -32400.",
    "O‘sha tartibda bitta handler; to‘rt argumentli error middleware -32400 qaytaradi.";
    "One handler in that order; recover() renders -32400.":
    "Один обработчик в том же порядке; recover() отдаёт -32400.",
    "O‘sha tartibda bitta handler; recover() -32400 qaytaradi.";
    "Keep the object in a JSONField per type; update_or_create.":
    "Храните объект в JSONField, отдельно для каждого type; update_or_create.",
    "Obyektni har bir type uchun alohida JSONField da saqlang; update_or_create.";
    "updateOrCreate with a json column per type.":
    "updateOrCreate со столбцом json для каждого type.",
    "Har bir type uchun json ustuni bilan updateOrCreate.";
    "upsert with a Json column per type.":
    "upsert со столбцом Json для каждого type.",
    "Har bir type uchun Json ustuni bilan upsert.";
    "json.RawMessage in a jsonb column per type; ON CONFLICT DO UPDATE.":
    "json.RawMessage в столбце jsonb для каждого type; ON CONFLICT DO UPDATE.",
    "Har bir type uchun jsonb ustunida json.RawMessage; ON CONFLICT DO UPDATE.";
    "The same call several times at one instant":
    "Один и тот же вызов несколько раз в один миг",
    "Bitta chaqiruvning o‘zi bir lahzada bir necha marta";
    "The same answer to all of them":
    "Один и тот же ответ на все",
    "Hammasiga bir xil javob";
    "transaction.atomic() with select_for_update(), and a unique constraint on Payme's id; retry on IntegrityError.":
    "transaction.atomic() с select_for_update() и уникальность по id от Payme; при IntegrityError повторить.",
    "select_for_update() bilan transaction.atomic() va Payme id si bo‘yicha yagonalik; IntegrityError da takrorlang.";
    "DB::transaction with lockForUpdate(), and a unique index on payme_id.":
    "DB::transaction с lockForUpdate() и уникальный индекс по payme_id.",
    "lockForUpdate() bilan DB::transaction va payme_id bo‘yicha yagona indeks.";
    "INSERT ... ON CONFLICT (payme_id) DO NOTHING, then read the row.":
    "INSERT ... ON CONFLICT (payme_id) DO NOTHING, потом прочитайте строку.",
    "INSERT ... ON CONFLICT (payme_id) DO NOTHING, keyin satrni o‘qing.";
    "PerformTransaction of a transaction that is older than 12 hours and still in state 1":
    "PerformTransaction транзакции старше 12 часов, которая ещё в состоянии 1",
    "12 soatdan eski, hali 1 holatdagi tranzaksiyaga PerformTransaction";
    r#"{"id":1,"error":{"code":-31008,...}}, and CheckTransaction then tells state -1 and reason 4"#:
    r#"{"id":1,"error":{"code":-31008,...}}, а CheckTransaction потом отвечает state -1 и reason 4"#,
    r#"{"id":1,"error":{"code":-31008,...}}, keyin CheckTransaction state -1 va reason 4 qaytaradi"#;
    "if now_ms - row.create_time > 43_200_000: cancel with reason 4, save, then raise -31008 (outside of a rolled back block).":
    "if now_ms - row.create_time > 43_200_000: отменить с reason 4, сохранить, потом raise -31008 (вне блока, который откатывается).",
    "if now_ms - row.create_time > 43_200_000: reason 4 bilan bekor qilib saqlang, keyin raise -31008 (orqaga qaytariladigan blokdan tashqarida).";
    "Cancel with reason 4 and commit before the exception is thrown.":
    "Отмените с reason 4 и сделайте commit до того, как брошено исключение.",
    "Istisno tashlanishidan oldin reason 4 bilan bekor qiling va commit qiling.";
    "Update to state -1, reason 4, then return error(-31008).":
    "Запишите state -1 и reason 4, потом return error(-31008).",
    "state -1 va reason 4 ni yozing, keyin return error(-31008).";
    "UPDATE ... SET state = -1, reason = 4 and commit, then return errState.":
    "UPDATE ... SET state = -1, reason = 4 и commit, потом return errState.",
    "UPDATE ... SET state = -1, reason = 4 va commit, keyin return errState.";
    "Any repeated call after the server was restarted":
    "Любой повторный вызов после перезапуска сервера",
    "Server qayta ishga tushgach, istalgan takroriy chaqiruv";
    "All calls of the run":
    "Все вызовы прогона",
    "Sinovning hamma chaqiruvlari";
    "An answer within a second":
    "Ответ в течение секунды",
    "Bir soniya ichida javob";
    "An answer after a mail was sent, another service was asked, a table was read from end to end":
    "Ответ после отправки письма, запроса к другому сервису или чтения таблицы от начала до конца",
    "Xat jo‘natilgach, boshqa xizmatdan so‘ralgach yoki jadval boshidan oxirigacha o‘qilgach berilgan javob";
    "db_index=True on payme_id and payme_time; send mail in a task after the commit.":
    "db_index=True на payme_id и payme_time; письма отправляйте отдельной задачей после commit.",
    "payme_id va payme_time da db_index=True; xatlarni commit dan keyin alohida vazifada jo‘nating.";
    "->index() on payme_id and payme_time; dispatch()->afterResponse().":
    "->index() на payme_id и payme_time; dispatch()->afterResponse().",
    "payme_id va payme_time da ->index(); dispatch()->afterResponse().";
    "@@index on paymeId and paymeTime; answer first, then await the rest.":
    "@@index на paymeId и paymeTime; сначала ответ, остальное await потом.",
    "paymeId va paymeTime da @@index; avval javob, qolganini keyin await qiling.";
    "Indexes on payme_id and payme_time; a goroutine or a queue after the commit.":
    "Индексы по payme_id и payme_time; горутина или очередь после commit.",
    "payme_id va payme_time bo‘yicha indekslar; commit dan keyin gorutina yoki navbat.";
}
