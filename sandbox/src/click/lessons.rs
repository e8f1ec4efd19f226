//! The lessons, from the general to the exact. If several fit a rule, the one whose key is longest is shown.

use crate::suite::Lesson;

const PREPARE: &str = "POST click_trans_id=20000000001&service_id=55555&click_paydoc_id=77&merchant_trans_id=197&amount=10000.00&action=0&error=0&error_note=Success&sign_time=2026-11-21+12%3A00%3A00&sign_string=…";
const COMPLETE: &str = "POST click_trans_id=20000000001&service_id=55555&click_paydoc_id=77&merchant_trans_id=197&merchant_prepare_id=417&amount=10000.00&action=1&error=0&error_note=Success&sign_time=2026-11-21+12%3A00%3A09&sign_string=…";
const PREPARED: &str = r#"{"click_trans_id":20000000001,"merchant_trans_id":"197","merchant_prepare_id":417,"error":0,"error_note":"Success"}"#;
const CONFIRMED: &str = r#"{"click_trans_id":20000000001,"merchant_trans_id":"197","merchant_confirm_id":417,"error":0,"error_note":"Success"}"#;

/// All lessons.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        rules: &["ACCEPT", "PREPARE"],
        request: PREPARE,
        right: PREPARED,
        wrong: r#"{"error":-2,"error_note":"Incorrect parameter amount"}"#,
        cures: [
            "Decimal(request.POST['amount']) == order.total; both in soum. The number of your own row as merchant_prepare_id.",
            "bccomp($request->input('amount'), $order->total, 2) === 0; 'merchant_prepare_id' => $row->id.",
            "Keep amounts as strings until they are compared in tiyin; merchant_prepare_id: row.id as a number.",
            "Parse the text into tiyin by hand; MerchantPrepareID int64 `json:\"merchant_prepare_id\"`.",
        ],
    },
    Lesson {
        rules: &["SIGN", "ACCEPT-01", "ACCEPT-04"],
        request: PREPARE,
        right: r#"{"error":-1,"error_note":"SIGN CHECK FAILED!"}"#,
        wrong: PREPARED,
        cures: [
            "md5((p['click_trans_id'] + p['service_id'] + SECRET + p['merchant_trans_id'] + prepare_id + p['amount'] + p['action'] + p['sign_time']).encode()).hexdigest(), from request.POST as it is; hmac.compare_digest.",
            "md5($r['click_trans_id'].$r['service_id'].$secret.$r['merchant_trans_id'].$prepareId.$r['amount'].$r['action'].$r['sign_time']), before any cast; hash_equals, never ==.",
            "crypto.createHash('md5') over the texts of req.body, before Number(); crypto.timingSafeEqual.",
            "md5.Sum over r.PostFormValue texts; subtle.ConstantTimeCompare.",
        ],
    },
    Lesson {
        rules: &["SIGN-10", "SIGN-11"],
        request: "Complete with error=-1 and a wrong signature",
        right: r#"{"error":-1,"error_note":"SIGN CHECK FAILED!"}, and the payment is as it was"#,
        wrong: "The payment is cancelled: a stranger can stop every order",
        cures: [
            "Return the -1 before anything else is looked at; Click's own sample does not.",
            "Return the -1 before anything else is looked at; Click's own sample does not.",
            "Return the -1 before anything else is looked at.",
            "Return the -1 before anything else is looked at.",
        ],
    },
    Lesson {
        rules: &["HTTP"],
        request: PREPARE,
        right: "HTTP 200 with Content-Type application/json and a body with error and error_note",
        wrong: "HTTP 403 with an HTML page: CSRF verification failed",
        cures: [
            "@csrf_exempt, JsonResponse(...), status 200 also for refusals.",
            "Put the route into api.php; response()->json([...]) without a status, and catch ValidationException.",
            "express.urlencoded({extended: false}); res.json(...); an error handler that answers -8 with status 200.",
            "r.ParseForm(); json.NewEncoder(w); w.WriteHeader only for 200.",
        ],
    },
    Lesson {
        rules: &["FIELD"],
        request: "A request with a field that is missing, doubled or no number",
        right: r#"{"error":-8,"error_note":"Error in request from click"}"#,
        wrong: "HTTP 500, or 0 because the missing value became 0",
        cures: [
            "if any(not p.get(name) for name in FIELDS): return -8; int() and Decimal() inside try.",
            "Validator::make(...)->fails() answers -8; ctype_digit before (int).",
            "Check typeof value === 'string' and /^\\d+$/ before Number().",
            "strconv.ParseInt with its error answered as -8; r.PostForm[name] has to have one value.",
        ],
    },
    Lesson {
        rules: &["ACCEPT-05", "COMPLETE-08", "PREPARE-05", "PREPARE-06", "PREPARE-07", "FIELD-04", "FIELD-05"],
        request: "Prepare or Complete with amount=300 for an order of 10 000 soum",
        right: r#"{"error":-2,"error_note":"Incorrect parameter amount"}"#,
        wrong: r#"{"error":0,"error_note":"Success"}: less was paid than the order costs"#,
        cures: [
            "Compare Decimal with Decimal, in both calls; not abs(a - b) < 1, and never only one side.",
            "bccomp with two decimals, in both calls; floats let a tiyin through.",
            "Turn '10000.00' into 1000000 tiyin with a regular expression; Number('1e4') is 10000 too.",
            "Parse into int64 tiyin; ParseFloat takes 1e4, NaN and Inf.",
        ],
    },
    Lesson {
        rules: &["COMPLETE", "ACCEPT-06", "ACCEPT-10", "ACCEPT-11"],
        request: COMPLETE,
        right: CONFIRMED,
        wrong: r#"{"error":-6,"error_note":"Transaction does not exist"} for the id that Prepare gave"#,
        cures: [
            "Payment.objects.select_for_update().get(pk=prepare_id, click_trans_id=..., order=...).",
            "Payment::lockForUpdate()->where(['id' => ..., 'click_trans_id' => ..., 'order_id' => ...])->first().",
            "SELECT ... FOR UPDATE by id and click_trans_id and order, in a transaction.",
            "SELECT ... WHERE id = $1 AND click_trans_id = $2 AND order_id = $3 FOR UPDATE.",
        ],
    },
    Lesson {
        rules: &["ACCEPT-07", "COMPLETE-04", "PREPARE-09", "PREPARE-10", "RACE-02"],
        request: COMPLETE,
        right: r#"{"error":-4,"error_note":"Already paid"}"#,
        wrong: "The success of the first time, as Payme wants it; or a second entry in the books",
        cures: [
            "updated = Payment.objects.filter(pk=..., state='prepared').update(state='paid'); if not updated: return -4",
            "$changed = Payment::where(['id' => ..., 'state' => 'prepared'])->update(['state' => 'paid']); if (!$changed) return -4;",
            "UPDATE ... WHERE id = $1 AND state = 'prepared'; rowCount 0 means -4.",
            "UPDATE ... WHERE id = $1 AND state = 'prepared'; RowsAffected 0 means -4.",
        ],
    },
    Lesson {
        rules: &["ACCEPT-13", "ACCEPT-14", "ACCEPT-15", "COMPLETE-09", "COMPLETE-10", "COMPLETE-11", "PREPARE-12"],
        request: "Complete with error=-5017 (any negative number)",
        right: r#"{"error":-9,"error_note":"Transaction cancelled"}, and the payment is cancelled"#,
        wrong: r#"{"error":0,"error_note":"Success"}: a failed payment counts as paid"#,
        cures: [
            "if int(p['error']) < 0: cancel the row, return -9. Not a list of codes.",
            "if ((int) $r['error'] < 0) { cancel; return -9; } Not in_array.",
            "if (Number(req.body.error) < 0) { cancel; return -9; }",
            "if code < 0 { cancel; return -9 }",
        ],
    },
    Lesson {
        rules: &["ACCEPT-08", "COMPLETE-12"],
        request: "Complete with error=-5017 for a payment that was confirmed before",
        right: r#"{"error":-9,"error_note":"Transaction cancelled"}; the order stays paid, and the staff is told"#,
        wrong: r#"{"error":0,"error_note":"Success"}: the answer of the confirmation once more"#,
        cures: [
            "if int(p['error']) < 0: alert(row) if row.state == 'paid' else cancel(row); return -9",
            "if ((int) $r['error'] < 0) { $row->state === 'paid' ? alert($row) : cancel($row); return -9; }",
            "if (Number(req.body.error) < 0) { row.state === 'paid' ? alert(row) : cancel(row); return -9; }",
            "if code < 0 { if row.State == Paid { alert(row) } else { cancel(row) }; return -9 }",
        ],
    },
    Lesson {
        rules: &["PREPARE-14", "RACE"],
        request: "Two attempts (two click_trans_id) for one order, or one call many times at one instant",
        right: "One is confirmed; the others get -4 or -9",
        wrong: "Both are confirmed: the customer has paid twice",
        cures: [
            "select_for_update() on the order, not on the payment, inside transaction.atomic().",
            "Order::lockForUpdate() inside DB::transaction, before the payment is looked at.",
            "SELECT ... FROM orders ... FOR UPDATE; a unique index on (order_id) WHERE state = 'paid'.",
            "SELECT ... FROM orders ... FOR UPDATE; CREATE UNIQUE INDEX ... (order_id) WHERE state = 'paid'.",
        ],
    },
    Lesson {
        rules: &["ID"],
        request: "click_trans_id=9007199254740993",
        right: r#"{"click_trans_id":9007199254740993,...}"#,
        wrong: r#"{"click_trans_id":9007199254740992,...}"#,
        cures: [
            "BigIntegerField; Python's int has no limit.",
            "$table->bigInteger('click_trans_id'); PHP of 64 bits.",
            "Keep it a string (or BigInt) and a bigint column; Number() loses digits beyond 2^53.",
            "int64 and a bigint column; a map[string]any decodes into float64.",
        ],
    },
    Lesson {
        rules: &["RESTART"],
        request: COMPLETE,
        right: "The answer that the payment's state asks for, as if nothing had happened",
        wrong: r#"{"error":-6,"error_note":"Transaction does not exist"}"#,
        cures: [
            "A database file in a volume, not in the container; no cache as the store.",
            "Not the array or file cache driver: a table.",
            "Not a Map in the module: a table.",
            "Not a map behind a mutex: a table.",
        ],
    },
];
