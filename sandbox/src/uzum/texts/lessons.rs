//! What the lessons of Uzum say, in English, Russian and Uzbek. Code stays as it is; lessons that are code alone have no row.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole texts.
    LESSONS:
    "Any call with a wrong password":
    "Любой вызов с неверным паролем",
    "Noto‘g‘ri parol bilan istalgan chaqiruv";
    "HTTP 401 with a page of the framework":
    "HTTP 401 со страницей фреймворка",
    "HTTP 401 va freymvork sahifasi";
    "authentication_classes = []; compare the header yourself with hmac.compare_digest, and answer 400.":
    "authentication_classes = []; сравнивайте заголовок сами через hmac.compare_digest и отвечайте 400.",
    "authentication_classes = []; sarlavhani o‘zingiz hmac.compare_digest bilan solishtiring va 400 qaytaring.";
    "Not auth.basic: a middleware of your own with hash_equals, and response()->json([...], 400).":
    "Не auth.basic, а своё middleware с hash_equals и response()->json([...], 400).",
    "auth.basic emas: hash_equals bilan o‘zingizning middleware va response()->json([...], 400).";
    "Not express-basic-auth's own answer: compare with crypto.timingSafeEqual, res.status(400).json(...).":
    "Не готовый ответ express-basic-auth: сравнивайте через crypto.timingSafeEqual, res.status(400).json(...).",
    "express-basic-auth ning tayyor javobi emas: crypto.timingSafeEqual bilan solishtiring, res.status(400).json(...).";
    "r.BasicAuth(), subtle.ConstantTimeCompare, and an answer of your own with 400.":
    "r.BasicAuth(), subtle.ConstantTimeCompare и свой ответ с 400.",
    "r.BasicAuth(), subtle.ConstantTimeCompare va 400 bilan o‘z javobingiz.";
    "JsonResponse({...}, status=400) in one place; catch JSONDecodeError as 10002.":
    "JsonResponse({...}, status=400) в одном месте; JSONDecodeError – это 10002.",
    "Bitta joyda JsonResponse({...}, status=400); JSONDecodeError ga 10002.";
    "One Handler::render for these routes; json_decode with JSON_THROW_ON_ERROR as 10002.":
    "Один Handler::render для этих маршрутов; исключение json_decode с JSON_THROW_ON_ERROR – это 10002.",
    "Bu yo‘nalishlarga bitta Handler::render; JSON_THROW_ON_ERROR bilan json_decode istisnosiga 10002.";
    "An error handler behind express.json() that answers 10002; app.all for 10003.":
    "Обработчик ошибок после express.json(), который отвечает 10002; app.all для 10003.",
    "express.json() dan keyin 10002 qaytaradigan xato handleri; 10003 uchun app.all.";
    "One function that writes refusals; a decode error is 10002, another verb 10003.":
    "Одна функция пишет отказы; ошибка разбора – 10002, другой глагол – 10003.",
    "Rad javoblarini bitta funksiya yozadi; o‘qish xatosi 10002, boshqa fe’l 10003.";
    "A call with a member that is missing or of another kind":
    "Вызов, в котором поля нет или оно другого типа",
    "Maydoni yo‘q yoki boshqa turdagi chaqiruv";
    "HTTP 500, or 99999":
    "HTTP 500 или 99999",
    "HTTP 500 yoki 99999";
    "isinstance() for every member before it is used; bool is an int too.":
    "isinstance() для каждого поля до его использования; bool – тоже int.",
    "Har bir maydon ishlatilishidan oldin isinstance(); bool ham int.";
    "Validator with `integer:strict` and `string`; its failure is 10005.":
    "Validator с `integer:strict` и `string`; его отказ – 10005.",
    "`integer:strict` va `string` bilan Validator; o‘tmasa 10005.";
    "typeof and Number.isSafeInteger for every member.":
    "typeof и Number.isSafeInteger для каждого поля.",
    "Har bir maydonga typeof va Number.isSafeInteger.";
    "Pointers in the struct, nil means missing; json.Decoder with UseNumber.":
    "Указатели в struct, nil – поля нет; json.Decoder с UseNumber.",
    "struct da ko‘rsatkichlar, nil maydon yo‘qligini bildiradi; UseNumber bilan json.Decoder.";
    r#"HTTP 200 {"serviceId":101202,"status":"OK","data":{"amount":{"value":"1000000"}}}: tiyin, where the app shows soum"#:
    r#"HTTP 200 {"serviceId":101202,"status":"OK","data":{"amount":{"value":"1000000"}}}: тийины там, где приложение показывает сумы"#,
    r#"HTTP 200 {"serviceId":101202,"status":"OK","data":{"amount":{"value":"1000000"}}}: ilova so‘m ko‘rsatadigan joyda tiyin"#;
    "\"amount\": {\"value\": str(order.total)} in soum, here and only here.":
    "\"amount\": {\"value\": str(order.total)} в сумах, здесь и только здесь.",
    "\"amount\": {\"value\": str(order.total)} so‘mda, shu yerda va faqat shu yerda.";
    "'amount' => ['value' => (string) $order->total] in soum, here and only here.":
    "'amount' => ['value' => (string) $order->total] в сумах, здесь и только здесь.",
    "'amount' => ['value' => (string) $order->total] so‘mda, shu yerda va faqat shu yerda.";
    "amount: {value: String(order.totalSoum)}, here and only here.":
    "amount: {value: String(order.totalSoum)}, здесь и только здесь.",
    "amount: {value: String(order.totalSoum)}, shu yerda va faqat shu yerda.";
    "strconv.FormatInt(order.Tiyin/100, 10), here and only here.":
    "strconv.FormatInt(order.Tiyin/100, 10), здесь и только здесь.",
    "strconv.FormatInt(order.Tiyin/100, 10), shu yerda va faqat shu yerda.";
    "UniqueConstraint on trans_id, and catch IntegrityError as 10010; int(timezone.now().timestamp() * 1000).":
    "UniqueConstraint по trans_id, IntegrityError – это 10010; int(timezone.now().timestamp() * 1000).",
    "trans_id bo‘yicha UniqueConstraint, IntegrityError ga 10010; int(timezone.now().timestamp() * 1000).";
    "A unique index on trans_id, and catch QueryException as 10010; now()->getTimestampMs().":
    "Уникальный индекс по trans_id, QueryException – это 10010; now()->getTimestampMs().",
    "trans_id bo‘yicha yagona indeks, QueryException ga 10010; now()->getTimestampMs().";
    "A unique index on transId, and catch P2002 as 10010; Date.now().":
    "Уникальный индекс по transId, P2002 – это 10010; Date.now().",
    "transId bo‘yicha yagona indeks, P2002 ga 10010; Date.now().";
    "INSERT ... ON CONFLICT (trans_id) DO NOTHING, no row means 10010; time.Now().UnixMilli().":
    "INSERT ... ON CONFLICT (trans_id) DO NOTHING, нет строки – значит 10010; time.Now().UnixMilli().",
    "INSERT ... ON CONFLICT (trans_id) DO NOTHING, satr chiqmasa 10010; time.Now().UnixMilli().";
    "check or create of an order that does not exist, or was paid":
    "check или create заказа, которого нет или который оплачен",
    "Mavjud bo‘lmagan yoki to‘langan buyurtmaga check yoki create";
    "errorCode 10007 for one that does not exist, 10008 for one that was paid":
    "errorCode 10007 для несуществующего, 10008 для оплаченного",
    "Mavjud bo‘lmaganiga errorCode 10007, to‘langaniga 10008";
    "The other way round, as in an older edition of the table":
    "Наоборот, как в старой редакции таблицы",
    "Jadvalning eski nashridagidek, teskarisi";
    "HTTP 200 with a new confirmTime for a confirm that came before":
    "HTTP 200 с новым confirmTime на confirm, который уже приходил",
    "Oldin kelgan confirm ga yangi confirmTime bilan HTTP 200";
    "updated = Payment.objects.filter(trans_id=..., state='CREATED').update(...); if not updated: 10016 or 10015":
    "updated = Payment.objects.filter(trans_id=..., state='CREATED').update(...); if not updated: 10016 или 10015",
    "updated = Payment.objects.filter(trans_id=..., state='CREATED').update(...); if not updated: 10016 yoki 10015";
    "$changed = Payment::where(['trans_id' => ..., 'state' => 'CREATED'])->update([...]); if (!$changed) 10016 or 10015":
    "$changed = Payment::where(['trans_id' => ..., 'state' => 'CREATED'])->update([...]); if (!$changed) 10016 или 10015",
    "$changed = Payment::where(['trans_id' => ..., 'state' => 'CREATED'])->update([...]); if (!$changed) 10016 yoki 10015";
    "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; rowCount 0 means 10016 or 10015.":
    "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; rowCount 0 означает 10016 или 10015.",
    "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; rowCount 0 bo‘lsa 10016 yoki 10015.";
    "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; RowsAffected 0 means 10016 or 10015. Commit, then answer.":
    "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; RowsAffected 0 означает 10016 или 10015. Сначала commit, потом ответ.",
    "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; RowsAffected 0 bo‘lsa 10016 yoki 10015. Avval commit, keyin javob.";
    "CREATED: reverse. CONFIRMED: give the money back, or 10017 if the goods are out. REVERSED: 10018.":
    "CREATED: отменить. CONFIRMED: вернуть деньги или 10017, если товар уже выдан. REVERSED: 10018.",
    "CREATED: bekor qiling. CONFIRMED: pulni qaytaring, tovar berilgan bo‘lsa 10017. REVERSED: 10018.";
    "Answer the stored columns, None where nothing has happened.":
    "Отвечайте сохранёнными столбцами, None – если этого ещё не было.",
    "Saqlangan ustunlardan javob bering, hali bo‘lmagan narsaga None.";
    "Answer the stored columns, null where nothing has happened.":
    "Отвечайте сохранёнными столбцами, null – если этого ещё не было.",
    "Saqlangan ustunlardan javob bering, hali bo‘lmagan narsaga null.";
    "Answer the stored columns, null where nothing has happened; undefined vanishes.":
    "Отвечайте сохранёнными столбцами, null – если этого ещё не было; undefined исчезает.",
    "Saqlangan ustunlardan javob bering, hali bo‘lmagan narsaga null; undefined yo‘qoladi.";
    "Pointers for the times, without omitempty.":
    "Для времён – указатели, без omitempty.",
    "Vaqtlar uchun ko‘rsatkichlar, omitempty siz.";
    "The same call many times at one instant, or many transactions for one order":
    "Один и тот же вызов много раз в один миг или много транзакций на один заказ",
    "Bitta chaqiruv bir lahzada ko‘p marta yoki bitta buyurtmaga ko‘p tranzaksiya";
    "One is accepted; the others get 10010, 10016, or are refused":
    "Один принят; остальные получают 10010, 10016 или отказ",
    "Bittasi qabul qilinadi; qolganlari 10010, 10016 oladi yoki rad etiladi";
    "HTTP 500 with a duplicate key, or an order that is paid twice":
    "HTTP 500 с duplicate key или заказ, оплаченный дважды",
    "duplicate key bilan HTTP 500 yoki ikki marta to‘langan buyurtma";
    "transaction.atomic() with select_for_update() on the order; unique constraints; retry on IntegrityError.":
    "transaction.atomic() с select_for_update() на заказе; ограничения уникальности; при IntegrityError повторить.",
    "Buyurtmaga select_for_update() bilan transaction.atomic(); yagonalik cheklovlari; IntegrityError da takrorlang.";
    "DB::transaction with lockForUpdate() on the order, and unique indexes.":
    "DB::transaction с lockForUpdate() на заказе и уникальные индексы.",
    "Buyurtmaga lockForUpdate() bilan DB::transaction va yagona indekslar.";
    "SELECT ... FOR UPDATE on the order in a transaction, and unique indexes.":
    "SELECT ... FOR UPDATE на заказе в транзакции базы и уникальные индексы.",
    "Baza tranzaksiyasida buyurtmaga SELECT ... FOR UPDATE va yagona indekslar.";
}
