//! What the lessons of Click say, in English, Russian and Uzbek. Code stays as it is; lessons that are code alone have no row.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole texts.
    LESSONS:
    "Decimal(request.POST['amount']) == order.total; both in soum. The number of your own row as merchant_prepare_id.":
    "Decimal(request.POST['amount']) == order.total; обе суммы в сумах. merchant_prepare_id – номер вашей собственной строки.",
    "Decimal(request.POST['amount']) == order.total; ikkalasi so‘mda. merchant_prepare_id – o‘zingizdagi satrning raqami.";
    "Keep amounts as strings until they are compared in tiyin; merchant_prepare_id: row.id as a number.":
    "Держите суммы строками, пока не сравните их в тийинах; merchant_prepare_id: row.id числом.",
    "Summalar tiyinda solishtirilguncha matn bo‘lib tursin; merchant_prepare_id: row.id son bo‘lib.";
    "Parse the text into tiyin by hand; MerchantPrepareID int64 `json:\"merchant_prepare_id\"`.":
    "Сами разберите текст в тийины; MerchantPrepareID int64 `json:\"merchant_prepare_id\"`.",
    "Matnni o‘zingiz tiyinga aylantiring; MerchantPrepareID int64 `json:\"merchant_prepare_id\"`.";
    "md5((p['click_trans_id'] + p['service_id'] + SECRET + p['merchant_trans_id'] + prepare_id + p['amount'] + p['action'] + p['sign_time']).encode()).hexdigest(), from request.POST as it is; hmac.compare_digest.":
    "md5((p['click_trans_id'] + p['service_id'] + SECRET + p['merchant_trans_id'] + prepare_id + p['amount'] + p['action'] + p['sign_time']).encode()).hexdigest(), из request.POST без изменений; hmac.compare_digest.",
    "md5((p['click_trans_id'] + p['service_id'] + SECRET + p['merchant_trans_id'] + prepare_id + p['amount'] + p['action'] + p['sign_time']).encode()).hexdigest(), request.POST dan o‘zgartirmasdan; hmac.compare_digest.";
    "md5($r['click_trans_id'].$r['service_id'].$secret.$r['merchant_trans_id'].$prepareId.$r['amount'].$r['action'].$r['sign_time']), before any cast; hash_equals, never ==.":
    "md5($r['click_trans_id'].$r['service_id'].$secret.$r['merchant_trans_id'].$prepareId.$r['amount'].$r['action'].$r['sign_time']), до любого приведения типов; hash_equals, а не ==.",
    "md5($r['click_trans_id'].$r['service_id'].$secret.$r['merchant_trans_id'].$prepareId.$r['amount'].$r['action'].$r['sign_time']), har qanday turga o‘girishdan oldin; == emas, hash_equals.";
    "crypto.createHash('md5') over the texts of req.body, before Number(); crypto.timingSafeEqual.":
    "crypto.createHash('md5') по текстам из req.body, до Number(); crypto.timingSafeEqual.",
    "req.body dagi matnlar bo‘yicha crypto.createHash('md5'), Number() dan oldin; crypto.timingSafeEqual.";
    "md5.Sum over r.PostFormValue texts; subtle.ConstantTimeCompare.":
    "md5.Sum по текстам из r.PostFormValue; subtle.ConstantTimeCompare.",
    "r.PostFormValue matnlari bo‘yicha md5.Sum; subtle.ConstantTimeCompare.";
    "Complete with error=-1 and a wrong signature":
    "Complete с error=-1 и неверной подписью",
    "error=-1 va noto‘g‘ri imzo bilan Complete";
    r#"{"error":-1,"error_note":"SIGN CHECK FAILED!"}, and the payment is as it was"#:
    r#"{"error":-1,"error_note":"SIGN CHECK FAILED!"}, а платёж остался как был"#,
    r#"{"error":-1,"error_note":"SIGN CHECK FAILED!"}, to‘lov esa avvalgidek qoladi"#;
    "The payment is cancelled: a stranger can stop every order":
    "Платёж отменён: посторонний может остановить любой заказ",
    "To‘lov bekor qilindi: begona odam istalgan buyurtmani to‘xtata oladi";
    "Return the -1 before anything else is looked at; Click's own sample does not.":
    "Возвращайте -1 раньше, чем смотрите на что-либо ещё; пример самого Click этого не делает.",
    "Boshqa narsaga qarashdan oldin -1 qaytaring; Click ning o‘z namunasi bunday qilmaydi.";
    "Return the -1 before anything else is looked at.":
    "Возвращайте -1 раньше, чем смотрите на что-либо ещё.",
    "Boshqa narsaga qarashdan oldin -1 qaytaring.";
    "HTTP 200 with Content-Type application/json and a body with error and error_note":
    "HTTP 200 с Content-Type application/json и телом, где есть error и error_note",
    "HTTP 200, Content-Type application/json, tanada error va error_note bor";
    "HTTP 403 with an HTML page: CSRF verification failed":
    "HTTP 403 со страницей HTML: CSRF verification failed",
    "HTTP 403 va HTML sahifa: CSRF verification failed";
    "@csrf_exempt, JsonResponse(...), status 200 also for refusals.":
    "@csrf_exempt, JsonResponse(...), статус 200 и для отказов.",
    "@csrf_exempt, JsonResponse(...), rad etishda ham 200 status.";
    "Put the route into api.php; response()->json([...]) without a status, and catch ValidationException.":
    "Перенесите маршрут в api.php; response()->json([...]) без статуса, и поймайте ValidationException.",
    "Yo‘nalishni api.php ga qo‘ying; statussiz response()->json([...]) va ValidationException ni ushlang.";
    "express.urlencoded({extended: false}); res.json(...); an error handler that answers -8 with status 200.":
    "express.urlencoded({extended: false}); res.json(...); обработчик ошибок, который отвечает -8 со статусом 200.",
    "express.urlencoded({extended: false}); res.json(...); 200 status bilan -8 qaytaradigan xato handleri.";
    "r.ParseForm(); json.NewEncoder(w); w.WriteHeader only for 200.":
    "r.ParseForm(); json.NewEncoder(w); w.WriteHeader только для 200.",
    "r.ParseForm(); json.NewEncoder(w); w.WriteHeader faqat 200 uchun.";
    "A request with a field that is missing, doubled or no number":
    "Запрос, в котором поля нет, оно дважды или не число",
    "Maydoni yo‘q, ikki marta kelgan yoki son bo‘lmagan so‘rov";
    "HTTP 500, or 0 because the missing value became 0":
    "HTTP 500 или 0, потому что отсутствующее значение стало нулём",
    "HTTP 500, yoki yo‘q qiymat nolga aylangani uchun 0";
    "if any(not p.get(name) for name in FIELDS): return -8; int() and Decimal() inside try.":
    "if any(not p.get(name) for name in FIELDS): return -8; int() и Decimal() внутри try.",
    "if any(not p.get(name) for name in FIELDS): return -8; int() va Decimal() try ichida.";
    "Validator::make(...)->fails() answers -8; ctype_digit before (int).":
    "Validator::make(...)->fails() отвечает -8; ctype_digit до (int).",
    "Validator::make(...)->fails() bo‘lsa -8; (int) dan oldin ctype_digit.";
    "Check typeof value === 'string' and /^\\d+$/ before Number().":
    "До Number() проверьте typeof value === 'string' и /^\\d+$/.",
    "Number() dan oldin typeof value === 'string' va /^\\d+$/ ni tekshiring.";
    "strconv.ParseInt with its error answered as -8; r.PostForm[name] has to have one value.":
    "strconv.ParseInt, его ошибка – ответ -8; в r.PostForm[name] должно быть одно значение.",
    "strconv.ParseInt, uning xatosiga -8; r.PostForm[name] da bitta qiymat bo‘lishi kerak.";
    "Prepare or Complete with amount=300 for an order of 10 000 soum":
    "Prepare или Complete с amount=300 для заказа на 10 000 сумов",
    "10 000 so‘mlik buyurtmaga amount=300 bilan Prepare yoki Complete";
    r#"{"error":0,"error_note":"Success"}: less was paid than the order costs"#:
    r#"{"error":0,"error_note":"Success"}: заплачено меньше, чем стоит заказ"#,
    r#"{"error":0,"error_note":"Success"}: buyurtma narxidan kam to‘landi"#;
    "Compare Decimal with Decimal, in both calls; not abs(a - b) < 1, and never only one side.":
    "Сравнивайте Decimal с Decimal, в обоих вызовах; не abs(a - b) < 1 и не только в одну сторону.",
    "Ikkala chaqiruvda Decimal ni Decimal bilan solishtiring; abs(a - b) < 1 emas va faqat bir tomonga ham emas.";
    "bccomp with two decimals, in both calls; floats let a tiyin through.":
    "bccomp с двумя знаками, в обоих вызовах; float пропускает тийин.",
    "Ikkala chaqiruvda ikki xonali bccomp; float bir tiyinni o‘tkazib yuboradi.";
    "Turn '10000.00' into 1000000 tiyin with a regular expression; Number('1e4') is 10000 too.":
    "Превращайте '10000.00' в 1000000 тийинов регулярным выражением; Number('1e4') – тоже 10000.",
    "'10000.00' ni muntazam ifoda bilan 1000000 tiyinga aylantiring; Number('1e4') ham 10000.";
    "Parse into int64 tiyin; ParseFloat takes 1e4, NaN and Inf.":
    "Разбирайте в тийины int64; ParseFloat принимает 1e4, NaN и Inf.",
    "int64 tiyinga o‘giring; ParseFloat 1e4, NaN va Inf ni ham qabul qiladi.";
    r#"{"error":-6,"error_note":"Transaction does not exist"} for the id that Prepare gave"#:
    r#"{"error":-6,"error_note":"Transaction does not exist"} на id, который выдал Prepare"#,
    r#"Prepare bergan id ga {"error":-6,"error_note":"Transaction does not exist"}"#;
    "SELECT ... FOR UPDATE by id and click_trans_id and order, in a transaction.":
    "SELECT ... FOR UPDATE по id, click_trans_id и заказу, в транзакции базы.",
    "Baza tranzaksiyasida id, click_trans_id va buyurtma bo‘yicha SELECT ... FOR UPDATE.";
    "The success of the first time, as Payme wants it; or a second entry in the books":
    "Успех первого раза, как хочет Payme; или вторая запись в учёте",
    "Payme xohlaganidek birinchi safargi muvaffaqiyat; yoki hisobda ikkinchi yozuv";
    "UPDATE ... WHERE id = $1 AND state = 'prepared'; rowCount 0 means -4.":
    "UPDATE ... WHERE id = $1 AND state = 'prepared'; rowCount 0 означает -4.",
    "UPDATE ... WHERE id = $1 AND state = 'prepared'; rowCount 0 bo‘lsa -4.";
    "UPDATE ... WHERE id = $1 AND state = 'prepared'; RowsAffected 0 means -4.":
    "UPDATE ... WHERE id = $1 AND state = 'prepared'; RowsAffected 0 означает -4.",
    "UPDATE ... WHERE id = $1 AND state = 'prepared'; RowsAffected 0 bo‘lsa -4.";
    "Complete with error=-5017 (any negative number)":
    "Complete с error=-5017 (любое отрицательное число)",
    "error=-5017 (istalgan manfiy son) bilan Complete";
    r#"{"error":-9,"error_note":"Transaction cancelled"}, and the payment is cancelled"#:
    r#"{"error":-9,"error_note":"Transaction cancelled"}, и платёж отменён"#,
    r#"{"error":-9,"error_note":"Transaction cancelled"}, to‘lov bekor qilinadi"#;
    r#"{"error":0,"error_note":"Success"}: a failed payment counts as paid"#:
    r#"{"error":0,"error_note":"Success"}: неудавшийся платёж считается оплаченным"#,
    r#"{"error":0,"error_note":"Success"}: o‘tmagan to‘lov to‘langan hisoblanadi"#;
    "if int(p['error']) < 0: cancel the row, return -9. Not a list of codes.":
    "if int(p['error']) < 0: отменить строку и вернуть -9. Не список кодов.",
    "if int(p['error']) < 0: satrni bekor qilib, -9 qaytaring. Kodlar ro‘yxati emas.";
    "if ((int) $r['error'] < 0) { cancel; return -9; } Not in_array.":
    "if ((int) $r['error'] < 0) { cancel; return -9; } А не in_array.",
    "if ((int) $r['error'] < 0) { cancel; return -9; } in_array emas.";
    "Complete with error=-5017 for a payment that was confirmed before":
    "Complete с error=-5017 для платежа, который уже подтверждён",
    "avval tasdiqlangan to‘lov uchun error=-5017 bilan Complete";
    r#"{"error":-9,"error_note":"Transaction cancelled"}; the order stays paid, and the staff is told"#:
    r#"{"error":-9,"error_note":"Transaction cancelled"}; заказ остаётся оплаченным, сотрудникам сообщено"#,
    r#"{"error":-9,"error_note":"Transaction cancelled"}; buyurtma to‘langanicha qoladi, xodimlarga aytiladi"#;
    r#"{"error":0,"error_note":"Success"}: the answer of the confirmation once more"#:
    r#"{"error":0,"error_note":"Success"}: ещё раз ответ подтверждения"#,
    r#"{"error":0,"error_note":"Success"}: tasdiqlash javobi yana bir marta"#;
    "Two attempts (two click_trans_id) for one order, or one call many times at one instant":
    "Две попытки (два click_trans_id) для одного заказа, или один вызов много раз в один миг",
    "Bitta buyurtmaga ikki urinish (ikkita click_trans_id) yoki bitta chaqiruv bir lahzada ko‘p marta";
    "One is confirmed; the others get -4 or -9":
    "Одна подтверждена; остальные получают -4 или -9",
    "Bittasi tasdiqlanadi; qolganlari -4 yoki -9 oladi";
    "Both are confirmed: the customer has paid twice":
    "Подтверждены обе: покупатель заплатил дважды",
    "Ikkalasi tasdiqlandi: mijoz ikki marta to‘ladi";
    "select_for_update() on the order, not on the payment, inside transaction.atomic().":
    "select_for_update() на заказе, а не на платеже, внутри transaction.atomic().",
    "transaction.atomic() ichida to‘lovga emas, buyurtmaga select_for_update().";
    "Order::lockForUpdate() inside DB::transaction, before the payment is looked at.":
    "Order::lockForUpdate() внутри DB::transaction, до того как смотрите на платёж.",
    "To‘lovga qarashdan oldin DB::transaction ichida Order::lockForUpdate().";
    "SELECT ... FROM orders ... FOR UPDATE; a unique index on (order_id) WHERE state = 'paid'.":
    "SELECT ... FROM orders ... FOR UPDATE; уникальный индекс по (order_id) WHERE state = 'paid'.",
    "SELECT ... FROM orders ... FOR UPDATE; (order_id) WHERE state = 'paid' bo‘yicha yagona indeks.";
    "BigIntegerField; Python's int has no limit.":
    "BigIntegerField; int в Python не ограничен.",
    "BigIntegerField; Python dagi int cheklanmagan.";
    "$table->bigInteger('click_trans_id'); PHP of 64 bits.":
    "$table->bigInteger('click_trans_id'); 64-битный PHP.",
    "$table->bigInteger('click_trans_id'); 64 bitli PHP.";
    "Keep it a string (or BigInt) and a bigint column; Number() loses digits beyond 2^53.":
    "Держите его строкой (или BigInt), столбец bigint; Number() теряет цифры за 2^53.",
    "Uni matn (yoki BigInt) qilib tuting, ustuni bigint; Number() 2^53 dan keyin raqam yo‘qotadi.";
    "int64 and a bigint column; a map[string]any decodes into float64.":
    "int64 и столбец bigint; map[string]any читает в float64.",
    "int64 va bigint ustuni; map[string]any float64 ga o‘qiydi.";
    "The answer that the payment's state asks for, as if nothing had happened":
    "Ответ по состоянию платежа, как будто ничего не случилось",
    "Go‘yo hech narsa bo‘lmagandek, to‘lov holatiga mos javob";
}
