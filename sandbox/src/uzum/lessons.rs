//! The lessons, from the general to the exact. If several fit a rule, the one whose key is longest is shown.

use crate::suite::Lesson;

const CHECK: &str = r#"POST …/check {"serviceId":101202,"timestamp":1698361456728,"params":{"account":"197"}}"#;
const CREATE: &str = r#"POST …/create {"serviceId":101202,"timestamp":1698361456728,"transId":"5c398d7e-76b6-11ee-96da-f3a095c6289d","params":{"account":"197"},"amount":1000000}"#;
const CONFIRM: &str = r#"POST …/confirm {"serviceId":101202,"timestamp":1698361457000,"transId":"5c398d7e-…","paymentSource":"UZCARD","phone":"998901234567"}"#;
const REVERSE: &str = r#"POST …/reverse {"serviceId":101202,"timestamp":1698361458000,"transId":"5c398d7e-…"}"#;
const STATUS: &str = r#"POST …/status {"serviceId":101202,"timestamp":1698361459000,"transId":"5c398d7e-…"}"#;
const REFUSED: &str =
    r#"HTTP 400 {"status":"FAILED","errorCode":"10014","serviceId":101202,"timestamp":1698361456800}"#;

/// All lessons.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        rules: &["AUTH"],
        request: "Any call with a wrong password",
        right: r#"HTTP 400 {"status":"FAILED","errorCode":"10001","serviceId":101202,"timestamp":1698361456800}"#,
        wrong: "HTTP 401 with a page of the framework",
        cures: [
            "authentication_classes = []; compare the header yourself with hmac.compare_digest, and answer 400.",
            "Not auth.basic: a middleware of your own with hash_equals, and response()->json([...], 400).",
            "Not express-basic-auth's own answer: compare with crypto.timingSafeEqual, res.status(400).json(...).",
            "r.BasicAuth(), subtle.ConstantTimeCompare, and an answer of your own with 400.",
        ],
    },
    Lesson {
        rules: &["HTTP"],
        request: STATUS,
        right: REFUSED,
        wrong: r#"HTTP 200 {"error":{"code":10014}}"#,
        cures: [
            "JsonResponse({...}, status=400) in one place; catch JSONDecodeError as 10002.",
            "One Handler::render for these routes; json_decode with JSON_THROW_ON_ERROR as 10002.",
            "An error handler behind express.json() that answers 10002; app.all for 10003.",
            "One function that writes refusals; a decode error is 10002, another verb 10003.",
        ],
    },
    Lesson {
        rules: &["FIELD"],
        request: "A call with a member that is missing or of another kind",
        right: r#"HTTP 400 {"status":"FAILED","errorCode":"10005",...}"#,
        wrong: "HTTP 500, or 99999",
        cures: [
            "isinstance() for every member before it is used; bool is an int too.",
            "Validator with `integer:strict` and `string`; its failure is 10005.",
            "typeof and Number.isSafeInteger for every member.",
            "Pointers in the struct, nil means missing; json.Decoder with UseNumber.",
        ],
    },
    Lesson {
        rules: &["CHECK"],
        request: CHECK,
        right: r#"HTTP 200 {"serviceId":101202,"timestamp":1698361456800,"status":"OK","data":{"account":{"value":"197"},"amount":{"value":"10000"}}}"#,
        wrong: r#"HTTP 200 {"serviceId":101202,"status":"OK","data":{"amount":{"value":"1000000"}}}: tiyin, where the app shows soum"#,
        cures: [
            "\"amount\": {\"value\": str(order.total)} in soum, here and only here.",
            "'amount' => ['value' => (string) $order->total] in soum, here and only here.",
            "amount: {value: String(order.totalSoum)}, here and only here.",
            "strconv.FormatInt(order.Tiyin/100, 10), here and only here.",
        ],
    },
    Lesson {
        rules: &["CREATE", "CHECK-04"],
        request: CREATE,
        right: r#"HTTP 200 {"serviceId":101202,"transId":"5c398d7e-…","status":"CREATED","transTime":1698361456800,"amount":1000000}"#,
        wrong: r#"HTTP 200 {"serviceId":101202,"transId":"42","status":"CREATED","transTime":1698361456,"amount":10000.0}"#,
        cures: [
            "UniqueConstraint on trans_id, and catch IntegrityError as 10010; int(timezone.now().timestamp() * 1000).",
            "A unique index on trans_id, and catch QueryException as 10010; now()->getTimestampMs().",
            "A unique index on transId, and catch P2002 as 10010; Date.now().",
            "INSERT ... ON CONFLICT (trans_id) DO NOTHING, no row means 10010; time.Now().UnixMilli().",
        ],
    },
    Lesson {
        rules: &["CHECK-03", "CREATE-06", "CREATE-07"],
        request: "check or create of an order that does not exist, or was paid",
        right: "errorCode 10007 for one that does not exist, 10008 for one that was paid",
        wrong: "The other way round, as in an older edition of the table",
        cures: [
            "NOT_FOUND = \"10007\"; PAID = \"10008\"",
            "const NOT_FOUND = '10007'; const PAID = '10008';",
            "const NOT_FOUND = '10007', PAID = '10008'",
            "notFound, paid = \"10007\", \"10008\"",
        ],
    },
    Lesson {
        rules: &["CONFIRM"],
        request: CONFIRM,
        right: r#"HTTP 200 {"serviceId":101202,"transId":"5c398d7e-…","status":"CONFIRMED","confirmTime":1698361457100,"amount":1000000}"#,
        wrong: r#"HTTP 200 with a new confirmTime for a confirm that came before"#,
        cures: [
            "updated = Payment.objects.filter(trans_id=..., state='CREATED').update(...); if not updated: 10016 or 10015",
            "$changed = Payment::where(['trans_id' => ..., 'state' => 'CREATED'])->update([...]); if (!$changed) 10016 or 10015",
            "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; rowCount 0 means 10016 or 10015.",
            "UPDATE ... WHERE trans_id = $1 AND state = 'CREATED'; RowsAffected 0 means 10016 or 10015. Commit, then answer.",
        ],
    },
    Lesson {
        rules: &["REVERSE"],
        request: REVERSE,
        right: r#"HTTP 200 {"serviceId":101202,"transId":"5c398d7e-…","status":"REVERSED","reverseTime":1698361458100,"amount":1000000}"#,
        wrong: r#"HTTP 200 {"status":"CANCELLED"}"#,
        cures: [
            "CREATED: reverse. CONFIRMED: give the money back, or 10017 if the goods are out. REVERSED: 10018.",
            "CREATED: reverse. CONFIRMED: give the money back, or 10017 if the goods are out. REVERSED: 10018.",
            "CREATED: reverse. CONFIRMED: give the money back, or 10017 if the goods are out. REVERSED: 10018.",
            "CREATED: reverse. CONFIRMED: give the money back, or 10017 if the goods are out. REVERSED: 10018.",
        ],
    },
    Lesson {
        rules: &["STATUS"],
        request: STATUS,
        right: r#"HTTP 200 {"serviceId":101202,"transId":"5c398d7e-…","status":"CONFIRMED","transTime":1698361456800,"confirmTime":1698361457100,"reverseTime":null,"amount":1000000}"#,
        wrong: r#"HTTP 200 {"status":"CONFIRMED","confirmTime":0}"#,
        cures: [
            "Answer the stored columns, None where nothing has happened.",
            "Answer the stored columns, null where nothing has happened.",
            "Answer the stored columns, null where nothing has happened; undefined vanishes.",
            "Pointers for the times, without omitempty.",
        ],
    },
    Lesson {
        rules: &["RACE"],
        request: "The same call many times at one instant, or many transactions for one order",
        right: "One is accepted; the others get 10010, 10016, or are refused",
        wrong: "HTTP 500 with a duplicate key, or an order that is paid twice",
        cures: [
            "transaction.atomic() with select_for_update() on the order; unique constraints; retry on IntegrityError.",
            "DB::transaction with lockForUpdate() on the order, and unique indexes.",
            "SELECT ... FOR UPDATE on the order in a transaction, and unique indexes.",
            "SELECT ... FOR UPDATE on the order in a transaction, and unique indexes.",
        ],
    },
    Lesson {
        rules: &["RESTART"],
        request: STATUS,
        right: "The answer of before",
        wrong: REFUSED,
        cures: [
            "A database file in a volume, not in the container; no cache as the store.",
            "Not the array or file cache driver: a table.",
            "Not a Map in the module: a table.",
            "Not a map behind a mutex: a table.",
        ],
    },
];
