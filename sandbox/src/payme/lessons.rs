//! The lessons, from the general to the exact. If several fit a rule, the one whose key is longest is shown.

use crate::suite::Lesson;

const CREATE: &str = r#"{"method":"CreateTransaction","params":{"id":"5305e3ba","time":1399114284039,"amount":500000,"account":{"order_id":"197"}}}"#;
const PERFORM: &str = r#"{"method":"PerformTransaction","params":{"id":"5305e3ba"}}"#;
const CANCEL: &str = r#"{"method":"CancelTransaction","params":{"id":"5305e3ba","reason":3}}"#;
const CHECK: &str = r#"{"method":"CheckTransaction","params":{"id":"5305e3ba"}}"#;
const STATEMENT: &str = r#"{"method":"GetStatement","params":{"from":1399114284039,"to":1399120284000}}"#;
const CHECK_PERFORM: &str =
    r#"{"method":"CheckPerformTransaction","params":{"amount":500000,"account":{"order_id":"197"}}}"#;
const CREATED: &str = r#"{"id":1,"result":{"create_time":1399114284041,"transaction":"5123","state":1}}"#;

/// All lessons.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        rules: &["S1", "S2", "CREATE", "CUMULATIVE", "MODEL"],
        request: CREATE,
        right: CREATED,
        wrong: r#"{"id":1,"error":{"code":-32400,"message":"duplicate key value violates unique constraint"}}"#,
        cures: [
            "Look the row up by Payme's id first; only if there is none, check the order and insert.",
            "Transaction::where('payme_id', $id)->first() before any validation; firstOrCreate skips the checks.",
            "await db.transaction.findUnique({where: {paymeId: id}}) before the checks; then create.",
            "SELECT ... WHERE payme_id = $1 before anything else; INSERT only after the checks, in one transaction.",
        ],
    },
    Lesson {
        rules: &["CREATE-02", "PERFORM-02", "CANCEL-14", "CHECK-10"],
        request: CREATE,
        right: CREATED,
        wrong: r#"{"id":1,"result":{"create_time":1399114284041,"transaction":5123,"state":1}}"#,
        cures: [
            "\"transaction\": str(row.pk), the same in all methods.",
            "'transaction' => (string) $row->id, the same in all methods; lastInsertId() gives a string, a model an integer.",
            "transaction: String(row.id), the same in all methods.",
            "Transaction string `json:\"transaction\"`, filled with strconv.FormatInt(row.ID, 10).",
        ],
    },
    Lesson {
        rules: &["CREATE-03", "CREATE-23", "PERFORM-09", "CANCEL-11"],
        request: CREATE,
        right: CREATED,
        wrong: r#"{"id":1,"result":{"create_time":1399114284,"transaction":"5123","state":1}}"#,
        cures: [
            "int(timezone.now().timestamp() * 1000); naive local times are five hours off.",
            "now()->getTimestampMs(), stored in a bigInteger; strtotime() of a local time is off and has no milliseconds.",
            "Date.now(), stored in a BigInt column.",
            "time.Now().UnixMilli(), stored in a bigint.",
        ],
    },
    Lesson {
        rules: &["CREATE-04", "CREATE-05", "CREATE-06", "S1-07"],
        request: CREATE,
        right: "Word for word the first answer, a second or a day later.",
        wrong: r#"{"id":2,"result":{"create_time":1399114285322,"transaction":"5123","state":1}}"#,
        cures: [
            "Answer from the stored row; auto_now fields change with every save().",
            "Answer from the stored row; $timestamps with datetime(0) lose the milliseconds.",
            "Answer from the stored row, never from Date.now().",
            "Answer from the stored row, never from time.Now().",
        ],
    },
    Lesson {
        rules: &["CREATE-07", "CREATE-08", "CREATE-09", "CREATE-22", "S1-09", "RACE-02", "RACE-07"],
        request: r#"CreateTransaction with a new id, while another transaction of the order is in state 1 or 2"#,
        right: r#"{"id":1,"error":{"code":-31099,"message":{"ru":"...","uz":"...","en":"Order is being paid"},"data":"order_id"}}"#,
        wrong: CREATED,
        cures: [
            "UniqueConstraint(fields=['order'], condition=Q(state__in=[1, 2])), and catch IntegrityError.",
            "lockForUpdate() on the order inside DB::transaction; or a unique index over a column that is null unless live.",
            "SELECT ... FOR UPDATE on the order in a transaction; or a partial unique index (Prisma: by raw migration).",
            "CREATE UNIQUE INDEX ON transactions (order_id) WHERE state IN (1, 2), and map its violation to -31099.",
        ],
    },
    Lesson {
        rules: &["CREATE-10", "CREATE-11", "CREATE-12"],
        request: "The same CreateTransaction again, after the transaction was performed or cancelled",
        right: r#"{"id":1,"error":{"code":-31008,"message":{"ru":"...","uz":"...","en":"Transaction is not active"}}}"#,
        wrong: r#"{"id":1,"result":{"create_time":1399114284041,"transaction":"5123","state":-1}}"#,
        cures: [
            "if row.state != 1: raise PaymeError(-31008)",
            "if ($row->state !== 1) return error(-31008);",
            "if (row.state !== 1) return error(-31008);",
            "if row.State != 1 { return errState }",
        ],
    },
    Lesson {
        rules: &["CREATE-13", "CREATE-14", "CANCEL-12"],
        request: "CreateTransaction with a new id, after the last transaction of the order was cancelled unpaid",
        right: CREATED,
        wrong: r#"{"id":1,"error":{"code":-31050,"message":"Transaction already exists"}}"#,
        cures: [
            "Look only for transactions with state in (1, 2), and leave the order waiting when state 1 is cancelled.",
            "->whereIn('state', [1, 2])->exists(), not ->exists() alone.",
            "where: {orderId, state: {in: [1, 2]}}",
            "WHERE order_id = $1 AND state IN (1, 2)",
        ],
    },
    Lesson {
        rules: &[
            "CREATE-16",
            "CHECKPERFORM-01",
            "CHECKPERFORM-02",
            "CHECKPERFORM-03",
            "S1-02",
            "S1-04",
            "S1-05",
            "S2-01",
        ],
        request: r#"{"method":"CheckPerformTransaction","params":{"amount":3,"account":{"order_id":"197"}}}"#,
        right: r#"{"id":1,"error":{"code":-31001,"message":{"ru":"...","uz":"...","en":"Wrong amount"}}}"#,
        wrong: r#"{"id":1,"result":{"allow":true}}"#,
        cures: [
            "if amount != int(order.total * 100): ... in both methods; total is a DecimalField in soum.",
            "if ($amount !== $order->total_tiyin) ... in both methods; integers, no floats.",
            "if (amount !== order.amountTiyin) ... in both methods.",
            "if amount != order.AmountTiyin { return errAmount } in both methods; int64.",
        ],
    },
    Lesson {
        rules: &["CHECKPERFORM", "CREATE-17", "CREATE-21", "S1-03"],
        request: r#"{"method":"CheckPerformTransaction","params":{"amount":500000,"account":{"order_id":"no-such-order"}}}"#,
        right: r#"{"id":1,"error":{"code":-31050,"message":{"ru":"Заказ не найден","uz":"Buyurtma topilmadi","en":"Order not found"},"data":"order_id"}}"#,
        wrong: r#"HTTP 500, or {"id":1,"error":{"code":-31003,"message":"Not found"}}"#,
        cures: [
            "except (Order.DoesNotExist, ValueError, TypeError, OverflowError): raise PaymeError(-31050, data='order_id')",
            "$order = is_numeric($id) ? Order::find($id) : null; never findOrFail(), which answers 404.",
            "Number.isSafeInteger(Number(id)) before the query; a query with text for an integer key throws.",
            "strconv.ParseInt fails -> -31050; sql.ErrNoRows -> -31050.",
        ],
    },
    Lesson {
        rules: &["CHECKPERFORM-04", "CHECKPERFORM-05", "CREATE-20"],
        request: r#"{"method":"CheckPerformTransaction","params":{"amount":500000.4,"account":{"order_id":"197"}}}"#,
        right: r#"{"id":1,"error":{"code":-31001,"message":{"ru":"...","uz":"...","en":"Wrong amount"}}}"#,
        wrong: r#"{"id":1,"result":{"allow":true}}"#,
        cures: [
            "type(amount) is int, or Decimal(str(amount)) compared without int().",
            "is_int($amount) before any (int) cast.",
            "Number.isInteger(amount).",
            "Decode into json.Number and parse as int64; int(float64) cuts.",
        ],
    },
    Lesson {
        rules: &["CHECKPERFORM-12", "CHECKPERFORM-13", "CHECKPERFORM-14", "CHECKPERFORM-15"],
        request: CHECK_PERFORM,
        right: r#"{"id":1,"error":{"code":-31099,"message":{"ru":"...","uz":"...","en":"Order is paid"},"data":"order_id"}}"#,
        wrong: r#"{"id":1,"result":{"allow":true}}"#,
        cures: [
            "Look for a transaction of the order in state 1 or 2 here as well, and save nothing.",
            "The same query as in CreateTransaction; no update() here.",
            "The same query as in CreateTransaction; no writes here.",
            "Share one function between both methods; only CreateTransaction writes.",
        ],
    },
    Lesson {
        rules: &["PERFORM", "RACE-03"],
        request: PERFORM,
        right: r#"{"id":1,"result":{"transaction":"5123","perform_time":1399114285002,"state":2}} every time"#,
        wrong: r#"{"id":2,"result":{"transaction":"5123","perform_time":1399114286777,"state":2}} the second time"#,
        cures: [
            "Transaction.objects.filter(pk=..., state=1).update(state=2, perform_time=now), then answer from the row.",
            "where('id', $id)->where('state', 1)->update([...]), then answer from the row.",
            "updateMany({where: {id, state: 1}, data: {...}}), then answer from the row.",
            "UPDATE ... SET state = 2, perform_time = $2 WHERE id = $1 AND state = 1, then read the row.",
        ],
    },
    Lesson {
        rules: &["PERFORM-05", "CANCEL-06", "CHECK-05", "FISCAL-03", "CHECK-12"],
        request: r#"{"method":"CheckTransaction","params":{"id":"never-created"}}"#,
        right: r#"{"id":1,"error":{"code":-31003,"message":{"ru":"...","uz":"...","en":"Transaction not found"}}}"#,
        wrong: r#"{"id":1,"error":{"code":-32504,"message":"Transaction not found"}}"#,
        cures: [
            "except Transaction.DoesNotExist: raise PaymeError(-31003)",
            "->first() ?? throw new PaymeException(-31003); not firstOrFail()",
            "if (!row) return error(-31003);",
            "errors.Is(err, sql.ErrNoRows) -> -31003",
        ],
    },
    Lesson {
        rules: &["PERFORM-06", "PERFORM-07"],
        request: "PerformTransaction of a transaction that was cancelled",
        right: r#"{"id":1,"error":{"code":-31008,"message":{"ru":"...","uz":"...","en":"Transaction is cancelled"}}}"#,
        wrong: r#"{"id":1,"result":{"transaction":"5123","perform_time":1399114286777,"state":2}}"#,
        cures: [
            "Three branches: state 1 performs, state 2 answers from the row, anything else is -31008.",
            "match ($row->state) { 1 => perform, 2 => answer, default => error(-31008) }",
            "switch (row.state) with a default that is error(-31008).",
            "switch row.State { case 1: ... case 2: ... default: return errState }",
        ],
    },
    Lesson {
        rules: &["CANCEL", "RACE-04", "RACE-05", "S1-10", "S1-11", "S1-12", "S2-06", "S2-07"],
        request: CANCEL,
        right: r#"{"id":1,"result":{"transaction":"5123","cancel_time":1399114299000,"state":-1}} every time; -2 after a payment"#,
        wrong: r#"{"id":1,"result":{"transaction":"5123","cancel_time":1399114301234,"state":-2}}"#,
        cures: [
            "state = -1 if row.state == 1 else -2, only while row.state > 0; keep perform_time.",
            "$row->state > 0 ? -$row->state : $row->state; write reason and cancel_time once.",
            "if (row.state > 0) { update with state: -row.state, where: {id, state: row.state} }",
            "UPDATE ... SET state = -state, reason = $2, cancel_time = $3 WHERE id = $1 AND state > 0",
        ],
    },
    Lesson {
        rules: &["CHECK", "S1-08", "S2-05"],
        request: CHECK,
        right: r#"{"id":1,"result":{"create_time":1399114284041,"perform_time":0,"cancel_time":0,"transaction":"5123","state":1,"reason":null}}"#,
        wrong: r#"{"id":1,"result":{"create_time":1399114284041,"perform_time":null,"transaction":"5123","state":1}}"#,
        cures: [
            "\"perform_time\": row.perform_time or 0, \"reason\": row.reason (None becomes null).",
            "'perform_time' => $row->perform_time ?? 0, 'reason' => $row->reason",
            "perform_time: Number(row.performTime ?? 0), reason: row.reason ?? null (undefined vanishes).",
            "No omitempty on perform_time, cancel_time and reason; reason is *int.",
        ],
    },
    Lesson {
        rules: &["STATEMENT"],
        request: STATEMENT,
        right: r#"{"id":1,"result":{"transactions":[{"id":"5305e3ba","time":1399114284039,"amount":500000,"account":{"order_id":"197"},"create_time":1399114284041,"perform_time":0,"cancel_time":0,"transaction":"5123","state":1,"reason":null,"receivers":null}]}}"#,
        wrong: r#"{"id":1,"result":{"transactions":[{"time":1399114284041,"amount":500000.0,"account_id":"197","state":2}]}}"#,
        cures: [
            ".filter(payme_time__gte=frm, payme_time__lte=to).order_by('payme_time'); no paginator, all states.",
            "->whereBetween('payme_time', [$from, $to])->orderBy('payme_time')->get(); not paginate().",
            "findMany({where: {paymeTime: {gte: from, lte: to}}, orderBy: {paymeTime: 'asc'}}), without take.",
            "items := []Item{} (a nil slice becomes null); WHERE payme_time BETWEEN $1 AND $2 ORDER BY payme_time.",
        ],
    },
    Lesson {
        rules: &["AUTH", "S1-01", "PASSWORD"],
        request: "Any method with `Authorization: Basic UGF5Y29tOndyb25n`",
        right: r#"HTTP 200, {"id":1,"error":{"code":-32504,"message":{"ru":"...","uz":"...","en":"Not authorised"}}}"#,
        wrong: r#"HTTP 401, {"detail":"Invalid username/password."}"#,
        cures: [
            "authentication_classes = permission_classes = []; compare with hmac.compare_digest in the view, before all else.",
            "A check in the controller with hash_equals, no auth middleware; Apache: CGIPassAuth On.",
            "timingSafeEqual over equal lengths in the first handler; no passport or basic-auth middleware.",
            "r.BasicAuth() and subtle.ConstantTimeCompare; write status 200 with the error.",
        ],
    },
    Lesson {
        rules: &["HTTP"],
        request: "GET, PUT, a body of text/json, a body that is not JSON",
        right: r#"HTTP 200, {"id":null,"error":{"code":-32300,"message":{"ru":"...","uz":"...","en":"POST only"}}}"#,
        wrong: "HTTP 405, an HTML page",
        cures: [
            "A plain View with dispatch() overridden and csrf_exempt; json.loads(request.body), not request.data.",
            "Route::any() in api.php; json_decode($request->getContent()), not $request->input().",
            "app.all(path, express.text({type: () => true}), handler); JSON.parse inside a try.",
            "mux.HandleFunc(path, ...) without a method; io.ReadAll(http.MaxBytesReader(...)).",
        ],
    },
    Lesson {
        rules: &["HTTP-10"],
        request: "A call with `authorization:` instead of `Authorization:`",
        right: "The same answer",
        wrong: r#"{"id":1,"error":{"code":-32504,"message":"..."}}"#,
        cures: [
            "request.headers.get('Authorization') does it.",
            "$request->header('Authorization') does it; plain PHP: $_SERVER['HTTP_AUTHORIZATION'], not getallheaders()['Authorization'].",
            "req.headers.authorization is always in lower case.",
            "r.Header.Get(\"Authorization\") does it.",
        ],
    },
    Lesson {
        rules: &["HTTP-11"],
        request: CHECK,
        right: "A body whose first byte is `{`",
        wrong: "The bytes EF BB BF before it, or a gzip body",
        cures: [
            "GZipMiddleware compresses only on request; look at the proxy.",
            "A file was saved as `UTF-8 with BOM`: find it with grep -rl $'\\xEF\\xBB\\xBF' .",
            "compression() compresses only on request; look at the proxy.",
            "No gzip handler without a look at Accept-Encoding.",
        ],
    },
    Lesson {
        rules: &["RPC"],
        request: r#"{"id":7,"method":"NoSuchMethod","params":{}}"#,
        right: r#"{"id":7,"error":{"code":-32601,"message":{"ru":"...","uz":"...","en":"Method not found"},"data":"NoSuchMethod"}}"#,
        wrong: r#"HTTP 404, or {"error":{"code":-32600,"message":"Bad request"}}"#,
        cures: [
            "One view: parse (-32700), check the types (-32600), look the method up (-32601), call it, catch everything (-32400).",
            "One controller in that order, with a Throwable handler that renders -32400.",
            "One handler in that order; an error middleware with four arguments renders -32400.",
            "One handler in that order; recover() renders -32400.",
        ],
    },
    Lesson {
        rules: &["FISCAL"],
        request: r#"{"method":"SetFiscalData","params":{"id":"5305e3ba","type":"PERFORM","fiscal_data":{"receipt_id":121,"status_code":0}}}"#,
        right: r#"{"id":1,"result":{"success":true}}"#,
        wrong: r#"{"id":1,"error":{"code":-32602,"message":"receipt_id must be a string"}}"#,
        cures: [
            "Keep the object in a JSONField per type; update_or_create.",
            "updateOrCreate with a json column per type.",
            "upsert with a Json column per type.",
            "json.RawMessage in a jsonb column per type; ON CONFLICT DO UPDATE.",
        ],
    },
    Lesson {
        rules: &["RACE"],
        request: "The same call several times at one instant",
        right: "The same answer to all of them",
        wrong: "HTTP 500 with a duplicate key, or two different answers",
        cures: [
            "transaction.atomic() with select_for_update(), and a unique constraint on Payme's id; retry on IntegrityError.",
            "DB::transaction with lockForUpdate(), and a unique index on payme_id.",
            "A unique index on paymeId; catch P2002 and answer from the row.",
            "INSERT ... ON CONFLICT (payme_id) DO NOTHING, then read the row.",
        ],
    },
    Lesson {
        rules: &["EXPIRY"],
        request: "PerformTransaction of a transaction that is older than 12 hours and still in state 1",
        right: r#"{"id":1,"error":{"code":-31008,...}}, and CheckTransaction then tells state -1 and reason 4"#,
        wrong: r#"{"id":1,"result":{"transaction":"5123","perform_time":1399157485002,"state":2}}"#,
        cures: [
            "if now_ms - row.create_time > 43_200_000: cancel with reason 4, save, then raise -31008 (outside of a rolled back block).",
            "Cancel with reason 4 and commit before the exception is thrown.",
            "Update to state -1, reason 4, then return error(-31008).",
            "UPDATE ... SET state = -1, reason = 4 and commit, then return errState.",
        ],
    },
    Lesson {
        rules: &["RESTART"],
        request: "Any repeated call after the server was restarted",
        right: "The answer of before",
        wrong: r#"{"id":1,"error":{"code":-31003,"message":"Transaction not found"}}"#,
        cures: [
            "A database file in a volume, not in the container; no cache as the store.",
            "Not the array or file cache driver: a table.",
            "Not a Map in the module: a table.",
            "Not a map behind a mutex: a table.",
        ],
    },
    Lesson {
        rules: &["LATENCY"],
        request: "All calls of the run",
        right: "An answer within a second",
        wrong: "An answer after a mail was sent, another service was asked, a table was read from end to end",
        cures: [
            "db_index=True on payme_id and payme_time; send mail in a task after the commit.",
            "->index() on payme_id and payme_time; dispatch()->afterResponse().",
            "@@index on paymeId and paymeTime; answer first, then await the rest.",
            "Indexes on payme_id and payme_time; a goroutine or a queue after the commit.",
        ],
    },
];
